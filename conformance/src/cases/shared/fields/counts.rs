//! Cases for every count: the largest count that fits the bytes after it, and counts that are too large for them.

use bmes::{ExportType, ImportType, Version};

use crate::cases::builder::{File, Module, module};
use crate::cases::shared::{NOTHING_IS_DUE, UNALIGNED, beyond_metadata, cut_at, end_of_bounds, whole};
use crate::cases::{Described, after, at, before, from_review, inside, leave_out, refuse, reject};

/// A count of the layout.
struct Count {
    /// The section of the count's cases.
    section: &'static str,
    name: &'static str,
    path: &'static str,
    /// The name of the entries in titles.
    what: &'static str,
    /// The number of bytes of the smallest entry.
    smallest: u32,
    /// The path of the first string of the first entry.
    first: &'static str,
    /// The rule that a hundred entries of the smallest size break: its clause, its class, and the entry that breaks it.
    breaks: (&'static str, &'static str, &'static str),
    /// Returns a module with the given number of entries. Each entry has the given text in one string, and its other
    /// strings are empty. The first string of the module is `requests[0].specifier`. It can grow to align the end of
    /// the metadata in version 3.
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

/// Returns a module without entries. In version 3, it has one request, whose specifier can grow to align the metadata
/// without a change in the counted entries.
fn begun(version: Version) -> Module {
    if version == Version::V3 { module(version).request("./m.js") } else { module(version) }
}

impl Count {
    /// Returns `file`, cut `less` bytes before the end of the last entry. In version 3, the first specifier grows to
    /// align the cut. If this specifier belongs to a counted entry, that entry becomes larger than the smallest
    /// possible one: see [`is_exact`](Self::is_exact).
    fn cut_behind(&self, file: File, less: usize) -> File {
        let end = before(self.next(file.version()), less);
        cut_at(file, end, "requests[0].specifier")
    }

    /// Returns `file`. In version 3, its last entry ends at a multiple of 8.
    fn aligned(&self, file: File) -> File {
        match file.version() {
            version @ Version::V3 => file.aligned_by("requests[0].specifier", at(self.next(version))),
            _ => file,
        }
    }

    /// Returns whether `cut_behind` keeps the size of the counted entries. In version 3, it makes the first specifier
    /// longer. This specifier is not part of a counted entry, except if the requests are counted.
    fn is_exact(&self, version: Version) -> bool {
        version != Version::V3 || self.path != "request_count"
    }

    fn laid_out(&self, version: Version, entries: usize, text: &str) -> File {
        let module = (self.holding)(version, entries, text);
        if version.has_bytecode_offset() { module.bytecode(&[0; 200]).layout() } else { module.layout() }
    }

    /// Returns the path of the field after the last entry.
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

/// Returns cases with a count near the largest that fits, in a file that ends after three entries of the smallest size.
fn near(version: Version, count: &Count) -> Vec<Described> {
    let Count { name, path, what, .. } = count;
    let clauses = &beyond_metadata(version, &["count-bounds", "all-or-nothing"]);
    let (next, whole) = (count.next(version), whole(version));
    let three = |less| count.cut_behind(count.laid_out(version, 3, ""), less);
    let one_long = count.cut_behind(count.laid_out(version, 1, &"a".repeat(100)), 0);
    let all_that_fit = &format!("{name}-all-that-fit");
    let one_byte_short = &format!("{name}-one-byte-short");
    vec![
        if next == "padding" {
            leave_out(all_that_fit, NOTHING_IS_DUE)
        } else if !count.is_exact(version) {
            leave_out(all_that_fit, UNALIGNED)
        } else {
            reject(
                all_that_fit,
                &format!(
                    "three {what} of the smallest size, and the {whole} ends after them: the count is valid, but the next field is missing"
                ),
                &beyond_metadata(version, &["count-bounds", "u32-bounds"]),
                three(0),
                "truncated",
                at(next),
            )
        },
        reject(
            &format!("{name}-one-too-many"),
            &format!("a count of four {what}, and bytes for three of the smallest size"),
            clauses,
            three(0).set_u32(path, 4),
            "truncated",
            at(path),
        ),
        if count.is_exact(version) {
            reject(
                one_byte_short,
                &format!("three {what} of the smallest size, without the last one's last byte"),
                clauses,
                three(1),
                "truncated",
                at(path),
            )
        } else {
            leave_out(one_byte_short, UNALIGNED)
        },
        reject(
            &format!("{name}-good-until-later"),
            &format!("a count of three {what}, and bytes for three, but the first one takes them all"),
            clauses,
            one_long.set_u32(path, 3),
            "truncated",
            at(next),
        ),
    ]
}

/// Returns cases with a count that is too large for any file. The file is complete and has one entry.
fn far(version: Version, count: &Count) -> Vec<Described> {
    const LARGE: &[&str] = &["count-bounds", "memory", "u32"];
    const WRAPPED: &[&str] = &["count-bounds", "arithmetic", "memory"];
    let Count { name, path, what, smallest, holding, .. } = count;
    let file = || holding(version, 1, "").layout();
    let case = |how: &str, title: &str, clauses: &[&str], file: File| {
        reject(&format!("{name}-{how}"), &format!("{title} {what}"), clauses, file, "truncated", at(path))
    };
    let wraps = u32::try_from((1_u64 << 32).div_ceil(u64::from(*smallest)))
        .expect("an entry has at least two bytes, so the quotient fits in 32 bits");
    let negative = (1_u32 << 31).div_ceil(*smallest);
    let reserved = "memory was reserved for a count before anything made it plausible: a 40-byte file asked for 100 GB";
    let product =
        "offset + size > length was computed in 32 bits, wrapped, and passed: the same for a count times a size";
    vec![
        case(
            "bytes-left",
            "a count that equals the number of bytes left:",
            LARGE,
            file().set_u32_by(path, |file| file.between(after(path), end_of_bounds(version))),
        ),
        case("high-bit", "a count of 2^31", LARGE, file().set_u32(path, 1 << 31)),
        from_review(case("all-ones", "a count of 2^32 - 1", LARGE, file().set_u32(path, u32::MAX)), reserved),
        case(
            "product-negative",
            "the smallest count whose product with the smallest size is 2^31 or more, negative as a signed number:",
            WRAPPED,
            file().set_u32(path, negative),
        ),
        from_review(
            case(
                "product-wraps",
                "the smallest count whose product with the smallest size does not fit 32 bits:",
                WRAPPED,
                file().set_u32(path, wraps),
            ),
            product,
        ),
        case(
            "product-wraps-by-one",
            "a count whose product with the smallest size is, in 32 bits, that of one entry or two:",
            WRAPPED,
            file().set_u32(path, wraps + 1),
        ),
    ]
}

/// Returns cases in which a string of the first entry is not UTF-8, and the count before it may be too large. The error
/// that a reader reports shows whether the reader compared the count with the bytes that are left, and how exactly.
fn before_fault(version: Version, count: &Count) -> Vec<Described> {
    let Count { name, path, what, smallest, first, breaks, holding, .. } = count;
    // The byte FF makes the first entry one byte longer than the smallest possible entry. So the file is `less - 1`
    // bytes too short for two entries of the smallest size. One alignment would be enough. But the committed files were
    // made in three steps, and the bytes of a case never change.
    let file = |less| {
        let not_utf8 = count.aligned(count.laid_out(version, 2, "")).set_text(first, b"\xFF");
        count.cut_behind(count.aligned(not_utf8), less)
    };
    let wraps = u32::try_from((1_u64 << 32).div_ceil(u64::from(*smallest)))
        .expect("an entry has at least two bytes, so the quotient fits in 32 bits");
    let first_bytes = &format!("{first}.bytes");
    let bad_utf8 = |name: &str, title: &str, clauses: &[&str], file: File| {
        let title = format!("two faults: {title} {what}, and the first of them is not UTF-8");
        reject(name, &title, clauses, file, "bad-utf8", inside(first_bytes, 0))
    };
    let truncated = |name: &str, title: &str, clauses: &[&str], file: File| {
        let title = format!("two faults: {title} {what}, and the first of them is not UTF-8");
        reject(name, &title, &beyond_metadata(version, clauses), file, "truncated", at(path))
    };
    let [exact, short, wraps_name, high_bit] =
        ["exact", "short", "wraps", "high-bit"].map(|how| format!("{name}-{how}-before-fault"));
    let (clause, class, entry) = *breaks;
    vec![
        refuse(
            &format!("{name}-many-smallest"),
            &format!("a hundred {what} of the smallest size: the count is valid, but the record breaks a rule"),
            &["count-bounds", clause],
            holding(version, 100, ""),
            class,
            entry,
        ),
        if count.is_exact(version) {
            bad_utf8(
                &exact,
                "exactly as many bytes as the smallest encoding of two",
                &["count-bounds", "first-error"],
                file(1),
            )
        } else {
            leave_out(&exact, UNALIGNED)
        },
        if count.is_exact(version) {
            truncated(
                &short,
                "a byte less than the smallest encoding of two",
                &["count-bounds", "first-error"],
                file(2),
            )
        } else {
            leave_out(&short, UNALIGNED)
        },
        truncated(
            &wraps_name,
            "the smallest count whose product with the smallest size does not fit 32 bits:",
            &["count-bounds", "arithmetic", "memory"],
            file(0).set_u32(path, wraps),
        ),
        truncated(
            &high_bit,
            "a count of 2^31, negative as a signed number, of",
            &["count-bounds", "u32", "memory"],
            file(0).set_u32(path, 1 << 31),
        ),
    ]
}
