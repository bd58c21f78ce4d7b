//! Checkers that get one thing wrong.

use super::report::lists_of;
use super::{Change, How, Idea, Lists, Strings, Words};
use crate::plain::rules::{Rules, Semantics, Where, Wrong};

/// The rules, and the sections that each is applied in.
pub(super) const RULES: [(&str, &[&str]); 10] = [
    ("duplicate-request", &["requests"]),
    ("duplicate-attribute", &["requests"]),
    ("ambiguous-request", &["imports", "exports", "star_exports"]),
    ("unrequested-module", &["imports", "exports", "star_exports"]),
    ("missing-local-name", &["imports", "exports"]),
    ("duplicate-local-name", &["imports"]),
    ("duplicate-export-name", &["exports"]),
    ("duplicate-star-export", &["star_exports"]),
    ("misplaced-field", &["exports"]),
    ("duplicate-variable", &["declared_variables", "lexical_variables"]),
];

pub(super) fn all(version: u32) -> Vec<Idea> {
    [unchecked(), semantics(), compared(version), decoded()].concat()
}

fn check(id: impl Into<String>, clause: &'static str, what: impl Into<String>, wrong: Wrong) -> Idea {
    let id = format!("checker/{}", id.into());
    Idea::new(id, clause, what, How::Check(Rules::but(wrong)))
}

fn unchecked() -> Vec<Idea> {
    let mut all = Vec::new();
    for (clause, sections) in RULES {
        all.push(check(
            format!("{clause}-unchecked"),
            clause,
            format!("`{clause}` is not checked."),
            Wrong::Unchecked(clause, Where::Everywhere),
        ));
        // Of a duplicate there is nothing to see in the first entry.
        if !clause.starts_with("duplicate-") || clause == "duplicate-attribute" {
            let what = format!("`{clause}` is checked for the first entry of a section only.");
            all.push(check(format!("{clause}-but-first"), clause, what, Wrong::Unchecked(clause, Where::AllButFirst)));
        }
        for section in sections.iter().filter(|_| sections.len() > 1) {
            let what = format!("`{clause}` is not checked in `{section}`.");
            all.push(check(
                format!("{clause}-unchecked/{section}"),
                clause,
                what,
                Wrong::Unchecked(clause, Where::Field(section)),
            ));
        }
    }
    all
}

fn semantics() -> Vec<Idea> {
    let semantics = |id: &str, clause, what: &str, semantics| check(id, clause, what, Wrong::Semantics(semantics));
    let neighbours = |clause: &'static str| {
        semantics(
            &format!("{clause}-neighbours"),
            clause,
            "Only neighbours are compared.",
            Semantics::NeighboursAlone(clause),
        )
    };
    vec![
        semantics(
            "attributes-in-order",
            "attribute-sets",
            "The attributes of requests are compared in their order.",
            Semantics::AttributesInOrder,
        ),
        semantics(
            "attributes-as-set",
            "attribute-sets",
            "The attributes of requests are compared as sets.",
            Semantics::AttributesAsSet,
        ),
        semantics(
            "attribute-keys-alone",
            "attribute-sets",
            "Only the keys of attributes are compared.",
            Semantics::KeysAlone,
        ),
        semantics(
            "attribute-values-alone",
            "attribute-sets",
            "Only the values of attributes are compared.",
            Semantics::ValuesAlone,
        ),
        semantics(
            "specifiers-alone",
            "duplicate-request",
            "Requests are compared by specifier alone.",
            Semantics::SpecifiersAlone,
        ),
        semantics(
            "repeated-pairs",
            "duplicate-attribute",
            "A key twice with two values is accepted.",
            Semantics::RepeatedPairs,
        ),
        neighbours("duplicate-attribute"),
        neighbours("duplicate-local-name"),
        neighbours("duplicate-export-name"),
        neighbours("duplicate-star-export"),
        neighbours("duplicate-variable"),
        semantics(
            "exports-by-type",
            "duplicate-export-name",
            "Export names are compared among entries of one type.",
            Semantics::ExportsByType,
        ),
        semantics(
            "imports-by-module",
            "duplicate-local-name",
            "Local names are compared among imports of one module.",
            Semantics::ImportsByModule,
        ),
        semantics(
            "imports-by-type",
            "duplicate-local-name",
            "Local names are compared among imports of one type.",
            Semantics::ImportsByType,
        ),
        semantics(
            "shared-refused",
            "check-accepts",
            "Requests that share a specifier are refused though nobody names them.",
            Semantics::SharedRefused,
        ),
        semantics(
            "applies-if-not-empty",
            "applies-by-type",
            "A field applies if it is not empty.",
            Semantics::AppliesIfNotEmpty,
        ),
        semantics(
            "empty-specifier-is-none",
            "unrequested-module",
            "An empty specifier is taken for none.",
            Semantics::EmptySpecifierIsNone,
        ),
        semantics(
            "empty-name-is-none",
            "duplicate-export-name",
            "An empty export name is taken for none.",
            Semantics::EmptyNameIsNone,
        ),
        semantics(
            "misplaced-module-name-alone",
            "misplaced-field",
            "Only `module_name` can be misplaced.",
            Semantics::MisplacedAlone("module_name"),
        ),
        semantics(
            "misplaced-import-name-alone",
            "misplaced-field",
            "Only `import_name` can be misplaced.",
            Semantics::MisplacedAlone("import_name"),
        ),
        semantics(
            "misplaced-local-name-alone",
            "misplaced-field",
            "Only `local_name` can be misplaced.",
            Semantics::MisplacedAlone("local_name"),
        ),
        semantics(
            "namespace-name-required",
            "check-accepts",
            "The import name of a Namespace import has to be `*`.",
            Semantics::NamespaceNameRequired,
        ),
        semantics(
            "export-name-required",
            "check-accepts",
            "An export name must not be empty.",
            Semantics::ExportNameRequired,
        ),
        semantics(
            "import-name-required",
            "check-accepts",
            "An import name must not be empty.",
            Semantics::ImportNameRequired,
        ),
        semantics(
            "local-names-exported-once",
            "check-accepts",
            "Two exports must not name one binding.",
            Semantics::LocalNamesExportedOnce,
        ),
        semantics(
            "imported-not-local",
            "check-accepts",
            "A Local export must not name what an import binds.",
            Semantics::ImportedNotLocal,
        ),
        semantics(
            "star-not-imported",
            "check-accepts",
            "A star export must not name a module that is imported from.",
            Semantics::StarNotImported,
        ),
    ]
}

