//! Readers that read right and report something else.

use super::reader::report;
use super::{Change, How, Lists, Weakening, rejection};
use crate::case::{Bytecode, Decoded, Record};
use crate::plain;
use bmes::{ExportType, ImportType, Version};

const LISTS: [&str; 5] = ["requests", "requests.attributes", "imports", "exports", "star_exports"];

pub(super) fn all() -> Vec<Weakening> {
    [lists(), records(), whole_files()].concat()
}

fn lists() -> Vec<Weakening> {
    let mut all = Vec::new();
    for list in LISTS {
        let clause = if list == "requests.attributes" { "v1-attributes-kept" } else { "v1-entries-kept" };
        let changes = [
            ("sorted", "are sorted", Lists::Sorted),
            ("reversed", "are turned around", Lists::Reversed),
            ("deduplicated", "that are there twice are reported once", Lists::Deduplicated),
            ("first-of-each", "of one name are reported once", Lists::FirstOfEach),
            ("without-first", "but the first are reported", Lists::WithoutFirst),
            ("without-last", "but the last are reported", Lists::WithoutLast),
            ("up-to-one", "beyond the first are not reported", Lists::UpTo(1)),
            ("up-to-16", "beyond 16 are not reported", Lists::UpTo(16)),
            ("up-to-255", "beyond 255 are not reported", Lists::UpTo(255)),
            ("dropped", "are not reported", Lists::Emptied),
        ];
        for (id, what, lists) in changes {
            all.push(report(
                format!("{id}/{list}"),
                clause,
                format!("Entries of `{list}` {what}."),
                Change::List(list, lists),
            ));
        }
    }
    for list in ["imports", "exports", "star_exports"] {
        all.push(report(
            format!("up-to-1000/{list}"),
            "v1-entries-kept",
            format!("Entries of `{list}` beyond 1,000 are not reported."),
            Change::List(list, Lists::UpTo(1_000)),
        ));
    }
    all
}

fn records() -> Vec<Weakening> {
    let swapped = |one, other| {
        report(
            format!("swapped/{one}"),
            "v1-layout",
            format!("`{one}` and `{other}` are taken for each other."),
            Change::Swapped(one, other),
        )
    };
    vec![
        swapped("requests.attributes.key", "requests.attributes.value"),
        swapped("imports.module_request", "imports.import_name"),
        swapped("imports.import_name", "imports.local_name"),
        swapped("exports.export_name", "exports.local_name"),
        swapped("exports.module_name", "exports.import_name"),
        swapped("exports.import_name", "exports.local_name"),
        report(
            "inapplicable-emptied",
            "v1-fields-verbatim",
            "Fields that do not apply are reported empty.",
            Change::InapplicableEmptied,
        ),
        report(
            "namespace-name-star",
            "v1-fields-verbatim",
            "The import name of a Namespace import is reported as `*`.",
            Change::NamespaceName("*"),
        ),
        report(
            "namespace-name-emptied",
            "v1-fields-verbatim",
            "The import name of a Namespace import is reported empty.",
            Change::NamespaceName(""),
        ),
        report(
            "typescript-is-single",
            "v1-import-type",
            "SingleTypeScript is reported as Single.",
            Change::ImportType(ImportType::SingleTypeScript, ImportType::Single),
        ),
        report(
            "import-namespace-is-single",
            "v1-import-type",
            "An import of type Namespace is reported as Single.",
            Change::ImportType(ImportType::Namespace, ImportType::Single),
        ),
        report(
            "indirect-is-local",
            "v1-export-type",
            "Indirect is reported as Local.",
            Change::ExportType(ExportType::Indirect, ExportType::Local),
        ),
        report(
            "export-namespace-is-indirect",
            "v1-export-type",
            "An export of type Namespace is reported as Indirect.",
            Change::ExportType(ExportType::Namespace, ExportType::Indirect),
        ),
    ]
}

