//! Tests of the opener, the reader, the checker and the matcher of version 4.

const std = @import("std");
const testing = std.testing;
const gpa = testing.allocator;

const bmes = @import("bmes.zig");
const v4 = bmes.v4;
const hex = @import("bmes_test.zig").hex;

/// The file of section 14.1.
pub const smallest = hex(
    \\53 45 4d 42 04 00 00 00 00 00 00 00 08 00 00 00 30 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    \\47 1f 37 0b 15 91 e7 ca 14 2f e3 73 6d b5 51 98 63 65 f5 4c da 67 27 93 5e 0a 3b c7 2e c6 3b 2e
    \\e3 b0 c4 42 98 fc 1c 14 9a fb f4 c8 99 6f b9 24 27 ae 41 e4 64 9b 93 4c a4 95 99 1b 78 52 b8 55
    \\95 b3 88 f2 00 00 00 00 00 00 00 00 77 88 49 60
    \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
);

/// The text of the file of section 14.2.
pub const text = "import { b } from \"./b.mjs\";\nexport const a = b;\n";

/// The file of section 14.2.
pub const with_text = hex(
    \\53 45 4d 42 04 00 00 00 08 00 00 00 08 00 00 00 6d 00 00 00 39 00 00 00 31 00 00 00 00 00 00 00
    \\be 39 c5 bf 76 51 54 25 c3 cd d7 66 6a 03 2b 96 ee ab 0d e3 66 1f 88 00 0f 6c a8 65 71 5a 92 a9
    \\86 8a b1 47 94 e1 4c ec c7 a3 69 26 0a 08 1f 2f d4 1e 1e af d7 51 94 fe a5 60 81 ad 31 4e 97 ce
    \\67 be 95 6b 0e 29 c5 b8 00 00 00 00 87 46 20 f2
    \\03 00 00 00 09 00 00 00 01 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00
    \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    \\07 00 00 00 08 00 00 00 09 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    \\02 00 00 00 00 00 00 00 02 00 00 00 01 00 00 00 ff ff ff ff 01 00 00 00
    \\2e 2f 62 2e 6d 6a 73 61 62 00 00 00
) ++ text ++ hex("00 00 00 00 00 00 00");

/// The file of section 14.3.
pub const worked = hex(
    \\53 45 4d 42 04 00 00 00 0b 00 00 00 10 00 00 00 56 01 00 00 2c 01 00 00 00 00 00 00 04 00 00 00
    \\be 39 c5 bf 76 51 54 25 c3 cd d7 66 6a 03 2b 96 ee ab 0d e3 66 1f 88 00 0f 6c a8 65 71 5a 92 a9
    \\86 8a b1 47 94 e1 4c ec c7 a3 69 26 0a 08 1f 2f d4 1e 1e af d7 51 94 fe a5 60 81 ad 31 4e 97 ce
    \\6b 1c 9e f1 00 00 00 00 5a a3 9c 7c be dc 11 b6
    \\0b 00 00 00 3a 00 00 00 04 00 00 00 01 00 00 00 04 00 00 00 04 00 00 00 01 00 00 00 00 00 00 00
    \\02 00 00 00 08 00 00 00 01 00 00 00 01 00 00 00
    \\09 00 00 00 10 00 00 00 18 00 00 00 23 00 00 00 24 00 00 00 25 00 00 00 2c 00 00 00 30 00 00 00
    \\32 00 00 00 36 00 00 00 3a 00 00 00
    \\03 00 00 00 01 00 00 00 01 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00 02 00 00 00 01 00 00 00
    \\01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 00 00 00 00
    \\09 00 00 00 07 00 00 00
    \\04 00 00 00 05 00 00 00 08 00 00 00 0a 00 00 00 01 00 00 00 00 00 00 00 02 00 00 00 03 00 00 00
    \\04 00 00 00 06 00 00 00 ff ff ff ff ff ff ff ff 00 00 00 00
    \\04 00 00 00 05 00 00 00 06 00 00 00 08 00 00 00 ff ff ff ff 01 00 00 00 ff ff ff ff 01 00 00 00
    \\04 00 00 00 05 00 00 00 00 00 00 00 ff ff ff ff 01 00 00 00
    \\00 00 00 00 05 00 00 00 02 00 00 00 22 00 00 00
) ++ "*default*./a.mjs./c.wasm./data.jsonTadefaultjsonnstypewasm" ++
    hex("00 00 00 00 00 00 00 00 00 00 de ad be ef");

