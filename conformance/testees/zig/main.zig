//! The testee: it speaks BMES-CP/1 around `bmes.zig`. Without an argument, it answers requests, one per line, until
//! `bye`. With an operation as its argument, it answers that operation for the content of standard input, and exits.

const std = @import("std");
const Allocator = std.mem.Allocator;

const bmes = @import("bmes.zig");
const json = @import("json.zig");

const max_line = 64 * 1024 * 1024; // its end included

const Op = enum { hello, identify, decode, check, encode, bye };

const Outcome = union(enum) {
    hello,
    identified: bmes.Version,
    decoded: bmes.Decoded,
    checked,
    encoded: []const u8,
    rejected: struct { class: []const u8, offset: ?usize },
    unsupported: []const u8,
    fault: []const u8,

    fn exitStatus(outcome: Outcome) u8 {
        return switch (outcome) {
            .hello, .identified, .decoded, .checked, .encoded => 0,
            .rejected => 1,
            .unsupported => 89,
            .fault => 70,
        };
    }
};

pub fn main(init: std.process.Init) !u8 {
    const args = try init.minimal.args.toSlice(init.arena.allocator());
    var out_buffer: [64 * 1024]u8 = undefined;
    var stdout = std.Io.File.stdout().writerStreaming(init.io, &out_buffer);
    var arena: std.heap.ArenaAllocator = .init(std.heap.page_allocator);
    defer arena.deinit();

    if (args.len > 1) {
        var in_buffer: [4096]u8 = undefined;
        var stdin = std.Io.File.stdin().readerStreaming(init.io, &in_buffer);
        const outcome = answerOnce(arena.allocator(), args[args.len - 1], &stdin.interface);
        try writeAnswer(&stdout.interface, .absent, outcome);
        return outcome.exitStatus();
    }
    var stdin = std.Io.File.stdin().readerStreaming(init.io, try init.arena.allocator().alloc(u8, max_line));
    while (true) {
        _ = arena.reset(.{ .retain_with_limit = 1024 * 1024 });
        const line = stdin.interface.takeDelimiter('\n') catch |err| switch (err) {
            error.ReadFailed => return err,
            error.StreamTooLong => {
                _ = stdin.interface.discardDelimiterInclusive('\n') catch |e| switch (e) {
                    error.ReadFailed => return e,
                    error.EndOfStream => {}, // the end of input ends a line, too
                };
                try writeAnswer(&stdout.interface, .unreadable, .{ .fault = "a line of more than 64 MiB" });
                continue;
            },
        } orelse return 0;
        const id, const outcome = answerLine(arena.allocator(), line) orelse return 0;
        try writeAnswer(&stdout.interface, id, outcome);
    }
}

/// One-shot mode.
fn answerOnce(arena: Allocator, op_name: []const u8, stdin: *std.Io.Reader) Outcome {
    const op = std.meta.stringToEnum(Op, op_name) orelse .bye;
    if (op == .hello) return .hello;
    if (op == .bye) return .{ .unsupported = "unknown operation" };
    const input = stdin.allocRemaining(arena, .unlimited) catch return .{ .fault = "standard input could not be read" };
    if (op != .encode) return onFile(arena, op, input);
    const Request = struct { record: json.Raw, bytecode: json.Raw };
    const request = json.parse(Request, arena, input) catch |err| return outcomeOf(err, null);
    return encode(arena, request.record, request.bytecode) catch |err| outcomeOf(err, null);
}

const Id = union(enum) { absent, unreadable, number: u64 };

/// Returns the answer to a line, or null for `bye`.
fn answerLine(arena: Allocator, line: []const u8) ?struct { Id, Outcome } {
    const Request = struct {
        id: ?json.Raw,
        op: ?json.Raw,
        protocol: ?json.Raw,
        hex: ?json.Raw,
        record: ?json.Raw,
        bytecode: ?json.Raw,
    };
    const missing: Outcome = .{ .fault = "the request lacks a key" };
    const request = json.parse(Request, arena, line) catch |err| return .{ .unreadable, faultOf(err) };
    const id_json = request.id orelse return .{ .unreadable, missing };
    const number = json.parse(u53, arena, id_json.text) catch |err| return .{ .unreadable, faultOf(err) };
    const id: Id = .{ .number = number };
    const op_json = request.op orelse return .{ id, missing };
    const op_name = json.parse([]const u8, arena, op_json.text) catch |err| return .{ id, faultOf(err) };
    const op = std.meta.stringToEnum(Op, op_name) orelse return .{ id, .{ .unsupported = "unknown operation" } };

    switch (op) {
        .bye => return null,
        .hello => {
            const protocol = request.protocol orelse return .{ id, missing };
            _ = json.parse(u64, arena, protocol.text) catch |err| return .{ id, faultOf(err) };
            return .{ id, .hello };
        },
        .identify, .decode, .check => {
            const hex = request.hex orelse return .{ id, missing };
            const file = parseHex(arena, hex) catch |err| return .{ id, faultOf(err) };
            return .{ id, onFile(arena, op, file) };
        },
        .encode => {
            const record = request.record orelse return .{ id, missing };
            const bytecode = request.bytecode orelse return .{ id, missing };
            return .{ id, encode(arena, record, bytecode) catch |err| outcomeOf(err, null) };
        },
    }
}

fn onFile(arena: Allocator, op: Op, file: []const u8) Outcome {
    var diagnostic: bmes.Diagnostic = .{};
    switch (op) {
        .identify => if (bmes.identify(file, &diagnostic)) |version| {
            return .{ .identified = version };
        } else |err| return outcomeOf(err, diagnostic),
        .decode => if (bmes.decode(arena, file, &diagnostic)) |decoded| {
            return .{ .decoded = decoded };
        } else |err| return outcomeOf(err, diagnostic),
        .check => if (bmes.check(arena, file, &diagnostic)) {
            return .checked;
        } else |err| return outcomeOf(err, diagnostic),
        .hello, .encode, .bye => unreachable,
    }
}

