//! Readers that get numbers, bounds or the layout wrong.

use super::{Change, How, Idea};
use crate::plain::rules::{Layout, Narrow, Number, Rules, Where, Wrong};

/// The strings of every version.
const STRINGS: [&str; 11] = [
    "requests.specifier",
    "requests.attributes.key",
    "requests.attributes.value",
    "imports.module_request",
    "imports.import_name",
    "imports.local_name",
    "exports.export_name",
    "exports.module_name",
    "exports.import_name",
    "exports.local_name",
    "star_exports.module_name",
];

/// The strings of a version.
pub(super) fn strings(version: u32) -> Vec<&'static str> {
    let more: &[_] = match version {
        1 | 2 => &[],
        _ => &["declared_variables.name", "lexical_variables.name"],
    };
    [&STRINGS, more].concat()
}

/// The fields that count, each with the size of the smallest entry.
const COUNTS: [(&str, u64); 5] = [
    ("request_count", 8),
    ("requests.attribute_count", 8),
    ("import_count", 16),
    ("export_count", 20),
    ("star_export_count", 4),
];

/// Those of a version.
fn counts_of(version: u32) -> Vec<(&'static str, u64)> {
    let more: &[_] = match version {
        1 | 2 => &[],
        _ => &[("declared_variable_count", 8), ("lexical_variable_count", 8)],
    };
    [&COUNTS, more].concat()
}

/// The other numbers of a version that can have any value.
fn numbers_of(version: u32) -> &'static [&'static str] {
    match version {
        1 => &["bytecode_size"],
        2 => &["bytecode_offset", "bytecode_size"],
        _ => {
            &["bytecode_offset", "bytecode_size", "declared_variables.bits", "lexical_variables.bits", "code_features"]
        }
    }
}

/// The fields with few values: the clause, the field, the last value.
const CHOICES: [(&str, &str, i64); 3] = [
    ("has-attributes", "requests.has_attributes", 1),
    ("import-type", "imports.type", 2),
    ("export-type", "exports.type", 2),
];

pub(super) fn all(version: u32) -> Vec<Idea> {
    [bounds(version), counts(version), numbers(version), choices(), layouts()].concat()
}

pub(super) fn read(id: impl Into<String>, clause: &'static str, what: impl Into<String>, wrong: Wrong) -> Idea {
    let id = format!("reader/{}", id.into());
    Idea::new(id, clause, what, How::Read(Rules::but(wrong)))
}

pub(super) fn report(id: impl Into<String>, clause: &'static str, what: impl Into<String>, change: Change) -> Idea {
    let id = format!("reader/{}", id.into());
    Idea::new(id, clause, what, How::Reported(change))
}

