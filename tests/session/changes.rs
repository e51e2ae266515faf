//! Changed means changed: what is sent, and when.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::handler::Handler;
use axum::routing::get;
use gingersnap::{ChangeError, Map, Session, SessionData, SessionError, View};
use serde::{Deserialize, Serialize};

use crate::browser::{Answer, Browser, Cart, Line, TestClock, builder};

#[derive(Clone, Default, Deserialize, Serialize)]
struct Deep {
    shops: BTreeMap<String, Shop>,
    tags: HashMap<String, u32>,
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Shop {
    carts: Vec<Cart>,
}

impl SessionData for Deep {
    const TAG: &'static str = "deep";
    const VERSION: u16 = 1;
}

#[derive(Default, Deserialize, Serialize)]
struct Hidden(AtomicU32);

impl Clone for Hidden {
    fn clone(&self) -> Self {
        Self(AtomicU32::new(self.0.load(Ordering::SeqCst)))
    }
}

impl SessionData for Hidden {
    const TAG: &'static str = "hidden";
    const VERSION: u16 = 1;
}

async fn fill(mut deep: Session<Deep>) {
    let cart = Cart { lines: vec![Line { item: "tea".into(), qty: 1 }] };
    deep.shops.insert("corner".into(), Shop { carts: vec![cart] });
    deep.tags = (0..20).map(|n| (format!("tag {n}"), n)).collect();
}

async fn show(deep: View<Deep>) -> String {
    format!("{} {}", deep.shops["corner"].carts[0].lines[0].qty, deep.tags.len())
}

fn app<H: Handler<A, ()>, A: 'static>(handler: H) -> Router {
    let layer =
        builder(&TestClock::new()).session::<Deep>("deep").session::<Map>("map").session::<Hidden>("hidden");
    Router::new()
        .route("/fill", get(fill))
        .route("/show", get(show))
        .route("/try", get(handler))
        .layer(layer.build().unwrap())
}

/// The answer of `handler` to a browser with a full session.
async fn try_filled<H: Handler<A, ()>, A: 'static>(handler: H) -> (Browser, Answer) {
    let mut browser = Browser::new(app(handler));
    assert_eq!(browser.get("/fill").await.sets(), "__Host-deep");
    let answer = browser.get("/try").await;
    assert_eq!(answer.status, 200);
    (browser, answer)
}

#[tokio::test]
async fn a_change_three_levels_deep_is_kept() {
    let (mut browser, answer) = try_filled(async |mut deep: Session<Deep>| {
        deep.shops.get_mut("corner").unwrap().carts[0].lines[0].qty += 41;
    })
    .await;
    assert_eq!(answer.sets(), "__Host-deep");
    assert_eq!(browser.get("/show").await.body, "42 20");
}

#[tokio::test]
async fn a_hash_map_touched_but_unchanged_sends_nothing() {
    for _ in 0..20 {
        let (_, answer) = try_filled(async |mut deep: Session<Deep>| {
            let _ = deep.tags.get_mut("tag 7");
            deep.tags.insert("new".into(), 1);
            deep.tags.remove("new");
        })
        .await;
        assert_eq!(answer.sets(), "");
    }
}

#[tokio::test]
async fn an_equal_value_written_back_sends_nothing() {
    let (_, answer) = try_filled(async |mut deep: Session<Deep>| {
        let same = deep.shops["corner"].carts[0].lines[0].qty;
        deep.shops.get_mut("corner").unwrap().carts[0].lines[0].qty = same;
    })
    .await;
    assert_eq!(answer.sets(), "");
}

#[tokio::test]
async fn a_mere_read_sends_nothing() {
    let (_, answer) = try_filled(async |deep: Session<Deep>| deep.tags.len().to_string()).await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("20", ""));
}

#[tokio::test]
async fn a_change_across_an_await_is_kept() {
    let (mut browser, _) = try_filled(async |mut deep: Session<Deep>| {
        let qty = &mut deep.shops.get_mut("corner").unwrap().carts[0].lines[0].qty;
        tokio::task::yield_now().await;
        *qty = 5;
    })
    .await;
    assert_eq!(browser.get("/show").await.body, "5 20");
}

#[tokio::test]
async fn a_change_in_a_spawned_task_that_is_awaited_is_kept() {
    let (mut browser, _) = try_filled(async |mut deep: Session<Deep>| {
        tokio::spawn(async move { deep.tags.clear() }).await.unwrap();
    })
    .await;
    assert_eq!(browser.get("/show").await.body, "1 0");
}

#[tokio::test]
async fn clear_sends_the_default() {
    let (mut browser, answer) = try_filled(async |mut deep: Session<Deep>| deep.clear()).await;
    assert_eq!(answer.sets(), "__Host-deep");
    assert_eq!(browser.get("/try").await.sets(), "");
}

