//! The link check: runs ECMA-262's ResolveExport over the records of a program, before the program runs.

use std::collections::HashSet;

use bmes::v4::{ImportIndex, ModuleView};

use crate::index::{Format, Index};

/// A module of a program, as the link check sees it.
#[derive(Debug)]
pub struct Linked<'a> {
    /// The record. `None` if the module has none: CommonJS, JSON, WebAssembly, or a module that is built in.
    pub view: Option<ModuleView<'a>>,
    /// What the source is.
    pub format: Format,
    /// For each request of the record, the index of its module. `None` if it resolves to nothing.
    pub requests: Vec<Option<u32>>,
}

/// A name that ECMA-262's linking would not find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    /// The index of the module with the entry.
    pub module: usize,
    /// The entry.
    pub entry: Entry,
    /// The name that is looked for.
    pub name: String,
    /// The specifier of the request that the name is looked for in.
    pub specifier: String,
    /// Why it is not found.
    pub reason: Reason,
}

/// An entry that names what another module exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A request. No name is looked for, so the name is empty.
    Request,
    /// An import entry, by its local name.
    Import(String),
    /// An indirect export entry, by its export name.
    Export(String),
}

/// Why a name is not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The request resolves to nothing.
    NoModule,
    /// The request is for JSON, and does not have the attribute `type` with the value `json`. ECMA-262 leaves this to hosts:
    /// Node.js and browsers reject it.
    NoJsonType {
        /// The index of the module that is JSON.
        module: usize,
    },
    /// No module exports the name. `module` is the last one that was looked at.
    Missing {
        /// The index of that module.
        module: usize,
    },
    /// Two star exports provide the name, from these two modules.
    Ambiguous {
        /// The indices of the modules.
        modules: [usize; 2],
    },
    /// The name leads back to itself.
    Circular {
        /// The index of the module in which the circle was found.
        module: usize,
    },
}

/// A name that leads from module to module more often than this is not looked for. It would need too much of the stack.
const DEEPEST: usize = 2000;

/// What a name resolves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resolution<'a> {
    /// A binding of a module: a local name, or its namespace (`None`).
    Found(usize, Option<&'a str>),
    /// A module without a record may have it.
    Unknown,
    Failed(Reason),
}

/// Checks all imports and indirect exports of a program. Returns the errors in the order of the modules and, for each
/// module, first those of requests, then those of imports, then those of exports, in the order of the record.
pub fn check(modules: &[Linked<'_>]) -> Vec<LinkError> {
    let mut errors = Vec::new();
    for (module, linked) in modules.iter().enumerate() {
        let Some(view) = &linked.view else { continue };
        let text = |index| view.string(index).unwrap_or_default();
        let specifiers: Vec<&str> = view.requests().map(|request| request.specifier()).collect();
        let mut report = |entry, request: usize, name: &str, reason| {
            let specifier = specifiers.get(request).copied().unwrap_or_default();
            errors.push(LinkError { module, entry, name: name.to_owned(), specifier: specifier.to_owned(), reason });
        };
        for (number, request) in view.requests().enumerate() {
            let Some(target) = linked.target(number) else {
                report(Entry::Request, number, "", Reason::NoModule);
                continue;
            };
            let is_json = modules.get(target).is_some_and(|target| target.format == Format::Json);
            let mut attributes = request.attributes().map(|attribute| (text(attribute.key), text(attribute.value)));
            if is_json && !attributes.any(|attribute| attribute == ("type", "json")) {
                report(Entry::Request, number, "", Reason::NoJsonType { module: target });
            }
        }
        for (number, import) in (0..).zip(view.imports()) {
            let Some(name) = import.import_name else { continue };
            if view.is_tolerant(ImportIndex(number)) {
                continue;
            }
            let request = import.request.0 as usize;
            let Some(target) = linked.target(request) else { continue };
            if let Resolution::Failed(reason) = resolve(modules, target, text(name), 0, &mut HashSet::new()) {
                report(Entry::Import(text(import.local_name).to_owned()), request, text(name), reason);
            }
        }
        for export in view.exports() {
            let (Some(request), Some(name)) = (export.request, export.name) else { continue };
            let exported = text(export.export_name);
            if let Resolution::Failed(reason) = resolve(modules, module, exported, 0, &mut HashSet::new()) {
                report(Entry::Export(exported.to_owned()), request.0 as usize, text(name), reason);
            }
        }
    }
    errors
}

impl Linked<'_> {
    /// Returns the index of the module that a request resolves to.
    fn target(&self, request: usize) -> Option<usize> {
        usize::try_from(self.requests.get(request).copied().flatten()?).ok()
    }
}

