//! The time that a cache saves: compares two ways to get a module's record, by parsing its source and by reading its BMES file.
//!
//! Start with [`Pair::all`], then [`Pair::measure`] and [`Engine::find`].

use crate::measure::{Candidate, Effort, Time, in_turns};
use crate::workloads::{Shape, Workload};
use bmes::{ExportType, ImportType, ModuleRecord, Version};
use bmes_analyzer::{Analyzer, Options};
use fastrand::Rng;
use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// A module as source and as the BMES file with the same record.
pub struct Pair {
    /// A description of the module.
    pub name: &'static str,
    /// The source in JavaScript.
    pub source: String,
    /// The BMES file, of version 1.
    pub file: Vec<u8>,
}

impl Pair {
    /// Returns two modules: a generated typical module whose source has 8 KB, and the longest real module for which the project
    /// has bytecode of an engine.
    pub fn all() -> [Self; 2] {
        let typical = Workload::new(Shape::Typical, Version::V1);
        let source = include_str!("../../conformance/real/modules/scheduler.mjs").to_owned();
        let bytecode = include_bytes!("../../conformance/real/bytecode/scheduler.bin");
        let record = Analyzer::new().analyze(&source, &Options::default()).expect("the module is valid").record;
        let file = bmes::encode(&record, bytecode).expect("the analyzer's record is valid");
        [
            Self { name: "typical, made", source: source_of(&typical.record), file: typical.file },
            Self { name: "`conformance/real/modules/scheduler.mjs`", source, file },
        ]
    }

    /// Measures the time to get the record from the source, with the analyzer and with each installed engine, and from the
    /// file. `folder` is the folder for temporary files. A smoke test (one round) starts no engine.
    pub fn measure(&self, folder: &Path, effort: Effort) -> io::Result<Vec<Time>> {
        fs::create_dir_all(folder)?;
        // If a source may need more stack than is free, the analyzer starts a thread, which would be measured, too. A thread
        // with a large stack avoids this.
        let mut times = thread::scope(|scope| {
            let here = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || self.here(folder, effort))?;
            here.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        if effort.rounds > 1 {
            let source = folder.join("generation.mjs");
            fs::write(&source, &self.source)?;
            for engine in Engine::find() {
                times.push(engine.measure(&source)?);
            }
            fs::remove_file(source)?;
        }
        Ok(times)
    }

    fn here(&self, folder: &Path, effort: Effort) -> io::Result<Vec<Time>> {
        let path = folder.join("generation.bmes");
        fs::write(&path, &self.file)?;
        let mut analyzer = Analyzer::new();
        let options = Options::default().with_stack_len(STACK / 2);
        let source = &self.source;
        let analyze = move |calls| {
            for _ in 0..calls {
                black_box(&analyzer.analyze(black_box(source), &options)).as_ref().expect("the source is valid");
            }
        };
        let file = &self.file;
        let identify = move |calls| {
            for _ in 0..calls {
                black_box(&bmes::identify(black_box(file))).as_ref().expect("the file is valid");
            }
        };
        let validate = move |calls| {
            for _ in 0..calls {
                black_box(&bmes::validate(black_box(file))).as_ref().expect("the file is valid");
            }
        };
        let read = |calls| {
            for _ in 0..calls {
                black_box(&fs::read(&path)).as_ref().expect("the file can be read");
            }
        };
        let candidates = vec![
            Candidate::new(ANALYZE, analyze),
            Candidate::new(IDENTIFY, identify),
            Candidate::new(VALIDATE, validate),
            Candidate::new(READ, read),
        ];
        let times = in_turns(candidates, effort);
        fs::remove_file(&path)?;
        Ok(times)
    }
}

/// The size of the stack of the measuring thread, in bytes. It is enough for the sources of both modules.
const STACK: usize = 64 << 20;

/// The name under which results list the analysis of the source.
pub const ANALYZE: &str = "oxc's parser and our analysis";
/// The name under which results list `identify`.
pub const IDENTIFY: &str = "identify";
/// The name under which results list the validation of the whole file.
pub const VALIDATE: &str = "validate";
/// The name under which results list reading the file into memory.
pub const READ: &str = "reading the file (it is in the page cache)";

/// A JavaScript engine. `engine.js` runs in it and measures how long the engine takes to parse a module.
pub struct Engine {
    program: PathBuf,
    /// The name of the engine, and of the part of it that is measured.
    pub name: &'static str,
}

impl Engine {
    /// Returns the installed engines: `jsc` on the `PATH`, and Bun. `cargo xtask real` installs a Bun; without it, the Bun on
    /// the `PATH` is used.
    pub fn find() -> Vec<Self> {
        let own_bun = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real/node_modules/.bin/bun");
        let jsc = "JavaScriptCore's parser and module analysis (`jsc`)";
        let bun = "Bun's transpiler, scanning imports and exports";
        let on_path = |program: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
        };
        let own_bun = Some(own_bun).filter(|path| path.exists());
        let engines = [(on_path("jsc"), jsc), (own_bun.or_else(|| on_path("bun")), bun)];
        engines.into_iter().filter_map(|(program, name)| Some(Self { program: program?, name })).collect()
    }

