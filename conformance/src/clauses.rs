//! The clauses of the specification, each with its text and its position. The explanation of a failure shows the text
//! of the broken clause.
//!
//! A clause is a paragraph that begins with an anchor and its name in bold: `<a id="v1-end"></a>**v1-end** · A reader MUST …`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::text::nearest;

/// One requirement of the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The first sentence of the clause, which states the requirement, on one line.
    pub text: String,
    /// The path of the document, from the project's root.
    pub file: &'static str,
    /// The number of the clause's first line in the document, from 1.
    pub line: usize,
}

/// Clauses by their names.
#[derive(Debug, Default)]
pub struct Clauses {
    by_name: BTreeMap<String, Clause>,
}

impl Clauses {
    /// Returns the clauses of every version, as they were when this crate was built.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<Clauses> = LazyLock::new(|| {
            Clauses::parse(&[
                ("spec/v1.md", include_str!("../spec/v1.md")),
                ("spec/v2.md", include_str!("../spec/v2.md")),
                ("spec/v3.md", include_str!("../spec/v3.md")),
                ("spec/v4.md", include_str!("../spec/v4.md")),
                ("spec/pack.md", include_str!("../spec/pack.md")),
            ])
        });
        &STANDARD
    }

    /// Parses the clauses of documents. Each document is a path and a text.
    pub fn parse(documents: &[(&'static str, &str)]) -> Self {
        let mut clauses = Self::default();
        for (file, text) in documents {
            let mut lines = text.lines().enumerate();
            while let Some((number, line)) = lines.next() {
                let Some((name, first)) = opening(line) else { continue };
                let mut paragraph = first.to_owned();
                for (_, line) in lines.by_ref().take_while(|(_, line)| !line.trim().is_empty()) {
                    paragraph.push(' ');
                    paragraph.push_str(line.trim());
                }
                let clause = Clause { text: first_sentence(&paragraph).to_owned(), file, line: number + 1 };
                clauses.by_name.insert(name.to_owned(), clause);
            }
        }
        clauses
    }

    /// Returns the clause with the given name.
    pub fn get(&self, name: &str) -> Option<&Clause> {
        self.by_name.get(name)
    }

    /// Checks the name of a clause, with or without its version. The error suggests a similar name.
    pub fn parse_name(name: &str) -> Result<String, String> {
        let clauses = Self::standard();
        let without_version = |clause: &'static str| clause.split_once('-').map_or(clause, |(_, name)| name);
        let names = || clauses.by_name.keys().flat_map(|clause| [clause.as_str(), without_version(clause)]);
        if names().any(|known| known == name) {
            return Ok(name.to_owned());
        }
        let meant = nearest(name, names()).map(|name| format!(" (did you mean {name}?)")).unwrap_or_default();
        Err(format!("no such clause{meant}"))
    }

    /// Returns every clause, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Clause)> {
        self.by_name.iter().map(|(name, clause)| (name.as_str(), clause))
    }
}

/// Returns a clause's name and the beginning of its text, if `line` begins a clause.
fn opening(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("<a id=\"")?.split_once("\"></a>**")?;
    let text = rest.strip_prefix(name)?.strip_prefix("** · ")?;
    Some((name, text.trim()))
}

/// Returns the text up to the end of its first sentence. A full stop ends a sentence if it is outside code, and if
/// nothing follows it, or a space and a character that is not a lowercase letter.
fn first_sentence(paragraph: &str) -> &str {
    let mut in_code = false;
    for (index, character) in paragraph.char_indices() {
        match character {
            '`' => in_code = !in_code,
            '.' if !in_code => {
                let after = &paragraph[index + 1..];
                let next = after.strip_prefix(' ').and_then(|rest| rest.chars().next());
                if after.is_empty() || next.is_some_and(|next| !next.is_lowercase()) {
                    return &paragraph[..=index];
                }
            }
            _ => {}
        }
    }
    paragraph
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_ends_with_its_sentence_and_its_paragraph() {
        let text = "# Title\n\n<a id=\"v1-a\"></a>**v1-a** · A reader MUST reject `a. B` where\nit is due. This explains.\n\nText.\n<a id=\"v1-b\"></a>**v1-b** · One line.\n";
        let clauses = Clauses::parse(&[("spec/x.md", text)]);
        let expected =
            Clause { text: "A reader MUST reject `a. B` where it is due.".into(), file: "spec/x.md", line: 3 };
        assert_eq!(clauses.get("v1-a"), Some(&expected));
        assert_eq!(clauses.get("v1-b").map(|clause| (clause.text.as_str(), clause.line)), Some(("One line.", 7)));
        assert_eq!(clauses.iter().count(), 2);
    }

    #[test]
    fn bold_text_without_an_anchor_of_the_same_name_is_no_clause() {
        let clauses = Clauses::parse(&[(
            "x",
            "**v1-a** · A.\n<a id=\"v1-a\"></a>**v1-b** · B.\n<a id=\"v1-c\"></a>**v1-c** C.\n",
        )]);
        assert_eq!(clauses.iter().count(), 0);
    }

    #[test]
    fn the_specification_has_the_rules_that_the_codec_names() {
        for version in bmes::Version::NAMED {
            for rule in bmes::Rule::ALL {
                let only_of_3 = *rule == bmes::Rule::DuplicateVariable && *version != bmes::Version::V3;
                let clause = rule.clause(*version).map(|clause| clause.to_string());
                assert_eq!(clause.is_none(), only_of_3, "{rule:?}");
                assert!(clause.is_none_or(|name| Clauses::standard().get(&name).is_some()), "{rule:?}");
            }
        }
    }

    #[test]
    fn every_clause_states_a_requirement() {
        for (name, clause) in Clauses::standard().iter() {
            let stated = ["MUST", "SHOULD", "MAY"].iter().any(|word| clause.text.contains(word));
            assert!(stated, "{name}: {:?}", clause.text);
        }
    }
}
