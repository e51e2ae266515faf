//! A plan that waits for somebody else, as one will for a store.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt as _;
use http::{Request, Response, StatusCode};
use tokio::sync::oneshot;
use tower::{ServiceExt as _, service_fn};

use super::tests::layer;
use super::*;
use crate::session::{Exchange, Map, Session, SessionError, Work};

/// The response of a handler that changes a session and has `work` done before it is sent.
fn respond(work: Work) -> impl Future<Output = Response<String>> {
    let work = std::sync::Mutex::new(Some(work));
    let handler = service_fn(move |request: Request<()>| {
        let work = work.lock().unwrap().take();
        async move {
            let (parts, ()) = request.into_parts();
            Session::<Map>::from_parts(&parts).await.unwrap().insert("visits", 1);
            Exchange::of(&parts).unwrap().state().work = work;
            Ok::<_, Infallible>(Response::new("done".to_owned()))
        }
    });
    layer().layer(handler).oneshot(Request::new(())).map(Result::unwrap)
}

fn sets(response: &Response<String>) -> usize {
    response.headers().get_all("set-cookie").iter().count()
}

#[test]
fn a_response_waits_for_a_step_of_somebody_else_and_then_sends_its_cookies() {
    let (done, waits) = oneshot::channel::<()>();
    let mut response = Box::pin(respond(Box::pin(waits.map(|_| Ok(())))));
    assert!(response.as_mut().now_or_never().is_none());
    done.send(()).unwrap();
    let response = response.now_or_never().unwrap();
    assert_eq!((response.status(), response.body().as_str(), sets(&response)), (StatusCode::OK, "done", 1));
}

#[test]
fn a_step_that_fails_turns_the_response_into_its_error_and_sends_no_cookie() {
    let fails = async { Err(SessionError::NoEntropy) };
    let response = respond(Box::pin(fails)).now_or_never().unwrap();
    assert_eq!((response.status(), sets(&response)), (StatusCode::SERVICE_UNAVAILABLE, 0));
    assert_eq!(response.extensions().get::<SessionError>(), Some(&SessionError::NoEntropy));
}

#[test]
fn a_response_given_up_while_it_waits_drops_the_work() {
    struct Dropped(Arc<AtomicBool>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let is_dropped = Arc::new(AtomicBool::new(false));
    let held = Dropped(Arc::clone(&is_dropped));
    let mut response = Box::pin(respond(Box::pin(async move {
        std::future::pending::<()>().await;
        drop(held);
        Ok(())
    })));
    assert!(response.as_mut().now_or_never().is_none());
    drop(response);
    assert!(is_dropped.load(Ordering::Relaxed));
}
