//! Reads the module record that `jsc` prints with `JSC_dumpModuleRecord`, without a conversion of
//! its values.
//!
//! The engine does not escape names. So an entry with a name that contains a quote or a line break
//! could sometimes be read in several ways. An entry is accepted only if there is exactly one way
//! to read it. Local names are identifiers, and so contain no quote.

/// A name as the engine prints it: `Text` if it is in quotes, and `Private` if it is not. A
/// `Private` name is one of the engine's internal names, or an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Text(String),
    Private(String),
}

/// An entry: its type (empty if the engine prints none), and its fields with their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: String,
    fields: Vec<(&'static str, Name)>,
}

impl Entry {
    pub(crate) fn field(&self, name: &str) -> Option<&Name> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }
}

/// A printed record. All lists are in the order in which the engine prints them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dump {
    pub(crate) requests: Vec<Entry>,
    pub(crate) imports: Vec<Entry>,
    pub(crate) exports: Vec<Entry>,
    pub(crate) star_exports: Vec<Entry>,
}

/// The kinds of values that a printed field can have between its parentheses.
#[derive(Clone, Copy)]
enum Value {
    Name,
    Identifier,
    Address,
}

type Shape = &'static [(&'static str, Value)];

const REQUEST: Shape = &[("module", Value::Name), ("attributes", Value::Address)];
const IMPORT: Shape = &[("import", Value::Name), ("local", Value::Identifier), ("module", Value::Name)];
const EXPORTS: &[(&str, Shape)] = &[
    ("Local", &[("export", Value::Name), ("local", Value::Identifier)]),
    ("Indirect", &[("export", Value::Name), ("import", Value::Name), ("module", Value::Name)]),
    ("Namespace", &[("export", Value::Name), ("module", Value::Name)]),
    ("Star", &[("module", Value::Name)]),
];

/// Reads the printed record of one module. `text` begins with the key of the module.
pub(crate) fn parse(text: &str) -> Result<Dump, String> {
    let (_, text) = text.split_once("\n    Dependencies: ").ok_or("the engine printed no dependencies")?;
    let (requests, text) = text.split_once("\n    Import: ").ok_or("the engine printed no imports")?;
    let (imports, exports) = text.split_once("\n    Export: ").ok_or("the engine printed no exports")?;
    let (star_exports, exports) = section(exports)?.into_iter().partition(|entry| entry.kind == "Star");
    Ok(Dump { requests: section(requests)?, imports: section(imports)?, exports, star_exports })
}

fn section(text: &str) -> Result<Vec<Entry>, String> {
    let (count, text) = text.split_once('\n').unwrap_or((text, ""));
    let count: usize = count
        .split(' ')
        .next()
        .and_then(|count| count.parse().ok())
        .ok_or("a section of the printed record does not begin with its number of entries")?;
    let mut entries: Vec<String> = Vec::new();
    for line in text.trim_end().lines() {
        let starts = line
            .strip_prefix("      ")
            .filter(|rest| ["module(", "import(", "["].iter().any(|start| rest.starts_with(start)));
        match (starts, entries.last_mut()) {
            (Some(rest), _) => entries.push(rest.to_owned()),
            (None, Some(entry)) => entry.extend(["\n", line]),
            (None, None) if line.trim().is_empty() => {}
            (None, None) => return Err(format!("unexpected text before the entries: {line:?}")),
        }
    }
    let entries = entries.iter().map(|entry| read(entry)).collect::<Result<Vec<_>, _>>()?;
    // The engine's count does not include star exports.
    let counted = entries.iter().filter(|entry| entry.kind != "Star").count();
    if counted == count {
        Ok(entries)
    } else {
        Err(format!("the engine says that a section has {count} entries, but prints {counted}"))
    }
}

fn read(text: &str) -> Result<Entry, String> {
    let (kind, shape, rest) = match text.strip_prefix('[').and_then(|text| text.split_once("] ")) {
        Some((kind, rest)) => {
            let shape = EXPORTS
                .iter()
                .find(|(name, _)| *name == kind)
                .ok_or_else(|| format!("unknown export type {kind:?}"))?;
            (kind, shape.1, rest)
        }
        None if text.starts_with("import(") => ("", IMPORT, text),
        None => ("", REQUEST, text),
    };
    let mut readings = Vec::new();
    split(shape, rest, true, &mut Vec::new(), &mut readings);
    match <[_; 1]>::try_from(readings) {
        Ok([fields]) => Ok(Entry { kind: kind.to_owned(), fields }),
        Err(readings) => {
            Err(format!("the printed entry {text:?} can be read in {} ways, and not in exactly one", readings.len()))
        }
    }
}

/// Collects in `readings` all ways to read `text` as the fields of `shape`, which are separated by
/// commas. `before` are the fields that are already read.
fn split(
    shape: Shape,
    text: &str,
    first: bool,
    before: &mut Vec<(&'static str, Name)>,
    readings: &mut Vec<Vec<(&'static str, Name)>>,
) {
    let Some(((field, value), shape)) = shape.split_first() else {
        if text.is_empty() {
            readings.push(before.clone());
        }
        return;
    };
    let text =
        if first { Some(text) } else { text.strip_prefix(',').map(|text| text.strip_prefix(' ').unwrap_or(text)) };
    let Some(text) = text.and_then(|text| text.strip_prefix(field)).and_then(|text| text.strip_prefix('(')) else {
        return;
    };
    for (end, _) in text.match_indices(')') {
        let (inner, rest) = (&text[..end], &text[end + 1..]);
        if let Some(name) = name(*value, inner) {
            before.push((field, name));
            split(shape, rest, false, before, readings);
            before.pop();
        }
    }
}

fn name(value: Value, inner: &str) -> Option<Name> {
    let quoted = inner.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\''));
    match (value, quoted) {
        (Value::Address, _) => (inner == "(nil)" || inner.starts_with("0x")).then(|| Name::Private(inner.to_owned())),
        (Value::Identifier, Some(text)) if text.contains('\'') => None,
        (_, Some(text)) => Some(Name::Text(text.to_owned())),
        (_, None) => (!inner.contains(['\'', '(', ')'])).then(|| Name::Private(inner.to_owned())),
    }
}
