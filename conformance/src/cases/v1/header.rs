//! Cases for the header. An identifier reads only the header, so it accepts a file with wrong bytes after it.

use bmes::Version::V1;

use crate::cases::builder::module;
use crate::cases::shared::{identification, typical};
use crate::cases::{Described, accept, at, from_review, reject};

pub(super) fn cases() -> Vec<Described> {
    [whole(), identification::cases(V1), after_the_header()].concat()
}

fn whole() -> Vec<Described> {
    vec![
        accept(
            "smallest-file",
            "the smallest file: nothing requested, imported or exported, no bytecode",
            &["layout", "header-bounds", "magic", "version", "u32-bounds"],
            module(V1),
        ),
        accept(
            "every-kind-of-entry",
            "a module with a request of each kind, an import and an export of each type, a star export and bytecode",
            &["layout", "entries-kept", "fields-verbatim", "magic", "version"],
            typical(V1),
        ),
    ]
}

fn after_the_header() -> Vec<Described> {
    const ALONE: &[&str] = &["identify-alone", "header-bounds", "magic", "version", "all-or-nothing"];
    let header = || module(V1).layout().truncated_at(at("request_count"));
    let not_a_promise = "\"validated\" meant magic and version, so that every cut or flipped file was valid";
    vec![
        from_review(
            reject(
                "header-alone",
                "eight bytes: magic and version, and nothing else",
                ALONE,
                header(),
                "truncated",
                at("request_count"),
            ),
            not_a_promise,
        ),
        from_review(
            reject(
                "header-and-noise",
                "magic and version, and a hundred bytes FF",
                ALONE,
                header().append(&[0xFF; 100]),
                "truncated",
                at("request_count"),
            ),
            not_a_promise,
        ),
        reject(
            "header-and-text",
            "magic and version, and JavaScript source",
            ALONE,
            header().append(b"export default 1;\n"),
            "truncated",
            at("request_count"),
        ),
        reject(
            "gap-after-version",
            "four zero bytes between version and request_count, so that every field is four bytes late",
            &["layout", "end"],
            module(V1).layout().insert_before("request_count", &[0; 4]),
            "trailing-bytes",
            at("bytecode_size"),
        ),
    ]
}
