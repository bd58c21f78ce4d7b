//! Detects CommonJS files whose names do not say that they are CommonJS.

use oxc_semantic::Semantic;
use oxc_span::GetSpan;

use crate::class::ErrorClass;
use crate::error::SourceError;
use crate::options::SourceType;

/// The names that Node.js defines around a CommonJS file.
pub(crate) const NAMES: [&str; 5] = ["exports", "require", "module", "__filename", "__dirname"];

/// Rejects a source that has nothing of a module and uses one of the names that CommonJS has.
pub(crate) fn reject(semantic: &Semantic<'_>, source_type: SourceType) -> Result<(), SourceError> {
    let scoping = semantic.scoping();
    let unresolved = scoping.root_unresolved_references();
    let uses = NAMES.iter().filter_map(|name| {
        let references = unresolved.get(*name)?;
        let node = |reference: &_| semantic.nodes().kind(scoping.get_reference(*reference).node_id()).span().start;
        references.iter().map(node).min().map(|offset| (offset, *name))
    });
    uses.min().map_or(Ok(()), |(offset, name)| Err(error(offset, name, source_type)))
}

/// Returns the error of a source that has nothing of a module. If the source has text that is
/// typical of CommonJS, this is the error of a CommonJS file. Otherwise it is `error`.
pub(crate) fn instead_of(error: SourceError, source: &str, source_type: SourceType) -> SourceError {
    if error.class() == ErrorClass::CommonJs {
        return error;
    }
    let texts = [
        ("require(", "require"),
        ("module.exports", "module"),
        ("exports.", "exports"),
        ("__filename", "__filename"),
        ("__dirname", "__dirname"),
    ];
    let first = texts.iter().filter_map(|(text, name)| source.find(text).map(|offset| (offset, *name))).min();
    first.map_or(error, |(offset, name)| self::error(offset, name, source_type))
}

/// Returns the error of a source that uses this name of CommonJS at this offset.
pub(crate) fn error(offset: impl TryInto<usize>, name: &str, source_type: SourceType) -> SourceError {
    let message = format!("this is a CommonJS file: it imports and exports nothing, and uses `{name}`");
    let help = match source_type {
        SourceType::Ts | SourceType::Mts => "set its type to `.mts`",
        // No source type stands for a known module with JSX.
        SourceType::Jsx | SourceType::Tsx => "add `export {};`",
        SourceType::Js | SourceType::Mjs => "set its type to `.mjs`",
    };
    SourceError::new(ErrorClass::CommonJs, offset, message).with_help(format!("if it is a module, {help}"))
}
