//! `implementing.md`: its pseudo-code.

use super::page::page;

#[test]
fn the_reader_in_pseudocode_fits_two_screens() {
    let page = page("implementing.md");
    let reader = page.blocks.iter().find(|block| block.text.starts_with("read(file):")).unwrap();
    assert!(reader.text.lines().count() <= 100, "{} lines", reader.text.lines().count());
}
