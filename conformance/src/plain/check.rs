//! Checking: section 6 of the specification, rule by rule.
//!
//! Names that were seen are kept in ordered maps, so that a record of many entries costs no more than sorting them.

use std::collections::{BTreeMap, BTreeSet};

use bmes::{Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable};

use super::Rejection;
use super::rules::{Rules, Semantics, Site};
use crate::case::Record;

/// The classes of the rules, which are the names of their clauses, in the order of `check-choice`.
pub(super) const CLASSES: [&str; 10] = [
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

/// The first byte of every entry of a file.
#[derive(Default)]
pub(super) struct Places {
    pub(super) requests: Vec<usize>,
    pub(super) imports: Vec<usize>,
    pub(super) exports: Vec<usize>,
    pub(super) star_exports: Vec<usize>,
    pub(super) declared_variables: Vec<usize>,
    pub(super) lexical_variables: Vec<usize>,
}

/// Whether the record keeps every rule; if not, the first that an entry breaks, in the order of `check-choice`.
pub(super) fn rules(record: &Record, places: Option<&Places>, rules: Rules) -> Result<(), Rejection> {
    let site = Site::new(record.version.number());
    let mut checker = Checker { rules, site, ..Checker::default() };
    let none = Places::default();
    let places = places.unwrap_or(&none);
    for (index, request) in record.requests.iter().enumerate() {
        checker.enter("requests", index, &places.requests);
        checker.request(request)?;
    }
    for (index, import) in record.imports.iter().enumerate() {
        checker.enter("imports", index, &places.imports);
        checker.import(import)?;
    }
    for (index, export) in record.exports.iter().enumerate() {
        checker.enter("exports", index, &places.exports);
        checker.export(export)?;
    }
    for (index, module_name) in record.star_exports.iter().enumerate() {
        checker.enter("star_exports", index, &places.star_exports);
        checker.star_export(module_name)?;
    }
    let Some(environment) = &record.environment else { return Ok(()) };
    for (index, variable) in environment.declared_variables.iter().enumerate() {
        checker.enter("declared_variables", index, &places.declared_variables);
        checker.variable(variable)?;
    }
    checker.begin_variables();
    for (index, variable) in environment.lexical_variables.iter().enumerate() {
        checker.enter("lexical_variables", index, &places.lexical_variables);
        checker.variable(variable)?;
    }
    checker.environment(record, environment)
}

/// A string as it is compared: by its bytes (check-bytes).
type Name<'a> = &'a [u8];

fn name(text: &str) -> Name<'_> {
    text.as_bytes()
}

/// The attributes of a request as they are compared: pairs, whatever their order (attribute-sets).
type Attributes<'a> = Vec<(Name<'a>, Name<'a>)>;

fn attributes(request: &ModuleRequest) -> Attributes<'_> {
    let mut pairs = attributes_in_order(request);
    pairs.sort_unstable();
    pairs
}

fn attributes_in_order(request: &ModuleRequest) -> Attributes<'_> {
    let pairs = request.attributes.iter();
    pairs.map(|attribute| (name(&attribute.key), name(&attribute.value))).collect()
}

/// The attributes as somebody compares them who does it wrong.
fn attributes_wrongly(request: &ModuleRequest, wrong: Option<Semantics>) -> Attributes<'_> {
    let mut pairs = attributes(request);
    match wrong {
        Some(Semantics::AttributesInOrder) => return attributes_in_order(request),
        Some(Semantics::AttributesAsSet) => pairs.dedup(),
        Some(Semantics::KeysAlone) => pairs.iter_mut().for_each(|(_, value)| *value = b""),
        Some(Semantics::ValuesAlone) => pairs.iter_mut().for_each(|(key, _)| *key = b""),
        Some(Semantics::SpecifiersAlone) => pairs.clear(),
        _ => {}
    }
    pairs.sort_unstable();
    pairs
}

