//! The semantic rules: whether a record that decodes may be linked.
//!
//! A separate operation, because whoever only lists dependencies need not pay for it. The rules are applied to a record or to
//! a view alike. As in the walk there are two modes: [`swift`] sorts the names in one buffer and knows nothing to say but "yes";
//! where it does not say that, the rules are applied entry by entry, with names in ordered sets, and the first that is broken is
//! named. Neither is quadratic, whatever the names.

mod swift;

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use crate::path::{FieldPath, Section};
use crate::record::{Attribute, ExportEntry, ExportType, ImportEntry, ModuleRecord, Variable};
use crate::rule::{Rule, SemanticError};
use crate::version::Version;

/// Whether `record` may be linked: the first rule that an entry breaks, in the order of the specification.
pub fn check<S: AsRef<str>>(record: &ModuleRecord<S>) -> Result<(), SemanticError> {
    let environment = record.environment.as_ref();
    let variables = environment.map(|it| (it.declared_variables.as_slice(), it.lexical_variables.as_slice()));
    let (declared_variables, lexical_variables) = variables.unwrap_or_default();
    rules(
        record.requests.iter().map(|request| {
            let attributes = request.attributes.iter().map(Attribute::as_str);
            (request.specifier.as_ref(), attributes)
        }),
        record.imports.iter().map(ImportEntry::as_str),
        record.exports.iter().map(ExportEntry::as_str),
        record.star_exports.iter().map(AsRef::as_ref),
        declared_variables.iter().map(Variable::as_str),
        lexical_variables.iter().map(Variable::as_str),
    )
    .map_err(|violation| violation.of(record.version, None))
}

pub(crate) fn rules<'a>(
    requests: impl Iterator<Item = (&'a str, impl Iterator<Item = Attribute<&'a str>>)> + Clone,
    imports: impl Iterator<Item = ImportEntry<&'a str>> + Clone,
    exports: impl Iterator<Item = ExportEntry<&'a str>> + Clone,
    star_exports: impl Iterator<Item = &'a str> + Clone,
    declared_variables: impl Iterator<Item = Variable<&'a str>> + Clone,
    lexical_variables: impl Iterator<Item = Variable<&'a str>> + Clone,
) -> Result<(), Violation> {
    let kept = swift::all_kept(
        requests.clone(),
        imports.clone(),
        exports.clone(),
        star_exports.clone(),
        declared_variables.clone(),
        lexical_variables.clone(),
    );
    if kept {
        return Ok(());
    }
    let requested = Requested::of(requests)?;
    check_imports(&requested, imports)?;
    check_exports(&requested, exports)?;
    check_star_exports(&requested, star_exports)?;
    check_variables(Section::DeclaredVariables, declared_variables)?;
    check_variables(Section::LexicalVariables, lexical_variables)
}

/// How many requests have a specifier.
struct Requested<'a>(BTreeMap<&'a str, u32>);

impl<'a> Requested<'a> {
    fn of(
        requests: impl Iterator<Item = (&'a str, impl Iterator<Item = Attribute<&'a str>>)>,
    ) -> Result<Self, Violation> {
        let mut specifiers = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (index, (specifier, attributes)) in (0..).zip(requests) {
            let entry = Entry(Section::Requests, index);
            let mut attributes: Vec<_> = attributes.map(|attribute| (attribute.key, attribute.value)).collect();
            attributes.sort_unstable();
            let repeated = attributes.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b));
            if !seen.insert((specifier, attributes)) {
                return Err(entry.breaks(Rule::DuplicateRequest, "specifier"));
            }
            if repeated {
                return Err(entry.breaks(Rule::DuplicateAttribute, "attributes"));
            }
            let sharing: &mut u32 = specifiers.entry(specifier).or_default();
            *sharing = sharing.saturating_add(1);
        }
        Ok(Self(specifiers))
    }

    /// The request that `specifier` names, if it names one and no other.
    fn named(&self, entry: Entry, field: &'static str, specifier: &str) -> Result<(), Violation> {
        match self.0.get(specifier) {
            Some(1) => Ok(()),
            Some(_) => Err(entry.breaks(Rule::AmbiguousRequest, field)),
            None => Err(entry.breaks(Rule::UnrequestedModule, field)),
        }
    }
}

