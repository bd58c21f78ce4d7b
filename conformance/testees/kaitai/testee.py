"""The adapter between the conformance runner and what bmes.ksy compiles to.

    testee.py [--module DIRECTORY] [OPERATION]

DIRECTORY, or else the environment's BMES_KAITAI, is where compile.mjs wrote
bmes.py. Without an operation, requests are read from standard input, one a
line; with one, it is answered once, for the file on standard input.

Nothing here judges a file: what is refused, the compiled parser refused. The
adapter gives the refusal its name and puts the record into the protocol's form.
"""

import argparse
import gc
import importlib
import json
import os
import sys
import traceback
from io import BytesIO

import kaitaistruct
from kaitaistruct import EndOfStreamError, KaitaiStream, ValidationFailedError

# The class of an error by the place in the .ksy whose `valid` was not met.
CLASSES = {
    "/types/identification/seq/0": "bad-magic",
    "/types/identification/seq/1": "unsupported-version",
    "/types/body_v1/seq/1": "truncated",  # bytecode_size
    "/types/body_v1/seq/2": "trailing-bytes",  # bytecode
    "/types/body_v2/seq/0": "trailing-bytes",  # bytecode_place
    "/types/bytecode_place/seq/0": "bad-layout",  # bytecode_offset
    "/types/bytecode_place/seq/1": "truncated",  # bytecode_size
    "/types/metadata/seq/2": "bad-layout",  # padding
    "/types/request/seq/1": "bad-flag",  # has_attributes
    "/types/import_entry/seq/0": "bad-type",
    "/types/export_entry/seq/0": "bad-type",
    "/types/count/seq/0": "truncated",
    "/types/utf8_string/seq/0": "truncated",  # length
}


class Refused(Exception):
    def __init__(self, error_class, message):
        super().__init__(message)
        self.error_class = error_class


def parse(kaitai_type, data):
    try:
        return kaitai_type(KaitaiStream(BytesIO(data)))
    except EndOfStreamError as error:
        raise Refused("truncated", str(error)) from error
    except UnicodeDecodeError as error:
        raise Refused("bad-utf8", error.reason) from error
    except ValidationFailedError as error:
        # Not str(error): it can have the whole bytecode in it.
        raise Refused(CLASSES[error.src_path], error.src_path) from error


def identify(bmes, data):
    version = parse(bmes.Identification, data).version
    if version not in HELLO["formats"]:
        # The .ksy has the layout of version 4, but a reader of version 4 also compares checksums and orders.
        raise Refused("unsupported-version", f"version {version}")
    return {"version": version}


def decode(bmes, data):
    version = identify(bmes, data)["version"]
    file = parse(bmes, data)
    body = file.body
    if version == 1:
        record, offset = body.record, body.bytecode_start
    else:
        record, offset = body.metadata.record, body.bytecode_place.bytecode_offset

    answer = {
        "version": version,
        "requests": [
            {
                "specifier": request.specifier.value,
                "attributes": [
                    {"key": attribute.key.value, "value": attribute.value.value}
                    for attribute in (request.attributes if request.has_attributes else [])
                ],
            }
            for request in record.requests
        ],
        "imports": [
            {
                "type": type_name(entry),
                "module_request": entry.module_request.value,
                "import_name": entry.import_name.value,
                "local_name": entry.local_name.value,
            }
            for entry in record.imports
        ],
        "exports": [
            {
                "type": type_name(entry),
                "export_name": entry.export_name.value,
                "module_name": entry.module_name.value,
                "import_name": entry.import_name.value,
                "local_name": entry.local_name.value,
            }
            for entry in record.exports
        ],
        "star_exports": [specifier.value for specifier in record.star_exports],
    }
    if version == 3:
        words = body.metadata.engine_words
        answer["declared_variables"] = variables(words.declared_variables)
        answer["lexical_variables"] = variables(words.lexical_variables)
        answer["code_features"] = words.code_features
    answer["bytecode"] = {"offset": offset, "length": len(body.bytecode)}
    return answer


def type_name(entry):
    return entry.type.name.replace("_", "-")


def variables(entries):
    return [{"name": entry.name.value, "bits": entry.bits} for entry in entries]


FILE_OPERATIONS = {"identify": identify, "decode": decode}

HELLO = {
    "protocol": 1,
    "name": "bmes-kaitai",
    "version": kaitaistruct.__version__,
    "language": "Kaitai Struct (Python)",
    "formats": [1, 2, 3],
    "ops": list(FILE_OPERATIONS),
    "errors": True,
}


def answer(bmes, op, read_file):
    """The answer to one request, without its id."""
    try:
        if op == "hello":
            return {"ok": HELLO}
        if op not in FILE_OPERATIONS:
            return {"unsupported": f"{op} is not offered"}
        return {"ok": FILE_OPERATIONS[op](bmes, read_file())}
    except Refused as error:
        return {"err": {"class": error.error_class, "message": str(error)}}
    except Exception as error:
        traceback.print_exc()
        return {"fault": f"{type(error).__name__}: {error}"}


def write(message):
    print(json.dumps(message, separators=(",", ":")), flush=True)


def serve(bmes):
    for line in sys.stdin.buffer:
        request_id = None
        try:
            request = json.loads(line)
            request_id = request["id"]
            op = request["op"]
        except (ValueError, KeyError, TypeError) as error:
            write({"id": request_id, "fault": f"not a request: {error!r}"})
            continue
        if op == "bye":
            return
        write({"id": request_id, **answer(bmes, op, lambda: bytes.fromhex(request["hex"]))})
        gc.collect()


def answer_once(bmes, op):
    message = answer(bmes, op, sys.stdin.buffer.read)
    write(message)
    return {"ok": 0, "err": 1, "unsupported": 89, "fault": 70}[next(iter(message))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--module", default=os.environ.get("BMES_KAITAI"), metavar="DIRECTORY")
    parser.add_argument("operation", nargs="?")
    arguments = parser.parse_args()
    if not arguments.module:
        parser.error("--module or BMES_KAITAI has to say where bmes.py is")
    sys.path.insert(0, arguments.module)
    bmes = importlib.import_module("bmes").Bmes

    # A file of 1 MiB can become 400,000 objects, each of which knows its parent.
    # They are looked through once, after the answer, and not while they are made.
    gc.disable()
    gc.freeze()

    if arguments.operation:
        return answer_once(bmes, arguments.operation)
    return serve(bmes)


if __name__ == "__main__":
    sys.exit(main())
