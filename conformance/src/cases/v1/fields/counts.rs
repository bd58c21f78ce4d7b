//! Every count: what it may promise.

use crate::cases::builder::{File, Module, module};
use crate::cases::{At, FileCase, at, from_review, in_section, inside, refuse, reject};
use bmes::{ExportType, ImportType};

/// A count of the layout.
struct Count {
    folder: &'static str,
    name: &'static str,
    path: &'static str,
    /// What is counted.
    what: &'static str,
    /// The bytes of the smallest entry.
    smallest: u32,
    /// The first string of the first entry.
    first: &'static str,
    /// The number behind the last entry.
    next: &'static str,
    /// What a hundred of the smallest entries break, and in which of them: a rule of the checker.
    breaks: (&'static str, &'static str, &'static str),
    /// A module with so many entries, each with the text in one string and all others empty.
    holding: fn(usize, &str) -> Module,
}

const COUNTS: &[Count] = &[
    Count {
        folder: "v1/requests",
        name: "request-count",
        path: "request_count",
        what: "requests",
        smallest: 8,
        first: "requests[0].specifier",
        next: "import_count",
        breaks: ("v1-duplicate-request", "duplicate-request", "requests[1]"),
        holding: |count, text| repeat(count, |module| module.request(text)),
    },
    Count {
        folder: "v1/requests",
        name: "attribute-count",
        path: "requests[0].attribute_count",
        what: "attributes",
        smallest: 8,
        first: "requests[0].attributes[0].key",
        next: "import_count",
        breaks: ("v1-duplicate-attribute", "duplicate-attribute", "requests[0]"),
        holding: |count, text| module().request_with("", &vec![(text, ""); count]),
    },
    Count {
        folder: "v1/imports",
        name: "import-count",
        path: "import_count",
        what: "import entries",
        smallest: 16,
        first: "imports[0].module_request",
        breaks: ("v1-unrequested-module", "unrequested-module", "imports[0]"),
        next: "export_count",
        holding: |count, text| repeat(count, |module| module.import_entry(ImportType::Single, text, "", "")),
    },
    Count {
        folder: "v1/exports",
        name: "export-count",
        path: "export_count",
        what: "export entries",
        smallest: 20,
        first: "exports[0].export_name",
        breaks: ("v1-missing-local-name", "missing-local-name", "exports[0]"),
        next: "star_export_count",
        holding: |count, text| repeat(count, |module| module.export_entry(ExportType::Local, [text, "", "", ""])),
    },
    Count {
        folder: "v1/star-exports",
        name: "star-export-count",
        path: "star_export_count",
        what: "star exports",
        smallest: 4,
        first: "star_exports[0].module_name",
        breaks: ("v1-unrequested-module", "unrequested-module", "star_exports[0]"),
        next: "bytecode_size",
        holding: |count, text| repeat(count, |module| module.star(text)),
    },
];

fn repeat(count: usize, one_more: impl Fn(Module) -> Module) -> Module {
    (0..count).fold(module(), |module, _| one_more(module))
}

pub(super) fn cases() -> Vec<FileCase> {
    COUNTS
        .iter()
        .flat_map(|count| in_section(count.folder, [near(count), far(count), before_fault(count)].concat()))
        .collect()
}

/// Counts near to what fits, in a file that ends behind three smallest entries.
fn near(count: &Count) -> Vec<FileCase> {
    const CLAUSES: &[&str] = &["v1-count-bounds", "v1-all-or-nothing"];
    let Count { name, path, what, next, holding, .. } = count;
    let three = || holding(3, "").layout().cut_before(next);
    let one_long = holding(1, &"a".repeat(100)).layout().cut_before(next);
    vec![
        reject(
            &format!("{name}-all-that-fit"),
            &format!(
                "three {what} of the smallest size, and the file ends behind them: the count is good, the next field is missing"
            ),
            &["v1-count-bounds", "v1-u32-bounds"],
            three(),
            "truncated",
            at(next),
        ),
        reject(
            &format!("{name}-one-too-many"),
            &format!("a count of four {what}, and bytes for three of the smallest size"),
            CLAUSES,
            three().set_u32(path, 4),
            "truncated",
            at(path),
        ),
        reject(
            &format!("{name}-one-byte-short"),
            &format!("three {what} of the smallest size, without the last one's last byte"),
            CLAUSES,
            three().cut_last_byte(),
            "truncated",
            at(path),
        ),
        reject(
            &format!("{name}-good-until-later"),
            &format!("a count of three {what}, and bytes for three, but the first one takes them all"),
            CLAUSES,
            one_long.set_u32(path, 3),
            "truncated",
            at(next),
        ),
    ]
}

/// Counts that no file can keep, in a whole file with one entry.
fn far(count: &Count) -> Vec<FileCase> {
    const LARGE: &[&str] = &["v1-count-bounds", "v1-memory", "v1-u32"];
    const WRAPPED: &[&str] = &["v1-count-bounds", "v1-arithmetic", "v1-memory"];
    let Count { name, path, what, smallest, holding, .. } = count;
    let file = || holding(1, "").layout();
    let case = |how: &str, title: &str, clauses: &[&str], file: File| {
        reject(&format!("{name}-{how}"), &format!("{title} {what}"), clauses, file, "truncated", at(path))
    };
    let wraps = u32::try_from((1_u64 << 32).div_ceil(u64::from(*smallest))).expect("an entry has more than one byte");
    let negative = (1_u32 << 31).div_ceil(*smallest);
    let reserved = "memory was reserved for a count before anything made it plausible: a 40-byte file asked for 100 GB";
    let product =
        "offset + size > length was computed in 32 bits, wrapped, and passed: the same for a count times a size";
    vec![
        case(
            "bytes-left",
            "a count that is the number of bytes left, of",
            LARGE,
            file().set_u32_by(path, |place| place.left),
        ),
        case("high-bit", "a count of 2^31", LARGE, file().set_u32(path, 1 << 31)),
        from_review(case("all-ones", "a count of 2^32 - 1", LARGE, file().set_u32(path, u32::MAX)), reserved),
        case(
            "product-negative",
            "the smallest count whose product is 2^31 or more, negative as a signed number, of",
            WRAPPED,
            file().set_u32(path, negative),
        ),
        from_review(
            case(
                "product-wraps",
                "the smallest count whose product does not fit 32 bits, of",
                WRAPPED,
                file().set_u32(path, wraps),
            ),
            product,
        ),
        case(
            "product-wraps-by-one",
            "a count whose product, in 32 bits, is that of one entry or two, of",
            WRAPPED,
            file().set_u32(path, wraps + 1),
        ),
    ]
}

/// Counts in a file whose first entry is not UTF-8: what is answered shows whether the count was judged, and how exactly.
fn before_fault(count: &Count) -> Vec<FileCase> {
    let Count { name, path, what, smallest, first, next, breaks, holding, .. } = count;
    // One byte more than two of the smallest entries.
    let file = || holding(2, "").layout().cut_before(next).set_text(first, b"\xFF");
    let wraps = u32::try_from((1_u64 << 32).div_ceil(u64::from(*smallest))).expect("an entry has more than one byte");
    let first_bytes = &format!("{first}.bytes");
    let case = |how: &str, title: &str, clauses: &[&str], file: File, class, place: At<'_>| {
        let title = format!("two faults: {title} {what}, and the first of them is not UTF-8");
        reject(&format!("{name}-{how}"), &title, clauses, file, class, place)
    };
    let (clause, class, entry) = *breaks;
    vec![
        refuse(
            &format!("{name}-many-smallest"),
            &format!("a hundred {what} of the smallest size: the count is good, and the record breaks a rule"),
            &["v1-count-bounds", clause],
            holding(100, ""),
            class,
            entry,
        ),
        case(
            "exact-before-fault",
            "exactly as many bytes as the smallest encoding of two",
            &["v1-count-bounds", "v1-first-error"],
            file().cut_last_byte(),
            "bad-utf8",
            inside(first_bytes, 0),
        ),
        case(
            "short-before-fault",
            "a byte less than the smallest encoding of two",
            &["v1-count-bounds", "v1-first-error"],
            file().cut_last_byte().cut_last_byte(),
            "truncated",
            at(path),
        ),
        case(
            "wraps-before-fault",
            "the smallest count whose product does not fit 32 bits, of",
            &["v1-count-bounds", "v1-arithmetic", "v1-memory"],
            file().set_u32(path, wraps),
            "truncated",
            at(path),
        ),
        case(
            "high-bit-before-fault",
            "a count of 2^31, negative as a signed number, of",
            &["v1-count-bounds", "v1-u32", "v1-memory"],
            file().set_u32(path, 1 << 31),
            "truncated",
            at(path),
        ),
    ]
}
