//! The testee: it speaks BMES-CP/1 around `bmes.zig`. Without an argument, it answers requests, one per line, until
//! `bye`. With an operation as its argument, it answers that operation for the content of standard input, and exits.

const std = @import("std");
const Allocator = std.mem.Allocator;

const bmes = @import("bmes.zig");
const json = @import("json.zig");

const max_line = 64 * 1024 * 1024; // its end included

const Op = enum { hello, identify, decode, check, encode, match, bye };

const Outcome = union(enum) {
    hello,
    identified: bmes.Version,
    decoded: bmes.Decoded,
    decoded_v4: struct { view: bmes.v4.View, record: bmes.v4.Record },
    /// The result of `check` or `match`.
    accepted,
    encoded: []const u8,
    rejected: struct { class: []const u8, offset: ?usize },
    unsupported: []const u8,
    fault: []const u8,

    fn exitStatus(outcome: Outcome) u8 {
        return switch (outcome) {
            .hello, .identified, .decoded, .decoded_v4, .accepted, .encoded => 0,
            .rejected => 1,
            .unsupported => 89,
            .fault => 70,
        };
    }
};

pub fn main(init: std.process.Init) !u8 {
    const args = try init.minimal.args.toSlice(init.arena.allocator());
    var stdout = std.Io.File.stdout().writerStreaming(init.io, &.{});
    var arena: std.heap.ArenaAllocator = .init(std.heap.page_allocator);
    defer arena.deinit();
    const answers: Answers = .{ .out = &stdout.interface, .buffer = try reserveLine() };

    if (args.len > 1) {
        var in_buffer: [4096]u8 = undefined;
        var stdin = std.Io.File.stdin().readerStreaming(init.io, &in_buffer);
        return answers.write(.absent, answerOnce(arena.allocator(), args[args.len - 1], &stdin.interface));
    }
    var stdin = std.Io.File.stdin().readerStreaming(init.io, try reserveLine());
    while (true) {
        _ = arena.reset(.{ .retain_with_limit = 1024 * 1024 });
        const line = stdin.interface.takeDelimiter('\n') catch |err| switch (err) {
            error.ReadFailed => return err,
            error.StreamTooLong => {
                _ = stdin.interface.discardDelimiterInclusive('\n') catch |e| switch (e) {
                    error.ReadFailed => return e,
                    error.EndOfStream => {}, // the end of input ends a line, too
                };
                _ = try answers.write(.unreadable, .{ .fault = "a line of more than 64 MiB" });
                continue;
            },
        } orelse return 0;
        const id, const outcome = answerLine(arena.allocator(), line) orelse return 0;
        _ = try answers.write(id, outcome);
    }
}

/// Returns memory for the longest line. The system provides each page of it at its first use. `Allocator.alloc` would
/// fill all of it in safe builds, and so slow down the start.
fn reserveLine() Allocator.Error![]u8 {
    const memory = std.heap.page_allocator.rawAlloc(max_line, .of(u8), @returnAddress());
    return (memory orelse return error.OutOfMemory)[0..max_line];
}

/// One-shot mode.
fn answerOnce(arena: Allocator, op_name: []const u8, stdin: *std.Io.Reader) Outcome {
    const op = std.meta.stringToEnum(Op, op_name) orelse .bye;
    if (op == .hello) return .hello;
    if (op == .bye) return .{ .unsupported = "unknown operation" };
    const input = stdin.allocRemaining(arena, .unlimited) catch return .{ .fault = "standard input could not be read" };
    return switch (op) {
        .hello, .bye => unreachable,
        .identify, .decode, .check => onFile(arena, op, input),
        .encode, .match => onRequest(arena, op, json.parse(Request, arena, input) catch |err| return faultOf(err)),
    };
}

const Id = union(enum) { absent, unreadable, number: u64 };

const Request = struct {
    id: ?json.Raw = null,
    op: ?json.Raw = null,
    protocol: ?json.Raw = null,
    hex: ?json.Raw = null,
    record: ?json.Raw = null,
    text: ?json.Raw = null,
    bytecode: ?json.Raw = null,
    producer: ?json.Raw = null,
    source: ?json.Raw = null,
};

const missing_key: Outcome = .{ .fault = "the request lacks a key" };

