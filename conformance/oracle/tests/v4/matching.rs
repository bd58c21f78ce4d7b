//! Matching: section 7 of the specification.

use bmes_oracle::v4::{KnownSource, encode, match_file};

use crate::support::{every_kind, every_kind_file, rejection};

#[test]
fn a_matcher_compares_the_producer_first_and_then_the_source() {
    let file = every_kind_file();
    let verdict = |producer, source| match_file(&file, &[producer; 32], source).map_err(|error| error.to_string());
    let source = |size, byte| KnownSource::Source { size, sha256: [byte; 32] };
    assert_eq!(verdict(1, source(5, 2)), Ok(()));
    assert_eq!(verdict(1, KnownSource::EmbeddedText), Ok(()));
    assert_eq!(verdict(1, KnownSource::Trusted), Ok(()));
    let rejected = |text: &str| Err(text.into());
    assert_eq!(verdict(0, KnownSource::Nothing), rejected("other-producer at byte 32 (v4-match-producer)"));
    assert_eq!(verdict(1, source(6, 0)), rejected("stale-source at byte 20 (v4-match-size)"));
    assert_eq!(verdict(1, source(5 + (1 << 32), 2)), rejected("stale-source at byte 20 (v4-match-size)"));
    assert_eq!(verdict(1, source(5, 3)), rejected("stale-source at byte 64 (v4-match-digest)"));
    assert_eq!(verdict(1, KnownSource::Nothing), rejected("stale-source at byte 64 (v4-match-nothing)"));
}

#[test]
fn a_matcher_rejects_a_file_without_text_for_the_embedded_text() {
    let file = encode(&every_kind(), b"", b"code").unwrap();
    let expected = Err(rejection("stale-source", 24, "match-text"));
    assert_eq!(match_file(&file, &[1; 32], KnownSource::EmbeddedText), expected);
}
