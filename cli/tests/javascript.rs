//! Tests of `analyze` and `build`.

mod support;

use std::fs::File;

use bmes::{ModuleRecord, Version};
use serde_json::{Value, json};
use support::{Output, TestFolder, file, record};

fn lines(output: &Output) -> Vec<Value> {
    output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the exit status of `analyze` for a source, and the line that `analyze` prints.
fn answer(name: &str, file: &str, source: impl AsRef<[u8]>) -> (i32, Value) {
    let folder = TestFolder::empty(&format!("javascript-{name}"));
    folder.put(file, source);
    let output = folder.run(&["analyze", file]);
    let mut lines = lines(&output);
    assert_eq!(lines.len(), 1, "{output:?}");
    (output.status, lines.remove(0))
}

#[test]
fn analyze_prints_the_record() {
    let output = TestFolder::new("javascript-analyze").run(&["analyze", "main.mjs"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    let line = lines(&output).remove(0);
    assert_eq!(line["file"], "main.mjs");
    let read: ModuleRecord = serde_json::from_value(line["record"].clone()).unwrap();
    assert_eq!(serde_json::to_value(read).unwrap(), serde_json::to_value(record(Version::V1)).unwrap());
}

#[test]
fn full_prints_all_results_of_the_analyzer() {
    let folder = TestFolder::empty("javascript-full");
    folder.put("a.mjs", "await import('./b.json', {with: {type: 'json'}}); var v; export let x = import.meta;");
    let mut line = lines(&folder.run(&["analyze", "--full", "a.mjs"])).remove(0);
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
fn the_options_of_the_typescript_compiler() {
    let folder = TestFolder::empty("javascript-compiler");
    folder.put("a.ts", "import {T} from 't'; class A { @d a: T }");
    folder.put("a.jsx", "import {h} from 'h'; <a/>;");
    let requests = |arguments: &[&str]| {
        let line = lines(&folder.run(&[&["analyze"], arguments].concat())).remove(0);
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
    assert_eq!(tip("a.js"), "if it is a module, add --type mjs");
    assert_eq!(tip("a.ts"), "if it is a module, add --type mts");
    assert_eq!(tip("a.tsx"), "if it is a module, add `export {};`");
    assert_eq!(tip("a.cts"), "if it is a module, add --type mts");
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
fn commonjs_is_rejected() {
    let (status, line) = answer("commonjs", "a.js", "module.exports = require(\"b\");\n");
    assert_eq!((status, &line["error"]["class"]), (1, &json!("common-js")));
}

#[test]
fn text_that_is_not_utf_8_is_rejected() {
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
fn zeros_of_200_megabytes_are_rejected() {
    let folder = TestFolder::empty("javascript-large");
    File::create(folder.path("a.mjs")).unwrap().set_len(200 << 20).unwrap();
    let output = folder.run(&["analyze", "a.mjs"]);
    assert_eq!((output.status, &lines(&output)[0]["error"]["class"]), (1, &json!("too-large")));
}

#[test]
fn an_unknown_extension_is_rejected() {
    let (status, line) = answer("name", "a.css", "");
    assert_eq!((status, &line["error"]["class"]), (1, &json!("file-type")));
    assert_eq!((&line["error"]["line"], &line["error"]["column"]), (&Value::Null, &Value::Null));
}

#[test]
fn the_type_option_sets_the_language() {
    let folder = TestFolder::empty("javascript-type");
    folder.put("a.txt", "export const a: number = 1;");
    assert_eq!(folder.run(&["analyze", "a.txt"]).status, 1);
    assert_eq!(folder.run(&["analyze", "--type", "mjs", "a.txt"]).status, 1);
    assert_eq!(folder.run(&["analyze", "--type", "ts", "a.txt"]).status, 0);
}

#[test]
fn typescript_is_analysed_as_javascript() {
    let folder = TestFolder::new("javascript-typescript");
    let output = folder.run(&["analyze", "src/deep/two.ts"]);
    assert_eq!(lines(&output)[0]["record"]["requests"], json!([]), "a type is not imported");
}

#[test]
fn standard_input_is_a_module() {
    let folder = TestFolder::empty("javascript-stdin");
    let output = folder.run_with(&["analyze", "-"], "export let a;");
    assert_eq!((output.status, &lines(&output)[0]["file"]), (0, &json!("-")));
}

#[test]
fn folders_are_searched_for_modules() {
    let output = TestFolder::new("javascript-folder").run(&["analyze", "src", "lib/*.js"]);
    let names: Vec<_> = lines(&output).iter().map(|line| line["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        (output.status, names),
        (0, ["src/deep/two.ts", "src/one.mjs", "lib/three.js"].map(String::from).into())
    );
}

#[test]
fn the_order_is_that_of_the_arguments() {
    let folder = TestFolder::empty("javascript-order");
    // Short and long files alternate, so the threads do not finish them in order.
    let names: Vec<_> = (0..200).map(|number| format!("{number}.mjs")).collect();
    for (number, name) in names.iter().enumerate() {
        folder.put(
            name,
            format!("export const x{number} = 1;\n{}", "x0;\n".repeat(number % 7 * 500)).replace("x0;", "1;"),
        );
    }
    let arguments: Vec<_> = ["analyze", "--jobs", "5"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let output = folder.run(&arguments);
    assert_eq!(output.status, 0);
    for (number, line) in lines(&output).iter().enumerate() {
        assert_eq!(line["record"]["exports"][0]["export_name"], format!("x{number}"));
    }
}

#[test]
fn a_missing_file_has_a_line() {
    let output = TestFolder::new("javascript-missing").run(&["analyze", "none.mjs", "main.mjs"]);
    assert_eq!((output.status, &lines(&output)[0]["error"]["class"]), (2, &json!("unread")));
    assert!(lines(&output)[1]["record"].is_object());
    insta::assert_snapshot!(output.stderr);
}

#[test]
fn deep_nesting_is_rejected() {
    let (status, line) = answer("deep", "a.mjs", "[".repeat(1 << 20));
    assert_eq!((status, line["error"].is_object()), (1, true));
}

#[test]
fn the_older_type_of_a_reexported_namespace() {
    let folder = TestFolder::empty("javascript-namespace");
    folder.put("a.mjs", "import * as ns from \"m\";\nexport { ns };\n");
    let kind = |arguments: &[&str]| lines(&folder.run(arguments))[0]["record"]["exports"][0]["type"].clone();
    assert_eq!(kind(&["analyze", "a.mjs"]), "namespace");
    assert_eq!(kind(&["analyze", "a.mjs", "--namespace-reexport", "local"]), "local");
}

#[test]
fn build_writes_next_to_the_module() {
    let folder = TestFolder::new("javascript-build");
    std::fs::remove_file(folder.path("main.bmes")).unwrap();
    let output = folder.run(&["build", "main.mjs", "--bytecode", "main.bin"]);
    assert_eq!(
        (output.status, output.stdout.as_str(), output.stderr.as_str()),
        (0, "main.bmes: version 2, 280 bytes\n", "")
    );
    assert_eq!(folder.read("main.bmes"), file(Version::V2));
}

#[test]
fn build_in_version_1() {
    let folder = TestFolder::new("javascript-build-1");
    let output = folder.run(&["build", "main.mjs", "--bytecode", "main.bin", "-o", "out", "--format-version", "1"]);
    assert_eq!((output.status, folder.read("out")), (0, file(Version::V1)), "{}", output.stderr);
}

#[test]
fn build_in_version_3_with_an_environment() {
    let folder = TestFolder::new("javascript-build-3");
    let arguments = ["build", "main.mjs", "--bytecode", "main.bin", "-o", "out", "--environment", "environment.json"];
    assert_eq!(folder.run(&arguments).status, 0);
    assert_eq!(folder.read("out"), file(Version::V3));
    assert_eq!(folder.run(&[&arguments[..], &["--format-version", "3"]].concat()).status, 0);
}

#[test]
fn build_from_standard_input_to_standard_output() {
    let folder = TestFolder::new("javascript-build-pipe");
    let output = folder.shell("bmes build - --bytecode main.bin -o - < main.mjs | cmp - main.bmes");
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
}

#[test]
fn errors_of_build() {
    let folder = TestFolder::new("javascript-build-refused");
    folder.put("twice.mjs", "let a = 1;\nlet a = 2;\n");
    folder.put("common.js", "exports.a = require(\"b\");\n");
    folder.put("half.mjs", "export {");
    folder.put(
        "double.json",
        support::ENVIRONMENT.replace("[]", "[{\"name\": \"a\", \"bits\": 0}, {\"name\": \"a\", \"bits\": 1}]"),
    );
    let before = folder.names(".");
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
        let output = folder.run(&[&["build", "--bytecode", "main.bin"], arguments].concat());
        assert_eq!((output.status, output.stdout.as_str()), (status, ""), "{arguments:?}: {}", output.stderr);
        messages.push_str(&output.stderr);
    }
    assert_eq!(folder.names("."), before);
    insta::assert_snapshot!(messages);
}

#[test]
fn the_records_of_the_real_modules_match_the_engine() {
    let real = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real");
    let folder = TestFolder::at(real.clone());
    let mut compared = 0;
    for line in lines(&folder.run(&["analyze", "modules/*.mjs"])) {
        let path = std::path::PathBuf::from(line["file"].as_str().unwrap());
        let record = real.join("records").join(path.with_extension("json").file_name().unwrap());
        // One module has a name that is not ASCII. Its record has a different name, and is not compared.
        if let Ok(text) = std::fs::read_to_string(&record) {
            assert_eq!(line["record"], serde_json::from_str::<Value>(&text).unwrap(), "{}", path.display());
            compared += 1;
        }
    }
    assert_eq!(compared, 21);
}

#[test]
fn a_folder_has_only_files_with_the_extensions_of_modules() {
    let folder = TestFolder::empty("javascript-names");
    for name in ["A.MJS", "B.TS", "d.ts", "x.d.ts", "x.d.css.ts", "y.D.MTS", "z.cjs", "z.json", "w.mjs.map"] {
        folder.put(name, "export const a = 1;\n");
    }
    let output = folder.run(&["analyze", "."]);
    let files: Vec<_> = lines(&output).iter().map(|line| line["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!((output.status, files), (0, ["./A.MJS", "./B.TS", "./d.ts"].map(Into::into).to_vec()));
}
