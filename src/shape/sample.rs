//! Made-up values: at each place first the empty one, then the full one; and each variant of an enum in turn.

use std::collections::BTreeMap;

use super::record::Token;
use super::scalar::Scalar;
use super::source::{Asked, Place, Source, Stop};

/// Makes up values. One that the type refuses is made up again, with another choice at the last place.
pub(super) struct Sampler<'t> {
    /// Values that the type is known to accept, by their place.
    known: BTreeMap<String, &'t Token>,
    passes: usize,
    steps: usize,
    spots: BTreeMap<String, Spot>,
    /// The place of the last choice.
    last: String,
    is_again: bool,
    /// True if a place refused every choice.
    has_missed: bool,
    /// A variant of each enum that holds no other value of it.
    leaves: Vec<(Asked, usize)>,
    /// The enums around the present place.
    open: Vec<Open>,
}

/// The choice at a place.
#[derive(Default)]
struct Spot {
    pass: usize,
    /// The number of passes that came here.
    turns: usize,
    /// The number of passes that should come here.
    wanted: usize,
    options: usize,
    chosen: usize,
    /// The number of choices refused in this pass.
    refused: usize,
}

/// The way to choose one of several options.
#[derive(Clone, Copy)]
enum Pick {
    /// The empty value, then another one.
    Sample,
    /// Empty, then full.
    Fullness,
    /// Each variant in turn.
    Variant,
    /// A variant within another one of the same enum.
    Inner(usize),
}

impl Pick {
    /// The choice of a turn.
    fn at(self, turn: usize) -> usize {
        match self {
            Self::Sample => turn.min(1),
            // Empty once more in the third turn: in the first one all else was empty, and that may have been refused.
            Self::Fullness => usize::from(turn != 0 && turn != 2),
            Self::Variant => turn,
            Self::Inner(variant) => variant,
        }
    }

    /// The number of turns wanted.
    fn turns(self, options: usize) -> usize {
        match self {
            Self::Sample => 2,
            Self::Fullness => 3,
            Self::Inner(_) => 0,
            Self::Variant => options,
        }
    }
}

struct Open {
    asked: Asked,
    variant: usize,
    is_within_itself: bool,
}

impl<'t> Sampler<'t> {
    pub(super) fn new(known: BTreeMap<String, &'t Token>) -> Self {
        Self {
            known,
            passes: 0,
            steps: 0,
            spots: BTreeMap::new(),
            last: String::new(),
            is_again: false,
            has_missed: false,
            leaves: Vec::new(),
            open: Vec::new(),
        }
    }

    /// True if there is another value to be made up.
    pub(super) fn next_pass(&mut self) -> bool {
        self.open.clear();
        self.last.clear();
        if !std::mem::take(&mut self.is_again) {
            if self.passes > 0 && self.spots.values().all(|spot| spot.turns >= spot.wanted) {
                return false;
            }
            self.passes += 1;
            self.spots.values_mut().for_each(|spot| spot.refused = 0);
        }
        self.steps += 1;
        self.steps < MAX_STEPS
    }

    /// Tries another value at the place of the last choice, if there is one left.
    pub(super) fn refused(&mut self) {
        let Some(spot) = self.spots.get_mut(&self.last) else {
            self.has_missed = true;
            return;
        };
        spot.refused += 1;
        self.is_again = spot.refused < spot.options;
        self.has_missed |= !self.is_again;
        spot.chosen = (spot.chosen + 1) % spot.options;
    }

    /// True if the type accepted a sample in each pass, and came to its end.
    pub(super) const fn has_reached_all(&self) -> bool {
        !self.has_missed && self.steps < MAX_STEPS
    }

