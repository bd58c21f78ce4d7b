//! Files that are damaged, or that are in the places of others.

use std::fs;

use super::prepared::{PLACES, prepare};
use super::{Runs, Setting};
use crate::places::Place;

/// Changes a bit at each place of the files, or at some places in the short form; and cuts them.
pub(crate) fn damage(setting: &Setting) -> Runs {
    let mut runs = 0;
    for place in PLACES {
        let prepared = prepare(setting, place)?;
        for (path, bytes) in &prepared.files {
            // A prime number, so that all fields of the structures are met.
            let step = if setting.short { 97 } else { 1 };
            for at in (0..bytes.len()).step_by(step) {
                let mut damaged = bytes.clone();
                damaged[at] ^= 1 << (at % 8);
                prepared.start(path, &damaged, &format!("a bit of byte {at} was changed"))?;
                runs += 1;
            }
            let step = if setting.short { bytes.len() / 4 + 1 } else { bytes.len() / 40 + 1 };
            for len in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
                prepared.start_until_repaired(path, &bytes[..len], &format!("cut to {len} bytes"))?;
                runs += 3;
            }
            let longer = [bytes.as_slice(), b"more"].concat();
            prepared.start_until_repaired(path, &longer, "with four more bytes")?;
            let mut damaged = bytes.clone();
            damaged[bytes.len() / 2] ^= 1;
            prepared.start_until_repaired(path, &damaged, "a bit in the middle was changed")?;
            runs += 6;
        }
    }
    Ok(runs)
}

/// Puts each file in the place of each other one; also the packs of two programs.
pub(crate) fn swapped(setting: &Setting) -> Runs {
    let mut runs = 0;
    let modules = prepare(setting, Place::Modules)?;
    for (path, _) in &modules.files {
        for (other, bytes) in &modules.files {
            modules.start(path, bytes, &format!("the bytes of {}", other.display()))?;
            runs += 1;
        }
    }
    // Both programs have an entry of the same name.
    for place in [Place::CachedPack, Place::NamedPack] {
        let (one, two) = (prepare(setting, place)?, prepare(setting, place)?);
        fs::write(
            two.scene.entry.with_file_name("lib").join("a.mjs"),
            "export const a = 'a: of the other program';\n",
        )?;
        two.scene.fill()?;
        let other = two.scene.sources()?.into_iter().next_back().map(fs::read).transpose()?.unwrap_or_default();
        for (path, _) in &one.files {
            one.start(path, &other, "the pack of another program")?;
            runs += 1;
        }
    }
    Ok(runs)
}
