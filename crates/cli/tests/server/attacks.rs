//! Each attack of the page, and its exact outcome.

use crate::{
    browser::{Browser, Page},
    help::Server,
    node::{Node, Ring, SELDOM},
    older::older_login,
};

/// Somebody with three pieces in the cart.
pub(crate) fn victim<'s>(server: &'s Server, login: &str) -> Browser<'s> {
    let mut browser = Browser::new(server);
    browser.post("/login", login);
    browser.submit("/cart-items", "item=rye-loaf&qty=3");
    browser
}

pub(crate) const ADA: &str = "email=ada@example.com";

/// Attacks, and checks that the attacked session is as it was.
#[track_caller]
pub(crate) fn attack(browser: &mut Browser<'_>, id: &str) -> Page {
    let before = browser.cookies.clone();
    let page = browser.post("/attacks", &format!("attack={id}"));
    assert_eq!(page.status, 200, "{id}");
    assert_eq!(page.fields("set-cookie"), Vec::<&str>::new(), "{id}");
    assert_eq!(browser.cookies, before);
    for (name, value) in &before {
        assert!(!page.body.contains(value), "{id} shows the whole of {name}");
    }
    page
}

/// Returns the outcome, and for each step the person, the login and the cart.
pub(crate) fn told(page: &Page) -> (String, Vec<String>) {
    let between = |text: &str, start: &str, end: &str| {
        let from = text.split_once(start).unwrap_or_else(|| panic!("{start} is not in {text}")).1;
        from.split_once(end).expect("an end").0.replace("<strong>", "").replace("</strong>", "")
    };
    let verdict = between(&page.body, "role=\"status\">", "</p>");
    let steps = page.body.split("<dt>Who</dt>").skip(1).map(|step| {
        let facts: Vec<_> = step.split("<dd>").skip(1).take(3).collect();
        let facts: Vec<_> = facts.iter().map(|fact| fact.split("</dd>").next().expect("a fact")).collect();
        facts.join(" | ")
    });
    (verdict, steps.collect())
}

pub(crate) const OWN: &str = "ada@example.com | accepted | 3 pieces";

#[track_caller]
pub(crate) fn ends(browser: &mut Browser<'_>, id: &str, verdict: &str, then: &[&str]) {
    let told = told(&attack(browser, id));
    assert_eq!(told.0, verdict, "{id}");
    assert_eq!(told.1, [&[OWN], then].concat(), "{id}");
}

const FORGED: &str =
    "Refused (forged): the token was not sealed by this key for this use, or was changed since.";

#[test]
fn a_changed_login_is_refused() {
    let server = Server::start(&[]);
    let mut ada = victim(&server, ADA);
    ends(&mut ada, "flip", FORGED, &["nobody | refused, forged | nothing"]);
    ends(&mut ada, "cut", FORGED, &["nobody | refused, forged | nothing"]);
    let verdict = "Refused (not_base64url): the token is not canonical base64url without padding.";
    ends(&mut ada, "quote", verdict, &["nobody | refused, not_base64url | nothing"]);
}

#[test]
fn a_cookie_in_another_place_is_refused_or_not_seen() {
    let server = Server::start(&[]);
    let mut ada = victim(&server, ADA);
    ends(&mut ada, "swap", FORGED, &["nobody | refused, forged | nothing"]);
    ends(&mut ada, "elsewhere", FORGED, &["nobody | refused, forged | nothing"]);
    let verdict = "Ignored: no cookie has the login&#39;s name.";
    ends(&mut ada, "disguise", verdict, &["nobody | none found | nothing"]);
    attack(&mut ada, "disguise").says("__%48ost-id=");
}

#[test]
fn too_many_logins_and_two_good_ones_are_refused_as_a_whole() {
    let server = Server::start(&[]);
    let mut ada = victim(&server, ADA);
    let verdict = "Refused (too_many_cookies): more than four different cookies have this name.";
    ends(&mut ada, "five", verdict, &["nobody | refused, too_many_cookies | nothing"]);
    let verdict = "Refused (conflict): cookies of different owners have this name.";
    let mallory = "mallory@example.com | accepted | nothing";
    ends(&mut ada, "beside", verdict, &[mallory, "nobody | refused, conflict | nothing"]);
}

#[test]
fn a_login_that_is_left_alone_ends() {
    let server = Server::start(&[]);
    let mut ada = victim(&server, ADA);
    let idle = "Refused (idle): the session was left alone for as long as its idle timeout.";
    ends(&mut ada, "hour", idle, &["nobody | refused, idle | nothing"]);
    let over = "Refused (timed_out): the session reached its absolute timeout, or its chosen end.";
    ends(&mut ada, "day", over, &["nobody | refused, timed_out | nothing"]);
    ends(&mut ada, "end", over, &["nobody | refused, timed_out | nothing"]);
}

