//! The conversion of records between versions 1 to 3, whose entries hold names, and version 4, whose entries hold
//! indices.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::encode;
use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Section};
use crate::format::version::Version;
use crate::model::environment::{Environment as NamedEnvironment, Variable as NamedVariable};
use crate::model::record as named;
use crate::model::record::{ExportType, ImportType, VersionFields};
use crate::v4::{
    Attribute, Environment, ExportEntry, ImportEntry, ImportIndex, ModuleRecord, ModuleRequest, Phase, RequestIndex,
    StringIndex, Supplied, Variable, reject,
};

/// The strings of the new record, each once.
#[derive(Default)]
struct Interner<'r> {
    strings: Vec<&'r str>,
    index_of: BTreeMap<&'r str, StringIndex>,
}

impl<'r> Interner<'r> {
    fn intern(&mut self, text: &'r str) -> StringIndex {
        *self.index_of.entry(text).or_insert_with(|| {
            // A record in memory has fewer than 2^32 strings: each takes more than one byte.
            let index = StringIndex(u32::try_from(self.strings.len()).unwrap_or(u32::MAX));
            self.strings.push(text);
            index
        })
    }
}

impl<'r> ModuleRecord<&'r str> {
    /// Converts a record of versions 1 to 3 to version 4. The strings are slices of the old record.
    ///
    /// Each entry gets the request with its specifier. An export of an imported name becomes Indirect or Namespace,
    /// where version 4 does not allow it as Local. A `SingleTypeScript` import becomes a Single import that is tolerant;
    /// without the flag for TypeScript, the conversion is an error of class `bad-layout`.
    ///
    /// Returns an error if the record breaks a semantic rule of its own version, or if `supplied` does not fit the
    /// record.
    pub fn from_named<S: AsRef<str>>(record: &'r named::ModuleRecord<S>, supplied: Supplied) -> Result<Self, Error> {
        encode::check(record)?;
        let mut strings = Interner::default();
        let environment = environment(record, supplied.lexical_features, &mut strings)?;
        // The check of the old record made this unambiguous: an entry never names a specifier of two requests.
        let request_of: BTreeMap<&str, RequestIndex> = record
            .requests
            .iter()
            .zip(0..)
            .map(|(request, index)| (request.specifier.as_ref(), RequestIndex(index)))
            .collect();
        let request = |specifier: &S| request_of.get(specifier.as_ref()).copied().unwrap_or(RequestIndex(u32::MAX));
        let requests = record.requests.iter().map(|old| ModuleRequest {
            specifier: strings.intern(old.specifier.as_ref()),
            phase: Phase::Evaluation,
            attributes: old.attributes.iter().map(|old| strings_of_attribute(old, &mut strings)).collect(),
        });
        let requests = requests.collect();
        let mut converted = Self { requests, environment, ..Self::new(supplied.producer, supplied.source) };
        converted.flags = supplied.flags;
        converted.alignment = supplied.alignment;
        for (index, old) in (0..).zip(&record.imports) {
            if old.import_type == ImportType::SingleTypeScript {
                if !supplied.flags.typescript {
                    let kind = ErrorKind::WithoutFlag { found: 1, flag: 3 };
                    return Err(reject(kind, FieldPath::of_entry(Section::Imports, index, "type")));
                }
                converted.tolerant_imports.push(ImportIndex(index));
            }
            converted.imports.push(ImportEntry {
                local_name: strings.intern(old.local_name.as_ref()),
                request: request(&old.module_request),
                import_name: (old.import_type != ImportType::Namespace)
                    .then(|| strings.intern(old.import_name.as_ref())),
            });
        }
        // The imports whose local names no Local export may have, by local name.
        let strict: BTreeMap<&str, ImportEntry> = record
            .imports
            .iter()
            .zip(&converted.imports)
            .filter(|(old, _)| old.import_type != ImportType::SingleTypeScript)
            .map(|(old, new)| (old.local_name.as_ref(), *new))
            .collect();
        for old in &record.exports {
            let export_name = strings.intern(old.export_name.as_ref());
            converted.exports.push(match old.export_type {
                ExportType::Local => {
                    if let Some(import) = strict.get(old.local_name.as_ref()) {
                        ExportEntry { export_name, request: Some(import.request), name: import.import_name }
                    } else {
                        let name = Some(strings.intern(old.local_name.as_ref()));
                        ExportEntry { export_name, request: None, name }
                    }
                }
                ExportType::Indirect => ExportEntry {
                    export_name,
                    request: Some(request(&old.module_name)),
                    name: Some(strings.intern(old.import_name.as_ref())),
                },
                _ => ExportEntry { export_name, request: Some(request(&old.module_name)), name: None },
            });
        }
        converted.star_exports = record.star_exports.iter().map(request).collect();
        converted.strings = strings.strings;
        Ok(converted)
    }
}

fn strings_of_attribute<'r, S: AsRef<str>>(old: &'r named::Attribute<S>, strings: &mut Interner<'r>) -> Attribute {
    Attribute { key: strings.intern(old.key.as_ref()), value: strings.intern(old.value.as_ref()) }
}

