"""The examples of the specification, the session of conformance/PROTOCOL.md, and a few cases more.

    python3 -m unittest discover -s conformance/testees/python
"""

import contextlib
import hashlib
import io
import json
import mmap
import re
import subprocess
import sys
import unittest
import zlib
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import bmes
import bmes4
import bmes_testee
from bmes import Attribute, BmesError, Environment, Export, ExportType, Import, ImportType, Record, Request, Variable
import spec_examples
from spec_examples import EXAMPLES

EMPTY = {  # section 3: the smallest file of each version
    1: bytes.fromhex("53454d42 01000000" + "00000000" * 5),
    2: bytes.fromhex("53454d42 02000000 20000000 00000000" + "00000000" * 4),
    3: bytes.fromhex("53454d42 03000000 30000000 00000000" + "00000000" * 8),
}

BY_NAME = {example.name: example for example in EXAMPLES}
WORKED_FILES = {version: BY_NAME[f"v{version}-worked-example"].data for version in (1, 2, 3)}  # section 11

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
        versions = {example.version for example in EXAMPLES}
        self.assertEqual(versions, {1, 2, 3, 4})

    def test_which_accepted_examples_are_not_canonical(self):
        found = set()
        for example in EXAMPLES:
            operation, verdict = example.content["operation"], example.content["verdict"]
            if example.version < 4 and (operation, verdict) == ("check", "accept"):
                module = bmes.decode(example.data)
                if bmes.encode(module.record, bytes.fromhex(example.content["bytecode"])) != example.data:
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
        for version in (4, 5):
            self.refused("unsupported-version", None, bmes.encode, Record(version=version), b"")

# Version 4 ---------------------------------------------------------------------------------------------------


class Section(NamedTuple):
    text: str
    blocks: list[str]  # the dumps and the records in it


def section_14():
    """The sections of section 14 of spec/v4.md, by their numbers."""
    page = Path(__file__).resolve().parents[3].joinpath("spec", "v4.md").read_text(encoding="utf-8")
    sections = page.split("\n## 14. ")[1].split("\n## Errata")[0].split("\n### ")[1:]
    return {text.split(" ")[0]: Section(text, re.findall(r"```(?:text|json|hex write)\n(.*?)```", text, re.DOTALL)) for text in sections}


def dump_to_bytes(dump):
    """The bytes of a dump: on each line an offset, if the dump has them, bytes in hex, and a remark."""
    lines = [re.match(r"(?: *\d+  )?((?:[0-9a-f]{2}(?: |$))+)(?: |$)", line) for line in dump.splitlines()]
    return b"".join(bytes.fromhex(line[1]) for line in lines)


def length_and(text):
    return u32s(len(text.encode())) + text.encode()


def producer_of(pairs):
    return hashlib.sha256(b"BMES producer 1\0" + b"".join(length_and(text) for pair in pairs for text in pair)).digest()


def key_of(url, producer, source):
    return hashlib.sha256(b"BMES key 1\0" + length_and(url) + producer + source).digest()


ZEROS = "00" * 32
NONE = 0xFFFFFFFF


def file4(
    strings=(), requests=(), order=(), attributes=(), imports=(), tolerant=(), exports=(), stars=(), declared=(),
    lexical=(), features=(0, 0), flags=8, alignment=8, text=b"", bytecode=b"", ends=None, string_bytes=None, **patch,
):  # fmt: skip
    """A file of version 4 whose checksums are right, whatever else is wrong."""
    content = b"".join(strings)
    ends = [len(b"".join(strings[: i + 1])) for i in range(len(strings))] if ends is None else ends
    columns = [ends, *zip(*requests), order, *zip(*attributes), *zip(*imports), tolerant, *zip(*exports), stars]
    columns += [*zip(*declared), *zip(*lexical)]
    counts = [len(ends), len(content) if string_bytes is None else string_bytes, len(requests), len(attributes)]
    counts += [len(imports), len(exports), len(stars), len(declared), len(lexical), *features, len(tolerant)]
    metadata = u32s(*counts) + b"".join(u32s(*column) for column in columns) + content
    padding = patch.get("padding", b"\0")
    body = metadata.ljust(len(metadata) + -len(metadata) % 8, padding) + text
    body = body.ljust(len(body) + -(112 + len(body)) % alignment, padding) + bytecode
    sizes = [patch.get("metadata_size", len(metadata)), 0, len(text), patch.get("bytecode_size", len(bytecode))]
    checksums = [zlib.crc32(metadata), zlib.crc32(text), zlib.crc32(bytecode)]
    checksums = [patch.get(f"checksum_{i}", checksum) for i, checksum in enumerate(checksums)]
    header = b"SEMB" + u32s(4, flags, patch.get("alignment_field", alignment), *sizes) + bytes(64) + u32s(*checksums)
    return header + u32s(zlib.crc32(header)) + body


