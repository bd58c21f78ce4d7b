// The layout of BMES version 4: the checksum, the fields of the header, the counts and the columns. The reader and the
// writer use the same tables. This header is internal; bmes4.hpp and bmes4_encode.hpp are the interface.
#pragma once

#include "bmes_common.hpp"

#include <array>
#include <bit>
#include <compare>
#include <utility>

namespace bmes::v4::detail {

using bmes::detail::put_u32;
using bmes::detail::u32_at;

// ---------------------------------------------------------------- checksum

// Entry [k][b] is the CRC of byte b, followed by k zero bytes.
using CrcTables = std::array<std::array<std::uint32_t, 256>, 8>;

consteval CrcTables make_crc_tables() {
    CrcTables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
        tables[0][byte] = crc;
    }
    for (std::size_t k = 1; k < 8; ++k)
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t crc = tables[k - 1][byte];
            tables[k][byte] = crc >> 8 ^ tables[0][crc & 0xFF];
        }
    return tables;
}

inline constexpr CrcTables crc_tables = make_crc_tables();

// Returns the CRC-32 of zlib, PNG and ZIP (v4-crc). Each step of the first loop takes eight bytes, because one lookup
// per byte has to wait for the lookup before it.
inline std::uint32_t crc32(Bytes bytes) {
    const CrcTables& t = crc_tables;
    std::uint32_t crc = 0xFFFFFFFF;
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        const std::uint32_t low = crc ^ u32_at(bytes, 0), high = u32_at(bytes, 4);
        crc = t[7][low & 0xFF] ^ t[6][low >> 8 & 0xFF] ^ t[5][low >> 16 & 0xFF] ^ t[4][low >> 24] ^
              t[3][high & 0xFF] ^ t[2][high >> 8 & 0xFF] ^ t[1][high >> 16 & 0xFF] ^ t[0][high >> 24];
    }
    for (const std::uint8_t byte : bytes) crc = crc >> 8 ^ t[0][(crc ^ byte) & 0xFF];
    return ~crc;
}

// ---------------------------------------------------------------- header

inline constexpr std::uint32_t version = 4;
inline constexpr std::uint32_t none = 0xFFFFFFFF; // NONE: no string, no request
inline constexpr std::uint32_t text_alignment = 8;

// The offsets of numbers that have the same place in each file.
namespace field {
inline constexpr std::size_t
    magic = 0, version = 4, flags = 8, alignment = 12, metadata_size = 16, source_size = 20, text_size = 24,
    bytecode_size = 28, producer = 32, source_digest = 64, metadata_crc = 96, text_crc = 100, bytecode_crc = 104,
    header_crc = 108, metadata = 112,
    // of the counts, those that an error can point to
    string_bytes = 116, attribute_count = 124, declared_variable_count = 140, lexical_variable_count = 144,
    code_features = 148, lexical_features = 152, tolerant_import_count = 156,
    columns = 160; // behind the counts
} // namespace field

namespace flag {
inline constexpr std::uint32_t environment = 1, top_level_await = 2, import_meta = 4, typescript = 8, all = 15;
} // namespace flag

// v4-alignment, without the rule for a file without bytecode
constexpr bool is_alignment(std::uint32_t value) { return std::has_single_bit(value) && value >= 8 && value <= 65536; }

// Returns the smallest multiple of `alignment` that is not less than `n`. Sums have 64 bits on every machine
// (v4-arithmetic): the sizes in a header add up to less than 2^34.
constexpr std::uint64_t up(std::uint64_t n, std::uint32_t alignment) {
    return (n + alignment - 1) / alignment * alignment;
}

// Where the parts of a file begin and end.
struct Extent {
    std::uint64_t metadata_end, text_start, text_end, bytecode_start, file_end;
};

constexpr Extent extent(std::uint64_t metadata_size, std::uint64_t text_size, std::uint32_t alignment,
                        std::uint64_t bytecode_size) {
    Extent e{};
    e.metadata_end = field::metadata + metadata_size;
    e.text_start = up(e.metadata_end, text_alignment);
    e.text_end = e.text_start + text_size;
    e.bytecode_start = up(e.text_end, alignment);
    e.file_end = e.bytecode_start + bytecode_size;
    return e;
}

// ---------------------------------------------------------------- counts

