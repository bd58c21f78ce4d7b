//! Answers. The runner reads them strictly, and [`serve`](crate::serve) writes them.

use std::fmt;

use serde_json::{Value, json};

use super::request::push_hex;
use super::shape::{self, Violation, join};
use super::{Answer, Info, Operation, PROTOCOL, Refusal, SHORTEST_MAX_LINE};
use crate::error_map::ErrorMap;

/// A line that is not a valid answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// The line is not one JSON object, or a key occurs twice.
    Json(String),
    /// The line is the answer to another request.
    Id(String),
    /// A key is missing or unknown, or a value has another type.
    Shape(Violation),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(why) => write!(f, "not a JSON object: {why}"),
            Self::Id(why) => f.write_str(why),
            Self::Shape(violation) => violation.fmt(f),
        }
    }
}

impl From<Violation> for Invalid {
    fn from(violation: Violation) -> Self {
        Self::Shape(violation)
    }
}

/// Parses the answer to request `id`, whose operation was `operation`. Without `id`, it is a one-shot answer, which
/// has no id.
pub fn read(line: &[u8], id: Option<u64>, operation: Operation) -> Result<Answer, Invalid> {
    read_mapped(line, id, operation, None)
}

/// Parses an answer like [`read`]. If there is a map `errors`, also replaces the testee's error names by their classes.
/// With a map, a class can be any string that is not empty.
pub fn read_mapped(
    line: &[u8],
    id: Option<u64>,
    operation: Operation,
    errors: Option<&ErrorMap>,
) -> Result<Answer, Invalid> {
    match envelope(line, id, errors)? {
        Body::Ok(value) => ok(value, operation).map_err(Invalid::Shape),
        Body::Other(answer) => Ok(answer),
    }
}

/// Parses the answer to `hello`. `Ok(Err)` means that the testee speaks another protocol, or states its own reason
/// why it cannot be tested.
pub fn read_hello(line: &[u8], id: Option<u64>) -> Result<Result<Info, String>, Invalid> {
    match envelope(line, id, None)? {
        Body::Ok(value) => match value.get("protocol").and_then(Value::as_u64) {
            Some(number) if number != PROTOCOL => {
                Ok(Err(format!("it speaks protocol {number}, but this runner speaks protocol {PROTOCOL}")))
            }
            _ => Ok(Ok(info(value)?)),
        },
        Body::Other(Answer::Unsupported(why)) => Ok(Err(format!("it answered unsupported: {why}"))),
        Body::Other(Answer::Fault(why)) => Ok(Err(format!("it answered fault: {why}"))),
        Body::Other(_) => Err(Violation::new("err", "hello is never refused; expected ok").into()),
    }
}

/// Writes `answer` with the request's number. `None` is written as null.
pub fn write(line: &mut Vec<u8>, id: Option<u64>, answer: &Answer) {
    match id {
        Some(id) => line.extend_from_slice(format!("{{\"id\":{id},").as_bytes()),
        None => line.extend_from_slice(b"{\"id\":null,"),
    }
    write_body(line, answer);
    line.extend_from_slice(b"}\n");
}

/// Writes the answer to `hello`.
pub fn write_hello(line: &mut Vec<u8>, id: u64, info: &Info) {
    let operations: Vec<_> = info.operations.iter().map(|operation| operation.name()).collect();
    let mut ok = json!({
        "protocol": PROTOCOL, "name": info.name, "version": info.version, "language": info.language,
        "formats": info.formats, "ops": operations, "errors": info.errors,
    });
    if let Some(max_line) = info.max_line {
        ok["max_line"] = max_line.into();
    }
    line.extend_from_slice(format!("{}\n", json!({ "id": id, "ok": ok })).as_bytes());
}

enum Body {
    Ok(Value),
    Other(Answer),
}

fn envelope(line: &[u8], id: Option<u64>, errors: Option<&ErrorMap>) -> Result<Body, Invalid> {
    let value = shape::parse(line).map_err(Invalid::Json)?;
    let Value::Object(mut map) = value else {
        return Err(Invalid::Json(shape::wrong_type("", "an object", &value).to_string()));
    };
    if let Some(id) = id {
        match map.swap_remove("id") {
            None => return Err(Violation::new("id", "missing").into()),
            Some(found) if found.as_u64() == Some(id) => {}
            Some(Value::Number(found)) => {
                return Err(Invalid::Id(format!("expected the answer to request {id}, found one to {found}")));
            }
            Some(Value::Null) => return Err(Invalid::Id(format!("expected the answer to request {id}, found null"))),
            Some(found) => return Err(shape::wrong_type("id", &format!("the integer {id}"), &found).into()),
        }
    }
    let mut entries = map.into_iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return Err(Violation::new(
            "",
            "expected exactly one of ok, err, unsupported, fault, and nothing else beside id",
        )
        .into());
    };
    Ok(match key.as_str() {
        "ok" => Body::Ok(value),
        "err" => Body::Other(Answer::Refused(refusal(value, errors)?)),
        "unsupported" => Body::Other(Answer::Unsupported(shape::string(value, "unsupported")?)),
        "fault" => Body::Other(Answer::Fault(shape::string(value, "fault")?)),
        _ => return Err(Violation::new(key, "unknown key; expected id and one of ok, err, unsupported, fault").into()),
    })
}

