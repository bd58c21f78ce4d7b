//! Converts the record that the engine prints to a BMES record, with the rows of the table
//! `conformance/real/normalise.json`. Fails if no row covers a part of the printed record.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use bmes::{ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest};
use serde_json::Value;

use super::dump::{Dump, Entry, Name};

/// The rows of the table that apply to `jsc`.
pub(crate) struct Table(Vec<Value>);

impl Table {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real/normalise.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let table: Value = serde_json::from_str(&text).expect("normalise.json must be JSON");
        let rows = table["rows"].as_array().expect("normalise.json must have a list `rows`").clone();
        Self(
            rows.into_iter()
                .filter(|row| row["engines"].as_array().is_some_and(|all| all.iter().any(|one| one == "jsc")))
                .collect(),
        )
    }

    /// Returns the BMES record for the printed record `dump`. Three things are missing in `dump`:
    /// the order of the entries, the attributes, and which imports are namespace imports. They are
    /// taken from `source`, the analyzer's record of the same module.
    pub(crate) fn normalise(&self, dump: &Dump, source: &ModuleRecord) -> Result<ModuleRecord, String> {
        let imported: HashMap<&str, &ImportEntry> =
            source.imports.iter().map(|import| (import.local_name.as_str(), import)).collect();
        let mut record = ModuleRecord::of_version(source.version()).expect("a version from 1 to 3");
        let requests = dump.requests.iter().map(|entry| self.request(entry, source)).collect::<Result<_, _>>()?;
        record.requests = self.order("requests", requests, &source.requests, ModuleRequest::clone)?;
        let imports = dump.imports.iter().map(|entry| self.import(entry, &imported)).collect::<Result<_, _>>()?;
        record.imports = self.order("imports", imports, &source.imports, |import| import.local_name.clone())?;
        let modules =
            dump.imports.iter().filter_map(|entry| Some((text(entry, "local").ok()?, text(entry, "module").ok()?)));
        let modules: HashMap<String, String> = modules.collect();
        let exports =
            dump.exports.iter().map(|entry| self.export(entry, &imported, &modules)).collect::<Result<_, _>>()?;
        record.exports = self.order("exports", exports, &source.exports, |export| export.export_name.clone())?;
        let stars = dump.star_exports.iter().map(|entry| text(entry, "module")).collect::<Result<_, _>>()?;
        record.star_exports = self.order("star_exports", stars, &source.star_exports, String::clone)?;
        Ok(record)
    }

    fn rows<'a>(&'a self, kind: &'a str, section: &'a str) -> impl Iterator<Item = &'a Value> {
        self.0.iter().filter(move |row| row["kind"] == kind && row["section"] == section)
    }

    /// Converts a request. The engine prints only whether the request has attributes, and not what
    /// they are.
    fn request(&self, entry: &Entry, source: &ModuleRecord) -> Result<ModuleRequest, String> {
        let specifier = text(entry, "module")?;
        let has_attributes = entry.field("attributes") != Some(&Name::Private("(nil)".to_owned()));
        let none = ModuleRequest { specifier: specifier.clone(), attributes: Vec::new() };
        if !has_attributes {
            return Ok(none);
        }
        self.rows("attributes", "requests").next().ok_or("normalise.json has no row for attributes")?;
        let request =
            source.requests.iter().find(|request| request.specifier == specifier && !request.attributes.is_empty());
        request
            .cloned()
            .ok_or_else(|| format!("the engine has attributes for {specifier:?}, but the analyzer's record has none"))
    }

    fn import(&self, entry: &Entry, imported: &HashMap<&str, &ImportEntry>) -> Result<ImportEntry, String> {
        let local_name = text(entry, "local")?;
        let is_namespace =
            imported.get(local_name.as_str()).is_some_and(|import| import.import_type == ImportType::Namespace);
        let source = if is_namespace { "namespace-import" } else { "single-import" };
        let mut fields = Fields::new(&[("type", "single"), ("local_name", &local_name)]);
        fields.set("module_request", entry.field("module"));
        fields.set("import_name", entry.field("import"));
        for row in self.rows("rewrite", "imports") {
            fields.rewrite(row, source, &|_| None, &|_| None)?;
        }
        Ok(ImportEntry {
            import_type: if fields.get("type")? == "namespace" { ImportType::Namespace } else { ImportType::Single },
            module_request: fields.get("module_request")?,
            import_name: fields.get("import_name")?,
            local_name,
        })
    }

    fn export(
        &self,
        entry: &Entry,
        imported: &HashMap<&str, &ImportEntry>,
        modules: &HashMap<String, String>,
    ) -> Result<ExportEntry, String> {
        let mut fields = Fields::new(&[("type", &entry.kind.to_lowercase())]);
        for (field, printed) in
            [("export_name", "export"), ("module_name", "module"), ("import_name", "import"), ("local_name", "local")]
        {
            fields.set(field, Some(entry.field(printed).unwrap_or(&Name::Text(String::new()))));
        }
        let bound_by = |name: &str| {
            imported.get(name).map(|import| match import.import_type {
                ImportType::Namespace => "namespace-import",
                _ => "single-import",
            })
        };
        for row in self.rows("rewrite", "exports") {
            fields.rewrite(row, "", &bound_by, &|name| modules.get(name).cloned())?;
        }
        Ok(ExportEntry {
            export_type: match fields.get("type")?.as_str() {
                "local" => ExportType::Local,
                "indirect" => ExportType::Indirect,
                _ => ExportType::Namespace,
            },
            export_name: fields.get("export_name")?,
            module_name: fields.get("module_name")?,
            import_name: fields.get("import_name")?,
            local_name: fields.get("local_name")?,
        })
    }

    /// Returns `entries` in the order of `source`. Fails unless both have the same keys.
    fn order<T, K: PartialEq + std::fmt::Debug + Eq + std::hash::Hash>(
        &self,
        section: &str,
        entries: Vec<T>,
        source: &[T],
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<T>, String> {
        self.rows("order", section)
            .next()
            .ok_or_else(|| format!("normalise.json has no row for the order of {section}"))?;
        let count = entries.len();
        let mut by_key: HashMap<K, T> = entries.into_iter().map(|entry| (key(&entry), entry)).collect();
        let mut ordered = Vec::new();
        for wanted in source {
            let wanted = key(wanted);
            ordered.push(by_key.remove(&wanted).ok_or_else(|| {
                format!("{section}: the analyzer has an entry for {wanted:?}, but the engine has none")
            })?);
        }
        if !by_key.is_empty() || ordered.len() != count {
            return Err(format!(
                "{section}: the engine has entries that the analyzer does not have: {:?}",
                by_key.keys().collect::<Vec<_>>()
            ));
        }
        Ok(ordered)
    }
}

