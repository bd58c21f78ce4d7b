//! Reads the protocol's values strictly. An error names every key that is missing, unknown or duplicate, and every
//! value of another type. Derived deserializers are not strict enough, because flattened structures accept unknown
//! keys. So this module is written by hand.

use std::fmt;

use bmes::{Attribute, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRequest, Variable, Version};
use bmes_pack::Index;
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::case::{Decoded, NamedRecord, Place, Record};

/// A value that does not have the shape that the protocol requires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: String,
    what: String,
}

impl Violation {
    /// Creates a violation `what` at `path`. If the path is empty, the message is only `what`.
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

/// Parses one JSON value. No object may have a key twice, and nothing may follow the value.
pub fn parse(text: &[u8]) -> Result<Value, String> {
    match text {
        [0xef, 0xbb, 0xbf, ..] => return Err("it begins with U+FEFF, a byte order mark: write UTF-8 without it".into()),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, 0, 1..=255, ..] | [1..=255, 0, 1..=255, 0, ..] => {
            return Err("it is UTF-16: write UTF-8".into());
        }
        _ => {}
    }
    let text = std::str::from_utf8(text).map_err(|error| format!("not UTF-8: {error}"))?;
    serde_json::from_str::<Strict>(text).map(|strict| strict.0).map_err(|error| error.to_string())
}

/// Returns the values of these keys, in this order. Returns an error if `value` lacks one of them or has another key.
pub fn fields<const N: usize>(value: Value, path: &str, keys: [&str; N]) -> Result<[Value; N], Violation> {
    let mut map = object(value, path)?;
    only(&map, path, &keys)?;
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

/// Reads the result of `decode`: a record and the range of its bytecode.
pub fn decoded(value: Value, path: &str) -> Result<Decoded, Violation> {
    let mut map = object(value, path)?;
    if is_version_4(&map) {
        let text = match take(&mut map, path, "text")? {
            Value::Null => None,
            text => Some(place(text, &join(path, "text"))?),
        };
        let bytecode = place(take(&mut map, path, "bytecode")?, &join(path, "bytecode"))?;
        let record = Record::V4(derived(Value::Object(map), path)?);
        return Ok(Decoded { record, text, bytecode });
    }
    let record = record_and(&mut map, path, &["bytecode"])?.into();
    let bytecode = place(take(&mut map, path, "bytecode")?, &join(path, "bytecode"))?;
    Ok(Decoded { record, text: None, bytecode })
}

fn is_version_4(map: &Map<String, Value>) -> bool {
    map.get("version").and_then(Value::as_u64) == Some(4)
}

fn place(value: Value, path: &str) -> Result<Place, Violation> {
    let [offset, length] = fields(value, path, ["offset", "length"])?;
    Ok(Place { offset: size(&offset, &join(path, "offset"))?, length: size(&length, &join(path, "length"))? })
}

/// Reads a value whose type has a derived deserializer that accepts no other keys. An error names the field.
pub fn derived<T: DeserializeOwned>(value: Value, path: &str) -> Result<T, Violation> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = error.path().to_string();
        let place = if place == "." { path.to_owned() } else { join(path, &place) };
        Violation::new(place, error.into_inner().to_string())
    })
}

/// Reads the index of a pack.
pub fn index(value: Value, path: &str) -> Result<Index, Violation> {
    let again = value.clone();
    let index: Index = derived(value, path)?;
    // serde also takes a list for an object. The index that was read then has another form.
    match serde_json::to_value(&index) {
        Ok(written) if written == again => Ok(index),
        _ => Err(Violation::new(path, "a list stands in place of an object")),
    }
}

/// Reads the input of `encode`: a record without the places of its text and its bytecode.
pub fn record(value: Value, path: &str) -> Result<Record, Violation> {
    let mut map = object(value, path)?;
    if is_version_4(&map) {
        return Ok(Record::V4(derived(Value::Object(map), path)?));
    }
    Ok(record_and(&mut map, path, &[])?.into())
}

/// Reads an integer from 0 to 2^64 - 1.
pub fn integer(value: &Value, path: &str) -> Result<u64, Violation> {
    value.as_u64().ok_or_else(|| wrong_type(path, "an integer, written without fraction and exponent", value))
}

/// Reads an integer from 0 to 2^32 - 1.
pub fn number(value: &Value, path: &str) -> Result<u32, Violation> {
    const RANGE: &str = "an integer from 0 to 4294967295";
    let fits = value.as_u64().map(u32::try_from);
    fits.and_then(Result::ok).ok_or_else(|| wrong_type(path, RANGE, value))
}

