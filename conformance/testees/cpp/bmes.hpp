// BMES versions 1 to 3: identifier, extractor, reader, checker and writer. One header, C++20, standard library only.
//
//     bmes::Module result = bmes::check(file);                        // or decode, without the rules for linking
//     auto bytecode = file.subspan(result.bytecode.offset, result.bytecode.length);
//     std::vector<std::uint8_t> bytes = bmes::encode(result.record, bytecode);
//     bmes::Place place = bmes::extract(file);                        // the bytecode alone: versions 2 and 3, in O(1)
//
// Every rejection is a bmes::Error. Strings are UTF-8 in std::string and may contain U+0000. The names in comments
// (v1-...) are clauses of the specification, each with the first version that has the clause. Versions 2 and 3 have the
// same clauses, except for v1-bytecode-bounds, v1-end and v2-padding-length. Version 4 is in bmes4.hpp.
#pragma once

#include "bmes_common.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace bmes {

// ---------------------------------------------------------------- versions

// All differences between versions 1 to 3. All code that depends on the version uses this table.
struct Format {
    bool place_in_header;    // the bytecode's offset and size, and padding before it; otherwise its size before it
    std::uint32_t alignment; // of the offset, for readers; writers always align to 8
    bool engine;             // the engine's variables and features follow the star exports
};

inline constexpr Format formats[] = {
    {.place_in_header = false, .alignment = 1, .engine = false}, // version 1
    {.place_in_header = true, .alignment = 1, .engine = false},  // version 2: v2-padding-length
    {.place_in_header = true, .alignment = 8, .engine = true},   // version 3: v3-bytecode-offset-aligned
};

constexpr bool supported(std::uint64_t version) { return version >= 1 && version <= std::size(formats); }

// ---------------------------------------------------------------- records

enum class ImportType : std::uint32_t { single = 0, single_typescript = 1, namespace_ = 2 };
enum class ExportType : std::uint32_t { local = 0, indirect = 1, namespace_ = 2 };

struct Attribute {
    std::string key, value;
};

struct Request {
    std::string specifier;
    std::vector<Attribute> attributes;
};

struct Import {
    ImportType type;
    std::string module_request, import_name, local_name;
};

struct Export {
    ExportType type;
    std::string export_name, module_name, import_name, local_name;
};

struct Variable {
    std::string name;
    std::uint32_t bits; // the engine's own, like code_features: v3-engine-words
};

struct Engine {
    std::vector<Variable> declared_variables, lexical_variables;
    std::uint32_t code_features = 0;
};

struct Record {
    std::uint32_t version = 1;
    std::vector<Request> requests;
    std::vector<Import> imports;
    std::vector<Export> exports;
    std::vector<std::string> star_exports;
    std::optional<Engine> engine; // in version 3 and in no other: a writer neither invents nor drops it
};

struct Module {
    Record record;
    Place bytecode;
};

// ---------------------------------------------------------------- reading

namespace detail {

// The offsets at which the entries begin. A checker reports them in its errors.
struct Places {
    std::vector<std::size_t> requests, imports, exports, star_exports, declared_variables, lexical_variables;
};

// Returns what is special about the file's version.
inline const Format& format_of(Bytes file) {
    const std::uint32_t version = identify(file); // v1-identify-first
    if (!supported(version)) throw Error(ErrorKind::unsupported_version, 4, "not one of the versions 1 to 3");
    return formats[version - 1];
}

} // namespace detail

// Returns the position of the bytecode from the header, in constant time. Checks only the header and the length of the
// file (v2-extract), so the metadata may be invalid. A file of version 1 has no such position in its header, and is
// rejected as unsupported-version.
inline Place extract(Bytes file) {
    const Format& format = detail::format_of(file);
    if (!format.place_in_header) throw Error(ErrorKind::unsupported_version, 4, "no place of bytecode in the header");
    if (file.size() < 16) // v2-header-whole
        throw Error(ErrorKind::truncated, file.size() < 12 ? 8 : 12, "the header is cut");
    const std::uint32_t offset = detail::u32_at(file, 8), size = detail::u32_at(file, 12);
    if (offset < 16) // v2-bytecode-offset
        throw Error(ErrorKind::bad_layout, 8, "the bytecode begins inside the header");
    if (offset % format.alignment != 0) // v3-bytecode-offset-aligned
        throw Error(ErrorKind::bad_layout, 8, "the bytecode is not aligned");
    // v2-bytecode-bounds: offset + size may need 33 bits, but the number of bytes after the offset does not
    // (v1-arithmetic)
    if (offset > file.size()) throw Error(ErrorKind::truncated, 8, "the bytecode begins behind the file's end");
    const std::size_t left = file.size() - offset;
    if (size > left) throw Error(ErrorKind::truncated, 12, "the bytecode is cut");
    if (size < left) throw Error(ErrorKind::trailing_bytes, 12, "bytes follow the bytecode"); // v2-end
    return {offset, size};
}

