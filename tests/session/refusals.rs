//! Refused cookies: what is dead gives way to a fresh session, what is unsettled is left alone.

use axum::Router;
use axum::routing::get;
use base64_simd::URL_SAFE_NO_PAD;
use gingersnap::keyring::Keyring;
use gingersnap::token::{Aad, DataClaims, Kind, Padding, Plaintext, Sealing, Unopened};
use gingersnap::{
    Identity, Refusal, RefusalClass, Session, SessionData, SessionError, SessionLayer, Timestamp, View,
};

use crate::browser::{Answer, Browser, Cart, START, TestClock, Visits, ring, with_ring};
use crate::events::Events;
use crate::rings::{
    followed, made_at, overridden, rotated, sessions_dead_before, with_longest_session, without_first_key,
};

async fn count(mut visits: Session<Visits>) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

async fn reads(visits: Session<Visits>) -> String {
    format!("{} {:?}", visits.0, visits.refused())
}

fn app(ring: &Keyring, clock: &TestClock) -> Router {
    Router::new()
        .route("/", get(reads))
        .route("/view", get(|visits: View<Visits>| async move { visits.is_new().to_string() }))
        .route("/count", get(count))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .route("/renew", get(async |mut who: Identity| who.renew().await.map(|is_in| is_in.to_string())))
        .route("/touch-renew", get(async |_: View<Visits>, mut who: Identity| who.renew().await.map(drop)))
        .route("/bob", get(async |mut who: Identity| who.sign_in("bob").await.map(drop)))
        .route("/out", get(async |mut who: Identity| who.sign_out().await.unwrap()))
        .route("/who", get(async |who: Identity| who.subject().unwrap_or("nobody").to_owned()))
        .layer(with_ring(followed(ring.clone()), clock).build().unwrap())
}

/// A ring, and a token of `Visits(7)` with `version` and `data` under it.
fn token(ring: &Keyring, version: u16, data: &[u8]) -> String {
    let start = Timestamp::from_unix(START);
    let mut plain = Plaintext::with_capacity(32);
    DataClaims { started_at: start, owner: None, generation: 1, version }.write(start, &mut plain);
    plain.extend(data);
    sealed(ring, plain, "visits")
}

fn sealed(ring: &Keyring, plain: Plaintext, tag: &str) -> String {
    let start = Timestamp::from_unix(START);
    let aad = Aad::new(Kind::Data, tag, "__Host-visits", "tests", "").unwrap();
    let sealing = Sealing { padding: Padding::None, ..Sealing::new(start, [9; 16]) };
    ring.seal(plain, &aad, start, &sealing).unwrap().to_string()
}

/// One way in which a cookie comes to be refused.
struct Case {
    refusal: Refusal,
    ring: Keyring,
    /// The time when the layer is built and the request comes.
    now: u64,
    value: String,
}

fn cases() -> Vec<Case> {
    let ring = ring();
    let data = Visits(7).write(Visits::VERSION).unwrap();
    let good = token(&ring, 1, &data);
    let with_byte = |at: usize, byte: u8| {
        let mut bytes = URL_SAFE_NO_PAD.decode_to_vec(&good).unwrap();
        bytes[at] = byte;
        URL_SAFE_NO_PAD.encode_to_string(bytes)
    };
    let at = |now, refusal, ring: &Keyring, value: &str| Case {
        refusal,
        ring: ring.clone(),
        now,
        value: value.into(),
    };
    let case = |refusal, ring: &Keyring, later, value: &str| at(START + later, refusal, ring, value);
    let mut claims = Plaintext::with_capacity(8);
    claims.extend(&[0, 7]);
    let day = 86_400;
    vec![
        case(Refusal::TooLong, &ring, 0, &"A".repeat(Unopened::MAX_TEXT + 1)),
        case(Refusal::TooShort, &ring, 0, "AQEB"),
        case(Refusal::NotBase64url, &ring, 0, &format!("{good}=")),
        case(Refusal::UnknownSuite, &ring, 0, &with_byte(0, 16)),
        case(Refusal::WrongSuite, &ring, 0, &with_byte(0, 3)),
        case(Refusal::WrongSuite, &ring, 0, &with_byte(0, 2)),
        case(Refusal::UnknownKey, &without_first_key(&ring, false), 300, &good),
        case(Refusal::UnknownNewerKey, &without_first_key(&ring, false), 299, &good),
        case(Refusal::KeyDisabled, &overridden(&ring, "disabled"), 0, &good),
        case(Refusal::KeyExpired, &rotated(&ring, START + 1), ring.longest_session() + 61, &good),
        case(Refusal::KeyRevoked, &overridden(&ring, "revoked"), 0, &good),
        case(Refusal::KeyDestroyed, &without_first_key(&ring, true), 0, &good),
        case(Refusal::TooOld, &with_longest_session(&ring, day), day + 60, &good),
        case(Refusal::Forged, &ring, 0, &with_byte(23, 8)),
        at(START - 61, Refusal::FromFuture, &ring, &good),
        at(START - 300, Refusal::FromFuture, &ring, &good),
        at(START - 301, Refusal::FarFuture, &ring, &good),
        at(START - 3_601, Refusal::ClockBehind, &made_at(&ring, START), &good),
        case(Refusal::BadClaims, &ring, 0, &sealed(&ring, claims, "visits")),
        case(Refusal::BadData, &ring, 0, &token(&ring, 1, &[&data[..], &[7]].concat())),
        case(Refusal::BadData, &ring, 0, &token(&ring, 1, &data[..1])),
        case(Refusal::ChangedShape, &ring, 0, &token(&ring, 1, &[0, 0, 7])),
        case(Refusal::NewerVersion, &ring, 0, &token(&ring, 2, &data)),
        case(Refusal::OlderVersion, &ring, 0, &token(&ring, 0, &data)),
        case(Refusal::TimedOut, &ring, day, &good),
        case(Refusal::SessionsDead, &sessions_dead_before(&ring, START + 1), 2, &good),
    ]
}

