//! BMES: functions that identify, decode, check and encode files. A file has the module record and the bytecode of one
//! ES module. Every string of a decoded record is a slice of the file, so the file must outlive the record.
//!
//! `identify` and the errors are for all versions. The other functions of this file are for versions 1 to 3, which
//! share one record. `v4` has the record and the functions of version 4.

const std = @import("std");
const Allocator = std.mem.Allocator;

const checking = @import("check.zig");
pub const Place = checking.Place;
pub const checkRecord = checking.checkRecord;
pub const v4 = @import("v4.zig");

pub const Version = enum(u32) { v1 = 1, v2 = 2, v3 = 3, v4 = 4 };

pub const Attribute = struct { key: []const u8, value: []const u8 };

pub const Request = struct { specifier: []const u8, attributes: []const Attribute = &.{} };

pub const Import = struct {
    pub const Type = enum(u32) { single = 0, @"single-typescript" = 1, namespace = 2 };

    type: Type,
    module_request: []const u8,
    import_name: []const u8,
    local_name: []const u8,
};

pub const Export = struct {
    pub const Type = enum(u32) { local = 0, indirect = 1, namespace = 2 };

    type: Type,
    export_name: []const u8,
    module_name: []const u8 = "",
    import_name: []const u8 = "",
    local_name: []const u8 = "",
};

pub const Variable = struct { name: []const u8, bits: u32 };

/// The fields that version 3 adds to a record.
pub const Engine = struct {
    declared_variables: []const Variable = &.{},
    lexical_variables: []const Variable = &.{},
    code_features: u32 = 0,
};

pub const Record = struct {
    version: Version,
    requests: []const Request = &.{},
    imports: []const Import = &.{},
    exports: []const Export = &.{},
    star_exports: []const []const u8 = &.{},
    /// Not null in version 3, and null in every other version.
    engine: ?Engine = null,
};

/// Where the bytecode or the text is in the file.
pub const Span = struct { offset: usize, length: usize };

pub const Decoded = struct {
    arena: std.heap.ArenaAllocator,
    record: Record,
    bytecode: Span,

    pub fn deinit(decoded: Decoded) void {
        decoded.arena.deinit();
    }
};

/// The classes of the specification.
pub const Error = error{
    Truncated,
    BadMagic,
    UnsupportedVersion,
    BadFlag,
    BadType,
    BadUtf8,
    BadLayout,
    TrailingBytes,
    BadChecksum,
    BadIndex,
    BadOrder,
    BadEntry,
    DuplicateRequest,
    DuplicateAttribute,
    AmbiguousRequest,
    UnrequestedModule,
    MissingLocalName,
    DuplicateLocalName,
    DuplicateExportName,
    DuplicateStarExport,
    MisplacedField,
    DuplicateVariable,
    UnusedString,
    TooLarge,
    OtherProducer,
    StaleSource,
};

/// The class's name in the specification.
pub fn className(err: Error) []const u8 {
    return switch (err) {
        error.Truncated => "truncated",
        error.BadMagic => "bad-magic",
        error.UnsupportedVersion => "unsupported-version",
        error.BadFlag => "bad-flag",
        error.BadType => "bad-type",
        error.BadUtf8 => "bad-utf8",
        error.BadLayout => "bad-layout",
        error.TrailingBytes => "trailing-bytes",
        error.BadChecksum => "bad-checksum",
        error.BadIndex => "bad-index",
        error.BadOrder => "bad-order",
        error.BadEntry => "bad-entry",
        error.DuplicateRequest => "duplicate-request",
        error.DuplicateAttribute => "duplicate-attribute",
        error.AmbiguousRequest => "ambiguous-request",
        error.UnrequestedModule => "unrequested-module",
        error.MissingLocalName => "missing-local-name",
        error.DuplicateLocalName => "duplicate-local-name",
        error.DuplicateExportName => "duplicate-export-name",
        error.DuplicateStarExport => "duplicate-star-export",
        error.MisplacedField => "misplaced-field",
        error.DuplicateVariable => "duplicate-variable",
        error.UnusedString => "unused-string",
        error.TooLarge => "too-large",
        error.OtherProducer => "other-producer",
        error.StaleSource => "stale-source",
    };
}