/// The fields of an entry, which the rows of the table change one after the other.
struct Fields(HashMap<String, Name>);

impl Fields {
    fn new(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(field, value)| ((*field).to_owned(), Name::Text((*value).to_owned()))).collect())
    }

    fn set(&mut self, field: &str, value: Option<&Name>) {
        self.0.extend(value.map(|value| (field.to_owned(), value.clone())));
    }

    fn get(&self, field: &str) -> Result<String, String> {
        match self.0.get(field) {
            Some(Name::Text(text)) => Ok(text.clone()),
            Some(Name::Private(name)) => Err(format!("normalise.json has no row for the private name {name}")),
            None => Err(format!("the engine printed no {field}")),
        }
    }

    fn rewrite(
        &mut self,
        row: &Value,
        source: &str,
        bound_by: &dyn Fn(&str) -> Option<&'static str>,
        module_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), String> {
        let when = row["when"].as_object().ok_or("a rewrite row of normalise.json has no `when`")?;
        let applies = when.iter().all(|(field, wanted)| match (field.as_str(), wanted) {
            ("source", wanted) => wanted == source,
            (field, Value::Object(wanted)) => match self.0.get(field) {
                Some(Name::Private(name)) => wanted.get("private").is_some_and(|wanted| wanted == name),
                Some(Name::Text(name)) => {
                    wanted.get("bound_by").is_some_and(|by| bound_by(name).is_some_and(|bound| by == bound))
                }
                None => false,
            },
            (field, wanted) => matches!(self.0.get(field), Some(Name::Text(text)) if wanted == text),
        });
        if !applies {
            return Ok(());
        }
        let local_name = self.get("local_name");
        for (field, value) in row["set"].as_object().ok_or("a rewrite row of normalise.json has no `set`")? {
            let value = match value {
                Value::String(text) => text.clone(),
                _ => module_of(&local_name.clone()?)
                    .ok_or("a rewrite row of normalise.json refers to an import that the engine did not print")?,
            };
            self.0.insert(field.clone(), Name::Text(value));
        }
        Ok(())
    }
}

fn text(entry: &Entry, field: &str) -> Result<String, String> {
    match entry.field(field) {
        Some(Name::Text(text)) => Ok(text.clone()),
        Some(Name::Private(name)) => Err(format!("normalise.json has no row for the private name {name}")),
        None => Err(format!("the engine printed no {field}")),
    }
}
