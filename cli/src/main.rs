//! `bmes`: everything is in the library.

fn main() -> std::process::ExitCode {
    bmes_cli::main()
}
