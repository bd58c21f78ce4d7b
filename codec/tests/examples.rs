//! The three examples work together: the reader and the patcher accept the record that the writer makes.

#![allow(dead_code, unreachable_pub, reason = "the examples are programs")]

#[path = "../examples/patcher.rs"]
mod patcher;
#[path = "../examples/reader.rs"]
mod reader;
#[path = "../examples/writer.rs"]
mod writer;

use bmes::ModuleView;

#[test]
fn a_file_is_written_read_and_patched() {
    let file = bmes::encode(&writer::record(), b"the engine's bytecode").unwrap();
    insta::assert_snapshot!(reader::listing(&ModuleView::parse(&file).unwrap()), @r"
    version 3, 21 bytes of bytecode
    requests ./config.json
    requests node:fs
    requests ./path.js
    requests ./util.js
    imports default from ./config.json as config
    imports * from node:fs as fs
    exports joinAll from ./path.js
    exports default, which is main
    exports everything from ./util.js
    ");

    let patched = patcher::patched(&file, "./util.js", "./other.js").unwrap();
    let view = ModuleView::parse(&patched).unwrap();
    assert_eq!(view.star_exports().collect::<Vec<_>>(), ["./other.js"]);
    assert_eq!(view.bytecode(), b"the engine's bytecode");

    let error = patcher::patched(&file, "./util.js", "./path.js").unwrap_err();
    insta::assert_snapshot!(error, @"duplicate-request: requests[3].specifier: an earlier request has the same specifier and the same attributes");
}
