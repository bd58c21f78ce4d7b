//! Tests the tasks of `tasks.md`: each command that a task shows must print the output that the task shows.

#![cfg(unix)]

mod support;

use bmes::Version;
use support::{BYTECODE, TestFolder};

#[test]
fn each_task_prints_the_expected_result() {
    let folder = TestFolder::new("tasks");
    folder.put("cache/broken.bmes", support::bad_type());
    folder.put("cache/twice.bmes", support::twice());
    let mut other = support::record(Version::V2);
    other.imports.reverse();
    folder.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    folder.create_folder("odd");
    folder.put("odd/a b.bmes", folder.read("main.bmes"));
    folder.put("odd/line\nfeed.bmes", folder.read("main.bmes"));
    folder.create_folder("four");
    folder.put("four/main.bmes", support::file_4());
    folder.put("four/damaged.bmes", support::damaged_4("bytecode"));
    let mut other = support::record(Version::V3);
    other.imports[1].local_name = "config";
    folder.put("four/other.bmes", support::file_4_of(&other, |_| {}));
    let tasks: Vec<_> = include_str!("tasks.md").split("\n## ").skip(1).collect();
    assert_eq!(tasks.len(), 12);
    for task in tasks {
        let block = |language: &str| {
            let (_, block) = task.split_once(&format!("\n```{language}\n")).unwrap();
            block.split_once("```\n").unwrap().0
        };
        let output = folder.shell(block("sh"));
        assert_eq!(output.stdout, block("text"), "{task}: {}", output.stderr);
    }
}
