//! The oracle as a testee of the conformance suite. It responds to BMES-CP/1 requests (`conformance/PROTOCOL.md`), one
//! JSON object per line.
//!
//! A panic ends the process. The runner counts that as a crash.

use std::io::{self, BufRead, Write};

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
        let (key, value) = match answer(&request) {
            Ok(value) => ("ok", value),
            Err(Failure::Rejected(rejection)) => ("err", error_object(&rejection)),
            Err(Failure::Unsupported(why)) => ("unsupported", why.into()),
            Err(Failure::Fault(why)) => ("fault", why.into()),
        };
        writeln!(output, "{}", json!({ "id": request["id"], key: value }))?;
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

fn error_object(rejection: &Rejection) -> Value {
    let mut error = json!({ "class": rejection.class, "message": rejection.to_string() });
    if let Some(offset) = rejection.offset {
        error["offset"] = offset.into();
    }
    error
}

/// Returns the value of the key `ok`.
fn answer(request: &Value) -> Result<Value, Failure> {
    match request["op"].as_str() {
        Some("hello") => hello(request),
        Some("identify") => Ok(json!({ "version": identify(&bytes(&request["hex"])?)? })),
        Some("decode") => decoded(&bytes(&request["hex"])?),
        Some("check") => Ok(json!(check(&bytes(&request["hex"])?).map(|()| true)?)),
        Some("encode") => encoded(request),
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
        "ops": ["identify", "decode", "check", "encode"],
        "errors": true,
    }))
}

fn decoded(file: &[u8]) -> Result<Value, Failure> {
    let decoded = decode(file)?;
    let mut record = serde_json::to_value(&decoded.record).map_err(|error| Failure::Fault(error.to_string()))?;
    record["bytecode"] = json!({ "offset": decoded.bytecode.start, "length": decoded.bytecode.len() });
    Ok(record)
}

fn encoded(request: &Value) -> Result<Value, Failure> {
    // The version determines which keys a record has, so it is checked first.
    let version = request["record"]["version"].as_u64();
    if version.is_some_and(|version| !versions().any(|known| u64::from(known) == version)) {
        return Err(Rejection { class: "unsupported-version", offset: None, version: 1, clause: "writer-type" }.into());
    }
    let record: Record =
        serde_json::from_value(request["record"].clone()).map_err(|error| Failure::Fault(error.to_string()))?;
    let file = encode(&record, &bytes(&request["bytecode"])?)?;
    Ok(json!({ "hex": hex::encode(file) }))
}

fn bytes(digits: &Value) -> Result<Vec<u8>, Failure> {
    let digits = digits
        .as_str()
        .ok_or_else(|| Failure::Fault("`hex` or `bytecode` is missing in the request, or is not a string".into()))?;
    hex::decode(digits).map_err(|error| Failure::Fault(error.to_string()))
}