/// What was seen so far, and where the entry is that is being looked at.
#[derive(Default)]
struct Checker<'a> {
    rules: Rules,
    requests: BTreeMap<Name<'a>, BTreeSet<Attributes<'a>>>,
    local_names: Names<'a>,
    export_names: Names<'a>,
    star_exports: Names<'a>,
    exported: BTreeSet<Name<'a>>,
    imported: BTreeSet<Name<'a>>,
    variables: BTreeSet<(Name<'a>, Option<u32>)>,
    last_variable: Option<Name<'a>>,
    site: Site,
    place: Option<usize>,
}

/// Names, each with what sets it apart for somebody who compares too much.
#[derive(Default)]
struct Names<'a> {
    seen: BTreeSet<(Name<'a>, Name<'a>)>,
    last: Option<Name<'a>>,
}

impl<'a> Names<'a> {
    fn is_new(&mut self, name: Name<'a>, apart: Name<'a>, neighbours_alone: bool) -> bool {
        let repeats_last = self.last.replace(name) == Some(name);
        let is_new = self.seen.insert((name, apart));
        if neighbours_alone { !repeats_last } else { is_new }
    }
}

impl<'a> Checker<'a> {
    fn enter(&mut self, section: &'static str, entry: usize, places: &[usize]) {
        self.site = Site { field: section, entry, ..self.site };
        self.place = places.get(entry).copied();
    }

    fn require(&self, clause: &'static str, class: &'static str, holds: bool) -> Result<(), Rejection> {
        self.rules.require(clause, class, self.site, self.place, holds)
    }

    fn wrong(&self, semantics: Semantics) -> bool {
        self.rules.semantics() == Some(semantics)
    }

    fn request(&mut self, request: &'a ModuleRequest) -> Result<(), Rejection> {
        let compared = attributes_wrongly(request, self.rules.semantics());
        let distinct = self.distinct_attributes(request);
        let keys_differ = distinct == request.attributes.len();
        let is_new = self.requests.entry(name(&request.specifier)).or_default().insert(compared);
        self.require("duplicate-request", "duplicate-request", is_new)?;
        let shared = self.wrong(Semantics::SharedRefused) && self.requests[name(&request.specifier)].len() > 1;
        self.require("ambiguous-request", "ambiguous-request", !shared)?;
        self.require("duplicate-attribute", "duplicate-attribute", keys_differ)
    }

    /// How many attributes have keys of their own.
    fn distinct_attributes(&self, request: &ModuleRequest) -> usize {
        let pairs = attributes_in_order(request);
        match self.rules.semantics() {
            Some(Semantics::RepeatedPairs) => pairs.iter().collect::<BTreeSet<_>>().len(),
            Some(Semantics::NeighboursAlone("duplicate-attribute")) => {
                let mut keys: Vec<_> = pairs.iter().map(|(key, _)| *key).collect();
                keys.dedup();
                keys.len()
            }
            _ => pairs.iter().map(|(key, _)| *key).collect::<BTreeSet<_>>().len(),
        }
    }

    fn import(&mut self, import: &'a ImportEntry) -> Result<(), Rejection> {
        self.names_one_request(&import.module_request)?;
        self.imported.insert(name(&import.module_request));
        self.has_local_name(&import.local_name)?;
        let apart = match self.rules.semantics() {
            Some(Semantics::ImportsByModule) => name(&import.module_request),
            Some(Semantics::ImportsByType) => import_type(import.import_type),
            _ => b"",
        };
        let neighbours = self.wrong(Semantics::NeighboursAlone("duplicate-local-name"));
        let is_new = self.local_names.is_new(name(&import.local_name), apart, neighbours);
        self.require("duplicate-local-name", "duplicate-local-name", is_new)?;
        // No field of an import is misplaced: the only one that may not apply is excepted, the `import_name` of a Namespace.
        let is_namespace = import.import_type == ImportType::Namespace;
        let wrong_name = self.wrong(Semantics::NamespaceNameRequired) && is_namespace && import.import_name != "*"
            || self.wrong(Semantics::ImportNameRequired) && !is_namespace && import.import_name.is_empty();
        self.require("misplaced-field", "misplaced-field", !wrong_name)
    }

