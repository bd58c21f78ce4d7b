//! What a host needs of a JavaScript engine.

use std::fmt;

use bmes_pack::Format;
use bmes_store::Producer;

use crate::program::Program;

/// A JavaScript engine that runs programs through a cache.
///
/// The host does not call `load`, `link` and `evaluate` for each module, as one might expect: engines such as QuickJS have
/// no call that links a module to given modules. They ask for each module while they link. So the engine drives, and a
/// [`Program`] answers: what a specifier resolves to, and the bytecode or the source of a module.
pub trait Engine {
    /// Returns everything except the source that the engine's bytecode depends on.
    fn producer(&self) -> Producer;

    /// Creates a compiler, which is independent of a program that runs. It is used on the thread that creates it.
    fn compiler() -> Compiler;

    /// Runs a program to its end, and returns its exit status.
    fn run(self, program: Program) -> u8;
}

/// Compiles a module to bytecode, without its requests: from its name, its text and its format, which is `Module` or
/// `CommonJs`.
pub type Compiler = Box<dyn FnMut(&str, &str, Format) -> Result<Vec<u8>, CompileError>>;

/// The reason why the engine did not compile a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError(pub String);

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CompileError {}
