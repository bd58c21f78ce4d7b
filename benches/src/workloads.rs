//! The modules that the benchmarks measure, in every version. They are generated from a fixed seed, so they are the same on
//! every machine.
//!
//! These modules are like those of real programs and have no unusual content, so they are not suitable for finding bugs. To
//! make one module, call [`Workload::new`]. To make many different modules of one shape, call [`Shape::variants`].

use bmes::{
    Environment, ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest, Variable, Version,
    VersionFields,
};
use fastrand::Rng;

/// The size and the kind of content of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A small module: a few imports and exports.
    Small,
    /// A module of the most common size.
    Typical,
    /// The index of a package: it re-exports one name from each of 2,000 modules.
    Barrel,
    /// A bundle: many names, and half a megabyte of bytecode.
    Large,
    /// A module like the typical one, with names that are not ASCII.
    Unicode,
}

impl Shape {
    /// All shapes.
    pub const ALL: [Self; 5] = [Self::Small, Self::Typical, Self::Barrel, Self::Large, Self::Unicode];

    /// Returns the shape's name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Typical => "typical",
            Self::Barrel => "barrel",
            Self::Large => "large",
            Self::Unicode => "unicode",
        }
    }

    /// Returns true if 1,024 modules of this shape take at most 16 MiB, so that a benchmark can keep them in every format. For
    /// larger modules, one is enough: it has too many strings for a processor to learn them.
    pub fn is_small(self) -> bool {
        self.many() == 1_024
    }

    /// Returns the number of different modules that a benchmark needs so that a processor cannot learn them: 1,024, or as many
    /// as fit in 16 MiB if that is less.
    pub fn many(self) -> u64 {
        let size = Workload::new(self, Version::V1).file.len() as u64;
        ((16 << 20) / size).min(1_024)
    }

    /// Returns `count` different modules of this shape, of version 1, in random order: neither the processor's caches nor its
    /// branch predictor can predict the next module.
    pub fn shuffled(self, count: u64) -> Vec<Workload> {
        let mut modules = self.variants(Version::V1, count);
        Rng::with_seed(SEED).shuffle(&mut modules);
        modules
    }

    /// Returns `count` different modules of this shape. They differ in their names.
    pub fn variants(self, version: Version, count: u64) -> Vec<Workload> {
        (0..count).map(|variant| self.module(version, SEED ^ (variant + 1) << 32)).collect()
    }

    const fn outline(self) -> Outline {
        match self {
            Self::Small => Outline { requests: 3, imports: 5, local_exports: 4, indirect_exports: 0, stars: 0 },
            Self::Typical | Self::Unicode => {
                Outline { requests: 6, imports: 14, local_exports: 9, indirect_exports: 1, stars: 1 }
            }
            Self::Barrel => {
                Outline { requests: 2_000, imports: 0, local_exports: 0, indirect_exports: 2_000, stars: 0 }
            }
            Self::Large => Outline { requests: 20, imports: 60, local_exports: 200, indirect_exports: 0, stars: 0 },
        }
    }

    const fn bytecode_size(self) -> usize {
        match self {
            Self::Small => 1_841,
            Self::Typical | Self::Unicode => 2_619,
            Self::Barrel => 10_572,
            Self::Large => 500_000,
        }
    }

    fn module(self, version: Version, seed: u64) -> Workload {
        let words = if self == Self::Unicode { &UNICODE } else { &ASCII };
        let root = if self == Self::Barrel { "./parts/" } else { "./" };
        let mut names = Names { random: Rng::with_seed(seed), words, root };
        let record = self.outline().record(version, &mut names);
        let bytecode = std::iter::repeat_with(|| names.random.u8(..)).take(self.bytecode_size()).collect();
        Workload::of(self.name(), record, bytecode)
    }
}

/// A module to measure: its record, its bytecode, and its file.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The shape's name.
    pub name: &'static str,
    /// The record.
    pub record: ModuleRecord,
    /// The bytecode: random bytes.
    pub bytecode: Vec<u8>,
    /// The file: the encoded record and bytecode.
    pub file: Vec<u8>,
}

impl Workload {
    /// Returns the standard module of this shape. Unless a benchmark needs many modules, its results are for this one.
    pub fn new(shape: Shape, version: Version) -> Self {
        shape.module(version, SEED)
    }