    fn export(&mut self, export: &'a ExportEntry) -> Result<(), Rejection> {
        let applies = if self.wrong(Semantics::AppliesIfNotEmpty) {
            Applies::if_not_empty(export)
        } else {
            Applies::to(export.export_type).ok_or(Rejection {
                class: "bad-type",
                offset: None,
                version: self.site.version,
                clause: "writer-type",
            })?
        };
        if applies.module_name {
            self.names_one_request(&export.module_name)?;
        }
        if applies.local_name {
            self.has_local_name(&export.local_name)?;
            let twice =
                !self.exported.insert(name(&export.local_name)) && self.wrong(Semantics::LocalNamesExportedOnce);
            let imported = self.wrong(Semantics::ImportedNotLocal)
                && self.local_names.seen.iter().any(|(local_name, _)| *local_name == name(&export.local_name));
            self.require("duplicate-local-name", "duplicate-local-name", !twice && !imported)?;
        }
        let apart = match self.rules.semantics() {
            Some(Semantics::ExportsByType) => export_type(export.export_type),
            _ => b"",
        };
        let neighbours = self.wrong(Semantics::NeighboursAlone("duplicate-export-name"));
        let is_new = self.export_names.is_new(name(&export.export_name), apart, neighbours)
            || self.wrong(Semantics::EmptyNameIsNone) && export.export_name.is_empty();
        self.require("duplicate-export-name", "duplicate-export-name", is_new)?;
        let nameless = self.wrong(Semantics::ExportNameRequired) && export.export_name.is_empty()
            || self.wrong(Semantics::ImportNameRequired) && applies.import_name && export.import_name.is_empty();
        self.require("misplaced-field", "misplaced-field", !nameless)?;
        let in_place = |field, applies: bool, value: &str| {
            let looked_at = match self.rules.semantics() {
                Some(Semantics::MisplacedAlone(alone)) => alone == field,
                _ => true,
            };
            applies || value.is_empty() || !looked_at
        };
        let in_place = in_place("module_name", applies.module_name, &export.module_name)
            && in_place("import_name", applies.import_name, &export.import_name)
            && in_place("local_name", applies.local_name, &export.local_name);
        self.require("misplaced-field", "misplaced-field", in_place)
    }

    fn star_export(&mut self, module_name: &'a str) -> Result<(), Rejection> {
        self.names_one_request(module_name)?;
        let neighbours = self.wrong(Semantics::NeighboursAlone("duplicate-star-export"));
        let is_new = self.star_exports.is_new(name(module_name), b"", neighbours);
        let imported = self.wrong(Semantics::StarNotImported) && self.imported.contains(name(module_name));
        self.require("duplicate-star-export", "duplicate-star-export", is_new && !imported)
    }

    /// Names of the lists are apart: one name can stand in both.
    fn begin_variables(&mut self) {
        if !self.wrong(Semantics::VariablesAcross) {
            self.variables.clear();
        }
        self.last_variable = None;
    }

    fn variable(&mut self, variable: &'a Variable) -> Result<(), Rejection> {
        let apart = self.wrong(Semantics::VariablesByBits).then_some(variable.bits);
        let repeats_last = self.last_variable.replace(name(&variable.name)) == Some(name(&variable.name));
        let is_new = self.variables.insert((name(&variable.name), apart));
        let is_new = if self.wrong(Semantics::NeighboursAlone("duplicate-variable")) { !repeats_last } else { is_new };
        let unseen = self.wrong(Semantics::NamelessVariableIsNone) && variable.name.is_empty();
        self.require("duplicate-variable", "duplicate-variable", is_new || unseen)
    }

