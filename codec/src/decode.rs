//! `decode`: reads a file into a record.

use alloc::string::String;
use alloc::vec::Vec;

use crate::format::error::Error;
use crate::format::version::Version;
use crate::model::environment::{Environment, Variable};
use crate::model::record::{Attribute, ExportEntry, ImportEntry, ModuleRecord, ModuleRequest, VersionFields};
use crate::view::{Entries, ModuleView};

/// The contents of a file: the record and the bytecode.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Module<'f, S = String> {
    /// The record.
    pub record: ModuleRecord<S>,
    /// The bytecode: a slice of the file.
    pub bytecode: &'f [u8],
    /// The position of the bytecode in the file, in bytes.
    pub bytecode_offset: usize,
}

/// Decodes a whole file into a record that owns its strings.
///
/// `decode` never has more than 16 × the file's length + 64 KiB allocated. If an allocation fails, it returns an error.
pub fn decode(file: &[u8]) -> Result<Module<'_>, Error> {
    module(file, |text| {
        let mut string = String::new();
        string.try_reserve_exact(text.len()).map_err(|_| Error::out_of_memory(text.len()))?;
        string.push_str(text);
        Ok(string)
    })
}

/// Decodes a whole file into a record whose strings are slices of the file.
pub fn decode_borrowed(file: &[u8]) -> Result<Module<'_, &str>, Error> {
    module(file, Ok)
}

fn module<'f, S>(file: &'f [u8], own: impl Fn(&'f str) -> Result<S, Error>) -> Result<Module<'f, S>, Error> {
    let view = ModuleView::parse(file)?;
    let variable = |it: Variable<&'f str>| Ok(Variable { name: own(it.name)?, bits: it.bits });
    let version_fields = match (view.version(), view.code_features()) {
        (Version::V1, _) => VersionFields::V1,
        (Version::V2 | Version::V4, _) | (Version::V3, None) => VersionFields::V2,
        (Version::V3, Some(code_features)) => VersionFields::V3(Environment {
            declared_variables: list(view.declared_variables(), variable)?,
            lexical_variables: list(view.lexical_variables(), variable)?,
            code_features,
        }),
    };
    let attribute = |it: Attribute<&'f str>| Ok(Attribute { key: own(it.key)?, value: own(it.value)? });
    let record = ModuleRecord {
        version_fields,
        requests: list(view.requests(), |it| {
            Ok(ModuleRequest { specifier: own(it.specifier())?, attributes: list(it.attributes(), attribute)? })
        })?,
        imports: list(view.imports(), |it| {
            Ok(ImportEntry {
                import_type: it.import_type,
                module_request: own(it.module_request)?,
                import_name: own(it.import_name)?,
                local_name: own(it.local_name)?,
            })
        })?,
        exports: list(view.exports(), |it| {
            Ok(ExportEntry {
                export_type: it.export_type,
                export_name: own(it.export_name)?,
                module_name: own(it.module_name)?,
                import_name: own(it.import_name)?,
                local_name: own(it.local_name)?,
            })
        })?,
        star_exports: list(view.star_exports(), own)?,
    };
    Ok(Module { record, bytecode: view.bytecode(), bytecode_offset: view.bytecode_range().start })
}

fn list<T, U>(entries: Entries<'_, T>, convert: impl Fn(T) -> Result<U, Error>) -> Result<Vec<U>, Error> {
    let mut list = Vec::new();
    list.try_reserve_exact(entries.len())
        .map_err(|_| Error::out_of_memory(entries.len().saturating_mul(size_of::<U>())))?;
    for entry in entries {
        list.push(convert(entry)?);
    }
    Ok(list)
}
