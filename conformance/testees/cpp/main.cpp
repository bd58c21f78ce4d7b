// The testee around the library. It speaks BMES-CP/1, one JSON object per line, or answers the one operation that is
// its argument (one-shot mode).
#include "bmes.hpp"
#include "bmes4_encode.hpp"
#include "json.hpp"
#include "records.hpp"
#include "records4.hpp"

#include <exception>
#include <iostream>
#include <iterator>

// ---------------------------------------------------------------- operations

// Each function returns the JSON of `ok`, and throws bmes::Error to reject.

constexpr std::string_view hello =
    R"({"protocol":1,"name":"bmes-cpp","version":"0.2.0","language":"C++20","formats":[1,2,3,4],)"
    R"("ops":["identify","decode","check","encode","match"],"errors":true})";

bool takes_file(std::string_view op) { return op == "identify" || op == "decode" || op == "check"; }
bool takes_more(std::string_view op) { return op == "encode" || op == "match"; }

// Runs an operation that needs only a file.
std::string run_file(std::string_view op, bmes::Bytes file) {
    const std::uint32_t version = bmes::identify(file);
    if (op == "identify") return "{\"version\":" + std::to_string(version) + "}";
    if (op == "decode")
        return version == 4 ? records::v4::print(bmes::v4::decode(file)) : records::print(bmes::decode(file));
    if (version == 4)
        bmes::v4::check(file);
    else
        bmes::check(file);
    return "true";
}

std::string encode(const json::Value& request) {
    request.only({"record", "bytecode"}, {"text"});
    const json::Value& record = request["record"];
    const json::Value* text = request.find("text");
    const std::uint32_t version = records::version(record);
    if (version != 4 && text) throw json::Error("only a record of version 4 has a text");

    const std::vector<std::uint8_t> bytecode = json::from_hex(request["bytecode"].text());
    std::vector<std::uint8_t> text_bytes; // a text of null is no text
    if (text && !records::v4::is_null(*text)) text_bytes = json::from_hex(text->text());
    return "{\"hex\":\"" +
           json::to_hex(version == 4 ? bmes::v4::encode(records::v4::read(record), text_bytes, bytecode)
                                     : bmes::encode(records::read(record), bytecode)) +
           "\"}";
}

std::string match(const json::Value& request) {
    request.only({"hex", "producer", "source"});
    bmes::v4::match(json::from_hex(request["hex"].text()), records::v4::digest(request["producer"]),
                    records::v4::given_source(request["source"]));
    return "true";
}

// Runs an operation that needs more than a file: the keys of its request, without `id` and `op`.
std::string run_request(std::string_view op, const json::Value& request) {
    return op == "encode" ? encode(request) : match(request);
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
        if (!takes_file(op) && !takes_more(op)) return unknown_op;
        return answer([&] {
            const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
            if (takes_more(op)) return run_request(op, json::Parser(input).document());
            return run_file(op, bmes::Bytes(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()));
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
                request.erase({"id", "op"});
            } catch (const std::exception& error) {
                return fault(error.what());
            }
            bye = op == "bye";
            if (op == "hello") return {"ok", std::string(hello), 0};
            if (!takes_file(op) && !takes_more(op)) return unknown_op;
            return answer([&] {
                if (takes_more(op)) return run_request(op, request);
                return run_file(op, json::from_hex(request.only({"hex"})["hex"].text()));
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
        std::cerr << "usage: testee [hello | identify | decode | check | encode | match]\n";
        return 64;
    }
    return argc == 2 ? one_shot(argv[1]) : persistent();
}
