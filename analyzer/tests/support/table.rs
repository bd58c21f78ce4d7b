//! Applies `conformance/real/normalise.json`, the table that converts the engine's output to a
//! record. Output that no row covers is an error.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use bmes::{ExportEntry, ExportType, ImportEntry, ImportType, ModuleRecord, ModuleRequest};
use serde_json::Value;

use super::dump::{Dump, Entry, Name};

/// The rows for `jsc`.
pub(crate) struct Table(Vec<Value>);

impl Table {
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/real/normalise.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let table: Value = serde_json::from_str(&text).expect("the table is JSON");
        let rows = table["rows"].as_array().expect("the table has rows").clone();
        Self(
            rows.into_iter()
                .filter(|row| row["engines"].as_array().is_some_and(|all| all.iter().any(|one| one == "jsc")))
                .collect(),
        )
    }

    /// Returns the record that the engine printed. The engine does not print the order of the
    /// entries, the attributes, and whether an import is one of a namespace. These are taken from
    /// `source`, the record that was made from the source.
    pub(crate) fn normalise(&self, dump: &Dump, source: &ModuleRecord) -> Result<ModuleRecord, String> {
        let imported: HashMap<&str, &ImportEntry> =
            source.imports.iter().map(|import| (import.local_name.as_str(), import)).collect();
        let mut record = ModuleRecord::new(source.version());
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

    /// Converts a request. The engine prints only whether there are attributes.
    fn request(&self, entry: &Entry, source: &ModuleRecord) -> Result<ModuleRequest, String> {
        let specifier = text(entry, "module")?;
        let has_attributes = entry.field("attributes") != Some(&Name::Private("(nil)".to_owned()));
        let none = ModuleRequest { specifier: specifier.clone(), attributes: Vec::new() };
        if !has_attributes {
            return Ok(none);
        }
        self.rows("attributes", "requests").next().ok_or("the table has no row for attributes")?;
        let request =
            source.requests.iter().find(|request| request.specifier == specifier && !request.attributes.is_empty());
        request.cloned().ok_or_else(|| format!("the engine has attributes for {specifier:?}, the record has none"))
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

    /// Returns the entries in the order of the source, which must have exactly these entries.
    fn order<T, K: PartialEq + std::fmt::Debug + Eq + std::hash::Hash>(
        &self,
        section: &str,
        entries: Vec<T>,
        source: &[T],
        key: impl Fn(&T) -> K,
    ) -> Result<Vec<T>, String> {
        self.rows("order", section).next().ok_or_else(|| format!("the table has no row for the order of {section}"))?;
        let count = entries.len();
        let mut by_key: HashMap<K, T> = entries.into_iter().map(|entry| (key(&entry), entry)).collect();
        let mut ordered = Vec::new();
        for wanted in source {
            let wanted = key(wanted);
            ordered.push(
                by_key.remove(&wanted).ok_or_else(|| format!("{section}: the engine has no entry for {wanted:?}"))?,
            );
        }
        if !by_key.is_empty() || ordered.len() != count {
            return Err(format!("{section}: the engine also has entries for {:?}", by_key.keys().collect::<Vec<_>>()));
        }
        Ok(ordered)
    }
}

/// The fields of an entry while rows rewrite them.
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
            Some(Name::Private(name)) => Err(format!("the table has no row for the private name {name}")),
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
        let when = row["when"].as_object().ok_or("a rewrite row has no `when`")?;
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
        for (field, value) in row["set"].as_object().ok_or("a rewrite row has no `set`")? {
            let value = match value {
                Value::String(text) => text.clone(),
                _ => module_of(&local_name.clone()?).ok_or("a rewrite row refers to an import that does not exist")?,
            };
            self.0.insert(field.clone(), Name::Text(value));
        }
        Ok(())
    }
}

fn text(entry: &Entry, field: &str) -> Result<String, String> {
    match entry.field(field) {
        Some(Name::Text(text)) => Ok(text.clone()),
        Some(Name::Private(name)) => Err(format!("the table has no row for the private name {name}")),
        None => Err(format!("the engine printed no {field}")),
    }
}
