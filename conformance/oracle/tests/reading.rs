//! Identifying, decoding and checking files that were written by hand, byte by byte, from the specification.

use std::time::{Duration, Instant};

use bmes::{ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable};
use bmes_oracle::{Rejection, check, decode, identify};

/// Returns a file of version 1. The notation gives the bytes after the version: numbers, 'strings', :hexadecimal bytes,
/// and *n zero bytes.
fn file(notation: &str) -> Vec<u8> {
    file_of(1, notation)
}

/// Returns a file of any version, in the notation of [`file`].
fn file_of(version: u32, notation: &str) -> Vec<u8> {
    let mut file = [b"SEMB", &version.to_le_bytes()[..]].concat();
    for word in notation.split(' ') {
        if let Some(text) = word.strip_prefix('\'') {
            let text = text.strip_suffix('\'').unwrap();
            file.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
            file.extend(text.as_bytes());
        } else if let Some(digits) = word.strip_prefix(':') {
            file.extend(hex::decode(digits).unwrap());
        } else if let Some(zeros) = word.strip_prefix('*') {
            file.resize(file.len() + zeros.parse::<usize>().unwrap(), 0);
        } else {
            file.extend(word.parse::<u32>().unwrap().to_le_bytes());
        }
    }
    file
}

/// Returns the rejection of a file of this version.
fn rejected(version: u32, class: &'static str, offset: usize, clause: &'static str) -> Result<(), Rejection> {
    Err(Rejection { class, offset: Some(offset), version, clause })
}

/// Decodes the file, and asserts that `check` reports the same error as `decode`.
fn structure(file: &[u8]) -> Result<(), Rejection> {
    let verdict = decode(file).map(|_| ());
    if verdict.is_err() {
        assert_eq!(check(file), verdict, "check-decode-first");
    }
    verdict
}

#[test]
fn the_examples_of_the_specification_get_the_verdict_of_the_page() {
    for version in [1, 2, 3] {
        examples_of_the_page(version);
    }
}

