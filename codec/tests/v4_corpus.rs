//! Version 4 over the conformance corpus: damage is found, and reading in place takes no memory.

mod support;

use std::fs;
use std::path::PathBuf;

use allocation_counter::measure;
use bmes::Version;
use bmes::v4::{self, KnownSource, ModuleView};
use support::corpus;

/// The size in bytes below which every bit of a file is flipped.
const SMALL: usize = 16 * 1024;

/// Returns every file of version 4, valid or not.
fn files() -> Vec<(PathBuf, Vec<u8>)> {
    let of_version_4 = |path: &PathBuf| path.components().any(|part| part.as_os_str() == "v4");
    let files = corpus("bmes").into_iter().filter(of_version_4);
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn check(file: &[u8]) -> Result<(), bmes::Error> {
    ModuleView::parse(file)?.check()
}

#[test]
fn each_flipped_bit_of_each_accepted_file_is_found() {
    let accepted = files().into_iter().filter(|(_, file)| file.len() < SMALL && check(file).is_ok());
    let mut flips = 0;
    for (path, mut file) in accepted {
        for bit in 0..file.len() * 8 {
            file[bit / 8] ^= 1 << (bit % 8);
            // A flip in the first eight bytes is one that `identify` finds.
            let is_found = bmes::identify(&file) != Ok(Version::V4) || check(&file).is_err();
            assert!(is_found, "{}: bit {bit}", path.display());
            file[bit / 8] ^= 1 << (bit % 8);
            flips += 1;
        }
    }
    assert!(flips > 500_000, "{flips} flips");
}

/// Returns the class of the error and the broken clause.
fn broken(result: Result<(), bmes::Error>) -> Option<(&'static str, String)> {
    let error = result.err()?;
    Some((error.class(), error.clause().map_or_else(String::new, |clause| clause.to_string())))
}

#[test]
fn validate_finds_what_check_finds_except_rules_of_records() {
    for (path, file) in files() {
        let (checked, validated) = (broken(check(&file)), broken(bmes::validate(&file).map(drop)));
        let is_of_record = |clause: &str| matches!(clause, "v4-unused-string" | "v4-forbidden-export");
        if checked.as_ref().is_none_or(|(_, clause)| !is_of_record(clause)) {
            assert_eq!(validated, checked, "{}", path.display());
        } else {
            assert!(validated.is_none_or(|(_, clause)| !is_of_record(&clause)), "{}", path.display());
        }
    }
}

#[test]
fn reading_in_place_allocates_nothing() {
    for (path, file) in files() {
        let info = measure(|| {
            let _ = bmes::identify(&file);
            let _ = bmes::validate(&file);
            let _ = bmes::validate_head(&file, file.len());
            let _ = bmes::bytecode_range(&file);
            if let Ok(header) = v4::open(&file, file.len()) {
                let _ = v4::match_file(&file, &header.producer(), KnownSource::Source(header.source()));
            }
            if let Ok(view) = ModuleView::parse(&file) {
                view.strings().for_each(drop);
                view.requests().for_each(|request| request.attributes().for_each(drop));
                view.imports().for_each(drop);
                view.exports().for_each(drop);
                view.star_exports().for_each(drop);
                view.declared_variables().for_each(drop);
                view.lexical_variables().for_each(drop);
                let names = view.exports().filter_map(|export| view.string(export.export_name));
                assert!(names.into_iter().all(|name| view.find_export(name).is_some()));
            }
        });
        assert_eq!(info.count_total, 0, "{}", path.display());
    }
}

#[test]
fn a_check_takes_one_bit_for_each_string() {
    for (path, file) in files() {
        let Ok(view) = ModuleView::parse(&file) else { continue };
        let info = measure(|| view.check().unwrap_or_default());
        let words = view.strings().len().div_ceil(64) as u64;
        assert!(info.bytes_total <= words * 8, "{}: {} bytes", path.display(), info.bytes_total);
    }
}

#[test]
fn decode_gives_what_encode_writes() {
    let mut written = 0;
    for (path, file) in files() {
        let Ok(module) = v4::decode(&file) else { continue };
        if check(&file).is_ok() {
            let again = v4::encode(&module.record, &file[module.text], &file[module.bytecode]);
            assert_eq!(again.as_deref(), Ok(file.as_slice()), "{}", path.display());
            written += 1;
        }
    }
    assert!(written > 80, "{written} files");
}

#[test]
fn every_export_and_request_is_found_by_its_name() {
    for (path, file) in files() {
        let Ok(view) = ModuleView::parse(&file) else { continue };
        for export in view.exports() {
            let name = view.string(export.export_name).unwrap();
            assert_eq!(view.find_export(name), Some(export), "{}", path.display());
        }
        for request in view.requests() {
            let found = view.find_requests(request.specifier()).any(|found| found.index() == request.index());
            assert!(found, "{}: request {:?}", path.display(), request.index());
        }
    }
}
