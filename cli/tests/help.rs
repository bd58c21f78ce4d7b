//! The help, and that its examples do what they say.

mod support;

use std::fmt::Write as _;

use support::Place;

const COMMANDS: &[&str] = &[
    "inspect",
    "validate",
    "check",
    "identify",
    "diff",
    "decode",
    "encode",
    "convert",
    "analyze",
    "build",
    "completions",
];

fn help(command: &[&str]) -> String {
    let came = Place(env!("CARGO_TARGET_TMPDIR").into()).run(&[command, &["--help"]].concat());
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    came.out
}

#[test]
fn the_command() {
    insta::assert_snapshot!(help(&[]));
}

#[test]
fn every_command_is_in_the_list() {
    let help = help(&[]);
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let (list, _) = list.split_once("\n\n").unwrap();
    let listed: Vec<_> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(listed, COMMANDS);
}

#[test]
fn each_command() {
    let all: Vec<_> = COMMANDS.iter().map(|command| format!("=== {command}\n{}", help(&[command]))).collect();
    insta::assert_snapshot!(all.concat());
}

#[test]
fn the_examples_do_what_they_say() {
    let mut transcript = String::new();
    for command in [None].into_iter().chain(COMMANDS.iter().map(Some)) {
        let name = command.copied().unwrap_or("bmes");
        let place = Place::new(&format!("help-{name}"));
        let help = help(command.map(std::slice::from_ref).unwrap_or_default());
        let examples: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  bmes ")).collect();
        assert!(!examples.is_empty(), "{name} has an example");
        for example in examples {
            let came = place.shell(&format!("bmes {example}"));
            // Two files that differ are what the example of `diff` shows.
            let expected = i32::from(example.starts_with("diff "));
            assert_eq!(came.status, expected, "bmes {example}: {}", came.err);
            let shown: Vec<_> = came.out.lines().take(6).collect();
            let _ = writeln!(
                transcript,
                "$ bmes {example}\n{}{}",
                shown.join("\n"),
                if shown.is_empty() { "" } else { "\n" }
            );
        }
    }
    insta::assert_snapshot!(transcript);
}

#[test]
fn wrong_usage_says_what_is_right() {
    let place = Place::new("help-usage");
    let mut messages = String::new();
    for arguments in [
        &["inspct", "main.bmes"][..],
        &["inspect"],
        &["inspect", "main.bmes", "old.bmes"],
        &["inspect", "--jsn", "main.bmes"],
        &["validate"],
        &["validate", "--format", "xml", "main.bmes"],
        &["validate", "--jobs", "0", "main.bmes"],
        &["diff", "main.bmes"],
        &["encode", "main.json"],
        &["convert", "main.bmes", "--to", "two", "-o", "out.bmes"],
        &["analyze", "--type", "cjs", "main.mjs"],
        &["build", "main.mjs"],
        &["completions", "basic"],
    ] {
        let came = place.run(arguments);
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{arguments:?}");
        let _ = writeln!(messages, "$ bmes {}\n{}", arguments.join(" "), came.err);
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn without_arguments_there_is_the_help() {
    let came = Place::empty("help-none").run(&[]);
    assert_eq!((came.status, came.out.as_str()), (2, ""));
    assert_eq!(came.err, help(&[]));
}

#[test]
fn completions_know_the_commands() {
    let place = Place::empty("help-completions");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let came = place.run(&["completions", shell]);
        assert_eq!((came.status, came.err.as_str()), (0, ""), "{shell}");
        for command in COMMANDS {
            assert!(came.out.contains(command), "{shell}: {command}");
        }
    }
}

#[test]
fn bash_takes_its_completions() {
    let place = Place::empty("help-bash");
    let line = "bmes completions bash > bmes.bash && bash -n bmes.bash";
    let came = place.shell(line);
    assert!(came.status == 0 || came.err.contains("not found"), "{}", came.err);
}
