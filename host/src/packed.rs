//! The pack of a program: finds it, and tells which of its modules and resolutions are still those of the program.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bmes::Digest;
use bmes::v4::Verified;
use bmes_pack::build::{self, Kind};
use bmes_pack::{Format, Freshness, Index, MemberError, Module, Pack, Resolution, Stamps, changes, locate};
use bmes_store::PackName;

use crate::cache::{Cache, unseal};
use crate::program::NAME;

/// The folder in the root of a program that can have the program's pack.
const FOLDER: &str = ".bmes";

/// A pack that fits a program.
pub(crate) struct Packed {
    pub(crate) pack: &'static Pack<'static>,
    place: Place,
    /// For each module, whether its source is the one that the pack was made from.
    is_fresh: Vec<bool>,
    /// All requests resolve to what they resolved to when the pack was made.
    is_resolved: bool,
    /// The numbers of the modules by their names.
    numbers: OnceCell<HashMap<String, u32>>,
    stamps: Stamps,
    /// Files were read, so `stamps` has more than the file of stamps.
    has_new_stamps: bool,
}

/// Where a pack is.
enum Place {
    File(PathBuf),
    Cache(PackName),
}

/// The pack of a program, and the folder that its paths are relative to.
pub(crate) struct Found {
    pub(crate) packed: Option<Packed>,
    pub(crate) root: PathBuf,
    /// What is known about the pack, for people: where it is, or why none is used.
    pub(crate) note: String,
}

/// A request as a program makes it.
pub(crate) struct Wanted<'a> {
    pub(crate) specifier: &'a str,
    pub(crate) attributes: &'a [(String, String)],
    pub(crate) kind: Kind,
    /// The number of the request in the module's record, if it is one of these.
    pub(crate) number: Option<usize>,
}

/// Looks for the pack of the program that starts with this file: at the path `named`, then in the folder `.bmes` of the
/// program's root, then in the cache.
pub(crate) fn find(entry: &Path, named: Option<&Path>, cache: &Cache, verify: Option<Freshness>) -> Found {
    let root = build::root_of(&[entry.to_owned()]).unwrap_or_default();
    if cache.store().is_none() {
        return Found { packed: None, root, note: "the cache is off".to_owned() };
    }
    let mut notes = Vec::new();
    if let Some(path) = named {
        let opened = read(path).and_then(|pack| {
            let root = root_of(pack.index(), entry).ok_or("the program is none of its entries")?;
            open(pack, Place::File(path.to_owned()), entry, &root, cache, verify).map(|packed| (packed, root))
        });
        match opened {
            Ok((packed, root)) => return Found { note: packed.note(), packed: Some(packed), root },
            Err(reason) => notes.push(format!("{} is not used: {reason}", path.display())),
        }
    }
    let packed = find_by_key(entry, &root, cache, verify, &mut notes);
    notes.push(packed.as_ref().map_or_else(|| "none".to_owned(), Packed::note));
    Found { packed, root, note: notes.join("; ") }
}

/// Looks for the pack of a program in the folder `.bmes` of its root, then in the cache. Adds the reasons why packs that are
/// there are not used.
fn find_by_key(
    entry: &Path,
    root: &Path,
    cache: &Cache,
    verify: Option<Freshness>,
    notes: &mut Vec<String>,
) -> Option<Packed> {
    let url = build::relative(root, entry)?;
    let (store, key) = cache.store().zip(cache.options.key(&[&url]))?;
    let path = place(root, &key);
    if path.exists() {
        match read(&path).and_then(|pack| open(pack, Place::File(path.clone()), entry, root, cache, verify)) {
            Ok(packed) => return Some(packed),
            Err(reason) => notes.push(format!("{} is not used: {reason}", path.display())),
        }
    }
    let name = PackName::new(&key, root);
    let opened = match store.get_pack(&name, Box::leak(Box::default())) {
        Ok(pack) => open(Box::leak(Box::new(pack)), Place::Cache(name), entry, root, cache, verify),
        Err(miss) if miss.reason() == "absent" => return None,
        Err(miss) => Err(miss.to_string()),
    };
    opened.map_err(|reason| notes.push(format!("the one in the cache is not used: {reason}"))).ok()
}

