//! Your devices: two nodes of the shop on one store, and the logins that one browser ends for another.

use std::time::{Duration, Instant};

use crate::{
    browser::Browser,
    help::{Dir, Server, program},
    node::{Node, Ring, SELDOM},
};

#[cfg(feature = "sqlite")]
fn on_a_file(ring: &Ring, dir: &Dir) -> Node {
    let store = format!("sqlite:{}", dir.path().join("sessions.db").display());
    Node::start(ring, &[&SELDOM[..], &["--store", &store]].concat())
}

fn logged_in(node: &Node) -> Browser<'_> {
    let mut browser = Browser::new(&node.server);
    browser.submit("/login", "email=ada@example.com").says("You are logged in.");
    browser
}

fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/").body.contains(">Log out</button>")
}

/// Waits until a browser is logged out; fails after two seconds.
#[track_caller]
fn ends(browser: &mut Browser<'_>) {
    let started = Instant::now();
    while is_in(browser) {
        assert!(started.elapsed() < Duration::from_secs(2), "still logged in");
    }
}

/// The keys of the logins that the page offers to end.
fn keys(page: &str) -> Vec<&str> {
    page.split("name=\"key\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[cfg(feature = "sqlite")]
#[test]
fn a_login_is_ended_from_another_browser_and_node() {
    let (ring, dir) = (Ring::new(), Dir::new());
    let (here, there) = (on_a_file(&ring, &dir), on_a_file(&ring, &dir));
    let (mut mine, mut lost, mut kept) = (logged_in(&here), logged_in(&there), logged_in(&there));
    let page = mine.get("/devices").body;
    let listed: Vec<_> = keys(&page).into_iter().map(String::from).collect();
    assert_eq!((listed.len(), page.matches(">this one<").count()), (2, 1), "{page}");
    // The list does not say which of them is which.
    let own = keys(&lost.get("/devices").body).into_iter().map(String::from).collect::<Vec<_>>();
    let key = listed.iter().find(|key| !own.contains(*key)).expect("a login that is not its own to end");
    mine.submit("/devices/end", &format!("key={key}"))
        .says("That login has ended, with every copy of its cookies.");
    ends(&mut lost);
    assert!(is_in(&mut kept) && is_in(&mut mine));
    mine.submit("/devices/end", &format!("key={key}")).says("That login was over already.");
    mine.submit("/devices/end", "key=no%20key").says("That login was over already.");
    mine.submit("/devices/end-others", "").says("You are logged in here alone");
    ends(&mut kept);
    assert!(is_in(&mut mine));
    let page = mine.get("/devices").body;
    assert_eq!((keys(&page).len(), page.matches(">this one<").count()), (0, 1), "{page}");
}

#[cfg(feature = "sqlite")]
#[test]
fn a_login_is_listed_by_the_name_of_its_browser() {
    let (ring, dir) = (Ring::new(), Dir::new());
    let node = on_a_file(&ring, &dir);
    let mut browser = Browser::new(&node.server);
    let fields = format!(
        "origin: http://{}\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n",
        node.server.address
    );
    browser.send("POST", "/login", &fields, "email=ada@example.com");
    browser.get("/devices").says("<strong>Firefox on Linux</strong> <span class=\"now\">this one</span>");
}

#[cfg(feature = "sqlite")]
#[test]
fn nobody_ends_another_persons_login() {
    let (ring, dir) = (Ring::new(), Dir::new());
    let node = on_a_file(&ring, &dir);
    let (mut ada, mut other) = (logged_in(&node), logged_in(&node));
    let mut bob = Browser::new(&node.server);
    bob.submit("/login", "email=bob@example.com").says("You are logged in.");
    let page = ada.get("/devices").body;
    let key = keys(&page)[0].to_owned();
    bob.submit("/devices/end", &format!("key={key}")).says("That login was over already.");
    bob.submit("/devices/end-others", "");
    std::thread::sleep(Duration::from_millis(1_500));
    assert!(is_in(&mut ada) && is_in(&mut other) && is_in(&mut bob));
}

#[test]
fn a_shop_without_a_store_says_that_it_has_no_list() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/devices").leads_to("/login?next=/devices");
    browser.submit("/login", "email=ada@example.com");
    browser.get("/devices").says("This shop runs without a store, so it keeps no list of logins");
    assert_eq!(browser.post("/devices/end-others", "").status, 500);
}

#[cfg(feature = "redis")]
#[test]
fn a_log_out_that_the_store_does_not_hear_of_says_so_and_is_told_to_it_later() {
    use crate::{node::until, servers::Mortal as _};

    let Some(mut redis) = crate::servers::Redis::start() else { return };
    let ring = Ring::new();
    let url = redis.url();
    let start = || Node::start(&ring, &[&SELDOM[..], &["--store", &url]].concat());
    let (here, there) = (start(), start());
    let mut browser = logged_in(&here);
    let mut copy = Browser::new(&there.server);
    copy.cookies = browser.cookies.clone();
    assert!(is_in(&mut copy));
    redis.kill();
    let page = browser.post("/logout", "");
    assert_eq!(page.status, 503);
    page.says("Logged out here, and not everywhere yet");
    assert!(!page.fields("retry-after").is_empty());
    assert!(!browser.cookies.contains_key("__Host-id"), "{:?}", browser.cookies);
    until("it is logged", || here.logged(&["a sign-out has not reached the store"]) == 1);
    // The other node knows nothing of it.
    assert!(is_in(&mut copy));
    redis.start_again();
    until("it is told", || !is_in(&mut copy));
}

#[cfg(feature = "sqlite")]
#[test]
fn the_audience_that_the_start_says_finds_the_login_from_the_command_line() {
    let dir = Dir::new();
    let store = format!("sqlite:{}", dir.path().join("sessions.db").display());
    let mut server = Server::start(&["--store", &store]);
    let said = server.next_line();
    let audience = said.strip_prefix("gingersnap: the sessions' --audience is '").expect("an audience");
    let audience = audience.strip_suffix("'\n").expect("quotes").to_owned();
    Browser::new(&server).submit("/login", "email=ada@example.com").says("You are logged in.");
    let keys = server.ring();
    let list = ["sessions", "list", "ada@example.com", "--json", "--store", &store, "--audience", &audience];
    let output = program(&dir, &list).arg("--keys").arg(keys).output().expect("runs");
    let listed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        listed.matches("\"key\": ").count(),
        1,
        "{listed} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
