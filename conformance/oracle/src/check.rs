//! Checking: sections 5 and 6 of the specification, rule by rule.
//!
//! `str` compares by bytes, as the clause check-bytes requires. Ordered sets contain the names that were found so far.
//! So a check of a record with many entries costs as much as sorting them.

use std::collections::{BTreeMap, BTreeSet};

use bmes::{ExportEntry, ExportType, ImportEntry, ModuleRequest, Variable};

use super::{Record, Rejection};

/// The classes of the rules for records, which are also the names of their clauses, in the order of check-choice.
pub const RULES: [&str; 10] = [
    "duplicate-request",
    "duplicate-attribute",
    "ambiguous-request",
    "unrequested-module",
    "missing-local-name",
    "duplicate-local-name",
    "duplicate-export-name",
    "duplicate-star-export",
    "misplaced-field",
    "duplicate-variable",
];

/// The offset of every entry of a file, section by section.
#[derive(Default)]
pub(super) struct Offsets {
    pub(super) requests: Vec<usize>,
    pub(super) imports: Vec<usize>,
    pub(super) exports: Vec<usize>,
    pub(super) star_exports: Vec<usize>,
    pub(super) declared_variables: Vec<usize>,
    pub(super) lexical_variables: Vec<usize>,
}

/// Returns every violation of a rule, in the order of check-choice: entry by entry, and rule by rule for each entry.
///
/// A violation has the offset of the entry that completes it. `offsets` has the offsets of the entries in the file of
/// the record. It is `None` for a record without a file; then a violation has no offset.
pub(super) fn violations(record: &Record, offsets: Option<&Offsets>) -> Vec<Rejection> {
    let mut checker = Checker { version: record.version().number(), entry: None, violations: Vec::new() };
    let requests = checker.requests(&record.requests, offsets.map(|offsets| &offsets.requests));
    checker.imports(&record.imports, &requests, offsets.map(|offsets| &offsets.imports));
    checker.exports(&record.exports, &requests, offsets.map(|offsets| &offsets.exports));
    checker.star_exports(&record.star_exports, &requests, offsets.map(|offsets| &offsets.star_exports));
    if let Some(environment) = record.environment() {
        // The declared and the lexical variables have separate sets of names, so one name may be in both lists.
        checker.variables(&environment.declared_variables, offsets.map(|offsets| &offsets.declared_variables));
        checker.variables(&environment.lexical_variables, offsets.map(|offsets| &offsets.lexical_variables));
    }
    checker.violations
}

/// The attributes of a request in the form that is compared: a multiset of pairs of key and value, here in sorted order
/// (attribute-sets).
type Attributes<'a> = Vec<(&'a str, &'a str)>;

/// The requested specifiers. Each has the different sets of attributes with which it is requested. A specifier with
/// more than one such set is ambiguous.
type Requests<'a> = BTreeMap<&'a str, BTreeSet<Attributes<'a>>>;

/// The violations so far, and the offset of the entry that is checked.
struct Checker {
    version: u32,
    entry: Option<usize>,
    violations: Vec<Rejection>,
}

impl Checker {
    /// Adds a violation of `rule` at the current entry if `holds` is false.
    fn require(&mut self, rule: &'static str, holds: bool) {
        if !holds {
            self.violations.push(Rejection { class: rule, offset: self.entry, version: self.version, clause: rule });
        }
    }

    fn requests<'a>(&mut self, requests: &'a [ModuleRequest], offsets: Option<&Vec<usize>>) -> Requests<'a> {
        let mut seen = Requests::new();
        for (index, request) in requests.iter().enumerate() {
            self.entry = offsets.map(|offsets| offsets[index]);
            let is_new = seen.entry(&request.specifier).or_default().insert(attributes(request));
            self.require("duplicate-request", is_new);
            self.require("duplicate-attribute", has_distinct_keys(request));
        }
        seen
    }

    fn imports(&mut self, imports: &[ImportEntry], requests: &Requests<'_>, offsets: Option<&Vec<usize>>) {
        let mut local_names = BTreeSet::new();
        for (index, import) in imports.iter().enumerate() {
            self.entry = offsets.map(|offsets| offsets[index]);
            self.names_one_request(&import.module_request, requests);
            self.require("missing-local-name", !import.local_name.is_empty());
            self.require("duplicate-local-name", local_names.insert(&import.local_name));
            // Nothing checks misplaced-field here: all fields of an import entry apply, except the `import_name` of a
            // Namespace import, which the rule excepts.
        }
    }

    fn exports(&mut self, exports: &[ExportEntry], requests: &Requests<'_>, offsets: Option<&Vec<usize>>) {
        let mut export_names = BTreeSet::new();
        for (index, export) in exports.iter().enumerate() {
            self.entry = offsets.map(|offsets| offsets[index]);
            // This is the table of section 5. `export_name` always applies. For the other fields, only the type decides
            // (applies-by-type).
            let module_name_applies = matches!(export.export_type, ExportType::Indirect | ExportType::Namespace);
            let import_name_applies = export.export_type == ExportType::Indirect;
            let local_name_applies = export.export_type == ExportType::Local;
            if module_name_applies {
                self.names_one_request(&export.module_name, requests);
            }
            if local_name_applies {
                self.require("missing-local-name", !export.local_name.is_empty());
            }
            self.require("duplicate-export-name", export_names.insert(&export.export_name));
            let is_misplaced = !module_name_applies && !export.module_name.is_empty()
                || !import_name_applies && !export.import_name.is_empty()
                || !local_name_applies && !export.local_name.is_empty();
            self.require("misplaced-field", !is_misplaced);
        }
    }

    fn star_exports(&mut self, star_exports: &[String], requests: &Requests<'_>, offsets: Option<&Vec<usize>>) {
        let mut seen = BTreeSet::new();
        for (index, module_name) in star_exports.iter().enumerate() {
            self.entry = offsets.map(|offsets| offsets[index]);
            self.names_one_request(module_name, requests);
            self.require("duplicate-star-export", seen.insert(module_name));
        }
    }

    fn variables(&mut self, variables: &[Variable], offsets: Option<&Vec<usize>>) {
        let mut names = BTreeSet::new();
        for (index, variable) in variables.iter().enumerate() {
            self.entry = offsets.map(|offsets| offsets[index]);
            self.require("duplicate-variable", names.insert(&variable.name));
        }
    }

    /// Requires that exactly one set of attributes is requested with this specifier. Otherwise, the entry breaks the
    /// rule ambiguous-request or unrequested-module.
    fn names_one_request(&mut self, specifier: &str, requests: &Requests<'_>) {
        let requested = requests.get(specifier).map_or(0, BTreeSet::len);
        self.require("ambiguous-request", requested <= 1);
        self.require("unrequested-module", requested >= 1);
    }
}

fn attributes(request: &ModuleRequest) -> Attributes<'_> {
    let pairs = request.attributes.iter().map(|attribute| (&*attribute.key, &*attribute.value));
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    pairs
}

fn has_distinct_keys(request: &ModuleRequest) -> bool {
    let keys: BTreeSet<_> = request.attributes.iter().map(|attribute| &attribute.key).collect();
    keys.len() == request.attributes.len()
}
