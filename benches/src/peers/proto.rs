//! The types of a module for Protocol Buffers, as `protoc` would generate them. They are written by hand with prost's derive
//! macro, so `protoc` is not needed.

#![allow(clippy::struct_field_names, reason = "the names are the specification's")]

use super::derived::Owned;

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Module {
    #[prost(message, repeated, tag = "1")]
    pub(super) requests: Vec<Request>,
    #[prost(message, repeated, tag = "2")]
    pub(super) imports: Vec<Import>,
    #[prost(message, repeated, tag = "3")]
    pub(super) exports: Vec<Export>,
    #[prost(string, repeated, tag = "4")]
    pub(super) star_exports: Vec<String>,
    #[prost(bytes = "vec", tag = "5")]
    pub(super) bytecode: Vec<u8>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Request {
    #[prost(string, tag = "1")]
    pub(super) specifier: String,
    #[prost(message, repeated, tag = "2")]
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) key: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Import {
    #[prost(uint32, tag = "1")]
    pub(super) kind: u32,
    #[prost(string, tag = "2")]
    pub(super) module_request: String,
    #[prost(string, tag = "3")]
    pub(super) import_name: String,
    #[prost(string, tag = "4")]
    pub(super) local_name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Export {
    #[prost(uint32, tag = "1")]
    pub(super) kind: u32,
    #[prost(string, tag = "2")]
    pub(super) export_name: String,
    #[prost(string, tag = "3")]
    pub(super) module_name: String,
    #[prost(string, tag = "4")]
    pub(super) import_name: String,
    #[prost(string, tag = "5")]
    pub(super) local_name: String,
}

impl From<&Owned> for Module {
    fn from(owned: &Owned) -> Self {
        let Owned { requests, imports, exports, star_exports, bytecode } = owned.clone();
        let requests = requests.into_iter().map(|request| {
            let attributes = request.attributes.into_iter().map(|(key, value)| Attribute { key, value });
            Request { specifier: request.specifier, attributes: attributes.collect() }
        });
        let imports = imports.into_iter().map(|import| Import {
            kind: import.kind as u32,
            module_request: import.module_request,
            import_name: import.import_name,
            local_name: import.local_name,
        });
        let exports = exports.into_iter().map(|export| Export {
            kind: export.kind as u32,
            export_name: export.export_name,
            module_name: export.module_name,
            import_name: export.import_name,
            local_name: export.local_name,
        });
        let (requests, imports, exports) = (requests.collect(), imports.collect(), exports.collect());
        Self { requests, imports, exports, star_exports, bytecode }
    }
}
