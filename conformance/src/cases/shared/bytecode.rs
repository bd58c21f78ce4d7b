//! Cases for the content of the bytecode. A reader reports the bytecode and does not interpret it.

use bmes::Version;

use super::typical;
use crate::cases::builder::module;
use crate::cases::{Described, accept};

pub(in crate::cases) fn content(version: Version) -> Vec<Described> {
    const OPAQUE: &[&str] = &["bytecode-opaque", "bytecode-place", "writer-bytecode"];
    let whole = module(version).request("./a.js").star("./a.js").bytecode(b"inner").layout();
    let every_byte: Vec<_> = (0..=255).collect();
    let counting: Vec<_> = (0..257_u32).flat_map(u32::to_le_bytes).collect();
    vec![
        accept(
            "empty",
            "no bytecode: its offset is the file's length",
            &["bytecode-empty", "bytecode-place", "end"],
            typical(version).bytecode(&[]),
        ),
        accept(
            "one-byte",
            "one byte of bytecode",
            &["bytecode-bounds", "bytecode-place", "end"],
            typical(version).bytecode(&[0]),
        ),
        accept("magic", "bytecode that begins with the magic", OPAQUE, typical(version).bytecode(b"SEMB")),
        accept("whole-file", "bytecode that is a BMES file", OPAQUE, typical(version).bytecode(whole.bytes())),
        accept(
            "not-text",
            "bytecode that is not UTF-8",
            OPAQUE,
            typical(version).bytecode(b"\xC0\x80\xED\xA0\x80\xFF\xFE"),
        ),
        accept("zeros", "eight zero bytes of bytecode", OPAQUE, typical(version).bytecode(&[0; 8])),
        accept("ones", "sixteen bytes FF of bytecode", OPAQUE, typical(version).bytecode(&[0xFF; 16])),
        accept(
            "line-ends",
            "bytecode that a program in text mode changes",
            OPAQUE,
            typical(version).bytecode(b"\r\n\n\r\x1A\0\r\n"),
        ),
        accept("every-byte", "all 256 bytes as bytecode", OPAQUE, typical(version).bytecode(&every_byte)),
        accept(
            "size-257",
            "257 bytes of bytecode: the size has two bytes, 01 and 01",
            &["u32", "bytecode-bounds"],
            module(version).bytecode(&counting[..257]),
        ),
        accept(
            "size-65536",
            "65,536 bytes of bytecode",
            &["u32", "bytecode-bounds"],
            module(version).bytecode(&[0xAB; 65_536]),
        ),
    ]
}
