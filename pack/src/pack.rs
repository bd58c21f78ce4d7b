//! Opens and checks a pack.

use std::collections::{HashMap, HashSet};
use std::io;
use std::ops::Range;

use bmes::Digest;
use bmes::v4::{self, KnownSource, ModuleView, Verified};

use crate::archive::{self, Entry};
use crate::error::{Class, Error};
use crate::fresh::path_of;
use crate::index::{Format, Index, LAYOUT, Module};

/// A well-formed pack. The content of its members is not verified until they are used.
#[derive(Debug)]
pub struct Pack<'a> {
    file: &'a [u8],
    index: Index,
    /// For each module of the index, its member.
    members: Vec<Option<Entry>>,
    /// Where the index is in the file.
    place: Range<usize>,
}

/// The reason why a member of a pack cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberError {
    /// The module has no member.
    Absent,
    /// The bytes of the member do not have its CRC-32.
    BadChecksum,
    /// The file of the module cannot be used.
    File(bmes::Error),
    /// The requests of the record are not those of the index.
    Requests,
}

impl MemberError {
    /// Returns the name of the class of the error, as `spec/errors.md` lists them. `None` if the module has no member, which
    /// is no fault.
    pub fn class(&self) -> Option<&'static str> {
        Some(match self {
            Self::Absent => return None,
            Self::BadChecksum => Class::BadChecksum.name(),
            Self::File(error) => error.class(),
            Self::Requests => Class::BadPackIndex.name(),
        })
    }
}

impl std::fmt::Display for MemberError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => f.write_str("the pack has no file for this module"),
            Self::BadChecksum => f.write_str("the bytes of the member do not have its CRC-32"),
            Self::File(error) => error.fmt(f),
            Self::Requests => f.write_str("the requests of the record are not those of the index"),
        }
    }
}

impl std::error::Error for MemberError {}

/// The largest number that every JSON parser reads exactly: 2^53 - 1.
const LARGEST_NUMBER: u64 = (1 << 53) - 1;

fn index(message: impl std::fmt::Display) -> Error {
    Error::new(Class::BadPackIndex, message)
}

impl<'a> Pack<'a> {
    /// Opens a pack: reads its ZIP structures and its index, and compares the two.
    pub fn open(file: &'a [u8]) -> Result<Self, Error> {
        let archive::Members { entries, index: last } = archive::read(file)?;
        let json = &file[last.data.clone()];
        if crc32fast::hash(json) != last.crc {
            return Err(Error::new(Class::BadChecksum, "the index does not have its CRC-32"));
        }
        let index = parse(json)?;
        let members = check(&index, entries)?;
        Ok(Self { file, index, members, place: last.data })
    }

    /// Returns the index.
    pub const fn index(&self) -> &Index {
        &self.index
    }

    /// Returns the names of all members and where their bytes are in the file, in the order of the file.
    pub fn members(&self) -> Vec<(String, Range<usize>)> {
        let files = self.members.iter().flatten().map(|entry| (archive::name(&entry.key), entry.data.clone()));
        let mut members: Vec<_> = files.chain([(archive::INDEX.to_owned(), self.place.clone())]).collect();
        members.sort_unstable_by_key(|(_, data)| data.start);
        members
    }

    /// Returns the file of a module, which is not verified. `None` if the module has no member.
    pub fn unverified_member(&self, module: usize) -> Option<&'a [u8]> {
        let entry = self.members.get(module)?.as_ref()?;
        Some(&self.file[entry.data.clone()])
    }

    /// Verifies the file of a module: its CRC-32, that the pack's producer made it from the source in the index, and that
    /// it has the requests of the index.
    pub fn verify(&self, module: usize) -> Result<Verified<'a>, MemberError> {
        let entry = self.members.get(module).and_then(Option::as_ref).ok_or(MemberError::Absent)?;
        let bytes = &self.file[entry.data.clone()];
        if crc32fast::hash(bytes) != entry.crc {
            return Err(MemberError::BadChecksum);
        }
        let source = self.index.modules.get(module).and_then(|module| module.source).ok_or(MemberError::Absent)?;
        let known = KnownSource::Source(v4::Source { size: source.size, sha256: source.sha256 });
        let matched = v4::match_file(bytes, &self.index.producer, known).map_err(MemberError::File)?;
        let verified = matched.check().map_err(MemberError::File)?;
        if self.has_requests_of(module, verified.view()) { Ok(verified) } else { Err(MemberError::Requests) }
    }
}

impl Pack<'_> {
    /// Returns whether the requests of a module in the index are those of its record.
    fn has_requests_of(&self, module: usize, view: &ModuleView<'_>) -> bool {
        let Some(module) = self.index.modules.get(module) else { return false };
        let text = |index| view.string(index).unwrap_or_default();
        module.requests.len() == view.requests().len()
            && module.requests.iter().zip(view.requests()).all(|(listed, request)| {
                let attributes = listed.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str()));
                listed.specifier == request.specifier()
                    && listed.phase == request.phase()
                    && attributes.eq(request.attributes().map(|attribute| (text(attribute.key), text(attribute.value))))
            })
    }
}

