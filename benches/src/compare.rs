//! Compares the codec with other formats (peers) and with the minimum work of every reader (floor) in one run.
//!
//! Start with [`Field::new`] and the modules of one shape, then [`Field::validate`] and the other methods.

use crate::floor;
use crate::measure::{Candidate, Effort, Time, in_turns};
use crate::operations::{Operation, Subjects};
use crate::peers::{self, Data, Encoded, Peer};
use crate::turns::InTurns;
use crate::workloads::Workload;
use rkyv::util::AlignedVec;
use std::hint::black_box;

/// The name under which results list [`floor::chain`].
pub const CHAIN: &str = "floor: chain of lengths";
/// The name under which results list the UTF-8 check of a text as long as the metadata.
pub const TEXT: &str = "floor: UTF-8 of as much text";
/// The name under which results list the copy of the file.
pub const COPY: &str = "floor: memcpy of the file";

/// The same modules in every format.
pub struct Field<'a> {
    workloads: &'a [Workload],
    data: Vec<Data>,
    /// The encoded modules: `files[peer][module]`.
    files: Vec<Vec<AlignedVec>>,
    /// For each module, a text that is as long as the module's metadata.
    texts: Vec<Vec<u8>>,
}

impl<'a> Field<'a> {
    /// Encodes the modules in every format. They must be of version 1. The benchmarks read them in the given order.
    pub fn new(workloads: &'a [Workload]) -> Self {
        let data: Vec<Data> = workloads.iter().map(Data::of).collect();
        let encode = |peer: &Peer| data.iter().map(|data| (peer.encode)(data).aligned()).collect();
        let files = peers::ALL.iter().map(encode).collect();
        let texts = workloads.iter().map(text).collect();
        Self { workloads, data, files, texts }
    }

    /// Returns the name of each format, and the number of bytes that it takes for the first module. BMES is the first format.
    pub fn sizes(&self) -> Vec<(&'static str, usize)> {
        let peers = peers::ALL.iter().zip(&self.files).map(|(peer, files)| (peer.name, files[0].len()));
        std::iter::once(("BMES", self.workloads[0].file.len())).chain(peers).collect()
    }

    /// Measures the validation by the codec and by each peer, and the three parts of the floor.
    pub fn validate(&self, effort: Effort) -> Vec<Time> {
        let mut candidates = vec![self.ours("BMES", Operation::Validate)];
        candidates.extend(self.peers(|peer| peer.validate));
        candidates.push(over(CHAIN, self.workloads, |it| floor::chain(black_box(&it.file))));
        candidates.push(over(TEXT, &self.texts, |it| std::str::from_utf8(black_box(it)).is_ok()));
        let largest = self.workloads.iter().map(|it| it.file.len()).max().unwrap_or_default();
        let mut buffer = vec![0; largest];
        let mut copied = InTurns::new(self.workloads.iter().collect());
        candidates.push(Candidate::of_many(COPY, self.workloads.len(), move |calls| {
            copied.each(calls, |it| {
                buffer[..it.file.len()].copy_from_slice(black_box(&it.file));
                black_box(&mut buffer);
            });
        }));
        in_turns(candidates, effort)
    }

    /// Measures decoding into values that own their strings.
    pub fn decode(&self, effort: Effort) -> Vec<Time> {
        let mut candidates = vec![self.ours("BMES", Operation::Decode)];
        candidates.extend(self.peers(|peer| peer.decode));
        in_turns(candidates, effort)
    }

    /// Measures validation followed by reading every string in place, by the codec and by rkyv, the fastest peer that can read
    /// in place.
    pub fn strings(&self, effort: Effort) -> Vec<Time> {
        let rkyv = over(peers::ALL[0].name, &self.files[0], |file| peers::every_string_by_rkyv(black_box(file)));
        in_turns(vec![self.ours("BMES", Operation::Strings), rkyv], effort)
    }

    /// Measures encoding into new memory, by the codec and by each peer. Only the codec checks rules. The codec also encodes
    /// into a buffer that is used again, with and without the check.
    pub fn encode(&self, effort: Effort) -> Vec<Time> {
        let mut candidates = vec![
            self.ours("BMES, with its check", Operation::Encode),
            self.ours("BMES, with its check, into a buffer", Operation::EncodeInto),
            self.ours("BMES, checked before, into a buffer", Operation::EncodeChecked),
        ];
        for peer in peers::ALL {
            candidates.push(over(peer.name, &self.data, move |data| -> Encoded { (peer.encode)(black_box(data)) }));
        }
        in_turns(candidates, effort)
    }

    /// Measures all operations of the codec.
    pub fn operations(&self, effort: Effort) -> Vec<Time> {
        in_turns(Operation::ALL.map(|operation| self.ours(operation.name(), operation)).into(), effort)
    }

    fn ours(&self, name: &str, operation: Operation) -> Candidate<'a> {
        let mut subjects = Subjects::new(self.workloads);
        Candidate::of_many(name, self.workloads.len(), move |calls| operation.run(&mut subjects, calls))
    }

    fn peers(&self, of: impl Fn(&Peer) -> fn(&[u8]) -> usize) -> Vec<Candidate<'_>> {
        let candidates = peers::ALL.iter().zip(&self.files).map(|(peer, files)| {
            let run = of(peer);
            over(peer.name, files, move |file| run(black_box(file)))
        });
        candidates.collect()
    }
}

/// Returns a candidate that processes the next of `items` at each call.
pub(crate) fn over<'a, I, T>(name: &str, items: &'a [I], mut run: impl FnMut(&I) -> T + 'a) -> Candidate<'a> {
    let pass = items.len();
    let mut items = InTurns::new(items.iter().collect());
    Candidate::of_many(name, pass, move |calls| items.each(calls, |item| run(item)))
}

/// Returns a text that is as long as the module's metadata: its strings, and spaces in place of the numbers.
fn text(workload: &Workload) -> Vec<u8> {
    let mut text = Vec::new();
    let view = bmes::ModuleView::parse(&workload.file).expect("a workload is valid");
    crate::every_string(&view, |string| text.extend_from_slice(string.as_bytes()));
    text.resize(workload.metadata_size(), b' ');
    text
}

/// Returns the median time of the candidate with this name.
pub fn median(times: &[Time], name: &str) -> f64 {
    let time = times.iter().find(|time| time.name == name);
    time.unwrap_or_else(|| panic!("no candidate with the name {name} was measured")).median
}

/// Returns the time of the peer with the smallest median.
pub fn fastest_peer(times: &[Time]) -> &Time {
    let peers = times.iter().filter(|time| peers::ALL.iter().any(|peer| peer.name == time.name));
    peers.min_by(|a, b| a.median.total_cmp(&b.median)).expect("the peers were measured")
}

#[cfg(test)]
mod tests {
    use super::Field;
    use crate::measure::Effort;
    use crate::workloads::Shape;

    #[test]
    fn ours_comes_first_and_every_peer_follows() {
        let workloads = Shape::Small.shuffled(3);
        let field = Field::new(&workloads);
        let names = |times: Vec<crate::measure::Time>| times.into_iter().map(|time| time.name).collect::<Vec<_>>();
        let peers: Vec<&str> = crate::peers::ALL.iter().map(|peer| peer.name).collect();
        let validate = names(field.validate(Effort::SMOKE));
        assert_eq!((&validate[0][..], validate.len()), ("BMES", 1 + peers.len() + 3));
        assert_eq!(names(field.decode(Effort::SMOKE))[1..], peers);
        assert_eq!(names(field.encode(Effort::SMOKE))[3..], peers);
    }
}
