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
            print(&view);
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

fn print(view: &ModuleView<'_>) {
    println!("version {}, {} bytes of bytecode", view.version(), view.bytecode().len());
    for request in view.requests() {
        println!("requests {}", Printable(request.specifier()));
    }
    for import in view.imports() {
        let (name, from) = (Printable(import.import_name), Printable(import.module_request));
        println!("imports {name} from {from} as {}", Printable(import.local_name));
    }
    for export in view.exports() {
        let name = Printable(export.export_name);
        match export.export_type {
            ExportType::Local => println!("exports {name}, which is {}", Printable(export.local_name)),
            _ => println!("exports {name} from {}", Printable(export.module_name)),
        }
    }
    for specifier in view.star_exports() {
        println!("exports everything from {}", Printable(specifier));
    }
}
