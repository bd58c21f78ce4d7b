//! Prints which modules each module imports. Parses a module only if the cache does not have its record.
//!
//! Run it twice: `cargo run -p bmes-store --example imports -- FILE...`. The second run finds everything in the cache, and
//! `BMES_CACHE_DIR=/tmp/cache` before the command uses another cache. A host of an engine works in the same way, and also
//! stores the bytecode.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

use bmes::v4::{self, Flags, KnownSource, ModuleRecord, Supplied};
use bmes_analyzer::{Options, SourceType};
use bmes_store::{Buffer, Key, Lookup, Producer, Settings, SourceFile, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let store = Store::open(Settings::from_env());
    for problem in store.problems() {
        eprintln!("{problem}");
    }
    print(&store, &files, &mut std::io::stdout().lock())?;
    // At the end of a run: one folder of the cache is kept below its limit.
    store.evict();
    let counters = store.counters();
    eprintln!("{} from the cache, {} parsed", counters.hits, counters.all_misses());
    for (reason, count) in counters.misses_by_reason() {
        eprintln!("  {count} {reason}");
    }
    Ok(())
}

/// Prints a line for each module: its path, and the specifiers that it requests.
pub(crate) fn print(store: &Store, files: &[PathBuf], out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let mut buffer = Buffer::new();
    for path in files {
        let file = SourceFile::read(path)?;
        let options = Options::for_path(path)?;
        let producer = producer(&options);
        let digest = producer.digest()?;
        // A record does not depend on the URL: copies of a module share a file of the cache.
        let key = Key::new("", &digest, &file.source.sha256)?;
        match store.get(&key, &digest, KnownSource::Source(file.source), &mut buffer) {
            Lookup::Hit(module) => line(path, module.view().requests().map(|request| request.specifier()), out)?,
            Lookup::Miss(_) => {
                let analysis = bmes_analyzer::analyze(&file.bytes, &options)?;
                line(path, analysis.record.requests.iter().map(|request| request.specifier.as_ref()), out)?;
                let flags = Flags {
                    top_level_await: analysis.flags.top_level_await,
                    import_meta: analysis.flags.import_meta,
                    typescript: matches!(options.source_type, SourceType::Mts | SourceType::Ts | SourceType::Tsx),
                };
                let supplied =
                    Supplied { producer: digest, source: file.source, flags, alignment: 8, lexical_features: None };
                let record = ModuleRecord::from_named(&analysis.record, supplied)?;
                // A module that changed while it was read is used, but not stored. If storing fails, the next run parses
                // the module again.
                if file.is_stable {
                    let _ = store.put(&key, &v4::encode(&record, b"", b"")?);
                    let _ = store.put_producer(&producer);
                }
            }
        }
    }
    Ok(())
}

/// Everything except the source that the record depends on: the analyzer, and how it reads and compiles the source.
fn producer(options: &Options) -> Producer {
    let Options { source_type, version, namespace_reexport, typescript, jsx, max_len: _, stack_len: _, .. } = options;
    Producer::new("bmes-analyzer", bmes_analyzer::VERSION)
        .option("source-type", &format!("{source_type:?}"))
        .option("version", &format!("{version:?}"))
        .option("namespace-reexport", &format!("{namespace_reexport:?}"))
        .option("typescript", &format!("{typescript:?}"))
        .option("jsx", &format!("{jsx:?}"))
}

fn line<'s>(path: &Path, specifiers: impl Iterator<Item = &'s str>, out: &mut dyn Write) -> std::io::Result<()> {
    let specifiers: Vec<_> = specifiers.collect();
    writeln!(out, "{}: {}", path.display(), specifiers.join(" "))
}
