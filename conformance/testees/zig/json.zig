//! A strict reader of JSON into Zig types. `std.json.parseFromSlice` is not strict: it accepts `"12"`, `12.0` and
//! `1.2e1` as integers, a number as an enum and an array of numbers as a string.

const std = @import("std");
const Allocator = std.mem.Allocator;

pub const Error = error{
    /// The text is not JSON, a key is missing or occurs twice, or a value has another type.
    Unreadable,
    /// A string is not the name of any value of an enum.
    UnknownName,
    /// An integer does not fit its type.
    TooLarge,
    OutOfMemory,
};

/// A value of any type, kept as text, to be parsed later.
pub const Raw = struct { text: []const u8 };

/// Parses a `T`, which consists of structs, slices, strings (`[]const u8`), enums, unsigned integers and `Raw`.
/// Optional fields may be missing, and keys that are not fields are ignored. The result refers to `arena` and to
/// `text`.
pub fn parse(comptime T: type, arena: Allocator, text: []const u8) Error!T {
    var parser: Parser = .{ .scanner = .initCompleteInput(arena, text), .arena = arena };
    const result = try parser.value(T);
    if (try parser.next() != .end_of_document) return error.Unreadable;
    return result;
}

const Parser = struct {
    scanner: std.json.Scanner,
    arena: Allocator,

    fn value(p: *Parser, comptime T: type) Error!T {
        if (T == Raw) return p.raw();
        if (T == []const u8) return p.string();
        return switch (@typeInfo(T)) {
            .int => p.integer(T),
            .@"enum" => std.meta.stringToEnum(T, try p.string()) orelse error.UnknownName,
            .optional => |optional| try p.value(optional.child),
            .pointer => |pointer| try p.array(pointer.child),
            .@"struct" => p.object(T),
            else => @compileError("no JSON for " ++ @typeName(T)),
        };
    }

    fn raw(p: *Parser) Error!Raw {
        _ = try p.peek();
        const start = p.scanner.cursor;
        try p.skip();
        return .{ .text = p.scanner.input[start..p.scanner.cursor] };
    }

    fn string(p: *Parser) Error![]const u8 {
        return switch (try p.next()) {
            .string, .allocated_string => |text| text,
            else => error.Unreadable,
        };
    }

    fn integer(p: *Parser, comptime T: type) Error!T {
        const digits = switch (try p.next()) {
            .number, .allocated_number => |text| text,
            else => return error.Unreadable,
        };
        return std.fmt.parseInt(T, digits, 10) catch |err| switch (err) {
            error.Overflow => error.TooLarge,
            error.InvalidCharacter => error.Unreadable, // a fraction or an exponent
        };
    }

    fn array(p: *Parser, comptime Item: type) Error![]const Item {
        if (try p.next() != .array_begin) return error.Unreadable;
        var items: std.ArrayList(Item) = .empty;
        while (try p.peek() != .array_end) try items.append(p.arena, try p.value(Item));
        _ = try p.next();
        return items.items;
    }

    fn object(p: *Parser, comptime T: type) Error!T {
        const names = comptime std.meta.fieldNames(T);
        var result: T = undefined;
        var seen: [names.len]bool = @splat(false);
        if (try p.next() != .object_begin) return error.Unreadable;
        while (try p.peek() != .object_end) {
            const key = try p.string();
            inline for (names, &seen) |name, *is_seen| {
                if (std.mem.eql(u8, key, name)) {
                    if (is_seen.*) return error.Unreadable;
                    is_seen.* = true;
                    @field(result, name) = try p.value(@FieldType(T, name));
                    break;
                }
            } else try p.skip();
        }
        _ = try p.next();
        inline for (names, seen) |name, is_seen| {
            if (!is_seen) {
                if (@typeInfo(@FieldType(T, name)) != .optional) return error.Unreadable;
                @field(result, name) = null;
            }
        }
        return result;
    }

    /// Returns the next token. Strings are complete: `nextAlloc` would reject strings with escapes that are longer than
    /// 4 MiB.
    fn next(p: *Parser) Error!std.json.Token {
        return p.scanner.nextAllocMax(p.arena, .alloc_if_needed, std.math.maxInt(usize)) catch |err| refuse(err);
    }

    fn peek(p: *Parser) Error!std.json.TokenType {
        return p.scanner.peekNextTokenType() catch |err| refuse(err);
    }

    fn skip(p: *Parser) Error!void {
        p.scanner.skipValue() catch |err| return refuse(err);
    }

    fn refuse(err: anyerror) Error {
        return if (err == error.OutOfMemory) error.OutOfMemory else error.Unreadable;
    }
};

