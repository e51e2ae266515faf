//! Data whose owner was signed out, or replaced, while a handle was alive.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use gingersnap::{ChangeError, Identity, Session, SessionError, View};

use crate::browser::{Browser, Cart, Line, TestClock, builder};

async fn add(mut cart: Session<Cart>) {
    cart.lines.push(Line { item: "secret".into(), qty: 1 });
}

fn lines(cart: &Cart) -> String {
    cart.lines.iter().map(|line| line.item.as_str()).collect::<Vec<_>>().join(" ")
}

/// The browser of `ann`, whose cart has a line, before `routes`.
async fn anns(routes: Router) -> Browser {
    let routes = routes
        .route("/add", get(add))
        .route("/cart", get(async |cart: View<Cart>| lines(&cart)))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").unwrap()));
    let mut browser = Browser::new(routes.layer(builder(&TestClock::new()).build().unwrap()));
    browser.get("/in").await;
    browser.get("/add").await;
    browser
}

const TEXT: &str =
    "the session's owner was signed out or replaced by this request: drop the handle and take it again";

async fn ends_and_saves(mut cart: Session<Cart>, mut who: Identity) -> String {
    who.sign_in("bob").unwrap();
    cart.lines.push(Line { item: "more".into(), qty: 1 });
    let told = cart.try_change(|cart| {
        cart.lines.clear();
        Ok::<_, ()>(())
    });
    assert_eq!(told, Err(ChangeError::Session(SessionError::Ended)));
    assert_eq!(lines(&cart), "secret more");
    cart.save().await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_handle_from_before_a_sign_in_cannot_save_the_old_owners_data_for_the_new_one() {
    let mut browser = anns(Router::new().route("/bob", get(ends_and_saves))).await;
    let answer = browser.get("/bob").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), (TEXT, "__Host-id -__Host-session"));
    assert_eq!(browser.get("/cart").await.body, "");
}

#[tokio::test]
async fn a_handle_from_before_a_sign_out_cannot_save_the_data_for_nobody() {
    async fn out(mut cart: Session<Cart>, mut who: Identity) -> String {
        who.sign_out().unwrap();
        cart.lines.clear();
        cart.save().await.unwrap_err().to_string()
    }
    let mut browser = anns(Router::new().route("/out", get(out))).await;
    let answer = browser.get("/out").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), (TEXT, "-__Host-id -__Host-session"));
}

#[tokio::test]
async fn the_next_handle_after_a_sign_in_sees_nothing_of_the_old_owner() {
    async fn bob(cart: Session<Cart>, mut who: Identity) {
        who.sign_in("bob").unwrap();
        drop(cart);
    }
    async fn after(request: Request, next: Next) -> Response {
        let (parts, body) = request.into_parts();
        let again = parts.clone();
        let parked = Session::<Cart>::from_parts(&parts).unwrap().park();
        let response = next.run(Request::from_parts(parts, body)).await;
        assert_eq!(lines(&View::<Cart>::from_parts(&again).unwrap()), "");
        let mut cart = parked.take().unwrap();
        assert_eq!(lines(&cart), "");
        cart.lines.push(Line { item: "bobs".into(), qty: 1 });
        cart.save().await.unwrap();
        response
    }
    let mut browser = anns(Router::new().route("/bob", get(bob)).layer(from_fn(after))).await;
    assert_eq!(browser.get("/bob").await.sets(), "__Host-id __Host-session");
    assert_eq!(browser.get("/cart").await.body, "bobs");
}

#[tokio::test]
async fn a_body_that_still_reads_the_data_keeps_nothing_of_it_at_sign_out() {
    async fn out(cart: Session<Cart>, mut who: Identity) {
        who.sign_out().unwrap();
        std::mem::forget(cart);
    }
    let mut browser = anns(Router::new().route("/out", get(out))).await;
    assert_eq!(browser.get("/out").await.sets(), "-__Host-id -__Host-session");
}

#[tokio::test]
async fn a_body_that_still_reads_the_data_does_not_keep_it_from_following() {
    async fn renew(cart: Session<Cart>, mut who: Identity) {
        who.renew().unwrap();
        std::mem::forget(cart);
    }
    let mut browser = anns(Router::new().route("/renew", get(renew))).await;
    assert_eq!(browser.get("/renew").await.sets(), "__Host-id __Host-session");
    assert_eq!(browser.get("/cart").await.body, "secret");
}

#[tokio::test]
async fn saved_data_that_is_still_held_cannot_follow_a_renewal() {
    async fn renew(mut cart: Session<Cart>, mut who: Identity) {
        cart.lines.push(Line::default());
        cart.save().await.unwrap();
        who.renew().unwrap();
        std::mem::forget(cart);
    }
    let mut browser = anns(Router::new().route("/renew", get(renew))).await;
    let answer = browser.get("/renew").await;
    assert_eq!(answer.error, Some(SessionError::HeldPastHead("__Host-session".into())));
    assert_eq!(browser.get("/cart").await.body, "secret ");
}
