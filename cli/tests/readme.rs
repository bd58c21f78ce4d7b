//! Verifies that the pages show what the command prints. In blocks marked `console`, each line that begins with
//! `$ bmes` is run from the project's root. The text after the line must be what the command prints to standard output
//! or standard error.
//!
//! `UPDATE_PAGES=1 cargo test -p bmes-cli --test readme` writes the current output into the pages.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use support::Place;

/// The pages, relative to the project's root.
const PAGES: &[&str] = &["README.md", "cli/README.md"];
const OPEN: &str = "```console\n";
const CLOSE: &str = "```\n";

#[test]
fn the_pages_show_what_is_printed() {
    let root = Place(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned());
    // The examples write into this folder; git ignores it.
    fs::create_dir_all(root.path("target")).unwrap();
    for page in PAGES {
        let text = fs::read_to_string(root.path(page)).unwrap();
        let (come, commands) = with_what_comes(&root, &text);
        assert!(commands > 0, "{page} shows no command");
        if std::env::var_os("UPDATE_PAGES").is_some() {
            fs::write(root.path(page), come).unwrap();
        } else {
            assert!(come == text, "{page} shows something else than this:\n{}", first_difference(&come, &text));
        }
    }
}

/// Returns the page with the current output of its commands, and the number of commands.
fn with_what_comes(root: &Place, page: &str) -> (String, usize) {
    let (mut come, mut commands) = (String::new(), 0);
    let mut rest = page;
    while let Some((before, block)) = rest.split_once(OPEN) {
        let (block, after) = block.split_once(CLOSE).expect("a block ends");
        come.push_str(before);
        come.push_str(OPEN);
        for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            assert!(command.starts_with("bmes "), "`{command}` is no command of bmes");
            let printed = root.shell(&format!("{command} 2>&1")).out;
            let _ = writeln!(come, "$ {command}\n{}", printed.trim_end());
            commands += 1;
        }
        come.push_str(CLOSE);
        rest = after;
    }
    come.push_str(rest);
    (come, commands)
}

fn first_difference<'a>(come: &'a str, shown: &str) -> &'a str {
    let same = come.lines().zip(shown.lines()).take_while(|(a, b)| a == b).count();
    come.lines().nth(same).unwrap_or("(nothing more)")
}
