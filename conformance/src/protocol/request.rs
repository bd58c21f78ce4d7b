//! Requests. The runner writes them, and [`serve`](crate::serve) reads them.

use bmes::Version;
use serde_json::{Value, json};

use super::shape::{self, Violation};
use super::{Operation, PROTOCOL, Question, escapes};
use crate::case::{Given, Record};

/// Writes the `hello` request, which is always request 0.
pub fn write_hello(line: &mut Vec<u8>) {
    line.extend_from_slice(format!("{{\"id\":0,\"op\":\"hello\",\"protocol\":{PROTOCOL}}}\n").as_bytes());
}

/// Writes the `bye` request, which ends the session.
pub fn write_bye(line: &mut Vec<u8>, id: u64) {
    line.extend_from_slice(format!("{{\"id\":{id},\"op\":\"bye\"}}\n").as_bytes());
}

/// Writes `question` as request `id`. The seed, if there is one, chooses the escapes in the strings of a record.
pub fn write(line: &mut Vec<u8>, id: u64, question: &Question<'_>, seed: Option<u64>) {
    line.extend_from_slice(format!("{{\"id\":{id},\"op\":\"{}\",", question.operation()).as_bytes());
    match question {
        Question::Identify(file) | Question::Decode(file) | Question::Check(file) | Question::OpenPack(file) => {
            line.extend_from_slice(b"\"hex\":\"");
            push_hex(line, file);
            line.push(b'"');
        }
        Question::Encode { record, text, bytecode } => write_record(line, record, text, bytecode, seed),
        Question::Match { file, given } => write_match(line, file, given),
    }
    line.extend_from_slice(b"}\n");
}

/// Adds spaces to the end of some long lines. The length of such a line is then a multiple of a typical buffer size, or
/// one byte less. A line gets at most `longest` bytes.
///
/// The length of the line without the digits of `id` determines which lines get spaces. The ids can differ in a second
/// run, and the same lines still get spaces.
pub(crate) fn fill(line: &mut Vec<u8>, id: u64, longest: usize) {
    const SHORT: usize = 2048;
    const LARGEST_BUFFER: usize = 1 << 20;
    let length = line.len();
    let content = length - id.to_string().len();
    let missing = content % 4;
    if length <= SHORT || missing > 1 {
        return;
    }
    let buffer = (length.next_power_of_two() / 4).min(LARGEST_BUFFER);
    let filled = length.next_multiple_of(buffer) - missing;
    if (length..=longest).contains(&filled) {
        line.truncate(length - 1);
        line.resize(filled - 1, b' ');
        line.push(b'\n');
    }
}

/// Writes the input of a one-shot testee for `encode`: the request without `id` and `op`.
pub fn write_one_shot_encode(line: &mut Vec<u8>, record: &Record, text: &[u8], bytecode: &[u8], seed: u64) {
    line.push(b'{');
    write_record(line, record, text, bytecode, Some(seed));
    line.extend_from_slice(b"}\n");
}

/// Writes the input of a one-shot testee for `match`: the request without `id` and `op`.
pub fn write_one_shot_match(line: &mut Vec<u8>, file: &[u8], given: &Given) {
    line.push(b'{');
    write_match(line, file, given);
    line.extend_from_slice(b"}\n");
}

fn write_match(line: &mut Vec<u8>, file: &[u8], given: &Given) {
    line.extend_from_slice(b"\"hex\":\"");
    push_hex(line, file);
    // These values are strings and numbers, and a vector accepts every byte. So this cannot fail.
    let source = serde_json::to_string(&given.source).unwrap_or_default();
    line.extend_from_slice(format!("\",\"producer\":\"{}\",\"source\":{source}", given.producer).as_bytes());
}

fn write_record(line: &mut Vec<u8>, record: &Record, text: &[u8], bytecode: &[u8], seed: Option<u64>) {
    line.extend_from_slice(b"\"record\":");
    match seed {
        Some(seed) => escapes::write(line, record, seed),
        // A record consists of strings, lists and numbers, and a vector accepts every byte. So this cannot fail.
        None => serde_json::to_writer(&mut *line, record).unwrap_or_default(),
    }
    if record.version() == Version::V4 {
        line.extend_from_slice(b",\"text\":\"");
        push_hex(line, text);
        line.push(b'"');
    }
    line.extend_from_slice(b",\"bytecode\":\"");
    push_hex(line, bytecode);
    line.push(b'"');
}

/// Appends `bytes` in lowercase hex.
pub(crate) fn push_hex(line: &mut Vec<u8>, bytes: &[u8]) {
    let start = line.len();
    line.resize(start + bytes.len() * 2, 0);
    // The only possible error is a wrong length, and the slice is exactly twice as long as the bytes.
    let _ = hex::encode_to_slice(bytes, &mut line[start..]);
}

