//! The record of a file by its meaning: names in place of indices. A file of version 4 is compared in this form, because
//! one more string changes the index of every string after it.

use std::collections::HashSet;
use std::fmt::{self, Display};
use std::rc::Rc;

use bmes::v4::{self, Flags, Phase, RequestIndex, Source, StringIndex, Supplied};
use bmes::{Digest, ModuleRecord, Section, Version};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::style::FAINT;
use crate::value::{MOST, Shown};

/// A value of a record.
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(untagged)]
pub(super) enum Value<'r> {
    None,
    Flag(bool),
    Number(u64),
    Bits(u32),
    Digest(Digest),
    Text(&'r str),
    Phase(Phase),
    Attributes(Vec<Attribute<'r>>),
    #[serde(serialize_with = "serialize_request")]
    Request(Rc<Request<'r>>),
}

#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub(super) struct Attribute<'r> {
    key: &'r str,
    value: &'r str,
}

/// A requested module, with all that distinguishes it from the other requests of its file. The entries that name it
/// share it: otherwise, the memory could grow with the product of their number and its size.
#[derive(PartialEq, Eq, Hash, serde::Serialize)]
pub(super) struct Request<'r> {
    specifier: &'r str,
    phase: Phase,
    attributes: Vec<Attribute<'r>>,
}

fn serialize_request<S: Serializer>(request: &Rc<Request<'_>>, serializer: S) -> Result<S::Ok, S::Error> {
    request.serialize(serializer)
}

impl<'r> Value<'r> {
    /// Returns true for a value that most entries have. The description of an entry leaves it out.
    pub(super) fn is_usual(&self) -> bool {
        match self {
            Self::Flag(flag) => !flag,
            Self::Phase(phase) => *phase == Phase::Evaluation,
            Self::Attributes(attributes) => attributes.is_empty(),
            _ => false,
        }
    }

    /// Returns the text of a value that is shown as a text in quotation marks.
    pub(super) fn as_text(&self) -> Option<&'r str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Request(it) if it.phase == Phase::Evaluation && it.attributes.is_empty() => Some(it.specifier),
            _ => None,
        }
    }
}

/// Writes the value for people. A request looks as in JavaScript: `defer "./a.mjs"`, `"./a.json" with {"type": "json"}`.
/// The alternate form (`{:#}`) shows all characters of a text.
impl Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "{FAINT}none{FAINT:#}"),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Number(number) => number.fmt(f),
            Self::Bits(bits) => bmes::Value::Bits(*bits).fmt(f),
            Self::Digest(digest) => digest.fmt(f),
            Self::Text(text) => quoted(text, f.alternate()).fmt(f),
            Self::Phase(phase) => f.write_str(phase.name()),
            Self::Attributes(attributes) if attributes.is_empty() => Self::None.fmt(f),
            Self::Attributes(attributes) => pairs(attributes, f),
            Self::Request(request) => {
                if request.phase != Phase::Evaluation {
                    write!(f, "{} ", request.phase.name())?;
                }
                quoted(request.specifier, f.alternate()).fmt(f)?;
                if request.attributes.is_empty() {
                    return Ok(());
                }
                f.write_str(" with ")?;
                pairs(&request.attributes, f)
            }
        }
    }
}

const fn quoted(text: &str, is_whole: bool) -> Shown<'_> {
    Shown { value: bmes::Value::Text(text), most: if is_whole { None } else { Some(MOST) } }
}

