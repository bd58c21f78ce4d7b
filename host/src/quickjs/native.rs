//! The functions of the host that the JavaScript code of the environment calls.
#![expect(clippy::needless_pass_by_value, reason = "a function that JavaScript calls owns its arguments")]

use std::time::Instant;

use rquickjs::function::Func;
use rquickjs::promise::PromiseState;
use rquickjs::{Array, Ctx, Object, Promise, Proxy, Result, TypedArray, Value};
use sha2::Digest as _;

use super::commonjs;
use super::files;
use super::load;
use super::raw;
use super::report;
use super::state::State;
use super::url;

/// Creates the object with the functions.
pub(super) fn object<'js>(ctx: &Ctx<'js>, arguments: &[String]) -> Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    host.set("write", Func::from(write))?;
    host.set("writeBytes", Func::from(write_bytes))?;
    host.set("flush", Func::from(|ctx: Ctx<'_>| State::of(&ctx).flush()))?;
    host.set("exit", Func::from(exit))?;
    host.set("report", Func::from(report_uncaught))?;
    files::add(&host)?;
    host.set("resolve", Func::from(resolve))?;
    host.set("kind", Func::from(kind))?;
    host.set("path", Func::from(path))?;
    host.set("identify", Func::from(identify))?;
    host.set("commonjs", Func::from(|ctx, name: String| commonjs::function(&ctx, &name)))?;
    host.set("namespace", Func::from(|ctx, name: String| namespace(&ctx, &name)))?;
    host.set("encode", Func::from(encode))?;
    host.set("decode", Func::from(decode))?;
    host.set("digest", Func::from(digest))?;
    host.set("random", Func::from(random))?;
    host.set("promiseState", Func::from(promise_state))?;
    host.set("isPromise", Func::from(|value: Value<'js>| value.is_promise()))?;
    host.set("proxyParts", Func::from(proxy_parts))?;
    host.set("isProxy", Func::from(|value: Value<'js>| value.is_proxy()))?;
    host.set("parseUrl", Func::from(url::parse))?;
    host.set("changeUrl", Func::from(url::change))?;
    host.set("domainToAscii", Func::from(url::domain_to_ascii))?;
    host.set("domainToUnicode", Func::from(url::domain_to_unicode))?;
    host.set("builtins", crate::builtins::names())?;
    let start = Instant::now();
    host.set("now", Func::from(move || start.elapsed().as_secs_f64() * 1000.0))?;
    host.set("arguments", arguments.to_vec())?;
    host.set("executable", std::env::current_exe().unwrap_or_default().to_string_lossy().into_owned())?;
    host.set("entry", entry(ctx))?;
    host.set("cwd", Func::from(cwd))?;
    host.set("platform", if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS })?;
    host.set("arch", arch())?;
    host.set("pid", std::process::id())?;
    let environment = Object::new(ctx.clone())?;
    for (name, value) in std::env::vars_os() {
        environment.set(name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())?;
    }
    host.set("environment", environment)?;
    Ok(host)
}

fn arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn entry(ctx: &Ctx<'_>) -> Option<String> {
    let state = State::of(ctx);
    let program = state.program.borrow();
    program.path(program.entry()).map(|path| path.to_string_lossy().into_owned())
}

fn write(ctx: Ctx<'_>, descriptor: u32, text: rquickjs::String<'_>) {
    State::of(&ctx).write(descriptor, lossy(&text).as_bytes());
}

fn write_bytes(ctx: Ctx<'_>, descriptor: u32, bytes: TypedArray<'_, u8>) {
    State::of(&ctx).write(descriptor, &raw::bytes(&bytes));
}

/// Returns a text. A lone surrogate becomes U+FFFD.
fn lossy(text: &rquickjs::String<'_>) -> String {
    text.to_string().unwrap_or_else(|_| {
        let mut bytes = text.clone().to_cstring().map(|text| text.as_bytes().to_vec()).unwrap_or_default();
        replace_surrogates(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Replaces lone surrogates. The engine writes each in three bytes.
fn replace_surrogates(bytes: &mut [u8]) {
    for start in 0..bytes.len().saturating_sub(2) {
        if let Some(surrogate @ [0xed, 0xa0..=0xbf, _]) = bytes.get_mut(start..start + 3) {
            surrogate.copy_from_slice("\u{fffd}".as_bytes());
        }
    }
}

fn exit(ctx: Ctx<'_>, status: u8) {
    State::of(&ctx).finish();
    std::process::exit(status.into());
}

fn report_uncaught<'js>(ctx: Ctx<'js>, error: Value<'js>) {
    report::uncaught(&State::of(&ctx), &ctx, &error);
}

fn cwd(ctx: Ctx<'_>) -> Result<String> {
    let folder = std::env::current_dir().map_err(|error| files::failed(&ctx, "uv_cwd", None, &error))?;
    Ok(folder.to_string_lossy().into_owned())
}

/// Returns the name of the module that `require(specifier)` loads.
fn resolve(ctx: Ctx<'_>, base: String, specifier: String) -> Result<String> {
    let resolved = State::of(&ctx).program.borrow_mut().resolve_require(&base, &specifier);
    resolved.map_err(|error| report::throw(&ctx, &error))
}

fn kind(ctx: Ctx<'_>, name: String) -> Result<&'static str> {
    let kind = State::of(&ctx).program.borrow_mut().require_kind(&name);
    kind.map_err(|error| report::throw(&ctx, &error))
}

fn path(ctx: Ctx<'_>, name: String) -> Option<String> {
    State::of(&ctx).program.borrow().path(&name).map(|path| path.to_string_lossy().into_owned())
}

/// Returns the name of the module that a file would be. The file need not exist.
fn identify(ctx: Ctx<'_>, path: String) -> Result<String> {
    let name = State::of(&ctx).program.borrow_mut().identify_file(&path);
    name.map_err(|error| report::throw(&ctx, &error))
}

pub(super) fn namespace<'js>(ctx: &Ctx<'js>, name: &str) -> Result<Object<'js>> {
    load::evaluate(ctx, name)
}

/// Returns the digest of bytes, by an algorithm that `builtins/crypto.mjs` names.
fn digest<'js>(ctx: Ctx<'js>, algorithm: String, bytes: TypedArray<'js, u8>) -> Result<TypedArray<'js, u8>> {
    let bytes = raw::bytes(&bytes);
    let digest = match algorithm.as_str() {
        "md5" => md5::Md5::digest(bytes).to_vec(),
        "sha1" => sha1::Sha1::digest(bytes).to_vec(),
        "sha512" => sha2::Sha512::digest(bytes).to_vec(),
        _ => sha2::Sha256::digest(bytes).to_vec(),
    };
    TypedArray::new(ctx, digest)
}

/// Returns random bytes of the system.
fn random(ctx: Ctx<'_>, len: u32) -> Result<TypedArray<'_, u8>> {
    let mut bytes = vec![0; usize::try_from(len).unwrap_or_default()];
    getrandom::fill(&mut bytes).map_err(|error| rquickjs::Exception::throw_message(&ctx, &error.to_string()))?;
    TypedArray::new(ctx, bytes)
}

/// Returns the state of a promise, and its value or its reason.
fn promise_state<'js>(ctx: Ctx<'js>, promise: Promise<'js>) -> Result<Array<'js>> {
    let state = Array::new(ctx.clone())?;
    match promise.state() {
        PromiseState::Pending => state.set(0, "pending")?,
        PromiseState::Resolved => {
            state.set(0, "resolved")?;
            state.set(1, promise.result::<Value<'js>>().transpose()?)?;
        }
        PromiseState::Rejected => {
            state.set(0, "rejected")?;
            // This throws the reason.
            let _ = promise.result::<Value<'js>>();
            state.set(1, ctx.catch())?;
        }
    }
    Ok(state)
}

/// Returns the target and the handler of a proxy. `None`: it was revoked. The engine does not tell the target of a proxy that
/// can be called, so this is the proxy itself.
fn proxy_parts<'js>(ctx: Ctx<'js>, value: Value<'js>) -> Result<Option<Array<'js>>> {
    let Ok(proxy) = Proxy::from_value(value.clone()) else {
        let parts = Array::new(ctx)?;
        parts.set(0, value)?;
        return Ok(Some(parts));
    };
    let (Ok(target), Ok(handler)) = (proxy.target(), proxy.handler()) else {
        drop(ctx.catch());
        return Ok(None);
    };
    let parts = Array::new(ctx)?;
    parts.set(0, target)?;
    parts.set(1, handler)?;
    Ok(Some(parts))
}

fn encode<'js>(ctx: Ctx<'js>, text: rquickjs::String<'js>) -> Result<TypedArray<'js, u8>> {
    TypedArray::new(ctx, lossy(&text).into_bytes())
}

/// Decodes UTF-8. If `is_fatal`, returns nothing for bytes that are not UTF-8.
fn decode(bytes: TypedArray<'_, u8>, is_fatal: bool) -> Option<String> {
    match String::from_utf8(raw::bytes(&bytes)) {
        Ok(text) => Some(text),
        Err(_) if is_fatal => None,
        Err(error) => Some(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surrogate_becomes_one_character() {
        let mut bytes = b"a\xed\xa0\x80b\xed\x9f\xbf".to_vec();
        replace_surrogates(&mut bytes);
        assert_eq!(String::from_utf8_lossy(&bytes), "a\u{fffd}b\u{d7ff}");
    }
}
