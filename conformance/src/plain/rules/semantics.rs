//! What a semantic rule can be instead.

use super::Words;

/// What a semantic rule compares or requires instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Semantics {
    /// The attributes of two requests are compared in their order.
    AttributesInOrder,
    /// The attributes of two requests are compared as sets.
    AttributesAsSet,
    /// Of the attributes of two requests only the keys are compared.
    KeysAlone,
    /// Of the attributes of two requests only the values are compared.
    ValuesAlone,
    /// Of two requests only the specifiers are compared.
    SpecifiersAlone,
    /// An attribute is a repetition only if its value is the same, too.
    RepeatedPairs,
    /// Only neighbours are compared: for duplicates of this clause.
    NeighboursAlone(&'static str),
    /// Export names are compared among entries of one type.
    ExportsByType,
    /// Local names are compared among imports of one module.
    ImportsByModule,
    /// Local names are compared among imports of one type.
    ImportsByType,
    /// A specifier that requests share is refused, named or not.
    SharedRefused,
    /// Whether a field of an export applies is told by whether it is empty.
    AppliesIfNotEmpty,
    /// An entry that names the empty specifier is taken to name none.
    EmptySpecifierIsNone,
    /// Of two equal empty names only one is seen.
    EmptyNameIsNone,
    /// Of the fields that do not apply only this one is looked at.
    MisplacedAlone(&'static str),
    /// The import name of a Namespace import must be `*`.
    NamespaceNameRequired,
    /// An export name must not be empty.
    ExportNameRequired,
    /// An import name must not be empty.
    ImportNameRequired,
    /// Two exports must not have one local name.
    LocalNamesExportedOnce,
    /// A Local export must not name what an import binds.
    ImportedNotLocal,
    /// A star export must not name what an import entry names.
    StarNotImported,
    /// A name that stands in both lists of variables is there twice.
    VariablesAcross,
    /// A variable is a repetition only if its bits are the same, too.
    VariablesByBits,
    /// Of variables without a name only one is seen.
    NamelessVariableIsNone,
    /// A variable must have a name.
    VariableNameRequired,
    /// What an import binds must be a lexical variable.
    ImportsAreVariables,
    /// What a Local export names must be a variable.
    ExportsAreVariables,
    /// A variable whose bits say that it is imported must be what an import binds.
    ImportedAreImports,
    /// A variable whose bits say that it is exported must be what a Local export names.
    ExportedAreExports,
    /// A word of the engine's must not be such: that of this field, as in `lexical_variables.bits`.
    Words(&'static str, Words),
}
