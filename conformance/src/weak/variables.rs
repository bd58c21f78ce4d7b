//! What only version 3 can get wrong: the module's variables and the features of its code.

use super::reader::{read, report};
use super::writer::{bytes, writer};
use super::{Change, Environments, How, Idea, Lists, Strings, Words as Text};
use crate::plain::rules::{Part, Rules, Semantics, Variables, Where, Words, Writing, Wrong};

const DECLARED: &str = "declared_variables.bits";
const LEXICAL: &str = "lexical_variables.bits";
const FEATURES: &str = "code_features";

/// What is known of `bits`, to the branch and to engines after it, and of `code_features`.
const KNOWN_TO_BRANCH: u32 = 0x3FFF;
const KNOWN_BITS: u32 = 0xFFFF;
const KNOWN_FEATURES: u32 = 0x3FFF;

pub(super) fn all() -> Vec<Idea> {
    [layouts(), reports(), words(), understood(), names(), checkers(), writers(), repairs()].concat()
}

/// The clause about a word.
fn clause_of(field: &str) -> &'static str {
    if field == FEATURES { "code-features" } else { "bits" }
}

fn layouts() -> Vec<Idea> {
    use Part::{Declared, Features, Lexical};
    let layout = |id: &str, what: &str, variables| read(id, "layout", what, Wrong::Variables(variables));
    vec![
        layout(
            "lists-swapped",
            "The lexical variables are read before the declared ones.",
            Variables::Parts(&[Lexical, Declared, Features]),
        ),
        layout(
            "features-first",
            "`code_features` is read before the variables.",
            Variables::Parts(&[Features, Declared, Lexical]),
        ),
        layout(
            "features-between",
            "`code_features` is read between the lists.",
            Variables::Parts(&[Declared, Features, Lexical]),
        ),
        layout("features-unread", "`code_features` is taken for padding.", Variables::Parts(&[Declared, Lexical])),
        layout("lexical-unread", "There is one list of variables.", Variables::Parts(&[Declared, Features])),
        layout("environment-unread", "The environment is taken for padding.", Variables::Parts(&[])),
        layout("one-count", "The first count is that of both lists.", Variables::OneCount),
        layout("counts-first", "Both counts are read before both lists.", Variables::CountsFirst),
        layout("bits-first", "The bits of a variable are read before its name.", Variables::BitsFirst),
        layout(
            "declared-bits-of-2-bytes",
            "The bits of a declared variable take 2 bytes.",
            Variables::Bytes(DECLARED, 2),
        ),
        layout("lexical-bits-of-2-bytes", "The bits of a lexical variable take 2 bytes.", Variables::Bytes(LEXICAL, 2)),
        layout("features-of-2-bytes", "`code_features` takes 2 bytes.", Variables::Bytes(FEATURES, 2)),
        layout("features-of-8-bytes", "`code_features` takes 8 bytes.", Variables::Bytes(FEATURES, 8)),
        read(
            "count-without-bits/declared_variable_count",
            "count-bounds",
            "The smallest declared variable is taken to be an empty name alone.",
            Wrong::Smallest("declared_variable_count", 4),
        ),
        read(
            "count-without-bits/lexical_variable_count",
            "count-bounds",
            "The smallest lexical variable is taken to be an empty name alone.",
            Wrong::Smallest("lexical_variable_count", 4),
        ),
    ]
}

