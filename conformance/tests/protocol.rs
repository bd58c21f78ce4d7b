//! Tests that reading an answer is robust: no bytes make it panic, and none are accepted by accident.

use conformance::protocol::request::{self, Request};
use conformance::protocol::{Answer, LONGEST_LINE, Operation, Refusal, answer};
use conformance::serve::serve;
use conformance::testee::Reference;
use proptest::prelude::*;
use serde_json::Value;

fn operations() -> impl Strategy<Value = Operation> {
    prop::sample::select(Operation::ALL.to_vec())
}

proptest! {
    #[test]
    fn any_bytes_are_an_invalid_answer(line in prop::collection::vec(any::<u8>(), 0..200), operation in operations()) {
        // Random bytes do not form `{"id":1,…}` by chance.
        prop_assert!(answer::read(&line, Some(1), operation).is_err());
        prop_assert!(answer::read_hello(&line, Some(0)).is_err());
    }

    #[test]
    fn a_changed_byte_is_an_invalid_or_another_answer(place in 0_usize..1000, byte in any::<u8>()) {
        let right = br#"{"id":12,"ok":{"version":1,"requests":[],"imports":[],"exports":[],"star_exports":["m"],"bytecode":{"offset":33,"length":2}}}"#;
        let mut line = right.to_vec();
        let place = place % line.len();
        let white = |byte: u8| byte.is_ascii_whitespace();
        prop_assume!(line[place] != byte && !(white(line[place]) && white(byte)));
        line[place] = byte;
        let expected = answer::read(right, Some(12), Operation::Decode).unwrap();
        if let Ok(answer) = answer::read(&line, Some(12), Operation::Decode) {
            prop_assert_ne!(answer, expected);
        }
    }

    #[test]
    fn serve_answers_any_line_with_one_line(line in prop::collection::vec(any::<u8>(), 1..200)) {
        let line: Vec<_> = line.into_iter().filter(|byte| *byte != b'\n').chain([b'\n']).collect();
        let mut out = Vec::new();
        serve(&Reference, &line[..], &mut out).unwrap();
        prop_assert_eq!(out.split_inclusive(|byte| *byte == b'\n').count(), 1);
        let is_fault = out.starts_with(b"{\"id\":null,\"fault\":");
        prop_assert!(is_fault);
    }

    #[test]
    fn refusals_are_read_as_they_were_written(offset in prop::option::of(any::<u64>()), message in prop::option::of(any::<String>())) {
        let written = Answer::Refused(Refusal { class: "bad-type".into(), offset, message });
        let mut line = Vec::new();
        answer::write(&mut line, Some(5), &written);
        prop_assert_eq!(answer::read(&line, Some(5), Operation::Check), Ok(written));
    }
}

#[test]
fn numbers_have_one_spelling() {
    for number in ["1.0", "1e0", "\"1\"", "-1", "true", "null", "4294967296"] {
        let line = format!("{{\"id\":1,\"ok\":{{\"version\":{number}}}}}");
        assert!(answer::read(line.as_bytes(), Some(1), Operation::Identify).is_err(), "{line}");
    }
}

#[test]
fn a_key_twice_is_refused_at_any_depth() {
    let line = br#"{"id":1,"ok":{"version":1,"version":1}}"#;
    let error = answer::read(line, Some(1), Operation::Identify).unwrap_err().to_string();
    assert!(error.starts_with("not a JSON object: the key \"version\" occurs twice"), "{error}");
}

#[test]
fn deep_nesting_is_refused() {
    let line = [b"[".repeat(1_000_000), b"]".repeat(1_000_000)].concat();
    assert!(line.len() < LONGEST_LINE);
    assert!(answer::read(&line, Some(1), Operation::Check).is_err());
}

