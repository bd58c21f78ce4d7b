//! A program on disk, for the tests that make packs.
#![cfg(unix)]
#![allow(dead_code, reason = "each test file uses some of these")]

use std::fs::{self, File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bmes_pack::build::{Made, Options, make};
use tempfile::TempDir;

use super::PRODUCER;

pub(crate) const FILES: &[(&str, &str)] = &[
    ("package.json", "{\"type\": \"module\"}"),
    (
        "main.js",
        "import {a} from './lib/a.js'; import dep from 'dep'; import cjs from './old.cjs'; import data from './data.json' with {type: 'json'}; import 'node:fs'; import 'path'; import('./late.js?x=1')",
    ),
    ("lib/a.js", "export {b as a} from './b.js'; export * from 'dep/sub'"),
    ("lib/b.js", "export const b = 1;"),
    ("late.js", "export {};"),
    ("data.json", "{}"),
    ("old.cjs", "const dep = require('dep'); try { require('optional') } catch {} exports.x = dep;"),
    (
        "node_modules/dep/package.json",
        "{\"exports\": {\".\": {\"import\": \"./esm.mjs\", \"require\": \"./cjs.js\"}, \"./sub\": \"./sub.mjs\"}}",
    ),
    ("node_modules/dep/esm.mjs", "export default 1;"),
    ("node_modules/dep/cjs.js", "module.exports = require('./inner');"),
    ("node_modules/dep/inner.js", "exports.inner = 1;"),
    ("node_modules/dep/sub.mjs", "export const sub = 1;"),
];

/// A program on disk. Its files were last modified a day ago.
pub(crate) struct Disk {
    folder: TempDir,
    below: String,
}

impl Disk {
    pub(crate) fn new() -> Self {
        Self::below("")
    }

    /// A program in a folder below a new one.
    pub(crate) fn below(folder: &str) -> Self {
        let disk = Self { folder: tempfile::tempdir().unwrap(), below: folder.to_owned() };
        fs::create_dir_all(disk.folder.path().join(folder)).unwrap();
        for (path, text) in FILES {
            disk.write(path, text);
        }
        disk
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(&self.below).canonicalize().unwrap().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        age(&path, Duration::from_secs(24 * 60 * 60));
    }

    pub(crate) fn make(&self) -> Made {
        make(&[self.path("main.js")], &Options::new(PRODUCER)).unwrap()
    }
}

/// Sets the time of the last modification of a file: this long ago.
pub(crate) fn age(path: &Path, age: Duration) {
    let time = SystemTime::now() - age;
    File::options().write(true).open(path).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
}
