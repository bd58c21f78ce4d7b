//! The badge of a run: an SVG picture, or the JSON from which a badge service makes one.
//!
//! The JSON has the form of the [endpoint badge](https://shields.io/badges/endpoint-badge) of shields.io.

use askama::Template;
use serde_json::json;
use textwrap::core::display_width;

use super::claim::Claim;
use super::document::Document;
use crate::text::{count, thousands};

const LABEL: &str = "BMES";

/// The text of a badge, and its colour.
struct Badge {
    message: String,
    colour: Colour,
}

/// A colour: its name for badge services, and its code for the picture. White text on it has a contrast of 4.5 or
/// more.
struct Colour {
    name: &'static str,
    code: &'static str,
}

const PASSED: Colour = Colour { name: "brightgreen", code: "#1f7a1f" };
const KNOWN: Colour = Colour { name: "yellow", code: "#8a6100" };
const FAILED: Colour = Colour { name: "red", code: "#b3261e" };
const NONE: Colour = Colour { name: "lightgrey", code: "#5f6368" };

impl Badge {
    fn of(report: &Document) -> Self {
        let all = report.total.all();
        let (message, colour) = match Claim::of(report) {
            Ok(claim) if claim.known_failures() > 0 => {
                let known = count(claim.known_failures(), "known failure", "known failures");
                (format!("{}; {known}", claim.abilities()), KNOWN)
            }
            Ok(claim) => (claim.abilities(), PASSED),
            Err(_) if all.fail > 0 => {
                (format!("{} of {} failed", thousands(all.fail), count(all.total(), "case", "cases")), FAILED)
            }
            Err(_) if !report.success => ("failed".into(), FAILED),
            Err(_) => ("no claim".into(), NONE),
        };
        Self { message, colour }
    }
}

/// Returns the JSON from which a badge service makes the badge.
pub fn json(report: &Document) -> String {
    let Badge { message, colour } = Badge::of(report);
    format!("{}\n", json!({ "schemaVersion": 1, "label": LABEL, "message": message, "color": colour.name }))
}

/// Returns the badge as an SVG picture.
pub fn svg(report: &Document) -> String {
    let Badge { message, colour } = Badge::of(report);
    let (label_width, message_width) = (width(LABEL), width(&message));
    // Writing to a string cannot fail, and nothing else in the template can fail.
    Picture { label: LABEL, label_width, message: &message, message_width, colour: colour.code }
        .render()
        .unwrap_or_default()
}

#[derive(Template)]
#[template(path = "badge.svg", escape = "html")]
struct Picture<'a> {
    label: &'a str,
    label_width: usize,
    message: &'a str,
    message_width: usize,
    colour: &'a str,
}

/// Returns the approximate width of text in pixels, in a sans-serif font of 11 pixels. `textLength` in the picture
/// fits the text to this width.
fn width(text: &str) -> usize {
    display_width(text) * 13 / 2
}
