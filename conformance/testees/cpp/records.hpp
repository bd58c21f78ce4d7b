// Records as JSON: what all versions share, and versions 1 to 3.
#pragma once

#include "bmes.hpp"
#include "json.hpp"

namespace records {

inline constexpr std::string_view import_types[] = {"single", "single-typescript", "namespace"};
inline constexpr std::string_view export_types[] = {"local", "indirect", "namespace"};

class Printer {
public:
    std::string out;

    void key(std::string_view name, char before = ',') {
        out += before;
        json::quote(out, name);
        out += ':';
    }

    void number(std::string_view name, std::uint64_t value, char before = ',') {
        key(name, before);
        out += std::to_string(value);
    }

    void field(std::string_view name, std::string_view text, char before = ',') {
        key(name, before);
        json::quote(out, text);
    }

    void place(std::string_view name, const bmes::Place& place) {
        key(name);
        number("offset", place.offset, '{');
        number("length", place.length);
        out += '}';
    }

    template <class Entries, class Print>
    void list(std::string_view name, const Entries& entries, Print print, char before = ',') {
        key(name, before);
        out += '[';
        bool first = true;
        for (const auto& entry : entries) {
            if (!first) out += ',';
            first = false;
            print(entry);
        }
        out += ']';
    }
};

inline std::string print(const bmes::Module& result) {
    Printer p;
    p.number("version", result.record.version, '{');
    p.list("requests", result.record.requests, [&](const bmes::Request& request) {
        p.field("specifier", request.specifier, '{');
        p.list("attributes", request.attributes, [&](const bmes::Attribute& attribute) {
            p.field("key", attribute.key, '{');
            p.field("value", attribute.value);
            p.out += '}';
        });
        p.out += '}';
    });
    p.list("imports", result.record.imports, [&](const bmes::Import& entry) {
        p.field("type", import_types[static_cast<std::size_t>(entry.type)], '{');
        p.field("module_request", entry.module_request);
        p.field("import_name", entry.import_name);
        p.field("local_name", entry.local_name);
        p.out += '}';
    });
    p.list("exports", result.record.exports, [&](const bmes::Export& entry) {
        p.field("type", export_types[static_cast<std::size_t>(entry.type)], '{');
        p.field("export_name", entry.export_name);
        p.field("module_name", entry.module_name);
        p.field("import_name", entry.import_name);
        p.field("local_name", entry.local_name);
        p.out += '}';
    });
    p.list("star_exports", result.record.star_exports, [&](const std::string& name) { json::quote(p.out, name); });
    if (const auto& engine = result.record.engine) {
        const auto variable = [&](const bmes::Variable& entry) {
            p.field("name", entry.name, '{');
            p.number("bits", entry.bits);
            p.out += '}';
        };
        p.list("declared_variables", engine->declared_variables, variable);
        p.list("lexical_variables", engine->lexical_variables, variable);
        p.number("code_features", engine->code_features);
    }
    p.place("bytecode", result.bytecode);
    p.out += '}';
    return std::move(p.out);
}

// The number of a type or of a phase.
inline std::uint32_t type_named(std::span<const std::string_view> names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) // v1-writer-type, v4-writer-refuses
        throw bmes::Error(bmes::ErrorKind::bad_type, {}, "an unknown type or phase");
    return static_cast<std::uint32_t>(found - names.begin());
}

inline std::uint32_t u32(const json::Value& value) {
    // A negative number becomes too large.
    return bmes::detail::narrow(static_cast<std::uint64_t>(value.as<std::int64_t>()));
}

// Returns the version of a record. It is checked before any other key, because a record of another version may have
// other keys.
inline std::uint32_t version(const json::Value& record) {
    const auto number = static_cast<std::uint64_t>(record["version"].as<std::int64_t>());
    if (number < 1 || number > bmes::newest_version) // v1-writer-type, v4-writer-refuses
        throw bmes::Error(bmes::ErrorKind::unsupported_version, {}, "a version that is not known here");
    return static_cast<std::uint32_t>(number);
}

inline std::vector<bmes::Variable> read_variables(const json::Value& value) {
    std::vector<bmes::Variable> variables;
    for (const json::Value& v : value.as<json::Array>()) {
        v.only({"name", "bits"});
        variables.push_back({v["name"].text(), u32(v["bits"])});
    }
    return variables;
}

inline bmes::Record read(const json::Value& value) {
    bmes::Record record;
    record.version = version(value);
    if (value.find("code_features")) { // whether the version has it is for the writer to say
        value.only({"version", "requests", "imports", "exports", "star_exports", "declared_variables",
                    "lexical_variables", "code_features"});
        record.engine = bmes::Engine{read_variables(value["declared_variables"]),
                                     read_variables(value["lexical_variables"]), u32(value["code_features"])};
    } else {
        value.only({"version", "requests", "imports", "exports", "star_exports"});
    }
    for (const json::Value& v : value["requests"].as<json::Array>()) {
        v.only({"specifier", "attributes"});
        bmes::Request request{v["specifier"].text(), {}};
        for (const json::Value& a : v["attributes"].as<json::Array>()) {
            a.only({"key", "value"});
            request.attributes.push_back({a["key"].text(), a["value"].text()});
        }
        record.requests.push_back(std::move(request));
    }
    for (const json::Value& v : value["imports"].as<json::Array>()) {
        v.only({"type", "module_request", "import_name", "local_name"});
        record.imports.push_back({bmes::ImportType{type_named(import_types, v["type"].text())},
                                  v["module_request"].text(), v["import_name"].text(), v["local_name"].text()});
    }
    for (const json::Value& v : value["exports"].as<json::Array>()) {
        v.only({"type", "export_name", "module_name", "import_name", "local_name"});
        record.exports.push_back({bmes::ExportType{type_named(export_types, v["type"].text())}, v["export_name"].text(),
                                  v["module_name"].text(), v["import_name"].text(), v["local_name"].text()});
    }
    for (const json::Value& v : value["star_exports"].as<json::Array>()) record.star_exports.push_back(v.text());
    return record;
}

} // namespace records
