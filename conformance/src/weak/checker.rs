//! Checkers that get one thing wrong.

use super::{Change, How, Lists, Strings, Weakening, Words};
use crate::plain::rules::{Rules, Semantics, Where, Wrong};

/// The rules, and the sections that each is applied in.
pub(super) const RULES: [(&str, &[&str]); 9] = [
    ("v1-duplicate-request", &["requests"]),
    ("v1-duplicate-attribute", &["requests"]),
    ("v1-ambiguous-request", &["imports", "exports", "star_exports"]),
    ("v1-unrequested-module", &["imports", "exports", "star_exports"]),
    ("v1-missing-local-name", &["imports", "exports"]),
    ("v1-duplicate-local-name", &["imports"]),
    ("v1-duplicate-export-name", &["exports"]),
    ("v1-duplicate-star-export", &["star_exports"]),
    ("v1-misplaced-field", &["exports"]),
];

pub(super) fn all() -> Vec<Weakening> {
    [unchecked(), semantics(), compared(), decoded()].concat()
}

fn check(id: impl Into<String>, clause: &'static str, what: impl Into<String>, wrong: Wrong) -> Weakening {
    let id = format!("checker/{}", id.into());
    Weakening::new(id, clause, what, How::Check(Rules::but(wrong)))
}

fn unchecked() -> Vec<Weakening> {
    let mut all = Vec::new();
    for (clause, sections) in RULES {
        let class = &clause["v1-".len()..];
        all.push(check(
            format!("{class}-unchecked"),
            clause,
            format!("`{class}` is not checked."),
            Wrong::Unchecked(clause, Where::Everywhere),
        ));
        if !["v1-duplicate-local-name", "v1-duplicate-export-name", "v1-duplicate-star-export", "v1-duplicate-request"]
            .contains(&clause)
        {
            let what = format!("`{class}` is checked for the first entry of a section only.");
            all.push(check(format!("{class}-but-first"), clause, what, Wrong::Unchecked(clause, Where::AllButFirst)));
        }
        for section in sections.iter().filter(|_| sections.len() > 1) {
            let what = format!("`{class}` is not checked in `{section}`.");
            all.push(check(
                format!("{class}-unchecked/{section}"),
                clause,
                what,
                Wrong::Unchecked(clause, Where::Field(section)),
            ));
        }
    }
    all
}

