"""BMES version 4: open, read, check, match and write the cache file of one ES module.

    bmes4.match(file, producer, source)            # is it for this engine, and from this source?
    bmes4.check(file)                              # is it undamaged, and is the record safe to link?
    record = bmes4.decode(file)                    # what does it hold?
    file = bmes4.encode(record, text, bytecode)    # the one file of these three

A record is made of dicts and lists, as conformance/PROTOCOL.md, "The record of version 4", shows it in JSON. Digests
are text in hex; files, text and bytecode are bytes. The code has the order of spec/v4.md, and raises `BmesError` for
the first rule that does not hold. Comments such as `# v4-string-utf8` name the clause that the line is there for.
"""

from __future__ import annotations

import struct
import sys
from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, count, islice
from typing import Any
from zlib import crc32  # v4-crc

from bmes import MAGIC, U32_MAX, BmesError, identify

Json = dict[str, Any]


def require(holds: bool, kind: str, offset: int | None, message: str) -> None:
    if not holds:
        raise BmesError(kind, offset, message)


# The layout, section 3 (v4-layout) -------------------------------------------------------------------------------

NONE = 0xFFFFFFFF
PHASES = ("evaluation", "source", "defer")
EVALUATION = 0
ALIGNMENTS = [1 << bit for bit in range(3, 17)]  # 8 to 65536
ENVIRONMENT, TYPESCRIPT, ALL_FLAGS = 1, 8, 15
FLAGS = {"top_level_await": 2, "import_meta": 4, "typescript": TYPESCRIPT}  # those that a record has as flags

HEADER = struct.Struct("<8I32s32s4I")  # 112 bytes; v4-u32: "<" is the least significant byte first, "I" is unsigned
Header = namedtuple(
    "Header",
    "magic version flags alignment metadata_size source_size text_size bytecode_size "
    "producer source_digest metadata_crc text_crc bytecode_crc header_crc",
)

COUNTS = struct.Struct("<12I")  # 48 bytes
Counts = namedtuple(
    "Counts",
    "strings string_bytes requests attributes imports exports star_exports "
    "declared_variables lexical_variables code_features lexical_features tolerant_imports",
)

LISTS = {  # in the order of the file, each with its columns
    "strings": ["string_end"],
    "requests": ["specifier", "phase", "attribute_end", "order"],
    "attributes": ["key", "value"],
    "imports": ["local_name", "import_request", "import_name"],
    "tolerant_imports": ["tolerant_import"],
    "exports": ["export_name", "export_request", "name"],
    "star_exports": ["star_request"],
    "declared_variables": ["declared_name", "declared_bits"],
    "lexical_variables": ["lexical_name", "lexical_bits"],
}


def places(header: Header) -> tuple[int, int, int, int, int]:
    """Where the metadata ends, the text begins and ends, and the bytecode begins and ends."""
    metadata_end = HEADER.size + header.metadata_size  # v4-arithmetic: Python's numbers do not wrap
    text_start = metadata_end + -metadata_end % 8  # up(metadata_end, 8)
    text_end = text_start + header.text_size
    bytecode_start = text_end + -text_end % header.alignment  # up(text_end, alignment)
    return metadata_end, text_start, text_end, bytecode_start, bytecode_start + header.bytecode_size


# Opening, sections 4.1 and 4.2 -----------------------------------------------------------------------------------