/// Readers that read right and report something else.
fn reports() -> Vec<Idea> {
    let kept = |id: &str, what: &str, change| report(id, "entries-kept", what, Change::Environment(change));
    let swapped = |id: &str, what: &str, change| report(id, "layout", what, Change::Environment(change));
    vec![
        kept("environment-dropped", "The environment is not reported.", Environments::Dropped),
        swapped(
            "environment-absent",
            "An environment that says nothing is reported as absent.",
            Environments::DroppedIfEmpty,
        ),
        swapped("variables-swapped", "The lists are reported as each other.", Environments::Swapped),
        swapped("declared-merged", "All variables are reported as lexical.", Environments::DeclaredMerged),
        swapped("lexical-merged", "All variables are reported as declared.", Environments::LexicalMerged),
        swapped("declared-twice", "The declared variables are reported in both lists.", Environments::DeclaredTwice),
        kept("lexical-wins", "A declared variable with a lexical one's name is left out.", Environments::LexicalWins),
        kept("declared-wins", "A lexical variable with a declared one's name is left out.", Environments::DeclaredWins),
        kept("last-of-each", "Of variables of one name the last is reported.", Environments::LastOfEach),
        kept("nameless-dropped", "Variables without a name are not reported.", Environments::NamelessDropped),
        kept("imported-dropped", "Variables that are imported are not reported.", Environments::DroppedWith(1 << 5)),
        kept("private-dropped", "Private names are not reported.", Environments::DroppedWith(0x3C00)),
        kept("imports-added", "What imports bind is reported as a variable.", Environments::ImportsAdded),
        report(
            "bits-joined",
            "bits",
            "Variables of one name in both lists are reported with each other's bits.",
            Change::Environment(Environments::BitsJoined),
        ),
        report(
            "bits-of-first",
            "bits",
            "All variables of a list are reported with the bits of the first.",
            Change::Environment(Environments::BitsOfFirst),
        ),
        report(
            "imported-marked",
            "bits",
            "A variable that an import binds is reported as imported.",
            Change::Environment(Environments::ImportedMarked),
        ),
    ]
}

/// Words of which not all bits are reported.
fn words() -> Vec<Idea> {
    let mut all = Vec::new();
    for (field, known) in [(DECLARED, KNOWN_BITS), (LEXICAL, KNOWN_BITS), (FEATURES, KNOWN_FEATURES)] {
        let kept = |id: &str, what: String, bits| {
            let change = Change::Environment(Environments::Kept(field, bits));
            report(format!("{id}/{field}"), clause_of(field), what, change)
        };
        all.extend([
            kept("31-bits", format!("The highest bit of `{field}` is not reported."), 0x7FFF_FFFF),
            kept("known-bits", format!("Only bits of `{field}` that are known are reported."), known),
            kept("without-low-bit", format!("The lowest bit of `{field}` is not reported."), !1),
            kept("no-bits", format!("`{field}` is reported as 0."), 0),
        ]);
    }
    for field in [DECLARED, LEXICAL] {
        all.push(report(
            format!("branch-bits/{field}"),
            "bits",
            format!("Only bits of `{field}` that the branch knew are reported."),
            Change::Environment(Environments::Kept(field, KNOWN_TO_BRANCH)),
        ));
    }
    all
}

/// Words that somebody believes to understand, by field: what is refused.
const REFUSED: [(&str, &str, &str, Words); 18] = [
    ("unknown-bits", DECLARED, "with bits that are not known", Words::Any(!KNOWN_BITS)),
    ("unknown-bits", LEXICAL, "with bits that are not known", Words::Any(!KNOWN_BITS)),
    ("unknown-bits", FEATURES, "with bits that are not known", Words::Any(!KNOWN_FEATURES)),
    ("later-bits", DECLARED, "with bits that the branch did not know", Words::Any(KNOWN_BITS & !KNOWN_TO_BRANCH)),
    ("later-bits", LEXICAL, "with bits that the branch did not know", Words::Any(KNOWN_BITS & !KNOWN_TO_BRANCH)),
    ("high-bit", DECLARED, "with its highest bit set", Words::Any(1 << 31)),
    ("high-bit", LEXICAL, "with its highest bit set", Words::Any(1 << 31)),
    ("high-bit", FEATURES, "with its highest bit set", Words::Any(1 << 31)),
    ("zero", DECLARED, "that is zero", Words::Zero),
    ("zero", LEXICAL, "that is zero", Words::Zero),
    ("zero", FEATURES, "that is zero", Words::Zero),
    ("several-kinds", DECLARED, "that says `const`, `var` and `let` at once", Words::Several(0b1110)),
    ("several-kinds", LEXICAL, "that says `const`, `var` and `let` at once", Words::Several(0b1110)),
    ("not-var", DECLARED, "that says `const` or `let`", Words::Any(0b1010)),
    ("var", LEXICAL, "that says `var`", Words::Any(0b100)),
    ("const-without-let", LEXICAL, "that says `const` and not `let`", Words::Without(1 << 1, 1 << 3)),
    ("namespace-without-import", LEXICAL, "that says namespace and not imported", Words::Without(1 << 6, 1 << 5)),
    ("with", FEATURES, "that says `with`, which modules do not have", Words::All(1 << 2)),
];

