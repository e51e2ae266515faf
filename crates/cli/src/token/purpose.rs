//! What a token is for: it opens for nothing else.

use gingersnap::Refusal;
use gingersnap::token::{Aad, Kind};

use crate::args::AadArgs;
use crate::error::Error;

/// The parts that are bound into a token, of the options and of the cookie that it came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose<'a> {
    pub(crate) kind: Kind,
    pub(crate) tag: &'a str,
    pub(crate) cookie_name: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) context: &'a str,
    /// Neither a kind nor a cookie's name is known: data is tried.
    pub(crate) is_guess: bool,
}

impl<'a> Purpose<'a> {
    /// What no option says, the name of the cookie says.
    pub(super) fn new(args: &'a AadArgs, came_as: Option<&'a str>) -> Self {
        let name = args.cookie_name.as_deref().or(came_as);
        let kind = args.kind.or_else(|| name.and_then(kind_of)).unwrap_or(Kind::Data);
        Self {
            kind,
            tag: &args.tag,
            cookie_name: name.unwrap_or(usual_name(kind)),
            audience: &args.audience,
            context: &args.context,
            is_guess: args.kind.is_none() && name.is_none(),
        }
    }

    pub(crate) fn aad(&self) -> Result<Aad, Error> {
        if self.audience.is_empty() {
            return Err(Error::usage("the audience is empty")
                .with_hint("it is the one that the application was built with"));
        }
        Aad::new(self.kind, self.tag, self.cookie_name, self.audience, self.context)
            .ok_or_else(|| Error::usage("a part of what the token is for is longer than 65,535 bytes"))
    }

    /// The error of a token that does not open. One that does not verify says nothing of itself: this tells what was tried.
    pub(crate) fn refused(&self, refusal: Refusal) -> Error {
        match refusal {
            Refusal::Forged => Error::from(refusal).with_hint(format!(
                "{refusal}\ntried: audience {:?}, tag {:?}, cookie name {:?}, kind {}\n{}",
                self.audience,
                self.tag,
                self.cookie_name,
                self.kind.name(),
                self.advice()
            )),
            Refusal::UnknownKey | Refusal::UnknownNewerKey => {
                Error::from(refusal).with_hint(format!("{refusal}: --keys names the application's ring"))
            }
            refusal => refusal.into(),
        }
    }

    fn advice(&self) -> &'static str {
        match self.kind {
            _ if self.is_guess => {
                "paste it with its cookie's name (`__Host-id=…`), which says what kind it is; --tag names the tag of data"
            }
            Kind::Data if self.tag.is_empty() => "data has a tag, that of its type: --tag names it",
            Kind::Identity | Kind::Activity | Kind::Flash if !self.tag.is_empty() => {
                "only data and records have a tag: leave out --tag"
            }
            _ => {
                "each of these is as the application has it; --audience, --tag, --cookie-name and --kind change them"
            }
        }
    }
}

/// The kind of token that a layer has under this name.
fn kind_of(cookie_name: &str) -> Option<Kind> {
    let prefixes = ["__Host-", "__Secure-"];
    let bare = prefixes.iter().find_map(|prefix| cookie_name.strip_prefix(prefix)).unwrap_or(cookie_name);
    match bare {
        "id" => Some(Kind::Identity),
        "seen" => Some(Kind::Activity),
        "flash" => Some(Kind::Flash),
        _ => None,
    }
}

const fn usual_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Identity => "__Host-id",
        Kind::Activity => "__Host-seen",
        Kind::Flash => "__Host-flash",
        Kind::StoreRecord | Kind::Label => "",
        _ => "__Host-session",
    }
}
