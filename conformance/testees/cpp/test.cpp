// Tests of version 4, and of all versions with the examples of the specification. The argument is the folder
// spec/examples.
#include "bmes.hpp"
#include "bmes4_encode.hpp"
#include "json.hpp"
#include "records.hpp"
#include "records4.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

namespace v4 = bmes::v4;
using Buffer = std::vector<std::uint8_t>;

// ---------------------------------------------------------------- expectations

int tests = 0, failures = 0;

template <class A, class B>
void expect_equal(const A& got, const B& expected, std::string_view what) {
    ++tests;
    if (got == expected) return;
    ++failures;
    std::cerr << what << ": got " << got << ", expected " << expected << '\n';
}

// Returns "ok", or the class and the offset of the error.
template <class Work>
std::string verdict(Work work) {
    try {
        work();
        return "ok";
    } catch (const bmes::Error& error) {
        const auto offset = error.offset();
        return std::string(bmes::name(error.kind())) + (offset ? " " + std::to_string(*offset) : "");
    }
}

std::string opened(bmes::Bytes file) { return verdict([&] { v4::open(file); }); }
std::string decoded(bmes::Bytes file) { return verdict([&] { v4::decode(file); }); }
std::string checked(bmes::Bytes file) { return verdict([&] { v4::check(file); }); }

// ---------------------------------------------------------------- the examples of the specification

std::string decode_as_json(bmes::Bytes file) {
    return bmes::identify(file) == 4 ? records::v4::print(v4::decode(file)) : records::print(bmes::decode(file));
}

void check_any(bmes::Bytes file) {
    if (bmes::identify(file) == 4)
        v4::check(file);
    else
        bmes::check(file);
}

Buffer encode_any(const json::Value& record, bmes::Bytes text, bmes::Bytes bytecode) {
    return records::version(record) == 4 ? v4::encode(records::v4::read(record), text, bytecode)
                                         : bmes::encode(records::read(record), bytecode);
}

Buffer hex_of(const json::Value& example, std::string_view key) {
    const json::Value* hex = example.find(key);
    return hex ? json::from_hex(hex->text()) : Buffer();
}

void test_example(const json::Value& example, std::string_view name) {
    const std::string& operation = example["operation"].text();
    const Buffer file = hex_of(example, "hex"), text = hex_of(example, "text"), bytecode = hex_of(example, "bytecode");
    const json::Value* record = example.find("record");
    std::string expected = "ok";
    if (example["verdict"].text() == "reject") {
        expected = example["class"].text();
        if (const json::Value* offset = example.find("offset"))
            expected += " " + std::to_string(offset->as<std::int64_t>());
    }

    if (operation == "match") {
        const auto match = [&] {
            v4::match(file, records::v4::digest(example["producer"]), records::v4::given_source(example["source"]));
        };
        expect_equal(verdict(match), expected, name);
        return;
    }
    if (operation == "encode") {
        Buffer written;
        expect_equal(verdict([&] { written = encode_any(*record, text, bytecode); }), expected, name);
        expect_equal(json::to_hex(written), json::to_hex(file), name);
        return;
    }
    expect_equal(verdict([&] { operation == "check" ? check_any(file) : void(decode_as_json(file)); }), expected, name);
    if (!record) return;
    // The record is right if its file and this file decode to the same record. A writer rejects the record if a checker
    // does. The bytecode of a file of versions 1 to 3 that is not canonical is elsewhere.
    if (operation == "check" && expected == "ok") {
        const auto without_bytecode = [](const std::string& text) { return text.substr(0, text.rfind(",\"bytecode")); };
        const Buffer written = encode_any(*record, text, bytecode);
        expect_equal(without_bytecode(decode_as_json(written)), without_bytecode(decode_as_json(file)), name);
    }
}

void test_examples(const std::filesystem::path& folder) {
    int examples = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream stream(entry.path(), std::ios::binary);
        const std::string content{std::istreambuf_iterator<char>(stream), {}};
        test_example(json::Parser(content).document(), entry.path().filename().string());
        ++examples;
    }
    expect_equal(examples > 0, true, "the folder has examples");
}

// ---------------------------------------------------------------- numbers

