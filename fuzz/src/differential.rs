//! The property `differential`: for any bytes, both decoders return the same verdicts. The decoders are the codec (the
//! reference) and the oracle, a second implementation. They share no code that reads files.

use bmes::Error;
use bmes_oracle::Rejection;
use conformance::verdicts::{self, Verdicts};

use crate::files;
use crate::v4::matchers;

/// Runs both decoders on `file` and compares verdict, class, offset and record.
pub fn property(file: &[u8]) -> bool {
    agree(file);
    files::reaches_bytecode(file)
}

/// Returns the verdicts of both decoders. Panics if they differ.
pub(crate) fn agree(file: &[u8]) -> Verdicts {
    let verdicts = verdicts::ask(file, None).unwrap_or_else(|difference| panic!("{difference}"));
    // If a record breaks several rules, the specification lets a decoder report any of them. The reference and the
    // oracle check the rules in the same order, so they must report the same one.
    let oracle = if verdicts.identify == Ok(4) { bmes_oracle::v4::check(file) } else { bmes_oracle::check(file) };
    same_result("check", verdicts.check, oracle);
    if verdicts.identify == Ok(4) {
        matchers::agree(file);
    }
    verdicts
}

/// Asserts that the codec and the oracle both accept, or both reject with the same class, offset and clause.
pub(crate) fn same_result<T, U>(operation: &str, reference: Result<T, Error>, oracle: Result<U, Rejection>) {
    let clause = |error: Error| error.clause().map_or_else(String::new, |it| it.to_string());
    let reference = reference.map(drop).map_err(|error| (error.class(), error.offset(), clause(error)));
    let oracle = oracle.map(drop).map_err(|rejection| {
        (rejection.class, rejection.offset, format!("v{}-{}", rejection.version, rejection.clause))
    });
    assert_eq!(reference, oracle, "{operation}: the reference (left) and the oracle (right) return different results");
}
