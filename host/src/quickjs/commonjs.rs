//! CommonJS modules: a module is a function, whose arguments are the variables that it can use.

use std::ffi::CString;

use rquickjs::{Ctx, Function, Result};

use super::raw;
use super::report;
use super::state::State;
use crate::clock::Phase;

/// Returns the function of a module, as a script. The first line of the source stays the first line.
fn script(source: &str) -> Result<CString> {
    let hidden = if source.starts_with("#!") { "//" } else { "" };
    let script = format!("(function (exports, require, module, __filename, __dirname) {{{hidden}{source}\n}})");
    Ok(CString::new(script)?)
}

/// Compiles a module to bytecode.
pub(super) fn compile(ctx: &Ctx<'_>, name: &str, source: &str) -> Result<Vec<u8>> {
    raw::write(ctx, &raw::compile(ctx, &CString::new(name)?, &script(source)?)?)
}

/// Returns the function of a module: from the bytecode of the pack, or from the file.
pub(super) fn function<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Function<'js>> {
    let state = State::of(ctx);
    let code = state.program.borrow_mut().commonjs_code(name);
    if let Some(code) = code {
        let outer = state.program.borrow_mut().clock.enter(Phase::Load, name);
        let function = raw::read_script(ctx, code).and_then(|script| raw::run(ctx, script));
        state.program.borrow_mut().clock.leave(outer);
        if let Ok(function) = function {
            state.program.borrow_mut().count_loaded(code.len());
            return function.get();
        }
        drop(ctx.catch());
        state.program.borrow_mut().stats.rejected += 1;
    }
    let source = state.program.borrow_mut().source(name).map_err(|error| report::throw(ctx, &error))?;
    state.program.borrow_mut().stats.compiled += 1;
    let outer = state.program.borrow_mut().clock.enter(Phase::Compile, name);
    let script = raw::compile(ctx, &CString::new(name)?, &script(&source)?);
    state.program.borrow_mut().clock.leave(outer);
    raw::run(ctx, script?)?.get()
}
