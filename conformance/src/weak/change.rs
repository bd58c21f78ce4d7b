//! What somebody does to a record who should leave it alone.

mod environment;

pub use environment::Environments;

use unicode_normalization::UnicodeNormalization;

use crate::case::Record;
use bmes::{Attribute, ExportType, ImportType};

/// A change to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// To the text of strings.
    Strings(Strings, Words),
    /// To a list.
    List(&'static str, Lists),
    /// Attributes are ordered so.
    Attributes(Order),
    /// The import name of a Namespace import is kept as it is.
    NamespaceNameKept,
    /// The import name of a Namespace import becomes this.
    NamespaceName(&'static str),
    /// Fields that do not apply are emptied.
    InapplicableEmptied,
    /// These two fields are taken for each other.
    Swapped(&'static str, &'static str),
    /// Entries of this type are taken for those of the other: types of imports.
    ImportType(ImportType, ImportType),
    /// The same for exports.
    ExportType(ExportType, ExportType),
    /// An empty local name becomes the name that is imported or exported.
    LocalNamesFilled,
    /// A request is added for each module that is named and not requested.
    RequestsAdded,
    /// A repeated attribute key is dropped, the last value kept.
    LastAttributeKept,
    /// Something is done to the environment.
    Environment(Environments),
}

/// Which strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strings {
    /// All.
    All,
    /// Those of this field, such as `imports.local_name`.
    Of(&'static str),
}

/// What is done to text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// It ends before the first U+0000.
    UpToNul,
    /// U+0000 is left out.
    WithoutNul,
    /// A leading U+FEFF is left out.
    WithoutByteOrderMark,
    /// White space is left out at both ends.
    Trimmed,
    /// White space is left out at the end.
    TrimmedEnd,
    /// It is normalised to NFC.
    Composed,
    /// It is normalised to NFD.
    Decomposed,
    /// It is normalised to NFKC.
    Compatible,
    /// It is written in lower case.
    Lowercase,
    /// Its UTF-8 is read as Latin-1.
    Latin1,
    /// What is not ASCII becomes a question mark.
    Ascii,
    /// Code points above U+FFFF become U+FFFD, twice.
    WithoutAstral,
    /// Noncharacters become U+FFFD.
    WithoutNoncharacters,
    /// Line ends become line feeds.
    LineFeeds,
    /// It has at most so many bytes.
    UpTo(usize),
    /// The empty string becomes this.
    EmptyIs(&'static str),
    /// This string becomes that one.
    Renamed(&'static str, &'static str),
    /// It becomes empty.
    Emptied,
}

/// What is done to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// It is sorted.
    Sorted,
    /// It is turned around.
    Reversed,
    /// What is there twice is kept once.
    Deduplicated,
    /// Its first entry is left out.
    WithoutFirst,
    /// Its last entry is left out.
    WithoutLast,
    /// It ends after so many.
    UpTo(usize),
    /// It is empty.
    Emptied,
    /// Of the entries of one name the first is kept.
    FirstOfEach,
}

/// An order of attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As given.
    Given,
    /// Backwards.
    Descending,
    /// By the key's UTF-16 code units.
    Utf16,
    /// By the key in lower case.
    CaseInsensitive,
    /// By the key's length, then its bytes.
    Length,
    /// By the key's bytes as signed numbers.
    SignedBytes,
    /// By the value.
    Value,
    /// By the first byte of the key.
    FirstByte,
}

impl Change {
    /// Whether it decides the order of attributes, and wants them as they were given.
    pub(super) fn is_about_order(self) -> bool {
        matches!(self, Self::Attributes(_))
    }

    /// Whether it decides what a Namespace import's name is.
    pub(super) fn is_about_namespaces(self) -> bool {
        matches!(self, Self::NamespaceNameKept)
    }

