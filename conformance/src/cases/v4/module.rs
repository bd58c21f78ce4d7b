//! A module of version 4, described by names, and its file with named fields.
//!
//! ```ignore
//! module().request("./a.mjs").import("a", 0, Some("default")).local("b", "b").layout().sealed()
//! ```
//!
//! The lists are sorted as section 3.4 of the specification says. Nothing is checked: a list that has an entry twice
//! gives a file, too.

use bmes::v4::{
    Attribute, Environment, ExportEntry, Flags, ImportEntry, ImportIndex, ModuleRecord, ModuleRequest, Phase,
    RequestIndex, Source, StringIndex, Variable,
};
use bmes::{Digest, Version};
use sha2::{Digest as _, Sha256};

use crate::case::{Decoded, Given, GivenSource, Record};
use crate::cases::builder::File;

/// The number that stands for the absence of an index.
pub(in crate::cases) const NONE: u32 = u32::MAX;

/// A module of version 4.
#[derive(Clone, Debug)]
pub(in crate::cases) struct Module {
    pub(in crate::cases) flags: Flags,
    pub(in crate::cases) alignment: u32,
    pub(in crate::cases) producer: Digest,
    pub(in crate::cases) source: Source,
    pub(in crate::cases) requests: Vec<(String, Phase, Vec<[String; 2]>)>,
    pub(in crate::cases) imports: Vec<(String, u32, Option<String>)>,
    pub(in crate::cases) tolerant: Vec<String>,
    pub(in crate::cases) exports: Vec<(String, Option<u32>, Option<String>)>,
    pub(in crate::cases) stars: Vec<u32>,
    pub(in crate::cases) environment: Option<Variables>,
    pub(in crate::cases) unused: Vec<String>,
    pub(in crate::cases) text: Vec<u8>,
    pub(in crate::cases) bytecode: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
pub(in crate::cases) struct Variables {
    declared: Vec<(String, u32)>,
    lexical: Vec<(String, u32)>,
    code_features: u32,
    lexical_features: u32,
}

/// Returns a module without any entries, of a source that is described by its text.
pub(in crate::cases) fn module() -> Module {
    Module {
        flags: Flags::default(),
        alignment: 8,
        producer: producer(&[("engine", "quickjs-ng"), ("version", "0.11.0")]),
        source: source(b"export {};\n"),
        requests: Vec::new(),
        imports: Vec::new(),
        tolerant: Vec::new(),
        exports: Vec::new(),
        stars: Vec::new(),
        environment: None,
        unused: Vec::new(),
        text: Vec::new(),
        bytecode: Vec::new(),
    }
}

/// Returns the size and the digest of a source.
pub(in crate::cases) fn source(bytes: &[u8]) -> Source {
    Source { size: bytes.len() as u64, sha256: sha256(bytes) }
}

/// Returns the producer of these pairs, which ascend by name.
pub(in crate::cases) fn producer(pairs: &[(&str, &str)]) -> Digest {
    let mut input = b"BMES producer 1\0".to_vec();
    for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
        input.extend(u32::try_from(text.len()).expect("a short text").to_le_bytes());
        input.extend(text.as_bytes());
    }
    sha256(&input)
}

fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

impl Module {
    /// Adds a request of phase evaluation without attributes.
    pub(in crate::cases) fn request(self, specifier: &str) -> Self {
        self.request_with(specifier, Phase::Evaluation, &[])
    }

    pub(in crate::cases) fn request_of(self, specifier: &str, phase: Phase) -> Self {
        self.request_with(specifier, phase, &[])
    }

    pub(in crate::cases) fn request_with(mut self, specifier: &str, phase: Phase, attributes: &[(&str, &str)]) -> Self {
        let attributes = attributes.iter().map(|(key, value)| [(*key).into(), (*value).into()]).collect();
        self.requests.push((specifier.into(), phase, attributes));
        self
    }

    pub(in crate::cases) fn import(mut self, local_name: &str, request: u32, import_name: Option<&str>) -> Self {
        self.imports.push((local_name.into(), request, import_name.map(Into::into)));
        self
    }

    /// Adds a tolerant import, and the flag for TypeScript.
    pub(in crate::cases) fn tolerant(mut self, local_name: &str, request: u32, import_name: Option<&str>) -> Self {
        self.tolerant.push(local_name.into());
        self.flags.typescript = true;
        self.import(local_name, request, import_name)
    }

    pub(in crate::cases) fn export(mut self, export_name: &str, request: Option<u32>, name: Option<&str>) -> Self {
        self.exports.push((export_name.into(), request, name.map(Into::into)));
        self
    }

    pub(in crate::cases) fn local(self, export_name: &str, local_name: &str) -> Self {
        self.export(export_name, None, Some(local_name))
    }

    pub(in crate::cases) fn indirect(self, export_name: &str, request: u32, import_name: &str) -> Self {
        self.export(export_name, Some(request), Some(import_name))
    }

    pub(in crate::cases) fn namespace(self, export_name: &str, request: u32) -> Self {
        self.export(export_name, Some(request), None)
    }

