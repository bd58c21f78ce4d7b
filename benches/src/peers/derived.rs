//! The types of a module for the libraries that derive a format from the types of a program.

/// A module in types that a program would declare.
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

/// The type of an import or of an export. Both have three types, with the numbers 0, 1 and 2.
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
    /// Returns the kind that has this number, or `None` if the number is above 2.
    pub(super) const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Zero),
            1 => Some(Self::One),
            2 => Some(Self::Two),
            _ => None,
        }
    }
}

/// A module like [`Owned`] whose strings are slices of the input. `B` is the type of the bytecode: `&[u8]`, or another type for
/// a library that has no slices of bytes.
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

/// A module like [`Owned`] for JSON. The bytecode is a string of hexadecimal digits, because JSON has no type for bytes.
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
