//! Tests with random records and files: the laws of section 7.2 hold, and the oracle and the reference agree.

mod support;

use bmes::{
    Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable, Version,
    VersionFields,
};
use bmes_oracle::{Record, Rejection, canonical, check, check_record, decode, encode};
use proptest::prelude::*;
use support::laws;

/// Names, mostly of a small set, so that entries refer to each other. The others are any text.
fn name() -> impl Strategy<Value = String> {
    let few = prop::sample::select(vec!["", "a", "b", "*", "\u{FEFF}a", "\u{FFFF}", "\u{10000}", "a\0", "*default*"]);
    prop_oneof![4 => few.prop_map(String::from), 1 => any::<String>()]
}

fn requests() -> impl Strategy<Value = Vec<ModuleRequest>> {
    let attribute = (name(), name()).prop_map(|(key, value)| Attribute { key, value });
    let request = (name(), prop::collection::vec(attribute, 0..4))
        .prop_map(|(specifier, attributes)| ModuleRequest { specifier, attributes });
    prop::collection::vec(request, 0..5)
}

fn environment() -> impl Strategy<Value = Environment> {
    let bits = || prop_oneof![prop::sample::select(vec![0, 1, 0x22, 0xFFFF, 0x1_0000, 1 << 31]), any::<u32>()];
    let variables = || {
        let variable = (name(), bits()).prop_map(|(name, bits)| Variable { name, bits });
        prop::collection::vec(variable, 0..4)
    };
    (variables(), variables(), bits()).prop_map(|(declared_variables, lexical_variables, code_features)| Environment {
        declared_variables,
        lexical_variables,
        code_features,
    })
}

fn record() -> impl Strategy<Value = Record> {
    let import_type =
        prop::sample::select(vec![ImportType::Single, ImportType::SingleTypeScript, ImportType::Namespace]);
    let import =
        (import_type, name(), name(), name()).prop_map(|(import_type, module_request, import_name, local_name)| {
            ImportEntry { import_type, module_request, import_name, local_name }
        });
    let export_type = prop::sample::select(vec![ExportType::Local, ExportType::Indirect, ExportType::Namespace]);
    let export = (export_type, name(), name(), name(), name()).prop_map(
        |(export_type, export_name, module_name, import_name, local_name)| ExportEntry {
            export_type,
            export_name,
            module_name,
            import_name,
            local_name,
        },
    );
    let imports = prop::collection::vec(import, 0..4);
    let exports = prop::collection::vec(export, 0..4);
    let version = prop::sample::select(Version::NAMED);
    (version, requests(), imports, exports, prop::collection::vec(name(), 0..3), environment()).prop_map(
        |(version, requests, imports, exports, star_exports, environment)| {
            let mut record = Record::new(VersionFields::empty(version).unwrap());
            if version == Version::V3 {
                record.version_fields = VersionFields::V3(environment);
            }
            (record.requests, record.imports) = (requests, imports);
            (record.exports, record.star_exports) = (exports, star_exports);
            record
        },
    )
}

/// Returns the part of the record that a writer accepts: each entry that breaks no rule together with the entries that
/// were kept before it.
///
/// Fields of exports that do not apply are emptied first, because otherwise almost no export would remain.
fn acceptable(record: Record) -> Record {
    let mut kept = Record::new(VersionFields::empty(record.version()).unwrap());
    if let VersionFields::V3(mut environment) = record.version_fields {
        for list in [&mut environment.declared_variables, &mut environment.lexical_variables] {
            let mut seen = std::collections::BTreeSet::new();
            list.retain(|variable| seen.insert(variable.name.clone()));
        }
        kept.version_fields = VersionFields::V3(environment);
    }
    keep(&mut kept, record.requests, |record| &mut record.requests);
    keep(&mut kept, record.imports, |record| &mut record.imports);
    let exports = record.exports.into_iter().map(|mut export| {
        if export.export_type == ExportType::Local {
            export.module_name.clear();
        } else {
            export.local_name.clear();
        }
        if export.export_type != ExportType::Indirect {
            export.import_name.clear();
        }
        export
    });
    keep(&mut kept, exports, |record| &mut record.exports);
    keep(&mut kept, record.star_exports, |record| &mut record.star_exports);
    kept
}

fn keep<T>(record: &mut Record, entries: impl IntoIterator<Item = T>, list: fn(&mut Record) -> &mut Vec<T>) {
    for entry in entries {
        list(record).push(entry);
        if check_record(record).is_err() {
            list(record).pop();
        }
    }
}

