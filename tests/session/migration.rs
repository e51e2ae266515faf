//! A struct that changes while cookies of its older shape are out and older nodes still run.

use axum::Router;
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::{Identity, Session, SessionData, SessionLayer, SessionLayerBuilder, View, testing};
use serde::{Deserialize, Serialize};

use crate::browser::{Browser, TestClock, ring};

/// The struct as it was at first.
#[derive(Clone, Default, Deserialize, Serialize)]
struct First {
    name: String,
}

impl SessionData for First {
    const TAG: &'static str = "profile";
    const VERSION: u16 = 1;
}

/// A field came in front, so the first one's bytes would be misread.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Second {
    visits: u32,
    name: String,
}

impl SessionData for Second {
    const TAG: &'static str = "profile";
    const VERSION: u16 = 2;

    fn migrate(version: u16, bytes: &[u8]) -> Option<Self> {
        First::read(version, bytes).map(|old| Self { visits: 0, name: old.name })
    }

    fn downgrade(&self, version: u16) -> Option<Vec<u8>> {
        First { name: self.name.clone() }.write(version)
    }
}

/// The struct as it is now.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Third {
    visits: u64,
    names: Vec<String>,
}

impl SessionData for Third {
    const TAG: &'static str = "profile";
    const VERSION: u16 = 3;

    fn migrate(version: u16, bytes: &[u8]) -> Option<Self> {
        Second::read(version, bytes).map(|old| Self { visits: old.visits.into(), names: vec![old.name] })
    }

    fn downgrade(&self, version: u16) -> Option<Vec<u8>> {
        let visits = self.visits.try_into().ok()?;
        Second { visits, name: self.names.concat() }.write(version)
    }
}

/// A program of one version: shows and changes the data that it holds.
trait Program: SessionData {
    fn show(&self) -> String;
    fn change(&mut self);
}

impl Program for First {
    fn show(&self) -> String {
        self.name.clone()
    }

    fn change(&mut self) {
        self.name.push('a');
    }
}

impl Program for Second {
    fn show(&self) -> String {
        format!("{} {}", self.name, self.visits)
    }

    fn change(&mut self) {
        self.visits += 1;
    }
}

impl Program for Third {
    fn show(&self) -> String {
        format!("{:?} {}", self.names, self.visits)
    }

    fn change(&mut self) {
        self.visits += 10;
    }
}

/// A node that runs one version's program, and seals data in `write_version` if that is another.
fn node<T: Program>(ring: &Keyring, write_version: u16) -> Router {
    let routes = Router::new()
        .route("/", get(async |it: View<T>| it.show()))
        .route(
            "/same",
            get(async |mut it: Session<T>| {
                let _: &mut T = &mut it;
            }),
        )
        .route("/save", get(async |mut it: Session<T>| (it.change(), it.save().await.unwrap()).0))
        .route("/write", get(async |mut it: Session<T>| it.change()))
        .route("/who", get(async |who: Identity| who.subject().unwrap_or("nobody").to_owned()))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .route(
            "/write-in",
            get(async |mut it: Session<T>, mut who: Identity| {
                it.change();
                who.sign_in("ann").await.map(drop)
            }),
        )
        .route(
            "/in-write",
            get(async |mut it: Session<T>, mut who: Identity| {
                let signed_in = who.sign_in("ann").await.map(drop);
                it.change();
                signed_in
            }),
        );
    let layer = SessionLayer::builder(ring.clone(), "tests").session::<T>("profile").clock(TestClock::new());
    routes.layer(layer.write_version::<T>(write_version).build().unwrap())
}

/// Each node by the version of its program and the version in which it seals.
struct Fleet(Keyring);

impl Fleet {
    fn node(&self, program: u16, write_version: u16) -> Router {
        match program {
            1 => node::<First>(&self.0, write_version),
            2 => node::<Second>(&self.0, write_version),
            _ => node::<Third>(&self.0, write_version),
        }
    }
}

