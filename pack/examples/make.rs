//! Makes the pack of a program: `cargo run -p bmes-pack --features build --example make -- ENTRY OUT`. Prints the modules
//! that it left out, and what would fail when the program is linked.

use std::error::Error;
use std::path::PathBuf;

use bmes::v4;
use bmes_pack::build::{Options, make};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(entry), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: make ENTRY OUT".into());
    };
    let producer = v4::producer([("engine", "none"), ("analyzer", bmes_analyzer::VERSION)])?;
    let made = make(&[entry], &Options::new(producer))?;
    for (path, reason) in &made.left_out {
        eprintln!("left out: {}: {reason}", path.display());
    }
    for error in &made.link_errors {
        eprintln!("{error:?}");
    }
    std::fs::write(&out, &made.pack)?;
    Ok(())
}
