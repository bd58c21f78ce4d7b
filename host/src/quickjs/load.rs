//! Answers the engine's questions: what a specifier resolves to, and what a module is.

use std::rc::Rc;

use bmes_store::Buffer;
use rquickjs::function::Func;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Exception, Module, Object, Persistent, Result};

use super::raw::{self, Kept};
use super::report;
use super::state::State;
use super::synthetic::{self, Synthetic};
use crate::clock::Phase;
use crate::program::{Fetched, NAME};

/// The resolver and the loader of a runtime.
pub(super) struct Load(pub(super) Rc<State>);

impl Resolver for Load {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        specifier: &str,
        attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let attributes = attributes.as_ref().map(pairs).transpose()?.unwrap_or_default();
        let resolved = self.0.program.borrow_mut().resolve(base, specifier, &attributes);
        if resolved.is_err() && self.0.depth.get() > 0 {
            self.0.has_failed.set(true);
        }
        resolved.map_err(|error| report::throw(ctx, &error))
    }
}

fn pairs(attributes: &ImportAttributes<'_>) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for key in attributes.keys() {
        let key = key?;
        let value = attributes.get(&key)?.unwrap_or_default();
        pairs.push((key, value));
    }
    Ok(pairs)
}

impl Loader for Load {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        load(&self.0, ctx, name)
    }
}

/// Returns the module of this name. There is one: the engine knows modules by their name and their attributes, but it does
/// not know the attributes of requests in bytecode.
pub(super) fn load<'js>(state: &State, ctx: &Ctx<'js>, name: &str) -> Result<Module<'js, Declared>> {
    let known = state.modules.borrow().get(name).cloned();
    if let Some(module) = known {
        return module.restore(ctx).map(|kept| kept.0);
    }
    state.depth.set(state.depth.get() + 1);
    state.loading.borrow_mut().push(name.to_owned());
    let declared = declare(state, ctx, name);
    state.depth.set(state.depth.get() - 1);
    match &declared {
        Ok(module) => {
            let module = Persistent::save(ctx, Kept(module.clone()));
            state.modules.borrow_mut().insert(name.to_owned(), module);
        }
        Err(_) => state.has_failed.set(true),
    }
    if state.depth.get() == 0 {
        let loaded = state.loading.take();
        if state.has_failed.replace(false) {
            state.modules.borrow_mut().retain(|name, _| !loaded.contains(name));
            state.program.borrow_mut().retire(&loaded);
        }
    }
    declared
}

/// Gives the engine the module of this name.
fn declare<'js>(state: &State, ctx: &Ctx<'js>, name: &str) -> Result<Module<'js, Declared>> {
    let mut buffer = Buffer::new();
    let fetched = state.program.borrow_mut().fetch(name, &mut buffer);
    match fetched.map_err(|error| report::throw(ctx, &error))? {
        Fetched::Bytecode { code, uses_meta, requests } => {
            let loaded = state.loading.borrow().len();
            state.program.borrow_mut().expect(name, Some(requests));
            let outer = state.program.borrow_mut().clock.enter(Phase::Load, name);
            let read = raw::read(ctx, code);
            let mut program = state.program.borrow_mut();
            program.clock.leave(outer);
            match read {
                Ok(module) => {
                    program.count_loaded(code.len());
                    drop(program);
                    with_meta(state, name, module, uses_meta)
                }
                Err(error) if state.has_failed.get() || state.loading.borrow().len() > loaded => Err(error),
                // The engine has read no request yet, so no module points to this one.
                Err(_) => {
                    drop(ctx.catch());
                    program.stats.rejected += 1;
                    program.expect(name, None);
                    let source = program.source(name).map_err(|error| report::throw(ctx, &error))?;
                    drop(program);
                    compile(state, ctx, name, &source)
                }
            }
        }
        Fetched::Source(source) => compile(state, ctx, name, &source),
        Fetched::Builtin(code) => raw::read(ctx, code),
        Fetched::Json(text) => {
            let value = synthetic::parse_json(ctx, name, &text)?;
            Synthetic::Json(Persistent::save(ctx, value)).declare(state, ctx, name)
        }
        Fetched::CommonJs(names) => Synthetic::CommonJs(names).declare(state, ctx, name),
        Fetched::Host => Synthetic::Host.declare(state, ctx, name),
    }
}

fn compile<'js>(state: &State, ctx: &Ctx<'js>, name: &str, source: &str) -> Result<Module<'js, Declared>> {
    let outer = state.program.borrow_mut().clock.enter(Phase::Compile, name);
    let module = Module::declare(ctx.clone(), name, source);
    let mut program = state.program.borrow_mut();
    program.clock.leave(outer);
    program.stats.compiled += 1;
    drop(program);
    // `import.meta` has no escapes, so a source without this word does not use it.
    with_meta(state, name, module?, source.contains("meta"))
}

/// Fills `import.meta`, with the properties and the order of Node.js.
fn with_meta<'js>(
    state: &State,
    name: &str,
    module: Module<'js, Declared>,
    uses_meta: bool,
) -> Result<Module<'js, Declared>> {
    if !uses_meta {
        return Ok(module);
    }
    let meta: Object<'js> = module.meta()?;
    let program = state.program.borrow();
    if let Some(path) = program.path(name) {
        meta.set("dirname", path.parent().map(|folder| folder.to_string_lossy().into_owned()))?;
        meta.set("filename", path.to_string_lossy().into_owned())?;
    }
    let base = name.to_owned();
    let resolve = move |ctx: Ctx<'js>, specifier: String| -> Result<String> {
        let state = State::of(&ctx);
        let mut program = state.program.borrow_mut();
        let name = program.resolve(&base, &specifier, &[]).map_err(|error| report::throw(&ctx, &error))?;
        program.url(&name).ok_or_else(|| Exception::throw_type(&ctx, "the path is not UTF-8"))
    };
    meta.set("resolve", Func::from(resolve))?;
    meta.set("url", program.url(name))?;
    Ok(module)
}

/// Loads and evaluates a module at once, and returns its namespace: for `require()` and for built-in modules. A module with
/// a top-level `await` is an error.
pub(super) fn evaluate<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Object<'js>> {
    let state = State::of(ctx);
    let promise = Module::import(ctx, format!("{NAME}{name}"))?;
    // Its errors are thrown below.
    let handled =
        promise.catch()?.call::<_, rquickjs::Value<'js>>((rquickjs::function::This(promise), Func::from(|| ())));
    drop(handled?);
    let module = state.modules.borrow().get(name).cloned();
    let module = match module {
        Some(module) => module.restore(ctx)?.0,
        // It cannot be loaded: the same error is thrown again.
        None => load(&state, ctx, name)?,
    };
    let (module, promise) = module.eval()?;
    match promise.result::<rquickjs::Value<'js>>() {
        Some(Ok(_)) => module.namespace(),
        Some(Err(error)) => Err(error),
        None => {
            let message = format!("require() cannot load a module with a top-level await: {name}");
            Err(Exception::throw_message(ctx, &message))
        }
    }
}
