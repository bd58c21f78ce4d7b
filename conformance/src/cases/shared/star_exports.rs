//! Cases for the star exports (`export * from`).

use bmes::Version;

use crate::cases::builder::module;
use crate::cases::{Described, accept, refuse, refuse_record};

const DUPLICATE: &[&str] = &["duplicate-star-export", "writer-refuses"];
const DISTINCT: &[&str] = &["duplicate-star-export", "check-bytes"];
const UNREQUESTED: &[&str] = &["unrequested-module", "writer-refuses"];

pub(super) fn cases(version: Version) -> Vec<Described> {
    [kept(version), duplicates(version), unrequested(version)].concat()
}

fn kept(version: Version) -> Vec<Described> {
    let names: Vec<_> = (0..5000).map(|index| format!("./{index}.js")).collect();
    let many = names.iter().fold(module(version), |module, name| module.request(name));
    let many = names.iter().fold(many, |module, name| module.star(name));
    let byte = (0..513).map(|index| format!("{index}"));
    let (requested, starred) = byte.fold((module(version), Vec::new()), |(module, mut starred), name| {
        let module = module.request(&name);
        starred.push(name);
        (module, starred)
    });
    vec![
        accept(
            "one",
            "one star export",
            &["unrequested-module", "string-bounds"],
            module(version).request("./a.js").star("./a.js"),
        ),
        accept(
            "unsorted",
            "three star exports, not in the order of their names nor of the requests",
            &["entries-kept", "writer-order"],
            module(version).requests(&["./a.js", "./b.js", "./c.js"]).star("./c.js").star("./a.js").star("./b.js"),
        ),
        accept(
            "count-513",
            "513 star exports: the count has two bytes, 01 and 02",
            &["u32", "count-bounds", "entries-kept"],
            starred.iter().fold(requested, |module, name| module.star(name)),
        ),
        accept("count-5000", "5,000 star exports", &["limit-accept", "count-bounds", "entries-kept"], many),
        accept(
            "also-imported-and-exported",
            "a module that is imported from, exported from, exported as a namespace and star-exported",
            &["duplicate-star-export", "unrequested-module", "check-accepts"],
            module(version)
                .request("./a.js")
                .import("./a.js", "x", "x")
                .indirect("y", "./a.js", "y")
                .namespace("a", "./a.js")
                .star("./a.js"),
        ),
        accept(
            "attributes",
            "a star export of a module that is requested with attributes",
            &["unrequested-module"],
            module(version).request_with("./a.json", &[("type", "json")]).star("./a.json"),
        ),
    ]
}

fn duplicates(version: Version) -> Vec<Described> {
    let two = |a: &str, b: &str| module(version).requests(&[a, b]).star(a).star(b);
    let twice = || module(version).request("./a.js").star("./a.js").star("./a.js");
    vec![
        refuse("duplicate", "a star export twice", DUPLICATE, twice(), "duplicate-star-export", "star_exports[1]"),
        refuse(
            "duplicate-apart",
            "a star export twice, with another between them",
            &["duplicate-star-export", "entries-kept"],
            module(version).requests(&["./a.js", "./b.js"]).star("./a.js").star("./b.js").star("./a.js"),
            "duplicate-star-export",
            "star_exports[2]",
        ),
        refuse(
            "duplicate-empty",
            "the empty specifier star-exported twice",
            &["duplicate-star-export", "string-empty"],
            module(version).request("").star("").star(""),
            "duplicate-star-export",
            "star_exports[1]",
        ),
        refuse_record(
            "record-duplicate",
            "a record with a star export twice",
            &["duplicate-star-export", "writer-refuses", "writer-no-repair"],
            twice(),
            "duplicate-star-export",
        ),
        accept("distinct-case", "two star exports that differ in case", DISTINCT, two("./a.js", "./A.js")),
        accept(
            "distinct-normalisation",
            "two star exports that differ in normalisation",
            DISTINCT,
            two("./\u{E9}.js", "./e\u{301}.js"),
        ),
        accept(
            "distinct-zero",
            "two star exports that differ by U+0000 at the end",
            DISTINCT,
            two("./a.js", "./a.js\0"),
        ),
        accept("distinct-prefix", "two star exports, one the beginning of the other", DISTINCT, two("./a", "./a.js")),
    ]
}

fn unrequested(version: Version) -> Vec<Described> {
    let named = |name, title, requested: &str, named: &str| {
        refuse(
            name,
            title,
            &["unrequested-module", "check-bytes", "writer-refuses"],
            module(version).request(requested).star(named),
            "unrequested-module",
            "star_exports[0]",
        )
    };
    vec![
        refuse(
            "unrequested",
            "a star export in a module without requests",
            UNREQUESTED,
            module(version).star("./a.js"),
            "unrequested-module",
            "star_exports[0]",
        ),
        refuse(
            "unrequested-empty",
            "a star export with an empty specifier that is not requested",
            &["unrequested-module", "string-empty"],
            module(version).request("./a.js").star(""),
            "unrequested-module",
            "star_exports[0]",
        ),
        refuse(
            "unrequested-last",
            "three star exports, the last of a module that is not requested",
            UNREQUESTED,
            module(version).requests(&["./a.js", "./b.js"]).star("./a.js").star("./b.js").star("./c.js"),
            "unrequested-module",
            "star_exports[2]",
        ),
        named(
            "unrequested-case",
            "a star export whose specifier differs from the request's in case",
            "./a.js",
            "./A.js",
        ),
        named(
            "unrequested-zero",
            "a star export whose specifier has U+0000 more than the request's",
            "./a.js",
            "./a.js\0",
        ),
        named("unrequested-prefix", "a star export whose specifier is the beginning of the request's", "./a.js", "./a"),
        refuse_record(
            "record-unrequested",
            "a record with a star export of a module that is not requested",
            UNREQUESTED,
            module(version).star("./a.js"),
            "unrequested-module",
        ),
    ]
}
