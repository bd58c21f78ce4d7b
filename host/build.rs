//! Compiles the modules that are built into the host, so that no start parses them.
//!
//! `src/builtins/` has their sources. A line of `lacking.txt` stands for a module of Node.js that the host lacks: the names of
//! the functions that it exports, and its constants. A program can import such a module, because many libraries mention it;
//! its functions are errors.

#[path = "src/quickjs/stand_in.rs"]
mod stand_in;

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rquickjs::module::{WriteOptions, WriteOptionsEndianness};
use rquickjs::{CatchResultExt as _, Context, Module, Runtime};
use stand_in::StandIn;

/// The folder with the sources.
const SOURCES: &str = "src/builtins";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SOURCES}");
    println!("cargo::rerun-if-changed=src/quickjs/stand_in.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let runtime = Runtime::new()?;
    runtime.set_loader(StandIn, StandIn);
    let context = Context::full(&runtime)?;
    let mut list = String::from("&[\n");
    for Source { name, text, is_lacking } in sources()? {
        let file = format!("{}.qjs", name.replace([':', '/'], "-"));
        fs::write(out.join(&file), compile(&context, &name, &text)?)?;
        if name.starts_with("node:") {
            let code = format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\"))");
            writeln!(list, "    Builtin {{ name: {name:?}, code: {code}, is_lacking: {is_lacking} }},")?;
        }
    }
    fs::write(out.join("builtins.rs"), list + "]\n")?;
    Ok(())
}

/// A module as it is written.
struct Source {
    name: String,
    text: String,
    /// The host lacks the functions of the module.
    is_lacking: bool,
}

/// Returns all modules in ascending order of their names.
fn sources() -> Result<Vec<Source>, Box<dyn Error>> {
    let bootstrap = fs::read_to_string(format!("{SOURCES}/bootstrap.js"))?;
    let mut sources = vec![Source { name: "bmes:bootstrap".to_owned(), text: bootstrap, is_lacking: false }];
    let mut folders = vec![PathBuf::from(SOURCES)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "mjs") {
                sources.push(Source { name: name_of(&path)?, text: fs::read_to_string(&path)?, is_lacking: false });
            }
        }
    }
    for line in fs::read_to_string(format!("{SOURCES}/lacking.txt"))?.lines() {
        let (name, exports) = line.split_once(": ").ok_or_else(|| format!("lacking.txt: no exports: {line}"))?;
        let text = source_of_lacking(name, exports)?;
        sources.push(Source { name: format!("node:{name}"), text, is_lacking: true });
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

/// Returns the name of the module in a file.
fn name_of(path: &Path) -> Result<String, Box<dyn Error>> {
    let name = path.strip_prefix(SOURCES)?.with_extension("");
    let segments: Vec<_> = name.iter().map(|segment| segment.to_string_lossy()).collect();
    Ok(format!("node:{}", segments.join("/")))
}

/// Returns the source of a module that the host lacks.
fn source_of_lacking(module: &str, exports: &str) -> Result<String, Box<dyn Error>> {
    let mut source = String::from("import { lacking } from 'node:internal/lacking';\n");
    let mut names = Vec::new();
    for export in exports.split(' ') {
        let (name, value) = export.split_once('=').unwrap_or((export, ""));
        if value.is_empty() {
            writeln!(source, "export const {name} = lacking('node:{module}', '{name}');")?;
        } else {
            writeln!(source, "export const {name} = {value};")?;
        }
        names.push(name);
    }
    writeln!(source, "export default {{ {} }};", names.join(", "))?;
    Ok(source)
}

fn compile(context: &Context, name: &str, source: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    // The host may be built for another machine.
    let endianness = match env::var("CARGO_CFG_TARGET_ENDIAN")?.as_str() {
        "big" => WriteOptionsEndianness::Big,
        _ => WriteOptionsEndianness::Little,
    };
    let options = WriteOptions { endianness, strip_source: true, ..WriteOptions::default() };
    context.with(|ctx| {
        let module =
            Module::declare(ctx.clone(), name, source).catch(&ctx).map_err(|error| format!("{name}: {error}"))?;
        Ok(module.write(options)?)
    })
}
