//! A violation of each clause: its class, its offset, and which programs reject it. Most tests change the file of
//! `every_kind`, whose comments have the offsets of its columns.

use bmes_oracle::Rejection;
use bmes_oracle::v4::{KnownSource, check, decode, match_file, open, validate};

use crate::support::{every_kind_file, files_of_the_page, page, rejection, repair_header, repair_metadata, set};

/// The first program of section 1.1 that rejects a file. The programs after it must report the same.
#[derive(PartialEq, PartialOrd)]
enum By {
    Opener,
    Reader,
    Validator,
    Checker,
}

fn is_rejected(file: &[u8], by: &By, class: &'static str, offset: usize, clause: &'static str) {
    let expected = Err(rejection(class, offset, clause));
    let verdict = |rejects: bool| if rejects { expected } else { Ok(()) };
    assert_eq!(open(file).map(|_| ()), verdict(*by <= By::Opener));
    assert_eq!(match_file(file, &[1; 32], KnownSource::Trusted), verdict(*by <= By::Opener));
    assert_eq!(decode(file).map(|_| ()), verdict(*by <= By::Reader));
    assert_eq!(validate(file), verdict(*by <= By::Validator));
    assert_eq!(check(file), expected);
    assert!(page().contains(&format!("**v4-{clause}**")), "{clause}");
}

/// Makes one test for each line: the numbers that change, and who reports which class, which offset and which clause.
macro_rules! violations {
    ($($name:ident: [$($change:expr),*] $by:ident $class:literal $offset:literal $clause:literal;)*) => {
        $(#[test]
        fn $name() {
            let mut file = every_kind_file();
            for (offset, number) in [$($change),*] {
                set(&mut file, offset, number);
            }
            if By::$by > By::Opener {
                repair_metadata(&mut file);
            }
            repair_header(&mut file);
            is_rejected(&file, &By::$by, $class, $offset, $clause);
        })*
    };
}

