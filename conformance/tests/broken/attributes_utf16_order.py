"""A broken reader, for the suite to find: correct.py with one bug.

bug: attributes are written in the order of their keys' UTF-16 code units, as JavaScript's < has it
clause: v1-writer-attributes
"""

import json
import sys

MAGIC = 0x424D4553
VERSION = 1
IMPORT_TYPES = ["single", "single-typescript", "namespace"]
EXPORT_TYPES = ["local", "indirect", "namespace"]
IMPORT_FIELDS = ["module_request", "import_name", "local_name"]
EXPORT_FIELDS = ["export_name", "module_name", "import_name", "local_name"]
MISPLACED = {"local": ["module_name", "import_name"], "indirect": ["local_name"], "namespace": ["import_name", "local_name"]}


class Refused(Exception):
    """The file or the record is at fault; the argument is the class of the error."""


def identify(data):
    if len(data) < 4:
        raise Refused("truncated")
    if int.from_bytes(data[:4], "little") != MAGIC:
        raise Refused("bad-magic")
    if len(data) < 8:
        raise Refused("truncated")
    if int.from_bytes(data[4:8], "little") != VERSION:
        raise Refused("unsupported-version")
    return VERSION


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 8

    def left(self):
        return len(self.data) - self.at

    def u32(self):
        if self.left() < 4:
            raise Refused("truncated")
        value = int.from_bytes(self.data[self.at : self.at + 4], "little")
        self.at += 4
        return value

    def end_of(self, size):
        end = self.at + size
        if end > len(self.data):
            raise Refused("truncated")
        return end

    def string(self):
        size = self.u32()
        end = self.end_of(size)
        raw = self.data[self.at : end]
        self.at = end
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("bad-utf8")

    def entries(self, smallest, read):
        count = self.u32()
        if count * smallest > self.left():
            raise Refused("truncated")
        reserve(count)
        return [read() for _ in range(count)]

    def entry(self, types, fields):
        number = self.u32()
        if number >= len(types):
            raise Refused("bad-type")
        return {"type": types[number], **{field: self.string() for field in fields}}

    def request(self):
        request = {"specifier": self.string(), "attributes": []}
        flag = self.u32()
        if flag > 1:
            raise Refused("bad-flag")
        if flag == 1:
            request["attributes"] = self.entries(8, self.attribute)
        return request

    def attribute(self):
        return {"key": self.string(), "value": self.string()}

    def sections(self):
        return {
            "requests": self.entries(8, self.request),
            "imports": self.entries(16, lambda: self.entry(IMPORT_TYPES, IMPORT_FIELDS)),
            "exports": self.entries(20, lambda: self.entry(EXPORT_TYPES, EXPORT_FIELDS)),
            "star_exports": self.entries(4, self.string),
        }

    def bytecode(self):
        size = self.u32()
        end = self.end_of(size)
        bytecode = {"offset": self.at, "length": size}
        self.at = end
        if self.left() > 0:
            raise Refused("trailing-bytes")
        return bytecode


def reserve(count):
    """What a reader does that takes memory once for all entries, 24 bytes for each, on a machine with 1 GiB of it."""
    if count * 24 > 1 << 30:
        raise MemoryError(f"{count * 24} bytes for {count} entries")


def decode(data):
    version = identify(data)
    reader = Reader(data)
    return {"version": version, **reader.sections(), "bytecode": reader.bytecode()}


def once(key, seen, refusal):
    if key in seen:
        raise Refused(refusal)
    seen.add(key)


def check(record):
    requested, requests, locals_, exports, stars = {}, set(), set(), set(), set()
    for request in record["requests"]:
        attributes = sorted((attribute["key"], attribute["value"]) for attribute in request["attributes"])
        once((request["specifier"], *attributes), requests, "duplicate-request")
        if len(dict(attributes)) < len(attributes):
            raise Refused("duplicate-attribute")
        requested[request["specifier"]] = requested.get(request["specifier"], 0) + 1

    def names_request(specifier):
        if requested.get(specifier, 0) != 1:
            raise Refused("ambiguous-request" if specifier in requested else "unrequested-module")

    for entry in record["imports"]:
        names_request(entry["module_request"])
        if entry["local_name"] == "":
            raise Refused("missing-local-name")
        once(entry["local_name"], locals_, "duplicate-local-name")
    for entry in record["exports"]:
        if entry["type"] != "local":
            names_request(entry["module_name"])
        elif entry["local_name"] == "":
            raise Refused("missing-local-name")
        once(entry["export_name"], exports, "duplicate-export-name")
        if any(entry[field] != "" for field in MISPLACED.get(entry["type"], [])):
            raise Refused("misplaced-field")
    for specifier in record["star_exports"]:
        names_request(specifier)
        once(specifier, stars, "duplicate-star-export")
    return True


def u32(number):
    return number.to_bytes(4, "little")


def string(text):
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("bad-utf8")
    return u32(len(raw)) + raw


def write_entry(entry, types, fields):
    if entry["type"] not in types:
        raise Refused("bad-type")
    names = ["*" if (types, entry["type"], field) == (IMPORT_TYPES, "namespace", "import_name") else entry[field] for field in fields]
    return u32(types.index(entry["type"])) + b"".join(map(string, names))


def write_request(request):
    attributes = sorted(request["attributes"], key=lambda attribute: attribute["key"].encode("utf-16-be"))  # the bug
    out = string(request["specifier"]) + u32(1 if attributes else 0)
    if attributes:
        out += u32(len(attributes))
        out += b"".join(string(attribute["key"]) + string(attribute["value"]) for attribute in attributes)
    return out


def write_section(entries, write):
    return u32(len(entries)) + b"".join(write(entry) for entry in entries)


def encode(record, bytecode):
    if record["version"] != VERSION:
        raise Refused("unsupported-version")
    check(record)
    out = u32(MAGIC) + u32(VERSION)
    out += write_section(record["requests"], write_request)
    out += write_section(record["imports"], lambda entry: write_entry(entry, IMPORT_TYPES, IMPORT_FIELDS))
    out += write_section(record["exports"], lambda entry: write_entry(entry, EXPORT_TYPES, EXPORT_FIELDS))
    out += write_section(record["star_exports"], string)
    return out + u32(len(bytecode)) + bytecode


def operate(op, request):
    if op == "hello":
        ops = ["identify", "decode", "check", "encode"]
        who = {"name": "broken readers", "version": "1", "language": "Python"}
        return {"protocol": 1, **who, "formats": [VERSION], "ops": ops, "errors": True}
    if op == "encode":
        return {"hex": encode(request["record"], bytes.fromhex(request["bytecode"])).hex()}
    data = bytes.fromhex(request["hex"])
    if op == "identify":
        return {"version": identify(data)}
    return decode(data) if op == "decode" else check(decode(data))


for line in sys.stdin.buffer:
    request = json.loads(line)
    if request["op"] == "bye":
        break
    try:
        answer = {"ok": operate(request["op"], request)}
    except Refused as refused:
        answer = {"err": {"class": str(refused)}}
    except Exception as error:
        answer = {"fault": f"{type(error).__name__}: {error}"}
    print(json.dumps({"id": request["id"], **answer}), flush=True)
