//! Detects CommonJS files by their code, if the file name does not tell.

use oxc_semantic::Semantic;
use oxc_span::GetSpan;

use crate::class::ErrorClass;
use crate::error::SourceError;
use crate::options::SourceType;

/// The names that Node.js defines for the code of a CommonJS file.
pub(crate) const NAMES: [&str; 5] = ["exports", "require", "module", "__filename", "__dirname"];

/// Rejects a source if it uses one of [`NAMES`] without declaring it. The caller has checked that
/// the source has no import, no export and no other sign of a module.
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

/// Chooses the error of a rejected source that has no import and no export. If its text is typical
/// of CommonJS (`require(`), returns the error about a CommonJS file; otherwise returns `error`.
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

/// Returns the error about a CommonJS file. `name` is one of [`NAMES`], which the source uses at
/// `offset`.
pub(crate) fn error(offset: impl TryInto<usize>, name: &str, source_type: SourceType) -> SourceError {
    let message = format!("this is a CommonJS file: it imports and exports nothing, and uses `{name}`");
    let help = match source_type {
        SourceType::Ts | SourceType::Mts => "analyse it with the source type `.mts`",
        // With JSX, there is no source type that declares the file to be a module.
        SourceType::Jsx | SourceType::Tsx => "add `export {};`",
        SourceType::Js | SourceType::Mjs => "analyse it with the source type `.mjs`",
    };
    SourceError::new(ErrorClass::CommonJs, offset, message).with_help(format!("if it is a module, {help}"))
}
