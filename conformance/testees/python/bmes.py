"""BMES versions 1, 2 and 3: read, check and write the cache file of one ES module. Version 4 is in bmes4.py.

    import bmes

    data = open("app.bmes", "rb").read()
    try:
        bmes.identify(data)           # 1, 2, 3 or 4: magic and version, from the first 8 bytes
        module = bmes.decode(data)    # is the file well-formed, and what does it hold?
        module = bmes.check(data)     # the same, and the record is safe to link
    except bmes.BmesError as error:
        print(error.kind, error.offset, error.message)

    module.record.imports[0].local_name
    start, length = module.bytecode   # where it is in the file; empty bytecode has length 0
    bytecode = data[start : start + length]
    start, length = bmes.extract(data)    # versions 2 and 3: the same from the header alone, in constant time

    record = bmes.Record(
        requests=[bmes.Request("./m.js")],
        imports=[bmes.Import(bmes.ImportType.SINGLE, "./m.js", "default", "m")],
        version=3,
        environment=bmes.Environment(lexical_variables=[bmes.Variable("m", 0x22)]),    # version 3, and no other
    )
    data = bmes.encode(record, b"bytecode")    # the one canonical file, or BmesError

All five functions raise `BmesError` for a file or a record that is wrong, and nothing else: any other
exception is a mistake in the caller (text where bytes are due) or here. Strings are `str`, never None.

Comments such as `# v1-string-utf8` name the clause that the line is there for, in the first version that has it.
The clause of the same name in spec/v2.md and spec/v3.md says the same, unless that one is named, too.

A loader uses `check`, not `decode`, and even then nothing in the file vouches for the bytecode: see
v1-bytecode-trust before you give it to an engine.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import repeat
from typing import NamedTuple, NoReturn

__version__ = "2.0.0"

MAGIC = 0x424D4553  # little-endian: the file begins with the bytes "SEMB"
U32_MAX = 0xFFFFFFFF
ALIGNMENT = 8  # of the bytecode in versions 2 and 3, in bytes from the start of the file

VERSIONS = (1, 2, 3, 4)  # of `identify`. Everything else here is about versions 1 to 3, and bmes4.py is about version 4
# What versions 1 to 3 differ in. Everything else here holds for all of them.
_BYTECODE_IN_HEADER = (2, 3)  # the header has the bytecode's offset and size; in version 1 its size is just before it
_READER_ALIGNS = (3,)  # a reader refuses bytecode that is not aligned; writers align it wherever it has an offset
_ENVIRONMENT = (3,)  # the record has an `Environment`

_U32 = struct.Struct("<I")  # v1-u32: unsigned, least significant byte first


class BmesError(ValueError):
    """This file, or this record, is to be refused.

    kind     the class of the error in the specification, such as "truncated"
    offset   the byte at fault, from the start of the file; None for a record, which has no bytes yet
    message  for people
    """

    def __init__(self, kind: str, offset: int | None, message: str) -> None:
        super().__init__(kind, offset, message)
        self.kind = kind
        self.offset = offset
        self.message = message

    def __str__(self) -> str:
        place = "" if self.offset is None else f" at byte {self.offset}"
        return f"{self.kind}{place}: {self.message}"


# The record, section 3 -------------------------------------------------------------------------------------


class ImportType(IntEnum):
    SINGLE = 0
    SINGLE_TYPESCRIPT = 1
    NAMESPACE = 2


class ExportType(IntEnum):
    LOCAL = 0
    INDIRECT = 1
    NAMESPACE = 2


class Attribute(NamedTuple):
    key: str
    value: str


class Request(NamedTuple):
    specifier: str
    attributes: tuple[Attribute, ...] = ()


class Import(NamedTuple):
    type: ImportType
    module_request: str
    import_name: str
    local_name: str


class Export(NamedTuple):
    type: ExportType
    export_name: str
    module_name: str
    import_name: str
    local_name: str


class Variable(NamedTuple):
    name: str
    bits: int  # the engine's word, like code_features: all 32 bits are kept, and none means anything here


@dataclass
class Environment:
    declared_variables: Sequence[Variable] = ()
    lexical_variables: Sequence[Variable] = ()
    code_features: int = 0


@dataclass
class Record:
    requests: Sequence[Request] = ()
    imports: Sequence[Import] = ()
    exports: Sequence[Export] = ()
    star_exports: Sequence[str] = ()
    version: int = 1
    environment: Environment | None = None  # version 3 has one, the others have none


class Bytecode(NamedTuple):
    offset: int
    length: int


class Module(NamedTuple):
    record: Record
    bytecode: Bytecode


# Tuples, because an index is much quicker than a call such as ImportType(n).
_IMPORT_TYPES = tuple(ImportType)
_EXPORT_TYPES = tuple(ExportType)

# Section 5. No import is here: only a Namespace import has a field that does not apply, and that one is excepted.
_DOES_NOT_APPLY = {
    ExportType.LOCAL: ("module_name", "import_name"),
    ExportType.INDIRECT: ("local_name",),
    ExportType.NAMESPACE: ("import_name", "local_name"),
}


# Reading, section 4 ----------------------------------------------------------------------------------------


def identify(data: bytes) -> int:
    """The version of the file, from its first eight bytes alone: no promise about the rest."""
    # v1-identify-alone, and the order: magic, once four bytes are there, before the version.
    if len(data) < 4:
        raise BmesError("truncated", 0, "no magic")  # v1-header-bounds
    if _U32.unpack_from(data, 0)[0] != MAGIC:
        raise BmesError("bad-magic", 0, "not a BMES file")  # v1-magic
    if len(data) < 8:
        raise BmesError("truncated", 4, "no version")  # v1-header-bounds
    version: int = _U32.unpack_from(data, 4)[0]
    if version not in VERSIONS:
        raise BmesError("unsupported-version", 4, f"version {version}")  # v1-version
    return version


def extract(data: bytes) -> Bytecode:
    """The place of the bytecode, from the header and the length of the file alone: no promise about the metadata.

    Versions 2 and 3 only: version 1, whose header does not say it, is an unsupported one here. Takes constant time,
    and looks at no more than 16 bytes of `data`, which may well be the `mmap` of a file.
    """
    reader = _Reader(data)
    if reader.version not in _BYTECODE_IN_HEADER:
        raise BmesError("unsupported-version", 4, f"version {reader.version} is not one to extract from")
    return reader.bytecode_by_header()  # v2-extract: the reader's own answer


def decode(data: bytes) -> Module:
    """The record and the place of the bytecode of a well-formed file."""
    return _Reader(data).module()


class _Reader:
    """Goes through the file once, front to back, and raises at the first violation.

    v1-first-error, v2-first-error, v3-first-error: all of them, `bytecode_by_header` being what 2 and 3 judge first.
    """

    def __init__(self, data: bytes) -> None:
        self.version = identify(data)  # v1-identify-first
        self.data = data
        self.at = 8
        self.end = len(data)  # where fields have to end: once the header has said it, where the bytecode begins
        self.starts: list[int] = []  # where each entry begins, in the order of the file; for the checker's offsets
        if self.version == 4:
            raise BmesError("unsupported-version", 4, "version 4 is in bmes4.py")

    def left(self) -> int:
        return self.end - self.at

    def u32(self) -> int:
        if self.left() < 4:
            raise BmesError("truncated", self.at, "a number is cut or missing")  # v1-u32-bounds
        value: int = _U32.unpack_from(self.data, self.at)[0]
        self.at += 4
        return value

    def string(self) -> str:
        start = self.at
        size = self.u32()
        if size > self.left():  # v1-string-bounds. Compared with what is left: never at + size (v1-arithmetic)
            raise BmesError("truncated", start, f"a string of {size} bytes, {self.left()} are left")
        end = self.at + size
        try:
            # v1-string-utf8: Python's "utf-8" is strict. v1-string-verbatim: and leaves U+FEFF alone ("utf-8-sig" would not).
            text = str(self.data[self.at : end], "utf-8")
        except UnicodeDecodeError as error:
            raise BmesError("bad-utf8", self.at + error.start, error.reason) from None
        self.at = end
        return text

    def count(self, smallest: int) -> int:
        """A count of entries that take at least `smallest` bytes each."""
        start = self.at
        count = self.u32()
        if count * smallest > self.left():  # v1-count-bounds, v1-memory; Python's numbers do not wrap (v1-arithmetic)
            raise BmesError("truncated", start, f"{count} entries cannot be in {self.left()} bytes")
        return count

    def number_up_to(self, most: int, kind: str, what: str) -> int:
        start = self.at
        value = self.u32()
        if value > most:
            raise BmesError(kind, start, f"{what} {value}")
        return value

    def module(self) -> Module:
        if self.version not in _BYTECODE_IN_HEADER:
            record = self.record()
            return Module(record, self.bytecode())
        bytecode = self.bytecode_by_header()
        self.end = bytecode.offset  # v2-metadata-bounds
        record = self.record()
        self.padding()
        return Module(record, bytecode)

    def record(self) -> Record:
        # v1-layout: the sections in this order. v1-entries-kept: lists, not maps.
        requests = [self.request() for _ in range(self.count(8))]
        imports = [self.import_() for _ in range(self.count(16))]
        exports = [self.export() for _ in range(self.count(20))]
        star_exports = [self.star_export() for _ in range(self.count(4))]
        environment = self.environment() if self.version in _ENVIRONMENT else None
        return Record(requests, imports, exports, star_exports, self.version, environment)

    def request(self) -> Request:
        self.starts.append(self.at)
        specifier = self.string()
        # v1-has-attributes, v1-attribute-count
        has_attributes = self.number_up_to(1, "bad-flag", "has_attributes is")
        if not has_attributes:
            return Request(specifier)
        # v1-attributes-kept. A count of 0 is accepted here (v1-attributes-empty).
        return Request(specifier, tuple([self.attribute() for _ in range(self.count(8))]))

    def attribute(self) -> Attribute:
        return Attribute(self.string(), self.string())  # Python evaluates arguments from left to right

    def import_(self) -> Import:
        self.starts.append(self.at)
        type_ = _IMPORT_TYPES[self.number_up_to(2, "bad-type", "an import entry of type")]  # v1-import-type
        return Import(type_, self.string(), self.string(), self.string())  # v1-fields-verbatim

    def export(self) -> Export:
        self.starts.append(self.at)
        type_ = _EXPORT_TYPES[self.number_up_to(2, "bad-type", "an export entry of type")]  # v1-export-type
        return Export(type_, self.string(), self.string(), self.string(), self.string())  # v1-fields-verbatim

    def star_export(self) -> str:
        self.starts.append(self.at)
        return self.string()

    def environment(self) -> Environment:
        declared_variables = [self.variable() for _ in range(self.count(8))]
        lexical_variables = [self.variable() for _ in range(self.count(8))]
        return Environment(declared_variables, lexical_variables, self.u32())  # v3-code-features

    def variable(self) -> Variable:
        self.starts.append(self.at)
        return Variable(self.string(), self.u32())  # v3-bits, v3-engine-words: whatever they are

    def bytecode_by_header(self) -> Bytecode:
        """Versions 2 and 3: `bytecode_offset` and `bytecode_size`, which are judged when both are there."""
        offset, size = self.u32(), self.u32()  # v2-header-whole
        if offset < self.at:  # v2-bytecode-offset
            raise BmesError("bad-layout", 8, f"bytecode at {offset}, inside the header")
        if self.version in _READER_ALIGNS and offset % ALIGNMENT != 0:  # v3-bytecode-offset-aligned
            raise BmesError("bad-layout", 8, f"bytecode at {offset}, no multiple of {ALIGNMENT}")
        if offset + size > self.end:  # v2-bytecode-bounds; Python's numbers do not wrap (v1-arithmetic)
            at_fault = 8 if offset > self.end else 12
            raise BmesError("truncated", at_fault, f"bytecode of {size} bytes at {offset}, the file has {self.end}")
        if offset + size < self.end:  # v2-end
            raise BmesError("trailing-bytes", 12, f"{self.end - offset - size} bytes after the bytecode")
        return Bytecode(offset, size)  # v1-bytecode-place, v1-bytecode-empty

    def padding(self) -> None:
        """Versions 2 and 3: what is left before the bytecode. Any length up to 7 will do (v2-padding-length)."""
        if self.left() >= ALIGNMENT:
            raise BmesError("bad-layout", 8, f"{self.left()} bytes before the bytecode")  # v2-gap
        for at in range(self.at, self.end):
            if self.data[at] != 0:
                raise BmesError("bad-layout", at, "padding that is not zero")  # v2-padding

    def bytecode(self) -> Bytecode:
        """Version 1: the bytecode with its size before it, and the end of the file behind it."""
        start = self.at
        size = self.u32()
        if size > self.left():  # v1-bytecode-bounds
            raise BmesError("truncated", start, f"bytecode of {size} bytes, {self.left()} are left")
        bytecode = Bytecode(self.at, size)  # v1-bytecode-place, v1-bytecode-empty
        self.at += size  # v1-bytecode-opaque
        if self.left() > 0:
            raise BmesError("trailing-bytes", self.at, f"{self.left()} bytes after the bytecode")  # v1-end
        return bytecode


# Checking, section 6 ---------------------------------------------------------------------------------------


def check(data: bytes) -> Module:
    """`decode`, and then the rules that make the record safe to link."""
    reader = _Reader(data)
    module = reader.module()  # v1-check-decode-first
    _check(module.record, reader.starts)
    return module


def _check(record: Record, starts: Iterable[int | None]) -> None:
    """The semantic rules; `starts` has where each entry begins, in the order of the file.

    Entries in the order of the file, and for each the rules in the order of v3-check-choice. Strings are compared
    as `str`, which is the same as by their bytes (v1-check-bytes). Sets, not nested loops: `str` hashes are seeded,
    so that crafted names do not make them slow.
    """
    start = iter(starts)
    at: int | None = None

    def fail(kind: str, message: str) -> NoReturn:
        raise BmesError(kind, at, message)

    requested: dict[str, set[tuple[Attribute, ...]]] = {}  # specifier -> the different attributes it is requested with
    for request in record.requests:
        at = next(start)
        attributes = tuple(sorted(request.attributes))  # v1-attribute-sets: sorted pairs are a multiset
        variants = requested.setdefault(request.specifier, set())
        if attributes in variants:
            fail("duplicate-request", f"{_show(request.specifier)} again, with the same attributes")  # v1-duplicate-request
        variants.add(attributes)
        if len({attribute.key for attribute in attributes}) < len(attributes):
            fail("duplicate-attribute", f"{_show(request.specifier)} has a key twice")  # v1-duplicate-attribute

    def names_request(specifier: str) -> None:
        variants = requested.get(specifier)
        if variants is None:
            fail("unrequested-module", f"no request has the specifier {_show(specifier)}")  # v1-unrequested-module
        if len(variants) > 1:
            fail("ambiguous-request", f"several requests have the specifier {_show(specifier)}")  # v1-ambiguous-request

    local_names: set[str] = set()
    for entry in record.imports:
        at = next(start)
        names_request(entry.module_request)
        if entry.local_name == "":
            fail("missing-local-name", "an import without a local name")  # v1-missing-local-name
        if entry.local_name in local_names:
            fail("duplicate-local-name", f"two imports bind {_show(entry.local_name)}")  # v1-duplicate-local-name
        local_names.add(entry.local_name)

    export_names: set[str] = set()
    for export in record.exports:
        at = next(start)
        # v1-applies-by-type: ask the type, never whether a field is empty.
        if export.type != ExportType.LOCAL:
            names_request(export.module_name)
        elif export.local_name == "":
            fail("missing-local-name", "a Local export without a local name")  # v1-missing-local-name
        if export.export_name in export_names:
            fail("duplicate-export-name", f"two exports have the name {_show(export.export_name)}")  # v1-duplicate-export-name
        export_names.add(export.export_name)
        for field in _DOES_NOT_APPLY[export.type]:
            if getattr(export, field) != "":
                fail("misplaced-field", f"{field} does not apply to this export")  # v1-misplaced-field

    star_exports: set[str] = set()
    for specifier in record.star_exports:
        at = next(start)
        names_request(specifier)
        if specifier in star_exports:
            fail("duplicate-star-export", f"{_show(specifier)} again")  # v1-duplicate-star-export
        star_exports.add(specifier)

    environment = record.environment or Environment()
    for variables in (environment.declared_variables, environment.lexical_variables):
        names: set[str] = set()  # anew: one name can stand in both lists
        for variable in variables:
            at = next(start)
            if variable.name in names:
                fail("duplicate-variable", f"{_show(variable.name)} again, in the same list")  # v3-duplicate-variable
            names.add(variable.name)


def _show(text: str) -> str:
    """A name for a message: names are data from an untrusted module (section 9), so escaped and not too long."""
    return ascii(text if len(text) <= 60 else text[:60] + "...")


# Writing, section 7 ----------------------------------------------------------------------------------------


def encode(record: Record, bytecode: bytes) -> bytes:
    """The one canonical file of a record and its bytecode. Only what `check` accepts can be written."""
    if record.version not in VERSIONS:
        raise BmesError("unsupported-version", None, f"version {record.version}")  # v1-writer-type
    if record.version == 4:
        raise BmesError("unsupported-version", None, "version 4 is in bmes4.py")
    if (record.version in _ENVIRONMENT) != (record.environment is not None):
        # v1-writer-type. An environment is neither invented nor dropped (v1-writer-no-repair).
        raise BmesError("unsupported-version", None, "a record has an environment in version 3, and in no other")

    metadata = _metadata(record)
    size = _u32(len(bytecode))  # v1-writer-bytecode
    if record.version in _BYTECODE_IN_HEADER:
        end = 16 + len(metadata)
        padding = -end % ALIGNMENT  # v2-writer-padding: also before empty bytecode
        rest = [_u32(end + padding), size, metadata, bytes(padding), bytecode]
    else:
        rest = [metadata, size, bytecode]

    # v1-writer-refuses, v1-writer-no-repair. Last, because the rules presuppose types that exist.
    _check(record, repeat(None))
    return b"".join([_u32(MAGIC), _u32(record.version), *rest])


def _metadata(record: Record) -> bytes:
    # v1-writer-order: every section in the order of the record.
    out = bytearray(_u32(len(record.requests)))
    for request in record.requests:
        out += _string(request.specifier)
        if not request.attributes:
            out += _u32(0)  # v1-writer-flag
            continue
        out += _u32(1) + _u32(len(request.attributes))
        # v1-writer-attributes: bytes compare as unsigned numbers, and a prefix comes first.
        for attribute in sorted(request.attributes, key=lambda attribute: _utf8(attribute.key)):
            out += _string(attribute.key) + _string(attribute.value)

    out += _u32(len(record.imports))
    for entry in record.imports:
        if entry.type not in _IMPORT_TYPES:
            raise BmesError("bad-type", None, f"an import entry of type {entry.type!a}")  # v1-writer-type
        out += _u32(entry.type) + _string(entry.module_request)
        out += _string("*" if entry.type == ImportType.NAMESPACE else entry.import_name)  # v1-writer-namespace
        out += _string(entry.local_name)

    out += _u32(len(record.exports))
    for export in record.exports:
        if export.type not in _EXPORT_TYPES:
            raise BmesError("bad-type", None, f"an export entry of type {export.type!a}")  # v1-writer-type
        out += _u32(export.type) + _string(export.export_name) + _string(export.module_name)
        out += _string(export.import_name) + _string(export.local_name)

    out += _u32(len(record.star_exports))
    for specifier in record.star_exports:
        out += _string(specifier)

    if record.environment is not None:
        for variables in (record.environment.declared_variables, record.environment.lexical_variables):
            out += _u32(len(variables))
            for variable in variables:
                out += _string(variable.name) + _u32(variable.bits)  # v3-writer-engine-words
        out += _u32(record.environment.code_features)  # v3-writer-engine-words

    return bytes(out)


def _u32(value: int) -> bytes:
    if not 0 <= value <= U32_MAX:
        raise BmesError("too-large", None, f"{value} does not fit a u32")  # v1-writer-too-large
    return _U32.pack(value)


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BmesError("bad-utf8", None, error.reason) from None  # v1-writer-utf8: a lone surrogate


def _string(text: str) -> bytes:
    data = _utf8(text)
    return _u32(len(data)) + data
