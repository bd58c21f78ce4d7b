//! `completions`, `man`: the shells' completion scripts and the manual pages of `bmes`.

use std::borrow::Cow;
use std::io::Write as _;

use clap_complete::Shell;
use serde::Serialize;

use crate::args;
use crate::failure::{Result, Status, after_printing};
use crate::json::Object;
use crate::output::Out;

/// Prints the completion script of a shell.
pub(crate) fn completions(shell: Shell, json: bool) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "bmes", &mut script);
    print(&script, json)
}

/// Prints a manual page.
pub(crate) fn man(of: Option<&str>, json: bool) -> Result<Status> {
    let mut command = args::command();
    // `build` adds the global options, such as `--json`, to each command.
    command.build();
    // A hyphen joins the names of a command and of one below it. No name contains a hyphen.
    let of = of.into_iter().flat_map(|names| names.split('-'));
    let command = of.fold(&command, |command, name| command.find_subcommand(name).unwrap_or(command)).clone();
    let mut page = Vec::new();
    // Writing to memory cannot fail.
    let _ = clap_mangen::Man::new(command).source(concat!("bmes ", env!("CARGO_PKG_VERSION"))).render(&mut page);
    print(&page, json)
}

#[derive(Serialize)]
struct Text<'a> {
    text: Cow<'a, str>,
}

fn print(text: &[u8], json: bool) -> Result<Status> {
    let mut out = Out::plain();
    let printed = if json {
        out.write_all(&Object::answer(None, Text { text: String::from_utf8_lossy(text) }).line())
    } else {
        out.write_all(text)
    };
    after_printing(printed.and_then(|()| out.flush()), Status::Ok)
}
