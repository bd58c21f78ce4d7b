//! A part of the cases, for a run that is spread over several machines.
//!
//! The id of a case alone determines its part. So every machine computes the same parts without information from the
//! other machines.

use std::fmt;
use std::num::NonZeroU64;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// Part `index` of `count`, counted from 1. Its text is `index/count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shard {
    /// The number of this part, counted from 1.
    index: u64,
    /// The number of parts.
    count: NonZeroU64,
}

impl Shard {
    /// Parses `index/count`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let parts = text.split_once('/').and_then(|(index, count)| Some((number(index)?, number(count)?)));
        let Some((index, count)) = parts else {
            return Err("expected I/N, such as 1/4".into());
        };
        match NonZeroU64::new(count) {
            Some(count) if (1..=count.get()).contains(&index) => Ok(Self { index, count }),
            _ => Err(format!("there is no shard {index}/{count}; the shards are 1/{0} to {0}/{0}", count.max(1))),
        }
    }

    /// Returns true if the case with the given id is in this part. The first eight bytes of the id's SHA-256 are a
    /// big-endian number. That number modulo the number of parts must be the number of this part minus 1.
    pub fn has(self, id: &str) -> bool {
        let number = Sha256::digest(id).iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
        number % self.count == self.index - 1
    }

    /// Returns the number of this part, counted from 1.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// Returns the number of parts.
    pub const fn count(self) -> u64 {
        self.count.get()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Shard {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_in_one_part() {
        for count in [1, 2, 3, 7, 64] {
            let shards: Vec<_> = (1..=count).map(|index| Shard::parse(&format!("{index}/{count}")).unwrap()).collect();
            for id in (0..500).map(|number| format!("v1/record/empty#prefix={number}")) {
                assert_eq!(shards.iter().filter(|shard| shard.has(&id)).count(), 1, "{id} of {count}");
            }
        }
    }

    #[test]
    fn the_parts_are_of_a_size() {
        let shard = Shard::parse("2/4").unwrap();
        let size = (0..4000).filter(|number| shard.has(&format!("v1/record/empty#prefix={number}"))).count();
        assert!((900..1100).contains(&size), "{size}");
    }

    /// `python3 -c 'import hashlib; print(int.from_bytes(hashlib.sha256(b"v1/record/empty").digest()[:8], "big") % 4)'` prints 1.
    #[test]
    fn the_part_of_an_id_never_changes() {
        assert!(Shard::parse("2/4").unwrap().has("v1/record/empty"));
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for text in
            ["", "1", "1/", "/1", "0/4", "5/4", "1/0", "0/0", "-1/4", "+1/4", "1/4/2", "a/b", "1/99999999999999999999"]
        {
            assert!(Shard::parse(text).is_err(), "{text}");
        }
        assert_eq!(Shard::parse("4/4").unwrap().to_string(), "4/4");
    }
}