void test_numbers() {
    using namespace v4::detail;
    static_assert(up(0xFFFFFFFF, 65536) == 0x100000000);
    static_assert(extent(0xFFFFFFFF, 0xFFFFFFFF, 65536, 0xFFFFFFFF).file_end > 0x2FFFFFFFF);
    static_assert(!is_alignment(0) && !is_alignment(4) && !is_alignment(12) && !is_alignment(131072));
    Counts largest;
    for (const auto count : count_order) largest.*count = 0xFFFFFFFF;
    expect_equal(metadata_size(largest), 48 + 77 * std::uint64_t{0xFFFFFFFF}, "the largest equation");

    Buffer bytes;
    for (int size = 0; size < 40; ++size) {
        std::uint32_t crc = 0xFFFFFFFF;
        for (const std::uint8_t byte : bytes) {
            crc ^= byte;
            for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
        }
        expect_equal(crc32(bytes), ~crc, "CRC-32 by bytes and by bits");
        bytes.push_back(static_cast<std::uint8_t>(size * 37 + 200));
    }
    const std::string_view digits = "123456789";
    expect_equal(crc32(Buffer(digits.begin(), digits.end())), 0xCBF43926, "CRC-32 of 123456789");
}

// ---------------------------------------------------------------- random records

using Random = std::mt19937;

std::uint32_t below(Random& random, std::size_t n) { return static_cast<std::uint32_t>(random() % n); }

// A valid record. Its lists are in random order, and some strings are there twice.
v4::Record random_record(Random& random) {
    const auto some = [&] { return below(random, 5); };
    v4::Record record;
    const auto string = [&](std::uint32_t number) { // differs for each number; also one with U+0000, one with U+FEFF
        static const std::string parts[] = {"a", std::string(1, '\0'), "\xEF\xBB\xBF", "\xF0\x90\x80\x80",
                                            "\xEF\xBF\xBF"};
        std::string text = parts[number % 5] + std::to_string(number / 5);
        record.strings.push_back(number == 0 ? "" : text);
        return static_cast<std::uint32_t>(record.strings.size() - 1);
    };
    record.flags = {some() > 2, some() > 2, true};
    record.source.size = random();
    for (std::uint8_t& byte : record.producer) byte = static_cast<std::uint8_t>(random());
    for (std::uint32_t i = 1 + some(); i > 0; --i) {
        v4::Request request{string(i / 2), v4::Phase{i % 2 == 0 ? 0 : below(random, 3)}, {}};
        request.attributes.push_back({string(9), string(i)}); // makes the requests differ
        for (std::uint32_t k = some(); k > 0; --k) request.attributes.push_back({string(k), string(some())});
        record.requests.push_back(std::move(request));
    }
    const auto request = [&] { return below(random, record.requests.size()); };
    const auto evaluates = [&](std::uint32_t r) { return record.requests[r].phase == v4::Phase::evaluation; };
    for (std::uint32_t i = some(); i > 0; --i) {
        const std::uint32_t r = request();
        const bool single = evaluates(r) && some() > 1;
        record.imports.push_back({string(20 + i), r, single ? std::optional(string(some())) : std::nullopt});
        if (single && some() > 2)
            record.tolerant_imports.push_back(static_cast<std::uint32_t>(record.imports.size() - 1));
    }
    for (std::uint32_t i = some(); i > 0; --i) {
        const std::uint32_t r = request();
        if (evaluates(r) && some() > 1)
            record.exports.push_back({string(i - 1), r, some() > 1 ? std::optional(string(0)) : std::nullopt});
        else
            record.exports.push_back({string(i - 1), {}, string(40 + some())});
    }
    for (std::uint32_t r = 0; r < record.requests.size(); ++r)
        if (evaluates(r) && some() > 2) record.star_exports.push_back(r);
    if (some() > 1) {
        v4::Environment& environment = record.environment.emplace();
        for (std::uint32_t i = some(); i > 0; --i) environment.declared_variables.push_back({string(i), 0xFFFFFFFF});
        for (std::uint32_t i = some(); i > 0; --i) environment.lexical_variables.push_back({string(i), i});
        environment.code_features = static_cast<std::uint32_t>(random());
    }
    return record;
}

