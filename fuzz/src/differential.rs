//! Any bytes: the reference and the oracle, which share no code that reads, give the same verdicts.

use conformance::generate::files::reaches_bytecode;
use conformance::verdicts::{self, Verdicts};

/// Asks both decoders about `file`: verdict, class, offset and record.
pub fn property(file: &[u8]) -> bool {
    agree(file);
    reaches_bytecode(bmes::validate(file).err())
}

/// Panics where the decoders differ; otherwise what both say.
pub(crate) fn agree(file: &[u8]) -> Verdicts {
    let verdicts = verdicts::ask(file).unwrap_or_else(|difference| panic!("{difference}"));
    // Of several broken rules any may be answered; these two go by one order.
    let oracle = bmes_oracle::check(file).map_err(|rejection| {
        (rejection.class, rejection.offset, format!("v{}-{}", rejection.version, rejection.clause))
    });
    let reference = verdicts
        .check
        .map_err(|error| (error.class(), error.offset(), error.clause().map_or_else(String::new, |it| it.to_string())));
    assert_eq!(reference, oracle, "check");
    verdicts
}
