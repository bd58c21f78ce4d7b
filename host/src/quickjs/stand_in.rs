//! A resolver and a loader for modules that are only compiled. `build.rs` uses this file, too.

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Module};

/// The name of the module that stands for each request: the engine resolves requests even if it only compiles.
const STAND_IN: &str = "stand-in";

/// Answers each request with an empty module.
pub(crate) struct StandIn;

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