    /// Returns a module with `count` strings, which must be a multiple of ten. For every ten strings, the module has two
    /// requests (one string each), a local export and an indirect export (four strings each).
    ///
    /// The proportions of the entries are the same at every size, so that the time for one more string does not depend on the
    /// size.
    pub fn of_strings(count: usize, version: Version) -> Self {
        let tens = count / 10;
        let mut names = Names { random: Rng::with_seed(SEED), words: &ASCII, root: "./" };
        let outline = Outline { requests: tens * 2, imports: 0, local_exports: tens, indirect_exports: tens, stars: 0 };
        Self::of("strings", outline.record(version, &mut names), Vec::new())
    }

    /// Returns a module of version 1 with `count` local exports, and nothing else.
    pub fn of_exports(count: usize) -> Self {
        let mut names = Names { random: Rng::with_seed(SEED), words: &ASCII, root: "./" };
        let outline = Outline { requests: 0, imports: 0, local_exports: count, indirect_exports: 0, stars: 0 };
        Self::of("exports", outline.record(Version::V1, &mut names), Vec::new())
    }

    fn of(name: &'static str, record: ModuleRecord, bytecode: Vec<u8>) -> Self {
        let file = bmes::encode(&record, &bytecode).expect("a workload is valid");
        Self { name, record, bytecode, file }
    }

    /// Returns the number of strings in the record.
    pub fn strings(&self) -> usize {
        let record = &self.record;
        let attributes: usize = record.requests.iter().map(|request| request.attributes.len()).sum();
        let variables = record
            .environment()
            .map_or(0, |environment| environment.declared_variables.len() + environment.lexical_variables.len());
        record.requests.len()
            + 2 * attributes
            + 3 * record.imports.len()
            + 4 * record.exports.len()
            + record.star_exports.len()
            + variables
    }

    /// Returns the number of bytes of the file that are neither header nor padding nor bytecode.
    pub fn metadata_size(&self) -> usize {
        let inspection = bmes::inspect(&self.file);
        let is_metadata = |section: &str| !matches!(section, "header" | "bytecode");
        let spans = inspection.spans().iter().filter(|span| is_metadata(span.path.section.name()));
        spans.map(|span| span.range.len()).sum()
    }
}

/// The seed of all modules. With this value, the metadata of the typical module has the specified size.
const SEED: u64 = 168;

/// The number of entries of each kind.
struct Outline {
    requests: usize,
    imports: usize,
    local_exports: usize,
    indirect_exports: usize,
    stars: usize,
}

impl Outline {
    fn record(&self, version: Version, names: &mut Names) -> ModuleRecord {
        let specifiers: Vec<String> = (0..self.requests).map(|index| names.specifier(index)).collect();
        // Imports name the requested modules in the order of the requests. Indirect exports and star exports name them in
        // reverse order.
        let at = |index: usize, of: usize| specifiers[index * specifiers.len() / of.max(1)].clone();
        let mut record = ModuleRecord::of_version(version).expect("a version from 1 to 3");
        record.imports = (0..self.imports).map(|index| names.import(index, at(index, self.imports))).collect();
        let locals = (0..self.local_exports).map(|index| names.local_export(index)).collect::<Vec<_>>();
        let indirect = (0..self.indirect_exports).map(|index| {
            let index = self.indirect_exports - 1 - index;
            names.indirect_export(index, at(index, self.indirect_exports))
        });
        record.exports = locals.into_iter().chain(indirect).collect();
        record.star_exports = specifiers.iter().rev().take(self.stars).cloned().collect();
        if version == Version::V3 {
            record.version_fields = VersionFields::V3(environment(&record));
        }
        record.requests = specifiers.into_iter().map(ModuleRequest::new).collect();
        record
    }
}

/// Returns the environment with every binding of the module: imported names, and the local names of exports. Half of the local
/// names are functions. The bits are those that an engine would record.
fn environment(record: &ModuleRecord) -> Environment {
    const IMPORTED: u32 = 1 << 5 | 1 << 1;
    const FUNCTION: u32 = 1 << 7 | 1 << 4 | 1 << 3;
    const VARIABLE: u32 = 1 << 4 | 1 << 2;
    let variable = |name: &String, bits| Variable::new(name.clone(), bits);
    let (declared, functions): (Vec<_>, Vec<_>) = record
        .exports
        .iter()
        .filter(|export| export.export_type == ExportType::Local)
        .map(|export| &export.local_name)
        .enumerate()
        .partition(|(index, _)| index % 2 == 0);
    let imported = record.imports.iter().map(|import| variable(&import.local_name, IMPORTED));
    Environment {
        declared_variables: declared.into_iter().map(|(_, name)| variable(name, VARIABLE)).collect(),
        lexical_variables: imported.chain(functions.into_iter().map(|(_, name)| variable(name, FUNCTION))).collect(),
        code_features: 0x1008,
    }
}