    /// What is no rule, and somebody's: that variables, words and entries fit each other (check-accepts, engine-words).
    fn environment(&self, record: &Record, environment: &Environment) -> Result<(), Rejection> {
        let Some(semantics) = self.rules.semantics() else { return Ok(()) };
        let (declared, lexical) = (&environment.declared_variables, &environment.lexical_variables);
        let mut all = declared.iter().chain(lexical);
        let imports = |name: &str| record.imports.iter().any(|import| import.local_name == name);
        let exports = |name: &str| {
            let mut exports = record.exports.iter();
            exports.any(|export| export.export_type == ExportType::Local && export.local_name == name)
        };
        let fits = match semantics {
            Semantics::VariableNameRequired => all.all(|variable| !variable.name.is_empty()),
            Semantics::ImportsAreVariables => {
                record.imports.iter().all(|import| lexical.iter().any(|variable| variable.name == import.local_name))
            }
            Semantics::ExportsAreVariables => record
                .exports
                .iter()
                .filter(|export| export.export_type == ExportType::Local)
                .all(|export| all.clone().any(|variable| variable.name == export.local_name)),
            Semantics::ImportedAreImports => {
                all.all(|variable| variable.bits & (1 << 5) == 0 || imports(&variable.name))
            }
            Semantics::ExportedAreExports => {
                all.all(|variable| variable.bits & (1 << 4) == 0 || exports(&variable.name))
            }
            Semantics::Words("code_features", words) => !words.has(environment.code_features),
            Semantics::Words("declared_variables.bits", words) => {
                !declared.iter().any(|variable| words.has(variable.bits))
            }
            Semantics::Words(_, words) => !lexical.iter().any(|variable| words.has(variable.bits)),
            _ => true,
        };
        self.require("check-accepts", "duplicate-variable", fits)
    }

    /// An entry names a request by its specifier: there is one, and only one.
    fn names_one_request(&self, specifier: &str) -> Result<(), Rejection> {
        if self.wrong(Semantics::EmptySpecifierIsNone) && specifier.is_empty() {
            return Ok(());
        }
        let named = self.requests.get(name(specifier)).map_or(0, BTreeSet::len);
        self.require("ambiguous-request", "ambiguous-request", named <= 1)?;
        self.require("unrequested-module", "unrequested-module", named >= 1)
    }

    fn has_local_name(&self, local_name: &str) -> Result<(), Rejection> {
        self.require("missing-local-name", "missing-local-name", !local_name.is_empty())
    }
}

const fn import_type(import_type: ImportType) -> Name<'static> {
    match import_type {
        ImportType::Single => b"single",
        ImportType::SingleTypeScript => b"single-typescript",
        _ => b"namespace",
    }
}

const fn export_type(export_type: ExportType) -> Name<'static> {
    match export_type {
        ExportType::Local => b"local",
        ExportType::Indirect => b"indirect",
        _ => b"namespace",
    }
}

/// Which fields of an export entry apply: the table of section 5. `export_name` always does.
struct Applies {
    module_name: bool,
    import_name: bool,
    local_name: bool,
}

impl Applies {
    /// By what is there: wrong.
    fn if_not_empty(export: &ExportEntry) -> Self {
        Self {
            module_name: !export.module_name.is_empty(),
            import_name: !export.import_name.is_empty(),
            local_name: !export.local_name.is_empty(),
        }
    }

    /// By the type alone (applies-by-type), if it is one that is defined.
    fn to(export_type: ExportType) -> Option<Self> {
        match export_type {
            ExportType::Local => Some(Self { module_name: false, import_name: false, local_name: true }),
            ExportType::Indirect => Some(Self { module_name: true, import_name: true, local_name: false }),
            ExportType::Namespace => Some(Self { module_name: true, import_name: false, local_name: false }),
            _ => None,
        }
    }
}
