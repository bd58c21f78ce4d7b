//! Tests of files that cannot be read or are unusual: missing, empty, very large or endless. `bmes` prints one clear
//! line, ends with the right exit status, and leaves no files behind.

mod support;

use std::fs::{self, File};

use bmes::Version;
use support::{TestFolder, file, with};

/// The commands that read a file, with their arguments. `FILE` stands for the name of the file.
const READERS: &[&[&str]] = &[
    &["inspect", "FILE"],
    &["validate", "FILE"],
    &["check", "FILE"],
    &["identify", "FILE"],
    &["diff", "FILE", "main.bmes"],
    &["diff", "main.bmes", "FILE"],
    &["decode", "FILE"],
    &["encode", "FILE", "--bytecode", "main.bin", "-o", "out.bmes"],
    &["encode", "main.json", "--bytecode", "FILE", "-o", "out.bmes"],
    &["convert", "FILE", "--to", "1", "-o", "out.bmes"],
    &["convert", "main.bmes", "--to", "3", "--environment", "FILE", "-o", "out.bmes"],
    &["build", "FILE", "--bytecode", "main.bin", "-o", "out.bmes"],
    &["build", "main.mjs", "--bytecode", "FILE", "-o", "out.bmes"],
    &["build", "main.mjs", "--bytecode", "main.bin", "--environment", "FILE", "-o", "out.bmes"],
    &["build", "main.mjs", "--bytecode", "main.bin", "--producer", "FILE", "-o", "out.bmes"],
    &["build", "main.mjs", "--bytecode", "main.bin", "--producer", "producer.json", "--text", "FILE", "-o", "out.bmes"],
    &[
        "convert",
        "main.bmes",
        "--to",
        "4",
        "--producer",
        "producer.json",
        "--source",
        "FILE",
        "--flags",
        "none",
        "--keep-bytecode",
        "-o",
        "out.bmes",
    ],
    &["producer", "FILE"],
];

/// Runs all `READERS` on `name`, and asserts that they end with status 2, print nothing to standard output, and write
/// no file. Returns their messages.
fn unreadable(folder: &TestFolder, name: &str, skip: &[&str]) -> String {
    let mut messages = String::new();
    for reader in READERS.iter().filter(|reader| !skip.contains(&reader[0])) {
        let output = folder.run(&with(reader, "FILE", name));
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{reader:?}: {}", output.stderr);
        assert!(output.stderr.contains(name), "{reader:?}: {}", output.stderr);
        messages.push_str(&output.stderr);
    }
    assert!(!folder.path("out.bmes").exists());
    messages
}

#[test]
fn a_missing_file() {
    insta::assert_snapshot!(unreadable(&TestFolder::new("bad-missing"), "none.bmes", &[]));
}

