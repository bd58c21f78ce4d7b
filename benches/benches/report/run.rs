//! One run: all measurements, without a comparison with targets. `targets.rs` compares them.

use benches::checksums;
use benches::compare::Field;
use benches::generation::{Engine, Pair};
use benches::loader::{Loader, Way};
use benches::machine;
use benches::measure::{Candidate, Effort, Time, in_turns};
use benches::operations::{Operation, Subjects};
use benches::pack;
use benches::store;
use benches::version4::{Operation4, Subjects4, Workload4};
use benches::workloads::{Shape, Workload};
use bmes::Version;
use bmes::v4::Header;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

/// The measurements of one run.
pub(crate) struct Run {
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) loaders: Vec<Loaders>,
    pub(crate) checksums: Vec<Checksums>,
    pub(crate) growth: Vec<Growth>,
    /// The time of `validate` for each shape and each version.
    pub(crate) versions: Vec<Versioned>,
    /// The times of `check` for a module with 1,000 exports and for one with 100,000 exports.
    pub(crate) exports: Vec<Time>,
    pub(crate) generation: Vec<(Pair, Vec<Time>)>,
    pub(crate) engines: Vec<(&'static str, String)>,
    pub(crate) store: store::Results,
    pub(crate) pack: pack::Results,
    pub(crate) counts: BTreeMap<String, Counts>,
    pub(crate) memory: Vec<Memory>,
}

/// The measurements of the codec, of other formats (the peers), and of the minimum work of every reader (the floor), for
/// modules of one shape.
pub(crate) struct Comparison {
    pub(crate) shape: Shape,
    /// `hot`, or `r` and the number of modules, such as `r1024`.
    pub(crate) regime: String,
    pub(crate) sizes: Vec<(&'static str, usize)>,
    pub(crate) validate: Vec<Time>,
    pub(crate) strings: Vec<Time>,
    pub(crate) decode: Vec<Time>,
    pub(crate) encode: Vec<Time>,
    pub(crate) operations: Vec<Time>,
}

/// What a loader does, with version 4 and with others, for modules of one shape.
pub(crate) struct Loaders {
    pub(crate) shape: Shape,
    /// As in [`Comparison`].
    pub(crate) regime: String,
    pub(crate) times: Vec<Time>,
    /// The share of flipped bits that each path finds, for a shape whose file is small.
    pub(crate) damage_found: Option<[f64; Way::ALL.len()]>,
    /// The times of the operations of version 4.
    pub(crate) operations: Vec<Time>,
}

/// The times of checksums for one part of a file.
pub(crate) struct Checksums {
    pub(crate) part: String,
    pub(crate) times: Vec<Time>,
}

/// The measurements of a module with a given number of strings. A series of them shows how times grow with the size.
pub(crate) struct Growth {
    pub(crate) strings: usize,
    pub(crate) file: usize,
    pub(crate) validate: Vec<Time>,
    pub(crate) operations: Vec<Time>,
}

/// The time of `validate` for the module of one shape in one version.
pub(crate) struct Versioned {
    pub(crate) shape: Shape,
    pub(crate) version: Version,
    pub(crate) strings: usize,
    pub(crate) time: Time,
}

/// The counts of an operation that callgrind returns.
#[derive(serde::Deserialize)]
pub(crate) struct Counts {
    pub(crate) instructions: u64,
    pub(crate) mispredictions: u64,
}

/// The allocations of an operation for one workload: a row that the benchmark `memory` prints.
pub(crate) struct Memory {
    pub(crate) operation: String,
    pub(crate) workload: String,
    pub(crate) size: u64,
    pub(crate) times: u64,
    pub(crate) peak: u64,
}

impl Run {
    /// Measures everything. `scratch` is a folder for temporary files. `counts` is a JSON text with the counts of callgrind.
    /// `memory` has the rows that the benchmark `memory` prints. `node` is the program of a Node.js.
    pub(crate) fn new(
        effort: Effort,
        scratch: &Path,
        counts: Option<&str>,
        memory: Option<&str>,
        node: Option<&Path>,
    ) -> Result<Self, Box<dyn Error>> {
        let is_test = effort.rounds == 1;
        let facts = machine::facts(env!("CARGO_TARGET_TMPDIR"));
        let mut comparisons = Vec::new();
        let mut loaders = Vec::new();
        for shape in Shape::ALL {
            eprintln!("measuring {}", shape.name());
            let one = [Workload::new(shape, Version::V1)];
            comparisons.push(Comparison::new(shape, "hot", &one, effort));
            loaders.push(Loaders::new(shape, "hot", &one, effort));
            if shape.is_small() {
                let many = shape.shuffled(if is_test { 3 } else { shape.many() });
                let regime = format!("r{}", many.len());
                comparisons.push(Comparison::new(shape, &regime, &many, effort));
                loaders.push(Loaders::new(shape, &regime, &many, effort));
            }
        }
        eprintln!("measuring growth");
        let sizes: &[usize] = if is_test { &[10, 100, 1_000] } else { &SIZES };
        let growth = sizes.iter().map(|&strings| Growth::new(strings, effort)).collect();
        let mut generation = Vec::new();
        for pair in Pair::all() {
            eprintln!("measuring generation: {}", pair.name);
            let times = pair.measure(scratch, effort)?;
            generation.push((pair, times));
        }
        let engines = Engine::find()
            .into_iter()
            .map(|engine| (engine.name, engine.version().unwrap_or_else(|| "unknown version".to_owned())));
        eprintln!("measuring the store");
        let store = store::Results::measure(&scratch.join("store"), node, effort)?;
        eprintln!("measuring packs");
        let pack = pack::Results::measure(&scratch.join(".."), scratch, effort)?;
        Ok(Self {
            facts,
            comparisons,
            loaders,
            checksums: checksums(effort),
            growth,
            versions: Shape::ALL.into_iter().flat_map(|shape| versions(shape, effort)).collect(),
            exports: exports(if is_test { 100 } else { 1_000 }, effort),
            generation,
            engines: engines.collect(),
            store,
            pack,
            counts: counts.map(serde_json::from_str).transpose()?.unwrap_or_default(),
            memory: memory.unwrap_or_default().lines().map(Memory::parse).collect::<Option<_>>().ok_or(
                "the file of --memory: expected five cells per line, separated by tabs; the last three must be numbers",
            )?,
        })
    }

