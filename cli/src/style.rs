//! The styles of the output: each constant is the style of one kind of text.

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};

use crate::args::Color;

/// A result that is ok, and a field's value that is a text.
pub(crate) const OK: Style = AnsiColor::Green.on_default();
/// An error or an invalid result.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// A problem that does not stop the command.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Secondary information.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Headings.
pub(crate) const STRONG: Style = Style::new().bold();
/// The names of fields.
pub(crate) const NAME: Style = AnsiColor::Cyan.on_default();
/// In `diff`: a part that only the first file has.
pub(crate) const GONE: Style = AnsiColor::Red.on_default();
/// In `diff`: an entry that moved.
pub(crate) const MOVED: Style = AnsiColor::Yellow.on_default();
/// In `diff`: a part that only the second file has.
pub(crate) const NEW: Style = AnsiColor::Green.on_default();

impl Color {
    pub(crate) fn write_global(self) {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
        .write_global();
    }
}
