// A reader that trusts a count with memory: `reserve(count)` before a single entry is there. No byte of it is touched, so it takes addresses and
// no memory, and everything it answers is right. With the argument "checked" it does what it must.
//
// It speaks just enough of BMES-CP/1 to be asked: `check` alone, and of that the structure.

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

namespace {

struct Refused {
    const char *kind;
};

struct Entry {
    std::uint32_t type, specifier, name, local_name;
};

class Reader {
public:
    Reader(std::vector<std::uint8_t> file, bool checked) : file_(std::move(file)), checked_(checked) {}

    void file() {
        if (left() >= 4 && std::memcmp(file_.data(), "SEMB", 4) != 0) throw Refused{"bad-magic"};
        u32();
        if (u32() != 1) throw Refused{"unsupported-version"};
        entries(8, [this](Entry &entry) {
            entry.specifier = string();
            if (limited(1, "bad-flag") == 1) entries(8, [this](Entry &attribute) { attribute.name = string(), string(); });
        });
        entries(16, [this](Entry &entry) { typed(entry); });
        entries(20, [this](Entry &entry) { typed(entry), string(); });
        entries(4, [this](Entry &entry) { entry.specifier = string(); });
        skip(u32());
        if (left() != 0) throw Refused{"trailing-bytes"};
    }

private:
    template <typename Read> void entries(std::uint32_t smallest, Read read) {
        const std::uint32_t count = u32();
        if (checked_ && count > left() / smallest) throw Refused{"truncated"};
        std::vector<Entry> entries;
        entries.reserve(count);  // the bug, where it is not checked
        for (std::uint32_t index = 0; index < count; index++) {
            entries.emplace_back();
            read(entries.back());
        }
    }

    void typed(Entry &entry) {
        entry.type = limited(2, "bad-type");
        entry.specifier = string();
        entry.name = string();
        entry.local_name = string();
    }

    std::uint32_t limited(std::uint32_t most, const char *kind) {
        const std::uint32_t value = u32();
        if (value > most) throw Refused{kind};
        return value;
    }

    std::uint32_t string() {
        const auto place = static_cast<std::uint32_t>(place_);
        skip(u32());
        return place;
    }

    std::uint32_t u32() {
        if (left() < 4) throw Refused{"truncated"};
        const std::uint8_t *bytes = file_.data() + place_;
        place_ += 4;
        return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
    }

    void skip(std::uint32_t length) {
        if (length > left()) throw Refused{"truncated"};
        place_ += length;
    }

    std::size_t left() const { return file_.size() - place_; }

    std::vector<std::uint8_t> file_;
    std::size_t place_ = 0;
    bool checked_;
};

std::string after(const std::string &line, const std::string &key) {
    const std::size_t place = line.find("\"" + key + "\":");
    return place == std::string::npos ? "" : line.substr(place + key.size() + 3);
}

}  // namespace

int main(int argc, char **argv) {
    const bool checked = argc > 1 && std::string(argv[1]) == "checked";
    for (std::string line; std::getline(std::cin, line);) {
        const std::string id = std::to_string(std::stoull(after(line, "id")));
        if (line.find("\"op\":\"bye\"") != std::string::npos) break;
        if (line.find("\"op\":\"hello\"") != std::string::npos) {
            std::cout << "{\"id\":" << id
                      << ",\"ok\":{\"protocol\":1,\"name\":\"reserve\",\"version\":\"1\",\"language\":\"C++\",\"formats\":[1],"
                         "\"ops\":[\"check\"],\"errors\":true}}"
                      << std::endl;
            continue;
        }
        const std::string hex = after(line, "hex").substr(1);
        std::vector<std::uint8_t> file;
        for (std::size_t place = 0; hex[place] != '"'; place += 2) {
            file.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(place, 2), nullptr, 16)));
        }
        try {
            Reader(std::move(file), checked).file();
            std::cout << "{\"id\":" << id << ",\"ok\":true}" << std::endl;
        } catch (const Refused &refused) {
            std::cout << "{\"id\":" << id << ",\"err\":{\"class\":\"" << refused.kind << "\"}}" << std::endl;
        }
    }
}
