// BMES version 4: opener, reader, validator, checker and matcher. The writer is in bmes4_encode.hpp.
//
//     bmes::v4::match(file, producer, bmes::v4::Source{size, digest}); // is it for this engine and this source?
//     bmes::v4::check(file);                                           // is it intact, and safe to link?
//     bmes::v4::Module result = bmes::v4::decode(file);                // the record, and where the bytecode is
//     auto bytecode = file.subspan(result.bytecode.offset, result.bytecode.length);
//
// Every rejection is a bmes::Error. Strings are UTF-8 in std::string and may contain U+0000. The names in comments
// (v4-...) are clauses of the specification. decode takes memory for the record, check takes one bit for each string, and
// the other functions take none that grows with the file. No function reports `limit` (v4-limit-accept).
#pragma once

#include "bmes4_layout.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace bmes::v4 {

// ---------------------------------------------------------------- records

using Digest = std::array<std::uint8_t, 32>; // SHA-256

enum class Phase : std::uint32_t { evaluation = 0, source = 1, defer = 2 };

// In all entries, a name, a specifier, a key or a value is the index of a string. An empty std::optional is NONE.
struct Attribute {
    std::uint32_t key, value;
};

struct Request {
    std::uint32_t specifier;
    Phase phase;
    std::vector<Attribute> attributes;
};

struct Import {
    std::uint32_t local_name, request;
    std::optional<std::uint32_t> import_name;
};

struct Export {
    std::uint32_t export_name;
    std::optional<std::uint32_t> request, name;
};

struct Variable {
    std::uint32_t name, bits;
};

struct Environment {
    std::vector<Variable> declared_variables, lexical_variables;
    std::uint32_t code_features = 0, lexical_features = 0;
};

struct Flags {
    bool top_level_await = false, import_meta = false, typescript = false;
};

struct Source {
    std::uint64_t size = 0; // a source can be larger than any file can say: v4-match-size
    Digest sha256{};
};

struct Record {
    Flags flags;
    std::uint32_t alignment = 8; // of the bytecode
    Digest producer{};
    Source source;
    std::vector<std::string> strings;
    std::vector<Request> requests;
    std::vector<Import> imports;
    std::vector<Export> exports;
    std::vector<std::uint32_t> tolerant_imports; // indices of imports
    std::vector<std::uint32_t> star_exports;     // indices of requests
    std::optional<Environment> environment;
};

struct Module {
    Record record;
    std::optional<Place> text; // empty if the file has no text
    Place bytecode;
};

// ---------------------------------------------------------------- opening

struct Header {
    std::uint32_t flags, alignment, source_size, metadata_crc, text_crc, bytecode_crc;
    Digest producer, source_digest;
    Place metadata, text, bytecode; // what is between them is padding
};

namespace detail {

inline Digest digest_at(Bytes file, std::size_t at) {
    Digest digest;
    std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), digest.size(), digest.begin());
    return digest;
}

} // namespace detail

