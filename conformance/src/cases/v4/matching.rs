//! Matching: the producer and the source that a matcher is given, and what of them a file must have.

use super::module::{Module, module, source};
use super::{described, matching, typical};
use crate::case::{Expect, Given, GivenSource, Word};
use crate::cases::builder::{At, at};
use crate::cases::{Described, error};
use bmes::Digest;
use bmes::v4::Source;

pub(super) fn cases() -> Vec<Described> {
    [producers(), sources(), words(), damaged(), order()].concat()
}

fn given(source: Option<GivenSource>) -> Given {
    Given { source, ..typical().given() }
}

fn of_source(source: Source) -> Given {
    given(Some(GivenSource::Source(source)))
}

const TRUSTED: Option<GivenSource> = Some(GivenSource::Word(Word::Trusted));
const EMBEDDED_TEXT: Option<GivenSource> = Some(GivenSource::Word(Word::EmbeddedText));

/// Returns the digest with one bit of byte `byte` inverted.
fn changed(Digest(mut bytes): Digest, byte: usize, bit: u8) -> Digest {
    bytes[byte] ^= 1 << bit;
    Digest(bytes)
}

fn reversed(Digest(mut bytes): Digest) -> Digest {
    bytes.reverse();
    Digest(bytes)
}

fn producers() -> Vec<Described> {
    let own = typical().producer;
    let of_file = |name: &str, title: &str, file: Digest, producer: Digest| {
        let module = Module { producer: file, ..typical() };
        let given = Given { producer, ..module.given() };
        let clauses = &["match-producer", "match-all-bytes"];
        matching(name, title, clauses, &module, given, Some(("other-producer", at("producer"))))
    };
    let mut with_zero = own;
    with_zero.0[7] = 0;
    let case = |name: &str, title: &str, producer: Digest| {
        let given = Given { producer, ..typical().given() };
        matching(
            name,
            title,
            &["match-producer", "match-all-bytes"],
            &typical(),
            given,
            Some(("other-producer", at("producer"))),
        )
    };
    vec![
        case("producer-first-byte", "a producer that differs in its first byte", changed(own, 0, 0)),
        case("producer-byte-8", "a producer that differs after its first 8 bytes", changed(own, 8, 3)),
        case("producer-byte-16", "a producer that differs after its first 16 bytes", changed(own, 16, 7)),
        case("producer-last-byte", "a producer that differs in the last bit of its last byte", changed(own, 31, 7)),
        case("producer-reversed", "the bytes of the producer in the reverse order", reversed(own)),
        of_file("producer-in-file-is-zeros", "the file has a producer of zeros", Digest([0; 32]), own),
        of_file(
            "producer-after-zero",
            "a producer that differs after a byte of zero",
            with_zero,
            changed(with_zero, 8, 0),
        ),
        case("producer-zeros", "a producer of zeros", Digest([0; 32])),
        case("producer-is-source-digest", "the digest of the source in place of the producer", typical().source.sha256),
    ]
}

