"""Tests that run.py reports each fault of a folder with one case."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path
from typing import Any
from unittest import mock

import run

FILE = bytes.fromhex("53454d4201000000")
SIDECAR = {"id": "v1/header/x", "expect": {"identify": {"version": 1}, "decode": {"error": ["truncated"], "offset": 8}}}
ENTRY = {"id": "v1/header/x", "title": "a header", "format": 1, "sidecar": "x.json", "file": "x.bmes"}
HELLO = {"formats": [1], "ops": ["identify", "decode", "check", "encode"], "errors": True}

TESTEE = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    answers = {"hello": {"ok": HELLO}, "identify": {"ok": {"version": 1}}, "decode": {"err": {"class": "truncated"}}}
    print(json.dumps({"id": request["id"], **answers[request["op"]]}), flush=True)
""".replace("HELLO", repr(HELLO))


class Run(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        shutil.copy(run.__file__, self.folder)
        (self.folder / "VERSION").write_text("0.1.0\n")
        (self.folder / "cases.json").write_text(json.dumps({"cases": [ENTRY]}))
        (self.folder / "x.bmes").write_bytes(FILE)
        (self.folder / "x.json").write_text(json.dumps(SIDECAR))
        lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in self.folder.iterdir()]
        (self.folder / run.MANIFEST).write_text("".join(lines))

    def run_on(self, testee: str) -> tuple[int, str]:
        printed = io.StringIO()
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            mock.patch.object(run, "__file__", str(self.folder / "run.py")),
        ):
            status = run.main([sys.executable, "-c", testee])
        return status, printed.getvalue()

    def failures(self, answer: Any, **hello: Any) -> int:
        return len(list(run.failures(self.folder, HELLO | hello, lambda _: answer, Counter())))

    def test_a_good_testee_passes(self) -> None:
        self.assertEqual(self.run_on(TESTEE), (0, "corpus 0.1.0: 2 passed, 0 failed, 0 skipped\n"))

    def test_what_is_not_offered_is_skipped_and_counted(self) -> None:
        self.assertIn("1 passed, 0 failed, 1 skipped", self.run_on(TESTEE.replace("'identify', ", ""))[1])
        self.assertIn("0 passed, 0 failed, 2 skipped", self.run_on(TESTEE.replace("'formats': [1]", "'formats': [2]"))[1])

    def test_a_pack_has_no_format_and_its_index_is_compared(self) -> None:
        case = {"id": "pack/valid/x", "expect": {"open-pack": {"index": {"pack": 1}}}}
        (self.folder / "x.json").write_text(json.dumps(case))
        entry = {**ENTRY, "id": "pack/valid/x", "format": None}
        (self.folder / "cases.json").write_text(json.dumps({"cases": [entry]}))
        for answer, failed in ({"ok": {"pack": 1}}, 0), ({"ok": {"pack": True}}, 1), ({"err": {"class": "bad-zip"}}, 1):
            self.assertEqual(self.failures(answer, ops=["open-pack"]), failed, answer)
        self.assertEqual(self.failures({"fault": ""}, ops=["decode"]), 0)

    def test_a_request_that_is_too_long_is_skipped(self) -> None:
        (self.folder / "x.bmes").write_bytes(FILE + bytes(100_000))
        self.assertEqual(self.failures({"fault": ""}, max_line=100_000), 0)
        self.assertEqual(self.failures({"fault": ""}, max_line=300_000), 2)

    def test_a_crash_fails_the_case_and_no_other(self) -> None:
        status, printed = self.run_on(TESTEE.replace("    answers", "    request['op'] == 'identify' and sys.exit()\n    answers"))
        self.assertEqual(status, 1)
        self.assertIn("FAIL v1/header/x identify: a header; expected version 1; got", printed)
        self.assertIn("1 passed, 1 failed, 0 skipped", printed)

    def test_a_wrong_id_fails(self) -> None:
        self.assertEqual(self.run_on(TESTEE.replace('"id": request["id"]', '"id": min(1, request["id"])'))[0], 1)

    def test_what_does_not_answer_hello_is_no_testee(self) -> None:
        for program in ("", "print(1)", "print('{\"id\":1,\"ok\":{}}')"):
            self.assertEqual(self.run_on(program)[0], 3, program)
        self.assertEqual(run.Testee(["/no/such/program"]).ask({}).keys(), {"broken"})

    def test_a_file_that_is_changed_missing_or_unnamed_is_noticed(self) -> None:
        (self.folder / "x.bmes").write_bytes(FILE + b"\0")
        (self.folder / "x.json").unlink()
        (self.folder / "y.json").write_text("{}")
        status, printed = self.run_on(TESTEE)
        self.assertEqual(status, 2)
        self.assertIn(": x.bmes, x.json, y.json;", printed)

    def test_each_wrong_answer_fails(self) -> None:
        self.assertEqual(self.failures({"ok": {"version": 1}}), 1)
        self.assertEqual(self.failures({"ok": {"version": 1.0}}), 2)
        self.assertEqual(self.failures({"err": {"class": "truncated"}}), 1)
        self.assertEqual(self.failures({"err": {"class": "bad-flag"}}), 2)
        self.assertEqual(self.failures({"err": {"class": "bad-flag"}}, errors=False), 1)
        self.assertEqual(self.failures({"err": "truncated"}), 2)
        self.assertEqual(self.failures({"fault": "it broke"}), 2)

    def test_encode_is_asked_for_the_record_and_its_bytecode(self) -> None:
        record = {"version": 1, "bytecode": {"offset": 4, "length": 2}}
        sidecar = {"expect": {"decode": {"record": record}, "encode": {"ok": True}}}
        asked = run.request("encode", sidecar, FILE)
        self.assertEqual(asked, {"op": "encode", "record": {"version": 1}, "bytecode": "0100"})
        self.assertTrue(run.is_right("encode", {"ok": True}, {"ok": {"hex": FILE.hex()}}, FILE, classes=True))
        self.assertFalse(run.is_right("encode", {"ok": True}, {"ok": {"hex": ""}}, FILE, classes=True))

    def test_a_failure_says_where_the_bytes_differ(self) -> None:
        def said(file: bytes) -> str:
            return run.in_words("encode", {"ok": True}, {"ok": {"hex": file.hex()}}, FILE)

        self.assertEqual(said(FILE[:5] + b"\1" + FILE[6:]), "8 bytes, first difference at byte 5")
        self.assertEqual(said(FILE + b"\0"), "8 bytes, first difference at byte 8")
        self.assertEqual(said(FILE[:3]), "8 bytes, first difference at byte 3")

    def test_a_failure_says_what_would_have_been_right(self) -> None:
        for op, expected, right in [
            ("identify", {"version": 1}, "version 1"),
            ("decode", {"record": {}}, "the record of the case"),
            ("decode", {"error": ["bad-type", "bad-flag"]}, "err bad-type or bad-flag"),
            ("check", {"ok": True}, "ok"),
            ("encode", {"error": []}, "err"),
            ("encode", {"ok": True}, "8 bytes"),
        ]:
            self.assertEqual(run.in_words(op, expected, {"fault": "it broke"}, FILE), right)

    def test_a_recipe_grows_the_file_and_the_record(self) -> None:
        seed, grown = b"\x01n000000.", b"\x02n000000n000001."
        parts = [{"bytes": "02"}, {"copy": [1, 8], "times": 2}, {"copy": [8, 9]}]
        steps = [{"at": "/exports/0/name", "parts": [{"copy": [0, 7]}, {"copy": [0, 1], "times": 2}]}, {"at": "/exports", "parts": [{"copy": [0, 1], "times": 2, "first": 7}]}]
        recipe = {"file": {"parts": parts, "length": 16, "sha256": hashlib.sha256(grown).hexdigest()}, "record": steps}
        (self.folder / "x.seed.bmes").write_bytes(seed)
        sidecar: Any = {"expect": {"decode": {"record": {"exports": [{"name": "n000000"}]}}}, "recipe": recipe}
        entry = {"id": "v1/size/x", "seed": "x.seed.bmes"}
        self.assertEqual(run.files(self.folder, entry, sidecar), (grown, grown))
        names = [export["name"] for export in sidecar["expect"]["decode"]["record"]["exports"]]
        self.assertEqual(names, ["n000007nn", "n000008nn"])

    def test_a_file_that_grows_into_another_one_is_an_error(self) -> None:
        (self.folder / "x.seed.bmes").write_bytes(b"x")
        sidecar: Any = {"expect": {}, "recipe": {"file": {"parts": [{"copy": [0, 1]}], "length": 1, "sha256": "00"}}}
        with self.assertRaises(ValueError):
            run.files(self.folder, {"id": "v1/size/x", "seed": "x.seed.bmes"}, sidecar)


if __name__ == "__main__":
    unittest.main()
