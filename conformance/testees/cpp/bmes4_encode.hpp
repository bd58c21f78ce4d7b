// The writer of BMES version 4.
//
//     std::vector<std::uint8_t> file = bmes::v4::encode(record, text, bytecode);
#pragma once

#include "bmes4.hpp"

#include <functional>
#include <numeric>

namespace bmes::v4 {

namespace detail {

using bmes::detail::narrow;

// The strings of a file, and where the strings of the record went.
struct MergedStrings {
    std::vector<std::string_view> strings; // ascending, no string twice
    std::vector<std::uint32_t> index;      // by the index of a string in the record: its index in `strings`
};

// v4-writer-strings
inline MergedStrings merge(const std::vector<std::string>& strings) {
    struct Entry {
        std::string_view text;
        std::size_t index;
    };
    std::vector<Entry> sorted;
    sorted.reserve(strings.size());
    for (const std::string& text : strings) {
        if (well_formed_prefix(text) < text.size()) throw Error(ErrorKind::bad_utf8, {}, "a string is not UTF-8");
        sorted.push_back({text, sorted.size()});
    }
    // A merge sort, because each comparison costs at most the length of the string that it puts in its place. Other
    // sorts can compare two long strings with a common beginning again and again.
    std::stable_sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.text < b.text; });

    MergedStrings result;
    result.index.resize(strings.size());
    for (const Entry& entry : sorted) {
        if (result.strings.empty() || result.strings.back() != entry.text) result.strings.push_back(entry.text);
        result.index[entry.index] = narrow(result.strings.size() - 1);
    }
    return result;
}

// Returns the entry of `list` that an index of the record refers to. A number equal to NONE is no NONE here: a record
// has an empty std::optional for that.
template <class List>
auto& entry_at(List& list, std::uint32_t index) {
    if (index >= list.size()) throw Error(ErrorKind::bad_index, {}, "an index without an entry");
    return list[index];
}

// Replaces the index of each string by its index in the file.
inline void renumber_strings(Record& record, const std::vector<std::uint32_t>& index) {
    const auto renumber = [&index](std::uint32_t& i) { i = entry_at(index, i); };
    const auto renumber_optional = [&](std::optional<std::uint32_t>& i) {
        if (i) renumber(*i);
    };
    for (Request& request : record.requests) {
        renumber(request.specifier);
        for (Attribute& attribute : request.attributes) {
            renumber(attribute.key);
            renumber(attribute.value);
        }
    }
    for (Import& entry : record.imports) {
        renumber(entry.local_name);
        renumber_optional(entry.import_name);
    }
    for (Export& entry : record.exports) {
        renumber(entry.export_name);
        renumber_optional(entry.name);
    }
    if (record.environment)
        for (auto* variables : {&record.environment->declared_variables, &record.environment->lexical_variables})
            for (Variable& variable : *variables) renumber(variable.name);
}

inline void check_request_indices(const Record& record) {
    for (const Import& entry : record.imports) entry_at(record.requests, entry.request);
    for (const Export& entry : record.exports)
        if (entry.request) entry_at(record.requests, *entry.request);
    for (const std::uint32_t request : record.star_exports) entry_at(record.requests, request);
}

