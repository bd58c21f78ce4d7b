//! The link check reports what ECMA-262's linking would reject, and nothing else.

mod support;

use bmes::v4::ModuleView;
use bmes_pack::link::{self, Entry, LinkError, Reason};

use support::{Program, index};

fn errors(program: Program<'_>) -> Vec<LinkError> {
    let (index, files) = index(program);
    let views = files.iter().map(|file| file.as_deref().map(|file| ModuleView::parse(file).unwrap())).collect();
    link::check(&link::linked(&index, views))
}

/// Returns the only error: the module, the entry, the name, and the reason.
fn error(program: Program<'_>) -> (usize, String, String, Reason) {
    let errors = errors(program);
    let [LinkError { module, entry, name, reason, .. }] = &*errors else { panic!("{errors:?}") };
    let entry = match entry {
        Entry::Request => "request".to_owned(),
        Entry::Import(local) => format!("import {local}"),
        Entry::Export(export) => format!("export {export}"),
    };
    (*module, entry, name.clone(), *reason)
}

#[test]
fn a_program_that_links_has_no_errors() {
    for program in [
        support::PROGRAM,
        &[
            ("a", "import b, * as ns from 'b'; export * from 'b'; export {ns}"),
            ("b", "export default 1; export const c = 2"),
        ],
        &[
            ("a", "import {x} from 'b'"),
            ("b", "export * from 'c'; export * from 'd'"),
            ("c", "export * from 'd'"),
            ("d", "export let x"),
        ],
        &[("a", "import {x} from 'b'"), ("b", "export let x; export * from 'c'"), ("c", "export let x")],
        &[
            ("a", "import * as b from 'b'; export * as c from 'b'"),
            ("b", "export * from 'c'"),
            ("c", "export * from 'b'"),
        ],
    ] {
        assert_eq!(errors(program), [], "{program:?}");
    }
}

#[test]
fn a_missing_name_is_reported() {
    let program: Program<'_> = &[("a", "import {x as y} from 'b'"), ("b", "export let z")];
    assert_eq!(error(program), (0, "import y".into(), "x".into(), Reason::Missing { module: 1 }));
}

#[test]
fn a_missing_name_behind_two_reexports_is_reported_where_it_is_missing() {
    let program: Program<'_> =
        &[("a", "import {x} from 'b'"), ("b", "export * from 'c'"), ("c", "export * from 'd'"), ("d", "")];
    assert_eq!(error(program).2, "x");
    let program: Program<'_> = &[("a", "export {y as x} from 'b'"), ("b", "export {z as y} from 'c'"), ("c", "")];
    let errors = errors(program);
    let found: Vec<_> = errors.iter().map(|error| (error.module, error.name.as_str(), error.reason)).collect();
    assert_eq!(found, [(0, "y", Reason::Missing { module: 2 }), (1, "z", Reason::Missing { module: 2 })]);
}

#[test]
fn an_ambiguous_name_is_reported_with_both_modules() {
    let program: Program<'_> = &[
        ("a", "import {x} from 'b'"),
        ("b", "export * from 'c'; export * from 'd'"),
        ("c", "export let x"),
        ("d", "export let x"),
    ];
    assert_eq!(error(program).3, Reason::Ambiguous { modules: [2, 3] });
    // An ambiguous name that no entry names is no error.
    assert_eq!(errors(&[&program[1..], &[("a", "import 'b'")]].concat()), []);
}

#[test]
fn a_name_that_leads_back_to_itself_is_reported() {
    let program: Program<'_> = &[("a", "export {x} from 'b'"), ("b", "export {x} from 'a'")];
    let reasons: Vec<_> = errors(program).iter().map(|error| error.reason).collect();
    assert_eq!(reasons, [Reason::Circular { module: 0 }, Reason::Circular { module: 1 }]);
}