// The twelve numbers at the beginning of the metadata.
struct Counts {
    std::uint32_t strings = 0, string_bytes = 0, requests = 0, attributes = 0, imports = 0, exports = 0,
                  star_exports = 0, declared_variables = 0, lexical_variables = 0, code_features = 0,
                  lexical_features = 0, tolerant_imports = 0;
};

// The order of the numbers in the file.
inline constexpr std::uint32_t Counts::*count_order[] = {
    &Counts::strings,       &Counts::string_bytes,       &Counts::requests,
    &Counts::attributes,    &Counts::imports,            &Counts::exports,
    &Counts::star_exports,  &Counts::declared_variables, &Counts::lexical_variables,
    &Counts::code_features, &Counts::lexical_features,   &Counts::tolerant_imports,
};

// Returns the number of bytes of the metadata with these counts (v4-equation). The sum is less than 2^39.
constexpr std::uint64_t metadata_size(const Counts& n) {
    const auto wide = [](std::uint32_t count) { return std::uint64_t{count}; };
    return 48 + 4 * wide(n.strings) + 16 * wide(n.requests) + 8 * wide(n.attributes) + 12 * wide(n.imports) +
           4 * wide(n.tolerant_imports) + 12 * wide(n.exports) + 4 * wide(n.star_exports) +
           8 * (wide(n.declared_variables) + wide(n.lexical_variables)) + n.string_bytes;
}

// ---------------------------------------------------------------- columns

// A column of numbers in the file. It takes no memory of its own.
class Column {
public:
    Column() = default;
    Column(Bytes file, std::size_t start, std::size_t size) : file_(file), start_(start), size_(size) {}

    std::size_t size() const { return size_; }
    std::size_t offset(std::size_t i) const { return start_ + 4 * i; }
    std::uint32_t operator[](std::size_t i) const { return u32_at(file_, offset(i)); }

    // The number before number i, or 0 before the first one: where run i begins if the column holds the ends of runs.
    std::uint32_t before(std::size_t i) const { return i == 0 ? 0 : (*this)[i - 1]; }

private:
    Bytes file_;
    std::size_t start_ = 0, size_ = 0;
};

// All columns of the metadata, and the strings after them (v4-layout). The counts fit the file, so no offset wraps.
struct Columns {
    Columns(Bytes file, const Counts& n) {
        std::size_t end = field::columns;
        const auto column = [&](std::uint32_t size) {
            const Column result(file, end, size);
            end += std::size_t{4} * size;
            return result;
        };
        string_end = column(n.strings);
        specifier = column(n.requests);
        phase = column(n.requests);
        attribute_end = column(n.requests);
        order = column(n.requests);
        key = column(n.attributes);
        value = column(n.attributes);
        local_name = column(n.imports);
        import_request = column(n.imports);
        import_name = column(n.imports);
        tolerant_import = column(n.tolerant_imports);
        export_name = column(n.exports);
        export_request = column(n.exports);
        name = column(n.exports);
        star_export = column(n.star_exports);
        declared_name = column(n.declared_variables);
        declared_bits = column(n.declared_variables);
        lexical_name = column(n.lexical_variables);
        lexical_bits = column(n.lexical_variables);
        strings_start = end;
    }

    Column string_end, specifier, phase, attribute_end, order, key, value, local_name, import_request, import_name,
        tolerant_import, export_name, export_request, name, star_export, declared_name, declared_bits, lexical_name,
        lexical_bits;
    std::size_t strings_start = 0;

    // Returns the numbers of the first attribute of request r, and of the one after its last.
    std::pair<std::size_t, std::size_t> attributes(std::size_t r) const {
        return {attribute_end.before(r), attribute_end[r]};
    }

    // Compares two requests by specifier, phase and attributes (v4-requests-ascend). The strings ascend, so the indices
    // compare like the strings. The attributes have been checked.
    std::strong_ordering compare_requests(std::size_t a, std::size_t b) const {
        if (const auto result = specifier[a] <=> specifier[b]; result != 0) return result;
        if (const auto result = phase[a] <=> phase[b]; result != 0) return result;
        auto [i, i_end] = attributes(a);
        auto [j, j_end] = attributes(b);
        for (; i < i_end && j < j_end; ++i, ++j) {
            if (const auto result = key[i] <=> key[j]; result != 0) return result;
            if (const auto result = value[i] <=> value[j]; result != 0) return result;
        }
        return i_end - i <=> j_end - j;
    }
};

} // namespace bmes::v4::detail
