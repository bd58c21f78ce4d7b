//! Tests of the help and of its examples.

mod support;

use std::fmt::Write as _;

use support::TestFolder;

/// All commands. A space is between the names of a command and of one below it.
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
    "pack",
    "run",
    "producer",
    "cache",
    "cache dir",
    "cache stats",
    "cache ls",
    "cache verify",
    "cache prune",
    "cache clear",
    "cache explain",
    "completions",
    "man",
];

/// Returns the help of a command, or of `bmes` itself if the name is empty.
fn help(command: &str) -> String {
    let words: Vec<_> = command.split_whitespace().chain(["--help"]).collect();
    let output = TestFolder::at(env!("CARGO_TARGET_TMPDIR")).run(&words);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    output.stdout
}

#[test]
fn help_of_bmes() {
    insta::assert_snapshot!(help(""));
}

#[test]
fn every_command_is_in_the_list() {
    let listed = |parent: &str| -> Vec<String> {
        let help = help(parent);
        let (_, list) = help.split_once("Commands:\n").unwrap();
        let (list, _) = list.split_once("\n\n").unwrap();
        list.lines().filter_map(|line| line.split_whitespace().next()).map(ToOwned::to_owned).collect()
    };
    let (below, above): (Vec<_>, Vec<_>) = COMMANDS.iter().partition(|command| command.contains(' '));
    assert_eq!(listed(""), [&above[..], &["help"]].concat());
    let below: Vec<_> = below.iter().filter_map(|command| command.strip_prefix("cache ")).collect();
    assert_eq!(listed("cache"), [&below[..], &["help"]].concat());
}

#[test]
fn help_of_each_command() {
    let all: Vec<_> = COMMANDS.iter().map(|command| format!("=== {command}\n{}", help(command))).collect();
    insta::assert_snapshot!(all.concat());
}

#[test]
fn the_examples_succeed() {
    let mut transcript = String::new();
    for name in [""].iter().chain(COMMANDS) {
        let folder = TestFolder::new(&format!("help-{}", name.replace(' ', "-")));
        folder.fill_cache();
        let help = help(name);
        // A long example has two lines.
        let help = help.replace("\\\n   ", "");
        let examples: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  bmes ")).collect();
        assert!(!examples.is_empty(), "the help of {name} has no example");
        for example in examples {
            let output = folder.shell(&format!("bmes {example}"));
            // The example of `diff` compares two files that differ.
            let expected = i32::from(example.starts_with("diff "));
            assert_eq!(output.status, expected, "bmes {example}: {}", output.stderr);
            let shown: Vec<_> = output.stdout.lines().take(6).collect();
            let _ = writeln!(
                transcript,
                "$ bmes {example}\n{}{}",
                shown.join("\n").replace(folder.cache().to_str().unwrap(), "CACHE"),
                if shown.is_empty() { "" } else { "\n" }
            );
        }
    }
    insta::assert_snapshot!(transcript);
}

#[test]
fn errors_of_wrong_usage() {
    let folder = TestFolder::new("help-usage");
    let mut messages = String::new();
    for arguments in [
        &["inspct", "main.bmes"][..],
        &["inspect"],
        &["inspect", "main.bmes", "old.bmes"],
        &["inspect", "--jsn", "main.bmes"],
        &["validate"],
        &["validate", "-0", "main.bmes"],
        &["validate", "--jobs", "0", "main.bmes"],
        &["diff", "main.bmes"],
        &["encode", "main.json"],
        &["convert", "main.bmes", "--to", "two", "-o", "out.bmes"],
        &["analyze", "--type", "cjs", "main.mjs"],
        &["convert", "main.bmes", "--to", "2", "--drop", "producr", "-o", "out.bmes"],
        &["convert", "main.bmes", "--to", "4", "--flags", "import.meta", "-o", "out.bmes"],
        &["build", "main.mjs"],
        &["pack", "-o", "out"],
        &["pack", "-", "-o", "out"],
        &["pack", "main.mjs", "-o", "out", "--freshness", "size"],
        &["check", "app.zip", "--root", "."],
        &["build", "main.mjs", "--bytecode", "main.bin", "--alignment", "16"],
        &["build", "main.mjs", "--bytecode", "main.bin", "--producer", "producer.json", "--alignment", "24"],
        &["producer"],
        &["completions", "basic"],
        &["man", "cache-lst"],
        &["cache", "lst"],
        &["cache"],
        &["cache", "ls", "main.mjs"],
        &["cache", "ls", "--sort", "name"],
        &["cache", "prune", "--max", "much"],
        &["cache", "explain"],
        &["cache", "explain", "-", "--producer", "-"],
    ] {
        let output = folder.run(arguments);
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{arguments:?}");
        let _ = writeln!(messages, "$ bmes {}\n{}", arguments.join(" "), output.stderr);
    }
    insta::assert_snapshot!(messages);
}

