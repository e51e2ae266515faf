//! A check that a type writes what it reads in the order in which it read it: then it has one encoding for each value.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::probe::Probe;
use super::record::{Token, record};
use super::scalar::Scalar;
use super::source::{Asked, Counts, Place, Source, Stop};

/// True if `T` keeps the order of everything in it. False if it holds a set or a map anywhere, sorted or not, and if it refuses
/// the samples or has no end.
pub(crate) fn keeps_order<T: Serialize + DeserializeOwned>() -> bool {
    let (mut shuffled, mut counts) = (Shuffled::default(), Counts::default());
    for _ in 0..MOST_PASSES {
        shuffled.served.clear();
        // A type may panic at a value that it never has.
        let written = catch_unwind(AssertUnwindSafe(|| {
            Probe::read::<T>(&mut shuffled, &mut counts).ok().and_then(|value| record(&value).ok())
        }));
        let Ok(Some(written)) = written else { return false };
        if !written.iter().filter_map(content).eq(shuffled.served.iter().filter_map(content)) {
            return false;
        }
        if shuffled.has_shown_all() {
            return true;
        }
    }
    false
}

/// The tokens that a value decides; one length for lists and maps.
fn content(token: &Token) -> Option<Token> {
    match token {
        Token::List(len) | Token::Map(len) => Some(Token::List(*len)),
        Token::Scalar(..) | Token::Text(_) | Token::Bytes(_) | Token::Variant(..) => Some(token.clone()),
        Token::None | Token::Some | Token::Open(_) | Token::Field | Token::Close => None,
    }
}

/// Lists of several elements in no order, every option full, and each variant of an enum in turn.
#[derive(Default)]
struct Shuffled {
    served: Vec<Token>,
    noise: u32,
    /// The variants of each enum that were shown.
    shown: Vec<(Asked, usize)>,
}

impl Shuffled {
    fn noise(&mut self) -> u8 {
        // Knuth's linear congruential generator: nothing here is secret.
        self.noise = self.noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.noise.to_be_bytes()[0]
    }

    fn word(&mut self) -> &'static str {
        TEXTS.get(usize::from(self.noise()) % TEXTS.len()).copied().unwrap_or_default()
    }

    fn serve(&mut self, token: Token) -> Result<(), Stop> {
        self.served.push(token);
        if self.served.len() > MOST_TOKENS { Err(Stop::Own("no end in sight".into())) } else { Ok(()) }
    }

    fn has_shown_all(&self) -> bool {
        self.shown.iter().all(|(asked, shown)| *shown >= asked.names.len())
    }
}

impl Source<'static> for Shuffled {
    fn scalar<S: Scalar>(&mut self, _: &Place) -> Result<S, Stop> {
        let mut bits = [0; 16];
        bits[0] = self.noise();
        let scalar = S::from_bits(bits);
        self.serve(Token::Scalar(S::KIND, scalar.bits()))?;
        Ok(scalar)
    }

    fn text(&mut self, _: &Place) -> Result<&'static str, Stop> {
        let text = self.word();
        self.serve(Token::Text(text.into()))?;
        Ok(text)
    }

    fn bytes(&mut self, _: &Place) -> Result<&'static [u8], Stop> {
        let bytes = self.word().as_bytes();
        self.serve(Token::Bytes(bytes.into()))?;
        Ok(bytes)
    }

    fn is_some(&mut self, _: &Place) -> Result<bool, Stop> {
        Ok(true)
    }

    fn len(&mut self, _: &Place) -> Result<usize, Stop> {
        self.serve(Token::List(Some(ELEMENTS)))?;
        Ok(ELEMENTS)
    }

    fn variant(&mut self, asked: &Asked, _: &Place) -> Result<(u32, &'static str), Stop> {
        if !self.shown.iter().any(|(other, _)| other == asked) {
            self.shown.push((*asked, 0));
        }
        let shown = self.shown.iter_mut().find(|(other, _)| other == asked).map(|(_, shown)| shown);
        let at = shown.map_or(0, |shown| std::mem::replace(shown, *shown + 1)) % asked.names.len().max(1);
        let name = asked.names.get(at).copied().unwrap_or_default();
        let number = u32::try_from(at).unwrap_or_default();
        self.serve(Token::Variant(number, name))?;
        Ok((number, name))
    }
}

/// A set has these six elements in this very order in one case of 720.
const ELEMENTS: usize = 6;
const TEXTS: [&str; 16] = ["m", "c", "x", "f", "s", "a", "u", "h", "o", "d", "z", "k", "b", "v", "i", "q"];
/// An enum with more variants than this, outside any list, keeps its snapshot.
const MOST_PASSES: usize = 32;
const MOST_TOKENS: usize = 5_000;
