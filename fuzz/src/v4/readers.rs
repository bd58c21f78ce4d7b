//! All functions of the codec that read a file of version 4 agree about any bytes.

use std::ops::Range;

use allocation_counter::measure;
use bmes::v4::{self, ImportIndex, KnownSource, Module, ModuleView, RequestIndex, StringIndex};

use super::layout::number;
use crate::deserialize::{memory_bound, print, tiles};
use crate::v4::Reach;

/// Reads a file of version 4 with every function of the codec, and compares the results. Returns true if a checker gets
/// to the bytecode.
pub fn property(file: &[u8]) -> bool {
    let (mut opened, mut validated, mut viewed, mut located) = (None, None, None, None);
    let in_place = measure(|| {
        opened = Some(v4::open(file, file.len()));
        validated = Some(bmes::validate(file));
        viewed = Some(ModuleView::parse(file));
        located = Some(bmes::bytecode_range(file));
    });
    assert_eq!(in_place.count_total, 0, "open, validate, view and bytecode_range must not allocate");
    let (Some(opened), Some(validated), Some(viewed), Some(located)) = (opened, validated, viewed, located) else {
        unreachable!("all four were called");
    };
    let mut decoded = None;
    let decoding = measure(|| decoded = Some(v4::decode(file)));
    let bound = memory_bound(file);
    let most = decoding.bytes_max;
    assert!(most <= bound, "decode has {most} bytes allocated at a time, but the limit is {bound}");
    let decoded = decoded.expect("decode was called");
    let inspection = bmes::inspect(file);

    let read = viewed.map(drop);
    assert_eq!(decoded.as_ref().map(drop).map_err(|error| *error), read, "decode (left), view (right)");
    assert_eq!(inspection.error(), validated.err(), "inspect (left) and validate (right) return different errors");
    if let Err(error) = read {
        assert_eq!(validated, Err(error), "validate (left) must return the error of view (right)");
    }
    if let Err(error) = opened {
        assert_eq!(read, Err(error), "view (left) must return the error of open (right)");
    }
    let head = &file[..file.len().min(v4::Header::SIZE)];
    let by_the_head = v4::open(head, file.len());
    assert_eq!(by_the_head, opened, "open of the first 112 bytes (left) and of the file (right)");
    assert_eq!(bmes::validate_head(head, file.len()), opened.map(drop), "validate_head (left) and open (right)");
    tiles(&inspection);
    if let Some(error) = inspection.error() {
        assert!(error.offset().is_some_and(|offset| offset <= file.len()), "the offset is outside the file: {error}");
        print(error);
    }
    if opened.is_ok() {
        decides_by_the_metadata(file, &decoded);
    }
    if let (Ok(view), Ok(module)) = (&viewed, &decoded) {
        let reading = measure(|| same(view, module));
        assert_eq!(reading.count_total, 0, "reading the entries of a view must not allocate");
        assert_eq!(located, Ok(module.bytecode.clone()), "bytecode_range (left) and decode (right)");
        let checked = checked(file, view, module);
        written_again(file, module, validated.map(drop), checked);
    }
    Reach::of(file) == Reach::Bytecode
}

/// Asserts that the bytes after the metadata do not change what `decode` returns.
fn decides_by_the_metadata(file: &[u8], decoded: &Result<Module, bmes::Error>) {
    let mut other = file.to_vec();
    let end = v4::Header::SIZE + usize::try_from(number(file, 16)).expect("the metadata is in the file");
    other[end..].iter_mut().for_each(|byte| *byte = !*byte);
    assert_eq!(&v4::decode(&other), decoded, "decode after (left) and before (right) a change of the other bytes");
}

