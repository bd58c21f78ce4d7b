//! The operations of the codec that are measured. `latency` and `report` measure their time; `memory` measures their
//! allocations.
//!
//! Start with [`Subjects::new`], then [`Operation::run`].

use crate::every_string;
use crate::turns::InTurns;
use crate::workloads::Workload;
use bmes::{Checked, ModuleView};
use std::hint::black_box;

/// One operation of the codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reads the magic and the version.
    Identify,
    /// Validates the whole structure.
    Validate,
    /// Validates the whole structure, and finds its sections.
    View,
    /// Does the same as [`View`](Self::View), and then reads every string.
    Strings,
    /// Decodes into a record that owns its strings.
    Decode,
    /// Checks the semantic rules on a view that already exists.
    Check,
    /// Checks a record and encodes it into a new file.
    Encode,
    /// Checks a record and encodes it into an existing buffer that is large enough.
    EncodeInto,
    /// Encodes a record that is already checked into an existing buffer that is large enough.
    EncodeChecked,
    /// Lists all fields.
    Inspect,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 10] = [
        Self::Identify,
        Self::Validate,
        Self::View,
        Self::Strings,
        Self::Decode,
        Self::Check,
        Self::EncodeChecked,
        Self::EncodeInto,
        Self::Encode,
        Self::Inspect,
    ];

    /// Returns the operation's name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Validate => "validate",
            Self::View => "view",
            Self::Strings => "view + every string",
            Self::Decode => "decode",
            Self::Check => "check",
            Self::EncodeInto => "encode_into",
            Self::Encode => "encode",
            Self::EncodeChecked => "encode a checked record",
            Self::Inspect => "inspect",
        }
    }

    /// Runs the operation `calls` times. Each call uses the next subject.
    pub fn run(self, subjects: &mut Subjects<'_>, calls: u64) {
        match self {
            Self::Identify => subjects.all.each(calls, |it| bmes::identify(black_box(it.file))),
            Self::Validate => subjects.all.each(calls, |it| bmes::validate(black_box(it.file))),
            Self::View => subjects.all.each(calls, |it| ModuleView::parse(black_box(it.file))),
            Self::Strings => subjects.all.each(calls, |it| {
                let view = ModuleView::parse(black_box(it.file));
                view.map(|view| every_string(&view, |string| _ = black_box(string)))
            }),
            Self::Decode => subjects.all.each(calls, |it| bmes::decode(black_box(it.file))),
            Self::Check => subjects.all.each(calls, |it| black_box(&it.view).check()),
            Self::EncodeChecked => {
                subjects.each_with_buffer(calls, |it, buffer| black_box(&it.checked).encode_into(it.bytecode, buffer));
            }
            Self::EncodeInto => {
                subjects
                    .each_with_buffer(calls, |it, buffer| bmes::encode_into(black_box(it.record), it.bytecode, buffer));
            }
            Self::Encode => subjects.all.each(calls, |it| bmes::encode(black_box(it.record), it.bytecode)),
            Self::Inspect => subjects.all.each(calls, |it| bmes::inspect(black_box(it.file))),
        }
    }

    /// Returns the limit of the operation's allocations for a file of `size` bytes, or `None` if it has no limit.
    pub const fn limit(self, size: u64) -> Option<Limit> {
        match self {
            Self::Identify | Self::Validate | Self::View | Self::Strings | Self::EncodeChecked => {
                Some(Limit { times: 0, peak: 0 })
            }
            Self::Decode => Some(Limit { times: u64::MAX, peak: 16 * size + 64 * 1024 }),
            // The check allocates one buffer with 24 bytes for each name. Each name belongs to an entry of at least 8 bytes in
            // the file.
            Self::Check | Self::EncodeInto => Some(Limit { times: 1, peak: 3 * size }),
            Self::Encode => Some(Limit { times: 2, peak: 4 * size }),
            Self::Inspect => None,
        }
    }
}

/// The limit of an operation's allocations.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The maximum number of allocations.
    pub times: u64,
    /// The maximum number of bytes that are allocated at the same time.
    pub peak: u64,
}

/// The modules that operations run on, one after the other.
pub struct Subjects<'a> {
    all: InTurns<Subject<'a>>,
    /// A buffer that is large enough for each of the files.
    buffer: Vec<u8>,
}

struct Subject<'a> {
    file: &'a [u8],
    record: &'a bmes::ModuleRecord,
    bytecode: &'a [u8],
    view: ModuleView<'a>,
    checked: Checked,
}

impl<'a> Subjects<'a> {
    /// Prepares the inputs that the operations need.
    pub fn new(workloads: &'a [Workload]) -> Self {
        let all = workloads.iter().map(|Workload { file, record, bytecode, .. }| Subject {
            file,
            record,
            bytecode,
            view: ModuleView::parse(file).expect("a workload is valid"),
            checked: Checked::new(record).expect("a workload is valid"),
        });
        let largest = workloads.iter().map(|it| it.file.len()).max().unwrap_or_default();
        Self { all: InTurns::new(all.collect()), buffer: Vec::with_capacity(largest) }
    }

    /// Calls an operation `calls` times. Each call gets an empty buffer that is large enough.
    fn each_with_buffer<T>(&mut self, calls: u64, operation: impl Fn(&Subject<'a>, &mut Vec<u8>) -> T) {
        let Self { all, buffer } = self;
        all.each(calls, |it| {
            buffer.clear();
            operation(it, buffer)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, Subjects};
    use crate::workloads::{Shape, Workload};
    use bmes::Version;

    #[test]
    fn every_operation_runs_and_the_buffer_holds_a_file() {
        let workloads = [Workload::new(Shape::Small, Version::V1), Workload::new(Shape::Typical, Version::V3)];
        let mut subjects = Subjects::new(&workloads);
        for operation in Operation::ALL {
            operation.run(&mut subjects, 5);
        }
        Operation::EncodeInto.run(&mut subjects, 2);
        assert!(workloads.iter().any(|workload| subjects.buffer == workload.file));
    }
}
