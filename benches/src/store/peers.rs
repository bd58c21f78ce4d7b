//! The store and other caches that do the same job, with the same content.

use super::Scratch;
use super::caches::{Cache, Kind, Memory};
use super::modules::{Module, Size};
use super::node::{self, Filled, Node};
use super::system_calls::{self, Use};
use super::writes;
use crate::compare::over;
use crate::measure::{Effort, Time, in_turns};
use std::io;
use std::path::Path;

/// The measurements of all caches.
pub struct Peers {
    /// The version of Node.js; or the reason why its compile cache was not measured.
    pub node: Result<String, String>,
    /// The number of modules, and the average length of their files in bytes.
    pub modules: (usize, usize),
    /// The times of a lookup of each [`Kind`], by its name.
    pub lookups: Vec<Time>,
    /// The times of a store of each [`Kind`], by its name.
    pub writes: Vec<Time>,
    /// The system calls of each kind; or the reason why they were not counted.
    pub calls: Result<Vec<(Kind, Use)>, String>,
    /// The system calls that Node.js itself made; or the reason why they were not counted.
    pub calls_of_node: Result<Use, String>,
}

impl Peers {
    /// Measures all caches. A test (one round) starts no Node.js and no `strace`.
    pub fn measure(scratch: &Scratch, node: Option<&Path>, effort: Effort) -> io::Result<Self> {
        let is_test = effort.rounds == 1;
        let folder = scratch.folder()?;
        let node = if is_test { Err("this is a test".to_owned()) } else { Node::find(node) };
        let filled = match node {
            Ok(node) => {
                let filled = node.fill(&folder)?;
                node::modules(&filled.folder)?.map(|modules| (node.version, filled, modules))
            }
            Err(reason) => Err(reason),
        };
        let (node, filled, modules) = match filled {
            Ok((version, filled, modules)) => (Ok(version), Ok(filled), modules),
            Err(reason) => (Err(reason.clone()), Err(reason), Size::Typical.modules()),
        };
        let of_node = filled.as_ref().ok().map(|filled: &Filled| filled.folder.as_path());

        let kinds = &Kind::ALL[..if of_node.is_some() { 4 } else { 3 }];
        let few = &modules[..modules.len().min(64)];
        let caches = writes::caches(scratch, kinds)?;
        let written = caches.iter().map(|(cache, folder)| writes::candidate(scratch, cache, folder, few)).collect();
        let writes = in_turns(written, writes::effort_of(effort));

        let mut looked_up = Vec::new();
        for (cache, _) in &caches {
            // The lookups of Node's cache are in the folder that Node.js has filled.
            let of_node = of_node.filter(|_| cache.kind() == Kind::Node).map(|folder| Cache::Node(folder.to_owned()));
            let is_filled = of_node.is_some() || modules.iter().all(|module| cache.store(module));
            let mut memory = Memory::default();
            let look_up =
                move |memory: &mut Memory, module: &Module| of_node.as_ref().unwrap_or(cache).look_up(module, memory);
            assert!(is_filled && modules.iter().all(|module| look_up(&mut memory, module)), "{}", cache.kind().name());
            looked_up.push(over(cache.kind().name(), &modules, move |module| look_up(&mut memory, module)));
        }
        let lookups = in_turns(looked_up, effort);
        let calls = if is_test { Err("this is a test".to_owned()) } else { system_calls::count(scratch, of_node)? };
        let bytes: usize = modules.iter().map(|module| module.file.len()).sum();
        Ok(Self {
            node,
            modules: (modules.len(), bytes / modules.len()),
            lookups,
            writes,
            calls,
            calls_of_node: filled.and_then(|filled| filled.calls),
        })
    }
}
