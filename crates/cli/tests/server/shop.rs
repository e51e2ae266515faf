use crate::{
    browser::{Browser, Page},
    help::{Dir, Server},
};

#[test]
fn what_is_put_into_the_cart_is_there_on_the_next_page() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/").says("Nothing in it yet.");
    browser.post("/cart-items", "item=gingersnaps&qty=3").leads_to("/");
    let page = browser.get("/");
    page.says("In your cart: 3 × Gingersnaps.");
    page.says("3 × Gingersnaps</span>");
    page.says("€14.40");
    // The message survived one redirect, and no more.
    browser.get("/").does_not_say("In your cart:");

    browser.submit("/cart-items", "item=gingersnaps&qty=1").says("1 × Gingersnaps</span>");
    browser.post("/cart-items/remove", "item=gingersnaps").leads_to("/");
    let page = browser.get("/");
    page.says("Taken out: Gingersnaps.");
    page.says("Nothing in it yet.");
}

#[test]
fn a_form_leads_back_to_where_it_was_sent_from_and_nowhere_else() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/").says("aria-label=\"Add Rye loaf\">Add</button>");
    browser.post("/cart-items", "item=rye-loaf&qty=2&next=/%23rye-loaf").leads_to("/#rye-loaf");
    let page = browser.get("/");
    page.says("<li id=\"rye-loaf\" class=\"product\">");
    page.says("aria-label=\"Update Rye loaf\">Update</button>");
    browser.post("/cart-items", "item=rye-loaf&qty=0&next=/%23rye-loaf").leads_to("/#rye-loaf");
    browser.post("/cart-items/remove", "item=rye-loaf&qty=2&next=/%23cart").leads_to("/#cart");
    for path in ["/cart-items", "/cart-items/remove"] {
        for next in ["//evil.example", "https://evil.example/", "/%0D%0Aset-cookie:%20a=b", "cart"] {
            browser.post(path, &format!("item=rye-loaf&qty=1&next={next}")).leads_to("/");
        }
    }
}

#[test]
fn a_request_is_kept_as_text_and_never_becomes_markup() {
    let server = Server::start(&[]);
    let page = Browser::new(&server).submit("/cart-items", "item=%3Cscript%3Ealert(1)%3C/script%3E&qty=1");
    page.does_not_say("<script>");
    page.says("&#60;script&#62;alert(1)");
}

#[test]
fn what_cannot_be_done_is_said_and_changes_nothing() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=rye-loaf&qty=2");
    for (form, message) in [
        ("item=rye-loaf&qty=0", "a number from 1 to 99"),
        ("item=rye-loaf&qty=100", "a number from 1 to 99"),
        ("item=rye-loaf&qty=two", "a number from 1 to 99"),
        ("item=rye-loaf", "a number from 1 to 99"),
        ("item=&qty=1", "say what you would like"),
        ("qty=1", "say what you would like"),
    ] {
        let page = browser.submit("/cart-items", form);
        page.says(message);
        page.says("2 × Rye loaf</span>");
    }
    browser.submit("/cart-items/remove", "item=plum-tart").says("That was not in your cart.");
}

#[test]
fn a_cart_that_does_not_fit_says_so_and_stays_as_it_was() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    for n in 0..200 {
        let before = browser.cookies.clone();
        let page = browser.post("/cart-items", &format!("item={n:03}{}&qty=1", "x".repeat(90)));
        if page.status == 303 {
            assert!(browser.cookies.iter().all(|(name, value)| name.len() + value.len() <= 4096));
            continue;
        }
        assert!(n > 20, "only {n} fit");
        assert_eq!(page.status, 409);
        page.says("Your cart is full");
        page.says("of 4096 bytes");
        page.says("<td>lines</td>");
        assert_eq!(page.fields("set-cookie"), Vec::<&str>::new());
        assert_eq!(browser.cookies, before);
        browser.get("/").says(&format!("{:03}xxx", n - 1));
        return;
    }
    panic!("two hundred requests fit into a cookie");
}

/// The number of lines that the page says still fit.
fn told_to_fit(page: &Page) -> usize {
    let rest = page.body.split("with room for about ").nth(1).expect("an estimate");
    rest.split(' ').next().expect("a number").parse().expect("a number")
}

/// Puts lines into the cart until no more fit where it is, and returns their number.
fn fill(browser: &mut Browser<'_>, from: usize, is_over: impl Fn(&Browser<'_>, &Page) -> bool) -> usize {
    let put = |n: &usize| {
        let page = browser.post("/cart-items", &format!("item={n:04}{}&qty=1", "%C3%A9".repeat(90)));
        is_over(browser, &page)
    };
    (from..2_000).find(put).expect("an end") - from
}

