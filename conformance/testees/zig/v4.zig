//! BMES, version 4: the record, and functions that open, decode, check, match and encode files.
//!
//! `decode` takes no memory: a `View` reads each number from its position in the file. The file must outlive the view
//! and the records that come from it.

const std = @import("std");
const Allocator = std.mem.Allocator;

const bmes = @import("bmes.zig");
const Diagnostic = bmes.Diagnostic;
const Error = bmes.Error;
const layout = @import("v4_layout.zig");
const reading = @import("v4_read.zig");
pub const Header = layout.Header;
pub const View = layout.View;
pub const open = reading.open;
pub const decode = reading.decode;
pub const encode = @import("v4_write.zig").encode;

/// The bytes of a SHA-256 digest.
pub const Digest = [32]u8;

/// In a record, a name, a specifier, a key or a value is the index of a string in `strings`.
pub const Record = struct {
    flags: Flags,
    /// Of the bytecode in the file. 8 if there is no bytecode.
    alignment: u32,
    /// Digest of all that the record and the bytecode depend on, except the source.
    producer: Digest,
    source: Source,
    strings: []const []const u8,
    requests: []const Request,
    imports: []const Import,
    exports: []const Export,
    /// Indices of imports.
    tolerant_imports: []const u32,
    /// Indices of requests.
    star_exports: []const u32,
    environment: ?Environment,
};

pub const Flags = struct { top_level_await: bool, import_meta: bool, typescript: bool };

/// The size can be larger than a file can hold. `encode` rejects such a size, and `match` finds that it differs.
pub const Source = struct { size: u64, sha256: Digest };

pub const Phase = enum(u32) { evaluation = 0, source = 1, @"defer" = 2 };

pub const Attribute = struct { key: u32, value: u32 };

pub const Request = struct { specifier: u32, phase: Phase, attributes: []const Attribute };

/// Single if `import_name` is a string; otherwise Namespace or Source, by the phase of the request.
pub const Import = struct { local_name: u32, request: u32, import_name: ?u32 };

/// Local if `request` is null. Otherwise Indirect if `name` is a string, and Namespace if it is null.
pub const Export = struct { export_name: u32, request: ?u32, name: ?u32 };

pub const Variable = struct { name: u32, bits: u32 };

pub const Environment = struct {
    declared_variables: []const Variable,
    lexical_variables: []const Variable,
    code_features: u32,
    lexical_features: u32,
};

/// What the caller of `match` knows about the source.
pub const Expected = union(enum) {
    source: Source,
    /// The text in the file stands for the source. The caller trusts the file.
    embedded_text,
    /// The caller knows by other means that the source is the right one.
    trusted,
    nothing,
};

/// Decides whether a writer made the file from the expected source and for the engine of the given producer. Verifies
/// the header of the file, and nothing after it.
pub fn match(file: []const u8, producer: Digest, expected: Expected, diagnostic: ?*Diagnostic) Error!void {
    var unused: Diagnostic = .{};
    const d = diagnostic orelse &unused;
    const header = try open(file, d);
    if (!std.mem.eql(u8, &header.producer, &producer)) return d.fail(error.OtherProducer, 32);
    switch (expected) {
        .source => |source| {
            if (source.size != header.source_size) return d.fail(error.StaleSource, 20);
            if (!std.mem.eql(u8, &source.sha256, &header.source_digest)) return d.fail(error.StaleSource, 64);
        },
        .embedded_text => if (header.text_size == 0) return d.fail(error.StaleSource, 24),
        .trusted => {},
        .nothing => return d.fail(error.StaleSource, 64),
    }
}

/// Does the same as `decode`, then applies the rules that make a record safe to link, and then verifies the padding and
/// the checksums of the text and of the bytecode. Takes one bit of memory for each string.
pub fn check(gpa: Allocator, file: []const u8, diagnostic: ?*Diagnostic) (Error || Allocator.Error)!void {
    var unused: Diagnostic = .{};
    const d = diagnostic orelse &unused;
    const view = try decode(file, d);
    var marks: std.DynamicBitSetUnmanaged = try .initEmpty(gpa, view.counts.string_count);
    defer marks.deinit(gpa);
    try checkExports(&view, &marks, d);
    try checkStrings(&view, &marks, d);
    try checkContent(&view, d);
}

/// v4-forbidden-export. The marks that it leaves are right for `checkStrings`, too: a field refers to each of these
/// strings.
fn checkExports(view: *const View, marks: *std.DynamicBitSetUnmanaged, d: *Diagnostic) Error!void {
    const c = &view.columns;
    var tolerant: usize = 0; // the number of tolerant imports among the imports before i
    for (0..c.local_name.len()) |i| {
        if (tolerant < c.tolerant_import.len() and c.tolerant_import.get(tolerant) == i) {
            tolerant += 1;
        } else if (view.phase(c.import_request.get(i)) == .evaluation) {
            marks.set(c.local_name.get(i));
        }
    }
    for (0..c.export_name.len()) |i| {
        const is_local = c.export_request.get(i) == layout.none;
        if (is_local and marks.isSet(c.name.get(i))) return d.fail(error.BadEntry, c.name.at(i));
    }
}

/// v4-unused-string.
fn checkStrings(view: *const View, marks: *std.DynamicBitSetUnmanaged, d: *Diagnostic) Error!void {
    const c = &view.columns;
    for ([_]layout.Column{
        c.specifier,   c.key,  c.value,         c.local_name,   c.import_name,
        c.export_name, c.name, c.declared_name, c.lexical_name,
    }) |column| {
        for (0..column.len()) |i| {
            const string = column.get(i);
            if (string != layout.none) marks.set(string);
        }
    }
    for (0..c.string_end.len()) |i| {
        if (!marks.isSet(i)) return d.fail(error.UnusedString, c.string_end.at(i));
    }
}

/// v4-padding, v4-text-crc and v4-bytecode-crc.
fn checkContent(view: *const View, d: *Diagnostic) Error!void {
    const header = &view.header;
    const text = view.text();
    const bytecode = view.bytecode();
    for ([_][2]usize{
        .{ @intCast(header.metadataEnd()), text.offset },
        .{ text.offset + text.length, bytecode.offset },
    }) |padding| {
        const start, const end = padding;
        for (view.file[start..end], start..) |byte, offset| {
            if (byte != 0) return d.fail(error.BadLayout, offset);
        }
    }
    if (header.text_crc != view.crc(text)) return d.fail(error.BadChecksum, 100);
    if (header.bytecode_crc != view.crc(bytecode)) return d.fail(error.BadChecksum, 104);
}
