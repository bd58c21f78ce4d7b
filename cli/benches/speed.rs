//! Compares the time of `bmes` with the time of the work that cannot be avoided: `validate` with reading the files,
//! `analyze` with parsing them. Also compares the time of `diff` on long lists with its time on lists of a quarter of
//! that length.
//!
//! ```sh
//! cargo bench -p bmes-cli --bench speed                 # with files that it makes
//! cargo bench -p bmes-cli --bench speed -- FOLDER       # and with the JavaScript in a folder
//! ```
//!
//! The two programs of a comparison get the same folder and use the same number of threads. They run alternately, for
//! several rounds, and the benchmark compares the shortest time of each. It prints the ratio, because only ratios are
//! comparable between machines. It fails if a ratio is above the target.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use bmes::{ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest};

/// The maximum time of the command, as a multiple of the time of the work that cannot be avoided.
const TARGET: f64 = 1.3;
const ROUNDS: u32 = 15;
const FILES: usize = 10_000;
const SIZE: usize = 4096;

fn main() -> ExitCode {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [READ, folder] => each(&list(Path::new(folder)), threads, || (), read),
        [PARSE, folder] => each(&modules(Path::new(folder)), threads, Allocator::default, parse),
        _ => {
            println!("{threads} threads, best of {ROUNDS} alternating rounds, target: a ratio of at most {TARGET}\n");
            // `cargo bench` adds its own arguments.
            let folder = arguments.iter().find(|argument| !argument.starts_with("--"));
            let folder = folder.map_or_else(copies_of_modules, PathBuf::from);
            if [validate(), analyze(&folder), diff()].contains(&false) {
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// With one of these arguments, this program does only the work that cannot be avoided. The command is compared with
/// it.
const READ: &str = "--only-read";
const PARSE: &str = "--only-parse";

/// Compares `bmes validate` with a program that only reads the files.
fn validate() -> bool {
    let folder = scratch("speed-validate");
    let file = file_of(SIZE);
    for number in 0..FILES {
        fs::write(folder.join(format!("{number}.bmes")), &file).expect("Cargo's target folder is writable");
    }
    println!("validate: {FILES} files of {SIZE} bytes");
    compare(
        &Side { name: "a program that only reads them", run: &|| run(this(), READ, &folder) },
        &Side { name: "bmes validate FOLDER", run: &|| run(bmes(), "validate", &folder) },
        TARGET,
    )
}

fn read(path: &Path, (): &mut ()) {
    black_box(fs::read(path).expect("the file exists"));
}

/// Compares `bmes analyze` with a program that only reads and parses the files.
fn analyze(folder: &Path) -> bool {
    let files = modules(folder);
    let bytes: u64 = files.iter().map(|file| fs::metadata(file).map_or(0, |metadata| metadata.len())).sum();
    println!("analyze: {} files of {bytes} bytes in {}", files.len(), folder.display());
    compare(
        &Side { name: "a program that only reads and parses them", run: &|| run(this(), PARSE, folder) },
        &Side { name: "bmes analyze FOLDER", run: &|| run(bmes(), "analyze", folder) },
        TARGET,
    )
}

/// Compares `bmes diff` on two lists of 100,000 entries, one in reverse order, with `bmes diff` on such lists of
/// 25,000.
fn diff() -> bool {
    /// The maximum ratio of the times. For four times as many entries, work of O(n log n) takes 4.5 times as long.
    const GROWTH: f64 = 6.0;
    let folder = scratch("speed-diff");
    let files = |entries: usize| {
        let names: Vec<String> = (0..entries).map(|number| number.to_string()).collect();
        let mut exports: Vec<_> = names.iter().map(|name| local(name)).collect();
        ["there", "back"].map(|order| {
            let path = folder.join(format!("{entries}-{order}.bmes"));
            let mut record = ModuleRecord::new(bmes::VersionFields::V2);
            record.exports.clone_from(&exports);
            exports.reverse();
            fs::write(&path, bmes::encode(&record, &[]).expect("the record is valid")).expect("the folder is writable");
            path
        })
    };
    let [short, long] = [25_000, 100_000].map(files);
    let compared = |[a, b]: &[PathBuf; 2]| {
        let status = Command::new(bmes()).arg("diff").args([a, b]).stdout(Stdio::null()).status();
        assert_eq!(status.expect("the program starts").code(), Some(1));
    };
    println!("diff: lists in reverse order");
    compare(
        &Side { name: "bmes diff, 25,000 entries", run: &|| compared(&short) },
        &Side { name: "bmes diff, 100,000 entries", run: &|| compared(&long) },
        GROWTH,
    )
}

fn parse(path: &Path, allocator: &mut Allocator) {
    let source_type = SourceType::from_path(path).unwrap_or_default().with_module(true);
    if let Ok(source) = fs::read_to_string(path) {
        black_box(Parser::new(allocator, &source, source_type).parse());
    }
    allocator.reset();
}

/// Returns the files that `bmes analyze` finds in a folder.
fn modules(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in list(&folder) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            let is_declaration = name.ends_with(".d.ts") || name.ends_with(".d.mts");
            if path.is_dir() {
                folders.push(path);
            } else if ["js", "mjs", "jsx", "mts", "ts", "tsx"].contains(&&*extension) && !is_declaration {
                files.push(path);
            }
        }
    }
    files
}

/// Returns a folder with many copies of the project's own modules, because one copy takes too little time to be
/// measured.
fn copies_of_modules() -> PathBuf {
    const COPIES: usize = 100;
    let to = scratch("speed-analyze");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real/modules");
    let sources: Vec<_> = modules(&from).iter().map(|path| fs::read(path).expect("the module exists")).collect();
    for copy in 0..COPIES {
        for (number, source) in sources.iter().enumerate() {
            fs::write(to.join(format!("{copy}-{number}.mjs")), source).expect("Cargo's target folder is writable");
        }
    }
    to
}

struct Side<'a> {
    name: &'a str,
    run: &'a dyn Fn(),
}