/// Reads a string.
pub fn string(value: Value, path: &str) -> Result<String, Violation> {
    match value {
        Value::String(string) => Ok(string),
        other => Err(wrong_type(path, "a string", &other)),
    }
}

/// Reads bytes in lowercase hex.
pub fn hex(value: Value, path: &str) -> Result<Vec<u8>, Violation> {
    let text = string(value, path)?;
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(Violation::new(path, "expected lowercase hex, found uppercase"));
    }
    hex::decode(text).map_err(|error| Violation::new(path, format!("expected hex: {error}")))
}

/// Reads an array.
pub fn array(value: Value, path: &str) -> Result<Vec<Value>, Violation> {
    match value {
        Value::Array(values) => Ok(values),
        other => Err(wrong_type(path, "an array", &other)),
    }
}

/// Reads an object.
pub fn object(value: Value, path: &str) -> Result<Map<String, Value>, Violation> {
    match value {
        Value::Object(map) => Ok(map),
        other => Err(wrong_type(path, "an object", &other)),
    }
}

/// Creates the violation for a value at `path` that is not `expected`.
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

/// Returns the path of `key` in the object at `path`.
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Reads a record from `map`, which must have only the record's keys and the `others`. The version determines the
/// keys of the record.
fn record_and(map: &mut Map<String, Value>, path: &str, others: &[&str]) -> Result<NamedRecord, Violation> {
    const KEYS: &[&str] = &["version", "requests", "imports", "exports", "star_exports"];
    const ENVIRONMENT: &[&str] = &["declared_variables", "lexical_variables", "code_features"];
    let (at, value) = (join(path, "version"), take(map, path, "version")?);
    let of_version = integer(&value, &at)?;
    let known = u32::try_from(of_version).ok().and_then(Version::from_number);
    let version = known.ok_or_else(|| Violation::new(at, format!("no record has version {of_version}")))?;
    let environment = if version.has_environment() { ENVIRONMENT } else { &[] };
    only(map, path, &[KEYS, environment, others].concat())?;
    let empty = NamedRecord::of_version(version);
    let mut record = empty.ok_or_else(|| Violation::new(path, "a record of version 4 has other keys"))?;
    record.requests = list(map, path, "requests", request)?;
    record.imports = list(map, path, "imports", import)?;
    record.exports = list(map, path, "exports", export)?;
    record.star_exports = list(map, path, "star_exports", string)?;
    if let Some(environment) = record.environment_mut() {
        environment.declared_variables = list(map, path, "declared_variables", variable)?;
        environment.lexical_variables = list(map, path, "lexical_variables", variable)?;
        environment.code_features = number(&take(map, path, "code_features")?, &join(path, "code_features"))?;
    }
    Ok(record)
}

fn list<T>(
    map: &mut Map<String, Value>,
    path: &str,
    key: &str,
    read: fn(Value, &str) -> Result<T, Violation>,
) -> Result<Vec<T>, Violation> {
    each(take(map, path, key)?, &join(path, key), read)
}

/// Returns an error if `map` has a key that is not in `keys`.
fn only(map: &Map<String, Value>, path: &str, keys: &[&str]) -> Result<(), Violation> {
    match map.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(Violation::new(join(path, key), format!("unknown key; expected {}", keys.join(", ")))),
        None => Ok(()),
    }
}

