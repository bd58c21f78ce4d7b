//! The table of results.

use comfy_table::{Table, presets};

use crate::rows::{Outcome, Result};

/// Returns the table of what was injected and what was seen.
pub(crate) fn of(results: &[Result]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["row", "injected", "seen", "result"]);
    for result in results {
        let (injected, seen, verdict) = match &result.outcome {
            Outcome::Seen(seen) if seen.faults.is_empty() => {
                (seen.injected(), seen.text.clone(), "as required".to_owned())
            }
            Outcome::Seen(seen) => (seen.injected(), seen.text.clone(), format!("FAILED: {}", first(&seen.faults))),
            Outcome::NotRun(reason) => (String::new(), String::new(), format!("not run: {reason}")),
        };
        table.add_row([result.name.to_owned(), injected, seen, verdict]);
    }
    table
}

/// Returns the first fault, and how many others there are.
fn first(faults: &[String]) -> String {
    let more = if faults.len() > 1 { format!(" (and {} more)", faults.len() - 1) } else { String::new() };
    format!("{}{more}", faults.first().map(String::as_str).unwrap_or_default())
}
