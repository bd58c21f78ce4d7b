"""The examples of the specification: the files in spec/examples/.

    python3 conformance/testees/python/spec_examples.py

runs all of them, and `test_bmes.py` runs them with its own tests. The specification's README describes the files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parents[3] / "spec" / "examples"


class Example(NamedTuple):
    """One file. What the file does not have is None."""

    name: str  # without ".json"
    version: int
    operation: str  # "decode", "check" or "encode"
    data: bytes | None
    error: str | None  # the class, if the verdict is "reject"
    offset: int | None
    record: dict[str, Any] | None
    bytecode: bytes | None


def _hex(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def _example(path: Path) -> Example:
    example = json.loads(path.read_text(encoding="utf-8"))
    return Example(
        name=path.stem,
        version=int(path.name[1]),
        operation=example["operation"],
        data=_hex(example.get("hex")),
        error=example.get("class"),
        offset=example.get("offset"),
        record=example.get("record"),
        bytecode=_hex(example.get("bytecode")),
    )


EXAMPLES = [_example(path) for path in sorted(FOLDER.glob("*.json"))]


def run(example: Example) -> None:
    """Raises AssertionError if bmes.py reports something else than the file says."""
    import bmes
    import bmes_testee

    result: Any = None
    error = offset = None
    try:
        match example.operation:
            case "decode":
                bmes.decode(example.data)
            case "check":
                bmes.check(example.data)
            case "encode":
                result = bmes.encode(bmes_testee.record_from_json(example.record), example.bytecode)
    except bmes.BmesError as refusal:
        error, offset = refusal.kind, refusal.offset
    assert (error, offset) == (example.error, example.offset), f"{example.name}: {error} at {offset}"

    if example.operation == "encode":
        assert result == example.data, example.name
    elif example.record is not None:
        found = bmes_testee.decode({"hex": example.data.hex()})
        place = found.pop("bytecode")
        assert found == example.record, example.name
        assert example.data[place["offset"] :] == example.bytecode, example.name
        assert place["length"] == len(example.bytecode), example.name


if __name__ == "__main__":
    for one in EXAMPLES:
        run(one)
    print(f"{len(EXAMPLES)} examples")
    sys.exit(0 if EXAMPLES else "no examples")