fn whole_files() -> Vec<Weakening> {
    let whole = |id: &str, clause, what: &str, report| {
        Weakening::new(format!("reader/{id}"), clause, what, How::Report(report))
    };
    vec![
        whole(
            "header-alone",
            "v1-all-or-nothing",
            "A file with a right header is valid; what cannot be read is left out.",
            |file, read| read.or_else(|error| plain::identify(file).map(|_| nothing(file)).map_err(|_| error)),
        ),
        whole("cut-is-empty", "v1-all-or-nothing", "A file that is cut holds nothing, and is valid.", |file, read| {
            read.or_else(|error| match error.class {
                "truncated" if file.len() >= 8 => Ok(nothing(file)),
                _ => Err(error),
            })
        }),
        whole("header-unread", "v1-identify-first", "A reader does not look at the header.", |file, read| match read {
            Err(error) if file.len() >= 8 && plain::identify(file).is_err() => {
                plain::decode(&[b"SEMB\x01\0\0\0", &file[8..]].concat()).map_err(|_| error)
            }
            read => read,
        }),
        whole(
            "offset-from-metadata",
            "v1-bytecode-place",
            "The offset of the bytecode is counted from behind the header.",
            |_, read| read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset - 8, ..at })),
        ),
        whole("offset-of-size", "v1-bytecode-place", "The offset of the bytecode is that of its size.", |_, read| {
            read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset - 4, ..at }))
        }),
        whole(
            "offset-aligned",
            "v1-bytecode-place",
            "The offset of the bytecode is rounded up to eight.",
            |_, read| read.map(|decoded| moved(decoded, |at| Bytecode { offset: at.offset.next_multiple_of(8), ..at })),
        ),
        whole(
            "end-for-length",
            "v1-bytecode-place",
            "The end of the bytecode is reported as its length.",
            |_, read| read.map(|decoded| moved(decoded, |at| Bytecode { length: at.offset + at.length, ..at })),
        ),
        whole("empty-bytecode-at-zero", "v1-bytecode-empty", "Empty bytecode is reported at offset 0.", |_, read| {
            read.map(|decoded| moved(decoded, |at| if at.length == 0 { Bytecode { offset: 0, ..at } } else { at }))
        }),
        whole(
            "zeros-trimmed",
            "v1-bytecode-opaque",
            "Zero bytes at the end of the bytecode are left out.",
            |file, read| {
                read.map(|decoded| {
                    moved(decoded, |at| {
                        let zeros =
                            file[at.offset..at.offset + at.length].iter().rev().take_while(|byte| **byte == 0).count();
                        Bytecode { length: at.length - zeros, ..at }
                    })
                })
            },
        ),
        whole(
            "nested-file-refused",
            "v1-bytecode-opaque",
            "Bytecode that begins like a file is refused.",
            |file, read| match read {
                Ok(decoded) if file[decoded.bytecode.offset..].starts_with(b"SEMB") => {
                    Err(rejection("bad-magic", decoded.bytecode.offset))
                }
                read => read,
            },
        ),
        whole("text-bytecode-refused", "v1-bytecode-opaque", "Bytecode that is text is refused.", |file, read| {
            match read {
                Ok(decoded) if decoded.bytecode.length > 0 && file[decoded.bytecode.offset..].is_ascii() => {
                    Err(rejection("bad-layout", decoded.bytecode.offset))
                }
                read => read,
            }
        }),
        whole("up-to-64-kib", "v1-limit-accept", "A file of more than 65,535 bytes is refused.", |file, read| {
            if file.len() > 65_535 { Err(rejection("limit", 0)) } else { read }
        }),
        whole("below-one-mib", "v1-limit-accept", "A file of 1 MiB is refused.", |file, read| {
            if file.len() >= 1 << 20 { Err(rejection("limit", 0)) } else { read }
        }),
        whole("checks-too", "v1-entries-kept", "A record that may not be linked is not reported.", |_, read| {
            read.and_then(|decoded| plain::check_record(&decoded.record).map(|()| decoded))
        }),
    ]
}

fn nothing(file: &[u8]) -> Decoded {
    Decoded { record: Record::new(Version::V1), bytecode: Bytecode { offset: file.len(), length: 0 } }
}

fn moved(mut decoded: Decoded, change: impl Fn(Bytecode) -> Bytecode) -> Decoded {
    decoded.bytecode = change(decoded.bytecode);
    decoded
}