#[test]
fn a_missing_name_in_modules_that_export_each_other_is_missing_and_not_circular() {
    let program: Program<'_> = &[("m", "import {x} from 'a'"), ("a", "export * from 'b'"), ("b", "export * from 'a'")];
    assert!(matches!(error(program).3, Reason::Missing { .. }));
}

#[test]
fn default_does_not_come_through_a_star_export() {
    let program: Program<'_> = &[("a", "import x from 'b'"), ("b", "export * from 'c'"), ("c", "export default 1")];
    assert_eq!(error(program), (0, "import x".into(), "default".into(), Reason::Missing { module: 1 }));
}

#[test]
fn a_module_without_a_record_may_have_any_name() {
    assert_eq!(errors(&[("a", "import {x} from 'b.cjs'; export * from 'b.cjs'"), ("b.cjs", "")]), []);
    let program: Program<'_> =
        &[("a", "import {x} from 'b'"), ("b", "export * from 'c.cjs'; export * from 'd'"), ("c.cjs", ""), ("d", "")];
    assert_eq!(errors(program), []);
    // It might have a name that another star export provides.
    let program: Program<'_> = &[
        ("a", "import {x} from 'b'"),
        ("b", "export * from 'c.cjs'; export * from 'd'"),
        ("c.cjs", ""),
        ("d", "export let x"),
    ];
    assert_eq!(errors(program), []);
}

#[test]
fn json_exports_only_default() {
    let json = ("b.json", "1");
    assert_eq!(errors(&[("a", "import x from 'b.json' with {type: 'json'}"), json]), []);
    let named: Program<'_> = &[("a", "import {x} from 'b.json' with {type: 'json'}"), json];
    assert_eq!(error(named).3, Reason::Missing { module: 1 });
}

#[test]
fn a_request_for_json_without_its_type_is_reported() {
    let json = ("b.json", "1");
    for text in ["import x from 'b.json'", "import 'b.json' with {type: 'text'}", "export {default} from 'b.json'"] {
        let expected = (0, "request".into(), String::new(), Reason::NoJsonType { module: 1 });
        assert_eq!(error(&[("a", text), json]), expected, "{text}");
    }
}

#[test]
fn a_request_that_resolves_to_nothing_is_reported() {
    for text in
        ["import {x} from 'nowhere'", "import 'nowhere'", "export * from 'nowhere'", "export {x} from 'nowhere'"]
    {
        assert_eq!(error(&[("a", text)]), (0, "request".into(), String::new(), Reason::NoModule), "{text}");
    }
    // Each name that is looked for there is not reported as well.
    let program: Program<'_> = &[("a", "import {x, y} from 'b'"), ("b", "export * from 'nowhere'")];
    assert_eq!(error(program).0, 1);
    let program: Program<'_> =
        &[("a", "import {x} from 'b'"), ("b", "export * from 'c'"), ("c", "export * from 'nowhere'")];
    assert_eq!(error(program).0, 2);
}

#[test]
fn a_name_is_looked_for_in_many_modules() {
    let names: Vec<_> = (0..3_000).map(|number| format!("m{number}")).collect();
    let stars: Vec<_> = names.iter().map(|name| format!("export * from '{name}';")).collect();
    let text = stars.concat();
    let mut program = vec![("main", "import {x} from 'all'"), ("all", &*text)];
    program.extend(names.iter().map(|name| (name.as_str(), "export let y")));
    assert!(matches!(error(&program), (0, _, _, Reason::Missing { module: 1 })));
}

#[test]
fn a_very_long_way_does_not_use_up_the_stack() {
    let names: Vec<_> = (0..2_500).map(|number| format!("m{number}")).collect();
    let texts: Vec<_> = names.iter().skip(1).map(|next| format!("export * from '{next}'")).collect();
    let mut program = vec![("main", "import {x} from 'm0'")];
    program.extend(names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())));
    program.push((names.last().unwrap(), "export let x"));
    assert_eq!(errors(&program), []);
}