def record4(**fields):
    record = {
        "version": 4,
        "flags": {"top_level_await": False, "import_meta": False, "typescript": True},
        **{"alignment": 8, "producer": ZEROS, "source": {"size": 0, "sha256": ZEROS}},
        **{"strings": [], "requests": [], "imports": [], "exports": [], "tolerant_imports": [], "star_exports": []},
        "environment": None,
    }
    return {**record, **fields}


SECTION_14 = section_14()


class Version4(Case):
    FILES = [dump_to_bytes(SECTION_14[heading].blocks[1]) for heading in ("14.1", "14.2")]
    RECORDS = [json.loads(SECTION_14[heading].blocks[0]) for heading in ("14.1", "14.2")]
    PAIRS = [
        [("engine", "quickjs-ng"), ("version", "0.11.0")],
        [
            *[("byte-order", "little"), ("engine", "quickjs-ng"), ("pointer-width", "64")],
            *[("transform", "strip-types 1"), ("version", "0.11.0")],
        ],
    ]
    URLS = ["file:///app/empty.mjs", "https://example.com/%C3%BC.ts?v=1"]

    def parts(self, file):
        """What `encode` takes: the record, the text and the bytecode."""
        record = bmes4.decode(file)
        text, bytecode = record.pop("text") or {"offset": 0, "length": 0}, record.pop("bytecode")
        return record, *[file[place["offset"] :][: place["length"]] for place in (text, bytecode)]

    def test_files_of_the_page(self):
        self.assertEqual([len(file) for file in self.FILES], [160, 280])
        for file, record in zip(self.FILES, self.RECORDS):
            self.assertEqual(bmes.identify(file), 4)
            self.assertEqual(self.parts(file)[0], record)
            bmes4.check(file)
            bmes4.match(file, record["producer"], record["source"])
            self.assertEqual(bmes4.encode(*self.parts(file)), file)

    def test_digests_of_the_page(self):
        section, dumps = SECTION_14["14.4"]
        producers = [producer_of(pairs) for pairs in self.PAIRS]
        keys = []
        for file, record, url, producer in zip(self.FILES, self.RECORDS, self.URLS, producers):
            self.assertEqual(producer.hex(), record["producer"])
            keys.append(key_of(url, producer, bytes.fromhex(record["source"]["sha256"])))
            signed = hashlib.sha256(b"BMES file 1\0" + keys[-1] + file)
            self.assertIn(f"| {12 + 32 + len(file)} | `{signed.hexdigest()}` |", section)
        inputs = [hashlib.sha256(dump_to_bytes(dump)).digest() for dump in dumps]
        self.assertEqual(inputs, producers + keys)
        for digest in inputs:
            self.assertIn(f"It is `{digest.hex()}`.", section)

    def test_the_source_of_the_page(self):
        source = 'import { b } from "./b.mjs";\nexport const a: number = b;\n'.encode()
        expected = {"size": len(source), "sha256": hashlib.sha256(source).hexdigest()}
        self.assertEqual(self.RECORDS[1]["source"], expected)
        self.assertEqual(self.parts(self.FILES[1])[1].decode(), source.decode().replace(": number", ""))

    def test_every_flipped_bit_is_found(self):
        for file in self.FILES:
            for bit in range(8 * len(file)):
                flipped = bytearray(file)
                flipped[bit // 8] ^= 1 << bit % 8
                with self.subTest(bit=bit), self.assertRaises(BmesError):
                    if bmes.identify(flipped) == 4:
                        bmes4.check(bytes(flipped))

    def test_every_prefix_and_one_byte_more(self):
        for file in self.FILES:
            for length in range(len(file)):
                offset = 0 if length < 4 else 4 if length < 8 else length if length < 112 else 28
                self.refused("truncated", offset, bmes4.decode, file[:length])
            self.refused("trailing-bytes", 28, bmes4.decode, file + b"\0")

    def test_versions_1_to_3_are_elsewhere(self):
        for data in EMPTY.values():
            for function in (bmes4.decode, bmes4.check, lambda file: bmes4.match(file, ZEROS, "trusted")):
                self.refused("unsupported-version", 4, function, data)
        for function in (bmes.decode, bmes.check, bmes.extract):
            self.refused("unsupported-version", 4, function, self.FILES[0])

    def test_header(self):
        damaged = bytearray(file4(flags=16))
        damaged[108] ^= 1
        for kind, offset, file in [
            ("truncated", 0, b"SEM"),
            ("bad-magic", 0, b"BMES"),
            ("truncated", 4, b"SEMB\4\0\0"),
            ("unsupported-version", 4, b"SEMB\4\1\0\0"),
            ("truncated", 8, b"SEMB\4\0\0\0"),
            ("bad-checksum", 108, bytes(damaged)),
            ("bad-flag", 8, file4(flags=16, alignment_field=0)),
            ("bad-flag", 8, file4(flags=0x80000000)),
            ("bad-layout", 12, file4(alignment_field=0, metadata_size=47)),
            ("bad-layout", 12, file4(alignment_field=4, bytecode=b"x")),
            ("bad-layout", 12, file4(alignment_field=24, bytecode=b"x")),
            ("bad-layout", 12, file4(alignment_field=131072, bytecode=b"x")),
            ("bad-layout", 12, file4(alignment=16)),
            ("bad-layout", 16, file4(metadata_size=47, checksum_1=1)),
            ("bad-layout", 100, file4(checksum_1=1, checksum_2=1)),
            ("bad-layout", 104, file4(checksum_2=1)),
            ("bad-layout", 28, file4(bytecode_size=0xFFFFFFFF, bytecode=b"x")),
            ("truncated", 28, file4(bytecode_size=2, bytecode=b"x")),
            ("trailing-bytes", 28, file4(bytecode_size=1, bytecode=b"xx", checksum_0=1)),
        ]:
            with self.subTest(file=file.hex()):
                self.refused(kind, offset, bmes4.decode, file)
                self.refused(kind, offset, bmes4.match, file, ZEROS[1:] + "1", None)

    def test_metadata(self):
        a, ab = [b"a"], [b"a", b"b"]
        one, two = dict(requests=[(0, 0, 0)], order=[0]), dict(requests=[(0, 0, 0), (1, 0, 0)], order=[0, 1])
        source = dict(requests=[(0, 1, 0)], order=[0])
        back = dict(requests=[(0, 0, 1), (0, 1, 0), (0, 2, 1)], order=[9] * 3)
        imports = dict(strings=ab, imports=[(0, 0, 1), (1, 0, NONE)], **one)
        empty = dict(strings=[b"", b"m"], requests=[(1, 0, 0)], order=[0])
        for kind, offset, file in [
            ("bad-checksum", 96, file4(checksum_0=1, string_bytes=1)),
            ("bad-layout", 16, file4(string_bytes=0xFFFFFFFF, flags=0, tolerant=[0])),
            ("bad-layout", 156, file4(flags=0, tolerant=[0], features=(1, 0))),
            ("bad-layout", 140, file4(declared=[(0, 0)], lexical=[(0, 0)])),
            ("bad-layout", 144, file4(lexical=[(0, 0)], features=(1, 1))),
            ("bad-layout", 148, file4(features=(1, 1))),
            ("bad-layout", 152, file4(features=(0, 1))),
            ("bad-index", 164, file4(strings=[b"\xff", b"x"], ends=[2, 1, 2])),
            ("bad-index", 160, file4(strings=[b"\xff"], ends=[0])),
            ("bad-index", 116, file4(strings=[b"x"], ends=[])),
            ("bad-utf8", 169, file4(strings=[b"b\xc3", b"\xa9"])),
            ("bad-utf8", 168, file4(strings=[b"\xed\xa0\x80", b"a"])),
            ("bad-order", 164, file4(strings=[b"b", b"a"], requests=[(9, 0, 0)], order=[9])),
            ("bad-order", 164, file4(strings=[b"a", b"a"])),
            ("bad-index", 164, file4(strings=a, requests=[(1, 3, 0)], order=[0])),
            ("bad-type", 168, file4(strings=a, requests=[(0, 3, 1)], order=[0])),
            ("bad-type", 168, file4(strings=a, requests=[(0, 256, 1)], order=[0])),
            ("bad-index", 172, file4(strings=a, requests=[(0, 0, 1)], order=[0])),
            ("bad-index", 192, file4(strings=a, attributes=[(9, 0)], **back)),
            ("bad-index", 180, file4(strings=a, requests=[(0, 0, 2), (0, 1, 1)], attributes=[(0, 0)], order=[0, 1])),
            ("bad-index", 172, file4(strings=a, attributes=[(0, 0)], **one)),
            ("bad-index", 124, file4(strings=a, attributes=[(0, 0)])),
            ("bad-index", 180, file4(strings=a, requests=[(0, 0, 1)], order=[9], attributes=[(1, 0)])),
            ("bad-order", 184, file4(strings=a, requests=[(0, 0, 2)], order=[0], attributes=[(0, 9), (0, 0)])),
            ("bad-index", 184, file4(strings=a, requests=[(0, 0, 1)], order=[9], attributes=[(0, 1)])),
            ("bad-index", 176, file4(strings=a, requests=[(0, 0, 0)], order=[1])),
            ("bad-order", 196, file4(strings=ab, requests=[(0, 0, 0), (1, 0, 0)], order=[1, 0])),
            ("bad-order", 192, file4(strings=a, requests=[(0, 0, 0), (0, 0, 0)], order=[0, 1])),
            ("bad-index", 180, file4(strings=a, imports=[(NONE, 0, 0)], **one)),
            ("bad-entry", 184, file4(imports=[(0, 1, 0)], **empty)),
            ("bad-order", 188, file4(strings=ab, imports=[(1, 9, 0), (0, 0, 0)], **one)),
            ("bad-index", 184, file4(strings=a, imports=[(0, 1, 9)], **one)),
            ("bad-index", 188, file4(strings=a, imports=[(0, 0, 1)], **one)),
            ("bad-entry", 188, file4(strings=a, imports=[(0, 0, 0)], tolerant=[9], **source)),
            ("bad-index", 208, file4(tolerant=[2], **imports)),
            ("bad-order", 212, file4(tolerant=[0, 0], **imports)),
            ("bad-entry", 208, file4(tolerant=[1], exports=[(9, 0, 0)], **imports)),
            ("bad-order", 168, file4(strings=a, exports=[(0, 9, 0), (0, 0, 0)])),
            ("bad-index", 168, file4(strings=a, exports=[(0, 0, 9)])),
            ("bad-index", 172, file4(strings=a, exports=[(0, NONE, 9)])),
            ("bad-entry", 172, file4(strings=a, exports=[(0, NONE, NONE)])),
            ("bad-entry", 192, file4(exports=[(0, NONE, 0)], stars=[9], **empty)),
            ("bad-entry", 188, file4(strings=a, exports=[(0, 0, NONE)], **source)),
            ("bad-index", 200, file4(strings=ab, stars=[2], **two)),
            ("bad-order", 204, file4(strings=ab, stars=[1, 0], **two)),
            ("bad-entry", 180, file4(strings=a, stars=[0], declared=[(9, 0)], flags=9, **source)),
            ("bad-order", 172, file4(strings=ab, declared=[(1, 0), (0, 0)], lexical=[(9, 0)], flags=1)),
            ("bad-index", 172, file4(strings=a, declared=[(0, 0)], lexical=[(1, 0)], flags=1)),
        ]:
            with self.subTest(kind=kind, offset=offset, file=file[112:].hex()):
                self.refused(kind, offset, bmes4.decode, file)
                self.refused(kind, offset, bmes4.check, file)

    def test_check(self):
        strict = dict(strings=[b"a", b"b"], requests=[(0, 0, 0)], order=[0], imports=[(0, 0, 0)])
        strict |= dict(exports=[(0, NONE, 0), (1, NONE, 1)])
        wrong = dict(text=b"t", bytecode=b"b", checksum_1=1, checksum_2=1)
        for kind, offset, file in [
            ("bad-entry", 212, file4(padding=b"x", **strict, **wrong)),
            ("unused-string", 160, file4(strings=[b"a", b"b"], padding=b"x", **wrong)),
            ("bad-layout", 177, file4(strings=[b"a"], exports=[(0, NONE, 0)], padding=b"x", **wrong)),
            ("bad-layout", 161, file4(padding=b"x", **wrong)),
            ("bad-checksum", 100, file4(**wrong)),
            ("bad-checksum", 104, file4(text=b"t", bytecode=b"b", checksum_2=0)),
        ]:
            with self.subTest(kind=kind, offset=offset):
                bmes4.decode(file)
                self.refused(kind, offset, bmes4.check, file)
        bmes4.check(file4(tolerant=[0], **strict))
        for phase in (1, 2):
            strict |= dict(requests=[(0, phase, 0)], imports=[(0, 0, NONE)])
            bmes4.check(file4(**strict))

    def test_match(self):
        file, (producer, source) = self.FILES[1], [self.RECORDS[1][key] for key in ("producer", "source")]
        for given in (source, "embedded-text", "trusted"):
            bmes4.match(file, producer, given)
        self.refused("other-producer", 32, bmes4.match, file, producer[:-1] + "b", None)
        self.refused("stale-source", 20, bmes4.match, file, producer, {"size": 2**32 + 57, "sha256": ZEROS})
        self.refused("stale-source", 64, bmes4.match, file, producer, {"size": 57, "sha256": ZEROS})
        self.refused("stale-source", 24, bmes4.match, self.FILES[0], self.RECORDS[0]["producer"], "embedded-text")
        self.refused("stale-source", 64, bmes4.match, file, producer, None)

    # A record whose lists and strings stand in a wrong order, with two requests that differ in their attributes alone.
    SHUFFLED = record4(
        strings=["z", "b", "", "a", "b", "\ufeff\0", "\U0001f600", "\uffff"],
        requests=[
            {"specifier": 1, "phase": "evaluation", "attributes": [{"key": 3, "value": 2}, {"key": 2, "value": 0}]},
            {"specifier": 4, "phase": "evaluation", "attributes": []},
            {"specifier": 3, "phase": "defer", "attributes": []},
        ],
        imports=[
            {"local_name": 0, "request": 1, "import_name": 2},
            {"local_name": 6, "request": 2, "import_name": None},
            {"local_name": 1, "request": 0, "import_name": 7},
        ],
        exports=[
            {"export_name": 6, "request": None, "name": 0},
            {"export_name": 7, "request": 0, "name": None},
            {"export_name": 2, "request": 1, "name": 3},
        ],
        tolerant_imports=[0, 2],
        star_exports=[1, 0],
        environment={
            "declared_variables": [{"name": 5, "bits": 0xFFFFFFFF}, {"name": 3, "bits": 0}],
            "lexical_variables": [{"name": 5, "bits": 1}, {"name": 4, "bits": 0x80000000}],
            "code_features": 0x80000000,
            "lexical_features": 0xFFFFFFFF,
        },
        alignment=32,
    )

    def test_encode_sorts(self):
        file = bmes4.encode(self.SHUFFLED, b"text", b"bytecode")
        bmes4.check(file)
        record, text, bytecode = self.parts(file)
        self.assertEqual((text, bytecode), (b"text", b"bytecode"))
        self.assertEqual(record["strings"], ["", "a", "b", "z", "\ufeff\0", "\uffff", "\U0001f600"])
        self.assertEqual(record["requests"][0]["attributes"], [{"key": 0, "value": 3}, {"key": 1, "value": 0}])
        self.assertEqual([entry["local_name"] for entry in record["imports"]], [2, 3, 6])
        self.assertEqual(record["tolerant_imports"], [0, 1])
        self.assertEqual(record["exports"][1], {"export_name": 5, "request": 0, "name": None})
        self.assertEqual(record["star_exports"], [0, 1])
        self.assertEqual(record["environment"]["declared_variables"][1], {"name": 4, "bits": 0xFFFFFFFF})
        self.assertEqual(bmes4.encode(record, text, bytecode), file)
        counts = 112 + 48 + 7 * 4
        self.assertEqual(file[counts + 9 * 4 :][:12], u32s(2, 1, 0))  # the column `order`
        self.assertEqual(bmes4.decode(file)["bytecode"]["offset"] % 32, 0)

    def test_encode_refuses(self):
        def request(specifier=0, phase="evaluation", attributes=()):
            return {"specifier": specifier, "phase": phase, "attributes": [{"key": k, "value": v} for k, v in attributes]}

        entry = {"local_name": 0, "request": 0, "import_name": 0}
        local = {"export_name": 0, "request": None, "name": 0}
        one = {"strings": ["a"], "requests": [request()]}
        plain = dict.fromkeys(["top_level_await", "import_meta", "typescript"], False)
        features = {"declared_variables": [], "lexical_variables": [], "code_features": 0, "lexical_features": 0}
        for kind, fields in [
            ("unsupported-version", {"version": 2**40, "strings": ["\ud800"]}),
            ("bad-type", {"strings": ["a"], "requests": [request(phase="sync")]}),
            ("bad-index", {"requests": [request()]}),
            ("bad-index", {"strings": ["a"], "requests": [request(-1)]}),
            ("bad-index", {"strings": ["a"], "requests": [request(None)]}),
            ("bad-index", {**one, "star_exports": [1]}),
            ("bad-index", {**one, "tolerant_imports": [0]}),
            ("bad-index", {"strings": ["a"], "exports": [{**local, "name": NONE}]}),
            ("bad-order", {**one, "requests": [request(), request()]}),
            ("bad-order", {**one, "requests": [request(attributes=[(0, 0), (0, 0)])]}),
            ("bad-order", {**one, "imports": [entry, entry]}),
            ("bad-order", {**one, "imports": [entry], "tolerant_imports": [0, 0]}),
            ("bad-order", {**one, "star_exports": [0, 0]}),
            ("bad-order", {"strings": ["a", "a"], "exports": [local, {**local, "export_name": 1}]}),
            ("bad-order", {"strings": ["a"], "environment": {**features, "lexical_variables": [{"name": 0, "bits": 0}] * 2}}),
            ("bad-entry", {"strings": [""], "requests": [request()], "imports": [entry]}),
            ("bad-entry", {**one, "imports": [{**entry, "import_name": None}], "tolerant_imports": [0]}),
            ("bad-entry", {**one, "requests": [request(phase="defer")], "star_exports": [0]}),
            ("bad-entry", {**one, "imports": [entry], "exports": [local]}),
            ("unused-string", {"strings": ["a"]}),
            ("bad-layout", {"alignment": 0}),
            ("bad-layout", {"alignment": 16}),
            ("bad-layout", {**one, "imports": [entry], "tolerant_imports": [0], "flags": plain}),
            ("bad-utf8", {"strings": ["\ud800"]}),
            ("too-large", {"source": {"size": 2**32, "sha256": ZEROS}}),
            ("too-large", {"environment": {**features, "code_features": 2**32}}),
            ("too-large", {"environment": {**features, "lexical_features": -1}}),
        ]:
            with self.subTest(kind=kind, fields=fields):
                self.refused(kind, None, bmes4.encode, record4(**fields), b"", b"")

    def test_testee(self):
        file, record = self.FILES[1].hex(), self.RECORDS[1]
        places = {"text": {"offset": 224, "length": 49}, "bytecode": {"offset": 280, "length": 0}}
        text = self.parts(self.FILES[1])[1].hex()
        match = {"op": "match", "hex": file, "producer": record["producer"], "source": record["source"]}
        encode = {"op": "encode", "record": record, "text": text, "bytecode": ""}
        session = [
            ({"op": "identify", "hex": file}, {"ok": {"version": 4}}),
            ({"op": "decode", "hex": file}, {"ok": {**record, **places}}),
            ({"op": "check", "hex": file}, {"ok": True}),
            ({"op": "check", "hex": file[:-2] + "01"}, {"err": {"class": "bad-layout", "offset": 279}}),
            (encode, {"ok": {"hex": file}}),
            ({"op": "encode", "record": record4(), "text": None, "bytecode": ""}, {"ok": {"hex": file4().hex()}}),
            ({"op": "encode", "record": record4(), "bytecode": ""}, {"ok": {"hex": file4().hex()}}),
            ({**encode, "record": {**record, "version": -1}}, {"err": {"class": "unsupported-version"}}),
            ({**encode, "record": {**record, "strings": ["./b.mjs", "a", "\ud800"]}}, {"err": {"class": "bad-utf8"}}),
            ({**encode, "record": {"version": 4}}, "fault"),
            ({**encode, "record": {**record, "flags": None}}, "fault"),
            ({**encode, "record": {**record, "star_exports": [False]}}, "fault"),
            ({**encode, "record": {**record, "imports": {}}}, "fault"),
            ({**encode, "record": {**record, "producer": "00"}}, "fault"),
            ({**encode, "text": 0}, "fault"),
            (match, {"ok": True}),
            ({**match, "source": "trusted"}, {"ok": True}),
            ({**match, "source": None}, {"err": {"class": "stale-source", "offset": 64}}),
            ({**match, "producer": ZEROS}, {"err": {"class": "other-producer", "offset": 32}}),
            ({**match, "hex": EMPTY[3].hex()}, {"err": {"class": "unsupported-version", "offset": 4}}),
            ({**match, "hex": ""}, {"err": {"class": "truncated", "offset": 0}}),
            ({**match, "source": "fresh"}, "fault"),
            ({**match, "producer": ZEROS + "00"}, "fault"),
            ({"op": "match", "hex": file, "producer": ZEROS}, "fault"),
            ({"op": "decode", "hex": file + " "}, "fault"),
        ]
        for request, expected in session:
            with self.subTest(request=request), contextlib.redirect_stderr(io.StringIO()):
                answer = bmes_testee.answer(json.loads(json.dumps(request)))
                answer.get("err", {}).pop("message", None)
                self.assertEqual("fault" if "fault" in answer else answer, expected)


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
        self.assertEqual(hello["formats"], [1, 2, 3, 4])

    def test_one_shot(self):
        for arguments, stdin, status, key in [
            (["hello"], b"", 0, "ok"),
            (["check"], EMPTY[1], 0, "ok"),
            (["check"], EMPTY[3], 0, "ok"),
            (["decode"], b"", 1, "err"),
            (["check"], file4(), 0, "ok"),
            (["decode"], file4(flags=16), 1, "err"),
            (["encode"], b'{"record":{"version":5},"bytecode":""}\n', 1, "err"),
            (["encode"], b'{"record":{"version":4},"bytecode":""}\n', 70, "fault"),
            (["encode"], json.dumps({"record": record4(), "text": "", "bytecode": ""}).encode(), 0, "ok"),
            (["match"], json.dumps({"hex": file4().hex(), "producer": ZEROS, "source": "trusted"}).encode(), 0, "ok"),
            (["match"], json.dumps({"hex": file4().hex(), "producer": ZEROS, "source": None}).encode(), 1, "err"),
            (["encode"], b"not JSON", 70, "fault"),
            (["paint"], b"", 89, "unsupported"),
        ]:
            with self.subTest(arguments):
                done = self.run_testee(stdin, *arguments)
                self.assertEqual((done.returncode, list(json.loads(done.stdout))), (status, [key]))


if __name__ == "__main__":
    unittest.main()
