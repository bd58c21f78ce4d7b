//! Tests of the writer of version 4.

const std = @import("std");
const testing = std.testing;
const gpa = testing.allocator;

const bmes = @import("bmes.zig");
const v4 = bmes.v4;
const files = @import("v4_test.zig");
const text = files.text;
const Record = v4.Record;

fn expectEncoded(expected: []const u8, record: Record, text_bytes: []const u8, bytecode: []const u8) !void {
    const file = try v4.encode(gpa, record, text_bytes, bytecode);
    defer gpa.free(file);
    try testing.expectEqualSlices(u8, expected, file);
}

fn expectRefused(err: bmes.Error, record: Record, bytecode: []const u8) !void {
    try testing.expectError(err, v4.encode(gpa, record, "", bytecode));
}

test "the records of the specification" {
    try expectEncoded(files.smallest, files.smallest_record, "", "");
    try expectEncoded(files.with_text, files.with_text_record, text, "");
    try expectEncoded(files.worked, files.worked_record, "", "\xde\xad\xbe\xef");

    var shuffled = files.with_text_record;
    shuffled.strings = &.{ "b", "a", "./b.mjs", "b" };
    shuffled.requests = &.{.{ .specifier = 2, .phase = .evaluation, .attributes = &.{} }};
    shuffled.imports = &.{.{ .local_name = 0, .request = 0, .import_name = 3 }};
    try expectEncoded(files.with_text, shuffled, text, "");
}

test "lists in another order give the same file" {
    var record = files.worked_record;
    record.imports = &.{ record.imports[3], record.imports[1], record.imports[0], record.imports[2] };
    record.tolerant_imports = &.{2};
    record.exports = &.{ record.exports[2], record.exports[3], record.exports[1], record.exports[0] };
    const variables = record.environment.?.lexical_variables;
    record.environment.?.lexical_variables = &.{ variables[1], variables[0] };
    try expectEncoded(files.worked, record, "", "\xde\xad\xbe\xef");
}

fn request(specifier: u32, phase: v4.Phase, attributes: []const v4.Attribute) v4.Request {
    return .{ .specifier = specifier, .phase = phase, .attributes = attributes };
}

test "the order of strings, attributes and requests" {
    var arena: std.heap.ArenaAllocator = .init(gpa);
    defer arena.deinit();
    var record = files.smallest_record;
    record.strings = &.{ "\u{10000}", "b", "\u{FF5A}", "", "a\x00", "b", "a" };
    record.requests = &.{
        request(6, .source, &.{}),
        request(6, .evaluation, &.{ .{ .key = 5, .value = 0 }, .{ .key = 4, .value = 2 } }),
        request(3, .@"defer", &.{}),
        request(6, .evaluation, &.{.{ .key = 4, .value = 2 }}),
        request(6, .evaluation, &.{.{ .key = 1, .value = 3 }}),
    };
    record.star_exports = &.{ 4, 1, 3 };
    const file = try v4.encode(gpa, record, "", "");
    defer gpa.free(file);
    const view = try v4.decode(file, null);
    const written = try view.record(arena.allocator());
    try testing.expectEqualDeep(
        @as([]const []const u8, &.{ "", "a", "a\x00", "b", "\u{FF5A}", "\u{10000}" }),
        written.strings,
    );
    try testing.expectEqualDeep(@as([]const v4.Request, &.{
        request(1, .source, &.{}),
        request(1, .evaluation, &.{ .{ .key = 2, .value = 4 }, .{ .key = 3, .value = 5 } }),
        request(0, .@"defer", &.{}),
        request(1, .evaluation, &.{.{ .key = 2, .value = 4 }}),
        request(1, .evaluation, &.{.{ .key = 3, .value = 0 }}),
    }), written.requests);
    try testing.expectEqualSlices(u32, &.{ 1, 3, 4 }, written.star_exports);
    for ([_]u32{ 2, 3, 1, 4, 0 }, 0..) |expected, i| try testing.expectEqual(expected, view.columns.order.get(i));
}