#[tokio::test]
async fn data_of_an_older_version_is_migrated_when_it_is_read_and_sealed_anew_when_it_is_written() {
    let fleet = Fleet(ring());
    let mut browser = Browser::new(fleet.node(1, 1));
    browser.get("/write").await;
    for (program, read, written) in [(2, "a 0", "a 1"), (3, "[\"a\"] 1", "[\"a\"] 11")] {
        browser = browser.moved_to(fleet.node(program, program));
        let answer = browser.get("/").await;
        assert_eq!((answer.body.as_str(), answer.sets().as_str()), (read, ""));
        assert_eq!(browser.get("/write").await.sets(), "__Host-profile");
        assert_eq!(browser.get("/").await.body, written);
    }
}

#[tokio::test]
async fn data_of_the_first_version_reaches_the_third_through_the_second() {
    let fleet = Fleet(ring());
    let mut browser = Browser::new(fleet.node(1, 1));
    browser.get("/write").await;
    assert_eq!(browser.moved_to(fleet.node(3, 3)).get("/").await.body, "[\"a\"] 0");
}

#[tokio::test]
async fn while_older_nodes_run_newer_ones_write_what_they_read() {
    for (old, new, seen_by_old, seen_by_new) in
        [(1, 2, "a", "a 0"), (1, 3, "a", "[\"a\"] 0"), (2, 3, " 11", "[\"\"] 11")]
    {
        let fleet = Fleet(ring());
        let (old_node, new_node) = (fleet.node(old, old), fleet.node(new, old));
        let mut browser = Browser::new(old_node.clone());
        browser.get("/in").await;
        browser.get("/write").await;
        browser = browser.moved_to(new_node);
        let answer = browser.get(if old == 1 { "/same" } else { "/write" }).await;
        assert_eq!(answer.sets(), if old == 1 { "" } else { "__Host-profile-own" });
        assert_eq!(browser.get("/").await.body, seen_by_new);
        browser = browser.moved_to(old_node);
        assert_eq!(browser.get("/").await.body, seen_by_old);
        assert_eq!(browser.get("/write").await.status, 200);
        assert_eq!(browser.get("/who").await.body, "ann");
    }
}

#[tokio::test]
async fn while_older_nodes_run_what_a_sign_in_adopts_is_what_they_read() {
    let fleet = Fleet(ring());
    for path in ["/write-in", "/in-write", "/in"] {
        let mut browser = Browser::new(fleet.node(3, 2));
        browser.get("/write").await;
        let answer = browser.get(path).await;
        assert_eq!(answer.sets(), "__Host-id __Host-profile-own -__Host-profile", "{path}");
        let visits = if path == "/in" { 10 } else { 20 };
        let mut browser = browser.moved_to(fleet.node(2, 2));
        assert_eq!(browser.get("/").await.body, format!(" {visits}"), "{path}");
    }
}

/// One of the two cannot be read here: both stay, and hers still counts on the newer nodes.
#[tokio::test]
async fn after_a_rollback_a_sign_in_merges_nothing_that_it_cannot_read() {
    let fleet = Fleet(ring());
    let mut browser = Browser::new(fleet.node(3, 3));
    browser.get("/in").await;
    browser.get("/write").await;
    browser.jar.remove("__Host-id");
    let mut browser = browser.moved_to(fleet.node(2, 2));
    browser.get("/write").await;
    assert_eq!(browser.get("/in").await.sets(), "__Host-id");
    assert_eq!(browser.get("/").await.body, " 0");
    assert_eq!(browser.get("/write").await.status, 503);
    assert!(browser.jar.contains_key("__Host-profile"));
    assert_eq!(browser.moved_to(fleet.node(3, 3)).get("/").await.body, "[] 10");
}

#[tokio::test]
async fn what_was_saved_in_an_older_version_is_compared_right_afterwards() {
    let fleet = Fleet(ring());
    let mut browser = Browser::new(fleet.node(3, 2));
    assert_eq!(browser.get("/save").await.sets(), "__Host-profile");
    assert_eq!(browser.get("/same").await.sets(), "");
    assert_eq!(browser.moved_to(fleet.node(2, 2)).get("/").await.body, " 10");
}

