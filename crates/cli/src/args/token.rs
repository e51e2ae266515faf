//! `gingersnap token …`.

use clap::{Args, Subcommand};
use gingersnap::token::Kind;

use super::RingArgs;
use super::examples;

#[derive(Args, Debug)]
pub(crate) struct TokenArgs {
    #[command(subcommand)]
    pub(crate) command: TokenCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Show what a token says in clear; needs no key
    #[command(after_help = examples::TOKEN_INSPECT)]
    Inspect {
        /// The token, its cookie, or a whole Cookie or Set-Cookie field; - for standard input
        #[arg(default_value = "-")]
        token: String,
        /// The cookie that is meant, where several are tokens
        #[arg(long, value_name = "NAME")]
        cookie_name: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Open a token and show what is in it
    ///
    /// A session that is in a store has a pointer in its cookie, which is shown with the "record" that it names. What the store has
    /// under that id is opened with --kind store-record, --tag, --audience and the id as --context: its bytes in
    /// hexadecimal, as databases show them, or base64url.
    #[command(after_help = examples::TOKEN_OPEN)]
    Open(OpenArgs),
    /// Seal the plaintext that standard input holds as hexadecimal digits: claims, then data
    ///
    /// A record of a store is written in base64url.
    #[command(after_help = examples::TOKEN_SEAL)]
    Seal(SealArgs),
}

#[derive(Args, Debug)]
pub(crate) struct OpenArgs {
    /// The token, its cookie, or a whole Cookie or Set-Cookie field; - for standard input
    ///
    /// The name of the cookie that it comes in is --cookie-name, unless that is given. With --kind store-record it is a record.
    #[arg(default_value = "-")]
    pub(crate) token: String,
    #[command(flatten)]
    pub(crate) aad: AadArgs,
    /// The version that the record's row has: one that was sealed as another is refused
    #[arg(long, value_name = "NUMBER")]
    pub(crate) row_version: Option<u32>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) ring: RingArgs,
}

#[derive(Args, Debug)]
pub(crate) struct SealArgs {
    #[command(flatten)]
    pub(crate) aad: AadArgs,
    #[command(flatten)]
    pub(crate) ring: RingArgs,
}

/// The purpose of a token.
#[derive(Args, Debug)]
pub(crate) struct AadArgs {
    /// data, identity, activity, flash, store-record, service-token or label
    ///
    /// Unless given, that of the cookie's name: identity for __Host-id, activity for __Host-seen, flash for __Host-flash, and data for
    /// any other.
    #[arg(long, value_parser = kind)]
    pub(crate) kind: Option<Kind>,
    /// The tag of the data's type
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) tag: String,
    /// The cookie's name
    ///
    /// Unless given, that of the cookie that the token comes in. For a token alone: __Host-id for an identity, __Host-seen for an
    /// activity, __Host-flash for a flash, none for a store-record and a label, and __Host-session for any other.
    #[arg(long, value_name = "NAME")]
    pub(crate) cookie_name: Option<String>,
    /// The application and its environment
    #[arg(long)]
    pub(crate) audience: String,
    /// Anything else that the token is bound to: the id of a store-record
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) context: String,
    /// The time to go by, in Unix seconds, instead of the clock's
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<u64>,
}

fn kind(name: &str) -> Result<Kind, String> {
    Kind::from_name(name).ok_or_else(|| {
        let names: Vec<_> = Kind::ALL.into_iter().map(Kind::name).collect();
        format!("a kind is one of {}", names.join(", "))
    })
}
