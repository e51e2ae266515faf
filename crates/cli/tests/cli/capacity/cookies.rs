//! `gingersnap capacity --cookie`.

use gingersnap::store::MemoryStore;

use super::*;

/// A cookie whose data is a standard cart, and what `capacity` says of the cart and of the cookie.
async fn of_cookie(place: &Place, lines: usize, tag: &str) -> [Value; 2] {
    let cart = cart(lines);
    fs::write(place.0.join("cart.json"), cart.to_string()).unwrap();
    let (ring, padding) = (place.ring(), Padding::To32);
    let cookie = if tag == "map" {
        sent_by(ring, map_of(&cart), true, padding).await
    } else {
        let typed: Cart = serde_json::from_value(cart).unwrap();
        sent_by(ring, typed, true, padding).await
    };
    let args = ["capacity", "--cookie", "-", "--audience", "shop", "--tag", tag, "--json"];
    let output = place.run_with_stdin(&args, &format!("{}\n", cookie.unwrap()));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = serde_json::from_slice(&output.stdout).unwrap();
    [place.json(&["capacity", "--session", "cart.json", "--json"]), said]
}

#[tokio::test]
async fn the_cookie_of_a_map_takes_what_its_json_does_field_by_field() {
    let place = Place::with_ring("capacity_map");
    for lines in [0, 10] {
        let [of_json, of_cookie] = of_cookie(&place, lines, "map").await;
        assert_eq!(of_cookie["json_bytes"], Value::Null);
        for part in ["octets", "fields", "limits", "lines_that_fit"] {
            assert_eq!(of_cookie[part], of_json[part], "{part}");
        }
    }
}

#[tokio::test]
async fn the_cookie_of_a_type_takes_as_much_and_names_no_fields() {
    let place = Place::with_ring("capacity_typed");
    let [of_json, of_cookie] = of_cookie(&place, 10, "cart").await;
    assert_eq!(of_cookie["octets"]["typed"], of_json["octets"]["typed"]);
    assert_eq!((&of_cookie["octets"]["map"], &of_cookie["fields"]), (&Value::Null, &serde_json::json!([])));
}

async fn typed_cookie(place: &Place) -> String {
    let typed: Cart = serde_json::from_value(cart(1)).unwrap();
    sent_by(place.ring(), typed, false, Padding::To32).await.unwrap()
}

#[tokio::test]
async fn a_cookie_that_has_ended_is_refused() {
    let place = Place::with_ring("capacity_ended");
    let cookie = typed_cookie(&place).await;
    let later = (SystemClock.now().unix() + 400 * 86_400).to_string();
    let args = ["capacity", "--cookie", &cookie, "--audience", "shop", "--tag", "cart", "--now", &later];
    let said = refused(&place, &args, 1);
    assert!(said.contains("refused: ") && said.contains("\ngingersnap: hint: "), "{said}");
}

#[tokio::test]
async fn a_cookie_that_cannot_be_opened_is_refused_with_a_hint() {
    let place = Place::with_ring("capacity_cookie");
    let cookie = sent_by(place.ring(), map_of(&cart(1)), false, Padding::To32).await.unwrap();
    let elsewhere = Place::with_ring("capacity_elsewhere");
    let other = sent_by(elsewhere.ring(), map_of(&cart(1)), false, Padding::To32).await.unwrap();
    let renamed = cookie.replacen("__Host-session=", "__Host-other=", 1);
    let session_id = "0123456789abcdef".repeat(2);
    let activity = token::sealed_of(&place, &["--kind", "activity"], &session_id);
    let (typed, activity) = (typed_cookie(&place).await, format!("__Host-session={activity}"));
    for (cookie, audience, status, reason) in [
        (other.as_str(), "shop", 1, "refused: unknown_"),
        (&cookie, "another", 1, "refused: "),
        (&renamed, "shop", 1, "refused: "),
        (&typed, "shop", 1, "refused: "),
        (&activity, "shop", 1, "refused: "),
        (&cookie, "", 2, "the audience is empty"),
        ("no pair", "shop", 2, "a cookie is a name, = and a value"),
        ("=value", "shop", 2, "a cookie is a name, = and a value"),
        ("__Host-session=AAAA", "shop", 1, "refused: "),
    ] {
        let said = refused(&place, &["capacity", "--cookie", cookie, "--audience", audience], status);
        assert!(said.contains(reason) && said.contains("\ngingersnap: hint: "), "{cookie}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    assert!(refused(&place, &["capacity", "--cookie", &cookie], 2).contains("--audience"));
}

#[tokio::test]
async fn a_pointer_is_said_to_be_one() {
    let place = Place::with_ring("capacity_pointer");
    let layer =
        SessionLayer::builder(place.ring(), "shop").store(MemoryStore::with_clock(1 << 20, SystemClock));
    let layer = layer.session::<Map>("session").place(gingersnap::Place::Store);
    let cookie = first_cookie(layer, map_of(&cart(10)), false).await.unwrap();
    let said = refused(&place, &["capacity", "--cookie", &cookie, "--audience", "shop"], 1);
    assert!(
        said.contains("this session is in a store: its cookie is a pointer\ngingersnap: hint: "),
        "{said}"
    );
}
