//! The property `truncated`: no function accepts a valid file after it is cut or extended. The file is cut at and near
//! every boundary between its sections, and at one random position.

use std::collections::BTreeSet;

use crate::differential::agree;
use crate::files;
use crate::v4::{damage, is_version_4};

/// The file is cut at a boundary, and at each of this many positions before and after it.
const AROUND: usize = 3;

/// Cuts and extends the file that `input` stands for.
pub fn property(input: &[u8]) -> bool {
    let (file, mut choices) = files::valid(input);
    let anywhere = choices.below(file.len());
    let cuts = cuts(&file, anywhere);
    for &cut in &cuts {
        assert!(bmes::validate(&file[..cut]).is_err(), "validate accepts the first {cut} of {} bytes", file.len());
    }
    // `validate` alone tests all cuts, because there are many. All other functions test two of the cut files, and an
    // extended file.
    let cuts: Vec<_> = cuts.into_iter().collect();
    let cut = *choices.pick(&cuts);
    let extension = [&[choices.number().to_le_bytes()[0]], choices.bytes(16)].concat();
    let extended = [&file, &extension[..]].concat();
    for wrong in [&file[..anywhere], &file[..cut], &extended] {
        let verdicts = agree(wrong);
        assert!(
            verdicts.decode.is_err() && verdicts.check.is_err(),
            "both decoders accept {} bytes that are not the valid file of {} bytes",
            wrong.len(),
            file.len()
        );
        if is_version_4(&file) {
            damage::length_is_found(&file, wrong);
        } else {
            assert!(bmes::ModuleView::parse(wrong).is_err());
        }
        assert!(bmes::inspect(wrong).error().is_some());
    }
    files::reaches_bytecode(&file[..cut])
}

/// Returns the positions at which the file is cut.
fn cuts(file: &[u8], anywhere: usize) -> BTreeSet<usize> {
    let inspection = bmes::inspect(file);
    let mut cuts = BTreeSet::from([anywhere]);
    let mut section = None;
    for span in inspection.spans() {
        if section.replace(span.path.section) != Some(span.path.section) {
            let start = span.range.start;
            cuts.extend(start.saturating_sub(AROUND)..=start + AROUND);
        }
    }
    cuts.extend(file.len().saturating_sub(AROUND)..file.len());
    cuts.retain(|cut| *cut < file.len());
    cuts
}
