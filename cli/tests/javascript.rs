//! `analyze`, `build`.

mod support;

use std::fs::File;

use bmes::{ModuleRecord, Version};
use serde_json::{Value, json};
use support::{Came, Place, file, record};

fn lines(came: &Came) -> Vec<Value> {
    came.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the answer of `analyze` for a source.
fn answer(name: &str, file: &str, source: impl AsRef<[u8]>) -> (i32, Value) {
    let place = Place::empty(&format!("javascript-{name}"));
    place.put(file, source);
    let came = place.run(&["analyze", file]);
    let mut lines = lines(&came);
    assert_eq!(lines.len(), 1, "{came:?}");
    (came.status, lines.remove(0))
}

#[test]
fn analyze_prints_the_record() {
    let came = Place::new("javascript-analyze").run(&["analyze", "main.mjs"]);
    assert_eq!((came.status, came.err.as_str()), (0, ""));
    let line = lines(&came).remove(0);
    assert_eq!(line["file"], "main.mjs");
    let read: ModuleRecord = serde_json::from_value(line["record"].clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), serde_json::to_value(record(Version::V1)).unwrap());
}

#[test]
fn full_also_prints_what_else_the_analyzer_knows() {
    let place = Place::empty("javascript-full");
    place.put("a.mjs", "await import('./b.json', {with: {type: 'json'}}); var v; export let x = import.meta;");
    let mut line = lines(&place.run(&["analyze", "--full", "a.mjs"])).remove(0);
    assert!(line["record"].is_object());
    for key in ["ok", "file", "record"] {
        line.as_object_mut().unwrap().remove(key);
    }
    let expected = json!({
        "variables": {"declared": [{"name": "v", "kind": "var"}], "lexical": [{"name": "x", "kind": "let"}]},
        "module_syntax": true, "top_level_await": true, "import_meta": true, "dynamic_import": true,
        "dynamic_imports":
            [{"specifier": "./b.json", "attributes": [{"key": "type", "value": "json"}], "phase": "evaluation"}],
        "producer": {"name": "bmes-analyzer", "version": env!("CARGO_PKG_VERSION")},
    });
    assert_eq!(line, expected);
}