/// Returns the answer to a line, or null for `bye`.
fn answerLine(arena: Allocator, line: []const u8) ?struct { Id, Outcome } {
    const request = json.parse(Request, arena, line) catch |err| return .{ .unreadable, faultOf(err) };
    const id_json = request.id orelse return .{ .unreadable, missing_key };
    const number = json.parse(u53, arena, id_json.text) catch |err| return .{ .unreadable, faultOf(err) };
    const id: Id = .{ .number = number };
    const op_json = request.op orelse return .{ id, missing_key };
    const op_name = json.parse([]const u8, arena, op_json.text) catch |err| return .{ id, faultOf(err) };
    const op = std.meta.stringToEnum(Op, op_name) orelse return .{ id, .{ .unsupported = "unknown operation" } };
    return if (op == .bye) null else .{ id, onRequest(arena, op, request) };
}

fn onRequest(arena: Allocator, op: Op, request: Request) Outcome {
    switch (op) {
        .bye => unreachable,
        .hello => {
            const protocol = request.protocol orelse return missing_key;
            _ = json.parse(u64, arena, protocol.text) catch |err| return faultOf(err);
            return .hello;
        },
        .identify, .decode, .check => {
            const hex = request.hex orelse return missing_key;
            return onFile(arena, op, parseHex(arena, hex) catch |err| return faultOf(err));
        },
        .encode => {
            const record = request.record orelse return missing_key;
            const bytecode = request.bytecode orelse return missing_key;
            return encode(arena, record, request.text, bytecode) catch |err| outcomeOf(err, null);
        },
        .match => {
            const hex = request.hex orelse return missing_key;
            const producer = request.producer orelse return missing_key;
            const source = request.source orelse return missing_key;
            return match(arena, hex, producer, source) catch |err| faultOf(err);
        },
    }
}

fn onFile(arena: Allocator, op: Op, file: []const u8) Outcome {
    var diagnostic: bmes.Diagnostic = .{};
    return tryOnFile(arena, op, file, &diagnostic) catch |err| outcomeOf(err, diagnostic);
}

fn tryOnFile(
    arena: Allocator,
    op: Op,
    file: []const u8,
    diagnostic: *bmes.Diagnostic,
) (bmes.Error || Allocator.Error)!Outcome {
    const version = try bmes.identify(file, diagnostic);
    switch (op) {
        .identify => return .{ .identified = version },
        .decode => {
            if (version != .v4) return .{ .decoded = try bmes.decode(arena, file, diagnostic) };
            const view = try bmes.v4.decode(file, diagnostic);
            return .{ .decoded_v4 = .{ .view = view, .record = try view.record(arena) } };
        },
        .check => {
            if (version == .v4) try bmes.v4.check(arena, file, diagnostic) else try bmes.check(arena, file, diagnostic);
            return .accepted;
        },
        .hello, .encode, .match, .bye => unreachable,
    }
}

fn match(arena: Allocator, hex: json.Raw, producer_hex: json.Raw, source: json.Raw) json.Error!Outcome {
    const file = try parseHex(arena, hex);
    const producer = try json.parse(bmes.v4.Digest, arena, producer_hex.text);
    const expected: bmes.v4.Expected = switch (source.text[0]) {
        '{' => .{ .source = try json.parse(bmes.v4.Source, arena, source.text) },
        '"' => switch (try json.parse(enum { @"embedded-text", trusted }, arena, source.text)) {
            .@"embedded-text" => .embedded_text,
            .trusted => .trusted,
        },
        'n' => .nothing, // null: `source` is JSON
        else => return error.Unreadable,
    };
    var diagnostic: bmes.Diagnostic = .{};
    bmes.v4.match(file, producer, expected, &diagnostic) catch |err| return outcomeOf(err, diagnostic);
    return .accepted;
}

