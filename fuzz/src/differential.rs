//! Any bytes: the reference and the second decoder, which share no code that reads, say the same of them.

use conformance::generate::files::reaches_bytecode;
use conformance::{oracle, plain};

/// Asks both decoders about `file`: verdict, class, offset and record.
pub fn property(file: &[u8]) -> bool {
    agree(file);
    reaches_bytecode(bmes::validate(file).err())
}

/// Panics where the decoders differ; otherwise what both say.
pub(crate) fn agree(file: &[u8]) -> oracle::Verdicts {
    let verdicts = oracle::ask(file).unwrap_or_else(|difference| panic!("{difference}"));
    // Of several broken rules any may be answered; these two go by one order.
    let plain = plain::check(file).map_err(|rejection| (rejection.class, rejection.offset, rejection.anchor()));
    let reference = verdicts.check.map_err(|fault| (fault.class, fault.offset, fault.clause.to_string()));
    assert_eq!(reference, plain, "check");
    verdicts
}
