//! The tasks of `tasks.md`: each command that a task shows prints the output that the task shows.

#![cfg(unix)]

mod support;

use bmes::Version;
use support::{BYTECODE, Place};

#[test]
fn each_task_has_the_result_that_is_expected() {
    let place = Place::new("tasks");
    place.put("cache/broken.bmes", support::bad_type());
    place.put("cache/twice.bmes", support::twice());
    let mut other = support::record(Version::V2);
    other.imports.reverse();
    place.put("other.bmes", bmes::encode(&other, BYTECODE).unwrap());
    place.folder("odd");
    place.put("odd/a b.bmes", place.read("main.bmes"));
    place.put("odd/line\nfeed.bmes", place.read("main.bmes"));
    let tasks: Vec<_> = include_str!("tasks.md").split("\n## ").skip(1).collect();
    assert_eq!(tasks.len(), 10);
    for task in tasks {
        let block = |language: &str| {
            let (_, block) = task.split_once(&format!("\n```{language}\n")).unwrap();
            block.split_once("```\n").unwrap().0
        };
        let came = place.shell(block("sh"));
        assert_eq!(came.out, block("text"), "{task}: {}", came.err);
    }
}