/// Asserts that the view returns the same values as the decoded record, and that every search finds them. This function
/// allocates nothing.
fn same(view: &ModuleView<'_>, module: &Module) {
    let record = &module.record;
    let header = view.header();
    assert_eq!((header.flags(), header.alignment()), (record.flags, record.alignment));
    assert_eq!((header.producer(), header.source()), (record.producer, record.source));
    assert!(view.strings().eq(record.strings.iter().map(String::as_str)), "strings");
    for (index, text) in (0..).map(StringIndex).zip(&record.strings) {
        assert_eq!(view.string(index), Some(text.as_str()));
        assert_eq!(view.find_string(text), Some(index));
    }
    assert_eq!(view.requests().len(), record.requests.len());
    for ((index, held), seen) in (0..).map(RequestIndex).zip(&record.requests).zip(view.requests()) {
        assert_eq!((seen.index(), seen.specifier_index(), seen.phase()), (index, held.specifier, held.phase));
        assert!(seen.attributes().eq(held.attributes.iter().copied()), "attributes");
        let with_its_specifier = record.requests.iter().filter(|request| request.specifier == held.specifier).count();
        assert_eq!(view.find_requests(seen.specifier()).count(), with_its_specifier);
        assert!(view.find_requests(seen.specifier()).any(|request| request.index() == index), "find_requests");
    }
    assert!(view.imports().eq(record.imports.iter().copied()), "imports");
    for (index, _) in (0..).map(ImportIndex).zip(&record.imports) {
        assert_eq!(view.is_tolerant(index), record.tolerant_imports.contains(&index), "is_tolerant");
    }
    assert!(view.exports().eq(record.exports.iter().copied()), "exports");
    for export in &record.exports {
        let name = view.string(export.export_name).expect("the index of a string");
        assert_eq!(view.find_export(name), Some(*export), "find_export");
    }
    assert!(view.tolerant_imports().eq(record.tolerant_imports.iter().copied()), "tolerant imports");
    assert!(view.star_exports().eq(record.star_exports.iter().copied()), "star exports");
    let environment = record.environment.as_ref();
    assert_eq!(view.code_features(), environment.map(|it| it.code_features));
    assert_eq!(view.lexical_features(), environment.map(|it| it.lexical_features));
    let (declared, lexical) =
        environment.map_or((&[][..], &[][..]), |it| (&it.declared_variables, &it.lexical_variables));
    assert!(view.declared_variables().eq(declared.iter().copied()), "declared variables");
    assert!(view.lexical_variables().eq(lexical.iter().copied()), "lexical variables");
    assert_eq!((view.text_range(), view.bytecode_range()), (module.text.clone(), module.bytecode.clone()));
}

/// Returns the result of `check`, after it was compared with that of the checks after a match. A check takes one bit for
/// each string.
fn checked(file: &[u8], view: &ModuleView<'_>, module: &Module) -> Result<(), bmes::Error> {
    let mut checked = Ok(());
    let checking = measure(|| checked = view.check());
    let words = module.record.strings.len().div_ceil(64) as u64;
    assert!(checking.bytes_max <= 8 * words, "check has {} bytes for {words} words", checking.bytes_max);
    let record = &module.record;
    let matched = v4::match_file(file, &record.producer, KnownSource::Source(record.source));
    let verified = matched.expect("a file matches its own producer and source").check();
    assert_eq!(verified.map(drop), checked, "check after a match (left) and check of a view (right)");
    if let Ok(verified) = verified {
        let is_at = |bytes: &[u8], range: &Range<usize>| std::ptr::eq(bytes, &raw const file[range.clone()]);
        assert!(is_at(verified.text(), &module.text), "the text of a verified file");
        assert!(is_at(verified.bytecode(), &module.bytecode), "the bytecode of a verified file");
    }
    checked
}

/// Asserts that a record, a text and bytecode have exactly one file: the writer writes a file again that a checker
/// accepts, and no file that a checker rejects.
fn written_again(file: &[u8], module: &Module, validated: Result<(), bmes::Error>, checked: Result<(), bmes::Error>) {
    let again = v4::encode(&module.record, &file[module.text.clone()], &file[module.bytecode.clone()]);
    let Err(error) = checked else {
        assert_eq!(validated, Ok(()), "validate must accept a file that check accepts");
        assert_eq!(again.as_deref(), Ok(file), "encode must write a file again that check accepts");
        return;
    };
    print(error);
    if validated == Err(error) {
        // The padding or a checksum is wrong, but the record can be right.
        assert_ne!(again.as_deref(), Ok(file), "encode must not write a file that check rejects: {error}");
    } else {
        let class = again.map_err(|error| error.class());
        assert_eq!(class, Err(error.class()), "encode (left) and check (right) return different classes");
    }
}
