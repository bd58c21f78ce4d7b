//! Tests of writing, to files, links, pipes, devices and open descriptors.

mod support;

use std::fs;
use std::path::Path;

use bmes::Version;
use support::{BYTECODE, Place, file, with};

/// Every command that writes a file. `OUT` stands for the name of the file.
const WRITERS: &[&[&str]] = &[
    &["decode", "main.bmes", "--bytecode", "OUT"],
    &["encode", "main.json", "--bytecode", "main.bin", "-o", "OUT"],
    &["convert", "main.bmes", "--to", "1", "-o", "OUT"],
    &["build", "main.mjs", "--bytecode", "main.bin", "-o", "OUT"],
];

/// Runs all writers on `name`. They end with status 2, and the folder does not change.
fn unwritable(place: &Place, name: &str) -> String {
    let before = place.names(".");
    let mut messages = String::new();
    for writer in WRITERS {
        let came = place.run(&with(writer, "OUT", name));
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{writer:?}: {}", came.err);
        assert!(came.err.starts_with("error: "), "{writer:?}: {}", came.err);
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

/// Returns the arguments that convert `main.bmes` to version 1 and write the file to `out`.
fn convert(out: &str) -> [&str; 6] {
    ["convert", "main.bmes", "--to", "1", "-o", out]
}

#[test]
fn a_folder_that_does_not_exist_is_no_file() {
    insta::assert_snapshot!(unwritable(&Place::new("output-new-folder"), "newfolder/"));
    let messages = unwritable(&Place::new("output-new-folder"), "build/../..");
    assert_eq!(messages, "error: build/../..: is a folder, expected a file\n  tip: name a file in it\n".repeat(4));
}

/// Runs each command with an output that is one of its inputs, under different names.
#[test]
fn an_output_that_is_an_input_is_refused_and_the_input_kept() {
    let place = Place::new("output-input");
    for (name, bytes) in
        [("x.mjs", support::SOURCE.as_bytes()), ("x.bmes", BYTECODE), ("y.bmes", support::SOURCE.as_bytes())]
    {
        place.put(name, bytes);
    }
    let folder = fs::canonicalize(&place.0).unwrap();
    let absolute = folder.join("main.bmes");
    for (line, input) in [
        ("bmes convert main.bmes --to 1 -o main.bmes", "main.bmes"),
        ("bmes convert main.bmes --to 1 -o build/../main.bmes", "main.bmes"),
        (&format!("bmes convert main.bmes --to 1 -o {}", absolute.display()), "main.bmes"),
        ("ln -sf main.bmes link; bmes convert main.bmes --to 1 -o link", "main.bmes"),
        ("ln -sf main.bmes link; bmes convert link --to 1 -o main.bmes", "main.bmes"),
        ("ln -f main.bmes hard; bmes convert main.bmes --to 1 -o hard", "main.bmes"),
        ("bmes convert - --to 1 -o main.bmes < main.bmes", "main.bmes"),
        ("bmes convert main.bmes --to 3 --environment environment.json -o environment.json", "environment.json"),
        ("bmes decode main.bmes --bytecode main.bmes", "main.bmes"),
        ("bmes encode main.json --bytecode main.bin -o main.json", "main.json"),
        ("bmes encode main.json --bytecode main.bin -o main.bin", "main.bin"),
        ("bmes encode main.json --bytecode - -o main.bin < main.bin", "main.bin"),
        ("bmes build main.mjs --bytecode main.bin -o main.mjs", "main.mjs"),
        (
            "bmes build main.mjs --bytecode main.bin --environment environment.json -o environment.json",
            "environment.json",
        ),
        // The output's default name.
        ("bmes build x.mjs --bytecode x.bmes", "x.bmes"),
        ("bmes build --type mjs y.bmes --bytecode main.bin", "y.bmes"),
        // Standard output.
        ("bmes convert main.bmes --to 1 -o - >> main.bmes", "main.bmes"),
        ("bmes convert main.bmes --to 1 -o /dev/stdout >> main.bmes", "main.bmes"),
        ("bmes inspect main.bmes >> main.bmes", "main.bmes"),
        ("bmes validate - < main.bmes >> main.bmes", "main.bmes"),
    ] {
        let before = place.read(input);
        let came = place.shell(line);
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{line}: {}", came.err);
        assert!(
            came.err.contains("is also the input") || came.err.contains("is also where standard output goes"),
            "{line}: {}",
            came.err
        );
        assert_eq!(place.read(input), before, "{line}");
    }
}

#[test]
fn an_output_where_standard_output_goes_is_refused() {
    let place = Place::new("output-standard");
    let came = place.shell("bmes decode main.bmes --bytecode both > both");
    assert_eq!(came.status, 2);
    insta::assert_snapshot!(came.err, @r"
    error: both: is also where standard output goes
      tip: to write to standard output, name it -
    ");
}

/// Writes `main.bmes` as version 1, and the bytecode of `decode`, to an open descriptor. Compares the content of the
/// file afterwards.
#[cfg(target_os = "linux")]
#[test]
fn an_open_descriptor_is_written_to_where_it_is() {
    let place = Place::new("output-descriptor");
    let converted = file(Version::V1);
    let convert = |out: &str| convert(out).join(" ");
    for (out, redirect) in [
        ("/dev/stdout", ""),
        ("/dev/fd/1", ""),
        ("/proc/self/fd/1", ""),
        ("/proc/thread-self/fd/1", ""),
        ("-", ""),
        ("/dev/stderr", "2>&1"),
        ("/dev/fd/5", "5>&1"),
        ("/proc/self/fd/27", "27>&1"),
    ] {
        for (begin, before) in [("> all", &b""[..]), (">> all", b"there\n")] {
            place.put("all", before);
            let line = format!("(echo first; bmes {} {redirect}; echo last) {begin}", convert(out));
            let came = place.bash(&line);
            assert_eq!((came.status, came.err.as_str()), (0, ""), "{line}");
            assert_eq!(place.read("all"), [before, b"first\n", &converted, b"last\n"].concat(), "{line}");
        }
    }
    std::os::unix::fs::symlink("/dev/stdout", place.path("out")).unwrap();
    place.shell(&format!("(echo first; bmes {}) > all", convert("out")));
    assert_eq!(place.read("all"), [b"first\n", &converted[..]].concat(), "a link to a descriptor");
    place.bash("exec 5> all; echo first >&5; bmes decode main.bmes --bytecode /dev/fd/5 > /dev/null; echo last >&5");
    assert_eq!(place.read("all"), [b"first\n", BYTECODE, b"last\n"].concat());
    place.shell("(echo first; bmes decode main.bmes --bytecode /dev/stdout; echo last) > all");
    assert_eq!(place.read("all"), [b"first\n", BYTECODE, b"last\n"].concat(), "the record is not printed");
    if place.shell("id -u").out.trim() != "0" {
        return eprintln!("not run: only root may be sure to open the descriptor of another process");
    }
    place.bash(&format!("echo first > all; exec 6>> all; bmes {}", convert("/proc/$$/fd/6")));
    assert_eq!(place.read("all"), [b"first\n", &converted[..]].concat());
}

#[cfg(target_os = "linux")]
#[test]
fn a_descriptor_that_is_not_open_is_an_error() {
    let place = Place::new("output-closed");
    for (line, message) in [
        ("bmes convert main.bmes --to 1 -o /dev/fd/17", "error: /dev/fd/17: cannot be opened: "),
        ("bmes convert main.bmes --to 1 -o /dev/fd/5 5< main.json", "error: /dev/fd/5: cannot be written: "),
    ] {
        let came = place.shell(line);
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{line}");
        assert!(came.err.starts_with(message), "{line}: {}", came.err);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_gets_the_bytes() {
    let place = Place::new("output-fifo");
    let line = format!("mkfifo pipe; cat pipe > all & bmes {} > said; wait; test -p pipe", convert("pipe").join(" "));
    assert_eq!(place.shell(&line).status, 0);
    assert_eq!(place.read("all"), file(Version::V1));
}

#[cfg(unix)]
#[test]
fn a_pipe_whose_reader_goes_away_is_an_error_unless_it_is_standard_output() {
    let place = Place::new("output-broken");
    place.put("large.bmes", bmes::encode(&support::record(Version::V2), &vec![0; 1 << 20]).unwrap());
    let came = place.shell("mkfifo pipe; head -c 1 pipe > one & bmes convert large.bmes --to 1 -o pipe");
    assert_eq!((came.status, came.err.as_str()), (2, "error: pipe: cannot be written: its reader has closed it\n"));
    for line in [
        "bmes convert large.bmes --to 1 -o >(head -c 1 > /dev/null)",
        "bmes decode large.bmes --bytecode /dev/fd/5 5> >(head -c 1 > /dev/null) > /dev/null",
    ] {
        let came = place.bash(line);
        assert_eq!(came.status, 2, "{line}");
        assert!(came.err.contains(": cannot be written: its reader has closed it"), "{line}: {}", came.err);
    }
    let came = place.bash("set -o pipefail; bmes convert large.bmes --to 1 -o - | head -c 1 | wc -c");
    assert_eq!((came.status, came.out.trim(), came.err.as_str()), (0, "1", ""));
}

#[cfg(unix)]
#[test]
fn a_device_stays_a_device() {
    let place = Place::new("output-device");
    assert_eq!(place.run(&convert("/dev/null")).status, 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_replaced() {
    let place = Place::new("output-link");
    std::os::unix::fs::symlink("build/main.bmes", place.path("link.bmes")).unwrap();
    assert_eq!(place.run(&convert("link.bmes")).status, 0);
    assert!(fs::symlink_metadata(place.path("link.bmes")).unwrap().is_symlink());
    assert_eq!(place.read("build/main.bmes"), file(Version::V1));
}

#[cfg(unix)]
#[test]
fn what_a_dangling_link_leads_to_is_created_and_the_link_stays() {
    let place = Place::new("output-dangling");
    for (link, to) in [("a", "nowhere"), ("b", "build/new.bmes"), ("c", "d"), ("d", "./build/../far")] {
        std::os::unix::fs::symlink(to, place.path(link)).unwrap();
    }
    for (link, created) in [("a", "nowhere"), ("b", "build/new.bmes"), ("c", "far")] {
        let came = place.run(&convert(link));
        assert_eq!((came.status, came.err.as_str()), (0, ""), "{link}");
        assert!(fs::symlink_metadata(place.path(link)).unwrap().is_symlink(), "{link}");
        assert_eq!(place.read(created), file(Version::V1), "{link}");
    }
    std::os::unix::fs::symlink("missing/out.bmes", place.path("e")).unwrap();
    insta::assert_snapshot!(place.run(&convert("e")).err, @r"
    error: e: cannot be written: no such folder: missing
      tip: make it first: mkdir -p missing
    ");
}

#[cfg(unix)]
#[test]
fn links_that_lead_to_each_other_are_an_error_and_stay() {
    let place = Place::new("output-loop");
    for (link, to) in [("x", "y"), ("y", "x"), ("self", "self"), ("folder", "folder")] {
        std::os::unix::fs::symlink(to, place.path(link)).unwrap();
    }
    insta::assert_snapshot!(unwritable(&place, "x"));
    insta::assert_snapshot!(unwritable(&place, "folder/out.bmes"));
    assert!(unwritable(&place, "build/.").starts_with("error: build/.: is a folder, expected a file\n"));
    assert!(unwritable(&place, "none/.").starts_with("error: none/.: names a folder, expected a file\n"));
    unwritable(&place, "self");
    assert_eq!(fs::read_link(place.path("x")).unwrap(), Path::new("y"));
    let came = place.run(&["inspect", "x"]);
    assert_eq!((came.status, came.err.as_str()), (2, "error: x: cannot be read: a link leads back to itself\n"));
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new("output-mode");
    place.put("old.out", "");
    fs::set_permissions(place.path("old.out"), fs::Permissions::from_mode(0o640)).unwrap();
    place.shell("umask 022; bmes convert main.bmes --to 1 -o new.out; bmes convert main.bmes --to 1 -o old.out");
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("new.out"), mode("old.out")), (0o644, 0o640));
}

#[cfg(target_os = "linux")]
#[test]
fn an_old_file_keeps_its_owner() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let place = Place::new("output-owner");
    place.put("old.out", "");
    if chown(place.path("old.out"), Some(65534), Some(65533)).is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI is root");
        return eprintln!("not run: only root can give files away");
    }
    assert_eq!(place.run(&convert("old.out")).status, 0);
    let metadata = fs::metadata(place.path("old.out")).unwrap();
    assert_eq!((metadata.uid(), metadata.gid(), metadata.len()), (65534, 65533, file(Version::V1).len() as u64));
    // Another user cannot restore the owner, so the command writes into the file.
    let line = "chmod 777 .; chmod 666 old.out; chown 0 old.out; \
                setpriv --reuid 65534 --regid 65534 --clear-groups bmes convert main.bmes --to 2 -o old.out";
    assert_eq!(place.shell(line).err, "");
    let metadata = fs::metadata(place.path("old.out")).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (0, 65533));
    assert_eq!(place.read("old.out"), file(Version::V2));
    // A folder that does not allow a new file.
    let line = "mkdir closed; cp main.bmes closed/out; chmod 666 closed/out; chmod 755 closed; \
                setpriv --reuid 65534 --regid 65534 --clear-groups bmes convert main.bmes --to 1 -o closed/out";
    assert_eq!(place.shell(line).err, "");
    assert_eq!((place.read("closed/out"), place.names("closed")), (file(Version::V1), vec!["out".to_owned()]));
}

#[cfg(target_os = "linux")]
#[test]
fn an_old_file_keeps_its_access_list_and_its_attributes() {
    let place = Place::new("output-attributes");
    place.put("out.bmes", "");
    let python = |line: &str| place.shell(&format!("python3 -c \"import os; {line}\""));
    let came = python("os.setxattr('out.bmes', 'user.note', b'kept')");
    if came.status != 0 {
        return eprintln!("not run: this file system has no attributes");
    }
    assert_eq!(place.run(&convert("out.bmes")).status, 0);
    assert_eq!(python("print(os.getxattr('out.bmes', 'user.note').decode())").out, "kept\n");
    assert_eq!(place.read("out.bmes"), file(Version::V1));
}

/// `/proc` shows the process numbers of the outer namespace.
#[cfg(target_os = "linux")]
#[test]
fn a_descriptor_is_found_in_another_namespace() {
    let place = Place::new("output-namespace");
    if place.shell("unshare --pid --fork true").status != 0 {
        assert!(std::env::var_os("CI").is_none(), "CI is root");
        return eprintln!("not run: only root can make a namespace");
    }
    for out in ["/dev/stdout", "/dev/fd/5 5>&1"] {
        let line = format!("(echo first; unshare --pid --fork bmes {} ; echo last) > all", convert(out).join(" "));
        let came = place.bash(&line);
        assert_eq!((came.status, came.err.as_str()), (0, ""), "{line}");
        assert_eq!(place.read("all"), [b"first\n", &file(Version::V1)[..], b"last\n"].concat(), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn each_name_of_a_file_leads_to_the_new_bytes() {
    let place = Place::new("output-hard-link");
    place.put("one", vec![7; 100_000]);
    fs::hard_link(place.path("one"), place.path("build/two")).unwrap();
    assert_eq!(place.run(&convert("one")).status, 0);
    assert_eq!((place.read("one"), place.read("build/two")), (file(Version::V1), file(Version::V1)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_of_size_leaves_nothing_and_what_was_there() {
    let place = Place::new("output-limit");
    place.put("large.bmes", bmes::encode(&support::record(Version::V1), &vec![0; 1 << 20]).unwrap());
    place.put("out.bmes", "as it was");
    let before = place.names(".");
    for limit in ["ulimit -f 0", "ulimit -f 1", "trap '' XFSZ; ulimit -f 1"] {
        let came = place.shell(&format!("{limit}; bmes convert large.bmes --to 2 -o out.bmes"));
        assert_eq!((came.status, came.out.as_str()), (2, ""), "{limit}");
        assert_eq!((place.names("."), place.read("out.bmes")), (before.clone(), b"as it was".to_vec()), "{limit}");
        let message = "error: out.bmes: cannot be written: it is larger than this process may write\n";
        assert!(came.err.starts_with(message), "{limit}: {}", came.err);
    }
}

/// Signals that come while a large file is written.
#[cfg(target_os = "linux")]
mod signals {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Child, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    fn place(name: &str) -> Place {
        let place = Place::new(name);
        // A sparse file: it has no blocks on the disk.
        fs::File::create(place.path("large.bin")).unwrap().set_len(400 << 20).unwrap();
        place
    }

    fn has_temporary_file(place: &Place) -> bool {
        place.names(".").iter().any(|name| name.starts_with(".bmes-"))
    }

    /// Starts a line of shell that writes the file, and sends `signal` to it as soon as the temporary file exists.
    fn send(place: &Place, line: &str, signal: Signal) -> Child {
        let mut child = place.shell_command(line).stdout(Stdio::null()).spawn().unwrap();
        while !has_temporary_file(place) {
            assert!(child.try_wait().unwrap().is_none(), "it ended before the signal was sent");
            sleep(Duration::from_millis(1));
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        child
    }

    #[test]
    fn a_signal_ends_the_command_and_leaves_no_temporary_file() {
        let place = place("output-signal");
        place.put("out.bmes", "as it was");
        for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
            // `env` resets the signals that these tests themselves ignore, such as HUP under `nohup`.
            let line = "exec env --default-signal bmes encode main.json --bytecode large.bin -o out.bmes";
            let status = send(&place, line, signal).wait().unwrap();
            assert_eq!(status.signal(), Some(signal.as_raw()), "{signal:?}");
            assert!(!has_temporary_file(&place), "{signal:?}");
            assert_eq!(place.read("out.bmes"), b"as it was", "{signal:?}");
        }
    }

    #[test]
    fn what_replaces_a_private_file_is_private_from_the_start() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = place("output-private");
        let mode = |path: &Path| fs::metadata(path).map(|metadata| metadata.permissions().mode() & 0o777);
        place.put("out.bmes", "");
        fs::set_permissions(place.path("out.bmes"), fs::Permissions::from_mode(0o604)).unwrap();
        let line = "exec bmes encode main.json --bytecode large.bin -o out.bmes";
        let mut child = place.shell_command(line).stdout(Stdio::null()).spawn().unwrap();
        let mut seen = Vec::new();
        while child.try_wait().unwrap().is_none() {
            let names = place.names(".");
            let temporary = names.iter().find(|name| name.starts_with(".bmes-"));
            seen.extend(temporary.and_then(|name| mode(&place.path(name)).ok()));
        }
        assert!(seen.contains(&0o600) && seen.iter().all(|mode| [0o600, 0o604].contains(mode)), "{seen:?}");
        assert_eq!(mode(&place.path("out.bmes")).unwrap(), 0o604);
    }

    #[test]
    fn a_signal_that_the_process_ignores_is_ignored() {
        let place = place("output-nohup");
        let line = "trap '' HUP; exec bmes encode main.json --bytecode large.bin -o out.bmes";
        let status = send(&place, line, Signal::HUP).wait().unwrap();
        assert_eq!(status.code(), Some(0));
        assert!(!has_temporary_file(&place) && fs::metadata(place.path("out.bmes")).unwrap().len() > 400 << 20);
    }
}
