//! The verdicts on a file that has no written expectations, such as a derived file: the results on which the reference
//! and the oracle agree.
//!
//! If the two disagree, one of them or the specification is wrong. This is a defect of the suite, which [`ask`]
//! reports as an error.

use bmes::{Error, Module};
use bmes_oracle::Rejection;

use crate::case::{Decoded, Given, GivenSource, Place, Record, Word};
use crate::derive::Change;
use crate::testee::reference;

/// The results of every operation that reads a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// The result of `identify`.
    pub identify: Result<u32, Error>,
    /// The result of `decode`.
    pub decode: Result<Decoded, Error>,
    /// The result of `check`.
    pub check: Result<(), Error>,
    /// The result of `match`, if the case has something to compare the file with.
    pub match_file: Option<Result<(), Error>>,
}

impl Verdicts {
    /// Returns the error of `decode`, or else of `check`.
    pub fn error(&self) -> Option<Error> {
        self.decode.as_ref().err().or(self.check.as_ref().err()).copied()
    }
}

impl From<Module<'_>> for Decoded {
    fn from(module: Module<'_>) -> Self {
        let bytecode = Place { offset: module.bytecode_offset, length: module.bytecode.len() };
        Self { record: module.record.into(), text: None, bytecode }
    }
}

impl From<bmes::v4::Module> for Decoded {
    fn from(module: bmes::v4::Module) -> Self {
        let text = (!module.text.is_empty()).then(|| module.text.into());
        Self { record: Record::V4(module.record), text, bytecode: module.bytecode.into() }
    }
}

impl From<bmes_oracle::Decoded> for Decoded {
    fn from(decoded: bmes_oracle::Decoded) -> Self {
        Self { record: decoded.record.into(), text: None, bytecode: decoded.bytecode.into() }
    }
}

impl From<bmes_oracle::v4::Decoded> for Decoded {
    fn from(decoded: bmes_oracle::v4::Decoded) -> Self {
        let text = (!decoded.text.is_empty()).then(|| decoded.text.into());
        Self { record: Record::V4(decoded.record), text, bytecode: decoded.bytecode.into() }
    }
}

/// Returns the verdicts of both decoders on `file`, or a sentence that says where they disagree. `given` is what the
/// matchers compare a file of version 4 with.
pub fn ask(file: &[u8], given: Option<&Given>) -> Result<Verdicts, String> {
    let verdicts = reference(file, given);
    agree("identify", &verdicts.identify, &bmes_oracle::identify(file))?;
    if verdicts.identify == Ok(4) {
        agree("decode", &verdicts.decode, &bmes_oracle::v4::decode(file).map(Decoded::from))?;
        agree("check", &verdicts.check, &bmes_oracle::v4::check(file))?;
        if let (Some(given), Some(matched)) = (given, &verdicts.match_file) {
            agree("match", matched, &oracle_match(file, given))?;
        }
        return Ok(verdicts);
    }
    let oracle = bmes_oracle::decode(file).map(Decoded::from);
    agree("decode", &verdicts.decode, &oracle)?;
    // For `check`, only acceptance is compared, because a checker may report any broken rule. The oracle checks the
    // record that it has already decoded, so it does not decode the file a second time.
    let oracle = oracle
        .is_ok_and(|decoded| decoded.record.named().is_some_and(|record| bmes_oracle::check_record(record).is_ok()));
    let reference = verdicts.check.is_ok();
    if reference == oracle {
        Ok(verdicts)
    } else {
        let verb = |accepts: bool| if accepts { "accepts" } else { "rejects" };
        Err(format!("check: the reference {} the file, and the oracle {} it", verb(reference), verb(oracle)))
    }
}

/// Matches a file of version 4 with the oracle.
pub fn oracle_match(file: &[u8], given: &Given) -> Result<(), Rejection> {
    use bmes_oracle::v4::KnownSource;
    let source = match given.source {
        Some(GivenSource::Source(source)) => KnownSource::Source { size: source.size, sha256: source.sha256.0 },
        Some(GivenSource::Word(Word::EmbeddedText)) => KnownSource::EmbeddedText,
        Some(GivenSource::Word(Word::Trusted)) => KnownSource::Trusted,
        None => KnownSource::Nothing,
    };
    bmes_oracle::v4::match_file(file, &given.producer.0, source)
}

