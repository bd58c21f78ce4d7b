//! The shapes of the protocol's values, read strictly: every key that is missing, unknown or there twice, and every value of another
//! type, is named. Derived deserializers are not strict enough (flattened structures swallow unknown keys), so this is written out.

use std::fmt;

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Version};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::case::{Bytecode, Decoded, Record};

/// A value that has not the shape that the protocol gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: String,
    what: String,
}

impl Violation {
    /// What is wrong at `path`; an empty path is the whole message.
    pub fn new(path: impl Into<String>, what: impl Into<String>) -> Self {
        Self { path: path.into(), what: what.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        f.write_str(&self.what)
    }
}

impl std::error::Error for Violation {}

/// Reads one JSON value that has no key twice in an object, and nothing after it.
pub fn parse(text: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(text).map_err(|error| format!("not UTF-8: {error}"))?;
    serde_json::from_str::<Strict>(text).map(|strict| strict.0).map_err(|error| error.to_string())
}

/// The values of exactly these keys, in this order.
pub fn fields<const N: usize>(value: Value, path: &str, keys: [&str; N]) -> Result<[Value; N], Violation> {
    let mut map = object(value, path)?;
    for key in map.keys() {
        if !keys.contains(&key.as_str()) {
            return Err(Violation::new(join(path, key), format!("unknown key; expected {}", keys.join(", "))));
        }
    }
    let mut missing = None;
    let values = keys.map(|key| {
        map.swap_remove(key).unwrap_or_else(|| {
            missing.get_or_insert(key);
            Value::Null
        })
    });
    match missing {
        Some(key) => Err(Violation::new(join(path, key), "missing")),
        None => Ok(values),
    }
}

/// A record and the place of its bytecode: what `decode` answers.
pub fn decoded(value: Value, path: &str) -> Result<Decoded, Violation> {
    let [version, requests, imports, exports, star_exports, bytecode] =
        fields(value, path, ["version", "requests", "imports", "exports", "star_exports", "bytecode"])?;
    let record = lists(path, &version, [requests, imports, exports, star_exports])?;
    let path = join(path, "bytecode");
    let [offset, length] = fields(bytecode, &path, ["offset", "length"])?;
    let bytecode =
        Bytecode { offset: size(&offset, &join(&path, "offset"))?, length: size(&length, &join(&path, "length"))? };
    Ok(Decoded { record, bytecode })
}

/// A record without the place of its bytecode: what `encode` is asked.
pub fn record(value: Value, path: &str) -> Result<Record, Violation> {
    let [version, requests, imports, exports, star_exports] =
        fields(value, path, ["version", "requests", "imports", "exports", "star_exports"])?;
    lists(path, &version, [requests, imports, exports, star_exports])
}

/// An integer from 0 to 2^64 - 1.
pub fn integer(value: &Value, path: &str) -> Result<u64, Violation> {
    value.as_u64().ok_or_else(|| wrong_type(path, "an integer, written without fraction and exponent", value))
}

/// A string.
pub fn string(value: Value, path: &str) -> Result<String, Violation> {
    match value {
        Value::String(string) => Ok(string),
        other => Err(wrong_type(path, "a string", &other)),
    }
}

/// Bytes in lowercase hex.
pub fn hex(value: Value, path: &str) -> Result<Vec<u8>, Violation> {
    let text = string(value, path)?;
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(Violation::new(path, "expected lowercase hex, found uppercase"));
    }
    hex::decode(text).map_err(|error| Violation::new(path, format!("expected hex: {error}")))
}

/// An array.
pub fn array(value: Value, path: &str) -> Result<Vec<Value>, Violation> {
    match value {
        Value::Array(values) => Ok(values),
        other => Err(wrong_type(path, "an array", &other)),
    }
}

/// An object.
pub fn object(value: Value, path: &str) -> Result<Map<String, Value>, Violation> {
    match value {
        Value::Object(map) => Ok(map),
        other => Err(wrong_type(path, "an object", &other)),
    }
}