async fn ask(case: &Case, path: &str) -> Answer {
    let clock = TestClock::new();
    clock.set(case.now);
    Browser::new(app(&case.ring, &clock)).send_with(path, &[&format!("__Host-visits={}", case.value)]).await
}

#[tokio::test]
async fn each_refusal_reads_as_fresh_sends_nothing_and_is_one_event() {
    for case in cases() {
        let events = Events::start();
        let answer = ask(&case, "/").await;
        assert_eq!(answer.body, format!("0 Some({:?})", case.refusal));
        assert_eq!((answer.status, answer.sets().as_str()), (200, ""));
        let unsettled = case.refusal.class() == RefusalClass::Unsettled;
        let reason = case.refusal.name();
        let (level, error) = match case.refusal {
            Refusal::ChangedShape | Refusal::BadData => ("ERROR", format!(" error={}", case.refusal)),
            _ => ("INFO", String::new()),
        };
        let fields = format!("cookie=\"__Host-visits\" reason={reason:?} unsettled={unsettled}{error}");
        assert_eq!(events.take(), [format!("{level} cookie refused {fields}")]);
    }
}

#[tokio::test]
async fn a_write_replaces_what_is_dead_and_leaves_alone_what_is_unsettled() {
    for case in cases() {
        let answer = ask(&case, "/count").await;
        if case.refusal.class() == RefusalClass::Dead {
            assert_eq!(
                (answer.body.as_str(), answer.sets().as_str()),
                ("1", "__Host-visits"),
                "{:?}",
                case.refusal
            );
        } else {
            unsettled(&answer, case.refusal);
        }
    }
}

#[track_caller]
fn unsettled(answer: &Answer, refusal: Refusal) {
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (503, "", ""));
    assert_eq!(answer.headers["retry-after"], "5");
    assert_eq!(answer.error, Some(SessionError::Unsettled(refusal)));
}

#[tokio::test]
async fn a_client_cannot_tell_the_reasons_apart() {
    for (path, class) in
        [("/view", None), ("/count", Some(RefusalClass::Dead)), ("/count", Some(RefusalClass::Unsettled))]
    {
        let mut seen = Vec::new();
        for case in cases().iter().filter(|case| class.is_none_or(|class| case.refusal.class() == class)) {
            let answer = ask(case, path).await;
            let mut headers = answer.headers;
            headers.remove("set-cookie");
            seen.push((answer.status, answer.body, headers));
        }
        assert!(seen.len() >= 4);
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{path} {class:?}");
    }
}

/// The parts of an answer that a client sees: everything except the token that it is given, of which it sees the length.
fn seen(answer: &Answer) -> String {
    let fields = answer.headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap();
        match (name.as_str(), value.split_once('=').and_then(|(to, rest)| Some((to, rest.split_once(';')?))))
        {
            ("set-cookie", Some((to, (token, attributes)))) => {
                format!("{name}: {to} {} {attributes}", token.len())
            }
            _ => format!("{name}: {value}"),
        }
    });
    let mut fields = fields.collect::<Vec<_>>();
    fields.sort();
    format!("{} {fields:?} {}", answer.status, answer.body)
}

