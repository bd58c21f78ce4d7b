//! Writes the first inputs (seeds) of every target into `FOLDER/TARGET/`, and the target's dictionary into
//! `FOLDER/TARGET.dict`: `cargo run -p bmes-fuzz --example seeds -- FOLDER`.

use std::fs;
use std::io;
use std::path::Path;

use bmes_fuzz::{TARGETS, seeds};

fn main() -> io::Result<()> {
    let into = std::env::args_os().nth(1).ok_or_else(|| io::Error::other("usage: seeds FOLDER"))?;
    for target in &TARGETS {
        let folder = Path::new(&into).join(target.name);
        fs::create_dir_all(&folder)?;
        let seeds = seeds::of(target.input);
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("{number:04}")), seed)?;
        }
        fs::write(Path::new(&into).join(format!("{}.dict", target.name)), seeds::dictionary(target.input))?;
        println!("{}: {} seeds", target.name, seeds.len());
    }
    Ok(())
}
