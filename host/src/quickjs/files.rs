//! The functions of the host that read files, for `builtins/fs.mjs`. Their errors are those of Node.js.
#![expect(clippy::needless_pass_by_value, reason = "a function that JavaScript calls owns its arguments")]

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rquickjs::function::Func;
use rquickjs::{Array, Ctx, Error, Function, Object, Result, TypedArray};

/// Adds the functions to the object of the host.
pub(super) fn add(host: &Object<'_>) -> Result<()> {
    host.set("readBytes", Func::from(read_bytes))?;
    host.set("readText", Func::from(read_text))?;
    host.set("stat", Func::from(stat))?;
    host.set("readFolder", Func::from(read_folder))?;
    host.set("readLink", Func::from(read_link))?;
    host.set("realPath", Func::from(real_path))?;
    host.set("access", Func::from(access))?;
    host.set("exists", Func::from(|path: String| fs::metadata(path).is_ok()))
}

/// The errors of the system: their names and their texts. Their numbers are those of Linux; macOS has others for two of them.
const ERRORS: &[(i32, &str, &str)] = &[
    (1, "EPERM", "operation not permitted"),
    (2, "ENOENT", "no such file or directory"),
    (6, "ENXIO", "no such device or address"),
    (9, "EBADF", "bad file descriptor"),
    (12, "ENOMEM", "not enough memory"),
    (13, "EACCES", "permission denied"),
    (16, "EBUSY", "resource busy or locked"),
    (17, "EEXIST", "file already exists"),
    (20, "ENOTDIR", "not a directory"),
    (21, "EISDIR", "illegal operation on a directory"),
    (22, "EINVAL", "invalid argument"),
    (23, "ENFILE", "file table overflow"),
    (24, "EMFILE", "too many open files"),
    (if cfg!(target_os = "macos") { 63 } else { 36 }, "ENAMETOOLONG", "name too long"),
    (if cfg!(target_os = "macos") { 62 } else { 40 }, "ELOOP", "too many symbolic links encountered"),
];

/// Throws the error of a system call, with the properties that Node.js' errors have.
pub(super) fn failed(ctx: &Ctx<'_>, call: &str, path: Option<&str>, error: &io::Error) -> Error {
    let number = error.raw_os_error().unwrap_or(5);
    let known = ERRORS.iter().find(|(known, ..)| *known == number);
    let (_, code, reason) = known.copied().unwrap_or((5, "EIO", "i/o error"));
    let shown = path.map(|path| format!(" '{path}'")).unwrap_or_default();
    let thrown = || {
        let constructor: Function<'_> = ctx.globals().get("Error")?;
        let error: Object<'_> = constructor.call((format!("{code}: {reason}, {call}{shown}"),))?;
        error.set("errno", -number)?;
        error.set("code", code)?;
        error.set("syscall", call)?;
        if let Some(path) = path {
            error.set("path", path)?;
        }
        Ok(ctx.throw(error.into_value()))
    };
    thrown().unwrap_or_else(|error: Error| error)
}

fn read(ctx: &Ctx<'_>, path: &str) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| match error.kind() {
        // A folder can be opened, and not be read. The error of a descriptor has no path.
        io::ErrorKind::IsADirectory => failed(ctx, "read", None, &error),
        _ => failed(ctx, "open", Some(path), &error),
    })
}

