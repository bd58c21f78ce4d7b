//! Runs the two commands that `README.md` shows first, word for word, so that they are known to work. CI runs the command for
//! the tests. The weekly workflow runs the command for the conformance suite, as part of `cargo xtask testees`.

use crate::real;
use crate::run::{Failure, Report, Step, root};
use std::fs;

/// Runs the README's command for the suite, against the reference implementation.
pub(crate) fn suite() -> Report {
    set_up()?.suite.run()
}

/// Runs the README's command for all tests. If the engine `jsc` is missing, the tests that need it say so and are ignored; in
/// CI they fail.
pub(crate) fn test() -> Report {
    real::jsc()?;
    // Without this option, cargo stops after the first test program that fails.
    set_up()?.test.arg("--no-fail-fast").run()
}

struct SetUp {
    suite: Step,
    test: Step,
}

fn set_up() -> Result<SetUp, Failure> {
    let readme = fs::read_to_string(root().join("README.md"))
        .map_err(|error| Failure::new(format!("README.md, which has the commands to run, cannot be read: {error}")))?;
    let [suite, test] = commands(&readme).ok_or_else(|| {
        Failure::new("README.md: its first ```sh block must have 2 lines: `cargo run …` (the suite) and `cargo test …`")
    })?;
    Ok(SetUp { suite: Step::cargo(suite), test: Step::cargo(test) })
}

/// Returns the arguments of the two cargo commands in the first block that is marked `sh`.
fn commands(readme: &str) -> Option<[&str; 2]> {
    let (_, block) = readme.split_once("\n```sh\n")?;
    let (block, _) = block.split_once("\n```")?;
    let (suite, test) = block.split_once('\n')?;
    let [suite, test] = [suite, test].map(|line| line.strip_prefix("cargo "));
    Some([suite.filter(|line| line.starts_with("run "))?, test.filter(|line| is_test(line))?])
}

fn is_test(line: &str) -> bool {
    line.starts_with("test ") && !line.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn takes_the_two_lines_of_the_first_block() {
        let readme =
            "# BMES\n\n```sh\ncargo run --release -p conformance\ncargo test --workspace\n```\n\n```sh\nls\n```\n";
        assert_eq!(commands(readme), Some(["run --release -p conformance", "test --workspace"]));
    }

    #[test]
    fn takes_nothing_else() {
        for block in ["cargo test --workspace", "cargo run\ncargo test --workspace", "cargo run -p x\nmake test", ""] {
            assert_eq!(commands(&format!("# BMES\n```sh\n{block}\n```\n")), None, "{block}");
        }
        let three = "\n```sh\ncargo run -p x\ncargo test --workspace\ncargo test --more\n```\n";
        assert_eq!(commands(three), None);
    }
}
