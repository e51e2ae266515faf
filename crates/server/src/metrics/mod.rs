//! `GET /metrics`, for Prometheus, on an address of its own: its figures are the operator's alone.
//!
//! Events are counted in one recorder, for the whole life of the process. The state (the ring in use, connections,
//! limits) goes to a new recorder at each scrape, so that nothing of a former state stays behind. Without their address
//! there is no recorder, and counting costs nothing.

mod connections;
mod events;
mod listener;
mod reloads;
mod state;
mod store;

use std::time::Duration;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use metrics::{Unit, describe_histogram, histogram};
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

pub(crate) use connections::{Closed, TurnedAway, closed, turned_away};
pub(crate) use events::Events;
pub(crate) use listener::Listener;
pub(crate) use reloads::observer;
pub(crate) use state::State;
pub(crate) use store::{StoreCall, describe_store, store_called, store_conflict};

use crate::error::ServerError;

/// The counts.
#[derive(Clone, Debug)]
struct Metrics(PrometheusHandle);

impl Metrics {
    /// Begins to count.
    fn start() -> Result<Self, ServerError> {
        let recorder = recorder().map_err(|error| ServerError::io(format!("metrics: {error}")))?;
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder)
            .map_err(|error| ServerError::io(format!("metrics: {error}")))?;
        describe_histogram!(DURATION, Unit::Seconds, "Time from a request's head to its response's head.");
        reloads::describe();
        events::describe();
        connections::describe();
        Ok(Self(handle))
    }

    /// Returns the route, which answers the counts and the state.
    fn route(&self, state: State) -> Router {
        let counts = self.0.clone();
        Router::new().route("/metrics", get(async move || scraped(&counts, &state)))
    }

    /// Keeps the memory small that the times of requests take between two scrapes.
    async fn upkeep(self) {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.0.run_upkeep();
        }
    }
}

/// A request was answered.
pub(crate) fn answered(status: StatusCode, time: Duration) {
    let class = match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    };
    histogram!(DURATION, "status" => class).record(time);
}

fn scraped(counts: &PrometheusHandle, state: &State) -> Response {
    let fields = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    match state.render() {
        Ok(state) => (fields, counts.render() + &state).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics not shown");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn recorder() -> Result<PrometheusRecorder, BuildError> {
    let stores = Matcher::Full(store::DURATION.to_owned());
    let builder = PrometheusBuilder::new().set_buckets(&BUCKETS)?;
    Ok(builder.set_buckets_for_metric(stores, &store::BUCKETS)?.build_recorder())
}

const DURATION: &str = "gingersnap_http_request_duration_seconds";
/// Seconds: from a page of the shop to what the timeouts cut off.
const BUCKETS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];
const UPKEEP: Duration = Duration::from_secs(5);
