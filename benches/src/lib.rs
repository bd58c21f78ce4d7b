//! What the benchmarks measure on. Nothing here measures; see `benches/`, and `cargo xtask bench`.

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
