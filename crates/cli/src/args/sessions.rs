//! `gingersnap sessions …`.

use clap::{Arg, ArgAction, Args, Subcommand};
use gingersnap::SignInKey;

use super::RingArgs;
use super::examples;

#[derive(Args, Debug)]
pub(crate) struct SessionsArgs {
    #[command(subcommand)]
    pub(crate) command: SessionsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// Show where somebody is signed in
    ///
    /// Each sign-in has a key, which `end` takes. Sign-ins that were made before the application had this store are not listed.
    #[command(after_help = examples::SESSIONS_LIST)]
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        who: WhoArgs,
    },
    /// End one sign-in on every node within two seconds
    ///
    /// It is signed out wherever it is used, a copy of its cookie too; the data of the person stays. It needs no key ring.
    #[command(after_help = examples::SESSIONS_END, arg = unasked())]
    End {
        /// The key that `list` shows, or that the log has of a sign-out which did not reach the store
        key: SignInKey,
        #[command(flatten)]
        store: StoreOption,
    },
    /// Sign somebody out everywhere
    ///
    /// Where no list shows it, too: every identity that was sealed until now is refused on every node within two seconds. Their data is there again when they sign in.
    #[command(after_help = examples::SESSIONS_END_SUBJECT)]
    EndSubject {
        /// Do not ask
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        who: WhoArgs,
    },
    /// Sign somebody out everywhere, and remove what the store keeps of them
    ///
    /// That is their sessions and the list of their sign-ins. What is in cookies their browser has: it opens again only if the same
    /// subject signs in there.
    #[command(after_help = examples::SESSIONS_ERASE)]
    Erase {
        /// Do not ask
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        who: WhoArgs,
    },
    /// Remove records that ended more than an hour ago
    ///
    /// Nodes do this by themselves, a few records each minute: it is for a store that no node has any more, or that has fallen
    /// behind. It goes by the store's clock, removes a batch at a time, and may run beside nodes and be stopped at any time.
    /// Redis and Valkey remove records themselves.
    #[command(after_help = examples::SESSIONS_PURGE)]
    Purge {
        #[command(flatten)]
        store: StoreOption,
    },
}

/// `--yes` of a command that asks nothing: scripts give it to those beside it.
fn unasked() -> Arg {
    Arg::new("yes")
        .long("yes")
        .action(ArgAction::SetTrue)
        .help("Taken as by `end-subject`: this asks nothing")
}

/// A person, and where their sign-ins are.
#[derive(Args, Debug)]
pub(crate) struct WhoArgs {
    /// The person, as the application names them when it signs them in
    pub(crate) subject: String,
    /// The application and its environment, as its layer has it
    #[arg(long)]
    pub(crate) audience: String,
    /// The name of the layer, where the application has several
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub(crate) layer: String,
    #[command(flatten)]
    pub(crate) store: StoreOption,
    #[command(flatten)]
    pub(crate) ring: RingArgs,
}

#[derive(Args, Debug)]
pub(crate) struct StoreOption {
    /// The store: a URL with `#name` at its end
    ///
    /// sqlite:PATH, postgres://user@host/database#name, redis://host/0#name or rediss:// (TLS). Others on this machine see
    /// command lines: a URL with a password belongs in GINGERSNAP_STORE.
    // It may have a password.
    #[arg(long = "store", value_name = "URL", env = "GINGERSNAP_STORE", hide_env_values = true)]
    pub(crate) url: String,
}
