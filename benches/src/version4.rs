//! The modules of the benchmarks in version 4, and the operations of version 4 that are measured.
//!
//! Start with [`Workload4::of`], then [`Subjects4::new`] and [`Operation4::run`].

use crate::operations::Limit;
use crate::turns::InTurns;
use crate::workloads::Workload;
use bmes::Digest;
use bmes::v4::{self, Flags, KnownSource, ModuleRecord, ModuleView, Source, Supplied};
use std::hint::black_box;

/// A module in version 4. It has the same entries and the same bytecode as a [`Workload`], and no text.
pub struct Workload4<'a> {
    /// The record. Its strings are in the order in which the entries name them, not in that of the file.
    pub record: ModuleRecord<&'a str>,
    /// The bytecode.
    pub bytecode: &'a [u8],
    /// The file.
    pub file: Vec<u8>,
}

/// The producer of every module.
pub(crate) const PRODUCER: Digest = Digest([7; 32]);
/// The source of every module.
pub(crate) const SOURCE: Source = Source { size: 20_000, sha256: Digest([9; 32]) };

impl<'a> Workload4<'a> {
    /// Converts a module to version 4.
    pub fn of(workload: &'a Workload) -> Self {
        let supplied = Supplied {
            producer: PRODUCER,
            source: SOURCE,
            flags: Flags::default(),
            alignment: 8,
            lexical_features: workload.record.environment().map(|_| 0),
        };
        let record = ModuleRecord::from_named(&workload.record, supplied).expect("a workload is valid");
        let file = v4::encode(&record, b"", &workload.bytecode).expect("a workload is valid");
        Self { record, bytecode: &workload.bytecode, file }
    }

    /// Returns the size of the metadata, in bytes.
    pub fn metadata_size(&self) -> usize {
        self.file.len() - v4::Header::SIZE - self.bytecode.len()
    }
}

/// One operation on files of version 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation4 {
    /// Verifies the header.
    Open,
    /// Verifies the header, and compares the producer and the source.
    Match,
    /// Verifies the header and the metadata, with their checksums.
    View,
    /// Verifies the whole file except the record.
    Validate,
    /// Does the same as [`View`](Self::View), and then reads every string.
    Strings,
    /// Decodes into a record that owns its strings.
    Decode,
    /// On a view that already exists: verifies the record, the padding, and the checksum of the bytecode.
    Check,
    /// The whole path of a loader: [`Match`](Self::Match), [`View`](Self::View), [`Check`](Self::Check).
    Load,
    /// Finds an export by its name, on a view that already exists.
    FindExport,
    /// Finds an export by its name, on a view that already exists: compares the names of all exports before it.
    ScanExports,
    /// Sorts, encodes and checks a record.
    Encode,
    /// Lists all fields.
    Inspect,
}

impl Operation4 {
    /// All operations.
    pub const ALL: [Self; 12] = [
        Self::Open,
        Self::Match,
        Self::View,
        Self::Validate,
        Self::Strings,
        Self::Decode,
        Self::Check,
        Self::Load,
        Self::FindExport,
        Self::ScanExports,
        Self::Encode,
        Self::Inspect,
    ];

