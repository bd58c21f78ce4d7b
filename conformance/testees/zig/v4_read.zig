//! The opener and the reader of version 4. Both report the first violation in the order of the specification
//! (v4-open-order, v4-first-error), so the order of the lines matters.

const std = @import("std");

const bmes = @import("bmes.zig");
const Diagnostic = bmes.Diagnostic;
const Error = bmes.Error;
const layout = @import("v4_layout.zig");
const Column = layout.Column;
const Counts = layout.Counts;
const Header = layout.Header;
const View = layout.View;
const v4 = @import("v4.zig");

/// Validates the header and the length of a file. Reads no byte after the header.
pub fn open(file: []const u8, diagnostic: ?*Diagnostic) Error!Header {
    var unused: Diagnostic = .{};
    const d = diagnostic orelse &unused;
    if (try bmes.identify(file, d) != .v4) return d.fail(error.UnsupportedVersion, 4);
    if (file.len < Header.size) return d.fail(error.Truncated, file.len);
    const header = layout.readStruct(Header, file, 0);
    if (header.header_crc != layout.Crc.hash(file[0..Header.crc_offset])) return d.fail(error.BadChecksum, 108);
    if (header.flags.undefined_bits != 0) return d.fail(error.BadFlag, 8);
    if (!header.isAlignmentAllowed()) return d.fail(error.BadLayout, 12);
    if (header.metadata_size < Counts.size) return d.fail(error.BadLayout, 16);
    if (header.text_size == 0 and header.text_crc != 0) return d.fail(error.BadLayout, 100);
    if (header.bytecode_size == 0 and header.bytecode_crc != 0) return d.fail(error.BadLayout, 104);
    if (header.end() > std.math.maxInt(u32)) return d.fail(error.BadLayout, 28);
    if (header.end() > file.len) return d.fail(error.Truncated, 28);
    if (header.end() < file.len) return d.fail(error.TrailingBytes, 28);
    return header;
}

/// Validates the header, the length and the metadata of a file. Reads neither the padding nor the text nor the
/// bytecode.
pub fn decode(file: []const u8, diagnostic: ?*Diagnostic) Error!View {
    var unused: Diagnostic = .{};
    const d = diagnostic orelse &unused;
    const header = try open(file, d);
    const metadata = file[Header.size..@intCast(header.metadataEnd())];
    if (header.metadata_crc != layout.Crc.hash(metadata)) return d.fail(error.BadChecksum, 96);
    const counts = layout.readStruct(Counts, file, Header.size);
    if (header.metadata_size != counts.metadataSize()) return d.fail(error.BadLayout, 16);
    if (!header.flags.typescript and counts.tolerant_import_count != 0) return d.fail(error.BadLayout, 156);
    if (!header.flags.environment) {
        inline for (.{
            "declared_variable_count", "lexical_variable_count", "code_features", "lexical_features",
        }) |name| {
            if (@field(counts, name) != 0) return d.fail(error.BadLayout, Header.size + @offsetOf(Counts, name));
        }
    }
    const view: View = .init(file, header, counts);
    const reader: Reader = .{ .view = &view, .d = d };
    try reader.strings();
    try reader.requests();
    try reader.imports();
    try reader.exports();
    try reader.starExports();
    try reader.ascending(view.columns.declared_name, counts.string_count); // v4-variables-ascend
    try reader.ascending(view.columns.lexical_name, counts.string_count);
    return view;
}

