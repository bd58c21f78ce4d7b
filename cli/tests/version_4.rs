//! Tests of the commands that write version 4: `producer`, `build`, `convert`, `decode` and `encode`.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use bmes::v4::{ModuleRequest, Phase};
use bmes::{Version, v4};
use serde_json::{Value, json};
use support::{BYTECODE, PAIRS, PRODUCER, SOURCE, TestFolder, damaged_4, file, file_4, file_4_of, record};

/// Runs a line of arguments, and asserts that it succeeds without a message. Returns what it prints.
fn run(folder: &TestFolder, line: &str) -> String {
    let output = folder.run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!((output.status, output.stderr.as_str()), (0, ""), "bmes {line}");
    output.stdout
}

/// Returns the messages of lines that end with `status` and write no file `out`.
fn refused(folder: &TestFolder, status: i32, lines: &[&str]) -> String {
    let mut messages = String::new();
    for line in lines {
        let output = folder.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!((output.status, output.stdout.as_str()), (status, ""), "bmes {line}: {}", output.stderr);
        assert!(!folder.path("out").exists(), "bmes {line}");
        let _ = write!(messages, "$ bmes {line}\n{}", output.stderr);
    }
    messages
}

fn decoded(folder: &TestFolder, file: &str) -> Value {
    serde_json::from_str(&run(folder, &format!("decode {file}"))).unwrap()
}

// producer

#[test]
fn producer_prints_the_digests_of_the_specification() {
    let folder = TestFolder::empty("version-4-producer");
    folder.put("one.json", PAIRS);
    assert_eq!(run(&folder, "producer one.json"), format!("{PRODUCER}\n"));
    let pairs = json!({
        "version": "0.11.0", "engine": "quickjs-ng", "byte-order": "little", "pointer-width": "64",
        "transform": "strip-types 1",
    });
    let output = folder.run_with(&["producer", "-"], pairs.to_string());
    assert_eq!(output.stdout, "be39c5bf76515425c3cdd7666a032b96eeab0de3661f88000f6ca865715a92a9\n");
}

#[test]
fn json_that_is_not_the_pairs_of_a_producer() {
    let folder = TestFolder::empty("version-4-pairs");
    let mut messages = String::new();
    for text in [
        "",
        "[[\"engine\", \"bun\"]]",
        "{\"engine\": \"bun\", \"engine\": \"jsc\"}",
        "{\"engine\": \"bun\",\n \"width\": 64}",
        "{\"engine\": null}",
        "{\"engine\": {\"name\": \"bun\"}}",
        "{\"engine\": \"\\ud800\"}",
        "{\"engine\": \"bun\"",
    ] {
        folder.put("pairs.json", text);
        let _ = write!(messages, "{text}\n{}", refused(&folder, 1, &["producer pairs.json"]));
    }
    insta::assert_snapshot!(messages);
}

// build

/// A real module, and the file of the corpus that was made from it: with the record of `JavaScriptCore`, the bytecode of
/// Bun, and the digest of Bun's pairs.
struct Real {
    name: String,
    /// The paths of the source, the bytecode and the environment.
    source: String,
    bytecode: String,
    environment: String,
    pairs: Value,
    file: Vec<u8>,
}

fn real_modules() -> Vec<Real> {
    let conformance = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("conformance");
    let provenance = fs::read(conformance.join("real/provenance.json")).unwrap();
    let provenance: Value = serde_json::from_slice(&provenance).unwrap();
    let module = |module: &Value| {
        let path = |key: &str| {
            conformance.join("real").join(module[key]["path"].as_str().unwrap()).to_str().unwrap().to_owned()
        };
        let name = module["name"].as_str().unwrap().to_owned();
        Real {
            source: path("source"),
            bytecode: path("bytecode"),
            environment: path("environment"),
            pairs: json!({
                "bytecode": module["bytecode"]["cache_version"],
                "engine": "bun",
                "platform": provenance["platform"],
                "version": provenance["engines"]["bun"]["version"],
            }),
            file: fs::read(conformance.join("corpus/v4/real").join(format!("{name}.bmes"))).unwrap(),
            name,
        }
    };
    let modules: Vec<_> = provenance["modules"].as_array().unwrap().iter().map(module).collect();
    assert_eq!(modules.len(), 22);
    modules
}

