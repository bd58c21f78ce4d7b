"""A BMES-CP/1 testee around bmes.py, bmes4.py and bmes_pack.py: what the conformance runner talks to.

    python3 bmes_testee.py              one request per line on standard input, one answer per line on standard output
    python3 bmes_testee.py decode       one-shot: the file itself on standard input, one answer, exit

The protocol is in conformance/PROTOCOL.md.
"""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

import bmes
import bmes4
import bmes_pack

Json = dict[str, Any]

IMPORT_TYPES = {
    "single": bmes.ImportType.SINGLE,
    "single-typescript": bmes.ImportType.SINGLE_TYPESCRIPT,
    "namespace": bmes.ImportType.NAMESPACE,
}
EXPORT_TYPES = {
    "local": bmes.ExportType.LOCAL,
    "indirect": bmes.ExportType.INDIRECT,
    "namespace": bmes.ExportType.NAMESPACE,
}
IMPORT_TYPE_NAMES = {number: name for name, number in IMPORT_TYPES.items()}
EXPORT_TYPE_NAMES = {number: name for name, number in EXPORT_TYPES.items()}

MAX_LINE = 256 * 2**20  # of a request. Python reads a line of any length: this is what the testee offers
MAX_ANSWER = 64 * 2**20  # both with the end of the line
EXIT_STATUS = {"ok": 0, "err": 1, "unsupported": 89, "fault": 70}  # of one-shot mode; 70 is none of its three: a crash


# The operations: a request in, the value of "ok" out ---------------------------------------------------------


def hello(request: Json) -> Json:
    return {
        "protocol": 1,
        "name": "bmes.py",
        "version": bmes.__version__,
        "language": "Python",
        "formats": list(bmes.VERSIONS),
        "ops": ["identify", "decode", "check", "encode", "match", "open-pack"],
        "errors": True,
        "max_line": MAX_LINE,
    }


def identify(request: Json) -> Json:
    return {"version": bmes.identify(hex_to_bytes(request["hex"]))}


def decode(request: Json) -> Json:
    file = hex_to_bytes(request["hex"])
    if bmes.identify(file) == 4:
        return bmes4.decode(file)
    record, bytecode = bmes.decode(file)
    return {
        "version": record.version,
        "requests": [
            {"specifier": specifier, "attributes": [{"key": key, "value": value} for key, value in attributes]}
            for specifier, attributes in record.requests
        ],
        "imports": [{**entry._asdict(), "type": IMPORT_TYPE_NAMES[entry.type]} for entry in record.imports],
        "exports": [{**entry._asdict(), "type": EXPORT_TYPE_NAMES[entry.type]} for entry in record.exports],
        "star_exports": record.star_exports,
        **environment_to_json(record.environment),
        "bytecode": bytecode._asdict(),
    }


def environment_to_json(environment: bmes.Environment | None) -> Json:
    """The keys that only a record of version 3 has."""
    if environment is None:
        return {}
    return {
        "declared_variables": [variable._asdict() for variable in environment.declared_variables],
        "lexical_variables": [variable._asdict() for variable in environment.lexical_variables],
        "code_features": environment.code_features,
    }


def check(request: Json) -> bool:
    file = hex_to_bytes(request["hex"])
    if bmes.identify(file) == 4:
        bmes4.check(file)
    else:
        bmes.check(file)
    return True


def encode(request: Json) -> Json:
    expect(request["record"], {"version": (int,)})
    if request["record"]["version"] == 4:
        return encode_version_4(request)
    record = record_from_json(request["record"])
    return {"hex": bmes.encode(record, hex_to_bytes(request["bytecode"])).hex()}


def record_from_json(record: Json) -> bmes.Record:
    if record["version"] not in bmes.VERSIONS:
        # The record of another version may have other keys: let `bmes.encode` refuse it by its number.
        return bmes.Record(version=record["version"])
    # A type that is not in the table goes through as text: `bmes.encode` refuses it (v1-writer-type).
    return bmes.Record(
        requests=[
            bmes.Request(
                request["specifier"],
                tuple(bmes.Attribute(attribute["key"], attribute["value"]) for attribute in request["attributes"]),
            )
            for request in record["requests"]
        ],
        imports=[
            bmes.Import(**{**entry, "type": IMPORT_TYPES.get(entry["type"], str(entry["type"]))})
            for entry in record["imports"]
        ],
        exports=[
            bmes.Export(**{**entry, "type": EXPORT_TYPES.get(entry["type"], str(entry["type"]))})
            for entry in record["exports"]
        ],
        star_exports=record["star_exports"],
        version=record["version"],
        environment=environment_from_json(record),
    )


def environment_from_json(record: Json) -> bmes.Environment | None:
    # The keys decide, not the version: where the two do not agree, `bmes.encode` refuses the record (v1-writer-type).
    if not {"declared_variables", "lexical_variables", "code_features"} & record.keys():
        return None
    return bmes.Environment(
        declared_variables=[bmes.Variable(**variable) for variable in record["declared_variables"]],
        lexical_variables=[bmes.Variable(**variable) for variable in record["lexical_variables"]],
        code_features=record["code_features"],
    )


def hex_to_bytes(text: str) -> bytes:
    data = bytes.fromhex(text)
    if 2 * len(data) != len(text):
        raise ValueError("spaces between the hex digits")  # which `bytes.fromhex` skips
    return data


# Version 4: bmes4.py takes and gives the record as it is in JSON. What has another type is no fault of the record. ---