/// The checks of sections 4.4 and 4.5. Each loop is one pass of v4-list-order.
const Reader = struct {
    view: *const View,
    d: *Diagnostic,

    /// The passes are separate, because an end is a safe position only after all ends are right.
    fn strings(r: Reader) Error!void {
        const column = r.view.columns.string_end;
        for (0..column.len()) |i| { // v4-string-end
            if (column.get(i) < column.start(i)) return r.fail(error.BadIndex, column, i);
        }
        try r.lastEnd(column, r.view.counts.string_bytes, "string_bytes");
        for (0..column.len()) |i| { // v4-string-utf8
            const bad_byte = bmes.illFormed(r.view.string(i)) orelse continue;
            return r.d.fail(error.BadUtf8, r.view.columns.end + column.start(i) + bad_byte);
        }
        for (1..@max(1, column.len())) |i| { // v4-strings-ascend
            const order = std.mem.order(u8, r.view.string(i - 1), r.view.string(i));
            if (order != .lt) return r.fail(error.BadOrder, column, i);
        }
    }

    fn requests(r: Reader) Error!void {
        const c = &r.view.columns;
        const counts = &r.view.counts;
        const request_count = c.specifier.len();
        try r.indices(c.specifier, counts.string_count);
        for (0..request_count) |i| { // v4-phase
            _ = std.enums.fromInt(v4.Phase, c.phase.get(i)) orelse return r.fail(error.BadType, c.phase, i);
        }
        for (0..request_count) |i| { // v4-attribute-end
            const end = c.attribute_end.get(i);
            if (end < c.attribute_end.start(i) or end > counts.attribute_count) {
                return r.fail(error.BadIndex, c.attribute_end, i);
            }
        }
        try r.lastEnd(c.attribute_end, counts.attribute_count, "attribute_count");
        for (0..request_count) |request| { // v4-attributes-ascend
            const start = c.attribute_end.start(request);
            for (start..c.attribute_end.get(request)) |i| {
                try r.index(c.key, i, counts.string_count);
                if (i > start) try r.greater(c.key, i);
            }
        }
        try r.indices(c.value, counts.string_count);
        for (0..request_count) |i| { // v4-requests-ascend
            try r.index(c.order, i, counts.request_count);
            if (i > 0 and r.view.compareRequests(c.order.get(i - 1), c.order.get(i)) != .lt) {
                return r.fail(error.BadOrder, c.order, i);
            }
        }
    }

    fn imports(r: Reader) Error!void {
        const c = &r.view.columns;
        const counts = &r.view.counts;
        for (0..c.local_name.len()) |i| {
            try r.index(c.local_name, i, counts.string_count);
            if (r.view.string(c.local_name.get(i)).len == 0) return r.fail(error.BadEntry, c.local_name, i);
            if (i > 0) try r.greater(c.local_name, i); // v4-imports-ascend
        }
        try r.indices(c.import_request, counts.request_count);
        try r.indicesOrNone(c.import_name, counts.string_count);
        for (0..c.local_name.len()) |i| { // v4-import-kind
            const is_right = c.import_name.getOptional(i) == null or
                r.view.phase(c.import_request.get(i)) == .evaluation;
            if (!is_right) return r.fail(error.BadEntry, c.import_name, i);
        }
        try r.ascending(c.tolerant_import, counts.import_count); // v4-tolerant-imports-ascend
        for (0..c.tolerant_import.len()) |i| { // v4-tolerant-kind
            const is_single = c.import_name.getOptional(c.tolerant_import.get(i)) != null;
            if (!is_single) return r.fail(error.BadEntry, c.tolerant_import, i);
        }
    }

    fn exports(r: Reader) Error!void {
        const c = &r.view.columns;
        const counts = &r.view.counts;
        try r.ascending(c.export_name, counts.string_count); // v4-exports-ascend
        try r.indicesOrNone(c.export_request, counts.request_count);
        try r.indicesOrNone(c.name, counts.string_count);
        for (0..c.export_name.len()) |i| { // v4-export-kind
            const is_right = if (c.export_request.getOptional(i)) |request|
                r.view.phase(request) == .evaluation
            else if (c.name.getOptional(i)) |local_name|
                r.view.string(local_name).len != 0
            else
                false;
            if (!is_right) return r.fail(error.BadEntry, c.name, i);
        }
    }

    fn starExports(r: Reader) Error!void {
        const column = r.view.columns.star_request;
        try r.ascending(column, r.view.counts.request_count); // v4-star-exports-ascend
        for (0..column.len()) |i| { // v4-star-kind
            if (r.view.phase(column.get(i)) != .evaluation) return r.fail(error.BadEntry, column, i);
        }
    }

    fn fail(r: Reader, err: Error, column: Column, i: usize) Error {
        return r.d.fail(err, column.at(i));
    }

    /// Checks that the last of the ends is the end of all. Without ends, the count must be 0.
    fn lastEnd(r: Reader, ends: Column, count: u32, comptime count_name: []const u8) Error!void {
        if (ends.start(ends.len()) == count) return;
        if (ends.len() == 0) return r.d.fail(error.BadIndex, Header.size + @offsetOf(Counts, count_name));
        return r.fail(error.BadIndex, ends, ends.len() - 1);
    }

    fn index(r: Reader, column: Column, i: usize, count: u32) Error!void {
        if (column.get(i) >= count) return r.fail(error.BadIndex, column, i);
    }

    fn greater(r: Reader, column: Column, i: usize) Error!void {
        if (column.get(i) <= column.get(i - 1)) return r.fail(error.BadOrder, column, i);
    }

    fn indices(r: Reader, column: Column, count: u32) Error!void {
        for (0..column.len()) |i| try r.index(column, i, count);
    }

    fn indicesOrNone(r: Reader, column: Column, count: u32) Error!void {
        for (0..column.len()) |i| {
            if (column.getOptional(i) != null) try r.index(column, i, count);
        }
    }

    fn ascending(r: Reader, column: Column, count: u32) Error!void {
        for (0..column.len()) |i| {
            try r.index(column, i, count);
            if (i > 0) try r.greater(column, i);
        }
    }
};
