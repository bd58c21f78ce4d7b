//! Valid files: the smallest ones, one with entries of every kind, and unusual values that no clause forbids.

mod entries;

use bmes::Digest;
use bmes::v4::{Phase, Source};

use super::module::{Module, module};
use super::{accept, typical};
use crate::cases::Described;

const SMALLEST: &[&str] = &[
    LAYOUT,
    "header-bounds",
    "magic",
    "version",
    "identify-alone",
    "header-whole",
    "metadata-size",
    "bytecode-empty",
    "bytecode-place",
    "absent-crc",
    "alignment",
];
const REPORT: &str = "report";
const LAYOUT: &str = "layout";

pub(super) fn cases() -> Vec<Described> {
    [files(), names(), entries::cases(), numbers()].concat()
}

fn files() -> Vec<Described> {
    let whole: &[&str] = &[
        LAYOUT,
        REPORT,
        "crc",
        "u32",
        "metadata-crc",
        "text-crc",
        "bytecode-crc",
        "header-crc",
        "equation",
        "padding",
        "bytecode-place",
        "writer-header",
        "writer-padding",
        "writer-content",
        "writer-lists",
        "writer-order",
        "writer-strings",
        "writer-engine-words",
        "writer-accepts",
        "forbidden-export",
        "unused-string",
        "file-size",
        "bytecode-bounds",
        "end",
        "imports-ascend",
        "decode-alone",
        "check-accepts",
        "writer-refuses",
    ];
    vec![
        accept("smallest", "the smallest file: a header and twelve zeros", SMALLEST, module()),
        accept("all-kinds", "entries of every kind, a text and bytecode", whole, typical()),
        accept(
            "text-only",
            "a text and no bytecode: the file ends with the padding after the text",
            &["bytecode-empty", "bytecode-place", "text-crc", "writer-content", "padding"],
            module().text(b"export {};"),
        ),
        accept(
            "bytecode-only",
            "bytecode and no text",
            &["absent-crc", "bytecode-crc", "bytecode-place", "match-text"],
            module().bytecode(b"code"),
        ),
        accept(
            "text-of-one-byte",
            "a text of one byte",
            &["text-crc", "padding"],
            module().text(b";").bytecode(b"code"),
        ),
        accept(
            "text-to-multiple-of-8",
            "a text that ends at a multiple of 8, so that no padding follows",
            &["padding", "bytecode-place"],
            module().text(b"01234567").bytecode(b"code"),
        ),
        accept(
            "text-with-checksum-0",
            "a text whose CRC-32 is 0",
            &["text-crc", "absent-crc", "crc"],
            module().text(&[0x9D, 0x0A, 0xD9, 0x6D]),
        ),
        accept(
            "bytecode-with-checksum-0",
            "bytecode whose CRC-32 is 0",
            &["bytecode-crc", "absent-crc", "crc"],
            module().bytecode(&[0x9D, 0x0A, 0xD9, 0x6D]),
        ),
        accept(
            "bytecode-of-zeros",
            "bytecode that looks like padding",
            &["bytecode-opaque", "bytecode-crc"],
            module().bytecode(&[0; 24]),
        ),
        accept(
            "bytecode-of-a-file",
            "bytecode that is a file of version 4",
            &["bytecode-opaque"],
            module().bytecode(module().layout().bytes()),
        ),
        accept(
            "bytecode-of-one-byte",
            "bytecode of one byte",
            &["bytecode-crc", "writer-content"],
            module().bytecode(b"b"),
        ),
        accept(
            "bytecode-of-7-bytes",
            "a text and bytecode of 7 bytes each",
            &["bytecode-crc", "writer-content"],
            module().text(b"export;").bytecode(b"7 bytes"),
        ),
        accept(
            "text-with-byte-order-mark",
            "a text that begins with a byte order mark",
            &["text-crc", "writer-content"],
            module().text(b"\xEF\xBB\xBFexport {};"),
        ),
        accept(
            "text-with-line-breaks",
            "a text with all kinds of line breaks, and with spaces and zeros at its end",
            &["text-crc", "writer-content"],
            module().text("a\r\nb\rc\nd\u{2028}e\t \n\0\0".as_bytes()),
        ),
        accept(
            "text-is-not-utf-8",
            "a text that is not UTF-8",
            &["text-crc", "writer-content"],
            module().text(&[0xFF, 0xFE, 0x61, 0]),
        ),
        accept(
            "no-source",
            "a source of 0 bytes, and digests of zeros",
            &[REPORT, "match-size"],
            Module { producer: Digest([0; 32]), source: Source { size: 0, sha256: Digest([0; 32]) }, ..module() },
        ),
        accept(
            "source-of-largest-size",
            "a source of 4294967295 bytes",
            &[REPORT, "match-size", "u32"],
            Module { source: Source { size: 0xFFFF_FFFF, sha256: Digest([0xFF; 32]) }, ..module() },
        ),
        accept(
            "all-flags",
            "every flag is set",
            &["flags", "environment", REPORT, "writer-header"],
            Module {
                flags: bmes::v4::Flags { top_level_await: true, import_meta: true, typescript: true },
                ..module().environment(0, 0)
            },
        ),
        accept(
            "top-level-await",
            "only the flag for a top-level await",
            &["flags", REPORT],
            Module { flags: bmes::v4::Flags { top_level_await: true, ..Default::default() }, ..module() },
        ),
        accept(
            "import-meta",
            "only the flag for import.meta",
            &["flags", REPORT],
            Module { flags: bmes::v4::Flags { import_meta: true, ..Default::default() }, ..module() },
        ),
        accept(
            "typescript",
            "only the flag for TypeScript, and no tolerant import",
            &["flags", "tolerant-flag", REPORT],
            Module { flags: bmes::v4::Flags { typescript: true, ..Default::default() }, ..module() },
        ),
        accept(
            "environment-empty",
            "an environment without variables and features",
            &["environment", REPORT],
            module().environment(0, 0),
        ),
    ]
}