fn ok(value: Value, operation: Operation) -> Result<Answer, Violation> {
    match operation {
        Operation::Identify => {
            let [version] = shape::fields(value, "ok", ["version"])?;
            let number = shape::integer(&version, "ok.version")?;
            let version = u32::try_from(number)
                .map_err(|_| Violation::new("ok.version", format!("{number} does not fit 32 bits")))?;
            Ok(Answer::Version(version))
        }
        Operation::Decode => Ok(Answer::Record(Box::new(shape::decoded(value, "ok")?))),
        Operation::Check | Operation::Match if value == Value::Bool(true) => Ok(Answer::Accepted),
        Operation::Check | Operation::Match => Err(shape::wrong_type("ok", "true", &value)),
        Operation::Encode => {
            let [file] = shape::fields(value, "ok", ["hex"])?;
            Ok(Answer::File(shape::hex(file, "ok.hex")?))
        }
        Operation::OpenPack => Ok(Answer::Index(Box::new(shape::index(value, "ok")?))),
    }
}

fn refusal(value: Value, errors: Option<&ErrorMap>) -> Result<Refusal, Violation> {
    let mut refusal = Refusal::default();
    let mut has_class = false;
    for (key, value) in shape::object(value, "err")? {
        let path = join("err", &key);
        match key.as_str() {
            "class" => {
                has_class = true;
                refusal.class = if errors.is_some() { not_empty(value, &path)? } else { class(value, &path)? };
            }
            "offset" => refusal.offset = Some(shape::integer(&value, &path)?),
            "message" => refusal.message = Some(shape::string(value, &path)?),
            _ => return Err(Violation::new(path, "unknown key; expected class, offset, message")),
        }
    }
    if !has_class {
        return Err(Violation::new("err.class", "missing"));
    }
    if let Some(errors) = errors {
        errors.apply(&mut refusal);
    }
    Ok(refusal)
}

fn class(value: Value, path: &str) -> Result<String, Violation> {
    let class = shape::string(value, path)?;
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if class.split('-').all(word) {
        Ok(class)
    } else {
        Err(Violation::new(path, format!("expected lowercase words joined by -, found {class:?}")))
    }
}

fn info(value: Value) -> Result<Info, Violation> {
    let mut map = shape::object(value, "ok")?;
    let max_line = map.swap_remove("max_line").as_ref().map(max_line).transpose()?;
    let value = Value::Object(map);
    let [protocol, name, version, language, formats, operations, errors] =
        shape::fields(value, "ok", ["protocol", "name", "version", "language", "formats", "ops", "errors"])?;
    shape::integer(&protocol, "ok.protocol")?;
    Ok(Info {
        name: not_empty(name, "ok.name")?,
        version: not_empty(version, "ok.version")?,
        language: not_empty(language, "ok.language")?,
        formats: set(formats, "ok.formats", |value, path| {
            let number = shape::integer(value, path)?;
            // The other numbers are never assigned to a version. If a testee supported one of them, the suite would
            // not test that the testee rejects it.
            let number = u32::try_from(number).ok().filter(|number| (1..=0x7FFF_FFFF).contains(number));
            number.ok_or_else(|| {
                Violation::new(path, "expected a version of the format: an integer from 1 to 2147483647")
            })
        })?,
        operations: set(operations, "ok.ops", |value, path| {
            let operation = value.as_str().and_then(Operation::from_name);
            operation.ok_or_else(|| {
                Violation::new(
                    path,
                    format!("expected identify, decode, check, encode, match or open-pack, found {value}"),
                )
            })
        })?,
        errors: errors.as_bool().ok_or_else(|| shape::wrong_type("ok.errors", "true or false", &errors))?,
        max_line,
    })
}

fn max_line(value: &Value) -> Result<usize, Violation> {
    let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
    number.filter(|number| *number >= SHORTEST_MAX_LINE).ok_or_else(|| {
        let what = format!("expected a number of bytes, at least {SHORTEST_MAX_LINE}, found {value}");
        Violation::new("ok.max_line", what)
    })
}

fn not_empty(value: Value, path: &str) -> Result<String, Violation> {
    let string = shape::string(value, path)?;
    if string.is_empty() { Err(Violation::new(path, "empty")) } else { Ok(string) }
}

fn set<T: PartialEq>(
    value: Value,
    path: &str,
    read: fn(&Value, &str) -> Result<T, Violation>,
) -> Result<Vec<T>, Violation> {
    let mut items = Vec::new();
    for (index, value) in shape::array(value, path)?.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let item = read(value, &path)?;
        if items.contains(&item) {
            return Err(Violation::new(path, format!("{value} occurs twice")));
        }
        items.push(item);
    }
    if items.is_empty() { Err(Violation::new(path, "expected at least one")) } else { Ok(items) }
}

fn write_body(line: &mut Vec<u8>, answer: &Answer) {
    let text = match answer {
        Answer::Version(version) => format!("\"ok\":{{\"version\":{version}}}"),
        Answer::Accepted => "\"ok\":true".to_owned(),
        Answer::Unsupported(why) => format!("\"unsupported\":{}", Value::from(why.as_str())),
        Answer::Fault(why) => format!("\"fault\":{}", Value::from(why.as_str())),
        Answer::Refused(refusal) => {
            let mut err = json!({ "class": refusal.class });
            if let Some(offset) = refusal.offset {
                err["offset"] = offset.into();
            }
            if let Some(message) = &refusal.message {
                err["message"] = message.as_str().into();
            }
            format!("\"err\":{err}")
        }
        Answer::Record(decoded) => {
            line.extend_from_slice(b"\"ok\":");
            // This writes strings, lists and numbers to a vector, which cannot fail.
            let _ = serde_json::to_writer(&mut *line, decoded);
            return;
        }
        Answer::Index(index) => {
            line.extend_from_slice(b"\"ok\":");
            let _ = serde_json::to_writer(&mut *line, index);
            return;
        }
        Answer::File(file) => {
            line.extend_from_slice(b"\"ok\":{\"hex\":\"");
            push_hex(line, file);
            line.extend_from_slice(b"\"}");
            return;
        }
    };
    line.extend_from_slice(text.as_bytes());
}
