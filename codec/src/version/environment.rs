//! The sections that rebuild the module's environment: the grammar of each, and under it how it is written.

use crate::encode::{Sink, TooLarge};
use crate::path::{FieldPath, Section};
use crate::record::{Environment, Variable};
use crate::walk::{Production, Visit, Walk};

/// The sections, which follow the star exports.
#[inline(always)]
pub(crate) fn metadata<'a, W: Walk<'a>>(w: &mut W) -> Result<(), W::Fault> {
    w.section::<DeclaredVariables>()?;
    w.section::<LexicalVariables>()?;
    code_features(w)
}

pub(crate) enum DeclaredVariables {}

impl Production for DeclaredVariables {
    const SECTION: Section = Section::DeclaredVariables;
    const COUNT: &'static str = "declared_variable_count";
    const SMALLEST: u32 = 8;
    type Entry<'a, T> = Variable<T>;

    #[inline(always)]
    fn entry<'a, W: Walk<'a>>(w: &mut W) -> Result<Variable<W::Text>, W::Fault> {
        variable(w)
    }
}

pub(crate) enum LexicalVariables {}

impl Production for LexicalVariables {
    const SECTION: Section = Section::LexicalVariables;
    const COUNT: &'static str = "lexical_variable_count";
    const SMALLEST: u32 = 8;
    type Entry<'a, T> = Variable<T>;

    #[inline(always)]
    fn entry<'a, W: Walk<'a>>(w: &mut W) -> Result<Variable<W::Text>, W::Fault> {
        variable(w)
    }
}

#[inline(always)]
fn variable<'a, W: Walk<'a>>(w: &mut W) -> Result<Variable<W::Text>, W::Fault> {
    let (name, bits) = w.string_and_number("name", "bits")?;
    w.any_bits(bits);
    Ok(Variable { name, bits })
}

#[inline(always)]
fn code_features<'a, W: Walk<'a>>(w: &mut W) -> Result<(), W::Fault> {
    w.enter(Section::CodeFeatures);
    let bits = w.number("code_features")?;
    w.visit().code_features(bits);
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