Buffer random_bytes(Random& random) {
    Buffer bytes(random() % 3 == 0 ? 0 : random() % 20);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

std::string specifiers(const v4::Record& record) {
    std::string all;
    for (const v4::Request& request : record.requests) all += record.strings[request.specifier] + ' ';
    return all;
}

// The laws of section 8.2.
void test_laws() {
    Random random(4);
    for (int i = 0; i < 2000; ++i) {
        v4::Record record = random_record(random);
        const Buffer text = random_bytes(random), bytecode = random_bytes(random);
        if (!bytecode.empty()) record.alignment = 8U << below(random, 6);
        const Buffer file = v4::encode(record, text, bytecode);
        expect_equal(checked(file), "ok", "a checker accepts what a writer writes");
        expect_equal(verdict([&] { v4::validate(file); }), "ok", "so does a validator");
        v4::Module module = v4::decode(file);
        expect_equal(module.bytecode.length, bytecode.size(), "the size of the bytecode");
        expect_equal(module.text ? module.text->length : 0, text.size(), "the size of the text");
        expect_equal(specifiers(module.record), specifiers(record), "the requests keep their order");
        std::shuffle(module.record.exports.begin(), module.record.exports.end(), random);
        std::shuffle(module.record.star_exports.begin(), module.record.star_exports.end(), random);
        const Buffer again = v4::encode(module.record, text, bytecode);
        expect_equal(json::to_hex(again), json::to_hex(file), "a writer writes the same file again");
    }
}

// ---------------------------------------------------------------- damaged files

void test_damage() {
    Random random(5);
    v4::Record record = random_record(random);
    record.alignment = 32;
    const Buffer text(13, 't'), bytecode(5, 'b');
    Buffer file = v4::encode(record, text, bytecode);
    const v4::Header header = v4::open(file);
    const std::size_t metadata_end = header.metadata.offset + header.metadata.length;
    for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
        const std::size_t at = bit / 8;
        const auto mask = static_cast<std::uint8_t>(1 << bit % 8);
        file[at] ^= mask;
        expect_equal(opened(file) == "ok", at >= 112, "an opener finds each wrong bit of the header");
        expect_equal(decoded(file) == "ok", at >= metadata_end, "a reader finds each wrong bit of the metadata");
        expect_equal(checked(file) == "ok", false, "a checker finds each wrong bit");
        file[at] ^= mask;
    }
    for (std::size_t size = 0; size < file.size(); ++size)
        expect_equal(decoded(bmes::Bytes(file).first(size)).starts_with("truncated"), true, "a prefix is truncated");
    file.push_back(0);
    expect_equal(opened(file), "trailing-bytes 28", "one more byte");
}

// Numbers with right checksums. The file ends long before what its header says.
void test_wrong_numbers() {
    const Buffer smallest = v4::encode({}, {}, {});
    const auto with = [&](std::initializer_list<std::pair<std::size_t, std::uint32_t>> numbers) {
        using namespace v4::detail;
        Buffer file = smallest;
        for (const auto& [at, value] : numbers) put_u32(file, at, value);
        put_u32(file, field::metadata_crc, crc32(bmes::Bytes(file).subspan(112)));
        put_u32(file, field::header_crc, crc32(bmes::Bytes(file).first(108)));
        return file;
    };
    constexpr std::uint32_t max = 0xFFFFFFFF;
    expect_equal(opened(with({{24, max}, {28, max}, {12, 65536}})), "bad-layout 28", "sizes that need 34 bits");
    expect_equal(opened(with({{16, max - 112}})), "bad-layout 28", "the text would begin at 2^32");
    expect_equal(opened(with({{16, max - 119}})), "truncated 28", "the largest metadata");
    expect_equal(opened(with({{24, 0 - 112U}})), "bad-layout 28", "a sum that is 48 in 32 bits");
    expect_equal(opened(with({{28, 1}, {104, 7}, {12, 0}})), "bad-layout 12", "an alignment of 0");
    for (std::size_t at = 112; at < 160; at += 4)
        expect_equal(decoded(with({{8, 9}, {at, max}})), at == 148 || at == 152 ? "ok" : "bad-layout 16", "a count");
    expect_equal(decoded(with({{156, 1}, {16, 52}})), "truncated 28", "one more number than the file has");
}

