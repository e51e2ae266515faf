//! The pages that tell people of their cookies, and of the time that is left.

use crate::{browser::Browser, help::Server, older::older_login};

fn left(browser: &mut Browser<'_>) -> u64 {
    let page = browser.get("/session/left");
    assert_eq!(page.fields("content-type"), ["application/json"]);
    assert_eq!(page.fields("set-cookie"), Vec::<&str>::new(), "to ask is no activity");
    let seconds = page.body.strip_prefix("{\"logged_in\":true,\"seconds_left\":");
    seconds.and_then(|rest| rest.strip_suffix('}')).expect("seconds").parse().expect("a number")
}

#[test]
fn every_cookie_has_its_card() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.submit("/login", "email=ada@example.com");
    browser.post("/account", "nickname=Ada");
    browser.post("/cart-items", "item=rye-loaf&qty=1");
    let cookies = browser.cookies.clone();
    let names: Vec<_> = cookies.keys().collect();
    assert_eq!(
        names,
        ["__Host-flash", "__Host-id", "__Host-preferences-own", "__Host-session-own", "__Host-visits"]
    );
    let page = browser.get("/session");
    for (name, value) in cookies {
        page.says(&format!("<code>{name}</code>"));
        page.says(&format!("{name}={value}</pre>"));
    }
    for text in ["<td>nickname</td>", "<dt>You last logged in</dt>", "<dt>Ends, if you stay away</dt>"] {
        page.says(text);
    }
}

#[test]
fn activity_has_a_card_once_it_is_written_down() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let login = older_login(&server.ring(), "ada@example.com", 600);
    browser.cookies.insert("__Host-id".into(), login);
    let page = browser.get("/session");
    page.does_not_say("<code>__Host-seen</code>");
    assert!(browser.cookies.contains_key("__Host-seen"));
    let page = browser.get("/session");
    page.says("When you were here</h2>");
    page.says("<code>__Host-seen</code>");
    assert!(page.body.contains("(in 59 min)") || page.body.contains("(in 60 min)"), "{}", page.body);
}

#[test]
fn to_ask_how_much_is_left_does_not_put_the_end_off() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let page = browser.get("/session/left");
    assert_eq!(page.body, "{\"logged_in\":false,\"seconds_left\":null}");
    assert_eq!(page.fields("cache-control"), ["no-store"]);

    let login = older_login(&server.ring(), "ada@example.com", 3000);
    browser.cookies.insert("__Host-id".into(), login);
    assert!((550..=600).contains(&left(&mut browser)));
    assert!((550..=600).contains(&left(&mut browser)));
    browser.get("/");
    assert!((3550..=3600).contains(&left(&mut browser)));
}

#[test]
fn a_login_that_was_left_alone_for_an_hour_is_over() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let login = older_login(&server.ring(), "ada@example.com", 3600);
    browser.cookies.insert("__Host-id".into(), login);
    assert_eq!(browser.get("/session/left").body, "{\"logged_in\":false,\"seconds_left\":null}");
    browser.get("/account").leads_to("/login?next=/account");
}
