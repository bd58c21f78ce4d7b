//! The environment of a module: what an engine needs to rebuild it without parsing the source.

use alloc::string::String;
use alloc::vec::Vec;

/// The module's variables and the features of its code, as the engine noted them while it parsed the source.
///
/// Its numbers are the engine's own words: this crate keeps all their bits and gives them no meaning. Which name goes into which
/// list is the engine's choice, too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Environment<S = String> {
    /// The module's `var` names.
    pub declared_variables: Vec<Variable<S>>,
    /// The names of `let`, `const`, `class`, functions and imported bindings.
    pub lexical_variables: Vec<Variable<S>>,
    /// The features that the module's code uses: a word of the engine.
    pub code_features: u32,
}

impl<S> Environment<S> {
    /// An environment without variables and features.
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
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Variable<S = String> {
    /// The name, unique within its list.
    pub name: S,
    /// What the engine knows of the variable: a word of the engine.
    pub bits: u32,
}

impl<S> Variable<S> {
    /// Makes a variable of its name and the engine's word.
    pub fn new(name: impl Into<S>, bits: u32) -> Self {
        Self { name: name.into(), bits }
    }
}
