//! Tests of writing to files, links, pipes, devices and open descriptors.

mod support;

use std::fs;
use std::path::Path;

use bmes::Version;
use support::{BYTECODE, TestFolder, file, with};

/// The commands that write a file, with their arguments. `OUT` stands for the name of the file.
const WRITERS: &[&[&str]] = &[
    &["decode", "main.bmes", "--bytecode", "OUT"],
    &["encode", "main.json", "--bytecode", "main.bin", "-o", "OUT"],
    &["convert", "main.bmes", "--to", "1", "-o", "OUT"],
    &["build", "main.mjs", "--bytecode", "main.bin", "-o", "OUT"],
];

/// Runs all `WRITERS` on `name`, and asserts that they end with status 2 and that the folder does not change. Returns
/// their messages.
fn unwritable(folder: &TestFolder, name: &str) -> String {
    let before = folder.names(".");
    let mut messages = String::new();
    for writer in WRITERS {
        let output = folder.run(&with(writer, "OUT", name));
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{writer:?}: {}", output.stderr);
        assert!(output.stderr.starts_with("error: "), "{writer:?}: {}", output.stderr);
        messages.push_str(&output.stderr);
    }
    assert_eq!(folder.names("."), before);
    messages
}

#[test]
fn output_to_a_folder() {
    insta::assert_snapshot!(unwritable(&TestFolder::new("bad-output-folder"), "build"));
}

#[test]
fn output_into_a_missing_folder() {
    insta::assert_snapshot!(unwritable(&TestFolder::new("bad-output-missing"), "none/out.bmes"));
}

#[test]
fn output_into_a_file_instead_of_a_folder() {
    insta::assert_snapshot!(unwritable(&TestFolder::new("bad-output-file"), "main.bmes/out.bmes"));
}

#[cfg(target_os = "linux")]
#[test]
fn output_to_a_full_disk() {
    insta::assert_snapshot!(unwritable(&TestFolder::new("bad-output-full"), "/dev/full"));
}

#[test]
fn output_to_a_read_only_file() {
    let folder = TestFolder::new("bad-output-readonly");
    folder.put("kept.bmes", "kept");
    let mut permissions = fs::metadata(folder.path("kept.bmes")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path("kept.bmes"), permissions).unwrap();
    insta::assert_snapshot!(unwritable(&folder, "kept.bmes"));
    assert_eq!(folder.read("kept.bmes"), b"kept");
}

#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_keeps_the_old_file() {
    let folder = TestFolder::new("bad-output-limit");
    folder.put("large.bmes", bmes::encode(&support::record(Version::V1), &vec![0; 1 << 20]).unwrap());
    folder.put("out.bmes", "as it was");
    let before = folder.names(".");
    let output = folder.shell("trap '' XFSZ; ulimit -f 1; bmes convert large.bmes --to 2 -o out.bmes");
    assert_eq!((output.status, output.stdout.as_str()), (2, ""));
    assert_eq!((folder.names("."), folder.read("out.bmes")), (before, b"as it was".to_vec()));
    assert!(output.stderr.starts_with("error: out.bmes: cannot be written: "), "{}", output.stderr);
}

/// Returns the arguments that convert `main.bmes` to version 1 and write the file to `out`.
fn convert(out: &str) -> [&str; 6] {
    ["convert", "main.bmes", "--to", "1", "-o", out]
}

#[test]
fn output_to_a_missing_folder() {
    insta::assert_snapshot!(unwritable(&TestFolder::new("output-new-folder"), "newfolder/"));
    let messages = unwritable(&TestFolder::new("output-new-folder"), "build/../..");
    assert_eq!(
        messages,
        "error: build/../..: is a folder, expected a file\n  tip: pass the path of a file in this folder\n".repeat(4)
    );
}