/// Parses the index and compares its text with the canonical one.
fn parse(json: &[u8]) -> Result<Index, Error> {
    let Ok(parsed) = serde_json::from_slice::<Index>(json) else { return Err(explain(json)) };
    if parsed.pack != LAYOUT {
        return Err(other_layout(parsed.pack));
    }
    let mut expected = Expected { rest: json };
    match serde_json::to_writer(&mut expected, &parsed) {
        Ok(()) if expected.rest.is_empty() => Ok(parsed),
        _ => {
            Err(index(format_args!("the text is not the canonical one from byte {}", json.len() - expected.rest.len())))
        }
    }
}

/// Returns the reason why a text is not an index. This reads it a second time, because only bad packs need it.
fn explain(json: &[u8]) -> Error {
    #[derive(serde::Deserialize)]
    struct Layout {
        pack: u64,
    }
    if let Some(Layout { pack }) = serde_json::from_slice(json).ok().filter(|Layout { pack }| *pack != LAYOUT) {
        return other_layout(pack);
    }
    let mut json = serde_json::Deserializer::from_slice(json);
    let parsed: Result<Index, _> = serde_path_to_error::deserialize(&mut json);
    parsed.map_or_else(index, |_| index("other text follows the JSON object"))
}

fn other_layout(pack: u64) -> Error {
    let message = format_args!("the index has the layout {pack}, and this program knows {LAYOUT}");
    Error::new(Class::UnsupportedVersion, message)
}

/// Compares what is written with a text, without memory of its own.
struct Expected<'a> {
    rest: &'a [u8],
}

impl io::Write for Expected<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest = self.rest.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Checks what the types cannot say, and returns the member of each module.
fn check(parsed: &Index, entries: Vec<Entry>) -> Result<Vec<Option<Entry>>, Error> {
    let count = parsed.modules.len();
    let is_module = |number: u32| usize::try_from(number).is_ok_and(|number| number < count);
    if parsed.entries.is_empty() || !parsed.entries.iter().all(|entry| is_module(*entry)) {
        return Err(index("`entries` is empty, or names a module that is not there"));
    }
    let mut by_key: HashMap<Digest, Entry> = entries.into_iter().map(|entry| (entry.key, entry)).collect();
    let mut identities = HashSet::new();
    let mut members = Vec::with_capacity(count);
    for (number, module) in parsed.modules.iter().enumerate() {
        let wrong = |what: &'static str| index(format_args!("modules[{number}] ({}): {what}", module.url));
        if !identities.insert((&module.url, &module.r#type)) {
            return Err(wrong("two modules have the same URL and type"));
        }
        if !is_path(&module.url, module.format) {
            return Err(wrong("the URL is not a relative path with `/` between its segments"));
        }
        if module.source.is_none() != (module.format == Format::Builtin) {
            return Err(wrong("only a module that is built into the runtime has no source"));
        }
        if module.source.is_some_and(|source| source.size > LARGEST_NUMBER) {
            return Err(wrong("the size of the source is more than 2^53 - 1"));
        }
        let mut requests = module.requests.iter().chain(&module.dynamic);
        if !requests.clone().all(|request| request.module.is_none_or(is_module)) {
            return Err(wrong("a request names a module that is not there"));
        }
        if !requests.all(|request| request.attributes.is_sorted_by(|a, b| a.0 < b.0)) {
            return Err(wrong("the attributes of a request do not ascend, or one is there twice"));
        }
        members.push(take_member(parsed, module, &mut by_key).map_err(wrong)?);
    }
    if let Some(key) = by_key.keys().next() {
        return Err(index(format_args!("the member {} belongs to no module", archive::name(key))));
    }
    let sorted = [
        parsed.packages.is_sorted_by(|a, b| a.path < b.path),
        parsed.directories.is_sorted_by(|a, b| a.path < b.path),
        parsed.links.is_sorted_by(|a, b| a.path < b.path),
        parsed.environment.is_sorted_by(|a, b| a.name < b.name),
        parsed.absent.is_sorted_by(|a, b| a < b),
        parsed.conditions.is_sorted_by(|a, b| a < b),
    ];
    if sorted.contains(&false) {
        return Err(index("a list whose paths or names ascend does not, or has one twice"));
    }
    Ok(members)
}

/// Returns the member of a module, or what is wrong with it.
fn take_member(
    parsed: &Index,
    module: &Module,
    by_key: &mut HashMap<Digest, Entry>,
) -> Result<Option<Entry>, &'static str> {
    let (Some(member), Some(source)) = (module.member, module.source) else {
        return if module.member.is_none() { Ok(None) } else { Err("a module without a source has a member") };
    };
    if !matches!(module.format, Format::Module | Format::CommonJs) || module.r#type.is_some() {
        return Err("only an ECMAScript or CommonJS module without a type has a member");
    }
    let key = v4::key(&module.url, &parsed.producer, &source.sha256).map_err(|_| "the URL is too long")?;
    let entry = by_key.remove(&key).ok_or("the ZIP file has no member with the module's key")?;
    let is_there = entry.data.start as u64 == member.offset && entry.data.len() as u64 == member.size;
    if is_there { Ok(Some(entry)) } else { Err("the member is not where the index says") }
}

/// Returns whether a URL is a relative path without empty segments and `.`; `..` occurs only at its beginning.
fn is_path(url: &str, format: Format) -> bool {
    if format == Format::Builtin {
        return !url.is_empty();
    }
    let inner = path_of(url).split('/').skip_while(|segment| *segment == "..");
    let is_inner = |segment: &str| !matches!(segment, "" | "." | "..") && !segment.contains('\\');
    inner.clone().next().is_some() && { inner }.all(is_inner)
}