#[tokio::test]
async fn a_client_is_told_the_class_of_a_refusal_at_a_write_and_nothing_else() {
    for case in cases() {
        let clock = TestClock::new();
        clock.set(case.now);
        let without = Browser::new(app(&case.ring, &clock));
        for path in ["/view", "/count"] {
            let answer = ask(&case, path).await;
            // As many octets that are not ours: a full request leaves the padding out.
            let none = without.send_with(path, &[format!("__Host-others={}", case.value)]).await;
            let is_told = path == "/count" && case.refusal.class() == RefusalClass::Unsettled;
            if is_told {
                let expected = r#"503 ["cache-control: no-store", "content-length: 0", "retry-after: 5", "vary: Cookie"] "#;
                assert_eq!(seen(&answer), expected, "{:?}", case.refusal);
            } else if case.refusal != Refusal::KeyRevoked && case.refusal != Refusal::KeyDisabled {
                // As if there were none. With the only key gone there is none to write with.
                assert_eq!(seen(&answer), seen(&none), "{path} {:?}", case.refusal);
            }
            let told = seen(&answer);
            assert!(
                Refusal::ALL.iter().all(|it| !told.contains(it.name()) && !told.contains(&it.to_string())),
                "{told}"
            );
        }
    }
}

#[tokio::test]
async fn a_token_of_another_audience_tag_or_kind_is_forged() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut plain = Plaintext::with_capacity(8);
    plain.extend(&[0, 0, 1, 1, 0, 0, 7]);
    let cart = format!("__Host-visits={}", sealed(&ring, plain, "cart"));
    let browser = Browser::new(app(&ring, &clock));
    assert_eq!(browser.send_with("/", &[&cart]).await.body, "0 Some(Forged)");

    let elsewhere =
        SessionLayer::builder(ring, "staging").session::<Visits>("visits").session::<Cart>("session");
    let routes = Router::new().route("/", get(reads)).route("/count", get(count));
    let mut other = Browser::new(routes.layer(elsewhere.clock(clock).build().unwrap()));
    other.get("/count").await;
    assert_eq!(other.get("/").await.body, "1 None");
    assert_eq!(browser.send_with("/", &[&other.cookies()]).await.body, "0 Some(Forged)");
    let as_identity = other.cookies().replace("visits", "id");
    assert_eq!(browser.send_with("/who", &[&as_identity]).await.body, "nobody");
}

#[tokio::test]
async fn while_the_identity_is_unsettled_nothing_is_written() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(app(&ring, &clock));
    browser.get("/in").await;
    browser.get("/count").await;
    let jar = browser.cookies();
    let mut browser = browser.moved_to(app(&overridden(&ring, "disabled"), &clock));
    assert_eq!(browser.get("/who").await.body, "nobody");
    unsettled(&browser.get("/count").await, Refusal::KeyDisabled);
    browser.jar.remove("__Host-visits-own");
    unsettled(&browser.get("/count").await, Refusal::KeyDisabled);
    let mut browser = Browser::new(app(&ring, &clock));
    browser.jar = jar
        .split("; ")
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(n, v)| (n.into(), v.into()))
        .collect();
    assert_eq!(browser.get("/count").await.body, "2");
}

#[tokio::test]
async fn a_dead_identity_gives_way_to_a_sign_in() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(app(&ring, &clock));
    browser.jar.insert("__Host-id".into(), "junk".into());
    assert_eq!(browser.get("/in").await.sets(), "__Host-id");
    assert_eq!(browser.get("/who").await.body, "ann");
}

#[tokio::test]
async fn while_the_identity_is_unsettled_who_proves_who_they_are_signs_in_and_anybody_out() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(app(&ring, &clock));
    browser.get("/in").await;
    browser.get("/count").await;
    let mut browser = browser.moved_to(app(&overridden(&ring, "disabled"), &clock));
    assert_eq!(browser.late("/out").await.sets(), "-__Host-id -__Host-visits-own");
    assert_eq!(browser.get("/in").await.sets(), "__Host-id");
    assert_eq!(browser.get("/who").await.body, "ann");
}

#[tokio::test]
async fn data_that_cannot_be_read_yet_is_left_alone_by_all_but_a_sign_out() {
    let (old, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(app(&old, &clock));
    browser.get("/in").await;
    // A node that lags behind two rotations knows no key of what the others write.
    let mut browser = browser.moved_to(app(&newer(&newer(&old)), &clock));
    assert_eq!(browser.get("/count").await.body, "1");
    let lagging = browser.moved_to(app(&old, &clock));
    assert_eq!(lagging.late("/").await.body, "0 Some(UnknownNewerKey)");
    unsettled(&lagging.late("/count").await, Refusal::UnknownNewerKey);
    for path in ["/renew", "/touch-renew", "/in", "/bob"] {
        assert_eq!(lagging.late(path).await.sets(), "__Host-id", "{path}");
    }
    assert_eq!(lagging.late("/out").await.sets(), "-__Host-id -__Host-visits-own");
    assert_eq!(browser.get("/renew").await.sets(), "__Host-id");
    assert_eq!(browser.get("/count").await.body, "2");
}

/// The ring after a rotation to a key that is in force at once.
fn newer(ring: &Keyring) -> Keyring {
    let mut random = |bytes: &mut [u8]| {
        getrandom::fill(bytes).unwrap();
        Ok(())
    };
    ring.rotate(0, None, Timestamp::from_unix(START), &mut random).unwrap()
}
