//! Tests that every command follows `cli/CONVENTIONS.md`. The tables of that page list the cases to test.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::TestFolder;

/// Returns the rows of the table whose first heading is `heading`, without backticks.
fn table(heading: &str) -> Vec<Vec<String>> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CONVENTIONS.md")).unwrap();
    let rows = page.lines().skip_while(|line| !line.starts_with(&format!("| {heading} |"))).skip(2);
    let cells =
        |row: &str| row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`').to_owned()).collect();
    rows.take_while(|line| line.starts_with('|')).map(cells).collect()
}

/// A command's row in the first table of the page. A space is between the names of a command and of one below it.
struct Command {
    name: String,
    takes: String,
    json: String,
    writes: bool,
}

impl Command {
    /// Returns the words of the command, with more words after them.
    fn with<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        self.name.split(' ').chain(more.iter().copied()).collect()
    }
}

fn commands() -> Vec<Command> {
    let command = |row: Vec<String>| {
        let [name, takes, json, writes] = <[String; 4]>::try_from(row).unwrap();
        Command { name, takes, json, writes: writes == "yes" }
    };
    table("command").into_iter().map(command).collect()
}

/// Returns arguments with which the command succeeds. `OUT` is the file that it writes.
fn arguments(name: &str) -> &'static [&'static str] {
    match name {
        "inspect" => &["inspect", "main.bmes"],
        "validate" => &["validate", "main.bmes", "old.bmes"],
        "check" => &["check", "main.bmes", "old.bmes"],
        "identify" => &["identify", "main.bmes", "old.bmes"],
        "diff" => &["diff", "main.bmes", "main.bmes"],
        "decode" => &["decode", "main.bmes", "--bytecode", "OUT"],
        "encode" => &["encode", "main.json", "--bytecode", "main.bin", "-o", "OUT"],
        "convert" => &["convert", "main.bmes", "--to", "1", "-o", "OUT"],
        "analyze" => &["analyze", "main.mjs", "lib/three.js"],
        "build" => &["build", "main.mjs", "--bytecode", "main.bin", "-o", "OUT"],
        "pack" => &["pack", "lib/three.js", "-o", "OUT"],
        "run" => &["run", "lib/three.js"],
        "producer" => &["producer", "producer.json"],
        "cache dir" => &["cache", "dir"],
        "cache stats" => &["cache", "stats"],
        "cache ls" => &["cache", "ls"],
        "cache verify" => &["cache", "verify"],
        "cache prune" => &["cache", "prune"],
        "cache clear" => &["cache", "clear"],
        "cache explain" => &["cache", "explain", "main.mjs"],
        "completions" => &["completions", "bash"],
        "man" => &["man", "validate"],
        _ => panic!("add the arguments of the new command {name} here"),
    }
}

fn each_command(name: &str, test: impl Fn(&TestFolder, &Command)) {
    for command in commands() {
        let folder = TestFolder::new(&format!("conventions-{name}-{}", command.name.replace(' ', "-")));
        folder.fill_cache();
        test(&folder, &command);
    }
}

fn objects(printed: &str) -> Vec<Value> {
    let stream = serde_json::Deserializer::from_str(printed).into_iter();
    stream.map(|object| object.unwrap_or_else(|error| panic!("{error}: {printed}"))).collect()
}

#[test]
fn the_page_lists_the_commands() {
    let folder = TestFolder::empty("conventions-list");
    let listed = |parent: &[&str]| -> Vec<String> {
        let help = folder.run(&[parent, &["--help"]].concat()).stdout;
        let (_, list) = help.split_once("Commands:\n").unwrap();
        let names = list.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
        names.filter(|name| *name != "help").map(|name| [parent, &[name]].concat().join(" ")).collect()
    };
    let all = listed(&[]).into_iter().flat_map(|name| if name == "cache" { listed(&["cache"]) } else { vec![name] });
    assert_eq!(all.collect::<Vec<_>>(), commands().into_iter().map(|command| command.name).collect::<Vec<_>>());
}

#[test]
fn usage_says_what_a_command_takes() {
    each_command("usage", |folder, command| {
        let help = folder.run(&command.with(&["--help"])).stdout;
        let usage = help.lines().find(|line| line.starts_with("Usage: ")).unwrap();
        let takes = if command.takes == "nothing" { "[OPTIONS]" } else { &command.takes };
        assert!(usage.ends_with(&format!(" {takes}")), "{usage}");
    });
}

#[test]
fn help_has_an_example_and_the_exit_statuses() {
    let statuses: Vec<_> = table("status").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(statuses, ["0", "1", "2"]);
    each_command("help", |folder, command| {
        let help = folder.run(&command.with(&["--help"])).stdout;
        assert!(help.contains("Example"), "{help}");
        let (_, status) = help.split_once("Exit status:\n").unwrap();
        let listed: Vec<_> = status.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(listed, statuses, "{}", command.name);
        assert_eq!(folder.run(&[&["help"], &command.with(&[])[..]].concat()).stdout, help);
    });
}

#[test]
fn json_of_success_has_ok_and_no_error() {
    each_command("json", |folder, command| {
        if command.name == "run" {
            // Its output is that of the program.
            return;
        }
        let output = folder.run(&[support::with(arguments(&command.name), "OUT", "out"), vec!["--json"]].concat());
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{}", command.name);
        let objects = objects(&output.stdout);
        assert_eq!(objects.len(), if command.json == "an object" { 1 } else { 2 }, "{}", command.name);
        for object in objects {
            assert_eq!((&object["ok"], object.get("error")), (&Value::Bool(true), None), "{}: {object}", command.name);
        }
        assert_eq!(folder.path("out").exists(), command.writes, "{}", command.name);
    });
}

/// Asserts that `object` is an error as the page describes it: the page lists its keys and its class, and `status` is
/// the exit status of its class.
fn is_error(object: &Value, status: i32, what: &str) {
    assert_eq!(object["ok"], false, "{what}: {object}");
    let keys: Vec<String> =
        table("key").iter().flat_map(|row| row[0].split("`, `").map(ToOwned::to_owned).collect::<Vec<_>>()).collect();
    let error = object["error"].as_object().unwrap_or_else(|| panic!("{what}: {object}"));
    assert!(error.keys().all(|key| keys.contains(key)), "{what}: {object}");
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{what}: {object}");
    let class = error["class"].as_str().unwrap();
    let rows = table("class");
    let row = rows.iter().find(|row| row[0] == class).or(rows.last()).unwrap();
    assert_eq!(row[2], status.to_string(), "{what}: {object}");
}

#[test]
fn json_of_a_file_that_cannot_be_read_is_an_error() {
    each_command("unread", |folder, command| {
        if ["<SHELL>", "[COMMAND]", "nothing"].contains(&&*command.takes) {
            return;
        }
        let mut arguments = support::with(arguments(&command.name), "OUT", "out");
        arguments[command.with(&[]).len()] = "none";
        // What follows the program of `run` is for the program.
        arguments.insert(command.with(&[]).len(), "--json");
        let output = folder.run(&arguments);
        assert_eq!((output.status, output.stderr.as_str()), (2, ""), "{}", command.name);
        let objects = objects(&output.stdout);
        assert_eq!((&objects[0]["file"], &objects[0]["error"]["class"]), (&"none".into(), &"unread".into()));
        is_error(&objects[0], 2, &command.name);
    });
}

#[test]
fn json_of_an_invalid_file_is_an_error() {
    let invalid: &[&[&str]] = &[
        &["inspect", "bad.bmes"],
        &["validate", "bad.bmes"],
        &["check", "twice.bmes"],
        &["identify", "main.mjs"],
        &["decode", "bad.bmes"],
        &["encode", "main.mjs", "--bytecode", "main.bin", "-o", "out"],
        &["encode", "latin.json", "--bytecode", "main.bin", "-o", "out"],
        &["convert", "bad.bmes", "--to", "1", "-o", "out"],
        &["convert", "main.bmes", "--to", "3", "--environment", "main.json", "-o", "out"],
        &["analyze", "bad.mjs"],
        &["build", "bad.mjs", "--bytecode", "main.bin", "-o", "out"],
        &["build", "main.mjs", "--bytecode", "main.bin", "--producer", "main.mjs", "-o", "out"],
        &["pack", "main.mjs", "-o", "out"],
        &["producer", "environment.json"],
        &["cache", "explain", "main.mjs", "--producer", "environment.json"],
    ];
    let folder = TestFolder::new("conventions-invalid");
    folder.put("bad.bmes", support::bad_type());
    folder.put("twice.bmes", support::twice());
    folder.put("bad.mjs", "let a = ;\n");
    folder.put("latin.json", b"{\"version\": \"\xe4\"}");
    for arguments in invalid {
        let output = folder.run(&[arguments, &["--json"][..]].concat());
        assert_eq!((output.status, output.stderr.as_str()), (1, ""), "{arguments:?}: {}", output.stdout);
        let objects = objects(&output.stdout);
        assert_eq!(objects.len(), 1);
        is_error(&objects[0], 1, &arguments.join(" "));
        assert!(objects[0]["file"].is_string(), "{arguments:?}: {}", output.stdout);
    }
}

#[test]
fn json_of_wrong_usage_is_an_error() {
    each_command("usage-json", |folder, command| {
        let output = folder.run(&command.with(&["--json", "--none"]));
        assert_eq!((output.status, output.stderr.as_str()), (2, ""), "{}", command.name);
        let objects = objects(&output.stdout);
        assert_eq!(objects.len(), 1);
        is_error(&objects[0], 2, &command.name);
        assert_eq!(objects[0]["error"]["message"], "unexpected argument '--none' found", "{}", command.name);
        let output = folder.run(&command.with(&["--json", "--colr"]));
        assert_eq!(self::objects(&output.stdout)[0]["error"]["tip"], "a similar argument exists: '--color'");
    });
}

#[test]
fn json_of_an_output_that_cannot_be_written_is_an_error() {
    each_command("unwritten", |folder, command| {
        if command.writes {
            let output =
                folder.run(&[support::with(arguments(&command.name), "OUT", "none/out"), vec!["--json"]].concat());
            assert_eq!((output.status, output.stderr.as_str()), (2, ""), "{}", command.name);
            let objects = objects(&output.stdout);
            is_error(&objects[0], 2, &command.name);
            assert_eq!((&objects[0]["error"]["class"], &objects[0]["file"]), (&"unwritten".into(), &"none/out".into()));
        }
    });
}

#[test]
fn json_and_bytes_do_not_share_standard_output() {
    each_command("shared", |folder, command| {
        if command.writes {
            let line = support::with(arguments(&command.name), "OUT", "/dev/null").join(" ");
            assert_eq!(
                folder.shell(&format!("bmes {line} --json > /dev/null")).status,
                0,
                "a device accepts both: {line}"
            );
            let output = folder.run(&[support::with(arguments(&command.name), "OUT", "-"), vec!["--json"]].concat());
            assert_eq!((output.status, output.stderr.as_str()), (2, ""), "{}", command.name);
            is_error(&objects(&output.stdout)[0], 2, &command.name);
        }
    });
}

#[test]
fn files_may_be_named_in_a_list() {
    each_command("list", |folder, command| {
        if command.json != "a line per file" {
            return;
        }
        let [name, files @ ..] = arguments(&command.name) else { unreachable!() };
        let expected = folder.run(arguments(&command.name)).stdout;
        folder.put("list", files.join("\n"));
        folder.put("list.crlf", files.join("\r\n") + "\r\n");
        folder.put("list.bom", format!("\u{feff}{}", files.join("\n")));
        folder.put("list.0", files.join("\0") + "\0");
        assert_eq!(folder.run(&[name, "--files-from", "list"]).stdout, expected);
        assert_eq!(folder.run(&[name, "--files-from", "list.crlf"]).stdout, expected);
        assert_eq!(folder.run(&[name, "--files-from", "list.bom"]).stdout, expected);
        assert_eq!(folder.run(&[name, "--files-from", "list.0", "-0"]).stdout, expected);
        assert_eq!(folder.run_with(&[name, "--files-from", "-"], files.join("\n")).stdout, expected);
        let both = folder.run(&[name, files[0], "--files-from", "list"]).stdout;
        assert_eq!(both.lines().count(), 3, "{both}");
        // An empty list is not an error, because a program that makes a list may find no files.
        let none = folder.run_with(&[name, "--files-from", "-"], "");
        assert_eq!((none.status, none.stdout.as_str()), (0, ""), "{}", none.stderr);
        let twice = folder.run_with(&[name, "-", "--files-from", "-"], "");
        assert_eq!(twice.status, 2);
        assert_eq!(folder.run(&[name, "-0", files[0]]).status, 2);
        let without = folder.run(&[name, "--files-from", "list.0"]);
        assert_eq!(without.status, 2);
        assert!(without.stderr.ends_with("  tip: if each name ends with a zero byte, add -0\n"), "{}", without.stderr);
    });
}

#[cfg(unix)]
#[test]
fn names_in_a_list_are_not_globs_and_may_have_any_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let folder = TestFolder::new("conventions-names");
    let names: [&[u8]; 4] = [b"*.bmes", b"a\nb", b"-", b"\xff\xfe"];
    for name in names {
        fs::write(folder.0.join(OsStr::from_bytes(name)), folder.read("main.bmes")).unwrap();
    }
    let output = folder.run_with(&["validate", "--json", "--files-from", "-", "-0"], names.join(&0));
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    let objects = objects(&output.stdout);
    let files: Vec<_> = objects.iter().map(|object| object["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["*.bmes", "a\nb", "-", "\u{fffd}\u{fffd}"]);
    assert_eq!(objects[3]["file_bytes"], "//4=");
    assert_eq!(objects[2].get("file_bytes"), None);
}
