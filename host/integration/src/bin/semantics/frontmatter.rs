//! What the comment at the beginning of a test says about it.

/// What a test needs and what must happen: <https://github.com/tc39/test262/blob/main/INTERPRETING.md>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frontmatter {
    pub(crate) flags: Vec<String>,
    pub(crate) includes: Vec<String>,
    pub(crate) features: Vec<String>,
    /// The name of the error that the test must end with.
    pub(crate) negative: Option<String>,
}

impl Frontmatter {
    /// Reads the comment of a test.
    pub(crate) fn of(text: &str) -> Self {
        let mut found = Self::default();
        let Some((_, rest)) = text.split_once("/*---") else { return found };
        let comment = rest.split_once("---*/").map_or(rest, |(comment, _)| comment);
        let mut key = "";
        for line in comment.lines() {
            if let Some((first, value)) = line.split_once(':').filter(|_| !line.starts_with([' ', '\t'])) {
                key = first;
                found.add(key, items(value));
            } else if let Some(item) = line.trim().strip_prefix("- ") {
                found.add(key, vec![item.trim().to_owned()]);
            } else if let Some(name) = line.trim().strip_prefix("type:").filter(|_| key == "negative") {
                found.negative = Some(name.trim().to_owned());
            }
        }
        found
    }

    fn add(&mut self, key: &str, items: Vec<String>) {
        match key {
            "flags" => self.flags.extend(items),
            "includes" => self.includes.extend(items),
            "features" => self.features.extend(items),
            _ => {}
        }
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|known| known == flag)
    }

    /// Returns the reason why a test is not run.
    pub(crate) fn reason_to_leave_out(&self) -> Option<&'static str> {
        let uses = |feature: &str| self.features.iter().any(|known| known == feature);
        if uses("source-phase-imports") || uses("source-phase-imports-module-source") {
            return Some("imports of the phase source, which the engine does not know");
        }
        if uses("import-defer") {
            return Some("imports of the phase defer, which the engine does not know");
        }
        if uses("import-text") || uses("import-bytes") {
            return Some("imports of text and bytes, which the host does not know");
        }
        None
    }
}

/// Returns the items of `[a, b]`.
fn items(value: &str) -> Vec<String> {
    let list = value.trim().strip_prefix('[').and_then(|value| value.strip_suffix(']'));
    let items = list.into_iter().flat_map(|list| list.split(','));
    items.map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_brackets_or_have_an_item_per_line() {
        let text = "// Copyright\n/*---\ndescription: >\n  It is so: yes\nflags: [module, async]\nincludes:\n  - a.js\n  - b.js\n\
                    negative:\n  phase: resolution\n  type: SyntaxError\n---*/\n";
        let found = Frontmatter::of(text);
        assert_eq!(found.flags, ["module", "async"]);
        assert_eq!(found.includes, ["a.js", "b.js"]);
        assert_eq!(found.negative.as_deref(), Some("SyntaxError"));
    }

    #[test]
    fn a_test_without_a_comment_needs_nothing() {
        assert_eq!(Frontmatter::of("assert(true);"), Frontmatter::default());
    }
}
