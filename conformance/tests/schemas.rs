//! Tests that the published schemas agree with the runner. The schemas accept every message that the runner sends, every answer
//! of the reference, every sidecar and the report. They reject everything that the runner rejects.

mod support;

use std::fs;
use std::path::Path;

use conformance::corpus::Corpus;
use conformance::derive::Depth;
use conformance::plan::{Plan, Prepared};
use conformance::protocol::{Info, LONGEST_LINE, Operation, answer, request};
use conformance::select::{Selection, select};
use conformance::serve::serve;
use conformance::testee::{Implementation, Reference};
use jsonschema::Validator;
use serde_json::{Value, json};

fn read(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

fn schema(path: &str) -> Validator {
    let schema = read(path);
    jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{path}: {error}"));
    jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn message(name: &str) -> Validator {
    schema(&format!("protocol/{name}.schema.json"))
}

fn valid(schema: &Validator, line: &[u8]) {
    let value = serde_json::from_slice(line).unwrap();
    if let Err(error) = schema.validate(&value) {
        panic!("{} at {}: {}", error, error.instance_path(), String::from_utf8_lossy(&line[..line.len().min(500)]));
    }
}

/// Returns the answer of the reference to a line.
fn answered(line: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    serve(&Reference, line, &mut answer).unwrap();
    answer
}

#[test]
fn every_question_of_the_corpus_and_its_answer_keep_to_the_schemas() {
    let folder = support::folder("schemas");
    let corpora = [Corpus::standard().unwrap(), Corpus::load(&support::corpus(&folder)).unwrap()];
    let info = Reference.info();
    let schemas = Operation::ALL
        .map(|operation| (message(&format!("{operation}.request")), message(&format!("{operation}.answer"))));
    let mut asked = [0; Operation::ALL.len()];
    for (corpus, depth) in corpora.iter().zip([Depth::Quick, Depth::Standard]) {
        for work in select(corpus, &Selection { depth, ..Selection::default() }) {
            let prepared = Prepared::new(corpus, work);
            for (index, operation) in Operation::ALL.into_iter().enumerate() {
                let Some(Plan::Ask(question, _)) = prepared.plan(operation, &info) else {
                    continue;
                };
                let mut line = Vec::new();
                request::write(&mut line, 1, &question, Some(7));
                if line.len() > LONGEST_LINE {
                    continue;
                }
                valid(&schemas[index].0, &line);
                let answer = answered(&line);
                valid(&schemas[index].1, &answer);
                answer::read(&answer, Some(1), operation).unwrap();
                asked[index] += 1;
            }
        }
    }
    assert!(asked.iter().all(|count| *count > 100), "{asked:?}");
}

#[test]
fn hello_and_bye_keep_to_the_schemas() {
    let mut line = Vec::new();
    request::write_hello(&mut line);
    valid(&message("hello.request"), &line);
    valid(&message("hello.answer"), &answered(&line));
    line.clear();
    request::write_bye(&mut line, 7);
    valid(&message("bye.request"), &line);
    assert_eq!(answered(&line), b"");
}

/// Changes one thing at a time in a valid answer. The schema must reject exactly the answers that the runner rejects.
#[test]
fn the_runner_and_the_schemas_refuse_the_same() {
    let record = json!({
        "version": 1, "requests": [{"specifier": "m", "attributes": [{"key": "k", "value": "v"}]}],
        "imports": [{"type": "single", "module_request": "m", "import_name": "i", "local_name": "l"}],
        "exports": [{"type": "local", "export_name": "e", "module_name": "", "import_name": "", "local_name": "l"}],
        "star_exports": ["m"], "bytecode": {"offset": 3, "length": 4},
    });
    let digest = "0a".repeat(32);
    let record_4 = json!({
        "version": 4, "flags": {"top_level_await": true, "import_meta": false, "typescript": true}, "alignment": 8,
        "producer": digest, "source": {"size": 5, "sha256": digest}, "strings": ["a", "b"],
        "requests": [{"specifier": 0, "phase": "defer", "attributes": [{"key": 0, "value": 1}]}],
        "imports": [{"local_name": 0, "request": 0, "import_name": 1}, {"local_name": 1, "request": 0, "import_name": null}],
        "exports": [{"export_name": 0, "request": null, "name": 1}], "tolerant_imports": [0], "star_exports": [0],
        "environment": {
            "declared_variables": [{"name": 0, "bits": 1}], "lexical_variables": [], "code_features": 1, "lexical_features": 2
        },
        "text": {"offset": 3, "length": 4}, "bytecode": {"offset": 3, "length": 4},
    });
    let request = json!({"specifier": "a", "phase": "defer", "attributes": [["k", "v"]], "module": 0});
    let index = json!({
        "pack": 1, "producer": digest, "freshness": "stat", "conditions": ["c"], "flags": ["f"],
        "environment": [{"name": "n", "value": "v"}, {"name": "m", "value": null}], "entries": [0],
        "modules": [
            {
                "url": "u", "type": null, "format": "module", "source": {"size": 5, "sha256": digest},
                "member": {"offset": 3, "size": 4}, "requests": [request], "dynamic": [request], "exports": ["e"], "reexports": ["r"],
            },
            {
                "url": "v", "type": "t", "format": "builtin", "source": null, "member": null,
                "requests": [{"specifier": "", "phase": "source", "attributes": [], "module": null}], "dynamic": [], "exports": [],
                "reexports": [],
            },
        ],
        "packages": [{"path": "p", "sha256": digest}], "directories": [], "links": [{"path": "p", "target": "t"}], "absent": ["a"],
    });
    let info = json!({"protocol": 1, "name": "n", "version": "v", "language": "l", "formats": [1], "ops": ["decode"], "errors": true});
    let answers = [
        ("identify", json!({"id": 1, "ok": {"version": 1}})),
        ("decode", json!({"id": 1, "ok": record})),
        ("decode", json!({"id": 1, "ok": record_4})),
        ("check", json!({"id": 1, "ok": true})),
        ("match", json!({"id": 1, "ok": true})),
        ("open-pack", json!({"id": 1, "ok": index})),
        ("encode", json!({"id": 1, "ok": {"hex": "00ff"}})),
        ("check", json!({"id": 1, "err": {"class": "bad-type", "offset": 3, "message": "m"}})),
        ("check", json!({"id": 1, "unsupported": "why"})),
        ("check", json!({"id": 1, "fault": "why"})),
        ("hello", json!({"id": 0, "ok": info})),
    ];
    let mut refused = 0;
    for (operation, answer) in answers {
        let schema = message(&format!("{operation}.answer"));
        assert!(schema.is_valid(&answer) && accepted(operation, &answer), "{answer}");
        for changed in changes(&answer) {
            let by_runner = accepted(operation, &changed);
            assert_eq!(schema.is_valid(&changed), by_runner, "{operation}: {changed}");
            refused += usize::from(!by_runner);
        }
    }
    assert!(refused > 200, "{refused}");
}

fn accepted(operation: &str, answer: &Value) -> bool {
    let line = answer.to_string();
    match Operation::from_name(operation) {
        Some(operation) => answer::read(line.as_bytes(), Some(1), operation).is_ok(),
        None => matches!(answer::read_hello(line.as_bytes(), Some(0)), Ok(Ok(_))),
    }
}

/// Returns the changed values: every value replaced by one of each type, every key removed, and a key added to every object.
fn changes(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let replacements = [
        json!(null),
        json!(false),
        json!(-1),
        json!(2.5),
        json!("X-1"),
        json!(""),
        json!([]),
        json!({}),
        json!(["x", "x"]),
    ];
    all.extend(replacements.into_iter().filter(|replacement| replacement != value));
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let mut without = map.clone();
                without.shift_remove(key);
                all.push(Value::Object(without));
                for change in changes(value) {
                    // The schema does not know the id of the request, so a wrong `id` counts only if it has a wrong type.
                    if key != "id" || !change.is_null() && !change.is_number() {
                        let mut with = map.clone();
                        with.insert(key.clone(), change);
                        all.push(Value::Object(with));
                    }
                }
            }
            let mut more = map.clone();
            more.insert("more".into(), json!(1));
            all.push(Value::Object(more));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for change in changes(item) {
                    let mut with = items.clone();
                    with[index] = change;
                    all.push(Value::Array(with));
                }
            }
        }
        _ => {}
    }
    all
}