    /// Returns what a loader does for a shape: with a single hot module, or with many modules in random order.
    pub(crate) fn loader_of(&self, shape: Shape, is_hot: bool) -> Option<&Loaders> {
        self.loaders.iter().find(|it| it.shape == shape && (it.regime == "hot") == is_hot)
    }

    /// Returns the comparison for a shape: the one with a single hot module, or the one with many modules in random order.
    pub(crate) fn of(&self, shape: Shape, is_hot: bool) -> Option<&Comparison> {
        self.comparisons.iter().find(|it| it.shape == shape && (it.regime == "hot") == is_hot)
    }
}

/// The numbers of strings for which [`Growth`] is measured.
const SIZES: [usize; 13] = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

impl Comparison {
    fn new(shape: Shape, regime: &str, workloads: &[Workload], effort: Effort) -> Self {
        let effort = effort_for(regime, effort);
        let field = Field::new(workloads);
        Self {
            shape,
            regime: regime.to_owned(),
            sizes: field.sizes(),
            validate: field.validate(effort),
            strings: field.strings(effort),
            decode: field.decode(effort),
            encode: field.encode(effort),
            operations: field.operations(effort),
        }
    }

    /// Returns the title of the comparison, such as `typical, hot`.
    pub(crate) fn title(&self) -> String {
        title(self.shape, &self.regime)
    }
}

fn title(shape: Shape, regime: &str) -> String {
    format!("{}, {regime}", shape.name())
}

/// A pass over 1,024 modules takes long, so fewer rounds give equally good results.
fn effort_for(regime: &str, effort: Effort) -> Effort {
    if regime == "hot" { effort } else { Effort { rounds: effort.rounds.div_ceil(3), ..effort } }
}

impl Loaders {
    fn new(shape: Shape, regime: &str, workloads: &[Workload], effort: Effort) -> Self {
        let effort = effort_for(regime, effort);
        let converted: Vec<Workload4<'_>> = workloads.iter().map(Workload4::of).collect();
        let loader = Loader::new(workloads, &converted);
        let is_small = converted[0].file.len() < 8 << 10;
        let operations = Operation4::ALL.map(|operation| {
            let mut subjects = Subjects4::new(&converted);
            Candidate::of_many(operation.name(), converted.len(), move |calls| operation.run(&mut subjects, calls))
        });
        Self {
            shape,
            regime: regime.to_owned(),
            times: loader.measure(effort),
            damage_found: is_small.then(|| Way::ALL.map(|way| loader.damage_found(way))),
            operations: in_turns(operations.into(), effort),
        }
    }

