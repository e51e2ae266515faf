//! Forms on pages of other origins.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    thread,
};

use super::{
    browser::{Browser, eventually},
    shop::Shop,
};

/// Serves one page on a free port, under every path, until the test's process ends.
fn page(html: String) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            if lines.take_while(|line| !line.is_empty()).count() > 0 {
                let length = html.len();
                drop(write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\
                     connection: close\r\n\r\n{html}"
                ));
            }
        }
    });
    port
}

/// A page that sends a form to the shop as soon as somebody looks at it.
fn trap(action: &str, field: &str) -> u16 {
    page(format!(
        "<!doctype html><title>trap</title><body onload='document.forms[0].submit()'>\
         <form method=post action='{action}'>{field}</form>"
    ))
}

#[test]
fn a_form_of_another_origin_is_refused_and_changes_nothing() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("gingersnaps", 2);

    let fields = "<input name=item value=gift-tin><input name=qty value=99>";
    let add = format!("{}/cart-items", shop.origin);
    let out = format!("{}/logout", shop.origin);
    // Another port of the same host is the same site, whose requests bear our cookies; another host is not.
    for host in ["127.0.0.1", "localhost"] {
        for (action, fields) in [(&add, fields), (&out, "")] {
            browser.goto(&format!("http://{host}:{}/", trap(action, fields)));
            eventually("the trap shuts", || browser.url() == *action);
            assert_eq!(browser.texts("h1"), ["That came from somewhere else"], "{host}");
            assert_eq!(browser.texts("main .quiet"), ["403 Forbidden"], "{host}");
        }
    }
    browser.goto(&shop.origin);
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["2 × Gingersnaps"]);
}

#[test]
fn a_link_from_another_origin_finds_the_customer_logged_in() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    let port = page(format!("<!doctype html><a href='{}/'>to the shop</a>", shop.origin));
    browser.goto(&format!("http://localhost:{port}/"));
    browser.click("a");
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
}
