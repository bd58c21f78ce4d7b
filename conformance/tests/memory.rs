//! Tests the memory limit: a testee that takes too much memory fails with `memory`, and a testee that only seems to take too
//! much does not fail. Linux only: elsewhere the runner reports `unenforced`.

#![cfg(target_os = "linux")]

mod support;

use support::run::Run;

const VIRTUAL: &str = "its peak of virtual memory (VmPeak) grew by 4";
const VIRTUAL_LIMIT: &str = "the limit for a question of 28 bytes is 1 GiB";
const RESIDENT_LIMIT: &str = "the limit for a question of 28 bytes is 64 MiB";

#[test]
fn four_gib_of_addresses() {
    Run::hostile("reserves-4-gib").fails_once_with(VIRTUAL, VIRTUAL_LIMIT);
}

#[test]
fn four_gib_of_addresses_behind_a_launcher() {
    Run::hostile("reserves-4-gib-in-a-child").fails_once_with(VIRTUAL, VIRTUAL_LIMIT);
}

#[test]
fn memory_that_is_used() {
    Run::hostile("fills-600-mib").fails_once_with("its peak of resident memory (VmHWM) grew by ", RESIDENT_LIMIT);
}

#[test]
fn what_is_there_before_hello_does_not_count() {
    Run::hostile("reserves-4-gib-before-hello").passes();
}

#[test]
fn what_a_process_does_once_is_not_the_fault_of_who_asks_first() {
    let run = Run::hostile("reserves-once");
    run.passes();
    assert_eq!(run.report["restarts"], 1);
}

#[test]
fn who_keeps_everything_is_started_again() {
    let run = Run::hostile("keeps-60-mib");
    run.passes();
    insta::assert_snapshot!(run.report["warnings"][0].as_str().unwrap());
}

#[test]
fn where_it_cannot_be_enforced_the_table_says_so() {
    let folder = support::folder("memory-unenforced");
    let corpus = support::corpus(&folder);
    let output = support::conformance(&["--corpus", corpus.to_str().unwrap(), "--depth", "quick"]);
    let out = support::stdout(&output);
    assert!(out.contains("\nmemory limit: not enforced (the implementation is in this process)\n"), "{out}");
}