#[test]
fn the_cart_says_how_much_more_fits_and_that_is_so() {
    let server = Server::start(&[]);
    for login in [false, true] {
        let mut browser = Browser::new(&server);
        if login {
            browser.submit("/login", "email=ada@example.com");
        }
        fill(&mut browser, 0, |browser, _| browser.cookies.values().any(|value| value.len() > 600));
        let page = browser.get("/");
        page.says("Kept by your browser, in ");
        page.says("Then it is full.");
        page.says("<meter id=\"room\" min=\"0\" max=\"4096\"");
        let fitted = fill(&mut browser, 1_000, |_, page| page.status != 303);
        // Many are told in tens.
        assert!((0..=10).contains(&(fitted - told_to_fit(&page))), "{fitted}: {}", page.body);
        browser.get("/").says("with no room for another line like these");
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn a_cart_that_moves_to_the_server_has_more_room_there() {
    let dir = Dir::new();
    let store = format!("sqlite:{}", dir.path().join("sessions.db").display());
    let server = Server::start(&["--store", &store]);
    let mut browser = Browser::new(&server);
    let is_stored = |browser: &Browser<'_>| browser.cookies["__Host-session"].len() == 96;
    browser.submit("/cart-items", "item=gift-tin&qty=3").says("Then it moves to our server.");
    fill(&mut browser, 0, |browser, _| is_stored(browser));
    let page = browser.get("/");
    page.says("<meter id=\"room\" min=\"0\" max=\"65536\"");
    let fitted = fill(&mut browser, 1_000, |_, page| page.status != 303);
    let told = told_to_fit(&page);
    assert!(fitted.abs_diff(told) <= told / 20, "{fitted}, and {told} were told");
}

#[test]
fn visits_are_counted_in_a_session_of_their_own() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let first = browser.get("/");
    first.says("This is your first visit.");
    let set = first.fields("set-cookie");
    assert_eq!(set.len(), 1, "{set:?}");
    assert!(set[0].starts_with("__Host-visits="), "{set:?}");
    // The browser keeps it as long as anybody is remembered: 30 days.
    assert!(set[0].ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000"), "{set:?}");
    browser.get("/").says("You have looked at the shelf 2 times.");
}

#[test]
fn people_see_what_their_cookies_hold_and_that_they_cannot_be_read() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/session").says("no cookie of ours yet");
    browser.submit("/cart-items", "item=plum-tart&qty=2");
    browser.submit("/login", "email=ada@example.com");
    let page = browser.get("/session");
    for name in ["__Host-id", "__Host-session-own", "__Host-visits"] {
        let value = &browser.cookies[name];
        page.says(&format!("{name}={value}</pre>"));
        page.says(&format!("{} of 4096 bytes used", name.len() + value.len()));
    }
    for text in ["<td>lines</td>", "<td>count</td>", "<td>subject</td>", "Sealed by key", "</time></dd>"] {
        page.says(text);
    }
    assert_eq!(page.fields("cache-control"), ["no-store"]);
}

#[test]
fn a_cart_outlives_the_server() {
    let dir = Dir::new();
    let ring = dir.path().join("gingersnap-keys.json");
    let first = Server::start_in(dir, &[]);
    let mut browser = Browser::new(&first);
    browser.submit("/cart-items", "item=gift-tin&qty=1");
    browser.submit("/login", "email=ada@example.com");
    let cookies = browser.cookies.clone();

    let second = Server::start(&["--keys", ring.to_str().expect("text")]);
    let mut browser = Browser::new(&second);
    browser.cookies = cookies;
    let page = browser.get("/");
    page.says("1 × Gift tin</span>");
    page.says("ada@example.com");

    let stranger = Server::start(&[]);
    let mut browser_elsewhere = Browser::new(&stranger);
    browser_elsewhere.cookies = browser.cookies;
    browser_elsewhere.get("/").says("Nothing in it yet.");
}

#[test]
fn the_foot_of_each_page_links_to_the_project_and_every_link_is_there() {
    let server = Server::start(&[]);
    let page = Browser::new(&server).get("/login");
    let foot = page.body.split("<footer").nth(1).expect("a foot");
    let links: Vec<_> = foot.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 5, "{foot}");
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for link in links {
        let document = Browser::new(&server).get(link);
        assert_eq!((document.status, document.fields("set-cookie")), (200, vec![]), "{link}");
        assert_eq!(document.fields("content-type"), ["text/plain; charset=utf-8"], "{link}");
        let file = std::fs::read_to_string(format!("{repository}{link}")).expect("a file of the repository");
        assert_eq!(document.body, file, "{link}");
    }
}
