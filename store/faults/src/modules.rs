//! Modules that every process can make from a number, so that it knows what a store must give.

use bmes::Digest;
use bmes::v4::{self, KnownSource, ModuleRecord, Source, Verified};
use bmes_store::{Buffer, Key, Lookup, Store};

const PRODUCER: Digest = Digest([7; 32]);

/// The lengths of bytecode. The long ones need several pages, so that a write of one takes a while.
const LENGTHS: [usize; 5] = [0, 300, 4_000, 60_000, 300_000];

/// A module with its key and its file.
pub(crate) struct Module {
    pub(crate) key: Key,
    pub(crate) file: Vec<u8>,
    source: Source,
    bytecode: Vec<u8>,
}

impl Module {
    /// Returns the module with this number. Its length depends on the number.
    pub(crate) fn new(number: u64) -> Self {
        Self::with_length(number, LENGTHS[usize::try_from(number % 5).unwrap_or_default()])
    }

    /// Returns a module with 200 bytes of bytecode.
    pub(crate) fn short(number: u64) -> Self {
        Self::with_length(number, 200)
    }

    pub(crate) fn with_length(number: u64, length: usize) -> Self {
        let source = v4::source(format!("module {number}").as_bytes());
        let record = ModuleRecord::<&str>::new(PRODUCER, source);
        let mut random = fastrand::Rng::with_seed(number);
        let bytecode: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(length).collect();
        let file = v4::encode(&record, b"", &bytecode).expect("the record is valid");
        let key = Key::new("", &PRODUCER, &source.sha256).expect("the URL is short");
        Self { key, file, source, bytecode }
    }

    /// Looks the module up. Returns whether it was a hit, or `None` if the store gave other bytes than were stored.
    pub(crate) fn look_up(&self, store: &Store, buffer: &mut Buffer) -> Option<bool> {
        match store.get(&self.key, &PRODUCER, KnownSource::Source(self.source), buffer) {
            Lookup::Hit(verified) => self.is(&verified).then_some(true),
            Lookup::Miss(_) => Some(false),
        }
    }

    /// Returns the path of the module's file below the location of a cache.
    pub(crate) fn path(&self) -> String {
        let key = self.key.to_string();
        let (first, rest) = key.split_at(2);
        format!("1/modules/{first}/{rest}.bmes")
    }

    fn is(&self, verified: &Verified<'_>) -> bool {
        verified.bytecode() == self.bytecode && verified.text().is_empty()
    }
}
