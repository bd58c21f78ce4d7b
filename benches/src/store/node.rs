//! The compile cache of Node.js 22. A real Node.js fills a folder; then its system calls for each file are replayed here,
//! because they cannot be separated from the rest of a Node.js in a measurement.
//!
//! Start with [`Node::find`], then [`Node::fill`]. `src/compile_cache.cc` of Node.js has the format of the files and the order
//! of the calls, and [`system_calls`] compares the calls with those of the replay.

use super::modules::{Module, Size};
use super::system_calls::{self, Use};
use crate::version4::Workload4;
use crate::workloads::{Shape, Workload};
use bmes::Version;
use rustix::fs::{Mode, OFlags};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, IoSlice};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The first bytes of each file, as a number in little-endian order.
const MAGIC: u32 = 0x8adf_dbb2;
/// Five numbers of 32 bits: the magic, the sizes of source and cache, and their CRC-32.
const HEADER: usize = 20;
/// The memory that Node.js reads a file into at first. It doubles whenever it is full.
const CAPACITY: usize = 4096;
/// The number of modules that Node.js compiles.
const MODULES: usize = 256;

/// A Node.js that has a compile cache.
pub struct Node {
    program: PathBuf,
    /// The version: `v22.1.0`.
    pub version: String,
}

/// A folder that Node.js has filled.
pub struct Filled {
    /// The folder of this version and this user, which has the files.
    pub folder: PathBuf,
    /// The system calls of Node.js for each file; or the reason why they were not counted.
    pub calls: Result<Use, String>,
}

impl Node {
    /// Returns the Node.js at this path or, without a path, the one on the search path. Returns the reason if it has no compile
    /// cache.
    pub fn find(program: Option<&Path>) -> Result<Self, String> {
        let program = program.unwrap_or(Path::new("node")).to_owned();
        let output = Command::new(&program).arg("--version").stdin(Stdio::null()).output();
        let output = output.map_err(|_| "there is no Node.js".to_owned())?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let major = version.strip_prefix('v').and_then(|version| version.split('.').next()?.parse::<u32>().ok());
        match major {
            Some(22..) => Ok(Self { program, version }),
            _ => Err(format!("Node.js 22 has a compile cache, and this is {version}")),
        }
    }

    /// Lets Node.js import modules whose code caches are as large as a typical module, and keep them in a folder below
    /// `scratch`. Then lets it import them again.
    pub fn fill(&self, scratch: &Path) -> io::Result<Filled> {
        let cache = scratch.join("compile-cache");
        let mut main = String::new();
        for index in 0..MODULES {
            fs::write(scratch.join(format!("{index}.mjs")), source(index))?;
            let _ = writeln!(main, "import './{index}.mjs';");
        }
        let entry = scratch.join("main.mjs");
        fs::write(&entry, main)?;
        let logs = ["stores", "lookups"].map(|name| scratch.join(name).with_extension("strace"));
        let is_traced = system_calls::has_strace();
        for log in &logs {
            let mut command =
                if is_traced { system_calls::traced(log, &self.program) } else { Command::new(&self.program) };
            command.arg(&entry).env("NODE_COMPILE_CACHE", &cache).env_remove("NODE_OPTIONS").stdin(Stdio::null());
            let output = command.output()?;
            if !output.status.success() {
                return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
            }
        }
        let folder = fs::read_dir(&cache)?.next().ok_or(io::ErrorKind::NotFound)??.path();
        let calls = if is_traced {
            let [stores, lookups] = logs.map(fs::read_to_string);
            let of = |log: &str| system_calls::of_files(log, &folder);
            Ok(Use { lookup: of(&lookups?), store: of(&stores?) })
        } else {
            Err(system_calls::NO_STRACE.to_owned())
        };
        Ok(Filled { folder, calls })
    }
}

/// Returns the source of a module that is compiled at once: V8 compiles a function in parentheses before its first call. So
/// the code cache has all functions, about 20 KiB.
fn source(index: usize) -> String {
    let mut source = String::new();
    for function in 0..FUNCTIONS {
        let _ = writeln!(
            source,
            "export const f{function} = (function (input, {{ limit = {index}, step = {function} }} = {{}}) {{\n  \
               const result = [];\n  \
               for (let i = 0; i < input.length; i += step) if (input[i].length > limit) result.push(`${{i}}: ${{input[i]}}`);\n  \
               return result.sort();\n}});"
        );
    }
    source
}