fn sources() -> Vec<Described> {
    let own = typical().source;
    let size = |name: &str, title: &str, size: u64| {
        let given = of_source(Source { size, ..own });
        matching(name, title, &["match-size"], &typical(), given, Some(("stale-source", at("source_size"))))
    };
    let digest = |name: &str, title: &str, sha256: Digest| {
        let given = of_source(Source { sha256, ..own });
        matching(
            name,
            title,
            &["match-digest", "match-all-bytes"],
            &typical(),
            given,
            Some(("stale-source", at("source_digest"))),
        )
    };
    let empty = Module { source: source(b""), ..module() };
    let of_module = |name: &str, title: &str, clause: &str, module: &Module, given: Source, place: &'static str| {
        let given = Given { source: Some(GivenSource::Source(given)), ..module.given() };
        matching(name, title, &[clause, "match-all-bytes"], module, given, Some(("stale-source", at(place))))
    };
    let with_source = |size: u64, sha256: Digest| Module { source: Source { size, sha256 }, ..module() };
    let with_zero = |mut digest: Digest| {
        digest.0[7] = 0;
        digest
    };
    vec![
        of_module(
            "digest-of-empty-source",
            "an empty source with another digest",
            "match-digest",
            &empty,
            Source { size: 0, sha256: own.sha256 },
            "source_digest",
        ),
        of_module(
            "digest-in-file-is-zeros",
            "the file has zeros in place of the digest of the source",
            "match-digest",
            &with_source(own.size, Digest([0; 32])),
            own,
            "source_digest",
        ),
        of_module(
            "digest-after-zero",
            "a digest that differs after a byte of zero",
            "match-digest",
            &with_source(own.size, with_zero(own.sha256)),
            Source { sha256: changed(with_zero(own.sha256), 8, 0), ..own },
            "source_digest",
        ),
        of_module(
            "digest-reversed",
            "the bytes of the digest in the reverse order",
            "match-digest",
            &typical(),
            Source { sha256: reversed(own.sha256), ..own },
            "source_digest",
        ),
        of_module(
            "source-of-4-gib",
            "a source of 4294967296 bytes, and a source_size of 4294967295",
            "match-size",
            &with_source(0xFFFF_FFFF, own.sha256),
            Source { size: 1 << 32, ..own },
            "source_size",
        ),
        of_module(
            "source-of-16-mib-and-one",
            "a source of 16777217 bytes, and a source_size of 16777216",
            "match-size",
            &with_source(1 << 24, own.sha256),
            Source { size: (1 << 24) + 1, ..own },
            "source_size",
        ),
        of_module(
            "source-of-64-kib-more",
            "a source that is 65536 bytes longer",
            "match-size",
            &typical(),
            Source { size: own.size + (1 << 16), ..own },
            "source_size",
        ),
        size("source-one-byte-more", "a source that is one byte longer", own.size + 1),
        size("source-one-byte-less", "a source that is one byte shorter", own.size - 1),
        size("source-empty", "a source of 0 bytes", 0),
        size("source-of-4-gib-more", "a source that is 4294967296 bytes longer", own.size + (1 << 32)),
        size("source-of-2-53", "a source of 2^53 - 1 bytes", (1 << 53) - 1),
        digest("digest-first-byte", "a source whose digest differs in its first byte", changed(own.sha256, 0, 7)),
        digest("digest-byte-15", "a source whose digest differs in byte 15", changed(own.sha256, 15, 0)),
        digest("digest-last-byte", "a source whose digest differs in the last bit", changed(own.sha256, 31, 7)),
        digest("digest-is-producer", "the producer in place of the digest of the source", typical().producer),
        matching(
            "source-empty-equal",
            "an empty source, of which the file was made",
            &["match-size", "match-digest"],
            &empty,
            empty.given(),
            None,
        ),
        matching(
            "source-equal",
            "the source of which the file was made",
            &[
                "match-producer",
                "match-size",
                "match-digest",
                "match-all-bytes",
                "match-accepts",
                "match-order",
                "match-open-first",
            ],
            &typical(),
            typical().given(),
            None,
        ),
    ]
}