namespace detail {

// Checks each field before it reads the next one (v1-first-error), and throws at the first violation, so that no part
// of the record is returned (v1-all-or-nothing). Entries are built in braces, because C++ evaluates these from left to
// right; the arguments of a call have no such order.
class Reader {
public:
    explicit Reader(Bytes file) : file_(file) {}

    Module read() {
        Module result;
        Record& record = result.record;
        const Format& format = format_of(file_);
        record.version = u32_at(file_, 4);
        at_ = 8;
        if (format.place_in_header) { // v2-first-error: the whole header before the metadata
            result.bytecode = extract(file_);
            file_ = file_.first(result.bytecode.offset); // v2-metadata-bounds: only what is before the bytecode is left
            at_ = 16;
        }

        // v1-layout, v1-entries-kept, v1-fields-verbatim
        section(8, record.requests, places.requests, [&] { return Request{string(), attributes()}; });
        section(16, record.imports, places.imports, [&] { // v1-import-type
            return Import{ImportType{type("an import entry has an unknown type")}, string(), string(), string()};
        });
        section(20, record.exports, places.exports, [&] { // v1-export-type
            return Export{ExportType{type("an export entry has an unknown type")}, string(), string(), string(),
                          string()};
        });
        section(4, record.star_exports, places.star_exports, [&] { return string(); });
        if (format.engine) { // v3-bits, v3-code-features
            const auto variable = [&] { return Variable{string(), u32()}; };
            Engine& engine = record.engine.emplace();
            section(8, engine.declared_variables, places.declared_variables, variable);
            section(8, engine.lexical_variables, places.lexical_variables, variable);
            engine.code_features = u32();
        }
        if (format.place_in_header)
            padding();
        else
            result.bytecode = bytecode();
        return result;
    }

    Places places;

private:
    // v1-arithmetic: numbers from the file are compared with this number, and are never added to a position before
    // that.
    std::size_t left() const { return file_.size() - at_; }

    std::uint32_t u32() {
        if (left() < 4) throw Error(ErrorKind::truncated, at_, "a number is cut"); // v1-u32-bounds
        const std::uint32_t value = u32_at(file_, at_);
        at_ += 4;
        return value;
    }

    std::string string() { // v1-string, v1-string-verbatim, v1-string-empty
        const std::size_t start = at_;
        const std::uint32_t size = u32();
        if (size > left()) throw Error(ErrorKind::truncated, start, "a string is cut"); // v1-string-bounds
        const Bytes bytes = file_.subspan(at_, size);
        std::string text(bytes.begin(), bytes.end());
        const std::size_t good = well_formed_prefix(text);
        if (good < size) throw Error(ErrorKind::bad_utf8, at_ + good, "a string is not UTF-8"); // v1-string-utf8
        at_ += size;
        return text;
    }

    std::uint32_t count(std::uint64_t smallest) {
        const std::size_t start = at_;
        const std::uint32_t n = u32();
        if (n * smallest > left()) // v1-count-bounds; the product is one of 64 bits (v1-arithmetic)
            throw Error(ErrorKind::truncated, start, "more entries are promised than can follow");
        return n;
    }

    template <class Entry, class Read>
    void section(std::uint64_t smallest, std::vector<Entry>& list, std::vector<std::size_t>& starts, Read read) {
        std::uint32_t n = count(smallest);
        list.reserve(n); // only now is it borne out (v1-memory)
        starts.reserve(n);
        for (; n > 0; --n) {
            starts.push_back(at_);
            list.push_back(read());
        }
    }

    std::uint32_t type(const char* message) {
        const std::size_t start = at_;
        const std::uint32_t value = u32();
        if (value > 2) throw Error(ErrorKind::bad_type, start, message);
        return value;
    }

    std::vector<Attribute> attributes() { // v1-attributes-kept
        std::vector<Attribute> list;
        const std::size_t start = at_;
        const std::uint32_t has_attributes = u32();
        if (has_attributes > 1) // v1-has-attributes
            throw Error(ErrorKind::bad_flag, start, "has_attributes is neither 0 nor 1");
        if (has_attributes == 1) { // v1-attribute-count; the count may be 0: v1-attributes-empty
            std::uint32_t n = count(8);
            for (list.reserve(n); n > 0; --n) list.push_back({string(), string()});
        }
        return list;
    }

    void padding() {
        if (left() > 7) throw Error(ErrorKind::bad_layout, 8, "more than padding before the bytecode"); // v2-gap
        for (; left() > 0; ++at_)
            if (file_[at_] != 0) throw Error(ErrorKind::bad_layout, at_, "padding that is not zero"); // v2-padding
    }