    /// Changes the record.
    pub(super) fn apply(self, record: &mut Record) {
        match self {
            Self::Strings(which, words) => each_string(record, |field, text| {
                if which == Strings::All || which == Strings::Of(field) {
                    *text = words.of(text);
                }
            }),
            Self::List("requests", lists) => lists.change(&mut record.requests, |request| request.specifier.clone()),
            Self::List("requests.attributes", lists) => {
                for request in &mut record.requests {
                    lists.change(&mut request.attributes, |attribute| attribute.key.clone());
                }
            }
            Self::List("imports", lists) => lists.change(&mut record.imports, |import| import.local_name.clone()),
            Self::List("exports", lists) => lists.change(&mut record.exports, |export| export.export_name.clone()),
            Self::List("star_exports", lists) => lists.change(&mut record.star_exports, Clone::clone),
            Self::List(list, lists) => {
                let environment = record.environment.iter_mut();
                environment.for_each(|environment| {
                    let variables = if list == "declared_variables" {
                        &mut environment.declared_variables
                    } else {
                        &mut environment.lexical_variables
                    };
                    lists.change(variables, |variable| variable.name.clone());
                });
            }
            Self::Attributes(order) => {
                for request in &mut record.requests {
                    order.sort(&mut request.attributes);
                }
            }
            Self::NamespaceNameKept => {}
            Self::NamespaceName(name) => {
                for import in &mut record.imports {
                    if import.import_type == ImportType::Namespace {
                        name.clone_into(&mut import.import_name);
                    }
                }
            }
            Self::InapplicableEmptied => empty_inapplicable(record),
            Self::Swapped(one, other) => swap(record, one, other),
            Self::ImportType(from, to) => {
                for import in record.imports.iter_mut().filter(|import| import.import_type == from) {
                    import.import_type = to;
                }
            }
            Self::ExportType(from, to) => {
                for export in record.exports.iter_mut().filter(|export| export.export_type == from) {
                    export.export_type = to;
                }
            }
            Self::LocalNamesFilled => {
                for import in record.imports.iter_mut().filter(|import| import.local_name.is_empty()) {
                    import.local_name.clone_from(&import.import_name);
                }
                let is_local = |export: &&mut bmes::ExportEntry| export.export_type == ExportType::Local;
                for export in record.exports.iter_mut().filter(is_local).filter(|export| export.local_name.is_empty()) {
                    export.local_name.clone_from(&export.export_name);
                }
            }
            Self::RequestsAdded => add_requests(record),
            Self::LastAttributeKept => {
                for request in &mut record.requests {
                    request.attributes.reverse();
                    Lists::FirstOfEach.change(&mut request.attributes, |attribute| attribute.key.clone());
                    request.attributes.reverse();
                }
            }
            Self::Environment(environments) => environments.apply(record),
        }
    }
}

