"""The cases of this folder put to any program that speaks the testee protocol. Python 3.11, standard library only.

    python3 run.py COMMAND …            for example: python3 run.py python3 my_testee.py

What the protocol is, is in conformance/PROTOCOL.md of the project. Not the whole suite: the prefixes and flipped bits of each
file, limits on time and memory, and explanations of a failure are the runner's, `bmes-conformance`.

Exit status: 0 all cases pass, 1 some do not, 2 the folder is not what its manifest says, 3 the program is no testee.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
MANIFEST = "MANIFEST.sha256"


def main(command: list[str]) -> int:
    if not command:
        print("usage: run.py COMMAND …, the program to test", file=sys.stderr)
        return 3
    folder = Path(__file__).resolve().parent
    if damage := damaged(folder):
        print(f"run.py: not as in {MANIFEST}: {', '.join(damage[:5])}; unpack the archive again", file=sys.stderr)
        return 2
    testee = Testee(command)
    hello = testee.ask({"op": "hello", "protocol": 1}).get("ok")
    if not isinstance(hello, dict) or not {"formats", "ops", "errors"} <= hello.keys():
        print(f"run.py: no usable answer to hello from {' '.join(command)}", file=sys.stderr)
        return 3
    counts: Counter[str] = Counter()
    for line in failures(folder, hello, testee.ask, counts):
        print(line)
    testee.close()
    version = (folder / "VERSION").read_text().strip()
    print(f"corpus {version}: " + ", ".join(f"{counts[name]} {name}" for name in ("passed", "failed", "skipped")))
    return 1 if counts["failed"] else 0


def damaged(folder: Path) -> list[str]:
    """The files that are missing, that differ from the manifest, or that the manifest does not list."""
    lines = (folder / MANIFEST).read_text().splitlines()
    expected = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST]
    found = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))


def failures(folder: Path, hello: Json, ask: Callable[[Json], Json], counts: Counter[str]) -> Iterator[str]:
    """A line for each request whose answer is wrong. Requests that `hello` does not offer are skipped and counted."""
    for entry in json.loads((folder / "cases.json").read_bytes())["cases"]:
        sidecar = json.loads((folder / entry["sidecar"]).read_bytes())
        file, canonical = files(folder, entry, sidecar)
        for op, expected in sidecar["expect"].items():
            if op not in hello["ops"] or not is_offered(file, entry, hello) or is_too_long(file, hello):
                counts["skipped"] += 1
                continue
            answer = ask(request(op, sidecar, file))
            right = is_right(op, expected, answer, canonical, classes=hello["errors"])
            counts["passed" if right else "failed"] += 1
            if not right:
                wanted = in_words(op, expected, answer, canonical)
                yield f"FAIL {entry['id']} {op}: {entry['title']}; expected {wanted}; got {json.dumps(answer)[:200]}"


def is_offered(file: bytes, entry: Json, hello: Json) -> bool:
    """Whether the testee offers the version of the case. If the file says another version that it offers, the corpus does not
    know what is right. Packs have no version."""
    if entry["format"] is None:
        return True
    version = int.from_bytes(file[4:8], "little")
    return entry["format"] in hello["formats"] and (version == entry["format"] or version not in hello["formats"])


def is_too_long(file: bytes, hello: Json) -> bool:
    """Whether the request may be longer than the longest line that the testee reads."""
    return 2 * len(file) + 1024 > hello.get("max_line", 64 * 1024 * 1024) and len(file) > 1024


def files(folder: Path, entry: Json, sidecar: Json) -> tuple[bytes, bytes]:
    """The file and the canonical file. A case with a recipe stores neither: they grow here, and so does the sidecar's record."""
    stored = {key: (folder / entry[key]).read_bytes() for key in ("file", "canonical", "seed") if key in entry}
    if recipe := sidecar.get("recipe"):
        for key in ("file", "canonical"):
            if key in recipe:
                stored[key] = grow(stored["seed"], recipe[key]["parts"])
                if hashlib.sha256(stored[key]).hexdigest() != recipe[key]["sha256"]:
                    raise ValueError(f"{entry['id']}: the {key} that grew has another SHA-256 than its recipe")
        record = sidecar["record"] if "record" in sidecar else sidecar["expect"].get("decode", {}).get("record")
        for step in recipe.get("record", []):
            grow_record(record, step)
    file = stored.get("file", b"")
    return file, stored.get("canonical", file)


def grow_record(record: Json, step: Json) -> None:
    """One step of a recipe: the list or the string at its JSON pointer grows."""
    *path, last = (int(key) if key.isdigit() else key for key in step["at"].split("/")[1:])
    place: Any = record
    for key in path:
        place = place[key]
    place[last] = grow(place[last], step["parts"])


