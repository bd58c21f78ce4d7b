//! The examples of the specification, generated from records.

use conformance::case::{Given, Record as AnyRecord};

use bmes::{Attribute, ExportEntry, ImportEntry, ModuleRecord as Record, ModuleRequest, Variable, Version};

/// One example: what one operation reports for one file or one record.
#[derive(Clone)]
pub(crate) struct Example {
    /// The name of its file in `spec/examples/`, without `.json`.
    pub(crate) name: String,
    /// The subject of the example, in one sentence.
    pub(crate) title: &'static str,
    /// The operation and what it reports.
    pub(crate) verdict: Verdict,
    /// The file. `None` if the example is a record that a writer rejects.
    pub(crate) file: Option<Vec<u8>>,
    /// The record, the text and the bytecode, unless a reader rejects the file.
    pub(crate) content: Option<Content>,
    /// What a matcher is given.
    pub(crate) given: Option<Given>,
}

/// What a file holds.
#[derive(Clone)]
pub(crate) struct Content {
    pub(crate) record: AnyRecord,
    pub(crate) text: Vec<u8>,
    pub(crate) bytecode: Vec<u8>,
}

impl Content {
    fn of(record: Record, bytecode: &[u8]) -> Self {
        Self { record: record.into(), text: Vec::new(), bytecode: bytecode.into() }
    }
}

