//! The property `differential`: for any bytes, both decoders return the same verdicts. The decoders are the codec (the
//! reference) and the oracle, a second implementation. They share no code that reads files.

use conformance::generate::files::reaches_bytecode;
use conformance::verdicts::{self, Verdicts};

/// Runs both decoders on `file` and compares verdict, class, offset and record.
pub fn property(file: &[u8]) -> bool {
    agree(file);
    reaches_bytecode(bmes::validate(file).err())
}

/// Returns the verdicts of both decoders. Panics if they differ.
pub(crate) fn agree(file: &[u8]) -> Verdicts {
    let verdicts = verdicts::ask(file, None).unwrap_or_else(|difference| panic!("{difference}"));
    // If a record breaks several rules, the specification lets a decoder report any of them. The reference and the
    // oracle check the rules in the same order, so they must report the same one.
    let oracle = if verdicts.identify == Ok(4) { bmes_oracle::v4::check(file) } else { bmes_oracle::check(file) };
    let oracle = oracle.map_err(|rejection| {
        (rejection.class, rejection.offset, format!("v{}-{}", rejection.version, rejection.clause))
    });
    let reference = verdicts
        .check
        .map_err(|error| (error.class(), error.offset(), error.clause().map_or_else(String::new, |it| it.to_string())));
    assert_eq!(reference, oracle, "check: the reference (left) and the oracle (right) return different results");
    verdicts
}
