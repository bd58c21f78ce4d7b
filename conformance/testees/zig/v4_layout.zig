//! The layout of a file of version 4 (v4-layout): the header, the counts and the columns, for readers and writers.

const std = @import("std");
const Allocator = std.mem.Allocator;
const Order = std.math.Order;
const forward = std.mem.alignForward;

const bmes = @import("bmes.zig");
const v4 = @import("v4.zig");

pub const Crc = std.hash.Crc32;

/// The number that stands for null in a column.
pub const none: u32 = std.math.maxInt(u32);

/// The first 112 bytes of a file. The offsets that the functions return are `u64`: the sum of four `u32` does not wrap
/// in them (v4-arithmetic).
pub const Header = extern struct {
    magic: [4]u8 = bmes.magic.*,
    version: u32 = @backingInt(bmes.Version.v4),
    flags: Flags,
    alignment: u32,
    metadata_size: u32,
    source_size: u32,
    text_size: u32,
    bytecode_size: u32,
    producer: v4.Digest,
    source_digest: v4.Digest,
    metadata_crc: u32 = 0,
    text_crc: u32 = 0,
    bytecode_crc: u32 = 0,
    header_crc: u32 = 0,

    pub const size = 112;
    /// `header_crc` is the checksum of the bytes before it.
    pub const crc_offset = 108;

    pub const Flags = packed struct(u32) {
        environment: bool,
        top_level_await: bool,
        import_meta: bool,
        typescript: bool,
        undefined_bits: u28 = 0,
    };

    /// v4-alignment. The functions below need an alignment that is a power of two.
    pub fn isAlignmentAllowed(header: *const Header) bool {
        return switch (header.alignment) {
            8 => true,
            16...65536 => |a| std.math.isPowerOfTwo(a) and header.bytecode_size != 0,
            else => false,
        };
    }

    pub fn metadataEnd(header: *const Header) u64 {
        return @as(u64, size) + header.metadata_size;
    }

    pub fn textStart(header: *const Header) u64 {
        return forward(u64, header.metadataEnd(), 8);
    }

    pub fn textEnd(header: *const Header) u64 {
        return header.textStart() + header.text_size;
    }

    pub fn bytecodeStart(header: *const Header) u64 {
        return forward(u64, header.textEnd(), header.alignment);
    }

    /// The number of bytes that the file has by its header.
    pub fn end(header: *const Header) u64 {
        return header.bytecodeStart() + header.bytecode_size;
    }
};

/// The twelve numbers at the beginning of the metadata.
pub const Counts = extern struct {
    string_count: u32,
    string_bytes: u32,
    request_count: u32,
    attribute_count: u32,
    import_count: u32,
    export_count: u32,
    star_export_count: u32,
    declared_variable_count: u32,
    lexical_variable_count: u32,
    code_features: u32,
    lexical_features: u32,
    tolerant_import_count: u32,

    pub const size = 48;

    /// The right-hand side of v4-equation. It is less than 2^39, so it cannot wrap.
    pub fn metadataSize(counts: *const Counts) u64 {
        return @as(u64, size) + 4 * @as(u64, counts.string_count) + 16 * @as(u64, counts.request_count) +
            8 * @as(u64, counts.attribute_count) + 12 * @as(u64, counts.import_count) +
            4 * @as(u64, counts.tolerant_import_count) + 12 * @as(u64, counts.export_count) +
            4 * @as(u64, counts.star_export_count) +
            8 * (@as(u64, counts.declared_variable_count) + counts.lexical_variable_count) + counts.string_bytes;
    }
};

/// Reads a `Header` or `Counts` from a file that has enough bytes.
pub fn readStruct(comptime T: type, file: []const u8, offset: usize) T {
    var reader: std.Io.Reader = .fixed(file[offset..][0..T.size]);
    return reader.takeStruct(T, .little) catch unreachable;
}

/// Writes a `Header` or `Counts` into a file that has enough bytes.
pub fn writeStruct(value: anytype, file: []u8, offset: usize) void {
    var writer: std.Io.Writer = .fixed(file[offset..][0..@TypeOf(value).size]);
    writer.writeStruct(value, .little) catch unreachable;
}