violations! {
    flag_4_is_bad_flag: [(8, 0b1_1001)] Opener "bad-flag" 8 "flags";
    flag_31_is_bad_flag: [(8, 0x8000_0009)] Opener "bad-flag" 8 "flags";
    an_alignment_of_4_is_bad_layout: [(12, 4)] Opener "bad-layout" 12 "alignment";
    an_alignment_of_12_is_bad_layout: [(12, 12)] Opener "bad-layout" 12 "alignment";
    an_alignment_of_131072_is_bad_layout: [(12, 1 << 17)] Opener "bad-layout" 12 "alignment";
    an_alignment_of_16_without_bytecode_is_bad_layout: [(28, 0)] Opener "bad-layout" 12 "alignment";
    metadata_of_47_bytes_is_bad_layout: [(16, 47)] Opener "bad-layout" 16 "metadata-size";
    a_checksum_without_text_is_bad_layout: [(24, 0)] Opener "bad-layout" 100 "absent-crc";
    a_checksum_without_bytecode_is_bad_layout: [(28, 0), (12, 8)] Opener "bad-layout" 104 "absent-crc";
    a_file_of_4_gib_is_bad_layout: [(28, u32::MAX)] Opener "bad-layout" 28 "file-size";
    the_largest_sizes_are_bad_layout: [(16, u32::MAX), (24, u32::MAX)] Opener "bad-layout" 28 "file-size";
    bytecode_of_one_more_byte_is_truncated: [(28, 5)] Opener "truncated" 28 "bytecode-bounds";
    bytecode_of_one_byte_less_is_trailing_bytes: [(28, 3)] Opener "trailing-bytes" 28 "end";

    a_count_of_one_more_string_is_bad_layout: [(112, 9)] Reader "bad-layout" 16 "equation";
    the_largest_counts_are_bad_layout: [(112, u32::MAX), (120, u32::MAX)] Reader "bad-layout" 16 "equation";
    tolerant_imports_without_typescript_are_bad_layout: [(8, 1)] Reader "bad-layout" 156 "tolerant-flag";
    variables_without_an_environment_are_bad_layout: [(8, 8)] Reader "bad-layout" 140 "environment";

    a_string_end_that_falls_is_bad_index: [(168, 2)] Reader "bad-index" 168 "string-end";
    a_last_string_end_before_the_end_is_bad_index: [(188, 16)] Reader "bad-index" 188 "string-end";
    a_last_string_end_behind_the_end_is_bad_index: [(188, 18)] Reader "bad-index" 188 "string-end";
    a_byte_ff_in_a_string_is_bad_utf8: [(376, 0x612E_FF2E)] Reader "bad-utf8" 377 "string-utf8";
    a_code_point_in_two_strings_is_bad_utf8: [(376, 0xA9C3_2F2E)] Reader "bad-utf8" 378 "string-utf8";
    equal_strings_are_bad_order: [(379, 0x6A61_2F2E)] Reader "bad-order" 168 "strings-ascend";
    two_empty_strings_are_bad_order: [(164, 0)] Reader "bad-order" 164 "strings-ascend";

    a_specifier_of_8_is_bad_index: [(192, 8)] Reader "bad-index" 192 "index";
    a_specifier_of_none_is_bad_index: [(192, u32::MAX)] Reader "bad-index" 192 "index";
    a_phase_of_3_is_bad_type: [(204, 3)] Reader "bad-type" 204 "phase";
    a_phase_of_256_is_bad_type: [(204, 256)] Reader "bad-type" 204 "phase";
    an_attribute_end_that_falls_is_bad_index: [(216, 1), (220, 0)] Reader "bad-index" 220 "attribute-end";
    an_attribute_end_of_3_is_bad_index: [(216, 3)] Reader "bad-index" 216 "attribute-end";
    a_last_attribute_end_of_1_is_bad_index: [(220, 1), (224, 1)] Reader "bad-index" 224 "attribute-end";
    equal_keys_are_bad_order: [(244, 3)] Reader "bad-order" 244 "attributes-ascend";
    a_key_of_8_is_bad_index: [(240, 8)] Reader "bad-index" 240 "index";
    a_value_of_8_is_bad_index: [(252, 8)] Reader "bad-index" 252 "index";
    an_order_of_3_is_bad_index: [(228, 3)] Reader "bad-index" 228 "index";
    an_order_that_falls_is_bad_order: [(232, 0), (236, 2)] Reader "bad-order" 236 "requests-ascend";
    an_order_with_a_repetition_is_bad_order: [(232, 1)] Reader "bad-order" 232 "requests-ascend";
    an_order_against_the_attributes_is_bad_order:
        [(192, 1), (236, 0)] Reader "bad-order" 236 "requests-ascend";

    an_empty_local_name_is_bad_entry: [(256, 0)] Reader "bad-entry" 256 "empty-local-name";
    an_empty_local_name_that_falls_is_bad_entry: [(260, 0)] Reader "bad-entry" 260 "empty-local-name";
    equal_local_names_are_bad_order: [(260, 5)] Reader "bad-order" 260 "imports-ascend";
    a_local_name_of_none_is_bad_index: [(256, u32::MAX)] Reader "bad-index" 256 "index";
    a_request_of_3_is_bad_index: [(268, 3)] Reader "bad-index" 268 "index";
    a_request_of_none_is_bad_index: [(268, u32::MAX)] Reader "bad-index" 268 "index";
    an_import_name_of_8_is_bad_index: [(280, 8)] Reader "bad-index" 280 "index";
    a_deferred_import_of_a_name_is_bad_entry: [(284, 5)] Reader "bad-entry" 284 "import-kind";
    a_tolerant_import_of_3_is_bad_index: [(292, 3)] Reader "bad-index" 292 "index";
    equal_tolerant_imports_are_bad_order: [(296, 0)] Reader "bad-order" 296 "tolerant-imports-ascend";
    a_tolerant_namespace_is_bad_entry: [(292, 1)] Reader "bad-entry" 292 "tolerant-kind";

    an_export_name_of_8_is_bad_index: [(300, 8)] Reader "bad-index" 300 "index";
    equal_export_names_are_bad_order: [(308, 5)] Reader "bad-order" 308 "exports-ascend";
    an_export_request_of_3_is_bad_index: [(316, 3)] Reader "bad-index" 316 "index";
    a_name_of_8_is_bad_index: [(324, 8)] Reader "bad-index" 324 "index";
    an_export_of_nothing_is_bad_entry: [(324, u32::MAX)] Reader "bad-entry" 324 "export-kind";
    a_local_export_of_an_empty_name_is_bad_entry: [(324, 0)] Reader "bad-entry" 324 "export-kind";
    an_indirect_export_of_a_deferred_module_is_bad_entry: [(316, 2)] Reader "bad-entry" 328 "export-kind";
    a_deferred_namespace_export_is_bad_entry: [(320, 2)] Reader "bad-entry" 332 "export-kind";
    a_star_export_of_3_is_bad_index: [(340, 3)] Reader "bad-index" 340 "index";
    equal_star_exports_are_bad_order: [(336, 1)] Reader "bad-order" 340 "star-exports-ascend";
    a_deferred_star_export_is_bad_entry: [(340, 2)] Reader "bad-entry" 340 "star-kind";
    equal_declared_variables_are_bad_order: [(348, 5)] Reader "bad-order" 348 "variables-ascend";
    a_lexical_variable_of_8_is_bad_index: [(364, 8)] Reader "bad-index" 364 "index";

    padding_after_the_metadata_is_bad_layout: [(396, 1 << 24)] Validator "bad-layout" 399 "padding";
    padding_after_the_text_is_bad_layout: [(412, 1)] Validator "bad-layout" 412 "padding";
    a_changed_text_is_bad_checksum: [(400, 0)] Validator "bad-checksum" 100 "text-crc";
    a_changed_bytecode_is_bad_checksum: [(416, 0)] Validator "bad-checksum" 104 "bytecode-crc";

    a_local_export_of_a_strict_namespace_is_bad_entry: [(272, 1)] Checker "bad-entry" 324 "forbidden-export";
    an_unused_string_is_unused: [(252, 0), (240, 4), (220, 1), (244, 4)] Checker "unused-string" 172 "unused-string";

    a_kind_comes_after_the_last_column: [(284, 5), (288, 8)] Reader "bad-index" 288 "index";
    a_kind_comes_before_the_next_list: [(284, 5), (292, 3)] Reader "bad-entry" 284 "import-kind";
    the_order_of_requests_comes_after_the_attributes: [(232, 1), (252, 8)] Reader "bad-index" 252 "index";
}