def open_header(file: bytes) -> Header:
    """The header, judged by the first 112 bytes and the file's length alone (v4-open-alone, v4-open-order)."""
    version = identify(file)  # v4-header-bounds, v4-magic, v4-version, v4-identify-alone
    require(version == 4, "unsupported-version", 4, "a version that bmes.py reads")  # v4-version
    require(len(file) >= HEADER.size, "truncated", len(file), "the header is cut")  # v4-header-whole
    header = Header(*HEADER.unpack_from(file, 0))
    require(crc32(file[:108]) == header.header_crc, "bad-checksum", 108, "the header is damaged")  # v4-header-crc
    require(header.flags <= ALL_FLAGS, "bad-flag", 8, "an unknown flag")  # v4-flags
    require(header.alignment in ALIGNMENTS, "bad-layout", 12, "an unknown alignment")  # v4-alignment
    require(header.alignment == 8 or header.bytecode_size > 0, "bad-layout", 12, "nothing to align")  # v4-alignment
    require(header.metadata_size >= COUNTS.size, "bad-layout", 16, "metadata without counts")  # v4-metadata-size
    require(header.text_crc == 0 or header.text_size > 0, "bad-layout", 100, "no text")  # v4-absent-crc
    require(header.bytecode_crc == 0 or header.bytecode_size > 0, "bad-layout", 104, "no bytecode")  # v4-absent-crc
    end = places(header)[-1]
    require(end <= U32_MAX, "bad-layout", 28, "a file that is too large")  # v4-file-size
    require(end <= len(file), "truncated", 28, "the file is cut")  # v4-bytecode-bounds
    require(end >= len(file), "trailing-bytes", 28, "bytes after the bytecode")  # v4-end
    return header


# Reading, sections 4.3 to 4.6 ------------------------------------------------------------------------------------


