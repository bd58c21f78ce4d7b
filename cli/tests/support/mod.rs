//! Helpers that the tests share. They create a folder with input files, and run the command in it.

#![allow(dead_code, reason = "no test file uses all helpers")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use assert_cmd::Command;
use bmes::{
    Attribute, Digest, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest,
    Variable, Version, v4,
};
use bmes_pack::build;
use bmes_store::{Key, Producer, Settings, Store};
use tempfile::TempDir;

/// The module that the files are made from.
pub(crate) const SOURCE: &str = "\
import { readFile } from \"node:fs\";
import settings from \"./settings.json\" with { type: \"json\" };
export * from \"./more.mjs\";
export default function main() {
  return readFile(settings.path);
}
";
pub(crate) const BYTECODE: &[u8] = b"forty bytes that no engine would execute";
pub(crate) const ENVIRONMENT: &str = r#"{
  "declared_variables": [],
  "lexical_variables": [{ "name": "main", "bits": 152 }],
  "code_features": 64
}"#;

/// The pairs of the producer of section 14.4 of `spec/v4.md`, which has the digest [`PRODUCER`].
pub(crate) const PAIRS: &str = r#"{"engine": "quickjs-ng", "version": "0.11.0"}"#;
pub(crate) const PRODUCER: &str = "471f370b1591e7ca142fe3736db551986365f54cda6727935e0a3bc72ec63b2e";

/// Returns [`PAIRS`].
pub(crate) fn pairs() -> Producer {
    Producer::from_json(PAIRS.as_bytes()).unwrap()
}

/// The record of [`SOURCE`].
pub(crate) fn record(version: Version) -> ModuleRecord<&'static str> {
    let mut record = ModuleRecord::of_version(version).expect("a version from 1 to 3");
    let request = |specifier| ModuleRequest { specifier, attributes: vec![] };
    let json = Attribute { key: "type", value: "json" };
    record.requests = vec![
        request("node:fs"),
        ModuleRequest { specifier: "./settings.json", attributes: vec![json] },
        request("./more.mjs"),
    ];
    let import = |module_request, import_name, local_name| ImportEntry {
        import_type: ImportType::Single,
        module_request,
        import_name,
        local_name,
    };
    record.imports = vec![import("node:fs", "readFile", "readFile"), import("./settings.json", "default", "settings")];
    record.exports = vec![local("default", "main")];
    record.star_exports = vec!["./more.mjs"];
    if let Some(environment) = record.environment_mut() {
        let variable = Variable { name: "main", bits: 152 };
        *environment = Environment { lexical_variables: vec![variable], code_features: 64, ..Environment::new() };
    }
    record
}

pub(crate) fn local(export_name: &'static str, local_name: &'static str) -> ExportEntry<&'static str> {
    ExportEntry { export_type: ExportType::Local, export_name, module_name: "", import_name: "", local_name }
}

/// Returns a valid file: the record of [`SOURCE`] in this version, and [`BYTECODE`].
pub(crate) fn file(version: Version) -> Vec<u8> {
    bmes::encode(&record(version), BYTECODE).unwrap()
}

