//! The elements, entries and fields that a `Serialize` writes.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::record::{Recorder, Token, Written};
use super::source::Stop;

/// The calls that follow the first one of a value of several parts.
pub(super) struct Parts<'t> {
    tape: &'t mut Vec<Token>,
    /// The index of its `Open`, if it has one.
    open: Option<usize>,
}

impl<'t> Parts<'t> {
    /// The parts of a list or map.
    pub(super) fn new(tape: &'t mut Vec<Token>) -> Self {
        Self { tape, open: None }
    }

    /// The parts of a struct or tuple.
    pub(super) fn open(tape: &'t mut Vec<Token>) -> Self {
        tape.push(Token::Open(Written::default()));
        Self { open: Some(tape.len() - 1), tape }
    }

    fn opened(&mut self) -> Option<&mut Written> {
        match self.tape.get_mut(self.open?) {
            Some(Token::Open(written)) => Some(written),
            _ => None,
        }
    }

    fn part<T: Serialize + ?Sized>(&mut self, name: Option<&'static str>, it: &T) -> Result<(), Stop> {
        if let Some(written) = self.opened() {
            written.fields.push(name);
            self.tape.push(Token::Field);
        }
        it.serialize(Recorder(self.tape))
    }

    fn skip(&mut self, name: &'static str) {
        if let Some(written) = self.opened() {
            written.skipped.get_or_insert(name);
        }
    }

    fn close(self) {
        if self.open.is_some() {
            self.tape.push(Token::Close);
        }
    }
}

macro_rules! unnamed {
    ($($compound:ident $method:ident;)*) => { $(
        impl $compound for Parts<'_> {
            type Ok = ();
            type Error = Stop;

            fn $method<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Stop> {
                self.part(None, it)
            }

            fn end(self) -> Result<(), Stop> {
                self.close();
                Ok(())
            }
        }
    )* };
}

macro_rules! named {
    ($($compound:ident)*) => { $(
        impl $compound for Parts<'_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, it: &T) -> Result<(), Stop> {
                self.part(Some(name), it)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), Stop> {
                self.skip(name);
                Ok(())
            }

            fn end(self) -> Result<(), Stop> {
                self.close();
                Ok(())
            }
        }
    )* };
}

unnamed! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}
named!(SerializeStruct SerializeStructVariant);

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        self.part(None, key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, it: &T) -> Result<(), Stop> {
        self.part(None, it)
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}
