//! The place of an import that cannot be linked. The engine's error has none.

use bmes::Digest;
use bmes_analyzer::Position;
use bmes_pack::build::{self, Options};
use bmes_pack::link::{LinkError, Reason};
use bmes_pack::{Pack, locate};

use super::state::State;

/// Returns the place of the import that an error is about, as a line of a stack. Reads the program's sources once more, so
/// that the place does not depend on the cache.
pub(super) fn of(state: &State, message: &str) -> Option<String> {
    // Other errors of one line are those of the program.
    if !BEGINS.iter().any(|begin| message.starts_with(begin)) {
        return None;
    }
    let entry = {
        let program = state.program.borrow();
        program.path(program.entry())?.to_owned()
    };
    let made = build::make(&[entry], &Options::new(Digest([0; 32]))).ok()?;
    let pack = Pack::open(&made.pack).ok()?;
    let error = made.link_errors.iter().find(|error| is_about(message, error))?;
    let url = &pack.index().modules.get(error.module)?.url;
    let path = locate(&made.root, url)?;
    let text = std::fs::read_to_string(&path).ok()?;
    let offset = build::places(&text, &path, &[error]).into_iter().next()??;
    let Position { line, column } = Position::at(&text, offset);
    Some(format!("    at {url}:{line}:{column}\n"))
}

/// The begins of the messages about links: three of the engine, two of the host.
const BEGINS: [&str; 5] = [
    "Could not find export '",
    "export '",
    "circular reference when looking for export '",
    "Cannot find module '",
    "Cannot find package '",
];

/// Returns whether a message of the engine or of the host is about a link error.
fn is_about(message: &str, error: &LinkError) -> bool {
    let is_of_name = || message.contains(&format!("export '{}' in module", error.name));
    match error.reason {
        Reason::Missing { .. } => message.starts_with(BEGINS[0]) && is_of_name(),
        Reason::Ambiguous { .. } => message.starts_with(BEGINS[1]) && is_of_name(),
        Reason::Circular { .. } => message.starts_with(BEGINS[2]) && is_of_name(),
        Reason::NoModule => message.starts_with("Cannot find") && message.contains(&format!(" '{}' ", error.specifier)),
        _ => false,
    }
}