fn read_bytes(ctx: Ctx<'_>, path: String) -> Result<TypedArray<'_, u8>> {
    let bytes = read(&ctx, &path)?;
    TypedArray::new(ctx, bytes)
}

fn read_text(ctx: Ctx<'_>, path: String) -> Result<String> {
    let bytes = read(&ctx, &path)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Returns the numbers of a file, in the order of the properties of Node.js' `Stats`. Each time is two numbers: seconds and
/// nanoseconds.
fn stat(ctx: Ctx<'_>, path: String, follows: bool) -> Result<Vec<f64>> {
    let metadata = if follows { fs::metadata(&path) } else { fs::symlink_metadata(&path) };
    let call = if follows { "stat" } else { "lstat" };
    metadata.map(|metadata| numbers(&metadata)).map_err(|error| failed(&ctx, call, Some(&path), &error))
}

#[cfg(unix)]
#[expect(clippy::cast_precision_loss, reason = "JavaScript's numbers are these")]
fn numbers(metadata: &Metadata) -> Vec<f64> {
    use std::os::unix::fs::MetadataExt as _;
    let born = metadata.created().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let born = born.unwrap_or(Duration::ZERO);
    vec![
        metadata.dev() as f64,
        f64::from(metadata.mode()),
        metadata.nlink() as f64,
        f64::from(metadata.uid()),
        f64::from(metadata.gid()),
        metadata.rdev() as f64,
        metadata.blksize() as f64,
        metadata.ino() as f64,
        metadata.size() as f64,
        metadata.blocks() as f64,
        metadata.atime() as f64,
        metadata.atime_nsec() as f64,
        metadata.mtime() as f64,
        metadata.mtime_nsec() as f64,
        metadata.ctime() as f64,
        metadata.ctime_nsec() as f64,
        born.as_secs() as f64,
        f64::from(born.subsec_nanos()),
    ]
}

#[cfg(not(unix))]
#[expect(clippy::cast_precision_loss, reason = "JavaScript's numbers are these")]
fn numbers(metadata: &Metadata) -> Vec<f64> {
    let changed = metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let changed = changed.unwrap_or(Duration::ZERO);
    let mut numbers = vec![0.0; 18];
    numbers[1] = match kind(metadata.file_type()) {
        2 => f64::from(0o040_755),
        3 => f64::from(0o120_777),
        _ => f64::from(0o100_644),
    };
    numbers[8] = metadata.len() as f64;
    numbers[12] = changed.as_secs() as f64;
    numbers[13] = f64::from(changed.subsec_nanos());
    numbers
}

/// Returns the number that Node.js' `fs.constants` has for the kind of an entry of a folder.
fn kind(kind: fs::FileType) -> i32 {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let others =
            [(kind.is_fifo(), 4), (kind.is_socket(), 5), (kind.is_char_device(), 6), (kind.is_block_device(), 7)];
        if let Some((_, number)) = others.iter().find(|(is, _)| *is) {
            return *number;
        }
    }
    match () {
        () if kind.is_file() => 1,
        () if kind.is_dir() => 2,
        () if kind.is_symlink() => 3,
        () => 0,
    }
}

/// Returns the names in a folder, in ascending order, each with its kind after it.
fn read_folder(ctx: Ctx<'_>, path: String) -> Result<Array<'_>> {
    let failed = |error| failed(&ctx, "scandir", Some(&path), &error);
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_or(0, kind);
        names.push((entry.file_name().to_string_lossy().into_owned(), kind));
    }
    names.sort();
    let list = Array::new(ctx.clone())?;
    for (number, (name, kind)) in names.into_iter().enumerate() {
        list.set(2 * number, name)?;
        list.set(2 * number + 1, kind)?;
    }
    Ok(list)
}

fn read_link(ctx: Ctx<'_>, path: String) -> Result<String> {
    let target = fs::read_link(&path).map_err(|error| failed(&ctx, "readlink", Some(&path), &error))?;
    Ok(target.to_string_lossy().into_owned())
}

/// Returns the path without links. If it is not `native`, an error names the part of the path that is missing, as that of
/// Node.js' own function does.
fn real_path(ctx: Ctx<'_>, path: String, native: bool) -> Result<String> {
    let real = fs::canonicalize(&path).map_err(|error| {
        if native {
            return failed(&ctx, "realpath", Some(&path), &error);
        }
        let whole = std::path::absolute(&path).unwrap_or_else(|_| path.clone().into());
        let mut parts: Vec<&Path> = whole.ancestors().collect();
        parts.reverse();
        let missing = parts.into_iter().find(|part| fs::symlink_metadata(part).is_err());
        // Each part is there, but a link among them leads nowhere.
        let (call, part) = missing.map_or(("stat", whole.as_path()), |part| ("lstat", part));
        failed(&ctx, call, Some(&part.to_string_lossy()), &error)
    })?;
    Ok(real.to_string_lossy().into_owned())
}

/// Throws unless the file can be used in this way: 4 to read it, 2 to write to it, 1 to execute it.
fn access(ctx: Ctx<'_>, path: String, mode: i32) -> Result<()> {
    let check = || -> io::Result<()> {
        let metadata = fs::metadata(&path)?;
        if mode & 4 != 0 {
            File::open(&path)?;
        }
        // A folder cannot be opened to write to it: whether files can be created in it, only its permissions say.
        if mode & 2 != 0 && metadata.is_file() {
            OpenOptions::new().write(true).open(&path)?;
        } else if mode & 2 != 0 && metadata.permissions().readonly() {
            return Err(io::Error::from_raw_os_error(13));
        }
        #[cfg(unix)]
        if mode & 1 != 0 && std::os::unix::fs::MetadataExt::mode(&metadata) & 0o111 == 0 {
            return Err(io::Error::from_raw_os_error(13));
        }
        Ok(())
    };
    check().map_err(|error| failed(&ctx, "access", Some(&path), &error))
}
