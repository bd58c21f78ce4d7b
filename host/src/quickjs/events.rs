//! Runs a program: evaluates its first module, then its jobs and timers until nothing is left.

use std::rc::Rc;
use std::time::{Duration, Instant};

use rquickjs::promise::PromiseState;
use rquickjs::{Context, Ctx, Function, Module, Object, Persistent, Promise, Result, Runtime, Value};

use super::load::Load;
use super::raw::Shared;
use super::state::{ENGINE_STACK, State};
use super::{native, report};
use crate::builtins::BOOTSTRAP;
use crate::clock::Phase;
use crate::program::{NAME, Program};
use crate::stats::Report;

/// A program that does nothing for this time is quiet: modules that the cache did not have are stored.
const QUIET: Duration = Duration::from_secs(2);

/// The exit status of a program that ends with an error that it does not catch.
const FAILED: u8 = 1;
/// The exit status of a program whose top-level `await` never ends, as in Node.js.
const UNSETTLED: u8 = 13;

/// Runs a program, and returns its exit status.
pub(super) fn run(program: Program, arguments: &[String], report: Report) -> u8 {
    let state = State::new(program, report);
    let (runtime, context) = match start(&state, arguments) {
        Ok(started) => started,
        Err(error) => {
            state.write(2, format!("the engine does not start: {error}\n").as_bytes());
            return FAILED;
        }
    };
    state.program.borrow_mut().clock.enter(Phase::Evaluate, "");
    let main = context.with(|ctx| import_entry(&state, &ctx));
    let status = main.and_then(|main| until_done(&state, &runtime, &context, &main));
    let status = context.with(|ctx| match status {
        Ok(()) => exit_status(&state, &ctx),
        Err(Failed) => exit_hooks(&state, &ctx, FAILED),
    });
    state.finish();
    // The process ends now. To free each value of the program would only take time.
    std::mem::forget((context, runtime));
    status
}

/// The program has ended with an error, which was printed.
struct Failed;

fn start(state: &Rc<State>, arguments: &[String]) -> Result<(Runtime, Context)> {
    let runtime = Runtime::new()?;
    runtime.set_max_stack_size(ENGINE_STACK);
    runtime.set_loader(Load(Rc::clone(state)), Load(Rc::clone(state)));
    let tracked = Rc::clone(state);
    runtime.set_host_promise_rejection_tracker(Some(Box::new(move |ctx, promise, reason, is_handled| {
        let promise = Persistent::save(&ctx, promise);
        let mut unhandled = tracked.unhandled.borrow_mut();
        if is_handled {
            let before = unhandled.len();
            unhandled.retain(|(known, _)| *known != promise);
            if unhandled.len() == before {
                tracked.handled.borrow_mut().push(promise);
            }
        } else {
            unhandled.push((promise, Persistent::save(&ctx, reason)));
        }
    })));
    let context = Context::full(&runtime)?;
    context.with(|ctx| {
        // The context has no data yet, so nothing is replaced.
        let _ = ctx.store_userdata(Shared(Rc::clone(state)));
        let host = native::object(&ctx, arguments)?;
        *state.host.borrow_mut() = Some(Persistent::save(&ctx, host.clone()));
        let (module, _) = super::raw::read(&ctx, BOOTSTRAP)?.eval()?;
        let bootstrap: Function<'_> = module.get("default")?;
        let hooks: Object<'_> = bootstrap.call((host,))?;
        *state.hooks.borrow_mut() = Some(Persistent::save(&ctx, hooks));
        Result::Ok(())
    })?;
    Ok((runtime, context))
}

type Main = Persistent<Promise<'static>>;

fn import_entry(state: &State, ctx: &Ctx<'_>) -> std::result::Result<Main, Failed> {
    let entry = format!("{NAME}{}", state.program.borrow().entry());
    let imported = Module::import(ctx, entry);
    let promise = imported.map_err(|_| {
        report::uncaught(state, ctx, &ctx.catch());
        Failed
    })?;
    Ok(Persistent::save(ctx, promise))
}

