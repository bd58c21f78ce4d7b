//! Measures the memory of an analysis, in multiples of the source's length, on sources of eight megabytes.
//!
//! ```text
//! cargo run --release -p bmes-analyzer --example memory
//! ```
//!
//! Each source is analysed in a separate process. The memory of an analysis is the process's peak
//! memory, as Linux reports it, minus the peak before the analysis.

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

/// The sources to measure: the name, the type, the text at the beginning, and the text that is
/// repeated up to the full length.
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
        // Each function gets a different name.
        let units = (0..LENGTH / unit.len()).map(|index| unit.replace("function f", &format!("function f{index}")));
        let source = format!("{first}{}", units.collect::<String>());
        let before = peak();
        // Only the memory is measured; the result of the analysis is not needed.
        let _ = analyze(&source, &Options::new(source_type));
        println!("{}", (peak() - before) / source.len());
        return ExitCode::SUCCESS;
    }
    for (index, (name, ..)) in SOURCES.iter().enumerate() {
        let program = env::current_exe().expect("the path of this program must be known");
        let output = Command::new(program)
            .arg(index.to_string())
            .output()
            .expect("this program must be able to start itself again");
        println!("{:>4} x  {name}", String::from_utf8_lossy(&output.stdout).trim());
    }
    ExitCode::SUCCESS
}

/// Returns the peak memory of the process, in bytes.
fn peak() -> usize {
    let status =
        fs::read_to_string("/proc/self/status").expect("/proc/self/status must be readable; only Linux has it");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("/proc/self/status must have a line VmHWM, the peak memory");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("VmHWM must be a number of kB") * 1024
}
