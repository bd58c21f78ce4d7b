"""Tests of run_archive.py: that it notices what is wrong, with an archive of one case."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tarfile
import tempfile
import unittest
from pathlib import Path

import run_archive

FILE = bytes.fromhex("53454d4201000000")
SIDECAR = {"id": "v1/header/x", "expect": {"identify": {"version": 1}, "decode": {"error": ["truncated"], "offset": 8}}}
ENTRY = {"id": "v1/header/x", "title": "a header", "sidecar": "v1/header/x.json", "file": "v1/header/x.bmes"}


def good() -> dict[str, bytes]:
    files = {
        "VERSION": b"0.1.0\n",
        "cases.json": json.dumps({"version": "0.1.0", "cases": [ENTRY]}).encode(),
        "v1/header/x.bmes": FILE,
        "v1/header/x.json": json.dumps(SIDECAR).encode(),
    }
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()]
    return {**files, "MANIFEST.sha256": "".join(lines).encode()}


class RunArchive(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "corpus.tar.gz"

    def run_on(self, files: dict[str, bytes]) -> tuple[int, str]:
        with tarfile.open(self.path, "w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(f"bmes-corpus-0.1.0/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        return self.status()

    def status(self) -> tuple[int, str]:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            status = run_archive.main([str(self.path)])
        return status, printed.getvalue()

    def test_a_good_archive_passes(self) -> None:
        self.assertEqual(self.run_on(good()), (0, "corpus 0.1.0: 1 cases, 2 questions, 0 failures\n"))

    def test_a_changed_file_is_noticed(self) -> None:
        status, printed = self.run_on({**good(), "v1/header/x.bmes": FILE + b"\0"})
        self.assertEqual(status, 2)
        self.assertIn("not as in its manifest: v1/header/x.bmes", printed)

    def test_a_missing_file_is_noticed(self) -> None:
        files = good()
        del files["v1/header/x.json"]
        self.assertEqual(self.run_on(files)[0], 2)

    def test_a_file_that_no_manifest_names_is_noticed(self) -> None:
        self.assertEqual(self.run_on({**good(), "v1/header/y.json": b"{}"})[0], 2)

    def test_what_is_cut_or_not_there_is_no_archive(self) -> None:
        self.assertEqual(self.status()[0], 2)
        self.run_on(good())
        archive = self.path.read_bytes()
        for damaged in (archive[:100], archive[:30] + b"\xff" * 60 + archive[90:], b""):
            self.path.write_bytes(damaged)
            self.assertEqual(self.status()[0], 2)

    def test_a_wrong_answer_is_a_failure_for_each_operation(self) -> None:
        wrong_answers = [
            ({"ok": {"version": 2}}, 2),
            ({"ok": {"version": 1}}, 1),
            ({"err": {"class": "truncated"}}, 1),
            ({"err": {"class": "bad-flag"}}, 2),
            ({"fault": "ValueError"}, 2),
        ]
        for answer, count in wrong_answers:
            _, wrong = run_archive.failures(good(), lambda _, answer=answer: answer)
            self.assertEqual(len(wrong), count, answer)

    def test_encode_is_asked_for_the_record_and_its_bytecode(self) -> None:
        record = {"version": 1, "bytecode": {"offset": 4, "length": 2}}
        sidecar = {"expect": {"decode": {"record": record}, "encode": {"ok": True}}}
        asked = run_archive.requests({"file": "f"}, sidecar, {"f": FILE})["encode"]
        self.assertEqual(asked, {"op": "encode", "record": {"version": 1}, "bytecode": "0100"})
        self.assertTrue(run_archive.is_right("encode", {"ok": True}, {"ok": {"hex": FILE.hex()}}, FILE))
        self.assertFalse(run_archive.is_right("encode", {"ok": True}, {"ok": {"hex": ""}}, FILE))


if __name__ == "__main__":
    unittest.main()
