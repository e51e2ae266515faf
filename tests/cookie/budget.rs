//! Name and value have at most 4,096 octets, checked before anything is sent. A guest's are counted with a person's
//! name and claims.

use axum::Router;
use axum::extract::Path;
use axum::routing::get as route;
use gingersnap::token::Padding;
use gingersnap::{Session, SessionError};

use crate::{Text, get, layer, set_cookies};

async fn fill(Path(len): Path<usize>, mut text: Session<Text>) {
    text.0 = "x".repeat(len);
}

fn app(padding: Padding, budget: usize) -> Router {
    let layer = layer().browser_session::<Text>("session").padding(padding).budget(budget);
    Router::new().route("/{len}", route(fill)).layer(layer.build().unwrap())
}

/// Octets of name and value, or the octets that would be needed, as the error says.
async fn octets(app: &Router, len: usize) -> Result<usize, usize> {
    let response = get(app, &format!("/{len}"), "").await;
    match response.extensions().get::<SessionError>() {
        Some(SessionError::DoesNotFit(error)) => Err(error.octets),
        Some(error) => panic!("{error}"),
        None => Ok(set_cookies(&response)[0].split(';').next().unwrap().len() - 1),
    }
}

/// Bytes of text beside which name, envelope and claims just fill 4,096 octets.
const LARGEST: usize = 3012;

#[tokio::test]
async fn a_cookie_of_4096_octets_is_sent_and_a_longer_one_refused() {
    let app = app(Padding::None, 4096);
    assert_eq!(octets(&app, LARGEST - 1).await, Ok(4094));
    assert_eq!(octets(&app, LARGEST).await, Ok(4096));
    assert_eq!(octets(&app, LARGEST + 1).await, Err(4097));
    assert_eq!(octets(&app, LARGEST + 2).await, Err(4098));
}

/// The same, with a person's name and longest claims.
const LARGEST_GUESTS: usize = 2983;

#[tokio::test]
async fn a_guests_session_leaves_room_for_the_name_and_the_claims_of_a_persons() {
    let layer = layer().session::<Text>("session").padding(Padding::None);
    let app = Router::new().route("/{len}", route(fill)).layer(layer.build().unwrap());
    assert_eq!(octets(&app, LARGEST_GUESTS).await, Ok(4057));
    assert_eq!(octets(&app, LARGEST_GUESTS + 1).await, Err(4097));
}

#[tokio::test]
async fn the_name_counts_too() {
    let layer = layer().browser_session::<Text>("session2").padding(Padding::None);
    let app = Router::new().route("/{len}", route(fill)).layer(layer.build().unwrap());
    assert_eq!(octets(&app, LARGEST - 1).await, Ok(4095));
    assert_eq!(octets(&app, LARGEST).await, Err(4097));
}

#[tokio::test]
async fn the_budget_counts_every_octet() {
    let app = |budget| app(Padding::None, budget);
    let needed = octets(&app(4096), 3008).await.unwrap();
    for (budget, fits) in [(needed + 1, true), (needed, true), (needed - 1, false)] {
        let expected = if fits { Ok(needed) } else { Err(needed) };
        assert_eq!(octets(&app(budget), 3008).await, expected, "{budget}");
    }
}

#[tokio::test]
async fn padding_shrinks_and_never_makes_a_session_too_big() {
    for padding in [Padding::To16, Padding::To32, Padding::To64, Padding::To256] {
        let app = app(padding, 4096);
        for len in [1, 1000, LARGEST - 40, LARGEST - 1, LARGEST] {
            let padded = octets(&app, len).await.unwrap();
            assert!(padded <= 4096, "{padding:?} {len}");
        }
        assert!(octets(&app, LARGEST + 1).await.is_err());
    }
}

#[tokio::test]
async fn padding_hides_small_differences_of_length() {
    let app = app(Padding::To256, 4096);
    assert_eq!(octets(&app, 1).await, octets(&app, 200).await);
    assert_ne!(octets(&app, 1).await, octets(&app, 300).await);
}