// Checks the header and the length of the file, in constant time (v4-open-alone, v4-open-order).
inline Header open(Bytes file) {
    using namespace detail;
    if (identify(file) != version) // v4-open-identify-first; a loader of version 4 takes no other: v4-loader-version
        throw Error(ErrorKind::unsupported_version, field::version, "not version 4");
    if (file.size() < field::metadata) // v4-header-whole
        throw Error(ErrorKind::truncated, file.size(), "the header is cut");
    if (u32_at(file, field::header_crc) != crc32(file.first(field::header_crc))) // v4-header-crc
        throw Error(ErrorKind::bad_checksum, field::header_crc, "the header is damaged");

    Header header{};
    header.flags = u32_at(file, field::flags);
    if (header.flags > flag::all) // v4-flags
        throw Error(ErrorKind::bad_flag, field::flags, "an unknown flag");
    header.alignment = u32_at(file, field::alignment);
    const std::uint32_t bytecode_size = u32_at(file, field::bytecode_size);
    if (!is_alignment(header.alignment) || (bytecode_size == 0 && header.alignment != 8)) // v4-alignment
        throw Error(ErrorKind::bad_layout, field::alignment, "this alignment is not allowed");
    const std::uint32_t metadata_size = u32_at(file, field::metadata_size);
    if (metadata_size < field::columns - field::metadata) // v4-metadata-size
        throw Error(ErrorKind::bad_layout, field::metadata_size, "the metadata has no room for the counts");
    const std::uint32_t text_size = u32_at(file, field::text_size);
    header.text_crc = u32_at(file, field::text_crc);
    if (text_size == 0 && header.text_crc != 0) // v4-absent-crc
        throw Error(ErrorKind::bad_layout, field::text_crc, "a checksum without a text");
    header.bytecode_crc = u32_at(file, field::bytecode_crc);
    if (bytecode_size == 0 && header.bytecode_crc != 0) // v4-absent-crc
        throw Error(ErrorKind::bad_layout, field::bytecode_crc, "a checksum without bytecode");

    const Extent e = extent(metadata_size, text_size, header.alignment, bytecode_size);
    if (e.file_end > 0xFFFFFFFF) // v4-file-size
        throw Error(ErrorKind::bad_layout, field::bytecode_size, "the file would have 4 GiB or more");
    if (e.file_end > file.size()) // v4-bytecode-bounds
        throw Error(ErrorKind::truncated, field::bytecode_size, "the file is shorter than its header says");
    if (e.file_end < file.size()) // v4-end
        throw Error(ErrorKind::trailing_bytes, field::bytecode_size, "bytes follow the bytecode");

    // From here on, std::size_t can hold each of the offsets.
    header.metadata = {field::metadata, metadata_size};
    header.text = {static_cast<std::size_t>(e.text_start), text_size};
    header.bytecode = {static_cast<std::size_t>(e.bytecode_start), bytecode_size};
    header.source_size = u32_at(file, field::source_size);
    header.metadata_crc = u32_at(file, field::metadata_crc);
    header.producer = digest_at(file, field::producer);
    header.source_digest = digest_at(file, field::source_digest);
    return header;
}

// ---------------------------------------------------------------- matching

struct EmbeddedText {}; // the text in the file stands for the source; the caller trusts the file
struct Trusted {};      // the caller knows by other means that the source is the right one

// What a caller knows about the source. The first alternative is nothing.
using GivenSource = std::variant<std::monostate, Source, EmbeddedText, Trusted>;

// Opens the file. Then checks that it was made for this producer and from this source (v4-match-order).
inline void match(Bytes file, const Digest& producer, const GivenSource& given) {
    using namespace detail;
    const auto stale = [](std::size_t offset, const char* message) {
        throw Error(ErrorKind::stale_source, offset, message);
    };
    const Header header = open(file);  // v4-match-open-first
    if (header.producer != producer)   // v4-match-producer, v4-match-all-bytes
        throw Error(ErrorKind::other_producer, field::producer, "made for another engine");
    if (const Source* source = std::get_if<Source>(&given)) {
        if (source->size != header.source_size) // v4-match-size
            stale(field::source_size, "the source has another size");
        if (source->sha256 != header.source_digest) // v4-match-digest
            stale(field::source_digest, "the source has another digest");
    } else if (std::holds_alternative<EmbeddedText>(given)) {
        if (header.text.length == 0) stale(field::text_size, "the file has no text"); // v4-match-text
    } else if (!std::holds_alternative<Trusted>(given)) {
        stale(field::source_digest, "no source is given"); // v4-match-nothing
    }
}

// ---------------------------------------------------------------- reading

namespace detail {

// Checks the metadata (v4-first-error). Reads each number from its place in the file and takes no memory.
class Reader {
public:
    // Each member needs the members before it.
    const Bytes file;
    const Header header;
    const Counts counts;
    const Columns columns;

    explicit Reader(Bytes bytes)
        : file(bytes), header(open(file)), // v4-decode-open-first
          counts(checked_counts()), columns(file, counts) {
        check_strings();
        check_requests();
        check_imports();
        check_exports();
        // v4-list-order, pass 6: v4-variables-ascend
        ascending(columns.declared_name, counts.strings, "a variable is not greater than the one before it");
        ascending(columns.lexical_name, counts.strings, "a variable is not greater than the one before it");
    }

