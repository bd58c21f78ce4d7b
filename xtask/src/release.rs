//! Builds the packages of a release, and writes the lists of the libraries' public items.

use crate::run::{Failure, Outcome, Report, Step, root, target_dir};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// The crates that are published, each after its dependencies.
const PACKAGES: [&str; 8] =
    ["bmes", "bmes-analyzer", "bmes-pack", "bmes-store", "bmes-host", "bmes-cli", "bmes-oracle", "conformance"];
/// The files that the package of each crate must contain.
const BROUGHT: [&str; 4] = ["Cargo.toml", "LICENSE", "README.md", "src/lib.rs"];

/// A library whose public items are listed in its folder.
struct Library {
    package: &'static str,
    folder: &'static str,
}

const LIBRARIES: [Library; 4] = [
    Library { package: "bmes", folder: "codec" },
    Library { package: "bmes-analyzer", folder: "analyzer" },
    Library { package: "bmes-pack", folder: "pack" },
    Library { package: "bmes-store", folder: "store" },
];
const LISTING: &str = "public-api.txt";

/// Packs the crates of [`PACKAGES`], and builds each from its package. If one of these crates depends on another, the build
/// uses the package of the other, too.
pub(crate) fn package() -> Report {
    for package in PACKAGES {
        let listed = Step::cargo("package --list --locked --allow-dirty --quiet -p").arg(package).output()?;
        if let Some(missing) = BROUGHT.iter().find(|file| !listed.lines().any(|line| line == **file)) {
            return Err(Failure::new(format!("the package of {package} does not contain {missing}")));
        }
    }
    // `--allow-dirty`, because the changes to pack may not be committed yet.
    let packages = PACKAGES.iter().flat_map(|package| ["-p", package]);
    Step::cargo("package --locked --allow-dirty --quiet")
        .args(packages)
        // These are the workspace's settings for dependencies. With them, cargo reuses dependencies that are already built.
        .env("CARGO_PROFILE_DEV_DEBUG", "none")
        .env("CARGO_PROFILE_DEV_LTO", "off")
        .run()
}

/// Runs rustdoc on all crates, with JSON as the output. A run on only some crates would compile their dependencies again, with
/// other features.
fn describe() -> Report {
    let rustdoc = root().join("xtask/rustdoc.sh");
    Step::cargo("doc --workspace --lib --no-deps --all-features --quiet --locked")
        .env("RUSTDOC", &rustdoc.display().to_string())
        .env("RUSTDOCFLAGS", "-Zunstable-options --output-format json --cap-lints allow")
        .run()
}

/// Writes `public-api.txt` of each library: a list of its public items, one in each line.
pub(crate) fn write_api() -> Report {
    describe()?;
    for library in &LIBRARIES {
        let path = library.listing();
        fs::write(&path, library.items()?).map_err(|error| Failure::at(&path, &error))?;
    }
    Ok(Outcome::Ran)
}

impl Library {
    fn listing(&self) -> PathBuf {
        root().join(self.folder).join(LISTING)
    }

    /// Returns the text of `public-api.txt`: a line for each public item in rustdoc's output.
    fn items(&self) -> Result<String, Failure> {
        let json = target_dir()?.join("doc").join(format!("{}.json", self.package.replace('-', "_")));
        let api = public_api::Builder::from_rustdoc_json(json)
            .omit_blanket_impls(true)
            .omit_auto_trait_impls(true)
            .omit_auto_derived_impls(true)
            .build()
            .map_err(|error| Failure::new(format!("cannot list the public items of {}: {error}", self.package)))?;
        Ok(api.items().fold(String::new(), |mut lines, item| {
            let _ = writeln!(lines, "{item}");
            lines
        }))
    }
}
