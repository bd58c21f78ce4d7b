//! The writer of version 4. It sorts the record, writes the file, and lets `check` find the faults that do not prevent
//! sorting. A record and its file have the same class for these faults (v4-writer-no-repair).

const std = @import("std");
const Allocator = std.mem.Allocator;

const bmes = @import("bmes.zig");
const Error = bmes.Error;
const fit = bmes.fit;
const checking = @import("check.zig");
const layout = @import("v4_layout.zig");
const Counts = layout.Counts;
const Header = layout.Header;
const View = layout.View;
const v4 = @import("v4.zig");
const Record = v4.Record;

const WriteError = Error || Allocator.Error;

/// Returns the one canonical file of a record, its text and its bytecode, or the reason why there is none. An empty
/// text is no text. The caller owns the result.
pub fn encode(gpa: Allocator, record: Record, text: []const u8, bytecode: []const u8) WriteError![]u8 {
    try checkIndices(record);
    var arena: std.heap.ArenaAllocator = .init(gpa);
    defer arena.deinit();
    const sorted = try sort(arena.allocator(), record);
    const environment: v4.Environment = sorted.environment orelse .{
        .declared_variables = &.{},
        .lexical_variables = &.{},
        .code_features = 0,
        .lexical_features = 0,
    };
    const counts = try countsOf(sorted, environment);
    var header: Header = .{
        .flags = .{
            .environment = sorted.environment != null,
            .top_level_await = sorted.flags.top_level_await,
            .import_meta = sorted.flags.import_meta,
            .typescript = sorted.flags.typescript,
        },
        .alignment = sorted.alignment,
        .metadata_size = try fit(counts.metadataSize()),
        .source_size = try fit(sorted.source.size),
        .text_size = try fit(text.len),
        .bytecode_size = try fit(bytecode.len),
        .producer = sorted.producer,
        .source_digest = sorted.source.sha256,
    };
    if (!header.isAlignmentAllowed()) return error.BadLayout;
    const size = try fit(header.end());

    var w: bmes.Writer = .{ .gpa = gpa };
    defer w.out.deinit(gpa);
    const out = &w.out;
    try out.ensureTotalCapacityPrecise(gpa, size);
    out.appendNTimesAssumeCapacity(0, Header.size + Counts.size); // filled in below
    try writeColumns(&w, sorted, environment);
    for (sorted.strings) |string| try w.bytes(string);
    out.appendNTimesAssumeCapacity(0, @as(usize, @intCast(header.textStart())) - out.items.len);
    try w.bytes(text);
    out.appendNTimesAssumeCapacity(0, @as(usize, @intCast(header.bytecodeStart())) - out.items.len);
    try w.bytes(bytecode);

    const file = out.items;
    layout.writeStruct(counts, file, Header.size);
    try writeOrder(arena.allocator(), file, .init(file, header, counts));
    header.metadata_crc = layout.Crc.hash(file[Header.size..@intCast(header.metadataEnd())]);
    header.text_crc = layout.Crc.hash(text);
    header.bytecode_crc = layout.Crc.hash(bytecode);
    layout.writeStruct(header, file, 0);
    header.header_crc = layout.Crc.hash(file[0..Header.crc_offset]);
    layout.writeStruct(header, file, 0);
    try v4.check(gpa, file, null);
    return out.toOwnedSlice(gpa);
}

/// Checks the indices, because `sort` uses them.
fn checkIndices(record: Record) Error!void {
    const string_count = record.strings.len;
    const request_count = record.requests.len;
    for (record.requests) |request| {
        try expectIndex(request.specifier, string_count);
        for (request.attributes) |attribute| {
            try expectIndex(attribute.key, string_count);
            try expectIndex(attribute.value, string_count);
        }
    }
    for (record.imports) |import| {
        try expectIndex(import.local_name, string_count);
        try expectIndex(import.request, request_count);
        try expectIndex(import.import_name, string_count);
    }
    for (record.exports) |entry| {
        try expectIndex(entry.export_name, string_count);
        try expectIndex(entry.request, request_count);
        try expectIndex(entry.name, string_count);
    }
    for (record.tolerant_imports) |import| try expectIndex(import, record.imports.len);
    for (record.star_exports) |request| try expectIndex(request, request_count);
    const environment = record.environment orelse return;
    for ([_][]const v4.Variable{ environment.declared_variables, environment.lexical_variables }) |variables| {
        for (variables) |variable| try expectIndex(variable.name, string_count);
    }
}

