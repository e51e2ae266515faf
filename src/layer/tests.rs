//! The cost of finding a session, counted in AEAD calls. Everything else is tested from `tests/`.

use std::convert::Infallible;

use futures_util::FutureExt as _;
use http::request::Parts;
use http::{Request, Response};
use tower::{ServiceExt as _, service_fn};

use super::*;
use crate::keyring::Keyring;
use crate::session::{Identity, Map, Session, View};
use crate::token::{Suite, calls};
use crate::{Entropy as _, Timestamp};

pub(super) fn layer() -> SessionLayer {
    let now = Timestamp::from_unix(1_800_000_000);
    let ring = Keyring::init(Suite::default(), 30 * 86_400, now, &mut |bytes| OsEntropy.fill(bytes));
    SessionLayer::builder(ring.unwrap(), "tests")
        .session::<Map>("session")
        .clock(move || now)
        .build()
        .unwrap()
}

fn send(layer: &SessionLayer, fields: &[String], handler: fn(&Parts) -> String) -> Response<String> {
    let inner = service_fn(async |request: Request<()>| {
        let (parts, ()) = request.into_parts();
        Ok::<_, Infallible>(Response::new(handler(&parts)))
    });
    let request = fields.iter().fold(Request::get("/"), |request, field| request.header("cookie", field));
    layer.layer(inner).oneshot(request.body(()).unwrap()).now_or_never().unwrap().unwrap()
}

fn count(parts: &Parts) -> String {
    Session::<Map>::from_parts(parts)
        .now_or_never()
        .unwrap()
        .unwrap()
        .update("visits", |visits: &mut u32| *visits += 1);
    String::new()
}

fn show(parts: &Parts) -> String {
    View::<Map>::from_parts(parts)
        .now_or_never()
        .unwrap()
        .unwrap()
        .get::<u32>("visits")
        .unwrap_or(0)
        .to_string()
}

fn show_and_name(parts: &Parts) -> String {
    let who = Identity::from_parts(parts).now_or_never().unwrap().unwrap();
    format!("{} {}", show(parts), who.subject().unwrap_or("nobody"))
}

fn sign_in(parts: &Parts) -> String {
    Identity::from_parts(parts)
        .now_or_never()
        .unwrap()
        .unwrap()
        .sign_in("ann")
        .now_or_never()
        .unwrap()
        .unwrap();
    String::new()
}

/// The cookie that the answer sets, in the form that a request sends it.
fn cookie(layer: &SessionLayer, fields: &[String], handler: fn(&Parts) -> String) -> String {
    let response = send(layer, fields, handler);
    let field = response.headers()["set-cookie"].to_str().unwrap();
    field.split(';').next().unwrap().to_owned()
}

/// The session after the first visit, after the second, and so on.
fn visits<const N: usize>(layer: &SessionLayer) -> [String; N] {
    let mut fields = Vec::new();
    [(); N].map(|()| {
        fields = vec![cookie(layer, &fields, count)];
        fields[0].clone()
    })
}

#[track_caller]
fn costs(calls: usize, layer: &SessionLayer, fields: &[String], handler: fn(&Parts) -> String, body: &str) {
    let (response, made) = calls::during(|| send(layer, fields, handler));
    assert_eq!((response.body().as_str(), made), (body, calls));
}

#[test]
fn ten_thousand_other_cookies_cost_no_call() {
    let layer = layer();
    let [good] = visits(&layer);
    let value = good.split_once('=').unwrap().1;
    let names = ["__host-session", "__%48ost-session", "\u{a0}__Host-session", "session", "__Host-session2"];
    let others = (0..10_000).map(|n| format!("{}={value}", names[n % names.len()]));
    let fields = others.chain([good.clone()]).collect::<Vec<_>>();
    costs(1, &layer, &[fields.join("; ")], show, "1");
    costs(1, &layer, &fields, show, "1");
    costs(0, &layer, &fields[..10_000], show, "0");
}

#[test]
fn four_of_one_name_cost_four_calls_and_a_fifth_saves_them() {
    let layer = layer();
    let five = visits::<5>(&layer);
    costs(4, &layer, &five[..4], show, "4");
    costs(0, &layer, &five, show, "0");
    costs(0, &layer, &[five.join("; ")], show, "0");
}

#[test]
fn one_value_ten_thousand_times_costs_one_call() {
    let layer = layer();
    let [good] = visits(&layer);
    costs(1, &layer, &vec![good.clone(); 10_000], show, "1");
    costs(1, &layer, &[vec![good; 10_000].join(";")], show, "1");
}

#[test]
fn what_is_no_token_costs_no_call() {
    let layer = layer();
    let [good] = visits(&layer);
    let megabyte = format!("__Host-session={}", "A".repeat(1 << 20));
    let quoted = good.replacen('=', "=\"", 1) + "\"";
    costs(1, &layer, &[megabyte.clone(), quoted.clone(), good.clone(), "__Host-session=".into()], show, "1");
    costs(0, &layer, &[megabyte, quoted], show, "0");
}

#[test]
fn a_name_is_opened_when_it_is_asked_for_and_once() {
    let layer = layer();
    let identity = cookie(&layer, &[], sign_in);
    let mut fields = vec![identity, String::new()];
    fields[1] = cookie(&layer, &fields, count);
    costs(2, &layer, &fields, show_and_name, "1 ann");
    costs(2, &layer, &fields, show, "1");
    let anonymous = visits::<1>(&layer);
    costs(1, &layer, &anonymous, show, "1");
}
