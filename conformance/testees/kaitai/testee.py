"""The adapter between the conformance runner and what bmes.ksy compiles to.

    testee.py [--module DIRECTORY] [OPERATION]

DIRECTORY, or else the environment's BMES_KAITAI, is where compile.mjs wrote
bmes.py. Without an operation, the adapter reads requests from standard input,
one a line; with one, it answers it once, for the file on standard input.

This file has only the protocol. reader.py decodes a file with the compiled
parser.
"""

import argparse
import gc
import importlib
import json
import os
import sys
import traceback

import kaitaistruct

import reader
from parsing import Rejected

FILE_OPERATIONS = {"identify": reader.identify, "decode": reader.decode}

HELLO = {
    "protocol": 1,
    "name": "bmes-kaitai",
    "version": kaitaistruct.__version__,
    "language": "Kaitai Struct (Python)",
    "formats": [1, 2, 3, 4],
    "ops": list(FILE_OPERATIONS),
    "errors": True,
}

MAX_LINE = 64 * 1024 * 1024
MAX_ID = 2**53 - 1


def answer(bmes, op, read_file):
    """Returns the answer to one request, without its id."""
    try:
        if op == "hello":
            return {"ok": HELLO}
        if op not in FILE_OPERATIONS:
            return {"unsupported": f"{op} is not offered"}
        return {"ok": FILE_OPERATIONS[op](bmes, read_file())}
    except Rejected as error:
        message = {"class": error.error_class, "message": str(error)}
        if error.offset is not None:
            message["offset"] = error.offset
        return {"err": message}
    except Exception as error:
        traceback.print_exc()
        return {"fault": f"{type(error).__name__}: {error}"}


def write(message):
    line = json.dumps(message, separators=(",", ":"))
    if len(line) >= MAX_LINE:
        line = json.dumps({"id": message.get("id"), "fault": "the answer is longer than 64 MiB"})
    print(line, flush=True)


def parse_request(line):
    """Returns the request of a line, and its id."""
    request = json.loads(line)
    request_id = request["id"]
    if type(request_id) is not int or not 0 <= request_id <= MAX_ID:
        raise ValueError("the id is not an integer from 0 to 2^53 - 1")
    return request, request_id


def hex_digits(request):
    digits = request["hex"]
    if not isinstance(digits, str) or any(space in digits for space in " \t\n\r\f\v"):
        raise ValueError("hex is not a string of digits")  # bytes.fromhex would skip spaces
    return bytes.fromhex(digits)


def serve(bmes):
    for line in sys.stdin.buffer:
        try:
            request, request_id = parse_request(line)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            write({"id": None, "fault": f"not a request: {type(error).__name__}: {error}"})
            continue
        op = request.get("op")
        if not isinstance(op, str):
            write({"id": request_id, "fault": "op is not a string"})
            continue
        if op == "bye":
            return
        write({"id": request_id, **answer(bmes, op, lambda: hex_digits(request))})
        gc.collect()


def answer_once(bmes, op):
    message = answer(bmes, op, sys.stdin.buffer.read)
    (kind,) = message
    write(message)
    return {"ok": 0, "err": 1, "unsupported": 89, "fault": 70}[kind]


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
