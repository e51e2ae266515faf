//! No core dumps: they would hold the keys.

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::error::ServerError;

/// From here on the system writes no image of this process's memory, whatever becomes of it.
///
/// On Linux no other process of the same user may look into it either (`ptrace`, `/proc/…/environ`), only root's. A program
/// that is run in this one's place has to ask anew; its limit on core dumps stays 0.
///
/// [`Start::new`](crate::Start::new) does it; this is for what works with keys and starts no server.
///
/// # Errors
/// The system does not permit it.
pub fn forbid_core_dumps() -> Result<(), ServerError> {
    let cannot = |error| ServerError::io(format!("cannot turn core dumps off: {error}"));
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).map_err(cannot)?;
    // The limit says nothing of a dump that goes to a program (systemd-coredump).
    #[cfg(any(target_os = "linux", target_os = "android"))]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable).map_err(cannot)?;
    Ok(())
}
