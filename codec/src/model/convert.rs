//! The conversion of a record from one version to another.
//!
//! A conversion invents no data, and drops data only if the caller requests it. If the new version needs an
//! environment, the caller must supply it. If the new version cannot hold the record's environment, the caller must
//! request that the environment is dropped. The bytecode is not part of a record and does not change.

use crate::format::clause::Clause;
use crate::format::error::{Error, ErrorKind};
use crate::format::field::{FieldPath, Section};
use crate::format::version::Version;
use crate::model::environment::Environment;
use crate::model::record::{ModuleRecord, VersionFields};

/// The change that a conversion makes to the module's [`Environment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvironmentChange<S> {
    /// The record keeps its environment. A record that has no environment gets none.
    Keep,
    /// The record has no environment and gets this one.
    Supply(Environment<S>),
    /// The record loses its environment, if it has one.
    Drop,
}

impl<S> ModuleRecord<S> {
    /// Converts the record to version `to`, which may be the record's own version.
    ///
    /// [`v4::ModuleRecord::from_named`](crate::v4::ModuleRecord::from_named) converts to version 4.
    ///
    /// Returns an error if `change` does not fit the record and the version:
    /// [`MissingEnvironment`](ErrorKind::MissingEnvironment),
    /// [`UnexpectedEnvironment`](ErrorKind::UnexpectedEnvironment) or [`LostEnvironment`](ErrorKind::LostEnvironment).
    ///
    /// ```
    /// use bmes::{Environment, EnvironmentChange, ModuleRecord, Variable, Version, VersionFields};
    ///
    /// let record: ModuleRecord<&str> = ModuleRecord::new(VersionFields::V1);
    /// let mut environment = Environment::new();
    /// environment.declared_variables.push(Variable::new("answer", 0x24));
    /// let record = record.convert(Version::V3, EnvironmentChange::Supply(environment))?;
    /// assert_eq!(record.version(), Version::V3);
    ///
    /// assert!(record.clone().convert(Version::V2, EnvironmentChange::Keep).is_err());
    /// let record = record.convert(Version::V2, EnvironmentChange::Drop)?;
    /// assert_eq!(record, ModuleRecord::new(VersionFields::V2));
    /// # Ok::<(), bmes::Error>(())
    /// ```
    pub fn convert(self, to: Version, change: EnvironmentChange<S>) -> Result<Self, Error> {
        use EnvironmentChange::{Drop, Keep, Supply};
        let reject = |kind| {
            let path = FieldPath::new(Section::Header, "environment");
            Err(Error::in_record(kind, Some(Clause::new(to, "writer-type")), path))
        };
        let Some(empty) = VersionFields::empty(to) else {
            return reject(ErrorKind::OtherVersion { found: to, expected: "1, 2 or 3" });
        };
        let version_fields = match (to, self.version_fields, change) {
            (Version::V3, VersionFields::V3(environment), Keep)
            | (Version::V3, VersionFields::V1 | VersionFields::V2, Supply(environment)) => {
                VersionFields::V3(environment)
            }
            (Version::V3, _, Keep | Drop) => return reject(ErrorKind::MissingEnvironment { to }),
            (_, _, Supply(_)) => return reject(ErrorKind::UnexpectedEnvironment { to }),
            (_, VersionFields::V3(environment), Keep) => {
                let lists = [&environment.declared_variables, &environment.lexical_variables];
                let variables = lists.map(alloc::vec::Vec::len).iter().fold(0, |sum: usize, n| sum.saturating_add(*n));
                return reject(ErrorKind::LostEnvironment { to, variables });
            }
            (_, _, Keep | Drop) => empty,
        };
        Ok(Self { version_fields, ..self })
    }
}
