const std = @import("std");
const testing = std.testing;
const gpa = testing.allocator;

const bmes = @import("bmes.zig");

/// A file, written in the notation of the specification.
pub fn hex(comptime text: []const u8) []const u8 {
    return comptime bytes: {
        @setEvalBranchQuota(1000 + 100 * text.len);
        var bytes: []const u8 = "";
        var pairs = std.mem.tokenizeAny(u8, text, " \n");
        while (pairs.next()) |pair| bytes = bytes ++ [_]u8{std.fmt.parseInt(u8, pair, 16) catch unreachable};
        break :bytes bytes;
    };
}

fn expectAccepted(file: []const u8) !void {
    try bmes.check(gpa, file, null);
}

fn expectDecodeRejected(err: bmes.Error, offset: usize, file: []const u8) !void {
    var diagnostic: bmes.Diagnostic = .{ .offset = std.math.maxInt(usize) };
    if (bmes.decode(gpa, file, &diagnostic)) |decoded| {
        decoded.deinit();
        return error.TestUnexpectedResult;
    } else |actual| try testing.expectEqual(err, actual);
    try testing.expectEqual(offset, diagnostic.offset);
}

fn expectCheckRejected(err: bmes.Error, offset: usize, file: []const u8) !void {
    var diagnostic: bmes.Diagnostic = .{ .offset = std.math.maxInt(usize) };
    try testing.expectError(err, bmes.check(gpa, file, &diagnostic));
    try testing.expectEqual(offset, diagnostic.offset);
}

fn expectRejected(err: bmes.Error, offset: usize, file: []const u8) !void {
    try expectDecodeRejected(err, offset, file);
    try expectCheckRejected(err, offset, file);
}

fn expectEncoded(expected: []const u8, record: bmes.Record, bytecode: []const u8) !void {
    const file = try bmes.encode(gpa, record, bytecode);
    defer gpa.free(file);
    try testing.expectEqualSlices(u8, expected, file);
}

fn expectRefused(err: bmes.Error, record: bmes.Record) !void {
    try testing.expectError(err, bmes.encode(gpa, record, ""));
}

