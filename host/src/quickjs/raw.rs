//! The calls of the engine that the compiler cannot check.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::rc::Rc;

use rquickjs::module::Declared;
use rquickjs::{Ctx, Error, JsLifetime, Module, Result, TypedArray, Value, qjs};

use super::state::State;

/// Reads the bytecode of a module. The engine asks for the modules that it requests.
///
/// `code` is the bytecode of a `Verified` file: its producer is this engine, and its checksums are right. Or it is that of a
/// module that is built in: `build.rs` has compiled it with the same version of the engine.
pub(super) fn read<'js>(ctx: &Ctx<'js>, code: &[u8]) -> Result<Module<'js, Declared>> {
    // SAFETY: the engine trusts bytecode. `Engine::producer` names everything that the bytecode depends on, and a file is
    // verified against it before it comes here. Only the user or root can write to the cache; a pack beside a program comes
    // from those who wrote the program, whom the user trusts (SECURITY.md). So these are bytes that the same build of the
    // engine has written.
    unsafe { Module::load(ctx.clone(), code) }
}

/// Compiles a script. Nothing of it runs.
pub(super) fn compile<'js>(ctx: &Ctx<'js>, name: &CStr, source: &CStr) -> Result<Value<'js>> {
    let flags = qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY;
    let (context, len) = (ctx.as_raw().as_ptr(), source.count_bytes() as qjs::size_t);
    // SAFETY: both texts end with a zero byte, which `len` does not count. The engine copies what it keeps of them.
    let script = unsafe { qjs::JS_Eval(context, source.as_ptr(), len, name.as_ptr(), flags.cast_signed()) };
    own(ctx, script)
}

/// Returns the bytecode of a script or a module that was compiled.
pub(super) fn write(ctx: &Ctx<'_>, compiled: &Value<'_>) -> Result<Vec<u8>> {
    let context = ctx.as_raw().as_ptr();
    let mut len = 0;
    let flags = qjs::JS_WRITE_OBJ_BYTECODE.cast_signed();
    // SAFETY: the value is one of this context. The engine writes the length to `len`.
    let bytes = unsafe { qjs::JS_WriteObject(context, &raw mut len, compiled.as_raw(), flags) };
    if bytes.is_null() {
        return Err(Error::Exception);
    }
    let len = usize::try_from(len).map_err(|_| Error::Unknown)?;
    // SAFETY: the engine has returned `len` bytes, and nothing changes them before they are freed.
    let copy = unsafe { std::slice::from_raw_parts(bytes, len) }.to_vec();
    // SAFETY: the bytes are those of `JS_WriteObject`, and nothing uses them any more.
    unsafe { qjs::js_free(context, bytes.cast()) };
    Ok(copy)
}

/// Reads the bytecode of a script. What is said at [`read`] holds here, too.
pub(super) fn read_script<'js>(ctx: &Ctx<'js>, code: &[u8]) -> Result<Value<'js>> {
    let (context, len) = (ctx.as_raw().as_ptr(), code.len() as qjs::size_t);
    // SAFETY: as in `read`: these are bytes that the same build of the engine has written. The engine copies them.
    let script = unsafe { qjs::JS_ReadObject(context, code.as_ptr(), len, qjs::JS_READ_OBJ_BYTECODE.cast_signed()) };
    own(ctx, script)
}

/// Runs a script that was compiled or read, and returns the value of its last expression.
pub(super) fn run<'js>(ctx: &Ctx<'js>, script: Value<'js>) -> Result<Value<'js>> {
    let raw = script.as_raw();
    // The engine frees the script.
    std::mem::forget(script);
    // SAFETY: the value is a script of this context that nothing else owns.
    own(ctx, unsafe { qjs::JS_EvalFunction(ctx.as_raw().as_ptr(), raw) })
}

/// Takes a value that the engine has returned to its caller.
fn own<'js>(ctx: &Ctx<'js>, value: qjs::JSValue) -> Result<Value<'js>> {
    // SAFETY: reading the tag needs no context.
    if unsafe { qjs::JS_VALUE_GET_TAG(value) } == qjs::JS_TAG_EXCEPTION {
        return Err(Error::Exception);
    }
    // SAFETY: the value is one of this context, and the caller owns it.
    Ok(unsafe { Value::from_raw(ctx.clone(), value) })
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