fn each_string(record: &mut Record, mut change: impl FnMut(&'static str, &mut String)) {
    for request in &mut record.requests {
        change("requests.specifier", &mut request.specifier);
        for attribute in &mut request.attributes {
            change("requests.attributes.key", &mut attribute.key);
            change("requests.attributes.value", &mut attribute.value);
        }
    }
    for import in &mut record.imports {
        change("imports.module_request", &mut import.module_request);
        change("imports.import_name", &mut import.import_name);
        change("imports.local_name", &mut import.local_name);
    }
    for export in &mut record.exports {
        change("exports.export_name", &mut export.export_name);
        change("exports.module_name", &mut export.module_name);
        change("exports.import_name", &mut export.import_name);
        change("exports.local_name", &mut export.local_name);
    }
    for module_name in &mut record.star_exports {
        change("star_exports.module_name", module_name);
    }
    if let Some(environment) = &mut record.environment {
        for variable in &mut environment.declared_variables {
            change("declared_variables.name", &mut variable.name);
        }
        for variable in &mut environment.lexical_variables {
            change("lexical_variables.name", &mut variable.name);
        }
    }
}

fn swap(record: &mut Record, one: &str, other: &str) {
    for attribute in record.requests.iter_mut().flat_map(|request| &mut request.attributes) {
        if one == "requests.attributes.key" {
            std::mem::swap(&mut attribute.key, &mut attribute.value);
        }
    }
    for import in &mut record.imports {
        match (one, other) {
            ("imports.import_name", "imports.local_name") => {
                std::mem::swap(&mut import.import_name, &mut import.local_name);
            }
            ("imports.module_request", "imports.import_name") => {
                std::mem::swap(&mut import.module_request, &mut import.import_name);
            }
            _ => {}
        }
    }
    for export in &mut record.exports {
        match (one, other) {
            ("exports.import_name", "exports.local_name") => {
                std::mem::swap(&mut export.import_name, &mut export.local_name);
            }
            ("exports.export_name", "exports.local_name") => {
                std::mem::swap(&mut export.export_name, &mut export.local_name);
            }
            ("exports.module_name", "exports.import_name") => {
                std::mem::swap(&mut export.module_name, &mut export.import_name);
            }
            _ => {}
        }
    }
}

fn empty_inapplicable(record: &mut Record) {
    for export in &mut record.exports {
        match export.export_type {
            ExportType::Local => {
                export.module_name.clear();
                export.import_name.clear();
            }
            ExportType::Indirect => export.local_name.clear(),
            _ => {
                export.import_name.clear();
                export.local_name.clear();
            }
        }
    }
}

fn add_requests(record: &mut Record) {
    let imports = record.imports.iter().map(|import| import.module_request.clone());
    let is_local = |export: &&bmes::ExportEntry| export.export_type == ExportType::Local;
    let exports = record.exports.iter().filter(|export| !is_local(export)).map(|export| export.module_name.clone());
    let named: Vec<String> = imports.chain(exports).chain(record.star_exports.iter().cloned()).collect();
    for specifier in named {
        if !record.requests.iter().any(|request| request.specifier == specifier) {
            record.requests.push(bmes::ModuleRequest { specifier, attributes: Vec::new() });
        }
    }
}

impl Words {
    fn of(self, text: &str) -> String {
        match self {
            Self::UpToNul => text.split('\0').next().unwrap_or_default().into(),
            Self::WithoutNul => text.replace('\0', ""),
            Self::WithoutByteOrderMark => text.strip_prefix('\u{feff}').unwrap_or(text).into(),
            Self::Trimmed => text.trim().into(),
            Self::TrimmedEnd => text.trim_end().into(),
            Self::Composed => text.nfc().collect(),
            Self::Decomposed => text.nfd().collect(),
            Self::Compatible => text.nfkc().collect(),
            Self::Lowercase => text.to_lowercase(),
            Self::Latin1 => text.bytes().map(char::from).collect(),
            Self::Ascii => text.replace(|c: char| !c.is_ascii(), "?"),
            Self::WithoutAstral => text.replace(|c| c > '\u{ffff}', "\u{fffd}\u{fffd}"),
            Self::WithoutNoncharacters => text.replace(is_noncharacter, "\u{fffd}"),
            Self::LineFeeds => text.replace("\r\n", "\n").replace('\r', "\n"),
            Self::UpTo(bytes) => {
                text.char_indices().take_while(|(at, c)| at + c.len_utf8() <= bytes).map(|(_, c)| c).collect()
            }
            Self::EmptyIs(other) if text.is_empty() => other.into(),
            Self::Renamed(from, to) if text == from => to.into(),
            Self::EmptyIs(_) | Self::Renamed(..) => text.into(),
            Self::Emptied => String::new(),
        }
    }
}

fn is_noncharacter(c: char) -> bool {
    matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF) || ('\u{fdd0}'..='\u{fdef}').contains(&c)
}

impl Lists {
    fn change<T: PartialEq + Clone + std::fmt::Debug>(self, list: &mut Vec<T>, name: impl Fn(&T) -> String) {
        match self {
            Self::Sorted => list.sort_by_key(&name),
            Self::Reversed => list.reverse(),
            Self::Deduplicated => {
                let mut seen = std::collections::BTreeSet::new();
                list.retain(|entry| seen.insert(format!("{entry:?}")));
            }
            Self::WithoutFirst => drop(list.drain(..list.len().min(1))),
            Self::WithoutLast => drop(list.pop()),
            Self::UpTo(most) => list.truncate(most),
            Self::Emptied => list.clear(),
            Self::FirstOfEach => {
                let mut seen = std::collections::BTreeSet::new();
                list.retain(|entry| seen.insert(name(entry)));
            }
        }
    }
}

impl Order {
    fn sort(self, attributes: &mut [Attribute]) {
        match self {
            Self::Given => {}
            Self::Descending => attributes.sort_by(|a, b| b.key.cmp(&a.key)),
            Self::Utf16 => attributes.sort_by(|a, b| a.key.encode_utf16().cmp(b.key.encode_utf16())),
            Self::CaseInsensitive => attributes.sort_by_key(|attribute| attribute.key.to_lowercase()),
            Self::Length => attributes.sort_by(|a, b| (a.key.len(), &a.key).cmp(&(b.key.len(), &b.key))),
            Self::SignedBytes => {
                let signed = |key: &str| key.bytes().map(u8::cast_signed).collect::<Vec<_>>();
                attributes.sort_by_key(|attribute| signed(&attribute.key));
            }
            Self::Value => attributes.sort_by(|a, b| a.value.cmp(&b.value)),
            Self::FirstByte => attributes.sort_by_key(|attribute| attribute.key.bytes().next()),
        }
    }
}
