//! A view made into a [`ModuleRecord`].

use alloc::string::String;
use core::ops::Range;

use crate::error::Error;
use crate::record::{Attribute, Environment, ModuleRecord, ModuleRequest};
use crate::view::{ModuleView, Request};

/// What a file holds: the record, and the place of its bytecode.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Module<S = String> {
    /// The record.
    pub record: ModuleRecord<S>,
    /// Where the bytecode is, in bytes from the file's start.
    pub bytecode: Range<usize>,
}

impl<S> Module<S> {
    /// The bytecode, out of the file that this was decoded from.
    pub fn bytecode_of<'a>(&self, file: &'a [u8]) -> &'a [u8] {
        file.get(self.bytecode.clone()).unwrap_or_default()
    }
}

/// Decodes a whole file into a record that owns its strings.
///
/// At no time more than 16 × the file's length + 64 KiB is allocated, whatever the file says.
pub fn decode(file: &[u8]) -> Result<Module, Error> {
    collect(file)
}

/// Decodes a whole file into a record whose strings are slices of it.
pub fn decode_borrowed(file: &[u8]) -> Result<Module<&str>, Error> {
    collect(file)
}

fn collect<'a, S: From<&'a str>>(file: &'a [u8]) -> Result<Module<S>, Error> {
    let view = ModuleView::parse(file)?;
    let environment = view.code_features().map(|code_features| Environment {
        declared_variables: view.declared_variables().map(|variable| variable.map(S::from)).collect(),
        lexical_variables: view.lexical_variables().map(|variable| variable.map(S::from)).collect(),
        code_features,
    });
    let record = ModuleRecord {
        version: view.version(),
        requests: view.requests().map(request).collect(),
        imports: view.imports().map(|import| import.map(S::from)).collect(),
        exports: view.exports().map(|export| export.map(S::from)).collect(),
        star_exports: view.star_exports().map(S::from).collect(),
        environment,
    };
    Ok(Module { record, bytecode: view.bytecode_range() })
}

fn request<'a, S: From<&'a str>>(request: Request<'a>) -> ModuleRequest<S> {
    let attributes =
        request.attributes().map(|Attribute { key, value }| Attribute { key: key.into(), value: value.into() });
    ModuleRequest { specifier: request.specifier().into(), attributes: attributes.collect() }
}