comptime {
    std.debug.assert(@sizeOf(Header) == Header.size and @offsetOf(Header, "header_crc") == Header.crc_offset);
    std.debug.assert(@sizeOf(Counts) == Counts.size);
}

/// The numbers of one field of all entries of a list.
pub const Column = struct {
    numbers: []const [4]u8,
    /// The offset of the first number in the file.
    offset: usize,

    pub fn len(column: Column) usize {
        return column.numbers.len;
    }

    pub fn get(column: Column, i: usize) u32 {
        return std.mem.readInt(u32, &column.numbers[i], .little);
    }

    /// For a column of ends, returns the start of item `i`, which is the end of the item before it.
    pub fn start(column: Column, i: usize) u32 {
        return if (i == 0) 0 else column.get(i - 1);
    }

    /// For a column that can hold `none`.
    pub fn getOptional(column: Column, i: usize) ?u32 {
        const number = column.get(i);
        return if (number == none) null else number;
    }

    /// Returns the offset of a number in the file.
    pub fn at(column: Column, i: usize) usize {
        return column.offset + 4 * i;
    }
};

/// The columns in the order of the file.
pub const Columns = struct {
    string_end: Column,
    specifier: Column,
    phase: Column,
    attribute_end: Column,
    order: Column,
    key: Column,
    value: Column,
    local_name: Column,
    import_request: Column,
    import_name: Column,
    tolerant_import: Column,
    export_name: Column,
    export_request: Column,
    name: Column,
    star_request: Column,
    declared_name: Column,
    declared_bits: Column,
    lexical_name: Column,
    lexical_bits: Column,
    /// The offset of the first byte of the strings.
    end: usize,

    /// The file must be long enough: the counts fulfil v4-equation.
    fn init(file: []const u8, counts: *const Counts) Columns {
        var cursor: Cursor = .{ .file = file, .at = Header.size + Counts.size };
        // Zig evaluates the fields of an initializer in the order in which they are written, which is the file's.
        return .{
            .string_end = cursor.take(counts.string_count),
            .specifier = cursor.take(counts.request_count),
            .phase = cursor.take(counts.request_count),
            .attribute_end = cursor.take(counts.request_count),
            .order = cursor.take(counts.request_count),
            .key = cursor.take(counts.attribute_count),
            .value = cursor.take(counts.attribute_count),
            .local_name = cursor.take(counts.import_count),
            .import_request = cursor.take(counts.import_count),
            .import_name = cursor.take(counts.import_count),
            .tolerant_import = cursor.take(counts.tolerant_import_count),
            .export_name = cursor.take(counts.export_count),
            .export_request = cursor.take(counts.export_count),
            .name = cursor.take(counts.export_count),
            .star_request = cursor.take(counts.star_export_count),
            .declared_name = cursor.take(counts.declared_variable_count),
            .declared_bits = cursor.take(counts.declared_variable_count),
            .lexical_name = cursor.take(counts.lexical_variable_count),
            .lexical_bits = cursor.take(counts.lexical_variable_count),
            .end = cursor.at,
        };
    }

    const Cursor = struct {
        file: []const u8,
        at: usize,

        fn take(cursor: *Cursor, count: u32) Column {
            defer cursor.at += 4 * @as(usize, count);
            return .{ .numbers = @ptrCast(cursor.file[cursor.at..][0 .. 4 * @as(usize, count)]), .offset = cursor.at };
        }
    };
};

