//! Replaces a specifier everywhere in a file, and keeps the bytecode: `cargo run -p bmes --example patcher -- FILE OLD NEW OUTPUT`.
//!
//! Specifiers inside the bytecode do not change. An engine that uses those still loads the old module.

use std::error::Error;
use std::{env, fs};

use bmes::Module;

fn main() -> Result<(), String> {
    patch().map_err(|error| error.to_string())
}

fn patch() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [path, old, new, output] = arguments.as_slice() else {
        return Err("usage: patcher FILE OLD NEW OUTPUT".into());
    };
    fs::write(output, patched(&fs::read(path)?, old, new)?)?;
    Ok(())
}

/// Returns a copy of the file in which `new` replaces each specifier that equals `old`.
pub fn patched<'a>(file: &'a [u8], old: &str, new: &'a str) -> Result<Vec<u8>, bmes::Error> {
    // The record's strings and the bytecode are slices of `file`, so they are not copied before the new file is
    // written.
    let Module { mut record, bytecode, .. } = bmes::decode_borrowed(file)?;
    let replace = |specifier: &mut &'a str| {
        if *specifier == old {
            *specifier = new;
        }
    };
    record.requests.iter_mut().for_each(|request| replace(&mut request.specifier));
    record.imports.iter_mut().for_each(|import| replace(&mut import.module_request));
    record.exports.iter_mut().for_each(|export| replace(&mut export.module_name));
    record.star_exports.iter_mut().for_each(replace);
    // If the record already had a request for the new specifier, it now breaks a rule. The error of `encode` names this
    // rule.
    bmes::encode(&record, bytecode)
}
