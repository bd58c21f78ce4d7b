//! The process that uses a store while faults are injected.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use bmes_store::{Buffer, Settings, Store};
use clap::{Args, ValueEnum};

use crate::modules::Module;
use crate::report::Report;

/// The number of different modules that processes store and look up at the same time.
pub(crate) const NUMBERS: u64 = 200;
/// The operations after which a process that runs until it is killed reports.
const BATCH: u32 = 20;
/// The threads of a process that writes.
const THREADS: u32 = 4;

/// Use a store
#[derive(Args)]
pub(crate) struct Worker {
    /// What the process does
    task: Task,
    /// The folder of the cache
    #[arg(long)]
    dir: PathBuf,
    /// The folder of a second cache, which is only read
    #[arg(long)]
    lower: Option<PathBuf>,
    /// The number of the first module
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// The number of modules
    #[arg(long, default_value_t = 10)]
    count: u64,
    /// The limit of the cache in bytes
    #[arg(long)]
    limit: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Task {
    /// Look each module up, and store those that are missing; then evict.
    Visit,
    /// The same, in an order by chance, with short modules, and with an eviction after every 50 modules.
    Crowd,
    /// Look each module up.
    Look,
    /// Store short modules.
    Fill,
    /// Store modules, and evict, until killed.
    Write,
    /// Look modules up, until killed.
    Read,
    /// Each operation once, between marks that strace shows.
    Once,
}

impl Task {
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// The operations of [`Task::Once`], in their order.
pub(crate) const PHASES: [&str; 8] = ["open", "get", "absent", "damaged", "put", "between", "evict", "end"];
/// A folder that does not exist. A path in it is a mark in the list of system calls.
pub(crate) const MARK: &str = "/bmes-mark/";

impl Worker {
    pub(crate) fn run(&self) -> ExitCode {
        let mut buffer = Buffer::new();
        let mut wrong = 0;
        if self.task == Task::Once {
            return self.once();
        }
        let store = self.open();
        let mut look_up = |module: &Module| {
            let found = module.look_up(&store, &mut buffer);
            wrong += u64::from(found.is_none());
            found == Some(true)
        };
        let numbers = self.first..self.first + self.count;
        match self.task {
            Task::Visit => {
                for module in numbers.map(Module::new) {
                    if !look_up(&module) {
                        let _ = store.put(&module.key, &module.file);
                    }
                }
                store.evict();
            }
            Task::Crowd => {
                let mut numbers: Vec<u64> = numbers.collect();
                fastrand::shuffle(&mut numbers);
                for (index, number) in numbers.into_iter().enumerate() {
                    let module = Module::short(number);
                    if !look_up(&module) {
                        let _ = store.put(&module.key, &module.file);
                    }
                    if index % 50 == 0 {
                        store.evict();
                    }
                }
            }
            Task::Look => numbers.map(Module::new).for_each(|module| _ = look_up(&module)),
            Task::Fill => numbers.map(Module::short).for_each(|module| _ = store.put(&module.key, &module.file)),
            Task::Write | Task::Read => return self.until_killed(),
            Task::Once => unreachable!("handled above"),
        }
        print(&Report::of(&store, wrong))
    }

    fn open(&self) -> Store {
        let mut settings = Settings::new(&self.dir);
        settings.limit = self.limit.unwrap_or(settings.limit);
        settings.lower.clone_from(&self.lower);
        Store::open(settings)
    }

    /// Writes or reads until the process is killed. Reports after every few operations, because it cannot report at its end.
    fn until_killed(&self) -> ExitCode {
        let mut buffer = Buffer::new();
        loop {
            let store = self.open();
            let mut wrong = 0;
            if self.task == Task::Read {
                for _ in 0..BATCH {
                    let module = Module::new(fastrand::u64(..NUMBERS));
                    wrong += u64::from(module.look_up(&store, &mut buffer).is_none());
                }
            } else {
                std::thread::scope(|scope| (0..THREADS).for_each(|_| _ = scope.spawn(|| write(&store))));
                store.evict();
            }
            if print(&Report::of(&store, wrong)) != ExitCode::SUCCESS {
                return ExitCode::FAILURE;
            }
        }
    }

    /// Module 0 is there, module 1 is not, module 2 is damaged. Module 3 is stored, looked up, and evicted, because it is too
    /// long for the limit of the row.
    fn once(&self) -> ExitCode {
        let modules: Vec<Module> = (0..4).map(Module::new).collect();
        let mut buffer = Buffer::new();
        let mut wrong = 0;
        mark("open");
        let store = self.open();
        for (phase, module) in ["get", "absent", "damaged"].into_iter().zip(&modules) {
            mark(phase);
            wrong += u64::from(module.look_up(&store, &mut buffer).is_none());
        }
        mark("put");
        let _ = store.put(&modules[3].key, &modules[3].file);
        mark("between");
        wrong += u64::from(modules[3].look_up(&store, &mut buffer).is_none());
        mark("evict");
        let _ = store.prune(self.limit.unwrap_or(bmes_store::DEFAULT_LIMIT), || {});
        mark("end");
        print(&Report::of(&store, wrong))
    }
}

/// Stores modules. One that the cache has already would not be written, so it is removed before.
fn write(store: &Store) {
    for _ in 0..BATCH / THREADS {
        let module = Module::new(fastrand::u64(..NUMBERS));
        let _ = store.remove(&module.key);
        let _ = store.put(&module.key, &module.file);
    }
}

fn mark(phase: &str) {
    let _ = std::fs::metadata(format!("{MARK}{phase}"));
}

fn print(report: &Report) -> ExitCode {
    // One write of less than 4096 bytes: lines of several processes in one pipe do not mix.
    match io::stdout().lock().write_all(report.line().as_bytes()).and_then(|()| io::stdout().flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
