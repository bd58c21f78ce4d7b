// JSON and hex, as far as the protocol needs them.
#pragma once

#include "bmes_common.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

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
    const Value& only(std::initializer_list<std::string_view> keys,
                      std::initializer_list<std::string_view> optional = {}) const;
    void erase(std::initializer_list<std::string_view> keys);
};

struct Member {
    std::string key;
    Value value;
};

inline const Value* Value::find(std::string_view key) const {
    for (const Member& member : as<Object>())
        if (member.key == key) return &member.value;
    return nullptr;
}

inline const Value& Value::operator[](std::string_view key) const {
    if (const Value* value = find(key)) return *value;
    throw Error("a key is missing");
}

// Returns this value if it is an object with these keys and no others. The optional ones can be absent. Otherwise
// throws.
inline const Value& Value::only(std::initializer_list<std::string_view> keys,
                                std::initializer_list<std::string_view> optional) const {
    std::size_t known = keys.size();
    for (std::string_view key : keys) (*this)[key];
    for (std::string_view key : optional)
        if (find(key)) ++known;
    if (as<Object>().size() != known) throw Error("a key is unknown");
    return *this;
}

// Removes these keys from an object.
inline void Value::erase(std::initializer_list<std::string_view> keys) {
    std::erase_if(std::get<Object>(*this), [keys](const Member& member) {
        return std::find(keys.begin(), keys.end(), member.key) != keys.end();
    });
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

inline constexpr char hex_digits[] = "0123456789abcdef";

// A string as JSON; its text is UTF-8.
inline void quote(std::string& out, std::string_view text) {
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

// ---------------------------------------------------------------- hex

inline std::vector<std::uint8_t> from_hex(std::string_view hex) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        throw Error("not lowercase hex");
    };
    if (hex.size() % 2 != 0) throw Error("hex with half a byte");
    std::vector<std::uint8_t> bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    return bytes;
}

inline std::string to_hex(bmes::Bytes bytes) {
    std::string hex;
    hex.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        hex += hex_digits[byte >> 4];
        hex += hex_digits[byte & 15];
    }
    return hex;
}

} // namespace json
