//! The examples of version 4.

use bmes::v4::{
    Attribute, Environment, ExportEntry, ImportEntry, ImportIndex, ModuleRecord, ModuleRequest, Phase, RequestIndex,
    Source, StringIndex, Variable,
};
use conformance::case::{Given, GivenSource, Record, Word};

use super::list::{Content, Example, Verdict};

/// The text of the worked example.
const TEXT: &[u8] = b"import { b } from \"./b.mjs\";\nexport const a = b;\n";

/// The producer and the source of the smallest file.
const EMPTY: [&str; 2] = [
    "471f370b1591e7ca142fe3736db551986365f54cda6727935e0a3bc72ec63b2e",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

/// The producer and the source of the worked example.
const WORKED: [&str; 2] = [
    "be39c5bf76515425c3cdd7666a032b96eeab0de3661f88000f6ca865715a92a9",
    "868ab14794e14cecc7a369260a081f2fd41e1eafd75194fea56081ad314e97ce",
];

/// Returns the examples of version 4, in no particular order.
pub(crate) fn of() -> Vec<Example> {
    [accepted(), written(), structural(), lists(), checked(), matched(), refused()].concat()
}

fn example(name: &str, title: &'static str, verdict: Verdict, file: Option<Vec<u8>>) -> Example {
    Example { name: format!("v4-{name}"), title, verdict, file, content: None, given: None }
}

fn with_content(example: Example, record: ModuleRecord, text: &[u8], bytecode: &[u8]) -> Example {
    Example {
        content: Some(Content { record: Record::V4(record), text: text.into(), bytecode: bytecode.into() }),
        ..example
    }
}

fn empty_of([producer, source]: [&str; 2], size: u64) -> ModuleRecord {
    ModuleRecord::new(producer.parse().unwrap(), Source { size, sha256: source.parse().unwrap() })
}

fn smallest() -> ModuleRecord {
    empty_of(EMPTY, 0)
}

fn string(index: u32) -> StringIndex {
    StringIndex(index)
}

fn request(specifier: u32, phase: Phase) -> ModuleRequest {
    ModuleRequest { specifier: string(specifier), phase, attributes: Vec::new() }
}

fn import(local_name: u32, request: u32, import_name: Option<u32>) -> ImportEntry {
    ImportEntry { local_name: string(local_name), request: RequestIndex(request), import_name: import_name.map(string) }
}

fn export(export_name: u32, request: Option<u32>, name: Option<u32>) -> ExportEntry {
    ExportEntry { export_name: string(export_name), request: request.map(RequestIndex), name: name.map(string) }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().copied().map(String::from).collect()
}

/// The record of the TypeScript module of section 14.2.
fn worked() -> ModuleRecord {
    let mut record = empty_of(WORKED, 57);
    record.flags.typescript = true;
    record.strings = strings(&["./b.mjs", "a", "b"]);
    record.requests = vec![request(0, Phase::Evaluation)];
    record.imports = vec![import(2, 0, Some(2))];
    record.exports = vec![export(1, None, Some(1))];
    record
}

/// A record with entries of every kind.
fn everything() -> ModuleRecord {
    let mut record = empty_of(WORKED, 300);
    record.flags.typescript = true;
    record.flags.top_level_await = true;
    record.alignment = 16;
    record.strings = strings(&[
        "*default*",
        "./a.mjs",
        "./c.wasm",
        "./data.json",
        "T",
        "a",
        "default",
        "json",
        "ns",
        "type",
        "wasm",
    ]);
    record.requests = vec![
        ModuleRequest {
            attributes: vec![Attribute { key: string(9), value: string(7) }],
            ..request(3, Phase::Evaluation)
        },
        request(1, Phase::Evaluation),
        request(1, Phase::Defer),
        request(2, Phase::Source),
    ];
    record.imports = vec![import(4, 1, Some(4)), import(5, 0, Some(6)), import(8, 2, None), import(10, 3, None)];
    record.tolerant_imports = vec![ImportIndex(0)];
    record.exports =
        vec![export(4, None, Some(4)), export(5, Some(1), Some(5)), export(6, None, Some(0)), export(8, Some(1), None)];
    record.star_exports = vec![RequestIndex(1)];
    record.environment = Some(Environment {
        declared_variables: vec![],
        lexical_variables: vec![Variable { name: string(0), bits: 2 }, Variable { name: string(5), bits: 0x22 }],
        code_features: 8,
        lexical_features: 1,
    });
    record
}

fn write(record: &ModuleRecord, text: &[u8], bytecode: &[u8]) -> Vec<u8> {
    bmes_oracle::v4::encode(record, text, bytecode).unwrap()
}

fn accepted() -> Vec<Example> {
    let accepted = |name: &str, title, record: ModuleRecord, text: &[u8], bytecode: &[u8]| {
        let file = write(&record, text, bytecode);
        with_content(example(name, title, Verdict::Accepted, Some(file)), record, text, bytecode)
    };
    vec![
        accepted("smallest", "The smallest file.", smallest(), b"", b""),
        accepted("text-worked-example", "A file with a text and no bytecode.", worked(), TEXT, b""),
        accepted("worked-example", "A file with entries of every kind.", everything(), b"", &[0xDE, 0xAD, 0xBE, 0xEF]),
    ]
}

fn written() -> Vec<Example> {
    let written = |name: &str, title, record: ModuleRecord, text: &[u8], bytecode: &[u8]| {
        let file = write(&record, text, bytecode);
        with_content(example(name, title, Verdict::Written, Some(file)), record, text, bytecode)
    };
    let mut shuffled = worked();
    shuffled.strings = strings(&["b", "a", "./b.mjs", "b"]);
    shuffled.requests = vec![request(2, Phase::Evaluation)];
    shuffled.imports = vec![import(0, 0, Some(3))];
    vec![
        written("write-smallest", "The record of the smallest file.", smallest(), b"", b""),
        written("write-text", "The record of the file with a text, without bytecode.", worked(), TEXT, b""),
        written(
            "write-shuffled",
            "The same record with strings in another order, and with one string twice.",
            shuffled,
            TEXT,
            b"",
        ),
    ]
}

/// Returns the file with right checksums of the metadata and of the header.
fn sealed(mut file: Vec<u8>) -> Vec<u8> {
    let number = |at: usize| usize::try_from(u32::from_le_bytes(file[at..at + 4].try_into().unwrap())).unwrap();
    let end = (112 + number(16)).min(file.len());
    let crc = crc32fast::hash(&file[112..end]);
    file[96..100].copy_from_slice(&crc.to_le_bytes());
    let crc = crc32fast::hash(&file[..108]);
    file[108..112].copy_from_slice(&crc.to_le_bytes());
    file
}

fn with_u32(file: &[u8], offset: usize, value: u32) -> Vec<u8> {
    let mut file = file.to_vec();
    file[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
    file
}

fn structural() -> Vec<Example> {
    let reject =
        |name: &str, title, class, offset, file| example(name, title, Verdict::Unreadable(class, offset), Some(file));
    let smallest = write(&smallest(), b"", b"");
    let reversed = [b"BMES", &smallest[4..]].concat();
    let longer = [&smallest[..], &[0]].concat();
    vec![
        reject("magic-reversed", "The magic has its bytes in the wrong order.", "bad-magic", 0, reversed),
        reject(
            "version-unknown",
            "The version is 0, which is never assigned.",
            "unsupported-version",
            4,
            with_u32(&smallest, 4, 0),
        ),
        reject("header-cut", "The file ends in the header.", "truncated", 64, smallest[..64].to_vec()),
        reject(
            "header-damaged",
            "One bit of the producer is damaged.",
            "bad-checksum",
            108,
            with_u32(&smallest, 32, 0x0B37_1F46),
        ),
        reject(
            "metadata-damaged",
            "One bit of the metadata is damaged.",
            "bad-checksum",
            96,
            with_u32(&smallest, 120, 1),
        ),
        reject("flag-unknown", "Bit 4 of `flags` is set.", "bad-flag", 8, sealed(with_u32(&smallest, 8, 16))),
        reject(
            "alignment-without-bytecode",
            "The alignment is 16, and there is no bytecode.",
            "bad-layout",
            12,
            sealed(with_u32(&smallest, 12, 16)),
        ),
        reject(
            "bytecode-missing",
            "`bytecode_size` is 1, and the file ends before this byte.",
            "truncated",
            28,
            sealed(with_u32(&smallest, 28, 1)),
        ),
        reject("trailing-byte", "One zero byte follows the metadata.", "trailing-bytes", 28, longer),
        reject(
            "count-too-large",
            "`export_count` is 357913942: in 32 bits, the equation would hold.",
            "bad-layout",
            16,
            sealed(with_u32(&with_u32(&smallest, 132, 357_913_942), 116, u32::MAX - 7)),
        ),
    ]
}

fn lists() -> Vec<Example> {
    let reject = |name: &str, title, class, offset, file| {
        example(name, title, Verdict::Unreadable(class, offset), Some(sealed(file)))
    };
    let file = write(&worked(), b"", b"");
    let mut cut = file.clone();
    cut[218] = 0xC3;
    let strings_descend = {
        let mut swapped = file.clone();
        swapped[219..221].copy_from_slice(b"ba");
        swapped
    };
    vec![
        reject("string-cut", "A string ends inside a UTF-8 sequence.", "bad-utf8", 218, cut),
        reject("strings-descend", "The string `a` follows the string `b`.", "bad-order", 168, strings_descend),
        reject(
            "index-none",
            "The `local_name` of an import is 4294967295, and cannot be `NONE`.",
            "bad-index",
            188,
            with_u32(&file, 188, u32::MAX),
        ),
        reject("phase-three", "The phase of a request is 3.", "bad-type", 176, with_u32(&file, 176, 3)),
        reject(
            "import-named-defer",
            "An import with a name has a request of phase defer.",
            "bad-entry",
            196,
            with_u32(&file, 176, 2),
        ),
    ]
}

fn checked() -> Vec<Example> {
    let checked = |name: &str, title, class, offset, record: ModuleRecord, file: Vec<u8>, text: &[u8]| {
        with_content(example(name, title, Verdict::Unlinkable(class, offset), Some(file)), record, text, b"")
    };
    // The strings of a file of `worked` with another string in the middle. No writer writes such a record.
    let mut unused = worked();
    unused.strings = strings(&["./b.mjs", "a", "b", "c"]);
    let mut with_use = unused.clone();
    with_use.exports[0].export_name = string(3);
    let unused_file = sealed(with_u32(&write(&with_use, b"", b""), 204, 1));
    let mut forbidden = worked();
    forbidden.exports[0].name = Some(string(2));
    let forbidden_file = sealed(with_u32(&write(&worked(), b"", b""), 208, 2));
    let mut damaged = write(&worked(), TEXT, b"");
    *damaged.get_mut(224).unwrap() ^= 1;
    let mut damaged_text = TEXT.to_vec();
    damaged_text[0] ^= 1;
    vec![
        checked("unused-string", "No field uses the string `c`.", "unused-string", 172, unused, unused_file, b""),
        checked(
            "forbidden-export",
            "A Local export has the local name of a strict import.",
            "bad-entry",
            208,
            forbidden,
            forbidden_file,
            b"",
        ),
        checked(
            "text-damaged",
            "One bit of the text is damaged.",
            "bad-checksum",
            100,
            worked(),
            damaged,
            &damaged_text,
        ),
    ]
}

fn matched() -> Vec<Example> {
    let file = || Some(write(&worked(), TEXT, b""));
    let given = |producer: &str, source| Given { producer: producer.parse().unwrap(), source };
    let source = |size| Some(GivenSource::Source(Source { size, sha256: WORKED[1].parse().unwrap() }));
    let matched =
        |name: &str, title, verdict, given| Example { given: Some(given), ..example(name, title, verdict, file()) };
    vec![
        matched(
            "match-source",
            "The producer and the source of which the file was made.",
            Verdict::Matched,
            given(WORKED[0], source(57)),
        ),
        matched(
            "match-embedded-text",
            "The embedded text stands for the source.",
            Verdict::Matched,
            given(WORKED[0], Some(GivenSource::Word(Word::EmbeddedText))),
        ),
        matched(
            "match-other-producer",
            "Another producer.",
            Verdict::Missed("other-producer", 32),
            given(EMPTY[0], source(57)),
        ),
        matched(
            "match-longer-source",
            "A source that is one byte longer.",
            Verdict::Missed("stale-source", 20),
            given(WORKED[0], source(58)),
        ),
    ]
}

fn refused() -> Vec<Example> {
    let mut large = smallest();
    large.source.size = 1 << 32;
    let mut equal = worked();
    equal.requests.push(equal.requests[0].clone());
    let refuse = |name: &str, title, class, record| {
        with_content(example(name, title, Verdict::Refused(class), None), record, b"", b"")
    };
    vec![
        refuse("write-large-source", "The source has 4294967296 bytes.", "too-large", large),
        refuse("write-equal-requests", "Two requests are equal.", "bad-order", equal),
    ]
}
