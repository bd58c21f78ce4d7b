//! The data for the libraries that derive a format from a program's own types.

/// A module as a program would declare it.
#[derive(
    Clone,
    Debug,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    speedy::Readable,
    speedy::Writable,
)]
pub(super) struct Owned {
    pub(super) requests: Vec<OwnedRequest>,
    pub(super) imports: Vec<OwnedImport>,
    pub(super) exports: Vec<OwnedExport>,
    pub(super) star_exports: Vec<String>,
    #[serde(with = "serde_bytes")]
    pub(super) bytecode: Vec<u8>,
}

#[derive(
    Clone,
    Debug,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    speedy::Readable,
    speedy::Writable,
)]
pub(super) struct OwnedRequest {
    pub(super) specifier: String,
    pub(super) attributes: Vec<(String, String)>,
}

#[derive(
    Clone,
    Debug,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    speedy::Readable,
    speedy::Writable,
)]
pub(super) struct OwnedImport {
    pub(super) kind: Kind,
    pub(super) module_request: String,
    pub(super) import_name: String,
    pub(super) local_name: String,
}

#[derive(
    Clone,
    Debug,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    speedy::Readable,
    speedy::Writable,
)]
pub(super) struct OwnedExport {
    pub(super) kind: Kind,
    pub(super) export_name: String,
    pub(super) module_name: String,
    pub(super) import_name: String,
    pub(super) local_name: String,
}

/// The three types of an import, and of an export.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    speedy::Readable,
    speedy::Writable,
)]
pub(super) enum Kind {
    Zero,
    One,
    Two,
}

impl Kind {
    /// Returns the kind of this number; `None` above 2.
    pub(super) const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Zero),
            1 => Some(Self::One),
            2 => Some(Self::Two),
            _ => None,
        }
    }
}

/// The same module as slices of the input; `B` is the type that the library supports for the bytecode.
#[derive(Debug, serde::Deserialize, bincode::BorrowDecode, bitcode::Decode, speedy::Readable)]
pub(super) struct Sliced<'a, B> {
    #[serde(borrow)]
    pub(super) requests: Vec<SlicedRequest<'a>>,
    #[serde(borrow)]
    pub(super) imports: Vec<SlicedImport<'a>>,
    #[serde(borrow)]
    pub(super) exports: Vec<SlicedExport<'a>>,
    #[serde(borrow)]
    pub(super) star_exports: Vec<&'a str>,
    pub(super) bytecode: B,
}

#[derive(Debug, serde::Deserialize, bincode::BorrowDecode, bitcode::Decode, speedy::Readable)]
pub(super) struct SlicedRequest<'a> {
    pub(super) specifier: &'a str,
    #[serde(borrow)]
    pub(super) attributes: Vec<(&'a str, &'a str)>,
}

#[derive(Debug, serde::Deserialize, bincode::BorrowDecode, bitcode::Decode, speedy::Readable)]
pub(super) struct SlicedImport<'a> {
    pub(super) kind: Kind,
    pub(super) module_request: &'a str,
    pub(super) import_name: &'a str,
    pub(super) local_name: &'a str,
}

#[derive(Debug, serde::Deserialize, bincode::BorrowDecode, bitcode::Decode, speedy::Readable)]
pub(super) struct SlicedExport<'a> {
    pub(super) kind: Kind,
    pub(super) export_name: &'a str,
    pub(super) module_name: &'a str,
    pub(super) import_name: &'a str,
    pub(super) local_name: &'a str,
}

/// The same module for JSON. JSON has no type for bytes: the bytecode is a string of hexadecimal digits.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Json {
    pub(super) requests: Vec<OwnedRequest>,
    pub(super) imports: Vec<OwnedImport>,
    pub(super) exports: Vec<OwnedExport>,
    pub(super) star_exports: Vec<String>,
    pub(super) bytecode: String,
}

impl From<&Owned> for Json {
    fn from(owned: &Owned) -> Self {
        let Owned { requests, imports, exports, star_exports, bytecode } = owned.clone();
        let digits = bytecode.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let bytecode = digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect();
        Self { requests, imports, exports, star_exports, bytecode }
    }
}