    std::string_view string(std::size_t i) const {
        const std::size_t start = string_start(i);
        return {reinterpret_cast<const char*>(file.data()) + start, string_start(i + 1) - start};
    }

private:
    // Section 4.3. After it, all columns and all strings lie in the metadata.
    Counts checked_counts() const {
        if (crc32(file.subspan(header.metadata.offset, header.metadata.length)) != header.metadata_crc)
            throw Error(ErrorKind::bad_checksum, field::metadata_crc, "the metadata is damaged"); // v4-metadata-crc
        Counts n;
        std::size_t at = field::metadata;
        for (const auto count : count_order) {
            n.*count = u32_at(file, at);
            at += 4;
        }
        if (metadata_size(n) != header.metadata.length) // v4-equation
            throw Error(ErrorKind::bad_layout, field::metadata_size, "the counts do not add up to metadata_size");
        if (!(header.flags & flag::typescript) && n.tolerant_imports != 0) // v4-tolerant-flag
            throw Error(ErrorKind::bad_layout, field::tolerant_import_count, "tolerant imports without TypeScript");
        if (!(header.flags & flag::environment)) // v4-environment
            for (const std::size_t offset : {field::declared_variable_count, field::lexical_variable_count,
                                             field::code_features, field::lexical_features})
                if (u32_at(file, offset) != 0)
                    throw Error(ErrorKind::bad_layout, offset, "a part of an environment without its flag");
        return n;
    }

    std::size_t string_start(std::size_t i) const { return columns.strings_start + columns.string_end.before(i); }

    bool is_empty(std::uint32_t string) const { return string == 0 && columns.string_end[0] == 0; }

    bool evaluates(std::uint32_t request) const { return Phase{columns.phase[request]} == Phase::evaluation; }

    void check_strings() const {
        const Column& end = columns.string_end;
        for (std::size_t i = 0; i < end.size(); ++i) // v4-string-end
            if (end[i] < end.before(i))
                throw Error(ErrorKind::bad_index, end.offset(i), "a string ends before it begins");
        if (end.before(end.size()) != counts.string_bytes) // v4-string-end
            throw Error(ErrorKind::bad_index, end.size() == 0 ? field::string_bytes : end.offset(end.size() - 1),
                        "the last string does not end where all strings end");
        for (std::size_t i = 0; i < end.size(); ++i) { // v4-string-utf8
            const std::string_view text = string(i);
            const std::size_t good = well_formed_prefix(text);
            if (good < text.size())
                throw Error(ErrorKind::bad_utf8, string_start(i) + good, "a string is not UTF-8");
        }
        for (std::size_t i = 1; i < end.size(); ++i) // v4-strings-ascend; string_view compares unsigned bytes
            if (string(i) <= string(i - 1))
                throw Error(ErrorKind::bad_order, end.offset(i), "a string is not greater than the one before it");
    }

    // v4-index
    static void index(const Column& column, std::size_t i, std::uint32_t entries) {
        if (column[i] >= entries) throw Error(ErrorKind::bad_index, column.offset(i), "an index without an entry");
    }

    static void indices(const Column& column, std::uint32_t entries) {
        for (std::size_t i = 0; i < column.size(); ++i) index(column, i, entries);
    }

    static void indices_or_none(const Column& column, std::uint32_t entries) {
        for (std::size_t i = 0; i < column.size(); ++i)
            if (column[i] != none) index(column, i, entries);
    }

    static void greater(const Column& column, std::size_t i, const char* message) {
        if (column[i] <= column[i - 1]) throw Error(ErrorKind::bad_order, column.offset(i), message);
    }

    static void ascending(const Column& column, std::uint32_t entries, const char* message) {
        for (std::size_t i = 0; i < column.size(); ++i) {
            index(column, i, entries);
            if (i > 0) greater(column, i, message);
        }
    }

    // v4-list-order, pass 1
    void check_requests() const {
        const Columns& c = columns;
        indices(c.specifier, counts.strings);
        for (std::size_t i = 0; i < c.phase.size(); ++i)
            if (c.phase[i] > 2) throw Error(ErrorKind::bad_type, c.phase.offset(i), "an unknown phase"); // v4-phase
        for (std::size_t i = 0; i < c.attribute_end.size(); ++i) // v4-attribute-end
            if (c.attribute_end[i] < c.attribute_end.before(i) || c.attribute_end[i] > counts.attributes)
                throw Error(ErrorKind::bad_index, c.attribute_end.offset(i), "the end of the attributes is wrong");
        const std::size_t requests = c.attribute_end.size();
        if (c.attribute_end.before(requests) != counts.attributes) // v4-attribute-end
            throw Error(ErrorKind::bad_index,
                        requests == 0 ? field::attribute_count : c.attribute_end.offset(requests - 1),
                        "attributes of no request");
        for (std::size_t r = 0; r < requests; ++r) {
            const auto [first, end] = c.attributes(r);
            for (std::size_t i = first; i < end; ++i) {
                index(c.key, i, counts.strings);
                if (i > first) greater(c.key, i, "a key is not greater than the one before it"); // v4-attributes-ascend
            }
        }
        indices(c.value, counts.strings);
        for (std::size_t i = 0; i < c.order.size(); ++i) {
            index(c.order, i, counts.requests);
            if (i > 0 && c.compare_requests(c.order[i], c.order[i - 1]) <= 0) // v4-requests-ascend
                throw Error(ErrorKind::bad_order, c.order.offset(i), "a request is not greater than the one before it");
        }
    }

