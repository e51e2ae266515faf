//! The pages that tell people of their cookies, and of the time that is left.

use crate::{
    browser::{Browser, Page},
    help::Server,
    older::older_login,
};

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

/// The values of a card on the page: names and texts, one after the other.
fn values(page: &Page, title: &str) -> Vec<String> {
    let card = page.body.split(&format!("{title}</h2>")).nth(1).expect("the card");
    let list = card.split("<dl>").nth(1).and_then(|rest| rest.split("</dl>").next()).expect("a list");
    let texts = list.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    texts.filter(|text| !text.is_empty()).map(ToOwned::to_owned).collect()
}

#[test]
fn every_card_tells_the_values_in_its_cookie() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.submit("/login", "email=ada@example.com");
    browser.submit("/cart-items", "item=gingersnaps&qty=2");
    browser.submit("/cart-items", "item=A+cake+with+a+7&qty=1");
    browser.post("/account", "nickname=Ada&address=12+St+James%27s+Square%0D%0ALondon");
    let page = browser.get("/session");
    assert_eq!(
        values(&page, "Your cart"),
        ["Gingersnaps", "2 pieces, €9.60", "A cake with a 7", "1 piece, on request"]
    );
    assert_eq!(
        values(&page, "Your name and address"),
        ["We call you", "Ada", "We bring it to", "12 St James&#39;s Square, London"]
    );
    assert_eq!(values(&page, "Your visits"), ["You looked at the shelf", "3 times"]);
    assert_eq!(values(&page, "Messages for you"), ["success", "Saved."]);
    let login = values(&page, "Your login");
    assert_eq!(
        login[..5],
        ["You are", "ada@example.com", "This login began", "just now", "You last logged in"]
    );
    assert_eq!(login[5..], ["just now", "Ends, if you stay away", "in 60 minutes"]);
}

#[test]
fn a_cart_that_was_emptied_says_that_it_is_empty() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=gingersnaps&qty=2");
    browser.submit("/cart-items/remove", "item=gingersnaps");
    let page = browser.get("/session");
    let card = page.body.split("Your cart</h2>").nth(1).expect("the card");
    assert!(card.split("</section>").next().expect("a card").contains("Nothing: it is empty."), "{card}");
}

fn minutes(number: u8, page: &Page) -> bool {
    page.body.contains(&format!("in {number} minutes</time>"))
}

#[test]
fn the_page_says_how_long_one_is_still_logged_in_and_what_ends_it() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/session").does_not_say("logged in for another");
    browser.submit("/login", "email=ada@example.com");
    let page = browser.get("/session");
    page.says("You are logged in for another 24 hours, or until 60 minutes pass without a visit.");
    let mut stays = Browser::new(&server);
    stays.submit("/login", "email=ada@example.com&remember=on");
    stays
        .get("/session")
        .says("You stay logged in on this browser for another 30 days, however seldom you come.");
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
    page.says("<dt>You were here</dt><dd><time datetime=\"20");
    page.says("just now</time>");
    assert!(minutes(59, &page) || minutes(60, &page), "{}", page.body);
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