/// Runs commands whose output is one of their inputs. The output has the same name as the input, or another name that
/// leads to the same file.
#[test]
fn an_output_that_is_an_input_is_rejected() {
    let folder = TestFolder::new("output-input");
    for (name, bytes) in
        [("x.mjs", support::SOURCE.as_bytes()), ("x.bmes", BYTECODE), ("y.bmes", support::SOURCE.as_bytes())]
    {
        folder.put(name, bytes);
    }
    let absolute = fs::canonicalize(folder.path("main.bmes")).unwrap();
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
        // Without `-o`, the output is `x.bmes` or `y.bmes`.
        ("bmes build x.mjs --bytecode x.bmes", "x.bmes"),
        ("bmes build --type mjs y.bmes --bytecode main.bin", "y.bmes"),
        // Standard output is redirected to the input.
        ("bmes convert main.bmes --to 1 -o - >> main.bmes", "main.bmes"),
        ("bmes convert main.bmes --to 1 -o /dev/stdout >> main.bmes", "main.bmes"),
        ("bmes inspect main.bmes >> main.bmes", "main.bmes"),
        ("bmes validate - < main.bmes >> main.bmes", "main.bmes"),
    ] {
        let before = folder.read(input);
        let output = folder.shell(line);
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{line}: {}", output.stderr);
        assert!(
            output.stderr.contains("is also the input") || output.stderr.contains("standard output is redirected to"),
            "{line}: {}",
            output.stderr
        );
        assert_eq!(folder.read(input), before, "{line}");
    }
}

#[test]
fn an_output_that_is_standard_output_is_rejected() {
    let folder = TestFolder::new("output-standard");
    let output = folder.shell("bmes decode main.bmes --bytecode both > both");
    assert_eq!(output.status, 2);
    insta::assert_snapshot!(output.stderr, @r"
    error: both: standard output is redirected to this file
      tip: to write to standard output, pass - as the output file
    ");
}

/// Writes `main.bmes` as version 1, and the bytecode of `decode`, to open descriptors. Then compares the content of the
/// files that the descriptors lead to.
#[cfg(target_os = "linux")]
#[test]
fn a_descriptor_is_written_at_its_position() {
    let folder = TestFolder::new("output-descriptor");
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
            folder.put("all", before);
            let line = format!("(echo first; bmes {} {redirect}; echo last) {begin}", convert(out));
            let output = folder.bash(&line);
            assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{line}");
            assert_eq!(folder.read("all"), [before, b"first\n", &converted, b"last\n"].concat(), "{line}");
        }
    }
    std::os::unix::fs::symlink("/dev/stdout", folder.path("out")).unwrap();
    folder.shell(&format!("(echo first; bmes {}) > all", convert("out")));
    assert_eq!(folder.read("all"), [b"first\n", &converted[..]].concat(), "through a link");
    folder.bash("exec 5> all; echo first >&5; bmes decode main.bmes --bytecode /dev/fd/5 > /dev/null; echo last >&5");
    assert_eq!(folder.read("all"), [b"first\n", BYTECODE, b"last\n"].concat());
    folder.shell("(echo first; bmes decode main.bmes --bytecode /dev/stdout; echo last) > all");
    assert_eq!(folder.read("all"), [b"first\n", BYTECODE, b"last\n"].concat(), "decode prints no record");
    if folder.shell("id -u").stdout.trim() != "0" {
        return eprintln!("not run: only root can always open the descriptor of another process");
    }
    folder.bash(&format!("echo first > all; exec 6>> all; bmes {}", convert("/proc/$$/fd/6")));
    assert_eq!(folder.read("all"), [b"first\n", &converted[..]].concat());
}

