//! Keeping the ring in use current while nodes serve.
//!
//! The steps, in order:
//! 1. [`Reloader::start`] loads the ring, or there is no layer: a node never starts without a ring, nor with one that is older
//!    than any node has said it held.
//! 2. It loads the ring again after a while, with jitter; when the keystore hints at a change; when it is asked to; and, at most
//!    once a second in all, when a token named a key that the ring does not have.
//! 3. A whole and newer ring replaces the one in use. Anything else leaves the ring in use, is logged, and is reported to
//!    [`Reloader::on_event`]: an unreadable ring, one of a lower generation, one of the same generation with other content.
//! 4. The node registers the generation that it holds, if the keystore has a place for that.
//!
//! Requests wait for none of this. For readiness, see when the ring was last found to be the newest:
//! [`LiveKeyring::loaded_at`](crate::keyring::LiveKeyring::loaded_at).
//!
//! `follow` decides when to load again, for anything that changes in one place and is in use in many; `ring` does it for rings.

mod error;
mod event;
mod follow;
mod log;
mod reloader;
mod ring;

pub use error::ReloadError;
pub use event::ReloadEvent;
pub use reloader::Reloader;
