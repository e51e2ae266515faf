//! A token as people copy it: alone, or in the fields that a browser and a server send.

use gingersnap::Refusal;
use gingersnap::token::Unopened;

use super::read_text;
use crate::error::Error;

/// A token's text, and the name of its cookie if that came with it.
#[derive(Debug)]
pub(crate) struct Pasted {
    pub(crate) name: Option<String>,
    value: Vec<u8>,
}

impl Pasted {
    /// Reads an argument, or standard input for `-`. Of several cookies it takes the one of the name that is wanted, or the only
    /// one whose value is a token.
    pub(crate) fn read(argument: &str, wanted: Option<&str>) -> Result<Self, Error> {
        let text = read_text(argument, MOST)?;
        let cookie = Self::find(&String::from_utf8_lossy(&text), wanted)?;
        Ok(cookie.unwrap_or(Self { name: None, value: text.trim_ascii().to_vec() }))
    }

    /// Parses the token. One alone is taken as it is: no decoder takes quotes around it.
    pub(crate) fn token(&self) -> Result<Unopened, Error> {
        Unopened::parse(&self.value).map_err(|refusal| match (refusal, self.value.first()) {
            (Refusal::NotBase64url, Some(b'"' | b'\'' | b'`')) => {
                Error::from(refusal).with_hint("leave out the quotes around the token")
            }
            _ => refusal.into(),
        })
    }

    /// Finds the cookie; none if there is no cookie, but a token alone.
    fn find(text: &str, wanted: Option<&str>) -> Result<Option<Self>, Error> {
        let pairs: Vec<_> = unquoted(text).lines().flat_map(pairs).collect();
        let mut tokens: Vec<_> = pairs.iter().copied().filter(|(_, value)| is_token(value)).collect();
        tokens.sort_unstable();
        tokens.dedup();
        let named = |(name, _): &(&str, &str)| wanted.is_none_or(|wanted| wanted == *name);
        let found: Vec<_> = tokens.iter().copied().filter(named).collect();
        match (found.as_slice(), pairs.as_slice(), wanted) {
            ([cookie], ..) => Ok(Some(Self::from(*cookie))),
            ([], _, Some(wanted)) if !tokens.is_empty() => {
                Err(Error::usage(format!("no token here is under the name {wanted}"))
                    .with_hint(format!("--cookie-name may be {}", names(&tokens))))
            }
            ([], [cookie], _) => Ok(Some(Self::from(*cookie))),
            ([], [], _) => Ok(None),
            ([], ..) => Err(Error::usage(format!("none of these {} cookies is a token", pairs.len()))
                .with_hint("paste all that the browser has for the application, or a token alone")),
            ([(first, _), rest @ ..], ..) if rest.iter().all(|(name, _)| name == first) => Err(Error::usage(
                format!("there are {} different tokens under the name {first}", found.len()),
            )
            .with_hint("paste one of them alone")),
            _ => Err(Error::usage(format!("there are {} tokens here", found.len()))
                .with_hint(format!("--cookie-name says which: {}", names(&found)))),
        }
    }
}

impl From<(&str, &str)> for Pasted {
    fn from((name, value): (&str, &str)) -> Self {
        Self { name: Some(name.into()), value: value.into() }
    }
}

/// The cookies of a line: of `name=value`, of a `Cookie` field, of a `Set-Cookie` field with its attributes, or the one of a
/// browser's list of them.
fn pairs(line: &str) -> Vec<(&str, &str)> {
    let line = line.trim_start_matches(['<', '>', ' ']);
    listed(line).map_or_else(|| sent(line).collect(), |cookie| vec![cookie])
}

/// The cookie as a browser's developer tools copy it: `name:"value"` by Firefox, a row with tabs by Chrome.
fn listed(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.split('\t');
    let (name, value) = match (cells.next(), cells.next()) {
        (Some(name), Some(value)) => (name, value),
        _ => line.split_once(":\"")?,
    };
    let (name, value) = (unquoted(name), unquoted(value));
    (!name.contains(['=', ';']) && is_token(value)).then_some((name, value))
}

fn sent(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let field = line
        .split_once(':')
        .filter(|(name, _)| name.eq_ignore_ascii_case("cookie") || name.eq_ignore_ascii_case("set-cookie"));
    let pairs = field.map_or(line, |(_, value)| value).split(';');
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(name, value)| (unquoted(name), unquoted(value)));
    // A `=` behind a token alone is none of a pair.
    pairs.filter(|(name, value)| !name.is_empty() && !value.is_empty() && !is_token(name))
}

/// The text without white space and quotes around it.
fn unquoted(text: &str) -> &str {
    text.trim_matches(|it: char| it.is_whitespace() || it == '"' || it == '\'' || it == '`')
}

fn is_token(text: &str) -> bool {
    Unopened::parse(text.as_bytes()).is_ok()
}

/// Names of cookies that are tokens, each once.
fn names(tokens: &[(&str, &str)]) -> String {
    let mut names: Vec<_> = tokens.iter().map(|(name, _)| *name).collect();
    names.dedup();
    names.join(", ")
}

/// Bytes of fields that are read: more than servers accept.
const MOST: usize = 1 << 16;
