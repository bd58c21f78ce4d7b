//! Cases with files that end right after a faulty field. A reader that reads the next field before it checks the faulty
//! one reports the end of the file instead of the fault.

use bmes::Version;

use crate::case::{Expect, ExpectedResult};
use crate::cases::{Described, case, error};

/// The bytes of the metadata, and the offset of the fault in them.
struct Metadata {
    bytes: Vec<u8>,
    fault: usize,
}

impl Metadata {
    /// Returns the beginning of metadata with one request: the count and the specifier, without a fault. The specifier
    /// has `longer` bytes, so that the metadata can end at a multiple of 8.
    fn request(longer: usize) -> Self {
        Self { bytes: Vec::new(), fault: 0 }.u32(1).text("xxxxxxxx".get(..longer).unwrap_or_default().as_bytes())
    }

    fn u32(mut self, number: u32) -> Self {
        self.bytes.extend(number.to_le_bytes());
        self
    }

    fn text(mut self, text: &[u8]) -> Self {
        let length = u32::try_from(text.len()).expect("a string of the corpus is shorter than 4 GiB");
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(text);
        self
    }

    /// States that the next field has the fault.
    fn fault(mut self) -> Self {
        self.fault = self.bytes.len();
        self
    }
}

#[expect(clippy::too_many_lines, reason = "a list of cases")]
pub(super) fn cases(version: Version) -> Vec<Described> {
    let case = |name: &str, title: &str, clause: &str, class: &str, make: fn(usize) -> Metadata| {
        rejected(version, name, &format!("two faults: {title}"), &["first-error", clause], class, make)
    };
    vec![
        case(
            "flag-before-end",
            "a has_attributes of 2, and the file ends before attribute_count",
            "has-attributes",
            "bad-flag",
            |longer| Metadata::request(longer).fault().u32(2),
        ),
        case(
            "flag-before-attribute-count",
            "a has_attributes of 2, and an attribute_count that is too large",
            "has-attributes",
            "bad-flag",
            |longer| Metadata::request(longer).fault().u32(2).u32(u32::MAX),
        ),
        case(
            "flag-before-attribute",
            "a has_attributes of 2, and a key that is not UTF-8",
            "has-attributes",
            "bad-flag",
            |longer| Metadata::request(longer).fault().u32(2).u32(1).text(b"\xFF").text(b"v"),
        ),
        case(
            "attribute-count-before-key",
            "an attribute_count that is too large, and a key that is not UTF-8",
            "count-bounds",
            "truncated",
            |longer| Metadata::request(longer).u32(1).fault().u32(2).text(b"\xFF").text(b"v"),
        ),
        case(
            "import-type-before-string",
            "an import type of 3, and a module_request that is longer than the file",
            "import-type",
            "bad-type",
            |longer| Metadata::request(longer).u32(0).u32(1).fault().u32(3).u32(u32::MAX).u32(0).u32(0),
        ),
        case(
            "import-type-before-text",
            "an import type of 3, and a module_request that is not UTF-8",
            "import-type",
            "bad-type",
            |longer| Metadata::request(longer).u32(0).u32(1).fault().u32(3).text(b"\xFF").text(b"").text(b""),
        ),
        case(
            "import-type-before-end",
            "an import type of 3, and the file ends inside the entry's last string",
            "import-type",
            "bad-type",
            |longer| Metadata::request(longer).u32(0).u32(1).fault().u32(3).text(b"").text(b"").u32(9),
        ),
        case(
            "import-count-before-type",
            "an import_count that is too large, and an import type of 3",
            "count-bounds",
            "truncated",
            |longer| Metadata::request(longer).u32(0).fault().u32(2).u32(3).text(b"").text(b"").text(b""),
        ),
        case(
            "export-type-before-string",
            "an export type of 3, and an export_name that is longer than the file",
            "export-type",
            "bad-type",
            |longer| Metadata::request(longer).u32(0).u32(0).u32(1).fault().u32(3).u32(u32::MAX).u32(0).u32(0).u32(0),
        ),
        case(
            "export-type-before-text",
            "an export type of 3, and an export_name that is not UTF-8",
            "export-type",
            "bad-type",
            |longer| {
                let start = Metadata::request(longer).u32(0).u32(0).u32(1).fault().u32(3);
                start.text(b"\xFF").text(b"").text(b"").text(b"")
            },
        ),
        case(
            "export-type-before-end",
            "an export type of 3, and the file ends inside the entry's last string",
            "export-type",
            "bad-type",
            |longer| {
                let start = Metadata::request(longer).u32(0).u32(0).u32(1).fault().u32(3);
                start.text(b"").text(b"").text(b"").u32(9)
            },
        ),
        case(
            "export-count-before-type",
            "an export_count that is too large, and an export type of 3",
            "count-bounds",
            "truncated",
            |longer| {
                let start = Metadata::request(longer).u32(0).u32(0).fault().u32(2).u32(3);
                start.text(b"").text(b"").text(b"").text(b"")
            },
        ),
        case(
            "string-bounds-before-text",
            "a specifier that is longer than the file, and its bytes are not UTF-8",
            "string-bounds",
            "truncated",
            |longer| {
                let start = Metadata { bytes: Vec::new(), fault: 0 }.u32(1).fault().u32(100 + 8);
                Metadata { bytes: [start.bytes, vec![0xFF; 8 + longer]].concat(), fault: start.fault }
            },
        ),
        case(
            "text-before-flag",
            "a specifier that is not UTF-8, and a has_attributes of 2",
            "string-utf8",
            "bad-utf8",
            |longer| {
                let text = [vec![b'x'; longer], vec![0xFF]].concat();
                let metadata = Metadata { bytes: Vec::new(), fault: 0 }.u32(1).text(&text).u32(2);
                Metadata { fault: 8 + longer, ..metadata }
            },
        ),
    ]
}

fn rejected(
    version: Version,
    name: &str,
    title: &str,
    clauses: &[&str],
    class: &str,
    make: fn(usize) -> Metadata,
) -> Described {
    let header = if version.has_bytecode_offset() { 16 } else { 8 };
    let aligned = |metadata: &Metadata| version != Version::V3 || (header + metadata.bytes.len()).is_multiple_of(8);
    let metadata = (0..8).map(make).find(aligned).expect("one of eight lengths ends at a multiple of 8");
    let mut file = [b"SEMB".to_vec(), version.number().to_le_bytes().to_vec()].concat();
    if version.has_bytecode_offset() {
        let end = u32::try_from(header + metadata.bytes.len()).expect("a file of the corpus is shorter than 4 GiB");
        file.extend([end.to_le_bytes(), 0_u32.to_le_bytes()].concat());
    }
    file.extend(&metadata.bytes);
    let answer = error(&[class], Some(header + metadata.fault));
    let expect = Expect {
        identify: Some(ExpectedResult::Version { version: version.number() }),
        decode: Some(answer.clone()),
        check: Some(answer),
        ..Expect::default()
    };
    let case = case(name, title, clauses, expect);
    Described { case, file: Some(file), canonical: None, seed: None, left_out: None }
}
