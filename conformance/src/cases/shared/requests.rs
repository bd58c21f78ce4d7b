//! Cases for the requested modules and their attributes.

mod attributes;
mod semantics;

use bmes::Version;

use super::{beyond_metadata, cut_at, end_of_metadata, typical, whole, without_padding};
use crate::cases::builder::{Module, module};
use crate::cases::{Described, accept, after, at, from_review, inside, reject};

pub(super) fn cases(version: Version) -> Vec<Described> {
    [kept(version), flags(version), strings(version), attributes::cases(version), semantics::cases(version)].concat()
}

fn kept(version: Version) -> Vec<Described> {
    let many =
        |count| (0..count).fold(module(version), |module: Module, index| module.request(&format!("./{index}.js")));
    let shuffled = ["./z.js", "./a.js", "./m.js", "node:fs", "./A.js", "@scope/b", "./10.js", "./9.js"];
    vec![
        accept("one", "one request", &["layout", "string-bounds", "has-attributes"], module(version).request("./a.js")),
        accept(
            "smallest",
            "one request of the smallest size, eight bytes: import \"\"",
            &["count-bounds", "string-empty"],
            module(version).request(""),
        ),
        accept(
            "two",
            "two requests",
            &["entries-kept", "count-bounds"],
            module(version).requests(&["./a.js", "./b.js"]),
        ),
        from_review(
            accept(
                "unsorted",
                "eight requests in the order of the source, which is not the order of their names",
                &["entries-kept", "writer-order", "writer-source-order"],
                module(version).requests(&shuffled),
            ),
            "entries were written in the order of a hash map: one source, many files",
        ),
        accept(
            "count-513",
            "513 requests: the count has two bytes, 01 and 02",
            &["u32", "count-bounds", "entries-kept"],
            many(513),
        ),
        accept(
            "object-keys",
            "specifiers that are special as keys of a JavaScript object",
            &["entries-kept", "string-verbatim"],
            module(version).requests(&["__proto__", "constructor", "toString", "hasOwnProperty", "1", "0", "length"]),
        ),
        accept(
            "every-number-zero",
            "a request whose specifier and attribute are empty",
            &["string-empty", "attribute-count"],
            module(version).request_with("", &[("", "")]),
        ),
    ]
}

