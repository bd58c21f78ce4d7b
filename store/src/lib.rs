//! A cache of BMES files on disk: it finds, verifies, stores and evicts the caches of ES modules, and never breaks a run.
//!
//! A host opens the [`Store`] that the user's [`Settings`] name. For each module, it computes the [`Key`] from the module's
//! URL, its own [`Producer`] and the source, and calls [`Store::get`]. On a miss, it compiles the module. After the program
//! has run, it calls [`Store::put`] for the modules that were missing, and then [`Store::evict`].
//!
//! ```
//! use bmes::v4::{self, KnownSource, ModuleRecord};
//! use bmes_store::{Buffer, Key, Lookup, Miss, Producer, Settings, Store};
//!
//! # let folder = tempfile::tempdir()?;
//! # let location = folder.path();
//! // A program uses Settings::from_env().
//! let store = Store::open(Settings::new(location));
//! for problem in store.problems() {
//!     eprintln!("{problem}");
//! }
//!
//! let producer = Producer::new("quickjs-ng", "0.11.0").build("3f2c91a");
//! let digest = producer.digest()?;
//! let source = v4::source(b"export const answer = 42;");
//! let key = Key::new("file:///app/main.mjs", &digest, &source.sha256)?;
//!
//! let mut buffer = Buffer::new();
//! let lookup = store.get(&key, &digest, KnownSource::Source(source), &mut buffer);
//! assert!(matches!(lookup, Lookup::Miss(Miss::Absent)));
//!
//! // Compile the module, run the program, and then store the bytecode.
//! let file = v4::encode(&ModuleRecord::<String>::new(digest, source), b"", b"bytecode of some engine")?;
//! store.put(&key, &file)?;
//! store.put_producer(&producer)?;
//! store.evict();
//!
//! let module = store.get(&key, &digest, KnownSource::Source(source), &mut buffer).hit().unwrap();
//! assert_eq!(module.bytecode(), b"bytecode of some engine");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What can go wrong, and what happens then
//!
//! Any problem is a miss: an error of the system, a full disk, a folder that vanished, a damaged file, another user's file,
//! a process that was killed while it wrote. [`Miss`] has the reason, and [`Store::counters`] counts it. The README lists
//! the faults that the project's tests inject.
//!
//! A store trusts the files of its own folder: [`v4::Verified`](bmes::v4::Verified) proves that a file is complete and
//! that a writer made it for this producer and source, not that the writer was honest. So a folder is used only if it and
//! all folders above it belong to the user or to root, and no other user may write to them.

mod buffer;
mod cache;
mod counters;
mod entries;
mod evict;
mod folder;
mod key;
mod layout;
mod location;
mod lookup;
mod pack;
mod problem;
mod producer;
mod settings;
mod source;
mod store;

pub use buffer::Buffer;
pub use counters::Counters;
pub use entries::{Contents, Entry, Totals};
pub use evict::Evicted;
pub use key::Key;
#[cfg(unix)]
pub use key::file_url;
pub use lookup::{Lookup, Miss};
pub use pack::PackName;
pub use problem::{Problem, Setting};
pub use producer::{Difference, Producer};
pub use settings::{DEFAULT_LIMIT, Mode, Settings};
pub use source::SourceFile;
pub use store::{NotStored, Store};

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
