//! The index of a pack: section 3 of `spec/pack.md`.

use bmes::Digest;
use bmes::v4::Phase;
use serde::{Deserialize, Serialize};

// serde takes a key with an `Option` that is missing for null. `deserialize_with` makes such a key necessary.

/// The number of the layout that this crate reads and writes.
pub const LAYOUT: u64 = 1;

/// The index of a pack: all modules of a program, what their requests resolve to, and what the resolution depended on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// The number of the layout: [`LAYOUT`].
    pub pack: u64,
    /// The producer of the members.
    pub producer: Digest,
    /// How a host decides whether a module is fresh, unless its user says otherwise.
    pub freshness: Freshness,
    /// The conditions of `exports` and `imports` in package.json that were true, in ascending order.
    pub conditions: Vec<String>,
    /// The flags of the runtime that the resolution depended on.
    pub flags: Vec<String>,
    /// The variables of the environment that the resolution depended on, in ascending order of their names.
    pub environment: Vec<EnvironmentVariable>,
    /// The modules that programs start with, as indices into `modules`.
    pub entries: Vec<u32>,
    /// All modules, in the order in which a host that starts with the entries reaches them, breadth first.
    pub modules: Vec<Module>,
    /// The package.json files that the resolution read, in ascending order of their paths.
    pub packages: Vec<Watched>,
    /// The folders whose names the resolution read, in ascending order of their paths. The digest of a folder is that of
    /// its names in ascending order, each ended by a zero byte.
    pub directories: Vec<Watched>,
    /// The links that the resolution followed, in ascending order of their paths.
    pub links: Vec<Link>,
    /// The paths that the resolution looked for and did not find, in ascending order.
    pub absent: Vec<String>,
}

impl Index {
    /// Returns the index of a program whose resolution depended on nothing. It has no entries and no modules yet.
    pub const fn new(producer: Digest) -> Self {
        Self {
            pack: LAYOUT,
            producer,
            freshness: Freshness::Stat,
            conditions: Vec::new(),
            flags: Vec::new(),
            environment: Vec::new(),
            entries: Vec::new(),
            modules: Vec::new(),
            packages: Vec::new(),
            directories: Vec::new(),
            links: Vec::new(),
            absent: Vec::new(),
        }
    }
}

impl Module {
    /// Returns a module without a source, a member, requests and names.
    pub const fn new(url: String, format: Format) -> Self {
        Self {
            url,
            r#type: None,
            format,
            source: None,
            member: None,
            requests: Vec::new(),
            dynamic: Vec::new(),
            exports: Vec::new(),
            reexports: Vec::new(),
        }
    }
}

/// How a host decides whether a source is the one that a pack was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Freshness {
    /// By size, times and inode, against the stamps; by the digest if they differ.
    Stat,
    /// By the digest of every source.
    Hash,
    /// Not at all: the sources cannot change.
    None,
}

/// A variable of the environment. `value` is `None` if it was not set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentVariable {
    /// The name.
    pub name: String,
    /// The value.
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub value: Option<String>,
}

/// A module of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// The path relative to the pack's root, with `/` between segments and with its query; for a module that is built into
    /// the runtime, its name, such as `node:fs`.
    pub url: String,
    /// The value of the attribute `type`, if the module was imported with it.
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub r#type: Option<String>,
    /// What the source is.
    pub format: Format,
    /// The size and the digest of the source. `None` for a module that is built into the runtime.
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub source: Option<Source>,
    /// Where the module's file is in the pack. Only modules of the formats `module` and `commonjs` have one.
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub member: Option<Member>,
    /// The requests of the module in the order of its record; for CommonJS, the calls of `require` with a literal.
    pub requests: Vec<Resolution>,
    /// The dynamic imports with a literal specifier.
    pub dynamic: Vec<Resolution>,
    /// The names that a CommonJS module exports, as far as its source shows them.
    pub exports: Vec<String>,
    /// The specifiers of requests whose exports a CommonJS module exports again.
    pub reexports: Vec<String>,
}

/// What the source of a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// An ECMAScript module.
    Module,
    /// A CommonJS module.
    CommonJs,
    /// JSON.
    Json,
    /// Text that is imported as a string.
    Text,
    /// Bytes that are imported as an array.
    Bytes,
    /// WebAssembly.
    Wasm,
    /// A native addon of Node.js.
    Addon,
    /// A module that is built into the runtime.
    Builtin,
}

impl Format {
    /// Returns the name that the index has.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::CommonJs => "commonjs",
            Self::Json => "json",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Wasm => "wasm",
            Self::Addon => "addon",
            Self::Builtin => "builtin",
        }
    }
}

/// The size and the digest of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The size in bytes.
    pub size: u64,
    /// SHA-256 of the bytes as read.
    pub sha256: Digest,
}

/// Where a member is in a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The offset of the first byte of the module's file in the pack.
    pub offset: u64,
    /// The size of the module's file in bytes.
    pub size: u64,
}

/// A request and the module that it resolves to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolution {
    /// The specifier.
    pub specifier: String,
    /// The phase.
    pub phase: Phase,
    /// The attributes, each a key and a value, in ascending order of the keys.
    pub attributes: Vec<(String, String)>,
    /// The index of the module. `None` if the specifier resolves to nothing.
    #[serde(deserialize_with = "Deserialize::deserialize")]
    pub module: Option<u32>,
}

/// A file or a folder with the digest that it had when the pack was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watched {
    /// The path relative to the pack's root.
    pub path: String,
    /// The digest.
    pub sha256: Digest,
}

/// A link with its target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The path relative to the pack's root.
    pub path: String,
    /// What the link contains.
    pub target: String,
}
