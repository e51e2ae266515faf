//! The gauges, and the counts that others keep, set anew at each scrape. Prometheus knows only floating-point numbers: they are exact up to 2^53.

use std::time::Instant;

use gingersnap::keyring::{Key, LiveKeyring};
use gingersnap::store::Store as _;
use gingersnap::{Clock as _, KnownEnds, Revoker, SystemClock};
use metrics::{Label, Unit, counter, describe_counter, describe_gauge, gauge, with_local_recorder};
use metrics_exporter_prometheus::BuildError;

use crate::connection::Gate;
use crate::limits::Limits;
use crate::store::Measured;

/// The sources of the state.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) keyring: LiveKeyring,
    pub(crate) store: Option<Measured>,
    pub(crate) ends: Option<Revoker>,
    pub(crate) gate: Gate,
    pub(crate) limits: Limits,
    pub(crate) build: &'static [(&'static str, &'static str)],
}

impl State {
    /// The state in Prometheus' text.
    pub(super) fn render(&self) -> Result<String, BuildError> {
        let recorder = super::recorder()?;
        with_local_recorder(&recorder, || {
            self.tell_build();
            self.tell_ring();
            self.tell_connections();
            self.store.iter().for_each(tell_store);
            self.ends.iter().for_each(|ends| tell_ends(ends.known()));
        });
        Ok(recorder.handle().render())
    }

    fn tell_build(&self) {
        if !self.build.is_empty() {
            describe_gauge!("gingersnap_build_info", "1, with what the program was built from.");
            let labels: Vec<_> = self.build.iter().map(Label::from).collect();
            gauge!("gingersnap_build_info", labels).set(1);
        }
    }

    fn tell_ring(&self) {
        let (keyring, now) = (self.keyring.get(), SystemClock.now());
        describe_gauge!("gingersnap_keyring_generation", "Generation of the key ring in use.");
        gauge!("gingersnap_keyring_generation").set(keyring.generation() as f64);
        describe_gauge!("gingersnap_keyring_info", "1, with the key that seals now, if any.");
        let active = keyring.active(now).map(Key::id);
        let active = active.map_or_else(|| "none".to_owned(), |id| id.to_string());
        gauge!("gingersnap_keyring_info", "active_key" => active).set(1);
        describe_gauge!(
            "gingersnap_keyring_loaded_age_seconds",
            Unit::Seconds,
            "Time since the key ring was last found to be the newest."
        );
        gauge!("gingersnap_keyring_loaded_age_seconds").set(self.keyring.loaded_at().age_at(now) as f64);
        describe_counter!("gingersnap_unknown_keys_total", "Tokens with a key that the ring did not have.");
        counter!("gingersnap_unknown_keys_total").absolute(self.keyring.unknown_keys());
    }

    fn tell_connections(&self) {
        describe_gauge!("gingersnap_connections", "Connections in use.");
        gauge!("gingersnap_connections").set(self.gate.in_use() as f64);
        for (name, help, value) in self.limits() {
            describe_gauge!(name, help);
            gauge!(name).set(value);
        }
    }

    fn limits(&self) -> [(&'static str, &'static str, f64); 7] {
        let Limits { connections, per_address, phase, head_bytes, head_fields, body_bytes, streams } =
            self.limits;
        [
            ("gingersnap_limit_connections", "Most connections at a time.", connections as f64),
            (
                "gingersnap_limit_connections_per_address",
                "Most connections of one address at a time; +Inf without a limit.",
                per_address.map_or(f64::INFINITY, |most| most as f64),
            ),
            (
                "gingersnap_limit_phase_seconds",
                "Longest time for a head, for a body and its answer, for a stall.",
                phase.as_secs_f64(),
            ),
            ("gingersnap_limit_head_bytes", "Most bytes of a request's head.", head_bytes as f64),
            ("gingersnap_limit_head_fields", "Most fields of a request's head.", head_fields as f64),
            ("gingersnap_limit_body_bytes", "Most bytes of a request's body.", body_bytes as f64),
            ("gingersnap_limit_streams", "Most HTTP/2 streams at a time on a connection.", streams.into()),
        ]
    }
}

fn tell_store(store: &Measured) {
    describe_gauge!(
        "gingersnap_store_answered_age_seconds",
        Unit::Seconds,
        "Time since the store last answered, or since the start."
    );
    let unanswered = store.health().at(Instant::now()).unanswered;
    gauge!("gingersnap_store_answered_age_seconds").set(unanswered.as_secs_f64());
    let upkeep = store.upkeep();
    describe_counter!(
        "gingersnap_store_purged_total",
        "Records that this node removed since they had ended."
    );
    counter!("gingersnap_store_purged_total").absolute(upkeep.removed);
    describe_counter!("gingersnap_store_purge_failures_total", "Times that this node failed to remove them.");
    counter!("gingersnap_store_purge_failures_total").absolute(upkeep.failures);
}

fn tell_ends(known: KnownEnds) {
    let KnownEnds { ended, cut_offs, octets, as_of, clock_offset, .. } = known;
    describe_gauge!("gingersnap_ended_sign_ins", "Sign-ins that this node knows to have ended.");
    gauge!("gingersnap_ended_sign_ins").set(ended as f64);
    describe_gauge!(
        "gingersnap_cut_off_persons",
        "Persons whose sign-ins of before some time have all ended."
    );
    gauge!("gingersnap_cut_off_persons").set(cut_offs as f64);
    describe_gauge!("gingersnap_ends_bytes", Unit::Bytes, "Memory that these take.");
    gauge!("gingersnap_ends_bytes").set(octets as f64);
    describe_gauge!(
        "gingersnap_ends_age_seconds",
        Unit::Seconds,
        "Time since this node last took what ended from the store; +Inf before the first time."
    );
    let age = as_of.map_or(f64::INFINITY, |at| at.age_at(SystemClock.now()) as f64);
    gauge!("gingersnap_ends_age_seconds").set(age);
    describe_gauge!(
        "gingersnap_store_clock_offset_seconds",
        Unit::Seconds,
        "Time by which the store's clock is ahead of this node's; beyond 90, either way, nobody signs in."
    );
    gauge!("gingersnap_store_clock_offset_seconds").set(clock_offset as f64);
}