class Metadata:
    """The metadata of a file that a reader accepts: to make one is to judge it, in the order of the page.

    v4-first-error. v4-decode-alone, v4-bytecode-opaque: it reads no byte after the metadata. v4-engine-words: it has no
    rule for `bits` and the features.
    """

    def __init__(self, file: bytes) -> None:
        self.file = file
        self.header = open_header(file)  # v4-decode-open-first
        self.judge_whole()
        self.find_columns()
        self.judge_strings()
        self.judge_requests()
        self.judge_attributes()
        self.judge_order()
        self.judge_imports()
        self.judge_exports()
        self.judge_ascending("declared_name", self.counts.strings)  # v4-variables-ascend
        self.judge_ascending("lexical_name", self.counts.strings)  # v4-variables-ascend

    def judge_whole(self) -> None:
        metadata = memoryview(self.file)[HEADER.size : places(self.header)[0]]
        require(crc32(metadata) == self.header.metadata_crc, "bad-checksum", 96, "damaged metadata")  # v4-metadata-crc
        counts = self.counts = Counts(*COUNTS.unpack_from(metadata, 0))
        numbers = sum(getattr(counts, name) * len(columns) for name, columns in LISTS.items())
        size = COUNTS.size + 4 * numbers + counts.string_bytes
        require(self.header.metadata_size == size, "bad-layout", 16, "counts of other metadata")  # v4-equation, v4-memory
        if not self.header.flags & TYPESCRIPT:
            require(counts.tolerant_imports == 0, "bad-layout", 156, "not TypeScript")  # v4-tolerant-flag
        if not self.header.flags & ENVIRONMENT:
            for i in range(7, 11):  # declared_variables, lexical_variables, code_features and lexical_features
                require(counts[i] == 0, "bad-layout", 112 + 4 * i, "no environment")  # v4-environment

    def find_columns(self) -> None:
        self.strings_start = places(self.header)[0] - self.counts.string_bytes
        numbers: Sequence[int] = memoryview(self.file)[HEADER.size : self.strings_start].cast("I")  # no copy
        if sys.byteorder == "big":  # v4-u32
            numbers = struct.unpack(f"<{len(numbers)}I", numbers)
        self.start: dict[str, int] = {}  # the offset of the first number of each column
        self.column: dict[str, Sequence[int]] = {}
        at = len(self.counts)
        for name, columns in LISTS.items():
            for column in columns:
                self.start[column] = HEADER.size + 4 * at
                self.column[column] = numbers[at : at + getattr(self.counts, name)]
                at += getattr(self.counts, name)

    def rows(self, name: str) -> Iterable[tuple[int, ...]]:
        """The entries of a list."""
        return zip(*(self.column[column] for column in LISTS[name]))

    def numbers(self, column: str) -> Iterable[tuple[int, int]]:
        """The numbers of a column, each after its offset."""
        return zip(count(self.start[column], 4), self.column[column])

    def indices(self, column: str, entries: int, none: int | None = None) -> Iterator[tuple[int, int]]:
        """The same, and judges each as the index of an entry."""
        for at, index in self.numbers(column):
            require(index < entries or index == none, "bad-index", at, "no entry has this index")  # v4-index
            yield at, index

    def judge_indices(self, column: str, entries: int, none: int | None = None) -> None:
        for _ in self.indices(column, entries, none):
            pass

    def judge_ascending(self, column: str, entries: int, empty: int | None = None) -> None:
        previous = -1
        for at, index in self.indices(column, entries):
            require(index != empty, "bad-entry", at, "an empty local name")  # v4-empty-local-name
            require(index > previous, "bad-order", at, "the index before is not smaller")
            previous = index

    def judge_strings(self) -> None:
        at, last = 116, 0
        for at, end in self.numbers("string_end"):
            require(end >= last, "bad-index", at, "a string ends before it begins")  # v4-string-end
            last = end
        require(last == self.counts.string_bytes, "bad-index", at, "bytes outside of the strings")  # v4-string-end
        for start, string in self.strings():
            try:
                str(string, "utf-8")  # v4-string-utf8: Python's "utf-8" is strict
            except UnicodeDecodeError as error:
                raise BmesError("bad-utf8", start + error.start, error.reason) from None
        previous = None
        for (at, _), (_, string) in zip(self.numbers("string_end"), self.strings()):
            require(previous is None or string > previous, "bad-order", at, "strings")  # v4-strings-ascend
            previous = string
        self.empty = 0 if self.counts.strings > 0 and self.column["string_end"][0] == 0 else None  # no other can be empty

    def strings(self) -> Iterator[tuple[int, bytes]]:
        """The strings, each after its offset."""
        start = self.strings_start
        for string_end in self.column["string_end"]:
            end = self.strings_start + string_end
            yield start, self.file[start:end]
            start = end

    def judge_requests(self) -> None:
        self.judge_indices("specifier", self.counts.strings)
        for at, phase in self.numbers("phase"):
            require(phase <= 2, "bad-type", at, "an unknown phase")  # v4-phase
        at, last = 124, 0
        for at, end in self.numbers("attribute_end"):
            require(end >= last, "bad-index", at, "attributes end before they begin")  # v4-attribute-end
            require(end <= self.counts.attributes, "bad-index", at, "too many attributes")  # v4-attribute-end
            last = end
        require(last == self.counts.attributes, "bad-index", at, "attributes without a request")  # v4-attribute-end

    def judge_attributes(self) -> None:
        keys, start = self.indices("key", self.counts.strings), 0
        for end in self.column["attribute_end"]:
            previous = -1
            for at, key in islice(keys, end - start):
                require(key > previous, "bad-order", at, "attributes")  # v4-attributes-ascend
                previous = key
            start = end
        self.judge_indices("value", self.counts.strings)

    def judge_order(self) -> None:
        previous = None
        for at, index in self.indices("order", self.counts.requests):
            request = self.request(index)
            require(previous is None or request > previous, "bad-order", at, "requests")  # v4-requests-ascend
            previous = request

    def request(self, i: int) -> tuple[int, int, list[tuple[int, int]]]:
        """Specifier, phase and attributes. Python compares such tuples as v4-requests-ascend says."""
        start, end = self.column["attribute_end"][i - 1] if i > 0 else 0, self.column["attribute_end"][i]
        attributes = zip(self.column["key"][start:end], self.column["value"][start:end])
        return self.column["specifier"][i], self.column["phase"][i], list(attributes)

    def judge_imports(self) -> None:
        self.judge_ascending("local_name", self.counts.strings, self.empty)  # v4-imports-ascend
        self.judge_indices("import_request", self.counts.requests)
        self.judge_indices("import_name", self.counts.strings, NONE)
        for (at, name), request in zip(self.numbers("import_name"), self.column["import_request"]):
            require(name == NONE or self.column["phase"][request] == EVALUATION, "bad-entry", at, "phase")  # v4-import-kind
        self.judge_ascending("tolerant_import", self.counts.imports)  # v4-tolerant-imports-ascend
        for at, entry in self.numbers("tolerant_import"):
            require(self.column["import_name"][entry] != NONE, "bad-entry", at, "not Single")  # v4-tolerant-kind

    def judge_exports(self) -> None:
        self.judge_ascending("export_name", self.counts.strings)  # v4-exports-ascend
        self.judge_indices("export_request", self.counts.requests, NONE)
        self.judge_indices("name", self.counts.strings, NONE)
        for (at, name), request in zip(self.numbers("name"), self.column["export_request"]):
            if request == NONE:
                require(name != NONE, "bad-entry", at, "no local name")  # v4-export-kind
                require(name != self.empty, "bad-entry", at, "an empty local name")  # v4-export-kind
            else:
                require(self.column["phase"][request] == EVALUATION, "bad-entry", at, "another phase")  # v4-export-kind
        self.judge_ascending("star_request", self.counts.requests)  # v4-star-exports-ascend
        for at, request in self.numbers("star_request"):
            require(self.column["phase"][request] == EVALUATION, "bad-entry", at, "another phase")  # v4-star-kind