fn flags(version: Version) -> Vec<Described> {
    let flag = |name, title, value| {
        let file = typical(version).layout().set_u32("requests[1].has_attributes", value);
        reject(name, title, &["has-attributes", "u32"], file, "bad-flag", at("requests[1].has_attributes"))
    };
    let set = |name, title, value| {
        let file = typical(version).layout().set_u32("requests[0].has_attributes", value);
        reject(name, title, &["has-attributes", "u32"], file, "bad-flag", at("requests[0].has_attributes"))
    };
    vec![
        flag("flag-2", "has_attributes is 2", 2),
        flag("flag-3", "has_attributes is 3: the lowest bit is set, and another", 3),
        flag("flag-255", "has_attributes is 255", 255),
        flag("flag-256", "has_attributes is 256: its low byte is 0, and no attributes follow", 256),
        set("flag-257", "has_attributes is 257: its low byte is 1, and attributes follow", 257),
        flag("flag-65536", "has_attributes is 65536: its low half is 0", 65_536),
        flag("flag-big-endian", "has_attributes is 1 in the wrong byte order, and no attributes follow", 0x0100_0000),
        set(
            "flag-big-endian-with-attributes",
            "has_attributes is 1 in the wrong byte order, and attributes follow",
            0x0100_0000,
        ),
        flag("flag-high-bit", "has_attributes is 2^31", 1 << 31),
        flag("flag-all-ones", "has_attributes is 2^32 - 1, which some languages call true", u32::MAX),
        set("flag-all-ones-with-attributes", "has_attributes is 2^32 - 1, and attributes follow", u32::MAX),
        from_review(
            reject(
                "attributes-behind-flag-0",
                "has_attributes is 0, but attributes follow: attribute_count is where import_count belongs",
                &["attribute-count", "has-attributes"],
                module(version)
                    .request_with("./a.json", &[("type", "json")])
                    .layout()
                    .set_u32("requests[0].has_attributes", 0),
                "bad-type",
                at("requests[0].attributes[0].key.length"),
            ),
            "attributes were skipped on reading and dropped on writing",
        ),
        reject(
            "no-count-behind-flag-1",
            "has_attributes is 1, and no attribute_count follows: every number after it is read one too early",
            &beyond_metadata(version, &["attribute-count"]),
            without_padding(module(version).request("./a.js").layout(), "requests[0].specifier")
                .set_u32("requests[0].has_attributes", 1),
            "truncated",
            end_of_metadata(version),
        ),
        reject(
            "flag-before-attributes",
            "two faults: has_attributes is 2, and the attributes after it are not UTF-8; the flag is checked first",
            &["first-error", "has-attributes"],
            typical(version)
                .layout()
                .set_u32("requests[0].has_attributes", 2)
                .set_text("requests[0].attributes[0].key", b"\xFF")
                .padded()
                .with_header(),
            "bad-flag",
            at("requests[0].has_attributes"),
        ),
        reject(
            "first-of-two-faults",
            &format!(
                "two faults: a specifier that is not UTF-8, and the {} is cut after it; the specifier is checked first",
                whole(version)
            ),
            &["first-error", "string-utf8"],
            cut_at(
                typical(version).layout().set_text("requests[1].specifier", b"\xFF").padded(),
                at("import_count"),
                "requests[0].specifier",
            ),
            "bad-utf8",
            at("requests[1].specifier.bytes"),
        ),
        reject(
            "length-before-text",
            "two faults: a specifier longer than the file, and not UTF-8; the length is checked first",
            &["first-error", "string-bounds"],
            module(version)
                .request("./a.js")
                .layout()
                .set_text("requests[0].specifier", b"\xFF")
                .padded()
                .with_header()
                .set_u32("requests[0].specifier.length", 1000),
            "truncated",
            at("requests[0].specifier.length"),
        ),
        reject(
            "count-before-entries",
            "two faults: a count that is too large, and a first request that is not UTF-8; the count is checked first",
            &["first-error", "count-bounds"],
            typical(version)
                .layout()
                .set_text("requests[0].specifier", b"\xFF")
                .padded()
                .with_header()
                .set_u32("request_count", u32::MAX),
            "truncated",
            at("request_count"),
        ),
    ]
}

/// Returns cases with strings and numbers in a wrong layout: a zero byte or padding after a string, a length or a count
/// in the wrong byte order.
fn strings(version: Version) -> Vec<Described> {
    let one = || module(version).request("./a.js").layout();
    // In versions 2 and 3, zeros after the metadata count as padding. So a reader could accept a file in which every
    // field after the inserted zeros is 0. To prevent this, the request has attributes in these versions: its flag is
    // 1.
    let late = |name, title, zeros: &[u8]| {
        let clauses = &["string", "layout"];
        if version.has_bytecode_offset() {
            let file = module(version).request_with("./a.js", &[("type", "json")]).layout();
            let file = file.insert_after("requests[0].specifier", zeros).padded().with_header();
            return reject(name, title, clauses, file, "bad-flag", after("requests[0].specifier"));
        }
        let file = one().insert_after("requests[0].specifier", zeros);
        reject(name, title, clauses, file, "trailing-bytes", inside("bytecode_size", 4 - zeros.len()))
    };
    vec![
        late(
            "string-with-terminator",
            "a zero byte after a specifier, which its length does not count: every field after it is one byte late",
            &[0],
        ),
        late("string-padded", "two zero bytes after a specifier of six, which would align the next field", &[0; 2]),
        reject(
            "string-length-big-endian",
            "the length of a specifier in the wrong byte order",
            &["u32", "string-bounds"],
            one().set_u32("requests[0].specifier.length", 0x0600_0000),
            "truncated",
            at("requests[0].specifier.length"),
        ),
        reject(
            "count-big-endian",
            "request_count in the wrong byte order",
            &["u32", "count-bounds"],
            one().set_u32("request_count", 0x0100_0000),
            "truncated",
            at("request_count"),
        ),
    ]
}
