//! The calls of a `Serialize`, written down.

use serde::ser::{Serialize, Serializer};

use super::parts::Parts;
use super::scalar::Scalar;
use super::source::Stop;

/// One call. Newtypes and units leave none, as they leave no byte.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A kind and its bits.
    Scalar(&'static str, [u8; 16]),
    Text(String),
    Bytes(Vec<u8>),
    None,
    Some,
    /// A list's length, if it was announced.
    List(Option<usize>),
    /// A map's length, if it was announced.
    Map(Option<usize>),
    /// A variant's number and name.
    Variant(u32, &'static str),
    /// A struct or tuple.
    Open(Written),
    /// The next of its fields.
    Field,
    Close,
}

/// The fields of a struct or tuple that were written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Written {
    /// Their names; the fields of a tuple have none.
    pub(super) fields: Vec<Option<&'static str>>,
    /// A field left out.
    pub(super) skipped: Option<&'static str>,
}

pub(super) fn record<T: Serialize>(value: &T) -> Result<Vec<Token>, Stop> {
    let mut tape = Vec::new();
    value.serialize(Recorder(&mut tape))?;
    Ok(tape)
}

pub(super) struct Recorder<'t>(pub(super) &'t mut Vec<Token>);

impl Recorder<'_> {
    fn push(self, token: Token) -> Result<(), Stop> {
        self.0.push(token);
        Ok(())
    }
}

macro_rules! scalars {
    ($($method:ident $kind:ident;)*) => { $(
        fn $method(self, it: $kind) -> Result<(), Stop> {
            self.push(Token::Scalar($kind::KIND, it.bits()))
        }
    )* };
}

impl<'t> Serializer for Recorder<'t> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Parts<'t>;
    type SerializeTuple = Parts<'t>;
    type SerializeTupleStruct = Parts<'t>;
    type SerializeTupleVariant = Parts<'t>;
    type SerializeMap = Parts<'t>;
    type SerializeStruct = Parts<'t>;
    type SerializeStructVariant = Parts<'t>;

    fn is_human_readable(&self) -> bool {
        false
    }

    scalars! {
        serialize_bool bool; serialize_char char; serialize_f32 f32; serialize_f64 f64;
        serialize_i8 i8; serialize_i16 i16; serialize_i32 i32; serialize_i64 i64; serialize_i128 i128;
        serialize_u8 u8; serialize_u16 u16; serialize_u32 u32; serialize_u64 u64; serialize_u128 u128;
    }

    fn serialize_str(self, it: &str) -> Result<(), Stop> {
        self.push(Token::Text(it.into()))
    }

    fn serialize_bytes(self, it: &[u8]) -> Result<(), Stop> {
        self.push(Token::Bytes(it.into()))
    }

    fn serialize_none(self) -> Result<(), Stop> {
        self.push(Token::None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, it: &T) -> Result<(), Stop> {
        self.0.push(Token::Some);
        it.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, number: u32, name: &'static str) -> Result<(), Stop> {
        self.push(Token::Variant(number, name))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, it: &T) -> Result<(), Stop> {
        it.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        number: u32,
        name: &'static str,
        it: &T,
    ) -> Result<(), Stop> {
        self.0.push(Token::Variant(number, name));
        it.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Parts<'t>, Stop> {
        self.0.push(Token::List(len));
        Ok(Parts::new(self.0))
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Parts<'t>, Stop> {
        self.0.push(Token::Map(len));
        Ok(Parts::new(self.0))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'t>, Stop> {
        Ok(Parts::open(self.0))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'t>, Stop> {
        Ok(Parts::open(self.0))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'t>, Stop> {
        Ok(Parts::open(self.0))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        number: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Parts<'t>, Stop> {
        self.0.push(Token::Variant(number, name));
        Ok(Parts::open(self.0))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        number: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Parts<'t>, Stop> {
        self.0.push(Token::Variant(number, name));
        Ok(Parts::open(self.0))
    }
}