    /// Returns the operation's name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Match => "match",
            Self::View => "view",
            Self::Validate => "validate",
            Self::Strings => "view + every string",
            Self::Decode => "decode",
            Self::Check => "check",
            Self::Load => "open + match + check",
            Self::FindExport => "find an export",
            Self::ScanExports => "scan for an export",
            Self::Encode => "encode",
            Self::Inspect => "inspect",
        }
    }

    /// Runs the operation `calls` times. Each call uses the next subject.
    pub fn run(self, subjects: &mut Subjects4<'_>, calls: u64) {
        let all = &mut subjects.0;
        match self {
            Self::Open => all.each(calls, |it| v4::open(black_box(it.file), it.file.len())),
            Self::Match => all.each(calls, |it| match_file(black_box(it.file)).map(drop)),
            Self::View => all.each(calls, |it| ModuleView::parse(black_box(it.file))),
            Self::Validate => all.each(calls, |it| bmes::validate(black_box(it.file))),
            Self::Strings => all.each(calls, |it| {
                let view = ModuleView::parse(black_box(it.file));
                view.map(|view| view.strings().for_each(|string| _ = black_box(string)))
            }),
            Self::Decode => all.each(calls, |it| v4::decode(black_box(it.file))),
            Self::Check => all.each(calls, |it| black_box(&it.view).check()),
            Self::Load => all.each(calls, |it| load(black_box(it.file))),
            Self::FindExport => all.each(calls, |it| black_box(&it.view).find_export(black_box(it.export))),
            Self::ScanExports => all.each(calls, |it| {
                let (view, wanted) = (black_box(&it.view), Some(black_box(it.export)));
                view.exports().find(|export| view.string(export.export_name) == wanted)
            }),
            Self::Encode => all.each(calls, |it| v4::encode(black_box(it.record), b"", it.bytecode)),
            Self::Inspect => all.each(calls, |it| bmes::inspect(black_box(it.file))),
        }
    }

    /// Returns the limit of the operation's allocations for a file of `size` bytes, or `None` if it has no limit.
    pub const fn limit(self, size: u64) -> Option<Limit> {
        match self {
            Self::Open
            | Self::Match
            | Self::View
            | Self::Validate
            | Self::Strings
            | Self::FindExport
            | Self::ScanExports => Some(Limit { times: 0, peak: 0 }),
            // One bit for each string. A string takes at least 5 bytes of the file.
            Self::Check | Self::Load => Some(Limit { times: 1, peak: size / 40 }),
            Self::Decode | Self::Encode => Some(Limit { times: u64::MAX, peak: 16 * size + 64 * 1024 }),
            Self::Inspect => None,
        }
    }
}

/// Opens a file, and compares it with the producer and the source of the workloads.
pub fn match_file(file: &[u8]) -> Result<v4::Matched<'_>, bmes::Error> {
    v4::match_file(file, &PRODUCER, KnownSource::Source(SOURCE))
}

/// Does what a loader does before it uses a file.
pub fn load(file: &[u8]) -> Result<v4::Verified<'_>, bmes::Error> {
    match_file(file)?.check()
}

/// The modules that operations of version 4 run on, one after the other.
pub struct Subjects4<'a>(InTurns<Subject<'a>>);

struct Subject<'a> {
    file: &'a [u8],
    record: &'a ModuleRecord<&'a str>,
    bytecode: &'a [u8],
    view: ModuleView<'a>,
    /// The name of the export in the middle of the list.
    export: &'a str,
}

impl<'a> Subjects4<'a> {
    /// Prepares the inputs that the operations need.
    pub fn new(workloads: &'a [Workload4<'a>]) -> Self {
        let subject = |Workload4 { record, bytecode, file }: &'a Workload4<'a>| {
            let view = ModuleView::parse(file).expect("a workload is valid");
            let middle = view.exports().nth(view.exports().len() / 2);
            let export = middle.and_then(|export| view.string(export.export_name)).unwrap_or_default();
            Subject { file, record, bytecode, view, export }
        };
        Self(InTurns::new(workloads.iter().map(subject).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation4, Subjects4, Workload4, load};
    use crate::workloads::{Shape, Workload};
    use bmes::Version;

    #[test]
    fn every_workload_is_loaded_and_has_the_entries_of_its_record() {
        for (shape, version) in
            Shape::ALL.into_iter().flat_map(|shape| Version::NAMED.iter().map(move |it| (shape, *it)))
        {
            let workload = Workload::new(shape, version);
            let converted = Workload4::of(&workload);
            let verified = load(&converted.file).unwrap();
            assert_eq!(verified.bytecode(), workload.bytecode);
            assert_eq!(verified.view().exports().len(), workload.record.exports.len());
            assert_eq!(verified.view().code_features().is_some(), version == Version::V3);
        }
    }

    #[test]
    fn every_operation_runs() {
        let workloads = [Workload::new(Shape::Small, Version::V1), Workload::new(Shape::Typical, Version::V3)];
        let converted = workloads.each_ref().map(Workload4::of);
        for operation in Operation4::ALL {
            operation.run(&mut Subjects4::new(&converted), 5);
        }
    }
}
