//! Finds the clause that an implementation breaks with a wrong answer.

use std::fmt;

use bmes::Piece;

use super::{Expected, Prepared};
use crate::case::NamedRecord;
use crate::clauses::Clauses;
use crate::judge::{self, Difference};
use crate::protocol::{Answer, Operation};
use crate::testee::reference;
use crate::verdicts::{self, Verdicts};

impl Prepared<'_> {
    /// Returns the clause that a wrong answer to `operation` breaks, if the answer shows it.
    ///
    /// If the input must be rejected, this is the clause that the input breaks. If the input must be accepted, it is
    /// the clause of the reported error class, or of the wrong field, which is the first of the `differences`. If there
    /// is no such clause, it is a clause that the case tests, or a general clause such as `v1-check-accepts`.
    pub fn broken_clause(
        &self,
        operation: Operation,
        answer: Option<&Answer>,
        differences: &[Difference],
    ) -> Option<String> {
        let expected = self.expected(operation)?.ok()?;
        let clauses = self.clauses();
        let version = clauses.first().and_then(|clause| clause.split_once('-')).map_or("v1", |(version, _)| version);
        if let Expected::Refused { classes, .. } = &expected {
            let is_rule = |class: &str| Clauses::standard().get(&format!("{version}-{class}")).is_some();
            let is_early = matches!(answer, Some(Answer::Refused(refusal)) if is_rule(&refusal.class));
            if operation == Operation::OpenPack {
                return clauses.first().cloned().or_else(|| Some("pack-end".into()));
            }
            return if operation == Operation::Check && is_early && !classes.iter().any(|class| is_rule(class)) {
                Some(format!("{version}-check-decode-first"))
            } else {
                self.fault(operation)
            };
        }
        let of_answer = match (answer, expected) {
            (Some(Answer::Refused(refusal)), _) => of_class(version, &refusal.class, operation).map(str::to_owned),
            (Some(Answer::File(file)), Expected::File(expected)) => {
                let of_bytes = if is_length(expected, file) { Some("string") } else { of_order(expected, file) };
                of_bytes.map(|name| format!("{version}-{name}"))
            }
            (Some(Answer::Record(_)), _) => differences.first().map(|first| {
                let name = of_field(first);
                // In version 4, one clause says what is reported.
                let is_v4 = version == "v4" && !matches!(name, "string-verbatim" | "bytecode-bounds");
                format!("{version}-{}", if is_v4 { "report" } else { name })
            }),
            _ => None,
        };
        if of_answer.as_ref().is_some_and(|clause| Clauses::standard().get(clause).is_some()) {
            return of_answer;
        }
        let is_of = |part: &'static str| move |clause: &&String| clause.contains(part);
        match operation {
            Operation::Encode => {
                let of_writer = clauses.iter().find(is_of("-writer-")).cloned();
                of_writer.or_else(|| Some(format!("{version}-writer-accepts")))
            }
            Operation::Check => Some(format!("{version}-check-accepts")),
            Operation::Match => Some(format!("{version}-match-accepts")),
            Operation::OpenPack => Some("pack-accept".into()),
            Operation::Identify | Operation::Decode => {
                let of_others = |clause: &&String| is_of("-writer-")(clause) || is_of("-check-")(clause);
                clauses.iter().find(|clause| !of_others(clause)).or(clauses.first()).cloned()
            }
        }
    }

    /// Returns the reference's error for the file, or for the record that is to be written.
    pub fn reference_says(&self) -> Option<String> {
        if self.is_pack() {
            return bmes_pack::Pack::open(&self.file).err().map(|error| error.to_string());
        }
        if !self.file.is_empty() || self.record().is_none() {
            return reference::check(&self.file).err().map(|error| error.to_string());
        }
        Some(self.writer_error()?.to_string())
    }

    /// Returns the error of the reference for the record that is to be written.
    fn writer_error(&self) -> Option<bmes::Error> {
        reference::encode(self.record()?, self.file_case.text(), self.file_case.bytecode()).err()
    }

    /// Returns the clause that the file, or the record that is to be written, breaks.
    fn fault(&self, operation: Operation) -> Option<String> {
        if operation == Operation::Encode {
            return self.writer_error()?.clause().map(|clause| clause.to_string());
        }
        if operation == Operation::Match {
            let given = self.file_case.case.given?;
            return reference::match_file(&self.file, &given).err()?.clause().map(|clause| clause.to_string());
        }
        let clause = |verdicts: &Verdicts| verdicts.error()?.clause().map(|clause| clause.to_string());
        match &self.derived {
            Some((_, verdicts)) => clause(verdicts.as_ref().ok()?),
            None => clause(&verdicts::ask(&self.file, None).ok()?),
        }
    }
}

