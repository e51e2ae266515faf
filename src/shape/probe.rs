//! Reads a type from a [`Source`], and keeps track of the place in it.

use core::fmt::{self, Write as _};

use serde::de::{DeserializeOwned, Visitor};

use super::elements::{Elements, Variant};
use super::source::{Asked, Counts, Place, Source, Stop, UNSIZED};

pub(super) struct Probe<'p, S> {
    source: &'p mut S,
    counts: &'p mut Counts,
    place: Place,
    /// The place of the last question.
    last: String,
    /// The questions so far whose answers take bytes.
    taken: usize,
    fault: Option<Failure>,
}

impl<'p, S> Probe<'p, S> {
    /// Reads a `T` from `source`.
    pub(super) fn read<'de, T: DeserializeOwned>(
        source: &'p mut S,
        counts: &'p mut Counts,
    ) -> Result<T, Failure>
    where
        S: Source<'de>,
    {
        let place = Place { path: std::any::type_name::<T>().into(), depth: 0 };
        let mut probe = Self { source, counts, last: place.path.clone(), taken: 0, place, fault: None };
        T::deserialize(&mut probe).map_err(|stop| {
            let own = Failure { field: probe.last, reason: stop.to_string(), is_sure: false, is_own: true };
            probe.fault.unwrap_or(own)
        })
    }

    pub(super) fn ask<R>(&mut self, ask: impl FnOnce(&mut S, &Place) -> Result<R, Stop>) -> Result<R, Stop> {
        if self.place.depth > MAX_DEPTH {
            return Err(Stop::Own("too deep to be tried out".into()));
        }
        self.last.clone_from(&self.place.path);
        let answer = ask(self.source, &self.place);
        if let Err(Stop::Fault(below, reason, is_sure)) = &answer
            && self.fault.is_none()
        {
            let below = below.as_ref().map(|name| format!(".{name}")).unwrap_or_default();
            let field = format!("{}{below}", self.place.path);
            self.fault = Some(Failure { field, reason: reason.clone(), is_sure: *is_sure, is_own: false });
        }
        answer
    }

    /// Asks a question whose answer takes bytes: at least one byte, whatever the answer.
    pub(super) fn take<R>(&mut self, ask: impl FnOnce(&mut S, &Place) -> Result<R, Stop>) -> Result<R, Stop> {
        self.taken += 1;
        self.ask(ask)
    }

    /// The questions so far whose answers take bytes.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Refuses an element that took no byte since then: a list of such elements is as long as it claims to be, whatever was sent.
    pub(super) fn refuse_empty(&mut self, since: usize) -> Result<(), Stop> {
        if self.taken == since { self.refuse(EMPTY) } else { Ok(()) }
    }

    pub(super) fn refuse<R>(&mut self, reason: &str) -> Result<R, Stop> {
        self.ask(|_, _| Err(Stop::Fault(None, reason.into(), true)))
    }

    /// Refuses the name of a field; a map of such names is a struct with a flattened field.
    pub(super) fn refuse_name<'de, R>(&mut self, reason: &str) -> Result<R, Stop>
    where
        S: Source<'de>,
    {
        match self.place.path.strip_suffix(KEY) {
            Some(map) => {
                self.place.path = map.into();
                self.refuse(UNSIZED)
            }
            None => self.refuse(reason),
        }
    }

    pub(super) fn below<R>(&mut self, segment: fmt::Arguments<'_>, read: impl FnOnce(&mut Self) -> R) -> R {
        let len = self.place.path.len();
        // Writing to a `String` does not fail.
        let _ = self.place.path.write_fmt(segment);
        self.place.depth += 1;
        let value = read(self);
        self.place.depth -= 1;
        self.place.path.truncate(len);
        value
    }

    pub(super) fn parts<'de, V: Visitor<'de>>(
        &mut self,
        asked: Asked,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Stop>
    where
        S: Source<'de>,
    {
        let count = self.counts.get(&asked);
        self.ask(|source, _| source.open(&asked, count))?;
        let mut fields = Elements::new(self, Some(asked), len);
        let value = visitor.visit_seq(&mut fields)?;
        let count = fields.count();
        self.counts.set(asked, count);
        self.ask(|source, _| source.close())?;
        Ok(value)
    }

    pub(super) fn variant<'de, V: Visitor<'de>>(&mut self, asked: Asked, visitor: V) -> Result<V::Value, Stop>
    where
        S: Source<'de>,
    {
        let (number, name) = self.take(|source, place| source.variant(&asked, place))?;
        let content = |probe: &mut Self| visitor.visit_enum(Variant::new(probe, asked.name, number));
        let value = self.below(format_args!("::{name}"), content);
        self.source.close_variant(value.is_ok());
        value
    }
}

/// A type that was not read, and the field.
pub(super) struct Failure {
    pub(super) field: String,
    pub(super) reason: String,
    /// True if the encoding cannot carry it, whatever else it does.
    pub(super) is_sure: bool,
    /// True if the type itself refused the value that it was given.
    pub(super) is_own: bool,
}

/// The segment of a path that is a map's key.
pub(super) const KEY: &str = "[key]";
const EMPTY: &str = "takes no byte, so that a list of it is as long as it claims to be; keep their number";
const MAX_DEPTH: usize = 128;