/// A file whose header, size and counts are right. The values in the columns are right only if `decode` returned the
/// view.
pub const View = struct {
    file: []const u8,
    header: Header,
    counts: Counts,
    columns: Columns,

    pub fn init(file: []const u8, header: Header, counts: Counts) View {
        return .{ .file = file, .header = header, .counts = counts, .columns = .init(file, &counts) };
    }

    pub fn string(view: *const View, i: usize) []const u8 {
        const c = &view.columns;
        return view.file[c.end + c.string_end.start(i) .. c.end + c.string_end.get(i)];
    }

    pub fn phase(view: *const View, request: usize) v4.Phase {
        return @fromBackingInt(view.columns.phase.get(request));
    }

    /// Returns the order of two requests that v4-requests-ascend defines. The index of a string stands for the string,
    /// because strings ascend.
    pub fn compareRequests(view: *const View, a: usize, b: usize) Order {
        const c = &view.columns;
        for ([_]Column{ c.specifier, c.phase }) |column| {
            const by_column = std.math.order(column.get(a), column.get(b));
            if (by_column != .eq) return by_column;
        }
        const a_start, const b_start = .{ c.attribute_end.start(a), c.attribute_end.start(b) };
        const a_count, const b_count = .{ c.attribute_end.get(a) - a_start, c.attribute_end.get(b) - b_start };
        for (0..@min(a_count, b_count)) |i| {
            for ([_]Column{ c.key, c.value }) |column| {
                const by_column = std.math.order(column.get(a_start + i), column.get(b_start + i));
                if (by_column != .eq) return by_column;
            }
        }
        return std.math.order(a_count, b_count);
    }

    /// Returns where the text is. Its length is 0 if the file has no text.
    pub fn text(view: *const View) bmes.Span {
        return .{ .offset = @intCast(view.header.textStart()), .length = view.header.text_size };
    }

    pub fn bytecode(view: *const View) bmes.Span {
        return .{ .offset = @intCast(view.header.bytecodeStart()), .length = view.header.bytecode_size };
    }

    pub fn crc(view: *const View, span: bmes.Span) u32 {
        return Crc.hash(view.file[span.offset..][0..span.length]);
    }

    /// Returns the whole record. The lists are in `arena`, and the strings are slices of the file.
    pub fn record(view: *const View, arena: Allocator) Allocator.Error!v4.Record {
        const c = &view.columns;
        const strings = try arena.alloc([]const u8, c.string_end.len());
        for (strings, 0..) |*each, i| each.* = view.string(i);
        const attributes = try arena.alloc(v4.Attribute, c.key.len());
        for (attributes, 0..) |*each, i| each.* = .{ .key = c.key.get(i), .value = c.value.get(i) };
        const requests = try arena.alloc(v4.Request, c.specifier.len());
        for (requests, 0..) |*each, i| each.* = .{
            .specifier = c.specifier.get(i),
            .phase = view.phase(i),
            .attributes = attributes[c.attribute_end.start(i)..c.attribute_end.get(i)],
        };
        const imports = try arena.alloc(v4.Import, c.local_name.len());
        for (imports, 0..) |*each, i| each.* = .{
            .local_name = c.local_name.get(i),
            .request = c.import_request.get(i),
            .import_name = c.import_name.getOptional(i),
        };
        const exports = try arena.alloc(v4.Export, c.export_name.len());
        for (exports, 0..) |*each, i| each.* = .{
            .export_name = c.export_name.get(i),
            .request = c.export_request.getOptional(i),
            .name = c.name.getOptional(i),
        };
        const header = &view.header;
        return .{
            .flags = .{
                .top_level_await = header.flags.top_level_await,
                .import_meta = header.flags.import_meta,
                .typescript = header.flags.typescript,
            },
            .alignment = header.alignment,
            .producer = header.producer,
            .source = .{ .size = header.source_size, .sha256 = header.source_digest },
            .strings = strings,
            .requests = requests,
            .imports = imports,
            .exports = exports,
            .tolerant_imports = try numbers(arena, c.tolerant_import),
            .star_exports = try numbers(arena, c.star_request),
            .environment = if (header.flags.environment) .{
                .declared_variables = try variables(arena, c.declared_name, c.declared_bits),
                .lexical_variables = try variables(arena, c.lexical_name, c.lexical_bits),
                .code_features = view.counts.code_features,
                .lexical_features = view.counts.lexical_features,
            } else null,
        };
    }

    fn numbers(arena: Allocator, column: Column) Allocator.Error![]const u32 {
        const result = try arena.alloc(u32, column.len());
        for (result, 0..) |*each, i| each.* = column.get(i);
        return result;
    }

    fn variables(arena: Allocator, names: Column, bits: Column) Allocator.Error![]const v4.Variable {
        const result = try arena.alloc(v4.Variable, names.len());
        for (result, 0..) |*each, i| each.* = .{ .name = names.get(i), .bits = bits.get(i) };
        return result;
    }
};