fn encode(arena: Allocator, record_json: json.Raw, bytecode_hex: json.Raw) (bmes.Error || json.Error)!Outcome {
    // The version is read first, because a record of an unknown version has unknown keys.
    const Versioned = struct { version: json.Raw };
    const number_json = (try json.parse(Versioned, arena, record_json.text)).version;
    const number = json.parse(u32, arena, number_json.text) catch |err| switch (err) {
        error.TooLarge => return error.UnsupportedVersion,
        else => |e| return e,
    };
    const version = std.enums.fromInt(bmes.Version, number) orelse return error.UnsupportedVersion;

    const Record = struct {
        requests: []const bmes.Request,
        imports: []const bmes.Import,
        exports: []const bmes.Export,
        star_exports: []const []const u8,
        declared_variables: ?[]const bmes.Variable,
        lexical_variables: ?[]const bmes.Variable,
        code_features: ?u32,
    };
    const r = json.parse(Record, arena, record_json.text) catch |err| switch (err) {
        error.UnknownName => return error.BadType,
        else => |e| return e,
    };
    const engine_keys = @as(u2, @intFromBool(r.declared_variables != null)) +
        @intFromBool(r.lexical_variables != null) + @intFromBool(r.code_features != null);
    if (engine_keys != 0 and engine_keys != 3) return error.UnsupportedVersion;

    return .{ .encoded = try bmes.encode(arena, .{
        .version = version,
        .requests = r.requests,
        .imports = r.imports,
        .exports = r.exports,
        .star_exports = r.star_exports,
        .engine = if (engine_keys == 0) null else .{
            .declared_variables = r.declared_variables.?,
            .lexical_variables = r.lexical_variables.?,
            .code_features = r.code_features.?,
        },
    }, try parseHex(arena, bytecode_hex)) };
}

/// The errors with which an implementation rejects an input become `rejected`. Every other error becomes `fault`.
fn outcomeOf(err: (bmes.Error || json.Error), diagnostic: ?bmes.Diagnostic) Outcome {
    return switch (err) {
        error.Unreadable, error.UnknownName, error.OutOfMemory => |e| faultOf(e),
        else => |e| .{ .rejected = .{
            .class = bmes.className(e),
            .offset = if (diagnostic) |d| d.offset else null,
        } },
    };
}

fn faultOf(err: json.Error) Outcome {
    return .{ .fault = if (err == error.OutOfMemory) "out of memory" else "the request could not be read" };
}

fn parseHex(arena: Allocator, raw: json.Raw) json.Error![]const u8 {
    const digits = try json.parse([]const u8, arena, raw.text);
    if (digits.len % 2 != 0) return error.Unreadable;
    const bytes = try arena.alloc(u8, digits.len / 2);
    for (bytes, 0..) |*byte, i| {
        byte.* = @as(u8, try parseDigit(digits[2 * i])) << 4 | try parseDigit(digits[2 * i + 1]);
    }
    return bytes;
}

fn parseDigit(digit: u8) error{Unreadable}!u4 {
    return switch (digit) {
        '0'...'9' => @intCast(digit - '0'),
        'a'...'f' => @intCast(digit - 'a' + 10),
        else => error.Unreadable,
    };
}

/// Writes one line and flushes it, because the runner waits for it.
fn writeAnswer(out: *std.Io.Writer, id: Id, outcome: Outcome) !void {
    var w: std.json.Stringify = .{ .writer = out };
    try w.beginObject();
    switch (id) {
        .absent => {},
        .unreadable => {
            try w.objectField("id");
            try w.write(null);
        },
        .number => |number| {
            try w.objectField("id");
            try w.write(number);
        },
    }
    try w.objectField(switch (outcome) {
        .hello, .identified, .decoded, .checked, .encoded => "ok",
        .rejected => "err",
        .unsupported => "unsupported",
        .fault => "fault",
    });
    switch (outcome) {
        .hello => try w.write(.{
            .protocol = 1,
            .name = "bmes-zig",
            .version = "0.1.0",
            .language = "Zig",
            .formats = .{ 1, 2, 3 },
            .ops = .{ "identify", "decode", "check", "encode" },
            .errors = true,
        }),
        .identified => |version| try w.write(.{ .version = @backingInt(version) }),
        .decoded => |decoded| try writeDecoded(&w, decoded),
        .checked => try w.write(true),
        .encoded => |file| {
            try w.beginObject();
            try w.objectField("hex");
            try w.print("\"{x}\"", .{file});
            try w.endObject();
        },
        .rejected => |rejection| {
            w.options.emit_null_optional_fields = false;
            try w.write(rejection);
        },
        .unsupported, .fault => |why| try w.write(why),
    }
    try w.endObject();
    try out.writeByte('\n');
    try out.flush();
}

/// The keys of a record and of everything in it have the same names as the fields.
fn writeDecoded(w: *std.json.Stringify, decoded: bmes.Decoded) !void {
    try w.beginObject();
    try w.objectField("version");
    try w.write(@backingInt(decoded.record.version));
    inline for (.{ "requests", "imports", "exports", "star_exports" }) |name| {
        try w.objectField(name);
        try w.write(@field(decoded.record, name));
    }
    if (decoded.record.engine) |engine| {
        inline for (comptime std.meta.fieldNames(bmes.Engine)) |name| {
            try w.objectField(name);
            try w.write(@field(engine, name));
        }
    }
    try w.objectField("bytecode");
    try w.write(decoded.bytecode);
    try w.endObject();
}