fn bounds(version: u32) -> Vec<Idea> {
    const CLAUSE: &str = "string-bounds";
    let mut all = vec![
        read(
            "u32-unchecked",
            "u32-bounds",
            "A number that is cut counts with the bytes that are there.",
            Wrong::Unchecked("u32-bounds", Where::Everywhere),
        ),
        read(
            "u32-one-byte-missing",
            "u32-bounds",
            "A number may lack one byte.",
            Wrong::Slack("u32-bounds", Where::Everywhere, 1),
        ),
        read(
            "u32-needs-five",
            "u32-bounds",
            "A number needs a byte after it.",
            Wrong::Slack("u32-bounds", Where::Everywhere, -1),
        ),
        read(
            "bytecode-unchecked",
            "bytecode-bounds",
            "Bytecode that is cut is accepted.",
            Wrong::Unchecked("bytecode-bounds", Where::Everywhere),
        ),
        read(
            "bytecode-one-too-many",
            "bytecode-bounds",
            "Bytecode may lack one byte.",
            Wrong::Slack("bytecode-bounds", Where::Everywhere, 1),
        ),
        read(
            "bytecode-one-too-few",
            "bytecode-bounds",
            "Bytecode must not reach the end of the file.",
            Wrong::Slack("bytecode-bounds", Where::Everywhere, -1),
        ),
        read(
            "end-unchecked",
            "end",
            "What follows the bytecode is not looked at.",
            Wrong::Unchecked("end", Where::Everywhere),
        ),
        read("end-one-byte", "end", "One byte may follow the bytecode.", Wrong::Slack("end", Where::Everywhere, 1)),
        read(
            "end-padding",
            "end",
            "Up to seven bytes may follow the bytecode.",
            Wrong::Slack("end", Where::Everywhere, 7),
        ),
        read(
            "string-unchecked",
            CLAUSE,
            "A string that is cut counts with the bytes that are there.",
            Wrong::Unchecked(CLAUSE, Where::Everywhere),
        ),
        read(
            "string-unchecked-but-first",
            CLAUSE,
            "The bounds of strings are checked in the first entry of a section only.",
            Wrong::Unchecked(CLAUSE, Where::AllButFirst),
        ),
        read(
            "string-one-too-few",
            CLAUSE,
            "A string must not reach the end of the file.",
            Wrong::Slack(CLAUSE, Where::Everywhere, -1),
        ),
        read(
            "string-wraps",
            "arithmetic",
            "The end of a string wraps at 32 bits.",
            Wrong::Narrow(CLAUSE, Where::Everywhere, Narrow::Wraps32),
        ),
        read(
            "string-of-file",
            CLAUSE,
            "The length of a string is compared with that of the whole file.",
            Wrong::Layout(Layout::LengthsOfFile),
        ),
        read(
            "string-signed",
            "u32",
            "The length of a string is signed.",
            Wrong::Narrow(CLAUSE, Where::Everywhere, Narrow::Signed32),
        ),
    ];
    all.extend(strings(version).into_iter().map(|field| {
        let what = format!("`{field}` that is cut counts with the bytes that are there.");
        read(format!("string-unchecked/{field}"), CLAUSE, what, Wrong::Unchecked(CLAUSE, Where::Field(field)))
    }));
    all
}

fn counts(version: u32) -> Vec<Idea> {
    const CLAUSE: &str = "count-bounds";
    let mut all = vec![
        read("count-unchecked", CLAUSE, "A count is believed.", Wrong::Unchecked(CLAUSE, Where::Everywhere)),
        read(
            "count-wraps",
            "arithmetic",
            "A count times the smallest entry wraps at 32 bits.",
            Wrong::Narrow(CLAUSE, Where::Everywhere, Narrow::Wraps32),
        ),
        read("count-signed", "u32", "A count is signed.", Wrong::Narrow(CLAUSE, Where::Everywhere, Narrow::Signed32)),
    ];
    all.push(read(
        "count-of-file",
        CLAUSE,
        "A count is compared with the length of the whole file.",
        Wrong::Layout(Layout::CountsOfFile),
    ));
    for (field, smallest) in counts_of(version) {
        let each = |id: &str, what: String, wrong| read(format!("{id}/{field}"), CLAUSE, what, wrong);
        let at = Where::Field(field);
        all.extend([
            each("count-unchecked", format!("`{field}` is believed."), Wrong::Unchecked(CLAUSE, at)),
            each("count-of-bytes", format!("`{field}` is compared with the bytes left."), Wrong::Smallest(field, 1)),
            each(
                "count-loose",
                format!("The smallest entry of `{field}` is taken to be a byte smaller."),
                Wrong::Smallest(field, smallest - 1),
            ),
            each(
                "count-strict",
                format!("The smallest entry of `{field}` is taken to be a byte larger."),
                Wrong::Smallest(field, smallest + 1),
            ),
            each("count-tight", format!("`{field}` that just fits is refused."), Wrong::Slack(CLAUSE, at, -1)),
            each("count-slack", format!("`{field}` may be more than fits, by a byte."), Wrong::Slack(CLAUSE, at, 1)),
        ]);
    }
    all.extend([16, 1_000, 4_095].map(|most| {
        read(
            format!("entries-up-to-{most}"),
            "limit-accept",
            format!("More than {most} entries are refused."),
            Wrong::Layout(Layout::MoreThan(most)),
        )
    }));
    all
}

