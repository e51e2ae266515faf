//! The peers, each in its best reasonable configuration.
//!
//! All of them: cookies for the browser session with `HttpOnly`, `Secure`, `SameSite=Lax` and `Path=/`; nothing is
//! saved that did not change; no sliding expiry, which would write more often; one key; the typed cart
//! as the one value of the session.

use axum::Router;
use axum::extract::{FromRef, Path};
use axum::routing::{get, post};

use crate::base::untouched;
use crate::cart::Cart;

/// A router with the four routes `GET /untouched`, `GET /read`, `POST /write`, `POST /seed/{lines}`.
pub struct Side {
    /// Its name in the tables.
    pub name: &'static str,
    /// Its routes, with whatever layer it needs.
    pub router: Router,
    /// The request that a browser sends after `/seed`, before anything is measured; its cookies are kept.
    pub warm_up: Option<&'static str>,
}

impl Side {
    pub(crate) fn new(name: &'static str, router: Router) -> Self {
        Self { name, router, warm_up: None }
    }
}

/// Every peer.
pub fn peers() -> Vec<Side> {
    vec![
        Side::new("axum-extra PrivateCookieJar", private_cookie_jar()),
        Side::new("tower-sessions, memory store", tower_sessions()),
        Side::new("tower-sessions-cookie-store private", tower_sessions_cookie_store()),
        Side::new("seshcookie", seshcookie()),
    ]
}

/// A cookie jar that seals whole cookies, and serde_json. It has no layer.
fn private_cookie_jar() -> Router {
    use axum_extra::extract::PrivateCookieJar;
    use axum_extra::extract::cookie::{Cookie, Key, SameSite};

    #[derive(Clone)]
    struct Keys(Key);
    impl FromRef<Keys> for Key {
        fn from_ref(keys: &Keys) -> Self {
            keys.0.clone()
        }
    }
    fn load(jar: &PrivateCookieJar) -> Cart {
        let cookie = jar.get("session").expect("a cookie that opens");
        serde_json::from_str(cookie.value()).expect("a cart")
    }
    fn store(jar: PrivateCookieJar, cart: &Cart) -> PrivateCookieJar {
        let json = serde_json::to_string(cart).expect("a cart has JSON");
        let cookie = Cookie::build(("session", json));
        jar.add(cookie.path("/").http_only(true).secure(true).same_site(SameSite::Lax))
    }
    async fn read(jar: PrivateCookieJar) -> String {
        load(&jar).page()
    }
    async fn write(jar: PrivateCookieJar) -> (PrivateCookieJar, String) {
        let mut cart = load(&jar);
        cart.change();
        (store(jar, &cart), cart.page())
    }
    async fn seed(Path(lines): Path<usize>, jar: PrivateCookieJar) -> PrivateCookieJar {
        store(jar, &Cart::standard(lines))
    }
    Router::new()
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", post(seed))
        .with_state(Keys(Key::from(&SECRET)))
}

/// A table of sessions in memory; the cookie holds an id in clear (the fastest of its settings).
fn tower_sessions() -> Router {
    use tower_sessions::cookie::SameSite;
    use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

    async fn read(session: Session) -> String {
        let cart: Option<Cart> = session.get("cart").await.expect("a store that answers");
        cart.expect("a cart").page()
    }
    async fn write(session: Session) -> String {
        let cart: Option<Cart> = session.get("cart").await.expect("a store that answers");
        let mut cart = cart.expect("a cart");
        cart.change();
        session.insert("cart", &cart).await.expect("a store that takes it");
        cart.page()
    }
    async fn seed(Path(lines): Path<usize>, session: Session) {
        session.insert("cart", Cart::standard(lines)).await.expect("a store that takes it");
    }
    Router::new()
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", post(seed))
        .layer(SessionManagerLayer::new(MemoryStore::default()).with_same_site(SameSite::Lax))
}

/// The sessions of tower-sessions in a sealed cookie.
fn tower_sessions_cookie_store() -> Router {
    use tower_sessions_cookie_store::{
        CookieSessionConfig, CookieSessionManagerLayer, Key, SameSite, Session,
    };

    async fn read(session: Session) -> String {
        let cart: Option<Cart> = session.get("cart").await.expect("a session that opens");
        cart.expect("a cart").page()
    }
    async fn write(session: Session) -> String {
        let cart: Option<Cart> = session.get("cart").await.expect("a session that opens");
        let mut cart = cart.expect("a cart");
        cart.change();
        session.insert("cart", &cart).await.expect("a cart has JSON");
        cart.page()
    }
    async fn seed(Path(lines): Path<usize>, session: Session) {
        session.insert("cart", Cart::standard(lines)).await.expect("a cart has JSON");
    }
    let config = CookieSessionConfig::default().with_same_site(SameSite::Lax);
    Router::new()
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", post(seed))
        .layer(CookieSessionManagerLayer::private(Key::from(&SECRET)).with_config(config))
}

/// One typed payload in a sealed cookie.
fn seshcookie() -> Router {
    use seshcookie::{Session, SessionConfig, SessionKeys, SessionLayer};

    async fn read(session: Session<Cart>) -> String {
        // The way to look without marking the session as changed.
        session.get().await.expect("a cart").page()
    }
    async fn write(session: Session<Cart>) -> String {
        session
            .modify(|cart| {
                let cart = cart.as_mut().expect("a cart");
                cart.change();
                cart.page()
            })
            .await
    }
    async fn seed(Path(lines): Path<usize>, session: Session<Cart>) {
        session.insert(Cart::standard(lines)).await;
    }
    let keys = SessionKeys::new(&SECRET).expect("a key long enough");
    Router::new()
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", post(seed))
        .layer(SessionLayer::<Cart>::new(keys, SessionConfig::default()).expect("a sound configuration"))
}

const SECRET: [u8; 64] = [7; 64];
