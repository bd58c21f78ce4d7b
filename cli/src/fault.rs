//! What is wrong with a file, as people and programs read it.

use bmes::Clause;
use serde::Serialize;

use crate::input::Unread;

/// A fault of a file: the class, the place, the reason and the sentence of the specification.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Fault {
    pub(crate) class: &'static str,
    /// The class, the place and the reason in a sentence.
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clause: Option<String>,
    /// Where the clause is, from the project's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
}

impl Fault {
    /// The message in a line, with the clause behind it.
    pub(crate) fn line(&self) -> String {
        let place = self.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        format!("{}{place}", self.message)
    }
}

/// Where a clause is, from the project's root.
pub(crate) fn place(clause: Clause) -> String {
    format!("spec/v{}.md#{clause}", clause.version())
}

impl From<bmes::Error> for Box<Fault> {
    fn from(error: bmes::Error) -> Self {
        Self::new(error.into())
    }
}

impl From<bmes::Error> for Fault {
    fn from(error: bmes::Error) -> Self {
        Self {
            class: error.class(),
            message: error.to_string(),
            offset: error.offset(),
            field: Some(error.path().to_string()),
            clause: error.clause().map(|clause| clause.to_string()),
            place: error.clause().map(place),
        }
    }
}

/// No verdict on the file: nobody has seen it.
impl From<&Unread> for Fault {
    fn from(unread: &Unread) -> Self {
        let message = format!("{unread}: {}", unread.tip());
        Self { class: "unread", message, offset: None, field: None, clause: None, place: None }
    }
}
