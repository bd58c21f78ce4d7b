//! What the host knows about a program that runs in the engine.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io::{self, BufWriter, Write as _};
use std::rc::Rc;
use std::thread::JoinHandle;

use rquickjs::{Ctx, Function, Object, Persistent, Value};

use super::QuickJs;
use super::raw::{Kept, Shared};
use super::synthetic::Synthetic;
use crate::clock::Phase;
use crate::engine::Engine as _;
use crate::packed::Packed;
use crate::program::Program;
use crate::run::STACK;
use crate::stats::Report;

/// The stack that the engine may use, in bytes. The rest of the thread's stack is for the code of the host between two calls
/// of the engine.
pub(super) const ENGINE_STACK: usize = STACK / 4;

/// The state of the host.
pub(super) struct State {
    pub(super) program: RefCell<Program>,
    report: Report,
    /// The thread that stores what the cache did not have.
    writer: RefCell<Option<JoinHandle<()>>>,
    /// The pack of the program was made in this run.
    has_made_pack: Cell<bool>,
    /// The modules that the engine has, by name.
    pub(super) modules: RefCell<HashMap<String, Persistent<Kept<'static>>>>,
    /// The modules that have no code.
    pub(super) synthetic: RefCell<HashMap<String, Synthetic>>,
    /// The modules that are being loaded, because the outermost of them was requested.
    pub(super) loading: RefCell<Vec<String>>,
    /// The number of calls of the loader that have not returned.
    pub(super) depth: Cell<u32>,
    /// A module of `loading` cannot be loaded.
    pub(super) has_failed: Cell<bool>,
    /// Promises that were rejected without a handler, each with its reason.
    pub(super) unhandled: RefCell<Vec<(Persistent<Value<'static>>, Persistent<Value<'static>>)>>,
    /// Promises that have a handler since they were reported.
    pub(super) handled: RefCell<Vec<Persistent<Value<'static>>>>,
    /// The functions of the host for built-in modules.
    pub(super) host: RefCell<Option<Persistent<Object<'static>>>>,
    /// The functions of the bootstrap code for the host.
    pub(super) hooks: RefCell<Option<Persistent<Object<'static>>>>,
    output: RefCell<BufWriter<io::Stdout>>,
}

impl State {
    pub(super) fn new(program: Program, report: Report) -> Rc<Self> {
        Rc::new(Self {
            program: RefCell::new(program),
            report,
            writer: RefCell::default(),
            has_made_pack: Cell::new(false),
            modules: RefCell::default(),
            synthetic: RefCell::default(),
            loading: RefCell::default(),
            depth: Cell::new(0),
            has_failed: Cell::new(false),
            unhandled: RefCell::default(),
            handled: RefCell::default(),
            host: RefCell::default(),
            hooks: RefCell::default(),
            output: RefCell::new(BufWriter::with_capacity(1 << 16, io::stdout())),
        })
    }

    /// Returns the state of a context.
    pub(super) fn of(ctx: &Ctx<'_>) -> Rc<Self> {
        let shared = ctx.userdata::<Shared>().expect("the context has its state from the start");
        Rc::clone(&shared.0)
    }

    /// Returns a function of the bootstrap code.
    pub(super) fn hook<'js>(&self, ctx: &Ctx<'js>, name: &str) -> rquickjs::Result<Function<'js>> {
        let hooks = self.hooks.borrow().clone().expect("the bootstrap code has run");
        hooks.restore(ctx)?.get(name)
    }

    /// Writes to standard output (1) or standard error (2). The text of standard output is written later.
    pub(super) fn write(&self, descriptor: u32, bytes: &[u8]) {
        // A program does not fail if the reader of its output has gone.
        let mut output = self.output.borrow_mut();
        if descriptor == 1 {
            let _ = output.write_all(bytes);
        } else {
            let _ = output.flush();
            let _ = io::stderr().write_all(bytes);
        }
    }

    pub(super) fn flush(&self) {
        let _ = self.output.borrow_mut().flush();
    }

    /// Returns whether something is to be stored.
    pub(super) fn has_more_to_store(&self) -> bool {
        let program = self.program.borrow();
        program.cache.writable().is_some() && (!program.missed.is_empty() || self.makes_pack(&program))
    }

    /// Returns whether the pack of the program in the cache is to be made, or made again.
    fn makes_pack(&self, program: &Program) -> bool {
        let packed = program.packed.as_ref();
        let can_be_used = packed.is_some_and(|packed| packed.is_whole() && program.stats.damaged == 0);
        let may_replace = packed.is_none_or(Packed::is_in_cache);
        may_replace && (!program.missed.is_empty() || !can_be_used && !self.has_made_pack.get())
    }

    /// Begins to store what the cache did not have. The program goes on meanwhile.
    pub(super) fn store(&self) {
        if !self.has_more_to_store() {
            return;
        }
        self.wait();
        let mut program = self.program.borrow_mut();
        let makes_pack = self.makes_pack(&program);
        self.has_made_pack.set(true);
        let job = program.job(makes_pack, QuickJs::compiler);
        // Without a thread, the next start stores the modules.
        let writer = std::thread::Builder::new().stack_size(STACK).spawn(move || job.run());
        *self.writer.borrow_mut() = writer.ok();
    }

    /// Waits until everything is stored.
    fn wait(&self) {
        if let Some(writer) = self.writer.take() {
            // A writer that panics has printed the reason. The program is not concerned.
            let _ = writer.join();
        }
    }

    /// Does what remains at the end of the program.
    pub(super) fn finish(&self) {
        self.flush();
        let outer = self.program.borrow_mut().clock.enter(Phase::Write, "");
        self.store();
        self.wait();
        let mut program = self.program.borrow_mut();
        program.write_stamps();
        program.clock.leave(outer);
        if let Some(path) = &self.report.trace
            && let Some(trace) = program.clock.trace()
            && let Err(error) = std::fs::write(path, trace)
        {
            let _ = writeln!(io::stderr(), "bmes: the trace is not written: {}: {error}", path.display());
        }
        if self.report.stats {
            program.stats.store = program.cache.counters();
            let _ = writeln!(io::stderr(), "{}{}", program.stats, program.clock);
        }
    }
}
