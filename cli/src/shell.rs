//! `completions`, `man`: what a shell and `man` read about `bmes`.

use std::borrow::Cow;
use std::io::Write as _;

use clap_complete::Shell;
use serde::Serialize;

use crate::args;
use crate::failure::{Result, Status, after_printing};
use crate::json::Object;
use crate::output::Out;

/// Prints a shell's script.
pub(crate) fn completions(shell: Shell, json: bool) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "bmes", &mut script);
    print(&script, json)
}

/// Prints a manual page.
pub(crate) fn man(of: Option<&str>, json: bool) -> Result<Status> {
    let mut command = args::command();
    // The options that all commands have are added to each of them.
    command.build();
    let command = of.and_then(|name| command.find_subcommand(name).cloned()).unwrap_or(command);
    let mut page = Vec::new();
    // Memory takes every byte.
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
