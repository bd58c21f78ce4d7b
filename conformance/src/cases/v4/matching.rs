//! Matching: the producer and the source that a matcher is given, and what of them a file must have.

use super::module::{Module, module, source};
use super::{matching, typical};
use crate::case::{Given, GivenSource, Word};
use crate::cases::Described;
use crate::cases::builder::{At, at};
use bmes::Digest;
use bmes::v4::Source;

pub(super) fn cases() -> Vec<Described> {
    [producers(), sources(), words(), order()].concat()
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

fn producers() -> Vec<Described> {
    let own = typical().producer;
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
    vec![
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