fn examples_of_the_page(version: u32) {
    let page = format!("{}/../../spec/v{version}.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(page).unwrap();
    let mut tried = 0;
    for block in text.split("```hex ").skip(1) {
        let (verdict, rest) = block.split_once('\n').unwrap();
        let (digits, _) = rest.split_once("```").unwrap();
        let words: Vec<_> = verdict.split_whitespace().collect();
        if words[0] == "annotated" {
            continue;
        }
        let file: Vec<_> = digits.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        match words[..] {
            ["accept" | "write"] => assert_eq!(check(&file), Ok(()), "{digits}"),
            ["reject" | "check", class, offset] => {
                let rejection = check(&file).unwrap_err();
                assert_eq!((rejection.class, rejection.offset), (class, offset.parse().ok()), "{digits}");
                assert!(text.contains(&format!("**v{version}-{}**", rejection.clause)), "{rejection}");
            }
            _ => panic!("an example with the unknown verdict {verdict:?}"),
        }
        tried += 1;
    }
    assert!(tried >= 5);
}

#[test]
fn an_identifier_decides_by_eight_bytes() {
    let cases: [(&[u8], Result<u32, Rejection>); 14] = [
        (b"", rejected(1, "truncated", 0, "header-bounds").map(|()| 0)),
        (b"XYZ", rejected(1, "truncated", 0, "header-bounds").map(|()| 0)),
        (b"SEM", rejected(1, "truncated", 0, "header-bounds").map(|()| 0)),
        (b"BMES", rejected(1, "bad-magic", 0, "magic").map(|()| 0)),
        (b"BMES\0\0\0\x01", rejected(1, "bad-magic", 0, "magic").map(|()| 0)),
        (b"SEMB", rejected(1, "truncated", 4, "header-bounds").map(|()| 0)),
        (b"SEMB\x02\0\0", rejected(1, "truncated", 4, "header-bounds").map(|()| 0)),
        (b"SEMB\0\0\0\0", rejected(1, "unsupported-version", 4, "version").map(|()| 0)),
        (b"SEMB\x01\0\0\x80", rejected(1, "unsupported-version", 4, "version").map(|()| 0)),
        (b"SEMB\x05\0\0\0", rejected(1, "unsupported-version", 4, "version").map(|()| 0)),
        (b"SEMB\x01\0\0\0and anything", Ok(1)),
        (b"SEMB\x02\0\0\0and anything", Ok(2)),
        (b"SEMB\x03\0\0\0", Ok(3)),
        (b"SEMB\x04\0\0\0", Ok(4)),
    ];
    for (file, expected) in cases {
        assert_eq!(identify(file), expected, "{file:?}");
        if expected.is_err() {
            assert_eq!(decode(file).map(|_| 0), expected, "identify-first: {file:?}");
        }
    }
}

#[test]
fn a_reader_reports_the_first_violation_of_the_structure() {
    for (notation, class, offset, clause) in [
        (":", "truncated", 8, "u32-bounds"),
        (":000000", "truncated", 8, "u32-bounds"),
        ("1 *7", "truncated", 8, "count-bounds"),
        ("536870912 *99", "truncated", 8, "count-bounds"),
        ("1 5 :61626364", "truncated", 12, "string-bounds"),
        ("1 4294967295 :61626364", "truncated", 12, "string-bounds"),
        ("1 'abcd'", "truncated", 20, "u32-bounds"),
        ("1 4 :6162fffe 9", "bad-utf8", 18, "string-utf8"),
        ("1 1 :c3a9000000 *16", "bad-utf8", 16, "string-utf8"),
        ("1 '' 2", "bad-flag", 16, "has-attributes"),
        ("1 '' 257", "bad-flag", 16, "has-attributes"),
        ("1 '' 1 1 *7", "truncated", 20, "count-bounds"),
        ("1 '' 1 1 'k' :010000", "truncated", 29, "u32-bounds"),
        ("0 1 *15", "truncated", 12, "count-bounds"),
        ("0 1 3 4294967295 0 0", "bad-type", 16, "import-type"),
        ("0 1 258 '' '' ''", "bad-type", 16, "import-type"),
        ("0 0 1 *19", "truncated", 16, "count-bounds"),
        ("0 0 1 3 *16", "bad-type", 20, "export-type"),
        ("0 0 1 2147483648 *16", "bad-type", 20, "export-type"),
        ("0 0 0 1 *3", "truncated", 20, "count-bounds"),
        ("0 0 0 1 1 :80", "bad-utf8", 28, "string-utf8"),
        ("0 0 0 0 :00", "truncated", 24, "u32-bounds"),
        ("0 0 0 0 2 :78", "truncated", 24, "bytecode-bounds"),
        ("0 0 0 0 4294967295 :78", "truncated", 24, "bytecode-bounds"),
        ("0 0 0 0 2 :78797a", "trailing-bytes", 30, "end"),
    ] {
        assert_eq!(structure(&file(notation)), rejected(1, class, offset, clause), "{notation}");
    }
}

#[test]
fn the_header_of_versions_2_and_3_is_judged_before_the_metadata() {
    // The size of empty metadata: four counts, and in version 3 two more counts and the code features.
    for (version, metadata) in [(2, 16), (3, 28)] {
        for (numbers, more, class, offset, clause) in [
            (":", 0, "truncated", 8, "header-whole"),
            (":100000", 0, "truncated", 8, "header-whole"),
            ("0", 0, "truncated", 12, "header-whole"),
            ("0 :000000", 0, "truncated", 12, "header-whole"),
            ("0 0", metadata, "bad-layout", 8, "bytecode-offset"),
            ("8 4294967295", metadata, "bad-layout", 8, "bytecode-offset"),
            ("15 0", metadata, "bad-layout", 8, "bytecode-offset"),
            ("16 0", 0, "truncated", 16, "u32-bounds"),
            ("16 16", 16, "truncated", 16, "u32-bounds"),
            ("24 0", 24, "trailing-bytes", 12, "end"),
            ("48 2", 33, "truncated", 12, "bytecode-bounds"),
            ("48 0", 33, "trailing-bytes", 12, "end"),
            ("48 4294967295", 32, "truncated", 12, "bytecode-bounds"),
            ("56 0", 32, "truncated", 8, "bytecode-bounds"),
            ("4294967280 64", 32, "truncated", 8, "bytecode-bounds"),
            ("4294967288 4294967295", 32, "truncated", 8, "bytecode-bounds"),
        ] {
            let file = file_of(version, &format!("{numbers} *{more}"));
            assert_eq!(structure(&file), rejected(version, class, offset, clause), "{version}: {numbers} *{more}");
        }
    }
    for odd in [33, 34, 36, 44, 47] {
        let file = file_of(3, &format!("{odd} 4294967295 *{}", odd - 16));
        assert_eq!(structure(&file), rejected(3, "bad-layout", 8, "bytecode-offset-aligned"), "{odd}");
    }
}

#[test]
fn padding_is_at_most_seven_zeros() {
    for gap in 0..20 {
        let bytecode = 32 + gap..35 + gap;
        let file = file_of(2, &format!("{} 3 *16 *{gap} :ff00ff", bytecode.start));
        match decode(&file) {
            Ok(decoded) => assert_eq!((decoded.bytecode, gap < 8), (bytecode, true)),
            Err(_) => assert_eq!((structure(&file), gap > 7), (rejected(2, "bad-layout", 8, "gap"), true)),
        }
    }
    // In version 3, the bytecode is aligned, so names of different lengths lead to different padding.
    for length in 0..16 {
        let name = "x".repeat(length);
        let end = 44 + 8 + length;
        for offset in (end..end + 16).filter(|offset| offset % 8 == 0) {
            let padding = offset - end;
            let file = file_of(3, &format!("{offset} 1 *16 1 '{name}' 0 0 0 *{padding} :ff"));
            let expected = if padding < 8 { Ok(()) } else { rejected(3, "bad-layout", 8, "gap") };
            assert_eq!(structure(&file), expected, "{name} {offset}");
        }
    }
    for wrong in 32..39 {
        for value in [0x01, 0x20, 0x80, 0xff] {
            let mut file = file_of(2, "39 2 *16 *7 :ffff");
            file[wrong] = value;
            assert_eq!(structure(&file), rejected(2, "bad-layout", wrong, "padding"));
        }
    }
}

#[test]
fn the_metadata_ends_where_the_bytecode_begins() {
    // The bytes from `bytecode_offset` on are bytecode. A reader that ignores this would take them for the missing
    // field.
    for (notation, class, offset, clause) in [
        ("24 8 0 0 0 0", "truncated", 24, "u32-bounds"),
        ("24 40 1 *4 *40", "truncated", 16, "count-bounds"),
        ("32 40 1 9 :00000000 0 *40", "truncated", 20, "string-bounds"),
        ("32 40 2 *12 *40", "truncated", 16, "count-bounds"),
        ("32 40 0 0 1 0 *40", "truncated", 24, "count-bounds"),
    ] {
        for version in [2, 3] {
            let verdict = structure(&file_of(version, notation));
            assert_eq!(verdict, rejected(version, class, offset, clause), "{version}: {notation}");
        }
    }
}

#[test]
fn the_environment_is_read_in_version_3() {
    for (environment, class, offset, clause) in [
        ("1 0 0", "truncated", 32, "count-bounds"),
        ("4294967295 0 0 0", "truncated", 32, "count-bounds"),
        ("0 2 0 0 0", "truncated", 36, "count-bounds"),
        ("1 'abcdefgh' 0", "truncated", 48, "u32-bounds"),
        ("1 :05000000 :61616161 0 0", "truncated", 45, "u32-bounds"),
        ("1 1 :ff000000 :00000000 *7", "bad-utf8", 40, "string-utf8"),
        ("0 1 :09000000 :00000000 :00000000", "truncated", 40, "string-bounds"),
        ("0 0", "truncated", 40, "u32-bounds"),
    ] {
        let metadata = file_of(3, environment).len() - 8;
        let offset_of_bytecode = (32 + metadata) / 8 * 8;
        let file =
            file_of(3, &format!("{offset_of_bytecode} {} *16 {environment}", 32 + metadata - offset_of_bytecode));
        assert_eq!(structure(&file), rejected(3, class, offset, clause), "{environment}");
    }
    let file = file_of(3, "80 2 *16 2 'b' 4294967295 '' 0 2 '' 2147483648 'b' 65536 4294967294 *2 :beef");
    let decoded = decode(&file).unwrap();
    let environment = decoded.record.environment().unwrap();
    let pairs =
        |list: &[Variable]| -> Vec<_> { list.iter().map(|variable| (variable.name.clone(), variable.bits)).collect() };
    assert_eq!(pairs(&environment.declared_variables), [("b".into(), u32::MAX), (String::new(), 0)]);
    assert_eq!(pairs(&environment.lexical_variables), [(String::new(), 1 << 31), ("b".into(), 65_536)]);
    assert_eq!(environment.code_features, u32::MAX - 1);
    assert_eq!(check(&file), Ok(()));
}

#[test]
fn a_name_stands_once_in_each_list_of_variables() {
    for (environment, verdict) in [
        ("2 'a' 1 'a' 2 0 0", rejected(3, "duplicate-variable", 45, "duplicate-variable")),
        ("0 3 'a' 1 '' 1 'a' 1 0", rejected(3, "duplicate-variable", 57, "duplicate-variable")),
        ("0 2 '' 0 '' 0 0", rejected(3, "duplicate-variable", 48, "duplicate-variable")),
        ("1 'a' 1 1 'a' 1 0", Ok(())),
        ("2 'a' 1 'A' 1 0 0", Ok(())),
    ] {
        let end = 32 + file_of(3, environment).len() - 8;
        let offset = end.next_multiple_of(8);
        let file = file_of(3, &format!("{offset} 0 *16 {environment} *{}", offset - end));
        assert_eq!(structure(&file), Ok(()), "{environment}");
        assert_eq!(check(&file), verdict, "{environment}");
    }
}

#[test]
fn a_reader_reports_every_field_verbatim() {
    let requests = "3 '\u{FEFF}a\0\n' 0 '' 1 2 'z' '' 'a' 'b' '' 1 0";
    let imports = "2 1 'm' 'starDefault' '' 1 'm' 'starDefault' ''";
    let exports = "2 0 '' 'x' 'y' 'l' 2 'e\u{301}' '\u{10FFFF}' '' '*default*'";
    let file = file(&format!("{requests} {imports} {exports} 2 's' 's' 3 :ff00c3"));
    let decoded = decode(&file).unwrap();
    let record = &decoded.record;
    assert_eq!(record.version().number(), 1);
    let specifiers: Vec<_> = record.requests.iter().map(|request| request.specifier.as_str()).collect();
    assert_eq!(specifiers, ["\u{FEFF}a\0\n", "", ""]);
    let attributes = |request: &ModuleRequest| -> Vec<_> {
        request.attributes.iter().map(|attribute| format!("{}={}", attribute.key, attribute.value)).collect()
    };
    let attributes: Vec<_> = record.requests.iter().map(attributes).collect();
    assert_eq!(attributes, [vec![], vec!["z=".to_owned(), "a=b".to_owned()], vec![]]);
    assert_eq!((record.imports.len(), &record.imports[0]), (2, &record.imports[1]));
    let ImportEntry { import_type, module_request, import_name, local_name } = &record.imports[0];
    assert_eq!(*import_type, ImportType::SingleTypeScript);
    assert_eq!([module_request, import_name, local_name], ["m", "starDefault", ""]);
    let texts = |export: &ExportEntry| {
        let ExportEntry { export_name, module_name, import_name, local_name, .. } = export.clone();
        (export.export_type, [export_name, module_name, import_name, local_name])
    };
    assert_eq!(texts(&record.exports[0]), (ExportType::Local, ["", "x", "y", "l"].map(String::from)));
    let second = ["e\u{301}", "\u{10FFFF}", "", "*default*"].map(String::from);
    assert_eq!(texts(&record.exports[1]), (ExportType::Namespace, second));
    assert_eq!(record.star_exports, ["s", "s"]);
    assert_eq!(decoded.bytecode, file.len() - 3..file.len());
}

#[test]
fn prefixes_are_truncated_and_one_more_byte_is_trailing() {
    let mut file = file("1 './m' 1 1 'type' 'json' 1 2 './m' '*' 'é' 1 1 'a' './m' 'b' '' 1 './m' 3 :616263");
    assert_eq!(check(&file), Ok(()));
    for length in 0..file.len() {
        let rejection = decode(&file[..length]).unwrap_err();
        assert_eq!(rejection.class, "truncated", "{length}");
        assert!(rejection.offset.unwrap() <= length, "{length}: {rejection}");
    }
    let end = file.len();
    file.push(0);
    assert_eq!(structure(&file), rejected(1, "trailing-bytes", end, "end"));
}

#[test]
fn a_checker_reports_the_entry_that_completes_a_violation() {
    // The request of "1 'm' 0" begins at byte 12, and the imports begin at byte 21. After two requests for 'm', the
    // imports begin at byte 43.
    for (notation, class, offset) in [
        ("2 'm' 0 'm' 0 0 0 0 0", "duplicate-request", 21),
        ("2 'm' 0 'm' 1 0 0 0 0 0", "duplicate-request", 21),
        ("1 'm' 1 2 'k' '1' 'k' '2' 0 0 0 0", "duplicate-attribute", 12),
        ("2 'm' 0 'm' 1 1 'k' '' 1 0 'm' 'a' 'b' 0 0 0", "ambiguous-request", 47),
        ("2 'm' 0 'm' 1 1 'k' '' 0 1 1 'a' 'm' 'b' '' 0 0", "ambiguous-request", 51),
        ("2 'm' 0 'm' 1 1 'k' '' 0 1 2 'a' 'm' '' '' 0 0", "ambiguous-request", 51),
        ("2 'm' 0 'm' 1 1 'k' '' 0 0 1 'm' 0", "ambiguous-request", 55),
        ("1 'm' 0 1 2 'M' '*' 'b' 0 0 0", "unrequested-module", 25),
        ("1 'm' 0 0 1 2 'a' '' '' '' 0 0", "unrequested-module", 29),
        ("1 'm' 0 0 0 2 'm' 'm\t' 0", "unrequested-module", 38),
        ("1 'm' 0 1 2 'm' '*' '' 0 0 0", "missing-local-name", 25),
        ("1 'm' 0 0 1 0 'a' '' '' '' 0 0", "missing-local-name", 29),
        ("1 'm' 0 2 0 'm' '' 'b' 2 'm' '' 'b' 0 0 0", "duplicate-local-name", 43),
        ("1 'm' 0 0 2 0 '' '' '' 'b' 2 '' 'm' '' '' 0 0", "duplicate-export-name", 50),
        ("1 'm' 0 0 0 2 'm' 'm' 0", "duplicate-star-export", 38),
        ("1 'm' 0 0 1 0 'a' 'm' '' 'b' 0 0", "misplaced-field", 29),
        ("1 'm' 0 0 1 0 'a' '' 'b' 'b' 0 0", "misplaced-field", 29),
        ("1 'm' 0 0 1 1 'a' 'm' 'b' 'b' 0 0", "misplaced-field", 29),
        ("1 'm' 0 0 1 2 'a' 'm' 'b' '' 0 0", "misplaced-field", 29),
        ("1 'm' 0 0 1 2 'a' 'm' '' 'b' 0 0", "misplaced-field", 29),
    ] {
        let file = file(notation);
        assert_eq!(structure(&file), Ok(()), "{notation}");
        let rejection = check(&file).unwrap_err();
        assert_eq!((rejection.class, rejection.offset), (class, Some(offset)), "{notation}");
        assert_eq!((rejection.version, rejection.clause), (1, class));
    }
}

#[test]
fn a_checker_accepts_unusual_records() {
    for notation in [
        // Two requests with one specifier and different attributes.
        "2 'm' 1 1 'k' '1' 'm' 1 1 'k' '2' 0 0 0 0",
        // A specifier, an export name and an import name may be empty.
        "1 '' 0 1 1 '' '' 'l' 1 1 '' '' '' '' 0 0",
        // Names are compared as bytes: composed and decomposed, upper and lower case.
        "3 'é' 0 'e\u{301}' 0 'É' 0 0 0 2 'é' 'e\u{301}' 0",
        // Two exports of one binding that an import entry binds.
        "1 'm' 0 1 2 'm' 'anything' 'b' 2 0 'x' '' '' 'b' 0 'y' '' '' 'b' 0 0",
        // A Local export names no request: two requests with the empty specifier do not make it ambiguous.
        "2 '' 0 '' 1 1 'k' '' 0 1 0 'x' '' '' 'b' 0 0",
    ] {
        assert_eq!(check(&file(notation)), Ok(()), "{notation}");
    }
}

#[test]
fn thousands_of_entries_are_checked_in_seconds() {
    let long = "x".repeat(200);
    let entries = |entry: &dyn Fn(&str) -> String| -> String {
        (0..5000).map(|index| entry(&format!("{long}{index}"))).collect()
    };
    let distinct = format!(
        "5000{} 5000{} 5000{} 0 0",
        entries(&|name| format!(" '{name}' 0")),
        entries(&|name| format!(" 0 '{name}' '' '{name}'")),
        entries(&|name| format!(" 1 '{name}' '{name}' '' ''")),
    );
    let one_specifier = format!("5000{} 0 0 0 0", entries(&|name| format!(" '{long}' 1 1 '{name}' ''")));
    let one_request = format!("1 '{long}' 1 5000{} 0 0 0 0", entries(&|name| format!(" '{name}' ''")));
    for notation in [distinct, one_specifier, one_request] {
        let file = file(&notation);
        let start = Instant::now();
        assert_eq!(check(&file), Ok(()));
        // Without optimisation a check takes a few tenths of a second; a quadratic one takes minutes.
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