test "what a writer rejects" {
    const base = files.worked_record;
    const bytecode = "\xde\xad\xbe\xef";
    const none = 0xffffffff;
    const attribute: v4.Attribute = .{ .key = 9, .value = 7 };
    inline for (.{
        .{ error.BadIndex, "requests", &.{request(11, .evaluation, &.{})} },
        .{ error.BadIndex, "requests", &.{request(0, .evaluation, &.{.{ .key = 0, .value = none }})} },
        .{ error.BadIndex, "imports", &.{v4.Import{ .local_name = 4, .request = 4, .import_name = 4 }} },
        .{ error.BadIndex, "imports", &.{v4.Import{ .local_name = 4, .request = 0, .import_name = none }} },
        .{ error.BadIndex, "exports", &.{v4.Export{ .export_name = 4, .request = none, .name = 4 }} },
        .{ error.BadIndex, "exports", &.{v4.Export{ .export_name = 4, .request = null, .name = none }} },
        .{ error.BadIndex, "tolerant_imports", &.{4} },
        .{ error.BadIndex, "star_exports", &.{4} },
        .{ error.BadOrder, "requests", base.requests ++ &[_]v4.Request{base.requests[1]} },
        .{ error.BadOrder, "requests", base.requests ++ &[_]v4.Request{request(1, .evaluation, &.{ attribute, attribute })} },
        .{ error.BadOrder, "imports", base.imports ++ &[_]v4.Import{.{ .local_name = 10, .request = 0, .import_name = 4 }} },
        .{ error.BadOrder, "exports", base.exports ++ &[_]v4.Export{base.exports[0]} },
        .{ error.BadOrder, "tolerant_imports", &.{ 0, 0 } },
        .{ error.BadOrder, "star_exports", &.{ 1, 1 } },
        .{ error.BadEntry, "tolerant_imports", &.{2} },
        .{ error.BadEntry, "tolerant_imports", &.{} }, // `T` becomes a forbidden export
        .{ error.BadEntry, "star_exports", &.{2} },
        .{ error.BadEntry, "imports", base.imports[0..3] ++ &[_]v4.Import{.{ .local_name = 10, .request = 3, .import_name = 4 }} },
        .{ error.BadEntry, "exports", base.exports ++ &[_]v4.Export{.{ .export_name = 10, .request = 2, .name = 4 }} },
        .{ error.BadEntry, "exports", base.exports ++ &[_]v4.Export{.{ .export_name = 10, .request = null, .name = null }} },
        .{ error.UnusedString, "strings", base.strings ++ &[_][]const u8{""} },
        .{ error.UnusedString, "environment", null },
        .{ error.BadUtf8, "strings", base.strings[0..10] ++ &[_][]const u8{"\xed\xa0\x80"} },
        .{ error.BadLayout, "alignment", 0 },
        .{ error.BadLayout, "alignment", 24 },
        .{ error.BadLayout, "alignment", 131072 },
        .{ error.BadLayout, "flags", v4.Flags{ .top_level_await = true, .import_meta = false, .typescript = false } },
        .{ error.TooLarge, "source", v4.Source{ .size = 1 << 32, .sha256 = base.source.sha256 } },
    }, 0..) |case, i| {
        const err, const field, const value = case;
        var record = base;
        @field(record, field) = value;
        // Without an environment, no field uses "*default*", except the default export.
        if (comptime std.mem.eql(u8, field, "environment")) record.exports = base.exports[0..2];
        errdefer std.debug.print("case {d}\n", .{i});
        try expectRefused(err, record, bytecode);
    }
    try expectRefused(error.BadLayout, base, ""); // an alignment of 16 without bytecode

    var variables = base;
    variables.environment.?.declared_variables = &.{ .{ .name = 0, .bits = 1 }, .{ .name = 0, .bits = 2 } };
    try expectRefused(error.BadOrder, variables, bytecode);

    var empty_name = base;
    empty_name.strings = &([_][]const u8{""} ++ base.strings[1..].*);
    try expectRefused(error.BadEntry, empty_name, bytecode); // the local name of a Local export
}

test "all bits of the engine's numbers" {
    var arena: std.heap.ArenaAllocator = .init(gpa);
    defer arena.deinit();
    var record = files.smallest_record;
    record.source.size = 0xffffffff;
    record.alignment = 65536;
    record.strings = &.{""};
    record.environment = .{
        .declared_variables = &.{.{ .name = 0, .bits = 0xffffffff }},
        .lexical_variables = &.{.{ .name = 0, .bits = 0x80000000 }},
        .code_features = 0xffffffff,
        .lexical_features = 0xfffffffe,
    };
    const file = try v4.encode(gpa, record, "", "x");
    defer gpa.free(file);
    try testing.expectEqual(65537, file.len);
    const view = try v4.decode(file, null);
    try testing.expectEqualDeep(record, try view.record(arena.allocator()));
}

test "a writer without memory" {
    try testing.checkAllAllocationFailures(gpa, struct {
        fn run(failing: std.mem.Allocator) !void {
            failing.free(try v4.encode(failing, files.worked_record, text, "\xde\xad\xbe\xef"));
        }
    }.run, .{});
}
