"""The examples of the specification, the session of conformance/PROTOCOL.md, and a few cases more.

    python3 -m unittest discover -s conformance/testees/python
"""

import json
import mmap
import subprocess
import sys
import unittest
from dataclasses import replace
from pathlib import Path

import bmes
from bmes import Attribute, BmesError, Environment, Export, ExportType, Import, ImportType, Record, Request, Variable
import spec_examples
from spec_examples import EXAMPLES

EMPTY = {  # section 3: the smallest file of each version
    1: bytes.fromhex("53454d42 01000000" + "00000000" * 5),
    2: bytes.fromhex("53454d42 02000000 20000000 00000000" + "00000000" * 4),
    3: bytes.fromhex("53454d42 03000000 30000000 00000000" + "00000000" * 8),
}

WORKED_FILES = {example.version: example.data for example in EXAMPLES if example.name.endswith("-worked-example")}  # section 11

_WORKED_RECORD = Record(
    requests=[
        Request("./config.json", (Attribute("type", "json"),)),
        Request("node:fs"),
        Request("./path.js"),
        Request("./util.js"),
    ],
    imports=[
        Import(ImportType.SINGLE, "./config.json", "default", "config"),
        Import(ImportType.NAMESPACE, "node:fs", "*", "fs"),
    ],
    exports=[
        Export(ExportType.INDIRECT, "join-all", "./path.js", "join", ""),
        Export(ExportType.LOCAL, "default", "", "", "main"),
    ],
    star_exports=["./util.js"],
)

WORKED_RECORDS = {
    1: _WORKED_RECORD,
    2: replace(_WORKED_RECORD, version=2),
    3: replace(
        _WORKED_RECORD,
        version=3,
        environment=Environment(
            declared_variables=[],
            lexical_variables=[Variable("config", 0x22), Variable("fs", 0x62), Variable("main", 0x90)],
            code_features=0,
        ),
    ),
}


def u32s(*numbers):
    return b"".join(number.to_bytes(4, "little") for number in numbers)


def file_of(version, metadata, offset=None, size=0, rest=b""):
    """A file of version 2 or 3, whose header is right if nothing else is said."""
    offset = 16 + len(metadata) if offset is None else offset
    return b"SEMB" + u32s(version, offset, size) + metadata + rest


def empty_record(version, **fields):
    return Record(version=version, environment=Environment([], [], 0) if version == 3 else None, **fields)


class Case(unittest.TestCase):
    def refused(self, kind, offset, function, *arguments):
        with self.assertRaises(BmesError) as caught:
            function(*arguments)
        self.assertEqual((caught.exception.kind, caught.exception.offset), (kind, offset))


