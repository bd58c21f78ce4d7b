"""Reads the corpus's archive without Rust: the manifest holds, the index is of the files, and the Python reader passes every case.

    python3 read_archive.py bmes-corpus-VERSION.tar.gz

`cargo xtask corpus-archive` runs it on what it has packed.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "testees" / "python"))

import bmes  # noqa: E402  (its folder has just been named)
import bmes_testee  # noqa: E402

OPERATIONS = {"identify": bmes_testee.identify, "decode": bmes_testee.decode, "check": bmes_testee.check}


def read(path: str) -> dict[str, bytes]:
    """The files of the archive, by their path within its one folder."""
    files = {}
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            folder, name = member.name.split("/", 1)
            assert folder == Path(path).name.removesuffix(".tar.gz"), f"{member.name} is not in the archive's folder"
            assert member.isfile() and (member.mtime, member.uid, member.gid) == (0, 0, 0), f"{name} tells of a machine"
            files[name] = archive.extractfile(member).read()
    return files


def check_manifest(files: dict[str, bytes]) -> None:
    lines = files["MANIFEST.sha256"].decode().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert listed.keys() == files.keys() - {"MANIFEST.sha256"}, listed.keys() ^ files.keys()
    for name, digest in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == digest, f"{name} is not what the manifest says"


def answer(operation: str, file: bytes) -> dict:
    try:
        return {"ok": OPERATIONS[operation]({"hex": file.hex()})}
    except bmes.BmesError as error:
        return {"error": error.kind}


def is_right(operation: str, expected: dict, got: dict) -> bool:
    if "error" in expected:
        return got.get("error") in expected["error"]
    if operation == "identify":
        return got.get("ok") == {"version": expected["version"]}
    if operation == "decode":
        return got.get("ok") == expected["record"]
    return "ok" in got


def main(path: str) -> None:
    files = read(path)
    check_manifest(files)
    cases = json.loads(files["cases.json"])["cases"]
    assert {case["file"] for case in cases if "file" in case} | {
        case["canonical"] for case in cases if "canonical" in case
    } == {name for name in files if name.endswith(".bmes")}, "the index is not of these files"
    asked = wrong = 0
    for case in cases:
        if "file" not in case:
            continue
        for operation, expected in case["expect"].items():
            if operation not in OPERATIONS:
                continue
            asked += 1
            got = answer(operation, files[case["file"]])
            if not is_right(operation, expected, got):
                wrong += 1
                if wrong <= 20:
                    print(f"{case['id']}: {operation}: expected {expected}, got {got}"[:400])
    assert asked > 5_000, f"only {asked} questions"
    print(f"{len(files)} files, {len(cases)} cases, {asked} questions, {wrong} answered wrongly")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
