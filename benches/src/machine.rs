//! The machine, the compiler and the commit with which the results were measured.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Returns facts about the machine, the compiler and the commit. Each fact has a name and a value, such as `date` and
/// `2025-01-31`. `folder` is on the file system that counts.
pub fn facts(folder: &str) -> Vec<(&'static str, String)> {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown", |(_, model)| model.trim());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let commit = printed("git", &["rev-parse", "--short=12", "HEAD"]);
    // A commit with changed files is marked. The files that this benchmark writes do not count as changed.
    let changed = printed(
        "git",
        &["status", "--porcelain", "--untracked-files=no", "--", ".", ":!benches/RESULTS.md", ":!benches/plots"],
    );
    let commit = if changed.is_empty() { commit } else { format!("{commit}, with changes") };
    vec![
        ("date", printed("date", &["--utc", "+%F"])),
        ("commit", commit),
        ("processor", format!("{model}, {threads} threads, {}", std::env::consts::ARCH)),
        ("system", format!("{} {}", printed("uname", &["-s"]), printed("uname", &["-r"]))),
        ("file system", printed("stat", &["--file-system", "--format=%T", folder])),
        ("load before", load()),
        ("compiler", format!("{}, fat LTO, no CPU features but the target's own", printed("rustc", &["--version"]))),
    ]
}

/// Returns the load average of the last minute, such as `0.52`.
fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

/// Returns the version of a package that the benchmarks use, as `Cargo.lock` says.
pub fn locked(package: &str) -> String {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap_or_default();
    let lock: toml::Table = lock.parse().unwrap_or_default();
    let packages = || lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let named = |name| packages().find(move |it| it.get("name").and_then(toml::Value::as_str) == Some(name));
    // If there are several versions of a package, the name in a list of dependencies is followed by the version.
    let dependencies = named("benches").and_then(|it| it.get("dependencies")?.as_array()).into_iter().flatten();
    let mut dependencies = dependencies.filter_map(toml::Value::as_str);
    let version = dependencies.find_map(|it| it.strip_prefix(package)?.strip_prefix(' '));
    let version = version.or_else(|| named(package)?.get("version")?.as_str());
    version.unwrap_or("unknown version").to_owned()
}

/// Returns the first line that a program prints, or an empty string if the program cannot run or prints nothing.
fn printed(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
