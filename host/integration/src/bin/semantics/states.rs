//! Runs a test in each state of the cache.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use bmes_host_integration::runs::{Numbers, Output, Runner};

use crate::frontmatter::Frontmatter;

/// A state of the cache.
pub(crate) struct State {
    pub(crate) name: &'static str,
}

/// The states, in the order in which a test runs in them.
pub(crate) const STATES: [State; 5] = [
    State { name: "without a cache" },
    State { name: "cold" },
    State { name: "warm, from the pack in the cache" },
    State { name: "warm, from the files of modules" },
    State { name: "packed" },
];

/// A test.
pub(crate) struct Test {
    pub(crate) name: String,
    path: PathBuf,
    text: String,
    frontmatter: Frontmatter,
}

/// The result of a test.
#[derive(Clone)]
pub(crate) struct Verdict {
    pub(crate) numbers: Numbers,
    output: Output,
    fault: Option<String>,
}

impl Verdict {
    /// Returns why the test fails. `None`: it passes.
    pub(crate) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.output == other.output
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.output.fmt(f)
    }
}

/// The program that runs a test. It evaluates the files of the harness as scripts, as the tests expect.
const WRAPPER: &str = "\
import fs from 'node:fs';
const evaluate = globalThis.eval;
globalThis.print = (text) => console.log(String(text));
globalThis.$262 = {
  global: globalThis,
  evalScript: (text) => evaluate(text),
  gc() {},
  createRealm() { throw new Error('the host has one realm'); },
};
for (const file of FILES) evaluate(fs.readFileSync(file, 'utf8'));
try {
  BODY
  print('ended');
} catch (error) {
  print('threw ' + (error?.constructor?.name ?? typeof error) + ': ' + error?.message);
}
";

impl Test {
    pub(crate) fn new(name: String, path: PathBuf, text: String, frontmatter: Frontmatter) -> Self {
        Self { name, path, text, frontmatter }
    }

    /// Runs the test in all states.
    pub(crate) fn run(&self, bmes: &Path, harness: &Path) -> io::Result<[Verdict; STATES.len()]> {
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let wrapper = self.path.with_file_name(format!("bmes-runs-{stem}.mjs"));
        fs::write(&wrapper, self.wrapper(harness))?;
        let folder = tempfile::tempdir()?;
        let cached = Runner::cached(bmes, folder.path());
        let off = Runner::off(bmes).run_counted(&wrapper)?;
        let (cold, warm) = (cached.run_counted(&wrapper)?, cached.run_counted(&wrapper)?);
        remove_packs(folder.path())?;
        let files = cached.run_counted(&wrapper)?;
        let pack = folder.path().join("test.zip");
        Command::new(bmes).arg("pack").arg(&wrapper).arg("-o").arg(&pack).output()?;
        let packed = cached.packed(&pack).run_counted(&wrapper)?;
        Ok([off, cold, warm, files, packed].map(|(output, numbers)| Verdict {
            fault: self.fault(&output),
            output,
            numbers,
        }))
    }

    fn wrapper(&self, harness: &Path) -> String {
        let own = ["assert.js", "sta.js"].into_iter().filter(|_| !self.frontmatter.has("raw"));
        let done = ["doneprintHandle.js"].into_iter().filter(|_| self.frontmatter.has("async"));
        let files = own.chain(done).chain(self.frontmatter.includes.iter().map(String::as_str));
        let files: Vec<String> = files.map(|file| quoted(&harness.join(file).display().to_string())).collect();
        let body = if self.frontmatter.has("module") {
            format!(
                "await import({});",
                quoted(&format!("./{}", self.path.file_name().unwrap_or_default().to_string_lossy()))
            )
        } else {
            let strict = if self.frontmatter.has("onlyStrict") { "'use strict';\n" } else { "" };
            format!("evaluate({});", quoted(&format!("{strict}{}", self.text)))
        };
        WRAPPER.replace("FILES", &format!("[{}]", files.join(", "))).replace("BODY", &body)
    }

    /// Returns why the output is not that of a test that passes.
    fn fault(&self, output: &Output) -> Option<String> {
        let lines: Vec<&str> = output.stdout().lines().collect();
        let has = |line: &str| lines.contains(&line);
        let thrown = lines.iter().find_map(|line| line.strip_prefix("threw "));
        if let Some(name) = &self.frontmatter.negative {
            return match thrown {
                Some(thrown) if thrown.split(':').next() == Some(name) => None,
                Some(thrown) => {
                    Some(format!("another error than {name}: {}", thrown.split(':').next().unwrap_or_default()))
                }
                None => Some(format!("no {name}")),
            };
        }
        if let Some(thrown) = thrown {
            return Some(format!("an error: {}", thrown.split(':').next().unwrap_or_default()));
        }
        if self.frontmatter.has("async") {
            let failure = lines.iter().find(|line| line.starts_with("Test262:AsyncTestFailure"));
            return match failure {
                Some(failure) => Some(failure.split(':').take(3).collect::<Vec<_>>().join(":")),
                None if has("Test262:AsyncTestComplete") => None,
                None => Some("an asynchronous test that does not end".to_owned()),
            };
        }
        if has("ended") {
            None
        } else {
            Some(format!("no end: {}", output.stderr().lines().next().unwrap_or_default()))
        }
    }
}

/// Returns a text as a literal of JavaScript.
fn quoted(text: &str) -> String {
    let mut literal = String::from("'");
    for character in text.chars() {
        match character {
            '\'' | '\\' => literal.extend(['\\', character]),
            '\n' => literal += "\\n",
            '\r' => literal += "\\r",
            '\u{2028}' => literal += "\\u2028",
            '\u{2029}' => literal += "\\u2029",
            _ => literal.push(character),
        }
    }
    literal + "'"
}

fn remove_packs(cache: &Path) -> io::Result<()> {
    for entry in fs::read_dir(cache)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_packs(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "zip") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
