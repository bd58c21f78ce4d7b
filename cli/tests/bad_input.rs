//! What goes wrong with files and not in them: a clear line, the exit status, and nothing left behind.

mod support;

use std::fs::{self, File};

use bmes::Version;
use support::{Place, file};

/// Every command that reads a file, with `FILE` in its place.
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
];

/// Every command that writes a file, with `OUT` in its place.
const WRITERS: &[&[&str]] = &[
    &["decode", "main.bmes", "--bytecode", "OUT"],
    &["encode", "main.json", "--bytecode", "main.bin", "-o", "OUT"],
    &["convert", "main.bmes", "--to", "1", "-o", "OUT"],
    &["build", "main.mjs", "--bytecode", "main.bin", "-o", "OUT"],
];

fn with<'a>(arguments: &[&'a str], name: &str, file: &'a str) -> Vec<&'a str> {
    arguments.iter().map(|argument| if *argument == name { file } else { *argument }).collect()
}

/// Runs all readers on `name`: they end with status 2, print nothing, and write nothing.
fn unreadable(place: &Place, name: &str, skip: &[&str]) -> String {
    let mut messages = String::new();
    for reader in READERS.iter().filter(|reader| !skip.contains(&reader[0])) {
        let came = place.run(&with(reader, "FILE", name));
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{reader:?}: {}", came.err);
        assert!(came.err.contains(name) && came.err.contains("tip: "), "{reader:?}: {}", came.err);
        messages.push_str(&came.err);
    }
    assert!(!place.path("out.bmes").exists());
    messages
}

#[test]
fn a_missing_file() {
    insta::assert_snapshot!(unreadable(&Place::new("bad-missing"), "none.bmes", &[]));
}

#[test]
fn a_missing_folder() {
    let came = Place::new("bad-missing-folder").run(&["inspect", "build/part/one.bmes"]);
    assert_eq!(came.status, 2);
    insta::assert_snapshot!(came.err);
}

#[test]
fn a_name_with_another_ending() {
    let came = Place::new("bad-similar").run(&["inspect", "OLD.bms"]);
    assert_eq!(came.status, 2);
    insta::assert_snapshot!(came.err);
}

#[test]
fn a_folder_where_a_file_is_expected() {
    // Which takes folders.
    let skip = ["validate", "check", "identify"];
    insta::assert_snapshot!(unreadable(&Place::new("bad-folder"), "build", &skip));
}

