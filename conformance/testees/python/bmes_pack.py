"""BMES packs: open the file that holds all modules of a program.

    index = bmes_pack.open_pack(file)    # is it a well-formed pack, and what does its index hold?

The index is made of dicts and lists, as it is in JSON. `open_pack` raises `BmesError` for a file that is to be rejected,
and nothing else. It reads the structures of ZIP itself, because libraries accept more than a pack may be, and search
for what has one place here. Comments such as `# pack-names` name the clause of spec/pack.md that the line is there for.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections import namedtuple
from collections.abc import Iterable
from itertools import chain, dropwhile, pairwise
from typing import Any, NamedTuple, NoReturn
from zlib import crc32

from bmes import U32_MAX, BmesError
from bmes4 import require

Json = dict[str, Any]


def open_pack(file: bytes) -> Json:
    """The index of a well-formed pack (pack-accept). It reads no content of the other members."""
    members = read_zip(file)
    index = read_index(file, members.pop(INDEX_NAME))
    judge_index(index)
    judge_members(index, members)
    return index


# The ZIP file, section 2 -----------------------------------------------------------------------------------------

LOCAL = struct.Struct("<I5H3I2H")  # 30 bytes; "<" is little-endian, "H" and "I" are unsigned
Local = namedtuple("Local", "signature needed flags method time date crc compressed_size size name_length extra_length")

ENTRY = struct.Struct("<I6H3I5H2I")  # 46 bytes
Entry = namedtuple(
    "Entry",
    "signature made_by needed flags method time date crc compressed_size size "
    "name_length extra_length comment_length disk internal external offset",
)

END = struct.Struct("<I4H2IH")  # 22 bytes
End = namedtuple("End", "signature disk directory_disk members_here members size offset comment_length")

LOCAL_SIGNATURE, ENTRY_SIGNATURE, END_SIGNATURE = 0x04034B50, 0x02014B50, 0x06054B50
MOST_MEMBERS = 65534

INDEX_NAME = b"index.json"
MODULE_NAME = re.compile(rb"modules/[0-9a-f]{64}\.bmes")


class Member(NamedTuple):
    start: int  # of the data
    size: int
    crc: int


def read_zip(file: bytes) -> dict[bytes, Member]:
    """The members by their names."""
    end = read_end(file)
    entries = read_directory(file, end)  # whole: only then is it certain which entry is the last
    require(len(entries) > 0, "bad-member", 0, "no member, so no index")  # pack-names
    members: dict[bytes, Member] = {}
    at = 0
    for entry, name in entries:
        is_index = len(members) == len(entries) - 1
        right = name == INDEX_NAME if is_index else MODULE_NAME.fullmatch(name) is not None
        require(right and name not in members, "bad-member", at, "a wrong name")  # pack-names
        require(entry.offset == at, "bad-member", at, "no member begins where the one before ends")  # pack-order
        # A header that reaches into the directory has data that does, too. So the error is one of pack-order.
        require(at + LOCAL.size <= end.offset, "bad-member", at, "a member in the central directory")  # pack-order
        start = read_local(file, at, entry, name)
        require(is_index or start % 8 == 0, "bad-member", at, "data that is not aligned")  # pack-alignment
        members[name] = Member(start, entry.size, entry.crc)
        at = start + entry.size
    require(at == end.offset, "bad-member", at, "the central directory is elsewhere")  # pack-order
    return members


def read_end(file: bytes) -> End:
    at = len(file) - END.size
    require(at >= 0 and len(file) < U32_MAX, "bad-zip", 0, "a file of this size is no pack")  # pack-end
    end = End(*END.unpack_from(file, at))
    right = end.signature == END_SIGNATURE and end.disk == end.directory_disk == end.comment_length == 0
    require(right, "bad-zip", at, "no end record")  # pack-end
    require(end.members_here == end.members <= MOST_MEMBERS, "bad-zip", at, "the number of members")  # pack-end
    require(end.offset + end.size == at, "bad-zip", at, "the directory does not end here")  # pack-directory
    return end


def read_directory(file: bytes, end: End) -> list[tuple[Entry, bytes]]:
    """The entries with their names. The list grows with the bytes that are read, not by their number (pack-memory)."""
    entries = []
    at, limit = end.offset, end.offset + end.size
    for _ in range(end.members):
        require(at + ENTRY.size <= limit, "bad-zip", at, "the directory has fewer entries")  # pack-directory
        entry = Entry(*ENTRY.unpack_from(file, at))
        require(entry.signature == ENTRY_SIGNATURE, "bad-zip", at, "no entry of the directory")  # pack-directory
        require(entry.flags == entry.method == 0, "bad-zip", at, "not stored")  # pack-stored
        require(entry.compressed_size == entry.size, "bad-zip", at, "two sizes")  # pack-stored
        nothing = entry.extra_length == entry.comment_length == entry.disk == 0
        require(nothing, "bad-zip", at, "an extra field, a comment or another disk")  # pack-stored
        at += ENTRY.size + entry.name_length
        entries.append((entry, file[at - entry.name_length : at]))
    require(at == limit, "bad-zip", at, "the directory ends elsewhere than its entries")  # pack-directory
    return entries


def read_local(file: bytes, at: int, entry: Entry, name: bytes) -> int:
    """Where the data of a member begins."""
    local = Local(*LOCAL.unpack_from(file, at))
    require(local.signature == LOCAL_SIGNATURE, "bad-zip", at, "no local header")  # pack-local
    require(local.flags == local.method == 0, "bad-zip", at, "not stored")  # pack-local
    same = local.crc == entry.crc and local.compressed_size == local.size == entry.size
    require(same, "bad-zip", at, "another CRC-32 or size than in the directory")  # pack-local
    name_end = at + LOCAL.size + local.name_length
    require(file[at + LOCAL.size : name_end] == name, "bad-zip", at, "another name than in the directory")  # pack-local
    return name_end + local.extra_length


# The form of the index, section 3 ---------------------------------------------------------------------------------

LAYOUT = 1
MOST_INDEX_BYTES = 67_108_864
HEX_DIGITS = re.compile("[0-9a-f]{64}")


def is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**53  # not `isinstance`: True is an int in Python


def is_text(value: Any) -> bool:
    return type(value) is str  # no lone surrogates: UTF-8 has none, and as escapes they are not canonical


def is_digest(value: Any) -> bool:
    return is_text(value) and HEX_DIGITS.fullmatch(value) is not None


def is_pair(value: Any) -> bool:
    return type(value) is list and len(value) == 2 and all(map(is_text, value))


# A shape is an object's keys in their order, a list with the shape of all items, a tuple of alternatives, a function
# that judges, or a text or None that the value has to be.
TEXTS = [is_text]
TEXT_OR_NULL = (is_text, None)
WATCHED_PATHS = [{"path": is_text, "sha256": is_digest}]
REQUESTS = [
    {
        "specifier": is_text,
        "phase": ("evaluation", "source", "defer"),
        "attributes": [is_pair],
        "module": (is_number, None),
    }
]
MODULE = {
    "url": is_text,
    "type": TEXT_OR_NULL,
    "format": ("module", "commonjs", "json", "text", "bytes", "wasm", "addon", "builtin"),
    "source": ({"size": is_number, "sha256": is_digest}, None),
    "member": ({"offset": is_number, "size": is_number}, None),
    "requests": REQUESTS,
    "dynamic": REQUESTS,
    "exports": TEXTS,
    "reexports": TEXTS,
}
INDEX = {
    "pack": is_number,
    "producer": is_digest,
    "freshness": ("stat", "hash", "none"),
    "conditions": TEXTS,
    "flags": TEXTS,
    "environment": [{"name": is_text, "value": TEXT_OR_NULL}],
    "entries": [is_number],
    "modules": [MODULE],
    "packages": WATCHED_PATHS,
    "directories": WATCHED_PATHS,
    "links": [{"path": is_text, "target": is_text}],
    "absent": TEXTS,
}


def has_shape(value: Any, shape: Any) -> bool:
    if callable(shape):
        return shape(value)
    if type(shape) is dict:
        same_keys = type(value) is dict and list(value) == list(shape)
        return same_keys and all(has_shape(value[key], shape[key]) for key in shape)
    if type(shape) is list:
        return type(value) is list and all(has_shape(item, shape[0]) for item in value)
    if type(shape) is tuple:
        return any(has_shape(value, alternative) for alternative in shape)
    return value == shape


def require_index(holds: bool, message: str) -> None:
    require(holds, "bad-pack-index", None, message)


def read_index(file: bytes, member: Member) -> Json:
    """The index, of which each object has its keys in their order, and each value is of its kind."""
    require(member.size <= MOST_INDEX_BYTES, "limit", member.start, "an index that is too large")  # pack-limit
    data = memoryview(file)[member.start : member.start + member.size]
    require(crc32(data) == member.crc, "bad-checksum", member.start, "a damaged index")  # pack-index-crc
    index = parse_canonical(data)
    require_index(type(index) is dict, "no object")  # pack-json
    # Before the form, so that a later layout with other keys gets this class. After the text, because of two texts
    # only the canonical one has one meaning: `pack` twice, for example, has none.
    number = index.get("pack")
    require(not is_number(number) or number == LAYOUT, "unsupported-version", None, "another layout")  # pack-version
    require_index(list(index) == list(INDEX), "other keys, or in another order")  # pack-json, pack-canonical
    for key, shape in INDEX.items():
        require_index(has_shape(index[key], shape), f"the value of {key}")  # pack-json, pack-canonical
    return index


def parse_canonical(data: memoryview) -> Any:
    """The value of a JSON text that is canonical, but for the order of the keys.

    Python writes strings and integers as pack-canonical says, so a text is canonical if writing its value gives the
    text again. Lists that are nested too deeply end both functions with RecursionError (pack-memory).
    """
    try:
        text = str(data, "utf-8")  # strict, and leaves a byte order mark in the text, which is not JSON
        value = json.loads(text, parse_float=refuse, parse_constant=refuse)
        canonical = json.dumps(value, ensure_ascii=False, separators=(",", ":"), check_circular=False)
    except (ValueError, RecursionError) as error:
        raise BmesError("bad-pack-index", None, f"{type(error).__name__}: {error}") from None  # pack-json
    require_index(text == canonical, "another text than the canonical one")  # pack-canonical
    return value


def refuse(number: str) -> NoReturn:
    raise ValueError("a number that is no integer")  # such as 1.0, or NaN, which is not JSON at all


# The rules of the index, section 3 --------------------------------------------------------------------------------


def judge_index(index: Json) -> None:
    modules = index["modules"]
    require_index(len(index["entries"]) > 0, "no entries")  # pack-entries
    require_index(all(entry < len(modules) for entry in index["entries"]), "an entry without a module")  # pack-entries

    require_index(ascend(index["conditions"]), "the order of conditions")  # pack-ascending
    require_index(ascend(variable["name"] for variable in index["environment"]), "the order of environment")
    for key in ("packages", "directories", "links"):
        require_index(ascend(watched["path"] for watched in index[key]), f"the order of {key}")
    require_index(ascend(index["absent"]), "the order of absent")

    identities = {(module["url"], module["type"]) for module in modules}
    require_index(len(identities) == len(modules), "a module twice")  # pack-identity
    for module in modules:
        judge_module(module, len(modules))


def judge_module(module: Json, modules: int) -> None:
    is_builtin = module["format"] == "builtin"
    right = module["url"] != "" if is_builtin else is_relative_path(module["url"])
    require_index(right, "the url of a module")  # pack-path
    require_index((module["source"] is None) == is_builtin, "a builtin's source, or no source")  # pack-source
    for request in chain(module["requests"], module["dynamic"]):
        target = request["module"]
        require_index(target is None or target < modules, "a request without a module")  # pack-entries
        require_index(ascend(key for key, _ in request["attributes"]), "the order of attributes")  # pack-ascending


def is_relative_path(url: str) -> bool:
    """What is before the query and the fragment, judged by its segments (pack-path)."""
    segments = list(dropwhile(lambda segment: segment == "..", re.split("[?#]", url, maxsplit=1)[0].split("/")))
    return segments != [] and all(segment not in ("", ".", "..") and "\\" not in segment for segment in segments)


def ascend(texts: Iterable[str]) -> bool:
    """Strictly. Python compares texts by code points, which is the order of their bytes in UTF-8."""
    return all(text < following for text, following in pairwise(texts))


def judge_members(index: Json, members: dict[bytes, Member]) -> None:
    """pack-member: `members` are those of `modules/`, and each belongs to exactly one module that says where it is."""
    left = dict(members)
    for module in index["modules"]:
        place = module["member"]
        if place is None:
            continue
        kind = (module["format"], module["type"])
        require_index(kind in (("module", None), ("commonjs", None)), "no module of this kind has a member")
        member = left.pop(member_name(index["producer"], module), None)
        require_index(member is not None, "no member is named after the key of the module")
        require_index(member[:2] == (place["offset"], place["size"]), "the member is elsewhere")
    require_index(not left, "a member belongs to no module")


def member_name(producer: str, module: Json) -> bytes:
    """The member that is named after the module's key (v4-key-input)."""
    url = module["url"].encode("utf-8")
    digests = bytes.fromhex(producer + module["source"]["sha256"])
    key = hashlib.sha256(b"BMES key 1\0" + struct.pack("<I", len(url)) + url + digests)
    return f"modules/{key.hexdigest()}.bmes".encode()
