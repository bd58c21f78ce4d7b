//! The only code that looks at a file's bytes: primitives and their rules, over what is left of it.
//!
//! Numbers from the file and all sums of them are 64 bits wide (v1-arithmetic).

use super::rules::{Judgement, Layout, Rules, Site};
use super::{Rejection, utf8};
use crate::case::Bytecode;

/// A file, and how far it has been read.
pub(super) struct Reader<'a> {
    file: &'a [u8],
    rest: &'a [u8],
    pub(super) rules: Rules,
    site: Site,
    /// What a decoder that judges too late has put off.
    put_off: Option<Rejection>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a [u8], rules: Rules) -> Self {
        Self { file, rest: file, rules, site: Site::default(), put_off: None }
    }

    /// Where the next field begins.
    pub(super) fn place(&self) -> usize {
        self.file.len() - self.rest.len()
    }

    fn left(&self) -> u64 {
        self.rest.len() as u64
    }

    /// Says which entry of its section is read.
    pub(super) fn enter(&mut self, entry: usize) {
        self.site.entry = entry;
    }

    /// The next bytes: as many as are wanted, or as there are.
    fn take(&mut self, wanted: u64) -> &'a [u8] {
        let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
        let (taken, rest) = self.rest.split_at(wanted.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// A rule about a number: `value`, which was computed from it, is at most `limit`, or else the class at the offset.
    fn at_most(
        &mut self,
        clause: &'static str,
        class: &'static str,
        offset: usize,
        number: u64,
        (value, limit): (u64, u64),
    ) -> Result<(), Rejection> {
        let rejection = Rejection { class, offset: Some(offset), clause };
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

    pub(super) fn u32(&mut self, field: &'static str) -> Result<u64, Rejection> {
        self.number("v1-u32-bounds", field)
    }

    /// Four bytes of the header: `v1-header-bounds` is about them.
    pub(super) fn header_u32(&mut self, field: &'static str) -> Result<u64, Rejection> {
        self.number("v1-header-bounds", field)
    }

    fn number(&mut self, clause: &'static str, field: &'static str) -> Result<u64, Rejection> {
        self.site.field = field;
        let (place, left) = (self.place(), self.left());
        self.at_most(clause, "truncated", place, 0, (4, left))?;
        let bytes = self.take(4);
        Ok(self.rules.number(self.site, bytes))
    }

    pub(super) fn string(&mut self, field: &'static str) -> Result<String, Rejection> {
        let start = self.place();
        let length = self.u32(field)?;
        let first = self.place();
        let bounds = (first as u64 + length, self.file.len() as u64);
        self.at_most("v1-string-bounds", "truncated", start, length, bounds)?;
        let bytes = self.take(length);
        if self.rules.layout(Layout::StringsPadded) {
            self.take((4 - length % 4) % 4);
        }
        if self.rules.layout(Layout::StringsTerminated) {
            self.take(1);
        }
        // v1-string-verbatim, v1-string-empty: the text of these bytes, and nothing done to it.
        let text = match self.rules.text(self.site) {
            None => utf8::decode(bytes),
            Some(wrong) => utf8::decode_wrongly(bytes, wrong),
        };
        let (text, ill_formed) = text.map_or_else(|index| (String::new(), Some(index)), |text| (text, None));
        let offset = first + ill_formed.unwrap_or_default();
        self.require("v1-string-utf8", "bad-utf8", offset, ill_formed.is_none())?;
        Ok(text)
    }

    /// A number of entries, the smallest of which takes so many bytes.
    pub(super) fn count(&mut self, field: &'static str, smallest: u64) -> Result<u64, Rejection> {
        let start = self.place();
        let count = self.u32(field)?;
        let reserved = if self.rules.layout(Layout::CountReserved) { count * 100 } else { 0 };
        self.require("v1-memory", "limit", start, reserved < 1 << 30)?;
        let bounds = (count * self.rules.smallest(field, smallest), self.left());
        self.at_most("v1-count-bounds", "truncated", start, count, bounds)?;
        self.require("v1-entries-kept", "limit", start, count <= self.rules.most_entries())?;
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

    /// A size and so many bytes that nobody looks at (v1-bytecode-opaque).
    pub(super) fn bytecode(&mut self) -> Result<Bytecode, Rejection> {
        let start = self.place();
        let mut size = self.u32("bytecode_size")?;
        if self.rules.layout(Layout::BytecodeAligned) {
            self.take((8 - self.place() as u64 % 8) % 8);
        }
        if self.rules.layout(Layout::BytecodeToTheEnd) {
            size = self.left();
        }
        let bounds = (self.place() as u64 + size, self.file.len() as u64);
        self.at_most("v1-bytecode-bounds", "truncated", start, size, bounds)?;
        let refused = self.rules.layout(Layout::EmptyBytecodeRefused) && size == 0
            || self.rules.layout(Layout::BytecodeLookedAt) && self.rest.first() == Some(&0);
        self.require("v1-bytecode-opaque", "bad-layout", start, !refused)?;
        let offset = self.place();
        let length = self.take(size).len();
        Ok(Bytecode { offset, length })
    }

    /// The end of the file.
    pub(super) fn end(&mut self) -> Result<(), Rejection> {
        let (place, left) = (self.place(), self.left());
        self.at_most("v1-end", "trailing-bytes", place, left, (left, 0))?;
        self.put_off.map_or(Ok(()), Err)
    }
}