#[test]
fn a_checker_judges_the_record_before_the_padding() {
    let mut file = every_kind_file();
    set(&mut file, 272, 1);
    set(&mut file, 412, 1);
    repair_metadata(&mut file);
    repair_header(&mut file);
    assert_eq!(check(&file), Err(rejection("bad-entry", 324, "forbidden-export")));
    assert_eq!(validate(&file), Err(rejection("bad-layout", 412, "padding")));
}

#[test]
fn a_wrong_checksum_of_the_header_comes_before_its_fields() {
    let mut file = every_kind_file();
    set(&mut file, 8, u32::MAX);
    is_rejected(&file, &By::Opener, "bad-checksum", 108, "header-crc");
}

#[test]
fn a_wrong_checksum_of_the_metadata_is_bad_checksum() {
    let mut file = every_kind_file();
    file[112] ^= 1;
    is_rejected(&file, &By::Reader, "bad-checksum", 96, "metadata-crc");
}

#[test]
fn a_file_of_111_bytes_is_truncated_at_its_end() {
    is_rejected(&every_kind_file()[..111], &By::Opener, "truncated", 111, "header-whole");
}

#[test]
fn a_wrong_magic_is_bad_magic() {
    is_rejected(b"BMES\x04\0\0\0", &By::Opener, "bad-magic", 0, "magic");
}

#[test]
fn a_file_of_seven_bytes_is_truncated() {
    is_rejected(b"SEMB\x04\0\0", &By::Opener, "truncated", 4, "header-bounds");
}

#[test]
fn version_3_is_unsupported_here() {
    is_rejected(b"SEMB\x03\0\0\0", &By::Opener, "unsupported-version", 4, "version");
}

#[test]
fn version_4_is_unsupported_by_the_functions_for_versions_1_to_3() {
    let expected = Err(Rejection { class: "unsupported-version", offset: Some(4), version: 1, clause: "version" });
    let [file, _] = files_of_the_page();
    assert_eq!(bmes_oracle::decode(&file).map(|_| ()), expected);
    assert_eq!(bmes_oracle::check(&file), expected);
}

#[test]
fn attributes_without_requests_are_bad_index() {
    let [mut file, _] = files_of_the_page();
    set(&mut file, 124, 1);
    file.resize(168, 0);
    set(&mut file, 16, 56);
    repair_metadata(&mut file);
    repair_header(&mut file);
    assert_eq!(decode(&file), Err(rejection("bad-index", 124, "attribute-end")));
}

#[test]
fn bytes_without_strings_are_bad_index() {
    let [mut file, _] = files_of_the_page();
    set(&mut file, 116, 8);
    file.resize(168, 0);
    set(&mut file, 16, 56);
    repair_metadata(&mut file);
    repair_header(&mut file);
    assert_eq!(decode(&file), Err(rejection("bad-index", 116, "string-end")));
}
