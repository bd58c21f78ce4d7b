//! A record of one version made into a record of another.
//!
//! Nothing that a record says is lost on the way, and nothing is made up: what a newer version wants to know is asked for, and
//! what an older one cannot hold has to be taken out first. The bytecode is no part of a record; it stays what it is.

use core::fmt;

use crate::record::{Environment, ModuleRecord};
use crate::version::Version;

impl<S> ModuleRecord<S> {
    /// The record in a newer version, or in its own.
    ///
    /// What no version before 3 holds is passed in: the module's environment, which only an engine knows. For a record that
    /// has one, and for a version that has no place for one, it is `None`.
    ///
    /// ```
    /// use bmes::{Environment, ModuleRecord, Variable, Version};
    ///
    /// let record: ModuleRecord<&str> = ModuleRecord::new(Version::V1);
    /// let mut environment = Environment::new();
    /// environment.declared_variables.push(Variable { name: "answer", bits: 0x24 });
    /// let record = record.upgrade(Version::V3, Some(environment))?;
    /// assert_eq!(record.version, Version::V3);
    /// # Ok::<(), bmes::VersionError>(())
    /// ```
    pub fn upgrade(mut self, to: Version, environment: Option<Environment<S>>) -> Result<Self, VersionError> {
        if to < self.version {
            return Err(VersionError::Older { from: self.version, to });
        }
        if environment.is_some() {
            if !to.has_environment() {
                return Err(VersionError::UnwantedEnvironment { to });
            }
            if self.environment.is_some() {
                return Err(VersionError::SecondEnvironment);
            }
            self.environment = environment;
        }
        self.into_version(to)
    }

    /// The record in an older version, or in its own.
    ///
    /// A version before 3 has no place for the module's environment. Whoever can do without it takes it out first:
    ///
    /// ```
    /// use bmes::{ModuleRecord, Version};
    ///
    /// let mut record: ModuleRecord = ModuleRecord::new(Version::V3);
    /// assert!(record.clone().downgrade(Version::V2).is_err());
    /// record.environment.take();
    /// assert_eq!(record.downgrade(Version::V2)?, ModuleRecord::new(Version::V2));
    /// # Ok::<(), bmes::VersionError>(())
    /// ```
    pub fn downgrade(self, to: Version) -> Result<Self, VersionError> {
        if to > self.version {
            return Err(VersionError::Newer { from: self.version, to });
        }
        self.into_version(to)
    }

    fn into_version(self, to: Version) -> Result<Self, VersionError> {
        match &self.environment {
            None if to.has_environment() => Err(VersionError::MissingEnvironment { to }),
            Some(environment) if !to.has_environment() => {
                let variables =
                    environment.declared_variables.len().saturating_add(environment.lexical_variables.len());
                Err(VersionError::LostEnvironment { to, variables })
            }
            _ => Ok(Self { version: to, ..self }),
        }
    }
}

/// Why a record was not made into one of another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VersionError {
    /// An upgrade to an older version.
    Older {
        /// The record's version.
        from: Version,
        /// The version that was asked for.
        to: Version,
    },
    /// A downgrade to a newer version.
    Newer {
        /// The record's version.
        from: Version,
        /// The version that was asked for.
        to: Version,
    },
    /// The version needs an environment, and there is none.
    MissingEnvironment {
        /// The version that was asked for.
        to: Version,
    },
    /// An environment was given, and the version has no place for it.
    UnwantedEnvironment {
        /// The version that was asked for.
        to: Version,
    },
    /// An environment was given to a record that has one.
    SecondEnvironment,
    /// The record has an environment, and the version has no place for it.
    LostEnvironment {
        /// The version that was asked for.
        to: Version,
        /// How many variables the environment has.
        variables: usize,
    },
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Older { from, to } => {
                write!(f, "version {to} is older than the record's version {from}: use `downgrade`")
            }
            Self::Newer { from, to } => {
                write!(f, "version {to} is newer than the record's version {from}: use `upgrade`")
            }
            Self::MissingEnvironment { to } => {
                write!(f, "version {to} needs the module's environment, and there is none: give it to `upgrade`")
            }
            Self::UnwantedEnvironment { to } => {
                write!(f, "version {to} has no place for the environment that was given: give `None`")
            }
            Self::SecondEnvironment => f.write_str(
                "the record has an environment, and another one was given: give `None`, or take the first one out",
            ),
            Self::LostEnvironment { to, variables } => {
                let plural = if variables == 1 { "" } else { "s" };
                write!(
                    f,
                    "version {to} has no place for the record's environment ({variables} variable{plural} and the features of \
                     the code would be lost): take it out first, with `record.environment.take()`"
                )
            }
        }
    }
}

impl core::error::Error for VersionError {}