#[test]
fn build_writes_the_files_of_the_real_modules() {
    let folder = TestFolder::empty("version-4-real");
    for Real { name, source, bytecode, environment, pairs, file } in real_modules() {
        folder.put("pairs.json", pairs.to_string());
        let arguments = format!(
            "build {source} --bytecode {bytecode} --environment {environment} --lexical-features 0 --alignment 128 \
             --producer pairs.json -o out.bmes"
        );
        run(&folder, &arguments);
        assert!(folder.read("out.bmes") == file, "{name}");
    }
}

#[test]
fn build_without_an_environment_writes_none() {
    let folder = TestFolder::new("version-4-build");
    let printed = run(&folder, "build main.mjs --bytecode main.bin --producer producer.json -o out.bmes");
    let record = decoded(&folder, "out.bmes");
    assert_eq!(printed, format!("out.bmes: version 4, {} bytes\n", folder.read("out.bmes").len()));
    assert_eq!(
        (&record["environment"], &record["text"], &record["alignment"]),
        (&Value::Null, &Value::Null, &8.into())
    );
}

#[test]
fn build_takes_the_digest_of_a_producer_or_its_pairs() {
    let folder = TestFolder::new("version-4-build-producer");
    let build = "build main.mjs --bytecode main.bin --producer";
    run(&folder, &format!("{build} producer.json -o pairs.bmes"));
    run(&folder, &format!("{build} {PRODUCER} -o digest.bmes"));
    assert_eq!(folder.read("pairs.bmes"), folder.read("digest.bmes"));
    assert_eq!(decoded(&folder, "pairs.bmes")["producer"], PRODUCER);
}

#[test]
fn build_holds_the_size_and_the_digest_of_the_bytes_of_the_source() {
    let folder = TestFolder::new("version-4-build-source");
    let source = format!("\u{feff}{SOURCE}");
    folder.put("mark.mjs", &source);
    run(&folder, "build mark.mjs --bytecode main.bin --producer producer.json -o out.bmes");
    let digest = v4::source(source.as_bytes()).sha256.to_string();
    assert_eq!(decoded(&folder, "out.bmes")["source"], json!({"size": source.len(), "sha256": digest}));
}

#[test]
fn build_finds_the_flags_in_the_module() {
    let folder = TestFolder::new("version-4-build-flags");
    for (name, source, flags) in [
        ("a.mjs", "export {};", [false, false, false]),
        ("a.mjs", "await 1;", [true, false, false]),
        ("a.mjs", "import.meta.url;", [false, true, false]),
        ("a.jsx", "export default <a/>;", [false, false, false]),
        ("a.ts", "export {};", [false, false, true]),
        ("a.mts", "await import.meta.url;", [true, true, true]),
        ("a.tsx", "export default <a/>;", [false, false, true]),
    ] {
        folder.put(name, source);
        run(&folder, &format!("build {name} --bytecode main.bin --producer producer.json -o out.bmes"));
        let [top_level_await, import_meta, typescript] = flags;
        let flags = json!({"top_level_await": top_level_await, "import_meta": import_meta, "typescript": typescript});
        assert_eq!(decoded(&folder, "out.bmes")["flags"], flags, "{name}: {source}");
    }
    folder.put("a.txt", "export {};");
    run(&folder, "build a.txt --type ts --bytecode main.bin --producer producer.json -o out.bmes");
    assert_eq!(decoded(&folder, "out.bmes")["flags"]["typescript"], true);
}

