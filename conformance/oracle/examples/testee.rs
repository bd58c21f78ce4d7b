//! The oracle as a testee of the conformance suite. It responds to BMES-CP/1 requests (`conformance/PROTOCOL.md`), one
//! JSON object per line.
//!
//! A panic ends the process. The runner counts that as a crash.

use std::io::{self, BufRead, Write};
use std::ops::Range;

use bmes_oracle::v4::{self, KnownSource};
use bmes_oracle::{Record, Rejection, check, decode, encode, identify, versions};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let request: Value = match serde_json::from_slice(&line?) {
            Ok(request) => request,
            Err(error) => json!({ "error": error.to_string() }),
        };
        if request["op"] == "bye" {
            return Ok(());
        }
        let (key, json) = match answer(&request) {
            Ok(json) => ("ok", json),
            Err(Failure::Rejected(rejection)) => ("err", error_object(&rejection).to_string()),
            Err(Failure::Unsupported(why)) => ("unsupported", json!(why).to_string()),
            Err(Failure::Fault(why)) => ("fault", json!(why).to_string()),
        };
        writeln!(output, r#"{{"id":{},"{key}":{json}}}"#, request["id"])?;
        output.flush()?;
    }
    Ok(())
}

/// The reasons why a request has no result.
enum Failure {
    /// The oracle rejects the file or the record.
    Rejected(Rejection),
    /// This testee does not know the operation or the protocol.
    Unsupported(String),
    /// The request is not one of BMES-CP/1.
    Fault(String),
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.to_string())
    }
}

fn error_object(rejection: &Rejection) -> Value {
    let mut error = json!({ "class": rejection.class, "message": rejection.to_string() });
    if let Some(offset) = rejection.offset {
        error["offset"] = offset.into();
    }
    error
}

/// Returns the value of the key `ok` as JSON.
fn answer(request: &Value) -> Result<String, Failure> {
    match request["op"].as_str() {
        Some("hello") => Ok(hello(request)?.to_string()),
        Some("identify") => Ok(json!({ "version": identify(&bytes(&request["hex"])?)? }).to_string()),
        Some("decode") => decoded(&bytes(&request["hex"])?),
        Some("check") => Ok(checked(&bytes(&request["hex"])?)?.to_string()),
        Some("encode") => Ok(encoded(request)?.to_string()),
        Some("match") => Ok(matched(request)?.to_string()),
        Some(other) => Err(Failure::Unsupported(format!("unknown operation {other:?}"))),
        None => Err(Failure::Fault("the request has no string `op`".into())),
    }
}

fn hello(request: &Value) -> Result<Value, Failure> {
    if request["protocol"] != 1 {
        return Err(Failure::Unsupported("this testee speaks protocol 1".into()));
    }
    Ok(json!({
        "protocol": 1,
        "name": "bmes-oracle",
        "version": env!("CARGO_PKG_VERSION"),
        "language": "Rust",
        "formats": versions().collect::<Vec<_>>(),
        "ops": ["identify", "decode", "check", "encode", "match"],
        "errors": true,
    }))
}

fn decoded(file: &[u8]) -> Result<String, Failure> {
    if identify(file)? == v4::VERSION {
        let decoded = v4::decode(file)?;
        let text = if decoded.text.is_empty() { Value::Null } else { place(&decoded.text) };
        let keys = json!({ "text": text, "bytecode": place(&decoded.bytecode) });
        return Ok(with_keys(&serde_json::to_string(&decoded.record)?, &keys));
    }
    let decoded = decode(file)?;
    let keys = json!({ "bytecode": place(&decoded.bytecode) });
    Ok(with_keys(&serde_json::to_string(&decoded.record)?, &keys))
}

/// Returns the JSON of the record with more keys.
///
/// The record never becomes a `Value`: that takes more memory than the protocol allows for an answer.
fn with_keys(record: &str, keys: &Value) -> String {
    let keys = keys.to_string();
    let (Some(record), Some(keys)) = (record.strip_suffix('}'), keys.strip_prefix('{')) else {
        panic!("the record and the keys are objects");
    };
    format!("{record},{keys}")
}

fn place(range: &Range<usize>) -> Value {
    json!({ "offset": range.start, "length": range.len() })
}

fn checked(file: &[u8]) -> Result<Value, Failure> {
    let verdict = if identify(file)? == v4::VERSION { v4::check(file) } else { check(file) };
    Ok(json!(verdict.map(|()| true)?))
}

fn encoded(request: &Value) -> Result<Value, Failure> {
    // The version determines which keys a record has, so it is checked first.
    let version = &request["record"]["version"];
    if version.is_number() && !versions().any(|known| *version == known) {
        return Err(Rejection { class: "unsupported-version", offset: None, version: 1, clause: "writer-type" }.into());
    }
    let record = request["record"].clone();
    let bytecode = bytes(&request["bytecode"])?;
    let file = if *version == v4::VERSION {
        let record: v4::Record = serde_json::from_value(record)?;
        // A `text` that is missing or `null` means that there is no text.
        let text = if request["text"].is_null() { Vec::new() } else { bytes(&request["text"])? };
        v4::encode(&record, &text, &bytecode)?
    } else {
        let record: Record = serde_json::from_value(record)?;
        encode(&record, &bytecode)?
    };
    Ok(json!({ "hex": hex::encode(file) }))
}

fn matched(request: &Value) -> Result<Value, Failure> {
    let file = bytes(&request["hex"])?;
    let producer = digest(&request["producer"])?;
    let source = request.get("source").ok_or_else(|| Failure::Fault("`source` is missing in the request".into()))?;
    v4::match_file(&file, &producer, known_source(source)?)?;
    Ok(true.into())
}

fn known_source(source: &Value) -> Result<KnownSource, Failure> {
    match source {
        Value::Null => Ok(KnownSource::Nothing),
        Value::String(text) if text == "embedded-text" => Ok(KnownSource::EmbeddedText),
        Value::String(text) if text == "trusted" => Ok(KnownSource::Trusted),
        Value::Object(source) => {
            let size = source.get("size").and_then(Value::as_u64);
            let size = size.ok_or_else(|| Failure::Fault("`size` is not a number of bytes".into()))?;
            Ok(KnownSource::Source { size, sha256: digest(source.get("sha256").unwrap_or(&Value::Null))? })
        }
        _ => Err(Failure::Fault("`source` is none of the values of the protocol".into())),
    }
}

fn digest(digits: &Value) -> Result<[u8; 32], Failure> {
    bytes(digits)?.try_into().map_err(|_| Failure::Fault("a digest does not have 32 bytes".into()))
}

fn bytes(digits: &Value) -> Result<Vec<u8>, Failure> {
    let digits = digits
        .as_str()
        .ok_or_else(|| Failure::Fault("bytes are missing in the request, or are not a string of hex digits".into()))?;
    hex::decode(digits).map_err(|error| Failure::Fault(error.to_string()))
}
