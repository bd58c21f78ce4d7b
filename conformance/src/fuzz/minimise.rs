//! Makes a file smaller as long as the testee still fails on it (delta debugging that knows the format). A step removes
//! entries or attributes, shortens strings, or sets a field to zero, and corrects the counts, lengths and offsets.
//! Other steps only remove bytes, without corrections: they help in parts of the file that no reader reaches.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, Instant};

use super::Asker;
use super::found::Disagreement;
use crate::corpus::Corpus;
use crate::generate::files;
use crate::generate::pieces::{Piece, Pieces};
use crate::status::Status;
use crate::testee::Unusable;

/// The maximum number of rounds. Each round tries several smaller files, and continues with the smallest of those on
/// which the testee still fails.
const ROUNDS: usize = 64;

/// The number of files that a round tries at once, if the failure is a wrong answer. It tries the next ones only if the
/// testee fails on none of these.
const TRIED: usize = 192;
/// The same number for all other failures. After such a failure, the testee must be started again.
const TRIED_LOST: usize = 8;

/// The time after which minimisation ends with the smallest file so far. A testee that never answers takes seconds for
/// each file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Returns a small file on which the testee fails in the same way as on the file of `disagreement`.
pub(super) fn minimise(disagreement: &Disagreement, asker: &Asker<'_>) -> Result<Vec<u8>, Unusable> {
    let start = Instant::now();
    let at_once = if disagreement.status == Status::WrongAnswer { TRIED } else { TRIED_LOST };
    let is_late = || start.elapsed() > PATIENCE || asker.is_late();
    let mut smallest = disagreement.file.clone();
    for _ in 0..ROUNDS {
        let named = smaller(&smallest).into_iter().enumerate();
        let mut questions =
            named.filter_map(|(rank, file)| disagreement.question(file, &format!("try-{rank:04}"))).peekable();
        let mut found = None;
        while found.is_none() && questions.peek().is_some() && !is_late() {
            let cases = Corpus::of(questions.by_ref().take(at_once).collect());
            let report = asker.ask(&cases)?;
            let again = Disagreement::all(&report, &cases)
                .into_iter()
                .filter(|again| again.operation == disagreement.operation && again.status == disagreement.status);
            found = again.map(|again| again.file).min_by_key(|file| weight(file));
        }
        match found {
            Some(file) => smallest = file,
            None => break,
        }
    }
    Ok(smallest)
}

/// Returns the size that minimisation reduces: the length, and then the number of bytes that are not zero.
fn weight(file: &[u8]) -> (usize, usize) {
    (file.len(), file.iter().filter(|byte| **byte != 0).count())
}

/// Returns variants of `file` in which one part is removed, shortened or set to zero, the smallest variant first.
fn smaller(file: &[u8]) -> Vec<Vec<u8>> {
    // If bytes follow a valid file, a reader of version 2 or 3 rejects the header and reads no further. So only the
    // valid part is made smaller.
    if let Some((valid, rest @ [_, ..])) = files::split(file) {
        return smaller(valid).into_iter().map(|valid| [&valid, rest].concat()).collect();
    }
    let pieces = Pieces::of(file);
    let mut made = BTreeSet::new();
    let mut add = |changed: Pieces| {
        let as_it_is = changed.bytes();
        let mut placed = changed.clone();
        placed.place_bytecode(|end| end.next_multiple_of(8) - end);
        let mut laid_out = changed;
        laid_out.lay_out();
        for candidate in [as_it_is, placed.bytes(), laid_out.bytes()] {
            if weight(&candidate) < weight(file) {
                made.insert((weight(&candidate), candidate));
            }
        }
    };
    for group in [pieces.entries(), pieces.attributes()] {
        for run in runs(&pieces, &group) {
            add(without(&pieces, run));
        }
    }
    if let Some(changed) = without_unread_entries(&pieces) {
        add(changed);
    }
    for (place, piece) in pieces.0.iter().enumerate() {
        if piece.is_text() {
            for kept in [0, 1, piece.bytes.len() / 2, piece.bytes.len().saturating_sub(1)] {
                let text = &piece.bytes[..kept.min(piece.bytes.len())];
                let mut changed = pieces.clone();
                changed.set_text(place, text.to_vec());
                add(changed);
                // Fields that refer to each other contain the same name. This variant changes the name in all of them.
                let is_same = |other: &Piece| other.is_text() && other.bytes == piece.bytes;
                let mut changed = pieces.clone();
                for (place, _) in pieces.0.iter().enumerate().filter(|(_, other)| is_same(other)) {
                    changed.set_text(place, text.to_vec());
                }
                add(changed);
            }
        }
        if piece.path.field == "has_attributes" {
            add(without_attributes(&pieces, place));
        }
        for kept in [0, piece.bytes.len() / 2, piece.bytes.len().saturating_sub(1)] {
            let mut changed = pieces.clone();
            changed.0[place].bytes.truncate(kept);
            add(changed);
        }
        let mut changed = pieces.clone();
        changed.0[place].bytes.fill(0);
        add(changed);
    }
    made.into_iter().map(|(_, file)| file).collect()
}

