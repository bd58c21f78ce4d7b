//! The clauses that the corpus cannot test completely, each with the reason. A clause has two sides: accepted cases and
//! rejected cases.

/// The side of a clause for which the corpus cannot have cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The clause cannot have accepted cases.
    Accepting,
    /// The clause cannot have rejected cases.
    Rejecting,
    /// The clause can have neither accepted nor rejected cases.
    Both,
}

/// A clause that files cannot test with accepted cases, with rejected cases, or with both.
#[derive(Clone, Copy, Debug)]
pub struct Untested {
    /// The clause's name.
    pub clause: &'static str,
    /// The side that is missing.
    pub side: Side,
    /// The reason why the side is missing.
    pub why: &'static str,
}

impl Untested {
    /// Returns true if both sides are missing: no accepted case and no rejected case tests the clause.
    pub fn is_whole(&self) -> bool {
        self.side == Side::Both
    }
}

const fn lacks(side: Side, clause: &'static str, why: &'static str) -> Untested {
    Untested { clause, side, why }
}

/// Makes the list of the clauses of the versions from a table. A row has the versions that have the clause, the missing side, the
/// clause's name without version, and the reason.
macro_rules! untested {
    ($([$($version:literal)*] $side:ident $clause:literal $why:expr;)*) => {
        &[$($(lacks(Side::$side, concat!("v", $version, "-", $clause), $why),)*)*]
    };
}

const REPORTED: &str =
    "It defines what is reported for a file. No file can break it; a wrong report fails accepted cases.";
const WRITTEN: &str =
    "It defines what is written for a record. No record can break it; wrong bytes fail accepted cases.";
const REJECTED: &str = "It is about files that are rejected.";
const ACCEPTED: &str = "It is about files that are accepted. The next clauses say which files are rejected.";
const LOADER: &str = "It binds a loader, not a program that only reads or writes files.";
const VALIDATOR: &str =
    "No operation of the protocol only validates. The codec's own tests validate every file of the corpus.";
const DIGEST: &str =
    "It binds a program that computes digests; a file has only the result. The codec's own tests compute the examples.";
const MAKER: &str = "It binds a program that makes a record from source text; the suite supplies the records.";

const PACKS: &str = "It binds a program that makes, finds, checks or links packs; the protocol only opens them. The tests of bmes-pack cover it.";

/// Every clause with a missing side. A test fails if the corpus has a case for a side that is missing here.
pub fn untested() -> impl Iterator<Item = &'static Untested> {
    VERSIONS.iter().chain(OF_PACKS)
}

/// The clauses of packs.
const OF_PACKS: &[Untested] = &[
    lacks(Side::Both, "pack-reproducible", PACKS),
    lacks(Side::Both, "pack-content", PACKS),
    lacks(Side::Both, "pack-requests", PACKS),
    lacks(Side::Both, "pack-key", PACKS),
    lacks(Side::Both, "pack-name", PACKS),
    lacks(Side::Both, "pack-fits", PACKS),
    lacks(Side::Both, "pack-mode-hash", PACKS),
    lacks(Side::Both, "pack-mode-stat", PACKS),
    lacks(Side::Both, "pack-mode-none", PACKS),
    lacks(Side::Both, "pack-links", PACKS),
    lacks(Side::Both, "pack-stamps", PACKS),
    lacks(Side::Both, "pack-link-check", PACKS),
    lacks(Side::Rejecting, "pack-accept", ACCEPTED),
    lacks(Side::Accepting, "pack-memory", "A pack with a number that is too large for its bytes is rejected."),
];

