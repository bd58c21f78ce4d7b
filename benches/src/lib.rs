//! The shared code of the benchmarks: workloads, operations, peers, and measurement. The programs are in `benches/`;
//! `cargo xtask bench` runs all of them.
//!
//! Read [`workloads`] and [`operations`] first, and [`version4`] for version 4. For the comparisons with other formats, read
//! [`peers`] and [`compare`], [`loader`] for what a loader does, [`store`] for files on disk, [`pack`] for
//! packs, and [`startup`] for the starts of whole programs.

#![allow(clippy::cast_precision_loss, reason = "times and counts are far below 2^52")]

#[cfg(feature = "comparison")]
pub mod checksums;
#[cfg(feature = "comparison")]
pub mod compare;
pub mod floor;
#[cfg(feature = "comparison")]
pub mod generation;
#[cfg(feature = "comparison")]
pub mod loader;
#[cfg(feature = "comparison")]
pub mod machine;
#[cfg(feature = "comparison")]
pub mod measure;
pub mod operations;
pub mod pack;
#[cfg(feature = "comparison")]
pub mod peers;
#[cfg(feature = "comparison")]
pub mod startup;
#[cfg(feature = "comparison")]
pub mod store;
mod turns;
pub mod version4;
pub mod workloads;

use bmes::ModuleView;

/// Calls `see` with every string of a module, in the order of the file.
#[inline]
pub fn every_string<'a>(view: &ModuleView<'a>, mut see: impl FnMut(&'a str)) {
    for request in view.requests() {
        see(request.specifier());
        for attribute in request.attributes() {
            [attribute.key, attribute.value].into_iter().for_each(&mut see);
        }
    }
    for import in view.imports() {
        [import.module_request, import.import_name, import.local_name].into_iter().for_each(&mut see);
    }
    for export in view.exports() {
        let strings = [export.export_name, export.module_name, export.import_name, export.local_name];
        strings.into_iter().for_each(&mut see);
    }
    view.star_exports().for_each(&mut see);
    let variables = view.declared_variables().chain(view.lexical_variables());
    variables.for_each(|variable| see(variable.name));
}