#[test]
fn the_options_of_the_typescript_compiler_count() {
    let place = Place::empty("javascript-compiler");
    place.put("a.ts", "import {T} from 't'; class A { @d a: T }");
    place.put("a.jsx", "import {h} from 'h'; <a/>;");
    let requests = |arguments: &[&str]| {
        let line = lines(&place.run(&[&["analyze"], arguments].concat())).remove(0);
        let requests = line["record"]["requests"].as_array().unwrap().clone();
        requests.iter().map(|request| request["specifier"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(requests(&["a.ts"]), [""; 0]);
    assert_eq!(requests(&["a.ts", "--experimental-decorators", "--emit-decorator-metadata"]), ["t"]);
    assert_eq!(requests(&["a.ts", "--verbatim-module-syntax"]), ["t"]);
    assert_eq!(requests(&["a.jsx"]), ["react/jsx-runtime", "h"]);
    assert_eq!(requests(&["a.jsx", "--jsx", "react-jsxdev", "--jsx-import-source", "p"]), ["p/jsx-dev-runtime", "h"]);
    assert_eq!(requests(&["a.jsx", "--jsx", "react", "--jsx-factory", "h"]), ["h"]);
}

#[test]
fn the_tip_for_commonjs_names_the_type_of_a_module() {
    let tip = |file: &str| answer("tip", file, "require('a');").1["error"]["tip"].clone();
    assert_eq!(tip("a.js"), "if it is a module: --type mjs");
    assert_eq!(tip("a.ts"), "if it is a module: --type mts");
    assert_eq!(tip("a.tsx"), "if it is a module all the same, add `export {};`");
    assert_eq!(tip("a.cts"), "if it is a module: --type mts");
}

#[test]
fn a_syntax_error_has_a_line_and_a_column() {
    let (status, line) = answer("syntax", "a.mjs", "let a = 1;\nlet b = ;\n");
    assert_eq!((status, &line["file"]), (1, &json!("a.mjs")));
    let error = &line["error"];
    assert_eq!((&error["class"], &error["line"], &error["column"]), (&json!("syntax"), &json!(2), &json!(9)));
    assert!(error["message"].is_string());
}

#[test]
fn an_early_error_is_an_error() {
    let (status, line) = answer("early", "a.mjs", "let a;\nlet a;\n");
    assert_eq!((status, &line["error"]["class"]), (1, &json!("early-error/redeclaration")));
}

#[test]
fn commonjs_is_refused() {
    let (status, line) = answer("commonjs", "a.js", "module.exports = require(\"b\");\n");
    assert_eq!((status, &line["error"]["class"]), (1, &json!("common-js")));
}

#[test]
fn what_is_not_utf_8_is_refused() {
    let (status, line) = answer("latin-1", "a.mjs", b"let a = 1;\nlet b = '\xe4';\n");
    let error = &line["error"];
    assert_eq!((status, &error["class"]), (1, &json!("not-utf-8")));
    assert_eq!((&error["line"], &error["column"]), (&json!(2), &json!(10)));
}

#[test]
fn an_empty_file_is_a_module() {
    let (status, line) = answer("empty", "a.mjs", "");
    assert_eq!((status, &line["record"]["exports"]), (0, &json!([])));
}

#[test]
fn zeros_of_200_megabytes_are_refused() {
    let place = Place::empty("javascript-large");
    File::create(place.path("a.mjs")).unwrap().set_len(200 << 20).unwrap();
    let came = place.run(&["analyze", "a.mjs"]);
    assert_eq!((came.status, &lines(&came)[0]["error"]["class"]), (1, &json!("too-large")));
}

#[test]
fn what_is_no_javascript_by_its_name_is_refused() {
    let (status, line) = answer("name", "a.css", "");
    assert_eq!((status, &line["error"]["class"]), (1, &json!("file-type")));
    assert_eq!((&line["error"]["line"], &line["error"]["column"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_type_can_be_said() {
    let place = Place::empty("javascript-type");
    place.put("a.txt", "export const a: number = 1;");
    assert_eq!(place.run(&["analyze", "a.txt"]).status, 1);
    assert_eq!(place.run(&["analyze", "--type", "mjs", "a.txt"]).status, 1);
    assert_eq!(place.run(&["analyze", "--type", "ts", "a.txt"]).status, 0);
}

#[test]
fn of_typescript_the_javascript_is_analysed() {
    let place = Place::new("javascript-typescript");
    let came = place.run(&["analyze", "src/deep/two.ts"]);
    assert_eq!(lines(&came)[0]["record"]["requests"], json!([]), "a type is not imported");
}

#[test]
fn standard_input_is_a_module() {
    let place = Place::empty("javascript-stdin");
    let came = place.run_with(&["analyze", "-"], "export let a;");
    assert_eq!((came.status, &lines(&came)[0]["file"]), (0, &json!("-")));
}

#[test]
fn folders_are_searched_for_what_can_be_a_module() {
    let came = Place::new("javascript-folder").run(&["analyze", "src", "lib/*.js"]);
    let names: Vec<_> = lines(&came).iter().map(|line| line["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!((came.status, names), (0, ["src/deep/two.ts", "src/one.mjs", "lib/three.js"].map(String::from).into()));
}

#[test]
fn the_order_is_that_of_the_arguments() {
    let place = Place::empty("javascript-order");
    // Long and short files in turns.
    let names: Vec<_> = (0..200).map(|number| format!("{number}.mjs")).collect();
    for (number, name) in names.iter().enumerate() {
        place.put(
            name,
            format!("export const x{number} = 1;\n{}", "x0;\n".repeat(number % 7 * 500)).replace("x0;", "1;"),
        );
    }
    let arguments: Vec<_> = ["analyze", "--jobs", "5"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let came = place.run(&arguments);
    assert_eq!(came.status, 0);
    for (number, line) in lines(&came).iter().enumerate() {
        assert_eq!(line["record"]["exports"][0]["export_name"], format!("x{number}"));
    }
}

#[test]
fn a_file_that_is_not_there_has_a_line_too() {
    let came = Place::new("javascript-missing").run(&["analyze", "none.mjs", "main.mjs"]);
    assert_eq!((came.status, &lines(&came)[0]["error"]["class"]), (2, &json!("unread")));
    assert!(lines(&came)[1]["record"].is_object());
    insta::assert_snapshot!(came.err);
}

#[test]
fn nesting_without_end_is_refused() {
    let (status, line) = answer("deep", "a.mjs", "[".repeat(1 << 20));
    assert_eq!((status, line["error"].is_object()), (1, true));
}

#[test]
fn the_older_answer_to_a_reexported_namespace() {
    let place = Place::empty("javascript-namespace");
    place.put("a.mjs", "import * as ns from \"m\";\nexport { ns };\n");
    let kind = |arguments: &[&str]| lines(&place.run(arguments))[0]["record"]["exports"][0]["type"].clone();
    assert_eq!(kind(&["analyze", "a.mjs"]), "namespace");
    assert_eq!(kind(&["analyze", "a.mjs", "--namespace-reexport", "local"]), "local");
}

#[test]
fn build_writes_beside_the_module() {
    let place = Place::new("javascript-build");
    std::fs::remove_file(place.path("main.bmes")).unwrap();
    let came = place.run(&["build", "main.mjs", "--bytecode", "main.bin"]);
    assert_eq!((came.status, came.out.as_str(), came.err.as_str()), (0, "main.bmes: version 2, 280 bytes\n", ""));
    assert_eq!(place.read("main.bmes"), file(Version::V2));
}

#[test]
fn build_in_version_1() {
    let place = Place::new("javascript-build-1");
    let came = place.run(&["build", "main.mjs", "--bytecode", "main.bin", "-o", "out", "--format-version", "1"]);
    assert_eq!((came.status, place.read("out")), (0, file(Version::V1)), "{}", came.err);
}

#[test]
fn build_in_version_3_with_what_the_engine_noted() {
    let place = Place::new("javascript-build-3");
    let arguments = ["build", "main.mjs", "--bytecode", "main.bin", "-o", "out", "--environment", "environment.json"];
    assert_eq!(place.run(&arguments).status, 0);
    assert_eq!(place.read("out"), file(Version::V3));
    assert_eq!(place.run(&[&arguments[..], &["--format-version", "3"]].concat()).status, 0);
}

#[test]
fn build_from_standard_input_to_standard_output() {
    let place = Place::new("javascript-build-pipe");
    let came = place.shell("bmes build - --bytecode main.bin -o - < main.mjs | cmp - main.bmes");
    assert_eq!((came.status, came.err.as_str()), (0, ""));
}

#[test]
fn what_build_does_not_do() {
    let place = Place::new("javascript-build-refused");
    place.put("twice.mjs", "let a = 1;\nlet a = 2;\n");
    place.put("common.js", "exports.a = require(\"b\");\n");
    place.put("half.mjs", "export {");
    place.put(
        "double.json",
        support::ENVIRONMENT.replace("[]", "[{\"name\": \"a\", \"bits\": 0}, {\"name\": \"a\", \"bits\": 1}]"),
    );
    let before = place.names(".");
    let mut messages = String::new();
    for (status, arguments) in [
        (1, &["twice.mjs"][..]),
        (1, &["common.js"]),
        (1, &["half.mjs"]),
        (1, &["environment.json"]),
        (1, &["main.mjs", "--environment", "double.json"]),
        (2, &["main.mjs", "--format-version", "3"]),
        (2, &["main.mjs", "--format-version", "2", "--environment", "environment.json"]),
        (2, &["-"]),
    ] {
        let came = place.run(&[&["build", "--bytecode", "main.bin"], arguments].concat());
        assert_eq!((came.status, came.out.as_str()), (status, ""), "{arguments:?}: {}", came.err);
        messages.push_str(&came.err);
    }
    assert_eq!(place.names("."), before);
    insta::assert_snapshot!(messages);
}

#[test]
fn the_records_of_the_real_modules_are_the_engines() {
    let real = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real");
    let place = Place(real.clone());
    let mut compared = 0;
    for line in lines(&place.run(&["analyze", "modules/*.mjs"])) {
        let path = std::path::PathBuf::from(line["file"].as_str().unwrap());
        let record = real.join("records").join(path.with_extension("json").file_name().unwrap());
        // The module whose name is not ASCII has a different name there.
        if let Ok(text) = std::fs::read_to_string(&record) {
            assert_eq!(line["record"], serde_json::from_str::<Value>(&text).unwrap(), "{}", path.display());
            compared += 1;
        }
    }
    assert_eq!(compared, 21);
}

#[test]
fn a_folder_has_the_files_that_could_be_named() {
    let place = Place::empty("javascript-names");
    for name in ["A.MJS", "B.TS", "d.ts", "x.d.ts", "x.d.css.ts", "y.D.MTS", "z.cjs", "z.json", "w.mjs.map"] {
        place.put(name, "export const a = 1;\n");
    }
    let came = place.run(&["analyze", "."]);
    let files: Vec<_> = lines(&came).iter().map(|line| line["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!((came.status, files), (0, ["./A.MJS", "./B.TS", "./d.ts"].map(Into::into).to_vec()));
}
