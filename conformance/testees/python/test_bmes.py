"""The hex blocks of spec/v1.md, the session of conformance/PROTOCOL.md, and a few cases more.

    python3 -m unittest discover -s conformance/testees/python
"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

import bmes
from bmes import Attribute, BmesError, Export, ExportType, Import, ImportType, Record, Request

EMPTY = bytes.fromhex("53454d42 01000000" + "00000000" * 5)  # section 3

WRONG_BYTE_ORDER = bytes.fromhex("424d4553 00000001" + "00000000" * 5)  # section 4.1

HUGE_COUNT = bytes.fromhex("53454d42 01000000 ffffffff" + "00000000" * 7)  # section 8

SPLIT_UTF8 = bytes.fromhex(  # section 11.1
    "53 45 4d 42 01 00 00 00 01 00 00 00 01 00 00 00"
    "c3 a9 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    "00 00 00 00 00"
)

NO_ATTRIBUTES_BUT_FLAG = bytes.fromhex(  # section 11.1
    "53 45 4d 42 01 00 00 00 01 00 00 00 01 00 00 00"
    "61 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00 00"
)

WORKED_EXAMPLE = bytes.fromhex(  # section 11
    "53 45 4d 42 01 00 00 00 04 00 00 00 0d 00 00 00"
    "2e 2f 63 6f 6e 66 69 67 2e 6a 73 6f 6e 01 00 00"
    "00 01 00 00 00 04 00 00 00 74 79 70 65 04 00 00"
    "00 6a 73 6f 6e 07 00 00 00 6e 6f 64 65 3a 66 73"
    "00 00 00 00 09 00 00 00 2e 2f 70 61 74 68 2e 6a"
    "73 00 00 00 00 09 00 00 00 2e 2f 75 74 69 6c 2e"
    "6a 73 00 00 00 00 02 00 00 00 00 00 00 00 0d 00"
    "00 00 2e 2f 63 6f 6e 66 69 67 2e 6a 73 6f 6e 07"
    "00 00 00 64 65 66 61 75 6c 74 06 00 00 00 63 6f"
    "6e 66 69 67 02 00 00 00 07 00 00 00 6e 6f 64 65"
    "3a 66 73 01 00 00 00 2a 02 00 00 00 66 73 02 00"
    "00 00 01 00 00 00 08 00 00 00 6a 6f 69 6e 2d 61"
    "6c 6c 09 00 00 00 2e 2f 70 61 74 68 2e 6a 73 04"
    "00 00 00 6a 6f 69 6e 00 00 00 00 00 00 00 00 07"
    "00 00 00 64 65 66 61 75 6c 74 00 00 00 00 00 00"
    "00 00 04 00 00 00 6d 61 69 6e 01 00 00 00 09 00"
    "00 00 2e 2f 75 74 69 6c 2e 6a 73 04 00 00 00 de"
    "ad be ef"
)

WORKED_RECORD = Record(
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


class Case(unittest.TestCase):
    def refused(self, kind, offset, function, *arguments):
        with self.assertRaises(BmesError) as caught:
            function(*arguments)
        self.assertEqual((caught.exception.kind, caught.exception.offset), (kind, offset))


class Specification(Case):
    def test_smallest_file(self):
        module = bmes.check(EMPTY)
        self.assertEqual(module.record, Record([], [], [], []))
        self.assertEqual(module.bytecode, (28, 0))
        self.assertEqual(bmes.encode(Record(), b""), EMPTY)

    def test_rejected(self):
        self.refused("bad-magic", 0, bmes.decode, WRONG_BYTE_ORDER)
        self.refused("truncated", 8, bmes.decode, HUGE_COUNT)
        self.refused("bad-utf8", 16, bmes.decode, SPLIT_UTF8)

    def test_accepted_but_not_canonical(self):
        module = bmes.check(NO_ATTRIBUTES_BUT_FLAG)
        self.assertEqual(module.record.requests, [Request("a")])
        canonical = bmes.encode(module.record, b"")
        self.assertNotEqual(canonical, NO_ATTRIBUTES_BUT_FLAG)
        self.assertEqual(bmes.decode(canonical).record, module.record)

    def test_worked_example(self):
        module = bmes.check(WORKED_EXAMPLE)
        self.assertEqual(module.record, WORKED_RECORD)
        self.assertEqual(module.bytecode, (0x10F, 4))
        self.assertEqual(bmes.encode(WORKED_RECORD, bytes.fromhex("deadbeef")), WORKED_EXAMPLE)

    def test_every_prefix_is_truncated(self):
        for length in range(len(WORKED_EXAMPLE)):
            with self.subTest(length=length), self.assertRaises(BmesError) as caught:
                bmes.decode(WORKED_EXAMPLE[:length])
            self.assertEqual(caught.exception.kind, "truncated")

    def test_one_byte_more(self):
        self.refused("trailing-bytes", len(WORKED_EXAMPLE), bmes.decode, WORKED_EXAMPLE + b"\0")


class Reader(Case):
    def star_export(self, data):
        return EMPTY[:20] + bytes([1, 0, 0, 0, len(data), 0, 0, 0]) + data + bytes(4)

    def test_identify(self):
        self.assertEqual(bmes.identify(EMPTY[:8]), 1)
        self.refused("truncated", 0, bmes.identify, b"")
        self.refused("truncated", 0, bmes.identify, b"XXX")
        self.refused("bad-magic", 0, bmes.identify, b"XXXX")
        self.refused("truncated", 4, bmes.identify, EMPTY[:7])
        self.refused("unsupported-version", 4, bmes.identify, EMPTY[:4] + b"\1\0\0\1")

    def test_strings_are_verbatim(self):
        for text in ["", "\0", "\ufeffx", " x ", "e\u0301", "\uffff", "\U0010ffff"]:
            self.assertEqual(bmes.decode(self.star_export(text.encode())).record.star_exports, [text])

    def test_utf8_is_strict(self):
        for data, first in [("80", 0), ("61c3", 1), ("c080", 0), ("61eda080", 1), ("f4908080", 0), ("e28261", 0), ("ff", 0)]:
            with self.subTest(data):
                self.refused("bad-utf8", 28 + first, bmes.decode, self.star_export(bytes.fromhex(data)))


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
        self.refused("unsupported-version", None, bmes.encode, Record(version=2), b"")


class Testee(unittest.TestCase):
    COMMAND = [sys.executable, str(Path(__file__).with_name("bmes_testee.py"))]

    def run_testee(self, stdin, *arguments):
        return subprocess.run([*self.COMMAND, *arguments], input=stdin, capture_output=True, timeout=30)

    def test_session(self):
        file = "53454d420100000000000000000000000000000001000000010000006d02000000cafe"
        requests = [{"specifier": "m", "attributes": []}]
        record = {"version": 1, "requests": requests, "imports": [], "exports": [], "star_exports": ["m"]}
        written = "53454d42010000000100000001000000" "6d00000000000000000000000001000000010000006d02000000cafe"
        session = [
            ({"id": 1, "op": "identify", "hex": EMPTY.hex()}, {"id": 1, "ok": {"version": 1}}),
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
        ]
        requests = [request for request, _ in session] + [{"id": 7, "op": "bye"}]
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

    def test_one_shot(self):
        for arguments, stdin, status, key in [
            (["hello"], b"", 0, "ok"),
            (["check"], EMPTY, 0, "ok"),
            (["decode"], b"", 1, "err"),
            (["encode"], b'{"record":{"version":2},"bytecode":""}\n', 1, "err"),
            (["encode"], b"not JSON", 70, "fault"),
            (["paint"], b"", 89, "unsupported"),
        ]:
            with self.subTest(arguments):
                done = self.run_testee(stdin, *arguments)
                self.assertEqual((done.returncode, list(json.loads(done.stdout))), (status, [key]))


if __name__ == "__main__":
    unittest.main()
