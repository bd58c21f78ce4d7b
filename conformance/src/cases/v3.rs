//! The cases that only version 3 has: the variables and features of the engine, and aligned bytecode.

mod aligned;
mod features;
mod variables;

use bmes::Version::{V2, V3};

use super::builder::module;
use super::{Described, Section, at, layout, real, reject, shared};

/// Returns every section of version 3.
pub(super) fn sections() -> Vec<Section> {
    let variables = [variables::cases(), features::cases(), shared::fields::cases(V3, "variables")].concat();
    let own = vec![
        Section::of(V3, "layout", aligned::cases()),
        Section::of(V3, "variables", variables),
        Section::of(V3, "header", version_2()),
        Section::of(V3, "requests", request_counts()),
        Section::of(V3, "real", real::cases(V3)),
    ];
    [shared::sections(V3), layout::sections(V3), own].concat()
}

/// Returns cases that show how exactly a reader compares `request_count` with the bytes that are left. The metadata
/// must end at a multiple of 8, but no string before the requests can grow for this. So the first specifier has four
/// bytes: with requests of the smallest size only, the end would be four bytes earlier.
fn request_counts() -> Vec<Described> {
    let case = |name, title, clauses: &[&str], requests: usize, count: u32, class, place| {
        let module = (1..requests).fold(module(V3).request("xxxx"), |module, _| module.request(""));
        let file = module.bytecode(&[0; 200]).layout().metadata_ends_at(at("import_count"));
        let file = file.overwrite("requests[0].specifier.bytes", b"\xFFxxx");
        let file = if count == 0 { file } else { file.set_u32("request_count", count) };
        let title = format!("two faults: {title}, and the first of them is not UTF-8");
        reject(name, &title, clauses, file, class, at(place))
    };
    vec![
        case(
            "request-count-28-bytes-before-fault",
            "a count of four requests, and bytes for three and a half of the smallest size",
            &["count-bounds", "first-error", "memory", "metadata-bounds"],
            3,
            4,
            "truncated",
            "request_count",
        ),
        case(
            "request-count-44-bytes-before-fault",
            "a count of five requests, and bytes for five and a half of the smallest size",
            &["count-bounds", "first-error"],
            5,
            0,
            "bad-utf8",
            "requests[0].specifier.bytes",
        ),
    ]
}

fn version_2() -> Vec<Described> {
    let case = |name, title, file| {
        reject(name, title, &["metadata-bounds", "u32-bounds", "layout"], file, "truncated", at("padding"))
    };
    vec![
        case(
            "layout-of-version-2",
            "a file of version 2 under version 3's number: the metadata ends before declared_variable_count",
            module(V2).layout().called(V3),
        ),
        case(
            "layout-of-version-2-with-bytecode",
            "a file of version 2 under version 3's number: its bytecode could be read as variables and features",
            module(V2).bytecode(&[0; 12]).layout().called(V3),
        ),
    ]
}
