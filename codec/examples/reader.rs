//! Lists what a module imports and exports, without decoding it: `cargo run -p bmes --example reader -- FILE`.

use std::process::ExitCode;
use std::{env, fs};

use bmes::{ExportType, ModuleView, Printable};

fn main() -> ExitCode {
    let Some(path) = env::args_os().nth(1) else {
        eprintln!("usage: reader FILE");
        return ExitCode::from(2);
    };
    let file = match fs::read(&path) {
        Ok(file) => file,
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            return ExitCode::from(2);
        }
    };
    // One error type for both: `?` works for each operation of the crate.
    match ModuleView::parse(&file).and_then(|view| view.check().map(|()| view)) {
        Ok(view) => {
            println!("{}", listing(&view));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", path.display());
            if let Some(clause) = error.clause() {
                eprintln!("the clause is {clause}, the code {}", error.code());
            }
            ExitCode::from(1)
        }
    }
}

/// Returns a line for each entry. Specifiers and names are made safe for a terminal.
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
