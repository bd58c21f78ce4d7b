//! Writers that get one thing wrong.

use super::checker::RULES;
use super::report::lists_of;
use super::{Change, How, Idea, Lists, Order, Strings, Words};
use crate::plain::rules::{Rules, Semantics, Where, Writing, Wrong};

pub(super) fn all(version: u32) -> Vec<Idea> {
    [refusals(version), repairs(), orders(version), texts(), written()].concat()
}

pub(super) fn bytes(id: &str, clause: &'static str, what: &str, writing: Writing) -> Idea {
    writer(id, clause, what, How::Bytes(writing))
}

pub(super) fn writer(id: impl Into<String>, clause: &'static str, what: impl Into<String>, how: How) -> Idea {
    Idea::new(format!("writer/{}", id.into()), clause, what, how)
}

fn refusals(version: u32) -> Vec<Idea> {
    const CLAUSE: &str = "writer-refuses";
    let mut all = vec![writer("refuses-nothing", CLAUSE, "Any record is written.", How::RefuseNothing)];
    for (clause, _) in RULES.into_iter().filter(|(clause, _)| version == 3 || *clause != "duplicate-variable") {
        let rules = Rules::but(Wrong::Unchecked(clause, Where::Everywhere));
        all.push(writer(
            format!("{clause}-written"),
            CLAUSE,
            format!("A record with `{clause}` is written."),
            How::Refuse(rules),
        ));
    }
    let strict = [
        ("shared-refused", "Requests that share a specifier are refused.", Semantics::SharedRefused),
        (
            "namespace-name-required",
            "A Namespace import whose name is not `*` is refused.",
            Semantics::NamespaceNameRequired,
        ),
        ("export-name-required", "An empty export name is refused.", Semantics::ExportNameRequired),
        ("imported-not-local", "A Local export of an imported binding is refused.", Semantics::ImportedNotLocal),
    ];
    for (id, what, semantics) in strict {
        let clause = if id == "namespace-name-required" { "writer-namespace" } else { "writer-accepts" };
        all.push(writer(id, clause, what, How::Refuse(Rules::but(Wrong::Semantics(semantics)))));
    }
    all
}

fn repairs() -> Vec<Idea> {
    let repair =
        |id: &str, what: &str, change| writer(format!("repairs-{id}"), "writer-no-repair", what, How::Repair(change));
    vec![
        repair("misplaced-fields", "Fields that do not apply are emptied.", Change::InapplicableEmptied),
        repair("local-names", "An empty local name is filled in.", Change::LocalNamesFilled),
        repair("requests", "A request that is missing is added.", Change::RequestsAdded),
        repair(
            "duplicate-requests",
            "Of requests that are equal one is written.",
            Change::List("requests", Lists::Deduplicated),
        ),
        repair(
            "shared-requests",
            "Of requests that share a specifier one is written.",
            Change::List("requests", Lists::FirstOfEach),
        ),
        repair(
            "duplicate-attributes",
            "Of attributes of one key the first is written.",
            Change::List("requests.attributes", Lists::FirstOfEach),
        ),
        repair("last-attribute", "Of attributes of one key the last is written.", Change::LastAttributeKept),
        repair(
            "duplicate-imports",
            "Of imports of one local name the first is written.",
            Change::List("imports", Lists::FirstOfEach),
        ),
        repair(
            "duplicate-exports",
            "Of exports of one name the first is written.",
            Change::List("exports", Lists::FirstOfEach),
        ),
        repair(
            "duplicate-stars",
            "Of star exports that are equal one is written.",
            Change::List("star_exports", Lists::Deduplicated),
        ),
    ]
}

