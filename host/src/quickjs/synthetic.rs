//! Modules that have no code: JSON, CommonJS modules, and the functions of the host.

use rquickjs::module::{Declarations, Declared, Exports, ModuleDef};
use rquickjs::{Ctx, Module, Persistent, Result, Value};

use super::state::State;

/// What a module without code exports.
#[derive(Clone)]
pub(super) enum Synthetic {
    /// The value, as `default`.
    Json(Persistent<Value<'static>>),
    /// `module.exports`, as `default`; and its properties of these names.
    CommonJs(Vec<String>),
    /// The functions of the host, as `default`.
    Host,
}

impl Synthetic {
    /// Gives the engine this module.
    pub(super) fn declare<'js>(self, state: &State, ctx: &Ctx<'js>, name: &str) -> Result<Module<'js, Declared>> {
        state.synthetic.borrow_mut().insert(name.to_owned(), self);
        Module::declare_def::<Definition, _>(ctx.clone(), name)
    }

    /// Returns the module of this name.
    fn of(ctx: &Ctx<'_>, name: &str) -> Self {
        State::of(ctx).synthetic.borrow().get(name).cloned().unwrap_or(Self::CommonJs(Vec::new()))
    }
}

struct Definition;

impl ModuleDef for Definition {
    fn declare(declarations: &Declarations<'_>) -> Result<()> {
        let module = declarations.module();
        let name: String = module.name()?;
        declarations.declare("default")?;
        if let Synthetic::CommonJs(names) = Synthetic::of(module.ctx(), &name) {
            for name in names {
                // A name with a zero byte cannot be declared. Programs can still get it from the default export.
                let _ = declarations.declare(name);
            }
        }
        Ok(())
    }

    fn evaluate<'js>(ctx: &Ctx<'js>, exports: &Exports<'js>) -> Result<()> {
        let name: String = exports.module().name()?;
        let state = State::of(ctx);
        match Synthetic::of(ctx, &name) {
            Synthetic::Json(value) => exports.export("default", value.restore(ctx)?)?,
            Synthetic::Host => {
                let host = state.host.borrow().clone().expect("the bootstrap code has run");
                exports.export("default", host.restore(ctx)?)?
            }
            Synthetic::CommonJs(names) => {
                let value: Value<'js> = state.hook(ctx, "require")?.call((name.as_str(),))?;
                if let Some(object) = value.as_object() {
                    for name in names {
                        let value: Value<'js> = object.get(name.as_str())?;
                        let _ = exports.export(name, value);
                    }
                }
                exports.export("default", value)?
            }
        };
        Ok(())
    }
}

/// Parses a JSON module. An error names the module.
pub(super) fn parse_json<'js>(ctx: &Ctx<'js>, name: &str, text: &str) -> Result<Value<'js>> {
    ctx.json_parse(text).map_err(|_| {
        let error = ctx.catch();
        let path = State::of(ctx).program.borrow().path(name).map(|path| path.display().to_string());
        if let Some(object) = error.as_object() {
            let message: String = object.get("message").unwrap_or_default();
            let _ = object.set("message", format!("{}: {message}", path.unwrap_or_default()));
        }
        ctx.throw(error)
    })
}