/// Null stands for no index. The number 4294967295 is an index like any other, and no list has this entry.
fn expectIndex(index: ?u32, count: usize) Error!void {
    if (index) |i| if (i >= count) return error.BadIndex;
}

/// Returns the record with each string once, and with all lists in ascending order except the requests.
fn sort(arena: Allocator, record: Record) WriteError!Record {
    const strings: Strings = try .init(arena, record.strings);

    const requests = try arena.dupe(v4.Request, record.requests);
    for (requests) |*request| {
        request.specifier = strings.index(request.specifier);
        const attributes = try arena.dupe(v4.Attribute, request.attributes);
        for (attributes) |*each| each.* = .{ .key = strings.index(each.key), .value = strings.index(each.value) };
        sortBy(v4.Attribute, "key", attributes);
        request.attributes = attributes;
    }

    const Numbered = struct { local_name: u32, old_index: u32 };
    const numbered = try arena.alloc(Numbered, record.imports.len);
    for (numbered, record.imports, 0..) |*each, import, i| {
        each.* = .{ .local_name = strings.index(import.local_name), .old_index = try fit(i) };
    }
    sortBy(Numbered, "local_name", numbered);
    const imports = try arena.alloc(v4.Import, numbered.len);
    const new_indices = try arena.alloc(u32, numbered.len);
    for (numbered, imports, 0..) |each, *import, i| {
        const old = record.imports[each.old_index];
        import.* = .{
            .local_name = each.local_name,
            .request = old.request,
            .import_name = if (old.import_name) |name| strings.index(name) else null,
        };
        new_indices[each.old_index] = @intCast(i);
    }
    const tolerant_imports = try arena.dupe(u32, record.tolerant_imports);
    for (tolerant_imports) |*import| import.* = new_indices[import.*];
    std.mem.sort(u32, tolerant_imports, {}, std.sort.asc(u32));

    const exports = try arena.dupe(v4.Export, record.exports);
    for (exports) |*entry| {
        entry.export_name = strings.index(entry.export_name);
        if (entry.name) |name| entry.name = strings.index(name);
    }
    sortBy(v4.Export, "export_name", exports);
    const star_exports = try arena.dupe(u32, record.star_exports);
    std.mem.sort(u32, star_exports, {}, std.sort.asc(u32));

    var sorted = record;
    sorted.strings = strings.all;
    sorted.requests = requests;
    sorted.imports = imports;
    sorted.exports = exports;
    sorted.tolerant_imports = tolerant_imports;
    sorted.star_exports = star_exports;
    if (sorted.environment) |*environment| {
        for ([_]*[]const v4.Variable{ &environment.declared_variables, &environment.lexical_variables }) |list| {
            const variables = try arena.dupe(v4.Variable, list.*);
            for (variables) |*variable| variable.name = strings.index(variable.name);
            sortBy(v4.Variable, "name", variables);
            list.* = variables;
        }
    }
    return sorted;
}

fn sortBy(comptime T: type, comptime field: []const u8, entries: []T) void {
    std.mem.sort(T, entries, {}, struct {
        fn lessThan(_: void, a: T, b: T) bool {
            return @field(a, field) < @field(b, field);
        }
    }.lessThan);
}

