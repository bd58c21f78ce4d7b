//! The matchers and the openers of the codec and of the oracle agree about any bytes, whatever they are given.

use bmes::Digest;
use bmes::v4::{self, KnownSource, Source};
use bmes_oracle::v4 as oracle;

use super::layout::number;
use crate::differential::same_result;

/// Opens, validates and matches a file of version 4 with both implementations, and compares the results.
pub fn agree(file: &[u8]) {
    same_result("open", v4::open(file, file.len()), oracle::open(file));
    same_result("validate", bmes::validate(file), oracle::validate(file));
    let own = Source { size: number(file, 20).into(), sha256: digest(file, 64) };
    let producer = digest(file, 32);
    let sources = [
        own,
        Source { size: own.size + 1, ..own },
        // A size whose low 32 bits are right.
        Source { size: own.size + (1 << 32), ..own },
        Source { sha256: other(own.sha256), ..own },
    ];
    for producer in [producer, other(producer)] {
        for source in sources {
            let of_oracle = oracle::KnownSource::Source { size: source.size, sha256: source.sha256.0 };
            matched(file, producer, KnownSource::Source(source), of_oracle);
        }
        matched(file, producer, KnownSource::EmbeddedText, oracle::KnownSource::EmbeddedText);
        matched(file, producer, KnownSource::Trusted, oracle::KnownSource::Trusted);
        matched(file, producer, KnownSource::Nothing, oracle::KnownSource::Nothing);
    }
}

fn matched(file: &[u8], producer: Digest, source: KnownSource, of_oracle: oracle::KnownSource) {
    let result = v4::match_file(file, &producer, source);
    same_result("match", result.map(drop), oracle::match_file(file, &producer.0, of_oracle));
}

fn digest(file: &[u8], offset: usize) -> Digest {
    Digest(file.get(offset..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default())
}

/// Returns a digest of which only the last bit is another one.
fn other(mut digest: Digest) -> Digest {
    digest.0[31] ^= 1;
    digest
}
