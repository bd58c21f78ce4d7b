//! The program `bmes`: all its code is in the library.

fn main() -> std::process::ExitCode {
    bmes_cli::main()
}
