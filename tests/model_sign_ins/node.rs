//! The site's nodes, and the one handler that they have.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use gingersnap::keyring::{Keyring, LiveKeyring};
use gingersnap::{
    Identity, Passive, Policy, Refusal, Revoker, SessionError, SessionLayer, SignInKey, Timestamp,
};
use http::{Request, Response, StatusCode};
use tower::{Layer as _, Service as _, service_fn};

use crate::db::Db;

pub(crate) type Person = &'static str;

/// The action of a request's handler.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Verb {
    Look,
    SignIn(Person),
    SignOut,
    Renew,
    Reauthenticate,
    EndOthers,
    /// A new password: both in one response.
    ReauthenticateAndEndOthers,
    End(SignInKey),
}

/// A handler's view.
#[derive(Clone, Debug, Default)]
pub(crate) struct Saw {
    pub(crate) who: Option<String>,
    pub(crate) refusal: Option<Refusal>,
    /// The verb's return value, if any.
    pub(crate) told: Option<bool>,
    /// The handler's error, or that of the response.
    pub(crate) error: Option<SessionError>,
}

/// An answer as the browser gets it.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    pub(crate) status: u16,
    pub(crate) saw: Saw,
    /// The identity's new value, or none where it is removed; none at all where it stays.
    pub(crate) identity: Option<Option<String>>,
}

pub(crate) struct Node {
    layer: SessionLayer,
    clock: Arc<AtomicU64>,
}

impl Node {
    pub(crate) fn new(ring: &Keyring, db: Db, now: u64) -> Self {
        let clock = Arc::new(AtomicU64::new(now));
        Self { layer: layer(ring, db, &clock), clock }
    }

    /// Starts anew: what it knew is forgotten.
    pub(crate) fn start(&mut self, ring: &Keyring, db: Db) {
        self.layer = layer(ring, db, &self.clock);
    }

    pub(crate) fn set(&self, now: u64) {
        self.clock.store(now, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> u64 {
        self.clock.load(Ordering::Relaxed)
    }

    pub(crate) fn revoker(&self) -> Revoker {
        self.layer.revoker().unwrap()
    }

    pub(crate) fn ask(&self, identity: Option<&str>, verb: Verb) -> Came {
        let cookie = identity.map(|value| format!("{ID}={value}")).unwrap_or_default();
        let request = Request::post("/").header("cookie", cookie).body(verb).unwrap();
        let response = match ready(self.layer.layer(service_fn(handle)).call(request)) {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let set = response.headers().get_all("set-cookie").iter().find_map(|field| {
            let (value, attributes) =
                field.to_str().unwrap().strip_prefix(ID)?.strip_prefix('=')?.split_once("; ")?;
            Some((!attributes.ends_with("Max-Age=0")).then(|| value.to_owned()))
        });
        let (status, error) = (response.status().as_u16(), response.extensions().get().cloned());
        let mut saw = response.into_body();
        saw.error = error.or(saw.error);
        Came { status, identity: set, saw }
    }
}

async fn handle(request: Request<Verb>) -> Result<Response<Saw>, Infallible> {
    let (parts, verb) = request.into_parts();
    let mut saw = Saw::default();
    let outcome = async {
        // Activity is no part of this.
        Passive::from_parts(&parts).await?;
        let mut who = Identity::from_parts(&parts).await?;
        (saw.who, saw.refusal) = (who.subject().map(String::from), who.refused());
        saw.told = match verb {
            Verb::Look => None,
            Verb::SignIn(person) => who.sign_in(person).await.map(|_| None)?,
            Verb::SignOut => who.sign_out().await.map(|()| None)?,
            Verb::Renew => Some(who.renew().await?),
            Verb::Reauthenticate => Some(who.reauthenticate().await?),
            Verb::EndOthers => Some(who.end_others().await?),
            Verb::ReauthenticateAndEndOthers => Some(who.reauthenticate().await? && who.end_others().await?),
            Verb::End(key) => Some(who.end(&key).await?),
        };
        Ok::<_, SessionError>(())
    };
    let error = outcome.await.err();
    let status = error.as_ref().map_or(StatusCode::OK, SessionError::status);
    saw.error = error;
    let mut response = Response::new(saw);
    *response.status_mut() = status;
    Ok(response)
}

fn layer(ring: &Keyring, db: Db, clock: &Arc<AtomicU64>) -> SessionLayer {
    let clock = Arc::clone(clock);
    let loaded_at = Timestamp::from_unix(clock.load(Ordering::Relaxed));
    SessionLayer::builder(LiveKeyring::new(ring.clone(), loaded_at), "model")
        .store(db)
        .policy(Policy::standard().absolute_timeout(ABSOLUTE).idle_timeout(None))
        .clock(move || Timestamp::from_unix(clock.load(Ordering::Relaxed)))
        .build()
        .unwrap()
}

/// The output of a future that waits for nobody.
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

pub(crate) const ID: &str = "__Host-id";
/// The life of a sign-in.
pub(crate) const ABSOLUTE: u64 = 2_400;
