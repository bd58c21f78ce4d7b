// The testee around bmes.hpp. It speaks BMES-CP/1, one JSON object per line, or answers the one operation that is its
// argument (one-shot mode).
#include "bmes.hpp"

#include <charconv>
#include <exception>
#include <initializer_list>
#include <iostream>
#include <iterator>
#include <variant>

// ---------------------------------------------------------------- JSON

namespace json {

// The reason why a request cannot be read. It is not a bmes::Error, because it is no verdict on a file or a record: it
// becomes `fault`.
struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>; // sorted by key, no key twice

struct Value : std::variant<std::nullptr_t, bool, std::int64_t, std::string, Array, Object> {
    using variant::variant;

    template <class T>
    const T& as() const {
        if (const T* value = std::get_if<T>(this)) return *value;
        throw Error("a value has the wrong type");
    }
    const std::string& text() const { return as<std::string>(); }
    const Value* find(std::string_view key) const;
    const Value& operator[](std::string_view key) const;
    const Value& only(std::initializer_list<std::string_view> keys) const;
};

struct Member {
    std::string key;
    Value value;
};

const Value* Value::find(std::string_view key) const {
    for (const Member& member : as<Object>())
        if (member.key == key) return &member.value;
    return nullptr;
}

const Value& Value::operator[](std::string_view key) const {
    if (const Value* value = find(key)) return *value;
    throw Error("a key is missing");
}

// Returns this value if it is an object with these keys and no others. Otherwise throws.
const Value& Value::only(std::initializer_list<std::string_view> keys) const {
    for (std::string_view key : keys) (*this)[key];
    if (as<Object>().size() != keys.size()) throw Error("a key is unknown");
    return *this;
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Value document() {
        if (bmes::well_formed_prefix(text_) < text_.size()) throw Error("not UTF-8");
        Value result = value(0);
        space();
        if (at_ < text_.size()) throw Error("more than one JSON value");
        return result;
    }

private:
    static constexpr int deepest = 32;

    // Returns the next byte, or -1 at the end. U+0000 is an ordinary byte.
    int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }

    void space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
    }

    bool take(std::string_view token) {
        if (text_.substr(at_, token.size()) != token) return false;
        at_ += token.size();
        return true;
    }

    void expect(std::string_view token) {
        if (!take(token)) throw Error("not JSON");
    }

    Value value(int depth) {
        if (depth > deepest) throw Error("JSON is nested too deep");
        space();
        if (peek() == '{') return object(depth);
        if (peek() == '[') return array(depth);
        if (peek() == '"') return string();
        if (take("true")) return true;
        if (take("false")) return false;
        if (take("null")) return nullptr;
        return number();
    }

    Value object(int depth) {
        Object members;
        expect("{");
        space();
        if (take("}")) return members;
        do {
            space();
            std::string key = string();
            space();
            expect(":");
            members.push_back({std::move(key), value(depth + 1)});
            space();
        } while (take(","));
        expect("}");
        std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.key < b.key; });
        if (std::adjacent_find(members.begin(), members.end(), [](const Member& a, const Member& b) {
                return a.key == b.key;
            }) != members.end())
            throw Error("a key is there twice");
        return members;
    }

    Value array(int depth) {
        Array values;
        expect("[");
        space();
        if (take("]")) return values;
        do {
            values.push_back(value(depth + 1));
            space();
        } while (take(","));
        expect("]");
        return values;
    }

    // An integer: the protocol has no other numbers.
    Value number() {
        const std::size_t start = at_;
        const auto digits = [this] {
            const std::size_t first = at_;
            while (peek() >= '0' && peek() <= '9') ++at_;
            return at_ - first;
        };
        take("-");
        if (!take("0") && digits() == 0) throw Error("not JSON");
        const int next = peek();
        if ((next >= '0' && next <= '9') || next == '.' || next == 'e' || next == 'E') throw Error("not an integer");
        std::int64_t result = 0;
        const char* end = text_.data() + at_;
        if (std::from_chars(text_.data() + start, end, result).ec != std::errc()) throw Error("a number is too large");
        return result;
    }

    std::string string() {
        std::string result;
        expect("\"");
        for (;;) {
            const std::size_t start = at_;
            while (peek() >= 0x20 && peek() != '"' && peek() != '\\') ++at_;
            result.append(text_.substr(start, at_ - start));
            if (take("\"")) return result;
            expect("\\"); // a control character, or the end, stops here
            const int escape = peek();
            ++at_;
            switch (escape) {
            case '"': case '\\': case '/': result.push_back(static_cast<char>(escape)); break;
            case 'b': result.push_back('\b'); break;
            case 'f': result.push_back('\f'); break;
            case 'n': result.push_back('\n'); break;
            case 'r': result.push_back('\r'); break;
            case 't': result.push_back('\t'); break;
            case 'u': append_utf8(result, escaped()); break;
            default: throw Error("an unknown escape");
            }
        }
    }

    std::uint32_t hex4() {
        std::uint32_t unit = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const int c = peek();
            if (c >= '0' && c <= '9') unit = unit * 16 + static_cast<std::uint32_t>(c - '0');
            else if (c >= 'a' && c <= 'f') unit = unit * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
            else if (c >= 'A' && c <= 'F') unit = unit * 16 + static_cast<std::uint32_t>(c - 'A' + 10);
            else throw Error("an incomplete escape");
        }
        return unit;
    }

    // Reads what follows \u: the code point of one escape or of a surrogate pair. A lone surrogate is kept, because
    // JSON allows it. append_utf8 then makes bytes that are not UTF-8, so the writer rejects them.
    std::uint32_t escaped() {
        const std::uint32_t high = hex4();
        if (high < 0xD800 || high > 0xDBFF) return high;
        const std::size_t behind = at_;
        if (take("\\u")) {
            const std::uint32_t low = hex4();
            if (low >= 0xDC00 && low <= 0xDFFF) return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        }
        at_ = behind;
        return high;
    }

    static void append_utf8(std::string& out, std::uint32_t c) {
        const auto byte = [&out](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
        if (c < 0x80) {
            byte(c);
            return;
        }
        if (c < 0x800) {
            byte(0xC0 | c >> 6);
        } else {
            if (c < 0x10000) {
                byte(0xE0 | c >> 12);
            } else {
                byte(0xF0 | c >> 18);
                byte(0x80 | (c >> 12 & 0x3F));
            }
            byte(0x80 | (c >> 6 & 0x3F));
        }
        byte(0x80 | (c & 0x3F));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

constexpr char hex_digits[] = "0123456789abcdef";

// A string as JSON; its text is UTF-8.
void quote(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20) {
            out += "\\u00";
            out += hex_digits[byte >> 4];
            out += hex_digits[byte & 15];
        } else {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
    }
    out += '"';
}

} // namespace json