/// Returns where the pack of a program with one entry is looked for, besides the cache.
pub fn place_of(index: &Index, root: &Path) -> Option<PathBuf> {
    let urls: Vec<&str> = index
        .entries
        .iter()
        .filter_map(|entry| index.modules.get(*entry as usize))
        .map(|module| module.url.as_str())
        .collect();
    let conditions: Vec<&str> = index.conditions.iter().map(String::as_str).collect();
    let flags: Vec<&str> = index.flags.iter().map(String::as_str).collect();
    let key = bmes_pack::key(&urls, &index.producer, &conditions, &flags)?;
    Some(place(root, &key))
}

fn place(root: &Path, key: &Digest) -> PathBuf {
    root.join(FOLDER).join(format!("{key}.zip"))
}

/// Reads and opens a pack. The process keeps its bytes to its end, because modules are loaded up to then.
fn read(path: &Path) -> Result<&'static Pack<'static>, String> {
    // A FIFO would never end.
    let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    let bytes = fs::read(path).map_err(|error| error.to_string())?;
    let pack = Pack::open(bytes.leak()).map_err(|error| error.to_string())?;
    Ok(Box::leak(Box::new(pack)))
}

/// Returns the nearest folder at or above a program in which a pack has the program and all its other entries.
fn root_of(index: &Index, program: &Path) -> Option<PathBuf> {
    let urls = || index.entries.iter().filter_map(|entry| index.modules.get(*entry as usize)).map(|module| &module.url);
    let is_there = |folder: &Path, url: &String| locate(folder, url).is_some_and(|path| path.is_file());
    let folders = program.ancestors().skip(1).filter(|folder| {
        build::relative(folder, program).is_some_and(|program| urls().any(|url| *url == program))
            && urls().all(|url| is_there(folder, url))
    });
    folders.map(Path::to_owned).next()
}

/// Compares a pack with the program.
fn open(
    pack: &'static Pack<'static>,
    place: Place,
    entry: &Path,
    root: &Path,
    cache: &Cache,
    verify: Option<Freshness>,
) -> Result<Packed, String> {
    let index = pack.index();
    let url = build::relative(root, entry).unwrap_or_default();
    if !cache.options.fits(index, &url) {
        return Err("it was made for another program, by another engine, or with other conditions".to_owned());
    }
    let mut stamps = place.stamps(index, root, cache);
    let changes = changes(index, root, verify.unwrap_or(index.freshness), &mut stamps);
    let mut is_fresh = vec![true; index.modules.len()];
    changes.modules.iter().for_each(|(number, _)| is_fresh[*number] = false);
    let (is_resolved, has_new_stamps) = (changes.resolution.is_empty(), changes.read > 0);
    Ok(Packed { pack, place, is_fresh, is_resolved, numbers: OnceCell::new(), stamps, has_new_stamps })
}

impl Place {
    /// Returns the stamps of a pack: those beside it, else those in the cache.
    fn stamps(&self, index: &Index, root: &Path, cache: &Cache) -> Stamps {
        let beside = match self {
            Self::File(path) => fs::read(stamps_of(path)).ok().and_then(|file| Stamps::read(&file)),
            Self::Cache(_) => None,
        };
        beside.or_else(|| Some(cache.store()?.stamps(&self.name(index, root, cache)?))).unwrap_or_default()
    }

    /// Returns the name that the pack has, or would have, in the cache.
    fn name(&self, index: &Index, root: &Path, cache: &Cache) -> Option<PackName> {
        match self {
            Self::Cache(name) => Some(*name),
            Self::File(_) => {
                let entries: Vec<&str> =
                    index.entries.iter().map(|entry| index.modules[*entry as usize].url.as_str()).collect();
                cache.options.key(&entries).map(|key| PackName::new(&key, root))
            }
        }
    }
}

fn stamps_of(pack: &Path) -> PathBuf {
    let mut name = pack.as_os_str().to_owned();
    name.push(".stamps");
    name.into()
}

