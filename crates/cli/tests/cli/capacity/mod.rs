//! `gingersnap capacity`.

#[path = "../../../../../benches/cart.rs"]
mod cart;
mod cookies;
mod picture;

use std::convert::Infallible;

use gingersnap::token::Padding;
use gingersnap::{Identity, Map, Session, SessionData, SessionLayer, SessionLayerBuilder};
use http::{Request, Response};
use tower::{Layer as _, Service as _};

use self::cart::Cart;
use super::*;

/// The standard cart as JSON.
fn cart(lines: usize) -> Value {
    let text = include_str!("../../../../../benches/data/standard-cart.json");
    let standard: Value = serde_json::from_str(text).unwrap();
    let mut cart = standard["base"].clone();
    cart["items"] = standard["items"].as_array().unwrap()[..lines].into();
    cart
}

fn entry(value: &Value) -> gingersnap::Value {
    use gingersnap::Value as Entry;
    match value {
        Value::Array(list) => Entry::List(list.iter().map(entry).collect()),
        Value::Object(fields) => {
            Entry::Map(fields.iter().map(|(name, it)| (name.clone(), entry(it))).collect())
        }
        Value::String(text) => Entry::Text(text.clone()),
        number => Entry::Int(number.as_i64().unwrap()),
    }
}

/// The data cookie that a layer with this ring sends; none if it refuses the data.
async fn sent_by<T: SessionData>(ring: Keyring, data: T, signs_in: bool, padding: Padding) -> Option<String> {
    let layer = SessionLayer::builder(ring, "shop").session::<T>("session").padding(padding);
    first_cookie(layer, data, signs_in).await
}

async fn first_cookie<T: SessionData>(layer: SessionLayerBuilder, data: T, signs_in: bool) -> Option<String> {
    let handler = tower::service_fn(move |request: Request<()>| {
        let data = data.clone();
        async move {
            let (parts, ()) = request.into_parts();
            if signs_in {
                Identity::from_parts(&parts).await.unwrap().sign_in("ada").await.unwrap();
            }
            *Session::<T>::from_parts(&parts).await.unwrap() = data;
            Ok::<_, Infallible>(Response::new(()))
        }
    });
    let response = layer.build().unwrap().layer(handler).call(Request::new(())).await.unwrap();
    let mut fields = response.headers().get_all("set-cookie").iter().map(|field| field.to_str().unwrap());
    let found = fields.find(|field| field.starts_with("__Host-session"));
    found.and_then(|field| field.split(';').next()).map(String::from)
}

/// Octets of the name and the value.
async fn sent<T: SessionData>(data: T, signs_in: bool, padding: Padding) -> Option<usize> {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let ring = Keyring::init(Suite::default(), 86_400, SystemClock.now(), &mut random).unwrap();
    sent_by(ring, data, signs_in, padding).await.map(|pair| pair.len() - 1)
}

fn map_of(cart: &Value) -> Map {
    let mut map = Map::default();
    cart.as_object().unwrap().iter().for_each(|(name, it)| drop(map.insert(name.clone(), entry(it))));
    map
}

