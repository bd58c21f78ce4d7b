"""The testee of `testees/python` with one thing that costs too much: `python3 costly.py NAME`."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "testees" / "python"))
import bmes  # noqa: E402
import bmes_testee  # noqa: E402

name = sys.argv.pop(1)
right_check, right_count = bmes._check, bmes._Reader.count


def quadratic_check(record, starts):
    """Compares each export with all that come before it."""
    for place, export in enumerate(record.exports):
        export.export_name in [other.export_name for other in record.exports[:place]]
    right_check(record, starts)


def reserving_count(reader, smallest):
    """Reserves 32 bytes for each entry before it looks whether the file has room for them."""
    number = int.from_bytes(reader.data[reader.at : reader.at + 4], "little")
    bytearray(32 * number)
    return right_count(reader, smallest)


if name == "quadratic":
    bmes._check = quadratic_check
elif name == "reserve":
    bmes._Reader.count = reserving_count
elif name == "format-7":
    bmes_testee.hello = bmes_testee.OPERATIONS["hello"] = lambda request, right=bmes_testee.hello: {**right(request), "formats": [7]}
elif name == "format-1":
    bmes.VERSIONS = (1,)
elif name == "believes-any-version":
    # Offers version 1 alone, and reads files of the others as well.
    bmes_testee.OPERATIONS["hello"] = lambda request, right=bmes_testee.hello: {**right(request), "formats": [1]}
elif name == "max-line":
    bmes_testee.OPERATIONS["hello"] = lambda request, right=bmes_testee.hello: {**right(request), "max_line": 4096}
    right_answer = bmes_testee.answer

    def short_requests(request):
        assert len(json.dumps(request, ensure_ascii=False).encode()) < 4096 + 256, "longer than max_line"
        return right_answer(request)

    bmes_testee.answer = short_requests
elif name == "two-halves":
    right_loads = json.loads

    def loads(text):
        """Reads the two halves of a surrogate pair as two characters."""
        return right_loads(text.replace("\\ud83d\\ude00", "\\ufffd\\ufffd").replace("\\uD83D\\uDE00", "\\ufffd\\ufffd"))

    bmes_testee.json.loads = loads
sys.exit(bmes_testee.serve())
