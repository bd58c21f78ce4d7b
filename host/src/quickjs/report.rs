//! Errors: those that the host throws, and those that a program does not catch.

use rquickjs::{Ctx, Error, Exception, Function, Value};

use super::place;
use super::state::State;
use crate::error::LoadError;

/// Throws an error that the program can catch.
pub(super) fn throw(ctx: &Ctx<'_>, error: &LoadError) -> Error {
    throw_with(ctx, error.class.name(), &error.message, &[("code", error.code)])
}

/// Throws an error of this class with these properties.
pub(super) fn throw_with<'js>(ctx: &Ctx<'js>, class: &str, message: &str, properties: &[(&str, &str)]) -> Error {
    let thrown = || {
        let constructor: Function<'js> = ctx.globals().get(class)?;
        let error: rquickjs::Object<'js> = constructor.call((message,))?;
        for (name, value) in properties {
            error.set(*name, *value)?;
        }
        Ok(ctx.throw(error.into_value()))
    };
    thrown().unwrap_or_else(|error: Error| error)
}

/// Returns an error in one line.
pub(super) fn message<'js>(ctx: &Ctx<'js>, error: &Value<'js>) -> String {
    text(ctx, error).lines().next().unwrap_or_default().to_owned()
}

/// Prints an error that the program does not catch.
pub(super) fn uncaught<'js>(state: &State, ctx: &Ctx<'js>, error: &Value<'js>) {
    let text = text(ctx, error);
    // The engine's error of a link that is broken has no stack.
    let place = if text.contains('\n') { None } else { place::of(state, message_of(&text)) };
    state.write(2, format!("Uncaught {text}\n{}", place.unwrap_or_default()).as_bytes());
}

/// Returns the message in the text of an error.
fn message_of(text: &str) -> &str {
    text.split_once(": ").map_or(text, |(_, message)| message)
}

/// Returns a stack without the calls that the host has made.
fn of_program(stack: &str) -> String {
    let is_of_host = |line: &str| line.contains("(bmes:bootstrap:") || line.contains("(node:internal/commonjs:");
    let lines: Vec<&str> = stack.lines().collect();
    let is_kept = |number: &usize| {
        let next = lines.get(number + 1).copied().unwrap_or_default();
        // The host has called these functions of the engine.
        let is_called = lines[*number].ends_with("(native)") && is_of_host(next);
        !is_of_host(lines[*number]) && !is_called
    };
    (0..lines.len()).filter(is_kept).map(|number| lines[number]).collect::<Vec<_>>().join("\n")
}

/// Returns an error with its stack: a line for each call, with file, line and column.
fn text<'js>(ctx: &Ctx<'js>, error: &Value<'js>) -> String {
    let property = |name: &str| -> Option<String> {
        let value: Value<'js> = error.as_object()?.get(name).ok()?;
        value.as_string()?.to_string().ok()
    };
    if error.as_object().and_then(|object| Exception::from_object(object.clone())).is_some() {
        let [name, message, stack] = ["name", "message", "stack"].map(|name| property(name).unwrap_or_default());
        let colon = if message.is_empty() { "" } else { ": " };
        // A stack begins with the error, unless the program has replaced it.
        if !stack.is_empty() && !stack.starts_with(' ') && stack.contains(&message) {
            return of_program(&stack);
        }
        return format!("{name}{colon}{message}\n{}", of_program(&stack)).trim_end().to_owned();
    }
    let to_string: Result<Function<'js>, _> = ctx.globals().get("String");
    let text = to_string.and_then(|to_string| to_string.call::<_, String>((error.clone(),)));
    // An exception here is that of the value's own `toString`.
    text.unwrap_or_else(|_| {
        drop(ctx.catch());
        "a value that cannot be printed".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_has_no_calls_of_the_host() {
        let stack = "    at f (a.js:1:1)\n    at map (native)\n    at g (a.js:2:2)\n    at apply (native)\n    \
                     at call (bmes:bootstrap:3:3)\n    at runTimer (bmes:bootstrap:4:4)\n";
        assert_eq!(of_program(stack), "    at f (a.js:1:1)\n    at map (native)\n    at g (a.js:2:2)");
    }
}