// Sorts all lists except the requests (v4-writer-lists). Their entries already have the indices of the file's strings,
// and these compare like the strings.
inline void sort_lists(Record& record) {
    const auto sort = [](auto& list, auto field) {
        std::sort(list.begin(), list.end(), [field](const auto& a, const auto& b) { return a.*field < b.*field; });
    };
    for (Request& request : record.requests) sort(request.attributes, &Attribute::key);
    sort(record.exports, &Export::export_name);
    std::sort(record.star_exports.begin(), record.star_exports.end());
    if (record.environment) {
        sort(record.environment->declared_variables, &Variable::name);
        sort(record.environment->lexical_variables, &Variable::name);
    }

    // The tolerant imports follow the imports to their new places.
    std::vector<std::pair<Import, std::uint32_t>> imports; // with the index in the record
    imports.reserve(record.imports.size());
    for (const Import& entry : record.imports) imports.emplace_back(entry, narrow(imports.size()));
    std::sort(imports.begin(), imports.end(),
              [](const auto& a, const auto& b) { return a.first.local_name < b.first.local_name; });
    std::vector<std::uint32_t> index(imports.size()); // by the index in the record
    for (std::size_t i = 0; i < imports.size(); ++i) {
        record.imports[i] = imports[i].first;
        index[imports[i].second] = narrow(i);
    }
    for (std::uint32_t& tolerant : record.tolerant_imports) tolerant = entry_at(index, tolerant);
    std::sort(record.tolerant_imports.begin(), record.tolerant_imports.end());
}

inline Counts counts_of(const Record& record, const std::vector<std::string_view>& strings) {
    std::uint64_t string_bytes = 0, attributes = 0;
    for (const std::string_view text : strings) string_bytes += text.size();
    for (const Request& request : record.requests) attributes += request.attributes.size();
    Counts n;
    n.strings = narrow(strings.size());
    n.string_bytes = narrow(string_bytes);
    n.requests = narrow(record.requests.size());
    n.attributes = narrow(attributes);
    n.imports = narrow(record.imports.size());
    n.exports = narrow(record.exports.size());
    n.star_exports = narrow(record.star_exports.size());
    n.tolerant_imports = narrow(record.tolerant_imports.size());
    if (record.environment) { // v4-writer-engine-words
        n.declared_variables = narrow(record.environment->declared_variables.size());
        n.lexical_variables = narrow(record.environment->lexical_variables.size());
        n.code_features = record.environment->code_features;
        n.lexical_features = record.environment->lexical_features;
    }
    return n;
}

// A file that the writer fills in. Bytes that it does not write are 0 (v4-writer-padding).
class Writer {
public:
    explicit Writer(std::size_t size) : out(size) {}

    std::vector<std::uint8_t> out;

    void number(std::size_t at, std::uint32_t value) { put_u32(out, at, value); }
    void number(std::size_t at, std::optional<std::uint32_t> value) { number(at, value.value_or(none)); }
    void number(std::size_t at, Phase phase) { number(at, static_cast<std::uint32_t>(phase)); }

    template <class Content>
    void bytes(std::size_t at, const Content& content) {
        std::copy(content.begin(), content.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
    }

    // Writes one field of all entries of a list.
    template <class List, class Field>
    void column(const Column& column, const List& list, Field field) {
        for (std::size_t i = 0; i < list.size(); ++i) number(column.offset(i), std::invoke(field, list[i]));
    }

    std::uint32_t checksum(std::size_t begin, std::size_t size) const { return crc32(Bytes(out).subspan(begin, size)); }
};

inline void write_requests(Writer& writer, const Columns& c, const std::vector<Request>& requests) {
    writer.column(c.specifier, requests, &Request::specifier);
    writer.column(c.phase, requests, &Request::phase);
    std::size_t end = 0;
    for (std::size_t r = 0; r < requests.size(); ++r) {
        for (const Attribute& attribute : requests[r].attributes) {
            writer.number(c.key.offset(end), attribute.key);
            writer.number(c.value.offset(end), attribute.value);
            ++end;
        }
        writer.number(c.attribute_end.offset(r), narrow(end));
    }
    std::vector<std::uint32_t> order(requests.size()); // v4-writer-order
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    std::stable_sort(order.begin(), order.end(), // a merge sort, as for the strings
                     [&c](std::uint32_t a, std::uint32_t b) { return c.compare_requests(a, b) < 0; });
    writer.column(c.order, order, std::identity());
}

inline void write_metadata(Writer& writer, const Columns& c, const Counts& counts, const Record& record,
                           const std::vector<std::string_view>& strings) {
    std::size_t at = field::metadata;
    for (const auto count : count_order) {
        writer.number(at, counts.*count);
        at += 4;
    }
    std::size_t end = 0;
    for (std::size_t i = 0; i < strings.size(); ++i) {
        writer.bytes(c.strings_start + end, strings[i]);
        end += strings[i].size();
        writer.number(c.string_end.offset(i), narrow(end));
    }
    write_requests(writer, c, record.requests);
    writer.column(c.local_name, record.imports, &Import::local_name);
    writer.column(c.import_request, record.imports, &Import::request);
    writer.column(c.import_name, record.imports, &Import::import_name);
    writer.column(c.tolerant_import, record.tolerant_imports, std::identity());
    writer.column(c.export_name, record.exports, &Export::export_name);
    writer.column(c.export_request, record.exports, &Export::request);
    writer.column(c.name, record.exports, &Export::name);
    writer.column(c.star_export, record.star_exports, std::identity());
    if (record.environment) {
        const auto& [declared, lexical, code_features, lexical_features] = *record.environment;
        writer.column(c.declared_name, declared, &Variable::name);
        writer.column(c.declared_bits, declared, &Variable::bits);
        writer.column(c.lexical_name, lexical, &Variable::name);
        writer.column(c.lexical_bits, lexical, &Variable::bits);
    }
}

inline std::uint32_t flags_of(const Record& record) {
    return (record.environment ? flag::environment : 0) | (record.flags.top_level_await ? flag::top_level_await : 0) |
           (record.flags.import_meta ? flag::import_meta : 0) | (record.flags.typescript ? flag::typescript : 0);
}

} // namespace detail

