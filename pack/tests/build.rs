//! A pack of a program on disk has all modules and resolutions, and is reproducible.
#![cfg(all(unix, feature = "build"))]

mod support;

use std::os::unix::fs::symlink;
use std::time::Duration;

use bmes::v4::Phase;
use bmes_pack::build::{Compile, Made, MakeError, Options, make, make_with};
use bmes_pack::{Change, Format, Freshness, Pack, Stamps, changes};

use support::PRODUCER;
use support::disk::{Disk, FILES, age};

fn urls(made: &Made) -> Vec<(String, Format)> {
    let pack = Pack::open(&made.pack).unwrap();
    pack.index().modules.iter().map(|module| (module.url.clone(), module.format)).collect()
}

/// Returns what the requests and the dynamic imports of a module resolve to.
fn targets(made: &Made, url: &str) -> Vec<(String, Option<String>)> {
    let pack = Pack::open(&made.pack).unwrap();
    let modules = &pack.index().modules;
    let module = modules.iter().find(|module| module.url == url).unwrap();
    let target = |number: u32| modules[number as usize].url.clone();
    let all = module.requests.iter().chain(&module.dynamic);
    all.map(|request| (request.specifier.clone(), request.module.map(target))).collect()
}

#[test]
fn all_modules_are_in_breadth_first_with_their_formats() {
    let made = Disk::new().make();
    let expected = [
        ("main.js", Format::Module),
        ("lib/a.js", Format::Module),
        ("node_modules/dep/esm.mjs", Format::Module),
        ("old.cjs", Format::CommonJs),
        ("data.json", Format::Json),
        ("node:fs", Format::Builtin),
        ("node:path", Format::Builtin),
        ("late.js?x=1", Format::Module),
        ("lib/b.js", Format::Module),
        ("node_modules/dep/sub.mjs", Format::Module),
        ("node_modules/dep/cjs.js", Format::CommonJs),
        ("node_modules/dep/inner.js", Format::CommonJs),
    ];
    assert_eq!(urls(&made), expected.map(|(url, format)| (url.to_owned(), format)));
    assert!(made.left_out.is_empty(), "{:?}", made.left_out);
    assert!(made.link_errors.is_empty(), "{:?}", made.link_errors);
    let pack = Pack::open(&made.pack).unwrap();
    for (number, module) in pack.index().modules.iter().enumerate() {
        assert_eq!(pack.verify(number).is_ok(), module.format == Format::Module, "{}", module.url);
    }
}

#[test]
fn a_module_need_not_have_the_syntax_of_one_where_package_json_says_so() {
    let disk = Disk::new();
    disk.write("lib/b.js", "console.log(typeof require)");
    let made = disk.make();
    assert!(made.left_out.is_empty(), "{:?}", made.left_out);
    assert!(urls(&made).contains(&("lib/b.js".to_owned(), Format::Module)));
}

#[test]
fn a_commonjs_module_has_a_member_where_there_is_bytecode_for_it() {
    let disk = Disk::new();
    let compile = || -> Compile { Box::new(|text| Ok(text.url.as_bytes().to_vec())) };
    let made = make_with(&[disk.path("main.js")], &Options::new(PRODUCER), compile).unwrap();
    let pack = Pack::open(&made.pack).unwrap();
    let number = pack.index().modules.iter().position(|module| module.url == "old.cjs").unwrap();
    let verified = pack.verify(number).unwrap();
    assert_eq!(verified.bytecode(), b"old.cjs");
    assert_eq!(verified.view().requests().len(), 2);
    // Its record has no exports, which says nothing about the module.
    assert!(made.link_errors.is_empty(), "{:?}", made.link_errors);
}

#[test]
fn import_and_require_resolve_differently() {
    let made = Disk::new().make();
    let some = |specifier: &str, url: &str| (specifier.to_owned(), Some(url.to_owned()));
    assert_eq!(targets(&made, "main.js")[1], some("dep", "node_modules/dep/esm.mjs"));
    let old = targets(&made, "old.cjs");
    assert_eq!(old, [some("dep", "node_modules/dep/cjs.js"), ("optional".to_owned(), None)]);
}

/// Requires that the requests of a module resolve to these modules. Node.js 20 resolves them to the same ones.
fn resolve_to(disk: &Disk, path: &str, call: &str, expected: &[(&str, Option<&str>)]) {
    let calls: Vec<_> = expected.iter().map(|(specifier, _)| format!("{call}({specifier:?})")).collect();
    disk.write(path, &calls.join(";"));
    let made = make(&[disk.path("main.js"), disk.path(path)], &Options::new(PRODUCER)).unwrap();
    for (found, (specifier, url)) in targets(&made, path).iter().zip(expected) {
        assert_eq!((found.0.as_str(), found.1.as_deref()), (*specifier, *url), "{call}");
    }
}

