//! The path of a loader: everything that it does with a file before it gives the bytecode to an engine. Compares version 4 with
//! version 1 and with two other formats, on the same modules and in the same run.
//!
//! Start with [`Loader::new`].

use crate::compare::over;
use crate::measure::{Candidate, Effort, Time, in_turns};
use crate::operations::{Operation, Subjects};
use crate::peers::{self, Data, Peer};
use crate::version4::{Operation4, Subjects4, Workload4, load};
use crate::workloads::Workload;
use bmes::ModuleView;
use bmes::v4::Header;
use rkyv::util::AlignedVec;
use std::hint::black_box;

/// A way to verify a file before its bytecode is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Version 1: view, and check.
    Version1,
    /// Version 4: open, match, and check.
    Version4,
    /// rkyv with bytecheck.
    Rkyv,
    /// The verifier of `FlatBuffers`.
    FlatBuffers,
}

impl Way {
    /// All ways.
    pub const ALL: [Self; 4] = [Self::Version1, Self::Version4, Self::Rkyv, Self::FlatBuffers];

    /// Returns the name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Version1 => "version 1: view + check",
            Self::Version4 => "version 4: open + match + check",
            Self::Rkyv => "rkyv + bytecheck: access",
            Self::FlatBuffers => "FlatBuffers: verifier",
        }
    }

    /// Verifies a file. Returns true if it is accepted.
    #[inline]
    pub fn accepts(self, file: &[u8]) -> bool {
        match self {
            Self::Version1 => ModuleView::parse(file).is_ok_and(|view| view.check().is_ok()),
            Self::Version4 => load(file).is_ok(),
            Self::Rkyv => peers::rkyv_accepts(file),
            Self::FlatBuffers => peers::flatbuffers_accepts(file),
        }
    }
}

/// A part of the path of version 4, or what it is compared with.
pub mod part {
    /// `validate` of version 1.
    pub const VALIDATE_1: &str = "version 1: validate";
    /// `view` of version 4: the header, the metadata, and their checksums.
    pub const VIEW_4: &str = "version 4: view";
    /// The checksums of the header and of the metadata, and nothing else.
    pub const CHECKSUMS: &str = "version 4: checksums of header and metadata";
    /// The checksum of the bytecode, and nothing else.
    pub const BYTECODE: &str = "version 4: checksum of the bytecode";
    /// A copy of the bytecode.
    pub const COPY: &str = "memcpy of the bytecode";
    /// Version 4 finds an export by binary search.
    pub const FIND: &str = "version 4: find an export";
    /// Version 4 compares the names of exports, one after the other.
    pub const SCAN: &str = "version 4: scan for an export";
    /// Version 1 checks and encodes a record.
    pub const ENCODE_1: &str = "version 1: check + encode";
    /// Version 4 sorts, encodes and checks a record.
    pub const ENCODE_4: &str = "version 4: encode";
}

/// The same modules in the formats that are compared.
pub struct Loader<'a> {
    workloads: &'a [Workload],
    converted: &'a [Workload4<'a>],
    rkyv: Vec<AlignedVec>,
    flatbuffers: Vec<AlignedVec>,
}

