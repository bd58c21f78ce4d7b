//! Weakenings that no file can tell from a right implementation, each with the proof.

/// Of a count that has to be compared with the bytes left.
const FIRST_COUNT: &str = "`request_count` is at byte 16 and `bytecode_offset` a multiple of 8, so that the bytes left behind the count are four more than a multiple of 8: \
    no number of entries of 8 bytes takes just as many, or one more.";

/// The weakening's id, and why nothing can notice it.
pub const EQUIVALENT: &[(&str, &str)] =
    &[("v3/reader/count-tight/request_count", FIRST_COUNT), ("v3/reader/count-slack/request_count", FIRST_COUNT)];
