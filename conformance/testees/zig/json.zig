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

/// A value of any type, kept as text, to be parsed later. The text begins with the first byte of the value.
pub const Raw = struct { text: []const u8 };

/// Bytes, written as a string of lowercase hexadecimal digits.
pub const Hex = struct { bytes: []const u8 };

/// Parses a `T`, which consists of structs, slices, strings (`[]const u8`), enums, unsigned integers, `bool`, `Raw`,
/// `Hex`, `[n]u8` (hex of n bytes) and optionals (a value or null). A field `f: ?T = null` of a struct has another
/// meaning: the key can be missing, and its value is a `T`, never null. Keys that are not fields are ignored. The
/// result refers to `arena` and to `text`.
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
        if (T == Hex) return .{ .bytes = try p.hex() };
        return switch (@typeInfo(T)) {
            .int => p.integer(T),
            .@"enum" => std.meta.stringToEnum(T, try p.string()) orelse error.UnknownName,
            .bool => switch (try p.next()) {
                .true => true,
                .false => false,
                else => error.Unreadable,
            },
            .optional => |optional| if (try p.peek() != .null) try p.value(optional.child) else {
                _ = try p.next();
                return null;
            },
            .array => |array_type| {
                if (array_type.child != u8) @compileError("no JSON for " ++ @typeName(T));
                const bytes = try p.hex();
                return if (bytes.len == array_type.len) bytes[0..array_type.len].* else error.Unreadable;
            },
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

    fn hex(p: *Parser) Error![]const u8 {
        const digits = try p.string();
        if (digits.len % 2 != 0) return error.Unreadable;
        const bytes = try p.arena.alloc(u8, digits.len / 2);
        for (bytes, 0..) |*byte, i| byte.* = @as(u8, try digit(digits[2 * i])) << 4 | try digit(digits[2 * i + 1]);
        return bytes;
    }

    fn digit(char: u8) Error!u4 {
        return switch (char) {
            '0'...'9' => @intCast(char - '0'),
            'a'...'f' => @intCast(char - 'a' + 10),
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
            inline for (names, &seen, 0..) |name, *is_seen, i| {
                if (std.mem.eql(u8, key, name)) {
                    if (is_seen.*) return error.Unreadable;
                    is_seen.* = true;
                    @field(result, name) = try p.value(Present(T, i));
                    break;
                }
            } else try p.skip();
        }
        _ = try p.next();
        inline for (names, seen, 0..) |name, is_seen, i| {
            if (!is_seen) {
                if (comptime canBeMissing(T, i)) @field(result, name) = null else return error.Unreadable;
            }
        }
        return result;
    }

    /// Returns the type that field `i` of the struct `T` has if its key is present.
    fn Present(comptime T: type, comptime i: usize) type {
        const Field = @typeInfo(T).@"struct".field_types[i];
        return if (canBeMissing(T, i)) @typeInfo(Field).optional.child else Field;
    }

    /// Returns whether field `i` of the struct `T` is an optional with a default value.
    fn canBeMissing(comptime T: type, comptime i: usize) bool {
        const info = @typeInfo(T).@"struct";
        return @typeInfo(info.field_types[i]) == .optional and info.field_attrs[i].default_value_ptr != null;
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
    const T = struct { a: u32, b: ?[]const []const u8 = null, c: ?Raw = null };
    try expectParsed(T, .{ .a = 1, .b = &.{ "x", "" }, .c = null }, "{\"b\":[\"x\",\"\"],\"z\":[{\"a\":[]}],\"\\u0061\":1}");
    try expectParsed(T, .{ .a = 1, .b = null, .c = .{ .text = "[1, {}]" } }, "{ \"c\" : [1, {}] , \"a\":1 }");
    try expectParsed(T, .{ .a = 1, .b = &.{}, .c = .{ .text = "-1e5" } }, "{\"b\":[],\"c\":-1e5,\"a\":1}");
    for ([_][]const u8{
        "{}",                   "{\"a\":1,\"a\":1}", "{\"a\":1,}",     "{\"a\"}",        "{\"a\":}",         "{\"a\":1",
        "{\"a\":1}}",           "{\"a\":1}]",        "{,\"a\":1}",     "{a:1}",          "{\"a\":1,\"z\":}", "{\"a\":1,\"c\":}",
        "{\"a\":1,\"z\"}",      "{\"a\":1,\"c\"",    "{\"a\":1,\"c\"", "{\"a\":1 \"c\"", "{\"a\":1,\"c\":]", "[{\"a\":1}]",
        "{\"a\":1,\"b\":null}",
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

test "null, booleans and hex" {
    const T = struct { a: ?u32, b: bool, c: [2]u8 };
    try expectParsed(T, .{ .a = null, .b = true, .c = .{ 0x0f, 0xa9 } }, "{\"a\":null,\"b\":true,\"c\":\"0fa9\"}");
    try expectParsed(T, .{ .a = 0, .b = false, .c = .{ 0, 0 } }, "{\"c\":\"0000\",\"b\":false,\"a\":0}");
    for ([_][]const u8{
        "{\"b\":true,\"c\":\"0000\"}",            "{\"a\":0,\"b\":null,\"c\":\"0000\"}",
        "{\"a\":0,\"b\":0,\"c\":\"0000\"}",       "{\"a\":0,\"b\":\"true\",\"c\":\"0000\"}",
        "{\"a\":\"\",\"b\":true,\"c\":\"0000\"}", "{\"a\":0,\"b\":true,\"c\":\"000000\"}",
        "{\"a\":0,\"b\":true,\"c\":\"00\"}",      "{\"a\":0,\"b\":true,\"c\":null}",
        "{\"a\":nul,\"b\":true,\"c\":\"0000\"}",  "{\"a\":,\"b\":true,\"c\":\"0000\"}",
    }) |text| try expectRefused(T, error.Unreadable, text);
    try expectParsed(Hex, .{ .bytes = "" }, "\"\"");
    try expectParsed(Hex, .{ .bytes = "\xff\x10" }, "\"ff10\"");
    for ([_][]const u8{ "\"f\"", "\"FF\"", "\"0x\"", "\"0g\"", "\" 0\"", "null", "[]", "16" }) |text| {
        try expectRefused(Hex, error.Unreadable, text);
    }
    try expectParsed(?Hex, null, "null");
}
