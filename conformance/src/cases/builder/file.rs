//! A file whose fields have names, and the changes that a case makes to it.
//!
//! In versions 2 and 3 a header says where the metadata ends. It stays right when the metadata changes, so that a case has the one fault
//! that it describes; from the first change to the header itself, nothing in it is settled any more. What ends version 1's file inside the
//! metadata ends the later versions' *metadata* there: the header says so, and what was behind it, well-formed as it is, is bytecode.
//! Whoever reads on notices nothing. Version 3 has the bytecode at a multiple of 8: there, the first string of the file gets longer until
//! the end is at one.

use std::ops::Range;

use bmes::{Variable, Version};

/// The length of the header of versions 2 and 3.
const HEADER: usize = 16;

/// Why version 3 has no such file.
const UNALIGNED: &str = "the metadata would have to end at another place than a multiple of 8, and nothing before that place can be longer without another meaning";

/// A file whose fields have names.
#[derive(Clone, Debug)]
pub struct File {
    version: Version,
    bytes: Vec<u8>,
    fields: Vec<Field>,
    /// Where the metadata was made to end, if it was.
    cut: Option<usize>,
    /// The number of zeros before the bytecode, where a writer would put others there.
    padding: Option<usize>,
    /// The field from which on every length counts.
    measured: Option<usize>,
    /// The header is as the case says, and not settled any more.
    header_is_given: bool,
    impossible: Option<&'static str>,
}

/// A field, or a piece of a string: where it was laid out, which is beyond the end where the file was cut.
#[derive(Clone, Debug)]
struct Field {
    path: String,
    range: Range<usize>,
}

/// What a field's value can be measured against.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The position of the byte after the field.
    pub after: usize,
    /// The bytes from there to where the metadata has to have ended: the file's end, and in versions 2 and 3 `bytecode_offset`.
    pub left: usize,
}

