//! The environment of a module: its variables and the features of its code. With these data, an engine does not have to
//! parse the source.

use alloc::string::String;
use alloc::vec::Vec;

/// The module's variables and the features of its code, as the engine recorded them while it parsed the source.
///
/// The engine defines the meaning of the numbers: this crate keeps all their bits and does not interpret them. The
/// engine also decides which name goes into which list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, expecting = "an environment"))]
pub struct Environment<S = String> {
    /// The module's `var` names.
    pub declared_variables: Vec<Variable<S>>,
    /// The names of `let`, `const`, `class`, functions and imported bindings.
    pub lexical_variables: Vec<Variable<S>>,
    /// The features that the module's code uses, as a number whose meaning the engine defines.
    pub code_features: u32,
}

impl<S> Environment<S> {
    /// Returns an environment without variables, and with `code_features` 0.
    pub const fn new() -> Self {
        Self { declared_variables: Vec::new(), lexical_variables: Vec::new(), code_features: 0 }
    }
}

impl<S> Default for Environment<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// One variable of the module's environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields, expecting = "a variable"))]
pub struct Variable<S = String> {
    /// The name, unique within its list.
    pub name: S,
    /// The engine's data about the variable, as a number whose meaning the engine defines.
    pub bits: u32,
}

impl<S> Variable<S> {
    /// Makes a variable from its name and the engine's number.
    pub fn new(name: impl Into<S>, bits: u32) -> Self {
        Self { name: name.into(), bits }
    }
}