#[test]
fn without_arguments_the_help_is_printed() {
    let output = TestFolder::empty("help-none").run(&[]);
    assert_eq!((output.status, output.stdout.as_str()), (2, ""));
    assert_eq!(output.stderr, help(""));
}

#[test]
fn help_command_and_the_help_option_print_the_same() {
    let folder = TestFolder::empty("help-both");
    for command in COMMANDS {
        let words: Vec<_> = ["help"].into_iter().chain(command.split(' ')).collect();
        assert_eq!(folder.run(&words).stdout, help(command), "{command}");
    }
}

#[test]
fn the_version_lists_the_format_versions_and_the_commit() {
    let folder = TestFolder::empty("help-version");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(folder.run(&["-V"]).stdout, format!("bmes {version}\n"));
    let output = folder.run(&["--version"]);
    let lines: Vec<_> = output.stdout.lines().collect();
    assert_eq!(lines[..2], [&*format!("bmes {version}"), "reads and writes format versions: 1, 2, 3, 4"]);
    let commit = lines[2].strip_prefix("commit: ").unwrap();
    assert!(
        commit == "unknown" || commit.len() == 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{commit}"
    );
}

#[test]
fn completions_contain_all_commands() {
    let folder = TestFolder::empty("help-completions");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = folder.run(&["completions", shell]);
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{shell}");
        for command in COMMANDS {
            let name = command.split(' ').next_back().unwrap();
            assert!(output.stdout.contains(name), "{shell}: {command}");
        }
    }
}

/// Tests which words Bash offers to complete each line if it has run the script of `bmes completions bash`.
#[test]
fn bash_completes_commands_options_and_values() {
    let folder = TestFolder::new("help-bash");
    for (line, offered) in [
        ("bmes va", "validate"),
        ("bmes convert --drop", "--drop --drop-bytecode --drop-environment"),
        ("bmes convert main.bmes --to ", "1 2 3 4"),
        ("bmes encode main.json --format-version ", "1 2 3 4"),
        ("bmes convert --flags t", "top-level-await typescript"),
        ("bmes validate --color ", "auto always never"),
        ("bmes build --type m", "mjs mts"),
        ("bmes analyze --namespace-reexport ", "namespace local"),
        ("bmes check --verify ", "hash none stat"),
        ("bmes completions po", "powershell"),
        ("bmes man conv", "convert"),
        ("bmes man cache-e", "cache-explain"),
        ("bmes cache pr", "prune"),
        ("bmes cache ls --sort ", "key size used"),
        ("bmes cache verify --d", "--dir"),
        ("bmes encode main.json --bytecode main.b", "main.bin main.bmes"),
        ("bmes validate --files-from ma", "main.bin main.bmes main.json main.mjs"),
    ] {
        let words: Vec<_> = line.split(' ').collect();
        let quoted = format!("'{}'", words.join("' '"));
        let (current, previous) = (words[words.len() - 1], words[words.len() - 2]);
        let script = format!(
            "eval \"$(bmes completions bash)\"; COMP_WORDS=({quoted}); COMP_CWORD={}; _bmes bmes '{current}' '{previous}'; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\" | sort -u | xargs",
            words.len() - 1
        );
        let output = folder.bash(&script);
        let sorted = |text: &str| {
            let mut words: Vec<_> = text.split_whitespace().map(ToOwned::to_owned).collect();
            words.sort();
            words
        };
        assert_eq!(sorted(&output.stdout), sorted(offered), "{line}: {}", output.stderr);
    }
}

#[test]
fn manual_pages_are_printed() {
    let folder = TestFolder::empty("help-man");
    for command in [None].into_iter().chain(COMMANDS.iter().map(Some)) {
        let page = command.map(|command| command.replace(' ', "-"));
        let arguments: Vec<_> = ["man"].into_iter().chain(page.as_deref()).collect();
        let output = folder.run(&arguments);
        let title = page.map_or_else(|| "bmes".to_owned(), |page| format!("bmes\\-{}", page.replace('-', "\\-")));
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{title}");
        assert!(output.stdout.contains(&format!(".SH NAME\n{title} \\- ")), "{title}: {}", output.stdout);
        assert!(output.stdout.contains("Exit status:"), "{title}");
    }
    insta::assert_snapshot!(folder.run(&["man", "validate"]).stdout);
}
