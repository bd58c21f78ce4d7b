//! Tests of the edits of a [`File`], and of the steps after an edit, which correct the padding, the header and the
//! alignment.

use bmes::Version::{V1, V2, V3};

use super::{File, Module, after, at, inside, module};

const SPECIFIER: &str = "requests[0].specifier";

/// Returns the number in a `u32` field.
fn number(file: &File, path: &str) -> usize {
    let bytes = file.bytes()[file.range(path)].try_into().expect("a u32");
    usize::try_from(u32::from_le_bytes(bytes)).expect("a small number")
}

/// Returns the `bytecode_offset` and `bytecode_size` that the file states.
fn header(file: &File) -> (usize, usize) {
    (number(file, "bytecode_offset"), number(file, "bytecode_size"))
}

/// Returns a module of version 2 with one request.
fn requesting() -> Module {
    module(V2).request("./a.js").bytecode(b"code")
}

#[test]
fn a_layout_states_where_the_bytecode_is() {
    let file = requesting().layout();
    let bytecode = file.range("bytecode");
    assert_eq!(header(&file), (bytecode.start, bytecode.len()));
}

#[test]
fn set_text_writes_the_length_of_the_string() {
    let file = requesting().layout().set_text(SPECIFIER, b"\xFF\xFF");
    assert_eq!(number(&file, "requests[0].specifier.length"), 2);
}

#[test]
fn set_text_moves_the_fields_behind_it() {
    let old = requesting().layout();
    let new = old.clone().set_text(SPECIFIER, b"./longer.js");
    assert_eq!(new.range("bytecode").start, old.range("bytecode").start + 5);
}

#[test]
fn set_text_leaves_the_header() {
    let old = requesting().layout();
    assert_eq!(header(&old.clone().set_text(SPECIFIER, b"./longer.js")), header(&old));
}

#[test]
fn set_text_leaves_the_padding() {
    let old = requesting().layout();
    let new = old.clone().set_text(SPECIFIER, b"./longer.js");
    assert_eq!(new.range("padding").len(), old.range("padding").len());
}

#[test]
fn an_insertion_leaves_the_header() {
    let old = requesting().layout();
    assert_eq!(header(&old.clone().insert_after(SPECIFIER, &[0])), header(&old));
}

#[test]
fn a_truncation_leaves_the_header() {
    let old = requesting().layout();
    assert_eq!(header(&old.clone().truncated_at(at("bytecode"))), header(&old));
}

#[test]
fn padded_ends_the_padding_at_a_multiple_of_8() {
    let file = requesting().layout().set_text(SPECIFIER, b"./longer.js").padded();
    assert!(file.range("padding").end.is_multiple_of(8));
}

#[test]
fn padded_leaves_the_header() {
    let edited = requesting().layout().set_text(SPECIFIER, b"./longer.js");
    assert_eq!(header(&edited.clone().padded()), header(&edited));
}

#[test]
fn padded_with_header_gives_the_layout_of_the_changed_module() {
    let edited = requesting().layout().set_text(SPECIFIER, b"./longer.js").padded().with_header();
    let described = module(V2).request("./longer.js").bytecode(b"code").layout();
    assert_eq!(edited.bytes(), described.bytes());
}

#[test]
fn version_1_has_nothing_to_pad_and_no_header_to_write() {
    let file = module(V1).request("./a.js").layout();
    assert_eq!(file.clone().padded().with_header().bytes(), file.bytes());
}

#[test]
fn metadata_ends_at_makes_the_rest_of_the_file_bytecode() {
    let file = requesting().layout().metadata_ends_at(inside("import_count", 1));
    let end = file.range("import_count").start + 1;
    assert_eq!(header(&file), (end, file.bytes().len() - end));
}

#[test]
#[should_panic(expected = "call aligned_by first")]
fn metadata_of_version_3_ends_at_multiples_of_8_only() {
    let _ = module(V3).request("./m.js").layout().metadata_ends_at(at("import_count"));
}

#[test]
fn aligned_by_lengthens_the_string_that_the_case_names() {
    let file = module(V3).requests(&["a", "b"]).layout();
    let file = file.aligned_by("requests[1].specifier", at("import_count"));
    assert!(file.bytes()[file.range("requests[1].specifier.bytes")].starts_with(b"bx"));
}

#[test]
fn aligned_by_brings_the_place_to_a_multiple_of_8() {
    let file = module(V3).requests(&["a", "b"]).layout();
    let file = file.aligned_by(SPECIFIER, inside("import_count", 3));
    assert_eq!((file.range("import_count").start + 3) % 8, 0);
}

#[test]
fn aligned_by_leaves_a_file_whose_place_is_aligned() {
    let file = module(V3).request("./m.js").layout();
    let aligned = file.clone().aligned_by(SPECIFIER, at("bytecode"));
    assert_eq!(aligned.bytes(), file.bytes());
}

#[test]
#[should_panic(expected = "cannot align it")]
fn aligned_by_needs_a_string_before_the_place() {
    let _ = module(V3).request("./m.js").layout().aligned_by(SPECIFIER, inside("request_count", 1));
}

#[test]
fn between_counts_the_bytes_from_one_place_to_another() {
    let file = requesting().layout();
    assert_eq!(file.between(after("requests[0].specifier.length"), at("requests[0].has_attributes")), 6);
}
