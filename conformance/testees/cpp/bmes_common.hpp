// What all versions of BMES share: errors, numbers, UTF-8 and the identifier. The names in comments (v1-...) are clauses
// of the specification; versions 2 to 4 have the same ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>

namespace bmes {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::uint32_t magic = 0x424D4553; // the bytes 53 45 4D 42
inline constexpr std::uint32_t newest_version = 4; // this library supports the versions 1 to 4

// A run of bytes in the file: the bytecode, for example.
struct Place {
    std::size_t offset = 0, length = 0;
};

// ---------------------------------------------------------------- errors

enum class ErrorKind {
    // of a file
    truncated, bad_magic, unsupported_version, bad_flag, bad_type, bad_utf8, bad_layout, trailing_bytes,
    bad_checksum, bad_index, bad_order, bad_entry, // version 4
    // of a record
    duplicate_request, duplicate_attribute, ambiguous_request, unrequested_module, missing_local_name,
    duplicate_local_name, duplicate_export_name, duplicate_star_export, misplaced_field, duplicate_variable,
    unused_string, // version 4
    // of a writer only
    too_large,
    // of a matcher only: version 4
    other_producer, stale_source,
};

// The class's name in the specification.
constexpr std::string_view name(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::truncated: return "truncated";
    case ErrorKind::bad_magic: return "bad-magic";
    case ErrorKind::unsupported_version: return "unsupported-version";
    case ErrorKind::bad_flag: return "bad-flag";
    case ErrorKind::bad_type: return "bad-type";
    case ErrorKind::bad_utf8: return "bad-utf8";
    case ErrorKind::bad_layout: return "bad-layout";
    case ErrorKind::trailing_bytes: return "trailing-bytes";
    case ErrorKind::bad_checksum: return "bad-checksum";
    case ErrorKind::bad_index: return "bad-index";
    case ErrorKind::bad_order: return "bad-order";
    case ErrorKind::bad_entry: return "bad-entry";
    case ErrorKind::duplicate_request: return "duplicate-request";
    case ErrorKind::duplicate_attribute: return "duplicate-attribute";
    case ErrorKind::ambiguous_request: return "ambiguous-request";
    case ErrorKind::unrequested_module: return "unrequested-module";
    case ErrorKind::missing_local_name: return "missing-local-name";
    case ErrorKind::duplicate_local_name: return "duplicate-local-name";
    case ErrorKind::duplicate_export_name: return "duplicate-export-name";
    case ErrorKind::duplicate_star_export: return "duplicate-star-export";
    case ErrorKind::misplaced_field: return "misplaced-field";
    case ErrorKind::duplicate_variable: return "duplicate-variable";
    case ErrorKind::unused_string: return "unused-string";
    case ErrorKind::too_large: return "too-large";
    case ErrorKind::other_producer: return "other-producer";
    case ErrorKind::stale_source: return "stale-source";
    }
    return "unknown";
}

class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, std::optional<std::size_t> offset, const char* message)
        : std::runtime_error(message), kind_(kind), offset_(offset) {}

    ErrorKind kind() const noexcept { return kind_; }

    // The offset of the first byte of the wrong field or entry. Empty if a record is wrong, because a record has no
    // bytes.
    std::optional<std::size_t> offset() const noexcept { return offset_; }

private:
    ErrorKind kind_;
    std::optional<std::size_t> offset_;
};
// ---------------------------------------------------------------- numbers

namespace detail {

inline std::uint32_t u32_at(Bytes file, std::size_t at) { // v1-u32: the caller has checked that four bytes are there
    return std::uint32_t{file[at]} | std::uint32_t{file[at + 1]} << 8 | std::uint32_t{file[at + 2]} << 16 |
           std::uint32_t{file[at + 3]} << 24;
}

inline void put_u32(std::span<std::uint8_t> out, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

// Returns a number of a record or of a file to write as the u32 that the file holds (v1-writer-too-large).
inline std::uint32_t narrow(std::uint64_t value) {
    if (value > 0xFFFFFFFF) throw Error(ErrorKind::too_large, {}, "more than a u32 can hold");
    return static_cast<std::uint32_t>(value);
}

} // namespace detail

// ---------------------------------------------------------------- UTF-8

// Returns the number of well-formed bytes before the first ill-formed one. Returns the size of the text if there is
// none.
inline std::size_t well_formed_prefix(std::string_view text) { // v1-string-utf8
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<std::uint8_t>(text[at]);
        std::size_t length = 0;
        std::uint8_t low = 0x80, high = 0xBF; // what the second byte may be
        if (lead < 0x80) {
            ++at;
            continue;
        } else if (lead >= 0xC2 && lead <= 0xDF) {
            length = 2;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            length = 3;
            if (lead == 0xE0) low = 0xA0;  // overlong
            if (lead == 0xED) high = 0x9F; // surrogates
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            length = 4;
            if (lead == 0xF0) low = 0x90;  // overlong
            if (lead == 0xF4) high = 0x8F; // above U+10FFFF
        } else {
            return at; // a continuation byte, C0, C1, F5 to FF
        }
        if (text.size() - at < length) return at;
        for (std::size_t i = 1; i < length; ++i) {
            const auto byte = static_cast<std::uint8_t>(text[at + i]);
            if (byte < low || byte > high) return at;
            low = 0x80;
            high = 0xBF;
        }
        at += length;
    }
    return at;
}
// ---------------------------------------------------------------- identification

// Reads no more than the first eight bytes (v1-identify-alone), and returns the version.
inline std::uint32_t identify(Bytes file) {
    if (file.size() < 4) throw Error(ErrorKind::truncated, 0, "the magic is cut"); // v1-header-bounds
    if (detail::u32_at(file, 0) != magic) throw Error(ErrorKind::bad_magic, 0, "not a BMES file"); // v1-magic
    if (file.size() < 8) throw Error(ErrorKind::truncated, 4, "the version is cut"); // v1-header-bounds
    const std::uint32_t version = detail::u32_at(file, 4);
    if (version < 1 || version > newest_version) // v1-version
        throw Error(ErrorKind::unsupported_version, 4, "a version that is not known here");
    return version;
}

} // namespace bmes