    // v4-list-order, passes 2 and 3
    void check_imports() const {
        const Columns& c = columns;
        for (std::size_t i = 0; i < c.local_name.size(); ++i) {
            index(c.local_name, i, counts.strings);
            if (is_empty(c.local_name[i])) // v4-empty-local-name
                throw Error(ErrorKind::bad_entry, c.local_name.offset(i), "an import without a local name");
            if (i > 0) greater(c.local_name, i, "an import is not greater than the one before it"); // v4-imports-ascend
        }
        indices(c.import_request, counts.requests);
        indices_or_none(c.import_name, counts.strings);
        for (std::size_t i = 0; i < c.import_name.size(); ++i)
            if (c.import_name[i] != none && !evaluates(c.import_request[i])) // v4-import-kind
                throw Error(ErrorKind::bad_entry, c.import_name.offset(i), "a name from a request of another phase");

        ascending(c.tolerant_import, counts.imports,
                  "a tolerant import is not greater than the one before it"); // v4-tolerant-imports-ascend
        for (std::size_t i = 0; i < c.tolerant_import.size(); ++i)
            if (c.import_name[c.tolerant_import[i]] == none) // v4-tolerant-kind
                throw Error(ErrorKind::bad_entry, c.tolerant_import.offset(i), "a tolerant import without a name");
    }

