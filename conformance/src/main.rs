//! `bmes-conformance`: everything is in the library.

fn main() -> std::process::ExitCode {
    conformance::cli::main()
}
