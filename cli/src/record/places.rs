//! Reads the JSON of a record of version 4 as `bmes decode` prints it. The JSON has the positions of the text and of the
//! bytecode in the file, which are not part of the record.

use std::fmt;

use bmes::v4::ModuleRecord;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, IntoDeserializer as _, MapAccess, Visitor};

/// A record of version 4 that is read without the positions.
pub(super) struct WithoutPlaces(pub(super) ModuleRecord);

impl<'de> Deserialize<'de> for WithoutPlaces {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Record;
        impl<'de> Visitor<'de> for Record {
            type Value = WithoutPlaces;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record")
            }

            fn visit_map<A: MapAccess<'de>>(self, keys: A) -> Result<WithoutPlaces, A::Error> {
                ModuleRecord::deserialize(MapAccessDeserializer::new(OtherKeys(keys))).map(WithoutPlaces)
            }
        }
        deserializer.deserialize_map(Record)
    }
}

/// The keys of an object, without those of the positions.
struct OtherKeys<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for OtherKeys<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.0.next_key::<String>()? {
            if !["text", "bytecode"].contains(&key.as_str()) {
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
            self.0.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(seed)
    }
}
