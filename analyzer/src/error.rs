//! Why a source was refused, where, and how that is shown.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use crate::class::ErrorClass;
use crate::place::{Excerpt, Position, printable};

/// A source that was refused. `Display` shows the class, the message, the place and the source line with a caret under it:
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
    place: Option<(Position, Excerpt)>,
}

impl AnalyzeError {
    /// The class.
    pub fn class(&self) -> ErrorClass {
        self.0.class
    }

    /// What is wrong, in one line and without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What can be done about it, where that is known.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Where it is wrong. `None` where a file was refused by its name, and where the source is too large.
    pub fn position(&self) -> Option<Position> {
        self.0.place.as_ref().map(|(position, _)| *position)
    }

    /// The line of [`position`](Self::position), from 1.
    pub fn line(&self) -> Option<u32> {
        self.position().map(|position| position.line)
    }

    /// The column of [`position`](Self::position), from 1, in UTF-16 code units.
    pub fn column(&self) -> Option<u32> {
        self.position().map(|position| position.column)
    }

    /// The source line, or what of a very long one is around the place. What could disturb a terminal is replaced.
    pub fn source_line(&self) -> Option<&str> {
        self.0.place.as_ref().map(|(_, excerpt)| excerpt.text())
    }
}

impl fmt::Display for AnalyzeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { class, message, help, note, place } = &*self.0;
        write!(f, "{class}: {message}")?;
        let mut margin = 1;
        if let Some((position, excerpt)) = place {
            margin = position.line.to_string().len();
            write!(f, "\n {:margin$}--> {position}", "")?;
            write!(f, "\n {:margin$} |", "")?;
            write!(f, "\n {} | {}", position.line, excerpt.text())?;
            write!(f, "\n {:margin$} | {:caret$}^", "", "", caret = excerpt.caret())?;
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

/// A refusal whose place is still an offset.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    class: ErrorClass,
    offset: usize,
    message: String,
    help: Option<Cow<'static, str>>,
    note: Option<(String, usize)>,
}

impl Fault {
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

    /// The error, its offsets being those of `source`.
    pub(crate) fn within(self, source: &str) -> AnalyzeError {
        let place = (Position::at(source, self.offset), Excerpt::at(source, self.offset));
        let note = self.note.map(|(text, offset)| (printable(&text), Position::at(source, offset)));
        Self::finish(self.class, &self.message, self.help, note, Some(place))
    }

    /// The error of something that has no place.
    pub(crate) fn without_source(self) -> AnalyzeError {
        Self::finish(self.class, &self.message, self.help, None, None)
    }

    fn finish(
        class: ErrorClass,
        message: &str,
        help: Option<Cow<'static, str>>,
        note: Option<(String, Position)>,
        place: Option<(Position, Excerpt)>,
    ) -> AnalyzeError {
        let help = help.map(|help| if help.chars().any(char::is_control) { printable(&help).into() } else { help });
        AnalyzeError(Box::new(Parts { class, message: printable(message), help, note, place }))
    }
}
