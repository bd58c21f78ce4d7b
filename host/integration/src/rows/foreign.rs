//! Files that are whole, and that something else has made: another engine, another version, another program.
//!
//! Each file has bytecode of a program that prints other texts. So a file that is used by mistake changes the output, and
//! the same file without its mistake shows that the row would notice.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use bmes::{Digest, v4};
use bmes_pack::{Index, Pack};

use super::prepared::{PLACES, Prepared, prepare};
use super::{Ended, Runs, Setting, failed, same};
use crate::places::{Place, Scene};
use crate::program::{self, MAIN};

/// A producer that no engine has.
const OTHER: Digest = Digest([0xa5; 32]);
/// The texts of the program that have other letters in the other program. None is a part of a path.
const TEXTS: [&str; 6] = ["a: one", "b and ", "late: one", "the first twin", "c with ", "linked: one"];

/// Files of other engines, of other versions of the format, and of other kinds.
pub(crate) fn foreign(setting: &Setting) -> Runs {
    let other = OtherProgram::make(setting)?;
    let mut runs = unfit(setting)?;
    for place in PLACES {
        let prepared = prepare(setting, place)?;
        runs += other_kinds(setting, &prepared)?;
        runs += if place == Place::Modules { modules(&prepared, &other)? } else { packs(&prepared, &other)? };
    }
    Ok(runs)
}

/// A program with the modules of the other one, which prints other texts.
struct OtherProgram {
    /// The bytecode by the URL of the module.
    code: HashMap<String, Vec<u8>>,
    /// A file of version 3 for the module of each URL.
    version_3: HashMap<String, Vec<u8>>,
}

impl OtherProgram {
    fn make(setting: &Setting) -> Result<Self, Ended> {
        let folder = tempfile::tempdir()?;
        program::write(folder.path())?;
        change_texts(folder.path())?;
        let scene = Scene::new(&setting.bmes, Place::NamedPack, folder.path().join(MAIN), &folder.path().join("cache"));
        scene.fill()?;
        let bytes = fs::read(scene.named())?;
        let pack = Pack::open(&bytes).map_err(|error| Ended::Failed(error.to_string()))?;
        let mut other = Self { code: HashMap::new(), version_3: HashMap::new() };
        for (number, module) in pack.index().modules.iter().enumerate() {
            let Some(file) = pack.unverified_member(number) else { continue };
            let (_, code) = decode(file)?;
            other.code.insert(module.url.clone(), code);
            other.version_3.insert(module.url.clone(), in_version_3(setting, folder.path(), file)?);
        }
        Ok(other)
    }
}

fn change_texts(folder: &Path) -> Result<(), Ended> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            change_texts(&path)?;
        } else if entry.file_type()?.is_file() {
            let text = fs::read_to_string(&path)?;
            let changed = TEXTS.iter().fold(text, |text, from| text.replace(from, &from.to_uppercase()));
            fs::write(&path, changed)?;
        }
    }
    Ok(())
}