/// Readers, checkers and writers that refuse words of the engine's.
fn understood() -> Vec<Idea> {
    let mut all = Vec::new();
    for (id, field, what, words) in REFUSED {
        let refuses = Variables::Refuses(Where::Field(field), words);
        let name = format!("refuses-{id}/{field}");
        all.push(read(
            name.as_str(),
            "engine-words",
            format!("A `{field}` {what} is refused."),
            Wrong::Variables(refuses),
        ));
        let rules = Rules::but(Wrong::Semantics(Semantics::Words(field, words)));
        let what = format!("A `{field}` {what} must not be linked.");
        all.push(Idea::new(format!("checker/{name}"), "engine-words", what, How::Check(rules)));
        if matches!(id, "unknown-bits" | "several-kinds" | "zero") {
            let what = format!("A record whose `{field}` is such that others refuse it ({id}) is not written.");
            all.push(writer(name, "writer-accepts", what, How::Refuse(rules)));
        }
    }
    all
}

fn names() -> Vec<Idea> {
    let mut all = vec![read(
        "variable-name-required",
        "string-empty",
        "A variable without a name is refused.",
        Wrong::Variables(Variables::NameRequired),
    )];
    let renamed = [
        ("default", "*default*", "default"),
        ("private-default", "starDefault", "*default*"),
        ("private-namespace", "starNamespace", "*namespace*"),
    ];
    for (id, from, to) in renamed {
        all.push(report(
            format!("variable-{id}"),
            "private-names",
            format!("A lexical variable {from} is reported as {to}."),
            Change::Strings(Strings::Of("lexical_variables.name"), Text::Renamed(from, to)),
        ));
    }
    all
}

fn checkers() -> Vec<Idea> {
    let check = |id: &str, clause, what: &str, semantics| {
        let rules = Rules::but(Wrong::Semantics(semantics));
        Idea::new(format!("checker/{id}"), clause, what, How::Check(rules))
    };
    vec![
        check(
            "variables-across",
            "duplicate-variable",
            "A name that stands in both lists is there twice.",
            Semantics::VariablesAcross,
        ),
        check(
            "variables-by-bits",
            "duplicate-variable",
            "A name twice with different bits is accepted.",
            Semantics::VariablesByBits,
        ),
        check(
            "nameless-variable-is-none",
            "duplicate-variable",
            "A variable without a name is taken for none.",
            Semantics::NamelessVariableIsNone,
        ),
        check(
            "variable-name-required",
            "check-accepts",
            "A variable must have a name.",
            Semantics::VariableNameRequired,
        ),
        check(
            "imports-are-variables",
            "check-accepts",
            "What an import binds must be a lexical variable.",
            Semantics::ImportsAreVariables,
        ),
        check(
            "exports-are-variables",
            "check-accepts",
            "What a Local export names must be a variable.",
            Semantics::ExportsAreVariables,
        ),
        check(
            "imported-are-imports",
            "engine-words",
            "A variable that is imported, by its bits, must be one that an import binds.",
            Semantics::ImportedAreImports,
        ),
        check(
            "exported-are-exports",
            "engine-words",
            "A variable that is exported, by its bits, must be one that a Local export names.",
            Semantics::ExportedAreExports,
        ),
    ]
}