impl Packed {
    fn index(&self) -> &'static Index {
        self.pack.index()
    }

    fn note(&self) -> String {
        let place = match &self.place {
            Place::File(path) => path.display().to_string(),
            Place::Cache(_) => "in the cache".to_owned(),
        };
        let stale = self.is_fresh.iter().filter(|is_fresh| !**is_fresh).count();
        let resolution = if self.is_resolved { "" } else { ", resolutions changed" };
        format!("{place} ({} modules, {stale} stale{resolution})", self.is_fresh.len())
    }

    /// Returns whether the pack is in the cache, and the host may replace it.
    pub(crate) const fn is_in_cache(&self) -> bool {
        matches!(self.place, Place::Cache(_))
    }

    /// Returns whether all requests resolve to what they resolved to when the pack was made.
    pub(crate) const fn is_resolved(&self) -> bool {
        self.is_resolved
    }

    /// Returns whether all of the pack can be used.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_resolved && self.is_fresh.iter().all(|is_fresh| *is_fresh)
    }

    /// Returns a module whose source is the one that the pack was made from.
    pub(crate) fn fresh(&self, number: u32) -> Option<&'static Module> {
        let number = number as usize;
        self.index().modules.get(number).filter(|_| self.is_fresh[number])
    }

    /// Returns a module of the pack, which can be stale.
    pub(crate) fn module(&self, number: u32) -> Option<&'static Module> {
        self.index().modules.get(number as usize)
    }

    /// Returns the number of the module with this name.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        let numbers = self.numbers.get_or_init(|| {
            (0..)
                .zip(&self.index().modules)
                .filter(|(_, module)| module.format != Format::Builtin)
                .map(|(number, module)| (name_of(module), number))
                .collect()
        });
        numbers.get(name).copied()
    }

    /// Returns the verified file of a fresh module, and its bytecode.
    pub(crate) fn code(&self, number: u32) -> Result<(Verified<'static>, &'static [u8]), MemberError> {
        let number = number as usize;
        let verified = self.pack.verify(number)?;
        let module = &self.index().modules[number];
        let code = unseal(&module.url, module.format, verified.bytecode()).ok_or(MemberError::Absent)?;
        Ok((verified, code))
    }

    /// Returns the module that a request in a module of the pack resolves to. `None`: the pack does not know.
    pub(crate) fn target(&self, base: u32, wanted: &Wanted<'_>) -> Option<u32> {
        let module = self.fresh(base).filter(|_| self.is_resolved)?;
        let none = Vec::new();
        let (first, second) = match (wanted.kind, module.format) {
            (Kind::Import, Format::Module) => (&module.requests, &module.dynamic),
            (Kind::Import, Format::CommonJs) => (&module.dynamic, &none),
            (Kind::Require, Format::CommonJs) => (&module.requests, &none),
            _ => return None,
        };
        let is_wanted =
            |listed: &&Resolution| listed.specifier == wanted.specifier && listed.attributes == wanted.attributes;
        let numbered = wanted.number.and_then(|number| first.get(number)).filter(is_wanted);
        let target = numbered.or_else(|| first.iter().chain(second).find(is_wanted))?.module;
        // A module that is not fresh may be gone.
        target.filter(|number| self.fresh(*number).is_some())
    }

    /// Adds the names that a CommonJS module exports, and those of the modules that it exports again. Returns `None` if the
    /// pack does not know them all.
    pub(crate) fn export_names(&self, number: u32, names: &mut Vec<String>, visited: &mut Vec<u32>) -> Option<()> {
        if visited.contains(&number) {
            return Some(());
        }
        visited.push(number);
        let module = self.fresh(number).filter(|_| self.is_resolved)?;
        for name in &module.exports {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        for specifier in &module.reexports {
            let wanted = Wanted { specifier, attributes: &[], kind: Kind::Require, number: None };
            if let Some(target) = self.target(number, &wanted)
                && self.module(target)?.format == Format::CommonJs
            {
                self.export_names(target, names, visited)?;
            }
        }
        Some(())
    }

    /// Writes new stamps: beside the pack, or in the cache.
    pub(crate) fn write_stamps(&mut self, root: &Path, cache: &Cache) {
        if !std::mem::take(&mut self.has_new_stamps) {
            return;
        }
        if let Place::File(path) = &self.place
            && write_beside(&stamps_of(path), &self.stamps.write()).is_ok()
        {
            return;
        }
        if let (Some(store), Some(name)) = (cache.store(), self.place.name(self.index(), root, cache)) {
            // Without stamps, the next start reads each source once more.
            let _ = store.put_stamps(&name, &self.stamps);
        }
    }
}

/// Writes a file at once or not at all.
fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}", std::process::id()));
    let written = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// Returns the name that a module of a pack has in the program.
pub(crate) fn name_of(module: &Module) -> String {
    match &module.r#type {
        Some(kind) => format!("{}{NAME}{kind}", module.url),
        None => module.url.clone(),
    }
}