// ---------------------------------------------------------------- what a writer rejects

v4::Record simple_record() {
    v4::Record record;
    record.flags.typescript = true;
    record.strings = {"m", "x", "y", "", "d"};
    record.requests = {{0, v4::Phase::evaluation, {{1, 2}, {2, 1}}}, {4, v4::Phase::defer, {}}};
    record.imports = {{2, 0, 1}, {1, 0, 3}, {4, 1, {}}};
    record.exports = {{1, {}, 4}, {2, 0, 3}};
    record.tolerant_imports = {1};
    record.star_exports = {0};
    return record;
}

void test_writer() {
    const auto rejects = [](std::string_view expected, auto change) {
        v4::Record record = simple_record();
        change(record);
        expect_equal(verdict([&] { v4::encode(record, {}, {}); }), expected, "a faulty record");
    };
    using Record = v4::Record;
    rejects("ok", [](Record&) {});
    rejects("ok", [](Record& r) { r.strings.push_back("x"); }); // a repetition need not be used
    rejects("ok", [](Record& r) { r.exports.push_back({0, {}, 1}); }); // of a tolerant import
    rejects("bad-type", [](Record& r) { r.requests[0].phase = v4::Phase{3}; });
    rejects("bad-index", [](Record& r) { r.requests[0].specifier = 5; });
    rejects("bad-index", [](Record& r) { r.imports[0].request = 2; });
    rejects("bad-index", [](Record& r) { r.imports[0].import_name = 0xFFFFFFFF; });
    rejects("bad-index", [](Record& r) { r.exports[0].request = 0xFFFFFFFF; });
    rejects("bad-index", [](Record& r) { r.exports[1].name = 0xFFFFFFFF; });
    rejects("bad-index", [](Record& r) { r.tolerant_imports[0] = 3; });
    rejects("bad-index", [](Record& r) { r.star_exports[0] = 2; });
    rejects("bad-order", [](Record& r) { r.requests[0].attributes[1].key = 1; });
    rejects("bad-order", [](Record& r) { r.requests[1] = {0, v4::Phase::evaluation, {{2, 1}, {1, 2}}}; });
    rejects("bad-order", [](Record& r) { r.strings[4] = "x"; }); // the local names 1 and 4 are equal now
    rejects("bad-order", [](Record& r) { r.exports.push_back(r.exports[0]); });
    rejects("bad-order", [](Record& r) { r.star_exports.push_back(0); });
    rejects("bad-order", [](Record& r) { r.tolerant_imports.push_back(1); });
    rejects("bad-order", [](Record& r) { r.environment = v4::Environment{{{1, 0}, {1, 1}}, {}}; });
    rejects("bad-entry", [](Record& r) { r.imports[0].local_name = 3; });
    rejects("bad-entry", [](Record& r) { r.imports[0].request = 1; });
    rejects("bad-entry", [](Record& r) { r.exports[1].request = 1; });
    rejects("bad-entry", [](Record& r) { r.exports[0].name = {}; });
    rejects("bad-entry", [](Record& r) { r.exports[0].name = 3; });
    rejects("bad-entry", [](Record& r) { r.tolerant_imports[0] = 2; });
    rejects("bad-entry", [](Record& r) { r.star_exports[0] = 1; });
    rejects("bad-entry", [](Record& r) { r.exports.push_back({0, {}, 2}); }); // of a strict import
    rejects("unused-string", [](Record& r) { r.strings.push_back("z"); });
    rejects("bad-layout", [](Record& r) { r.alignment = 16; }); // there is no bytecode
    rejects("bad-layout", [](Record& r) { r.alignment = 0; });
    rejects("bad-layout", [](Record& r) { r.flags.typescript = false; });
    rejects("bad-utf8", [](Record& r) { r.strings[0] = "\xED\xA0\x80"; });
    rejects("too-large", [](Record& r) { r.source.size = 0x100000000; });
}

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: test SPEC_EXAMPLES\n";
        return 64;
    }
    test_examples(argv[1]);
    test_numbers();
    test_laws();
    test_damage();
    test_wrong_numbers();
    test_writer();
    std::cout << tests << " tests, " << failures << " failures\n";
    return failures == 0 ? 0 : 1;
}