    /// Returns the version of the engine. `jsc` does not print its version, so this is the version of its Debian package.
    pub fn version(&self) -> Option<String> {
        let mut command = if self.is_jsc() {
            let mut command = Command::new("dpkg-query");
            command.args(["--show", "--showformat=${Version}", "libjavascriptcoregtk-4.0-bin"]);
            command
        } else {
            let mut command = Command::new(&self.program);
            command.arg("--version");
            command
        };
        let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        Some(String::from_utf8(output.stdout).ok()?.trim().to_owned()).filter(|version| !version.is_empty())
    }

    fn is_jsc(&self) -> bool {
        self.program.file_name().is_some_and(|name| name == "jsc")
    }

    /// Returns the time for one parse of the module in the file `source`, from the samples that `engine.js` prints, in
    /// nanoseconds.
    fn measure(&self, source: &Path) -> io::Result<Time> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine.js");
        let mut command = Command::new(&self.program);
        command.arg(script).args(self.is_jsc().then_some("--")).arg(source).stdin(Stdio::null());
        let output = command.output()?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let samples: Vec<f64> = printed.split_whitespace().filter_map(|sample| sample.parse().ok()).collect();
        if samples.is_empty() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(io::Error::other(format!("{}: {}: {}", self.name, output.status, stderr.trim())));
        }
        Ok(crate::measure::summary(self.name.to_owned(), samples))
    }
}

/// Returns JavaScript source that has this record. Each local export is a function. The bodies of the functions are so long
/// that the source has about 8 KB.
#[allow(clippy::format_push_string, reason = "runs once, and is easier to read")]
fn source_of(record: &ModuleRecord) -> String {
    const SIZE: usize = 8 * 1024;
    let mut random = Rng::with_seed(8);
    let mut source = String::new();
    for import in &record.imports {
        let (name, local, from) = (&import.import_name, &import.local_name, &import.module_request);
        source += &match import.import_type {
            ImportType::Namespace => format!("import * as {local} from \"{from}\";\n"),
            _ if name == "default" => format!("import {local} from \"{from}\";\n"),
            _ if name == local => format!("import {{ {local} }} from \"{from}\";\n"),
            _ => format!("import {{ {name} as {local} }} from \"{from}\";\n"),
        };
    }
    let (functions, indirect): (Vec<_>, Vec<_>) =
        record.exports.iter().partition(|export| export.export_type == ExportType::Local);
    for (index, export) in functions.iter().enumerate() {
        let default = if export.export_name == "default" { "default " } else { "" };
        source += &format!("\nexport {default}function {}(input, options = {{}}) {{\n", export.local_name);
        source += "  const result = [];\n";
        while source.len() < SIZE * (index + 1) / functions.len() {
            let import = &record.imports[random.usize(..record.imports.len())].local_name;
            let (limit, step) = (random.u8(..), random.u8(1..));
            source += &format!("  for (let i = {limit}; i < input.length; i += {step}) {{\n");
            source +=
                &format!("    if (input[i]?.length > {limit}) result.push({import}(input[i], `${{i}}: {step}`));\n");
            source += "  }\n";
        }
        source += "  return options.sorted ? result.sort() : result;\n}\n";
    }
    for export in indirect {
        source += &format!("export {{ {} }} from \"{}\";\n", export.export_name, export.module_name);
    }
    for name in &record.star_exports {
        source += &format!("export * from \"{name}\";\n");
    }
    source
}

#[cfg(test)]
mod tests {
    use super::Pair;
    use bmes_analyzer::{Analyzer, Options};

    #[test]
    fn a_source_has_the_record_of_its_file() {
        for pair in Pair::all() {
            let record = Analyzer::new().analyze(&pair.source, &Options::default()).unwrap().record;
            let file = bmes::decode(&pair.file).unwrap().record;
            assert_eq!(record, file, "{}", pair.name);
        }
    }

    #[test]
    fn the_made_source_has_eight_kilobytes() {
        let length = Pair::all()[0].source.len();
        assert!((8_000..9_000).contains(&length), "{length}");
    }
}
