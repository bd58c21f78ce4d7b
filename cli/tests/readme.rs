//! Tests that the pages show what the command prints. The test runs each line that begins with `$ bmes` in a block
//! marked `console`, in the project's root. The text after the line must be the text that the command prints to
//! standard output and standard error.
//!
//! `UPDATE_PAGES=1 cargo test -p bmes-cli --test readme` writes the current output into the pages.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use bmes_store::Producer;
use support::TestFolder;

/// The pages, relative to the project's root. The last one runs a program, which fills the cache that another one shows.
const PAGES: &[&str] = &["cli/README.md", "cli/FROM-VERSION-3-TO-4.md", "README.md"];
const OPEN: &str = "```console\n";
const CLOSE: &str = "```\n";

#[test]
fn the_pages_show_the_current_output() {
    let root = TestFolder::at(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
    // The examples write into this folder; git ignores it.
    fs::create_dir_all(root.path("target")).unwrap();
    fill_cache(&root);
    for page in PAGES {
        let text = fs::read_to_string(root.path(page)).unwrap();
        let (updated, commands) = with_current_output(&root, &text);
        assert!(commands > 0, "{page} has no command to run");
        if std::env::var_os("UPDATE_PAGES").is_some() {
            fs::write(root.path(page), updated).unwrap();
        } else {
            let difference = first_difference(&updated, &text);
            assert!(updated == text, "{page} is outdated: bmes now prints:\n{difference}");
        }
    }
}

/// Stores a module in the cache, as an older version of the engine in `cli/examples/producer.json` does.
fn fill_cache(root: &TestFolder) {
    let pairs = Producer::from_json(&root.read("cli/examples/producer.json")).unwrap().with("version", "1.4.4");
    let source = root.read("conformance/real/modules/plugin-upper.mjs");
    root.store_module("file:///app/plugin-upper.mjs", &pairs, &source);
}

/// Returns the page with the current output of its commands, and the number of commands.
fn with_current_output(root: &TestFolder, page: &str) -> (String, usize) {
    let (mut updated, mut commands) = (String::new(), 0);
    let mut rest = page;
    while let Some((before, block)) = rest.split_once(OPEN) {
        let (block, after) = block.split_once(CLOSE).expect("the page closes each block");
        updated.push_str(before);
        updated.push_str(OPEN);
        for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            assert!(command.starts_with("bmes "), "`{command}` does not run bmes");
            let printed = root.shell(&format!("{command} 2>&1")).stdout;
            let _ = writeln!(updated, "$ {command}\n{}", printed.trim_end());
            commands += 1;
        }
        updated.push_str(CLOSE);
        rest = after;
    }
    updated.push_str(rest);
    (updated, commands)
}

/// Returns the first line of `updated` that differs from `page`.
fn first_difference<'a>(updated: &'a str, page: &str) -> &'a str {
    let same = updated.lines().zip(page.lines()).take_while(|(a, b)| a == b).count();
    updated.lines().nth(same).unwrap_or("(the end of the page)")
}
