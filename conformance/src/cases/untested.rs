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

/// Makes the list [`UNTESTED`] from a table. A row has the pages that have the clause, the missing side, the clause's name
/// without the page, and the reason.
macro_rules! untested {
    ($([$($part:ident)*] $side:ident $clause:literal $why:expr;)*) => {
        &[$($(lacks(Side::$side, concat!(stringify!($part), "-", $clause), $why),)*)*]
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

const PACKS: &str = "It binds a program that makes, finds, checks or links packs. No operation of the protocol does this. \
    The tests of bmes-pack cover it.";

/// Every clause with a missing side. A test fails if the corpus has a case for a side that is missing here.
pub const UNTESTED: &[Untested] = untested! {
    [v1 v2 v3] Rejecting "string-verbatim" REPORTED;
    [v1 v2 v3] Rejecting "string-empty" REPORTED;
    [v1 v2 v3] Rejecting "identify-alone" REPORTED;
    [v1 v2 v3] Rejecting "attributes-empty" REPORTED;
    [v1 v2 v3] Rejecting "attributes-kept" REPORTED;
    [v1 v2 v3] Rejecting "entries-kept" REPORTED;
    [v1 v2 v3] Rejecting "private-names" REPORTED;
    [v3] Rejecting "bits" REPORTED;
    [v3] Rejecting "code-features" REPORTED;
    [v2] Rejecting "padding-length" ACCEPTED;
    [v1 v2 v3] Rejecting "bytecode-place" REPORTED;
    [v1 v2 v3] Rejecting "bytecode-empty" REPORTED;
    [v1 v2 v3] Rejecting "bytecode-opaque" REPORTED;
    [v1 v2 v3] Accepting "arithmetic" "A file on which a sum or a product wraps is rejected.";
    [v1 v2 v3] Accepting "identify-first" REJECTED;
    [v1 v2 v3] Accepting "first-error" REJECTED;
    [v1 v2 v3] Accepting "all-or-nothing" REJECTED;
    [v2 v3] Both "extract" "No operation of the protocol extracts. The codec's own tests run its extractor on every file of the corpus.";
    [v1 v2 v3] Accepting "check-decode-first" REJECTED;
    [v1 v2 v3] Rejecting "check-accepts" ACCEPTED;
    [v1 v2 v3] Accepting "memory" "A file with a number that is too large for its bytes is rejected.";
    [v1 v2 v3] Rejecting "writer-order" WRITTEN;
    [v1 v2 v3] Rejecting "writer-flag" WRITTEN;
    [v1 v2 v3] Rejecting "writer-attributes" WRITTEN;
    [v1 v2 v3] Rejecting "writer-namespace" WRITTEN;
    [v1 v2 v3] Rejecting "writer-bytecode" WRITTEN;
    [v3] Rejecting "writer-engine-words" WRITTEN;
    [v2 v3] Rejecting "writer-padding" WRITTEN;
    [v1 v2 v3] Rejecting "writer-accepts" "It is about records that are written. The next clauses say which records are rejected.";
    [v1 v2 v3] Both "writer-source-order" MAKER;
    [v3] Both "variable-order" "It binds a program that makes a record from an engine's variables; the suite supplies the records.";
    [v1 v2 v3] Accepting "writer-no-repair" "It is about records that are rejected.";
    [v1 v2 v3] Both "writer-utf8" "Strict JSON cannot carry a lone surrogate, so the protocol cannot send one. No Rust string can hold one; the testees in Python and JavaScript test it.";
    [v1] Both "writer-type" "The protocol's records have only defined types and versions. In Rust, nothing else can be written.";
    [v2 v3] Both "writer-type" "The protocol's records have only defined types and versions, and exactly their version's fields. The codec's own tests write a record with the fields of another version.";
    [v1 v2 v3] Both "writer-too-large" "It needs a record of 4 GiB. The codec's own tests compute the length of one.";
    [v1 v2 v3] Rejecting "limit-accept" "No valid file of that size is rejected.";
    [v4] Rejecting "report" REPORTED;
    [v4] Rejecting "string-verbatim" REPORTED;
    [v4] Rejecting "string-empty" REPORTED;
    [v4] Rejecting "bytecode-place" REPORTED;
    [v4] Rejecting "bytecode-empty" REPORTED;
    [v4] Rejecting "bytecode-opaque" REPORTED;
    [v4] Rejecting "engine-words" REPORTED;
    [v4] Rejecting "decode-alone" "No file can break it. A reader that reads more rejects files that it must accept.";
    [v4] Accepting "arithmetic" "A file on which a sum or a product wraps is rejected.";
    [v4] Accepting "open-identify-first" REJECTED;
    [v4] Accepting "open-order" REJECTED;
    [v4] Accepting "decode-open-first" REJECTED;
    [v4] Accepting "list-order" REJECTED;
    [v4] Accepting "first-error" REJECTED;
    [v4] Accepting "all-or-nothing" REJECTED;
    [v4] Both "validate-order" VALIDATOR;
    [v4] Accepting "check-decode-first" REJECTED;
    [v4] Accepting "check-order" REJECTED;
    [v4] Rejecting "check-accepts" ACCEPTED;
    [v4] Rejecting "match-accepts" ACCEPTED;
    [v4] Rejecting "writer-order" WRITTEN;
    [v4] Rejecting "writer-header" WRITTEN;
    [v4] Rejecting "writer-padding" WRITTEN;
    [v4] Rejecting "writer-content" WRITTEN;
    [v4] Rejecting "writer-engine-words" WRITTEN;
    [v4] Both "writer-source-order" MAKER;
    [v4] Rejecting "writer-accepts" "It is about records that are written. The next clauses say which records are rejected.";
    [v4] Accepting "writer-no-repair" "It is about records that are rejected.";
    [v4] Rejecting "limit-accept" "No valid file of that size is rejected.";
    [v4] Both "source-digest" DIGEST;
    [v4] Both "producer-input" DIGEST;
    [v4] Both "producer-pairs" DIGEST;
    [v4] Both "key-input" DIGEST;
    [v4] Both "key-own" LOADER;
    [v4] Both "signature-input" DIGEST;
    [v4] Both "loader-order" LOADER;
    [v4] Both "loader-buffer" LOADER;
    [v4] Both "loader-version" LOADER;
    [v4] Both "bytecode-aligned" LOADER;
    [v1 v2 v3] Both "bytecode-trust" LOADER;
    [v1 v2 v3] Both "check-before-link" LOADER;
    [v1 v2 v3] Both "bytecode-aligned" LOADER;
    [pack] Both "reproducible" PACKS;
    [pack] Both "content" PACKS;
    [pack] Both "requests" PACKS;
    [pack] Both "key" PACKS;
    [pack] Both "name" PACKS;
    [pack] Both "fits" PACKS;
    [pack] Both "mode-hash" PACKS;
    [pack] Both "mode-stat" PACKS;
    [pack] Both "mode-none" PACKS;
    [pack] Both "links" PACKS;
    [pack] Both "stamps" PACKS;
    [pack] Both "link-check" PACKS;
    [pack] Rejecting "accept" ACCEPTED;
    [pack] Accepting "memory" "A pack with a number that is too large for its bytes is rejected.";
};
