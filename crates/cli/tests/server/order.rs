//! Ordering what is in the cart, for people who have just logged in.

use crate::{
    browser::{Browser, Page},
    help::{Dir, Server},
    older::older_login,
};

/// A browser with a cart, whose login is `age` seconds old.
fn with_a_cart(server: &Server, age: u64) -> Browser<'_> {
    let mut browser = Browser::new(server);
    browser.cookies.insert("__Host-id".into(), older_login(&server.ring(), "ada@example.com", age));
    browser.submit("/cart-items", "item=gingersnaps&qty=2");
    browser.submit("/cart-items", "item=plum-tart&qty=1").says("href=\"/order\">Order</a>");
    browser
}

/// The form of the page, as it would be sent.
fn seen(page: &Page) -> String {
    let value = |name: &str| {
        let rest = page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
        rest.split('"').next().expect("a value")
    };
    format!("pieces={}&cents={}", value("pieces"), value("cents"))
}

fn orders(browser: &mut Browser<'_>) {
    let page = browser.get("/order");
    page.says("2 × Gingersnaps</span>");
    page.says("Order for €28.10</button>");
    let form = seen(&page);
    browser.post("/order", &form).leads_to("/order/thanks");
    let page = browser.get("/order/thanks");
    page.says("<h1 id=\"title\">Thank you</h1>");
    page.says("Ordered: 3 pieces for €28.10.");
    browser.get("/").says("Nothing in it yet.");
    browser.get("/order").leads_to("/#cart");
    browser.get("/").says("Your cart is empty: there is nothing to order.");
}

#[test]
fn an_order_leaves_an_empty_cart_and_thanks() {
    let server = Server::start(&[]);
    orders(&mut with_a_cart(&server, 0));
}

#[cfg(feature = "sqlite")]
#[test]
fn an_order_of_a_cart_in_a_store_leaves_an_empty_one_too() {
    let dir = Dir::new();
    let store = format!("sqlite:{}", dir.path().join("sessions.db").display());
    let server = Server::start(&["--store", &store, "--place", "store"]);
    let mut browser = Browser::new(&server);
    browser.submit("/login", "email=ada@example.com");
    browser.submit("/cart-items", "item=gingersnaps&qty=2");
    browser.submit("/cart-items", "item=plum-tart&qty=1");
    orders(&mut browser);
}

#[test]
fn a_login_of_ten_minutes_ago_is_asked_for_again_and_leads_back_to_the_order() {
    let server = Server::start(&[]);
    assert_eq!(with_a_cart(&server, 590).get("/order").status, 200);
    let mut browser = with_a_cart(&server, 600);
    browser.get("/order").leads_to("/login/again?next=/order");
    browser.post("/login/again", "email=ada@example.com&next=/order").leads_to("/order");
    browser.get("/order").says("Thank you. Go on where you were.");
    orders(&mut browser);
}

#[test]
fn an_order_that_comes_too_late_is_not_done_and_keeps_the_cart() {
    let server = Server::start(&[]);
    let mut browser = with_a_cart(&server, 600);
    let page = browser.post("/order", "pieces=3&cents=2810");
    assert_eq!((page.status, page.fields("set-cookie")), (401, vec![]));
    page.says("Not done yet: log in first");
    browser.get("/").says("2 × Gingersnaps</span>");
}

#[test]
fn a_guest_logs_in_on_the_way_and_takes_the_cart_along() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=gingersnaps&qty=2");
    browser.submit("/cart-items", "item=plum-tart&qty=1");
    browser.get("/order").leads_to("/login?next=/order");
    browser.post("/login", "email=ada@example.com&next=/order").leads_to("/login/check?next=/order");
    browser.get("/login/check?next=/order").leads_to("/order");
    orders(&mut browser);
    let page = Browser::new(&server).post("/order", "pieces=3&cents=2810");
    assert_eq!((page.status, page.fields("set-cookie")), (401, vec![]));
}

#[test]
fn a_cart_that_changed_since_the_customer_saw_it_is_not_ordered() {
    let server = Server::start(&[]);
    let mut browser = with_a_cart(&server, 0);
    let form = seen(&browser.get("/order"));
    browser.submit("/cart-items", "item=gift-tin&qty=99&next=/order").says("99 × Gift tin</span>");
    for form in [form.as_str(), "", "pieces=3", "pieces=0&cents=0"] {
        browser.post("/order", form).leads_to("/order");
        let page = browser.get("/order");
        page.says("Nothing was ordered: your cart is another one by now.");
        page.says("99 × Gift tin</span>");
    }
    let form = seen(&browser.get("/order"));
    browser.post("/order", &form).leads_to("/order/thanks");
    // Sent twice, it is done once.
    browser.post("/order", &form).leads_to("/order");
}

#[test]
fn thanks_are_for_who_is_logged_in() {
    let server = Server::start(&[]);
    Browser::new(&server).get("/order/thanks").leads_to("/login?next=/order/thanks");
    let mut browser = with_a_cart(&server, 0);
    browser.post("/account", "nickname=Ada&address=12+St+James%27s+Square");
    let page = browser.get("/order/thanks");
    page.says("Thank you, Ada</h1>");
    page.says("bring it to 12 St James&#39;s Square tomorrow");
}