#[test]
fn an_hour_is_counted_from_the_last_activity() {
    let server = Server::start(&[]);
    let mut ada = Browser::new(&server);
    ada.cookies.insert("__Host-id".into(), older_login(&server.ring(), "ada@example.com", 3500));
    ada.get("/");
    assert!(ada.cookies.contains_key("__Host-seen"));
    let page = attack(&mut ada, "replay");
    page.says("__Host-seen=");
    assert_eq!(told(&page).1[0], "ada@example.com | accepted | nothing");
    assert!(told(&attack(&mut ada, "hour")).0.starts_with("Refused (idle)"));
}

#[test]
fn who_stays_logged_in_is_left_alone_until_their_own_end() {
    let server = Server::start(&[]);
    let mut ada = victim(&server, "email=ada@example.com&remember=on");
    let still = "Accepted: to the shop this is ada@example.com, cart: 3 pieces.";
    ends(&mut ada, "hour", still, &[OWN]);
    ends(&mut ada, "day", still, &[OWN]);
    let over = "Refused (timed_out): the session reached its absolute timeout, or its chosen end.";
    ends(&mut ada, "end", over, &["nobody | refused, timed_out | nothing"]);
}

#[test]
fn what_a_cookie_cannot_prevent_works_and_is_said_to() {
    let server = Server::start(&[]);
    let mut ada = victim(&server, ADA);
    let works = "Accepted: to the shop this is ada@example.com, cart: 3 pieces.";
    ends(&mut ada, "rollback", works, &["ada@example.com | accepted | 4 pieces", OWN]);
    attack(&mut ada, "rollback").says("belongs in a store on the server");
    ends(&mut ada, "replay", works, &["nobody | none found | nothing", OWN]);
    attack(&mut ada, "replay").says("To end copies at once is revocation");
}

#[test]
fn without_a_cart_there_is_none_to_take() {
    let server = Server::start(&[]);
    let mut ada = Browser::new(&server);
    ada.submit("/login", ADA);
    let (verdict, steps) = told(&attack(&mut ada, "swap"));
    assert_eq!(verdict, "Not tried: there is no cart to take; put something into it and come back.");
    assert_eq!(steps, ["ada@example.com | accepted | nothing"]);
}

#[test]
fn cookies_without_the_prefix_are_attacked_as_well() {
    let server = Server::start(&["--insecure-http"]);
    let mut ada = victim(&server, ADA);
    ends(&mut ada, "flip", FORGED, &["nobody | refused, forged | nothing"]);
    let page = attack(&mut ada, "disguise");
    page.says("%69d=");
    assert_eq!(told(&page).1, [OWN, "nobody | none found | nothing"]);
}

#[test]
fn only_the_shops_own_cookies_are_attacked_and_shown() {
    let server = Server::start(&[]);
    let mut ada = victim(&server, ADA);
    ada.cookies.insert("other".into(), "what-another-application-keeps".into());
    for id in ["flip", "disguise", "replay"] {
        attack(&mut ada, id).does_not_say("another-app");
    }
}

#[test]
fn who_is_not_logged_in_has_nothing_to_attack() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let page = browser.get("/attacks");
    page.says("<a href=\"/login?next=/attacks\">Log in</a>");
    page.says("<h2>Flip one bit</h2>");
    page.does_not_say("<button name=\"attack\"");
    assert_eq!(browser.post("/attacks", "attack=flip").status, 401);

    let mut ada = victim(&server, ADA);
    let page = ada.get("/attacks");
    assert_eq!(page.body.matches("<button name=\"attack\"").count(), 16);
    for form in ["attack=everything", "attack=", ""] {
        assert_eq!(ada.post("/attacks", form).status, 422, "{form}");
    }
}

#[test]
fn the_operator_hears_nothing_of_the_attacks() {
    let ring = Ring::new();
    let node = Node::start(&ring, &SELDOM);
    let mut ada = victim(&node.server, ADA);
    let page = ada.get("/attacks").body;
    let ids: Vec<_> = page.split("name=\"attack\" value=\"").skip(1).collect();
    assert_eq!(ids.len(), 16);
    let lines = node.logged(&[""]);
    for id in ids {
        attack(&mut ada, id.split('"').next().expect("an id"));
    }
    assert_eq!(node.metric("gingersnap_cookies_refused_total"), 0.0);
    assert_eq!(node.metric("gingersnap_unknown_keys_total"), 0.0);
    assert_eq!(node.logged(&[""]), lines);
    // Hers is heard of, as ever.
    ada.submit("/logout", "");
    assert_eq!((node.logged(&["signed out"]), node.logged(&[""])), (1, lines + 1));
}
