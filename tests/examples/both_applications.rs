//! The application of examples/moving_in as it was and as it is, on one store of tower-sessions.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use gingersnap::testing::{self, Browser};
use gingersnap::{Identity, Session, SessionError};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, Result};
use tower_sessions::{MemoryStore, Session as OldSession, SessionManagerLayer, SessionStore};

use crate::moving_in_from_tower_sessions::{Cart, OldLogin, app};

/// Both programs, and their store.
pub(crate) struct Move {
    pub(crate) before: Router,
    pub(crate) now: Router,
    pub(crate) store: OldStore,
}

impl Move {
    pub(crate) fn new() -> Self {
        Self::with(|old| old)
    }

    /// The old layer set up like this.
    pub(crate) fn with(set_up: impl FnOnce(OldLayer) -> OldLayer) -> Self {
        let store = OldStore::default();
        let old = set_up(SessionManagerLayer::new(store.clone()));
        let before = Router::new()
            .route("/login/{user}/{hash}", post(old_login))
            .route("/add/{item}", post(old_add))
            .route("/empty", post(async |old: OldSession| drop(old.remove_value("cart").await)))
            .route("/", get(old_index))
            .layer(old.clone());
        let routes = Router::new()
            .route("/login/{user}", post(login))
            .route("/empty", post(async |mut cart: Session<Cart>| cart.clear()))
            .route("/fails", get(async || StatusCode::BAD_GATEWAY));
        Self { before, now: app(routes, testing::keyring(), old).unwrap(), store }
    }

    /// A browser of the application as it was, after these forms.
    pub(crate) async fn browser(&self, forms: &[&str]) -> Browser<Router> {
        let mut browser = Browser::new(self.before.clone());
        for form in forms {
            assert_eq!(browser.post(form, "").await.status, 200);
        }
        browser.moved_to(self.now.clone())
    }

    /// The old session as its application sees it, with the cookie that this browser had or has.
    pub(crate) async fn old(&self, browser: &Browser<Router>) -> String {
        browser.moved_to(self.before.clone()).get("/").await.body
    }
}

async fn old_login(old: OldSession, Path((user_id, hash)): Path<(i64, String)>) {
    old.cycle_id().await.unwrap();
    let auth_hash = format!("{hash}'s hash").into_bytes();
    old.insert("axum-login.data", OldLogin { user_id, auth_hash }).await.unwrap();
}

async fn old_add(old: OldSession, Path(item): Path<String>) {
    let mut cart = old.get::<Cart>("cart").await.unwrap().unwrap_or_default();
    *cart.0.entry(item).or_default() += 1;
    old.insert("cart", cart).await.unwrap();
}

async fn old_index(old: OldSession) -> String {
    let login = old.get::<OldLogin>("axum-login.data").await.unwrap();
    let cart = old.get::<Cart>("cart").await.unwrap().unwrap_or_default();
    format!("{:?}, {} lines", login.map(|it| it.user_id), cart.0.len())
}

async fn login(mut who: Identity, Path(user): Path<String>) -> std::result::Result<(), SessionError> {
    who.sign_in(user).await.map(drop)
}

type OldLayer = SessionManagerLayer<OldStore>;

/// A store of tower-sessions that may be down.
#[derive(Clone, Debug, Default)]
pub(crate) struct OldStore {
    kept: MemoryStore,
    pub(crate) is_down: Arc<AtomicBool>,
}

impl OldStore {
    fn up(&self) -> Result<()> {
        let is_down = self.is_down.load(Ordering::SeqCst);
        if is_down { Err(session_store::Error::Backend("down".into())) } else { Ok(()) }
    }
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

impl SessionStore for OldStore {
    fn save<'a: 'c, 'b: 'c, 'c>(&'a self, record: &'b Record) -> Answer<'c, ()> {
        Box::pin(async move {
            self.up()?;
            self.kept.save(record).await
        })
    }

    fn load<'a: 'c, 'b: 'c, 'c>(&'a self, id: &'b Id) -> Answer<'c, Option<Record>> {
        Box::pin(async move {
            self.up()?;
            self.kept.load(id).await
        })
    }

    fn delete<'a: 'c, 'b: 'c, 'c>(&'a self, id: &'b Id) -> Answer<'c, ()> {
        Box::pin(async move {
            self.up()?;
            self.kept.delete(id).await
        })
    }
}
