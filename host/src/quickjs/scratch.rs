//! Compiles modules apart from the program that runs.

use bmes_pack::Format;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::{Declared, WriteOptions};
use rquickjs::{Context, Ctx, Error, Module, Runtime};

use super::commonjs;
use crate::engine::CompileError;

/// The name of the module that stands for each request: the engine resolves requests even if it only compiles.
const STAND_IN: &str = "stand-in";

/// A runtime that compiles modules and runs none.
pub(super) struct Scratch {
    context: Context,
}

struct StandIn;

impl Resolver for StandIn {
    fn resolve<'js>(
        &mut self,
        _: &Ctx<'js>,
        _: &str,
        _: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<String> {
        Ok(STAND_IN.to_owned())
    }
}

impl Loader for StandIn {
    /// The engine asks for the module if a request has attributes.
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _: Option<ImportAttributes<'js>>,
    ) -> rquickjs::Result<Module<'js, Declared>> {
        Module::declare(ctx.clone(), name, "")
    }
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
