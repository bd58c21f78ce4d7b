//! Packs (`bmes-pack`): opening one beside reading the same bytes and parsing the same index, and making one beside analysing
//! the same modules.
//!
//! [`generated`] returns the pack that is opened. Start with [`Results::measure`].

#[cfg(feature = "comparison")]
pub mod making;
#[cfg(feature = "comparison")]
pub mod opening;

use crate::version4::PRODUCER;
use crate::workloads::{Shape, Workload};
use bmes::v4::{self, Flags, ModuleRecord, Phase, Source, Supplied};
use bmes::{Digest, Version};
use bmes_pack::{Format, Index, Module, Resolution, Watched};
use fastrand::Rng;

/// The number of modules of the generated pack.
pub const MODULES: u32 = 1_000;
/// The number of packages that have these modules.
const PACKAGES: u32 = 50;
/// The number of paths that the resolution did not find.
const ABSENT: u32 = 300;

/// Returns a pack of [`MODULES`] different typical modules in 50 packages. Each module has six requests.
pub fn generated() -> Vec<u8> {
    let mut random = Rng::with_seed(MODULES.into());
    let workloads = Shape::Typical.variants(Version::V1, MODULES.into());
    let (modules, files): (Vec<_>, Vec<_>) =
        (0..).zip(&workloads).map(|(number, workload)| module(number, workload, &mut random)).unzip();
    let package = |number: u32| format!("node_modules/package-{:02}", number % PACKAGES);
    let index = Index {
        conditions: ["import", "module-sync", "node", "node-addons", "require"].map(str::to_owned).into(),
        entries: vec![0],
        modules,
        packages: (0..PACKAGES).map(|number| watched(format!("{}/package.json", package(number)))).collect(),
        absent: (0..ABSENT).map(|number| format!("node_modules/missing-{number:03}/package.json")).collect(),
        ..Index::new(PRODUCER)
    };
    bmes_pack::write(index, &files).expect("the pack has less than 4 GiB")
}

fn module(number: u32, workload: &Workload, random: &mut Rng) -> (Module, Option<Vec<u8>>) {
    let url = format!("node_modules/package-{:02}/lib/module-{number:04}.js", number % PACKAGES);
    let source = Source { size: 20_000, sha256: digest(&url) };
    let supplied =
        Supplied { producer: PRODUCER, source, flags: Flags::default(), alignment: 8, lexical_features: None };
    let record = ModuleRecord::from_named(&workload.record, supplied).expect("a workload is valid");
    let file = v4::encode(&record, b"", &workload.bytecode).expect("a workload is valid");
    let requests = workload.record.requests.iter().map(|request| Resolution {
        specifier: request.specifier.clone(),
        phase: Phase::Evaluation,
        attributes: Vec::new(),
        module: Some(random.u32(..MODULES)),
    });
    let module = Module {
        source: Some(bmes_pack::Source { size: source.size, sha256: source.sha256 }),
        requests: requests.collect(),
        ..Module::new(url, Format::Module)
    };
    (module, Some(file))
}

fn watched(path: String) -> Watched {
    Watched { sha256: digest(&path), path }
}

fn digest(text: &str) -> Digest {
    v4::source(text.as_bytes()).sha256
}

/// All measurements of packs in one run.
#[cfg(feature = "comparison")]
pub struct Results {
    /// Opening the generated pack.
    pub opening: opening::Opening,
    /// Making the pack of three.js, or the reason why this was not measured.
    pub making: Result<making::Making, String>,
}

#[cfg(feature = "comparison")]
impl Results {
    /// Measures everything. `target` is cargo's target folder: `cargo xtask packs` and `cargo xtask bench` install three.js
    /// there. `scratch` is a folder for temporary files.
    pub fn measure(
        target: &std::path::Path,
        scratch: &std::path::Path,
        effort: crate::measure::Effort,
    ) -> std::io::Result<Self> {
        Ok(Self { opening: opening::measure(scratch, effort)?, making: making::measure(target, effort)? })
    }
}

#[cfg(test)]
mod tests {
    use super::{MODULES, generated};
    use bmes_pack::Pack;

    #[test]
    fn every_member_of_the_generated_pack_is_verified() {
        let file = generated();
        let pack = Pack::open(&file).unwrap();
        let count = pack.index().modules.len();
        assert_eq!(u32::try_from(count), Ok(MODULES));
        assert!((0..count).all(|module| pack.verify(module).is_ok()));
    }
}
