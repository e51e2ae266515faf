//! TLS from a certificate chain and a key in PEM files, with the feature `tls`.

#[cfg(not(feature = "tls"))]
mod none;
#[cfg(feature = "tls")]
mod rustls;

use std::path::PathBuf;

#[cfg(feature = "tls")]
pub(crate) use self::rustls::{Tls, load};
#[cfg(not(feature = "tls"))]
pub(crate) use none::{Tls, load};

/// A certificate chain and its key.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "a build without TLS reads neither"))]
pub(crate) struct TlsFiles {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
    /// Accepts a key that its group may read.
    pub(crate) allow_group_read: bool,
}
