//! Compiles modules apart from the program that runs.

use bmes_pack::Format;
use rquickjs::module::WriteOptions;
use rquickjs::{Context, Error, Module, Runtime};

use super::commonjs;
use super::stand_in::StandIn;
use crate::engine::CompileError;

/// A runtime that compiles modules and runs none.
pub(super) struct Scratch {
    context: Context,
}

impl Scratch {
    pub(super) fn new() -> Result<Self, CompileError> {
        let failed = |error: Error| CompileError(error.to_string());
        let runtime = Runtime::new().map_err(failed)?;
        runtime.set_max_stack_size(super::state::ENGINE_STACK);
        runtime.set_loader(StandIn, StandIn);
        Ok(Self { context: Context::full(&runtime).map_err(failed)? })
    }

    pub(super) fn compile(&self, name: &str, text: &str, format: Format) -> Result<Vec<u8>, CompileError> {
        self.context.with(|ctx| {
            let code = if format == Format::CommonJs {
                commonjs::compile(&ctx, name, text)
            } else {
                let module = Module::declare(ctx.clone(), name, text);
                module.and_then(|module| module.write(WriteOptions::default()))
            };
            code.map_err(|error| match error {
                Error::Exception => CompileError(super::report::message(&ctx, &ctx.catch())),
                error => CompileError(error.to_string()),
            })
        })
    }
}