fn writers() -> Vec<Idea> {
    const CLAUSE: &str = "writer-engine-words";
    let change =
        |id: &str, clause, what: &str, change| writer(id, clause, what, How::Write(Change::Environment(change)));
    let refuse = |id: &str, what: &str, semantics| {
        writer(id, "writer-accepts", what, How::Refuse(Rules::but(Wrong::Semantics(semantics))))
    };
    let mut all = vec![
        bytes("bits-first", "layout", "The bits of a variable are written before its name.", Writing::BitsFirst),
        bytes("features-first", "layout", "`code_features` is written before the variables.", Writing::FeaturesFirst),
        bytes("features-dropped", "layout", "`code_features` is not written.", Writing::FeaturesDropped),
        change(
            "version-2-if-empty",
            "layout",
            "A record whose environment says nothing is written as version 2.",
            Environments::Version2IfEmpty,
        ),
        change("variables-swapped", "layout", "The lists are written as each other.", Environments::Swapped),
        change("declared-merged", "layout", "All variables are written as lexical.", Environments::DeclaredMerged),
        change("lexical-merged", "layout", "All variables are written as declared.", Environments::LexicalMerged),
        change(
            "lexical-wins",
            "writer-order",
            "Of a name in both lists the lexical one is written.",
            Environments::LexicalWins,
        ),
        change(
            "declared-wins",
            "writer-order",
            "Of a name in both lists the declared one is written.",
            Environments::DeclaredWins,
        ),
        change(
            "nameless-dropped",
            "writer-order",
            "Variables without a name are not written.",
            Environments::NamelessDropped,
        ),
        change(
            "bits-joined",
            CLAUSE,
            "Variables of one name are written with each other's bits.",
            Environments::BitsJoined,
        ),
        change("imported-marked", CLAUSE, "What an import binds is written as imported.", Environments::ImportedMarked),
        change(
            "exports-added",
            "writer-order",
            "What a Local export names is written as a variable.",
            Environments::ExportsAdded,
        ),
        change(
            "imports-added",
            "writer-order",
            "What an import binds is written as a variable.",
            Environments::ImportsAdded,
        ),
        refuse("variables-across-refused", "A name in both lists is refused.", Semantics::VariablesAcross),
        refuse("variable-name-required", "A variable without a name is refused.", Semantics::VariableNameRequired),
        refuse("imports-are-variables", "An import that is no variable is refused.", Semantics::ImportsAreVariables),
        refuse(
            "exports-are-variables",
            "A Local export that is no variable is refused.",
            Semantics::ExportsAreVariables,
        ),
    ];
    for (field, known) in [(DECLARED, KNOWN_BITS), (LEXICAL, KNOWN_BITS), (FEATURES, KNOWN_FEATURES)] {
        let words = [
            ("known-bits", "only with bits that are known", Environments::Kept(field, known)),
            ("low-8", "with 8 bits", Environments::Kept(field, 0xFF)),
            ("low-24", "with 24 bits", Environments::Kept(field, 0x00FF_FFFF)),
            ("high-16", "with its upper half alone", Environments::Kept(field, 0xFFFF_0000)),
            ("31-bits", "without its highest bit", Environments::Kept(field, 0x7FFF_FFFF)),
            ("no-bits", "as 0", Environments::Kept(field, 0)),
            ("captured", "with its lowest bit set", Environments::Set(field, 1)),
        ];
        for (id, what, environments) in words {
            all.push(change(&format!("{id}/{field}"), CLAUSE, &format!("`{field}` is written {what}."), environments));
        }
    }
    all
}

fn repairs() -> Vec<Idea> {
    let repair =
        |id: &str, what: &str, change| writer(format!("repairs-{id}"), "writer-no-repair", what, How::Repair(change));
    vec![
        repair(
            "duplicate-declared",
            "Of declared variables of one name the first is written.",
            Change::List("declared_variables", Lists::FirstOfEach),
        ),
        repair(
            "duplicate-lexical",
            "Of lexical variables of one name the first is written.",
            Change::List("lexical_variables", Lists::FirstOfEach),
        ),
        repair(
            "last-variable",
            "Of variables of one name the last is written.",
            Change::Environment(Environments::LastOfEach),
        ),
        repair(
            "equal-variables",
            "Of lexical variables that are equal one is written.",
            Change::List("lexical_variables", Lists::Deduplicated),
        ),
    ]
}
