//! Valid files: the smallest ones, one with entries of every kind, and unusual values that no clause forbids.

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
    [files(), names(), entries(), numbers()].concat()
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

fn entries() -> Vec<Described> {
    let base = || module().request("./m.mjs");
    vec![
        accept(
            "request-alone",
            "a request that no entry uses, as `import \"./m.mjs\"` makes it",
            &[REPORT, "index", "requests-ascend"],
            base(),
        ),
        accept(
            "requests-in-source-order",
            "requests that do not ascend: `order` sorts them",
            &["requests-ascend", "writer-order", "writer-lists"],
            module().request("./c").request("./a").request("./b"),
        ),
        accept(
            "requests-of-all-phases",
            "one specifier in three phases",
            &["phase", "requests-ascend", "writer-order"],
            module().request_of("m", Phase::Defer).request_of("m", Phase::Source).request("m"),
        ),
        accept(
            "requests-of-attributes",
            "one specifier with different attributes, a beginning of another first",
            &["requests-ascend", "attributes-ascend", "attribute-end", "writer-order"],
            module()
                .request_with("m", Phase::Evaluation, &[("a", "1"), ("b", "2")])
                .request("m")
                .request_with("m", Phase::Evaluation, &[("a", "2")])
                .request_with("m", Phase::Evaluation, &[("a", "1")]),
        ),
        accept(
            "requests-that-differ-in-a-value",
            "two requests that differ only in the value of their last attribute",
            &["requests-ascend", "writer-order"],
            module().request_with("m", Phase::Evaluation, &[("k", "v"), ("l", "2")]).request_with(
                "m",
                Phase::Evaluation,
                &[("k", "v"), ("l", "1")],
            ),
        ),
        accept(
            "attributes-of-the-last-request",
            "only the last of three requests has attributes",
            &["attribute-end", REPORT],
            module().request("a").request("b").request_with("c", Phase::Evaluation, &[("k", "v")]),
        ),
        accept(
            "attributes-of-the-first-request",
            "only the first of three requests has attributes",
            &["attribute-end", REPORT],
            module().request_with("a", Phase::Evaluation, &[("k", "v")]).request("b").request("c"),
        ),
        accept(
            "attributes-begin-anew",
            "the keys of a request begin below those of the request before it",
            &["attributes-ascend"],
            module().request_with("a", Phase::Evaluation, &[("y", "1"), ("z", "1")]).request_with(
                "b",
                Phase::Evaluation,
                &[("a", "1"), ("y", "1")],
            ),
        ),
        accept(
            "import-kinds",
            "an import of each kind and phase",
            &["import-kind", "empty-local-name", REPORT],
            module()
                .request("m")
                .request_of("m", Phase::Defer)
                .request_of("m", Phase::Source)
                .import("a", 0, Some("x"))
                .import("b", 0, None)
                .import("c", 1, None)
                .import("d", 2, None),
        ),
        accept(
            "export-kinds",
            "an export of each kind",
            &["export-kind", REPORT],
            base().local("a", "x").indirect("b", 0, "x").indirect("c", 0, "").namespace("d", 0),
        ),
        accept(
            "export-indirect-beside-its-import",
            "an import that is exported again as Indirect",
            &["forbidden-export", "export-kind"],
            base().import("a", 0, Some("x")).indirect("b", 0, "x"),
        ),
        accept(
            "export-namespace-beside-its-import",
            "a namespace that is exported again as Namespace",
            &["forbidden-export", "export-kind"],
            base().import("ns", 0, None).namespace("ns", 0),
        ),
        accept(
            "export-local-of-tolerant-import",
            "a tolerant import that is exported again as Local",
            &["forbidden-export", "tolerant-kind", "tolerant-imports-ascend"],
            base().tolerant("T", 0, Some("T")).local("T", "T"),
        ),
        accept(
            "export-local-of-deferred-import",
            "a deferred namespace that is exported again as Local",
            &["forbidden-export"],
            module().request_of("m", Phase::Defer).import("ns", 0, None).local("ns", "ns"),
        ),
        accept(
            "export-local-of-source-import",
            "a module source that is exported again as Local",
            &["forbidden-export"],
            module().request_of("m", Phase::Source).import("wasm", 0, None).local("wasm", "wasm"),
        ),
        accept(
            "export-indirect-of-tolerant-import",
            "an Indirect export with the request and the name of a tolerant import",
            &["forbidden-export"],
            base().tolerant("T", 0, Some("T")).indirect("U", 0, "T"),
        ),
        accept(
            "export-local-of-a-name-that-an-import-has-elsewhere",
            "a Local export whose local name is the import name of an import",
            &["forbidden-export"],
            base().import("a", 0, Some("x")).local("x", "x"),
        ),
        accept(
            "export-name-of-an-import",
            "a Local export whose export name is the local name of an import",
            &["forbidden-export"],
            base().import("a", 0, Some("x")).local("a", "b"),
        ),
        accept(
            "tolerant-import-of-empty-name",
            "a tolerant import with an empty import name",
            &["tolerant-kind", "string-empty"],
            base().tolerant("T", 0, Some("")),
        ),
        accept(
            "tolerant-imports-after-namespaces",
            "tolerant imports that follow two Namespace imports, with other import names",
            &["tolerant-kind", "tolerant-imports-ascend", "index"],
            base().import("a", 0, None).import("b", 0, None).tolerant("c", 0, Some("x")).tolerant("d", 0, Some("y")),
        ),
        accept(
            "attributes-whose-text-sorts-otherwise",
            "attributes that would have another order as text with = between a key and its value",
            &["requests-ascend", "writer-order"],
            module().request_with("m", Phase::Evaluation, &[("a!", "1")]).request_with(
                "m",
                Phase::Evaluation,
                &[("a", "1")],
            ),
        ),
        accept(
            "attributes-with-values-that-descend",
            "attributes whose values descend, and requests whose values sort otherwise than their keys",
            &["attributes-ascend", "requests-ascend", "writer-lists", "writer-order"],
            module().request_with("m", Phase::Evaluation, &[("b", "1"), ("c", "0")]).request_with(
                "m",
                Phase::Evaluation,
                &[("a", "2"), ("d", "1")],
            ),
        ),
        accept(
            "tolerant-among-strict",
            "the first and the last of three imports are tolerant",
            &["tolerant-imports-ascend", "tolerant-kind", "tolerant-flag", "forbidden-export"],
            base()
                .tolerant("a", 0, Some("a"))
                .import("b", 0, Some("b"))
                .tolerant("c", 0, Some("c"))
                .local("a", "a")
                .local("c", "c"),
        ),
        accept(
            "star-exports",
            "star exports of two requests, one of which has attributes",
            &["star-exports-ascend", "star-kind"],
            module().request("b").request_with("a", Phase::Evaluation, &[("type", "json")]).star(1).star(0),
        ),
        accept(
            "star-export-of-an-imported-module",
            "a request with an import, an Indirect export and a star export",
            &["star-kind"],
            base().import("a", 0, Some("a")).indirect("b", 0, "c").star(0),
        ),
        accept(
            "variable-in-both-lists",
            "one name in both lists of variables, and as an import",
            &["variables-ascend", REPORT],
            base().import("a", 0, Some("a")).declared("a", 1).lexical("a", 2),
        ),
        accept(
            "variables-without-export",
            "a Local export whose name is in no list of variables",
            &["environment", REPORT],
            base().local("a", "a").declared("b", 0),
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
