//! A [`Tracer`] is a `Deserializer` that notes in a [`Tree`] what it is asked for, and answers with samples.
//!
//! It looks like postcard's: it is not human readable, has no names, and does not say what comes next.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::{Deserializer, forward_to_deserialize_any};

use super::source::Stop;
use super::tree::{Ask, Tree};

/// Reads the place `at`.
pub(super) struct Tracer<'t> {
    tree: &'t mut Tree,
    at: usize,
}

impl<'t> Tracer<'t> {
    pub(super) fn new(tree: &'t mut Tree) -> Self {
        Self { tree, at: Tree::ROOT }
    }

    fn ask(&mut self, ask: Ask) -> Result<usize, Stop> {
        self.tree.ask(self.at, ask)
    }

    fn sample<S: Copy>(&mut self, kind: &'static str, samples: &[S]) -> Result<S, Stop> {
        let choice = self.ask(Ask::Leaf(kind, samples.len()))?;
        samples.get(choice).copied().ok_or_else(|| Stop::Own(String::new()))
    }

    /// The place at `index` below this one.
    fn part(&mut self, index: usize) -> Result<Tracer<'_>, Stop> {
        let at = self.tree.enter(self.at, index)?;
        Ok(Tracer { tree: self.tree, at })
    }

    fn parts<'de, V: Visitor<'de>>(mut self, ask: Ask, len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.ask(ask)?;
        visitor.visit_seq(Parts { of: self, next: 0, len })
    }
}

macro_rules! leaves {
    ($($method:ident $visit:ident $kind:literal $samples:expr;)*) => { $(
        fn $method<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Stop> {
            visitor.$visit(self.sample($kind, &$samples)?)
        }
    )* };
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Stop;

    fn is_human_readable(&self) -> bool {
        false
    }

    leaves! {
        deserialize_bool visit_bool "bool" [false, true];
        deserialize_char visit_char "char" ['a', 'A', '0', ' '];
        deserialize_u8 visit_u8 "u8" [1, 0, 2, 100];
        deserialize_u16 visit_u16 "u16" [1, 0, 2, 100];
        deserialize_u32 visit_u32 "u32" [1, 0, 2, 100];
        deserialize_u64 visit_u64 "u64" [1, 0, 2, 100];
        deserialize_u128 visit_u128 "u128" [1, 0, 2, 100];
        deserialize_i8 visit_i8 "i8" [1, 0, 2, 100];
        deserialize_i16 visit_i16 "i16" [1, 0, 2, 100];
        deserialize_i32 visit_i32 "i32" [1, 0, 2, 100];
        deserialize_i64 visit_i64 "i64" [1, 0, 2, 100];
        deserialize_i128 visit_i128 "i128" [1, 0, 2, 100];
        deserialize_f32 visit_f32 "f32" [1.0, 0.0, 2.0, 100.0];
        deserialize_f64 visit_f64 "f64" [1.0, 0.0, 2.0, 100.0];
        deserialize_str visit_borrowed_str "text" TEXTS;
        deserialize_string visit_borrowed_str "text" TEXTS;
        deserialize_bytes visit_borrowed_bytes "bytes" BYTES;
        deserialize_byte_buf visit_borrowed_bytes "bytes" BYTES;
    }

    fn deserialize_any<V: Visitor<'de>>(mut self, _: V) -> Result<V::Value, Stop> {
        self.ask(Ask::Any).and(Err(Stop::Own(String::new())))
    }

    forward_to_deserialize_any!(identifier ignored_any);

    fn deserialize_unit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Stop> {
        self.sample("unit", &[()])?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Stop> {
        match self.ask(Ask::Option)? {
            0 => visitor.visit_some(self.part(0)?),
            _ => visitor.visit_none(),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.ask(Ask::Newtype(name))?;
        visitor.visit_newtype_struct(self.part(0)?)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Stop> {
        let len = usize::from(self.ask(Ask::Seq)? == 0);
        visitor.visit_seq(Parts { of: self, next: 0, len })
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Stop> {
        let len = usize::from(self.ask(Ask::Map)? == 0);
        visitor.visit_map(Parts { of: self, next: 0, len })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.parts(Ask::Tuple(len), len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.parts(Ask::TupleStruct(name, len), len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.parts(Ask::Struct(name, names), names.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        mut self,
        name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let choice = self.ask(Ask::Enum(name, names))?;
        let variant = self.tree.variant(self.at, choice, names.len());
        let value = visitor.visit_enum(Variant { number: variant, content: self.part(variant)? })?;
        self.tree.made(self.at, choice, names.len())?;
        Ok(value)
    }
}

/// The elements of a list, the entries of a map, the fields of a struct.
struct Parts<'t> {
    of: Tracer<'t>,
    next: usize,
    len: usize,
}

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = Stop;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        if self.next == self.len {
            return Ok(None);
        }
        self.next += 1;
        seed.deserialize(self.of.part(self.next - 1)?).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len - self.next)
    }
}

impl<'de> MapAccess<'de> for Parts<'_> {
    type Error = Stop;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Stop> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        seed.deserialize(self.of.part(1)?)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len - self.next)
    }
}

struct Variant<'t> {
    number: usize,
    content: Tracer<'t>,
}

impl<'de, 't> EnumAccess<'de> for Variant<'t> {
    type Error = Stop;
    type Variant = Tracer<'t>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Tracer<'t>), Stop> {
        let number: U32Deserializer<Stop> =
            u32::try_from(self.number).unwrap_or(u32::MAX).into_deserializer();
        Ok((seed.deserialize(number)?, self.content))
    }
}

impl<'de> VariantAccess<'de> for Tracer<'_> {
    type Error = Stop;

    fn unit_variant(mut self) -> Result<(), Stop> {
        self.sample("unit", &[()])
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, Stop> {
        self.ask(Ask::Newtype(""))?;
        seed.deserialize(self.part(0)?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.parts(Ask::Tuple(len), len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.parts(Ask::Struct("", names), names.len(), visitor)
    }
}

/// Part of the format, like the numbers above: texts of the forms that types insist on.
const TEXTS: [&str; 30] = [
    "a",
    "",
    "1",
    "1.0",
    "true",
    "en",
    "DE",
    "USD",
    "UTC",
    "#000000",
    "/",
    "a.example",
    "a@a.example",
    "https://a.example/",
    "text/plain",
    "1.0.0",
    "+12015550123",
    "127.0.0.1",
    "127.0.0.1:80",
    "10.0.0.0/8",
    "1s",
    "PT1S",
    "00:00:00",
    "2000-01-01",
    "2000-01-01T00:00:00",
    "2000-01-01T00:00:00Z",
    "2000-01-01T00:00:00+00:00[UTC]",
    "00000000000000000000000001",
    "00000000-0000-0000-0000-000000000001",
    "0000000000000000000000000000000000000000000000000000000000000001",
];
const BYTES: [&[u8]; 10] =
    [&[], &[1], &[1; 4], &[1; 8], &[1; 12], &[1; 16], &[1; 20], &[1; 24], &[1; 32], &[1; 64]];