fn numbers(version: u32) -> Vec<Idea> {
    let mut all = Vec::new();
    let counts = counts_of(version).into_iter().map(|(field, _)| field);
    for field in counts.chain(strings(version)).chain(numbers_of(version).iter().copied()) {
        let clause = match field {
            "code_features" => "code-features",
            "declared_variables.bits" | "lexical_variables.bits" => "bits",
            _ => "u32",
        };
        let at = Where::Field(field);
        let bits = |bits| {
            (
                format!("low-{bits}/{field}"),
                format!("Only {bits} bits of the number of `{field}` count."),
                Wrong::Number(at, Number::Low(bits)),
            )
        };
        let big = (
            format!("big-endian/{field}"),
            format!("The number of `{field}` is read with its most significant byte first."),
            Wrong::Number(at, Number::BigEndian),
        );
        all.extend([bits(8), bits(16), bits(24), big].map(|(id, what, wrong)| read(id, clause, what, wrong)));
    }
    all
}

fn choices() -> Vec<Idea> {
    let mut all = Vec::new();
    for (clause, field, last) in CHOICES {
        let each = |id: &str, what: String, wrong| read(format!("{id}/{field}"), clause, what, wrong);
        let at = Where::Everywhere;
        all.extend([
            each("clamped", format!("`{field}` beyond {last} is taken for {last}."), Wrong::Unchecked(clause, at)),
            each(
                "clamped-but-first",
                format!("`{field}` is checked in the first entry only."),
                Wrong::Unchecked(clause, Where::AllButFirst),
            ),
            each("one-more", format!("`{field}` may be {}.", last + 1), Wrong::Slack(clause, at, 1)),
            each("one-less", format!("`{field}` must not be {last}."), Wrong::Slack(clause, at, -1)),
            each("signed", format!("`{field}` is signed."), Wrong::Narrow(clause, at, Narrow::Signed32)),
            each(
                "low-byte",
                format!("Only the low byte of `{field}` counts."),
                Wrong::Number(Where::Field(field), Number::Low(8)),
            ),
            each(
                "low-16",
                format!("Only 16 bits of `{field}` count."),
                Wrong::Number(Where::Field(field), Number::Low(16)),
            ),
            each(
                "low-24",
                format!("Only 24 bits of `{field}` count."),
                Wrong::Number(Where::Field(field), Number::Low(24)),
            ),
            each(
                "31-bits",
                format!("The highest bit of `{field}` does not count."),
                Wrong::Number(Where::Field(field), Number::Low(31)),
            ),
            each(
                "low-bits",
                format!("Only the two lowest bits of `{field}` count."),
                Wrong::Number(Where::Field(field), Number::Low(2)),
            ),
            each(
                "big-endian",
                format!("`{field}` is read with its most significant byte first."),
                Wrong::Number(Where::Field(field), Number::BigEndian),
            ),
        ]);
        all.push(read(
            format!("late/{field}"),
            "first-error",
            format!("`{field}` is judged when everything else has been read."),
            Wrong::Late(clause),
        ));
    }
    all
}

fn layouts() -> Vec<Idea> {
    let layout = |id: &str, clause, what: &str, layout| read(id, clause, what, Wrong::Layout(layout));
    vec![
        layout(
            "attribute-count-always",
            "attribute-count",
            "`attribute_count` is expected behind a flag of 0, too.",
            Layout::CountAlways,
        ),
        layout(
            "attribute-count-never",
            "attribute-count",
            "`attribute_count` is not expected behind a flag of 1.",
            Layout::CountNever,
        ),
        layout(
            "empty-attributes-refused",
            "attributes-empty",
            "A flag of 1 with a count of 0 is refused.",
            Layout::EmptyAttributesRefused,
        ),
        layout("strings-padded", "string", "Strings are taken to be padded to four bytes.", Layout::StringsPadded),
        layout(
            "strings-terminated",
            "string",
            "A zero byte is expected behind each string.",
            Layout::StringsTerminated,
        ),
        layout(
            "bytecode-to-the-end",
            "bytecode-bounds",
            "The bytecode goes on to the end of the file, whatever its size says.",
            Layout::BytecodeToTheEnd,
        ),
        layout(
            "count-reserved",
            "memory",
            "Memory is taken for a count before it is judged; there is not enough for a large one.",
            Layout::CountReserved,
        ),
        layout("empty-bytecode-refused", "bytecode-empty", "Empty bytecode is refused.", Layout::EmptyBytecodeRefused),
        layout(
            "bytecode-looked-at",
            "bytecode-opaque",
            "Bytecode that begins with a zero byte is refused.",
            Layout::BytecodeLookedAt,
        ),
    ]
}
