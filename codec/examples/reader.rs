//! Lists the imports and exports of a module directly from the bytes of its file, without making a `ModuleRecord`.
//!
//! `cargo run -p bmes --example reader -- FILE` runs it.

use std::{env, fs};

use bmes::{ExportType, ModuleView, Printable};

fn main() -> Result<(), String> {
    let path = env::args_os().nth(1).ok_or("usage: reader FILE")?;
    let file = fs::read(&path).map_err(|error| error.to_string())?;
    // Both operations return the same error type.
    let checked = ModuleView::parse(&file).and_then(|view| view.check().map(|()| view));
    let view = checked.map_err(|error| format!("{error} (code {})", error.code()))?;
    println!("{}", listing(&view));
    Ok(())
}

/// Returns one line for each entry. Characters in specifiers and names that could harm a terminal are escaped.
pub fn listing(view: &ModuleView<'_>) -> String {
    let mut lines = vec![format!("version {}, {} bytes of bytecode", view.version(), view.bytecode().len())];
    lines.extend(view.requests().map(|request| format!("requests {}", Printable(request.specifier()))));
    lines.extend(view.imports().map(|import| {
        let (name, from) = (Printable(import.import_name), Printable(import.module_request));
        format!("imports {name} from {from} as {}", Printable(import.local_name))
    }));
    lines.extend(view.exports().map(|export| match export.export_type {
        ExportType::Local => {
            format!("exports {}, which is {}", Printable(export.export_name), Printable(export.local_name))
        }
        _ => format!("exports {} from {}", Printable(export.export_name), Printable(export.module_name)),
    }));
    lines.extend(view.star_exports().map(|specifier| format!("exports everything from {}", Printable(specifier))));
    lines.join("\n")
}