/// Returns the clause of `version` that requires a reader or a checker to reject a file with `class`. Returns `None`
/// unless exactly one clause does. For `encode`, only a clause that has the name of the class counts.
fn of_class(version: &str, class: &str, operation: Operation) -> Option<&'static str> {
    let class_text = format!("with `{class}`");
    let says = |text: &str| text.contains("MUST reject") && text.contains(&class_text) && !text.starts_with("A writer");
    let is_one = |name: &str| name.strip_prefix(version).is_some_and(|name| name.starts_with('-'));
    let mut saying = Clauses::standard().iter().filter(|(name, clause)| is_one(name) && says(&clause.text));
    let (name, _) = saying.next().filter(|_| saying.next().is_none())?;
    (operation != Operation::Encode || name.ends_with(class)).then_some(name)
}

/// Returns the name, without its version, of the clause that a reader breaks if it reports a wrong field or a wrong
/// list.
fn of_field(Difference { path, expected, got }: &Difference) -> &'static str {
    let is_list = |value: &str| value.ends_with(" entry") || value.ends_with(" entries");
    match path.as_str() {
        path if path.ends_with(".attributes") => "attributes-kept",
        path if path.starts_with("bytecode") => "bytecode-bounds",
        _ if is_list(expected) && is_list(got) => "entries-kept",
        _ if expected.starts_with('"') && !path.ends_with("].type") => "string-verbatim",
        _ => "fields-verbatim",
    }
}

/// Returns the name, without its version, of the clause about order that a writer breaks. Returns `None` unless the two
/// records differ in the order of attributes or entries, and in nothing else.
fn of_order(expected: &[u8], file: &[u8]) -> Option<&'static str> {
    let record = |file| bmes::decode(file).ok().map(|module| module.record);
    let mut records = [record(expected)?, record(file)?];
    let are_equal = |[right, came]: &[NamedRecord; 2]| right == came;
    if are_equal(&records) {
        return None;
    }
    for request in records.iter_mut().flat_map(|record| &mut record.requests) {
        sort(&mut request.attributes);
    }
    if are_equal(&records) {
        return Some("writer-attributes");
    }
    for NamedRecord { requests, imports, exports, star_exports, version_fields, .. } in &mut records {
        sort(requests);
        sort(imports);
        sort(exports);
        sort(star_exports);
        if let Some(environment) = version_fields.environment_mut() {
            sort(&mut environment.declared_variables);
            sort(&mut environment.lexical_variables);
        }
    }
    are_equal(&records).then_some("writer-order")
}

/// Sorts the entries of a list, so that only their contents are compared. Any total order is sufficient.
fn sort<T: fmt::Debug>(list: &mut [T]) {
    list.sort_by_cached_key(|entry| format!("{entry:?}"));
}

/// Returns true if `file`, which a writer made, is not valid, and if its first difference from `expected` is in the
/// length of a string.
fn is_length(expected: &[u8], file: &[u8]) -> bool {
    let offset = judge::common_length(expected, file);
    let inspection = bmes::inspect(expected);
    let span = inspection.spans().iter().find(|span| span.range.contains(&offset));
    span.is_some_and(|span| span.path.piece == Piece::Length) && bmes::validate(file).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_in_another_order_breaks_the_clause_about_that_order() {
        let file = |change: fn(&mut NamedRecord)| {
            let mut record = NamedRecord::new(bmes::VersionFields::V1);
            for name in ["a", "b"] {
                let of = |key: &str| bmes::Attribute { key: key.into(), value: String::new() };
                record
                    .requests
                    .push(bmes::ModuleRequest { specifier: name.into(), attributes: vec![of("k"), of("l")] });
            }
            change(&mut record);
            bmes_oracle::write(&record, &[]).unwrap()
        };
        let expected = file(|_| ());
        assert_eq!(of_order(&expected, &expected), None);
        let attributes = file(|record| record.requests[0].attributes.reverse());
        assert_eq!(of_order(&expected, &attributes), Some("writer-attributes"));
        assert_eq!(of_order(&expected, &file(|record| record.requests.reverse())), Some("writer-order"));
        assert_eq!(of_order(&expected, &file(|record| record.requests[1].specifier = "c".into())), None);
    }

    #[test]
    fn a_class_has_the_clause_that_alone_names_it() {
        for (class, operation, clause) in [
            ("bad-utf8", Operation::Decode, Some("v2-string-utf8")),
            ("bad-utf8", Operation::Encode, None),
            ("duplicate-export-name", Operation::Check, Some("v2-duplicate-export-name")),
            ("duplicate-export-name", Operation::Encode, Some("v2-duplicate-export-name")),
            // More than one clause of a reader names this class.
            ("truncated", Operation::Decode, None),
            ("no-such-class", Operation::Decode, None),
        ] {
            assert_eq!(of_class("v2", class, operation), clause, "{class} {operation}");
        }
    }
}
