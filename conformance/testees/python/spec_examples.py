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
    """One file."""

    name: str  # without ".json"
    content: dict[str, Any]

    @property
    def version(self) -> int:
        return int(self.name[1])

    @property
    def data(self) -> bytes:
        return bytes.fromhex(self.content["hex"])


EXAMPLES = [Example(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def run(example: Example) -> None:
    """Raises AssertionError if the testee reports something else than the file says."""
    import bmes
    import bmes_testee

    name, content = example
    result: Any = None
    error = offset = None
    try:
        # An example has the keys of a request of its operation.
        result = bmes_testee.OPERATIONS[content["operation"]](content)
    except bmes.BmesError as refusal:
        error, offset = refusal.kind, refusal.offset
    assert (error, offset) == (content.get("class"), content.get("offset")), f"{name}: {error} at {offset}"

    if content["operation"] == "encode":
        assert result == (None if error else {"hex": content["hex"]}), name
    elif "record" in content:
        found = bmes_testee.decode(content)
        for part in ("text", "bytecode"):
            place = found.pop(part, None)
            offset, length = (place["offset"], place["length"]) if place else (0, 0)
            assert content["hex"][2 * offset :][: 2 * length] == content.get(part, ""), f"{name}: {part}"
        assert found == content["record"], name


if __name__ == "__main__":
    for one in EXAMPLES:
        run(one)
    print(f"{len(EXAMPLES)} examples")
    sys.exit(0 if EXAMPLES else "no examples")