fn take(map: &mut Map<String, Value>, path: &str, key: &str) -> Result<Value, Violation> {
    map.swap_remove(key).ok_or_else(|| Violation::new(join(path, key), "missing"))
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

fn variable(value: Value, path: &str) -> Result<Variable, Violation> {
    let [name, bits] = fields(value, path, ["name", "bits"])?;
    Ok(Variable { name: string(name, &join(path, "name"))?, bits: number(&bits, &join(path, "bits"))? })
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
                return Err(de::Error::custom(format_args!("the key {key:?} occurs twice")));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn record_of(version: u32) -> Value {
        let mut record = json!({"version": version, "requests": [], "imports": [], "exports": [], "star_exports": []});
        if version == 3 {
            record["declared_variables"] = json!([{"name": "a", "bits": 4_294_967_295_u32}]);
            record["lexical_variables"] = json!([{"name": "b", "bits": 0}]);
            record["code_features"] = json!(4_294_967_295_u32);
        }
        record
    }

    /// Returns the error for a record of this version whose value at `pointer` is replaced. `null` removes the value.
    fn said(version: u32, pointer: &str, value: Value) -> String {
        let mut changed = record_of(version);
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        if value.is_null() {
            parent.remove(key);
        } else {
            parent.insert(key.into(), value);
        }
        record(changed, "record").unwrap_err().to_string()
    }

    #[test]
    fn another_encoding_is_named() {
        let said = |text: &[u8]| parse(text).unwrap_err();
        assert_eq!(said(b"\xef\xbb\xbf{}"), "it begins with U+FEFF, a byte order mark: write UTF-8 without it");
        for utf_16 in [&b"\xff\xfe{\0}\0"[..], b"\xfe\xff\0{\0}", b"{\0}\0", b"\0{\0}"] {
            assert_eq!(said(utf_16), "it is UTF-16: write UTF-8");
        }
    }

    #[test]
    fn a_record_of_each_version_is_read_and_written_alike() {
        for version in 1..=3 {
            let read = record(record_of(version), "").unwrap();
            assert_eq!(read.version().number(), version);
            assert_eq!(read.named().unwrap().environment().is_some(), version == 3);
            assert_eq!(serde_json::to_value(&read).unwrap(), record_of(version));
        }
    }

    #[test]
    fn what_decode_answers_has_the_place_of_the_bytecode_beside_the_record() {
        for version in 1..=3 {
            let mut value = record_of(version);
            assert_eq!(decoded(value.clone(), "ok").unwrap_err().to_string(), "`ok.bytecode`: missing");
            value["bytecode"] = json!({"offset": 40, "length": 2});
            let read = decoded(value.clone(), "ok").unwrap();
            assert_eq!((read.bytecode.offset, read.bytecode.length), (40, 2));
            assert_eq!(serde_json::to_value(&read).unwrap(), value);
            let unknown = record(value, "ok").unwrap_err().to_string();
            assert!(unknown.starts_with("`ok.bytecode`: unknown key; expected version, requests"), "{unknown}");
        }
    }

    #[test]
    fn a_record_has_exactly_the_keys_of_its_version() {
        let keys = "version, requests, imports, exports, star_exports";
        let all = format!("{keys}, declared_variables, lexical_variables, code_features");
        for version in [1, 2] {
            for key in ["declared_variables", "lexical_variables", "code_features", "note"] {
                let expected = format!("`record.{key}`: unknown key; expected {keys}");
                assert_eq!(said(version, &format!("/{key}"), json!([])), expected);
            }
        }
        for key in ["star_exports", "declared_variables", "lexical_variables", "code_features"] {
            assert_eq!(said(3, &format!("/{key}"), Value::Null), format!("`record.{key}`: missing"));
        }
        assert_eq!(said(3, "/note", json!(1)), format!("`record.note`: unknown key; expected {all}"));
        assert_eq!(said(3, "/version", Value::Null), "`record.version`: missing");
        assert_eq!(said(3, "/version", json!(5)), "`record.version`: no record has version 5");
    }

    #[test]
    fn a_record_of_version_4_has_other_keys() {
        let said = said(3, "/version", json!(4));
        assert!(said.starts_with("`record.declared_variables`: unknown field `declared_variables`"), "{said}");
    }

    #[test]
    fn the_words_of_the_engine_are_numbers_of_32_bits() {
        let range = "expected an integer from 0 to 4294967295, found";
        for (value, found) in [
            (json!(4_294_967_296_u64), "the number 4294967296"),
            (json!(-1), "the number -1"),
            (json!(1.0), "the number 1.0"),
            (json!("1"), "a string"),
            (json!(true), "true"),
        ] {
            let features = said(3, "/code_features", value.clone());
            assert_eq!(features, format!("`record.code_features`: {range} {found}"));
            let bits = said(3, "/lexical_variables/0/bits", value);
            assert_eq!(bits, format!("`record.lexical_variables[0].bits`: {range} {found}"));
        }
    }

    #[test]
    fn a_variable_has_a_name_and_bits_and_nothing_else() {
        assert_eq!(
            said(3, "/declared_variables", json!(["a"])),
            "`record.declared_variables[0]`: expected an object, found a string"
        );
        assert_eq!(
            said(3, "/declared_variables", json!([{"name": "a"}])),
            "`record.declared_variables[0].bits`: missing"
        );
        assert_eq!(
            said(3, "/declared_variables", json!([{"name": "a", "bits": 1, "const": true}])),
            "`record.declared_variables[0].const`: unknown key; expected name, bits"
        );
        assert_eq!(
            said(3, "/lexical_variables", json!([{"name": 1, "bits": 1}])),
            "`record.lexical_variables[0].name`: expected a string, found the number 1"
        );
        assert_eq!(
            said(3, "/lexical_variables", json!({})),
            "`record.lexical_variables`: expected an array, found an object"
        );
    }
}
