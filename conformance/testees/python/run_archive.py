"""The conformance suite's cases without its runner: the corpus archive against bmes.py. Standard library only.

    python3 run_archive.py bmes-corpus-0.1.0.tar.gz

For an implementation of your own, in Python or callable from it: copy this file and change `ask`. The archive is read in
memory, and nothing is unpacked. Not the whole suite: prefixes, flipped bits, time and memory are the runner's.

Exit status: 0 all cases pass, 1 some do not, 2 this is not an archive of the corpus, or a damaged one.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
import zlib
from collections.abc import Callable
from typing import Any

import bmes_testee

Json = dict[str, Any]
Ask = Callable[[Json], Json]


class BadArchive(Exception):
    """What is wrong with the archive."""


def ask(request: Json) -> Json:
    """The answer to a request of the protocol (conformance/PROTOCOL.md): {"ok": …} or {"err": {"class": …}}."""
    return bmes_testee.answer(request)


def read(path: str) -> dict[str, bytes]:
    """The archive's files by their path in its folder, if they are those of its manifest."""
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content is None:
                    raise BadArchive(f"{member.name}: not a file")
                files[member.name.partition("/")[2]] = content.read()
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise BadArchive(f"{path}: {error}") from error
    manifest = files.get("MANIFEST.sha256")
    if manifest is None:
        raise BadArchive(f"{path}: no MANIFEST.sha256 in it")
    expected = {name: digest for digest, _, name in (line.partition("  ") for line in manifest.decode().splitlines())}
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    del found["MANIFEST.sha256"]
    if found != expected:
        wrong = sorted(name for name in found.keys() | expected if found.get(name) != expected.get(name))
        raise BadArchive(f"{path}: not as in its manifest: {', '.join(wrong[:5])}")
    return files


def requests(entry: Json, sidecar: Json, files: dict[str, bytes]) -> dict[str, Json]:
    """What is asked of a case, by operation."""
    file = files[entry["file"]] if "file" in entry else b""
    asked = {op: {"op": op, "hex": file.hex()} for op in sidecar["expect"] if op != "encode"}
    if "encode" in sidecar["expect"]:
        record = sidecar.get("record") or dict(sidecar["expect"]["decode"]["record"])
        place = record.pop("bytecode", {"offset": 0, "length": 0})
        bytecode = file[place["offset"] : place["offset"] + place["length"]]
        asked["encode"] = {"op": "encode", "record": record, "bytecode": bytecode.hex()}
    return asked


def is_right(op: str, expected: Json, answer: Json, canonical: bytes) -> bool:
    if "error" in expected:
        # How a writer calls its refusal is its own affair.
        return "err" in answer and (op == "encode" or answer["err"]["class"] in expected["error"])
    right = {"identify": expected, "decode": expected.get("record"), "check": True, "encode": {"hex": canonical.hex()}}
    return answer == {"ok": right[op]}


def failures(files: dict[str, bytes], ask: Ask) -> tuple[int, list[str]]:
    """How many questions the cases ask, and a line for each that is not answered as it should be."""
    asked, wrong = 0, []
    for entry in json.loads(files["cases.json"])["cases"]:
        sidecar = json.loads(files[entry["sidecar"]])
        canonical = files[entry["canonical"]] if "canonical" in entry else files[entry["file"]] if "file" in entry else b""
        for op, request in requests(entry, sidecar, files).items():
            asked += 1
            answer, expected = ask(request), sidecar["expect"][op]
            if not is_right(op, expected, answer, canonical):
                verdict = expected.get("error") or "to be accepted"
                wrong.append(f"{entry['id']} {op}: expected {verdict}, answered {str(answer)[:200]} ({entry['title']})")
    return asked, wrong


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: run_archive.py bmes-corpus-VERSION.tar.gz", file=sys.stderr)
        return 2
    try:
        files = read(arguments[0])
        asked, wrong = failures(files, ask)
    except BadArchive as error:
        print(f"run_archive.py: {error}; fetch or build the archive again", file=sys.stderr)
        return 2
    for line in wrong:
        print(line)
    cases = len(json.loads(files["cases.json"])["cases"])
    print(f"corpus {files['VERSION'].decode().strip()}: {cases} cases, {asked} questions, {len(wrong)} failures")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