/// The result of the operation of an example.
#[derive(Clone, Copy)]
pub(crate) enum Verdict {
    /// A reader rejects the file, with a class and an offset.
    Unreadable(&'static str, usize),
    /// A checker accepts the file.
    Accepted,
    /// A checker rejects the file, with a class and an offset; a reader accepts it.
    Unlinkable(&'static str, usize),
    /// A writer writes the file.
    Written,
    /// A writer rejects the record, with a class.
    Refused(&'static str),
    /// A matcher accepts the file.
    Matched,
    /// A matcher rejects the file, with a class and an offset.
    Missed(&'static str, usize),
}

/// Returns the examples of a version, in no particular order.
pub(crate) fn of(version: Version) -> Vec<Example> {
    let list = List { version, examples: Vec::new() };
    list.structural().of_later_versions().semantic().encodings().examples
}

struct List {
    version: Version,
    examples: Vec<Example>,
}

impl List {
    fn push(&mut self, name: &str, title: &'static str, verdict: Verdict, file: Option<Vec<u8>>) -> &mut Example {
        let name = format!("v{}-{name}", self.version.number());
        self.examples.push(Example { name, title, verdict, file, content: None, given: None });
        self.examples.last_mut().unwrap()
    }

    fn unreadable(&mut self, name: &str, title: &'static str, class: &'static str, offset: usize, file: Vec<u8>) {
        self.push(name, title, Verdict::Unreadable(class, offset), Some(file));
    }

    fn accepted(&mut self, name: &str, title: &'static str, file: Vec<u8>, record: Record, bytecode: &[u8]) {
        self.push(name, title, Verdict::Accepted, Some(file)).content = Some(Content::of(record, bytecode));
    }

    /// Adds a record that breaks the rule of this class. `offset` is the error offset in the file of version 1.
    fn unlinkable(&mut self, class: &'static str, title: &'static str, offset: usize, record: Record) {
        let file = write(&record, &[]);
        let offset = self.offset(offset);
        self.push(class, title, Verdict::Unlinkable(class, offset), Some(file)).content =
            Some(Content::of(record, &[]));
    }

    fn written(&mut self, name: &str, title: &'static str, record: Record, bytecode: &[u8]) {
        let file = bmes_oracle::encode(&record, bytecode).unwrap();
        self.push(name, title, Verdict::Written, Some(file)).content = Some(Content::of(record, bytecode));
    }

    /// Converts the offset of a field in a version 1 file to its offset in this version: later headers are 8 bytes longer.
    fn offset(&self, offset: usize) -> usize {
        if self.version == Version::V1 { offset } else { offset + 8 }
    }

    fn structural(mut self) -> Self {
        let version = self.version;
        let smallest = write(&Record::of_version(version).expect("a version from 1 to 3"), &[]);
        self.accepted(
            "smallest",
            "The smallest file.",
            smallest.clone(),
            Record::of_version(version).expect("a version from 1 to 3"),
            &[],
        );
        self.accepted(
            "worked-example",
            "The worked example.",
            write(&worked(version), BYTECODE),
            worked(version),
            BYTECODE,
        );

        let reversed = smallest.chunks(4).flat_map(|number| number.iter().rev().copied()).collect();
        self.unreadable(
            "magic-reversed",
            "Every number has its most significant byte first.",
            "bad-magic",
            0,
            reversed,
        );
        let unknown = with_u32(&smallest, 4, 0);
        self.unreadable(
            "version-unknown",
            "The version is 0, which is never assigned.",
            "unsupported-version",
            4,
            unknown,
        );

        let mut metadata = u32::MAX.to_le_bytes().to_vec();
        metadata.resize(if version == Version::V1 { 28 } else { 24 }, 0);
        let file = raw(version, &metadata, &[]);
        let offset = self.offset(8);
        self.unreadable(
            "count-too-large",
            "`request_count` is 4294967295 in a file of 40 bytes.",
            "truncated",
            offset,
            file,
        );

        let (mut size_at, mut end_at) = (12, 12);
        if version == Version::V1 {
            (size_at, end_at) = (24, 28);
        }
        let missing = with_u32(&smallest, size_at, 1);
        self.unreadable(
            "bytecode-missing",
            "`bytecode_size` is 1, and the file ends before this byte.",
            "truncated",
            size_at,
            missing,
        );
        let mut trailing = smallest;
        trailing.push(0);
        self.unreadable("trailing-byte", "One zero byte follows the bytecode.", "trailing-bytes", end_at, trailing);

        let file = write(&requesting(version, &["a"]), &[]);
        let offset = self.offset(17);
        self.unreadable("flag-two", "`has_attributes` is 2.", "bad-flag", offset, with_u32(&file, offset, 2));
        let mut cut = file;
        let offset = self.offset(16);
        cut[offset] = 0xC3;
        cut[offset + 1] = 0xA9;
        self.unreadable("string-cut", "A string ends inside a UTF-8 sequence.", "bad-utf8", offset, cut);

        let mut record = requesting(version, &["m"]);
        record.imports.push(ImportEntry::single("m", "x", "x"));
        let file = write(&record, &[]);
        let offset = self.offset(25);
        self.unreadable(
            "type-three",
            "The `type` of an import entry is 3.",
            "bad-type",
            offset,
            with_u32(&file, offset, 3),
        );

        let file = with_request(version, b"a", &[1, 0]);
        let title =
            "`has_attributes` is 1 and `attribute_count` is 0: a checker accepts the file, and it is not canonical.";
        self.accepted("attributes-empty", title, file, requesting(version, &["a"]), &[]);
        self
    }

    fn of_later_versions(mut self) -> Self {
        let version = self.version;
        if version == Version::V1 {
            return self;
        }
        let smallest = write(&Record::of_version(version).expect("a version from 1 to 3"), &[]);
        let size = u32::try_from(smallest.len()).unwrap();
        let wrapping = with_u32(&with_u32(&smallest, 8, 0xFFFF_FFF0), 12, size + 16);
        self.unreadable(
            "sum-wraps",
            "In 32 bits, `bytecode_offset` + `bytecode_size` is the file's length.",
            "truncated",
            8,
            wrapping,
        );

        let mut past = header(version, 32, 16);
        past.extend([1, 0, 0, 0, 9, 0, 0, 0]);
        past.extend([b'a'; 9]);
        past.resize(48, 0);
        self.unreadable("string-past-metadata", "A string goes on behind `bytecode_offset`.", "truncated", 20, past);

        let metadata = if version == Version::V2 { 16 } else { 28 };
        let offset = if version == Version::V2 { 39 } else { 48 };
        let mut padded = header(version, offset, 1);
        padded.resize(usize::try_from(offset).unwrap(), 0);
        padded.push(0xCC);
        let fault = 16 + metadata + if version == Version::V2 { 3 } else { 1 };
        let mut broken = padded.clone();
        broken[fault] = 0x2A;
        self.unreadable("padding-not-zero", "One byte of the padding is not zero.", "bad-layout", fault, broken);
        if version == Version::V2 {
            let title = "Seven bytes of padding before a `bytecode_offset` that is not a multiple of 8.";
            self.accepted(
                "padding-of-seven",
                title,
                padded,
                Record::of_version(version).expect("a version from 1 to 3"),
                &[0xCC],
            );
            return self;
        }

        let mut unaligned = header(version, 44, 0);
        unaligned.extend([0; 28]);
        self.unreadable("offset-not-aligned", "`bytecode_offset` is 44.", "bad-layout", 8, unaligned);
        let mut record = Record::of_version(version).expect("a version from 1 to 3");
        let environment = record.environment_mut().unwrap();
        environment.declared_variables.push(Variable::new("", u32::MAX));
        environment.code_features = u32::MAX;
        let title = "A variable without a name; all bits of `bits` and of `code_features` are set.";
        self.accepted("variable-unnamed", title, write(&record, &[]), record, &[]);
        self
    }

    fn semantic(mut self) -> Self {
        let version = self.version;
        let mut record = requesting(version, &["m", "m"]);
        record.requests[0].attributes = attributes(&[("a", "1"), ("b", "2")]);
        record.requests[1].attributes = attributes(&[("b", "2"), ("a", "1")]);
        let title = "Two requests have one specifier and the same attributes, in another order.";
        self.unlinkable("duplicate-request", title, 45, record);

        let file = with_requests(version, &[(b"m", &[0]), (b"m", &[1, 0])]);
        let offset = self.offset(21);
        let title = "Two requests without attributes; `has_attributes` is 0 in one and 1 in the other.";
        let verdict = Verdict::Unlinkable("duplicate-request", offset);
        self.push("duplicate-request-without-attributes", title, verdict, Some(file)).content =
            Some(Content::of(requesting(version, &["m", "m"]), &[]));

        let mut record = requesting(version, &["m"]);
        record.requests[0].attributes = attributes(&[("type", "json"), ("type", "css")]);
        self.unlinkable("duplicate-attribute", "One request has the key `type` twice.", 12, record);

        let mut record = requesting(version, &["m", "m"]);
        record.requests[0].attributes = attributes(&[("x", "1")]);
        record.requests[1].attributes = attributes(&[("x", "1"), ("x", "1")]);
        let title = "The attributes `x=1` and `x=1, x=1` of two requests are not the same.";
        let verdict = Verdict::Unlinkable("duplicate-attribute", self.offset(35));
        let file = write(&record, &[]);
        self.push("duplicate-attribute-as-multiset", title, verdict, Some(file)).content =
            Some(Content::of(record, &[]));

        let mut record = requesting(version, &["m", "m"]);
        record.requests[1].attributes = attributes(&[("type", "json")]);
        record.star_exports.push("m".into());
        let title = "A star export names a specifier that two requests share with different attributes.";
        self.unlinkable("ambiguous-request", title, 62, record);

        let mut record = requesting(version, &["m"]);
        record.imports.push(ImportEntry::single("n", "x", "x"));
        self.unlinkable("unrequested-module", "An import entry names `n`, and only `m` is requested.", 25, record);

        let mut record = Record::of_version(version).expect("a version from 1 to 3");
        record.exports.push(ExportEntry::local("x", ""));
        self.unlinkable("missing-local-name", "A Local export has an empty `local_name`.", 20, record);

        let mut record = requesting(version, &["m"]);
        record.imports.push(ImportEntry::single("m", "x", "a"));
        record.imports.push(ImportEntry::namespace("m", "a"));
        self.unlinkable("duplicate-local-name", "A Single and a Namespace import bind `a`.", 44, record);

        let mut record = requesting(version, &["m"]);
        record.exports.push(ExportEntry::local("x", "a"));
        record.exports.push(ExportEntry::indirect("x", "m", "b"));
        self.unlinkable("duplicate-export-name", "A Local and an Indirect export have the name `x`.", 51, record);

        let mut record = requesting(version, &["m"]);
        record.exports.push(ExportEntry { import_name: "*".into(), ..ExportEntry::namespace("x", "m") });
        let title = "The `import_name` of a Namespace export is `*`, and does not apply.";
        self.unlinkable("misplaced-field", title, 29, record);

        let mut record = requesting(version, &["m"]);
        record.star_exports = vec!["m".into(), "m".into()];
        self.unlinkable("duplicate-star-export", "The star export `m` stands twice.", 38, record);

        if version == Version::V3 {
            let mut record = Record::of_version(version).expect("a version from 1 to 3");
            let lexical_variables = &mut record.environment_mut().unwrap().lexical_variables;
            lexical_variables.extend([Variable::new("x", 2), Variable::new("x", 8)]);
            let title = "Two lexical variables have the name `x`, with different `bits`.";
            self.unlinkable("duplicate-variable", title, 41, record);

            let mut record = Record::of_version(version).expect("a version from 1 to 3");
            let environment = record.environment_mut().unwrap();
            environment.declared_variables.push(Variable::new("x", 4));
            environment.lexical_variables.push(Variable::new("x", 8));
            let title = "One name stands in both lists of variables.";
            self.accepted("variable-in-both-lists", title, write(&record, &[]), record, &[]);
        }
        self
    }

    fn encodings(mut self) -> Self {
        let version = self.version;
        let mut record = requesting(version, &["m"]);
        record.requests[0].attributes =
            attributes(&[("type", "json"), ("\u{10000}", "2"), ("\u{FF5A}", "1"), ("lang", "en")]);
        let title = "Attributes are written in the order of their keys' UTF-8: U+FF5A comes before U+10000.";
        self.written("write-attributes-sorted", title, record, &[]);

        let mut record = requesting(version, &["m"]);
        record.imports.push(ImportEntry { import_name: "all".into(), ..ImportEntry::namespace("m", "ns") });
        self.written("write-namespace-name", "The `import_name` of a Namespace import is written as `*`.", record, &[]);

        let title = match version {
            Version::V1 => "The bytecode follows its size, without padding.",
            _ => "Zeros bring `bytecode_offset` to the next multiple of 8.",
        };
        self.written("write-bytecode", title, requesting(version, &["m"]), &[0xCA, 0xFE]);
        let title = match version {
            Version::V1 => "Empty bytecode is written as a `bytecode_size` of 0.",
            _ => "The padding is the same before empty bytecode.",
        };
        self.written("write-bytecode-empty", title, requesting(version, &["m"]), &[]);

        let mut record = Record::of_version(version).expect("a version from 1 to 3");
        record.exports.push(ExportEntry { import_name: "y".into(), ..ExportEntry::local("x", "x") });
        let title = "The `import_name` of a Local export does not apply and is not empty: the writer does not drop it.";
        let verdict = Verdict::Refused("misplaced-field");
        self.push("write-misplaced-field", title, verdict, None).content = Some(Content::of(record, &[]));
        self
    }
}

/// The bytecode of the worked example.
const BYTECODE: &[u8] = &[0xDE, 0xAD, 0xBE, 0xEF];

fn worked(version: Version) -> Record {
    let mut record = requesting(version, &["./config.json", "node:fs", "./path.js", "./util.js"]);
    record.requests[0].attributes = attributes(&[("type", "json")]);
    record.imports.push(ImportEntry::single("./config.json", "default", "config"));
    record.imports.push(ImportEntry::namespace("node:fs", "fs"));
    record.exports.push(ExportEntry::indirect("join-all", "./path.js", "join"));
    record.exports.push(ExportEntry::local("default", "main"));
    record.star_exports.push("./util.js".into());
    if let Some(environment) = record.environment_mut() {
        environment.lexical_variables =
            vec![Variable::new("config", 0x22), Variable::new("fs", 0x62), Variable::new("main", 0x90)];
    }
    record
}

fn requesting(version: Version, specifiers: &[&str]) -> Record {
    let mut record = Record::of_version(version).expect("a version from 1 to 3");
    record.requests = specifiers.iter().copied().map(ModuleRequest::new).collect();
    record
}

fn attributes(pairs: &[(&str, &str)]) -> Vec<Attribute> {
    pairs.iter().map(|&(key, value)| Attribute::new(key, value)).collect()
}

/// Returns the file of a record, even if the record breaks rules.
fn write(record: &Record, bytecode: &[u8]) -> Vec<u8> {
    bmes_oracle::write(record, bytecode).unwrap()
}

fn with_u32(file: &[u8], offset: usize, value: u32) -> Vec<u8> {
    let mut file = file.to_vec();
    file[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
    file
}

fn with_request(version: Version, specifier: &[u8], numbers: &[u32]) -> Vec<u8> {
    with_requests(version, &[(specifier, numbers)])
}

/// Returns a file with these requests and nothing else. Each request is a specifier and the numbers that follow it in the file.
fn with_requests(version: Version, requests: &[(&[u8], &[u32])]) -> Vec<u8> {
    let mut metadata = u32::try_from(requests.len()).unwrap().to_le_bytes().to_vec();
    for (specifier, numbers) in requests {
        metadata.extend(u32::try_from(specifier.len()).unwrap().to_le_bytes());
        metadata.extend(*specifier);
        metadata.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    }
    metadata.extend([0; 12]);
    if version == Version::V3 {
        metadata.extend([0; 12]);
    }
    raw(version, &metadata, &[])
}

/// Returns a file with this metadata and this bytecode.
fn raw(version: Version, metadata: &[u8], bytecode: &[u8]) -> Vec<u8> {
    let size = u32::try_from(bytecode.len()).unwrap();
    if version == Version::V1 {
        let mut file = b"SEMB\x01\0\0\0".to_vec();
        file.extend(metadata);
        file.extend(size.to_le_bytes());
        file.extend(bytecode);
        return file;
    }
    let offset = (16 + metadata.len()).next_multiple_of(8);
    let mut file = header(version, u32::try_from(offset).unwrap(), size);
    file.extend(metadata);
    file.resize(offset, 0);
    file.extend(bytecode);
    file
}

/// Returns the header of version 2 or 3.
fn header(version: Version, offset: u32, size: u32) -> Vec<u8> {
    let numbers = [version.number(), offset, size].map(u32::to_le_bytes);
    [b"SEMB".as_slice(), numbers.as_flattened()].concat()
}