#[test]
fn build_includes_a_text_and_aligns_the_bytecode() {
    let folder = TestFolder::new("version-4-build-text");
    let build = "build main.mjs --bytecode main.bin --producer producer.json";
    run(&folder, &format!("{build} --text main.mjs --alignment 4096 -o out.bmes"));
    run(&folder, "decode out.bmes --text text --bytecode bytecode");
    assert_eq!([folder.read("text"), folder.read("bytecode")], [SOURCE.as_bytes(), BYTECODE]);
    assert_eq!(decoded(&folder, "out.bmes")["bytecode"]["offset"], 4096);
}

#[test]
fn build_makes_a_record_alone_from_empty_bytecode() {
    let folder = TestFolder::new("version-4-build-alone");
    folder.put("empty", "");
    run(&folder, "build main.mjs --bytecode empty --producer producer.json -o out.bmes");
    assert_eq!(decoded(&folder, "out.bmes")["bytecode"]["length"], 0);
}

#[test]
fn errors_of_build() {
    let folder = TestFolder::new("version-4-build-refused");
    folder.put("empty", "");
    let build = |more: &str| format!("build main.mjs --bytecode main.bin -o out {more}");
    let lines = [
        build("--format-version 4"),
        build("--format-version 3 --environment environment.json --producer producer.json"),
        build("--producer producer.json --environment environment.json"),
        build("--producer producer.json --lexical-features 1"),
        build("--producer none.json"),
        build(&format!("--producer {}", &PRODUCER[1..])),
        build("--producer producer.json --text none.mjs"),
        "build - --bytecode main.bin -o out --producer -".into(),
        "build main.mjs --bytecode empty -o out --producer producer.json --alignment 16".into(),
        "build main.mjs --bytecode main.bin -o producer.json --producer producer.json".into(),
    ];
    insta::assert_snapshot!(refused(&folder, 2, &lines.each_ref().map(String::as_str)));
}

#[test]
fn build_makes_no_record_of_phases_and_of_ambiguous_requests() {
    let folder = TestFolder::new("version-4-build-phases");
    folder.put("defer.mjs", "import defer * as a from \"a\";");
    folder.put("two.mjs", "import a from \"a\"; import b from \"a\" with { type: \"json\" };");
    folder.put("surrogate.mjs", "import \"\\ud800\";");
    let build = |name: &str| format!("build {name} --bytecode main.bin --producer producer.json -o out");
    let lines = ["defer.mjs", "two.mjs", "surrogate.mjs"].map(build);
    insta::assert_snapshot!(refused(&folder, 1, &lines.each_ref().map(String::as_str)));
}

// convert

const TO_4: &str = "--to 4 --producer producer.json --source main.mjs --flags none";
const DROP: &str = "--drop producer,source,flags";

#[test]
fn convert_to_version_4_and_back() {
    let folder = TestFolder::new("version-4-convert");
    for (name, version) in [("old", 1), ("main", 2)] {
        run(&folder, &format!("convert {name}.bmes {TO_4} --keep-bytecode -o four.bmes"));
        run(&folder, &format!("convert four.bmes --to {version} {DROP} -o back.bmes"));
        assert_eq!(folder.read("back.bmes"), folder.read(&format!("{name}.bmes")));
    }
    run(&folder, &format!("convert new.bmes {TO_4} --lexical-features 3 --keep-bytecode -o four.bmes"));
    run(&folder, &format!("convert four.bmes --to 3 {DROP},lexical-features -o back.bmes"));
    assert_eq!(folder.read("back.bmes"), folder.read("new.bmes"));
}

#[test]
fn convert_from_version_4_and_back_gives_the_same_file() {
    let folder = TestFolder::empty("version-4-real-back");
    for Real { name, source, pairs, file, .. } in real_modules() {
        folder.put("four.bmes", &file);
        folder.put("pairs.json", pairs.to_string());
        run(&folder, &format!("convert four.bmes --to 3 {DROP},alignment,lexical-features -o three.bmes"));
        let flags = v4::open(&file, file.len()).unwrap().flags();
        let names = [(flags.top_level_await, "top-level-await"), (flags.import_meta, "import-meta")];
        let names: Vec<&str> = names.into_iter().filter(|(is_set, _)| *is_set).map(|(_, name)| name).collect();
        let flags = if names.is_empty() { "none".to_owned() } else { names.join(",") };
        let back = format!(
            "convert three.bmes --to 4 --producer pairs.json --source {source} --flags {flags} --alignment 128 \
             --lexical-features 0 --keep-bytecode -o back.bmes"
        );
        run(&folder, &back);
        assert!(folder.read("back.bmes") == file, "{name}");
    }
}