#[cfg(target_os = "linux")]
#[test]
fn a_descriptor_that_is_not_open_is_an_error() {
    let folder = TestFolder::new("output-closed");
    for (line, message) in [
        ("bmes convert main.bmes --to 1 -o /dev/fd/17", "error: /dev/fd/17: cannot be opened: "),
        ("bmes convert main.bmes --to 1 -o /dev/fd/5 5< main.json", "error: /dev/fd/5: cannot be written: "),
    ] {
        let output = folder.shell(line);
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{line}");
        assert!(output.stderr.starts_with(message), "{line}: {}", output.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_named_pipe_gets_the_bytes() {
    let folder = TestFolder::new("output-fifo");
    let line =
        format!("mkfifo pipe; cat pipe > all & bmes {} > printed; wait; test -p pipe", convert("pipe").join(" "));
    assert_eq!(folder.shell(&line).status, 0);
    assert_eq!(folder.read("all"), file(Version::V1));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_an_error_unless_it_is_standard_output() {
    let folder = TestFolder::new("output-broken");
    folder.put("large.bmes", bmes::encode(&support::record(Version::V2), &vec![0; 1 << 20]).unwrap());
    let output = folder.shell("mkfifo pipe; head -c 1 pipe > one & bmes convert large.bmes --to 1 -o pipe");
    assert_eq!(
        (output.status, output.stderr.as_str()),
        (2, "error: pipe: cannot be written: the program that reads from it has closed it\n")
    );
    for line in [
        "bmes convert large.bmes --to 1 -o >(head -c 1 > /dev/null)",
        "bmes decode large.bmes --bytecode /dev/fd/5 5> >(head -c 1 > /dev/null) > /dev/null",
    ] {
        let output = folder.bash(line);
        assert_eq!(output.status, 2, "{line}");
        assert!(
            output.stderr.contains(": cannot be written: the program that reads from it has closed it"),
            "{line}: {}",
            output.stderr
        );
    }
    let output = folder.bash("set -o pipefail; bmes convert large.bmes --to 1 -o - | head -c 1 | wc -c");
    assert_eq!((output.status, output.stdout.trim(), output.stderr.as_str()), (0, "1", ""));
}

#[cfg(unix)]
#[test]
fn a_device_stays_a_device() {
    let folder = TestFolder::new("output-device");
    assert_eq!(folder.run(&convert("/dev/null")).status, 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn the_target_of_a_link_is_replaced_and_the_link_stays() {
    let folder = TestFolder::new("output-link");
    std::os::unix::fs::symlink("build/main.bmes", folder.path("link.bmes")).unwrap();
    assert_eq!(folder.run(&convert("link.bmes")).status, 0);
    assert!(fs::symlink_metadata(folder.path("link.bmes")).unwrap().is_symlink());
    assert_eq!(folder.read("build/main.bmes"), file(Version::V1));
}

#[cfg(unix)]
#[test]
fn the_target_of_a_dangling_link_is_created_and_the_link_stays() {
    let folder = TestFolder::new("output-dangling");
    for (link, to) in [("a", "nowhere"), ("b", "build/new.bmes"), ("c", "d"), ("d", "./build/../far")] {
        std::os::unix::fs::symlink(to, folder.path(link)).unwrap();
    }
    for (link, created) in [("a", "nowhere"), ("b", "build/new.bmes"), ("c", "far")] {
        let output = folder.run(&convert(link));
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{link}");
        assert!(fs::symlink_metadata(folder.path(link)).unwrap().is_symlink(), "{link}");
        assert_eq!(folder.read(created), file(Version::V1), "{link}");
    }
    std::os::unix::fs::symlink("missing/out.bmes", folder.path("e")).unwrap();
    insta::assert_snapshot!(folder.run(&convert("e")).stderr, @r"
    error: e: cannot be written: no such folder: missing
      tip: create it first: mkdir -p missing
    ");
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_is_an_error() {
    let folder = TestFolder::new("output-loop");
    for (link, to) in [("x", "y"), ("y", "x"), ("self", "self"), ("folder", "folder")] {
        std::os::unix::fs::symlink(to, folder.path(link)).unwrap();
    }
    insta::assert_snapshot!(unwritable(&folder, "x"));
    insta::assert_snapshot!(unwritable(&folder, "folder/out.bmes"));
    assert!(unwritable(&folder, "build/.").starts_with("error: build/.: is a folder, expected a file\n"));
    assert!(unwritable(&folder, "none/.").starts_with("error: none/.: is the path of a folder, expected a file\n"));
    unwritable(&folder, "self");
    assert_eq!(fs::read_link(folder.path("x")).unwrap(), Path::new("y"));
    let output = folder.run(&["inspect", "x"]);
    assert_eq!(
        (output.status, output.stderr.as_str()),
        (2, "error: x: cannot be read: the symbolic links in its path form a loop\n")
    );
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TestFolder::new("output-mode");
    folder.put("old.out", "");
    fs::set_permissions(folder.path("old.out"), fs::Permissions::from_mode(0o640)).unwrap();
    folder.shell("umask 022; bmes convert main.bmes --to 1 -o new.out; bmes convert main.bmes --to 1 -o old.out");
    let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("new.out"), mode("old.out")), (0o644, 0o640));
}

#[cfg(target_os = "linux")]
#[test]
fn an_old_file_keeps_its_owner() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let folder = TestFolder::new("output-owner");
    folder.put("old.out", "");
    if chown(folder.path("old.out"), Some(65534), Some(65533)).is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI must run this test as root");
        return eprintln!("not run: only root can give files away");
    }
    assert_eq!(folder.run(&convert("old.out")).status, 0);
    let metadata = fs::metadata(folder.path("old.out")).unwrap();
    assert_eq!((metadata.uid(), metadata.gid(), metadata.len()), (65534, 65533, file(Version::V1).len() as u64));
    // Another user cannot restore the owner, so the command writes into the file.
    let line = "chmod 777 .; chmod 666 old.out; chown 0 old.out; \
                setpriv --reuid 65534 --regid 65534 --clear-groups bmes convert main.bmes --to 2 -o old.out";
    assert_eq!(folder.shell(line).stderr, "");
    let metadata = fs::metadata(folder.path("old.out")).unwrap();
    assert_eq!((metadata.uid(), metadata.gid()), (0, 65533));
    assert_eq!(folder.read("old.out"), file(Version::V2));
    // This folder does not allow a new file, so the command writes into the old one.
    let line = "mkdir closed; cp main.bmes closed/out; chmod 666 closed/out; chmod 755 closed; \
                setpriv --reuid 65534 --regid 65534 --clear-groups bmes convert main.bmes --to 1 -o closed/out";
    assert_eq!(folder.shell(line).stderr, "");
    assert_eq!((folder.read("closed/out"), folder.names("closed")), (file(Version::V1), vec!["out".to_owned()]));
}

#[cfg(target_os = "linux")]
#[test]
fn an_old_file_keeps_its_access_list_and_its_attributes() {
    let folder = TestFolder::new("output-attributes");
    folder.put("out.bmes", "");
    let python = |line: &str| folder.shell(&format!("python3 -c \"import os; {line}\""));
    let output = python("os.setxattr('out.bmes', 'user.note', b'kept')");
    if output.status != 0 {
        return eprintln!("not run: this file system has no extended attributes");
    }
    assert_eq!(folder.run(&convert("out.bmes")).status, 0);
    assert_eq!(python("print(os.getxattr('out.bmes', 'user.note').decode())").stdout, "kept\n");
    assert_eq!(folder.read("out.bmes"), file(Version::V1));
}

/// Runs `bmes` in a new process namespace, in which `/proc` still shows the process numbers of the outer namespace.
#[cfg(target_os = "linux")]
#[test]
fn a_descriptor_is_found_in_another_namespace() {
    let folder = TestFolder::new("output-namespace");
    if folder.shell("unshare --pid --fork true").status != 0 {
        assert!(std::env::var_os("CI").is_none(), "CI must run this test as root");
        return eprintln!("not run: only root can make a namespace");
    }
    for out in ["/dev/stdout", "/dev/fd/5 5>&1"] {
        let line = format!("(echo first; unshare --pid --fork bmes {} ; echo last) > all", convert(out).join(" "));
        let output = folder.bash(&line);
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{line}");
        assert_eq!(folder.read("all"), [b"first\n", &file(Version::V1)[..], b"last\n"].concat(), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn all_hard_links_of_a_file_get_the_new_bytes() {
    let folder = TestFolder::new("output-hard-link");
    folder.put("one", vec![7; 100_000]);
    fs::hard_link(folder.path("one"), folder.path("build/two")).unwrap();
    assert_eq!(folder.run(&convert("one")).status, 0);
    assert_eq!((folder.read("one"), folder.read("build/two")), (file(Version::V1), file(Version::V1)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_write_above_the_size_limit_keeps_the_old_file() {
    let folder = TestFolder::new("output-limit");
    folder.put("large.bmes", bmes::encode(&support::record(Version::V1), &vec![0; 1 << 20]).unwrap());
    folder.put("out.bmes", "as it was");
    let before = folder.names(".");
    for limit in ["ulimit -f 0", "ulimit -f 1", "trap '' XFSZ; ulimit -f 1"] {
        let output = folder.shell(&format!("{limit}; bmes convert large.bmes --to 2 -o out.bmes"));
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{limit}");
        assert_eq!((folder.names("."), folder.read("out.bmes")), (before.clone(), b"as it was".to_vec()), "{limit}");
        let message = "error: out.bmes: cannot be written: it is larger than the file size limit of this process\n";
        assert!(output.stderr.starts_with(message), "{limit}: {}", output.stderr);
    }
}

/// Tests of signals that arrive while a large file is written.
#[cfg(target_os = "linux")]
mod signals {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Child, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    fn folder_with_large_file(name: &str) -> TestFolder {
        let folder = TestFolder::new(name);
        // The file is sparse: it takes no space on the disk.
        fs::File::create(folder.path("large.bin")).unwrap().set_len(400 << 20).unwrap();
        folder
    }

    fn has_temporary_file(folder: &TestFolder) -> bool {
        folder.names(".").iter().any(|name| name.starts_with(".bmes-"))
    }

    /// Starts a line of shell that writes the file, and sends `signal` to it as soon as the temporary file exists.
    fn send(folder: &TestFolder, line: &str, signal: Signal) -> Child {
        let mut child = folder.shell_command(line).stdout(Stdio::null()).spawn().unwrap();
        while !has_temporary_file(folder) {
            assert!(child.try_wait().unwrap().is_none(), "bmes ended before the test sent the signal");
            sleep(Duration::from_millis(1));
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        child
    }

    #[test]
    fn a_signal_ends_the_command_and_leaves_no_temporary_file() {
        let folder = folder_with_large_file("output-signal");
        folder.put("out.bmes", "as it was");
        for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
            // The tests may ignore signals themselves, such as HUP under `nohup`. `env` resets this for `bmes`.
            let line = "exec env --default-signal bmes encode main.json --bytecode large.bin -o out.bmes";
            let status = send(&folder, line, signal).wait().unwrap();
            assert_eq!(status.signal(), Some(signal.as_raw()), "{signal:?}");
            assert!(!has_temporary_file(&folder), "{signal:?}");
            assert_eq!(folder.read("out.bmes"), b"as it was", "{signal:?}");
        }
    }

    #[test]
    fn the_replacement_of_a_private_file_is_always_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder_with_large_file("output-private");
        let mode = |path: &Path| fs::metadata(path).map(|metadata| metadata.permissions().mode() & 0o777);
        folder.put("out.bmes", "");
        fs::set_permissions(folder.path("out.bmes"), fs::Permissions::from_mode(0o604)).unwrap();
        let line = "exec bmes encode main.json --bytecode large.bin -o out.bmes";
        let mut child = folder.shell_command(line).stdout(Stdio::null()).spawn().unwrap();
        let mut seen = Vec::new();
        while child.try_wait().unwrap().is_none() {
            let names = folder.names(".");
            let temporary = names.iter().find(|name| name.starts_with(".bmes-"));
            seen.extend(temporary.and_then(|name| mode(&folder.path(name)).ok()));
        }
        assert!(seen.contains(&0o600) && seen.iter().all(|mode| [0o600, 0o604].contains(mode)), "{seen:?}");
        assert_eq!(mode(&folder.path("out.bmes")).unwrap(), 0o604);
    }

    #[test]
    fn a_signal_that_the_process_ignores_is_ignored() {
        let folder = folder_with_large_file("output-nohup");
        let line = "trap '' HUP; exec bmes encode main.json --bytecode large.bin -o out.bmes";
        let status = send(&folder, line, Signal::HUP).wait().unwrap();
        assert_eq!(status.code(), Some(0));
        assert!(!has_temporary_file(&folder) && fs::metadata(folder.path("out.bmes")).unwrap().len() > 400 << 20);
    }
}
