//! Detects CommonJS files whose names do not say that they are CommonJS.

use oxc_semantic::Semantic;
use oxc_span::GetSpan;

use crate::class::ErrorClass;
use crate::error::Fault;
use crate::options::SourceType;

/// The names that Node.js defines around a CommonJS file.
pub(crate) const NAMES: [&str; 5] = ["exports", "require", "module", "__filename", "__dirname"];

/// Rejects a source that has nothing of a module and uses one of the names that CommonJS has.
pub(crate) fn refuse(semantic: &Semantic<'_>, source_type: SourceType) -> Result<(), Fault> {
    let scoping = semantic.scoping();
    let unresolved = scoping.root_unresolved_references();
    let uses = NAMES.iter().filter_map(|name| {
        let references = unresolved.get(*name)?;
        let node = |reference: &_| semantic.nodes().kind(scoping.get_reference(*reference).node_id()).span().start;
        references.iter().map(node).min().map(|offset| (offset, *name))
    });
    uses.min().map_or(Ok(()), |(offset, name)| Err(fault(offset, name, source_type)))
}

/// Returns the fault of a source that has nothing of a module. If the source has text that is
/// typical of CommonJS, this is the fault of a CommonJS file. Otherwise it is `fault`.
pub(crate) fn instead_of(fault: Fault, source: &str, source_type: SourceType) -> Fault {
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
    first.map_or(fault, |(offset, name)| self::fault(offset, name, source_type))
}

/// Returns the fault of a source that uses this name of CommonJS at this offset.
pub(crate) fn fault(offset: impl TryInto<usize>, name: &str, source_type: SourceType) -> Fault {
    let message = format!("this is a CommonJS file: it imports and exports nothing, and uses `{name}`");
    let help = match source_type {
        SourceType::Ts | SourceType::Mts => "say that its type is `.mts`",
        // No source type stands for a known module with JSX.
        SourceType::Jsx | SourceType::Tsx => "add `export {};`",
        SourceType::Js | SourceType::Mjs => "say that its type is `.mjs`",
    };
    Fault::new(ErrorClass::CommonJs, offset, message).with_help(format!("if it is a module all the same, {help}"))
}
