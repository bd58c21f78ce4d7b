//! `run`: runs a program through the cache.

use std::io::Write as _;
use std::path::PathBuf;

use bmes_host::{Report, RunOptions};
use bmes_store::Settings;

use crate::args;
use crate::failure::{Failure, Result, Status};
use crate::input::{Source, Unread};
use crate::text;

/// Runs `bmes run`. The exit status is that of the program.
pub(crate) fn run(arguments: &args::Run) -> Result<Status> {
    let mut settings = Settings::from_env();
    settings.location = arguments.cache.clone().or(settings.location);
    settings.location = settings.location.map(|location| std::path::absolute(&location).unwrap_or(location));
    let pack = std::env::var_os("BMES_PACK").filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(path) = pack.as_deref().filter(|path| !path.exists()) {
        let message = format!("there is no file {}, which BMES_PACK names", text::path(path));
        Failure::unread(message).tip("the program starts without a pack; `bmes pack APP -o FILE` makes one").warn();
    }
    let options = RunOptions {
        entry: arguments.app.clone(),
        arguments: arguments.args.iter().map(|argument| argument.to_string_lossy().into_owned()).collect(),
        mode: arguments.experimental_esm_bytecode.into(),
        settings,
        pack,
        verify: arguments.verify.map(Into::into),
        report: Report { stats: arguments.stats, trace: arguments.trace.clone() },
    };
    let warn = |problem: &bmes_store::Problem| Failure::unread(problem.message()).tip(problem.tip()).warn();
    let status = bmes_host::run(options, warn)
        .map_err(|error| Unread::new(Source::File(arguments.app.clone()), error).into())
        .map(Status::OfProgram);
    // The program has written its output without the buffers of this process.
    let _ = std::io::stdout().flush();
    status
}