impl<'a> Loader<'a> {
    /// Encodes the modules in the formats. `converted` has the same modules in version 4.
    pub fn new(workloads: &'a [Workload], converted: &'a [Workload4<'a>]) -> Self {
        let data: Vec<Data> = workloads.iter().map(Data::of).collect();
        let encode = |name: &str| -> Vec<AlignedVec> {
            let peer: &Peer = peers::ALL.iter().find(|peer| peer.name == name).expect("the peer has this name");
            data.iter().map(|data| (peer.encode)(data).aligned()).collect()
        };
        Self { workloads, converted, rkyv: encode("rkyv + bytecheck"), flatbuffers: encode("FlatBuffers") }
    }

    /// Measures every [`Way`], and the parts in [`part`].
    pub fn measure(&self, effort: Effort) -> Vec<Time> {
        use part::{BYTECODE, CHECKSUMS, COPY, ENCODE_1, ENCODE_4, FIND, SCAN, VALIDATE_1, VIEW_4};
        let mut candidates: Vec<Candidate<'_>> = Way::ALL.map(|way| self.way(way)).into();
        candidates.push(self.version_1(VALIDATE_1, Operation::Validate));
        candidates.push(self.version_4(VIEW_4, Operation4::View));
        candidates.push(over(CHECKSUMS, self.converted, |it| {
            let (header, metadata) = (&it.file[..Header::SIZE - 4], &it.file[Header::SIZE..][..it.metadata_size()]);
            (crc32fast::hash(black_box(header)), crc32fast::hash(black_box(metadata)))
        }));
        candidates.push(over(BYTECODE, self.converted, |it| crc32fast::hash(black_box(it.bytecode))));
        let largest = self.workloads.iter().map(|it| it.bytecode.len()).max().unwrap_or_default();
        let buffer = std::cell::RefCell::new(vec![0; largest]);
        candidates.push(over(COPY, self.converted, move |it| {
            let mut buffer = buffer.borrow_mut();
            buffer[..it.bytecode.len()].copy_from_slice(black_box(it.bytecode));
            black_box(&mut buffer[0]);
        }));
        candidates.push(self.version_4(FIND, Operation4::FindExport));
        candidates.push(self.version_4(SCAN, Operation4::ScanExports));
        candidates.push(self.version_1(ENCODE_1, Operation::Encode));
        candidates.push(self.version_4(ENCODE_4, Operation4::Encode));
        in_turns(candidates, effort)
    }

    fn way(&self, way: Way) -> Candidate<'_> {
        match way {
            Way::Version1 => over(way.name(), self.workloads, move |it| way.accepts(black_box(&it.file))),
            Way::Version4 => over(way.name(), self.converted, move |it| way.accepts(black_box(&it.file))),
            Way::Rkyv => over(way.name(), &self.rkyv, move |file| way.accepts(black_box(file))),
            Way::FlatBuffers => over(way.name(), &self.flatbuffers, move |file| way.accepts(black_box(file))),
        }
    }

    fn version_1(&self, name: &str, operation: Operation) -> Candidate<'a> {
        let mut subjects = Subjects::new(self.workloads);
        Candidate::of_many(name, self.workloads.len(), move |calls| operation.run(&mut subjects, calls))
    }

    fn version_4(&self, name: &str, operation: Operation4) -> Candidate<'a> {
        let mut subjects = Subjects4::new(self.converted);
        Candidate::of_many(name, self.converted.len(), move |calls| operation.run(&mut subjects, calls))
    }

    /// Flips each bit of the first module's file, one at a time. Returns the share of damaged files that a path rejects.
    pub fn damage_found(&self, way: Way) -> f64 {
        let file: &[u8] = match way {
            Way::Version1 => &self.workloads[0].file,
            Way::Version4 => &self.converted[0].file,
            Way::Rkyv => &self.rkyv[0],
            Way::FlatBuffers => &self.flatbuffers[0],
        };
        let mut damaged = AlignedVec::<16>::with_capacity(file.len());
        damaged.extend_from_slice(file);
        let mut rejected = 0_u32;
        for at in 0..file.len() {
            for bit in 0..8 {
                damaged[at] ^= 1 << bit;
                rejected += u32::from(!way.accepts(&damaged));
                damaged[at] ^= 1 << bit;
            }
        }
        f64::from(rejected) / (8 * file.len()) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{Loader, Way};
    use crate::measure::Effort;
    use crate::version4::Workload4;
    use crate::workloads::{Shape, Workload};
    use bmes::Version;

    #[test]
    fn only_version_4_finds_every_flipped_bit() {
        let workloads = [Workload::new(Shape::Small, Version::V1)];
        let converted = workloads.each_ref().map(Workload4::of);
        let loader = Loader::new(&workloads, &converted);
        for way in Way::ALL {
            let found = loader.damage_found(way);
            assert_eq!(found >= 1.0, way == Way::Version4, "{}: {found}", way.name());
        }
    }

    #[test]
    fn every_path_accepts_its_own_files() {
        let workloads = Shape::Small.shuffled(3);
        let converted: Vec<_> = workloads.iter().map(Workload4::of).collect();
        let loader = Loader::new(&workloads, &converted);
        assert!(workloads.iter().all(|it| Way::Version1.accepts(&it.file)));
        assert!(converted.iter().all(|it| Way::Version4.accepts(&it.file)));
        assert!(loader.rkyv.iter().all(|file| Way::Rkyv.accepts(file)));
        assert!(loader.flatbuffers.iter().all(|file| Way::FlatBuffers.accepts(file)));
        assert_eq!(loader.measure(Effort::SMOKE).len(), Way::ALL.len() + 9);
    }
}
