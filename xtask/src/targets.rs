//! Checks the codec for two other kinds of machines: without std, and with 32-bit sizes; and the store for Windows.
//!
//! There are two ways to get a target's standard library. The first is rustup (`rustup target add TARGET`). If rustup cannot
//! fetch the library, Debian's packages provide a compiler and the source of its standard library, in equal versions. cargo
//! then builds the library from that source (`-Zbuild-std`).

use crate::machine::{Provision, provide};
use crate::run::{Failure, Outcome, Report, Step, target_dir};
use std::fs;
use std::path::Path;

/// A target that has no std: code that uses std does not compile for it.
const WITHOUT_STD: &str = "thumbv7em-none-eabi";
/// A target with 32-bit sizes. An x86-64 Linux can run its programs.
const BITS32: &str = "i686-unknown-linux-gnu";

/// Windows, for which code can be checked without its tools.
const WINDOWS: &str = "x86_64-pc-windows-msvc";

const DEBIAN: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
const DEBIAN_BIN: &str = "/usr/bin";

/// Checks that the codec compiles without std: once without features, and once with `serde`.
pub(crate) fn no_std() -> Report {
    let toolchain = match toolchain(WITHOUT_STD)? {
        Ok(toolchain) => toolchain,
        Err(missing) => return Ok(Outcome::NotRun(missing)),
    };
    for features in ["", "--features serde"] {
        let arguments = format!("check --locked -p bmes --no-default-features {features}");
        toolchain.cargo(&arguments, WITHOUT_STD, "core,alloc")?.run()?;
    }
    Ok(Outcome::Ran)
}

/// Checks that the store compiles for Windows. Its tests do not run there.
pub(crate) fn windows() -> Report {
    match toolchain(WINDOWS)? {
        Ok(toolchain) => toolchain.cargo("check --locked -p bmes-store", WINDOWS, "std")?.run(),
        Err(missing) => Ok(Outcome::NotRun(missing)),
    }
}

/// Builds the codec's tests for a 32-bit target, and runs them.
pub(crate) fn bits32() -> Report {
    if let Provision::Missing(line) =
        provide("a C compiler that links 32-bit programs", &["gcc-multilib"], links_32_bits)?
    {
        return Ok(Outcome::NotRun(line));
    }
    match toolchain(BITS32)? {
        Ok(toolchain) => {
            toolchain.cargo("test --locked -p bmes --all-features --lib --tests", BITS32, "std,test")?.run()
        }
        Err(missing) => Ok(Outcome::NotRun(missing)),
    }
}

enum Toolchain {
    /// The toolchain that runs xtask.
    Own,
    /// Debian's toolchain, with the source of the standard library.
    Debian,
}

impl Toolchain {
    fn cargo(&self, arguments: &str, target: &str, library: &str) -> Result<Step, Failure> {
        let arguments = format!("{arguments} --target {target}");
        match self {
            Self::Own => Ok(Step::cargo(&arguments)),
            Self::Debian => Ok(Step::new(format!("{DEBIAN_BIN}/cargo"))
                .args(arguments.split_whitespace())
                .arg(format!("-Zbuild-std={library}"))
                // Leaves out the code of std that reads debug information for backtraces.
                .arg("-Zbuild-std-features=panic-unwind")
                // A separate folder, because artifacts of another compiler cannot be mixed with ours.
                .arg("--target-dir")
                .arg(target_dir()?.join("debian"))
                // Without optimisation of the library that cargo builds, the tests take ten times as long.
                .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_DEV_DEBUG", "none")
                // cargo and rustup set these variables for the toolchain that runs xtask. Debian's toolchain must not see them.
                .env_remove("RUSTUP_TOOLCHAIN")
                .env_remove("LD_LIBRARY_PATH")
                .env_remove("CARGO")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTDOC", &format!("{DEBIAN_BIN}/rustdoc"))
                .env("RUSTC", &format!("{DEBIAN_BIN}/rustc"))),
        }
    }
}

fn toolchain(target: &str) -> Result<Result<Toolchain, String>, Failure> {
    let print = Step::new("rustc").args(["--print", "target-libdir", "--target", target]);
    if print.output_quietly().is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
        return Ok(Ok(Toolchain::Own));
    }
    let what = format!("the standard library for {target} (`rustup target add {target}`)");
    Ok(match provide(&what, &DEBIAN, debian_is_complete)? {
        Provision::Present => Ok(Toolchain::Debian),
        Provision::Missing(line) => Err(line),
    })
}

fn debian_is_complete() -> bool {
    let here = |program: &str| Path::new(DEBIAN_BIN).join(program).is_file();
    let print = Step::new(format!("{DEBIAN_BIN}/rustc")).args(["--print", "sysroot"]).env_remove("LD_LIBRARY_PATH");
    here("cargo")
        && here("rustdoc")
        && print
            .output_quietly()
            .is_some_and(|sysroot| Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
}

fn links_32_bits() -> bool {
    let Ok(folder) = target_dir().map(|folder| folder.join("probe")) else {
        return false;
    };
    let source = folder.join("main.c");
    fs::create_dir_all(&folder).is_ok()
        && fs::write(&source, "int main(void) { return 0; }\n").is_ok()
        && Step::new("cc").arg("-m32").arg("-o").arg(folder.join("main")).arg(source).succeeds()
        && Step::new(folder.join("main")).succeeds()
}
