//! What a user can set: where the cache is, how large it may become, and whether it may be written.

use std::ffi::OsString;
use std::path::PathBuf;

use bytesize::ByteSize;

use crate::key::Key;
use crate::layout::{self, LAYOUT};
use crate::problem::{Problem, Setting};

/// The size that a cache may have if `BMES_CACHE_MAX` does not say otherwise: 1 GiB.
pub const DEFAULT_LIMIT: u64 = 1 << 30;

/// Whether a store may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// The store reads, writes and evicts files.
    #[default]
    ReadWrite,
    /// The store only reads files. It creates and deletes nothing, not even a damaged file.
    ReadOnly,
}

/// Where a cache is, how large it may become, and whether it may be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The folder of the cache. `None`: there is no cache.
    pub location: Option<PathBuf>,
    /// The folder of a second cache, which is only read: of all users of a machine, or of a container image.
    pub lower: Option<PathBuf>,
    /// The size in bytes that eviction keeps the cache below.
    pub limit: u64,
    /// Whether the store may write.
    pub mode: Mode,
    /// The location, if no variable of ours names it.
    pub(crate) default: Option<PathBuf>,
    pub(crate) problems: Vec<Problem>,
}

impl Settings {
    /// Creates settings for a cache in this folder, without a second cache.
    pub fn new(location: impl Into<PathBuf>) -> Self {
        Self { location: Some(location.into()), ..Self::without_cache() }
    }

    /// Reads the settings from the environment of the process.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `BMES_CACHE_DIR` | the folder of the cache |
    /// | `BMES_CACHE_LOWER` | the folder of a second cache, which is only read |
    /// | `BMES_CACHE_MAX` | the size that the cache may have, such as `500 MiB`; 1 GiB if it is not set |
    ///
    /// Without `BMES_CACHE_DIR`, the cache is in `$XDG_CACHE_HOME/bmes/esm`, and else in `~/.bun-cache/esm`, if these
    /// variables have absolute paths (on Windows, in `%LOCALAPPDATA%\bmes\esm`, which is not tested). If no variable
    /// names a folder, there is no cache. A variable that is empty counts as not set. With a limit of 0, eviction deletes
    /// everything.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var_os(name))
    }

    /// Reads the settings from variables. See [`from_env`](Self::from_env).
    pub fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut settings = Self::without_cache();
        let mut named = |setting: Setting| {
            let path = PathBuf::from(variable(setting.variable())?);
            if !path.is_absolute() {
                let value = path.to_string_lossy().into_owned();
                settings.problems.push(Problem::NotAbsolute { setting, value });
            }
            Some(path)
        };
        let (location, lower) = (named(Setting::Dir), named(Setting::Lower));
        let is_default = location.is_none();
        // The XDG Base Directory Specification: a relative path is invalid, and is to be ignored.
        let folder = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        settings.location = location.or_else(|| default_location(folder)).filter(|path| path.is_absolute());
        settings.default = settings.location.clone().filter(|_| is_default);
        settings.lower = lower.filter(|path| path.is_absolute());
        if let Some(value) = variable("BMES_CACHE_MAX") {
            match value.to_str().and_then(|text| text.trim().parse::<ByteSize>().ok()) {
                Some(size) => settings.limit = size.as_u64(),
                None => settings.problems.push(Problem::BadLimit { value: value.to_string_lossy().into_owned() }),
            }
        }
        settings
    }

    /// Returns the path of a module's file in the first cache, whether it exists or not.
    pub fn module_path(&self, key: &Key) -> Option<PathBuf> {
        Some(self.location.as_ref()?.join(LAYOUT).join(layout::module(&key.0).path()))
    }

    const fn without_cache() -> Self {
        Self {
            location: None,
            lower: None,
            limit: DEFAULT_LIMIT,
            mode: Mode::ReadWrite,
            default: None,
            problems: Vec::new(),
        }
    }
}

#[cfg(not(windows))]
fn default_location(folder: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    folder("XDG_CACHE_HOME")
        .map(|shared| shared.join("bmes/esm"))
        .or_else(|| Some(folder("HOME")?.join(".bun-cache/esm")))
}

#[cfg(windows)]
fn default_location(folder: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    Some(folder("LOCALAPPDATA")?.join("bmes").join("esm"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Settings {
        Settings::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
    }

    fn location(variables: &[(&str, &str)]) -> Option<PathBuf> {
        settings(variables).location
    }

    #[test]
    fn the_own_variable_comes_first_then_xdg_then_home() {
        let all = [("BMES_CACHE_DIR", "/a"), ("XDG_CACHE_HOME", "/b"), ("HOME", "/c")];
        assert_eq!(location(&all), Some("/a".into()));
        assert_eq!(location(&all[1..]), Some("/b/bmes/esm".into()));
        assert_eq!(location(&all[2..]), Some("/c/.bun-cache/esm".into()));
    }

    #[test]
    fn without_home_there_is_no_cache_and_no_problem() {
        let settings = settings(&[]);
        assert_eq!(settings.location, None);
        assert!(settings.problems.is_empty());
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        assert_eq!(location(&[("BMES_CACHE_DIR", ""), ("XDG_CACHE_HOME", ""), ("HOME", "")]), None);
    }

    #[test]
    fn a_relative_xdg_path_is_ignored() {
        assert_eq!(location(&[("XDG_CACHE_HOME", "cache"), ("HOME", "/c")]), Some("/c/.bun-cache/esm".into()));
    }

    #[test]
    fn a_relative_home_is_ignored() {
        assert_eq!(location(&[("HOME", ".")]), None);
        assert!(settings(&[("HOME", ".")]).problems.is_empty());
    }

    #[test]
    fn a_relative_variable_of_our_own_is_a_problem_and_names_no_cache() {
        for (name, value) in [("BMES_CACHE_DIR", "~/c"), ("BMES_CACHE_LOWER", "c")] {
            let settings = settings(&[(name, value), ("HOME", "/c")]);
            assert!(settings.problems[0].to_string().starts_with(&format!("{name} is not an absolute path: {value}")));
            assert_eq!(settings.lower, None);
        }
        assert_eq!(location(&[("BMES_CACHE_DIR", "~/c"), ("HOME", "/c")]), None);
    }

    #[test]
    fn the_lower_cache_has_a_variable_of_its_own() {
        let settings = settings(&[("BMES_CACHE_LOWER", "/usr/share/c"), ("HOME", "/c")]);
        assert_eq!(settings.lower, Some("/usr/share/c".into()));
        assert_eq!(settings.location, Some("/c/.bun-cache/esm".into()));
    }

    #[test]
    fn the_limit_is_a_number_of_bytes_or_has_a_unit() {
        for (text, limit) in
            [("0", 0), ("1048576", 1 << 20), ("500 MiB", 500 << 20), (" 1 KiB ", 1024), ("2GiB", 2 << 30)]
        {
            assert_eq!(settings(&[("BMES_CACHE_MAX", text)]).limit, limit, "{text}");
        }
        assert_eq!(settings(&[]).limit, 1 << 30);
    }

    #[test]
    fn a_limit_that_cannot_be_read_is_a_problem_and_the_default_is_used() {
        for text in ["much", "-1", "12 parsec"] {
            let settings = settings(&[("BMES_CACHE_MAX", text)]);
            assert_eq!(settings.limit, DEFAULT_LIMIT);
            assert!(settings.problems[0].to_string().contains(text), "{text}");
        }
    }
}
