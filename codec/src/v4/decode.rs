//! `decode`: reads a file of version 4 into a record.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::format::error::Error;
use crate::v4::record::{Environment, ModuleRecord, ModuleRequest};
use crate::v4::view::ModuleView;

/// The contents of a file of version 4: the record, and where the text and the bytecode are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Module<S = String> {
    /// The record.
    pub record: ModuleRecord<S>,
    /// The range of the text in the file, in bytes. It is empty if there is no text.
    pub text: Range<usize>,
    /// The range of the bytecode in the file, in bytes. It is empty if there is no bytecode.
    pub bytecode: Range<usize>,
}

/// Decodes a whole file into a record that owns its strings. It verifies neither the text nor the bytecode.
pub fn decode(file: &[u8]) -> Result<Module, Error> {
    ModuleView::parse(file)?.to_module(|text| {
        let mut string = String::new();
        string.try_reserve_exact(text.len()).map_err(|_| Error::out_of_memory(text.len()))?;
        string.push_str(text);
        Ok(string)
    })
}

impl<'a> ModuleView<'a> {
    /// Returns the record, with strings that are slices of the file.
    pub fn to_record(self) -> Result<ModuleRecord<&'a str>, Error> {
        Ok(self.to_module(Ok)?.record)
    }

    fn to_module<S>(self, own: impl Fn(&'a str) -> Result<S, Error>) -> Result<Module<S>, Error> {
        let header = self.header();
        let environment = match (self.code_features(), self.lexical_features()) {
            (Some(code_features), Some(lexical_features)) => Some(Environment {
                declared_variables: collect(self.declared_variables().map(Ok))?,
                lexical_variables: collect(self.lexical_variables().map(Ok))?,
                code_features,
                lexical_features,
            }),
            _ => None,
        };
        let record = ModuleRecord {
            flags: header.flags(),
            alignment: header.alignment(),
            producer: header.producer(),
            source: header.source(),
            strings: collect(self.strings().map(own))?,
            requests: collect(self.requests().map(|request| {
                Ok(ModuleRequest {
                    specifier: request.specifier_index(),
                    phase: request.phase(),
                    attributes: collect(request.attributes().map(Ok))?,
                })
            }))?,
            imports: collect(self.imports().map(Ok))?,
            exports: collect(self.exports().map(Ok))?,
            tolerant_imports: collect(self.tolerant_imports().map(Ok))?,
            star_exports: collect(self.star_exports().map(Ok))?,
            environment,
        };
        Ok(Module { record, text: self.text_range(), bytecode: self.bytecode_range() })
    }
}

/// Collects entries. A failed allocation is an error.
fn collect<T>(entries: impl Iterator<Item = Result<T, Error>>) -> Result<Vec<T>, Error> {
    let mut list = Vec::new();
    let expected = entries.size_hint().0;
    list.try_reserve_exact(expected).map_err(|_| Error::out_of_memory(expected.saturating_mul(size_of::<T>())))?;
    for entry in entries {
        list.try_reserve(1).map_err(|_| Error::out_of_memory(size_of::<T>()))?;
        list.push(entry?);
    }
    Ok(list)
}
