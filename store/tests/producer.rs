//! Whatever can change the result of a compiler changes the producer, and so the key.

use std::collections::HashMap;

use bmes::v4;
use bmes_store::{Key, Producer};

/// A producer with a pair of every kind.
fn base() -> Producer {
    Producer::new("quickjs-ng", "0.11.0")
        .build("3f2c91a")
        .flag("strip", "debug")
        .transform("bmes-analyzer", "0.1.0")
        .option("target", "es2024")
        .jsx("runtime", "automatic")
        .define("process.env.NODE_ENV", "\"production\"")
        .environment("NODE_OPTIONS", "")
        .url("file:///app/main.mjs")
}

fn key(producer: &Producer) -> Key {
    Key::new("file:///app/main.mjs", &producer.digest().unwrap(), &v4::source(b"export {}").sha256).unwrap()
}

/// One change of each kind of input.
fn changes() -> Vec<(&'static str, Producer)> {
    vec![
        ("engine", base().with("engine", "quickjs")),
        ("engine version", base().with("version", "0.11.1")),
        ("pointer width", base().with("pointer-width", "16")),
        ("byte order", base().with("byte-order", "middle")),
        ("build", base().build("3f2c91b")),
        ("value of a flag", base().flag("strip", "none")),
        ("another flag", base().flag("lazy", "on")),
        ("transform", base().transform("swc", "0.1.0")),
        ("version of the transform", base().transform("bmes-analyzer", "0.1.1")),
        ("transform option", base().option("target", "es2023")),
        ("another transform option", base().option("strict", "true")),
        ("JSX setting", base().jsx("runtime", "classic")),
        ("another JSX setting", base().jsx("import-source", "preact")),
        ("define", base().define("process.env.NODE_ENV", "\"development\"")),
        ("another define", base().define("DEBUG", "false")),
        ("environment", base().environment("NODE_OPTIONS", "--no-opt")),
        ("another variable of the environment", base().environment("NODE_ENV", "")),
        ("URL", base().url("file:///app/other.mjs")),
        ("a pair with another name", base().with("encoding", "latin-1")),
    ]
}

#[test]
fn each_changed_pair_changes_the_key() {
    let mut seen = HashMap::from([(key(&base()), "none")]);
    for (change, producer) in changes() {
        if let Some(other) = seen.insert(key(&producer), change) {
            panic!("{change} has the key of {other}");
        }
    }
}

#[test]
fn every_pair_of_the_base_is_changed_by_one_of_the_changes() {
    let base = base();
    for (name, _) in base.pairs() {
        let is_changed = changes()
            .iter()
            .any(|(_, other)| base.differences(other).iter().any(|pair| pair.name == name && pair.other.is_some()));
        assert!(is_changed, "{name}");
    }
}

#[test]
fn each_missing_pair_changes_the_key() {
    let base = base();
    for (left_out, _) in base.pairs() {
        let other: Producer = base.pairs().filter(|(name, _)| *name != left_out).collect();
        assert_ne!(key(&other), key(&base), "{left_out}");
    }
}

#[test]
fn the_differences_name_the_pair_and_both_values() {
    for (change, producer) in changes() {
        let base = base();
        let differences = base.differences(&producer);
        assert_eq!(differences.len(), 1, "{change}: {differences:?}");
        assert_ne!(differences[0].this, differences[0].other);
    }
    let base = base();
    assert!(base.differences(&base).is_empty());
}

#[test]
fn the_kinds_of_pairs_have_names_of_their_own() {
    let value = |producer: Producer| producer.digest().unwrap();
    let empty = || Producer::new("e", "1");
    let all = [
        value(empty().flag("a", "b")),
        value(empty().option("a", "b")),
        value(empty().jsx("a", "b")),
        value(empty().define("a", "b")),
        value(empty().environment("a", "b")),
    ];
    for (index, one) in all.iter().enumerate() {
        assert!(!all[index + 1..].contains(one));
    }
}

#[test]
fn json_gives_the_same_pairs_back() {
    let producer = base().define("a\"b\\", "\u{1b}\n");
    assert_eq!(Producer::from_json(producer.to_json().as_bytes()), Some(producer));
    for json in ["", "[]", "{\"a\": 1}", "{"] {
        assert_eq!(Producer::from_json(json.as_bytes()), None, "{json}");
    }
}