#[test]
fn hello_with_another_protocol_is_told_apart_from_an_invalid_one() {
    let other = br#"{"id":0,"ok":{"protocol":2,"name":"n"}}"#;
    let why = answer::read_hello(other, Some(0)).unwrap().unwrap_err();
    assert_eq!(why, "it speaks protocol 2, but this runner speaks protocol 1");
    assert!(answer::read_hello(br#"{"id":0,"ok":{"protocol":1,"name":"n"}}"#, Some(0)).is_err());
}

#[test]
fn a_request_that_cannot_be_read_is_answered_with_its_id() {
    let unreadable = request::read(br#"{"id":7,"op":"decode"}"#).unwrap_err();
    assert_eq!((unreadable.id, unreadable.why.as_str()), (Some(7), "`hex`: missing"));
    assert_eq!(request::read(b"nonsense").unwrap_err().id, None);
    assert_eq!(
        request::read(br#"{"id":7,"op":"decode","hex":"00ff"}"#),
        Ok((7, Request::File(Operation::Decode, vec![0, 255])))
    );
}

/// Returns the answer of the reference to one line.
fn served(line: &[u8]) -> String {
    let mut out = Vec::new();
    serve(&Reference, line, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn an_operation_that_is_none_is_unsupported() {
    assert_eq!(
        served(br#"{"id":7,"op":"destroy"}"#),
        "{\"id\":7,\"unsupported\":\"no operation is called \\\"destroy\\\"\"}\n"
    );
}

#[test]
fn a_record_of_an_unknown_version_is_refused_whatever_its_keys() {
    let answer = served(br#"{"id":7,"op":"encode","record":{"version":2147483648,"code_features":0},"bytecode":""}"#);
    assert!(answer.starts_with(r#"{"id":7,"err":{"class":"unsupported-version""#), "{answer}");
}

#[test]
fn a_line_without_an_end_is_answered_when_it_is_too_long_and_read_no_further() {
    let mut endless = std::io::BufReader::new(std::io::repeat(b' '));
    let mut out = Vec::new();
    serve(&Reference, &mut endless, &mut out).unwrap();
    let answer = String::from_utf8(out).unwrap();
    assert!(answer.starts_with(r#"{"id":null,"fault":"the line has more than 268435456 bytes"#), "{answer}");
}

/// Returns the session that `PROTOCOL.md` begins with: requests and their answers, with folded lines joined.
fn session() -> Vec<(String, Option<Value>)> {
    let page = include_str!("../PROTOCOL.md");
    let block = page.split("```").nth(1).expect("the page begins with a session");
    let mut lines: Vec<String> = Vec::new();
    for line in block.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("     ") {
            Some(folded) => lines.last_mut().unwrap().push_str(folded),
            None => lines.push(line.to_owned()),
        }
    }
    let mut exchanges: Vec<(String, Option<Value>)> = Vec::new();
    for line in lines {
        match (line.strip_prefix("→ "), line.strip_prefix("← ")) {
            (Some(request), _) => exchanges.push((request.to_owned(), None)),
            (_, Some(answer)) => exchanges.last_mut().unwrap().1 = Some(serde_json::from_str(answer).unwrap()),
            _ => panic!("neither a request nor an answer: {line}"),
        }
    }
    exchanges
}

#[test]
fn the_session_that_the_page_shows_is_what_the_reference_answers() {
    let exchanges = session();
    assert!(exchanges.len() >= 7);
    for (request, shown) in exchanges {
        let answer = served(format!("{request}\n").as_bytes());
        let Some(mut shown) = shown else {
            assert_eq!(answer, "", "{request} has no answer");
            continue;
        };
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        for value in [&mut shown, &mut answer] {
            // Each implementation has its own name, version and language, and its own words for an error.
            let (part, keys) = if request.contains("\"hello\"") {
                ("ok", ["name", "version", "language"])
            } else {
                ("err", ["message", "offset", ""])
            };
            if let Some(part) = value.get_mut(part).and_then(Value::as_object_mut) {
                part.retain(|key, _| !keys.contains(&key.as_str()));
            }
        }
        assert_eq!(answer, shown, "{request}");
    }
}