def decode(file: bytes) -> Json:
    """The record, and the places of the text and of the bytecode (v4-report, v4-all-or-nothing)."""
    metadata = Metadata(file)
    header, counts, rows = metadata.header, metadata.counts, metadata.rows
    _, text_start, _, bytecode_start, _ = places(header)
    environment = {
        "declared_variables": [{"name": name, "bits": bits} for name, bits in rows("declared_variables")],
        "lexical_variables": [{"name": name, "bits": bits} for name, bits in rows("lexical_variables")],
        "code_features": counts.code_features,
        "lexical_features": counts.lexical_features,
    }
    return {
        "version": header.version,
        "flags": {flag: header.flags & bit != 0 for flag, bit in FLAGS.items()},
        "alignment": header.alignment,
        "producer": header.producer.hex(),
        "source": {"size": header.source_size, "sha256": header.source_digest.hex()},
        "strings": [str(string, "utf-8") for _, string in metadata.strings()],  # v4-string-verbatim, v4-string-empty
        "requests": [
            {"specifier": a, "phase": PHASES[b], "attributes": [{"key": key, "value": value} for key, value in c]}
            for a, b, c in map(metadata.request, range(counts.requests))
        ],
        "imports": [{"local_name": a, "request": b, "import_name": none(c)} for a, b, c in rows("imports")],
        "exports": [{"export_name": a, "request": none(b), "name": none(c)} for a, b, c in rows("exports")],
        "tolerant_imports": list(metadata.column["tolerant_import"]),
        "star_exports": list(metadata.column["star_request"]),
        "environment": environment if header.flags & ENVIRONMENT else None,
        "text": {"offset": text_start, "length": header.text_size} if header.text_size > 0 else None,
        "bytecode": {"offset": bytecode_start, "length": header.bytecode_size},  # v4-bytecode-place, v4-bytecode-empty
    }


def none(index: int) -> int | None:
    return None if index == NONE else index


# Validating and checking, sections 5 and 6 -----------------------------------------------------------------------


