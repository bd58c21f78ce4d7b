"""Tests of the reader, without the conformance runner.

    BMES_KAITAI=DIRECTORY python3 -m unittest test_reader

DIRECTORY is where compile.mjs wrote bmes.py.
"""

import json
import os
import sys
import unittest
import zlib
from pathlib import Path

sys.path.insert(0, os.environ["BMES_KAITAI"])

from bmes import Bmes

import reader
from parsing import Rejected

EXAMPLES = Path(__file__).parents[3] / "spec" / "examples"


def example(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))


def example_file(name):
    return bytes.fromhex(example(name)["hex"])


def decode(data):
    """Returns the record, or the class and the offset of the error."""
    try:
        return reader.decode(Bmes, data)
    except Rejected as error:
        return error.error_class, error.offset


def changed(data, *changes):
    """Writes each (offset, number) into a file of version 4, and makes its checksums right."""
    data = bytearray(data)
    for offset, number in changes:
        data[offset : offset + 4] = number.to_bytes(4, "little")
    metadata_size = int.from_bytes(data[16:20], "little")
    data[96:100] = zlib.crc32(data[112 : 112 + metadata_size]).to_bytes(4, "little")
    data[108:112] = zlib.crc32(data[:108]).to_bytes(4, "little")
    return bytes(data)


class Examples(unittest.TestCase):
    def test_all(self):
        for path in sorted(EXAMPLES.glob("*.json")):
            with self.subTest(path.stem):
                self.check(json.loads(path.read_text("utf-8")))

    def check(self, case):
        if "hex" not in case:
            return
        data = bytes.fromhex(case["hex"])
        result = decode(data)
        if case["operation"] == "decode" and case["verdict"] == "reject":
            error_class, offset = result
            self.assertEqual(error_class, case["class"])
            # Only version 4 has an offset for each error.
            if offset is not None or data[4:8] == b"\4\0\0\0":
                self.assertEqual(offset, case["offset"])
            return
        self.assertIsInstance(result, dict)
        if "record" not in case or case["operation"] == "encode":
            return  # A writer changes the order of the record's lists.
        place = result.pop("bytecode")
        self.assertEqual(data[place["offset"] :].hex(), case["bytecode"])
        self.assertEqual(place["offset"] + place["length"], len(data))
        if result["version"] == 4:
            place = result.pop("text") or {"offset": 0, "length": 0}
            text = data[place["offset"] : place["offset"] + place["length"]]
            self.assertEqual(text.hex(), case["text"])
        self.assertEqual(result, case["record"])


class Identify(unittest.TestCase):
    def test_eight_bytes(self):
        for version in 1, 2, 3, 4:
            data = b"SEMB" + version.to_bytes(4, "little")
            self.assertEqual(reader.identify(Bmes, data), {"version": version})

    def test_errors(self):
        for data, expected in [
            (b"", ("truncated", 0)),
            (b"XYZ", ("truncated", 0)),
            (b"BMES", ("bad-magic", 0)),
            (b"SEMB\1\0\0", ("truncated", 4)),
            (b"SEMB\5\0\0\0", ("unsupported-version", 4)),
            (b"SEMB\4\0\0\1", ("unsupported-version", 4)),
        ]:
            self.assertEqual(decode(data), expected)


class Version4(unittest.TestCase):
    """The offsets are those of the worked examples in v4.md, section 14."""

    small = example_file("v4-text-worked-example")
    large = example_file("v4-worked-example")

    def test_every_prefix(self):
        for length in range(len(self.large)):
            error_class, offset = decode(self.large[:length])
            self.assertEqual(error_class, "truncated")
            if 8 <= length < 112:
                self.assertEqual(offset, length)

    def test_every_bit(self):
        metadata_end = 112 + 342
        for bit in range(len(self.large) * 8):
            data = bytearray(self.large)
            data[bit // 8] ^= 1 << bit % 8
            # A reader does not read the padding and the bytecode (v4-decode-alone).
            self.assertEqual(type(decode(bytes(data))), tuple if bit // 8 < metadata_end else dict)

    def test_checksum_before_flags(self):
        data = self.small[:8] + b"\xff" + self.small[9:]
        self.assertEqual(decode(data), ("bad-checksum", 108))

    def test_order_of_errors(self):
        large, small = self.large, self.small
        for what, data, changes, expected in [
            ("alignment before size", small, [(12, 16), (16, 47)], ("bad-layout", 12)),
            ("equation before flag", small, [(156, 1)], ("bad-layout", 16)),
            ("last end", small, [(0xA8, 10)], ("bad-index", 0xA8)),
            ("end after end", small, [(0xA0, 9)], ("bad-index", 0xA4)),
            ("UTF-8 before index", small, [(0xD4, 0xFF), (0xAC, 9)], ("bad-utf8", 0xD4)),
            ("index of string", small, [(0xAC, 3)], ("bad-index", 0xAC)),
            ("order of phases", large, [(0xFC, 2), (0x100, 1)], ("bad-order", 0x100)),
            ("order after attributes", large, [(0xFC, 4), (0x110, 11)], ("bad-index", 0x110)),
            ("order", large, [(0x104, 2)], ("bad-order", 0x104)),
            ("order before next index", large, [(0x118, 4), (0x11C, 11)], ("bad-order", 0x118)),
            ("index before order", large, [(0x118, 11), (0x11C, 3)], ("bad-index", 0x118)),
            ("index before kind", large, [(0x13C, 4), (0x140, 11)], ("bad-index", 0x140)),
            ("kind of import", large, [(0x13C, 4)], ("bad-entry", 0x13C)),
            ("tolerant import", large, [(0x144, 2)], ("bad-entry", 0x144)),
            ("kind of export", large, [(0x168, 0xFFFFFFFF)], ("bad-entry", 0x168)),
            ("star export", large, [(0x178, 3)], ("bad-entry", 0x178)),
            ("variables", large, [(0x180, 0)], ("bad-order", 0x180)),
        ]:
            with self.subTest(what):
                self.assertEqual(decode(changed(data, *changes)), expected)

    def test_counts(self):
        smallest = example_file("v4-smallest")
        for offset in range(112, 160, 4):
            # A number of features is not part of the equation, but needs an environment.
            expected = ("bad-layout", offset if offset in (148, 152) else 16)
            self.assertEqual(decode(changed(smallest, (offset, 0xFFFFFFFF))), expected)

    def test_content_is_not_read(self):
        data = bytearray(self.small)
        data[0xDD:] = b"\xff" * len(data[0xDD:])
        self.assertEqual(decode(bytes(data)), decode(self.small))


if __name__ == "__main__":
    unittest.main()
