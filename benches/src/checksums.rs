//! Checksums and digests that version 4 could have used, on the parts of its files: the record of the decision for CRC-32.
//!
//! Start with [`measure`].

use crate::measure::{Candidate, Effort, Time, in_turns};
use sha2::{Digest, Sha256};
use std::hint::black_box;
use twox_hash::XxHash3_64;

/// A checksum or a digest: its name, its crate, and what it promises.
pub struct Checksum {
    /// The name in tables.
    pub name: &'static str,
    /// The name of the crate.
    pub package: &'static str,
    /// The number of bytes that a file would store.
    pub size: usize,
    /// Which damage it always finds.
    pub finds: &'static str,
    run: fn(&[u8]),
}

/// All checksums that are compared.
pub const ALL: [Checksum; 4] = [
    Checksum {
        name: "CRC-32",
        package: "crc32fast",
        size: 4,
        finds: "every burst of up to 32 bits",
        run: |bytes| _ = black_box(crc32fast::hash(bytes)),
    },
    Checksum {
        name: "CRC-32C",
        package: "crc32c",
        size: 4,
        finds: "every burst of up to 32 bits",
        run: |bytes| _ = black_box(crc32c::crc32c(bytes)),
    },
    Checksum {
        name: "XXH3, 64 bits",
        package: "twox-hash",
        size: 8,
        finds: "no promise; 1 of 2^64 by chance",
        run: |bytes| _ = black_box(XxHash3_64::oneshot(bytes)),
    },
    Checksum {
        name: "SHA-256",
        package: "sha2",
        size: 32,
        finds: "also damage by intent, if the digest is signed",
        run: |bytes| _ = black_box(Sha256::digest(bytes)),
    },
];

/// Measures each checksum on the bytes, in the order of [`ALL`].
pub fn measure(bytes: &[u8], effort: Effort) -> Vec<Time> {
    let candidates = ALL.iter().map(|checksum| {
        Candidate::new(checksum.name, move |calls| {
            for _ in 0..calls {
                (checksum.run)(black_box(bytes));
            }
        })
    });
    in_turns(candidates.collect(), effort)
}

#[cfg(test)]
mod tests {
    use super::{ALL, measure};
    use crate::measure::Effort;

    #[test]
    fn every_checksum_is_measured() {
        let names: Vec<String> = measure(b"123456789", Effort::SMOKE).into_iter().map(|time| time.name).collect();
        assert_eq!(names, ALL.map(|checksum| checksum.name));
    }

    #[test]
    fn the_crates_compute_the_checksums_that_their_names_promise() {
        // The check values of the catalogue of parametrised CRC algorithms, for the text 123456789.
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32c::crc32c(b"123456789"), 0xE306_9283);
    }
}
