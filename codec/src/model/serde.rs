//! The JSON form of a record, for serde: one flat object. The object has the keys of an environment if and only if the
//! version has an environment.
//!
//! The two implementations for records are written by hand, because serde's `flatten` would accept unknown keys.

use alloc::vec::Vec;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::format::version::Version;
use crate::model::environment::{Environment, Variable};
use crate::model::record::{ExportEntry, ImportEntry, ModuleRecord, ModuleRequest, VersionFields};

const NAME: &str = "ModuleRecord";
/// The keys that every version has. The keys of an environment follow them.
const KEYS: &[&str] = &["version", "requests", "imports", "exports", "star_exports"];
const DECLARED_VARIABLES: &str = "declared_variables";
const LEXICAL_VARIABLES: &str = "lexical_variables";
const CODE_FEATURES: &str = "code_features";

impl<S: Serialize> Serialize for ModuleRecord<S> {
    fn serialize<W: Serializer>(&self, serializer: W) -> Result<W::Ok, W::Error> {
        let Self { version_fields: _, requests, imports, exports, star_exports } = self;
        let environment = self.environment();
        let more = if environment.is_some() { 3 } else { 0 };
        let mut record = serializer.serialize_struct(NAME, KEYS.len().saturating_add(more))?;
        record.serialize_field("version", &self.version())?;
        record.serialize_field("requests", requests)?;
        record.serialize_field("imports", imports)?;
        record.serialize_field("exports", exports)?;
        record.serialize_field("star_exports", star_exports)?;
        if let Some(Environment { declared_variables, lexical_variables, code_features }) = environment {
            record.serialize_field(DECLARED_VARIABLES, declared_variables)?;
            record.serialize_field(LEXICAL_VARIABLES, lexical_variables)?;
            record.serialize_field(CODE_FEATURES, code_features)?;
        }
        record.end()
    }
}

/// The keys of a record in any version.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename = "ModuleRecord")]
struct Keys<S> {
    version: Version,
    requests: Vec<ModuleRequest<S>>,
    imports: Vec<ImportEntry<S>>,
    exports: Vec<ExportEntry<S>>,
    star_exports: Vec<S>,
    #[serde(default = "absent", deserialize_with = "present")]
    declared_variables: Option<Vec<Variable<S>>>,
    #[serde(default = "absent", deserialize_with = "present")]
    lexical_variables: Option<Vec<Variable<S>>>,
    #[serde(default = "absent", deserialize_with = "present")]
    code_features: Option<u32>,
}

const fn absent<T>() -> Option<T> {
    None
}

/// Deserializes the value of a key that is present. The value `null` is an error, not a missing key.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<'de, S: Deserialize<'de>> Deserialize<'de> for ModuleRecord<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let keys = Keys::deserialize(deserializer)?;
        let Keys { version, requests, imports, exports, star_exports, .. } = keys;
        let empty = VersionFields::empty(version).ok_or_else(|| {
            D::Error::custom(format_args!("a record of version {version} has other keys; expected version 1, 2 or 3"))
        })?;
        let version_fields = match empty {
            VersionFields::V3(_) => VersionFields::V3(Environment {
                declared_variables: required(keys.declared_variables, DECLARED_VARIABLES)?,
                lexical_variables: required(keys.lexical_variables, LEXICAL_VARIABLES)?,
                code_features: required(keys.code_features, CODE_FEATURES)?,
            }),
            without => {
                reject_key(keys.declared_variables.as_ref(), DECLARED_VARIABLES)?;
                reject_key(keys.lexical_variables.as_ref(), LEXICAL_VARIABLES)?;
                reject_key(keys.code_features.as_ref(), CODE_FEATURES)?;
                without
            }
        };
        Ok(Self { version_fields, requests, imports, exports, star_exports })
    }
}

fn required<T, E: Error>(value: Option<T>, key: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(key))
}

fn reject_key<T, E: Error>(value: Option<&T>, key: &'static str) -> Result<(), E> {
    match value {
        None => Ok(()),
        Some(_) => Err(E::unknown_field(key, KEYS)),
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.number())
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)?;
        Self::from_number(number)
            .ok_or_else(|| D::Error::custom(format_args!("BMES version {number} is unknown, expected 1, 2, 3 or 4")))
    }
}