fn check_imports<'a>(
    requested: &Requested<'_>,
    imports: impl Iterator<Item = ImportEntry<&'a str>>,
) -> Result<(), Violation> {
    let mut local_names = BTreeSet::new();
    for (index, import) in (0..).zip(imports) {
        let entry = Entry(Section::Imports, index);
        requested.named(entry, "module_request", import.module_request)?;
        entry.require(Rule::MissingLocalName, "local_name", !import.local_name.is_empty())?;
        entry.require(Rule::DuplicateLocalName, "local_name", local_names.insert(import.local_name))?;
    }
    Ok(())
}

fn check_exports<'a>(
    requested: &Requested<'_>,
    exports: impl Iterator<Item = ExportEntry<&'a str>>,
) -> Result<(), Violation> {
    let mut export_names = BTreeSet::new();
    for (index, export) in (0..).zip(exports) {
        let entry = Entry(Section::Exports, index);
        match export.export_type {
            ExportType::Indirect | ExportType::Namespace => {
                requested.named(entry, "module_name", export.module_name)?;
            }
            ExportType::Local => {
                entry.require(Rule::MissingLocalName, "local_name", !export.local_name.is_empty())?;
            }
        }
        entry.require(Rule::DuplicateExportName, "export_name", export_names.insert(export.export_name))?;
        for (field, value) in fields_that_do_not_apply(&export) {
            entry.require(Rule::MisplacedField, field, value.is_empty())?;
        }
    }
    Ok(())
}

/// Which fields apply follows from the type alone.
const fn fields_that_do_not_apply<'a>(export: &ExportEntry<&'a str>) -> [(&'static str, &'a str); 2] {
    let module_name = ("module_name", export.module_name);
    let import_name = ("import_name", export.import_name);
    let local_name = ("local_name", export.local_name);
    match export.export_type {
        ExportType::Local => [module_name, import_name],
        ExportType::Indirect => [local_name, local_name],
        ExportType::Namespace => [import_name, local_name],
    }
}

fn check_star_exports<'a>(
    requested: &Requested<'_>,
    star_exports: impl Iterator<Item = &'a str>,
) -> Result<(), Violation> {
    let mut seen = BTreeSet::new();
    for (index, specifier) in (0..).zip(star_exports) {
        let entry = Entry(Section::StarExports, index);
        requested.named(entry, "module_name", specifier)?;
        entry.require(Rule::DuplicateStarExport, "module_name", seen.insert(specifier))?;
    }
    Ok(())
}

/// A name may stand in both lists, but in none of them twice.
fn check_variables<'a>(section: Section, variables: impl Iterator<Item = Variable<&'a str>>) -> Result<(), Violation> {
    let mut names = BTreeSet::new();
    for (index, variable) in (0..).zip(variables) {
        let entry = Entry(section, index);
        entry.require(Rule::DuplicateVariable, "name", names.insert(variable.name))?;
    }
    Ok(())
}

/// The entry that the rules are being applied to.
#[derive(Clone, Copy)]
struct Entry(Section, u32);

impl Entry {
    fn require(self, rule: Rule, field: &'static str, kept: bool) -> Result<(), Violation> {
        if kept { Ok(()) } else { Err(self.breaks(rule, field)) }
    }

    const fn breaks(self, rule: Rule, field: &'static str) -> Violation {
        Violation { rule, path: FieldPath::of_entry(self.0, self.1, field) }
    }
}

/// A rule that is broken, wherever the entries came from.
pub(crate) struct Violation {
    rule: Rule,
    pub(crate) path: FieldPath,
}

impl Violation {
    /// The error, in a record of `version`; `offset` is where the entry begins in the file, if there is one.
    pub(crate) const fn of(self, version: Version, offset: Option<usize>) -> SemanticError {
        SemanticError { rule: self.rule, version, path: self.path, offset }
    }
}