/// A generator of names like those in programs. A number in each name makes the name unique.
struct Names {
    random: Rng,
    words: &'static [&'static str],
    /// The start of specifiers of the program's own modules, such as `./`.
    root: &'static str,
}

const ASCII: [&str; 24] = [
    "add", "buffer", "cache", "context", "data", "element", "event", "file", "get", "handler", "id", "key", "list",
    "map", "node", "options", "path", "query", "render", "request", "text", "update", "value", "view",
];
const FOLDERS: [&str; 8] = ["common", "core", "features", "lib", "models", "shared", "util", "views"];
const UNICODE: [&str; 24] = [
    "größe",
    "été",
    "niño",
    "año",
    "señal",
    "øre",
    "čas",
    "źródło",
    "имя",
    "путь",
    "ключ",
    "узел",
    "μέγα",
    "όνομα",
    "λίστα",
    "名前",
    "値",
    "変数",
    "読む",
    "目录",
    "节点",
    "값",
    "이름",
    "ключи",
];

impl Names {
    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words[self.random.usize(..words.len())]
    }

    fn word(&mut self) -> &'static str {
        self.one_of(self.words)
    }

    fn specifier(&mut self, index: usize) -> String {
        let folder = self.one_of(&FOLDERS);
        let word = self.one_of(&ASCII);
        let root = self.root;
        match self.random.u8(..4) {
            0 => format!("{word}-{index}"),
            1 => format!("{root}{word}{index}.js"),
            2 => format!("../{folder}/{word}{index}.js"),
            _ => format!("{root}{folder}/{word}-{index}.js"),
        }
    }

    fn identifier(&mut self, index: usize) -> String {
        match self.random.u8(..3) {
            0 => format!("{}{index}", self.word()),
            1 => format!("{}_{index}", self.word()),
            _ => format!("{}{index}{}", self.word(), self.word()),
        }
    }

    fn import(&mut self, index: usize, module_request: String) -> ImportEntry {
        let local_name = self.identifier(index);
        let (import_type, import_name) = match self.random.u8(..8) {
            0 => (ImportType::Namespace, "*".to_owned()),
            1 => (ImportType::Single, "default".to_owned()),
            2 => (ImportType::Single, self.word().to_owned()),
            _ => (ImportType::Single, local_name.clone()),
        };
        ImportEntry { import_type, module_request, import_name, local_name }
    }

    fn local_export(&mut self, index: usize) -> ExportEntry {
        // The `$` makes sure that no local name is also the name of an import.
        let local_name = format!("{}${index}", self.word());
        let export_name = if index == 0 { "default".to_owned() } else { local_name.clone() };
        ExportEntry::local(export_name, local_name)
    }

    fn indirect_export(&mut self, index: usize, module_name: String) -> ExportEntry {
        let import_name = self.identifier(index);
        ExportEntry::indirect(import_name.clone(), module_name, import_name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, Workload};
    use bmes::{ModuleView, Version};
    use std::fmt::Write;

    #[test]
    fn the_workloads_have_the_sizes_that_results_are_given_for() {
        let mut text = String::new();
        for shape in Shape::ALL {
            for &version in Version::NAMED {
                let workload = Workload::new(shape, version);
                let (name, strings) = (workload.name, workload.strings());
                let (metadata, file) = (workload.metadata_size(), workload.file.len());
                writeln!(
                    text,
                    "{name:<7} v{version}: {strings:>6} strings, {metadata:>6} of {file:>6} bytes are metadata"
                )
                .unwrap();
            }
        }
        insta::assert_snapshot!(text);
    }

    #[test]
    fn every_workload_may_be_linked() {
        for shape in Shape::ALL {
            for &version in Version::NAMED {
                let workload = Workload::new(shape, version);
                assert_eq!(ModuleView::parse(&workload.file).unwrap().check(), Ok(()));
            }
        }
    }

    #[test]
    fn the_variants_of_a_shape_are_all_different() {
        let mut files: Vec<_> = Shape::Typical.variants(Version::V1, 1_024).into_iter().map(|w| w.file).collect();
        files.sort();
        files.dedup();
        assert_eq!(files.len(), 1_024);
    }
}
