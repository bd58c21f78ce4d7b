//! Tests the memory limit with a C++ reader. It either reserves memory for an unchecked count and takes too much, or it checks
//! each count first. Linux only.
//!
//! This test program has its own `main`. Without a C++ compiler, it prints a message and its tests are ignored; in CI, the
//! tests then fail.

mod support;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Trial};
use support::run::Run;

const MISSING: &str = "there is no C++ compiler (c++, g++, clang++)";

type Test = fn(&str);

fn main() -> ExitCode {
    if !cfg!(target_os = "linux") {
        return ExitCode::SUCCESS;
    }
    let reader = compile();
    if reader.is_none() {
        eprintln!("not run: {MISSING}");
    }
    let is_ignored = reader.is_none() && env::var_os("CI").is_none_or(|ci| ci != "true");
    let tests: [(&str, Test); 2] = [
        ("a_count_that_is_believed_fails_with_memory", a_count_that_is_believed_fails_with_memory),
        ("a_count_that_is_checked_passes", a_count_that_is_checked_passes),
    ];
    let trials = tests.map(|(name, test)| {
        let reader = reader.clone();
        let run = move || {
            test(&reader.ok_or(MISSING)?);
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(is_ignored)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

/// Cases whose count of import entries is larger than the file allows. Some counts are so large that no machine can reserve
/// memory for them.
const COUNTS: &str = "v1/imports/import-count-{product-*,high-bit,all-ones,bytes-left,one-too-many,missing}";

fn a_count_that_is_believed_fails_with_memory(reader: &str) {
    let run = Run::new("reserve", reader, &["--filter", COUNTS]);
    assert_eq!(run.exit, 1, "{}", run.out);
    let failures = run.failures();
    // The status is `crash` if the system refuses to reserve that much memory: the reader then ends with `bad_alloc`.
    assert!(failures.iter().all(|[_, status, _]| ["memory", "crash"].contains(status)), "{}", run.out);
    let wraps = failures.iter().find(|[id, ..]| *id == "v1/imports/import-count-product-wraps");
    let Some([_, "memory", got]) = wraps else { panic!("{}", run.out) };
    assert!(got.starts_with("its peak of virtual memory (VmPeak) grew by 4 GiB"), "{got}");
}

fn a_count_that_is_checked_passes(reader: &str) {
    Run::new("checked", &format!("{reader} checked"), &["--filter", COUNTS]).passes();
}

/// Compiles the C++ reader, and returns its command line; `None` without a compiler.
fn compile() -> Option<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/reserve.cpp");
    let program: PathBuf = support::folder("reserve-reader").join("reserve");
    ["c++", "g++", "clang++"].into_iter().find_map(|compiler| {
        let arguments = ["-std=c++17", "-O0", "-o"];
        let output = Command::new(compiler).args(arguments).arg(&program).arg(&source).output().ok()?;
        assert!(output.status.success(), "{}", support::stderr(&output));
        Some(shell_words::quote(program.to_str().unwrap()).into_owned())
    })
}
