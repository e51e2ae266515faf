//! Keeping the ring in use current while nodes serve.
//!
//! The steps, in order:
//! 1. [`Reloader::start`] loads the ring, or there is no layer: a node never begins without a ring, nor with one that is
//!    older than any node has said it held.
//! 2. It loads again after a while, with jitter; when the keystore hints at a change; when it is asked to; and, at most
//!    once a second in all, when a token named a key that the ring does not have.
//! 3. A ring that is whole and newer takes the place of the one in use. Anything else leaves it in use, is logged, and is
//!    told to [`Reloader::on_event`]: an unreadable ring, one of a lower generation, one of the same with other content.
//! 4. The node registers the generation that it holds, if the keystore has room for that.
//!
//! Requests wait for none of it. For readiness, see when the ring was last found to be the newest:
//! [`LiveKeyring::loaded_at`](crate::keyring::LiveKeyring::loaded_at).
//!
//! `follow` decides when to load again, for anything that changes at one place and is in use at many; `ring` does it for rings.

mod error;
mod event;
mod follow;
mod log;
mod reloader;
mod ring;

pub use error::ReloadError;
pub use event::ReloadEvent;
pub use reloader::Reloader;