    pub(in crate::cases) fn star(mut self, request: u32) -> Self {
        self.stars.push(request);
        self
    }

    /// Gives the module an environment, if it has none.
    pub(in crate::cases) fn environment(mut self, code_features: u32, lexical_features: u32) -> Self {
        let environment = self.environment.get_or_insert_default();
        (environment.code_features, environment.lexical_features) = (code_features, lexical_features);
        self
    }

    pub(in crate::cases) fn declared(mut self, name: &str, bits: u32) -> Self {
        self.environment.get_or_insert_default().declared.push((name.into(), bits));
        self
    }

    pub(in crate::cases) fn lexical(mut self, name: &str, bits: u32) -> Self {
        self.environment.get_or_insert_default().lexical.push((name.into(), bits));
        self
    }

    /// Adds a string that no field uses.
    pub(in crate::cases) fn unused(mut self, string: &str) -> Self {
        self.unused.push(string.into());
        self
    }

    pub(in crate::cases) fn text(mut self, text: &[u8]) -> Self {
        self.text = text.into();
        self
    }

    pub(in crate::cases) fn bytecode(mut self, bytecode: &[u8]) -> Self {
        self.bytecode = bytecode.into();
        self
    }

    pub(in crate::cases) fn aligned(mut self, alignment: u32) -> Self {
        self.alignment = alignment;
        self
    }

    /// Returns what a matcher is given for the module's file: its own producer and source.
    pub(in crate::cases) fn given(&self) -> Given {
        Given { producer: self.producer, source: Some(GivenSource::Source(self.source)) }
    }

    /// Returns the strings, each once and in ascending order.
    fn strings(&self) -> Vec<String> {
        let mut strings = self.unused.clone();
        for (specifier, _, attributes) in &self.requests {
            strings.push(specifier.clone());
            strings.extend(attributes.iter().flatten().cloned());
        }
        for (local_name, _, import_name) in &self.imports {
            strings.push(local_name.clone());
            strings.extend(import_name.clone());
        }
        for (export_name, _, name) in &self.exports {
            strings.push(export_name.clone());
            strings.extend(name.clone());
        }
        let variables = self.environment.iter().flat_map(|it| it.declared.iter().chain(&it.lexical));
        strings.extend(variables.map(|(name, _)| name.clone()));
        strings.sort();
        strings.dedup();
        strings
    }

    /// Returns the record, with lists in the order of the file.
    pub(in crate::cases) fn record(&self) -> ModuleRecord {
        let strings = self.strings();
        let index = |text: &String| {
            let place = strings.binary_search(text).expect("`strings` has every string");
            StringIndex(u32::try_from(place).expect("a case has few strings"))
        };
        let mut record = ModuleRecord::new(self.producer, self.source);
        record.flags = self.flags;
        record.alignment = self.alignment;
        record.requests = (self.requests.iter())
            .map(|(specifier, phase, attributes)| {
                let mut attributes: Vec<_> =
                    attributes.iter().map(|[key, value]| Attribute { key: index(key), value: index(value) }).collect();
                attributes.sort();
                ModuleRequest { specifier: index(specifier), phase: *phase, attributes }
            })
            .collect();
        record.imports = (self.imports.iter())
            .map(|(local_name, request, import_name)| ImportEntry {
                local_name: index(local_name),
                request: RequestIndex(*request),
                import_name: import_name.as_ref().map(index),
            })
            .collect();
        record.imports.sort();
        record.tolerant_imports = (self.tolerant.iter().map(index))
            .filter_map(|name| record.imports.iter().position(|import| import.local_name == name))
            .map(|place| ImportIndex(u32::try_from(place).expect("a case has few imports")))
            .collect();
        record.tolerant_imports.sort();
        record.exports = (self.exports.iter())
            .map(|(export_name, request, name)| ExportEntry {
                export_name: index(export_name),
                request: request.map(RequestIndex),
                name: name.as_ref().map(index),
            })
            .collect();
        record.exports.sort();
        record.star_exports = self.stars.iter().copied().map(RequestIndex).collect();
        record.star_exports.sort();
        record.environment = self.environment.as_ref().map(|environment| {
            let variables = |list: &[(String, u32)]| {
                let mut sorted: Vec<_> =
                    list.iter().map(|(name, bits)| Variable { name: index(name), bits: *bits }).collect();
                sorted.sort();
                sorted
            };
            Environment {
                declared_variables: variables(&environment.declared),
                lexical_variables: variables(&environment.lexical),
                code_features: environment.code_features,
                lexical_features: environment.lexical_features,
            }
        });
        record.strings = strings;
        record
    }

    /// Returns the answer of `decode` for the module's file.
    pub(in crate::cases) fn decoded(&self) -> Decoded {
        let file = self.layout();
        let text = file.range("text");
        Decoded {
            record: Record::V4(self.record()),
            text: (!text.is_empty()).then(|| text.into()),
            bytecode: file.range("bytecode").into(),
        }
    }

