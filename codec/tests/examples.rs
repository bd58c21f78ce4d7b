//! The examples work together: the writer's file is read, patched, and read again.

use std::path::PathBuf;
use std::process::{Command, Output};

/// Runs an example, which `cargo test` has built.
fn example(name: &str, arguments: &[&str]) -> Output {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let program: PathBuf = path.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    Command::new(program).args(arguments).output().unwrap()
}

#[test]
fn a_file_is_written_read_and_patched() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let [written, patched] = ["written.bmes", "patched.bmes"].map(|name| folder.join(name).display().to_string());
    assert!(example("writer", &[&written]).status.success());
    let output = example("reader", &[&written]);
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap(), @r"
    version 3, 21 bytes of bytecode
    requests ./config.json
    requests node:fs
    requests ./path.js
    requests ./util.js
    imports default from ./config.json as config
    imports * from node:fs as fs
    exports joinAll from ./path.js
    exports default, which is main
    exports everything from ./util.js
    ");

    assert!(example("patcher", &[&written, "./util.js", "./other.js", &patched]).status.success());
    let file = std::fs::read(&patched).unwrap();
    let view = bmes::ModuleView::parse(&file).unwrap();
    assert_eq!(view.star_exports().collect::<Vec<_>>(), ["./other.js"]);
    assert_eq!(view.bytecode(), b"the engine's bytecode");

    let output = example("patcher", &[&written, "./util.js", "./path.js", &patched]);
    assert!(!output.status.success());
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @"duplicate-request: requests[3].specifier: an earlier request has the same specifier and the same attributes");
}