/// `expected` was not found at `path`.
pub fn wrong_type(path: &str, expected: &str, found: &Value) -> Violation {
    let found = match found {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    Violation::new(path, format!("expected {expected}, found {found}"))
}

/// The path of `key` in the object at `path`.
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn lists(path: &str, version: &Value, lists: [Value; 4]) -> Result<Record, Violation> {
    let at = join(path, "version");
    let number = integer(version, &at)?;
    let known = u32::try_from(number).ok().and_then(Version::from_number);
    let mut record = Record::new(known.ok_or_else(|| Violation::new(at, format!("no record has version {number}")))?);
    let [requests, imports, exports, star_exports] = lists;
    record.requests = each(requests, &join(path, "requests"), request)?;
    record.imports = each(imports, &join(path, "imports"), import)?;
    record.exports = each(exports, &join(path, "exports"), export)?;
    record.star_exports = each(star_exports, &join(path, "star_exports"), string)?;
    Ok(record)
}

fn request(value: Value, path: &str) -> Result<ModuleRequest, Violation> {
    let [specifier, attributes] = fields(value, path, ["specifier", "attributes"])?;
    Ok(ModuleRequest {
        specifier: string(specifier, &join(path, "specifier"))?,
        attributes: each(attributes, &join(path, "attributes"), attribute)?,
    })
}

fn attribute(value: Value, path: &str) -> Result<Attribute, Violation> {
    let [key, value] = fields(value, path, ["key", "value"])?;
    Ok(Attribute { key: string(key, &join(path, "key"))?, value: string(value, &join(path, "value"))? })
}

fn import(value: Value, path: &str) -> Result<ImportEntry, Violation> {
    let [import_type, module_request, import_name, local_name] =
        fields(value, path, ["type", "module_request", "import_name", "local_name"])?;
    Ok(ImportEntry {
        import_type: match import_type.as_str() {
            Some("single") => ImportType::Single,
            Some("single-typescript") => ImportType::SingleTypeScript,
            Some("namespace") => ImportType::Namespace,
            _ => {
                return Err(unknown_type(path, "single, single-typescript or namespace", &import_type));
            }
        },
        module_request: string(module_request, &join(path, "module_request"))?,
        import_name: string(import_name, &join(path, "import_name"))?,
        local_name: string(local_name, &join(path, "local_name"))?,
    })
}

fn export(value: Value, path: &str) -> Result<ExportEntry, Violation> {
    let [export_type, export_name, module_name, import_name, local_name] =
        fields(value, path, ["type", "export_name", "module_name", "import_name", "local_name"])?;
    Ok(ExportEntry {
        export_type: match export_type.as_str() {
            Some("local") => ExportType::Local,
            Some("indirect") => ExportType::Indirect,
            Some("namespace") => ExportType::Namespace,
            _ => return Err(unknown_type(path, "local, indirect or namespace", &export_type)),
        },
        export_name: string(export_name, &join(path, "export_name"))?,
        module_name: string(module_name, &join(path, "module_name"))?,
        import_name: string(import_name, &join(path, "import_name"))?,
        local_name: string(local_name, &join(path, "local_name"))?,
    })
}

fn unknown_type(path: &str, expected: &str, found: &Value) -> Violation {
    match found.as_str() {
        Some(name) => Violation::new(join(path, "type"), format!("expected {expected}, found {name:?}")),
        None => wrong_type(&join(path, "type"), &format!("the string {expected}"), found),
    }
}

fn each<T>(value: Value, path: &str, read: fn(Value, &str) -> Result<T, Violation>) -> Result<Vec<T>, Violation> {
    let values = array(value, path)?;
    values.into_iter().enumerate().map(|(index, value)| read(value, &format!("{path}[{index}]"))).collect()
}

fn size(value: &Value, path: &str) -> Result<usize, Violation> {
    let number = integer(value, path)?;
    usize::try_from(number).map_err(|_| Violation::new(path, format!("{number} is larger than any file")))
}

/// A JSON value without duplicate keys.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = access.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let Strict(value) = access.next_value()?;
            if map.contains_key(&key) {
                return Err(de::Error::custom(format_args!("the key {key:?} is there twice")));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}
