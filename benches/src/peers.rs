//! Other formats (peers) for the same data. Each library is used as its documentation recommends.
//!
//! If a format has an operation that validates without decoding, that operation stands for validation. If it has no such
//! operation, decoding into slices of the input stands for validation, because it is the cheapest operation that ensures that
//! the input is valid. Read [`ALL`] first.

mod capn;
mod derived;
mod flat;
mod proto;

use crate::workloads::Workload;
use derived::{ArchivedOwned, Json, Kind, Owned, OwnedExport, OwnedImport, OwnedRequest, Sliced};
use rkyv::rancor;
use rkyv::util::AlignedVec;
use std::hint::black_box;

/// One module, converted to the types of every peer.
pub struct Data {
    owned: Owned,
    json: Json,
    proto: proto::Module,
}

impl Data {
    /// Returns the data of a workload. It must be of version 1: the types of the peers have no environment.
    pub fn of(workload: &Workload) -> Self {
        let record = &workload.record;
        let kind = |number| Kind::from_number(number).expect("there are three types of imports and of exports");
        let requests = record.requests.iter().map(|request| OwnedRequest {
            specifier: request.specifier.clone(),
            attributes: request.attributes.iter().map(|a| (a.key.clone(), a.value.clone())).collect(),
        });
        let imports = record.imports.iter().map(|import| OwnedImport {
            kind: kind(import.import_type as u8),
            module_request: import.module_request.clone(),
            import_name: import.import_name.clone(),
            local_name: import.local_name.clone(),
        });
        let exports = record.exports.iter().map(|export| OwnedExport {
            kind: kind(export.export_type as u8),
            export_name: export.export_name.clone(),
            module_name: export.module_name.clone(),
            import_name: export.import_name.clone(),
            local_name: export.local_name.clone(),
        });
        let owned = Owned {
            requests: requests.collect(),
            imports: imports.collect(),
            exports: exports.collect(),
            star_exports: record.star_exports.clone(),
            bytecode: workload.bytecode.clone(),
        };
        Self { json: (&owned).into(), proto: (&owned).into(), owned }
    }
}

/// Another format: its name, and its operations that correspond to those of this project.
#[derive(Clone, Copy)]
pub struct Peer {
    /// The name of the library, with the part or the setting that is used.
    pub name: &'static str,
    /// The name of the crate.
    pub package: &'static str,
    /// A description of the operation that stands for validation.
    pub validates_by: &'static str,
    /// Encodes into new memory.
    pub encode: fn(&Data) -> Encoded,
    /// Validates the input. The returned number has no meaning; it prevents the compiler from removing the work.
    pub validate: fn(&[u8]) -> usize,
    /// Decodes into values that own their strings, and drops them. The returned number has no meaning.
    pub decode: fn(&[u8]) -> usize,
}

/// All peers. rkyv must be the first, because other code uses `ALL[0]` for it.
pub const ALL: [Peer; 9] = [
    Peer {
        name: "rkyv + bytecheck",
        package: "rkyv",
        validates_by: "`access`, which checks the whole value",
        encode: |data| Encoded::Aligned(rkyv::to_bytes::<rancor::Error>(&data.owned).unwrap()),
        validate: |bytes| rkyv::access::<ArchivedOwned, rancor::Error>(bytes).unwrap().imports.len(),
        decode: |bytes| rkyv::from_bytes::<Owned, rancor::Error>(bytes).unwrap().imports.len(),
    },
    Peer {
        name: "speedy",
        package: "speedy",
        validates_by: "decoding into slices",
        encode: |data| Encoded::Plain(speedy::Writable::write_to_vec(&data.owned).unwrap()),
        validate: |bytes| <Sliced<'_, &[u8]> as speedy::Readable<_>>::read_from_buffer(bytes).unwrap().imports.len(),
        decode: |bytes| <Owned as speedy::Readable<_>>::read_from_buffer(bytes).unwrap().imports.len(),
    },
    Peer {
        name: "bincode 2, fixed",
        package: "bincode",
        validates_by: "decoding into slices",
        encode: |data| Encoded::Plain(bincode::encode_to_vec(&data.owned, BINCODE).unwrap()),
        validate: |bytes| {
            bincode::borrow_decode_from_slice::<Sliced<'_, &[u8]>, _>(bytes, BINCODE).unwrap().0.imports.len()
        },
        decode: |bytes| bincode::decode_from_slice::<Owned, _>(bytes, BINCODE).unwrap().0.imports.len(),
    },
    Peer {
        name: "bitcode",
        package: "bitcode",
        validates_by: "decoding into slices (the bytecode is copied: it has no slices of bytes)",
        encode: |data| Encoded::Plain(bitcode::encode(&data.owned)),
        validate: |bytes| bitcode::decode::<Sliced<'_, Vec<u8>>>(bytes).unwrap().imports.len(),
        decode: |bytes| bitcode::decode::<Owned>(bytes).unwrap().imports.len(),
    },
    Peer {
        name: "postcard",
        package: "postcard",
        validates_by: "decoding into slices",
        encode: |data| Encoded::Plain(postcard::to_allocvec(&data.owned).unwrap()),
        validate: |bytes| postcard::from_bytes::<Sliced<'_, &[u8]>>(bytes).unwrap().imports.len(),
        decode: |bytes| postcard::from_bytes::<Owned>(bytes).unwrap().imports.len(),
    },
    Peer {
        name: "Cap'n Proto",
        package: "capnp",
        validates_by: "reading every field",
        encode: |data| Encoded::Plain(capn::encode(&data.owned)),
        validate: |bytes| capn::traverse(bytes).unwrap(),
        decode: |bytes| capn::decode(bytes).unwrap().imports.len(),
    },
    Peer {
        name: "FlatBuffers",
        package: "flatbuffers",
        validates_by: "its verifier",
        encode: |data| Encoded::Flat(flat::encode(&data.owned)),
        validate: |bytes| flat::verify(bytes).unwrap().imports().len(),
        decode: |bytes| flat::decode(bytes).unwrap().imports.len(),
    },
    Peer {
        name: "prost",
        package: "prost",
        validates_by: "decoding",
        encode: |data| Encoded::Plain(prost::Message::encode_to_vec(&data.proto)),
        validate: |bytes| <proto::Module as prost::Message>::decode(bytes).unwrap().imports.len(),
        decode: |bytes| <proto::Module as prost::Message>::decode(bytes).unwrap().imports.len(),
    },
    Peer {
        name: "serde_json",
        package: "serde_json",
        validates_by: "decoding into slices (of strings without escapes)",
        encode: |data| Encoded::Plain(serde_json::to_vec(&data.json).unwrap()),
        validate: |bytes| serde_json::from_slice::<Sliced<'_, &str>>(bytes).unwrap().imports.len(),
        decode: |bytes| serde_json::from_slice::<Json>(bytes).unwrap().imports.len(),
    },
];