#[tokio::test]
async fn undo_goes_back_to_what_the_request_brought() {
    let (_, answer) = try_filled(async |mut deep: Session<Deep>| {
        deep.tags.clear();
        deep.undo();
        deep.tags.len().to_string()
    })
    .await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("20", ""));
}

#[tokio::test]
async fn undo_goes_back_to_what_was_saved() {
    let (mut browser, answer) = try_filled(async |mut deep: Session<Deep>| {
        deep.tags.remove("tag 1");
        deep.save().await.unwrap();
        deep.tags.clear();
        deep.undo();
    })
    .await;
    assert_eq!(answer.sets(), "__Host-deep");
    assert_eq!(browser.get("/show").await.body, "1 19");
}

#[tokio::test]
async fn destroy_removes_the_cookie_and_a_later_handle_is_fresh() {
    let (browser, answer) = try_filled(async |deep: Session<Deep>| deep.destroy()).await;
    assert_eq!(answer.sets(), "-__Host-deep");
    assert_eq!(browser.cookies(), "");
}

#[tokio::test]
async fn destroy_after_save_removes_the_cookie() {
    let (_, answer) = try_filled(async |mut deep: Session<Deep>| {
        deep.tags.clear();
        deep.save().await.unwrap();
        deep.destroy();
    })
    .await;
    assert_eq!(answer.sets(), "-__Host-deep");
}

#[tokio::test]
async fn a_rejected_change_leaves_the_data_as_it_was() {
    let (_, answer) = try_filled(async |mut deep: Session<Deep>| {
        let result = deep.try_change(|deep| {
            deep.tags.clear();
            Err::<(), _>("no")
        });
        assert_eq!(result, Err(ChangeError::Rejected("no")));
        deep.tags.len().to_string()
    })
    .await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("20", ""));
}

#[tokio::test]
async fn a_change_that_does_not_fit_leaves_the_data_as_it_was() {
    let (mut browser, answer) = try_filled(async |mut deep: Session<Deep>| {
        deep.tags.remove("tag 0");
        let result = deep.try_change(|deep| {
            deep.shops.clear();
            deep.tags.insert("x".repeat(4000), 1);
            Ok::<_, ()>(())
        });
        assert!(matches!(result, Err(ChangeError::Session(SessionError::DoesNotFit(_)))));
    })
    .await;
    assert_eq!(answer.sets(), "__Host-deep");
    assert_eq!(browser.get("/show").await.body, "1 19");
}

#[tokio::test]
async fn a_change_through_interior_mutability_is_not_seen() {
    let (_, answer) = try_filled(async |hidden: Session<Hidden>| hidden.0.store(7, Ordering::SeqCst)).await;
    assert_eq!(answer.sets(), "");
}

#[tokio::test]
async fn a_map_keeps_nested_values() {
    let handler = async |mut map: Session| {
        map.update("cart", |cart: &mut BTreeMap<String, u32>| *cart.entry("tea".into()).or_default() += 1);
        format!("{:?}", map.at(&["cart", "tea"]))
    };
    let mut browser = Browser::new(app(handler));
    assert_eq!(browser.get("/try").await.body, "Int(1)");
    assert_eq!(browser.get("/try").await.body, "Int(2)");
}

#[tokio::test]
async fn a_change_within_a_map_within_a_map_is_kept_and_a_mere_look_sends_nothing() {
    async fn look(mut map: Session) -> String {
        map.update("shop", |shop: &mut Map| {
            shop.update("cart", |cart: &mut Vec<(String, u32)>| format!("{cart:?}"))
        })
    }
    async fn buy(mut map: Session) {
        map.update("shop", |shop: &mut Map| {
            shop.update("cart", |cart: &mut Vec<(String, u32)>| cart.push(("tea".into(), 2)));
        });
    }
    let layer = builder(&TestClock::new()).session::<Map>("map").build().unwrap();
    let routes = Router::new().route("/buy", get(buy)).route("/look", get(look));
    let mut browser = Browser::new(routes.layer(layer));
    assert_eq!(browser.get("/buy").await.sets(), "__Host-map");
    assert_eq!(browser.get("/buy").await.sets(), "__Host-map");
    let answer = browser.get("/look").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), (r#"[("tea", 2), ("tea", 2)]"#, ""));
}

#[tokio::test]
async fn a_fresh_session_left_at_its_default_sends_nothing() {
    let mut browser = Browser::new(app(async |mut deep: Session<Deep>| deep.clear()));
    assert_eq!(browser.get("/try").await.sets(), "");
}
