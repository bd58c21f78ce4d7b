//! Tests that the quick look and the close look give the same result for any source. If debug
//! assertions are on, [`analyze`] runs both and compares their results.

use std::fs;
use std::path::Path;

use bmes_analyzer::{ErrorClass, Options, analyze};

use super::parsers::{ACCEPTED, REJECTED};

/// The number of sources that each test generates.
const SOURCES: usize = 20_000;

/// The pieces from which sources are generated: names with a special meaning, and the beginnings
/// and ends of all constructs that have a scope.
const PIECES: [&str; 72] = [
    "a",
    "b",
    "a",
    "eval",
    "arguments",
    "await ",
    "yield ",
    "async ",
    "let ",
    "const ",
    "var ",
    "using ",
    "static ",
    "function ",
    "function* ",
    "class ",
    "extends ",
    "import ",
    "export ",
    "from 'm'",
    "default ",
    "as ",
    "return ",
    "if (a) ",
    "else ",
    "for (",
    "of ",
    "in ",
    "while (a) ",
    "do ",
    "switch (a) {",
    "case 1: ",
    "try {",
    "} catch (a) {",
    "} finally {",
    "break ",
    "continue ",
    "a: ",
    "b: ",
    "this",
    "super",
    "new ",
    "new.target",
    "delete ",
    "typeof ",
    "import.meta",
    "import(",
    "#a",
    "get ",
    "set ",
    "constructor",
    "__proto__: 1",
    "=> ",
    "= ",
    "+ ",
    "?.",
    "...",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    "\n",
    "'\\07'",
    "010",
    "/a/u",
    "`${",
    "}`",
    "<!--",
];

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit
    }
}

/// Analyses a source. Returns whether it is accepted as a module. Fails if the error is an internal
/// one, such as a difference between the two looks.
fn is_module(source: &str) -> bool {
    match analyze(source, &Options::default()) {
        Ok(_) => true,
        Err(error) => {
            assert_ne!(error.class(), ErrorClass::Internal, "{source}");
            false
        }
    }
}

fn edges() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edges");
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    let mut sources: Vec<_> = files.filter_map(|bytes| String::from_utf8(bytes).ok()).collect();
    sources.extend(ACCEPTED.iter().chain(REJECTED).map(|source| (*source).to_owned()));
    sources.sort_unstable();
    sources
}

#[test]
fn both_passes_agree_on_pieces_in_any_order() {
    const { assert!(cfg!(debug_assertions), "without debug assertions, the two looks are not compared") };
    let mut random = Random(1);
    for _ in 0..SOURCES {
        let source: String = (0..=random.below(12)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        is_module(&source);
    }
}

#[test]
fn both_passes_agree_on_combined_sources() {
    let (edges, mut random) = (edges(), Random(2));
    let mut modules = 0;
    for _ in 0..SOURCES {
        let (outer, inner) = (&edges[random.below(edges.len())], &edges[random.below(edges.len())]);
        let source = match random.below(8) {
            0 => format!("{outer}\n{inner}"),
            1 => format!("{{ {inner} }}\n{outer}"),
            2 => format!("function f() {{ {inner} }}\n{outer}"),
            3 => format!("async () => {{ {inner} }};\n{outer}"),
            4 => format!("class A {{ static {{ {inner} }} m() {{ {outer} }} }}"),
            5 => format!("try {{ {outer} }} catch (e) {{ {inner} }}"),
            6 => format!("a: for (;;) {{ {inner} }}\n{outer}"),
            _ => {
                let mut source = format!("{outer}\n{inner}");
                let at = source.floor_char_boundary(random.below(source.len() + 1));
                source.insert_str(at, PIECES[random.below(PIECES.len())]);
                source
            }
        };
        modules += usize::from(is_module(&source));
    }
    assert!(
        modules > SOURCES / 20,
        "only {modules} of {SOURCES} generated sources are valid modules; at least a twentieth is needed"
    );
}