#[test]
fn every_sidecar_keeps_to_its_schema() {
    let schema = schema("corpus/schema/case.schema.json");
    let corpus = Corpus::standard().unwrap();
    for case in corpus.cases() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/{}.json", case.case.id));
        let value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        schema
            .validate(&value)
            .unwrap_or_else(|error| panic!("{}: {error} at {}", case.case.id, error.instance_path()));
        let again = serde_json::to_value(&case.case).unwrap();
        assert_eq!(again, value, "{}: the types in Rust lose a part of the sidecar", case.case.id);
    }
}

#[test]
fn the_record_and_the_index_are_the_same_in_every_schema() {
    let decode = read("protocol/decode.answer.schema.json");
    let encode = read("protocol/encode.request.schema.json");
    let case = read("corpus/schema/case.schema.json");
    for part in ["request", "import", "export"] {
        assert_eq!(decode["$defs"][part], encode["$defs"][part], "{part}");
        assert_eq!(decode["$defs"][part], case["$defs"][part], "{part}");
    }
    let open = read("protocol/open-pack.answer.schema.json");
    for part in ["index", "index_module", "index_request", "index_watched"] {
        assert_eq!(open["$defs"][part], case["$defs"][part], "{part}");
    }
    assert_eq!(encode["$defs"]["record"], case["$defs"]["record"]);
    assert_eq!(decode["$defs"]["decoded"], case["$defs"]["decoded"]);
}