fn expectParsed(comptime T: type, expected: T, text: []const u8) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    try std.testing.expectEqualDeep(expected, try parse(T, arena.allocator(), text));
}

fn expectRefused(comptime T: type, expected: Error, text: []const u8) !void {
    var arena: std.heap.ArenaAllocator = .init(std.testing.allocator);
    defer arena.deinit();
    try std.testing.expectError(expected, parse(T, arena.allocator(), text));
}

test "integers" {
    try expectParsed(u32, 4294967295, "4294967295");
    try expectParsed(u32, 0, " 0\r");
    for ([_][]const u8{ "12.0", "1.2e1", "1e1", "\"12\"", "01", "+1", "0x1", "1_0", "", "null", "1 2", "1}", "1]" }) |text| {
        try expectRefused(u32, error.Unreadable, text);
    }
    try expectRefused(u32, error.TooLarge, "4294967296");
    try expectRefused(u32, error.TooLarge, "-1");
}

test "strings" {
    try expectParsed([]const u8, "a\x00b\u{1F600}\u{e9}\u{FEFF}\u{7F}/\"", "\"a\\u0000b\\uD83D\\ude00\\u00E9\u{FEFF}\u{7F}\\/\\\"\"");
    for ([_][]const u8{ "\"\\ud83d\"", "\"\\ude00\"", "\"\x00\"", "\"\xff\"", "\"\\x\"", "\"", "'a'", "[97]", "\u{FEFF}\"\"" }) |text| {
        try expectRefused([]const u8, error.Unreadable, text);
    }
}

test "objects and arrays" {
    const T = struct { a: u32, b: ?[]const []const u8, c: ?Raw };
    try expectParsed(T, .{ .a = 1, .b = &.{ "x", "" }, .c = null }, "{\"b\":[\"x\",\"\"],\"z\":[{\"a\":[]}],\"\\u0061\":1}");
    try expectParsed(T, .{ .a = 1, .b = null, .c = .{ .text = "[1, {}]" } }, "{ \"c\" : [1, {}] , \"a\":1 }");
    try expectParsed(T, .{ .a = 1, .b = &.{}, .c = .{ .text = "-1e5" } }, "{\"b\":[],\"c\":-1e5,\"a\":1}");
    for ([_][]const u8{
        "{}",              "{\"a\":1,\"a\":1}", "{\"a\":1,}",     "{\"a\"}",        "{\"a\":}",         "{\"a\":1",
        "{\"a\":1}}",      "{\"a\":1}]",        "{,\"a\":1}",     "{a:1}",          "{\"a\":1,\"z\":}", "{\"a\":1,\"c\":}",
        "{\"a\":1,\"z\"}", "{\"a\":1,\"c\"",    "{\"a\":1,\"c\"", "{\"a\":1 \"c\"", "{\"a\":1,\"c\":]", "[{\"a\":1}]",
    }) |text| try expectRefused(T, error.Unreadable, text);
    for ([_][]const u8{ "[1,]", "[,1]", "[1", "[1}", "[", "{}", "[1]]", "[1 2]" }) |text| {
        try expectRefused([]const u32, error.Unreadable, text);
    }
}

test "enums" {
    const E = enum { one, @"two-three" };
    try expectParsed(E, .@"two-three", "\"two-three\"");
    try expectRefused(E, error.UnknownName, "\"two\"");
    try expectRefused(E, error.Unreadable, "1");
}