impl File {
    /// The bytes, as changed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The version that the file was laid out in.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether the metadata was made to end early.
    pub fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// Why the changes cannot be made in this version, if they cannot. The bytes mean nothing then.
    pub fn impossible(&self) -> Option<&'static str> {
        self.impossible
    }

    /// The range of a field, or of all fields whose paths begin with `path`.
    #[track_caller]
    pub fn range(&self, path: &str) -> Range<usize> {
        let (first, last) = self.find(path);
        self.fields[first].range.start..self.fields[last].range.end
    }

    /// Writes another number into a `u32`.
    #[track_caller]
    pub fn set_u32(self, path: &str, value: u32) -> Self {
        assert_number(path);
        self.overwrite(path, &value.to_le_bytes())
    }

    /// Writes a number that depends on where the field is.
    #[track_caller]
    pub fn set_u32_by(self, path: &str, value: impl FnOnce(Place) -> usize) -> Self {
        assert_number(path);
        let after = self.range(path).end;
        let end = self.metadata_end().unwrap_or(self.bytes.len());
        let left = end.checked_sub(after).unwrap_or_else(|| panic!("{path}: the file is cut before its end"));
        let value = value(Place { after, left });
        self.set_u32(path, u32::try_from(value).unwrap_or_else(|_| panic!("{path}: {value} is not a u32")))
    }

    /// Writes both numbers of the header of versions 2 and 3, of which at least one is another than before.
    #[track_caller]
    pub fn set_header(mut self, bytecode_offset: u32, bytecode_size: u32) -> Self {
        let header = self.range("bytecode_offset").start..self.range("bytecode_size").end;
        let new = [bytecode_offset.to_le_bytes(), bytecode_size.to_le_bytes()].concat();
        assert_ne!(self.bytes[header.clone()], new, "the header: this changes nothing");
        self.bytes[header].copy_from_slice(&new);
        self.header_is_given = true;
        self
    }

    /// Writes other bytes in the place of a field's, as many as there are.
    #[track_caller]
    pub fn overwrite(mut self, path: &str, bytes: &[u8]) -> Self {
        let range = self.range(path);
        assert_eq!(range.len(), bytes.len(), "{path}: the new bytes must be as many as the old ones");
        assert_ne!(&self.bytes[range.clone()], bytes, "{path}: this changes nothing");
        self.bytes[range].copy_from_slice(bytes);
        self.header_is_given |= self.is_of_the_header(self.find(path).0) || path == "padding";
        self
    }

    /// Makes every byte of the padding 1.
    #[track_caller]
    pub fn spoil_padding(self) -> Self {
        let ones = vec![1; self.range("padding").len()];
        self.overwrite("padding", &ones)
    }

    /// Puts `bytes` into a string, and their number into its length.
    #[track_caller]
    pub fn set_text(mut self, path: &str, bytes: &[u8]) -> Self {
        let piece = format!("{path}.bytes");
        assert_ne!(&self.bytes[self.range(&piece)], bytes, "{path}: this changes nothing");
        let index = self.find(&piece).0;
        self.replace_text(index, bytes);
        self.settled()
    }

    /// Puts bytes in front of a field.
    #[track_caller]
    pub fn insert_before(self, path: &str, bytes: &[u8]) -> Self {
        let (first, at) = (self.find(path).0, self.range(path).start);
        self.insert(first, at, bytes)
    }

    /// Puts bytes behind a field.
    #[track_caller]
    pub fn insert_after(self, path: &str, bytes: &[u8]) -> Self {
        let (last, at) = (self.find(path).1, self.range(path).end);
        self.insert(last + 1, at, bytes)
    }

    /// Puts bytes behind the last field.
    #[track_caller]
    pub fn append(mut self, bytes: &[u8]) -> Self {
        assert!(!bytes.is_empty(), "appending nothing changes nothing");
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Ends the metadata where a field begins; in version 1, and where the field is of the header, the file.
    #[track_caller]
    pub fn cut_before(self, path: &str) -> Self {
        let at = self.range(path).start;
        self.cut(path, at)
    }

    /// Ends the metadata, or the file, behind the first `kept` bytes of a field, which has more.
    #[track_caller]
    pub fn cut_inside(self, path: &str, kept: usize) -> Self {
        let range = self.range(path);
        assert!(kept > 0 && kept < range.len(), "{path}: {kept} bytes are not a part of its {}", range.len());
        self.cut(path, range.start + kept)
    }

    /// Takes away the last byte of a metadata that was cut, or of the file.
    pub fn cut_last_byte(mut self) -> Self {
        if let Some(cut) = &mut self.cut {
            *cut -= 1;
            return self.settled();
        }
        assert!(self.bytes.pop().is_some(), "the file is empty");
        self
    }

    /// Ends the metadata at its last field. In version 1 it does.
    pub fn cut_padding(self) -> Self {
        if self.version.has_bytecode_offset() { self.cut_before("padding") } else { self }
    }

    /// Ends the file where its metadata was cut, with no bytecode behind it.
    pub fn end_with_metadata(mut self) -> Self {
        self.bytes.truncate(self.cut.expect("the metadata was cut"));
        self.settled()
    }

    /// The same bytes under the number of another version.
    pub fn called(mut self, version: Version) -> Self {
        self.header_is_given = true;
        self.version = version;
        self.set_u32("version", version.number())
    }

    /// Ends the file where a field begins, whatever the header says.
    #[track_caller]
    pub fn end_before(mut self, path: &str) -> Self {
        let at = self.range(path).start;
        assert!(at < self.bytes.len(), "{path}: the file ends before it as it is");
        self.bytes.truncate(at);
        self.header_is_given = true;
        self
    }

    /// From here on every length counts: what has to be longer for the sake of alignment is before this field.
    pub fn measured_from(mut self, path: &str) -> Self {
        assert!(self.cut.is_none(), "{path}: the metadata was cut before anybody measured");
        self.measured = Some(self.find(path).0);
        self
    }

    /// Where the metadata has to have ended: for versions whose header says so.
    fn metadata_end(&self) -> Option<usize> {
        let at_bytecode = || self.version.has_bytecode_offset().then(|| self.range("bytecode").start);
        self.cut.or_else(at_bytecode)
    }

    #[track_caller]
    fn cut(mut self, path: &str, at: usize) -> Self {
        if self.version.has_bytecode_offset() && (HEADER..=self.range("padding").start).contains(&at) {
            self.cut = Some(at);
            return self.settled();
        }
        assert!(at < self.bytes.len(), "{path}: the file ends before it as it is");
        self.bytes.truncate(at);
        self.header_is_given = true;
        self
    }

    #[track_caller]
    fn insert(mut self, index: usize, at: usize, bytes: &[u8]) -> Self {
        assert!(!bytes.is_empty(), "inserting nothing changes nothing");
        self.splice(index, at..at, bytes);
        self.header_is_given |= self.version.has_bytecode_offset() && at < HEADER;
        self.settled()
    }

    /// Replaces bytes; the fields from `index` on are behind them.
    fn splice(&mut self, index: usize, range: Range<usize>, bytes: &[u8]) {
        let moved = |at: usize| at - range.len() + bytes.len();
        if let Some(cut) = &mut self.cut
            && *cut >= range.end
        {
            *cut = moved(*cut);
        }
        for field in &mut self.fields[index..] {
            field.range = moved(field.range.start)..moved(field.range.end);
        }
        self.bytes.splice(range, bytes.iter().copied());
    }

    fn replace_text(&mut self, index: usize, bytes: &[u8]) {
        let range = self.fields[index].range.clone();
        self.splice(index + 1, range.clone(), bytes);
        self.fields[index].range.end = range.start + bytes.len();
        let length = self.fields[index - 1].range.clone();
        let value = u32::try_from(bytes.len()).expect("a string of the corpus is short");
        self.bytes[length].copy_from_slice(&value.to_le_bytes());
    }

    /// The header as the metadata has it, unless the case has changed it.
    fn settled(mut self) -> Self {
        if !self.version.has_bytecode_offset() || self.header_is_given {
            return self;
        }
        if self.cut.is_none() {
            self.pad();
        } else if self.version == Version::V3 {
            self.align_cut();
        }
        let (offset, size) = match self.cut {
            None => (self.range("bytecode").start, self.range("bytecode").len()),
            Some(cut) => (cut, self.bytes.len() - cut),
        };
        for (path, value) in [("bytecode_offset", offset), ("bytecode_size", size)] {
            let range = self.range(path);
            self.bytes[range]
                .copy_from_slice(&u32::try_from(value).expect("a file of the corpus is small").to_le_bytes());
        }
        self
    }

    fn pad(&mut self) {
        let (index, range) = (self.find("padding").0, self.range("padding"));
        let bytes = self.padding.unwrap_or_else(|| range.start.next_multiple_of(8) - range.start);
        self.splice(index + 1, range.clone(), &vec![0; bytes]);
        self.fields[index].range.end = range.start + bytes;
    }

    fn align_cut(&mut self) {
        let Some(cut) = self.cut else { return };
        self.impossible = None;
        let missing = cut.next_multiple_of(8) - cut;
        if missing == 0 {
            return;
        }
        let end = self.measured.unwrap_or(self.fields.len());
        let longer = |field: &Field| field.path.strip_suffix(".bytes").is_some() && field.range.end <= cut;
        let Some(index) = self.fields[..end].iter().position(longer) else {
            self.impossible = Some(UNALIGNED);
            return;
        };
        let text = [&self.bytes[self.fields[index].range.clone()], &vec![b'x'; missing]].concat();
        self.replace_text(index, &text);
    }

    fn is_of_the_header(&self, index: usize) -> bool {
        self.version.has_bytecode_offset() && self.fields[index].range.end <= HEADER
    }

    /// The first and the last field that `path` means.
    #[track_caller]
    fn find(&self, path: &str) -> (usize, usize) {
        let meant = |field: &Field| {
            let rest = field.path.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let first = self.fields.iter().position(meant);
        let last = self.fields.iter().rposition(meant);
        first.zip(last).unwrap_or_else(|| {
            let paths: Vec<_> = self.fields.iter().map(|field| field.path.as_str()).collect();
            panic!("no field {path:?}; there are {}", paths.join(", "))
        })
    }
}

/// How a module lays itself out.
impl File {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            bytes: Vec::new(),
            fields: Vec::new(),
            cut: None,
            padding: None,
            measured: None,
            header_is_given: false,
            impossible: None,
        }
    }

    pub(super) fn push_bytes(&mut self, path: &str, bytes: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.fields.push(Field { path: path.into(), range: start..self.bytes.len() });
    }

    pub(super) fn push_u32(&mut self, path: &str, value: u32) {
        self.push_bytes(path, &value.to_le_bytes());
    }

    pub(super) fn push_count(&mut self, path: &str, count: usize) {
        self.push_u32(path, u32::try_from(count).expect("a module of the corpus is small"));
    }

    pub(super) fn push_text(&mut self, path: &str, text: &str) {
        self.push_count(&format!("{path}.length"), text.len());
        self.push_bytes(&format!("{path}.bytes"), text.as_bytes());
    }

    pub(super) fn push_variables(&mut self, kind: &str, variables: &[Variable]) {
        self.push_count(&format!("{kind}_count"), variables.len());
        for (index, variable) in variables.iter().enumerate() {
            self.push_text(&format!("{kind}s[{index}].name"), &variable.name);
            self.push_u32(&format!("{kind}s[{index}].bits"), variable.bits);
        }
    }

    /// The file with so many zeros in its padding, or as many as a writer puts there, and with its header.
    pub(super) fn padded(mut self, padding: Option<usize>) -> Self {
        self.padding = padding;
        self.settled()
    }
}

fn assert_number(path: &str) {
    let field = path.rsplit('.').next().unwrap_or(path);
    let is_number = matches!(
        field,
        "version"
            | "has_attributes"
            | "type"
            | "length"
            | "bits"
            | "code_features"
            | "bytecode_offset"
            | "bytecode_size"
    ) || field.ends_with("_count");
    assert!(is_number, "{path} is not a u32; the number of a string is {path}.length");
}