#[test]
fn an_import_that_is_exported_as_local_comes_back_as_indirect() {
    let folder = TestFolder::new("version-4-convert-local");
    let mut old = record(Version::V2);
    old.exports.push(support::local("read", "readFile"));
    folder.put("local.bmes", bmes::encode(&old, BYTECODE).unwrap());
    run(&folder, &format!("convert local.bmes {TO_4} --keep-bytecode -o four.bmes"));
    run(&folder, &format!("convert four.bmes --to 2 {DROP} -o back.bmes"));
    let expected = bmes::ExportEntry::indirect("read", "node:fs", "readFile");
    assert_eq!(bmes::decode_borrowed(&folder.read("back.bmes")).unwrap().record.exports[1], expected);
}

#[test]
fn convert_sets_the_flags_of_the_list() {
    let folder = TestFolder::new("version-4-convert-flags");
    let to = "--to 4 --producer producer.json --source main.mjs --keep-bytecode -o four.bmes";
    for (list, flags) in [
        ("none", json!({"top_level_await": false, "import_meta": false, "typescript": false})),
        ("import-meta", json!({"top_level_await": false, "import_meta": true, "typescript": false})),
        ("typescript,top-level-await", json!({"top_level_await": true, "import_meta": false, "typescript": true})),
        ("top_level_await,import_meta", json!({"top_level_await": true, "import_meta": true, "typescript": false})),
    ] {
        run(&folder, &format!("convert main.bmes {to} --flags {list}"));
        assert_eq!(decoded(&folder, "four.bmes")["flags"], flags, "{list}");
    }
}

#[test]
fn convert_to_version_4_keeps_or_drops_the_bytecode() {
    let folder = TestFolder::new("version-4-convert-bytecode");
    let bytecode = |folder: &TestFolder| {
        run(folder, "decode four.bmes --bytecode code.bin");
        folder.read("code.bin")
    };
    run(&folder, &format!("convert main.bmes {TO_4} --keep-bytecode --alignment 64 --text main.mjs -o four.bmes"));
    assert_eq!(bytecode(&folder), BYTECODE);
    assert_eq!(decoded(&folder, "four.bmes")["alignment"], 64);
    assert_eq!(decoded(&folder, "four.bmes")["text"]["length"], SOURCE.len());
    run(&folder, &format!("convert main.bmes {TO_4} --drop-bytecode -o four.bmes"));
    assert_eq!(bytecode(&folder), b"");
    folder.put("alone.bmes", bmes::encode(&record(Version::V2), b"").unwrap());
    run(&folder, &format!("convert alone.bmes {TO_4} -o four.bmes"));
    assert_eq!(bytecode(&folder), b"");
}

#[test]
fn convert_to_version_4_adds_an_environment() {
    let folder = TestFolder::new("version-4-convert-environment");
    let more = "--lexical-features 3 --keep-bytecode";
    run(&folder, &format!("convert main.bmes {TO_4} {more} --environment environment.json -o added.bmes"));
    run(&folder, &format!("convert new.bmes {TO_4} {more} -o kept.bmes"));
    assert_eq!(folder.read("added.bmes"), folder.read("kept.bmes"));
}