/// Returns the file that both writers create for `record`, the error of the reference if both reject it, or a
/// sentence that says where they disagree. For version 4, `text` is the text.
pub fn ask_writers(record: &Record, text: &[u8], bytecode: &[u8]) -> Result<Result<Vec<u8>, Error>, String> {
    let oracle = match record {
        Record::Named(record) => bmes_oracle::encode(record, bytecode),
        Record::V4(record) => bmes_oracle::v4::encode(record, text, bytecode),
    };
    match (reference::encode(record, text, bytecode), oracle) {
        (Ok(reference), Ok(oracle)) if reference == oracle => Ok(Ok(reference)),
        (Err(error), Err(_)) => Ok(Err(error)),
        (Ok(_), Ok(_)) => Err("encode: the reference and the oracle write different bytes".into()),
        (Ok(_), Err(rejection)) => {
            Err(format!("encode: the reference writes the record, the oracle rejects it: {rejection}"))
        }
        (Err(error), Ok(_)) => Err(format!("encode: the oracle writes the record, the reference rejects it: {error}")),
    }
}

/// Returns the verdicts on a derived case, or a sentence about the fault in them. A prefix of a valid file
/// must be rejected, and so must a valid file with one more byte.
pub fn ask_derived(change: Change, file: &[u8], given: Option<&Given>) -> Result<Verdicts, String> {
    let verdicts = ask(file, given)?;
    if verdicts.decode.is_ok() && matches!(change, Change::Prefix(_) | Change::Append) {
        return Err(format!(
            "both decoders accept a file that they must reject. It is derived from a valid file: {}",
            change.explanation()
        ));
    }
    Ok(verdicts)
}

fn reference(file: &[u8], given: Option<&Given>) -> Verdicts {
    Verdicts {
        identify: bmes::identify(file).map(bmes::Version::number),
        decode: reference::decode(file),
        check: reference::check(file),
        match_file: given.map(|given| reference::match_file(file, given)),
    }
}

fn agree<T: PartialEq>(
    operation: &str,
    reference: &Result<T, Error>,
    oracle: &Result<T, Rejection>,
) -> Result<(), String> {
    let same = match (reference, oracle) {
        (Ok(reference), Ok(oracle)) => reference == oracle,
        (Err(reference), Err(oracle)) => reference.class() == oracle.class && reference.offset() == oracle.offset,
        _ => false,
    };
    if same {
        return Ok(());
    }
    let reference = reference.as_ref().map_or_else(|error| error.class().to_owned(), |_| "ok".into());
    let oracle = oracle.as_ref().map_or_else(ToString::to_string, |_| "ok".into());
    Err(format!("{operation}: the reference reports {reference}, the oracle {oracle}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::NamedRecord;

    const REJECTION: Rejection = Rejection { class: "truncated", offset: Some(8), version: 1, clause: "u32-bounds" };

    /// Returns the reference's error for a file that ends after the version.
    fn error() -> Error {
        ask(b"SEMB\x01\0\0\0", None).unwrap().error().unwrap()
    }

    #[test]
    fn an_error_of_the_same_class_and_offset_is_agreement() {
        assert_eq!(agree::<u32>("decode", &Err(error()), &Err(REJECTION)), Ok(()));
    }

    #[test]
    fn an_error_of_another_class_is_a_disagreement() {
        let message = agree::<u32>("decode", &Err(error()), &Err(Rejection { class: "bad-flag", ..REJECTION }));
        let expected = "decode: the reference reports truncated, the oracle bad-flag at byte 8 (v1-u32-bounds)";
        assert_eq!(message, Err(expected.into()));
    }

    #[test]
    fn an_error_at_another_offset_is_a_disagreement() {
        assert!(agree::<u32>("decode", &Err(error()), &Err(Rejection { offset: Some(9), ..REJECTION })).is_err());
    }

    #[test]
    fn another_result_is_a_disagreement() {
        assert_eq!(agree("identify", &Ok(1), &Ok(1)), Ok(()));
        assert!(agree("identify", &Ok(1), &Ok(2)).is_err());
        assert!(agree("identify", &Ok(1), &Err(REJECTION)).is_err());
        assert!(agree("identify", &Err(error()), &Ok(1)).is_err());
    }

    #[test]
    fn the_error_of_a_record_is_that_of_check() {
        let mut record = NamedRecord::new(bmes::VersionFields::V1);
        record.star_exports = vec!["m".into()];
        let verdicts = ask(&bmes_oracle::write(&record, b"").unwrap(), None).unwrap();
        assert_eq!(verdicts.decode.as_ref().map(|decoded| &decoded.record), Ok(&Record::Named(record)));
        assert_eq!(verdicts.error().unwrap().class(), "unrequested-module");
    }
}
