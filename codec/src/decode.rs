//! The walk into a [`ModuleRecord`].

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::error::Error;
use crate::path::Section;
use crate::record::{Attribute, Environment, ExportEntry, ImportEntry, ModuleRecord, ModuleRequest, Variable};
use crate::version;
use crate::view::Request;
use crate::walk::{Visit, Walker};

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
    let mut walker = Walker::new(file, Collect::default());
    let version = version::file(&mut walker)?;
    let Collect {
        requests,
        imports,
        exports,
        star_exports,
        declared_variables,
        lexical_variables,
        code_features,
        bytecode,
    } = walker.visit;
    let environment =
        code_features.map(|code_features| Environment { declared_variables, lexical_variables, code_features });
    let record = ModuleRecord { version, requests, imports, exports, star_exports, environment };
    Ok(Module { record, bytecode })
}

/// The visitor that keeps everything.
struct Collect<S> {
    requests: Vec<ModuleRequest<S>>,
    imports: Vec<ImportEntry<S>>,
    exports: Vec<ExportEntry<S>>,
    star_exports: Vec<S>,
    declared_variables: Vec<Variable<S>>,
    lexical_variables: Vec<Variable<S>>,
    /// Read last of a module's environment: it is there exactly if the version has one.
    code_features: Option<u32>,
    bytecode: Range<usize>,
}

impl<S> Default for Collect<S> {
    fn default() -> Self {
        Self {
            requests: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            star_exports: Vec::new(),
            declared_variables: Vec::new(),
            lexical_variables: Vec::new(),
            code_features: None,
            bytecode: 0..0,
        }
    }
}

impl<'a, S: From<&'a str>> Visit<'a> for Collect<S> {
    fn section(&mut self, section: Section, count: u32, _: usize, _: &'a [u8]) {
        // The bytes left bear the count out, so this reserves no more than a small multiple of the file.
        let count = usize::try_from(count).unwrap_or(0);
        match section {
            Section::Requests => self.requests.reserve_exact(count),
            Section::Imports => self.imports.reserve_exact(count),
            Section::Exports => self.exports.reserve_exact(count),
            Section::StarExports => self.star_exports.reserve_exact(count),
            Section::DeclaredVariables => self.declared_variables.reserve_exact(count),
            Section::LexicalVariables => self.lexical_variables.reserve_exact(count),
            Section::Header | Section::CodeFeatures | Section::Bytecode => {}
        }
    }

    fn request(&mut self, request: Request<'a>) {
        let mut attributes = Vec::new();
        attributes.reserve_exact(request.attributes().len());
        attributes.extend(
            request
                .attributes()
                .map(|attribute| Attribute { key: attribute.key.into(), value: attribute.value.into() }),
        );
        self.requests.push(ModuleRequest { specifier: request.specifier().into(), attributes });
    }

    fn import(&mut self, import: ImportEntry<&'a str>) {
        self.imports.push(import.map(S::from));
    }

    fn export(&mut self, export: ExportEntry<&'a str>) {
        self.exports.push(export.map(S::from));
    }

    fn star_export(&mut self, specifier: &'a str) {
        self.star_exports.push(specifier.into());
    }

    fn declared_variable(&mut self, variable: Variable<&'a str>) {
        self.declared_variables.push(variable.map(S::from));
    }

    fn lexical_variable(&mut self, variable: Variable<&'a str>) {
        self.lexical_variables.push(variable.map(S::from));
    }

    fn code_features(&mut self, bits: u32) {
        self.code_features = Some(bits);
    }

    fn bytecode(&mut self, range: Range<usize>) {
        self.bytecode = range;
    }
}