/// Runs `least` and `ours` alternately, and prints the shortest time of each. Returns true if `ours` takes at most
/// `target` times as long as `least`.
fn compare(least: &Side<'_>, ours: &Side<'_>, target: f64) -> bool {
    let time = |side: &Side<'_>| {
        let begun = Instant::now();
        (side.run)();
        begun.elapsed()
    };
    let mut best = [Duration::MAX; 2];
    let mut work = [0.0; 2];
    for _ in 0..ROUNDS {
        for ((best, work), side) in best.iter_mut().zip(&mut work).zip([least, ours]) {
            let before = work_of_children();
            *best = time(side).min(*best);
            *work += work_of_children() - before;
        }
    }
    for ((best, work), side) in best.iter().zip(work).zip([least, ours]) {
        let work = work * 10.0 / f64::from(ROUNDS);
        println!("  {:44} {:8.1} ms, {work:.0} ms of CPU time", side.name, best.as_secs_f64() * 1e3);
    }
    let ratio = best[1].as_secs_f64() / best[0].as_secs_f64();
    let is_met = ratio <= target;
    print!("  ratio {ratio:.2}, {}", if is_met { "within the target" } else { "ABOVE THE TARGET" });
    println!("; ratio of CPU time {:.2}\n", work[1] / work[0]);
    is_met
}

/// Returns the CPU time of the programs that have ended, over all cores, in hundredths of a second. Unlike wall-clock
/// time, it grows little if other programs use the machine, too. On systems other than Linux, it is 0.
fn work_of_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The fields 16 and 17 of the file, as proc(5) numbers them. They are counted from the end of the program's name,
    // which may contain any character.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    fields.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum()
}

/// Runs a program to its end.
fn run(program: PathBuf, command: &str, folder: &Path) {
    let mut program = Command::new(program);
    let status = program.arg(command).arg(folder).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let code = status.expect("the program starts").code();
    assert!(matches!(code, Some(0 | 1)), "{program:?} ended with {code:?}");
}

fn bmes() -> PathBuf {
    env!("CARGO_BIN_EXE_bmes").into()
}

fn this() -> PathBuf {
    std::env::current_exe().expect("the path of this program is known")
}

/// Calls `work` with each file, on as many threads as the command uses. Each thread takes the next file that no thread
/// has taken.
fn each<W>(files: &[PathBuf], threads: usize, worker: impl Fn() -> W + Sync, work: impl Fn(&Path, &mut W) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut worker = worker();
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(file, &mut worker);
                }
            });
        }
    });
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder exists");
    entries.map(|entry| entry.expect("the folder can be read").path()).collect()
}

/// Returns an empty folder below Cargo's target folder.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("Cargo's target folder is writable");
    folder
}

/// Returns a file of `size` bytes with the record of a usual module: 6 requests, 14 imports, 10 exports, a star export.
fn file_of(size: usize) -> Vec<u8> {
    let specifiers: Vec<String> = (0..6).map(|number| format!("./modules/number-{number}.mjs")).collect();
    let names: Vec<String> = (0..14).map(|number| format!("someName{number}")).collect();
    let mut record: ModuleRecord<&str> = ModuleRecord::new(bmes::VersionFields::V2);
    record.requests = specifiers
        .iter()
        .map(|specifier| ModuleRequest { specifier: specifier.as_str(), attributes: vec![] })
        .collect();
    record.imports = names
        .iter()
        .zip(specifiers.iter().cycle())
        .map(|(name, specifier)| ImportEntry {
            import_type: ImportType::Single,
            module_request: specifier.as_str(),
            import_name: name,
            local_name: name,
        })
        .collect();
    record.exports = names.iter().take(10).map(|name| local(name)).collect();
    record.star_exports = vec![&specifiers[0]];
    let metadata = bmes::encode(&record, &[]).expect("the record is valid").len();
    bmes::encode(&record, &vec![0x5a; size - metadata]).expect("the record is valid")
}

fn local(name: &str) -> ExportEntry<&str> {
    ExportEntry {
        export_type: ExportType::Local,
        export_name: name,
        module_name: "",
        import_name: "",
        local_name: name,
    }
}
