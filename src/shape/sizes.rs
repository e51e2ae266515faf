//! The bytes that each field of a value takes: for the error that says a session does not fit.

use serde::ser::{Error as _, Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};

/// Names of fields, each with its bytes.
pub(crate) type Sizes = Vec<(String, usize)>;

/// The name and size in bytes of each field of a struct, or each entry of a map with text keys.
///
/// Anything else is one field called `data`. The order is that of the type; framing between fields is not counted.
pub(crate) fn sizes<T: Serialize>(value: &T) -> Sizes {
    value.serialize(Fields).unwrap_or_else(|_| vec![("data".into(), size(value))])
}

/// The bytes of `value`.
fn size<T: Serialize + ?Sized>(value: &T) -> usize {
    postcard::experimental::serialized_size(value).unwrap_or(0)
}

/// Looks at the outermost struct or map and refuses everything else.
struct Fields;

type Refused = Impossible<Sizes, postcard::Error>;

fn refuse<R>() -> Result<R, postcard::Error> {
    Err(postcard::Error::custom("not a struct or map"))
}

macro_rules! refuse {
    ($($method:ident($($arg:ty),*) -> $out:ty;)*) => {
        $(fn $method(self, $(_: $arg),*) -> Result<$out, postcard::Error> { refuse() })*
    };
}

impl Serializer for Fields {
    type Ok = Sizes;
    type Error = postcard::Error;
    type SerializeSeq = Refused;
    type SerializeTuple = Refused;
    type SerializeTupleStruct = Refused;
    type SerializeTupleVariant = Refused;
    type SerializeMap = Collect;
    type SerializeStruct = Collect;
    type SerializeStructVariant = Refused;

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Sizes, postcard::Error> {
        value.serialize(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Collect, postcard::Error> {
        Ok(Collect::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Collect, postcard::Error> {
        Ok(Collect::default())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Sizes, postcard::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Sizes, postcard::Error> {
        refuse()
    }

    refuse! {
        serialize_bool(bool) -> Sizes;
        serialize_i8(i8) -> Sizes;
        serialize_i16(i16) -> Sizes;
        serialize_i32(i32) -> Sizes;
        serialize_i64(i64) -> Sizes;
        serialize_u8(u8) -> Sizes;
        serialize_u16(u16) -> Sizes;
        serialize_u32(u32) -> Sizes;
        serialize_u64(u64) -> Sizes;
        serialize_f32(f32) -> Sizes;
        serialize_f64(f64) -> Sizes;
        serialize_char(char) -> Sizes;
        serialize_str(&str) -> Sizes;
        serialize_bytes(&[u8]) -> Sizes;
        serialize_none() -> Sizes;
        serialize_unit() -> Sizes;
        serialize_unit_struct(&'static str) -> Sizes;
        serialize_unit_variant(&'static str, u32, &'static str) -> Sizes;
        serialize_seq(Option<usize>) -> Refused;
        serialize_tuple(usize) -> Refused;
        serialize_tuple_struct(&'static str, usize) -> Refused;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Refused;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Refused;
    }
}

#[derive(Default)]
struct Collect {
    sizes: Sizes,
    key: String,
}

impl SerializeStruct for Collect {
    type Ok = Sizes;
    type Error = postcard::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), postcard::Error> {
        self.sizes.push((key.into(), size(value)));
        Ok(())
    }

    fn end(self) -> Result<Sizes, postcard::Error> {
        Ok(self.sizes)
    }
}

impl SerializeMap for Collect {
    type Ok = Sizes;
    type Error = postcard::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), postcard::Error> {
        let bytes = postcard::to_allocvec(key)?;
        self.key = postcard::from_bytes::<&str>(&bytes).map(Into::into)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), postcard::Error> {
        self.sizes.push((std::mem::take(&mut self.key), size(value)));
        Ok(())
    }

    fn end(self) -> Result<Sizes, postcard::Error> {
        Ok(self.sizes)
    }
}