#[tokio::test]
async fn a_rollback_to_an_older_program_signs_nobody_out_and_loses_nothing() {
    let fleet = Fleet(ring());
    let mut browser = Browser::new(fleet.node(3, 3));
    browser.get("/in").await;
    browser.get("/write").await;
    let jar = browser.cookies();
    for old in [1, 2] {
        let mut rolled_back = browser.moved_to(fleet.node(old, old));
        assert_eq!(rolled_back.get("/who").await.body, "ann");
        assert_eq!(rolled_back.get("/").await.body, if old == 1 { "" } else { " 0" });
        assert_eq!(rolled_back.get("/write").await.status, 503);
        assert_eq!(rolled_back.cookies(), jar);
        assert_eq!(rolled_back.moved_to(fleet.node(3, 3)).get("/").await.body, "[] 10");
    }
}

#[tokio::test]
async fn what_an_older_version_cannot_hold_is_an_error_and_the_cookie_stays() {
    let fleet = Fleet(ring());
    let far = async |mut it: Session<Third>| it.visits = 1 << 32;
    let layer = SessionLayer::builder(fleet.0.clone(), "tests").session::<Third>("profile");
    let layer = layer.clock(TestClock::new()).write_version::<Third>(2).build().unwrap();
    let answer = Browser::new(Router::new().route("/", get(far)).layer(layer)).get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    assert_eq!(
        answer.error.unwrap().to_string(),
        "the session's data cannot be encoded: Third of version 3 has no version 2"
    );
}

#[test]
fn a_version_that_the_type_does_not_write_is_refused_when_the_layer_is_built() {
    let build = |builder: SessionLayerBuilder| builder.build().map(drop).map_err(|error| error.to_string());
    let sessions = || SessionLayer::builder(ring(), "tests").session::<First>("profile");
    assert_eq!(build(sessions().write_version::<First>(1)), Ok(()));
    for version in [0, 2] {
        let refused = format!(
            "write_version({version}): session::migration::First::downgrade does not write that version"
        );
        assert_eq!(build(sessions().write_version::<First>(version)), Err(refused));
    }
    let refused = "no `.session::<session::migration::Second>(…)` stands before what is said of session::migration::Second";
    assert_eq!(build(sessions().write_version::<Second>(1)), Err(refused.to_owned()));
}

#[test]
fn each_versions_own_print_stands_before_its_bytes() {
    let third = Third { visits: 3, names: vec!["ann".into()] };
    let prints = [testing::print::<First>(), testing::print::<Second>(), testing::print::<Third>()];
    for (version, print) in (1..).zip(prints) {
        let bytes = third.write(version).unwrap();
        assert_eq!(format!("{:02x}{:02x}", bytes[0], bytes[1]), print);
        assert!(Third::read(version, &bytes).is_some());
        let [_, _, rest @ ..] = bytes.as_slice() else { panic!("{bytes:?}") };
        assert!(Third::read(version, &[&[0, 0], rest].concat()).is_none());
    }
}

/// The program that wrote, before its struct changed.
mod before {
    use super::{Deserialize, Serialize, SessionData};

    #[derive(Clone, Default, Deserialize, Serialize)]
    pub(super) struct Cart {
        pub(super) lines: Vec<(String, u32)>,
    }

    impl SessionData for Cart {
        const TAG: &'static str = "cart";
        const VERSION: u16 = 2;
    }
}

/// The same one as `before::Cart`, which has given its name away.
#[derive(Clone, Default, Deserialize, Serialize)]
struct CartV2 {
    lines: Vec<(String, u32)>,
}

impl SessionData for CartV2 {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 2;
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Cart {
    lines: Vec<(String, u32)>,
    voucher: Option<String>,
}

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 3;

    fn migrate(version: u16, bytes: &[u8]) -> Option<Self> {
        CartV2::read(version, bytes).map(|old| Self { lines: old.lines, voucher: None })
    }

    fn downgrade(&self, version: u16) -> Option<Vec<u8>> {
        CartV2 { lines: self.lines.clone() }.write(version)
    }
}

#[test]
fn an_older_struct_under_another_name_reads_and_writes_what_it_did_under_its_own() {
    let lines = vec![("tea".to_owned(), 2)];
    let bytes = before::Cart { lines: lines.clone() }.write(2).unwrap();
    let cart = Cart::read(2, &bytes).unwrap();
    assert_eq!((&cart.lines, &cart.voucher), (&lines, &None));
    assert_eq!(cart.write(2).unwrap(), bytes);
    assert_eq!(testing::print::<CartV2>(), testing::print::<before::Cart>());
}