INDEX = (int, type(None))  # `bmes4.encode` judges whether it can be None
VARIABLES = [{"name": INDEX, "bits": (int,)}]
SOURCE = {"size": (int,), "sha256": (str,)}
RECORD = {
    "flags": {"top_level_await": (bool,), "import_meta": (bool,), "typescript": (bool,)},
    "alignment": (int,),
    "producer": (str,),
    "source": SOURCE,
    "strings": [(str,)],
    "requests": [{"specifier": INDEX, "phase": (str,), "attributes": [{"key": INDEX, "value": INDEX}]}],
    "imports": [{"local_name": INDEX, "request": INDEX, "import_name": INDEX}],
    "exports": [{"export_name": INDEX, "request": INDEX, "name": INDEX}],
    "tolerant_imports": [INDEX],
    "star_exports": [INDEX],
    "environment": (dict, type(None)),
}
ENVIRONMENT = {
    "declared_variables": VARIABLES,
    "lexical_variables": VARIABLES,
    "code_features": (int,),
    "lexical_features": (int,),
}


def encode_version_4(request: Json) -> Json:
    record, text = request["record"], request.get("text")
    expect(record, RECORD)
    if record["environment"] is not None:
        expect(record["environment"], ENVIRONMENT)
    expect_digest(record["producer"])
    expect_digest(record["source"]["sha256"])
    text = b"" if text is None else hex_to_bytes(text)
    return {"hex": bmes4.encode(record, text, hex_to_bytes(request["bytecode"])).hex()}


def match(request: Json) -> bool:
    file, source = hex_to_bytes(request["hex"]), request["source"]
    expect_digest(request["producer"])
    if source not in ("embedded-text", "trusted", None):
        expect(source, SOURCE)
        expect_digest(source["sha256"])
    bmes4.match(file, request["producer"], source)
    return True


def expect(value: Any, shape: Any) -> None:
    """Whether a value has the keys and the types of a shape: a dict, a list of one shape, or the types of a value."""
    if type(value) not in (shape if type(shape) is tuple else (type(shape),)):
        raise TypeError(f"{type(value).__name__} instead of {shape}")
    if type(shape) is dict:
        for key in shape:
            expect(value[key], shape[key])
    elif type(shape) is list:
        for item in value:
            expect(item, shape[0])


def expect_digest(text: str) -> None:
    if len(hex_to_bytes(text)) != 32:
        raise ValueError("a digest does not have 32 bytes")


# Packs --------------------------------------------------------------------------------------------------------


def open_pack(request: Json) -> Json:
    return bmes_pack.open_pack(hex_to_bytes(request["hex"]))


OPERATIONS = {
    "hello": hello,
    "identify": identify,
    "decode": decode,
    "check": check,
    "encode": encode,
    "match": match,
    "open-pack": open_pack,
}


# Requests and answers ----------------------------------------------------------------------------------------


def fault(error: BaseException) -> Json:
    traceback.print_exception(error, file=sys.stderr)  # the runner shows standard error next to the failure
    return {"fault": f"{type(error).__name__}: {error}"}


def answer(request: Json) -> Json:
    """The answer to one request, without its id."""
    try:
        expect(request, {"op": (str,)})
        operation = OPERATIONS.get(request["op"])
        if operation is None:
            return {"unsupported": f"no operation {request['op']!a}"}
        return {"ok": operation(request)}
    except bmes.BmesError as error:  # the only exception that says something about the file
        err: Json = {"class": error.kind, "message": error.message}
        if error.offset is not None:
            err["offset"] = error.offset
        return {"err": err}
    except Exception as error:  # everything else is a bug, and has to look like one
        return fault(error)


def serve() -> int:
    """Persistent mode: until `bye`, or the end of standard input."""
    for line in sys.stdin.buffer:
        try:
            request = json.loads(line.decode("utf-8"))
            request_id = request.get("id")
        except Exception as error:
            request, request_id, result = {}, None, fault(error)
        else:
            if request.get("op") == "bye":
                break
            result = answer(request)
            if type(request_id) is not int or not 0 <= request_id < 2**53:
                request_id, result = None, {"fault": "the id is no integer from 0 to 2^53 - 1"}
        write({"id": request_id}, result)
    return 0


def one_shot(op: str) -> int:
    """One-shot mode: one question, and the exit status repeats the answer."""
    try:
        stdin = b"" if op == "hello" else sys.stdin.buffer.read()  # so that `hello` can be tried by hand
        request = json.loads(stdin.decode("utf-8")) if op in ("encode", "match") else {"hex": stdin.hex()}
        result = answer({**request, "op": op})
    except Exception as error:
        # Left to itself, Python would exit with status 1 here, and 1 means `err`.
        result = fault(error)
    return EXIT_STATUS[write({}, result)]


def write(request_id: Json, result: Json) -> str:
    """Writes one answer, and returns which of the four it is."""
    line = to_line({**request_id, **result})
    if len(line) > MAX_ANSWER:
        result = {"fault": "the answer is longer than a line can be"}
        line = to_line({**request_id, **result})
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()  # without it the runner waits forever
    return next(iter(result))


def to_line(answer: Json) -> bytes:
    # Without the escapes that JSON does not need: with them, the index of a large pack does not fit in a line. UTF-8 has
    # no lone surrogates; what "backslashreplace" makes of them is their escape in JSON.
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


if __name__ == "__main__":
    sys.exit(one_shot(sys.argv[1]) if len(sys.argv) > 1 else serve())