    Place bytecode() { // v1-bytecode-place, v1-bytecode-empty
        const std::size_t start = at_;
        const std::uint32_t size = u32();
        if (size > left()) throw Error(ErrorKind::truncated, start, "the bytecode is cut"); // v1-bytecode-bounds
        if (size < left()) throw Error(ErrorKind::trailing_bytes, at_ + size, "bytes follow the bytecode"); // v1-end
        return {at_, size};
    }

    Bytes file_; // up to where the metadata has to end
    std::size_t at_ = 0;
};

// ---------------------------------------------------------------- checking

// The rules of section 6, in the order of v1-check-choice. The sets are sorted, so that no file can have names that
// collide. string_view compares bytes, as unsigned numbers (v1-check-bytes).
inline void check(const Record& record, const Places* places) {
    using Text = std::string_view;
    using Section = std::vector<std::size_t> Places::*;
    const auto fail = [&](ErrorKind kind, Section section, std::size_t index, const char* message) {
        std::optional<std::size_t> offset;
        if (places) offset = (places->*section)[index];
        throw Error(kind, offset, message);
    };

    std::map<Text, std::size_t> requested; // specifier: how many requests
    std::set<std::pair<Text, std::vector<std::pair<Text, Text>>>> requests;
    for (std::size_t i = 0; i < record.requests.size(); ++i) {
        const Request& request = record.requests[i];
        std::vector<std::pair<Text, Text>> attributes;
        for (const Attribute& attribute : request.attributes) attributes.emplace_back(attribute.key, attribute.value);
        std::sort(attributes.begin(), attributes.end()); // v1-attribute-sets
        const bool key_twice = std::adjacent_find(attributes.begin(), attributes.end(), [](const auto& a, const auto& b) {
                                   return a.first == b.first;
                               }) != attributes.end();
        if (!requests.emplace(request.specifier, std::move(attributes)).second) // v1-duplicate-request
            fail(ErrorKind::duplicate_request, &Places::requests, i, "the module is requested twice");
        if (key_twice) // v1-duplicate-attribute
            fail(ErrorKind::duplicate_attribute, &Places::requests, i, "a request has an attribute twice");
        ++requested[request.specifier];
    }

    const auto names_request = [&](Text specifier, Section section, std::size_t index) {
        const auto found = requested.find(specifier);
        if (found == requested.end()) // v1-unrequested-module
            fail(ErrorKind::unrequested_module, section, index, "no request has this specifier");
        else if (found->second > 1) // v1-ambiguous-request: no two requests are equal, so their attributes differ
            fail(ErrorKind::ambiguous_request, section, index, "several requests have this specifier");
    };

    std::set<Text> local_names;
    for (std::size_t i = 0; i < record.imports.size(); ++i) {
        const Import& entry = record.imports[i];
        names_request(entry.module_request, &Places::imports, i);
        if (entry.local_name.empty()) // v1-missing-local-name
            fail(ErrorKind::missing_local_name, &Places::imports, i, "an import without a local name");
        if (!local_names.insert(entry.local_name).second) // v1-duplicate-local-name
            fail(ErrorKind::duplicate_local_name, &Places::imports, i, "two imports bind one name");
        // v1-misplaced-field has no rule here: a Namespace import may have an import_name.
    }

    std::set<Text> export_names;
    for (std::size_t i = 0; i < record.exports.size(); ++i) {
        const Export& entry = record.exports[i];
        const bool local = entry.type == ExportType::local; // v1-applies-by-type
        const bool indirect = entry.type == ExportType::indirect;
        if (!local) names_request(entry.module_name, &Places::exports, i);
        if (local && entry.local_name.empty()) // v1-missing-local-name
            fail(ErrorKind::missing_local_name, &Places::exports, i, "a Local export without a local name");
        if (!export_names.insert(entry.export_name).second) // v1-duplicate-export-name
            fail(ErrorKind::duplicate_export_name, &Places::exports, i, "two exports have one name");
        if ((local && !entry.module_name.empty()) || (!indirect && !entry.import_name.empty()) ||
            (!local && !entry.local_name.empty())) // v1-misplaced-field
            fail(ErrorKind::misplaced_field, &Places::exports, i, "a field that does not apply is not empty");
    }

    std::set<Text> star_exports;
    for (std::size_t i = 0; i < record.star_exports.size(); ++i) {
        const std::string& module_name = record.star_exports[i];
        names_request(module_name, &Places::star_exports, i);
        if (!star_exports.insert(module_name).second) // v1-duplicate-star-export
            fail(ErrorKind::duplicate_star_export, &Places::star_exports, i, "a star export twice");
    }

    const auto names_differ = [&](const std::vector<Variable>& variables, Section section) {
        std::set<Text> names;
        for (std::size_t i = 0; i < variables.size(); ++i)
            if (!names.insert(variables[i].name).second) // v3-duplicate-variable
                fail(ErrorKind::duplicate_variable, section, i, "a variable twice in one list");
    };
    if (record.engine) {
        names_differ(record.engine->declared_variables, &Places::declared_variables);
        names_differ(record.engine->lexical_variables, &Places::lexical_variables);
    }
}

} // namespace detail

