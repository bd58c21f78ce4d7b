//! The format of `flatbuffers`, through the code that `flatc` generated.

use super::derived::{Kind, Owned, OwnedExport, OwnedImport, OwnedRequest};
use benches_generated::module_generated::module;
use flatbuffers::{FlatBufferBuilder, InvalidFlatbuffer};

/// Returns a buffer, and the index in it at which the message begins. The library fills the buffer from its end.
pub(super) fn encode(owned: &Owned) -> (Vec<u8>, usize) {
    let mut builder = FlatBufferBuilder::new();
    let requests: Vec<_> = owned
        .requests
        .iter()
        .map(|request| {
            let attributes = (!request.attributes.is_empty()).then(|| {
                let attributes = request.attributes.iter().map(|(key, value)| {
                    let (key, value) = (builder.create_string(key), builder.create_string(value));
                    let arguments = module::AttributeArgs { key: Some(key), value: Some(value) };
                    module::Attribute::create(&mut builder, &arguments)
                });
                let attributes = attributes.collect::<Vec<_>>();
                builder.create_vector(&attributes)
            });
            let specifier = Some(builder.create_string(&request.specifier));
            module::Request::create(&mut builder, &module::RequestArgs { specifier, attributes })
        })
        .collect();
    let imports: Vec<_> = owned
        .imports
        .iter()
        .map(|import| {
            let arguments = module::ImportArgs {
                kind: import.kind as u8,
                module_request: Some(builder.create_string(&import.module_request)),
                import_name: Some(builder.create_string(&import.import_name)),
                local_name: Some(builder.create_string(&import.local_name)),
            };
            module::Import::create(&mut builder, &arguments)
        })
        .collect();
    let exports: Vec<_> = owned
        .exports
        .iter()
        .map(|export| {
            let arguments = module::ExportArgs {
                kind: export.kind as u8,
                export_name: Some(builder.create_string(&export.export_name)),
                module_name: Some(builder.create_string(&export.module_name)),
                import_name: Some(builder.create_string(&export.import_name)),
                local_name: Some(builder.create_string(&export.local_name)),
            };
            module::Export::create(&mut builder, &arguments)
        })
        .collect();
    let star_exports: Vec<_> = owned.star_exports.iter().map(|name| builder.create_string(name)).collect();
    let arguments = module::ModuleArgs {
        requests: Some(builder.create_vector(&requests)),
        imports: Some(builder.create_vector(&imports)),
        exports: Some(builder.create_vector(&exports)),
        star_exports: Some(builder.create_vector(&star_exports)),
        bytecode: Some(builder.create_vector(&owned.bytecode)),
    };
    let root = module::Module::create(&mut builder, &arguments);
    builder.finish(root, None);
    builder.collapse()
}

/// Runs the verifier over the whole buffer.
pub(super) fn verify(bytes: &[u8]) -> Result<module::Module<'_>, InvalidFlatbuffer> {
    module::root_as_module(bytes)
}

/// Verifies a message and decodes it into values that own their strings. Returns `None` if the verification fails, or if a
/// number is not a [`Kind`].
pub(super) fn decode(bytes: &[u8]) -> Option<Owned> {
    let module = verify(bytes).ok()?;
    let requests = module.requests().iter().map(|request| OwnedRequest {
        specifier: request.specifier().to_owned(),
        attributes: request
            .attributes()
            .into_iter()
            .flatten()
            .map(|a| (a.key().to_owned(), a.value().to_owned()))
            .collect(),
    });
    let imports = module.imports().iter().map(|import| {
        Some(OwnedImport {
            kind: Kind::from_number(import.kind())?,
            module_request: import.module_request().to_owned(),
            import_name: import.import_name().to_owned(),
            local_name: import.local_name().to_owned(),
        })
    });
    let exports = module.exports().iter().map(|export| {
        Some(OwnedExport {
            kind: Kind::from_number(export.kind())?,
            export_name: export.export_name().to_owned(),
            module_name: export.module_name().to_owned(),
            import_name: export.import_name().to_owned(),
            local_name: export.local_name().to_owned(),
        })
    });
    Some(Owned {
        requests: requests.collect(),
        imports: imports.collect::<Option<_>>()?,
        exports: exports.collect::<Option<_>>()?,
        star_exports: module.star_exports().iter().map(str::to_owned).collect(),
        bytecode: module.bytecode().bytes().to_vec(),
    })
}
