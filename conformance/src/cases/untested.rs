//! The sides of clauses that no file of the corpus can show, each with the reason.

/// Which cases a clause cannot have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// None that is accepted.
    Accepting,
    /// None that is rejected.
    Rejecting,
    /// None at all.
    Both,
}

/// A clause that files cannot test, or not from both sides.
#[derive(Clone, Copy, Debug)]
pub struct Untested {
    /// The clause's name.
    pub clause: &'static str,
    /// The side that is missing.
    pub side: Side,
    /// Why.
    pub why: &'static str,
}

impl Untested {
    /// Whether no file tests the clause at all.
    pub fn is_whole(&self) -> bool {
        self.side == Side::Both
    }
}

const fn lacks(side: Side, clause: &'static str, why: &'static str) -> Untested {
    Untested { clause, side, why }
}

const REPORTED: &str = "It says what is reported of a file. No file breaks it; a wrong report fails the accepted ones.";
const WRITTEN: &str = "It says what is written for a record. No record breaks it; wrong bytes fail the accepted ones.";
const REJECTED: &str = "It is about files that are rejected.";
const LOADER: &str = "It binds a loader, and nobody who reads or writes files.";

/// Every clause with a side that is missing. Where the corpus has cases for it after all, a test fails.
pub const UNTESTED: &[Untested] = &[
    lacks(Side::Rejecting, "v1-string-verbatim", REPORTED),
    lacks(Side::Rejecting, "v1-string-empty", REPORTED),
    lacks(Side::Rejecting, "v1-identify-alone", REPORTED),
    lacks(Side::Rejecting, "v1-attributes-empty", REPORTED),
    lacks(Side::Rejecting, "v1-attributes-kept", REPORTED),
    lacks(Side::Rejecting, "v1-entries-kept", REPORTED),
    lacks(Side::Rejecting, "v1-private-names", REPORTED),
    lacks(Side::Rejecting, "v1-bytecode-place", REPORTED),
    lacks(Side::Rejecting, "v1-bytecode-empty", REPORTED),
    lacks(Side::Rejecting, "v1-bytecode-opaque", REPORTED),
    lacks(Side::Accepting, "v1-arithmetic", "A file on which a sum or a product wraps is one that is rejected."),
    lacks(Side::Accepting, "v1-identify-first", REJECTED),
    lacks(Side::Accepting, "v1-first-error", REJECTED),
    lacks(Side::Accepting, "v1-all-or-nothing", REJECTED),
    lacks(Side::Accepting, "v1-check-decode-first", REJECTED),
    lacks(
        Side::Rejecting,
        "v1-check-accepts",
        "It is about files that are accepted. What must be refused is the next clauses' matter.",
    ),
    lacks(Side::Accepting, "v1-memory", "A file whose numbers its bytes do not bear out is one that is rejected."),
    lacks(Side::Rejecting, "v1-writer-order", WRITTEN),
    lacks(Side::Rejecting, "v1-writer-flag", WRITTEN),
    lacks(Side::Rejecting, "v1-writer-attributes", WRITTEN),
    lacks(Side::Rejecting, "v1-writer-namespace", WRITTEN),
    lacks(Side::Rejecting, "v1-writer-bytecode", WRITTEN),
    lacks(
        Side::Rejecting,
        "v1-writer-accepts",
        "It is about records that are written. What must be refused is the next clauses' matter.",
    ),
    lacks(
        Side::Both,
        "v1-writer-source-order",
        "It binds whoever makes a record from source text; the suite gives records.",
    ),
    lacks(Side::Accepting, "v1-writer-no-repair", "It is about records that are refused."),
    lacks(
        Side::Both,
        "v1-writer-utf8",
        "Strict JSON cannot carry a lone surrogate, so the protocol cannot ask. In Rust no string holds one; the testees in Python and JavaScript test it.",
    ),
    lacks(
        Side::Both,
        "v1-writer-type",
        "The protocol's records have defined types and versions only. In Rust nothing else can be written.",
    ),
    lacks(
        Side::Both,
        "v1-writer-too-large",
        "It would take a record of 4 GiB. The codec's own tests ask for the length of one.",
    ),
    lacks(
        Side::Rejecting,
        "v1-limit-accept",
        "No file of that size that keeps to the document is rejected. The files here end at 1 MiB, which a line of the protocol holds; the codec's own tests have 16 MiB.",
    ),
    lacks(Side::Both, "v1-bytecode-trust", LOADER),
    lacks(Side::Both, "v1-check-before-link", LOADER),
    lacks(Side::Both, "v1-bytecode-aligned", LOADER),
];
