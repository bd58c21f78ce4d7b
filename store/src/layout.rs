//! The names of all files of a cache, relative to its location. Files with other names are never opened or deleted.

use bmes::Digest;

/// The folder below the location that has all files. Its name is the number of this layout: releases with another layout
/// use another folder, and ignore this one.
pub(crate) const LAYOUT: &str = "1";
pub(crate) const MODULES: &str = "modules";
pub(crate) const PACKS: &str = "packs";
pub(crate) const PRODUCERS: &str = "producers";
/// The folder of files that are being written.
pub(crate) const TEMPORARY: &str = "tmp";

/// The number of folders in `modules/`.
pub(crate) const FOLDERS: usize = 256;

/// A file, as the path of its folder and its name in that folder.
pub(crate) struct Place {
    pub(crate) folder: String,
    pub(crate) name: String,
}

impl Place {
    /// Returns the path of the file relative to the folder of the layout.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.folder, self.name)
    }
}

/// Returns the file of a module with this key: `modules/<2 digits>/<62 digits>.bmes`.
pub(crate) fn module(key: &Digest) -> Place {
    let digits = key.to_string();
    let (first, rest) = digits.split_at(2);
    Place { folder: format!("{MODULES}/{first}"), name: format!("{rest}.bmes") }
}

/// Returns the file of a pack with this name.
pub(crate) fn pack(name: &Digest) -> Place {
    Place { folder: PACKS.to_owned(), name: format!("{name}.zip") }
}

/// Returns the file with the stamps of a pack.
pub(crate) fn stamps(name: &Digest) -> Place {
    Place { folder: PACKS.to_owned(), name: format!("{name}.stamps") }
}

/// Returns the file with the pairs of a producer.
pub(crate) fn producer(digest: &Digest) -> Place {
    Place { folder: PRODUCERS.to_owned(), name: format!("{digest}.json") }
}

/// Returns the path of one of the [`FOLDERS`] of `modules/`.
pub(crate) fn module_folder(index: usize) -> String {
    format!("{MODULES}/{index:02x}")
}

/// Returns the key of the module with this file name, in the folder with this index.
pub(crate) fn module_key(folder: usize, name: &str) -> Option<Digest> {
    format!("{folder:02x}{}", name.strip_suffix(".bmes")?).parse().ok()
}

/// Returns whether a file in `packs/` has a name of this layout.
pub(crate) fn is_pack(name: &str) -> bool {
    let stem = name.strip_suffix(".zip").or_else(|| name.strip_suffix(".stamps"));
    stem.is_some_and(|stem| stem.parse::<Digest>().is_ok())
}

/// Returns the digest of the producer whose pairs are in the file with this name.
pub(crate) fn producer_digest(name: &str) -> Option<Digest> {
    name.strip_suffix(".json")?.parse().ok()
}

/// Returns a name for a file that is being written: 32 hexadecimal digits and `.tmp`. The digits have the process, the
/// time, and a count, so that a second process rarely chooses the same name.
pub(crate) fn temporary(process: u32, nanoseconds: u64, count: u32) -> String {
    format!("{process:08x}{nanoseconds:016x}{count:08x}.tmp")
}

/// Returns whether a file in `tmp/` has a name that [`temporary`] returns.
pub(crate) fn is_temporary(name: &str) -> bool {
    name.strip_suffix(".tmp").is_some_and(|stem| stem.len() == 32 && stem.bytes().all(is_digit))
}

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Digest = Digest([0xab; 32]);

    #[test]
    fn the_first_two_digits_of_a_key_are_the_folder() {
        let place = module(&KEY);
        assert_eq!(place.folder, "modules/ab");
        assert_eq!(place.name, format!("{}.bmes", "ab".repeat(31)));
        assert_eq!(module_folder(0xab), place.folder);
        assert_eq!(module_key(0xab, &place.name), Some(KEY));
    }

    #[test]
    fn other_names_are_not_files_of_the_layout() {
        let upper = format!("{}.bmes", "AB".repeat(31));
        for name in ["", ".bmes", "ab.bmes", "note.txt", &upper, &format!("{}.bmes.bak", "ab".repeat(31))] {
            assert_eq!(module_key(0xab, name), None, "{name}");
        }
        for name in ["", ".zip", "a.zip", &format!("{KEY}.zip.old"), &format!("{KEY}.json")] {
            assert!(!is_pack(name), "{name}");
        }
        for name in ["", ".tmp", "file.tmp", &format!("{}.tmp", "g".repeat(32)), &"0".repeat(36)] {
            assert!(!is_temporary(name), "{name}");
        }
        assert!(is_pack(&format!("{KEY}.zip")) && is_pack(&format!("{KEY}.stamps")));
        assert!(is_temporary(&temporary(u32::MAX, u64::MAX, 7)));
    }
}