/// Runs jobs and timers until there are none, or until an error is not caught.
fn until_done(state: &State, runtime: &Runtime, context: &Context, main: &Main) -> std::result::Result<(), Failed> {
    let mut active = Instant::now();
    loop {
        run_jobs(state, runtime, context)?;
        let next = context.with(|ctx| {
            let next: Result<f64> = state.hook(&ctx, "runTimer").and_then(|run| run.call(()));
            next.or_else(|_| raise(state, &ctx, &ctx.catch()).map(|()| 0.0))
        })?;
        if next < 0.0 {
            break;
        }
        if next > 0.0 {
            state.flush();
            let wait = Duration::from_secs_f64(next / 1000.0);
            let quiet = QUIET.saturating_sub(active.elapsed());
            if quiet.is_zero() {
                state.store();
            }
            std::thread::sleep(if state.has_more_to_store() { wait.min(quiet) } else { wait });
        } else {
            active = Instant::now();
        }
    }
    let is_pending =
        context.with(|ctx| main.clone().restore(&ctx).is_ok_and(|main| main.state() == PromiseState::Pending));
    if is_pending {
        state.write(2, b"Warning: a top-level await never ends\n");
        context.with(|ctx| {
            exit_hooks(state, &ctx, UNSETTLED);
        });
        state.finish();
        std::process::exit(UNSETTLED.into());
    }
    Ok(())
}

/// Runs the jobs of promises and the callbacks of `process.nextTick` until there are none. Then reports promises that were
/// rejected without a handler.
fn run_jobs(state: &State, runtime: &Runtime, context: &Context) -> std::result::Result<(), Failed> {
    loop {
        loop {
            match runtime.execute_pending_job() {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => context.with(|ctx| raise(state, &ctx, &ctx.catch()))?,
            }
        }
        let has_run = context.with(|ctx| {
            let has_run: Result<bool> = state.hook(&ctx, "runTicks").and_then(|run| run.call(()));
            has_run.or_else(|_| raise(state, &ctx, &ctx.catch()).map(|()| true))
        })?;
        if has_run {
            continue;
        }
        let unhandled = state.unhandled.take();
        let handled = state.handled.take();
        if unhandled.is_empty() && handled.is_empty() {
            return Ok(());
        }
        context.with(|ctx| handled.into_iter().try_for_each(|promise| tell_handled(state, &ctx, promise)))?;
        context
            .with(|ctx| unhandled.into_iter().try_for_each(|(promise, reason)| reject(state, &ctx, promise, reason)))?;
    }
}

/// Tells the program's handlers about an error that nothing has caught. Without a handler, prints it.
fn raise<'js>(state: &State, ctx: &Ctx<'js>, error: &Value<'js>) -> std::result::Result<(), Failed> {
    let called = state.hook(ctx, "uncaught").and_then(|uncaught| uncaught.call((error.clone(),)));
    is_handled(state, ctx, &called, error)
}

/// Tells the program's handlers about a promise that was rejected without a handler. Without any, prints the reason.
fn reject(
    state: &State,
    ctx: &Ctx<'_>,
    promise: Persistent<Value<'static>>,
    reason: Persistent<Value<'static>>,
) -> std::result::Result<(), Failed> {
    let undefined = || Value::new_undefined(ctx.clone());
    let promise = promise.restore(ctx).unwrap_or_else(|_| undefined());
    let reason = reason.restore(ctx).unwrap_or_else(|_| undefined());
    let called = state.hook(ctx, "rejected").and_then(|rejected| rejected.call((reason.clone(), promise)));
    is_handled(state, ctx, &called, &reason)
}

/// Tells the program's handlers that a promise has a handler now.
fn tell_handled(state: &State, ctx: &Ctx<'_>, promise: Persistent<Value<'static>>) -> std::result::Result<(), Failed> {
    let called: Result<()> = promise.restore(ctx).and_then(|promise| state.hook(ctx, "handled")?.call((promise,)));
    called.or_else(|_| raise(state, ctx, &ctx.catch()))
}

fn is_handled<'js>(
    state: &State,
    ctx: &Ctx<'js>,
    called: &Result<bool>,
    error: &Value<'js>,
) -> std::result::Result<(), Failed> {
    match called {
        Ok(true) => return Ok(()),
        Ok(false) => report::uncaught(state, ctx, error),
        // A handler has thrown another error.
        Err(_) => report::uncaught(state, ctx, &ctx.catch()),
    }
    Err(Failed)
}

/// Returns the exit status that the program has chosen.
fn exit_status(state: &State, ctx: &Ctx<'_>) -> u8 {
    exit_hooks(state, ctx, 0)
}

/// Calls the program's handlers of the event `exit`, and returns the exit status. If `status` is not 0, it is kept.
fn exit_hooks(state: &State, ctx: &Ctx<'_>, status: u8) -> u8 {
    let called: Result<u8> = state.hook(ctx, "exit").and_then(|exit| exit.call((status,)));
    called.unwrap_or_else(|_| {
        report::uncaught(state, ctx, &ctx.catch());
        FAILED
    })
}
