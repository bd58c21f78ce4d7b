//! The semantic rules of versions 1 to 3. A checker, and also a writer, applies them to a record that is well-formed.
//!
//! Names are sorted and not hashed. The seed of `std.StringHashMap` is known, so names can be crafted that collide, and
//! a checker with such a hash map would take quadratic time.

const std = @import("std");
const Allocator = std.mem.Allocator;

const bmes = @import("bmes.zig");
const Attribute = bmes.Attribute;
const Error = bmes.Error;
const Record = bmes.Record;
const Request = bmes.Request;
const Variable = bmes.Variable;

/// An entry of a record.
pub const Place = struct {
    section: enum { requests, imports, exports, star_exports, declared_variables, lexical_variables } = .requests,
    index: usize = 0,
};

/// The rules of section 6, in the order in which the specification says that the reference applies them. `place` is
/// set to the entry that completes a violation.
pub fn checkRecord(gpa: Allocator, record: Record, place: *Place) (Error || Allocator.Error)!void {
    var arena_state: std.heap.ArenaAllocator = .init(gpa);
    defer arena_state.deinit();
    const arena = arena_state.allocator();

    const requests = try Requests.init(arena, record.requests);
    for (requests.all, requests.repeated, 0..) |request, is_repeated, i| {
        place.* = .{ .section = .requests, .index = i };
        if (is_repeated) return error.DuplicateRequest;
        for (1..@max(1, request.attributes.len)) |k| {
            const a, const b = request.attributes[k - 1 ..][0..2].*;
            if (std.mem.eql(u8, a.key, b.key)) return error.DuplicateAttribute;
        }
    }

    const local_name_repeated = try repeated(arena, try column(arena, record.imports, "local_name"));
    for (record.imports, 0..) |import, i| {
        place.* = .{ .section = .imports, .index = i };
        try requests.expectOne(import.module_request);
        if (import.local_name.len == 0) return error.MissingLocalName;
        if (local_name_repeated[i]) return error.DuplicateLocalName;
    }

    const export_name_repeated = try repeated(arena, try column(arena, record.exports, "export_name"));
    for (record.exports, 0..) |entry, i| {
        place.* = .{ .section = .exports, .index = i };
        if (entry.type != .local) try requests.expectOne(entry.module_name);
        if (entry.type == .local and entry.local_name.len == 0) return error.MissingLocalName;
        if (export_name_repeated[i]) return error.DuplicateExportName;
        const misplaced = switch (entry.type) {
            .local => entry.module_name.len + entry.import_name.len,
            .indirect => entry.local_name.len,
            .namespace => entry.import_name.len + entry.local_name.len,
        };
        if (misplaced != 0) return error.MisplacedField;
    }

    const star_export_repeated = try repeated(arena, record.star_exports);
    for (record.star_exports, 0..) |specifier, i| {
        place.* = .{ .section = .star_exports, .index = i };
        try requests.expectOne(specifier);
        if (star_export_repeated[i]) return error.DuplicateStarExport;
    }

    const engine = record.engine orelse return;
    for ([_][]const Variable{ engine.declared_variables, engine.lexical_variables }, 0..) |variables, which| {
        for (try repeated(arena, try column(arena, variables, "name")), 0..) |is_repeated, i| {
            place.* = .{ .section = if (which == 0) .declared_variables else .lexical_variables, .index = i };
            if (is_repeated) return error.DuplicateVariable;
        }
    }
}

/// The names of entries.
fn column(arena: Allocator, entries: anytype, comptime field: []const u8) Allocator.Error![]const []const u8 {
    const names = try arena.alloc([]const u8, entries.len);
    for (names, entries) |*name, entry| name.* = @field(entry, field);
    return names;
}

/// Returns for each name true if an equal name is before it.
fn repeated(arena: Allocator, names: []const []const u8) Allocator.Error![]const bool {
    return repeatedIn(arena, []const u8, names, try sortedIndices(arena, []const u8, names, order), order);
}

pub fn order(a: []const u8, b: []const u8) std.math.Order {
    return std.mem.order(u8, a, b);
}

pub fn sortedIndices(
    arena: Allocator,
    comptime T: type,
    items: []const T,
    comptime compare: fn (T, T) std.math.Order,
) Allocator.Error![]const usize {
    const indices = try arena.alloc(usize, items.len);
    for (indices, 0..) |*index, i| index.* = i;
    const scratch = try arena.alloc(usize, items.len);
    mergeSort(usize, indices, scratch, items, struct {
        fn lessThan(all: []const T, a: usize, b: usize) bool {
            return compare(all[a], all[b]) == .lt;
        }
    }.lessThan);
    return indices;
}

