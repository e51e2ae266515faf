//! The parts of a value: elements, entries, fields, a variant's content.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::probe::{KEY, Probe};
use super::source::{Asked, Source, Stop, TUPLE};

/// The elements of a list, the entries of a map, the fields of a struct.
pub(super) struct Elements<'a, 'p, S> {
    probe: &'a mut Probe<'p, S>,
    asked: Option<Asked>,
    index: usize,
    len: usize,
    /// The value of `Probe::taken` before the entry.
    entry: usize,
}

impl<'a, 'p, S> Elements<'a, 'p, S> {
    /// `len` elements. `asked` is the struct or tuple that they belong to, as the type asked for it.
    pub(super) fn new(probe: &'a mut Probe<'p, S>, asked: Option<Asked>, len: usize) -> Self {
        Self { probe, asked, index: 0, len, entry: 0 }
    }

    /// The number read so far.
    pub(super) fn count(&self) -> usize {
        self.index
    }
}

impl<'de, S: Source<'de>> SeqAccess<'de> for Elements<'_, '_, S> {
    type Error = Stop;

    fn next_element_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<Option<V::Value>, Stop> {
        if self.index == self.len {
            return Ok(None);
        }
        let index = self.index;
        self.index += 1;
        let Some(asked) = self.asked else {
            let since = self.probe.taken();
            return self.probe.below(format_args!("[]"), |probe| element(probe, since, seed)).map(Some);
        };
        match self.probe.ask(|source, _| source.field(&asked, index))? {
            Some(name) => self.probe.below(format_args!(".{name}"), |probe| seed.deserialize(probe)),
            None => self.probe.below(format_args!(".{index}"), |probe| seed.deserialize(probe)),
        }
        .map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len - self.index)
    }
}

impl<'de, S: Source<'de>> MapAccess<'de> for Elements<'_, '_, S> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Stop> {
        if self.index == self.len {
            return Ok(None);
        }
        self.index += 1;
        self.entry = self.probe.taken();
        self.probe.below(format_args!("{KEY}"), |probe| seed.deserialize(probe)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        let since = self.entry;
        self.probe.below(format_args!("[]"), |probe| element(probe, since, seed))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len - self.index)
    }
}

/// Reads an element, or the value of an entry that began when `since` answers had taken bytes.
fn element<'de, S: Source<'de>, V: DeserializeSeed<'de>>(
    probe: &mut Probe<'_, S>,
    since: usize,
    seed: V,
) -> Result<V::Value, Stop> {
    let value = seed.deserialize(&mut *probe)?;
    probe.refuse_empty(since)?;
    Ok(value)
}

pub(super) struct Variant<'a, 'p, S> {
    probe: &'a mut Probe<'p, S>,
    name: &'static str,
    number: u32,
}

impl<'a, 'p, S> Variant<'a, 'p, S> {
    /// The variant with this number, of the enum with this name.
    pub(super) fn new(probe: &'a mut Probe<'p, S>, name: &'static str, number: u32) -> Self {
        Self { probe, name, number }
    }
}

impl<'de, S: Source<'de>> EnumAccess<'de> for Variant<'_, '_, S> {
    type Error = Stop;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Stop> {
        let deserializer: U32Deserializer<Stop> = self.number.into_deserializer();
        Ok((seed.deserialize(deserializer)?, self))
    }
}

impl<'de, S: Source<'de>> VariantAccess<'de> for Variant<'_, '_, S> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        Ok(())
    }

    fn newtype_variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<V::Value, Stop> {
        seed.deserialize(self.probe)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.probe.parts(TUPLE, len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        self.probe.parts(Asked { name: self.name, names }, names.len(), visitor)
    }
}
