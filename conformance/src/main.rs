//! The `bmes-conformance` command. All of its code is in the library.

fn main() -> std::process::ExitCode {
    conformance::cli::main()
}
