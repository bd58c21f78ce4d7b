//! Checks the layers of the codec: no file imports a file of a higher layer, and no files import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::run::{Failure, Outcome, Report, root};

const SOURCE: &str = "codec/src";
/// The layers of the codec, lowest first. Each is a folder or a file of `codec/src`. Every other file there is an operation;
/// the operations are above all layers.
const LAYERS: [&str; 6] = ["bytes", "format", "model", "versions", "v4", "fast"];

/// The text of each source file, by the path of its module: `versions::v1` for `versions/v1.rs`. The path of `lib.rs` is empty.
type Files = BTreeMap<String, String>;

/// Fails if a file of the codec imports a file of a higher layer, or if files import each other in a circle.
pub(crate) fn check() -> Report {
    let mut files = Files::new();
    let folder = root().join(SOURCE);
    read(&folder, "", &mut files).map_err(|error| Failure::at(&folder, &error))?;
    let faults = faults(&files);
    if faults.is_empty() {
        return Ok(Outcome::Ran);
    }
    let mut text = format!(
        "{SOURCE}: {} faults in the imports; the order of the layers is {} < operations:",
        faults.len(),
        LAYERS.join(" < ")
    );
    for fault in faults {
        let _ = write!(text, "\n  {fault}");
    }
    Err(Failure::new(text))
}

fn read(folder: &Path, module: &str, files: &mut Files) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        let inner = if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
        if path.is_dir() {
            read(&path, &inner, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inner = if inner == "lib" { String::new() } else { inner };
            files.insert(inner, fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// Returns one sentence for each import of a higher layer, and one sentence if modules import each other in a circle.
fn faults(files: &Files) -> Vec<String> {
    let mut faults = Vec::new();
    let mut imports = BTreeMap::new();
    for (module, text) in files.iter().filter(|(module, _)| !module.is_empty()) {
        let imported: BTreeSet<_> = paths(module, text).iter().map(|path| file_of(path, files)).collect();
        for other in imported.iter().filter(|other| layer(other) > layer(module)) {
            let other = if other.is_empty() { "the crate's root" } else { other };
            faults.push(format!("{module} imports {other}, which is in a higher layer"));
        }
        imports.insert(module.clone(), imported);
    }
    faults.extend(
        circle(&imports).map(|circle| format!("these modules import each other in a circle: {}", circle.join(" → "))),
    );
    faults
}

/// Returns the number of a module's layer; 0 is the lowest. The operations are above the layers, and the crate's root is above
/// the operations.
fn layer(module: &str) -> usize {
    let first = module.split("::").next().unwrap_or_default();
    match LAYERS.iter().position(|layer| *layer == first) {
        Some(layer) => layer,
        None if module.is_empty() => LAYERS.len() + 1,
        None => LAYERS.len(),
    }
}

/// Returns the module paths that the text of a file uses (`crate::…`, `super::…`) and declares (`mod …;`). Each path begins at
/// the crate's root. Ignores comments and tests.
fn paths(module: &str, text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .take_while(|line| line.trim() != "#[cfg(test)]" || line.starts_with(' '))
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut paths = Vec::new();
    for rest in code.split("crate::").skip(1) {
        expand("", rest, &mut paths);
    }
    let parent = module.rsplit_once("::").map_or("", |(parent, _)| parent);
    for rest in code.split("super::").skip(1) {
        expand(parent, rest, &mut paths);
    }
    let declared = code.lines().filter_map(|line| line.strip_suffix(';')?.rsplit_once("mod "));
    paths.extend(declared.filter(|(before, _)| !before.contains('"')).map(|(_, name)| format!("{module}::{name}")));
    paths
}

/// Adds to `paths` all paths that a use tree stands for: `a::{b, c::d}` stands for `a::b` and `a::c::d`. `prefix` is the path
/// before the tree.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let end = tree.find(|character: char| !(character.is_alphanumeric() || "_:".contains(character)));
    let (path, rest) = tree.split_at(end.unwrap_or(tree.len()));
    let path = [prefix, path.trim_end_matches(':')].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let path = path.join("::");
    let Some(group) = rest.strip_prefix('{') else {
        paths.push(path);
        return;
    };
    let mut depth = 0;
    let mut start = 0;
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let part = group[start..at].trim();
                if !part.is_empty() {
                    expand(&path, part, paths);
                }
                start = at + 1;
                if character == '}' {
                    return;
                }
            }
            _ => {}
        }
    }
}

/// Returns the module whose file contains the item at `path`: the longest prefix of `path` that has a file in `files`.
fn file_of(path: &str, files: &Files) -> String {
    let mut path = path;
    while !files.contains_key(path) {
        path = path.rsplit_once("::").map_or("", |(before, _)| before);
        if path.is_empty() {
            break;
        }
    }
    path.to_owned()
}

/// Returns modules that import each other in a circle, if there are any. The first module is repeated at the end: `a`, `b`,
/// `a`.
fn circle(imports: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    imports.keys().find_map(|module| follow(module, imports, &mut Vec::new(), &mut done))
}

fn follow<'i>(
    module: &'i str,
    imports: &'i BTreeMap<String, BTreeSet<String>>,
    stack: &mut Vec<&'i str>,
    done: &mut BTreeSet<&'i str>,
) -> Option<Vec<String>> {
    if let Some(start) = stack.iter().position(|other| *other == module) {
        return Some(stack[start..].iter().chain([&module]).map(|module| (*module).to_owned()).collect());
    }
    if !done.insert(module) {
        return None;
    }
    stack.push(module);
    let others = imports.get(module).into_iter().flatten().filter(|other| *other != module);
    let found = others.into_iter().find_map(|other| follow(other, imports, stack, done));
    stack.pop();
    found
}

#[cfg(test)]
mod tests {
    use super::{Files, SOURCE, faults, read};
    use crate::run::root;

    /// Returns the codec's files, with `lines` added to the file of `module`.
    fn with(module: &str, lines: &str) -> Files {
        let mut files = Files::new();
        read(&root().join(SOURCE), "", &mut files).unwrap();
        files.get_mut(module).unwrap().insert_str(0, lines);
        files
    }

    #[test]
    fn the_codec_keeps_its_layers() {
        assert_eq!(faults(&with("", "")), [""; 0]);
    }

    #[test]
    fn an_import_of_a_higher_layer_is_a_fault() {
        let found = faults(&with("bytes::reader", "use crate::format::{limits, version::Version};\n"));
        assert!(
            found.contains(&"bytes::reader imports format::limits, which is in a higher layer".to_owned()),
            "{found:?}"
        );
        let found = faults(&with("model::record", "use crate::ModuleView;\n"));
        assert_eq!(found, ["model::record imports the crate's root, which is in a higher layer"]);
    }

    #[test]
    fn a_circle_within_a_layer_is_a_fault() {
        let found = faults(&with("format::version", "use super::clause::Clause;\n"));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("format::clause → format::version → format::clause"), "{found:?}");
        let found = faults(&with("versions::v1", "use crate::versions::bytecode_size_offset;\n"));
        assert!(found[0].contains("in a circle"), "{found:?}");
    }

    #[test]
    fn comments_and_tests_do_not_count() {
        let comment = "// crate::encode\n/// [x](crate::encode)\n";
        assert_eq!(faults(&with("bytes::count", comment)), [""; 0]);
        let mut files = with("bytes::count", "");
        files.get_mut("bytes::count").unwrap().push_str("#[cfg(test)]\nmod tests {\n    use crate::encode;\n}\n");
        assert_eq!(faults(&files), [""; 0]);
    }
}