/// ECMA-262, 16.2.1.7.2.2 ResolveExport: `visited` is its resolveSet.
fn resolve<'a>(
    modules: &'a [Linked<'a>],
    module: usize,
    name: &'a str,
    depth: usize,
    visited: &mut HashSet<(usize, &'a str)>,
) -> Resolution<'a> {
    if !visited.insert((module, name)) {
        return Resolution::Failed(Reason::Circular { module });
    }
    if depth > DEEPEST {
        return Resolution::Unknown;
    }
    let Some(linked) = modules.get(module) else { return Resolution::Unknown };
    let Some(view) = &linked.view else {
        // A JSON module exports `default` and nothing else.
        let is_missing = linked.format == Format::Json && name != "default";
        return if is_missing { Resolution::Failed(Reason::Missing { module }) } else { Resolution::Unknown };
    };
    if let Some(export) = view.find_export(name) {
        let text = |index| view.string(index);
        let Some(request) = export.request else {
            return Resolution::Found(module, export.name.and_then(text));
        };
        // A request that resolves to nothing is an error of its own.
        let Some(target) = linked.target(request.0 as usize) else { return Resolution::Unknown };
        return match export.name.and_then(text) {
            None => Resolution::Found(target, None),
            Some(name) => resolve(modules, target, name, depth + 1, visited),
        };
    }
    // A star export never provides `default`.
    if name == "default" {
        return Resolution::Failed(Reason::Missing { module });
    }
    let mut star: Option<Resolution<'a>> = None;
    let mut failure = Reason::Missing { module };
    // Modules may export everything of each other. Only a name that an entry names can lead back to itself.
    for request in view.star_exports() {
        let found = match linked.target(request.0 as usize) {
            None => Resolution::Unknown,
            Some(target) if visited.contains(&(target, name)) => continue,
            Some(target) => resolve(modules, target, name, depth + 1, visited),
        };
        match (found, star) {
            (ambiguous @ Resolution::Failed(Reason::Ambiguous { .. }), _) => return ambiguous,
            (Resolution::Failed(reason), _) => {
                if matches!(reason, Reason::Circular { .. }) {
                    failure = reason;
                }
            }
            (found, None) => star = Some(found),
            (found, Some(before)) if found == before => {}
            (Resolution::Found(one, _), Some(Resolution::Found(other, _))) => {
                return Resolution::Failed(Reason::Ambiguous { modules: [other, one] });
            }
            // A module without a record may have the name, too.
            _ => star = Some(Resolution::Unknown),
        }
    }
    star.unwrap_or(Resolution::Failed(failure))
}

/// Prepares the modules of an index for the link check. `views` has the record of each module that has one.
pub fn linked<'a>(index: &Index, views: Vec<Option<ModuleView<'a>>>) -> Vec<Linked<'a>> {
    let modules = index.modules.iter().zip(views);
    modules
        .map(|(module, view)| Linked {
            // The record of a CommonJS module does not say what it exports.
            view: view.filter(|_| module.format == Format::Module),
            format: module.format,
            requests: module.requests.iter().map(|request| request.module).collect(),
        })
        .collect()
}