#[test]
fn convert_from_version_4_drops_or_adds_an_environment() {
    let folder = TestFolder::new("version-4-convert-drop");
    folder.put("four.bmes", file_4());
    for drop in [",environment", " --drop-environment"] {
        run(&folder, &format!("convert four.bmes --to 2 {DROP},alignment,text{drop} -o back.bmes"));
        // The imports of this file are in the order of version 4, and so are those of `main.bmes`.
        assert_eq!(folder.read("back.bmes"), file(Version::V2));
    }
    run(&folder, &format!("convert main.bmes {TO_4} --keep-bytecode -o without.bmes"));
    run(&folder, &format!("convert without.bmes --to 3 {DROP} --environment environment.json -o back.bmes"));
    assert_eq!(folder.read("back.bmes"), file(Version::V3));
}

#[test]
fn convert_to_version_4_invents_nothing() {
    let folder = TestFolder::new("version-4-convert-refused");
    folder.put("four.bmes", file_4());
    let mut typescript = record(Version::V2);
    typescript.imports[0].import_type = bmes::ImportType::SingleTypeScript;
    folder.put("typescript.bmes", bmes::encode(&typescript, BYTECODE).unwrap());
    let lines = [
        "convert main.bmes --to 4 -o out".into(),
        "convert main.bmes --to 4 --producer producer.json --flags none -o out".into(),
        "convert main.bmes --to 4 --producer producer.json --source main.mjs --flags none,typescript -o out".into(),
        "convert main.bmes --to 3 --producer producer.json -o out".into(),
        format!("convert main.bmes {TO_4} -o out"),
        format!("convert main.bmes {TO_4} --keep-bytecode --drop-bytecode -o out"),
        format!("convert main.bmes {TO_4} --drop-bytecode --alignment 16 -o out"),
        format!("convert main.bmes {TO_4} --keep-bytecode --lexical-features 1 -o out"),
        format!("convert new.bmes {TO_4} --keep-bytecode -o out"),
        format!("convert new.bmes {TO_4} --keep-bytecode --lexical-features 1 --drop environment -o out"),
        format!("convert new.bmes {TO_4} --keep-bytecode --lexical-features 1 --environment environment.json -o out"),
        format!("convert typescript.bmes {TO_4} --keep-bytecode -o out"),
        format!("convert four.bmes {TO_4} -o out"),
    ];
    insta::assert_snapshot!(refused(&folder, 2, &lines.each_ref().map(String::as_str)));
}

#[test]
fn convert_from_version_4_loses_nothing_unasked() {
    let folder = TestFolder::new("version-4-convert-lost");
    folder.put("four.bmes", file_4());
    run(&folder, &format!("convert main.bmes {TO_4} --keep-bytecode -o without.bmes"));
    let lines = [
        "convert four.bmes --to 3 -o out",
        "convert four.bmes --to 2 -o out",
        "convert without.bmes --to 1 -o out",
        "convert without.bmes --to 1 --drop producer,text -o out",
        "convert without.bmes --to 3 --drop producer,source,flags -o out",
        "convert four.bmes --to 3 --drop producer,source,flags,alignment,text,lexical-features,environment -o out",
    ];
    insta::assert_snapshot!(refused(&folder, 2, &lines));
}

#[test]
fn convert_from_version_4_keeps_the_meaning() {
    let folder = TestFolder::empty("version-4-convert-meaning");
    let named = record(Version::V2);
    folder.put(
        "defer.bmes",
        file_4_of(&named, |record| {
            record.requests.push(ModuleRequest { phase: Phase::Defer, ..record.requests[2].clone() });
        }),
    );
    folder.put(
        "two.bmes",
        file_4_of(&named, |record| {
            let attributes = record.requests[1].attributes.clone();
            record.requests.push(ModuleRequest { attributes, ..record.requests[0].clone() });
        }),
    );
    let line = |name: &str| format!("convert {name} --to 2 {DROP},alignment,text -o out");
    insta::assert_snapshot!(refused(&folder, 2, &[&line("defer.bmes"), &line("two.bmes")]));
}

