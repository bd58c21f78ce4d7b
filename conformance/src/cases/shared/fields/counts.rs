//! Every count: what it may promise.

use bmes::{ExportType, ImportType, Version};

use crate::cases::builder::{File, Module, module};
use crate::cases::shared::{NOTHING_IS_DUE, whole};
use crate::cases::{At, Described, at, from_review, inside, leave_out, refuse, reject};

/// A count of the layout.
struct Count {
    /// The section of its cases.
    section: &'static str,
    name: &'static str,
    path: &'static str,
    /// What is counted.
    what: &'static str,
    /// The bytes of the smallest entry.
    smallest: u32,
    /// The first string of the first entry.
    first: &'static str,
    /// What a hundred of the smallest entries break, and in which of them: a rule of the checker.
    breaks: (&'static str, &'static str, &'static str),
    /// A module with so many entries, each with the text in one string and all others empty. Where the entries are no requests, a
    /// string before them can be longer for the sake of alignment.
    holding: fn(Version, usize, &str) -> Module,
}

const COUNTS: &[Count] = &[
    Count {
        section: "requests",
        name: "request-count",
        path: "request_count",
        what: "requests",
        smallest: 8,
        first: "requests[0].specifier",
        breaks: ("duplicate-request", "duplicate-request", "requests[1]"),
        holding: |version, count, text| repeat(module(version), count, |module| module.request(text)),
    },
    Count {
        section: "requests",
        name: "attribute-count",
        path: "requests[0].attribute_count",
        what: "attributes",
        smallest: 8,
        first: "requests[0].attributes[0].key",
        breaks: ("duplicate-attribute", "duplicate-attribute", "requests[0]"),
        holding: |version, count, text| module(version).request_with("", &vec![(text, ""); count]),
    },
    Count {
        section: "imports",
        name: "import-count",
        path: "import_count",
        what: "import entries",
        smallest: 16,
        first: "imports[0].module_request",
        breaks: ("unrequested-module", "unrequested-module", "imports[0]"),
        holding: |version, count, text| {
            repeat(begun(version), count, |module| module.import_entry(ImportType::Single, text, "", ""))
        },
    },
    Count {
        section: "exports",
        name: "export-count",
        path: "export_count",
        what: "export entries",
        smallest: 20,
        first: "exports[0].export_name",
        breaks: ("missing-local-name", "missing-local-name", "exports[0]"),
        holding: |version, count, text| {
            repeat(begun(version), count, |module| module.export_entry(ExportType::Local, [text, "", "", ""]))
        },
    },
    Count {
        section: "star-exports",
        name: "star-export-count",
        path: "star_export_count",
        what: "star exports",
        smallest: 4,
        first: "star_exports[0].module_name",
        breaks: ("unrequested-module", "unrequested-module", "star_exports[0]"),
        holding: |version, count, text| repeat(begun(version), count, |module| module.star(text)),
    },
    Count {
        section: "variables",
        name: "declared-variable-count",
        path: "declared_variable_count",
        what: "declared variables",
        smallest: 8,
        first: "declared_variables[0].name",
        breaks: ("duplicate-variable", "duplicate-variable", "declared_variables[1]"),
        holding: |version, count, text| repeat(begun(version), count, |module| module.declared(text, 0)),
    },
    Count {
        section: "variables",
        name: "lexical-variable-count",
        path: "lexical_variable_count",
        what: "lexical variables",
        smallest: 8,
        first: "lexical_variables[0].name",
        breaks: ("duplicate-variable", "duplicate-variable", "lexical_variables[1]"),
        holding: |version, count, text| repeat(begun(version), count, |module| module.lexical(text, 0)),
    },
];

fn repeat(module: Module, count: usize, one_more: impl Fn(Module) -> Module) -> Module {
    (0..count).fold(module, |module, _| one_more(module))
}

/// A module whose first string can be longer without a change in what is counted. Only version 3 needs it.
fn begun(version: Version) -> Module {
    if version == Version::V3 { module(version).request("./m.js") } else { module(version) }
}

impl Count {
    /// The file of a module with so many entries, in which the metadata ends behind them. What is there continues it well.
    fn cut_behind(&self, version: Version, entries: usize, text: &str) -> File {
        self.laid_out(version, entries, text).cut_before(self.next(version))
    }