    /// Returns the title, such as `typical, hot`.
    pub(crate) fn title(&self) -> String {
        title(self.shape, &self.regime)
    }
}

/// Measures the checksums for the header and the metadata of two modules, and for the bytecode of a large one.
fn checksums(effort: Effort) -> Vec<Checksums> {
    let parts = [Shape::Typical, Shape::Barrel, Shape::Large].map(|shape| {
        let workload = Workload::new(shape, Version::V1);
        let converted = Workload4::of(&workload);
        let metadata = converted.file[Header::SIZE..][..converted.metadata_size()].to_vec();
        (shape.name(), converted.file[..Header::SIZE - 4].to_vec(), metadata, workload.bytecode.clone())
    });
    let [(typical, header, typical_metadata, _), (barrel, _, barrel_metadata, _), (large, _, _, large_bytecode)] =
        parts;
    let parts = [
        ("header".to_owned(), header),
        (format!("{typical}, metadata"), typical_metadata),
        (format!("{barrel}, metadata"), barrel_metadata),
        (format!("{large}, bytecode"), large_bytecode),
    ];
    let part = |(part, bytes): (String, Vec<u8>)| {
        let part = format!("{part}, {} bytes", bytes.len());
        Checksums { part, times: checksums::measure(&bytes, effort) }
    };
    parts.into_iter().map(part).collect()
}

impl Growth {
    fn new(strings: usize, effort: Effort) -> Self {
        let workloads = [Workload::of_strings(strings, Version::V1)];
        let field = Field::new(&workloads);
        let effort = Effort { rounds: effort.rounds.div_ceil(2), ..effort };
        Self {
            strings,
            file: workloads[0].file.len(),
            validate: field.validate(effort),
            operations: field.operations(effort),
        }
    }
}

fn versions(shape: Shape, effort: Effort) -> Vec<Versioned> {
    let workloads: Vec<Workload> = Version::NAMED.iter().map(|&version| Workload::new(shape, version)).collect();
    let candidates = workloads.chunks(1).map(|one| {
        let mut subjects = Subjects::new(one);
        Candidate::new("validate", move |calls| Operation::Validate.run(&mut subjects, calls))
    });
    let times = in_turns(candidates.collect(), effort);
    let rows = Version::NAMED.iter().zip(&workloads).zip(times);
    rows.map(|((&version, workload), time)| Versioned { shape, version, strings: workload.strings(), time }).collect()
}

fn exports(count: usize, effort: Effort) -> Vec<Time> {
    let workloads = [count, 100 * count].map(Workload::of_exports);
    let candidates = workloads.chunks(1).zip([count, 100 * count]).map(|(one, count)| {
        let mut subjects = Subjects::new(one);
        Candidate::new(format!("{count} exports"), move |calls| Operation::Check.run(&mut subjects, calls))
    });
    in_turns(candidates.collect(), Effort { rounds: effort.rounds.div_ceil(3), ..effort })
}

impl Memory {
    fn parse(line: &str) -> Option<Self> {
        let mut cells = line.split('\t');
        let mut cell = || cells.next();
        let (operation, workload) = (cell()?.to_owned(), cell()?.to_owned());
        let [size, times, peak] = [cell()?, cell()?, cell()?].map(|number| number.parse().ok());
        Some(Self { operation, workload, size: size?, times: times?, peak: peak? })
    }
}