/// A stable merge sort. Each comparison places one element of a merged run, and reads at most as many bytes as that
/// element has. So each level of the sort reads at most the bytes of all names. With `std.sort`, a few very long
/// names that differ only at their ends can be compared with each other again and again.
pub fn mergeSort(
    comptime T: type,
    items: []T,
    scratch: []T,
    context: anytype,
    comptime lessThan: fn (@TypeOf(context), T, T) bool,
) void {
    if (items.len < 2) return;
    const middle = items.len / 2;
    mergeSort(T, items[0..middle], scratch[0..middle], context, lessThan);
    mergeSort(T, items[middle..], scratch[middle..], context, lessThan);
    @memcpy(scratch, items);
    var left = scratch[0..middle];
    var right = scratch[middle..];
    for (items) |*item| {
        const side = if (left.len == 0 or (right.len != 0 and lessThan(context, right[0], left[0]))) &right else &left;
        item.* = side.*[0];
        side.* = side.*[1..];
    }
}

fn repeatedIn(
    arena: Allocator,
    comptime T: type,
    items: []const T,
    sorted: []const usize,
    comptime compare: fn (T, T) std.math.Order,
) Allocator.Error![]const bool {
    const result = try arena.alloc(bool, items.len);
    @memset(result, false);
    for (1..@max(1, sorted.len)) |k| {
        if (compare(items[sorted[k - 1]], items[sorted[k]]) == .eq) result[sorted[k]] = true;
    }
    return result;
}

/// The requests of a record, ready to be looked up.
const Requests = struct {
    /// The requests in the record's order. The attributes of each request are sorted by key and value.
    all: []const Request,
    /// For each request, true if an equal request is before it.
    repeated: []const bool,
    /// All specifiers, sorted. Equal specifiers are all in the list.
    specifiers: []const []const u8,

    fn init(arena: Allocator, requests: []const Request) Allocator.Error!Requests {
        const all = try arena.dupe(Request, requests);
        for (all) |*request| request.attributes = try sortedAttributes(arena, request.attributes);
        const sorted = try sortedIndices(arena, Request, all, compareRequests);
        const specifiers = try arena.alloc([]const u8, sorted.len);
        for (specifiers, sorted) |*specifier, index| specifier.* = all[index].specifier;
        return .{
            .all = all,
            .repeated = try repeatedIn(arena, Request, all, sorted, compareRequests),
            .specifiers = specifiers,
        };
    }

    /// Checks that exactly one request has the specifier, because an entry names a request by its specifier alone.
    fn expectOne(requests: Requests, specifier: []const u8) Error!void {
        const sorted = requests.specifiers;
        const i = std.sort.lowerBound([]const u8, sorted, specifier, order);
        if (i == sorted.len or !std.mem.eql(u8, sorted[i], specifier)) return error.UnrequestedModule;
        // Two equal specifiers have different attributes here. Otherwise the record has a DuplicateRequest.
        if (i + 1 < sorted.len and std.mem.eql(u8, sorted[i + 1], specifier)) return error.AmbiguousRequest;
    }
};

/// Sorts by key and, for equal keys, by value. The caller owns the result.
pub fn sortedAttributes(gpa: Allocator, attributes: []const Attribute) Allocator.Error![]const Attribute {
    const sorted = try gpa.dupe(Attribute, attributes);
    errdefer gpa.free(sorted);
    const scratch = try gpa.alloc(Attribute, attributes.len);
    defer gpa.free(scratch);
    mergeSort(Attribute, sorted, scratch, {}, struct {
        fn lessThan(_: void, a: Attribute, b: Attribute) bool {
            return compareAttributes(a, b) == .lt;
        }
    }.lessThan);
    return sorted;
}

fn compareAttributes(a: Attribute, b: Attribute) std.math.Order {
    const by_key = order(a.key, b.key);
    return if (by_key != .eq) by_key else order(a.value, b.value);
}

/// Sorts by specifier, and then by the attributes, which must be sorted already.
fn compareRequests(a: Request, b: Request) std.math.Order {
    const by_specifier = order(a.specifier, b.specifier);
    if (by_specifier != .eq) return by_specifier;
    const shared = @min(a.attributes.len, b.attributes.len);
    for (a.attributes[0..shared], b.attributes[0..shared]) |x, y| {
        const by_attribute = compareAttributes(x, y);
        if (by_attribute != .eq) return by_attribute;
    }
    return std.math.order(a.attributes.len, b.attributes.len);
}