    /// Chooses one of `options`.
    fn choose(&mut self, place: &str, options: usize, pick: Pick) -> Result<usize, Stop> {
        self.steps += 1;
        if self.steps > MAX_STEPS || options == 0 {
            return Err(Stop::Own("nothing to choose from".into()));
        }
        place.clone_into(&mut self.last);
        let spot = self.spots.entry(place.to_owned()).or_default();
        if spot.pass != self.passes {
            spot.chosen = pick.at(spot.turns) % options;
            (spot.pass, spot.options, spot.wanted) = (self.passes, options, pick.turns(options));
            spot.turns += 1;
        }
        Ok(spot.chosen)
    }

    /// Full or empty.
    fn is_full(&mut self, place: &str) -> Result<bool, Stop> {
        self.choose(place, 2, Pick::Fullness).map(|it| it == 1)
    }

    /// One of `samples`, or a value known to be accepted here.
    fn one_of<V: Copy>(
        &mut self,
        place: &Place,
        samples: &[V],
        take: impl FnOnce(&'t Token) -> Option<V>,
    ) -> Result<V, Stop> {
        let known = self.known.get(&place.path).copied().and_then(take);
        let options = samples.len() + usize::from(known.is_some());
        let index = self.choose(&place.path, options, Pick::Sample)?;
        samples.get(index).copied().or(known).ok_or_else(|| Stop::Own("no such sample".into()))
    }

    /// A variant within a value of the same enum: one that ends there, or another one each time while none is known.
    fn inner(&mut self, asked: &Asked) -> Option<usize> {
        let around = self.open.iter_mut().filter(|it| it.asked == *asked);
        let next = around.map(|it| {
            it.is_within_itself = true;
            it.variant + 1
        });
        let next = next.last()?;
        Some(self.leaves.iter().find(|(leaf, _)| leaf == asked).map_or(next, |(_, leaf)| *leaf))
    }
}

impl<'t> Source<'t> for Sampler<'t> {
    fn scalar<S: Scalar>(&mut self, place: &Place) -> Result<S, Stop> {
        self.one_of(place, &S::SAMPLES, Token::scalar)
    }

    fn text(&mut self, place: &Place) -> Result<&'t str, Stop> {
        self.one_of(place, &TEXTS, Token::text)
    }

    fn bytes(&mut self, place: &Place) -> Result<&'t [u8], Stop> {
        self.one_of(place, &BYTES, Token::bytes)
    }

    fn is_some(&mut self, place: &Place) -> Result<bool, Stop> {
        // The content of an option stands at the same path.
        self.is_full(&format!("{}?", place.path))
    }

    /// At most one, so that the order of a set or map is no question.
    fn len(&mut self, place: &Place) -> Result<usize, Stop> {
        self.is_full(&place.path).map(usize::from)
    }

    fn variant(&mut self, asked: &Asked, place: &Place) -> Result<(u32, &'static str), Stop> {
        let pick = self.inner(asked).map_or(Pick::Variant, Pick::Inner);
        let variant = self.choose(&place.path, asked.names.len(), pick)?;
        self.open.push(Open { asked: *asked, variant, is_within_itself: false });
        let number = u32::try_from(variant).unwrap_or_default();
        Ok((number, asked.names.get(variant).copied().unwrap_or_default()))
    }

    fn close_variant(&mut self, is_accepted: bool) {
        if let Some(Open { asked, variant, is_within_itself: false }) = self.open.pop()
            && is_accepted
            && !self.leaves.iter().any(|(leaf, _)| *leaf == asked)
        {
            self.leaves.push((asked, variant));
        }
    }
}

const TEXTS: [&str; 8] = [
    "",
    "a",
    "1",
    "2000-01-01",
    "2000-01-01T00:00:00Z",
    "00000000-0000-0000-0000-000000000001",
    "127.0.0.1",
    "https://a.example/",
];
const BYTES: [&[u8]; 5] = [&[], &[1], &[1; 4], &[1; 16], &[1; 32]];
/// Choices and values in all, so that a type without end is left after a few milliseconds.
const MAX_STEPS: usize = 5_000;
