//! Measures the memory of an analysis, in multiples of the source's length, on sources of eight megabytes.
//!
//! ```text
//! cargo run --release -p bmes-analyzer --example memory
//! ```
//!
//! Each source is analysed in a process of its own. The peak is the value that Linux reports for
//! the process, minus what the process needed before the analysis.

use std::process::{Command, ExitCode};
use std::{env, fs};

use bmes_analyzer::{Options, SourceType, analyze};

const LENGTH: usize = 8 << 20;

const FUNCTION: &str = "
export function f(a, b) {
    const c = a.map((x) => x * 2 + b);
    if (c.length > 3) { return { c, d: `x${a}` }; }
    let s = 'text';
    for (const y of c) s += y;
    return s;
}
";

/// The sources to measure: a name, the type, the first text, and the text that is repeated.
const SOURCES: [(&str, SourceType, &str, &str); 6] = [
    ("functions", SourceType::Mjs, "", FUNCTION),
    ("functions, with the semantic pass", SourceType::Mjs, "delete a?.b;", FUNCTION),
    ("functions, as TypeScript", SourceType::Ts, "", FUNCTION),
    ("short statements", SourceType::Mjs, "", "a;"),
    ("short statements, with the semantic pass", SourceType::Mjs, "delete a?.b;", "a;"),
    ("redeclarations", SourceType::Mjs, "", "let a;"),
];

fn main() -> ExitCode {
    if let Some(kind) = env::args().nth(1).and_then(|kind| kind.parse::<usize>().ok()) {
        let (_, source_type, first, unit) = SOURCES[kind];
        // Every function gets a name of its own.
        let units = (0..LENGTH / unit.len()).map(|index| unit.replace("function f", &format!("function f{index}")));
        let source = format!("{first}{}", units.collect::<String>());
        let before = peak();
        // The result does not matter.
        let _ = analyze(&source, &Options::new(source_type));
        println!("{}", (peak() - before) / source.len());
        return ExitCode::SUCCESS;
    }
    for (index, (name, ..)) in SOURCES.iter().enumerate() {
        let program = env::current_exe().expect("the path of the program is known");
        let output = Command::new(program).arg(index.to_string()).output().expect("the program can be started");
        println!("{:>4} x  {name}", String::from_utf8_lossy(&output.stdout).trim());
    }
    ExitCode::SUCCESS
}

/// Returns the peak memory of the process, in bytes.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("/proc/self/status can be read (Linux only)");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux reports the peak");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("VmHWM is a number") * 1024
}