fn orders(version: u32) -> Vec<Idea> {
    let mut all = Vec::new();
    for list in lists_of(version) {
        for (id, what, lists) in [("sorted", "sorted", Lists::Sorted), ("reversed", "backwards", Lists::Reversed)] {
            let what = format!("Entries of `{list}` are written {what}.");
            all.push(writer(format!("{id}/{list}"), "writer-order", what, How::Write(Change::List(list, lists))));
        }
        for (id, what, lists) in [
            ("without-first", "but the first", Lists::WithoutFirst),
            ("without-last", "but the last", Lists::WithoutLast),
        ] {
            let what = format!("Entries of `{list}` {what} are written.");
            all.push(writer(format!("{id}/{list}"), "writer-order", what, How::Write(Change::List(list, lists))));
        }
    }
    let orders = [
        ("given", "as they are given", Order::Given),
        ("descending", "in descending order", Order::Descending),
        ("utf-16", "in the order of UTF-16 code units", Order::Utf16),
        ("case-insensitive", "without regard to case", Order::CaseInsensitive),
        ("length", "by length first", Order::Length),
        ("signed-bytes", "by bytes that are signed", Order::SignedBytes),
        ("value", "by their values", Order::Value),
        ("first-byte", "by the first byte of the key", Order::FirstByte),
    ];
    for (id, what, order) in orders {
        let what = format!("Attributes are written {what}.");
        all.push(writer(format!("attributes-{id}"), "writer-attributes", what, How::Write(Change::Attributes(order))));
    }
    let attributes = |id: &str, what: &str, lists| {
        writer(
            format!("attributes-{id}"),
            "writer-attributes",
            what,
            How::Write(Change::List("requests.attributes", lists)),
        )
    };
    all.extend([
        attributes("dropped", "Attributes are not written.", Lists::Emptied),
        attributes("one", "One attribute is written.", Lists::UpTo(1)),
        attributes("without-last", "The last attribute is not written.", Lists::WithoutLast),
        writer(
            "namespace-name-kept",
            "writer-namespace",
            "The import name of a Namespace import is written as it is given.",
            How::Write(Change::NamespaceNameKept),
        ),
        writer(
            "namespace-name-empty",
            "writer-namespace",
            "The import name of a Namespace import is written empty.",
            How::Write(Change::NamespaceName("")),
        ),
        writer(
            "namespace-name-private",
            "writer-namespace",
            "The import name of a Namespace import is written as an engine prints it.",
            How::Write(Change::NamespaceName("starNamespace")),
        ),
    ]);
    all
}

fn texts() -> Vec<Idea> {
    let words = [
        ("up-to-nul", "Text is written up to U+0000.", Words::UpToNul),
        ("without-byte-order-mark", "A leading U+FEFF is not written.", Words::WithoutByteOrderMark),
        ("trimmed", "White space around text is not written.", Words::Trimmed),
        ("nfc", "Text is normalised to NFC.", Words::Composed),
        ("latin-1", "Text is encoded twice.", Words::Latin1),
        ("without-astral", "What is beyond U+FFFF is replaced.", Words::WithoutAstral),
        ("up-to-65535", "Text is written up to 65,535 bytes.", Words::UpTo(65_535)),
    ];
    words
        .map(|(id, what, words)| {
            writer(format!("text-{id}"), "string", what, How::Write(Change::Strings(Strings::All, words)))
        })
        .into()
}

fn written() -> Vec<Idea> {
    vec![
        bytes("length-in-utf-16", "string", "The length of a string counts UTF-16 code units.", Writing::LengthInUtf16),
        bytes(
            "length-in-code-points",
            "string",
            "The length of a string counts code points.",
            Writing::LengthInCodePoints,
        ),
        bytes("strings-terminated", "string", "A zero byte follows each string.", Writing::StringsTerminated),
        bytes("big-endian", "u32", "Numbers are written with their most significant byte first.", Writing::BigEndian),
        bytes("flag-always", "writer-flag", "The flag is 1 also without attributes.", Writing::FlagAlways),
        bytes("flag-never", "writer-flag", "The flag is 0 also with attributes.", Writing::FlagNever),
        bytes(
            "count-zero",
            "writer-attributes",
            "The flag is 1 and the count 0, whatever attributes there are.",
            Writing::CountZero,
        ),
        bytes("bytecode-padded", "writer-bytecode", "Zero bytes follow the bytecode.", Writing::BytecodePadded),
        bytes("bytecode-dropped", "writer-bytecode", "The bytecode is not written.", Writing::BytecodeDropped),
    ]
}