fn environment<'r, S: AsRef<str>>(
    record: &'r named::ModuleRecord<S>,
    lexical_features: Option<u32>,
    strings: &mut Interner<'r>,
) -> Result<Option<Environment>, Error> {
    let (old, lexical_features) = match (record.environment(), lexical_features) {
        (None, None) => return Ok(None),
        (Some(old), Some(features)) => (old, features),
        (old, _) => {
            let kind = ErrorKind::LexicalFeatures { are_missing: old.is_some() };
            return Err(reject(kind, FieldPath::new(Section::Counts, "lexical_features")));
        }
    };
    let mut variables = |list: &'r [NamedVariable<S>]| {
        list.iter().map(|old| Variable { name: strings.intern(old.name.as_ref()), bits: old.bits }).collect()
    };
    Ok(Some(Environment {
        declared_variables: variables(&old.declared_variables),
        lexical_variables: variables(&old.lexical_variables),
        code_features: old.code_features,
        lexical_features,
    }))
}

impl<S: AsRef<str>> ModuleRecord<S> {
    /// Converts the record to version 1, 2 or 3. The strings are slices of this record.
    ///
    /// **The conversion drops** the flags, the alignment, the producer, the source, the features of the scope, and for
    /// versions 1 and 2 the environment. Without an environment, version 3 gets an empty one.
    ///
    /// Returns an error if meaning would be lost: if a request has another phase than evaluation, or if an entry names a
    /// request whose specifier another request has, too. Returns an error for version 4.
    pub fn drop_to_named(&self, version: Version) -> Result<named::ModuleRecord<&str>, Error> {
        let fields = VersionFields::empty(version).ok_or_else(|| {
            let kind = ErrorKind::OtherVersion { found: version, expected: "1, 2 or 3" };
            reject(kind, FieldPath::new(Section::Header, "version"))
        })?;
        let mut record = named::ModuleRecord::new(fields);
        for (index, request) in (0..).zip(&self.requests) {
            if request.phase != Phase::Evaluation {
                let kind = ErrorKind::LostPhase { phase: request.phase.name(), to: version };
                return Err(reject(kind, FieldPath::of_entry(Section::Requests, index, "phase")));
            }
            let mut converted = named::ModuleRequest::new(self.text(request.specifier, Section::Requests, index)?);
            for attribute in &request.attributes {
                let text = |index_of| self.text(index_of, Section::Requests, index);
                converted
                    .attributes
                    .push(named::Attribute { key: text(attribute.key)?, value: text(attribute.value)? });
            }
            record.requests.push(converted);
        }
        for (index, import) in (0..).zip(&self.imports) {
            let local_name = self.text(import.local_name, Section::Imports, index)?;
            let specifier = self.specifier(import.request, Section::Imports, index)?;
            record.imports.push(match import.import_name {
                None => named::ImportEntry::namespace(specifier, local_name),
                Some(name) => {
                    named::ImportEntry::single(specifier, self.text(name, Section::Imports, index)?, local_name)
                }
            });
        }
        for (index, import) in (0..).zip(&self.tolerant_imports) {
            let converted = usize::try_from(import.0).ok().and_then(|import| record.imports.get_mut(import));
            let converted = converted
                .ok_or_else(|| Self::bad_index(Section::TolerantImports, index, import.0, self.imports.len()))?;
            converted.import_type = ImportType::SingleTypeScript;
        }
        for (index, export) in (0..).zip(&self.exports) {
            let export_name = self.text(export.export_name, Section::Exports, index)?;
            let name = export.name.map(|name| self.text(name, Section::Exports, index)).transpose()?;
            let specifier = export.request.map(|it| self.specifier(it, Section::Exports, index)).transpose()?;
            record.exports.push(match (specifier, name) {
                (None, Some(local_name)) => named::ExportEntry::local(export_name, local_name),
                (Some(specifier), Some(name)) => named::ExportEntry::indirect(export_name, specifier, name),
                (Some(specifier), None) => named::ExportEntry::namespace(export_name, specifier),
                (None, None) => {
                    return Err(reject(ErrorKind::NoKind, FieldPath::of_entry(Section::Exports, index, "name")));
                }
            });
        }
        for (index, request) in (0..).zip(&self.star_exports) {
            record.star_exports.push(self.specifier(*request, Section::StarExports, index)?);
        }
        if let (Some(new), Some(old)) = (record.environment_mut(), &self.environment) {
            *new = self.named_environment(old)?;
        }
        encode::check(&record)?;
        Ok(record)
    }

    fn named_environment(&self, old: &Environment) -> Result<NamedEnvironment<&str>, Error> {
        let variables = |list: &[Variable], section| {
            let variable = |(index, old): (u32, &Variable)| {
                Ok(NamedVariable { name: self.text(old.name, section, index)?, bits: old.bits })
            };
            (0..).zip(list).map(variable).collect::<Result<Vec<_>, Error>>()
        };
        Ok(NamedEnvironment {
            declared_variables: variables(&old.declared_variables, Section::DeclaredVariables)?,
            lexical_variables: variables(&old.lexical_variables, Section::LexicalVariables)?,
            code_features: old.code_features,
        })
    }

    fn bad_index(section: Section, index: u32, found: u32, count: usize) -> Error {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        reject(ErrorKind::BadIndex { found, count }, FieldPath::of_entry(section, index, "index"))
    }

    fn text(&self, string: StringIndex, section: Section, index: u32) -> Result<&str, Error> {
        let text = usize::try_from(string.0).ok().and_then(|string| self.strings.get(string));
        text.map(AsRef::as_ref).ok_or_else(|| Self::bad_index(section, index, string.0, self.strings.len()))
    }

    fn specifier(&self, request: RequestIndex, section: Section, index: u32) -> Result<&str, Error> {
        let found = usize::try_from(request.0).ok().and_then(|request| self.requests.get(request));
        let found = found.ok_or_else(|| Self::bad_index(section, index, request.0, self.requests.len()))?;
        self.text(found.specifier, section, index)
    }
}