#[cfg(unix)]
#[test]
fn no_permission() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new("bad-permission");
    place.put("secret.bmes", file(Version::V2));
    fs::set_permissions(place.path("secret.bmes"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(place.path("secret.bmes")).is_ok() {
        eprintln!("not run: this user may read everything; run the tests as another one than root");
        return;
    }
    let messages = unreadable(&place, "secret.bmes", &[]);
    assert!(messages.contains("secret.bmes: no permission to read it"), "{messages}");
}

#[test]
fn an_empty_file_is_a_bad_file() {
    let place = Place::new("bad-empty");
    place.put("empty.bmes", "");
    for command in ["inspect", "validate", "check", "identify", "decode"] {
        let came = place.run(&[command, "empty.bmes"]);
        assert_eq!(came.status, 1, "{command}");
        let message = "truncated: magic at byte 0 (0x0): expected 4 bytes, found 0";
        assert!((came.out + &came.err).contains(message), "{command}");
    }
}

#[cfg(unix)]
#[test]
fn closed_standard_input() {
    let came = Place::new("bad-closed-stdin").shell("bmes check - <&-");
    assert_eq!(came.status, 1);
    insta::assert_snapshot!(came.all());
}

#[test]
fn a_file_of_200_megabytes() {
    let place = Place::new("bad-large");
    let mut record = support::record(Version::V2);
    record.star_exports = vec![];
    place.put("large.bmes", bmes::encode(&record, &vec![0; 200 << 20]).unwrap());
    let came = place.run(&["check", "large.bmes"]);
    assert_eq!((came.status, came.out.as_str()), (0, "good  large.bmes: version 2, 209,715,424 bytes\n"));
    let came = place.run(&["inspect", "large.bmes"]);
    assert_eq!(came.status, 0);
    assert!(came.out.contains("bytecode = 209,715,200 bytes") && came.out.lines().count() < 100);
}

#[test]
fn zeros_of_200_megabytes_are_no_cache() {
    let place = Place::new("bad-zeros");
    File::create(place.path("zeros.bmes")).unwrap().set_len(200 << 20).unwrap();
    let came = place.run(&["validate", "zeros.bmes"]);
    assert_eq!(came.status, 1);
    assert!(came.out.contains("zeros.bmes: bad-magic: "), "{}", came.out);
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_without_end() {
    let came = Place::new("bad-device").run(&["inspect", "/dev/zero"]);
    assert_eq!(came.status, 2);
    insta::assert_snapshot!(came.err);
}

/// Runs all writers on `name`: they end with status 2, and the folder is as it was.
fn unwritable(place: &Place, name: &str) -> String {
    let before = place.names(".");
    let mut messages = String::new();
    for writer in WRITERS {
        let came = place.run(&with(writer, "OUT", name));
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{writer:?}: {}", came.err);
        assert!(came.err.contains("tip: "), "{writer:?}: {}", came.err);
        messages.push_str(&came.err);
    }
    assert_eq!(place.names("."), before);
    messages
}

#[test]
fn output_to_a_folder() {
    insta::assert_snapshot!(unwritable(&Place::new("bad-output-folder"), "build"));
}

#[test]
fn output_into_a_folder_that_is_not_there() {
    insta::assert_snapshot!(unwritable(&Place::new("bad-output-missing"), "none/out.bmes"));
}

#[test]
fn output_into_a_file_as_if_it_were_a_folder() {
    insta::assert_snapshot!(unwritable(&Place::new("bad-output-file"), "main.bmes/out.bmes"));
}

#[cfg(target_os = "linux")]
#[test]
fn output_to_a_full_disk() {
    insta::assert_snapshot!(unwritable(&Place::new("bad-output-full"), "/dev/full"));
}

#[test]
fn output_to_a_file_that_may_not_be_written_to() {
    let place = Place::new("bad-output-readonly");
    place.put("kept.bmes", "kept");
    let mut permissions = fs::metadata(place.path("kept.bmes")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(place.path("kept.bmes"), permissions).unwrap();
    insta::assert_snapshot!(unwritable(&place, "kept.bmes"));
    assert_eq!(place.read("kept.bmes"), b"kept");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_gets_full_on_the_way_leaves_nothing() {
    let place = Place::new("bad-output-limit");
    place.put("large.bmes", bmes::encode(&support::record(Version::V1), &vec![0; 1 << 20]).unwrap());
    place.put("out.bmes", "as it was");
    let before = place.names(".");
    let came = place.shell("trap '' XFSZ; ulimit -f 1; bmes convert large.bmes --to 2 -o out.bmes");
    assert_eq!((came.status, came.out.as_str()), (2, ""));
    assert_eq!((place.names("."), place.read("out.bmes")), (before, b"as it was".to_vec()));
    assert!(came.err.starts_with("error: out.bmes: cannot be written: "), "{}", came.err);
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_to_a_full_disk() {
    let place = Place::new("bad-stdout-full");
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
    ] {
        let came = place.shell(&format!("{line} > /dev/full"));
        assert_eq!(came.status, 2, "{line}");
        messages.push_str(&came.err);
    }
    insta::assert_snapshot!(messages);
}

#[cfg(unix)]
#[test]
fn nobody_reads_on() {
    let place = Place::new("bad-pipe");
    for number in 0..3000 {
        fs::hard_link(place.path("main.bmes"), place.path(&format!("cache/{number}.bmes"))).unwrap();
    }
    let large = bmes::encode(&support::record(Version::V1), &vec![0; 1 << 20]).unwrap();
    place.put("large.bmes", large);
    place.folder("many");
    for number in 0..3000 {
        fs::hard_link(place.path("main.mjs"), place.path(&format!("many/{number}.mjs"))).unwrap();
    }
    for line in [
        "bmes validate cache cache cache",
        "bmes inspect --all large.bmes",
        "bmes completions zsh",
        "bmes analyze many",
    ] {
        let came = place.shell(&format!("({line}; echo status $? >&2) | head -n 1"));
        assert_eq!((came.err.as_str(), came.out.lines().count()), ("status 0\n", 1), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn standard_error_to_a_full_disk() {
    let came = Place::new("bad-stderr-full").shell("bmes inspect none.bmes 2> /dev/full");
    assert_eq!((came.status, came.out.as_str(), came.err.as_str()), (2, "", ""));
}

#[test]
fn the_input_may_be_the_output() {
    let place = Place::new("bad-in-place");
    let came = place.run(&["convert", "main.bmes", "--to", "1", "-o", "main.bmes"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    assert_eq!(place.read("main.bmes"), file(Version::V1));
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_replaced() {
    let place = Place::new("bad-link");
    std::os::unix::fs::symlink("build/main.bmes", place.path("link.bmes")).unwrap();
    assert_eq!(place.run(&["convert", "main.bmes", "--to", "1", "-o", "link.bmes"]).status, 0);
    assert!(fs::symlink_metadata(place.path("link.bmes")).unwrap().is_symlink());
    assert_eq!(place.read("build/main.bmes"), file(Version::V1));
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new("bad-mode");
    place.put("old.out", "");
    fs::set_permissions(place.path("old.out"), fs::Permissions::from_mode(0o640)).unwrap();
    place.shell("umask 022; bmes convert main.bmes --to 1 -o new.out; bmes convert main.bmes --to 1 -o old.out");
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("new.out"), mode("old.out")), (0o644, 0o640));
}

#[cfg(unix)]
#[test]
fn a_file_name_cannot_reach_the_terminal() {
    let place = Place::new("bad-name");
    let came = place.run(&["validate", "a\u{1b}c\n.bmes"]);
    assert_eq!(came.status, 2);
    assert!(came.err.starts_with("error: a\\u{1b}c\\u{a}.bmes: there is no such file\n"), "{}", came.err);
}
