//! Wrong implementations: the oracle, with one mistake each.

use bmes::Version;
use bmes_oracle::Rejection;
use conformance::case::{Decoded, Record};
use conformance::protocol::{Info, Operation, Refusal};
use conformance::testee::{Implementation, Negative, Reply};

/// The mistake of an implementation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mistake {
    /// Identifies every version, and reports an unknown version as version 1.
    IdentifiesAnyVersion,
    /// Accepts one byte after the bytecode.
    AcceptsATrailingByte,
    /// Reads an entry of type 3 as one of type 2.
    ReadsType3AsType2,
    /// Reports empty bytecode at offset 0.
    ReportsEmptyBytecodeAtZero,
    /// Decodes invalid UTF-8, and replaces it with question marks.
    ReplacesInvalidUtf8,
    /// Does not report the last star export.
    DropsTheLastStarExport,
    /// Reports specifiers of requests in lower case.
    LowercasesSpecifiers,
    /// Accepts two exports of one name.
    AcceptsDuplicateExportNames,
    /// Writes attributes in the order of the record.
    WritesAttributesUnsorted,
    /// Reports `bad-flag` as `bad-type`.
    ReportsBadFlagAsBadType,
}

pub(crate) const ALL: [Mistake; 10] = [
    Mistake::IdentifiesAnyVersion,
    Mistake::AcceptsATrailingByte,
    Mistake::ReadsType3AsType2,
    Mistake::ReportsEmptyBytecodeAtZero,
    Mistake::ReplacesInvalidUtf8,
    Mistake::DropsTheLastStarExport,
    Mistake::LowercasesSpecifiers,
    Mistake::AcceptsDuplicateExportNames,
    Mistake::WritesAttributesUnsorted,
    Mistake::ReportsBadFlagAsBadType,
];

impl Implementation for Mistake {
    fn info(&self) -> Info {
        Info {
            name: format!("{self:?}"),
            version: "1".into(),
            language: "Rust".into(),
            formats: bmes_oracle::versions().collect(),
            operations: Operation::ALL.into_iter().filter(|operation| *operation != Operation::Match).collect(),
            errors: true,
            max_line: None,
        }
    }

    fn identify(&self, file: &[u8]) -> Reply<u32> {
        match (self, bmes_oracle::identify(file)) {
            (Self::IdentifiesAnyVersion, Err(rejection)) if rejection.class == "unsupported-version" => {
                Ok(Version::V1.number())
            }
            (_, result) => result.map_err(|rejection| self.negative(rejection)),
        }
    }

    fn decode(&self, file: &[u8]) -> Reply<Decoded> {
        if is_version_4(file) {
            return bmes_oracle::v4::decode(file).map(Decoded::from).map_err(|rejection| self.negative(rejection));
        }
        let mut decoded = bmes_oracle::decode(&self.tolerated(file)).map_err(|rejection| self.negative(rejection))?;
        match self {
            Self::DropsTheLastStarExport => drop(decoded.record.star_exports.pop()),
            Self::LowercasesSpecifiers => {
                for request in &mut decoded.record.requests {
                    request.specifier = request.specifier.to_lowercase();
                }
            }
            Self::ReportsEmptyBytecodeAtZero if decoded.bytecode.is_empty() => decoded.bytecode = 0..0,
            _ => {}
        }
        Ok(decoded.into())
    }

    fn check(&self, file: &[u8]) -> Reply<()> {
        if is_version_4(file) {
            return bmes_oracle::v4::check(file).map_err(|rejection| self.negative(rejection));
        }
        let file = self.tolerated(file);
        let decoded = bmes_oracle::decode(&file).map_err(|rejection| self.negative(rejection))?;
        if matches!(self, Self::AcceptsDuplicateExportNames)
            && bmes_oracle::violations(&decoded.record)
                .iter()
                .all(|violation| violation.class == "duplicate-export-name")
        {
            return Ok(());
        }
        bmes_oracle::check(&file).map_err(|rejection| self.negative(rejection))
    }

    fn encode(&self, record: &Record, text: &[u8], bytecode: &[u8]) -> Reply<Vec<u8>> {
        let record = match record {
            Record::Named(record) => record,
            Record::V4(record) => {
                let file = bmes_oracle::v4::encode(record, text, bytecode);
                return file.map_err(|rejection| self.negative(rejection));
            }
        };
        let file = match self {
            Self::WritesAttributesUnsorted => {
                let mut canonical = bmes_oracle::canonical(record);
                canonical.requests.clone_from(&record.requests);
                bmes_oracle::check_record(record).and_then(|()| bmes_oracle::write(&canonical, bytecode))
            }
            _ => bmes_oracle::encode(record, bytecode),
        };
        file.map_err(|rejection| self.negative(rejection))
    }
}

/// Returns true for a file of version 4, which these implementations read, check and write without a mistake.
fn is_version_4(file: &[u8]) -> bool {
    bmes_oracle::identify(file) == Ok(4)
}

impl Mistake {
    /// Returns the file after the repair of every fault that this reader tolerates.
    fn tolerated(self, file: &[u8]) -> Vec<u8> {
        let mut file = file.to_vec();
        while let Err(rejection) = bmes_oracle::decode(&file) {
            let at = rejection.offset.unwrap();
            match (self, rejection.clause) {
                // In versions 2 and 3, the header determines the end of the bytecode. So only the last byte of the file can be
                // one too many.
                (Self::AcceptsATrailingByte, "end") if bmes_oracle::decode(&file[..file.len() - 1]).is_ok() => {
                    file.pop();
                }
                (Self::ReadsType3AsType2, "import-type" | "export-type") if file[at..at + 4] == [3, 0, 0, 0] => {
                    file[at] = 2;
                }
                (Self::ReplacesInvalidUtf8, "string-utf8") => file[at] = b'?',
                _ => break,
            }
        }
        file
    }

    fn negative(self, rejection: Rejection) -> Negative {
        let class = match (self, rejection.class) {
            (Self::ReportsBadFlagAsBadType, "bad-flag") => "bad-type",
            (_, class) => class,
        };
        let offset = rejection.offset.map(|offset| offset as u64);
        Negative::Refused(Refusal { class: class.into(), offset, message: Some(rejection.to_string()) })
    }
}