/// Returns true if rkyv accepts a file.
pub fn rkyv_accepts(bytes: &[u8]) -> bool {
    rkyv::access::<ArchivedOwned, rancor::Error>(bytes).is_ok()
}

/// Returns true if the verifier of `FlatBuffers` accepts a file.
pub fn flatbuffers_accepts(bytes: &[u8]) -> bool {
    flat::verify(bytes).is_ok()
}

/// Validates a file of rkyv, the first of the peers, and then reads every string in place.
pub fn every_string_by_rkyv(bytes: &[u8]) {
    let module = rkyv::access::<ArchivedOwned, rancor::Error>(bytes).unwrap();
    let mut see = |string: &rkyv::string::ArchivedString| _ = black_box(string.as_str());
    for request in module.requests.iter() {
        see(&request.specifier);
        for attribute in request.attributes.iter() {
            see(&attribute.0);
            see(&attribute.1);
        }
    }
    for import in module.imports.iter() {
        [&import.module_request, &import.import_name, &import.local_name].into_iter().for_each(&mut see);
    }
    for export in module.exports.iter() {
        [&export.export_name, &export.module_name, &export.import_name, &export.local_name]
            .into_iter()
            .for_each(&mut see);
    }
    module.star_exports.iter().for_each(see);
}

const BINCODE: bincode::config::Configuration<bincode::config::LittleEndian, bincode::config::Fixint> =
    bincode::config::standard().with_fixed_int_encoding();

/// The bytes that an encoder returns, in the memory that its library provides.
pub enum Encoded {
    /// Bytes in a vector.
    Plain(Vec<u8>),
    /// Bytes with the alignment that rkyv needs.
    Aligned(AlignedVec),
    /// A buffer, and the index in it at which the bytes begin.
    Flat((Vec<u8>, usize)),
}

impl Encoded {
    /// Returns a copy of the bytes with an alignment that is sufficient for every peer.
    pub fn aligned(&self) -> AlignedVec {
        let bytes = match self {
            Self::Plain(bytes) => &bytes[..],
            Self::Aligned(bytes) => bytes,
            Self::Flat((buffer, start)) => &buffer[*start..],
        };
        let mut aligned = AlignedVec::with_capacity(bytes.len());
        aligned.extend_from_slice(bytes);
        aligned
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Data, Json, Owned, capn, flat};
    use crate::workloads::{Shape, Workload};
    use bmes::{Attribute, Version};

    /// Returns a module with all kinds of entries of a workload, and with attributes, which no workload has.
    fn data() -> Data {
        let mut workload = Workload::new(Shape::Unicode, Version::V1);
        let attributes = &mut workload.record.requests[0].attributes;
        attributes.extend(["a", "b"].map(|key| Attribute { key: key.to_owned(), value: "json".to_owned() }));
        Data::of(&workload)
    }

    #[test]
    fn every_peer_finds_good_what_it_wrote() {
        let data = data();
        for peer in ALL {
            let bytes = (peer.encode)(&data).aligned();
            assert!((peer.validate)(&bytes) > 0, "{}", peer.name);
            assert_eq!((peer.decode)(&bytes), data.owned.imports.len(), "{}", peer.name);
        }
    }

    #[test]
    fn every_peer_validates_the_text() {
        let data = data();
        let name = data.owned.exports[0].export_name.as_bytes();
        for peer in ALL {
            let mut bytes = (peer.encode)(&data).aligned();
            let offsets: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at..].starts_with(name)).collect();
            assert!(!offsets.is_empty(), "{}: the encoded file does not contain the text", peer.name);
            for offset in offsets {
                // FE is used, not FF, because rkyv pads short strings with FF.
                bytes[offset] = 0xFE;
            }
            let rejects = std::panic::catch_unwind(|| (peer.validate)(&bytes)).is_err();
            assert!(rejects, "{}: the peer accepts a string that is not UTF-8", peer.name);
        }
    }

    #[test]
    fn those_that_are_written_by_hand_read_everything_that_they_wrote() {
        let Data { owned, json, proto } = data();
        let (flat, start) = flat::encode(&owned);
        assert_eq!(flat::decode(&flat[start..]).as_ref(), Some(&owned));
        assert_eq!(capn::decode(&capn::encode(&owned)).unwrap(), owned);
        assert_eq!(super::proto::Module::from(&owned), proto);
        let Json { requests, imports, exports, star_exports, .. } = json;
        assert_eq!(Owned { requests, imports, exports, star_exports, bytecode: owned.bytecode.clone() }, owned);
    }
}
