//! `--error-map`: the map of a testee's error names, and the warnings about it.

use std::path::Path;
use std::sync::Arc;

use super::Stop;
use crate::error_map::ErrorMap;
use crate::run::Report;
use crate::select::Selection;
use crate::testee::Command;

/// Returns `testee` with the error map in the file at `path`. If there is no path, returns `testee` unchanged.
pub(super) fn mapped(testee: Option<Command>, path: Option<&Path>) -> Result<Option<Command>, Stop> {
    match (testee, path) {
        (testee, None) => Ok(testee),
        (Some(testee), Some(path)) => {
            let map = ErrorMap::read(path).map_err(Stop::usage)?;
            Ok(Some(testee.with_error_map(Arc::new(map))))
        }
        (None, Some(_)) => Err(Stop::usage("--error-map needs a testee: --testee CMD, or `repro ID -- CMD`")),
    }
}

/// Returns a warning if the error map of `testee` had no effect on the run, or if it has names that occurred in no
/// answer.
pub(super) fn warning(testee: Option<&Command>, report: &Report, selection: &Selection) -> Option<String> {
    let map = testee?.error_map()?;
    if !report.info.errors {
        return Some(
            "the error map has no effect: the testee says \"errors\": false in hello, so no class is compared".into(),
        );
    }
    // If only some of the cases ran, it is normal that some names occurred in no answer.
    let unseen = if selection.is_whole() { map.unseen() } else { Vec::new() };
    let unseen: Vec<_> = unseen.into_iter().map(|name| format!("{name:?}")).collect();
    (!unseen.is_empty()).then(|| format!("no answer had these names of the error map: {}", unseen.join(", ")))
}
