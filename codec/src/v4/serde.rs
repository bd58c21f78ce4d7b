//! The JSON form of a record of version 4, for serde: the fields of the record, and the key `version` with the number 4.

use alloc::vec::Vec;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::format::digest::Digest;
use crate::format::version::Version;
use crate::v4::record::{
    Environment, ExportEntry, Flags, ImportEntry, ImportIndex, ModuleRecord, ModuleRequest, RequestIndex, Source,
};

impl<S: Serialize> Serialize for ModuleRecord<S> {
    fn serialize<W: Serializer>(&self, serializer: W) -> Result<W::Ok, W::Error> {
        let mut record = serializer.serialize_struct("ModuleRecord", 12)?;
        record.serialize_field("version", &Version::V4)?;
        record.serialize_field("flags", &self.flags)?;
        record.serialize_field("alignment", &self.alignment)?;
        record.serialize_field("producer", &self.producer)?;
        record.serialize_field("source", &self.source)?;
        record.serialize_field("strings", &self.strings)?;
        record.serialize_field("requests", &self.requests)?;
        record.serialize_field("imports", &self.imports)?;
        record.serialize_field("exports", &self.exports)?;
        record.serialize_field("tolerant_imports", &self.tolerant_imports)?;
        record.serialize_field("star_exports", &self.star_exports)?;
        record.serialize_field("environment", &self.environment)?;
        record.end()
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename = "ModuleRecord")]
struct Keys<S> {
    version: Version,
    flags: Flags,
    alignment: u32,
    producer: Digest,
    source: Source,
    strings: Vec<S>,
    requests: Vec<ModuleRequest>,
    imports: Vec<ImportEntry>,
    exports: Vec<ExportEntry>,
    tolerant_imports: Vec<ImportIndex>,
    star_exports: Vec<RequestIndex>,
    #[serde(deserialize_with = "Option::deserialize")]
    environment: Option<Environment>,
}

impl<'de, S: Deserialize<'de>> Deserialize<'de> for ModuleRecord<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let keys = Keys::deserialize(deserializer)?;
        if keys.version != Version::V4 {
            return Err(D::Error::custom(format_args!(
                "expected a record of version 4, found version {}",
                keys.version
            )));
        }
        Ok(Self {
            flags: keys.flags,
            alignment: keys.alignment,
            producer: keys.producer,
            source: keys.source,
            strings: keys.strings,
            requests: keys.requests,
            imports: keys.imports,
            exports: keys.exports,
            tolerant_imports: keys.tolerant_imports,
            star_exports: keys.star_exports,
            environment: keys.environment,
        })
    }
}