/// A request, as a testee reads it.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    /// `hello`, with the number of the protocol version.
    Hello(u64),
    /// An operation on a file, with the bytes of the file.
    File(Operation, Vec<u8>),
    /// `encode`: the record, the text and the bytecode.
    Encode(Box<Record>, Vec<u8>, Vec<u8>),
    /// `match`: the file, and what it is compared with.
    Match(Vec<u8>, Given),
    /// `encode` of a record whose version this crate does not support. The rest of the record is not read.
    EncodeUnknown(u64),
    /// An unknown operation.
    Unknown(String),
    /// `bye`: the run is over.
    Bye,
}

/// A line that is not a request, with its `id` if it can be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The request's number.
    pub id: Option<u64>,
    /// A description of the problem.
    pub why: String,
}

/// Parses a request. Returns its `id` and the request.
pub fn read(line: &[u8]) -> Result<(u64, Request), Unreadable> {
    let value = shape::parse(line).map_err(|why| Unreadable { id: None, why })?;
    let id = value.get("id").and_then(Value::as_u64);
    let unreadable = |why: String| Unreadable { id, why };
    let number = id.ok_or_else(|| unreadable("a request needs an id: an integer from 0".into()))?;
    let request = body(value).map_err(|violation| unreadable(violation.to_string()))?;
    Ok((number, request))
}

fn body(value: Value) -> Result<Request, Violation> {
    let operation = value.get("op").cloned().ok_or_else(|| Violation::new("op", "missing"))?;
    let operation = shape::string(operation, "op")?;
    match operation.as_str() {
        "hello" => {
            let [_, _, protocol] = shape::fields(value, "", ["id", "op", "protocol"])?;
            Ok(Request::Hello(shape::integer(&protocol, "protocol")?))
        }
        "bye" => {
            let [_, _] = shape::fields(value, "", ["id", "op"])?;
            Ok(Request::Bye)
        }
        "encode" => {
            let mut map = shape::object(value, "")?;
            let text = map.swap_remove("text");
            let [_, _, record, bytecode] = shape::fields(Value::Object(map), "", ["id", "op", "record", "bytecode"])?;
            if let Some(version) = record.get("version").and_then(Value::as_u64) {
                let known = u32::try_from(version).ok().and_then(Version::from_number);
                if known.is_none() {
                    return Ok(Request::EncodeUnknown(version));
                }
            }
            let record = shape::record(record, "record")?;
            let text = match text {
                Some(_) if record.version() != Version::V4 => {
                    return Err(Violation::new("text", "only a record of version 4 has a text"));
                }
                None | Some(Value::Null) => Vec::new(),
                Some(text) => shape::hex(text, "text")?,
            };
            Ok(Request::Encode(Box::new(record), text, shape::hex(bytecode, "bytecode")?))
        }
        "match" => {
            let [_, _, file, producer, source] = shape::fields(value, "", ["id", "op", "hex", "producer", "source"])?;
            let given = shape::derived(json!({ "producer": producer, "source": source }), "")?;
            Ok(Request::Match(shape::hex(file, "hex")?, given))
        }
        name => match Operation::from_name(name) {
            Some(operation) => {
                let [_, _, file] = shape::fields(value, "", ["id", "op", "hex"])?;
                Ok(Request::File(operation, shape::hex(file, "hex")?))
            }
            None => Ok(Request::Unknown(operation)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{fill, write};
    use crate::protocol::Question;

    /// Returns the line of request `id` about a file of `bytes` bytes, before and after spaces are added.
    fn lines(id: u64, bytes: usize, longest: usize) -> [Vec<u8>; 2] {
        let mut line = Vec::new();
        write(&mut line, id, &Question::Check(&vec![0; bytes]), Some(1));
        let mut filled = line.clone();
        fill(&mut filled, id, longest);
        [line, filled]
    }

    fn is_filled([line, filled]: &[Vec<u8>; 2]) -> bool {
        line != filled
    }

    #[test]
    fn a_filled_line_has_the_length_of_buffers_or_one_byte_less_and_the_same_content() {
        let all: Vec<_> = (2000..2100).map(|bytes| lines(1, bytes, usize::MAX)).filter(is_filled).collect();
        for [line, filled] in &all {
            assert!([0, 1023].contains(&(filled.len() % 1024)), "{}", filled.len());
            assert_eq!(filled.trim_ascii_end(), line.trim_ascii_end());
            assert_eq!(filled.iter().position(|byte| *byte == b'\n'), Some(filled.len() - 1));
        }
        assert!(!all.is_empty());
    }

    #[test]
    fn the_id_does_not_decide_which_lines_are_filled() {
        for bytes in 2000..2100 {
            assert_eq!(
                is_filled(&lines(1, bytes, usize::MAX)),
                is_filled(&lines(12_345, bytes, usize::MAX)),
                "{bytes}"
            );
        }
    }

    #[test]
    fn a_short_line_and_one_that_would_be_too_long_stay_as_they_are() {
        assert!((0..1000).all(|bytes| !is_filled(&lines(1, bytes, usize::MAX))));
        for bytes in 2000..2100 {
            let [line, _] = lines(1, bytes, 0);
            assert!(!is_filled(&lines(1, bytes, line.len())), "{bytes}");
        }
    }
}