// ---------------------------------------------------------------- hex

std::vector<std::uint8_t> from_hex(std::string_view hex) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        throw json::Error("not lowercase hex");
    };
    if (hex.size() % 2 != 0) throw json::Error("hex with half a byte");
    std::vector<std::uint8_t> bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    return bytes;
}

std::string to_hex(bmes::Bytes bytes) {
    std::string hex;
    for (const std::uint8_t byte : bytes) {
        hex += json::hex_digits[byte >> 4];
        hex += json::hex_digits[byte & 15];
    }
    return hex;
}

// ---------------------------------------------------------------- records as JSON

constexpr std::string_view import_types[] = {"single", "single-typescript", "namespace"};
constexpr std::string_view export_types[] = {"local", "indirect", "namespace"};

class Printer {
public:
    std::string out;

    void number(std::string_view key, std::uint64_t value, char before = ',') {
        out += before;
        json::quote(out, key);
        out += ':' + std::to_string(value);
    }

    void field(std::string_view key, std::string_view text, char before = ',') {
        out += before;
        json::quote(out, key);
        out += ':';
        json::quote(out, text);
    }

    template <class Entries, class Print>
    void list(std::string_view key, const Entries& entries, Print print) {
        out += ',';
        json::quote(out, key);
        out += ":[";
        bool first = true;
        for (const auto& entry : entries) {
            if (!first) out += ',';
            first = false;
            print(entry);
        }
        out += ']';
    }
};

std::string print(const bmes::Module& result) {
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
    p.out += ",\"bytecode\":";
    p.number("offset", result.bytecode.offset, '{');
    p.number("length", result.bytecode.length);
    p.out += "}}";
    return std::move(p.out);
}

std::uint32_t type_named(std::span<const std::string_view> names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw bmes::Error(bmes::ErrorKind::bad_type, {}, "an unknown type"); // v1-writer-type
    return static_cast<std::uint32_t>(found - names.begin());
}

std::uint32_t u32(const json::Value& value) {
    const auto number = static_cast<std::uint64_t>(value.as<std::int64_t>()); // a negative one becomes too large
    if (number > 0xFFFFFFFF) throw bmes::Error(bmes::ErrorKind::too_large, {}, "no u32"); // v1-writer-too-large
    return static_cast<std::uint32_t>(number);
}

std::vector<bmes::Variable> read_variables(const json::Value& value) {
    std::vector<bmes::Variable> variables;
    for (const json::Value& v : value.as<json::Array>()) {
        v.only({"name", "bits"});
        variables.push_back({v["name"].text(), u32(v["bits"])});
    }
    return variables;
}