class Specification(Case):
    def test_examples(self):
        for example in EXAMPLES:
            with self.subTest(example=example.name):
                spec_examples.run(example)

    def test_every_version_has_examples(self):
        versions = [example.version for example in EXAMPLES]
        self.assertEqual(sorted(set(versions)), list(bmes.VERSIONS))

    def test_which_accepted_examples_are_not_canonical(self):
        found = set()
        for example in EXAMPLES:
            if example.operation == "check" and example.error is None:
                module = bmes.decode(example.data)
                if bmes.encode(module.record, example.bytecode) != example.data:
                    found.add(example.name)
        expected = {"v1-attributes-empty", "v2-attributes-empty", "v3-attributes-empty", "v2-padding-of-seven"}
        self.assertEqual(found, expected)

    def test_smallest_files(self):
        for version, data in EMPTY.items():
            module = bmes.check(data)
            self.assertEqual(module.record, empty_record(version, requests=[], imports=[], exports=[], star_exports=[]))
            self.assertEqual(module.bytecode, (len(data), 0))
            self.assertEqual(bmes.encode(empty_record(version), b""), data)

    def test_worked_examples(self):
        for version, offset in [(1, 0x10F), (2, 280), (3, 328)]:
            data, record = WORKED_FILES[version], WORKED_RECORDS[version]
            module = bmes.check(data)
            self.assertEqual(module.record, record)
            self.assertEqual(module.bytecode, (offset, 4))
            self.assertEqual(bmes.encode(record, bytes.fromhex("deadbeef")), data)

    def test_every_prefix_is_truncated(self):
        for version, data in WORKED_FILES.items():
            for length in range(len(data)):
                with self.subTest(version=version, length=length), self.assertRaises(BmesError) as caught:
                    bmes.decode(data[:length])
                self.assertEqual(caught.exception.kind, "truncated")

    def test_one_byte_more(self):
        for version, data in WORKED_FILES.items():
            self.refused("trailing-bytes", len(data) if version == 1 else 12, bmes.decode, data + b"\0")

    def test_flipped_bits(self):
        for version, data in WORKED_FILES.items():
            for bit in range(8 * len(data)):
                flipped = bytearray(data)
                flipped[bit // 8] ^= 1 << bit % 8
                try:
                    module = bmes.decode(flipped)
                    bmes.check(flipped)
                except BmesError:
                    continue
                canonical = bmes.encode(module.record, b"")
                self.assertEqual(bmes.encode(bmes.decode(canonical).record, b""), canonical)


class Reader(Case):
    def star_export(self, data):
        return EMPTY[1][:20] + bytes([1, 0, 0, 0, len(data), 0, 0, 0]) + data + bytes(4)

    def test_identify(self):
        for version, data in EMPTY.items():
            self.assertEqual(bmes.identify(data[:8]), version)
        self.refused("truncated", 0, bmes.identify, b"")
        self.refused("truncated", 0, bmes.identify, b"XXX")
        self.refused("bad-magic", 0, bmes.identify, b"XXXX")
        self.refused("truncated", 4, bmes.identify, EMPTY[1][:7])
        for version in (0, 0x01000001, 0x80000003):
            self.refused("unsupported-version", 4, bmes.identify, b"SEMB" + u32s(version))

    def test_strings_are_verbatim(self):
        for text in ["", "\0", "\ufeffx", " x ", "e\u0301", "\uffff", "\U0010ffff"]:
            self.assertEqual(bmes.decode(self.star_export(text.encode())).record.star_exports, [text])

    def test_utf8_is_strict(self):
        for data, first in [("80", 0), ("61c3", 1), ("c080", 0), ("61eda080", 1), ("f4908080", 0), ("e28261", 0), ("ff", 0)]:
            with self.subTest(data):
                self.refused("bad-utf8", 28 + first, bmes.decode, self.star_export(bytes.fromhex(data)))


class Layout(Case):
    """What versions 2 and 3 say in their header, and what lies between the metadata and the bytecode."""

    def test_header(self):
        for version, metadata in [(2, bytes(16)), (3, bytes(32))]:
            for kind, offset, data in [
                ("truncated", 8, b"SEMB" + u32s(version)),
                ("truncated", 8, b"SEMB" + u32s(version, 0)[:-1]),  # neither number is judged before both are there
                ("truncated", 12, b"SEMB" + u32s(version, 0)),
                ("truncated", 12, b"SEMB" + u32s(version, 0, 0)[:-1]),
                ("bad-layout", 8, b"SEMB" + u32s(version, 0, 0)),
                ("bad-layout", 8, file_of(version, metadata, offset=15, size=0xFFFFFFFF)),
                ("bad-layout", 8, file_of(version, metadata, offset=8, size=len(metadata) + 8)),
                ("truncated", 8, file_of(version, metadata, offset=0xFFFFFFF8, size=0xFFFFFFFF)),
                ("truncated", 8, file_of(version, metadata, offset=64, size=0)),
                ("truncated", 12, file_of(version, metadata, size=1)),
                ("truncated", 12, file_of(version, metadata, size=0xFFFFFFFF)),
                ("trailing-bytes", 12, file_of(version, metadata, size=0, rest=b"x")),
                ("trailing-bytes", 12, file_of(version, b"\xff" * 32, rest=b"x")),  # before anything in the metadata
                ("truncated", 16, file_of(version, b"", size=32, rest=bytes(32))),  # where there is no metadata
            ]:
                with self.subTest(data=data.hex()):
                    self.refused(kind, offset, bmes.decode, data)

    def test_only_version_3_is_aligned(self):
        for version, metadata in [(2, bytes(16)), (3, bytes(28))]:
            for offset in range(16 + len(metadata), 16 + len(metadata) + 8):
                data = file_of(version, metadata, offset, 1, bytes(offset - 16 - len(metadata)) + b"\xcc")
                with self.subTest(version=version, offset=offset):
                    if version == 2 or offset % 8 == 0:
                        self.assertEqual(bmes.check(data).bytecode, (offset, 1))
                    else:
                        self.refused("bad-layout", 8, bmes.decode, data)

    def test_padding(self):
        for version, metadata in [(2, bytes(16)), (3, bytes(24) + u32s(0xFFFFFFFF))]:
            end = 16 + len(metadata)
            self.refused("bad-layout", 8, bmes.decode, file_of(version, metadata, end + 12, 0, b"x" + bytes(11)))
            self.refused("bad-layout", end + 3, bmes.decode, file_of(version, metadata, end + 4, 0, b"\0\0\0x"))
        self.refused("bad-layout", 8, bmes.decode, file_of(2, bytes(16), 40, 0, bytes(8)))

    def test_metadata_ends_at_the_bytecode(self):
        for version in (2, 3):
            self.refused("truncated", 20, bmes.decode, file_of(version, bytes(4), 24, 24, u32s(1) + bytes(24)))  # a count
            self.refused("truncated", 24, bmes.decode, file_of(version, bytes(8), size=24, rest=bytes(24)))  # a number

    def test_extract(self):
        for version in (2, 3):
            for data in [EMPTY[version], WORKED_FILES[version]]:
                self.assertEqual(bmes.extract(data), bmes.decode(data).bytecode)
            # What the metadata is does not matter, not even whether there can be any.
            self.assertEqual(bmes.extract(file_of(version, b"\xff" * 32, size=1, rest=b"x")), (48, 1))
            self.assertEqual(bmes.extract(file_of(version, b"", size=1, rest=b"x")), (16, 1))
            self.refused("trailing-bytes", 12, bmes.extract, EMPTY[version] + b"x")
            self.refused("truncated", 12, bmes.extract, EMPTY[version][:15])
        self.assertEqual(bmes.extract(file_of(2, bytes(17))), (33, 0))
        self.refused("bad-layout", 8, bmes.extract, file_of(3, bytes(33)))
        self.refused("truncated", 0, bmes.extract, b"")
        self.refused("unsupported-version", 4, bmes.extract, EMPTY[1])

    def test_mapped_file(self):
        with mmap.mmap(-1, len(WORKED_FILES[3])) as data:
            data[:] = WORKED_FILES[3]
            self.assertEqual(bmes.extract(data), (328, 4))
            self.assertEqual(bmes.check(data).record, WORKED_RECORDS[3])


class Variables(Case):
    def variables(self, declared, lexical, code_features=0):
        return Record(version=3, environment=Environment(declared, lexical, code_features))

    def test_words_are_verbatim(self):
        words = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
        record = self.variables([Variable(str(word), word) for word in words], [Variable("", 0xFFFF0000)], 0xDEADBEEF)
        self.assertEqual(bmes.check(bmes.encode(record, b"")).record.environment, record.environment)

    def test_names_are_unique_in_each_list(self):
        twice = [Variable("x", 1), Variable("x", 2)]
        self.refused("duplicate-variable", None, bmes.encode, self.variables(twice, []), b"")
        self.refused("duplicate-variable", None, bmes.encode, self.variables([], twice), b"")
        bmes.encode(self.variables([Variable("x", 1)], [Variable("x", 1)]), b"")
        data = file_of(3, bytes(16) + u32s(1, 0, 0, 3, 0, 0, 1) + b"x" + u32s(0, 0, 0, 0) + bytes(3))
        self.assertEqual(len(bmes.decode(data).record.environment.lexical_variables), 3)
        self.refused("duplicate-variable", 16 + 16 + 16 + 8 + 9, bmes.check, data)  # the entry that completes it

    def test_bounds(self):
        for metadata, offset in [
            (bytes(16) + u32s(1, 0), 32),  # a declared variable takes 8 bytes
            (bytes(20) + u32s(0xFFFFFFFF, 0, 0), 36),
            (bytes(20) + u32s(1, 4) + b"xxxx", 48),  # no bits
            (bytes(24), 40),  # no code_features
        ]:
            self.refused("truncated", offset, bmes.decode, file_of(3, metadata))

    def test_words_are_u32(self):
        for word in (-1, 0x100000000):
            self.refused("too-large", None, bmes.encode, self.variables([Variable("x", word)], []), b"")
            self.refused("too-large", None, bmes.encode, self.variables([], [], word), b"")

    def test_a_record_has_an_environment_in_version_3_only(self):
        for version, environment in [(1, Environment()), (2, Environment()), (3, None)]:
            self.refused("unsupported-version", None, bmes.encode, Record(version=version, environment=environment), b"")


class Checker(Case):
    A, B = Attribute("type", "a"), Attribute("type", "b")
    C = Attribute("lang", "c")

    def wrong(self, kind, **sections):
        sections.setdefault("requests", [Request("m")])
        self.refused(kind, None, bmes.encode, Record(**sections), b"")

    def test_rules(self):
        local = Export(ExportType.LOCAL, "x", "", "", "y")
        single = Import(ImportType.SINGLE, "m", "x", "y")
        self.wrong("duplicate-request", requests=[Request("m", (self.A, self.C)), Request("m", (self.C, self.A))])
        self.wrong("duplicate-attribute", requests=[Request("m", (self.A, self.B))])
        self.wrong("ambiguous-request", requests=[Request("m", (self.A,)), Request("m")], star_exports=["m"])
        self.wrong("unrequested-module", star_exports=[""])
        self.wrong("missing-local-name", imports=[single._replace(local_name="")])
        self.wrong("missing-local-name", exports=[local._replace(local_name="")])
        self.wrong("duplicate-local-name", imports=[single, single._replace(type=ImportType.NAMESPACE)])
        self.wrong("duplicate-export-name", exports=[local, local._replace(local_name="z")])
        self.wrong("duplicate-star-export", star_exports=["m", "m"])
        self.wrong("misplaced-field", exports=[local._replace(module_name="m")])
        self.wrong("misplaced-field", exports=[Export(ExportType.INDIRECT, "x", "m", "y", "z")])
        self.wrong("misplaced-field", exports=[Export(ExportType.NAMESPACE, "x", "m", "y", "")])

    def test_requests_with_different_attributes_are_two_modules(self):
        bmes.encode(Record(requests=[Request("m"), Request("m", (self.A,)), Request("m", (self.B,))]), b"")

    def test_offset_is_that_of_the_entry(self):
        data = bytes.fromhex("53454d42 01000000 00000000 00000000 00000000 01000000 01000000 6d 00000000")
        bmes.decode(data)
        self.refused("unrequested-module", 24, bmes.check, data)


class Writer(Case):
    def test_padding(self):
        for version in (2, 3):
            for name in ["x" * length for length in range(9)]:
                for bytecode in (b"", b"\0bytecode"):
                    data = bmes.encode(empty_record(version, requests=[Request(name)]), bytecode)
                    offset, length = bmes.check(data).bytecode
                    end = (40 if version == 2 else 52) + len(name)  # of the metadata
                    self.assertEqual((offset, length), ((end + 7) // 8 * 8, len(bytecode)))
                    self.assertEqual(data[end:], bytes(offset - end) + bytecode)

    def test_attributes_are_ordered_by_bytes(self):
        keys = ["\U00010000", "\uffff", "ab", "a", "b", ""]  # the first two change places in UTF-16
        data = bmes.encode(Record(requests=[Request("m", tuple(Attribute(key, "") for key in keys))]), b"")
        written = [attribute.key for attribute in bmes.decode(data).record.requests[0].attributes]
        self.assertEqual(written, ["", "a", "ab", "b", "\uffff", "\U00010000"])

    def test_name_of_a_namespace_import(self):
        record = Record(requests=[Request("m")], imports=[Import(ImportType.NAMESPACE, "m", "whatever", "x")])
        self.assertEqual(bmes.check(bmes.encode(record, b"")).record.imports[0].import_name, "*")

    def test_refused(self):
        self.refused("bad-utf8", None, bmes.encode, Record(requests=[Request("\ud800")]), b"")
        self.refused("bad-type", None, bmes.encode, Record(exports=[Export(3, "", "", "", "")]), b"")
        self.refused("unsupported-version", None, bmes.encode, Record(version=4), b"")


class Testee(unittest.TestCase):
    COMMAND = [sys.executable, str(Path(__file__).with_name("bmes_testee.py"))]

    def run_testee(self, stdin, *arguments):
        return subprocess.run([*self.COMMAND, *arguments], input=stdin, capture_output=True, timeout=30)

    def test_session(self):
        file = "53454d420100000000000000000000000000000001000000010000006d02000000cafe"
        requests = [{"specifier": "m", "attributes": []}]
        record = {"version": 1, "requests": requests, "imports": [], "exports": [], "star_exports": ["m"]}
        written = "53454d42010000000100000001000000" "6d00000000000000000000000001000000010000006d02000000cafe"
        record3 = {
            "version": 3,
            **{"requests": [], "imports": [], "exports": [], "star_exports": [], "declared_variables": []},
            **{"lexical_variables": [{"name": "x", "bits": 2}], "code_features": 4096},
        }
        file3 = "53454d42030000003800000000000000" + "00" * 20 + "010000000100000078" + "0200000000100000" + "00" * 3
        session = [
            ({"id": 1, "op": "identify", "hex": EMPTY[1].hex()}, {"id": 1, "ok": {"version": 1}}),
            (
                {"id": 2, "op": "decode", "hex": file},
                {"id": 2, "ok": {**record, "requests": [], "bytecode": {"offset": 33, "length": 2}}},
            ),
            ({"id": 3, "op": "check", "hex": file}, {"id": 3, "err": {"class": "unrequested-module", "offset": 24}}),
            (
                {"id": 4, "op": "encode", "record": record, "bytecode": "cafe"},
                {"id": 4, "ok": {"hex": written}},
            ),
            ({"id": 5, "op": "decode", "hex": ""}, {"id": 5, "err": {"class": "truncated", "offset": 0}}),
            ({"id": 6, "op": "decode", "hex": "zz"}, None),  # a fault: no file is to blame for it
            (
                {"id": 7, "op": "encode", "record": record3, "bytecode": ""},
                {"id": 7, "ok": {"hex": file3}},
            ),
            (
                {"id": 8, "op": "decode", "hex": file3},
                {"id": 8, "ok": {**record3, "bytecode": {"offset": 56, "length": 0}}},
            ),
            (
                {"id": 9, "op": "encode", "record": {**record3, "version": 2}, "bytecode": ""},
                {"id": 9, "err": {"class": "unsupported-version"}},
            ),
        ]
        requests = [request for request, _ in session] + [{"id": 10, "op": "bye"}]
        done = self.run_testee("".join(json.dumps(request) + "\n" for request in requests).encode())
        self.assertEqual(done.returncode, 0)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), len(session))
        for answer, (_, expected) in zip(answers, session):
            if expected is None:
                self.assertIn("fault", answer)
                continue
            answer.get("err", {}).pop("message", None)
            self.assertEqual(answer, expected)

    def test_hello(self):
        hello = json.loads(self.run_testee(b"", "hello").stdout)["ok"]
        self.assertEqual(hello["formats"], [1, 2, 3])

    def test_one_shot(self):
        for arguments, stdin, status, key in [
            (["hello"], b"", 0, "ok"),
            (["check"], EMPTY[1], 0, "ok"),
            (["check"], EMPTY[3], 0, "ok"),
            (["decode"], b"", 1, "err"),
            (["encode"], b'{"record":{"version":4},"bytecode":""}\n', 1, "err"),
            (["encode"], b"not JSON", 70, "fault"),
            (["paint"], b"", 89, "unsupported"),
        ]:
            with self.subTest(arguments):
                done = self.run_testee(stdin, *arguments)
                self.assertEqual((done.returncode, list(json.loads(done.stdout))), (status, [key]))


if __name__ == "__main__":
    unittest.main()