proptest! {
    #[test]
    fn laws_hold(record in record(), bytecode in prop::collection::vec(any::<u8>(), 0..20)) {
        prop_assert_eq!(encode(&record, &bytecode).err(), check_record(&record).err());
        laws(&acceptable(record), &bytecode);
    }

    #[test]
    fn canonical_is_idempotent(record in record()) {
        let once = canonical(&record);
        prop_assert_eq!(canonical(&once), once.clone());
        prop_assert_eq!(check_record(&once).is_ok(), check_record(&record).is_ok());
    }

    #[test]
    fn both_writers_agree(record in record(), bytecode in prop::collection::vec(any::<u8>(), 0..20)) {
        let agree = |record: &Record| {
            let oracle = encode(record, &bytecode);
            let reference = bmes::encode(record, &bytecode);
            prop_assert_eq!(oracle.as_ref().ok(), reference.as_ref().ok());
            prop_assert_eq!(oracle.err().map(|error| clause(&error)), reference.err().map(|error| anchor(&error)));
            Ok(())
        };
        agree(&record)?;
        agree(&acceptable(record))?;
    }

    #[test]
    fn both_readers_agree_on_what_is_written(record in record(), bytecode in prop::collection::vec(any::<u8>(), 0..20)) {
        let file = laws(&acceptable(record), &bytecode);
        prop_assert_eq!(bmes::decode(&file).map(|module| module.record), Ok(decode(&file).unwrap().record));
        prop_assert_eq!(bmes::ModuleView::parse(&file).unwrap().check(), Ok(()));
    }

    #[test]
    fn both_readers_agree_on_random_bytes(version in 1..4_u8, rest in prop::collection::vec(0_u8..4, 0..200)) {
        agree_on(&[&[0x53, 0x45, 0x4D, 0x42, version, 0, 0, 0][..], &rest].concat())?;
    }

    /// Random metadata after a header whose offset lies in or near the file.
    #[test]
    fn both_readers_agree_on_random_headers(
        version in 2..4_u8, offset in 0..80_u8, rest in prop::collection::vec(0_u8..2, 0..80), exact in any::<bool>(), size in any::<u8>(),
    ) {
        let length = 16 + rest.len();
        let size = if exact { length.saturating_sub(offset.into()) } else { size.into() };
        let header = [0x53, 0x45, 0x4D, 0x42, version, 0, 0, 0, offset, 0, 0, 0];
        let size = u32::try_from(size).unwrap().to_le_bytes();
        agree_on(&[&header[..], &size, &rest].concat())?;
    }

    #[test]
    fn both_readers_agree_on_a_changed_file(
        record in record(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..4),
    ) {
        let mut file = laws(&acceptable(record), b"code");
        for (place, change) in changes {
            if file.is_empty() {
                break;
            }
            let place = place.index(file.len());
            match change {
                Change::Flip(bit) => file[place] ^= 1 << bit,
                Change::Byte(byte) => file[place] = byte,
                Change::Insert(byte) => file.insert(place, byte),
                Change::Remove => drop(file.remove(place)),
                Change::Cut => file.truncate(place),
                // The number replaces four bytes at a multiple of 4, as the numbers of the header are.
                Change::Number(number) => {
                    let place = place / 4 * 4;
                    let end = file.len().min(place + 4);
                    file[place..end].copy_from_slice(&number.to_le_bytes()[..end - place]);
                }
            }
        }
        agree_on(&file)?;
    }
}

/// A change of a file at one offset.
#[derive(Clone, Debug)]
enum Change {
    Flip(u32),
    Byte(u8),
    Insert(u8),
    Remove,
    Cut,
    Number(u32),
}

fn change() -> impl Strategy<Value = Change> {
    let numbers = vec![0, 1, 2, 3, 7, 8, 15, 16, 17, 24, 32, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, u32::MAX];
    prop_oneof![
        3 => (0..8_u32).prop_map(Change::Flip),
        1 => any::<u8>().prop_map(Change::Byte),
        1 => any::<u8>().prop_map(Change::Insert),
        1 => Just(Change::Remove),
        1 => Just(Change::Cut),
        3 => prop::sample::select(numbers).prop_map(Change::Number),
    ]
}

/// Returns the anchor of the broken clause, such as `v1-end`, in the page of its version.
fn clause(rejection: &Rejection) -> String {
    format!("v{}-{}", rejection.version, rejection.clause)
}

/// Returns the anchor of the clause that an error of the reference names.
fn anchor(error: &bmes::Error) -> String {
    error.clause().unwrap().to_string()
}

/// Asserts that the oracle and the reference report the same verdict, offset and clause.
///
/// Also asserts that the oracle's check of a file and its check of the file's record agree.
fn agree_on(file: &[u8]) -> Result<(), TestCaseError> {
    let view = bmes::ModuleView::parse(file);
    match decode(file) {
        Ok(decoded) => {
            let module = bmes::decode(file).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(&module.record, &decoded.record);
            prop_assert_eq!(module.bytecode_offset..file.len(), decoded.bytecode);
            let of_reference = view.unwrap().check().err().map(|error| (error.offset(), anchor(&error)));
            let of_file = check(file).err();
            prop_assert_eq!(of_reference, of_file.map(|rejection| (rejection.offset, clause(&rejection))));
            let of_record = check_record(&decoded.record).err();
            prop_assert_eq!(of_record.map(|rejection| rejection.clause), of_file.map(|rejection| rejection.clause));
        }
        Err(rejection) => {
            let error = view.err().map(|error| (error.class(), error.offset(), anchor(&error)));
            prop_assert_eq!(error, Some((rejection.class, rejection.offset, clause(&rejection))));
            prop_assert_eq!(check(file), Err(rejection));
            prop_assert!(rejection.offset.is_some_and(|offset| offset <= file.len()));
        }
    }
    Ok(())
}