bmes::Record read_record(const json::Value& value) {
    // The version is checked before any other key, because a record of another version may have other keys.
    const auto version = static_cast<std::uint64_t>(value["version"].as<std::int64_t>());
    if (!bmes::supported(version)) // v1-writer-type
        throw bmes::Error(bmes::ErrorKind::unsupported_version, {}, "a version that is not known here");

    bmes::Record record;
    record.version = static_cast<std::uint32_t>(version);
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

// ---------------------------------------------------------------- operations

// Each function returns the JSON of `ok`, and throws bmes::Error to reject.

constexpr std::string_view hello =
    R"({"protocol":1,"name":"bmes-cpp","version":"0.1.0","language":"C++20","formats":[1,2,3],)"
    R"("ops":["identify","decode","check","encode"],"errors":true})";

bool takes_file(std::string_view op) { return op == "identify" || op == "decode" || op == "check"; }

std::string ask(std::string_view op, bmes::Bytes file) {
    if (op == "identify") return "{\"version\":" + std::to_string(bmes::identify(file)) + "}";
    if (op == "decode") return print(bmes::decode(file));
    bmes::check(file);
    return "true";
}

std::string encode(const json::Value& request) {
    const bmes::Record record = read_record(request["record"]);
    return "{\"hex\":\"" + to_hex(bmes::encode(record, from_hex(request["bytecode"].text()))) + "\"}";
}

// ---------------------------------------------------------------- answers

struct Answer {
    const char* key;
    std::string json;
    int status; // of a process in one-shot mode
};

Answer fault(std::string_view why) {
    Answer answer{"fault", "", 70};
    json::quote(answer.json, why);
    return answer;
}

// The value that `work` returns becomes `ok`. A bmes::Error is a verdict; any other exception is a `fault`.
template <class Work>
Answer answer(Work work) {
    try {
        return {"ok", work(), 0};
    } catch (const bmes::Error& error) {
        Answer refusal{"err", "{\"class\":", 1};
        json::quote(refusal.json, bmes::name(error.kind()));
        if (error.offset()) refusal.json += ",\"offset\":" + std::to_string(*error.offset());
        refusal.json += ",\"message\":";
        json::quote(refusal.json, error.what());
        refusal.json += '}';
        return refusal;
    } catch (const std::exception& error) {
        return fault(error.what());
    } catch (...) {
        return fault("something else than an exception was thrown");
    }
}

const Answer unknown_op{"unsupported", "\"an unknown operation\"", 89};

constexpr std::size_t longest_line = 67108864;

// Writes one line and flushes it. `id` is the JSON text of the id, or empty if the answer has no id.
void write(const std::string& id, const Answer& answer) {
    std::string line = "{";
    if (!id.empty()) line += "\"id\":" + id + ",";
    line += '"';
    line += answer.key;
    line += "\":";
    line += answer.json;
    line += "}\n";
    if (line.size() > longest_line) return write(id, fault("the answer is longer than a line may be"));
    std::cout.write(line.data(), static_cast<std::streamsize>(line.size())).flush();
}

int one_shot(std::string_view op) {
    const Answer result = [&]() -> Answer {
        if (op == "hello") return {"ok", std::string(hello), 0};
        if (!takes_file(op) && op != "encode") return unknown_op;
        return answer([&] {
            const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
            if (op == "encode") return encode(json::Parser(input).document().only({"record", "bytecode"}));
            return ask(op, {reinterpret_cast<const std::uint8_t*>(input.data()), input.size()});
        });
    }();
    write("", result);
    return result.status;
}

int persistent() {
    for (std::string line; std::getline(std::cin, line);) {
        std::string id = "null";
        bool bye = false;
        const Answer result = [&]() -> Answer {
            json::Value request;
            std::string op;
            try {
                request = json::Parser(line).document();
                const std::int64_t number = request["id"].as<std::int64_t>();
                if (number < 0 || number > 9007199254740991) throw json::Error("id is out of range");
                id = std::to_string(number);
                op = request["op"].text();
            } catch (const std::exception& error) {
                return fault(error.what());
            }
            bye = op == "bye";
            if (op == "hello") return {"ok", std::string(hello), 0};
            if (!takes_file(op) && op != "encode") return unknown_op;
            return answer([&] {
                if (op == "encode") return encode(request.only({"id", "op", "record", "bytecode"}));
                return ask(op, from_hex(request.only({"id", "op", "hex"})["hex"].text()));
            });
        }();
        if (bye) return 0;
        write(id, result);
    }
    return 0;
}

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr); // every answer is flushed
    if (argc > 2) {
        std::cerr << "usage: testee [hello | identify | decode | check | encode]\n";
        return 64;
    }
    return argc == 2 ? one_shot(argv[1]) : persistent();
}