fn words() -> Vec<Described> {
    vec![
        matching(
            "embedded-text",
            "the embedded text stands for the source",
            &["match-text", "match-nothing"],
            &typical(),
            given(EMBEDDED_TEXT),
            None,
        ),
        matching(
            "embedded-text-missing",
            "the embedded text stands for the source, and there is none",
            &["match-text"],
            &module(),
            given(EMBEDDED_TEXT),
            Some(("stale-source", at("text_size"))),
        ),
        matching(
            "embedded-text-missing-with-bytecode",
            "the embedded text stands for the source, and there is only bytecode",
            &["match-text"],
            &module().bytecode(b"code"),
            given(EMBEDDED_TEXT),
            Some(("stale-source", at("text_size"))),
        ),
        matching(
            "embedded-text-with-checksum-0",
            "the embedded text stands for the source, and its CRC-32 is 0",
            &["match-text"],
            &module().text(&[0x9D, 0x0A, 0xD9, 0x6D]),
            given(EMBEDDED_TEXT),
            None,
        ),
        matching(
            "embedded-text-of-empty-source",
            "the embedded text stands for the source, which is empty, and there is no text",
            &["match-text"],
            &Module { source: source(b""), ..module() },
            given(EMBEDDED_TEXT),
            Some(("stale-source", at("text_size"))),
        ),
        matching(
            "embedded-text-of-one-byte",
            "the embedded text stands for the source, and has one byte",
            &["match-text"],
            &module().text(b";"),
            given(EMBEDDED_TEXT),
            None,
        ),
        matching(
            "trusted",
            "the caller trusts the file",
            &["match-nothing", "match-text"],
            &typical(),
            given(TRUSTED),
            None,
        ),
        matching(
            "trusted-without-text",
            "the caller trusts a file without text",
            &["match-nothing", "match-text"],
            &module(),
            given(TRUSTED),
            None,
        ),
        matching(
            "nothing",
            "the caller knows nothing of the source",
            &["match-nothing"],
            &typical(),
            given(None),
            Some(("stale-source", at("source_digest"))),
        ),
        matching(
            "nothing-of-empty-source",
            "the caller knows nothing of the source, and the file was made of an empty one",
            &["match-nothing"],
            &Module { source: source(b""), ..module() },
            given(None),
            Some(("stale-source", at("source_digest"))),
        ),
    ]
}

/// Returns files that an opener rejects, for callers that compare no source.
fn damaged() -> Vec<Described> {
    let mut cases = Vec::new();
    for (caller, source) in [("trusted", TRUSTED), ("embedded-text", EMBEDDED_TEXT), ("nothing", None)] {
        let flags = typical().layout().u32("flags") | 16;
        for (name, file, class, field) in [
            ("damaged-header", typical().layout().set_u32("source_size", 12), "bad-checksum", "header_crc"),
            ("unknown-flag", typical().layout().set_u32("flags", flags).header_sealed(), "bad-flag", "flags"),
            ("byte-missing", typical().layout().cut_last_byte(), "truncated", "bytecode_size"),
        ] {
            let expect =
                Expect { match_file: Some(error(&[class], Some(at(field).offset(&file)))), ..Expect::default() };
            let title = format!("the matcher is given {caller}, and an opener rejects the file with {class}");
            let clauses = &["match-open-first"];
            cases.push(described(&format!("{caller}-{name}"), &title, clauses, expect, &file, given(source)));
        }
    }
    cases
}

fn order() -> Vec<Described> {
    let other = Digest([7; 32]);
    let own = typical().source;
    let case = |name: &str, title: &str, module: &Module, given: Given, class: &str, place: At<'_>| {
        matching(
            name,
            title,
            &["match-order", "match-producer", "match-size", "match-digest"],
            module,
            given,
            Some((class, place)),
        )
    };
    let of_other = |source| Given { producer: other, source };
    vec![
        case(
            "producer-before-size",
            "two faults: the producer, and the size of the source",
            &typical(),
            of_other(Some(GivenSource::Source(Source { size: 0, ..own }))),
            "other-producer",
            at("producer"),
        ),
        case(
            "producer-before-digest",
            "two faults: the producer, and the digest of the source",
            &typical(),
            of_other(Some(GivenSource::Source(Source { sha256: other, ..own }))),
            "other-producer",
            at("producer"),
        ),
        case(
            "producer-before-nothing",
            "two faults: the producer, and nothing that is known of the source",
            &typical(),
            of_other(None),
            "other-producer",
            at("producer"),
        ),
        case(
            "producer-before-embedded-text",
            "two faults: the producer, and a text that is missing",
            &module(),
            of_other(EMBEDDED_TEXT),
            "other-producer",
            at("producer"),
        ),
        case(
            "producer-before-trusted",
            "another producer, and a caller that trusts the file",
            &typical(),
            of_other(TRUSTED),
            "other-producer",
            at("producer"),
        ),
        case(
            "size-before-digest",
            "two faults: the size and the digest of the source",
            &typical(),
            of_source(Source { size: 0, sha256: other }),
            "stale-source",
            at("source_size"),
        ),
    ]
}
