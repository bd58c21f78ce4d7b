//! Whether a file is CommonJS although its name does not say so.

use oxc_semantic::Semantic;
use oxc_span::GetSpan;

use crate::class::ErrorClass;
use crate::error::Fault;

/// The names that Node.js puts around a CommonJS file.
pub(crate) const NAMES: [&str; 5] = ["exports", "require", "module", "__filename", "__dirname"];

/// Refuses a source that has nothing of a module and uses one of the names that CommonJS has.
pub(crate) fn refuse(semantic: &Semantic<'_>) -> Result<(), Fault> {
    let scoping = semantic.scoping();
    let unresolved = scoping.root_unresolved_references();
    let uses = NAMES.iter().filter_map(|name| {
        let references = unresolved.get(*name)?;
        let node = |reference: &_| semantic.nodes().kind(scoping.get_reference(*reference).node_id()).span().start;
        references.iter().map(node).min().map(|offset| (offset, *name))
    });
    uses.min().map_or(Ok(()), |(offset, name)| Err(fault(offset, name)))
}

/// The fault of a source that has nothing of a module: it is that the source is CommonJS, if it has text that CommonJS has.
pub(crate) fn instead_of(fault: Fault, source: &str) -> Fault {
    if fault.class() == ErrorClass::CommonJs {
        return fault;
    }
    let texts = [
        ("require(", "require"),
        ("module.exports", "module"),
        ("exports.", "exports"),
        ("__filename", "__filename"),
        ("__dirname", "__dirname"),
    ];
    let first = texts.iter().filter_map(|(text, name)| source.find(text).map(|offset| (offset, *name))).min();
    first.map_or(fault, |(offset, name)| self::fault(offset, name))
}

/// The fault of a source that uses this name of CommonJS there.
pub(crate) fn fault(offset: impl TryInto<usize>, name: &str) -> Fault {
    let message = format!("this is a CommonJS file: it imports and exports nothing, and uses `{name}`");
    Fault::new(ErrorClass::CommonJs, offset, message)
        .with_help("if it is a module all the same, say that its type is `.mjs`")
}
