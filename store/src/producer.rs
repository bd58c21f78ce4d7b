//! Everything except the source that a module's record or bytecode depends on.

use std::collections::BTreeMap;

use bmes::Digest;
use bmes::v4::{self, DigestError};

/// The pairs of name and value that name everything except the source that a record or bytecode depends on.
///
/// Two programs that make different bytes from the same source must have different producers. To forget an input is the
/// commonest fault of a cache: whatever can change the bytes belongs here.
///
/// ```
/// use bmes_store::Producer;
///
/// let producer = Producer::new("quickjs-ng", "0.11.0")
///     .build("3f2c91a")
///     .flag("strip", "debug")
///     .transform("bmes-analyzer", "0.1.0")
///     .option("target", "es2024")
///     .jsx("import-source", "preact")
///     .define("process.env.NODE_ENV", "\"production\"")
///     .environment("NODE_OPTIONS", "");
/// assert_eq!(producer.pairs().count(), 12);
/// assert_ne!(producer.digest()?, producer.clone().flag("strip", "none").digest()?);
/// # Ok::<(), bmes::v4::DigestError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Producer {
    pairs: BTreeMap<String, String>,
}

impl Producer {
    /// Creates a producer from the name and the version of an engine. Adds the pointer width and the byte order of this
    /// machine, because bytecode depends on them.
    pub fn new(engine: &str, version: &str) -> Self {
        let order = if cfg!(target_endian = "big") { "big" } else { "little" };
        Self { pairs: BTreeMap::new() }
            .with("engine", engine)
            .with("version", version)
            .with("pointer-width", &usize::BITS.to_string())
            .with("byte-order", order)
    }

    /// Adds what distinguishes two builds of the same version: the commit, and the options of the build.
    pub fn build(self, build: &str) -> Self {
        self.with("build", build)
    }

    /// Adds a flag of the engine at run time.
    pub fn flag(self, name: &str, value: &str) -> Self {
        self.with(&format!("flag.{name}"), value)
    }

    /// Adds the name and the version of the transform that runs before the engine's compiler.
    pub fn transform(self, name: &str, version: &str) -> Self {
        self.with("transform", name).with("transform.version", version)
    }

    /// Adds an option of the transform.
    pub fn option(self, name: &str, value: &str) -> Self {
        self.with(&format!("option.{name}"), value)
    }

    /// Adds an expression that the transform replaces, with its replacement.
    pub fn define(self, expression: &str, value: &str) -> Self {
        self.with(&format!("define.{expression}"), value)
    }

    /// Adds a setting of JSX.
    pub fn jsx(self, name: &str, value: &str) -> Self {
        self.with(&format!("jsx.{name}"), value)
    }

    /// Adds a variable of the environment that the result depends on.
    pub fn environment(self, name: &str, value: &str) -> Self {
        self.with(&format!("environment.{name}"), value)
    }

    /// Adds the URL of the module, if the engine stores it in the bytecode.
    pub fn url(self, url: &str) -> Self {
        self.with("url", url)
    }

    /// Adds any other pair. A pair with the same name is replaced.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.pairs.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Returns the pairs, in ascending order of their names.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Computes the digest that files and keys contain. It fails only if a text has 4 GiB or more.
    pub fn digest(&self) -> Result<Digest, DigestError> {
        v4::producer(self.pairs())
    }

    /// Returns the pairs that differ from those of `other`, in ascending order of their names.
    pub fn differences<'a>(&'a self, other: &'a Self) -> Vec<Difference<'a>> {
        let mut names: Vec<&str> = self.pairs.keys().chain(other.pairs.keys()).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        let value = |pairs: &'a BTreeMap<String, String>, name: &str| pairs.get(name).map(String::as_str);
        let difference = |name| Difference { name, this: value(&self.pairs, name), other: value(&other.pairs, name) };
        names.into_iter().map(difference).filter(|difference| difference.this != difference.other).collect()
    }

    /// Returns the pairs as a JSON object on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_value(&self.pairs).map(|value| value.to_string()).unwrap_or_default()
    }

    /// Reads pairs from a JSON object whose values are texts.
    pub fn from_json(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok().map(|pairs| Self { pairs })
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Producer {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self { pairs: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }
}

/// A pair that two producers do not have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference<'a> {
    /// The name of the pair.
    pub name: &'a str,
    /// The value in this producer. `None` if it has no such pair.
    pub this: Option<&'a str>,
    /// The value in the other producer. `None` if it has no such pair.
    pub other: Option<&'a str>,
}