/// Returns runs of neighbouring entries or attributes that belong to the same count: all of them, then halves, then
/// quarters, and so on down to single ones.
fn runs<'g>(pieces: &Pieces, group: &'g [Range<usize>]) -> Vec<&'g [Range<usize>]> {
    let counted_by = |range: &Range<usize>| {
        let path = pieces.0[range.start].path;
        (path.section, path.attribute.and(path.entry))
    };
    let mut runs = Vec::new();
    for neighbours in group.chunk_by(|a, b| counted_by(a) == counted_by(b)) {
        let mut size = neighbours.len();
        while size > 0 {
            runs.extend(neighbours.chunks(size));
            size /= 2;
        }
    }
    runs
}

/// Returns the pieces of the file without the entries or attributes of `run`, and with corrected counts.
fn without(pieces: &Pieces, run: &[Range<usize>]) -> Pieces {
    let mut changed = pieces.clone();
    for range in run.iter().rev() {
        changed.recount(range.start, -1);
        changed.0.drain(range.clone());
    }
    changed
}

/// Returns the pieces of a file without what a reader does not read after the first error, if the error is in an entry.
/// The count of the list becomes the number of entries that were read. Without this change of the count, a reader can
/// reject it: it promises more entries than a smaller file can hold.
fn without_unread_entries(pieces: &Pieces) -> Option<Pieces> {
    let mut changed = pieces.clone();
    changed.0.pop().filter(|last| last.path.field == "rest")?;
    let last = changed.0.len().checked_sub(1)?;
    changed.set_count(last, changed.0[last].path.entry?.saturating_add(1));
    Some(changed)
}

/// Returns the pieces of the file after the removal of all attributes of one request. `place` is the index of the
/// request's `has_attributes` among the pieces.
fn without_attributes(pieces: &Pieces, place: usize) -> Pieces {
    let mut changed = pieces.clone();
    let entry = pieces.0[place].path.entry;
    changed.0[place].bytes.fill(0);
    let is_of_attributes = |piece: &Piece| {
        piece.path.entry == entry && (piece.path.field == "attribute_count" || piece.path.attribute.is_some())
    };
    let section = pieces.0[place].path.section;
    changed.0.retain(|piece| piece.path.section != section || !is_of_attributes(piece));
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::choices::{Choices, bytes_of_seed};

    #[test]
    fn what_is_smaller_is_smaller_and_much_of_it_is_well_formed() {
        let (mut all, mut valid) = (0, 0);
        for seed in 0..100 {
            let file = files::file(&mut Choices::new(&bytes_of_seed(seed)));
            for smaller in smaller(&file) {
                assert!(weight(&smaller) < weight(&file));
                all += 1;
                valid += usize::from(bmes::validate(&smaller).is_ok());
            }
        }
        assert!(valid * 8 > all, "{valid} of {all}");
    }

    #[test]
    fn a_valid_file_can_be_made_smaller_until_nothing_is_in_it() {
        for seed in 0..50 {
            let mut file = files::file(&mut Choices::new(&bytes_of_seed(seed)));
            while let Some(next) = smaller(&file).into_iter().find(|file| bmes::validate(file).is_ok()) {
                file = next;
            }
            let record = bmes::decode(&file).unwrap().record;
            assert!(record.requests.is_empty() && record.exports.is_empty(), "{record:?}");
        }
    }
}
