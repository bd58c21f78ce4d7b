//! Helpers that the tests share: a folder with files to work on, and runs of the command in it.

#![allow(dead_code, reason = "each test uses what it needs")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use assert_cmd::Command;
use bmes::{
    Attribute, Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest, Variable,
    Version,
};

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

/// The record of [`SOURCE`].
pub(crate) fn record(version: Version) -> ModuleRecord<&'static str> {
    let mut record = ModuleRecord::new(version);
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

/// A valid file.
pub(crate) fn file(version: Version) -> Vec<u8> {
    bmes::encode(&record(version), BYTECODE).unwrap()
}

/// A file whose second import has an unknown type.
pub(crate) fn bad_type() -> Vec<u8> {
    bad_type_of(Version::V2)
}

/// A file as from [`bad_type`], in the given version.
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

/// A well-formed file whose record exports a name twice. No encoder writes such a file.
pub(crate) fn twice() -> Vec<u8> {
    let mut record = record(Version::V1);
    record.exports.push(local("defaulu", "more"));
    let mut file = bmes::encode(&record, BYTECODE).unwrap();
    let place = file.windows(7).position(|bytes| bytes == b"defaulu").unwrap();
    file[place + 6] = b't';
    file
}

/// Environment variables of the user that must not influence the tests.
const ENVIRONMENT_VARIABLES: &[&str] = &["BMES_PAGER", "CI", "CLICOLOR_FORCE", "LESS", "NO_COLOR", "PAGER"];

/// The folder of one test.
pub(crate) struct Place(pub(crate) PathBuf);

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Came {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Replaces `name` with `file` in the arguments.
pub(crate) fn with<'a>(arguments: &[&'a str], name: &str, file: &'a str) -> Vec<&'a str> {
    arguments.iter().map(|argument| if *argument == name { file } else { *argument }).collect()
}

impl Place {
    /// An empty folder.
    pub(crate) fn empty(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A folder with the module and all files that can be made from it.
    pub(crate) fn new(name: &str) -> Self {
        let place = Self::empty(name);
        place.put("main.mjs", SOURCE);
        place.put("main.bin", BYTECODE);
        place.put("main.json", serde_json::to_string_pretty(&record(Version::V2)).unwrap());
        place.put("environment.json", ENVIRONMENT);
        place.put("main.bmes", file(Version::V2));
        place.put("old.bmes", file(Version::V1));
        place.put("new.bmes", file(Version::V3));
        for folder in ["build", "build/parts", "cache", "cache/deep"] {
            place.folder(folder);
        }
        place.put("build/main.bmes", file(Version::V2));
        place.put("build/parts/one.bmes", file(Version::V3));
        place.put("cache/deep/two.bmes", file(Version::V1));
        place.put("build/readme.txt", "no module");
        for (name, source) in [
            ("src/one.mjs", "export const one = 1;\n"),
            ("src/types.d.ts", "export declare const two: number;\n"),
            ("src/deep/two.ts", "import type { One } from \"../one.mjs\";\nexport const two: number = 2;\n"),
            ("lib/three.js", "import { one } from \"../src/one.mjs\";\nexport { one as three };\n"),
        ] {
            place.folder(Path::new(name).parent().unwrap().to_str().unwrap());
            place.put(name, source);
        }
        place
    }

    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn folder(&self, name: &str) {
        fs::create_dir_all(self.path(name)).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Returns the names in a folder, to find files that were left behind.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(name)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs the command with empty standard input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Came {
        self.run_with(arguments, "")
    }

    /// Runs the command with `input` on its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: impl Into<Vec<u8>>) -> Came {
        let output = self.command().args(arguments).write_stdin(input).output().unwrap();
        Came {
            status: output.status.code().expect("the command ends by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a line of shell in which `bmes` is the command.
    pub(crate) fn shell(&self, line: &str) -> Came {
        Self::output(self.shell_command(line))
    }

    /// Runs a line of Bash, which supports descriptors above 9; `sh` may not.
    pub(crate) fn bash(&self, line: &str) -> Came {
        let mut command = std::process::Command::new("bash");
        command.args(["-c", line]);
        Self::output(self.in_place(command))
    }

    /// Returns a line of shell as a command that is not started yet.
    pub(crate) fn shell_command(&self, line: &str) -> std::process::Command {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", line]);
        self.in_place(command)
    }

    fn in_place(&self, mut command: std::process::Command) -> std::process::Command {
        let binary = Path::new(env!("CARGO_BIN_EXE_bmes")).parent().unwrap();
        let path = std::env::join_paths(
            std::iter::once(binary.to_owned())
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        );
        command.current_dir(&self.0).env("PATH", path.unwrap()).stdin(Stdio::null());
        for variable in ENVIRONMENT_VARIABLES {
            command.env_remove(variable);
        }
        command
    }

    fn output(mut command: std::process::Command) -> Came {
        let output = command.output().unwrap();
        Came {
            status: output.status.code().expect("the shell ends by itself"),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bmes"));
        command.current_dir(&self.0);
        for variable in ENVIRONMENT_VARIABLES {
            command.env_remove(variable);
        }
        command
    }
}

impl Came {
    /// Returns the status and all output, for a snapshot.
    pub(crate) fn all(&self) -> String {
        format!("status {}\n--- stdout\n{}--- stderr\n{}", self.status, self.out, self.err)
    }
}
