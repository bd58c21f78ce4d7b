//! The only code that looks at a file's bytes: primitives and their rules, over what is left of it.
//!
//! Numbers from the file and all sums of them are 64 bits wide (arithmetic).

use super::rules::{Judgement, Layout, Reach, Rules, Site, Variables};
use super::{Rejection, utf8};
use crate::case::Bytecode;

/// A file, how far it has been read, and how far it may be.
pub(super) struct Reader<'a> {
    file: &'a [u8],
    at: usize,
    end: usize,
    pub(super) rules: Rules,
    site: Site,
    /// What a decoder that judges too late has put off.
    put_off: Option<Rejection>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a [u8], rules: Rules) -> Self {
        Self { file, at: 0, end: file.len(), rules, site: Site::new(1), put_off: None }
    }

    /// From here on the clauses are those of this version.
    pub(super) fn begin_version(&mut self, version: u32) {
        self.site.version = version;
    }

    /// From here on nothing is left but the bytes before `bytecode_offset` (metadata-bounds).
    pub(super) fn begin_metadata(&mut self, bytecode_offset: u64) {
        let (first, end) = self.rules.metadata(self.at, bytecode_offset);
        self.end = usize::try_from(end).unwrap_or(usize::MAX).min(self.file.len());
        self.at = first.min(self.file.len());
    }

    /// Says how long the bytecode is.
    pub(super) fn find_bytecode(&mut self, size: u64) {
        self.site.empty_bytecode = size == 0;
    }

    /// Says which entry of its section is read.
    pub(super) fn enter(&mut self, entry: usize) {
        self.site.entry = entry;
    }

    /// Where the next field begins.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn file_length(&self) -> u64 {
        self.file.len() as u64
    }

    /// Where the bytes end that are left for a field of this kind.
    fn end(&self, kind: Reach) -> usize {
        if self.rules.reaches_too_far(kind) { self.file.len() } else { self.end }
    }

    fn left(&self, kind: Reach) -> u64 {
        self.end(kind).saturating_sub(self.at) as u64
    }

    /// The next bytes: as many as are wanted, or as there are.
    fn take(&mut self, kind: Reach, wanted: u64) -> &'a [u8] {
        let taken = usize::try_from(wanted.min(self.left(kind))).unwrap_or_default();
        let (start, end) = (self.at, self.at + taken);
        self.at = end;
        &self.file[start..end]
    }

    /// A rule about a number: `value`, which was computed from it, is at most `limit`, or else the class at the offset.
    pub(super) fn at_most(
        &mut self,
        clause: &'static str,
        class: &'static str,
        offset: usize,
        number: u64,
        (value, limit): (u64, u64),
    ) -> Result<(), Rejection> {
        let class = self.rules.class(clause, class);
        let rejection = Rejection { class, offset: Some(offset), version: self.site.version, clause };
        match self.rules.judge(clause, self.site, number, value, limit) {
            Judgement::Kept => Ok(()),
            Judgement::Broken => Err(rejection),
            Judgement::BrokenLater => {
                self.put_off.get_or_insert(rejection);
                Ok(())
            }
        }
    }

    /// A rule that is kept or not.
    pub(super) fn require(
        &mut self,
        clause: &'static str,
        class: &'static str,
        offset: usize,
        holds: bool,
    ) -> Result<(), Rejection> {
        self.at_most(clause, class, offset, 0, (u64::from(!holds), 0))
    }

    fn u32(&mut self, field: &'static str) -> Result<u64, Rejection> {
        self.number("u32-bounds", field)
    }

    /// Four bytes of the header, which has clauses of its own about its end.
    pub(super) fn header_u32(&mut self, clause: &'static str, field: &'static str) -> Result<u64, Rejection> {
        self.number(clause, field)
    }

    fn number(&mut self, clause: &'static str, field: &'static str) -> Result<u64, Rejection> {
        self.site.field = field;
        let (place, left) = (self.place(), self.left(Reach::Numbers));
        let size = self.rules.size_of_number(field);
        self.at_most(clause, "truncated", place, 0, (size, left))?;
        let bytes = self.take(Reach::Numbers, size);
        Ok(self.rules.number(self.site, bytes))
    }

    pub(super) fn string(&mut self, field: &'static str) -> Result<String, Rejection> {
        let start = self.place();
        let length = self.u32(field)?;
        let first = self.place();
        let left = self.left(Reach::Strings);
        let bounds = if self.rules.layout(Layout::LengthsOfFile) {
            (length, self.file_length())
        } else {
            // Compared as positions: somebody's position wraps.
            (first as u64 + length, first as u64 + left)
        };
        self.at_most("string-bounds", "truncated", start, length, bounds)?;
        let bytes = self.take(Reach::Strings, length);
        if self.rules.layout(Layout::StringsPadded) {
            self.take(Reach::Strings, (4 - length % 4) % 4);
        }
        if self.rules.layout(Layout::StringsTerminated) {
            self.take(Reach::Strings, 1);
        }
        // string-verbatim, string-empty: the text of these bytes, and nothing done to it.
        let text = match self.rules.text(self.site) {
            None => utf8::decode(bytes),
            Some(wrong) => utf8::decode_wrongly(bytes, wrong),
        };
        let (text, ill_formed) = text.map_or_else(|index| (String::new(), Some(index)), |text| (text, None));
        let offset = first + ill_formed.unwrap_or_default();
        self.require("string-utf8", "bad-utf8", offset, ill_formed.is_none())?;
        Ok(text)
    }

    /// A number of entries, the smallest of which takes so many bytes.
    pub(super) fn count(&mut self, field: &'static str, smallest: u64) -> Result<u64, Rejection> {
        let start = self.place();
        let count = self.u32(field)?;
        let reserved = if self.rules.layout(Layout::CountReserved) { count * 100 } else { 0 };
        self.require("memory", "limit", start, reserved < 1 << 30)?;
        let left = if self.rules.layout(Layout::CountsOfFile) { self.file_length() } else { self.left(Reach::Counts) };
        let bounds = (count * self.rules.smallest(field, smallest), left);
        self.at_most("count-bounds", "truncated", start, count, bounds)?;
        self.require("entries-kept", "limit", start, count <= self.rules.most_entries())?;
        Ok(count)
    }

    /// A number from 0 to `last`.
    pub(super) fn choice(
        &mut self,
        clause: &'static str,
        class: &'static str,
        field: &'static str,
        last: u64,
    ) -> Result<u64, Rejection> {
        let start = self.place();
        let number = self.u32(field)?;
        self.at_most(clause, class, start, number, (number, last))?;
        Ok(number.min(last))
    }

    /// A word of the engine's: all 32 bits of it are kept (bits, code-features), and none is looked at (engine-words).
    pub(super) fn word(&mut self, field: &'static str) -> Result<u32, Rejection> {
        let start = self.place();
        let number = self.u32(field)?;
        let word = u32::try_from(number).unwrap_or_default();
        let refused = match self.rules.variables() {
            Some(Variables::Refuses(of, words)) => of.is(self.site) && words.has(word),
            _ => false,
        };
        self.require("engine-words", "bad-layout", start, !refused)?;
        Ok(word)
    }

    /// Version 1's bytecode: a size and so many bytes.
    pub(super) fn bytecode(&mut self) -> Result<Bytecode, Rejection> {
        let start = self.place();
        let mut size = self.u32("bytecode_size")?;
        if self.rules.layout(Layout::BytecodeAligned) {
            self.take(Reach::Strings, (8 - self.place() as u64 % 8) % 8);
        }
        if self.rules.layout(Layout::BytecodeToTheEnd) {
            size = self.left(Reach::Strings);
        }
        let bounds = (self.place() as u64 + size, self.file_length());
        self.at_most("bytecode-bounds", "truncated", start, size, bounds)?;
        let offset = self.place();
        let length = self.take(Reach::Strings, size).len();
        let place = Bytecode { offset, length };
        self.opaque(start, place)?;
        Ok(place)
    }

    /// Nobody looks at the bytes of the bytecode (bytecode-opaque), also where there are none (bytecode-empty).
    pub(super) fn opaque(&mut self, start: usize, place: Bytecode) -> Result<(), Rejection> {
        let first = self.file.get(place.offset).filter(|_| place.length > 0);
        let refused = self.rules.layout(Layout::EmptyBytecodeRefused) && place.length == 0
            || self.rules.layout(Layout::BytecodeLookedAt) && first == Some(&0);
        self.require("bytecode-opaque", "bad-layout", start, !refused)
    }

    /// The end of the file, in version 1.
    pub(super) fn end_of_file(&mut self) -> Result<(), Rejection> {
        let (place, left) = (self.place(), self.left(Reach::Strings));
        self.at_most("end", "trailing-bytes", place, left, (left, 0))
    }

    /// What is left of the metadata: at most seven bytes (gap), which are zero (padding). How many they are.
    pub(super) fn padding(&mut self) -> Result<usize, Rejection> {
        const OFFSET: usize = 8;
        let (start, left) = (self.place(), self.left(Reach::Padding));
        self.at_most("gap", "bad-layout", OFFSET, left, (left, 7))?;
        let padding = self.take(Reach::Padding, left);
        let wrong = self.rules.wrong_padding(padding);
        self.require("padding", "bad-layout", start + wrong.unwrap_or_default(), wrong.is_none())?;
        Ok(padding.len())
    }

    pub(super) fn only_zeros_from(&self, offset: u64) -> bool {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.file.get(offset..));
        rest.is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
    }

    /// Everything has been read.
    pub(super) fn finish(self) -> Result<(), Rejection> {
        self.put_off.map_or(Ok(()), Err)
    }
}