fn pairs(attributes: &[Attribute<'_>], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let quoted = |text| quoted(text, f.alternate());
    let pairs = attributes.iter().map(|it| format!("{}: {}", quoted(it.key), quoted(it.value)));
    write!(f, "{{{}}}", pairs.collect::<Vec<_>>().join(", "))
}

/// Fields with their names.
pub(super) struct Fields<'r>(pub(super) Vec<(&'static str, Value<'r>)>);

impl<'r> Fields<'r> {
    pub(super) fn get(&self, field: &str) -> Option<&Value<'r>> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, value)| value)
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

/// An entry of a list.
pub(super) struct Entry<'r> {
    pub(super) section: Section,
    pub(super) index: usize,
    pub(super) fields: Fields<'r>,
}

impl<'r> Entry<'r> {
    /// Returns the fields that distinguish the entry from the other entries of its list. For a request, these are all
    /// fields; for any other entry, it is the first one.
    pub(super) fn key(&self) -> &[(&'static str, Value<'r>)] {
        let fields = &self.fields.0[..];
        if self.section == Section::Requests { fields } else { &fields[..1] }
    }
}

/// A decoded record, from which a [`Record`] borrows its names.
pub(super) enum Decoded<'f> {
    V4(v4::ModuleRecord<&'f str>),
    Named(ModuleRecord<&'f str>),
}

impl<'f> Decoded<'f> {
    pub(super) fn read(file: &'f [u8]) -> Result<Self, bmes::Error> {
        Ok(match bmes::identify(file)? {
            Version::V4 => Self::V4(v4::ModuleView::parse(file)?.to_record()?),
            _ => Self::Named(bmes::decode_borrowed(file)?.record),
        })
    }
}

/// The content of a record.
pub(super) struct Record<'r> {
    pub(super) version: Version,
    /// The fields that are in no list and that the version has.
    pub(super) facts: Fields<'r>,
    /// The lists that the version has.
    lists: Vec<(Section, Vec<Entry<'r>>)>,
}

impl<'r> Record<'r> {
    /// Returns the content of a record. A record of versions 1 to 3 is converted to version 4; this is an error if the
    /// record breaks a rule.
    pub(super) fn new(decoded: &'r Decoded<'_>) -> Result<Self, bmes::Error> {
        let named = match decoded {
            Decoded::V4(record) => return Ok(Self::of_version(Version::V4, record)),
            Decoded::Named(record) => record,
        };
        // Version 4 added these fields, so they are not compared.
        let zeros = Digest([0; 32]);
        let supplied = Supplied {
            producer: zeros,
            source: Source { size: 0, sha256: zeros },
            flags: Flags { typescript: true, ..Flags::default() },
            alignment: 8,
            lexical_features: named.environment().map(|_| 0),
        };
        Ok(Self::of_version(named.version(), &v4::ModuleRecord::from_named(named, supplied)?))
    }

    /// Returns the entries of a list, if the version has the list.
    pub(super) fn list(&self, section: Section) -> Option<&[Entry<'r>]> {
        self.lists.iter().find(|(name, _)| *name == section).map(|(_, entries)| &entries[..])
    }

    fn of_version(version: Version, record: &v4::ModuleRecord<&'r str>) -> Self {
        let names = Names::new(record);
        let tolerant: HashSet<_> = record.tolerant_imports.iter().map(|index| index.0 as usize).collect();
        let mut lists = vec![
            list(Section::Requests, &names.requests, |_, it| {
                vec![
                    ("specifier", Value::Text(it.specifier)),
                    ("phase", Value::Phase(it.phase)),
                    ("attributes", Value::Attributes(it.attributes.clone())),
                ]
            }),
            list(Section::Imports, &record.imports, |index, it| {
                vec![
                    ("local_name", names.text(Some(it.local_name))),
                    ("request", names.request(Some(it.request))),
                    ("import_name", names.text(it.import_name)),
                    ("tolerant", Value::Flag(tolerant.contains(&index))),
                ]
            }),
            list(Section::Exports, &record.exports, |_, it| {
                vec![
                    ("export_name", names.text(Some(it.export_name))),
                    ("request", names.request(it.request)),
                    ("name", names.text(it.name)),
                ]
            }),
            list(Section::StarExports, &record.star_exports, |_, it| vec![("request", names.request(Some(*it)))]),
        ];
        if version.has_environment() {
            let (declared, lexical) = record.environment.as_ref().map_or((&[][..], &[][..]), |environment| {
                (&environment.declared_variables, &environment.lexical_variables)
            });
            for (section, variables) in [(Section::DeclaredVariables, declared), (Section::LexicalVariables, lexical)] {
                lists.push(list(section, variables, |_, it| {
                    vec![("name", names.text(Some(it.name))), ("bits", Value::Bits(it.bits))]
                }));
            }
        }
        Self { version, facts: Fields(facts(version, record)), lists }
    }
}

fn facts<'r>(version: Version, record: &v4::ModuleRecord<&str>) -> Vec<(&'static str, Value<'r>)> {
    let environment = record.environment.as_ref();
    let mut facts = vec![("version", Value::Number(version.number().into()))];
    if version == Version::V4 {
        facts.extend([
            ("flags.top_level_await", Value::Flag(record.flags.top_level_await)),
            ("flags.import_meta", Value::Flag(record.flags.import_meta)),
            ("flags.typescript", Value::Flag(record.flags.typescript)),
            ("alignment", Value::Number(record.alignment.into())),
            ("producer", Value::Digest(record.producer)),
            ("source_size", Value::Number(record.source.size)),
            ("source_digest", Value::Digest(record.source.sha256)),
        ]);
    }
    if version.has_environment() {
        facts.push(("code_features", environment.map_or(Value::None, |it| Value::Bits(it.code_features))));
    }
    if version == Version::V4 {
        facts.push(("lexical_features", environment.map_or(Value::None, |it| Value::Bits(it.lexical_features))));
    }
    facts
}

fn list<'r, T>(
    section: Section,
    entries: &[T],
    fields: impl Fn(usize, &T) -> Vec<(&'static str, Value<'r>)>,
) -> (Section, Vec<Entry<'r>>) {
    let entries = entries.iter().enumerate();
    (section, entries.map(|(index, it)| Entry { section, index, fields: Fields(fields(index, it)) }).collect())
}

/// What the indices of a record refer to.
struct Names<'n, 'r> {
    strings: &'n [&'r str],
    requests: Vec<Rc<Request<'r>>>,
}

impl<'n, 'r> Names<'n, 'r> {
    fn new(record: &'n v4::ModuleRecord<&'r str>) -> Self {
        let strings = &record.strings[..];
        let text = |index: StringIndex| strings[index.0 as usize];
        let requests = record.requests.iter().map(|it| {
            let attributes = it.attributes.iter().map(|it| Attribute { key: text(it.key), value: text(it.value) });
            Rc::new(Request { specifier: text(it.specifier), phase: it.phase, attributes: attributes.collect() })
        });
        Self { strings, requests: requests.collect() }
    }

    fn text(&self, index: Option<StringIndex>) -> Value<'r> {
        index.map_or(Value::None, |index| Value::Text(self.strings[index.0 as usize]))
    }

    fn request(&self, index: Option<RequestIndex>) -> Value<'r> {
        index.map_or(Value::None, |index| Value::Request(Rc::clone(&self.requests[index.0 as usize])))
    }
}