/// The strings of a record, ready for the file.
const Strings = struct {
    /// Each string once, in ascending order.
    all: []const []const u8,
    /// For each string of the record, its index in `all`.
    new_indices: []const u32,

    fn init(arena: Allocator, strings: []const []const u8) WriteError!Strings {
        const sorted = try checking.sortedIndices(arena, []const u8, strings, checking.order);
        const new_indices = try arena.alloc(u32, strings.len);
        var all: std.ArrayList([]const u8) = try .initCapacity(arena, strings.len);
        for (sorted) |old| {
            const last = all.getLastOrNull();
            if (last == null or !std.mem.eql(u8, last.?, strings[old])) all.appendAssumeCapacity(strings[old]);
            new_indices[old] = try fit(all.items.len - 1);
        }
        return .{ .all = all.items, .new_indices = new_indices };
    }

    fn index(strings: Strings, old: u32) u32 {
        return strings.new_indices[old];
    }
};

fn countsOf(record: Record, environment: v4.Environment) Error!Counts {
    var string_bytes: usize = 0;
    for (record.strings) |string| string_bytes += string.len;
    var attribute_count: usize = 0;
    for (record.requests) |request| attribute_count += request.attributes.len;
    return .{
        .string_count = try fit(record.strings.len),
        .string_bytes = try fit(string_bytes),
        .request_count = try fit(record.requests.len),
        .attribute_count = try fit(attribute_count),
        .import_count = try fit(record.imports.len),
        .export_count = try fit(record.exports.len),
        .star_export_count = try fit(record.star_exports.len),
        .declared_variable_count = try fit(environment.declared_variables.len),
        .lexical_variable_count = try fit(environment.lexical_variables.len),
        .code_features = environment.code_features,
        .lexical_features = environment.lexical_features,
        .tolerant_import_count = try fit(record.tolerant_imports.len),
    };
}

/// Writes the columns in the order of the file. The column `order` gets zeros; see `writeOrder`.
fn writeColumns(w: *bmes.Writer, record: Record, environment: v4.Environment) WriteError!void {
    var end: usize = 0;
    for (record.strings) |string| {
        end += string.len;
        try w.int(end);
    }
    try writeColumn(w, record.requests, "specifier");
    try writeColumn(w, record.requests, "phase");
    end = 0;
    for (record.requests) |request| {
        end += request.attributes.len;
        try w.int(end);
    }
    for (record.requests) |_| try w.int(0);
    for (record.requests) |request| try writeColumn(w, request.attributes, "key");
    for (record.requests) |request| try writeColumn(w, request.attributes, "value");
    try writeColumn(w, record.imports, "local_name");
    try writeColumn(w, record.imports, "request");
    try writeColumn(w, record.imports, "import_name");
    for (record.tolerant_imports) |import| try w.int(import);
    try writeColumn(w, record.exports, "export_name");
    try writeColumn(w, record.exports, "request");
    try writeColumn(w, record.exports, "name");
    for (record.star_exports) |request| try w.int(request);
    for ([_][]const v4.Variable{ environment.declared_variables, environment.lexical_variables }) |variables| {
        try writeColumn(w, variables, "name");
        try writeColumn(w, variables, "bits");
    }
}

/// Writes one field of all entries of a list.
fn writeColumn(w: *bmes.Writer, entries: anytype, comptime field: []const u8) WriteError!void {
    for (entries) |entry| {
        const value = @field(entry, field);
        try w.int(switch (@TypeOf(value)) {
            u32 => value,
            ?u32 => value orelse layout.none,
            v4.Phase => @backingInt(value),
            else => comptime unreachable,
        });
    }
}

/// v4-writer-order. The other columns of the requests and the attributes are in the file already, so the order is the
/// one that a reader expects.
fn writeOrder(arena: Allocator, file: []u8, view: View) Allocator.Error!void {
    const column = view.columns.order;
    const order = try arena.alloc(usize, column.len());
    for (order, 0..) |*request, i| request.* = i;
    checking.mergeSort(usize, order, try arena.alloc(usize, order.len), &view, struct {
        fn lessThan(v: *const View, a: usize, b: usize) bool {
            return v.compareRequests(a, b) == .lt;
        }
    }.lessThan);
    for (order, 0..) |request, i| std.mem.writeInt(u32, file[column.at(i)..][0..4], @intCast(request), .little);
}
