//! The key of a pack: section 4 of `spec/pack.md`.

use bmes::Digest;
use sha2::{Digest as _, Sha256};

/// Returns the key of the pack of a program. `entries` are the paths of its entries relative to the pack's root, in any
/// order. Returns `None` if a text or a list has 4 GiB or more.
pub fn key(entries: &[&str], producer: &Digest, conditions: &[&str], flags: &[&str]) -> Option<Digest> {
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    let mut hash = Sha256::new_with_prefix(b"BMES pack 1\0");
    list(&mut hash, &entries)?;
    hash.update(producer.0);
    list(&mut hash, conditions)?;
    list(&mut hash, flags)?;
    Some(Digest(hash.finalize().into()))
}

fn list(hash: &mut Sha256, texts: &[&str]) -> Option<()> {
    hash.update(u32::try_from(texts.len()).ok()?.to_le_bytes());
    for text in texts {
        hash.update(u32::try_from(text.len()).ok()?.to_le_bytes());
        hash.update(text);
    }
    Some(())
}