#[test]
fn the_report_keeps_to_its_schema() {
    let folder = support::folder("report-schema");
    let corpus = support::corpus(&folder);
    let broken = support::testee(
        &folder,
        "if request['op'] == 'decode': answer = answer.replace(b'\"m', b'\"n').replace(b'bad-type', b'bad-flag')",
    );
    let known = folder.join("known.toml");
    let entry =
        "[[expected]]\nreason = \"r\"\nlink = \"https://example.com\"\nfails = { decode = \"schema-violation\" }\n";
    // One case that fails as expected, and one that does not.
    fs::write(&known, format!("{entry}ids = [\"v1/imports/type-unknown\", \"v1/record/empty\"]\n")).unwrap();
    let known = known.to_str().unwrap();
    for (name, testee, options, status) in [
        ("good.json", None, vec![], 0),
        ("bad.json", Some(broken.as_str()), vec![], 1),
        ("known.json", Some(broken.as_str()), vec!["--xfail", known, "--depth", "quick", "--shard", "1/1"], 1),
    ] {
        let path = folder.join(name);
        let report = format!("json={}", path.display());
        let mut arguments = vec!["--corpus", corpus.to_str().unwrap(), "--report", &report, "--timeout", "60"];
        arguments.extend(testee.iter().flat_map(|testee| ["--testee", testee]));
        arguments.extend(options);
        let output = support::conformance(&arguments);
        assert_eq!(output.status.code(), Some(status), "{}", support::stderr(&output));
        let value: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let schema = schema("corpus/schema/report.schema.json");
        schema.validate(&value).unwrap_or_else(|error| panic!("{error} at {}", error.instance_path()));
        let listed = |outcome: &str| value["cases"].as_array().unwrap().iter().any(|case| case["outcome"] == outcome);
        assert_eq!(listed("expected"), name == "known.json");
        assert_eq!(value["stale"].as_array().unwrap().is_empty(), name != "known.json");
        assert_eq!(value["failures"].as_array().unwrap().is_empty(), status == 0);
        assert_eq!(value["success"], json!(status == 0));
    }
}

#[test]
fn the_line_that_the_reader_is_promised_is_long_enough() {
    let longest = Corpus::standard().unwrap();
    let info: Info = Reference.info();
    for work in select(&longest, &Selection { depth: Depth::Quick, ..Selection::default() }) {
        let prepared = Prepared::new(&longest, work);
        for operation in Operation::ALL {
            let Some(Plan::Ask(question, _)) = prepared.plan(operation, &info) else {
                continue;
            };
            let mut line = Vec::new();
            request::write(&mut line, u64::MAX, &question, Some(7));
            // One pack is sent only to testees that state a longer line.
            let id = work.id(&longest);
            let is_long = id == "pack/large/absent-100";
            assert_eq!(line.len() > LONGEST_LINE, is_long, "{id}: {} bytes", line.len());
            assert!(info.max_line.is_some_and(|most| line.len() <= most), "{id}");
        }
    }
}