#[test]
fn a_relative_import_is_a_url() {
    let disk = Disk::new();
    for path in ["h#1.mjs", "50%25.mjs", "ö b.mjs", "lib/index.js"] {
        disk.write(path, "");
    }
    let absolute = format!("file://{}", disk.path("lib/b.js").display());
    let expected = [
        ("./h%231.mjs", Some("h%231.mjs")),
        ("./50%2525.mjs", Some("50%2525.mjs")),
        ("./%C3%B6%20b.mjs", Some("ö b.mjs")),
        ("./ö b.mjs", Some("ö b.mjs")),
        ("./lib%2Fb.js", None),
        ("./lib%5Cb.js", None),
        ("./lib\\b.js", Some("lib/b.js")),
        ("./none/../lib/b.js", Some("lib/b.js")),
        ("./lib", None),
        ("./lib/", None),
        ("./lib/b", None),
        ("./lib/b.js?x", Some("lib/b.js?x")),
        ("./lib/b.js#y", Some("lib/b.js#y")),
        ("./lib/b.js?a b#y", Some("lib/b.js?a%20b#y")),
        ("./lib/b.js?#", Some("lib/b.js")),
        (&absolute, Some("lib/b.js")),
        ("file://host/b.js", None),
        ("data:text/javascript,1", Some("data:text/javascript,1")),
        ("https://example.com/x.mjs", None),
    ];
    resolve_to(&disk, "urls.mjs", "import", &expected);
}

#[test]
fn the_specifier_of_require_is_a_path() {
    let disk = Disk::new();
    for path in ["h#1.js", "lib/index.js", "both.js", "both/index.js", "main2/package.json", "main2/x.js"] {
        disk.write(path, if path.ends_with("json") { "{\"main\": \"x\"}" } else { "" });
    }
    let file = format!("file://{}", disk.path("lib/b.js").display());
    let expected = [
        ("./h#1.js", Some("h%231.js")),
        ("./h%231.js", None),
        ("./lib/b.js?x", None),
        ("./lib/b.js#y", None),
        ("./lib/b", Some("lib/b.js")),
        ("./lib", Some("lib/index.js")),
        ("./lib/", Some("lib/index.js")),
        ("./both", Some("both.js")),
        ("./both/", Some("both/index.js")),
        ("./main2", Some("main2/x.js")),
        ("./data", Some("data.json")),
        (&file, None),
    ];
    resolve_to(&disk, "paths.cjs", "require", &expected);
}

#[test]
fn packages_resolve_as_in_node() {
    let disk = Disk::new();
    let package = "{\"type\": \"module\", \"name\": \"self\", \"exports\": {\".\": \"./lib/b.js\", \"./lib/*\": \"./lib/*.js\", \"./null/*\": null, \"./list\": [\"bad\", \"./lib/b.js\"], \"./query\": \"./lib/b.js?x#y\"}, \"imports\": {\"#b\": \"./lib/b.js\", \"#dep\": \"dep\", \"#fs\": \"fs\", \"#list\": [{\"browser\": \"./none.js\"}, [\"./lib/b.js\"]]}}";
    disk.write("package.json", package);
    for (name, text) in [
        ("index/index.js", ""),
        ("main/package.json", "{\"main\": \"lib/main\"}"),
        ("main/lib/main.js", ""),
        ("main/sub.js", ""),
        ("main/h#1.js", ""),
        ("folder/package.json", "{\"main\": \"lib\"}"),
        ("folder/lib/index.js", ""),
        ("json/package.json", "{\"main\": \"data\"}"),
        ("json/data.json", ""),
        ("@scope/name/index.js", ""),
        ("sqlite/index.js", ""),
        ("punycode/index.js", ""),
    ] {
        disk.write(&format!("node_modules/{name}"), text);
    }
    let common = [
        ("self", Some("lib/b.js")),
        ("self/lib/a", Some("lib/a.js")),
        ("self/null/a", None),
        ("self/list", Some("lib/b.js")),
        ("self/none", None),
        ("#b", Some("lib/b.js")),
        ("#b?x", None),
        ("#none", None),
        ("#list", Some("lib/b.js")),
        ("index", Some("node_modules/index/index.js")),
        ("main", Some("node_modules/main/lib/main.js")),
        ("main/sub.js", Some("node_modules/main/sub.js")),
        ("folder", Some("node_modules/folder/lib/index.js")),
        ("json", Some("node_modules/json/data.json")),
        ("@scope/name", Some("node_modules/@scope/name/index.js")),
        ("sqlite", Some("node_modules/sqlite/index.js")),
        ("punycode", Some("node:punycode")),
        ("fs/promises", Some("node:fs/promises")),
        ("dep/none", None),
    ];
    let import = [
        ("#dep", Some("node_modules/dep/esm.mjs")),
        ("punycode/", None),
        ("#fs", Some("node:fs")),
        ("self/query", Some("lib/b.js?x#y")),
        ("main/sub", None),
        ("main/h%231.js", Some("node_modules/main/h%231.js")),
        ("main/sub.js?x#y", Some("node_modules/main/sub.js?x#y")),
        ("main/lib%2Fmain.js", None),
    ];
    let require = [
        ("#dep", Some("node_modules/dep/cjs.js")),
        ("punycode/", Some("node_modules/punycode/index.js")),
        ("self/query", Some("lib/b.js")),
        ("main/sub", Some("node_modules/main/sub.js")),
        ("main/sub.js?x", None),
    ];
    resolve_to(&disk, "packages.mjs", "import", &[&common[..], &import].concat());
    resolve_to(&disk, "packages.cjs", "require", &[&common[..], &require].concat());
}

