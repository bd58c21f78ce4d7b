"""Packs, built byte by byte: each clause of sections 2 and 3 of spec/pack.md.

    python3 -m unittest discover -s conformance/testees/python
"""

import json
import subprocess
import sys
import unittest
import zlib
from itertools import accumulate
from pathlib import Path

import bmes_pack
from bmes import BmesError
from test_bmes import ZEROS, key_of

# The fields of the structures: name, bytes, and the value that a maker writes. None: the value depends on the pack.
LOCAL = [
    *[("signature", 4, 0x04034B50), ("needed", 2, 10), ("flags", 2, 0), ("method", 2, 0), ("time", 2, 0), ("date", 2, 33)],
    *[("crc", 4, None), ("compressed_size", 4, None), ("size", 4, None), ("name_length", 2, None), ("extra_length", 2, None)],
]
ENTRY = [
    *[("signature", 4, 0x02014B50), ("made_by", 2, 10), ("needed", 2, 10), ("flags", 2, 0), ("method", 2, 0), ("time", 2, 0)],
    *[("date", 2, 33), ("crc", 4, None), ("compressed_size", 4, None), ("size", 4, None), ("name_length", 2, None)],
    *[("extra_length", 2, 0), ("comment_length", 2, 0), ("disk", 2, 0), ("internal", 2, 0), ("external", 4, 2_175_008_768)],
    *[("offset", 4, None)],
]
END = [
    *[("signature", 4, 0x06054B50), ("disk", 2, 0), ("directory_disk", 2, 0), ("members_here", 2, None), ("members", 2, None)],
    *[("size", 4, None), ("offset", 4, None), ("comment_length", 2, 0)],
]
ANY = {"made_by", "needed", "time", "date", "internal", "external"}


def structure(fields, **values):
    return b"".join(values.get(name, value).to_bytes(width, "little") for name, width, value in fields)


def zip_of(members, local={}, entry={}, end={}, gap=b"", behind=b"", first=0):
    """A ZIP file of (name, data, extra field). The dicts change fields: of all headers, of all entries, of the end."""
    body, directory = b"", b""
    for name, data, extra in members:
        sizes = {"compressed_size": len(data), "size": len(data), "name_length": len(name)}
        common = {"crc": zlib.crc32(data), **sizes}
        directory += structure(ENTRY, **{**common, "offset": first + len(body), **entry}) + name
        body += structure(LOCAL, **{**common, "extra_length": len(extra), **local}) + name + extra + data
    body += gap
    values = {"members_here": len(members), "members": len(members), "size": len(directory), "offset": len(body)}
    return body + directory + behind + structure(END, **{**values, **end})


def module(url="a.mjs", **changes):
    values = {"url": url, "type": None, "format": "module", "source": {"size": 3, "sha256": "ab" * 32}, "member": None}
    return {**values, "requests": [], "dynamic": [], "exports": [], "reexports": [], **changes}


def request(specifier="./b", **changes):
    return {"specifier": specifier, "phase": "evaluation", "attributes": [], "module": None, **changes}


BUILTIN = module("node:fs", format="builtin", source=None)


def index(*modules, **changes):
    values = {"pack": 1, "producer": ZEROS, "freshness": "stat", "conditions": [], "flags": [], "environment": []}
    values |= {"entries": [0], "modules": list(modules) or [module()], "packages": [], "directories": [], "links": []}
    return {**values, "absent": [], **changes}


