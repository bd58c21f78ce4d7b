//! The calls of the engine that the compiler cannot check.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::rc::Rc;

use rquickjs::module::Declared;
use rquickjs::{Ctx, JsLifetime, Module, Result, TypedArray, qjs};

use super::state::State;

/// Reads the bytecode of a module. The engine asks for the modules that it requests.
///
/// `code` is the bytecode of a `Verified` file: its producer is this engine, and its checksums are right.
pub(super) fn read<'js>(ctx: &Ctx<'js>, code: &[u8]) -> Result<Module<'js, Declared>> {
    // SAFETY: the engine trusts bytecode. `Engine::producer` names everything that the bytecode depends on, a file is
    // verified against it before it comes here, and only the user or root can write to the cache. So these are bytes that
    // the same build of the engine has written.
    unsafe { Module::load(ctx.clone(), code) }
}

/// Returns the version of QuickJS-ng.
pub(super) fn version() -> String {
    // SAFETY: the function has no arguments, and returns a pointer to a constant.
    let version = unsafe { qjs::JS_GetVersion() };
    // SAFETY: the constant is a text that ends with a zero byte, and it is never freed.
    let version = unsafe { CStr::from_ptr(version) };
    version.to_string_lossy().into_owned()
}

/// The state of the host, as data of a context.
pub(super) struct Shared(pub(super) Rc<State>);

// SAFETY: the type has no lifetime, so it is the same type for each lifetime of a context.
unsafe impl JsLifetime<'_> for Shared {
    type Changed<'to> = Self;
}

/// A module that the host keeps: `Persistent` cannot hold a `Module` that is not evaluated yet.
///
/// A module is not counted by its references. The engine keeps it until the context ends, unless it cannot be loaded;
/// `load` drops such modules.
#[derive(Clone)]
pub(super) struct Kept<'js>(pub(super) Module<'js, Declared>);

// SAFETY: the only lifetime of the type is that of the context, and `Changed` replaces it.
unsafe impl<'js> JsLifetime<'js> for Kept<'js> {
    type Changed<'to> = Kept<'to>;
}

/// Copies the bytes of an array. They are none if its buffer is detached.
pub(super) fn bytes(array: &TypedArray<'_, u8>) -> Vec<u8> {
    // SAFETY: no JavaScript runs before the bytes are copied.
    let bytes = unsafe { array.as_bytes() };
    bytes.unwrap_or_default().to_vec()
}
