//! `gingersnap keys …`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use gingersnap::Timestamp;
use gingersnap::token::{KeyId, Suite};

use super::RingArgs;
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
    Init {
        /// No session may last longer than this, remember-me included
        #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = seconds)]
        longest_session: u64,
        /// The AEAD: xaes-256-gcm, or xchacha20-poly1305 for machines without AES instructions
        #[arg(long, default_value = "xaes-256-gcm", value_parser = suite)]
        suite: Suite,
    },
    /// Show every key with its state and what comes next
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show all that is known of one key
    Show {
        /// Six hexadecimal digits
        #[arg(value_parser = key_id)]
        key: KeyId,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Say what is not as it should be; exit status 1 if there is anything
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
    /// Rotate, add a standby and prune where that is due, from a timer; exit status 10 if anything was
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
    Rotate {
        /// The time until it comes into force: at least twice the time in which nodes reload, and 60 s
        #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = seconds)]
        propagation: u64,
        /// Put it in force at once, whether or not every node has loaded it
        #[arg(long, conflicts_with = "propagation")]
        now: bool,
        /// The standby to schedule; the oldest if not given
        #[arg(long, value_parser = key_id)]
        key: Option<KeyId>,
    },
    /// Show which node holds which generation; exit status 1 unless every one has the newest
    Rollout(RolloutArgs),
    /// Put a standby or staged key in force at once
    Promote {
        /// Six hexadecimal digits
        #[arg(value_parser = key_id)]
        key: KeyId,
    },
    /// Add a further standby
    Add {
        /// The AEAD; that of the newest key in force if not given
        #[arg(long, value_parser = suite)]
        suite: Option<Suite>,
        /// A note to remember the key by
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Destroy the secrets of expired and revoked keys that were found so a day ago
    Prune {
        /// Destroy at once those that are expired or revoked now
        #[arg(long)]
        yes: bool,
    },
    /// Keep a key from sealing and opening, until it is enabled
    Disable {
        /// Six hexadecimal digits
        #[arg(value_parser = key_id)]
        key: KeyId,
    },
    /// Take `disable` back
    Enable {
        /// Six hexadecimal digits
        #[arg(value_parser = key_id)]
        key: KeyId,
    },
    /// End what a key sealed, or every key made before a time, for good
    Revoke(RevokeArgs),
    /// Sign out whoever signed in before a time; no use against a stolen key
    SessionsDeadBefore {
        /// RFC 3339: 2026-01-31T12:00:00Z, or with an offset
        #[arg(value_parser = time)]
        time: Timestamp,
    },
    /// After a stolen ring: revoke every key and begin anew; everybody is signed out
    Emergency {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Write the ring as it is to standard output, or to a file: a backup, or for `import`
    Export {
        /// A new file, for its owner alone, instead of standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Put an exported ring in an empty place, as it is
    Import {
        /// The file that `export` wrote, or - for standard input
        #[arg(value_name = "FILE")]
        from: PathBuf,
    },
    /// Make an age identity, in a new file for its owner alone, and say its recipient
    Identity {
        /// The file
        file: PathBuf,
        /// Make none: say the recipient of the identity that is in the file
        #[arg(long)]
        existing: bool,
    },
    /// Encrypt the ring for other recipients, and name them; keys and generation stay as they are
    Rewrap,
    /// Put a backup in place, as a new generation; says first what that brings back from the dead
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