fn compared(version: u32) -> Vec<Idea> {
    const CLAUSE: &str = "check-bytes";
    let words = [
        ("lowercase", "without regard to case", Words::Lowercase),
        ("nfc", "normalised to NFC", Words::Composed),
        ("nfkc", "normalised to NFKC", Words::Compatible),
        ("trimmed", "without white space around them", Words::Trimmed),
        ("up-to-nul", "up to U+0000", Words::UpToNul),
        ("without-byte-order-mark", "without a leading U+FEFF", Words::WithoutByteOrderMark),
        ("eight-bytes", "by their first eight bytes", Words::UpTo(8)),
        ("255-bytes", "by their first 255 bytes", Words::UpTo(255)),
        ("without-astral", "with everything beyond U+FFFF alike", Words::WithoutAstral),
    ];
    let mut all = Vec::new();
    for (id, what, words) in words {
        all.push(Idea::new(
            format!("checker/compares-{id}"),
            CLAUSE,
            format!("Names are compared {what}."),
            How::Compare(Change::Strings(Strings::All, words)),
        ));
    }
    let fields = [
        "requests.specifier",
        "requests.attributes.key",
        "requests.attributes.value",
        "imports.local_name",
        "exports.export_name",
        "star_exports.module_name",
    ];
    let variables: &[_] = match version {
        1 | 2 => &[],
        _ => &["declared_variables.name", "lexical_variables.name"],
    };
    for field in fields.iter().chain(variables) {
        let what = format!("`{field}` is compared without regard to case.");
        let how = How::Compare(Change::Strings(Strings::Of(field), Words::Lowercase));
        all.push(Idea::new(format!("checker/compares-lowercase/{field}"), CLAUSE, what, how));
    }
    for list in lists_of(version) {
        let what = format!("Entries of `{list}` that are equal are taken for one.");
        all.push(Idea::new(
            format!("checker/deduplicated/{list}"),
            duplicates_in(list),
            what,
            How::Compare(Change::List(list, Lists::Deduplicated)),
        ));
        let clause = match list {
            "imports" | "exports" | "star_exports" => "unrequested-module",
            _ => duplicates_in(list),
        };
        let what = format!("The last entry of `{list}` is not looked at.");
        all.push(Idea::new(
            format!("checker/last-unchecked/{list}"),
            clause,
            what,
            How::Compare(Change::List(list, Lists::WithoutLast)),
        ));
    }
    all
}

/// The clause about entries of a list that are there twice.
fn duplicates_in(list: &str) -> &'static str {
    match list {
        "requests" => "duplicate-request",
        "imports" => "duplicate-local-name",
        "exports" => "duplicate-export-name",
        "star_exports" => "duplicate-star-export",
        _ => "duplicate-variable",
    }
}

/// A checker that does not begin with reading.
fn decoded() -> Vec<Idea> {
    let structural = [
        ("end", "end", "Bytes behind the bytecode are no concern of a checker."),
        ("utf8", "string-utf8", "Whether strings are UTF-8 is no concern of a checker."),
        ("bytecode", "bytecode-bounds", "Whether the bytecode is there is no concern of a checker."),
    ];
    let all = structural.map(|(id, clause, what)| {
        let rules = Rules::but(Wrong::Unchecked(clause, Where::Everywhere));
        Idea::new(format!("checker/{id}-unread"), "check-decode-first", what, How::CheckRead(rules))
    });
    let mut all: Vec<_> = all.into();
    all.push(Idea::new(
        "checker/rules-first",
        "check-decode-first",
        "The rules are applied before the end of the file has been looked at.",
        How::CheckRulesFirst,
    ));
    all
}
