//! Finds the modules of a program by their records, breadth first, before the engine asks for them. Threads read the sources
//! and look the modules up, while the requests of those that were found are resolved.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use bmes::v4::ModuleView;
use bmes_pack::Format;
use bmes_pack::build::Kind;
use bmes_store::{Buffer, SourceFile};

use super::requests::Request;
use super::{Place, Program};
use crate::cache::Cache;
use crate::clock::Phase;
use crate::packed::Wanted;

/// The most threads that read. They wait for the disk more than for the processor.
const THREADS: usize = 4;

/// A module that the cache has. The process keeps its bytes to its end.
pub(super) struct Found {
    pub(super) view: ModuleView<'static>,
    pub(super) code: &'static [u8],
    /// The names that the first requests resolve to: all of them, if none is an error.
    pub(super) names: Vec<String>,
}

/// A module that a thread looks up.
struct Job {
    name: String,
    path: PathBuf,
}

/// What a thread has found.
type Answer = (String, Option<(ModuleView<'static>, &'static [u8])>);

impl Program {
    /// Finds the modules that the program's records reach. What is not found here, the engine asks for later.
    pub(super) fn discover(&mut self) {
        if self.packed.is_some() || !self.cache.may_have() {
            return;
        }
        let outer = self.clock.enter(Phase::Read, "");
        let cache = self.cache.clone();
        let (jobs, queue) = mpsc::channel();
        let (done, answers) = mpsc::channel();
        let queue = Mutex::new(queue);
        let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
        thread::scope(|scope| {
            for _ in 0..threads {
                let (done, cache, queue) = (done.clone(), &cache, &queue);
                scope.spawn(move || look_up(cache, queue, &done));
            }
            self.follow(&jobs, &answers);
            // The threads end when there are no more jobs.
            drop(jobs);
        });
        self.clock.leave(outer);
    }

    /// Follows the requests of each module that was found.
    fn follow(&mut self, jobs: &Sender<Job>, answers: &Receiver<Answer>) {
        let mut seen = HashSet::new();
        let mut waiting = 0;
        let mut next = vec![self.entry.clone()];
        loop {
            for name in next.drain(..) {
                if let Some(path) = self.path_of_module(&name)
                    && seen.insert(name.clone())
                    && jobs.send(Job { name, path }).is_ok()
                {
                    waiting += 1;
                }
            }
            if waiting == 0 {
                return;
            }
            let Ok((name, found)) = answers.recv() else { return };
            waiting -= 1;
            if let Some((view, code)) = found {
                let names = self.resolve_all(&name, &view);
                next.clone_from(&names);
                self.found.insert(name, Found { view, code, names });
            }
        }
    }

    /// Returns the path of a module that the cache can have.
    fn path_of_module(&mut self, name: &str) -> Option<PathBuf> {
        let module = self.modules.get(name).filter(|module| module.attribute.is_none())?;
        let Place::File { path, .. } = &module.place else { return None };
        let path = path.clone();
        matches!(self.resolver.format(&path, None), Some(Format::Module) | None).then_some(path)
    }

    /// Resolves the requests of a record up to the first error, which the engine meets again.
    fn resolve_all(&mut self, base: &str, view: &ModuleView<'_>) -> Vec<String> {
        let mut names = Vec::new();
        for (number, Request { specifier, attributes }) in Request::all(view).iter().enumerate() {
            let wanted = Wanted { specifier, attributes, kind: Kind::Import, number: Some(number) };
            match self.resolve_as(base, &wanted) {
                Ok(name) => names.push(name),
                Err(_) => break,
            }
        }
        names
    }
}

/// Looks modules up until there are no more jobs.
fn look_up(cache: &Cache, queue: &Mutex<Receiver<Job>>, done: &Sender<Answer>) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { name, path }) = job else { return };
        let file = SourceFile::read(&path).ok().filter(|file| file.is_stable);
        let found = file.and_then(|file| cache.get(&name, file.source, Box::leak(Box::new(Buffer::new()))));
        if done.send((name, found)).is_err() {
            return;
        }
    }
}