    /// [`cut_behind`](Self::cut_behind), with the very number of bytes behind the count that the entries have.
    fn cut_exactly_behind(&self, version: Version, entries: usize, text: &str) -> File {
        self.laid_out(version, entries, text).measured_from(self.path).cut_before(self.next(version))
    }

    fn laid_out(&self, version: Version, entries: usize, text: &str) -> File {
        let module = (self.holding)(version, entries, text);
        if version.has_bytecode_offset() { module.bytecode(&[0; 200]).layout() } else { module.layout() }
    }

    /// What is behind the last entry.
    fn next(&self, version: Version) -> &'static str {
        match self.path {
            "star_export_count" => match version {
                Version::V1 => "bytecode_size",
                Version::V2 => "padding",
                _ => "declared_variable_count",
            },
            "import_count" => "export_count",
            "export_count" => "star_export_count",
            "declared_variable_count" => "lexical_variable_count",
            "lexical_variable_count" => "code_features",
            _ => "import_count",
        }
    }
}

pub(super) fn cases(version: Version, section: &str) -> Vec<Described> {
    let there = COUNTS.iter().filter(|count| count.section == section);
    there.flat_map(|count| [near(version, count), far(version, count), before_fault(version, count)].concat()).collect()
}

/// Counts near to what fits, in a file that ends behind three smallest entries.
fn near(version: Version, count: &Count) -> Vec<Described> {
    const CLAUSES: &[&str] = &["count-bounds", "all-or-nothing"];
    let Count { name, path, what, .. } = count;
    let (next, whole) = (count.next(version), whole(version));
    let three = || count.cut_behind(version, 3, "");
    let exactly_three = || count.cut_exactly_behind(version, 3, "");
    let one_long = count.cut_behind(version, 1, &"a".repeat(100));
    let all_that_fit = &format!("{name}-all-that-fit");
    vec![
        if next == "padding" {
            leave_out(all_that_fit, NOTHING_IS_DUE)
        } else {
            reject(
                all_that_fit,
                &format!(
                    "three {what} of the smallest size, and the {whole} ends behind them: the count is good, the next field is missing"
                ),
                &["count-bounds", "u32-bounds"],
                exactly_three(),
                "truncated",
                at(next),
            )
        },
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
            exactly_three().cut_last_byte(),
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
fn far(version: Version, count: &Count) -> Vec<Described> {
    const LARGE: &[&str] = &["count-bounds", "memory", "u32"];
    const WRAPPED: &[&str] = &["count-bounds", "arithmetic", "memory"];
    let Count { name, path, what, smallest, holding, .. } = count;
    let file = || holding(version, 1, "").layout();
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
fn before_fault(version: Version, count: &Count) -> Vec<Described> {
    let Count { name, path, what, smallest, first, breaks, holding, .. } = count;
    // One byte more than two of the smallest entries.
    let file = || count.cut_behind(version, 2, "").set_text(first, b"\xFF");
    let measured = || count.cut_exactly_behind(version, 2, "").set_text(first, b"\xFF");
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
            &["count-bounds", clause],
            holding(version, 100, ""),
            class,
            entry,
        ),
        case(
            "exact-before-fault",
            "exactly as many bytes as the smallest encoding of two",
            &["count-bounds", "first-error"],
            measured().cut_last_byte(),
            "bad-utf8",
            inside(first_bytes, 0),
        ),
        case(
            "short-before-fault",
            "a byte less than the smallest encoding of two",
            &["count-bounds", "first-error"],
            measured().cut_last_byte().cut_last_byte(),
            "truncated",
            at(path),
        ),
        case(
            "wraps-before-fault",
            "the smallest count whose product does not fit 32 bits, of",
            &["count-bounds", "arithmetic", "memory"],
            file().set_u32(path, wraps),
            "truncated",
            at(path),
        ),
        case(
            "high-bit-before-fault",
            "a count of 2^31, negative as a signed number, of",
            &["count-bounds", "u32", "memory"],
            file().set_u32(path, 1 << 31),
            "truncated",
            at(path),
        ),
    ]
}
