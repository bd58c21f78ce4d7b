//! The sections of version 3 that hold the module's environment. The functions that read come first. The functions that
//! write follow.

use crate::bytes::writer::Writer;
use crate::format::error::Error;
use crate::format::field::Section;
use crate::format::limits;
use crate::model::environment::{Environment, Variable};
use crate::versions::common;
use crate::versions::fields::Fields;
use crate::versions::sections::EnvironmentSections;

/// Reads the sections of the environment, which follow the star exports.
pub(crate) fn read(f: &mut Fields<'_, '_>) -> Result<EnvironmentSections, Error> {
    let declared =
        f.list(Section::DeclaredVariables, "declared_variable_count", limits::SMALLEST_VARIABLE, variable)?;
    let lexical = f.list(Section::LexicalVariables, "lexical_variable_count", limits::SMALLEST_VARIABLE, variable)?;
    f.enter(Section::CodeFeatures);
    // Any value is valid.
    let code_features = f.u32("code_features")?;
    Ok(EnvironmentSections { declared_variables: declared, lexical_variables: lexical, code_features })
}

fn variable(f: &mut Fields<'_, '_>) -> Result<(), Error> {
    f.string("name")?;
    // Any value is valid.
    f.u32("bits").map(drop)
}

/// Returns how many bytes [`write`] writes.
pub(crate) fn size<S: AsRef<str>>(environment: &Environment<S>) -> u64 {
    let variables = |list| common::sum(list, |it: &Variable<S>| common::strings([&it.name]).wrapping_add(4));
    let (declared, lexical) = (&environment.declared_variables, &environment.lexical_variables);
    12_u64.wrapping_add(variables(declared)).wrapping_add(variables(lexical))
}

/// Writes the sections of the environment.
pub(crate) fn write<S: AsRef<str>>(environment: &Environment<S>, w: &mut Writer<'_>) -> EnvironmentSections {
    let sections = EnvironmentSections {
        declared_variables: common::list(w, &environment.declared_variables, write_variable),
        lexical_variables: common::list(w, &environment.lexical_variables, write_variable),
        code_features: environment.code_features,
    };
    w.u32(environment.code_features);
    sections
}

fn write_variable<S: AsRef<str>>(w: &mut Writer<'_>, variable: &Variable<S>) {
    w.string_and_number(variable.name.as_ref().as_bytes(), variable.bits);
}
