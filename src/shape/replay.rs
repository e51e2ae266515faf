//! A written value, given back to the type that reads it: both must agree call by call.

use std::collections::BTreeMap;

use super::record::{Token, Written};
use super::scalar::Scalar;
use super::source::{Asked, Place, Source, Stop, UNSIZED};

pub(super) struct Replay<'t> {
    rest: std::slice::Iter<'t, Token>,
    open: Vec<Frame<'t>>,
    /// The values of one piece, by their place.
    pub(super) served: BTreeMap<String, &'t Token>,
}

/// A struct or tuple that is being read: its fields as written, unless it was written otherwise, and the number read so far.
struct Frame<'t> {
    written: Option<&'t Written>,
    read: usize,
}

impl<'t> Replay<'t> {
    pub(super) fn new(tape: &'t [Token]) -> Self {
        Self { rest: tape.iter(), open: Vec::new(), served: BTreeMap::new() }
    }

    fn peek(&self) -> Option<&'t Token> {
        self.rest.as_slice().first()
    }

    /// The next token, if `take` accepts it.
    fn next<R>(&mut self, read: &str, take: impl FnOnce(&'t Token) -> Option<R>) -> Result<R, Stop> {
        let token = self.rest.next();
        token.and_then(take).ok_or_else(|| mismatch(token, read))
    }

    fn serve<R>(
        &mut self,
        place: &Place,
        read: &str,
        take: impl FnOnce(&'t Token) -> Option<R>,
    ) -> Result<R, Stop> {
        if let Some(token) = self.peek() {
            self.served.insert(place.path.clone(), token);
        }
        self.next(read, take)
    }
}

impl<'t> Source<'t> for Replay<'t> {
    fn scalar<S: Scalar>(&mut self, place: &Place) -> Result<S, Stop> {
        self.serve(place, S::KIND, Token::scalar)
    }

    fn text(&mut self, place: &Place) -> Result<&'t str, Stop> {
        self.serve(place, "text", Token::text)
    }

    fn bytes(&mut self, place: &Place) -> Result<&'t [u8], Stop> {
        self.serve(place, "bytes", Token::bytes)
    }

    fn is_some(&mut self, _: &Place) -> Result<bool, Stop> {
        self.next("an option", |token| match token {
            Token::None => Some(false),
            Token::Some => Some(true),
            _ => None,
        })
    }

    fn len(&mut self, _: &Place) -> Result<usize, Stop> {
        self.next("a list or map", |token| match token {
            Token::List(len) | Token::Map(len) => *len,
            _ => None,
        })
    }

    fn open(&mut self, asked: &Asked, count: Option<usize>) -> Result<(), Stop> {
        let written = match self.peek() {
            Some(Token::Open(written)) => Some(written),
            _ => None,
        };
        self.open.push(Frame { written, read: 0 });
        match written {
            Some(written) => {
                self.rest.next();
                compare(written, asked.names, count)
            }
            None => Ok(()),
        }
    }

    fn field(&mut self, asked: &Asked, index: usize) -> Result<Option<&'static str>, Stop> {
        let Some(frame) = self.open.last_mut() else { return Ok(None) };
        frame.read = index + 1;
        let Some(Written { fields, .. }) = frame.written else { return Ok(asked.names.get(index).copied()) };
        match (fields.get(index), self.rest.next()) {
            (Some(name), Some(Token::Field)) => Ok(*name),
            (None, _) => {
                let name = asked.names.iter().find(|name| !fields.contains(&Some(name)));
                Err(missing(name.map_or_else(|| index.to_string(), ToString::to_string)))
            }
            (Some(_), _) => Err(left(fields, index)),
        }
    }

    fn close(&mut self) -> Result<(), Stop> {
        let Some(Frame { written: Some(written), read }) = self.open.pop() else { return Ok(()) };
        match self.rest.next() {
            Some(Token::Close) => Ok(()),
            Some(Token::Field) => Err(surplus(name_of(&written.fields, read))),
            _ => Err(left(&written.fields, read)),
        }
    }

    fn variant(&mut self, asked: &Asked, _: &Place) -> Result<(u32, &'static str), Stop> {
        let (number, name) = self.next("an enum", |token| match token {
            Token::Variant(number, name) => Some((*number, *name)),
            _ => None,
        })?;
        // Aliases move a name up in the list, skipped variants move it down.
        match asked.names.iter().position(|other| *other == name) {
            Some(position) if u32::try_from(position).is_ok_and(|position| position < number) => {
                let text =
                    format!("the variant {name} is written as number {number} and read as number {position}");
                Err(Stop::Fault(None, format!("{text}, {SHIFTED}"), true))
            }
            _ => Ok((number, name)),
        }
    }
}