// Returns the one canonical file of this record, text and bytecode. Takes the record by value and sorts it: move a
// record into it that is not needed any more.
inline std::vector<std::uint8_t> encode(Record record, Bytes text, Bytes bytecode) {
    using namespace detail;
    // What can be checked neither in the file nor after the sort.
    if (!is_alignment(record.alignment)) throw Error(ErrorKind::bad_layout, {}, "this alignment is not allowed");
    const std::uint32_t source_size = narrow(record.source.size);
    const MergedStrings merged = merge(record.strings);
    renumber_strings(record, merged.index);
    check_request_indices(record);
    sort_lists(record);

    const Counts counts = counts_of(record, merged.strings);
    const Extent e = extent(metadata_size(counts), text.size(), record.alignment, bytecode.size());
    narrow(e.file_end);

    Writer writer(static_cast<std::size_t>(e.file_end)); // v4-layout
    const auto metadata_length = static_cast<std::size_t>(e.metadata_end - field::metadata);
    write_metadata(writer, Columns(writer.out, counts), counts, record, merged.strings);
    writer.bytes(static_cast<std::size_t>(e.text_start), text); // v4-writer-content
    writer.bytes(static_cast<std::size_t>(e.bytecode_start), bytecode);

    writer.number(field::magic, magic); // v4-writer-header
    writer.number(field::version, version);
    writer.number(field::flags, flags_of(record));
    writer.number(field::alignment, record.alignment);
    writer.number(field::metadata_size, narrow(metadata_length));
    writer.number(field::source_size, source_size);
    writer.number(field::text_size, narrow(text.size()));
    writer.number(field::bytecode_size, narrow(bytecode.size()));
    writer.bytes(field::producer, record.producer);
    writer.bytes(field::source_digest, record.source.sha256);
    writer.number(field::metadata_crc, writer.checksum(field::metadata, metadata_length));
    writer.number(field::text_crc, crc32(text));
    writer.number(field::bytecode_crc, crc32(bytecode));
    writer.number(field::header_crc, writer.checksum(0, field::header_crc));

    // All other faults have the same class in the file as in the record (v4-writer-refuses, v4-writer-no-repair). The
    // padding and the checksums need no check. A record has no offsets.
    try {
        check_record(Reader(writer.out));
    } catch (const Error& error) {
        throw Error(error.kind(), {}, error.what());
    }
    return std::move(writer.out);
}

} // namespace bmes::v4
