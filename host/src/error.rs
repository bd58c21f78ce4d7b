//! The reasons why a module cannot be loaded.

use std::fmt;

/// The constructor of the error that the program sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `Error`.
    Error,
    /// `TypeError`.
    Type,
    /// `SyntaxError`.
    Syntax,
}

impl Class {
    /// Returns the name of the constructor.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Type => "TypeError",
            Self::Syntax => "SyntaxError",
        }
    }
}

/// The reason why a module cannot be loaded, as the program sees it. The codes are those of Node.js.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The constructor of the error.
    pub class: Class,
    /// The value of its property `code`.
    pub code: &'static str,
    /// The message.
    pub message: String,
}

impl LoadError {
    pub(crate) fn new(class: Class, code: &'static str, message: impl fmt::Display) -> Self {
        Self { class, code, message: message.to_string() }
    }

    pub(crate) fn not_found(specifier: &str, base: &str) -> Self {
        let what = if specifier.starts_with(['.', '/']) { "module" } else { "package" };
        let message = format!("Cannot find {what} '{specifier}' imported from {base}");
        Self::new(Class::Error, "ERR_MODULE_NOT_FOUND", message)
    }

    pub(crate) fn no_builtin(name: &str, known: &[&str]) -> Self {
        let message = format!("No such built-in module: {name}. bmes has these: {}", known.join(", "));
        Self::new(Class::Error, "ERR_UNKNOWN_BUILTIN_MODULE", message)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.class.name(), self.message)
    }
}

impl std::error::Error for LoadError {}