/// With so many functions, the code cache of a module has about 20 KiB.
const FUNCTIONS: usize = 36;

/// Reads the files that Node.js has made, as modules: each has a code cache as its bytecode, and the record of a typical
/// module. Returns the reason if a file does not have the format that is replayed.
pub fn modules(folder: &Path) -> io::Result<Result<Vec<Module>, String>> {
    let workload = Workload::new(Shape::Typical, Version::V1);
    let record = Workload4::of(&workload).record;
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|it| Ok(it?.path())).collect::<io::Result<_>>()?;
    files.sort_unstable();
    let mut modules = Vec::new();
    for path in files {
        let file = fs::read(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some((header, cache)) = file.split_at_checked(HEADER) else {
            return Ok(Err(format!("{name} has no header")));
        };
        let [magic, code, size, code_hash, hash] = numbers(header);
        if (magic, size as usize, hash) != (MAGIC, cache.len(), crc32fast::hash(cache)) {
            return Ok(Err("its compile cache has another format than that of Node.js 22".to_owned()));
        }
        // The module that imports all others has no code of its own.
        if cache.len() > Size::Typical.bytes() / 2 {
            let mut module = Module::new(&name, &record, cache);
            module.code = [code, code_hash];
            modules.push(module);
        }
    }
    Ok(Ok(modules))
}

/// Does what Node.js does to find and verify the code cache of a module. Returns whether it has it.
pub fn look_up(folder: &Path, module: &Module, memory: &mut Vec<u8>) -> io::Result<bool> {
    let file = File::open(folder.join(&module.name))?;
    let mut header = [0; HEADER];
    if file.read_at(&mut header, 0)? != HEADER {
        return Ok(false);
    }
    let [magic, code, size, code_hash, hash] = numbers(&header);
    if magic != MAGIC || [code, code_hash] != module.code {
        return Ok(false);
    }
    let (mut len, mut capacity) = (0, CAPACITY);
    loop {
        // Node.js takes new memory here, and copies what it has read. This memory is used again, which takes less time.
        memory.resize(memory.len().max(capacity), 0);
        match file.read_at(&mut memory[len..capacity], (HEADER + len) as u64)? {
            0 => break,
            read => len += read,
        }
        if len == capacity {
            capacity *= 2;
        }
    }
    Ok(size as usize == len && hash == crc32fast::hash(&memory[..len]))
}

/// Does what Node.js does to store the code cache of a module.
pub fn store(folder: &Path, module: &Module) -> io::Result<()> {
    let cache = module.bytecode();
    let size = u32::try_from(cache.len()).map_err(io::Error::other)?;
    let [code, code_hash] = module.code;
    let header = [MAGIC, code, size, code_hash, crc32fast::hash(cache)].map(u32::to_le_bytes).concat();
    // Node.js replaces the last six characters by random ones.
    let temporary = folder.join(format!("{}.XXXXXX", module.name));
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let file = rustix::fs::open(&temporary, flags, Mode::RUSR | Mode::WUSR)?;
    if rustix::io::pwritev(&file, &[IoSlice::new(&header), IoSlice::new(cache)], 0)? != HEADER + cache.len() {
        return Err(io::ErrorKind::WriteZero.into());
    }
    drop(file);
    fs::rename(temporary, folder.join(&module.name))
}

fn numbers(header: &[u8]) -> [u32; HEADER / 4] {
    let mut numbers = [0; HEADER / 4];
    for (number, bytes) in numbers.iter_mut().zip(header.chunks_exact(4)) {
        *number = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::{Node, modules};
    use std::path::Path;

    #[test]
    fn a_program_that_is_no_node_has_no_compile_cache() {
        assert!(Node::find(Some(Path::new("/nowhere/node"))).is_err());
        assert!(Node::find(Some(Path::new("true"))).is_err());
    }

    #[test]
    fn a_stored_file_has_the_format_and_another_file_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let module = &crate::store::modules::Size::Typical.modules()[0];
        super::store(folder.path(), module).unwrap();
        let read = modules(folder.path()).unwrap().unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].bytecode(), &read[0].name), (module.bytecode(), &module.name));
        std::fs::write(folder.path().join("other"), [0; 100]).unwrap();
        assert!(modules(folder.path()).unwrap().is_err());
    }
}