fn encode(
    arena: Allocator,
    record_json: json.Raw,
    text_hex: ?json.Raw,
    bytecode_hex: json.Raw,
) (bmes.Error || json.Error)!Outcome {
    // The version is read first, because a record of an unknown version has unknown keys.
    const Versioned = struct { version: json.Raw };
    const number_json = (try json.parse(Versioned, arena, record_json.text)).version;
    const number = json.parse(u32, arena, number_json.text) catch |err| switch (err) {
        error.TooLarge => return error.UnsupportedVersion,
        else => |e| return e,
    };
    const version = std.enums.fromInt(bmes.Version, number) orelse return error.UnsupportedVersion;
    const bytecode = try parseHex(arena, bytecode_hex);
    if (version == .v4) {
        const text = if (text_hex) |raw| try json.parse(?json.Hex, arena, raw.text) else null;
        const record = try parseRecord(bmes.v4.Record, arena, record_json);
        return .{ .encoded = try bmes.v4.encode(arena, record, if (text) |hex| hex.bytes else "", bytecode) };
    }

    const Record = struct {
        requests: []const bmes.Request,
        imports: []const bmes.Import,
        exports: []const bmes.Export,
        star_exports: []const []const u8,
        declared_variables: ?[]const bmes.Variable = null,
        lexical_variables: ?[]const bmes.Variable = null,
        code_features: ?u32 = null,
    };
    const r = try parseRecord(Record, arena, record_json);
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
    }, bytecode) };
}

fn parseRecord(comptime Record: type, arena: Allocator, raw: json.Raw) (bmes.Error || json.Error)!Record {
    return json.parse(Record, arena, raw.text) catch |err| switch (err) {
        error.UnknownName => error.BadType,
        else => |e| e,
    };
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
    return (try json.parse(json.Hex, arena, raw.text)).bytes;
}

const Answers = struct {
    out: *std.Io.Writer,
    /// As long as a line can be.
    buffer: []u8,

    /// Writes a line and flushes it, because the runner waits for it. An answer that is too long becomes a fault.
    /// Returns the exit status of one-shot mode.
    fn write(answers: Answers, id: Id, outcome: Outcome) !u8 {
        var line: std.Io.Writer = .fixed(answers.buffer);
        writeLine(&line, id, outcome) catch {
            return answers.write(id, .{ .fault = "the answer is longer than 64 MiB" });
        };
        try answers.out.writeAll(line.buffered());
        try answers.out.flush();
        return outcome.exitStatus();
    }
};

fn writeLine(out: *std.Io.Writer, id: Id, outcome: Outcome) !void {
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
        .hello, .identified, .decoded, .decoded_v4, .accepted, .encoded => "ok",
        .rejected => "err",
        .unsupported => "unsupported",
        .fault => "fault",
    });
    switch (outcome) {
        .hello => try w.write(.{
            .protocol = 1,
            .name = "bmes-zig",
            .version = "0.2.0",
            .language = "Zig",
            .formats = .{ 1, 2, 3, 4 },
            .ops = .{ "identify", "decode", "check", "encode", "match" },
            .errors = true,
        }),
        .identified => |version| try w.write(.{ .version = @backingInt(version) }),
        .decoded => |decoded| try writeDecoded(&w, decoded),
        .decoded_v4 => |decoded| try writeDecodedV4(&w, decoded.view, decoded.record),
        .accepted => try w.write(true),
        .encoded => |file| {
            try w.beginObject();
            try w.objectField("hex");
            try writeHex(&w, file);
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
}

fn writeHex(w: *std.json.Stringify, bytes: []const u8) !void {
    try w.print("\"{x}\"", .{bytes});
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

/// The keys of a record have the names of the fields. Digests are bytes, and hex in JSON.
fn writeDecodedV4(w: *std.json.Stringify, view: bmes.v4.View, record: bmes.v4.Record) !void {
    try w.beginObject();
    try w.objectField("version");
    try w.write(@backingInt(bmes.Version.v4));
    inline for (comptime std.meta.fieldNames(bmes.v4.Record)) |name| {
        try w.objectField(name);
        const value = @field(record, name);
        switch (@TypeOf(value)) {
            bmes.v4.Digest => try writeHex(w, &value),
            bmes.v4.Source => {
                try w.beginObject();
                try w.objectField("size");
                try w.write(value.size);
                try w.objectField("sha256");
                try writeHex(w, &value.sha256);
                try w.endObject();
            },
            else => try w.write(value),
        }
    }
    try w.objectField("text");
    try w.write(if (view.header.text_size == 0) null else view.text());
    try w.objectField("bytecode");
    try w.write(view.bytecode());
    try w.endObject();
}
