//! `gingersnap keys …`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use gingersnap::Timestamp;
use gingersnap::token::{KeyId, Suite};

use super::RingArgs;
use super::examples::keys as examples;
use super::values::{key_id, seconds, suite, time};

#[derive(Args, Debug)]
pub(crate) struct KeysArgs {
    #[command(flatten)]
    pub(crate) ring: RingArgs,
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a ring: one active key and one standby
    #[command(after_help = examples::INIT)]
    Init {
        /// No session may last longer than this, remember-me included
        #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = seconds)]
        longest_session: u64,
        /// The AEAD: xaes-256-gcm, or xchacha20-poly1305 for machines without AES instructions
        #[arg(long, default_value = "xaes-256-gcm", value_parser = suite)]
        suite: Suite,
    },
    /// Show every key with its state and what comes next
    #[command(after_help = examples::LIST)]
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all that is known of one key
    #[command(after_help = examples::SHOW)]
    Show {
        /// Six hexadecimal digits
        #[arg(value_parser = key_id)]
        key: KeyId,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Check the ring, and say what is not as it should be
    ///
    /// Exit status 1 if there is anything.
    #[command(after_help = examples::LINT)]
    Lint {
        /// The time that a key should seal
        #[arg(long, value_name = "DURATION", default_value = "90d", value_parser = seconds)]
        every: u64,
        /// The longest session that a policy in use allows
        #[arg(long, value_name = "DURATION", value_parser = seconds)]
        longest_policy: Option<u64>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Do what is due, from a timer: rotate, add a standby, prune
    ///
    /// Exit status 10 if anything was.
    #[command(after_help = examples::TICK)]
    Tick {
        /// The time that a key should seal
        #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = seconds)]
        every: u64,
        /// The time until a new key comes into force, as for rotate
        #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = seconds)]
        propagation: u64,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Schedule the standby; nobody is signed out
    #[command(after_help = examples::ROTATE)]
    Rotate {
        /// The time until it comes into force: at least twice the time in which nodes reload, and a minute
        #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = seconds)]
        propagation: u64,
        /// Put it in force at once, whether or not every node has loaded it
        #[arg(long, conflicts_with = "propagation")]
        now: bool,
        /// The standby to schedule; the oldest if not given
        #[arg(long, value_parser = key_id)]
        key: Option<KeyId>,
    },
    /// Show which node holds which generation of the ring
    ///
    /// Exit status 1 unless every node has the newest.
    #[command(after_help = examples::ROLLOUT)]
    Rollout(RolloutArgs),
    /// Put a standby or staged key in force at once
    #[command(after_help = examples::PROMOTE)]
    Promote {
        /// Six hexadecimal digits
        #[arg(value_parser = key_id)]
        key: KeyId,
    },
    /// Add a further standby
    #[command(after_help = examples::ADD)]
    Add {
        /// The AEAD; that of the newest key in force if not given
        #[arg(long, value_parser = suite)]
        suite: Option<Suite>,
        /// A note to remember the key by
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Destroy the secrets of keys that were found dead a day ago
    ///
    /// Dead keys are those that are expired or revoked.
    #[command(after_help = examples::PRUNE)]
    Prune {
        /// Destroy at once those that are expired or revoked now
        #[arg(long)]
        yes: bool,
    },
    /// Keep a key from sealing and opening, until it is enabled
    #[command(after_help = examples::DISABLE)]
    Disable {
        /// Six hexadecimal digits
        #[arg(value_parser = key_id)]
        key: KeyId,
    },
    /// Take `disable` back
    #[command(after_help = examples::ENABLE)]
    Enable {
        /// Six hexadecimal digits
        #[arg(value_parser = key_id)]
        key: KeyId,
    },
    /// End for good what a key sealed, or every key made before a time
    #[command(after_help = examples::REVOKE)]
    Revoke(RevokeArgs),
    /// Sign out whoever signed in before a time; no use against a stolen key
    #[command(after_help = examples::SESSIONS_DEAD_BEFORE)]
    SessionsDeadBefore {
        /// RFC 3339: 2026-01-31T12:00:00Z, or with an offset
        #[arg(value_parser = time)]
        time: Timestamp,
    },
    /// After a stolen ring: revoke every key; everybody is signed out
    ///
    /// The ring begins anew with a new key. It says first what it will do, and asks.
    #[command(after_help = examples::EMERGENCY)]
    Emergency {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Write a copy of the ring, as a backup or for `import`
    ///
    /// It goes to standard output, or to a file.
    #[command(after_help = examples::EXPORT)]
    Export {
        /// A new file, for its owner alone, instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Put an exported ring in an empty place, as it is
    #[command(after_help = examples::IMPORT)]
    Import {
        /// The file that `export` wrote, or - for standard input
        #[arg(value_name = "FILE")]
        from: PathBuf,
    },
    /// Make an age identity in a new file, and say its recipient
    ///
    /// The file is for its owner alone.
    #[command(after_help = examples::IDENTITY)]
    Identity {
        /// The file
        file: PathBuf,
        /// Make none: say the recipient of the identity that is in the file
        #[arg(long)]
        existing: bool,
    },
    /// Encrypt the ring for other recipients
    ///
    /// It names them. Keys and generation stay as they are.
    #[command(after_help = examples::REWRAP)]
    Rewrap,
    /// Put a backup in place, as a new generation of the ring
    ///
    /// It says first what that brings back from the dead, and asks.
    #[command(after_help = examples::RESTORE)]
    Restore(RestoreArgs),
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct RevokeArgs {
    /// Six hexadecimal digits
    #[arg(value_parser = key_id)]
    pub(crate) key: Option<KeyId>,
    /// Every key that was created before this time (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) all_created_before: Option<Timestamp>,
}

#[derive(Args, Debug)]
pub(crate) struct RolloutArgs {
    /// Wait until every node that has not stopped has the generation that the ring has now, or a later one
    #[arg(long)]
    pub(crate) wait: bool,
    /// The longest time to wait
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = seconds, requires = "wait")]
    pub(crate) timeout: u64,
    /// First remove the record of a node that is gone for good, or one that is no node's, by its name as it is shown
    #[arg(long, value_name = "NODE")]
    pub(crate) forget: Option<OsString>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    /// The file
    pub(crate) backup: PathBuf,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}