/// The errors of Zig carry no data. To get the offset of an error, pass one of these.
pub const Diagnostic = struct {
    /// The offset of the wrong byte, from the start of the file. Set when a function returns an error of `Error`.
    offset: usize = 0,

    pub fn fail(diagnostic: *Diagnostic, err: Error, offset: usize) Error {
        diagnostic.offset = offset;
        return err;
    }
};

pub const magic = "SEMB";
const header_size = 16; // of versions 2 and 3
const alignment = 8; // of the bytecode that a writer writes, and of all bytecode in version 3

/// Returns the version of a file, from its first 8 bytes. Does not check the rest of the file.
pub fn identify(file: []const u8, diagnostic: ?*Diagnostic) Error!Version {
    var unused: Diagnostic = .{};
    const d = diagnostic orelse &unused;
    if (file.len < 4) return d.fail(error.Truncated, 0);
    if (!std.mem.startsWith(u8, file, magic)) return d.fail(error.BadMagic, 0);
    if (file.len < 8) return d.fail(error.Truncated, 4);
    const number = std.mem.readInt(u32, file[4..8], .little);
    return std.enums.fromInt(Version, number) orelse d.fail(error.UnsupportedVersion, 4);
}

/// Validates the structure of a whole file of versions 1 to 3, and reports everything in it.
pub fn decode(gpa: Allocator, file: []const u8, diagnostic: ?*Diagnostic) (Error || Allocator.Error)!Decoded {
    var unused: Diagnostic = .{};
    const d = diagnostic orelse &unused;
    const version = try identify(file, d);
    if (version == .v4) return d.fail(error.UnsupportedVersion, 4);
    var arena: std.heap.ArenaAllocator = .init(gpa);
    errdefer arena.deinit();

    var r: Reader = .{ .bytes = file, .at = 8, .arena = arena.allocator(), .diagnostic = d };
    const place: ?Span = if (version == .v1) null else try r.header(version);
    const record: Record = .{
        .version = version,
        .requests = try r.list(Request, 8, Reader.request),
        .imports = try r.list(Import, 16, Reader.import),
        .exports = try r.list(Export, 20, Reader.@"export"),
        .star_exports = try r.list([]const u8, 4, Reader.string),
        .engine = if (version == .v3) .{
            .declared_variables = try r.list(Variable, 8, Reader.variable),
            .lexical_variables = try r.list(Variable, 8, Reader.variable),
            .code_features = try r.int(),
        } else null,
    };
    if (place != null) try r.padding();
    const bytecode = place orelse try r.bytecodeAndEnd();
    return .{ .arena = arena, .record = record, .bytecode = bytecode };
}

/// Does the same as `decode`, and then applies the rules that make a record safe to link.
pub fn check(gpa: Allocator, file: []const u8, diagnostic: ?*Diagnostic) (Error || Allocator.Error)!void {
    const decoded = try decode(gpa, file, diagnostic);
    defer decoded.deinit();
    var place: Place = .{};
    checkRecord(gpa, decoded.record, &place) catch |err| {
        if (diagnostic) |d| d.offset = offsetOf(file, decoded.record, place);
        return err;
    };
}

