//! Readers that read right and report something else.

use super::reader::report;
use super::{Change, How, Idea, Lists, Report, rejection};
use crate::case::{Bytecode, Decoded, Record};
use crate::plain;
use bmes::{ExportType, ImportType, Version};

/// The lists of entries of a version.
pub(super) fn lists_of(version: u32) -> Vec<&'static str> {
    let more: &[_] = match version {
        1 | 2 => &[],
        _ => &["declared_variables", "lexical_variables"],
    };
    [&["requests", "imports", "exports", "star_exports"], more].concat()
}

pub(super) fn all(version: u32) -> Vec<Idea> {
    [lists(version), records(), whole_files()].concat()
}

fn lists(version: u32) -> Vec<Idea> {
    let mut all = Vec::new();
    for list in lists_of(version).into_iter().chain(["requests.attributes"]) {
        let clause = if list == "requests.attributes" { "attributes-kept" } else { "entries-kept" };
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
    for list in lists_of(version).into_iter().filter(|list| *list != "requests") {
        all.push(report(
            format!("up-to-1000/{list}"),
            "entries-kept",
            format!("Entries of `{list}` beyond 1,000 are not reported."),
            Change::List(list, Lists::UpTo(1_000)),
        ));
    }
    all
}

fn records() -> Vec<Idea> {
    let swapped = |one, other| {
        report(
            format!("swapped/{one}"),
            "layout",
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
            "fields-verbatim",
            "Fields that do not apply are reported empty.",
            Change::InapplicableEmptied,
        ),
        report(
            "namespace-name-star",
            "fields-verbatim",
            "The import name of a Namespace import is reported as `*`.",
            Change::NamespaceName("*"),
        ),
        report(
            "namespace-name-emptied",
            "fields-verbatim",
            "The import name of a Namespace import is reported empty.",
            Change::NamespaceName(""),
        ),
        report(
            "typescript-is-single",
            "import-type",
            "SingleTypeScript is reported as Single.",
            Change::ImportType(ImportType::SingleTypeScript, ImportType::Single),
        ),
        report(
            "import-namespace-is-single",
            "import-type",
            "An import of type Namespace is reported as Single.",
            Change::ImportType(ImportType::Namespace, ImportType::Single),
        ),
        report(
            "indirect-is-local",
            "export-type",
            "Indirect is reported as Local.",
            Change::ExportType(ExportType::Indirect, ExportType::Local),
        ),
        report(
            "export-namespace-is-indirect",
            "export-type",
            "An export of type Namespace is reported as Indirect.",
            Change::ExportType(ExportType::Namespace, ExportType::Indirect),
        ),
    ]
}

fn whole_files() -> Vec<Idea> {
    vec![
        whole(
            "header-alone",
            "all-or-nothing",
            "A file with a right header is valid; what cannot be read is left out.",
            |_, file, read| read.or_else(|error| plain::identify(file).map(|_| nothing(file)).map_err(|_| error)),
        ),
        whole("cut-is-empty", "all-or-nothing", "A file that is cut holds nothing, and is valid.", |_, file, read| {
            read.or_else(|error| match error.class {
                "truncated" if file.len() >= 8 => Ok(nothing(file)),
                _ => Err(error),
            })
        }),
        whole("header-unread", "identify-first", "A reader does not look at the header.", |version, file, read| {
            match read {
                Err(error) if file.len() >= 8 && plain::identify(file).is_err() => {
                    plain::decode(&[b"SEMB", &version.to_le_bytes()[..], &file[8..]].concat()).map_err(|_| error)
                }
                read => read,
            }
        }),
        whole(
            "end-for-length",
            "bytecode-place",
            "The end of the bytecode is reported as its length.",
            |_, _, read| read.map(|decoded| moved(decoded, |at| Bytecode { length: at.offset + at.length, ..at })),
        ),
        whole("empty-bytecode-at-zero", "bytecode-empty", "Empty bytecode is reported at offset 0.", |_, _, read| {
            read.map(|decoded| moved(decoded, |at| if at.length == 0 { Bytecode { offset: 0, ..at } } else { at }))
        }),
        whole(
            "zeros-trimmed",
            "bytecode-opaque",
            "Zero bytes at the end of the bytecode are left out.",
            |_, file, read| {
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
            "bytecode-opaque",
            "Bytecode that begins like a file is refused.",
            |_, file, read| match read {
                Ok(decoded) if file[decoded.bytecode.offset..].starts_with(b"SEMB") => {
                    Err(rejection("bad-magic", decoded.bytecode.offset))
                }
                read => read,
            },
        ),
        whole("text-bytecode-refused", "bytecode-opaque", "Bytecode that is text is refused.", |_, file, read| {
            match read {
                Ok(decoded) if decoded.bytecode.length > 0 && file[decoded.bytecode.offset..].is_ascii() => {
                    Err(rejection("bad-layout", decoded.bytecode.offset))
                }
                read => read,
            }
        }),
        whole("up-to-64-kib", "limit-accept", "A file of more than 65,535 bytes is refused.", |_, file, read| {
            if file.len() > 65_535 { Err(rejection("limit", 0)) } else { read }
        }),
        whole("below-one-mib", "limit-accept", "A file of 1 MiB is refused.", |_, file, read| {
            if file.len() >= 1 << 20 { Err(rejection("limit", 0)) } else { read }
        }),
        whole("checks-too", "entries-kept", "A record that may not be linked is not reported.", |_, _, read| {
            read.and_then(|decoded| plain::check_record(&decoded.record).map(|()| decoded))
        }),
    ]
}

pub(super) fn whole(id: &str, clause: &'static str, what: &str, report: Report) -> Idea {
    Idea::new(format!("reader/{id}"), clause, what, How::Report(report))
}

fn nothing(file: &[u8]) -> Decoded {
    let version = plain::identify(file).ok().and_then(Version::from_number);
    Decoded {
        record: Record::new(version.unwrap_or(Version::V1)),
        bytecode: Bytecode { offset: file.len(), length: 0 },
    }
}

pub(super) fn moved(mut decoded: Decoded, change: impl Fn(Bytecode) -> Bytecode) -> Decoded {
    decoded.bytecode = change(decoded.bytecode);
    decoded
}