fn digest(comptime text_hex: *const [64]u8) v4.Digest {
    var bytes: v4.Digest = undefined;
    _ = std.fmt.hexToBytes(&bytes, text_hex) catch unreachable;
    return bytes;
}

pub const producer_1 = digest("471f370b1591e7ca142fe3736db551986365f54cda6727935e0a3bc72ec63b2e");
pub const producer_2 = digest("be39c5bf76515425c3cdd7666a032b96eeab0de3661f88000f6ca865715a92a9");
pub const source_2: v4.Source = .{
    .size = 57,
    .sha256 = digest("868ab14794e14cecc7a369260a081f2fd41e1eafd75194fea56081ad314e97ce"),
};

pub const smallest_record: v4.Record = .{
    .flags = .{ .top_level_await = false, .import_meta = false, .typescript = false },
    .alignment = 8,
    .producer = producer_1,
    .source = .{ .size = 0, .sha256 = digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") },
    .strings = &.{},
    .requests = &.{},
    .imports = &.{},
    .exports = &.{},
    .tolerant_imports = &.{},
    .star_exports = &.{},
    .environment = null,
};

pub const with_text_record: v4.Record = .{
    .flags = .{ .top_level_await = false, .import_meta = false, .typescript = true },
    .alignment = 8,
    .producer = producer_2,
    .source = source_2,
    .strings = &.{ "./b.mjs", "a", "b" },
    .requests = &.{.{ .specifier = 0, .phase = .evaluation, .attributes = &.{} }},
    .imports = &.{.{ .local_name = 2, .request = 0, .import_name = 2 }},
    .exports = &.{.{ .export_name = 1, .request = null, .name = 1 }},
    .tolerant_imports = &.{},
    .star_exports = &.{},
    .environment = null,
};

pub const worked_record: v4.Record = .{
    .flags = .{ .top_level_await = true, .import_meta = false, .typescript = true },
    .alignment = 16,
    .producer = producer_2,
    .source = .{ .size = 300, .sha256 = source_2.sha256 },
    .strings = &.{
        "*default*", "./a.mjs", "./c.wasm", "./data.json", "T",    "a",
        "default",   "json",    "ns",       "type",        "wasm",
    },
    .requests = &.{
        .{ .specifier = 3, .phase = .evaluation, .attributes = &.{.{ .key = 9, .value = 7 }} },
        .{ .specifier = 1, .phase = .evaluation, .attributes = &.{} },
        .{ .specifier = 1, .phase = .@"defer", .attributes = &.{} },
        .{ .specifier = 2, .phase = .source, .attributes = &.{} },
    },
    .imports = &.{
        .{ .local_name = 4, .request = 1, .import_name = 4 },
        .{ .local_name = 5, .request = 0, .import_name = 6 },
        .{ .local_name = 8, .request = 2, .import_name = null },
        .{ .local_name = 10, .request = 3, .import_name = null },
    },
    .exports = &.{
        .{ .export_name = 4, .request = null, .name = 4 },
        .{ .export_name = 5, .request = 1, .name = 5 },
        .{ .export_name = 6, .request = null, .name = 0 },
        .{ .export_name = 8, .request = 1, .name = null },
    },
    .tolerant_imports = &.{0},
    .star_exports = &.{1},
    .environment = .{
        .declared_variables = &.{},
        .lexical_variables = &.{ .{ .name = 0, .bits = 2 }, .{ .name = 5, .bits = 0x22 } },
        .code_features = 8,
        .lexical_features = 1,
    },
};

fn int(file: []const u8, offset: usize) u32 {
    return std.mem.readInt(u32, file[offset..][0..4], .little);
}

fn setInt(file: []u8, offset: usize, value: u32) void {
    std.mem.writeInt(u32, file[offset..][0..4], value, .little);
}

/// Makes the checksums of the header and of the metadata right.
fn repair(file: []u8) void {
    const metadata_size = @min(int(file, 16), file.len - 112);
    setInt(file, 96, std.hash.Crc32.hash(file[112..][0..metadata_size]));
    setInt(file, 108, std.hash.Crc32.hash(file[0..108]));
}

/// Returns a copy of a file, with some of its numbers changed and the checksums made right.
fn changed(file: []const u8, changes: []const [2]u32) ![]u8 {
    const copy = try gpa.dupe(u8, file);
    for (changes) |change| setInt(copy, change[0], change[1]);
    repair(copy);
    return copy;
}

fn expectError(err: bmes.Error, offset: usize, result: anytype, diagnostic: bmes.Diagnostic) !void {
    if (result) |_| return error.TestUnexpectedResult else |actual| try testing.expectEqual(err, actual);
    try testing.expectEqual(offset, diagnostic.offset);
}

fn expectCheckRejected(err: bmes.Error, offset: usize, file: []const u8) !void {
    var diagnostic: bmes.Diagnostic = .{};
    try expectError(err, offset, v4.check(gpa, file, &diagnostic), diagnostic);
}

fn expectRejected(err: bmes.Error, offset: usize, file: []const u8) !void {
    var diagnostic: bmes.Diagnostic = .{};
    try expectError(err, offset, v4.decode(file, &diagnostic), diagnostic);
    try expectCheckRejected(err, offset, file);
}

fn expectOpenRejected(err: bmes.Error, offset: usize, file: []const u8) !void {
    var diagnostic: bmes.Diagnostic = .{};
    try expectError(err, offset, v4.open(file, &diagnostic), diagnostic);
    try expectError(err, offset, v4.match(file, producer_2, .trusted, &diagnostic), diagnostic);
    try expectRejected(err, offset, file);
}

/// A test of one changed file: the numbers that change, the error and its offset.
const Case = struct { []const [2]u32, bmes.Error, usize };

fn expectEach(
    comptime expect: fn (bmes.Error, usize, []const u8) anyerror!void,
    file: []const u8,
    cases: []const Case,
) !void {
    for (cases, 0..) |case, i| {
        const changes, const err, const offset = case;
        const copy = try changed(file, changes);
        defer gpa.free(copy);
        errdefer std.debug.print("case {d}: {any}\n", .{ i, changes });
        try expect(err, offset, copy);
    }
}

test "the files of the specification that are accepted" {
    var arena: std.heap.ArenaAllocator = .init(gpa);
    defer arena.deinit();
    for (
        [_][]const u8{ smallest, with_text, worked },
        [_]v4.Record{ smallest_record, with_text_record, worked_record },
        [_][2]bmes.Span{
            .{ .{ .offset = 160, .length = 0 }, .{ .offset = 160, .length = 0 } },
            .{ .{ .offset = 224, .length = 49 }, .{ .offset = 280, .length = 0 } },
            .{ .{ .offset = 456, .length = 0 }, .{ .offset = 464, .length = 4 } },
        },
    ) |file, record, spans| {
        try testing.expectEqual(.v4, try bmes.identify(file, null));
        try v4.check(gpa, file, null);
        const view = try v4.decode(file, null);
        try testing.expectEqualDeep(record, try view.record(arena.allocator()));
        try testing.expectEqualDeep(spans, .{ view.text(), view.bytecode() });
    }
}

test "the header" {
    try expectOpenRejected(error.BadMagic, 0, "BMES");
    try expectOpenRejected(error.UnsupportedVersion, 4, "SEMB\x00\x00\x00\x00");
    try expectOpenRejected(error.UnsupportedVersion, 4, "SEMB\x03\x00\x00\x00"); // another version that identify knows
    try expectOpenRejected(error.Truncated, 64, smallest[0..64]);
    try expectOpenRejected(error.TrailingBytes, 28, smallest ++ "\x00");
    try expectOpenRejected(error.Truncated, 28, with_text[0 .. with_text.len - 1]);
    try expectEach(expectOpenRejected, smallest, &.{
        .{ &.{.{ 8, 16 }}, error.BadFlag, 8 },
        .{ &.{.{ 8, 0x80000000 }}, error.BadFlag, 8 },
        .{ &.{.{ 12, 16 }}, error.BadLayout, 12 },
        .{ &.{ .{ 12, 0 }, .{ 16, 0 } }, error.BadLayout, 12 },
        .{ &.{ .{ 12, 4 }, .{ 28, 1 } }, error.BadLayout, 12 },
        .{ &.{ .{ 12, 24 }, .{ 28, 1 } }, error.BadLayout, 12 },
        .{ &.{ .{ 12, 131072 }, .{ 28, 1 } }, error.BadLayout, 12 },
        .{ &.{ .{ 16, 47 }, .{ 100, 1 } }, error.BadLayout, 16 },
        .{ &.{ .{ 100, 1 }, .{ 104, 1 } }, error.BadLayout, 100 },
        .{ &.{ .{ 24, 1 }, .{ 100, 1 }, .{ 104, 1 } }, error.BadLayout, 104 },
        .{ &.{.{ 28, 1 }}, error.Truncated, 28 },
        .{ &.{.{ 28, 0xffffffff - 160 }}, error.Truncated, 28 },
        .{ &.{.{ 28, 0xffffffff - 159 }}, error.BadLayout, 28 },
        .{ &.{ .{ 16, 0xffffffff }, .{ 24, 0xffffffff }, .{ 28, 0xffffffff } }, error.BadLayout, 28 },
        .{ &.{ .{ 12, 65536 }, .{ 24, 0xffff0000 }, .{ 28, 1 } }, error.BadLayout, 28 },
    });
    const damaged = try gpa.dupe(u8, smallest);
    defer gpa.free(damaged);
    damaged[32] ^= 1;
    try expectOpenRejected(error.BadChecksum, 108, damaged);
    setInt(damaged, 8, 16); // the checksum comes first
    try expectOpenRejected(error.BadChecksum, 108, damaged);
}

test "the counts" {
    try expectEach(expectRejected, smallest, &.{
        .{ &.{ .{ 132, 357913942 }, .{ 116, 0xfffffff8 } }, error.BadLayout, 16 },
        .{ &.{.{ 112, 1 }}, error.BadLayout, 16 },
        .{ &.{.{ 148, 1 }}, error.BadLayout, 148 },
        .{ &.{ .{ 152, 1 }, .{ 148, 1 } }, error.BadLayout, 148 },
        .{ &.{.{ 152, 1 }}, error.BadLayout, 152 },
        .{ &.{ .{ 152, 1 }, .{ 156, 1 } }, error.BadLayout, 16 },
    });
    try expectEach(expectRejected, worked, &.{
        .{ &.{.{ 8, 2 }}, error.BadLayout, 156 }, // v4-tolerant-flag comes before v4-environment
        .{ &.{.{ 8, 10 }}, error.BadLayout, 144 },
        .{ &.{ .{ 8, 10 }, .{ 140, 2 }, .{ 144, 0 } }, error.BadLayout, 140 },
    });
    const damaged = try gpa.dupe(u8, worked);
    defer gpa.free(damaged);
    damaged[112] ^= 1;
    try expectRejected(error.BadChecksum, 96, damaged);
    // Eight more bytes of metadata: bytes of strings without a string, or an attribute without a request.
    for ([_][2]u32{ .{ 116, 8 }, .{ 124, 1 } }) |change| {
        const file = try std.mem.concat(gpa, u8, &.{ smallest, &@as([8]u8, @splat(0)) });
        defer gpa.free(file);
        setInt(file, 16, 56);
        setInt(file, change[0], change[1]);
        repair(file);
        try expectRejected(error.BadIndex, change[0], file);
    }
}

test "strings" {
    try expectEach(expectRejected, worked, &.{
        .{ &.{.{ 0xa0, 17 }}, error.BadIndex, 0xa4 },
        .{ &.{.{ 0xa0, 0xffffffff }}, error.BadIndex, 0xa4 },
        .{ &.{.{ 0xc8, 59 }}, error.BadIndex, 0xc8 },
        .{ &.{.{ 0xc8, 57 }}, error.BadIndex, 0xc8 },
        .{ &.{.{ 0xa4, 9 }}, error.BadOrder, 0xa4 }, // the empty string after another one
    });
    inline for (.{
        .{ "\x80", 0 },         .{ "a\xc3", 1 },         .{ "\xc0\x80", 0 },         .{ "\xe0\x9f\xbf", 0 },
        .{ "\xed\xa0\x80", 0 }, .{ "b\xed\xbf\xbf", 1 }, .{ "\xf4\x90\x80\x80", 0 }, .{ "\u{e9}\xff", 2 },
    }) |case| {
        const bytes, const index = case;
        const file = try gpa.dupe(u8, worked);
        defer gpa.free(file);
        @memcpy(file[0x1a4..][0..bytes.len], bytes);
        repair(file);
        try expectRejected(error.BadUtf8, 0x1a4 + index, file);
    }
    const file = try gpa.dupe(u8, worked);
    defer gpa.free(file);
    file[0x1af] = 'a'; // equal to the next string
    repair(file);
    try expectRejected(error.BadOrder, 0xb4, file);
    file[0x1af..][0..2].* = "\u{e9}".*; // a sequence over the end of a string
    repair(file);
    try expectRejected(error.BadUtf8, 0x1af, file);
}

test "the values of the lists" {
    const none = 0xffffffff;
    try expectEach(expectRejected, worked, &.{
        .{ &.{.{ 0xd8, 11 }}, error.BadIndex, 0xd8 }, // specifier
        .{ &.{.{ 0xcc, none }}, error.BadIndex, 0xcc },
        .{ &.{.{ 0xe8, 3 }}, error.BadType, 0xe8 }, // phase
        .{ &.{.{ 0xdc, 0x100 }}, error.BadType, 0xdc },
        .{ &.{.{ 0xec, 2 }}, error.BadIndex, 0xec }, // attribute_end
        .{ &.{.{ 0xf0, 0 }}, error.BadIndex, 0xf0 },
        .{ &.{ .{ 0xec, 0 }, .{ 0xf0, 0 }, .{ 0xf4, 0 }, .{ 0xf8, 0 } }, error.BadIndex, 0xf8 },
        .{ &.{.{ 0x10c, 11 }}, error.BadIndex, 0x10c }, // key
        .{ &.{.{ 0x110, none }}, error.BadIndex, 0x110 }, // value
        .{ &.{ .{ 0x110, 11 }, .{ 0xfc, 4 } }, error.BadIndex, 0x110 }, // order comes after value
        .{ &.{.{ 0x108, 4 }}, error.BadIndex, 0x108 }, // order
        .{ &.{ .{ 0xfc, 2 }, .{ 0x100, 1 } }, error.BadOrder, 0x100 },
        .{ &.{.{ 0x108, 3 }}, error.BadOrder, 0x108 },
        .{ &.{.{ 0x120, none }}, error.BadIndex, 0x120 }, // local_name
        .{ &.{.{ 0x118, 4 }}, error.BadOrder, 0x118 },
        .{ &.{.{ 0x130, none }}, error.BadIndex, 0x130 }, // the request of an import
        .{ &.{.{ 0x138, 11 }}, error.BadIndex, 0x138 }, // import_name
        .{ &.{.{ 0x13c, 4 }}, error.BadEntry, 0x13c },
        .{ &.{ .{ 0x13c, 4 }, .{ 0x140, 11 } }, error.BadIndex, 0x140 }, // the kinds come after the column
        .{ &.{.{ 0x144, 4 }}, error.BadIndex, 0x144 }, // tolerant_import
        .{ &.{.{ 0x144, 2 }}, error.BadEntry, 0x144 },
        .{ &.{.{ 0x148, none }}, error.BadIndex, 0x148 }, // export_name
        .{ &.{.{ 0x154, 6 }}, error.BadOrder, 0x154 },
        .{ &.{.{ 0x158, 4 }}, error.BadIndex, 0x158 }, // the request of an export
        .{ &.{.{ 0x168, 11 }}, error.BadIndex, 0x168 }, // name
        .{ &.{.{ 0x168, none }}, error.BadEntry, 0x168 },
        .{ &.{.{ 0x15c, 2 }}, error.BadEntry, 0x16c },
        .{ &.{.{ 0x178, none }}, error.BadIndex, 0x178 }, // the request of a star export
        .{ &.{.{ 0x178, 3 }}, error.BadEntry, 0x178 },
        .{ &.{.{ 0x180, 11 }}, error.BadIndex, 0x180 }, // the name of a variable
        .{ &.{.{ 0x17c, 5 }}, error.BadOrder, 0x180 },
    });
    // String 0 is empty.
    try expectEach(expectRejected, worked, &.{
        .{ &.{ .{ 0xa0, 0 }, .{ 0x114, 0 } }, error.BadEntry, 0x114 },
        .{ &.{ .{ 0xa0, 0 }, .{ 0x118, 0 } }, error.BadEntry, 0x118 }, // it comes before the order
        .{ &.{.{ 0xa0, 0 }}, error.BadEntry, 0x170 },
    });
}

test "the rules of a checker" {
    try expectEach(expectCheckRejected, worked, &.{
        .{ &.{.{ 0x168, 5 }}, error.BadEntry, 0x168 }, // `a` is a strict import
        .{ &.{ .{ 0x168, 5 }, .{ 0x110, 9 } }, error.BadEntry, 0x168 }, // it comes before the unused "json"
        .{ &.{.{ 0x144, 1 }}, error.BadEntry, 0x168 }, // `T` is strict, because `a` is the tolerant import
        .{ &.{.{ 0x110, 9 }}, error.UnusedString, 0xbc },
    });
    // A Local export can have the name of a defer import or of a source import.
    for ([_]u32{ 8, 10 }) |local_name| {
        const file = try changed(worked, &.{.{ 0x170, local_name }});
        defer gpa.free(file);
        try v4.check(gpa, file, null);
    }
    for ([_][2]usize{ .{ 0x1c6, 0x1c6 }, .{ 0x1c8, 0x1c8 }, .{ 0x1cf, 0x1cf }, .{ 0x1d0, 104 } }) |case| {
        const file = try gpa.dupe(u8, worked);
        defer gpa.free(file);
        file[case[0]] ^= 0x80;
        _ = try v4.decode(file, null);
        try expectCheckRejected(if (case[1] == 104) error.BadChecksum else error.BadLayout, case[1], file);
    }
    const file = try gpa.dupe(u8, with_text);
    defer gpa.free(file);
    file[0xe0] ^= 1;
    _ = try v4.decode(file, null);
    try expectCheckRejected(error.BadChecksum, 100, file);
    file[0x111] = 1; // the padding comes before the text
    try expectCheckRejected(error.BadLayout, 0x111, file);
}

test "a matcher" {
    const another: v4.Source = .{ .size = 57, .sha256 = producer_1 };
    const Verdict = ?struct { bmes.Error, usize };
    const cases = [_]struct { []const u8, v4.Digest, v4.Expected, Verdict }{
        .{ with_text, producer_2, .{ .source = source_2 }, null },
        .{ with_text, producer_2, .embedded_text, null },
        .{ worked, producer_2, .trusted, null },
        .{ with_text, producer_1, .{ .source = another }, .{ error.OtherProducer, 32 } },
        .{ with_text, producer_2, .{ .source = .{ .size = 58, .sha256 = producer_1 } }, .{ error.StaleSource, 20 } },
        .{ with_text, producer_2, .{ .source = .{ .size = 57 + (1 << 32), .sha256 = source_2.sha256 } }, .{ error.StaleSource, 20 } },
        .{ with_text, producer_2, .{ .source = another }, .{ error.StaleSource, 64 } },
        .{ worked, producer_2, .embedded_text, .{ error.StaleSource, 24 } },
        .{ with_text, producer_2, .nothing, .{ error.StaleSource, 64 } },
    };
    for (cases) |case| {
        const file, const producer, const expected, const verdict = case;
        var diagnostic: bmes.Diagnostic = .{};
        const result = v4.match(file, producer, expected, &diagnostic);
        if (verdict) |v| try expectError(v[0], v[1], result, diagnostic) else try result;
    }
    const damaged = try gpa.dupe(u8, worked);
    defer gpa.free(damaged);
    @memset(damaged[112..], 0xff);
    try v4.match(damaged, producer_2, .trusted, null);
}

test "every prefix, every byte more and every changed bit is rejected" {
    for ([_][]const u8{ smallest, with_text, worked }) |file| {
        for (0..file.len) |length| {
            try testing.expectError(error.Truncated, v4.check(gpa, file[0..length], null));
        }
        const copy = try std.mem.concat(gpa, u8, &.{ file, "\x00" });
        defer gpa.free(copy);
        try testing.expectError(error.TrailingBytes, v4.check(gpa, copy, null));
        for (0..file.len * 8) |bit| {
            const mask = @as(u8, 1) << @intCast(bit % 8);
            copy[bit / 8] ^= mask;
            defer copy[bit / 8] ^= mask;
            if (v4.check(gpa, copy[0..file.len], null)) return error.TestUnexpectedResult else |_| {}
        }
    }
}

test "the laws hold for every changed bit with repaired checksums" {
    var arena: std.heap.ArenaAllocator = .init(gpa);
    defer arena.deinit();
    for ([_][]const u8{ smallest, with_text, worked }) |file| {
        const copy = try gpa.dupe(u8, file);
        defer gpa.free(copy);
        for (0..file.len * 8) |bit| {
            @memcpy(copy, file);
            copy[bit / 8] ^= @as(u8, 1) << @intCast(bit % 8);
            repair(copy);
            v4.check(gpa, copy, null) catch continue;
            _ = arena.reset(.retain_capacity);
            const view = try v4.decode(copy, null);
            const written = try v4.encode(
                gpa,
                try view.record(arena.allocator()),
                copy[view.text().offset..][0..view.text().length],
                copy[view.bytecode().offset..][0..view.bytecode().length],
            );
            defer gpa.free(written);
            try testing.expectEqualSlices(u8, copy, written);
        }
    }
}

test "a checker without memory" {
    try testing.checkAllAllocationFailures(gpa, struct {
        fn run(failing: std.mem.Allocator, file: []const u8) !void {
            try v4.check(failing, file, null);
        }
    }.run, .{worked});
}