/// The clauses of the versions.
const VERSIONS: &[Untested] = untested! {
    [1 2 3] Rejecting "string-verbatim" REPORTED;
    [1 2 3] Rejecting "string-empty" REPORTED;
    [1 2 3] Rejecting "identify-alone" REPORTED;
    [1 2 3] Rejecting "attributes-empty" REPORTED;
    [1 2 3] Rejecting "attributes-kept" REPORTED;
    [1 2 3] Rejecting "entries-kept" REPORTED;
    [1 2 3] Rejecting "private-names" REPORTED;
    [3] Rejecting "bits" REPORTED;
    [3] Rejecting "code-features" REPORTED;
    [2] Rejecting "padding-length" ACCEPTED;
    [1 2 3] Rejecting "bytecode-place" REPORTED;
    [1 2 3] Rejecting "bytecode-empty" REPORTED;
    [1 2 3] Rejecting "bytecode-opaque" REPORTED;
    [1 2 3] Accepting "arithmetic" "A file on which a sum or a product wraps is rejected.";
    [1 2 3] Accepting "identify-first" REJECTED;
    [1 2 3] Accepting "first-error" REJECTED;
    [1 2 3] Accepting "all-or-nothing" REJECTED;
    [2 3] Both "extract" "No operation of the protocol extracts. The codec's own tests run its extractor on every file of the corpus.";
    [1 2 3] Accepting "check-decode-first" REJECTED;
    [1 2 3] Rejecting "check-accepts" ACCEPTED;
    [1 2 3] Accepting "memory" "A file with a number that is too large for its bytes is rejected.";
    [1 2 3] Rejecting "writer-order" WRITTEN;
    [1 2 3] Rejecting "writer-flag" WRITTEN;
    [1 2 3] Rejecting "writer-attributes" WRITTEN;
    [1 2 3] Rejecting "writer-namespace" WRITTEN;
    [1 2 3] Rejecting "writer-bytecode" WRITTEN;
    [3] Rejecting "writer-engine-words" WRITTEN;
    [2 3] Rejecting "writer-padding" WRITTEN;
    [1 2 3] Rejecting "writer-accepts" "It is about records that are written. The next clauses say which records are rejected.";
    [1 2 3] Both "writer-source-order" MAKER;
    [3] Both "variable-order" "It binds a program that makes a record from an engine's variables; the suite supplies the records.";
    [1 2 3] Accepting "writer-no-repair" "It is about records that are rejected.";
    [1 2 3] Both "writer-utf8" "Strict JSON cannot carry a lone surrogate, so the protocol cannot send one. No Rust string can hold one; the testees in Python and JavaScript test it.";
    [1] Both "writer-type" "The protocol's records have only defined types and versions. In Rust, nothing else can be written.";
    [2 3] Both "writer-type" "The protocol's records have only defined types and versions, and exactly their version's fields. The codec's own tests write a record with the fields of another version.";
    [1 2 3] Both "writer-too-large" "It needs a record of 4 GiB. The codec's own tests compute the length of one.";
    [1 2 3] Rejecting "limit-accept" "No valid file of that size is rejected.";
    [4] Rejecting "report" REPORTED;
    [4] Rejecting "string-verbatim" REPORTED;
    [4] Rejecting "string-empty" REPORTED;
    [4] Rejecting "bytecode-place" REPORTED;
    [4] Rejecting "bytecode-empty" REPORTED;
    [4] Rejecting "bytecode-opaque" REPORTED;
    [4] Rejecting "engine-words" REPORTED;
    [4] Rejecting "decode-alone" "No file can break it. A reader that reads more rejects files that it must accept.";
    [4] Accepting "arithmetic" "A file on which a sum or a product wraps is rejected.";
    [4] Accepting "open-identify-first" REJECTED;
    [4] Accepting "open-order" REJECTED;
    [4] Accepting "decode-open-first" REJECTED;
    [4] Accepting "list-order" REJECTED;
    [4] Accepting "first-error" REJECTED;
    [4] Accepting "all-or-nothing" REJECTED;
    [4] Both "validate-order" VALIDATOR;
    [4] Accepting "check-decode-first" REJECTED;
    [4] Accepting "check-order" REJECTED;
    [4] Rejecting "check-accepts" ACCEPTED;
    [4] Rejecting "match-accepts" ACCEPTED;
    [4] Rejecting "writer-order" WRITTEN;
    [4] Rejecting "writer-header" WRITTEN;
    [4] Rejecting "writer-padding" WRITTEN;
    [4] Rejecting "writer-content" WRITTEN;
    [4] Rejecting "writer-engine-words" WRITTEN;
    [4] Both "writer-source-order" MAKER;
    [4] Rejecting "writer-accepts" "It is about records that are written. The next clauses say which records are rejected.";
    [4] Accepting "writer-no-repair" "It is about records that are rejected.";
    [4] Rejecting "limit-accept" "No valid file of that size is rejected.";
    [4] Both "source-digest" DIGEST;
    [4] Both "producer-input" DIGEST;
    [4] Both "producer-pairs" DIGEST;
    [4] Both "key-input" DIGEST;
    [4] Both "key-own" LOADER;
    [4] Both "signature-input" DIGEST;
    [4] Both "loader-order" LOADER;
    [4] Both "loader-buffer" LOADER;
    [4] Both "loader-version" LOADER;
    [4] Both "bytecode-aligned" LOADER;
    [1 2 3] Both "bytecode-trust" LOADER;
    [1 2 3] Both "check-before-link" LOADER;
    [1 2 3] Both "bytecode-aligned" LOADER;
};