impl Token {
    pub(super) fn scalar<S: Scalar>(&self) -> Option<S> {
        match self {
            Self::Scalar(kind, bits) if *kind == S::KIND => Some(S::from_bits(*bits)),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The kind, in words.
    fn kind(&self) -> &'static str {
        match self {
            Self::Scalar(kind, _) => kind,
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::None | Self::Some => "an option",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Variant(..) => "an enum",
            Self::Open(_) | Self::Field | Self::Close => "a struct or tuple",
        }
    }
}

/// Compares the names that were written with those that are read; tuples have none.
fn compare(written: &Written, names: &[&'static str], count: Option<usize>) -> Result<(), Stop> {
    if let Some(name) = written.skipped {
        return Err(Stop::Fault(Some(name.into()), SKIPPED.into(), true));
    }
    let Some(fields) = written.fields.iter().copied().collect::<Option<Vec<_>>>() else { return Ok(()) };
    if names.is_empty() {
        return Ok(());
    }
    let has_aliases = count != Some(names.len());
    if has_aliases {
        return fields
            .iter()
            .find(|name| !names.contains(name))
            .map_or(Ok(()), |name| Err(surplus((*name).into())));
    }
    let at = fields.iter().zip(names).take_while(|(one, other)| one == other).count();
    match (fields.get(at), names.get(at)) {
        (None, None) => Ok(()),
        (Some(one), Some(other)) if names.contains(one) == fields.contains(other) => Err(Stop::Fault(
            Some((*one).into()),
            format!("is written where {other} is read; {RENAMED}"),
            true,
        )),
        (Some(one), _) if !names.contains(one) => Err(surplus((*one).into())),
        (_, name) => Err(missing(name.copied().unwrap_or_default().into())),
    }
}

fn mismatch(token: Option<&Token>, read: &str) -> Stop {
    let Some(token) = token else { return Stop::Fault(None, MISSING.into(), false) };
    if let Token::List(None) | Token::Map(None) = token {
        return Stop::Fault(None, UNSIZED.into(), true);
    }
    let written = token.kind();
    // Text, bytes and lists of bytes are encoded alike; one number is never another.
    let is_sure = matches!(token, Token::Scalar(..)) && SCALARS.contains(&read);
    Stop::Fault(None, format!("is written as {written} and read as {read}; {DISAGREE}"), is_sure)
}

fn missing(name: String) -> Stop {
    Stop::Fault(Some(name), MISSING.into(), true)
}

fn surplus(name: String) -> Stop {
    Stop::Fault(Some(name), SURPLUS.into(), true)
}

/// The field before the one at `index` was not read to its end.
fn left(fields: &[Option<&'static str>], index: usize) -> Stop {
    let before = index.checked_sub(1).map(|before| name_of(fields, before));
    Stop::Fault(before, format!("is not read to its end; {DISAGREE}"), false)
}

/// The name or number of a field.
fn name_of(fields: &[Option<&'static str>], index: usize) -> String {
    fields.get(index).copied().flatten().map_or_else(|| index.to_string(), Into::into)
}

const SCALARS: [&str; 14] =
    ["bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128"];
const SKIPPED: &str = "#[serde(skip_serializing_if)] leaves fields out, and the encoding has no names to tell which; \
                       remove it";
const MISSING: &str =
    "is read and not always written, as with #[serde(skip_serializing)]; use #[serde(skip)] or neither";
const SURPLUS: &str = "is written and not read, as with #[serde(skip_deserializing)] or a tagged struct; \
                       use #[serde(skip)] or neither";
const RENAMED: &str = "rename and skip fields alike in both directions";
const SHIFTED: &str = "since a variant before it is skipped; move the skipped one to the end";
const DISAGREE: &str = "make Serialize and Deserialize agree";
