//! The lengths of cookies: prints the table of sizes of `docs/BENCHMARKS.md`, and ends with an error if a promised
//! size is missed. `cargo bench --bench sizes`; nothing here measures time. `-- --chart FILE` draws its chart.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops at what fails"
)]

mod cart;
mod sizes_chart;

use std::convert::Infallible;
use std::task::{Context, Poll, Waker};

use gingersnap::keyring::Keyring;
use gingersnap::token::{Aad, Kind, Padding, Plaintext, Sealing, Suite};
use gingersnap::{Clock as _, Entropy as _, Identity, OsEntropy, Session, SessionLayer, SystemClock};
use http::{HeaderMap, Request, Response};
use serde::Deserialize;
use tower::{Layer as _, Service as _};

use cart::{Cart, Item};

/// The standard session: base and the first items are "a cart of N".
#[derive(Deserialize)]
struct Standard {
    base: Base,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Base {
    user_id: u64,
    email: String,
    csrf: String,
}

impl Standard {
    fn cart(&self, lines: usize) -> Cart {
        Cart {
            user_id: self.base.user_id,
            email: self.base.email.clone(),
            csrf: self.base.csrf.clone(),
            items: self.items.iter().take(lines).cloned().collect(),
        }
    }
}

/// Puts a cart into the session, for somebody or for nobody.
async fn put(request: Request<()>, cart: Cart, subject: Option<&str>) -> Result<Response<()>, Infallible> {
    let (parts, ()) = request.into_parts();
    if let Some(subject) = subject {
        let mut identity = Identity::from_parts(&parts).await.expect("an identity");
        identity.sign_in(subject).await.expect("a subject");
    }
    *Session::<Cart>::from_parts(&parts).await.expect("a session") = cart;
    Ok(Response::new(()))
}

fn keyring() -> Keyring {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    Keyring::init(Suite::default(), 86_400, SystemClock.now(), &mut random).expect("a ring")
}

/// The `Set-Cookie` fields of a response, or none if the cart does not fit.
fn response(cart: &Cart, subject: Option<&'static str>, padding: Padding) -> Option<HeaderMap> {
    let layer = SessionLayer::builder(keyring(), "sizes").session::<Cart>("session").padding(padding);
    let handler = tower::service_fn(|request| put(request, cart.clone(), subject));
    let mut service = layer.build().expect("a layer").layer(handler);
    let mut future = std::pin::pin!(service.call(Request::new(())));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response.status().is_success().then(|| response.headers().clone()),
        Poll::Ready(Err(never)) => match never {},
        Poll::Pending => panic!("nothing to wait for"),
    }
}

/// Characters of the value that `fields` set `name` to.
fn value_len(fields: &HeaderMap, name: &str) -> usize {
    let mut fields =
        fields.get_all(http::header::SET_COOKIE).iter().map(|field| field.to_str().expect("text"));
    let pair = fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('=')).expect("the cookie");
    pair.split(';').next().map_or(0, str::len)
}

fn main() {
    let standard: Standard =
        serde_json::from_str(include_str!("data/standard-cart.json")).expect("the standard cart");
    let value = |lines, subject, padding| {
        let fields = response(&standard.cart(lines), subject, padding)?;
        let name = if subject.is_some() { "__Host-session-own" } else { "__Host-session" };
        Some(value_len(&fields, name))
    };
    let fits = |lines: &usize| value(*lines, None, Padding::To32).is_some();
    let largest = (0..=standard.items.len()).take_while(fits).last().expect("a cart that fits");

    println!("\nCharacters of the data cookie's value\n");
    println!("| cart of | padded to 32 | not padded | padded, signed in |");
    println!("|--------:|-------------:|-----------:|------------------:|");
    for lines in [0, 1, 5, 10, 25, 50, 100, 200] {
        let cell =
            |subject, padding| value(lines, subject, padding).map_or("-".into(), |len| len.to_string());
        println!(
            "| {lines:>7} | {:>12} | {:>10} | {:>17} |",
            cell(None, Padding::To32),
            cell(None, Padding::None),
            cell(Some("ada.lovelace@example.com"), Padding::To32)
        );
    }

    let signed_in =
        response(&standard.cart(0), Some("ada.lovelace@example.com"), Padding::To32).expect("fits");
    let aad = Aad::new(Kind::Data, "", "", "sizes", "").expect("short");
    let now = SystemClock.now();
    let sealing = Sealing { padding: Padding::None, ..Sealing::new(now, [0; 16]) };
    let empty = keyring().seal(Plaintext::with_capacity(0), &aad, now, &sealing);
    let empty = empty.expect("sealed").text_len();
    let rows = [
        ("cart of 10, characters", value(10, None, Padding::To32).expect("fits"), 0, 356),
        ("cart of 10 without padding", value(10, None, Padding::None).expect("fits"), 0, 345),
        ("largest cart in 4,096 octets", largest, 208, usize::MAX),
        ("nothing but the envelope and its 0x80", empty, 0, 55),
        ("identity, subject of 24 characters", value_len(&signed_in, "__Host-id"), 0, 165),
    ];
    println!("\nSizes to reach\n\n| what | must | is |\n|---|---:|---:|");
    for (what, is, least, most) in rows {
        let must = if least > 0 { format!("≥ {least}") } else { format!("≤ {most}") };
        println!("| {what} | {must} | {is} |");
        assert!((least..=most).contains(&is), "{what}: {is}, and must be {must}");
    }
    if let Some(file) = std::env::args().skip_while(|argument| argument != "--chart").nth(1) {
        let ours = [None, Some("ada.lovelace@example.com")];
        let ours = ours.map(|subject| value(10, subject, Padding::To32).expect("fits"));
        std::fs::write(file, sizes_chart::chart(ours)).expect("a file that can be written");
    }
}