    /// Returns the module's file, with right checksums. The fields have the order of the tables in section 3 of the
    /// specification.
    pub(in crate::cases) fn layout(&self) -> File {
        let record = self.record();
        let mut file = File::new(Version::V4);
        file.push_bytes("magic", b"SEMB");
        file.push_u32("version", 4);
        let flags =
            [record.environment.is_some(), self.flags.top_level_await, self.flags.import_meta, self.flags.typescript];
        file.push_u32("flags", (0..).zip(flags).map(|(bit, is_set)| u32::from(is_set) << bit).sum());
        file.push_u32("alignment", self.alignment);
        file.push_u32("metadata_size", 0);
        file.push_u32("source_size", u32::try_from(self.source.size).expect("the source of a case is small"));
        file.push_count("text_size", self.text.len());
        file.push_count("bytecode_size", self.bytecode.len());
        file.push_bytes("producer", &self.producer.0);
        file.push_bytes("source_digest", &self.source.sha256.0);
        for checksum in ["metadata_crc", "text_crc", "bytecode_crc", "header_crc"] {
            file.push_u32(checksum, 0);
        }
        push_metadata(&mut file, &record);
        file.push_bytes("metadata_padding", &[]);
        file.push_bytes("text", &self.text);
        file.push_bytes("text_padding", &[]);
        file.push_bytes("bytecode", &self.bytecode);
        file.resized().padded_to(self.alignment).sealed()
    }
}

fn push_metadata(file: &mut File, record: &ModuleRecord) {
    let environment = record.environment.clone().unwrap_or_default();
    let attributes: Vec<_> = record.requests.iter().flat_map(|request| &request.attributes).collect();
    file.push_count("string_count", record.strings.len());
    file.push_count("string_bytes", record.strings.iter().map(String::len).sum());
    file.push_count("request_count", record.requests.len());
    file.push_count("attribute_count", attributes.len());
    file.push_count("import_count", record.imports.len());
    file.push_count("export_count", record.exports.len());
    file.push_count("star_export_count", record.star_exports.len());
    file.push_count("declared_variable_count", environment.declared_variables.len());
    file.push_count("lexical_variable_count", environment.lexical_variables.len());
    file.push_u32("code_features", environment.code_features);
    file.push_u32("lexical_features", environment.lexical_features);
    file.push_count("tolerant_import_count", record.tolerant_imports.len());
    let ends = |lengths: Vec<usize>| {
        let sums = lengths.into_iter().scan(0, |end: &mut u32, length| {
            *end += u32::try_from(length).expect("a case is smaller than 4 GiB");
            Some(*end)
        });
        sums.collect::<Vec<_>>()
    };
    column(file, "strings", "end", ends(record.strings.iter().map(String::len).collect()));
    let requests = &record.requests;
    column(file, "requests", "specifier", requests.iter().map(|it| it.specifier.0));
    column(file, "requests", "phase", requests.iter().map(|it| phase(it.phase)));
    column(file, "requests", "attribute_end", ends(requests.iter().map(|it| it.attributes.len()).collect()));
    let mut order: Vec<u32> = (0..).take(requests.len()).collect();
    order.sort_by_key(|index| {
        let request = &requests[usize::try_from(*index).expect("a case has few requests")];
        (request.specifier, phase(request.phase), request.attributes.clone())
    });
    column(file, "requests", "order", order);
    column(file, "attributes", "key", attributes.iter().map(|it| it.key.0));
    column(file, "attributes", "value", attributes.iter().map(|it| it.value.0));
    let string = |name: Option<StringIndex>| name.map_or(NONE, |name| name.0);
    column(file, "imports", "local_name", record.imports.iter().map(|it| it.local_name.0));
    column(file, "imports", "request", record.imports.iter().map(|it| it.request.0));
    column(file, "imports", "import_name", record.imports.iter().map(|it| string(it.import_name)));
    column(file, "tolerant_imports", "tolerant_import", record.tolerant_imports.iter().map(|it| it.0));
    column(file, "exports", "export_name", record.exports.iter().map(|it| it.export_name.0));
    column(file, "exports", "request", record.exports.iter().map(|it| it.request.map_or(NONE, |it| it.0)));
    column(file, "exports", "name", record.exports.iter().map(|it| string(it.name)));
    column(file, "star_exports", "request", record.star_exports.iter().map(|it| it.0));
    for (list, variables) in
        [("declared_variables", &environment.declared_variables), ("lexical_variables", &environment.lexical_variables)]
    {
        column(file, list, "name", variables.iter().map(|it| it.name.0));
        column(file, list, "bits", variables.iter().map(|it| it.bits));
    }
    for (index, text) in record.strings.iter().enumerate() {
        file.push_bytes(&format!("strings[{index}].bytes"), text.as_bytes());
    }
}

/// Adds the values of one field of all entries of a list.
fn column(file: &mut File, list: &str, field: &str, values: impl IntoIterator<Item = u32>) {
    for (index, value) in values.into_iter().enumerate() {
        file.push_u32(&format!("{list}[{index}].{field}"), value);
    }
}

const fn phase(phase: Phase) -> u32 {
    match phase {
        Phase::Evaluation => 0,
        Phase::Source => 1,
        Phase::Defer => 2,
    }
}
