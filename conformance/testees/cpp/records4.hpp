// Records of version 4 as JSON, and what a caller gives a matcher.
#pragma once

#include "bmes4_encode.hpp"
#include "records.hpp"

namespace records::v4 {

using namespace bmes::v4;

inline constexpr std::string_view phases[] = {"evaluation", "source", "defer"};

// ---------------------------------------------------------------- printing

class Printer4 : public Printer {
public:
    void index(std::string_view name, std::optional<std::uint32_t> value) {
        key(name);
        out += value ? std::to_string(*value) : "null";
    }

    void boolean(std::string_view name, bool value, char before = ',') {
        key(name, before);
        out += value ? "true" : "false";
    }

    void digest(std::string_view name, const Digest& value) { field(name, json::to_hex(value)); }

    void indices(std::string_view name, const std::vector<std::uint32_t>& values) {
        list(name, values, [this](std::uint32_t value) { out += std::to_string(value); });
    }

    void variables(std::string_view name, const std::vector<Variable>& values, char before = ',') {
        list(name, values, [this](const Variable& variable) {
            number("name", variable.name, '{');
            number("bits", variable.bits);
            out += '}';
        }, before);
    }
};

inline std::string print(const Module& result) {
    const Record& record = result.record;
    Printer4 p;
    p.number("version", detail::version, '{');
    p.key("flags");
    p.boolean("top_level_await", record.flags.top_level_await, '{');
    p.boolean("import_meta", record.flags.import_meta);
    p.boolean("typescript", record.flags.typescript);
    p.out += '}';
    p.number("alignment", record.alignment);
    p.digest("producer", record.producer);
    p.key("source");
    p.number("size", record.source.size, '{');
    p.digest("sha256", record.source.sha256);
    p.out += '}';
    p.list("strings", record.strings, [&](const std::string& text) { json::quote(p.out, text); });
    p.list("requests", record.requests, [&](const Request& request) {
        p.number("specifier", request.specifier, '{');
        p.field("phase", phases[static_cast<std::size_t>(request.phase)]);
        p.list("attributes", request.attributes, [&](const Attribute& attribute) {
            p.number("key", attribute.key, '{');
            p.number("value", attribute.value);
            p.out += '}';
        });
        p.out += '}';
    });
    p.list("imports", record.imports, [&](const Import& entry) {
        p.number("local_name", entry.local_name, '{');
        p.number("request", entry.request);
        p.index("import_name", entry.import_name);
        p.out += '}';
    });
    p.list("exports", record.exports, [&](const Export& entry) {
        p.number("export_name", entry.export_name, '{');
        p.index("request", entry.request);
        p.index("name", entry.name);
        p.out += '}';
    });
    p.indices("tolerant_imports", record.tolerant_imports);
    p.indices("star_exports", record.star_exports);
    p.key("environment");
    if (const auto& environment = record.environment) {
        p.variables("declared_variables", environment->declared_variables, '{');
        p.variables("lexical_variables", environment->lexical_variables);
        p.number("code_features", environment->code_features);
        p.number("lexical_features", environment->lexical_features);
        p.out += '}';
    } else {
        p.out += "null";
    }
    if (result.text) {
        p.place("text", *result.text);
    } else {
        p.key("text");
        p.out += "null";
    }
    p.place("bytecode", result.bytecode);
    p.out += '}';
    return std::move(p.out);
}

// ---------------------------------------------------------------- reading

inline bool is_null(const json::Value& value) { return std::holds_alternative<std::nullptr_t>(value); }

// A field that cannot be NONE. The writer's record type cannot hold a NONE there, so this function reports it.
inline std::uint32_t index(const json::Value& value) {
    if (is_null(value)) // v4-writer-refuses
        throw bmes::Error(bmes::ErrorKind::bad_index, {}, "no index in a field that needs one");
    return u32(value);
}

inline std::optional<std::uint32_t> optional_index(const json::Value& value) {
    return is_null(value) ? std::nullopt : std::optional(u32(value));
}

inline std::vector<std::uint32_t> indices(const json::Value& value) {
    std::vector<std::uint32_t> list;
    for (const json::Value& v : value.as<json::Array>()) list.push_back(index(v));
    return list;
}

inline std::vector<Variable> variables(const json::Value& value) {
    std::vector<Variable> list;
    for (const json::Value& v : value.as<json::Array>()) {
        v.only({"name", "bits"});
        list.push_back({index(v["name"]), u32(v["bits"])});
    }
    return list;
}

inline Digest digest(const json::Value& value) {
    const std::vector<std::uint8_t> bytes = json::from_hex(value.text());
    Digest result;
    if (bytes.size() != result.size()) throw json::Error("a digest of another length");
    std::copy(bytes.begin(), bytes.end(), result.begin());
    return result;
}

inline Source source(const json::Value& value) {
    value.only({"size", "sha256"});
    // A negative size becomes larger than every size that a file can hold.
    return {static_cast<std::uint64_t>(value["size"].as<std::int64_t>()), digest(value["sha256"])};
}

// The caller has checked the version.
inline Record read(const json::Value& value) {
    value.only({"version", "flags", "alignment", "producer", "source", "strings", "requests", "imports", "exports",
                "tolerant_imports", "star_exports", "environment"});
    const json::Value& flags = value["flags"].only({"top_level_await", "import_meta", "typescript"});
    Record record;
    record.flags = {flags["top_level_await"].as<bool>(), flags["import_meta"].as<bool>(),
                    flags["typescript"].as<bool>()};
    record.alignment = u32(value["alignment"]);
    record.producer = digest(value["producer"]);
    record.source = source(value["source"]);
    for (const json::Value& v : value["strings"].as<json::Array>()) record.strings.push_back(v.text());
    for (const json::Value& v : value["requests"].as<json::Array>()) {
        v.only({"specifier", "phase", "attributes"});
        Request request{index(v["specifier"]), Phase{type_named(phases, v["phase"].text())}, {}};
        for (const json::Value& a : v["attributes"].as<json::Array>()) {
            a.only({"key", "value"});
            request.attributes.push_back({index(a["key"]), index(a["value"])});
        }
        record.requests.push_back(std::move(request));
    }
    for (const json::Value& v : value["imports"].as<json::Array>()) {
        v.only({"local_name", "request", "import_name"});
        record.imports.push_back({index(v["local_name"]), index(v["request"]), optional_index(v["import_name"])});
    }
    for (const json::Value& v : value["exports"].as<json::Array>()) {
        v.only({"export_name", "request", "name"});
        record.exports.push_back(
            {index(v["export_name"]), optional_index(v["request"]), optional_index(v["name"])});
    }
    record.tolerant_imports = indices(value["tolerant_imports"]);
    record.star_exports = indices(value["star_exports"]);
    if (const json::Value& environment = value["environment"]; !is_null(environment)) {
        environment.only({"declared_variables", "lexical_variables", "code_features", "lexical_features"});
        record.environment =
            Environment{variables(environment["declared_variables"]), variables(environment["lexical_variables"]),
                        u32(environment["code_features"]), u32(environment["lexical_features"])};
    }
    return record;
}

inline GivenSource given_source(const json::Value& value) {
    if (is_null(value)) return {};
    if (!std::holds_alternative<std::string>(value)) return source(value);
    if (value.text() == "embedded-text") return EmbeddedText{};
    if (value.text() == "trusted") return Trusted{};
    throw json::Error("an unknown source");
}

} // namespace records::v4