const Reader = struct {
    /// The file, up to the end of the part that is being read.
    bytes: []const u8,
    at: usize,
    arena: Allocator,
    diagnostic: *Diagnostic,

    const ReadError = Error || Allocator.Error;

    fn left(r: *const Reader) usize {
        return r.bytes.len - r.at;
    }

    fn int(r: *Reader) Error!u32 {
        if (r.left() < 4) return r.diagnostic.fail(error.Truncated, r.at);
        defer r.at += 4;
        return std.mem.readInt(u32, r.bytes[r.at..][0..4], .little);
    }

    /// Reads a number that stands for a value of an enum.
    fn oneOf(r: *Reader, comptime E: type, otherwise: Error) Error!E {
        const start = r.at;
        return std.enums.fromInt(E, try r.int()) orelse r.diagnostic.fail(otherwise, start);
    }

    fn string(r: *Reader) ReadError![]const u8 {
        const start = r.at;
        const length = try r.int();
        if (length > r.left()) return r.diagnostic.fail(error.Truncated, start);
        const text = r.bytes[r.at..][0..length];
        if (illFormed(text)) |index| return r.diagnostic.fail(error.BadUtf8, r.at + index);
        r.at += length;
        return text;
    }

    /// Reads a count and its entries. Memory is allocated only after the count was compared with the bytes left.
    fn list(r: *Reader, comptime T: type, smallest: u64, comptime entry: fn (*Reader) ReadError!T) ReadError![]const T {
        const start = r.at;
        const count = try r.int();
        if (count * smallest > r.left()) return r.diagnostic.fail(error.Truncated, start);
        const entries = try r.arena.alloc(T, count);
        for (entries) |*each| each.* = try entry(r);
        return entries;
    }

    fn header(r: *Reader, version: Version) Error!Span {
        const offset = try r.int();
        const size = try r.int();
        const end = @as(u64, offset) + size;
        const d = r.diagnostic;
        if (offset < header_size) return d.fail(error.BadLayout, 8);
        if (version == .v3 and offset % alignment != 0) return d.fail(error.BadLayout, 8);
        if (offset > r.bytes.len) return d.fail(error.Truncated, 8);
        if (end > r.bytes.len) return d.fail(error.Truncated, 12);
        if (end < r.bytes.len) return d.fail(error.TrailingBytes, 12);
        r.bytes = r.bytes[0..offset];
        return .{ .offset = offset, .length = size };
    }

    // Zig evaluates the fields of an initializer in the order in which they are written, which is the file's.

    fn request(r: *Reader) ReadError!Request {
        return .{
            .specifier = try r.string(),
            .attributes = switch (try r.oneOf(enum(u32) { without = 0, with = 1 }, error.BadFlag)) {
                .without => &.{},
                .with => try r.list(Attribute, 8, attribute),
            },
        };
    }

    fn attribute(r: *Reader) ReadError!Attribute {
        return .{ .key = try r.string(), .value = try r.string() };
    }

    fn import(r: *Reader) ReadError!Import {
        return .{
            .type = try r.oneOf(Import.Type, error.BadType),
            .module_request = try r.string(),
            .import_name = try r.string(),
            .local_name = try r.string(),
        };
    }

    fn @"export"(r: *Reader) ReadError!Export {
        return .{
            .type = try r.oneOf(Export.Type, error.BadType),
            .export_name = try r.string(),
            .module_name = try r.string(),
            .import_name = try r.string(),
            .local_name = try r.string(),
        };
    }

    fn variable(r: *Reader) ReadError!Variable {
        return .{ .name = try r.string(), .bits = try r.int() };
    }

    fn padding(r: *Reader) Error!void {
        if (r.left() >= alignment) return r.diagnostic.fail(error.BadLayout, 8);
        for (r.bytes[r.at..], r.at..) |byte, offset| {
            if (byte != 0) return r.diagnostic.fail(error.BadLayout, offset);
        }
    }

    fn bytecodeAndEnd(r: *Reader) Error!Span {
        const start = r.at;
        const size = try r.int();
        if (size > r.left()) return r.diagnostic.fail(error.Truncated, start);
        if (size < r.left()) return r.diagnostic.fail(error.TrailingBytes, r.at + size);
        return .{ .offset = r.at, .length = size };
    }
};

/// Returns the index of the first byte that is not part of well-formed UTF-8.
pub fn illFormed(text: []const u8) ?usize {
    if (std.unicode.utf8ValidateSlice(text)) return null;
    var at: usize = 0;
    while (at < text.len) {
        const length = std.unicode.utf8ByteSequenceLength(text[at]) catch return at;
        if (length > text.len - at or !std.unicode.utf8ValidateSlice(text[at..][0..length])) return at;
        at += length;
    }
    return null;
}

/// Returns the offset at which an entry of a decoded record begins in its file. The first string of the entry is a
/// slice of the file. Before the bytes of that string are its length and, in import and export entries, the type.
fn offsetOf(file: []const u8, record: Record, place: Place) usize {
    const i = place.index;
    const text, const before: usize = switch (place.section) {
        .requests => .{ record.requests[i].specifier, 4 },
        .imports => .{ record.imports[i].module_request, 8 },
        .exports => .{ record.exports[i].export_name, 8 },
        .star_exports => .{ record.star_exports[i], 4 },
        .declared_variables => .{ record.engine.?.declared_variables[i].name, 4 },
        .lexical_variables => .{ record.engine.?.lexical_variables[i].name, 4 },
    };
    return @intFromPtr(text.ptr) - @intFromPtr(file.ptr) - before;
}