test "the smallest files" {
    const v1 = hex("53 45 4d 42 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    const v2 = hex("53 45 4d 42 02 00 00 00 20 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    const v3 = hex(
        \\53 45 4d 42 03 00 00 00 30 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    );
    for ([_][]const u8{ v1, v2, v3 }, [_]bmes.Record{
        .{ .version = .v1 },
        .{ .version = .v2 },
        .{ .version = .v3, .engine = .{} },
    }) |file, record| {
        try expectAccepted(file);
        try expectEncoded(file, record, "");
        const decoded = try bmes.decode(gpa, file, null);
        defer decoded.deinit();
        try testing.expectEqualDeep(record, decoded.record);
        try testing.expectEqualDeep(bmes.Span{ .offset = file.len, .length = 0 }, decoded.bytecode);
    }
}

test "the files of the specification that are rejected, version 1" {
    try expectRejected(error.BadMagic, 0, hex(
        \\42 4d 45 53 00 00 00 01 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.Truncated, 8, hex(
        \\53 45 4d 42 01 00 00 00 ff ff ff ff 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.BadUtf8, 16, hex(
        \\53 45 4d 42 01 00 00 00 01 00 00 00 01 00 00 00
        \\c3 a9 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00
    ));
}

test "the files of the specification that are rejected, version 2" {
    try expectRejected(error.BadMagic, 0, hex(
        \\42 4d 45 53 00 00 00 02 00 00 00 20 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.Truncated, 8, hex(
        \\53 45 4d 42 02 00 00 00 f0 ff ff ff 30 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.Truncated, 16, hex(
        \\53 45 4d 42 02 00 00 00 28 00 00 00 00 00 00 00
        \\ff ff ff ff 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.BadUtf8, 24, hex(
        \\53 45 4d 42 02 00 00 00 30 00 00 00 00 00 00 00
        \\01 00 00 00 01 00 00 00 c3 a9 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.BadLayout, 35, hex(
        \\53 45 4d 42 02 00 00 00 27 00 00 00 01 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 2a 00 00 00 cc
    ));
    try expectRejected(error.Truncated, 20, hex(
        \\53 45 4d 42 02 00 00 00 20 00 00 00 10 00 00 00
        \\01 00 00 00 09 00 00 00 61 61 61 61 61 61 61 61
        \\61 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
}

test "the files of the specification that are rejected, version 3" {
    try expectRejected(error.BadMagic, 0, hex(
        \\42 4d 45 53 00 00 00 03 00 00 00 30 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.Truncated, 8, hex(
        \\53 45 4d 42 03 00 00 00 f0 ff ff ff 40 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.Truncated, 16, hex(
        \\53 45 4d 42 03 00 00 00 28 00 00 00 00 00 00 00
        \\ff ff ff ff 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.BadUtf8, 24, hex(
        \\53 45 4d 42 03 00 00 00 38 00 00 00 00 00 00 00
        \\01 00 00 00 01 00 00 00 c3 a9 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.BadLayout, 45, hex(
        \\53 45 4d 42 03 00 00 00 30 00 00 00 01 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 2a 00 00
        \\cc
    ));
    try expectRejected(error.BadLayout, 8, hex(
        \\53 45 4d 42 03 00 00 00 2c 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00
    ));
    try expectRejected(error.Truncated, 20, hex(
        \\53 45 4d 42 03 00 00 00 20 00 00 00 10 00 00 00
        \\01 00 00 00 09 00 00 00 61 61 61 61 61 61 61 61
        \\61 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
}

test "the other files of the specification that are accepted" {
    const flag_without_attributes_v1 = hex(
        \\53 45 4d 42 01 00 00 00 01 00 00 00 01 00 00 00
        \\61 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00
    );
    try expectAccepted(flag_without_attributes_v1);
    const decoded = try bmes.decode(gpa, flag_without_attributes_v1, null);
    defer decoded.deinit();
    try testing.expectEqualDeep(bmes.Record{ .version = .v1, .requests = &.{.{ .specifier = "a" }} }, decoded.record);

    try expectAccepted(hex(
        \\53 45 4d 42 02 00 00 00 30 00 00 00 00 00 00 00
        \\01 00 00 00 01 00 00 00 61 01 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
    try expectAccepted(hex( // seven bytes of padding, up to an odd offset
        \\53 45 4d 42 02 00 00 00 27 00 00 00 01 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 cc
    ));
    try expectAccepted(hex(
        \\53 45 4d 42 03 00 00 00 40 00 00 00 00 00 00 00
        \\01 00 00 00 01 00 00 00 61 01 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    ));
    const all_bits = hex(
        \\53 45 4d 42 03 00 00 00 38 00 00 00 00 00 00 00
        \\00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        \\01 00 00 00 00 00 00 00 ff ff ff ff 00 00 00 00
        \\ff ff ff ff 00 00 00 00
    );
    try expectAccepted(all_bits);
    try expectEncoded(all_bits, .{ .version = .v3, .engine = .{
        .declared_variables = &.{.{ .name = "", .bits = 0xffffffff }},
        .code_features = 0xffffffff,
    } }, "");
}

// The worked example of section 11. The metadata of version 3 begins like the metadata of the other versions.
const worked_metadata = hex(
    \\04 00 00 00
    \\0d 00 00 00 2e 2f 63 6f 6e 66 69 67 2e 6a 73 6f 6e 01 00 00 00 01 00 00 00
    \\04 00 00 00 74 79 70 65 04 00 00 00 6a 73 6f 6e
    \\07 00 00 00 6e 6f 64 65 3a 66 73 00 00 00 00
    \\09 00 00 00 2e 2f 70 61 74 68 2e 6a 73 00 00 00 00
    \\09 00 00 00 2e 2f 75 74 69 6c 2e 6a 73 00 00 00 00
    \\02 00 00 00
    \\00 00 00 00 0d 00 00 00 2e 2f 63 6f 6e 66 69 67 2e 6a 73 6f 6e 07 00 00 00 64 65 66 61 75 6c 74
    \\06 00 00 00 63 6f 6e 66 69 67
    \\02 00 00 00 07 00 00 00 6e 6f 64 65 3a 66 73 01 00 00 00 2a 02 00 00 00 66 73
    \\02 00 00 00
    \\01 00 00 00 08 00 00 00 6a 6f 69 6e 2d 61 6c 6c 09 00 00 00 2e 2f 70 61 74 68 2e 6a 73
    \\04 00 00 00 6a 6f 69 6e 00 00 00 00
    \\00 00 00 00 07 00 00 00 64 65 66 61 75 6c 74 00 00 00 00 00 00 00 00 04 00 00 00 6d 61 69 6e
    \\01 00 00 00 09 00 00 00 2e 2f 75 74 69 6c 2e 6a 73
);
const worked_v1 = hex("53 45 4d 42 01 00 00 00") ++ worked_metadata ++ hex("04 00 00 00 de ad be ef");
const worked_v2 = hex("53 45 4d 42 02 00 00 00 18 01 00 00 04 00 00 00") ++ worked_metadata ++
    hex("00 00 00 00 00 de ad be ef");
const worked_v3 = hex("53 45 4d 42 03 00 00 00 48 01 00 00 04 00 00 00") ++ worked_metadata ++ hex(
    \\00 00 00 00 03 00 00 00 06 00 00 00 63 6f 6e 66 69 67 22 00 00 00
    \\02 00 00 00 66 73 62 00 00 00 04 00 00 00 6d 61 69 6e 90 00 00 00
    \\00 00 00 00 00 00 00 00 00 de ad be ef
);

fn workedRecord(version: bmes.Version) bmes.Record {
    return .{
        .version = version,
        .requests = &.{
            .{ .specifier = "./config.json", .attributes = &.{.{ .key = "type", .value = "json" }} },
            .{ .specifier = "node:fs" },
            .{ .specifier = "./path.js" },
            .{ .specifier = "./util.js" },
        },
        .imports = &.{
            .{ .type = .single, .module_request = "./config.json", .import_name = "default", .local_name = "config" },
            .{ .type = .namespace, .module_request = "node:fs", .import_name = "*", .local_name = "fs" },
        },
        .exports = &.{
            .{ .type = .indirect, .export_name = "join-all", .module_name = "./path.js", .import_name = "join" },
            .{ .type = .local, .export_name = "default", .local_name = "main" },
        },
        .star_exports = &.{"./util.js"},
        .engine = if (version != .v3) null else .{ .lexical_variables = &.{
            .{ .name = "config", .bits = 0x22 },
            .{ .name = "fs", .bits = 0x62 },
            .{ .name = "main", .bits = 0x90 },
        } },
    };
}

test "the worked examples" {
    for (
        [_][]const u8{ worked_v1, worked_v2, worked_v3 },
        [_]bmes.Version{ .v1, .v2, .v3 },
        [_]usize{ 0x10f, 0x118, 0x148 },
    ) |file, version, offset| {
        try expectAccepted(file);
        const decoded = try bmes.decode(gpa, file, null);
        defer decoded.deinit();
        try testing.expectEqualDeep(workedRecord(version), decoded.record);
        try testing.expectEqualDeep(bmes.Span{ .offset = offset, .length = 4 }, decoded.bytecode);
        try expectEncoded(file, workedRecord(version), hex("de ad be ef"));
    }
}

test "every prefix is rejected, and every byte more; no change of a bit or lack of memory crashes" {
    for ([_][]const u8{ worked_v1, worked_v2, worked_v3 }) |file| {
        for (0..file.len) |length| {
            if (bmes.check(gpa, file[0..length], null)) return error.TestUnexpectedResult else |err| switch (err) {
                error.Truncated => {},
                else => return err,
            }
        }
        const copy = try std.mem.concat(gpa, u8, &.{ file, "\x00" });
        defer gpa.free(copy);
        try testing.expectError(error.TrailingBytes, bmes.check(gpa, copy, null));
        const changed = copy[0..file.len];
        for (0..file.len * 8) |bit| {
            const mask = @as(u8, 1) << @intCast(bit % 8);
            changed[bit / 8] ^= mask;
            defer changed[bit / 8] ^= mask;
            const decoded = bmes.decode(gpa, changed, null) catch continue;
            defer decoded.deinit();
            gpa.free(bmes.encode(gpa, decoded.record, "") catch continue);
        }
        try testing.checkAllAllocationFailures(gpa, struct {
            fn run(failing: std.mem.Allocator, bytes: []const u8) !void {
                try bmes.check(failing, bytes, null);
                const decoded = try bmes.decode(failing, bytes, null);
                defer decoded.deinit();
                failing.free(try bmes.encode(failing, decoded.record, bytes));
            }
        }.run, .{file});
    }
}

test "the functions of versions 1 to 3 reject version 4" {
    try expectRejected(error.UnsupportedVersion, 4, "SEMB\x04\x00\x00\x00");
}

test "identification" {
    try testing.expectEqual(bmes.Version.v1, try bmes.identify("SEMB\x01\x00\x00\x00", null));
    try testing.expectEqual(bmes.Version.v3, try bmes.identify("SEMB\x03\x00\x00\x00\xff", null));
    try expectRejected(error.Truncated, 0, "");
    try expectRejected(error.Truncated, 0, "SEM");
    try expectRejected(error.BadMagic, 0, "BMES");
    try expectRejected(error.Truncated, 4, "SEMB");
    try expectRejected(error.Truncated, 4, "SEMB\x09\x00\x00");
    try testing.expectEqual(bmes.Version.v4, try bmes.identify("SEMB\x04\x00\x00\x00", null));
    for ([_][]const u8{ "\x00\x00\x00\x00", "\x05\x00\x00\x00", "\x01\x00\x00\x01", "\x01\x00\x00\x80", "\xff\xff\xff\xff" }) |v| {
        var file: [8]u8 = "SEMB____".*;
        @memcpy(file[4..], v);
        try expectRejected(error.UnsupportedVersion, 4, &file);
    }
}

test "the header of versions 2 and 3" {
    const zeros: [48]u8 = @splat(0);
    inline for (.{
        .{ error.BadLayout, 8, "\x0f\x00\x00\x00\xff\xff\xff\xff", 28 },
        .{ error.Truncated, 8, "\xf8\xff\xff\xff\xff\xff\xff\xff", 28 },
        .{ error.Truncated, 12, "\x20\x00\x00\x00\xf0\xff\xff\xff", 28 },
        .{ error.TrailingBytes, 12, "\x10\x00\x00\x00\x1b\x00\x00\x00", 28 },
        .{ error.Truncated, 16, "\x10\x00\x00\x00\x1c\x00\x00\x00", 28 },
        .{ error.BadLayout, 8, "\x38\x00\x00\x00\x04\x00\x00\x00", 44 },
    }) |case| {
        const err, const offset, const numbers, const more = case;
        try expectRejected(err, offset, "SEMB\x02\x00\x00\x00" ++ numbers ++ zeros[0..more]);
        if (numbers[0] != 0x38) try expectRejected(err, offset, "SEMB\x03\x00\x00\x00" ++ numbers ++ zeros[0..more]);
    }
    try expectRejected(error.Truncated, 8, "SEMB\x02\x00\x00\x00\x00\x00\x00");
    try expectRejected(error.Truncated, 12, "SEMB\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00");
}

test "a count takes no memory before the bytes left bear it out" {
    for (0..4) |section| {
        var file: [40]u8 = @splat(0);
        file[0..8].* = "SEMB\x01\x00\x00\x00".*;
        @memset(file[8 + 4 * section ..][0..4], 0xff);
        try testing.expectError(error.Truncated, bmes.decode(testing.failing_allocator, &file, null));
    }
}

test "strings" {
    // A version 1 file whose first request has the specifier between head and tail.
    const head = "SEMB\x01\x00\x00\x00" ++ "\x01\x00\x00\x00";
    const tail = @as([20]u8, @splat(0));
    inline for (.{
        "",         "\x00",     "\u{FEFF}a",    " a ",          "\xc2\x80",         "\u{7FF}",          "\u{800}",
        "\u{D7FF}", "\u{E000}", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "e\u{301}",
    }) |text| {
        const file = head ++ [_]u8{ text.len, 0, 0, 0 } ++ text ++ tail;
        const decoded = try bmes.decode(gpa, file, null);
        defer decoded.deinit();
        try testing.expectEqualStrings(text, decoded.record.requests[0].specifier);
    }
    inline for (.{
        "\x80",             "\xbf",         "\xc0\x80",         "\xc1\xbf",         "\xc3",             "\xc3a",
        "\xe0\x80\x80",     "\xe0\x9f\xbf", "\xed\xa0\x80",     "\xed\xbf\xbf",     "\xe2\x82",         "\xe2\x82a",
        "\xf0\x80\x80\x80", "\xf0\x9f\x98", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
    }) |text| {
        inline for (.{ "", "a\u{e9}\u{20ac}\u{1F600}", "a longer string, for decoders that validate by blocks" }) |before| {
            const length = before.len + text.len;
            const file = head ++ [_]u8{ length, 0, 0, 0 } ++ before ++ text ++ tail;
            try expectRejected(error.BadUtf8, head.len + 4 + before.len, file);
            try expectRefused(error.BadUtf8, .{ .version = .v1, .requests = &.{.{ .specifier = before ++ text }} });
        }
    }
}

const requests: []const bmes.Request = &.{.{ .specifier = "m" }};

fn import(kind: bmes.Import.Type, module_request: []const u8, local_name: []const u8) bmes.Import {
    return .{ .type = kind, .module_request = module_request, .import_name = "", .local_name = local_name };
}

fn check(record: bmes.Record) !?bmes.Place {
    var place: bmes.Place = undefined;
    bmes.checkRecord(gpa, record, &place) catch |err| return if (err == error.OutOfMemory) err else place;
    return null;
}

fn expectBroken(err: bmes.Error, section: anytype, index: usize, record: bmes.Record) !void {
    var place: bmes.Place = undefined;
    try testing.expectError(err, bmes.checkRecord(gpa, record, &place));
    try testing.expectEqual(bmes.Place{ .section = section, .index = index }, place);
    try expectRefused(err, record);
}

test "the rules for requests" {
    const ab: []const bmes.Attribute = &.{ .{ .key = "a", .value = "1" }, .{ .key = "b", .value = "2" } };
    const ba: []const bmes.Attribute = &.{ .{ .key = "b", .value = "2" }, .{ .key = "a", .value = "1" } };
    const ax: []const bmes.Attribute = &.{ .{ .key = "a", .value = "1" }, .{ .key = "b", .value = "" } };
    const aa: []const bmes.Attribute = &.{ .{ .key = "a", .value = "1" }, .{ .key = "a", .value = "2" } };
    try expectBroken(error.DuplicateRequest, .requests, 2, .{ .version = .v1, .requests = &.{
        .{ .specifier = "m", .attributes = ab }, .{ .specifier = "m" }, .{ .specifier = "m", .attributes = ba },
    } });
    try expectBroken(error.DuplicateAttribute, .requests, 1, .{ .version = .v1, .requests = &.{
        .{ .specifier = "m" }, .{ .specifier = "m", .attributes = aa },
    } });
    const two: []const bmes.Request = &.{
        .{ .specifier = "m", .attributes = ab }, .{ .specifier = "n" }, .{ .specifier = "m", .attributes = ax },
    };
    try testing.expectEqual(null, try check(.{ .version = .v1, .requests = two, .star_exports = &.{"n"} }));
    try expectBroken(error.AmbiguousRequest, .star_exports, 1, .{ .version = .v1, .requests = two, .star_exports = &.{ "n", "m" } });
    try expectBroken(error.UnrequestedModule, .star_exports, 0, .{ .version = .v1, .requests = two, .star_exports = &.{""} });
}

test "the rules for entries" {
    try expectBroken(error.UnrequestedModule, .imports, 0, .{ .version = .v1, .imports = &.{import(.single, "m", "x")} });
    try expectBroken(error.MissingLocalName, .imports, 1, .{ .version = .v1, .requests = requests, .imports = &.{
        import(.single, "m", "x"), import(.namespace, "m", ""),
    } });
    try expectBroken(error.DuplicateLocalName, .imports, 2, .{ .version = .v1, .requests = requests, .imports = &.{
        import(.single, "m", "x"), import(.single, "m", "y"), import(.namespace, "m", "x"),
    } });
    try expectBroken(error.DuplicateStarExport, .star_exports, 1, .{
        .version = .v1,
        .requests = requests,
        .star_exports = &.{ "m", "m" },
    });
    inline for (.{
        .{ error.UnrequestedModule, bmes.Export{ .type = .indirect, .export_name = "x" } },
        .{ error.UnrequestedModule, bmes.Export{ .type = .namespace, .export_name = "x", .module_name = "n" } },
        .{ error.MissingLocalName, bmes.Export{ .type = .local, .export_name = "x" } },
        .{ error.DuplicateExportName, bmes.Export{ .type = .namespace, .export_name = "", .module_name = "m" } },
        .{ error.MisplacedField, bmes.Export{ .type = .local, .export_name = "x", .local_name = "x", .module_name = "m" } },
        .{ error.MisplacedField, bmes.Export{ .type = .local, .export_name = "x", .local_name = "x", .import_name = "*" } },
        .{ error.MisplacedField, bmes.Export{ .type = .indirect, .export_name = "x", .module_name = "m", .local_name = "x" } },
        .{ error.MisplacedField, bmes.Export{ .type = .namespace, .export_name = "x", .module_name = "m", .import_name = "*" } },
        .{ error.MisplacedField, bmes.Export{ .type = .namespace, .export_name = "x", .module_name = "m", .local_name = "x" } },
    }) |case| {
        const err, const entry = case;
        const good: bmes.Export = .{ .type = .indirect, .export_name = "", .module_name = "m" };
        try expectBroken(err, .exports, 1, .{ .version = .v1, .requests = requests, .exports = &.{ good, entry } });
    }
}

test "the rule for variables" {
    const xyx: []const bmes.Variable = &.{ .{ .name = "", .bits = 0 }, .{ .name = "y", .bits = 0 }, .{ .name = "", .bits = 1 } };
    try testing.expectEqual(null, try check(.{ .version = .v3, .engine = .{
        .declared_variables = xyx[0..2],
        .lexical_variables = xyx[1..],
    } }));
    try expectBroken(error.DuplicateVariable, .declared_variables, 2, .{ .version = .v3, .engine = .{ .declared_variables = xyx } });
    try expectBroken(error.DuplicateVariable, .lexical_variables, 2, .{ .version = .v3, .engine = .{ .lexical_variables = xyx } });
}

test "a writer sorts attributes, writes * for a namespace, and refuses an engine's part in the wrong version" {
    const file = try bmes.encode(gpa, .{
        .version = .v2,
        .requests = &.{.{ .specifier = "m", .attributes = &.{
            .{ .key = "\u{10000}", .value = "4" }, .{ .key = "\u{FFFF}", .value = "3" },
            .{ .key = "ab", .value = "2" },        .{ .key = "a", .value = "1" },
        } }},
        .imports = &.{import(.namespace, "m", "x")},
    }, "bytes");
    defer gpa.free(file);
    const decoded = try bmes.decode(gpa, file, null);
    defer decoded.deinit();
    for (decoded.record.requests[0].attributes, "1234") |attribute, value| {
        try testing.expectEqualStrings(&.{value}, attribute.value);
    }
    try testing.expectEqualStrings("*", decoded.record.imports[0].import_name);
    try testing.expectEqual(0, decoded.bytecode.offset % 8);
    try testing.expectEqualStrings("bytes", file[decoded.bytecode.offset..][0..decoded.bytecode.length]);

    try expectRefused(error.UnsupportedVersion, .{ .version = .v3 });
    try expectRefused(error.UnsupportedVersion, .{ .version = .v2, .engine = .{} });
    try expectRefused(error.UnsupportedVersion, .{ .version = .v4 });
}