    // v4-list-order, passes 4 and 5
    void check_exports() const {
        const Columns& c = columns;
        ascending(c.export_name, counts.strings,
                  "an export is not greater than the one before it"); // v4-exports-ascend
        indices_or_none(c.export_request, counts.requests);
        indices_or_none(c.name, counts.strings);
        for (std::size_t i = 0; i < c.name.size(); ++i) { // v4-export-kind
            const bool local = c.export_request[i] == none;
            if (local ? c.name[i] == none || is_empty(c.name[i]) : !evaluates(c.export_request[i]))
                throw Error(ErrorKind::bad_entry, c.name.offset(i), "an export of no kind");
        }

        ascending(c.star_export, counts.requests,
                  "a star export is not greater than the one before it"); // v4-star-exports-ascend
        for (std::size_t i = 0; i < c.star_export.size(); ++i)
            if (!evaluates(c.star_export[i])) // v4-star-kind
                throw Error(ErrorKind::bad_entry, c.star_export.offset(i), "a star export of another phase");
    }
};

inline std::optional<std::uint32_t> optional_index(std::uint32_t value) {
    return value == none ? std::nullopt : std::optional(value);
}

// Returns a list with one entry for each value of the column.
template <class Entry, class Make>
std::vector<Entry> entries(const Column& column, Make make) {
    std::vector<Entry> list;
    list.reserve(column.size()); // v4-memory: the equation has confirmed the count
    for (std::size_t i = 0; i < column.size(); ++i) list.push_back(make(i));
    return list;
}

// v4-report
inline Record record_of(const Reader& reader) {
    const Columns& c = reader.columns;
    const Header& header = reader.header;
    const auto variables = [](const Column& name, const Column& bits) {
        return entries<Variable>(name, [&](std::size_t i) { return Variable{name[i], bits[i]}; });
    };
    Record record;
    record.flags = {.top_level_await = (header.flags & flag::top_level_await) != 0,
                    .import_meta = (header.flags & flag::import_meta) != 0,
                    .typescript = (header.flags & flag::typescript) != 0};
    record.alignment = header.alignment;
    record.producer = header.producer;
    record.source = {header.source_size, header.source_digest};
    record.strings = entries<std::string>(c.string_end, [&](std::size_t i) { return std::string(reader.string(i)); });
    record.requests = entries<Request>(c.specifier, [&](std::size_t r) {
        Request request{c.specifier[r], Phase{c.phase[r]}, {}};
        const auto [first, end] = c.attributes(r);
        request.attributes.reserve(end - first);
        for (std::size_t i = first; i < end; ++i) request.attributes.push_back({c.key[i], c.value[i]});
        return request;
    });
    record.imports = entries<Import>(c.local_name, [&](std::size_t i) {
        return Import{c.local_name[i], c.import_request[i], optional_index(c.import_name[i])};
    });
    record.exports = entries<Export>(c.export_name, [&](std::size_t i) {
        return Export{c.export_name[i], optional_index(c.export_request[i]), optional_index(c.name[i])};
    });
    record.tolerant_imports =
        entries<std::uint32_t>(c.tolerant_import, [&](std::size_t i) { return c.tolerant_import[i]; });
    record.star_exports = entries<std::uint32_t>(c.star_export, [&](std::size_t i) { return c.star_export[i]; });
    if (header.flags & flag::environment)
        record.environment = Environment{variables(c.declared_name, c.declared_bits),
                                         variables(c.lexical_name, c.lexical_bits), reader.counts.code_features,
                                         reader.counts.lexical_features};
    return record;
}

// ---------------------------------------------------------------- checking

// Section 6, the rules about the record.
inline void check_record(const Reader& reader) {
    const Columns& c = reader.columns;
    std::vector<bool> marks(reader.counts.strings); // one bit for each string: v4-check-memory
    const auto mark = [&marks](const Column& column) {
        for (std::size_t i = 0; i < column.size(); ++i)
            if (column[i] != none) marks[column[i]] = true;
    };

    std::size_t t = 0; // the next tolerant import
    for (std::size_t i = 0; i < c.local_name.size(); ++i) {
        if (t < c.tolerant_import.size() && c.tolerant_import[t] == i)
            ++t;
        else if (Phase{c.phase[c.import_request[i]]} == Phase::evaluation)
            marks[c.local_name[i]] = true;
    }
    for (std::size_t i = 0; i < c.name.size(); ++i)
        if (c.export_request[i] == none && marks[c.name[i]]) // v4-forbidden-export
            throw Error(ErrorKind::bad_entry, c.name.offset(i), "a Local export of a strict import");

    // A field uses all strings that are marked so far.
    for (const Column* column : {&c.specifier, &c.key, &c.value, &c.local_name, &c.import_name, &c.export_name, &c.name,
                                 &c.declared_name, &c.lexical_name})
        mark(*column);
    for (std::size_t i = 0; i < marks.size(); ++i)
        if (!marks[i]) // v4-unused-string
            throw Error(ErrorKind::unused_string, c.string_end.offset(i), "no field uses this string");
}

// Section 5, after the reader.
inline void check_content(const Reader& reader) {
    const Header& header = reader.header;
    const auto end = [](const Place& place) { return place.offset + place.length; };
    const auto checksum = [&](const Place& place) { return crc32(reader.file.subspan(place.offset, place.length)); };
    const std::pair<const Place&, const Place&> gaps[] = {{header.metadata, header.text},
                                                          {header.text, header.bytecode}};
    for (const auto& [before, after] : gaps)
        for (std::size_t at = end(before); at < after.offset; ++at) // v4-padding
            if (reader.file[at] != 0) throw Error(ErrorKind::bad_layout, at, "padding that is not zero");
    if (checksum(header.text) != header.text_crc) // v4-text-crc
        throw Error(ErrorKind::bad_checksum, field::text_crc, "the text is damaged");
    if (checksum(header.bytecode) != header.bytecode_crc) // v4-bytecode-crc
        throw Error(ErrorKind::bad_checksum, field::bytecode_crc, "the bytecode is damaged");
}

} // namespace detail

// Returns the record and the positions of the text and the bytecode. Reads neither of the two. The record may break
// the rules for linking.
inline Module decode(Bytes file) {
    const detail::Reader reader(file);
    const Header& header = reader.header;
    return {detail::record_of(reader), header.text.length == 0 ? std::nullopt : std::optional(header.text),
            header.bytecode};
}

// Checks what decode checks, and then the padding and all checksums (v4-validate-order).
inline void validate(Bytes file) {
    detail::check_content(detail::Reader(file));
}

// Checks what decode checks, then the rules for linking, and then the padding and all checksums (v4-check-order).
inline void check(Bytes file) {
    const detail::Reader reader(file); // v4-check-decode-first
    detail::check_record(reader);
    detail::check_content(reader);
}

} // namespace bmes::v4