/// Returns the one canonical file of a record and its bytecode, or the reason why there is none. The caller owns the
/// result.
pub fn encode(gpa: Allocator, record: Record, bytecode: []const u8) (Error || Allocator.Error)![]u8 {
    if (record.version == .v4 or (record.version == .v3) != (record.engine != null)) return error.UnsupportedVersion;
    var place: Place = .{};
    try checkRecord(gpa, record, &place);

    var w: Writer = .{ .gpa = gpa };
    defer w.out.deinit(gpa);
    try w.bytes(magic);
    try w.int(@backingInt(record.version));
    if (record.version != .v1) try w.bytes(&@as([header_size - 8]u8, @splat(0))); // filled in below
    try w.list(record.requests, Writer.request);
    try w.list(record.imports, Writer.import);
    try w.list(record.exports, Writer.@"export");
    try w.list(record.star_exports, Writer.string);
    if (record.engine) |engine| {
        try w.list(engine.declared_variables, Writer.variable);
        try w.list(engine.lexical_variables, Writer.variable);
        try w.int(engine.code_features);
    }
    if (record.version == .v1) {
        try w.int(bytecode.len);
    } else {
        while (w.out.items.len % alignment != 0) try w.bytes(&.{0});
        std.mem.writeInt(u32, w.out.items[8..12], try fit(w.out.items.len), .little);
        std.mem.writeInt(u32, w.out.items[12..16], try fit(bytecode.len), .little);
    }
    try w.bytes(bytecode);
    return w.out.toOwnedSlice(gpa);
}

pub fn fit(number: u64) Error!u32 {
    return std.math.cast(u32, number) orelse error.TooLarge;
}

/// Appends the fields of a file.
pub const Writer = struct {
    out: std.ArrayList(u8) = .empty,
    gpa: Allocator,

    const WriteError = Error || Allocator.Error;

    pub fn bytes(w: *Writer, slice: []const u8) Allocator.Error!void {
        try w.out.appendSlice(w.gpa, slice);
    }

    pub fn int(w: *Writer, number: usize) WriteError!void {
        var four: [4]u8 = undefined;
        std.mem.writeInt(u32, &four, try fit(number), .little);
        try w.bytes(&four);
    }

    fn string(w: *Writer, text: []const u8) WriteError!void {
        if (!std.unicode.utf8ValidateSlice(text)) return error.BadUtf8;
        try w.int(text.len);
        try w.bytes(text);
    }

    fn list(w: *Writer, entries: anytype, comptime entry: anytype) WriteError!void {
        try w.int(entries.len);
        for (entries) |each| try entry(w, each);
    }

    fn request(w: *Writer, value: Request) WriteError!void {
        try w.string(value.specifier);
        if (value.attributes.len == 0) return w.int(0);
        try w.int(1);
        const sorted = try checking.sortedAttributes(w.gpa, value.attributes);
        defer w.gpa.free(sorted);
        try w.list(sorted, attribute);
    }

    fn attribute(w: *Writer, value: Attribute) WriteError!void {
        try w.string(value.key);
        try w.string(value.value);
    }

    fn import(w: *Writer, value: Import) WriteError!void {
        try w.int(@backingInt(value.type));
        try w.string(value.module_request);
        try w.string(if (value.type == .namespace) "*" else value.import_name);
        try w.string(value.local_name);
    }

    fn @"export"(w: *Writer, value: Export) WriteError!void {
        try w.int(@backingInt(value.type));
        try w.string(value.export_name);
        try w.string(value.module_name);
        try w.string(value.import_name);
        try w.string(value.local_name);
    }

    fn variable(w: *Writer, value: Variable) WriteError!void {
        try w.string(value.name);
        try w.int(value.bits);
    }
};

test {
    _ = @import("bmes_test.zig");
    _ = @import("v4_test.zig");
    _ = @import("v4_write_test.zig");
}
