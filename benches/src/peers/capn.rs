//! The format of Cap'n Proto, through the code that `capnpc-rust` generated.

use super::derived::{Kind, Owned, OwnedExport, OwnedImport, OwnedRequest};
use benches_generated::module_capnp;
use capnp::message::{self, ReaderOptions};
use capnp::serialize;

/// Returns the number of entries of a list as a `u32`, because the format has 32 bits for it.
fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).expect("no workload has 2^32 entries")
}

/// Returns an encoded message, which begins with its table of segments.
pub(super) fn encode(owned: &Owned) -> Vec<u8> {
    let mut message = message::Builder::new_default();
    let mut module = message.init_root::<module_capnp::module::Builder<'_>>();
    let mut requests = module.reborrow().init_requests(count(&owned.requests));
    for (index, request) in (0..).zip(&owned.requests) {
        let mut entry = requests.reborrow().get(index);
        entry.set_specifier(&request.specifier);
        if !request.attributes.is_empty() {
            let mut attributes = entry.init_attributes(count(&request.attributes));
            for (index, (key, value)) in (0..).zip(&request.attributes) {
                let mut entry = attributes.reborrow().get(index);
                entry.set_key(key);
                entry.set_value(value);
            }
        }
    }
    let mut imports = module.reborrow().init_imports(count(&owned.imports));
    for (index, import) in (0..).zip(&owned.imports) {
        let mut entry = imports.reborrow().get(index);
        entry.set_kind(import.kind as u8);
        entry.set_module_request(&import.module_request);
        entry.set_import_name(&import.import_name);
        entry.set_local_name(&import.local_name);
    }
    let mut exports = module.reborrow().init_exports(count(&owned.exports));
    for (index, export) in (0..).zip(&owned.exports) {
        let mut entry = exports.reborrow().get(index);
        entry.set_kind(export.kind as u8);
        entry.set_export_name(&export.export_name);
        entry.set_module_name(&export.module_name);
        entry.set_import_name(&export.import_name);
        entry.set_local_name(&export.local_name);
    }
    let mut star_exports = module.reborrow().init_star_exports(count(&owned.star_exports));
    for (index, name) in (0..).zip(&owned.star_exports) {
        star_exports.set(index, name);
    }
    module.set_bytecode(&owned.bytecode);
    serialize::write_message_to_words(&message)
}

/// Validates a message by reading every value, because the library validates a value only when the value is read.
pub(super) fn traverse(mut bytes: &[u8]) -> capnp::Result<usize> {
    let message = serialize::read_message_from_flat_slice(&mut bytes, ReaderOptions::new())?;
    let module = message.get_root::<module_capnp::module::Reader<'_>>()?;
    let mut strings = 0;
    let mut see = |text: capnp::Result<capnp::text::Reader<'_>>| -> capnp::Result<()> {
        strings += text?.to_str()?.len();
        Ok(())
    };
    for request in module.get_requests()? {
        see(request.get_specifier())?;
        for attribute in request.get_attributes()? {
            see(attribute.get_key())?;
            see(attribute.get_value())?;
        }
    }
    for import in module.get_imports()? {
        kind(import.get_kind())?;
        see(import.get_module_request())?;
        see(import.get_import_name())?;
        see(import.get_local_name())?;
    }
    for export in module.get_exports()? {
        kind(export.get_kind())?;
        see(export.get_export_name())?;
        see(export.get_module_name())?;
        see(export.get_import_name())?;
        see(export.get_local_name())?;
    }
    for name in module.get_star_exports()? {
        see(name)?;
    }
    Ok(strings + module.get_bytecode()?.len())
}

fn kind(number: u8) -> capnp::Result<Kind> {
    Kind::from_number(number).ok_or_else(|| capnp::Error::failed("a type of an import or export is above 2".to_owned()))
}

/// Decodes a message into values that own their strings.
pub(super) fn decode(mut bytes: &[u8]) -> capnp::Result<Owned> {
    let message = serialize::read_message_from_flat_slice(&mut bytes, ReaderOptions::new())?;
    let module = message.get_root::<module_capnp::module::Reader<'_>>()?;
    let text = |text: capnp::Result<capnp::text::Reader<'_>>| -> capnp::Result<String> { Ok(text?.to_string()?) };
    let requests = module.get_requests()?.iter().map(|request| {
        let attributes = request.get_attributes()?;
        let attributes = attributes.iter().map(|a| Ok((text(a.get_key())?, text(a.get_value())?)));
        Ok(OwnedRequest {
            specifier: text(request.get_specifier())?,
            attributes: attributes.collect::<capnp::Result<_>>()?,
        })
    });
    let imports = module.get_imports()?.iter().map(|import| {
        Ok(OwnedImport {
            kind: kind(import.get_kind())?,
            module_request: text(import.get_module_request())?,
            import_name: text(import.get_import_name())?,
            local_name: text(import.get_local_name())?,
        })
    });
    let exports = module.get_exports()?.iter().map(|export| {
        Ok(OwnedExport {
            kind: kind(export.get_kind())?,
            export_name: text(export.get_export_name())?,
            module_name: text(export.get_module_name())?,
            import_name: text(export.get_import_name())?,
            local_name: text(export.get_local_name())?,
        })
    });
    Ok(Owned {
        requests: requests.collect::<capnp::Result<_>>()?,
        imports: imports.collect::<capnp::Result<_>>()?,
        exports: exports.collect::<capnp::Result<_>>()?,
        star_exports: module.get_star_exports()?.iter().map(text).collect::<capnp::Result<_>>()?,
        bytecode: module.get_bytecode()?.to_vec(),
    })
}