/// Returns an example of the specification, and its file.
pub(crate) fn example(name: &str) -> (serde_json::Value, Vec<u8>) {
    let path = format!("{}/../spec/examples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let example: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let digits = example["hex"].as_str().unwrap().as_bytes().chunks(2);
    let byte = |digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    let file = digits.map(byte).collect();
    (example, file)
}

/// Returns the file of [`file`] in version 4.
pub(crate) fn file_4() -> Vec<u8> {
    file_4_of(&record(Version::V3), |_| {})
}

/// Returns a file of version 4 with this record, after `edit` has changed it. [`SOURCE`] is the text.
pub(crate) fn file_4_of<'r>(
    record: &'r ModuleRecord<&'static str>,
    edit: impl FnOnce(&mut v4::ModuleRecord<&'r str>),
) -> Vec<u8> {
    let source = v4::Source { size: SOURCE.len() as u64, sha256: Digest([0x5a; 32]) };
    let supplied = v4::Supplied {
        producer: Digest([0xc3; 32]),
        source,
        flags: v4::Flags { typescript: true, ..v4::Flags::default() },
        alignment: 16,
        lexical_features: record.environment().map(|_| 3),
    };
    let mut record = v4::ModuleRecord::from_named(record, supplied).unwrap();
    edit(&mut record);
    v4::encode(&record, SOURCE.as_bytes(), BYTECODE).unwrap()
}

/// Returns the file of [`file_4`] with one wrong bit in the field at this path.
pub(crate) fn damaged_4(path: &str) -> Vec<u8> {
    let mut file = file_4();
    let range = bmes::inspect(&file).spans().iter().find(|span| span.path.to_string() == path).unwrap().range.clone();
    file[range.start] ^= 1;
    file
}

/// Returns a file whose second import has an unknown type.
pub(crate) fn bad_type() -> Vec<u8> {
    bad_type_of(Version::V2)
}

/// Returns the file of [`bad_type`] in the given version.
pub(crate) fn bad_type_of(version: Version) -> Vec<u8> {
    let mut file = file(version);
    let types = bmes::inspect(&file)
        .spans()
        .iter()
        .filter(|span| span.path.to_string() == "imports[1].type")
        .map(|span| span.range.start)
        .collect::<Vec<_>>();
    file[types[0]] = 7;
    file
}

/// Returns a well-formed file whose record exports a name twice. The encoder does not write such a file, so this
/// function changes a byte of a valid file.
pub(crate) fn twice() -> Vec<u8> {
    let mut record = record(Version::V1);
    record.exports.push(local("defaulu", "more"));
    let mut file = bmes::encode(&record, BYTECODE).unwrap();
    let offset = file.windows(7).position(|bytes| bytes == b"defaulu").unwrap();
    file[offset + 6] = b't';
    file
}

/// Environment variables of the user that must not influence the tests.
const ENVIRONMENT_VARIABLES: &[&str] =
    &["BMES_CACHE_LOWER", "BMES_CACHE_MAX", "BMES_PAGER", "CI", "CLICOLOR_FORCE", "LESS", "NO_COLOR", "PAGER"];

/// The folder in which one test runs, and the folder above the test's cache. The cache is not in the first folder,
/// because other users may be able to write to a folder above it.
pub(crate) struct TestFolder(pub(crate) PathBuf, TempDir);

/// The exit status and the output of a run.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Replaces `name` with `file` in the arguments.
pub(crate) fn with<'a>(arguments: &[&'a str], name: &str, file: &'a str) -> Vec<&'a str> {
    arguments.iter().map(|argument| if *argument == name { file } else { *argument }).collect()
}

impl TestFolder {
    /// Creates an empty folder.
    pub(crate) fn empty(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self::at(folder)
    }

