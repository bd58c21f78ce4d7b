//! The fields of a record of version 4 that hold the index of a string.

use bmes::v4::{ModuleRecord, StringIndex};

/// Calls `change` for each of these fields: those of the requests, the imports, the exports, and the variables.
pub fn for_each_string(record: &mut ModuleRecord, mut change: impl FnMut(&mut StringIndex)) {
    for request in &mut record.requests {
        change(&mut request.specifier);
        for attribute in &mut request.attributes {
            change(&mut attribute.key);
            change(&mut attribute.value);
        }
    }
    for import in &mut record.imports {
        change(&mut import.local_name);
        import.import_name.iter_mut().for_each(&mut change);
    }
    for export in &mut record.exports {
        change(&mut export.export_name);
        export.name.iter_mut().for_each(&mut change);
    }
    if let Some(environment) = &mut record.environment {
        let variables = environment.declared_variables.iter_mut().chain(&mut environment.lexical_variables);
        variables.for_each(|variable| change(&mut variable.name));
    }
}