fn semantics() -> Vec<Weakening> {
    let semantics = |id: &str, clause, what: &str, semantics| check(id, clause, what, Wrong::Semantics(semantics));
    let neighbours = |clause: &'static str| {
        let class = &clause["v1-".len()..];
        semantics(
            &format!("{class}-neighbours"),
            clause,
            "Only neighbours are compared.",
            Semantics::NeighboursAlone(clause),
        )
    };
    vec![
        semantics(
            "attributes-in-order",
            "v1-attribute-sets",
            "The attributes of requests are compared in their order.",
            Semantics::AttributesInOrder,
        ),
        semantics(
            "attributes-as-set",
            "v1-attribute-sets",
            "The attributes of requests are compared as sets.",
            Semantics::AttributesAsSet,
        ),
        semantics(
            "attribute-keys-alone",
            "v1-attribute-sets",
            "Only the keys of attributes are compared.",
            Semantics::KeysAlone,
        ),
        semantics(
            "attribute-values-alone",
            "v1-attribute-sets",
            "Only the values of attributes are compared.",
            Semantics::ValuesAlone,
        ),
        semantics(
            "specifiers-alone",
            "v1-duplicate-request",
            "Requests are compared by specifier alone.",
            Semantics::SpecifiersAlone,
        ),
        semantics(
            "repeated-pairs",
            "v1-duplicate-attribute",
            "A key twice with two values is accepted.",
            Semantics::RepeatedPairs,
        ),
        neighbours("v1-duplicate-attribute"),
        neighbours("v1-duplicate-local-name"),
        neighbours("v1-duplicate-export-name"),
        neighbours("v1-duplicate-star-export"),
        semantics(
            "exports-by-type",
            "v1-duplicate-export-name",
            "Export names are compared among entries of one type.",
            Semantics::ExportsByType,
        ),
        semantics(
            "imports-by-module",
            "v1-duplicate-local-name",
            "Local names are compared among imports of one module.",
            Semantics::ImportsByModule,
        ),
        semantics(
            "imports-by-type",
            "v1-duplicate-local-name",
            "Local names are compared among imports of one type.",
            Semantics::ImportsByType,
        ),
        semantics(
            "shared-refused",
            "v1-check-accepts",
            "Requests that share a specifier are refused though nobody names them.",
            Semantics::SharedRefused,
        ),
        semantics(
            "applies-if-not-empty",
            "v1-applies-by-type",
            "A field applies if it is not empty.",
            Semantics::AppliesIfNotEmpty,
        ),
        semantics(
            "empty-specifier-is-none",
            "v1-unrequested-module",
            "An empty specifier is taken for none.",
            Semantics::EmptySpecifierIsNone,
        ),
        semantics(
            "empty-name-is-none",
            "v1-duplicate-export-name",
            "An empty export name is taken for none.",
            Semantics::EmptyNameIsNone,
        ),
        semantics(
            "misplaced-module-name-alone",
            "v1-misplaced-field",
            "Only `module_name` can be misplaced.",
            Semantics::MisplacedAlone("module_name"),
        ),
        semantics(
            "misplaced-import-name-alone",
            "v1-misplaced-field",
            "Only `import_name` can be misplaced.",
            Semantics::MisplacedAlone("import_name"),
        ),
        semantics(
            "misplaced-local-name-alone",
            "v1-misplaced-field",
            "Only `local_name` can be misplaced.",
            Semantics::MisplacedAlone("local_name"),
        ),
        semantics(
            "namespace-name-required",
            "v1-check-accepts",
            "The import name of a Namespace import has to be `*`.",
            Semantics::NamespaceNameRequired,
        ),
        semantics(
            "export-name-required",
            "v1-check-accepts",
            "An export name must not be empty.",
            Semantics::ExportNameRequired,
        ),
        semantics(
            "import-name-required",
            "v1-check-accepts",
            "An import name must not be empty.",
            Semantics::ImportNameRequired,
        ),
        semantics(
            "local-names-exported-once",
            "v1-check-accepts",
            "Two exports must not name one binding.",
            Semantics::LocalNamesExportedOnce,
        ),
        semantics(
            "imported-not-local",
            "v1-check-accepts",
            "A Local export must not name what an import binds.",
            Semantics::ImportedNotLocal,
        ),
        semantics(
            "star-not-imported",
            "v1-check-accepts",
            "A star export must not name a module that is imported from.",
            Semantics::StarNotImported,
        ),
    ]
}

fn compared() -> Vec<Weakening> {
    const CLAUSE: &str = "v1-check-bytes";
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
        all.push(Weakening::new(
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
    for field in fields {
        let what = format!("`{field}` is compared without regard to case.");
        let how = How::Compare(Change::Strings(Strings::Of(field), Words::Lowercase));
        all.push(Weakening::new(format!("checker/compares-lowercase/{field}"), CLAUSE, what, how));
    }
    for (list, clause) in [
        ("imports", "v1-duplicate-local-name"),
        ("exports", "v1-duplicate-export-name"),
        ("star_exports", "v1-duplicate-star-export"),
        ("requests", "v1-duplicate-request"),
    ] {
        let what = format!("Entries of `{list}` that are equal are taken for one.");
        all.push(Weakening::new(
            format!("checker/deduplicated/{list}"),
            clause,
            what,
            How::Compare(Change::List(list, Lists::Deduplicated)),
        ));
    }
    for list in ["requests", "imports", "exports", "star_exports"] {
        let clause = if list == "requests" { "v1-duplicate-request" } else { "v1-unrequested-module" };
        let what = format!("The last entry of `{list}` is not looked at.");
        all.push(Weakening::new(
            format!("checker/last-unchecked/{list}"),
            clause,
            what,
            How::Compare(Change::List(list, Lists::WithoutLast)),
        ));
    }
    all
}

/// A checker that does not begin with reading.
fn decoded() -> Vec<Weakening> {
    let structural = [
        ("end", "v1-end", "Bytes behind the bytecode are no concern of a checker."),
        ("utf8", "v1-string-utf8", "Whether strings are UTF-8 is no concern of a checker."),
        ("bytecode", "v1-bytecode-bounds", "Whether the bytecode is there is no concern of a checker."),
    ];
    let all = structural.map(|(id, clause, what)| {
        let rules = Rules::but(Wrong::Unchecked(clause, Where::Everywhere));
        Weakening::new(format!("checker/{id}-unread"), "v1-check-decode-first", what, How::CheckRead(rules))
    });
    let mut all: Vec<_> = all.into();
    all.push(Weakening::new(
        "checker/rules-first",
        "v1-check-decode-first",
        "The rules are applied before the end of the file has been looked at.",
        How::CheckRulesFirst,
    ));
    all
}