#[test]
fn convert_does_not_hide_damage() {
    let folder = TestFolder::new("version-4-convert-damaged");
    let line = |name: &str| format!("convert {name}.bmes --to 3 {DROP},alignment,text,lexical-features -o out");
    folder.put("bytecode.bmes", damaged_4("bytecode"));
    folder.put("text.bmes", damaged_4("text"));
    let mut lines = vec![line("bytecode"), line("text")];
    folder.put("twice.bmes", support::twice());
    lines.push(format!("convert twice.bmes {TO_4} --keep-bytecode -o out"));
    insta::assert_snapshot!(refused(&folder, 1, &lines.iter().map(String::as_str).collect::<Vec<_>>()));
}

// decode and encode

#[test]
fn decode_and_encode_make_the_same_file() {
    let folder = TestFolder::empty("version-4-encode");
    folder.put("four.bmes", file_4());
    folder.put("four.json", run(&folder, "decode four.bmes --bytecode code.bin --text main.mjs"));
    let encode = "encode four.json --bytecode code.bin --text main.mjs";
    let printed = run(&folder, &format!("{encode} -o again.bmes"));
    assert_eq!(folder.read("again.bmes"), file_4());
    assert_eq!(printed, format!("again.bmes: version 4, {} bytes\n", file_4().len()));
    run(&folder, &format!("{encode} --format-version 4 -o again.bmes"));
}

#[test]
fn encode_needs_no_positions_of_the_text_and_the_bytecode() {
    let folder = TestFolder::new("version-4-encode-positions");
    folder.put("four.bmes", file_4());
    let mut record = decoded(&folder, "four.bmes");
    for key in ["text", "bytecode"] {
        record.as_object_mut().unwrap().remove(key);
    }
    folder.put("four.json", record.to_string());
    run(&folder, "encode four.json --bytecode main.bin --text main.mjs -o again.bmes");
    assert_eq!(folder.read("again.bmes"), file_4());
}

#[test]
fn records_of_version_4_that_encode_rejects() {
    let folder = TestFolder::new("version-4-encode-refused");
    folder.put("four.bmes", file_4());
    let record = run(&folder, "decode four.bmes");
    let mut messages = String::new();
    for (from, to) in [
        ("\"size\": 195", "\"size\": -195"),
        ("\"phase\": \"evaluation\"", "\"phase\": \"later\""),
        ("\"alignment\": 16", "\"alignment\": 24"),
        ("\"producer\": \"c3", "\"producer\": \"C3"),
        ("\"star_exports\"", "\"star_export\""),
        ("\"local_name\": 7", "\"local_name\": 70"),
    ] {
        assert!(record.contains(from), "{from}: {record}");
        folder.put("wrong.json", record.replacen(from, to, 1));
        messages.push_str(&refused(&folder, 1, &["encode wrong.json --bytecode main.bin --text main.mjs -o out"]));
    }
    folder.put("four.json", record);
    messages.push_str(&refused(
        &folder,
        2,
        &[
            "encode four.json --bytecode main.bin --format-version 3 -o out",
            "encode main.json --bytecode main.bin --format-version 4 -o out",
            "encode main.json --bytecode main.bin --text main.mjs -o out",
            "encode four.json --bytecode main.bin --text none.mjs -o out",
            "encode four.json --bytecode main.bin -o out",
        ],
    ));
    insta::assert_snapshot!(messages);
}

#[test]
fn decode_writes_no_text_that_is_absent_or_damaged() {
    let folder = TestFolder::new("version-4-decode-text");
    folder.put("damaged.bmes", damaged_4("text"));
    folder.put("four.bmes", file_4());
    let mut messages = refused(&folder, 1, &["decode damaged.bmes --text out"]);
    messages.push_str(&refused(
        &folder,
        2,
        &[
            "decode main.bmes --text out",
            "decode four.bmes --bytecode out --text out",
            "decode four.bmes --bytecode - --text -",
            "decode four.bmes --bytecode out --text out2/text",
        ],
    ));
    insta::assert_snapshot!(messages);
}

#[test]
fn decode_writes_the_text_to_standard_output() {
    let folder = TestFolder::empty("version-4-decode-standard");
    folder.put("four.bmes", file_4());
    assert_eq!(run(&folder, "decode four.bmes --text -"), SOURCE);
}
