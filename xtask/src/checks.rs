//! What cargo says of the code and of the specification: format, clippy, documentation, the specification's tests.

use crate::run::{Report, Step};

pub(crate) fn format() -> Report {
    Step::cargo("fmt --all").run()
}

pub(crate) fn format_check() -> Report {
    Step::cargo("fmt --all --check").run()
}

pub(crate) fn lint() -> Report {
    Step::cargo("clippy --workspace --all-targets --all-features --locked -- -D warnings").run()
}

pub(crate) fn doc() -> Report {
    Step::cargo("doc --workspace --no-deps --all-features --locked").env("RUSTDOCFLAGS", "-D warnings").run()
}

pub(crate) fn spec() -> Report {
    Step::cargo("test --workspace --locked --test spec").run()
}
