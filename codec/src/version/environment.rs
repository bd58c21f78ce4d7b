//! The sections that rebuild the module's environment: the grammar of each, and under it how it is written.

use crate::encode::{Sink, TooLarge};
use crate::error::Error;
use crate::path::{FieldPath, Section};
use crate::record::{Environment, Variable};
use crate::walk::{Visit, Walker};

/// The smallest encoding in bytes: what a count is measured against.
const SMALLEST_VARIABLE: u32 = 8;

/// The sections, which follow the star exports.
pub(crate) fn metadata<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    declared_variables(w)?;
    lexical_variables(w)?;
    code_features(w)
}

fn declared_variables<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    w.section(Section::DeclaredVariables, "declared_variable_count", SMALLEST_VARIABLE, |w| {
        let variable = variable(w)?;
        w.visit.declared_variable(variable);
        Ok(())
    })
}

fn lexical_variables<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    w.section(Section::LexicalVariables, "lexical_variable_count", SMALLEST_VARIABLE, |w| {
        let variable = variable(w)?;
        w.visit.lexical_variable(variable);
        Ok(())
    })
}

pub(crate) fn variable<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<Variable<&'a str>, Error> {
    let name = w.string("name")?;
    let (_, bits) = w.u32("bits")?;
    Ok(Variable { name, bits })
}

fn code_features<'a, V: Visit<'a>>(w: &mut Walker<'a, V>) -> Result<(), Error> {
    w.enter(Section::CodeFeatures);
    let (_, bits) = w.u32("code_features")?;
    w.visit.code_features(bits);
    Ok(())
}

pub(crate) fn write_metadata<S: AsRef<str>>(
    environment: &Environment<S>,
    sink: &mut impl Sink,
) -> Result<(), TooLarge> {
    let Environment { declared_variables, lexical_variables, code_features } = environment;
    write_variables(Section::DeclaredVariables, "declared_variable_count", declared_variables, sink)?;
    write_variables(Section::LexicalVariables, "lexical_variable_count", lexical_variables, sink)?;
    sink.u32(*code_features);
    Ok(())
}

fn write_variables<S: AsRef<str>>(
    section: Section,
    count_field: &'static str,
    variables: &[Variable<S>],
    sink: &mut impl Sink,
) -> Result<(), TooLarge> {
    sink.count(section, count_field, variables.len())?;
    for (index, variable) in (0..).zip(variables) {
        sink.string(FieldPath::of_entry(section, index, "name"), &variable.name)?;
        sink.u32(variable.bits);
    }
    Ok(())
}