/// Writes a file of version 4 in version 3, which has no producer and no source, but variables and features.
fn in_version_3(setting: &Setting, folder: &Path, file: &[u8]) -> Result<Vec<u8>, Ended> {
    let [from, to, environment] = ["from.bmes", "to.bmes", "environment.json"].map(|name| folder.join(name));
    fs::write(&from, file)?;
    fs::write(&environment, r#"{"declared_variables": [], "lexical_variables": [], "code_features": 0}"#)?;
    let mut command = Command::new(&setting.bmes);
    command.args(["convert", "--to", "3", "--drop", "producer,source,flags,alignment", "--environment"]);
    let output = command.arg(environment).arg(&from).arg("-o").arg(&to).output()?;
    if !output.status.success() {
        return failed(format_args!("`bmes convert`: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let bytes = fs::read(&to)?;
    fs::remove_file(to)?;
    Ok(bytes)
}

/// Returns the record and the bytecode of a file.
fn decode(file: &[u8]) -> Result<(v4::ModuleRecord<String>, Vec<u8>), Ended> {
    let module = v4::decode(file).map_err(|error| Ended::Failed(error.to_string()))?;
    let code = file[module.bytecode.clone()].to_vec();
    Ok((module.record, code))
}

fn encode(record: &v4::ModuleRecord<String>, code: &[u8]) -> Result<Vec<u8>, Ended> {
    v4::encode(record, b"", code).map_err(|error| Ended::Failed(error.to_string()))
}

/// Returns the name of a module, which the host puts before its bytecode: a letter, the size, the name.
fn name_of(code: &[u8]) -> Option<String> {
    let (size, rest) = code.get(1..)?.split_first_chunk()?;
    let name = rest.get(..usize::try_from(u32::from_le_bytes(*size)).ok()?)?;
    String::from_utf8(name.to_vec()).ok()
}

/// Files of modules.
fn modules(prepared: &Prepared, other: &OtherProgram) -> Runs {
    let (mut runs, mut noticed) = (0, 0);
    for (path, bytes) in &prepared.files {
        let (record, code) = decode(bytes)?;
        let name = name_of(&code).unwrap_or_default();
        let Some((code, version_3)) = other.code.get(&name).zip(other.version_3.get(&name)) else {
            return failed(format_args!("{} is of no module of the pack: {name:?}", path.display()));
        };
        noticed += usize::from(is_noticed(prepared, path, &encode(&record, code)?)?);
        let of_another = v4::ModuleRecord { producer: OTHER, ..record.clone() };
        let mut stale = record.clone();
        stale.source.sha256.0[0] ^= 1;
        let mut version_5 = encode(&record, code)?;
        version_5[4] = 5;
        let files = [
            ("another engine", encode(&of_another, code)?, "other-producer"),
            ("another source", encode(&stale, code)?, "stale-source"),
            ("version 3", version_3.clone(), "other-version"),
            ("version 5", version_5, "other-version"),
        ];
        for (what, file, reason) in files {
            fs::write(path, &file)?;
            let what = prepared.describe(path, what);
            let numbers = prepared.count(&what)?;
            if !numbers.text.contains(&format!(" {reason}")) {
                return failed(format_args!("{what}: no miss is {reason}\n{}", numbers.text));
            }
            prepared.restore()?;
            runs += 1;
        }
    }
    if noticed == 0 { failed("no file with other bytecode changes the output") } else { Ok(runs) }
}

/// Returns whether the program prints other texts with this file.
fn is_noticed(prepared: &Prepared, path: &Path, file: &[u8]) -> Result<bool, Ended> {
    fs::write(path, file)?;
    let found = prepared.scene.runner().run(&prepared.scene.entry)?;
    prepared.restore()?;
    Ok(found.stdout() != prepared.expected.stdout())
}

/// Packs.
fn packs(prepared: &Prepared, other: &OtherProgram) -> Runs {
    let mut runs = 0;
    for (path, bytes) in &prepared.files {
        let pack = Pack::open(bytes).map_err(|error| Ended::Failed(error.to_string()))?;
        let index = pack.index();
        // The members with other bytecode, with one part of each record changed.
        let members = |change: fn(&mut v4::ModuleRecord<String>)| -> Result<Vec<Option<Vec<u8>>>, Ended> {
            let member = |(number, module): (usize, &bmes_pack::Module)| {
                let Some(file) = pack.unverified_member(number) else { return Ok(None) };
                let (mut record, _) = decode(file)?;
                change(&mut record);
                encode(&record, &other.code[&module.url]).map(Some)
            };
            index.modules.iter().enumerate().map(member).collect()
        };
        let as_they_are = members(|_| ())?;
        if !is_noticed(prepared, path, &write(index, &as_they_are)?)? {
            return failed(format_args!(
                "{:?}: a pack with other bytecode does not change the output",
                prepared.scene.place
            ));
        }
        let of_another = members(|record| record.producer = OTHER)?;
        let version_3: Vec<_> = index.modules.iter().map(|module| other.version_3.get(&module.url).cloned()).collect();
        // Each member with the bytes of the next one.
        let mut swapped = as_they_are.clone();
        let places: Vec<usize> = (0..swapped.len()).filter(|place| swapped[*place].is_some()).collect();
        for pair in places.windows(2) {
            swapped.swap(pair[0], pair[1]);
        }
        let no_pack = "is not used";
        let packs = [
            ("another engine", write(&Index { producer: OTHER, ..index.clone() }, &of_another)?, no_pack),
            ("another layout", write(&Index { pack: 2, ..index.clone() }, &as_they_are)?, no_pack),
            ("members of another engine", write(index, &of_another)?, "damaged in the pack"),
            ("members of version 3", write(index, &version_3)?, "damaged in the pack"),
            ("members in other places", write(index, &swapped)?, "damaged in the pack"),
        ];
        for (what, file, note) in packs {
            fs::write(path, &file)?;
            let what = prepared.describe(path, what);
            let numbers = prepared.count(&what)?;
            if !numbers.text.contains(note) {
                return failed(format_args!("{what}: the numbers do not say \"{note}\"\n{}", numbers.text));
            }
            prepared.restore()?;
            runs += 1;
        }
    }
    Ok(runs)
}

fn write(index: &Index, files: &[Option<Vec<u8>>]) -> Result<Vec<u8>, Ended> {
    bmes_pack::write(index.clone(), files).map_err(|error| Ended::Failed(error.to_string()))
}

/// Files that are no file of bytecode, and a pack of records.
fn other_kinds(setting: &Setting, prepared: &Prepared) -> Runs {
    let mut runs = 0;
    let records = records(setting, prepared)?;
    let texts = ["export default 1;\n", "", "\0\0\0\0\0\0\0\0"].map(|text| ("text", text.as_bytes()));
    for (path, _) in &prepared.files {
        for (what, bytes) in texts.into_iter().chain([("the pack of records", records.as_slice())]) {
            prepared.start(path, bytes, what)?;
            runs += 1;
        }
    }
    Ok(runs)
}

/// Returns the pack of the program for `bmes pack --for record`.
fn records(setting: &Setting, prepared: &Prepared) -> Result<Vec<u8>, Ended> {
    let path = prepared.scene.cache.join("records.zip");
    let mut command = Command::new(&setting.bmes);
    command.args(["pack", "--for", "record"]).arg(&prepared.scene.entry).arg("-o").arg(&path).output()?;
    Ok(fs::read(path)?)
}

/// Starts a program with packs that the host's own engine has made, and that do not fit the program.
fn unfit(setting: &Setting) -> Runs {
    let prepared = prepare(setting, Place::NamedPack)?;
    let scene = &prepared.scene;
    let other = scene.entry.with_file_name("lib").join("a.mjs");
    let packs: [(&str, &Path, &[&str]); 3] = [
        ("another condition", &scene.entry, &["--condition", "browser"]),
        ("another flag", &scene.entry, &["--preserve-symlinks"]),
        ("another entry", &other, &[]),
    ];
    for (what, entry, arguments) in packs {
        let mut command = Command::new(&setting.bmes);
        command.arg("pack").arg(entry).args(arguments).arg("-o").arg(scene.named()).output()?;
        let (output, numbers) = scene.runner().run_counted(&scene.entry)?;
        same(&output, &prepared.expected, &format!("a pack for {what}"))?;
        fs::remove_dir_all(scene.cache.join("cache"))?;
        if numbers.loaded > 0 {
            return failed(format_args!("a pack for {what}:\n{}", numbers.text));
        }
    }
    Ok(3)
}