#[test]
fn a_module_without_a_file_has_no_type() {
    let disk = Disk::new();
    disk.write(
        "main.js",
        "import 'node:fs' with {type: 'json'}; import 'data:application/json,{}' with {type: 'json'}",
    );
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let modules: Vec<_> = pack.index().modules.iter().map(|module| (&*module.url, module.r#type.as_deref())).collect();
    assert_eq!(modules, [("main.js", None), ("node:fs", None), ("data:application/json,{}", None)]);
    assert_eq!(made.link_errors, []);
}

#[test]
fn a_dynamic_import_has_its_phase_and_its_attributes() {
    let disk = Disk::new();
    let text =
        "import.defer('./lib/b.js'); import('./data.json', {with: {type: 'json'}}); import('./late.js', options)";
    disk.write("main.js", text);
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let dynamic = &pack.index().modules[0].dynamic;
    let found: Vec<_> =
        dynamic.iter().map(|import| (&*import.specifier, import.phase, import.attributes.len())).collect();
    assert_eq!(found, [("./lib/b.js", Phase::Defer, 0), ("./data.json", Phase::Evaluation, 1)]);
}

#[test]
fn an_entry_that_is_not_javascript_is_an_error() {
    for (path, text) in [("bad.mjs", "let a, a;"), ("bad.cjs", "("), ("lib/bad.js", "import x from")] {
        let disk = Disk::new();
        disk.write(path, text);
        let Err(error) = make(&[disk.path("main.js"), disk.path(path)], &Options::new(PRODUCER)) else {
            panic!("{path}")
        };
        assert!(matches!(&error, MakeError::Rejected(bad, _) if *bad == disk.path(path)), "{error:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_module_that_cannot_be_read_is_left_out_and_resolves_to_nothing() {
    let disk = Disk::new();
    // Its first byte cannot be read, not even by root.
    symlink("/proc/self/mem", disk.path("unreadable.mjs")).unwrap();
    disk.write("main.js", "import './unreadable.mjs'; import './lib/b.js'");
    let made = disk.make();
    assert_eq!(urls(&made), [("main.js".to_owned(), Format::Module), ("lib/b.js".to_owned(), Format::Module)]);
    let expected = [("./unreadable.mjs".to_owned(), None), ("./lib/b.js".to_owned(), Some("lib/b.js".to_owned()))];
    assert_eq!(targets(&made, "main.js"), expected);
    assert_eq!((made.left_out.len(), made.link_errors.len()), (1, 1), "{made:?}");
    let pack = Pack::open(&made.pack).unwrap();
    assert!(pack.verify(1).is_ok());
    assert!(changes(pack.index(), &made.root, Freshness::Hash, &mut Stamps::default()).is_none());
}

#[test]
fn the_target_of_a_link_that_leads_to_nothing_is_absent() {
    let disk = Disk::new();
    symlink("lib/target.mjs", disk.path("dangling.mjs")).unwrap();
    disk.write("main.js", "try { await import('./dangling.mjs') } catch {}");
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let compare = || changes(pack.index(), &made.root, Freshness::Hash, &mut Stamps::default()).resolution;
    assert_eq!(compare(), []);
    disk.write("lib/target.mjs", "");
    assert_eq!(compare(), [("lib/target.mjs".to_owned(), Change::Appeared)]);
}

#[test]
fn two_machines_make_the_same_bytes() {
    let (one, two) = (Disk::new(), Disk::below("two/folders/deeper"));
    for (path, _) in FILES {
        age(&two.path(path), Duration::from_secs(5));
    }
    assert_eq!(one.make().pack, two.make().pack);
}

#[test]
fn javascript_with_a_type_is_left_out() {
    let disk = Disk::new();
    disk.write("main.js", "import './lib/b.js'; import './lib/b.js' with {type: 'css'}");
    let made = disk.make();
    let pack = Pack::open(&made.pack).unwrap();
    let members: Vec<_> = pack.index().modules.iter().map(|module| (&*module.url, module.member.is_some())).collect();
    assert_eq!(members, [("main.js", true), ("lib/b.js", true), ("lib/b.js", false)]);
    let reason = "a request has the type \"css\", but the module is JavaScript".to_owned();
    assert_eq!(made.left_out, [(disk.path("lib/b.js"), reason)]);
}