#[tokio::test]
async fn a_session_takes_what_the_layer_sends() {
    let place = Place::empty("capacity_sent");
    for lines in [0, 1, 10, 50] {
        let cart = cart(lines);
        fs::write(place.0.join("cart.json"), cart.to_string()).unwrap();
        let said = place.json(&["capacity", "--session", "cart.json", "--json"]);
        let typed: Cart = serde_json::from_value(cart.clone()).unwrap();
        let map = map_of(&cart);
        for (padding, key) in [(Padding::To32, "padded"), (Padding::None, "not_padded")] {
            for (signs_in, who) in [(false, "guest"), (true, "signed_in")] {
                let octets = |form: &str| {
                    said["octets"][form][key][who].as_u64().map(|it| usize::try_from(it).unwrap())
                };
                let what = format!("{lines} lines, {key}, {who}");
                assert_eq!(octets("typed"), sent(typed.clone(), signs_in, padding).await, "{what}");
                assert_eq!(octets("map"), sent(map.clone(), signs_in, padding).await, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn as_many_lines_fit_as_the_layer_takes() {
    let place = Place::empty("capacity_lines");
    let said: Value = serde_json::from_str(&place.succeeds(&["capacity", "--items", "3", "--json"])).unwrap();
    let libraries = said["lines_that_fit"].as_array().unwrap();
    assert_eq!(libraries.len(), 34);
    assert!(libraries.is_sorted_by(|one, next| one["lines"].as_u64() >= next["lines"].as_u64()));
    let ours = libraries.iter().find(|it| it["library"] == "gingersnap, typed").unwrap();
    let most = usize::try_from(ours["lines"].as_u64().unwrap()).unwrap();
    let takes = async |lines| {
        let cart: Cart = serde_json::from_value(cart(lines)).unwrap();
        sent(cart, false, Padding::To32).await.is_some()
    };
    assert!(takes(most).await && !takes(most + 1).await, "{most}");
}

#[test]
fn the_table_says_what_is_left_and_what_each_field_takes() {
    let place = Place::empty("capacity_table");
    let said = place.succeeds(&["capacity", "--items", "200"]);
    for line in [
        "4 fields, 9761 bytes of JSON",
        "bytes of each field  typed  Map",
        "csrf                 33     39",
        "lines of the standard cart that fit",
    ] {
        assert!(said.contains(line), "{line}:\n{said}");
    }
    let row = |start: &str| said.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
    assert!(row("4096  name and value").contains("fits, "));
    assert!(row("3072").contains(" too many"));
    fs::write(place.0.join("deep.json"), format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40))).unwrap();
    let deep = place.succeeds(&["capacity", "--session", "deep.json"]);
    assert!(deep.starts_with("1 field, 87 bytes of JSON\n\nno Map: it has at most 32 levels"), "{deep}");
}

/// What a command says that ends with this status.
fn refused(place: &Place, args: &[&str], status: i32) -> String {
    let output = place.run(args);
    assert_eq!(output.status.code(), Some(status), "{args:?}");
    text(&output.stderr)
}

#[test]
fn what_is_no_session_is_refused_with_a_hint() {
    let place = Place::empty("capacity_refused");
    let hint = "hint: a session is an object of fields, such as {\"user_id\": 7, \"cart\": []}";
    for (text, reason) in [
        ("[1]", "no.json is JSON, but no object"),
        ("7", "no.json is JSON, but no object"),
        ("", "no.json is not JSON: EOF while parsing a value at line 1 column 0"),
        ("{\"a\": 1,}", "no.json is not JSON: trailing comma at line 1 column 9"),
    ] {
        fs::write(place.0.join("no.json"), text).unwrap();
        let said = refused(&place, &["capacity", "--session", "no.json"], 2);
        assert!(said.contains(reason) && said.contains(hint), "{said}");
    }
    fs::write(place.0.join("no.json"), vec![b' '; (1 << 20) + 1]).unwrap();
    assert!(
        refused(&place, &["capacity", "--session", "no.json"], 2).contains("no.json has more than 1 MiB")
    );
    assert!(
        refused(&place, &["capacity", "--session", "missing.json"], 3).contains("cannot read missing.json: ")
    );
    for lines in ["-1", "601", "ten", "99999999999999999999"] {
        let said = refused(&place, &["capacity", "--items", lines], 2);
        assert!(said.contains("a cart has from 0 to 600 lines"), "{said}");
    }
    refused(&place, &["capacity"], 2);
    refused(&place, &["capacity", "--items", "1", "--session", "no.json"], 2);
}

#[test]
fn other_libraries_are_measured_at_the_same_cart_or_on_both_sides_of_it() {
    let place = Place::empty("capacity_beside");
    let at = |lines: &str, library: &str| {
        let said = place.json(&["capacity", "--items", lines, "--json"]);
        let libraries = said["lines_that_fit"].as_array().unwrap().clone();
        libraries.iter().find(|it| it["library"] == library).unwrap()["octets_at"].clone()
    };
    let fernet = "Fernet (cryptography 50.0.2)";
    assert_eq!(at("10", fernet), serde_json::json!({ "10": 868 }));
    assert_eq!(at("12", fernet), serde_json::json!({ "10": 868, "25": 1848 }));
    assert_eq!(at("200", fernet), serde_json::json!({ "50": 3448 }));
    assert_eq!(at("10", "gingersnap, typed"), serde_json::json!({ "10": 352 }));
    let said = place.succeeds(&["capacity", "--items", "12"]);
    assert!(said.contains("octets of the value at 10 and 25"), "{said}");
}
