//! The error of an analysis: why and where a source was rejected, and how `Display` shows it.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use crate::class::ErrorClass;
use crate::position::{Excerpt, Position, printable};

/// The error for a rejected source. `Display` shows the class, the message, the position, and the
/// source line with a caret under it:
///
/// ```text
/// early-error/redeclaration: Identifier `a` has already been declared
///   --> 2:5
///    |
///  2 | let a = 2;
///    |     ^
///    = note: `a` has already been declared here (1:5)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnalyzeError(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    class: ErrorClass,
    message: String,
    help: Option<Cow<'static, str>>,
    note: Option<(String, Position)>,
    location: Option<(Position, Excerpt)>,
}

impl AnalyzeError {
    /// Returns the class of the error.
    pub fn class(&self) -> ErrorClass {
        self.0.class
    }

    /// Returns the message: one line, without the position.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns advice on how to fix the error, if there is any.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Returns the position of the error. Returns `None` if the file was rejected by its name, or
    /// if the source is too large or UTF-16.
    pub fn position(&self) -> Option<Position> {
        self.0.location.as_ref().map(|(position, _)| *position)
    }

    /// Returns the line of [`position`](Self::position), from 1.
    pub fn line(&self) -> Option<u32> {
        self.position().map(|position| position.line)
    }

    /// Returns the column of [`position`](Self::position), from 1, in UTF-16 code units.
    pub fn column(&self) -> Option<u32> {
        self.position().map(|position| position.column)
    }

    /// Returns the source line of the error or, if the line is very long, its part around the
    /// position. Characters that could disturb a terminal are replaced.
    pub fn source_line(&self) -> Option<&str> {
        self.0.location.as_ref().map(|(_, excerpt)| excerpt.text())
    }
}

impl fmt::Display for AnalyzeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { class, message, help, note, location } = &*self.0;
        write!(f, "{class}: {message}")?;
        let mut margin = 1;
        if let Some((position, excerpt)) = location {
            margin = position.line.to_string().len();
            write!(f, "\n {:margin$}--> {position}", "")?;
            write!(f, "\n{}", excerpt.frame(position.line))?;
        }
        if let Some((text, position)) = note {
            write!(f, "\n {:margin$} = note: {text} ({position})", "")?;
        }
        if let Some(help) = help {
            write!(f, "\n {:margin$} = help: {help}", "")?;
        }
        Ok(())
    }
}

impl Error for AnalyzeError {}

/// An error in a source. Its positions are byte offsets; [`within`](Self::within) converts them to
/// lines and columns.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SourceError {
    class: ErrorClass,
    offset: usize,
    message: String,
    help: Option<Cow<'static, str>>,
    note: Option<(String, usize)>,
}

impl SourceError {
    pub(crate) fn new(class: ErrorClass, offset: impl TryInto<usize>, message: impl Into<String>) -> Self {
        let offset = offset.try_into().unwrap_or_default();
        Self { class, offset, message: message.into(), help: None, note: None }
    }

    pub(crate) fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn with_note(mut self, text: impl Into<String>, offset: impl TryInto<usize>) -> Self {
        self.note = Some((text.into(), offset.try_into().unwrap_or_default()));
        self
    }

    pub(crate) fn at(mut self, offset: impl TryInto<usize>) -> Self {
        self.offset = offset.try_into().unwrap_or_default();
        self
    }

    pub(crate) const fn class(&self) -> ErrorClass {
        self.class
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the error with its offsets converted to lines and columns. `source` is the text to
    /// which the offsets refer.
    pub(crate) fn within(self, source: &str) -> AnalyzeError {
        let location = (Position::at(source, self.offset), Excerpt::at(source, self.offset));
        let note = self.note.map(|(text, offset)| (printable(&text), Position::at(source, offset)));
        Self::finish(self.class, &self.message, self.help, note, Some(location))
    }

    /// Returns the error without a position and without a source line.
    pub(crate) fn without_source(self) -> AnalyzeError {
        Self::finish(self.class, &self.message, self.help, None, None)
    }

    fn finish(
        class: ErrorClass,
        message: &str,
        help: Option<Cow<'static, str>>,
        note: Option<(String, Position)>,
        location: Option<(Position, Excerpt)>,
    ) -> AnalyzeError {
        let help = help.map(|help| if help.chars().any(char::is_control) { printable(&help).into() } else { help });
        AnalyzeError(Box::new(Parts { class, message: printable(message), help, note, location }))
    }
}