def text_of(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def pack(text):
    """A pack without modules' members around an index, which is a text or its value."""
    return zip_of([(b"index.json", text if type(text) is bytes else text_of(text), b"")])


def name_of(url, producer=ZEROS, sha256="ab" * 32):
    return b"modules/%s.bmes" % key_of(url, bytes.fromhex(producer), bytes.fromhex(sha256)).hex().encode()


def pack_with_members(urls=("a.mjs", "é.mjs?x"), change=lambda value, members: None, **options):
    """Each module has a member. `change` can change the index and the list of members before the file is made."""
    members, modules, at = [], [], 0
    for i, url in enumerate(urls):
        name, data = name_of(url), bytes(range(i + 11))
        start = at + 30 + len(name)
        extra = b"\xff" * (-start % 8)
        start += len(extra)
        at = start + len(data)
        members.append((name, data, extra))
        modules.append(module(url, member={"offset": start, "size": len(data)}))
    value = index(*modules)
    change(value, members)
    return zip_of([*members, (b"index.json", text_of(value), b"")], **options)


# An index with something in each list.
FULL = index(
    module("../../a.mjs?b=//.", requests=[request(module=2), request(attributes=[["", ""], ["type", "json"]])]),
    module("a.mjs", type="json", format="json", dynamic=[request(phase="defer", module=0), request(phase="source")]),
    module("..a/.b/c..", format="commonjs", exports=["b", "a", "a"], reexports=["x"]),
    module("a.mjs", type=""),
    BUILTIN,
    module("//\\..", format="builtin", source=None),
    *[module(f"{kind}.x", format=kind) for kind in ("text", "bytes", "wasm", "addon")],
    conditions=["import", "node"],
    flags=["--b", "--a", "--a"],
    environment=[{"name": "A", "value": None}, {"name": "B", "value": ""}],
    entries=[3, 0, 3],
    packages=[{"path": "package.json", "sha256": ZEROS}],
    directories=[{"path": "", "sha256": ZEROS}, {"path": "a", "sha256": ZEROS}],
    links=[{"path": "a", "target": "b"}, {"path": "b", "target": "a"}],
    absent=["\0\x1f\"\\/\b\f\n\r\t\x7f", "é", "\u2028", "\uffff", "\U0001f600"],
)


class Pack(unittest.TestCase):
    def refused(self, kind, file):
        with self.assertRaises(BmesError) as caught:
            bmes_pack.open_pack(file)
        self.assertEqual(caught.exception.kind, kind, caught.exception)

    def index_refused(self, value, kind="bad-pack-index"):
        with self.subTest(index=value if type(value) is dict else value[:80]):
            self.refused(kind, pack(value))

    def test_accepted(self):
        for value in (index(), FULL, index(freshness="hash"), index(freshness="none"), index(BUILTIN)):
            self.assertEqual(bmes_pack.open_pack(pack(value)), value)
        most = 2**53 - 1
        value = index(module(source={"size": most, "sha256": ZEROS}))
        self.assertEqual(bmes_pack.open_pack(pack(value)), value)

    def test_members(self):
        value = bmes_pack.open_pack(pack_with_members())
        self.assertEqual([entry["member"]["size"] for entry in value["modules"]], [11, 12])

    def test_end(self):
        file = pack(index())
        for length in range(22):
            self.refused("bad-zip", file[len(file) - length :])
        changes = [{name: 1} for name in ("signature", "disk", "directory_disk", "comment_length")]
        changes += [{"members_here": 2}, {"members": 2}, {"members_here": 65535, "members": 65535}]
        for change in changes:
            with self.subTest(change):
                self.refused("bad-zip", zip_of([(b"index.json", text_of(index()), b"")], end=change))

    def test_directory(self):
        member = (b"index.json", text_of(index()), b"")
        size = 46 + 10
        for options in [
            {"end": {"size": size + 1}},
            {"end": {"offset": 0}},
            {"end": {"offset": 2**32 - 1, "size": 2**32 - 1}},
            {"end": {"members_here": 2, "members": 2}},
            {"end": {"members_here": 0, "members": 0}},
            {"behind": b"x"},
            {"behind": b"x", "end": {"size": size + 1}},
            {"entry": {"signature": 0x04034B50}},
            {"entry": {"name_length": 11}},
            {"entry": {"name_length": 65535}},
        ]:
            with self.subTest(options):
                self.refused("bad-zip", zip_of([member], **options))
        for members in (1, 2, 4):
            self.refused("bad-zip", pack_with_members(end={"members_here": members, "members": members}))

    def test_headers(self):
        for field, value in [
            *[("flags", 1), ("flags", 2048), ("method", 8), ("compressed_size", 0), ("size", 0)],
            *[("extra_length", 1), ("comment_length", 1), ("disk", 1)],
        ]:
            with self.subTest(entry=field):
                self.refused("bad-zip", pack_with_members(entry={field: value}))
        for field, value in [
            *[("signature", 0x02014B50), ("flags", 1), ("method", 8), ("crc", 0), ("compressed_size", 0), ("size", 0)],
            *[("name_length", 0), ("name_length", 65535)],
        ]:
            with self.subTest(local=field):
                self.refused("bad-zip", pack_with_members(local={field: value}))
        self.refused("bad-zip", pack(index()).replace(b"index.json", b"Index.json", 1))
        for field in ANY:
            most = 2 ** (8 * {name: width for name, width, _ in ENTRY}[field]) - 1
            bmes_pack.open_pack(pack_with_members(local={field: most}, entry={field: most}))

    def test_names(self):
        text = text_of(index())
        name = name_of("a.mjs")
        self.refused("bad-member", zip_of([]))
        for names in [
            *[[b"index.json", b"index.json"], [b"index.json", name], [b"Index.json"], [b""], [b"index.json\0"]],
            *[[name, name, b"index.json"], [b"modules/", b"index.json"], [b"../x.bmes", b"index.json"]],
            *[[name.upper(), b"index.json"], [name + b"\n", b"index.json"], [name[:-6] + b".bmes", b"index.json"]],
        ]:
            with self.subTest(names):
                members = [(name, b"", bytes(-30 - len(name) & 7)) for name in names]
                members[-1] = (names[-1], text, b"")
                self.refused("bad-member", zip_of(members))

    def test_order(self):
        self.refused("bad-member", zip_of([(b"index.json", text_of(index()), b"")], gap=b"x"))
        self.refused("bad-member", pack_with_members(entry={"offset": 0}))
        self.refused("bad-member", b"PK\3\4" * 2 + pack_with_members(first=8, end={"offset": len(self.body()) + 8}))
        self.refused("bad-member", pack_with_members(local={"extra_length": 6}))
        size = {"compressed_size": 2**32 - 1, "size": 2**32 - 1}
        self.refused("bad-member", zip_of([(b"index.json", b"", b"")], local=size, entry=size))
        entry = structure(ENTRY, crc=0, compressed_size=0, size=0, name_length=10, offset=0) + b"index.json"
        end = structure(END, members_here=1, members=1, size=len(entry), offset=0)
        self.refused("bad-member", entry + end)  # a directory, but no room for the member

    def body(self):
        file = pack_with_members()
        return file[: int.from_bytes(file[-6:-2], "little")]

    def test_alignment(self):
        def shift(bytes_more):
            def change(value, members):
                members[0] = (*members[0][:2], members[0][2] + bytes(bytes_more))
                value["modules"][0]["member"]["offset"] += bytes_more

            return change

        for more in range(1, 8):
            self.refused("bad-member", pack_with_members(urls=["a"], change=shift(more)))
        bmes_pack.open_pack(pack_with_members(urls=["a"], change=shift(4096)))

    def test_checksum_and_version(self):
        file = pack(index())
        self.refused("bad-checksum", file.replace(b'"stat"', b'"hash"'))
        for value in (index(pack=0), index(pack=2), index(pack=2**53 - 1), {"pack": 2}, {"pack": 2, "x": [{}]}):
            self.index_refused(value, "unsupported-version")
        for value in (-1, 2**53, 1.0, 2.0, True, None, "1", "2", [2]):
            self.index_refused(index(pack=value))
        self.index_refused(text_of(index(pack=2))[:-1])

    def test_members_content_is_not_read(self):
        file = pack_with_members().replace(bytes(range(11)), bytes(11), 1)
        bmes_pack.open_pack(file)

    def test_limit(self):
        self.refused("limit", zip_of([(b"index.json", bytes(2**26 + 1), b"")]))
        self.refused("bad-pack-index", zip_of([(b"index.json", bytes(2**26), b"")]))

    def test_canonical(self):
        text = text_of(index(absent=["X"]))
        for old, new in [
            *[(b"{", b"\xef\xbb\xbf{"), (b"{", b" {"), (b":1,", b": 1,"), (b"[0]", b"[0 ]"), (b"[0]", b"[00]"), (b"[0]", b"[-0]")],
            *[(b"[0]", b"[0.0]"), (b"[0]", b"[0e0]"), (b"[0]", b"[0,]"), (b"[0]", b"[NaN]"), (b"[0]", b"[Infinity]")],
            *[(b"[0]", b"[" + b"9" * 5000 + b"]"), (b'"pack":1', b'"pack":1,"pack":1'), (b'"pack":1', b'"pack":2,"pack":1')],
            *[(b'"pack":1', b'"pack":1,"pack":2'), (b'"pack"', b'"p\\u0061ck"'), (b"X", b"\\u0058"), (b"X", b"\\/")],
            *[(b"X", b"\\u000A"), (b"X", b"\\u000a"), (b"X", b"\\u001F"), (b"X", b"\\u007f"), (b"X", b"\\ud83d\\ude00")],
            *[(b"X", b"\\ud800"), (b"X", b"\xed\xa0\x80"), (b"X", b"\xff"), (b"X", b"\xc0\x80"), (b"X", b"\n"), (b"X", b"\0")],
            *[(b"X", b"\\x58"), (b'"X"', b"'X'"), (b"[0]", b"/**/[0]")],
        ]:
            self.assertIn(old, text)
            self.index_refused(text.replace(old, new, 1))
        for value in (text + b"\n", text + b"{}", text + b"\0", text[:-1], b"", b"[]", b"1", b"null", b'"a"', b"{}"):
            self.index_refused(value)

    def test_nesting(self):
        for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
            for depth in (1_000, 1_000_000):
                self.index_refused(text_of(index()).replace(b"[0]", opened * depth + b"0" + closed * depth))
                self.index_refused(opened * depth)
        self.index_refused(b'{"pack":2,"a":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}")

    def test_keys(self):
        """Each object of the index without a key, with one more, and with its keys in another order."""

        def objects(value):
            if type(value) is dict:
                yield value
            for item in value.values() if type(value) is dict else value if type(value) is list else ():
                yield from objects(item)

        for i in range(len(list(objects(FULL)))):
            for change in (
                lambda target: target.popitem(),
                lambda target: target.update(x=None),
                lambda target: target.update({key: target.pop(key) for key in list(target)[:1]}),
            ):
                value = json.loads(json.dumps(FULL))
                change(list(objects(value))[i])
                self.index_refused(value)

    def test_kinds(self):
        source, place = {"size": 0, "sha256": ZEROS}, {"offset": 0, "size": 0}
        digests = (None, 0, "", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n")
        for value in [
            *[index(producer=digest) for digest in digests],
            *[index(freshness=value) for value in (None, "", "Stat", ["stat"])],
            *[index(**{key: value}) for key in ("conditions", "flags", "absent") for value in (None, {}, "a", [None], [1], [["a"]])],
            *[index(environment=value) for value in (None, [None], ["a"], [{"name": None, "value": ""}], [{"name": "", "value": 1}])],
            *[index(entries=value) for value in (None, 0, [None], ["0"], [False], [-1], [{}])],
            *[index(modules=value) for value in (None, {}, [None], [[]])],
            *[index(packages=[{"path": "a", "sha256": digest}]) for digest in digests],
            *[index(directories=[{"path": path, "sha256": ZEROS}]) for path in (None, 1)],
            *[index(links=[{"path": "a", "target": target}]) for target in (None, 1)],
            *[index(module(**{key: 1})) for key in module()],
            *[index(module(**{key: [None]})) for key in module()],
            *[index(module(**{key: None})) for key in module() if key not in ("type", "member")],
            index(module(format="esm")),
            *[index(module(source={**source, "sha256": digest})) for digest in digests],
            *[index(module(source={**source, "size": size})) for size in (None, -1, 2**53, "0", False)],
            *[index(module(member={**place, key: None})) for key in place],
            *[index(module(**{key: [request(specifier=None)]})) for key in ("requests", "dynamic")],
            *[index(module(requests=[request(phase=phase)])) for phase in (None, 0, "eval")],
            *[index(module(requests=[request(module=target)])) for target in ("0", -1, False)],
            *[index(module(requests=[request(attributes=[pair])])) for pair in ([], ["a"], ["a", "b", "c"], ["a", None], "ab", {})],
        ]:
            self.index_refused(value)

    def test_entries(self):
        for value in [
            *[index(entries=[]), index(entries=[1]), index(entries=[0, 2**53 - 1]), index(modules=[])],
            *[index(module(**{key: [request(module=1)]})) for key in ("requests", "dynamic")],
        ]:
            self.index_refused(value)

    def test_identity(self):
        self.index_refused(index(module(), module(format="commonjs")))
        self.index_refused(index(module("a", type="t"), module("b"), module("a", type="t")))
        self.index_refused(index(module("node:fs"), BUILTIN))

    def test_path(self):
        wrong = ["", "?", "?a", "/", "/a", "a/", "a//b", ".", "./a", "a/.", "a/./b", "..", "../", "../..", "..?a", "a/..", "a/../b"]
        for url in [*wrong, "../a/../b", "a\\b", "\\", "../\\", "file:///a", "a/?b"]:
            self.index_refused(index(module(url)))
        self.index_refused(index(module("", format="builtin", source=None)))
        for url in ["a", "a?", "a?/../\\", "../a", "../../a", "...", "a..b", "C:", "a#b", "a b", "%2e", "\0"]:
            bmes_pack.open_pack(pack(index(module(url))))

    def test_ascending(self):
        def variables(*names):
            return [{"name": name, "value": None} for name in names]

        def watched(*paths):
            return [{"path": path, "sha256": ZEROS} for path in paths]

        def links(*paths):
            return [{"path": path, "target": ""} for path in paths]

        kinds = {"conditions": list, "absent": list, "environment": variables, "packages": watched, "directories": watched}
        for key, make in {**kinds, "links": links}.items():
            make = (lambda *texts: list(texts)) if make is list else make
            for pair in (("a", "a"), ("b", "a"), ("ab", "a"), ("\U0001f600", "\uffff"), ("a", "")):
                self.index_refused(index(**{key: make(*pair)}))
            bmes_pack.open_pack(pack(index(**{key: make("", "B", "a", "ab", "é", "\uffff", "\U0001f600")})))
        for key in ("requests", "dynamic"):
            for pairs in ([["a", "1"], ["a", "2"]], [["b", ""], ["a", ""]]):
                self.index_refused(index(module(**{key: [request(attributes=pairs)]})))

    def test_source(self):
        self.index_refused(index(module(source=None)))
        self.index_refused(index(module("node:fs", format="builtin")))

    def test_member(self):
        def set_module(**values):
            return lambda value, members: value["modules"][0].update(values)

        def set_place(**values):
            return lambda value, members: value["modules"][0]["member"].update(values)

        def other_producer(value, members):
            value["producer"] = "11" * 32

        def lost(value, members):
            del value["modules"][1]

        for change in [
            *[set_module(format="json"), set_module(type="json"), set_module(type=""), set_module(member=None)],
            *[set_module(url="b.mjs"), set_module(source={"size": 3, "sha256": "00" * 32})],
            *[set_place(offset=0), set_place(size=12), set_place(offset=2**53 - 1), other_producer, lost],
        ]:
            self.refused("bad-pack-index", pack_with_members(change=change))
        self.index_refused(index(module(member={"offset": 0, "size": 0})))
        builtin = set_module(url="node:a", format="builtin", source=None)
        self.refused("bad-pack-index", pack_with_members(change=builtin))
        bmes_pack.open_pack(pack_with_members(change=set_module(source={"size": 0, "sha256": "ab" * 32})))

    def test_every_prefix_and_one_byte_more(self):
        file = pack_with_members()
        for length in range(len(file)):
            self.refused("bad-zip", file[:length])
        self.refused("bad-zip", file + b"\0")

    def test_every_flipped_bit(self):
        """Only in the fields that say "any", in the gaps and in the members of `modules/` is a bit not found."""
        file = pack_with_members()
        free = set()
        at = 0
        for size in (11, 12, None):
            free |= self.free_bytes(LOCAL, at)
            data = at + 30 + int.from_bytes(file[at + 26 : at + 28], "little")
            extra = int.from_bytes(file[at + 28 : at + 30], "little")
            free |= set(range(data, data + extra + (size or 0)))
            at = data + extra + int.from_bytes(file[at + 22 : at + 26], "little")
        for _ in range(3):
            free |= self.free_bytes(ENTRY, at)
            at += 46 + int.from_bytes(file[at + 28 : at + 30], "little")
        self.assertEqual(at, len(file) - 22)
        for bit in range(8 * len(file)):
            flipped = bytearray(file)
            flipped[bit // 8] ^= 1 << bit % 8
            with self.subTest(bit=bit):
                if bit // 8 in free:
                    bmes_pack.open_pack(bytes(flipped))
                else:
                    with self.assertRaises(BmesError):
                        bmes_pack.open_pack(bytes(flipped))

    def free_bytes(self, fields, at):
        starts = accumulate((width for _, width, _ in fields), initial=at)
        return {byte for (name, width, _), start in zip(fields, starts) if name in ANY for byte in range(start, start + width)}


class Testee(unittest.TestCase):
    COMMAND = [sys.executable, str(Path(__file__).with_name("bmes_testee.py"))]

    def run_testee(self, stdin, *arguments):
        return subprocess.run([*self.COMMAND, *arguments], input=stdin, capture_output=True, timeout=60)

    def session(self, *files):
        lines = [json.dumps({"id": i, "op": "open-pack", "hex": file.hex()}) + "\n" for i, file in enumerate(files)]
        return self.run_testee("".join(lines).encode()).stdout.splitlines()

    def test_hello(self):
        hello = json.loads(self.run_testee(b"", "hello").stdout)["ok"]
        self.assertIn("open-pack", hello["ops"])
        self.assertEqual(hello["max_line"], 268435456)

    def test_session(self):
        answers = [json.loads(line) for line in self.session(pack(FULL), b"")]
        self.assertEqual(answers[0], {"id": 0, "ok": FULL})
        self.assertEqual((answers[1]["id"], answers[1]["err"]["class"]), (1, "bad-zip"))

    def test_long_lines(self):
        # The answer has no optional escapes: with them, that of a large index would not fit in a line.
        file = pack_with_members(["a.mjs"], lambda value, members: value.update(absent=["é" * 100]))
        (answer,) = self.session(file)
        self.assertIn(("é" * 100).encode(), answer)
        (answer,) = self.session(bytes(2**27 - 100))
        self.assertEqual(json.loads(answer)["err"]["class"], "bad-zip")

    def test_an_answer_that_is_too_long(self):
        empty = len(text_of(index(absent=[""])))
        (answer,) = self.session(pack(index(absent=["x" * (2**26 - empty)])))
        self.assertIn("fault", json.loads(answer))

    def test_one_shot(self):
        for stdin, status, key in ((pack(index()), 0, "ok"), (b"", 1, "err")):
            done = self.run_testee(stdin, "open-pack")
            self.assertEqual((done.returncode, list(json.loads(done.stdout))), (status, [key]))


if __name__ == "__main__":
    unittest.main()