#[test]
fn a_missing_folder() {
    let output = TestFolder::new("bad-missing-folder").run(&["inspect", "build/part/one.bmes"]);
    assert_eq!(output.status, 2);
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn a_name_with_another_extension() {
    let output = TestFolder::new("bad-similar").run(&["inspect", "OLD.bms"]);
    assert_eq!(output.status, 2);
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn a_folder_instead_of_a_file() {
    // These commands take folders.
    let skip = ["validate", "check", "identify"];
    insta::assert_snapshot!(unreadable(&TestFolder::new("bad-folder"), "build", &skip));
}

#[cfg(target_os = "linux")]
#[test]
fn no_permission() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TestFolder::new("bad-permission");
    folder.put("secret.bmes", file(Version::V2));
    fs::set_permissions(folder.path("secret.bmes"), fs::Permissions::from_mode(0o000)).unwrap();
    for reader in READERS {
        // Root may read every file, so the test runs `bmes` as another user.
        let as_other =
            "if [ $(id -u) = 0 ]; then set -- setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"; fi; \"$@\"";
        let line = format!("set -- bmes {}; {as_other}", with(reader, "FILE", "secret.bmes").join(" "));
        let output = folder.shell(&line);
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{reader:?}: {}", output.stderr);
        let message =
            "error: secret.bmes: no permission to read it\n  tip: to see who may read it, run: ls -l secret.bmes\n";
        assert!(output.stderr.starts_with(message), "{reader:?}: {}", output.stderr);
    }
}

#[test]
fn an_empty_file_is_invalid() {
    let folder = TestFolder::new("bad-empty");
    folder.put("empty.bmes", "");
    for command in ["inspect", "validate", "check", "identify", "decode"] {
        let output = folder.run(&[command, "empty.bmes"]);
        assert_eq!(output.status, 1, "{command}");
        let message = "truncated: magic at byte 0 (0x0): expected 4 bytes, found 0";
        assert!((output.stdout + &output.stderr).contains(message), "{command}");
    }
}

#[cfg(unix)]
#[test]
fn closed_standard_input() {
    let output = TestFolder::new("bad-closed-stdin").shell("bmes check - <&-");
    assert_eq!(output.status, 1);
    insta::assert_snapshot!(output.all());
}

#[test]
fn a_file_of_200_megabytes() {
    let folder = TestFolder::new("bad-large");
    let mut record = support::record(Version::V2);
    record.star_exports = vec![];
    folder.put("large.bmes", bmes::encode(&record, &vec![0; 200 << 20]).unwrap());
    let output = folder.run(&["check", "large.bmes"]);
    assert_eq!((output.status, output.stdout.as_str()), (0, "ok       large.bmes: version 2, 209,715,424 bytes\n"));
    let output = folder.run(&["inspect", "large.bmes"]);
    assert_eq!(output.status, 0);
    assert!(output.stdout.contains("bytecode = 209,715,200 bytes") && output.stdout.lines().count() < 100);
}

#[test]
fn a_file_of_200_megabytes_of_zeros() {
    let folder = TestFolder::new("bad-zeros");
    File::create(folder.path("zeros.bmes")).unwrap().set_len(200 << 20).unwrap();
    let output = folder.run(&["validate", "zeros.bmes"]);
    assert_eq!(output.status, 1);
    assert!(output.stdout.contains("zeros.bmes: bad-magic: "), "{}", output.stdout);
}

/// Each file has 4 GiB, and is invalid because of its first bytes or its length. The limit on the address space makes
/// it impossible to read a whole file.
#[cfg(target_os = "linux")]
#[test]
fn a_large_file_is_rejected_by_its_first_bytes_and_its_length() {
    let folder = TestFolder::new("bad-4-gib");
    let sparse = |name: &str, bytes: &[u8]| {
        folder.put(name, bytes);
        File::options().write(true).open(folder.path(name)).unwrap().set_len(4 << 30).unwrap();
    };
    let with = |version: Version, offset: usize, number: u32| {
        let mut file = file(version);
        file[offset..offset + 4].copy_from_slice(&number.to_le_bytes());
        file
    };
    sparse("zeros", b"");
    sparse("version", &with(Version::V1, 4, 5));
    sparse("type", &support::bad_type_of(Version::V1));
    for (name, version) in [("one", Version::V1), ("two", Version::V2), ("three", Version::V3)] {
        sparse(name, &file(version));
    }
    sparse("four", &support::file_4());
    sparse("damaged", &support::damaged_4("source_size"));
    sparse("in-header", &with(Version::V2, 8, 15));
    sparse("unaligned", &with(Version::V3, 8, 17));
    sparse("beyond", &with(Version::V2, 12, u32::MAX));
    for (name, class) in [
        ("zeros", "bad-magic"),
        ("version", "unsupported-version"),
        ("type", "bad-type"),
        ("one", "trailing-bytes"),
        ("two", "trailing-bytes"),
        ("three", "trailing-bytes"),
        ("four", "trailing-bytes"),
        ("damaged", "bad-checksum"),
        ("in-header", "bad-layout"),
        ("unaligned", "bad-layout"),
        ("beyond", "truncated"),
    ] {
        for line in [
            format!("bmes validate {name}"),
            format!("bmes check {name}"),
            format!("bmes check - < {name}"),
            format!("bmes decode {name}"),
            format!("bmes inspect {name}"),
            format!("bmes convert {name} --to 1 --drop-environment -o out"),
        ] {
            let output = folder.shell(&format!("ulimit -v 1000000; {line}"));
            assert_eq!(output.status, 1, "{line}: {}", output.stderr);
            assert!((output.stdout + &output.stderr).contains(&format!(": {class}: ")), "{line}");
        }
    }
    // The bytes from a pipe have no known length.
    let output = folder.shell("head -c 100000000 /dev/zero | (ulimit -v 100000; bmes validate -)");
    assert_eq!(output.status, 1, "{}", output.stderr);
    let output = folder.shell("ulimit -v 1000000; bmes analyze --type mjs zeros");
    assert_eq!(output.status, 1);
    assert!(output.stdout.contains("the module has more than 67108864 bytes"), "{}", output.stdout);
    let output = folder.shell("ulimit -v 1000000; bmes encode main.json --bytecode zeros -o out");
    let message = "error: zeros: does not fit into memory: it has 4294967296 bytes\n";
    assert_eq!((output.status, output.stderr.as_str()), (2, message));
}

/// Runs the commands under two limits: the first prevents threads with a large stack, the second prevents all threads.
#[cfg(target_os = "linux")]
#[test]
fn the_work_is_done_without_threads() {
    let folder = TestFolder::new("bad-threads");
    let expected = folder.shell("bmes check build; bmes analyze src").stdout;
    let is_root = folder.shell("id -u").stdout.trim() == "0";
    // Threads count as processes, and root has no limit on processes.
    let one_process = "setpriv --reuid 61234 --regid 61234 --clear-groups prlimit --nproc=1";
    for limit in ["ulimit -v 200000;", if is_root { one_process } else { "ulimit -u 1;" }] {
        for jobs in ["", "--jobs 1", "--jobs 8"] {
            let run = |command: &str| folder.shell(&format!("{limit} bmes {command} {jobs}"));
            let (check, analyze) = (run("check build"), run("analyze src"));
            assert_eq!((check.status, analyze.status), (0, 0), "{limit} {jobs}: {} {}", check.stderr, analyze.stderr);
            assert_eq!(check.stdout + &analyze.stdout, expected, "{limit} {jobs}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_endless_device() {
    let output = TestFolder::new("bad-device").run(&["inspect", "/dev/zero"]);
    assert_eq!(output.status, 2);
    insta::assert_snapshot!(output.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_to_a_full_disk() {
    let folder = TestFolder::new("bad-stdout-full");
    let mut messages = String::new();
    for line in [
        "bmes inspect main.bmes",
        "bmes inspect --json main.bmes",
        "bmes validate main.bmes",
        "bmes diff old.bmes main.bmes",
        "bmes diff main.bmes main.bmes",
        "bmes decode main.bmes",
        "bmes convert main.bmes --to 1 -o -",
        "bmes analyze main.mjs",
        "bmes completions bash",
        "bmes man",
        "bmes --version",
        "bmes -V",
        "bmes --help",
        "bmes help validate",
    ] {
        let output = folder.shell(&format!("{line} > /dev/full"));
        assert_eq!(output.status, 2, "{line}");
        messages.push_str(&output.stderr);
    }
    insta::assert_snapshot!(messages);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_not_an_error() {
    let folder = TestFolder::new("bad-pipe");
    for number in 0..3000 {
        fs::hard_link(folder.path("main.bmes"), folder.path(&format!("cache/{number}.bmes"))).unwrap();
    }
    let large = bmes::encode(&support::record(Version::V1), &vec![0; 1 << 20]).unwrap();
    folder.put("large.bmes", large);
    folder.create_folder("many");
    for number in 0..3000 {
        fs::hard_link(folder.path("main.mjs"), folder.path(&format!("many/{number}.mjs"))).unwrap();
    }
    for line in [
        "bmes validate cache cache cache",
        "bmes inspect --all large.bmes",
        "bmes completions zsh",
        "bmes analyze many",
    ] {
        let output = folder.shell(&format!("({line}; echo status $? >&2) | head -n 1"));
        assert_eq!((output.stderr.as_str(), output.stdout.lines().count()), ("status 0\n", 1), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_does_not_change_the_status() {
    let folder = TestFolder::new("bad-pipe-status");
    folder.put("bad.bmes", support::bad_type());
    for line in ["bmes diff main.bmes old.bmes", "bmes diff --json main.bmes old.bmes", "bmes inspect bad.bmes"] {
        let output = folder.shell(&format!("(sleep 0.2; {line}; echo status $? >&2) | true"));
        assert_eq!(output.stderr, "status 1\n", "{line}");
    }
}

#[cfg(unix)]
#[test]
fn pipes_in_a_folder_are_skipped() {
    let folder = TestFolder::new("bad-fifo");
    let output = folder.shell("mkfifo build/pipe.bmes && bmes validate build 'build/*.bmes'");
    assert_eq!((output.status, output.stdout.lines().count()), (0, 3), "{}", output.stderr);
}

#[test]
fn a_bmes_file_instead_of_json() {
    let folder = TestFolder::new("bad-text");
    let output = folder.run(&["encode", "main.bmes", "--bytecode", "main.bin", "-o", "out.bmes"]);
    assert_eq!((output.status, output.stderr.as_str()), (1, "error: main.bmes: is a BMES file, expected JSON\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn standard_error_to_a_full_disk() {
    let output = TestFolder::new("bad-stderr-full").shell("bmes inspect none.bmes 2> /dev/full");
    assert_eq!((output.status, output.stdout.as_str(), output.stderr.as_str()), (2, "", ""));
}

#[cfg(unix)]
#[test]
fn control_characters_in_a_file_name_are_escaped() {
    let folder = TestFolder::new("bad-name");
    let output = folder.run(&["validate", "a\u{1b}c\n.bmes"]);
    assert_eq!(output.status, 2);
    assert!(output.stderr.starts_with("error: a\\u{1b}c\\u{a}.bmes: no such file\n"), "{}", output.stderr);
}
