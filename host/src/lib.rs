//! An embedded JavaScript engine that loads programs through the cache of BMES files.
//!
//! [`run`] runs a program with QuickJS-ng. On the first run, the engine compiles the modules, and the host stores their
//! bytecode after the program has run. From then on, the engine loads the bytecode. The result of a program never depends
//! on the cache: a module that the cache does not have, or whose file is damaged or stale, is compiled.
//!
//! | module | what it does |
//! |---|---|
//! | `run` | runs a program with options |
//! | `engine` | the trait that an engine implements |
//! | `program` | resolves specifiers, and returns the bytecode or the source of a module |
//! | `packed` | finds the pack of the program, and what of it is still fresh |
//! | `cache` | looks modules up |
//! | `clock` | measures the phases of a run |
//! | `writer` | stores the modules that were missing, and the pack |
//! | `builtins` | the modules `node:…` |
//! | `quickjs` | the engine QuickJS-ng, and its event loop |
//!
//! `unsafe` code is in `quickjs::raw` only.

mod builtins;
mod cache;
mod clock;
mod engine;
mod error;
mod packed;
mod program;
mod quickjs;
mod run;
mod stats;
mod writer;

pub use builtins::{lacking_names, names as builtins};
pub use cache::CacheMode;
pub use engine::{CompileError, Compiler, Engine};
pub use error::{Class, LoadError};
pub use packed::place_of;
pub use program::Program;
pub use quickjs::QuickJs;
pub use run::{RunOptions, pack, run};
pub use stats::{Report, Stats};
