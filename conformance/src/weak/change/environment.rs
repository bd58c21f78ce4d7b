//! What somebody does to the environment of a record of version 3.

use bmes::{Environment, Variable, Version};

use crate::case::Record;

/// A change to the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environments {
    /// It is left out.
    Dropped,
    /// It is left out where it says nothing.
    DroppedIfEmpty,
    /// Where it says nothing, the record becomes one of version 2.
    Version2IfEmpty,
    /// The lists are taken for each other.
    Swapped,
    /// The declared variables are put before the lexical ones.
    DeclaredMerged,
    /// The lexical variables are put behind the declared ones.
    LexicalMerged,
    /// The declared variables are in both lists.
    DeclaredTwice,
    /// A declared variable is left out if a lexical one has its name.
    LexicalWins,
    /// A lexical variable is left out if a declared one has its name.
    DeclaredWins,
    /// Variables of one name have each other's bits.
    BitsJoined,
    /// Variables of one list have the bits of its first.
    BitsOfFirst,
    /// Of a word only these bits are kept: of this field, as in `lexical_variables.bits`.
    Kept(&'static str, u32),
    /// Of a word these bits are set.
    Set(&'static str, u32),
    /// Variables without a name are left out.
    NamelessDropped,
    /// Variables with any of these bits are left out.
    DroppedWith(u32),
    /// Of variables of one name in one list the last is kept.
    LastOfEach,
    /// What imports bind is added to the lexical variables.
    ImportsAdded,
    /// The local names of Local exports are added to the lexical variables.
    ExportsAdded,
    /// A variable that an import binds has the bit that says so.
    ImportedMarked,
}

impl Environments {
    pub(super) fn apply(self, record: &mut Record) {
        match self {
            Self::Dropped => record.environment = None,
            Self::DroppedIfEmpty => {
                record.environment.take_if(|environment| is_empty(environment));
            }
            Self::Version2IfEmpty => {
                if record.environment.take_if(|environment| is_empty(environment)).is_some() {
                    record.version = Version::V2;
                }
            }
            _ => self.change(record),
        }
    }

    fn change(self, record: &mut Record) {
        let imports: Vec<_> = record.imports.iter().map(|import| import.local_name.clone()).collect();
        let is_local = |export: &&bmes::ExportEntry| export.export_type == bmes::ExportType::Local;
        let exports: Vec<_> = record.exports.iter().filter(is_local).map(|export| export.local_name.clone()).collect();
        let Some(environment) = &mut record.environment else { return };
        let Environment { declared_variables: declared, lexical_variables: lexical, .. } = environment;
        match self {
            Self::Swapped => std::mem::swap(declared, lexical),
            Self::DeclaredMerged => drop(lexical.splice(..0, declared.drain(..))),
            Self::LexicalMerged => declared.append(lexical),
            Self::DeclaredTwice => lexical.clone_from(declared),
            Self::LexicalWins => declared.retain(|variable| !has(lexical, &variable.name)),
            Self::DeclaredWins => lexical.retain(|variable| !has(declared, &variable.name)),
            Self::BitsJoined => join_bits(declared, lexical),
            Self::BitsOfFirst => {
                for list in [declared, lexical] {
                    let bits = list.first().map_or(0, |variable| variable.bits);
                    for variable in list {
                        variable.bits = bits;
                    }
                }
            }
            Self::Kept(field, bits) => words(environment, field, |word| word & bits),
            Self::Set(field, bits) => words(environment, field, |word| word | bits),
            Self::NamelessDropped => {
                for list in [declared, lexical] {
                    list.retain(|variable| !variable.name.is_empty());
                }
            }
            Self::DroppedWith(bits) => {
                for list in [declared, lexical] {
                    list.retain(|variable| variable.bits & bits == 0);
                }
            }
            Self::LastOfEach => [declared, lexical].into_iter().for_each(last_of_each),
            Self::ImportsAdded => add(lexical, imports),
            Self::ExportsAdded => add(lexical, exports),
            Self::ImportedMarked => {
                for variable in declared.iter_mut().chain(lexical).filter(|variable| imports.contains(&variable.name)) {
                    variable.bits |= 1 << 5;
                }
            }
            Self::Dropped | Self::DroppedIfEmpty | Self::Version2IfEmpty => {}
        }
    }
}

fn is_empty(environment: &Environment) -> bool {
    *environment == Environment::default()
}

fn has(list: &[Variable], name: &str) -> bool {
    list.iter().any(|variable| variable.name == name)
}

fn add(list: &mut Vec<Variable>, names: Vec<String>) {
    for name in names {
        if !has(list, &name) {
            list.push(Variable { name, bits: 0 });
        }
    }
}

fn last_of_each(list: &mut Vec<Variable>) {
    let mut seen = std::collections::BTreeSet::new();
    list.reverse();
    list.retain(|variable| seen.insert(variable.name.clone()));
    list.reverse();
}

fn join_bits(declared: &mut [Variable], lexical: &mut [Variable]) {
    for variable in declared {
        for other in lexical.iter_mut().filter(|other| other.name == variable.name) {
            variable.bits |= other.bits;
            other.bits = variable.bits;
        }
    }
}

fn words(environment: &mut Environment, field: &str, change: impl Fn(u32) -> u32) {
    let list = match field {
        "declared_variables.bits" => &mut environment.declared_variables,
        "lexical_variables.bits" => &mut environment.lexical_variables,
        _ => {
            environment.code_features = change(environment.code_features);
            return;
        }
    };
    for variable in list {
        variable.bits = change(variable.bits);
    }
}