def check(file: bytes) -> None:
    """What `decode` judges, and then the rules in the order of v4-check-order and v4-validate-order."""
    metadata = Metadata(file)  # v4-check-decode-first
    metadata_end, text_start, text_end, bytecode_start, end = places(metadata.header)
    marks = Marks(metadata.counts.strings // 8 + 1)
    judge_local_exports(metadata, marks)
    judge_use(metadata, marks)
    judge_padding(file, metadata_end, text_start)
    judge_padding(file, text_end, bytecode_start)
    text, bytecode = memoryview(file)[text_start:text_end], memoryview(file)[bytecode_start:end]
    require(crc32(text) == metadata.header.text_crc, "bad-checksum", 100, "damaged text")  # v4-text-crc
    require(crc32(bytecode) == metadata.header.bytecode_crc, "bad-checksum", 104, "damaged bytecode")  # v4-bytecode-crc


class Marks(bytearray):
    """One bit for each string (v4-check-memory)."""

    def put(self, i: int, mark: bool) -> None:
        self[i // 8] = self[i // 8] & ~(1 << i % 8) | mark << i % 8

    def has(self, i: int) -> bool:
        return self[i // 8] >> i % 8 & 1 == 1


def judge_local_exports(metadata: Metadata, marks: Marks) -> None:
    for local_name, request, _ in metadata.rows("imports"):
        marks.put(local_name, metadata.column["phase"][request] == EVALUATION)
    for entry in metadata.column["tolerant_import"]:
        marks.put(metadata.column["local_name"][entry], False)
    for (at, name), request in zip(metadata.numbers("name"), metadata.column["export_request"]):
        require(request != NONE or not marks.has(name), "bad-entry", at, "a Local import")  # v4-forbidden-export


def judge_use(metadata: Metadata, marks: Marks) -> None:
    names = ["local_name", "import_name", "export_name", "name", "declared_name", "lexical_name"]
    for column in ["specifier", "key", "value", *names]:
        for index in metadata.column[column]:
            if index != NONE:
                marks.put(index, True)
    for i, (at, _) in enumerate(metadata.numbers("string_end")):
        require(marks.has(i), "unused-string", at, "no field uses the string")  # v4-unused-string


def judge_padding(file: bytes, start: int, end: int) -> None:
    for at in range(start, end):
        require(file[at] == 0, "bad-layout", at, "padding that is not zero")  # v4-padding


# Matching, section 7 ---------------------------------------------------------------------------------------------


def match(file: bytes, producer: str, source: Json | str | None) -> None:
    """In the order of v4-match-order. `source` is as in a record, or "embedded-text", "trusted" or None."""
    header = open_header(file)  # v4-match-open-first; v4-match-digests: `==` compares all 32 bytes
    require(bytes.fromhex(producer) == header.producer, "other-producer", 32, "another engine")  # v4-match-producer
    if isinstance(source, dict):
        require(source["size"] == header.source_size, "stale-source", 20, "another size")  # v4-match-size
        require(bytes.fromhex(source["sha256"]) == header.source_digest, "stale-source", 64, "changed")  # v4-match-digest
    elif source == "embedded-text":
        require(header.text_size > 0, "stale-source", 24, "no text is embedded")  # v4-match-text
    else:
        require(source == "trusted", "stale-source", 64, "nothing to compare with")  # v4-match-nothing


# Writing, section 8 ----------------------------------------------------------------------------------------------


def encode(record: Json, text: bytes, bytecode: bytes) -> bytes:
    """The one file of the three. What `check` rejects is not written: most rules of section 8.1 are there."""
    require(record["version"] == 4, "unsupported-version", None, "another version")  # v4-writer-refuses: first
    require(record["alignment"] in ALIGNMENTS, "bad-layout", None, "an unknown alignment")
    metadata, source, has_environment = metadata_of(record), record["source"], record["environment"] is not None
    flags = sum(bit for flag, bit in FLAGS.items() if record["flags"][flag]) + ENVIRONMENT * has_environment
    sizes = len(metadata), source["size"], len(text), len(bytecode)
    digests = bytes.fromhex(record["producer"]), bytes.fromhex(source["sha256"])
    checksums = crc32(metadata), crc32(text), crc32(bytecode)
    header = Header(MAGIC, 4, flags, record["alignment"], *sizes, *digests, *checksums, header_crc=0)  # v4-writer-header
    _, text_start, _, bytecode_start, end = places(header)
    require(end <= U32_MAX and 0 <= source["size"] <= U32_MAX, "too-large", None, "a file or a source that is too large")
    start = HEADER.pack(*header)[:108]  # all but header_crc
    file = (start + u32s([crc32(start)]) + metadata).ljust(text_start, b"\0") + text  # v4-writer-padding
    file = file.ljust(bytecode_start, b"\0") + bytecode  # v4-writer-padding, v4-writer-content
    try:
        check(file)  # v4-writer-refuses
    except BmesError as error:
        raise BmesError(error.kind, None, error.message) from None
    return file


def metadata_of(record: Json) -> bytes:
    try:
        texts = [text.encode("utf-8") for text in record["strings"]]
    except UnicodeEncodeError as error:
        raise BmesError("bad-utf8", None, error.reason) from None
    strings = sorted(set(texts))  # v4-writer-strings
    lists = lists_of(record, texts, strings)
    features = record["environment"] or {"code_features": 0, "lexical_features": 0}
    counts = Counts(
        string_bytes=sum(map(len, strings)),
        code_features=features["code_features"],  # v4-writer-engine-words
        lexical_features=features["lexical_features"],  # v4-writer-engine-words
        **{name: len(lists[name]) for name in LISTS},
    )
    columns = [u32s(column) for name in LISTS for column in zip(*lists[name])]
    return b"".join([u32s(counts), *columns, *strings])


def lists_of(record: Json, texts: list[bytes], strings: list[bytes]) -> dict[str, list[tuple[int, ...]]]:
    """The entries in the order and with the indices of the file (v4-writer-lists)."""
    place = {string: i for i, string in enumerate(strings)}
    string = partial(moved, [place[text] for text in texts])
    request = partial(moved, range(len(record["requests"])))
    requests, attributes, ends = [], [], []
    for entry in record["requests"]:
        require(entry["phase"] in PHASES, "bad-type", None, "an unknown phase")
        pairs = sorted((string(pair["key"]), string(pair["value"])) for pair in entry["attributes"])
        requests.append((string(entry["specifier"]), PHASES.index(entry["phase"]), pairs))
        attributes += pairs
        ends.append(len(attributes))
    order = sorted(range(len(requests)), key=requests.__getitem__)  # v4-writer-order
    imports = [(string(e["local_name"]), request(e["request"]), string(e["import_name"], NONE)) for e in record["imports"]]
    exports = [(string(e["export_name"]), request(e["request"], NONE), string(e["name"], NONE)) for e in record["exports"]]
    old_imports = sorted(range(len(imports)), key=imports.__getitem__)  # the old index of each import in the file
    new_import = partial(moved, sorted(range(len(imports)), key=old_imports.__getitem__))
    environment = record["environment"] or {"declared_variables": [], "lexical_variables": []}
    return {
        "strings": [(end,) for end in accumulate(map(len, strings))],
        "requests": [(specifier, phase, end, i) for (specifier, phase, _), end, i in zip(requests, ends, order)],
        "attributes": attributes,
        "imports": sorted(imports),
        "tolerant_imports": sorted((new_import(entry),) for entry in record["tolerant_imports"]),
        "exports": sorted(exports),
        "star_exports": sorted((request(star),) for star in record["star_exports"]),
        "declared_variables": sorted((string(v["name"]), v["bits"]) for v in environment["declared_variables"]),
        "lexical_variables": sorted((string(v["name"]), v["bits"]) for v in environment["lexical_variables"]),
    }


def moved(places: Sequence[int], index: int | None, none: int | None = None) -> int:
    """Turns an index of the record into one of the file. `none` is what None becomes, where it can be."""
    if index is None and none is not None:
        return none
    require(index is not None and 0 <= index < len(places), "bad-index", None, "no entry has this index")
    return places[index]


def u32s(numbers: Sequence[int]) -> bytes:
    require(0 <= min(numbers) and max(numbers) <= U32_MAX, "too-large", None, "a number that no u32 can hold")
    return struct.pack(f"<{len(numbers)}I", *numbers)
