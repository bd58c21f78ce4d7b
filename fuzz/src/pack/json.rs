//! Changes of a JSON value that keep most of its form.

use conformance::generate::choices::Choices;
use serde_json::{Value, json};

/// Changes one value in `root`: replaces it, by another value or by one from elsewhere in `root`, or removes, repeats or
/// moves an element of a list. Most of the replaced values keep their type.
pub(super) fn change(root: &mut Value, choices: &mut Choices<'_>) {
    let mut pointers = Vec::new();
    list(root, String::new(), &mut pointers);
    let other = root.pointer(choices.pick::<String>(&pointers)).cloned().unwrap_or_default();
    let Some(value) = root.pointer_mut(choices.pick::<String>(&pointers)) else { return };
    if choices.one_in(4) && std::mem::discriminant(value) == std::mem::discriminant(&other) {
        *value = other;
        return;
    }
    match value {
        Value::Array(elements) if !elements.is_empty() && !choices.one_in(6) => {
            let at = choices.below(elements.len());
            match choices.below(4) {
                0 => drop(elements.remove(at)),
                1 => elements.insert(at, elements[at].clone()),
                2 => elements.swap(at, at.saturating_sub(1)),
                _ => elements.sort_by_cached_key(Value::to_string),
            }
        }
        Value::Object(members) if choices.one_in(3) => {
            let key = members.keys().nth(choices.below(members.len().max(1))).cloned();
            drop(key.and_then(|key| members.shift_remove(&key)));
        }
        Value::String(text) if !choices.one_in(6) => *text = changed(text, choices),
        Value::Number(number) if !choices.one_in(6) => {
            let one = number.as_u64().unwrap_or_default();
            let numbers = [one.wrapping_add(1), one.wrapping_sub(1), 0, 1, u32::MAX.into(), u64::MAX];
            *value = (*choices.pick(&numbers)).into();
        }
        value => {
            *value =
                choices.pick(&[json!(null), json!(0), json!(""), json!([]), json!({}), json!(-1), json!(1.5)]).clone();
        }
    }
}

/// Paths, and the words of the index.
const TEXTS: [&str; 20] = [
    "", ".", "..", "../a", "a/../b", "a//b", "a\\b", "a?b", "/a", "a", "b", "node:fs", "module", "commonjs", "json",
    "builtin", "none", "source", "type", "0",
];

fn changed(text: &str, choices: &mut Choices<'_>) -> String {
    match choices.below(4) {
        0 => format!("{text}{}", choices.pick(&TEXTS)),
        1 => text.chars().skip(1).collect(),
        // A digest that is still one.
        2 if !text.is_empty() => format!(
            "{}{}",
            if text.starts_with('0') { '1' } else { '0' },
            &text[text.chars().next().map_or(0, char::len_utf8)..]
        ),
        _ => (*choices.pick(&TEXTS)).to_owned(),
    }
}

/// Appends the pointers to `value` and to all values in it.
fn list(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    match value {
        Value::Array(elements) => {
            (0..)
                .zip(elements)
                .for_each(|(number, element): (usize, _)| list(element, format!("{pointer}/{number}"), pointers));
        }
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| list(value, format!("{pointer}/{key}"), pointers));
        }
        _ => {}
    }
    pointers.push(pointer);
}