fn names() -> Vec<Described> {
    let verbatim: &[&str] = &["string-verbatim", "string-utf8", "strings-ascend", REPORT];
    let module = || module().request("./m.mjs");
    vec![
        accept(
            "empty-names",
            "an empty specifier, attribute, import name, export name and variable: all are one string",
            &["string-empty", "string-end", REPORT, "empty-local-name"],
            super::module::module()
                .request_with("", Phase::Evaluation, &[("", "")])
                .import("x", 0, Some(""))
                .indirect("", 0, "")
                .declared("", 1),
        ),
        accept(
            "name-u0000",
            "a name with U+0000, and the name before it",
            verbatim,
            module().local("a", "a").local("a\0", "a\0").local("a\0b", "b"),
        ),
        accept("name-u-feff", "a specifier that begins with U+FEFF", verbatim, module().request("\u{FEFF}./m.mjs")),
        accept(
            "names-of-all-lengths",
            "code points of one, two, three and four bytes, at the limits of each length",
            verbatim,
            ["\u{1}", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"]
                .iter()
                .fold(module(), |module, name| module.local(name, "x")),
        ),
        accept(
            "names-beyond-bmp",
            "U+FFFF before U+10000: the order of bytes is not that of UTF-16 code units",
            &["strings-ascend", "exports-ascend", "writer-strings"],
            module().local("\u{FFFF}", "x").local("\u{10000}", "x").local("\u{E000}", "x"),
        ),
        accept(
            "names-of-special-code-points",
            "names of noncharacters, U+FFFD, private use, tags, separators and both neighbours of the surrogates",
            verbatim,
            [
                '\u{85}',
                '\u{9F}',
                '\u{A0}',
                '\u{AD}',
                '\u{200B}',
                '\u{200D}',
                '\u{2028}',
                '\u{2029}',
                '\u{2060}',
                '\u{3000}',
                '\u{D7FF}',
                '\u{E000}',
                '\u{F8FF}',
                '\u{FDD0}',
                '\u{FDEF}',
                '\u{FFFD}',
                '\u{FFFE}',
                '\u{1FFFE}',
                '\u{2FFFF}',
                '\u{40000}',
                '\u{DFFFF}',
                '\u{E0001}',
                '\u{E007F}',
                '\u{F0000}',
                '\u{FFFFF}',
                '\u{10FFFD}',
            ]
            .iter()
            .fold(module(), |module, point| module.local(&format!("{point}a{point}"), "x")),
        ),
        accept(
            "names-not-normalised",
            "one letter in two forms, which are two names",
            verbatim,
            module().local("\u{E9}", "x").local("e\u{301}", "x"),
        ),
        accept(
            "names-of-terminals",
            "names with line breaks, escapes and marks of direction",
            verbatim,
            module().local("a\r\nb", "x").local("\u{1B}[31m", "x").local("\u{202E}", "x"),
        ),
        accept(
            "names-with-common-beginnings",
            "names of 15, 16, 17 and 32 equal bytes, and names that differ after them",
            &["strings-ascend", "exports-ascend"],
            [15, 16, 17, 32].iter().fold(module(), |module, length| {
                let name = "p".repeat(*length);
                module.local(&name, "x").local(&format!("{name}a"), "x").local(&format!("{name}\u{E9}"), "x")
            }),
        ),
        accept(
            "names-high-bytes",
            "names whose first bytes are below and above 0x80",
            &["strings-ascend"],
            module().local("z", "x").local("\u{80}", "x").local("\u{7FF}", "x"),
        ),
        accept(
            "names-that-begin-others",
            "each name is the beginning of the next one",
            &["strings-ascend"],
            (0..9).fold(module(), |module, length| module.local(&"a".repeat(length), "x")),
        ),
        accept(
            "one-string-for-everything",
            "one string is the specifier, the key, the value and every name",
            &[REPORT, "writer-strings", "unused-string"],
            super::module::module()
                .request_with("m", Phase::Evaluation, &[("m", "m")])
                .import("m", 0, Some("m"))
                .indirect("m", 0, "m")
                .declared("m", 0)
                .lexical("m", 0),
        ),
    ]
}

fn numbers() -> Vec<Described> {
    let bits: &[&str] = &["engine-words", "u32", REPORT, "writer-engine-words"];
    let mut cases = vec![
        accept(
            "bits-all",
            "variables and features with all 32 bits",
            bits,
            module().declared("a", u32::MAX).lexical("b", u32::MAX).environment(u32::MAX, u32::MAX),
        ),
        accept(
            "bits-high",
            "variables and features with the highest bit",
            bits,
            module().declared("a", 1 << 31).lexical("b", 1 << 31).environment(1 << 31, 1 << 31),
        ),
        accept(
            "features-differ",
            "different features of the code and of the scope",
            bits,
            module().environment(0x0102_0304, 0x0506_0708),
        ),
    ];
    for power in 3..=16 {
        let alignment = 1_u32 << power;
        let name = format!("alignment-{alignment}");
        let title = format!("bytecode at a multiple of {alignment}");
        cases.push(accept(
            &name,
            &title,
            &["alignment", "bytecode-place", "padding", "writer-padding"],
            module().text(b"t").bytecode(b"code").aligned(alignment),
        ));
    }
    cases
}