def grow(seed: Any, parts: list[Json]) -> Any:
    """What grows from bytes, from a string or from a list: its parts, one behind the other."""
    pieces = []
    for part in parts:
        if "bytes" in part:
            pieces.append(bytes.fromhex(part["bytes"]))
            continue
        if "numbers" in part:
            first, step, count = part["numbers"]
            pieces.append(b"".join(((first + step * n) % 2**32).to_bytes(4, "little") for n in range(count)))
            continue
        start, end = part["copy"]
        piece, first, times = seed[start:end], part.get("first", 0), part.get("times", 1)
        if "add" in part:
            pieces += [[added(item, part["add"], n) for item in piece] for n in range(times)]
        elif numbered(piece, "") == piece:  # it has no number: all copies are equal
            pieces.append(piece * times)
        else:
            pieces += [numbered(piece, f"{n:06}") for n in range(first, first + times)]
    return [item for piece in pieces for item in piece] if isinstance(seed, list) else seed[:0].join(pieces)


def added(entry: Any, add: Any, times: int) -> Any:
    """The entry of a list of version 4 in copy number `times`: its numbers have grown."""
    if isinstance(add, int):
        return entry + add * times
    return entry | {key: entry[key] + step * times for key, step in add.items()}


def numbered(piece: Any, digits: str) -> Any:
    """The piece with the number of its copy in the place of each 000000."""
    if isinstance(piece, bytes):
        return piece.replace(b"000000", digits.encode())
    if isinstance(piece, str):
        return piece.replace("000000", digits)
    if isinstance(piece, list):
        return [numbered(item, digits) for item in piece]
    if isinstance(piece, dict):
        return {key: numbered(value, digits) for key, value in piece.items()}
    return piece


def request(op: str, sidecar: Json, file: bytes) -> Json:
    if op == "match":
        return {"op": op, "hex": file.hex(), **sidecar["given"]}
    if op != "encode":
        return {"op": op, "hex": file.hex()}
    record = dict(sidecar["record"] if "record" in sidecar else sidecar["expect"]["decode"]["record"])

    def content(key: str) -> str:
        place = record.pop(key, None) or {"offset": 0, "length": 0}
        return file[place["offset"] :][: place["length"]].hex()

    text, bytecode = content("text"), content("bytecode")
    with_text = {"text": text} if record["version"] == 4 else {}
    return {"op": op, "record": record, **with_text, "bytecode": bytecode}


def is_right(op: str, expected: Json, answer: Json, canonical: bytes, classes: bool) -> bool:
    if "error" in expected:
        # How a writer calls its refusal is its own affair.
        error = answer.get("err")
        named = isinstance(error, dict) and "class" in error
        return named and (op == "encode" or not classes or error["class"] in expected["error"])
    right = {"identify": expected, "decode": expected.get("record"), "check": True, "match": True, "encode": {"hex": canonical.hex()}, "open-pack": expected.get("index")}
    return "ok" in answer and same(answer["ok"], right[op])


def in_words(op: str, expected: Json, answer: Json, canonical: bytes) -> str:
    """The answer that would have been right; of bytes, with the place of the first wrong one."""
    if "error" in expected:
        return "err" if op == "encode" else "err " + " or ".join(expected["error"])
    if op != "encode":
        return {"identify": f"version {expected.get('version')}", "decode": "the record of the case", "open-pack": "the index of the case"}.get(op, "ok")
    wanted = f"{len(canonical)} bytes"
    ok = answer.get("ok")
    try:
        file = bytes.fromhex(ok["hex"]) if isinstance(ok, dict) else None
    except (KeyError, TypeError, ValueError):
        file = None
    if file is None:
        return wanted
    pairs = zip(canonical, file)
    place = next((n for n, (right, came) in enumerate(pairs) if right != came), min(len(canonical), len(file)))
    return f"{wanted}, first difference at byte {place}"


def same(one: Any, other: Any) -> bool:
    """Equality of JSON. To Python, 1 and 1.0 and true are equal."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


class Testee:
    """The program. If it dies, the request fails, and the next request goes to a new process."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.asked = 0

    def ask(self, request: Json) -> Json:
        """Its answer without the id, or {"broken": why}."""
        self.asked += 1
        try:
            if self.process is None:
                self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            stdin, stdout = self.process.stdin, self.process.stdout
            assert stdin and stdout
            stdin.write(json.dumps({"id": self.asked, **request}).encode() + b"\n")
            stdin.flush()
            answer = json.loads(stdout.readline())
            if answer.pop("id") == self.asked and len(answer) == 1:
                return answer
            why = "another id, or not exactly one of ok, err, unsupported, fault"
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            why = f"{type(error).__name__}: {error}"
        self.close()
        return {"broken": why}

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