    /// Uses a folder that exists.
    pub(crate) fn at(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into(), tempfile::tempdir().unwrap())
    }

    /// Returns the folder of the cache, which does not exist at first.
    pub(crate) fn cache(&self) -> PathBuf {
        self.1.path().join("cache")
    }

    /// Opens the cache as a program does.
    pub(crate) fn store(&self) -> Store {
        let store = Store::open(Settings::new(self.cache()));
        assert!(store.problems().is_empty(), "{:?}", store.problems());
        store
    }

    /// Stores a module as a program with this producer does.
    pub(crate) fn store_module(&self, url: &str, pairs: &Producer, source: &[u8]) -> Key {
        let (producer, source) = (pairs.digest().unwrap(), v4::source(source));
        let key = Key::new(url, &producer, &source.sha256).unwrap();
        let file = v4::encode(&v4::ModuleRecord::<String>::new(producer, source), b"", BYTECODE).unwrap();
        self.store().put(&key, &file).unwrap();
        self.store().put_producer(pairs).unwrap();
        key
    }

    /// Stores [`SOURCE`] as two programs with the producer [`PAIRS`] do: one without a URL, one with a URL.
    pub(crate) fn fill_cache(&self) -> [Key; 2] {
        ["", "file:///app/main.mjs"].map(|url| self.store_module(url, &pairs(), SOURCE.as_bytes()))
    }

    /// Creates a folder with the module [`SOURCE`] and all files that can be made from it.
    pub(crate) fn new(name: &str) -> Self {
        let folder = Self::empty(name);
        folder.put("main.mjs", SOURCE);
        folder.put("main.bin", BYTECODE);
        folder.put("main.json", serde_json::to_string_pretty(&record(Version::V2)).unwrap());
        folder.put("environment.json", ENVIRONMENT);
        folder.put("producer.json", PAIRS);
        folder.put("main.bmes", file(Version::V2));
        folder.put("old.bmes", file(Version::V1));
        folder.put("new.bmes", file(Version::V3));
        for name in ["build", "build/parts", "cache", "cache/deep"] {
            folder.create_folder(name);
        }
        folder.put("build/main.bmes", file(Version::V2));
        folder.put("build/parts/one.bmes", file(Version::V3));
        folder.put("cache/deep/two.bmes", file(Version::V1));
        folder.put("build/readme.txt", "no module");
        for (name, source) in [
            ("src/one.mjs", "export const one = 1;\n"),
            ("src/types.d.ts", "export declare const two: number;\n"),
            ("src/deep/two.ts", "import type { One } from \"../one.mjs\";\nexport const two: number = 2;\n"),
            ("lib/three.js", "import { one } from \"../src/one.mjs\";\nexport { one as three };\n"),
        ] {
            folder.create_folder(Path::new(name).parent().unwrap().to_str().unwrap());
            folder.put(name, source);
        }
        folder.put("package.json", "{\"type\": \"module\"}\n");
        folder.put("app.zip", folder.pack(&["lib/three.js"]));
        folder
    }

    /// Returns the pack of the program that starts with these modules.
    pub(crate) fn pack(&self, entries: &[&str]) -> Vec<u8> {
        let entries: Vec<_> = entries.iter().map(|entry| self.path(entry)).collect();
        build::make(&entries, &build::Options::new(pairs().digest().unwrap())).unwrap().pack
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn create_folder(&self, name: &str) {
        fs::create_dir_all(self.path(name)).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Returns the names in a folder. A test finds temporary files by them.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(name)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs the command with empty standard input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, "")
    }

    /// Runs the command with `input` on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: impl Into<Vec<u8>>) -> Output {
        let output = self.command().args(arguments).write_stdin(input).output().unwrap();
        Output {
            status: output.status.code().expect("no signal ends the command"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a line of shell, with the folder of `bmes` in its `PATH`.
    pub(crate) fn shell(&self, line: &str) -> Output {
        Self::output(self.shell_command(line))
    }

    /// Runs a line of Bash. Bash supports descriptors above 9; other shells do not always.
    pub(crate) fn bash(&self, line: &str) -> Output {
        let mut command = std::process::Command::new("bash");
        command.args(["-c", line]);
        Self::output(self.in_folder(command))
    }

    /// Returns a line of shell as a command that the caller can start.
    pub(crate) fn shell_command(&self, line: &str) -> std::process::Command {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", line]);
        self.in_folder(command)
    }

    fn in_folder(&self, mut command: std::process::Command) -> std::process::Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_bmes")).parent().unwrap();
        let path = std::env::join_paths(
            std::iter::once(binary.to_owned())
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        );
        command.current_dir(&self.0).env("PATH", path.unwrap()).stdin(Stdio::null());
        command.env("BMES_CACHE_DIR", self.cache());
        for variable in ENVIRONMENT_VARIABLES {
            command.env_remove(variable);
        }
        command
    }

    fn output(mut command: std::process::Command) -> Output {
        let output = command.output().unwrap();
        Output {
            status: output.status.code().expect("no signal ends the shell"),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bmes"));
        command.current_dir(&self.0).env("BMES_CACHE_DIR", self.cache());
        for variable in ENVIRONMENT_VARIABLES {
            command.env_remove(variable);
        }
        command
    }
}

impl Output {
    /// Returns the status and all output, for a snapshot.
    pub(crate) fn all(&self) -> String {
        format!("status {}\n--- stdout\n{}--- stderr\n{}", self.status, self.stdout, self.stderr)
    }
}