// Returns the record and the position of the bytecode. The record may break the rules for linking.
inline Module decode(Bytes file) { return detail::Reader(file).read(); }

// Does the same as decode, and then applies the rules for linking.
inline Module check(Bytes file) {
    detail::Reader reader(file);
    Module result = reader.read(); // v1-check-decode-first
    detail::check(result.record, &reader.places);
    return result;
}

// ---------------------------------------------------------------- writing

namespace detail {

class Writer {
public:
    std::vector<std::uint8_t> out;

    void u32(std::uint64_t value) {
        out.resize(out.size() + 4);
        put(out.size() - 4, value);
    }

    void put(std::size_t at, std::uint64_t value) { put_u32(out, at, narrow(value)); } // v1-u32

    template <class Type>
    void type(Type type) { // v1-writer-type
        const auto value = static_cast<std::uint32_t>(type);
        if (value > 2) throw Error(ErrorKind::bad_type, {}, "an entry has an unknown type");
        u32(value);
    }

    void string(std::string_view text) { // v1-string
        if (well_formed_prefix(text) < text.size()) // v1-writer-utf8
            throw Error(ErrorKind::bad_utf8, {}, "a string is not UTF-8");
        u32(text.size());
        out.insert(out.end(), text.begin(), text.end());
    }
};

} // namespace detail

// Returns the one canonical file of this record and bytecode.
inline std::vector<std::uint8_t> encode(const Record& record, Bytes bytecode) {
    if (!supported(record.version)) // v1-writer-type
        throw Error(ErrorKind::unsupported_version, {}, "a version that is not known here");
    const Format& format = formats[record.version - 1];
    if (record.engine.has_value() != format.engine) // v1-writer-type
        throw Error(ErrorKind::unsupported_version, {}, "the engine's part is missing, or not of this version");

    detail::Writer writer; // v1-layout, v1-writer-order
    writer.u32(magic);
    writer.u32(record.version);
    if (format.place_in_header) writer.out.resize(16); // offset and size, filled in below

    writer.u32(record.requests.size());
    for (const Request& request : record.requests) {
        writer.string(request.specifier);
        writer.u32(request.attributes.empty() ? 0 : 1); // v1-writer-flag
        if (request.attributes.empty()) continue;
        std::vector<const Attribute*> attributes; // v1-writer-attributes
        for (const Attribute& attribute : request.attributes) attributes.push_back(&attribute);
        std::sort(attributes.begin(), attributes.end(), [](auto a, auto b) { return a->key < b->key; });
        writer.u32(attributes.size());
        for (const Attribute* attribute : attributes) {
            writer.string(attribute->key);
            writer.string(attribute->value);
        }
    }

    writer.u32(record.imports.size());
    for (const Import& entry : record.imports) {
        writer.type(entry.type);
        writer.string(entry.module_request);
        writer.string(entry.type == ImportType::namespace_ ? "*" : entry.import_name); // v1-writer-namespace
        writer.string(entry.local_name);
    }

    writer.u32(record.exports.size());
    for (const Export& entry : record.exports) {
        writer.type(entry.type);
        writer.string(entry.export_name);
        writer.string(entry.module_name);
        writer.string(entry.import_name);
        writer.string(entry.local_name);
    }

    writer.u32(record.star_exports.size());
    for (const std::string& module_name : record.star_exports) writer.string(module_name);

    if (record.engine) { // v3-writer-engine-words
        for (const auto* variables : {&record.engine->declared_variables, &record.engine->lexical_variables}) {
            writer.u32(variables->size());
            for (const Variable& variable : *variables) {
                writer.string(variable.name);
                writer.u32(variable.bits);
            }
        }
        writer.u32(record.engine->code_features);
    }

    if (format.place_in_header) {
        while (writer.out.size() % 8 != 0) writer.out.push_back(0); // v2-writer-padding
        writer.put(8, writer.out.size());
        writer.put(12, bytecode.size());
    } else {
        writer.u32(bytecode.size());
    }
    writer.out.insert(writer.out.end(), bytecode.begin(), bytecode.end()); // v1-writer-bytecode

    detail::check(record, nullptr); // v1-writer-refuses; its types are known to be good by now
    return std::move(writer.out);
}

} // namespace bmes
