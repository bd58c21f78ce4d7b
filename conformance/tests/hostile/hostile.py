"""Testees that misbehave, by name: `python3 hostile.py NAME [OPERATION]`.

Each is the testee of `testees/python`, which is correct, but for one thing that its name says. Most do it once: when OPERATION (`decode`, if
not given) comes with the record that has nothing in it, or with its file. What is marked `@always` is done at every question, and what is
marked `@hello` at `hello`.

A behaviour gets the request and the right answer as a line, and gives what is written instead; with None nothing is.
"""

import json
import mmap
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "testees" / "python"))
import bmes_testee  # noqa: E402

NOTHING = ("53454d42" + "01000000" + "00000000" * 5).lower()
GIB = 1 << 30
MIB = 1 << 20
FOREVER = 1000
BEHAVIOURS = {}
questions = 0  # that this process has had
kept = []


def behaviour(when):
    def mark(function):
        BEHAVIOURS[function.__name__.strip("_").replace("_", "-")] = when, function
        return function

    return mark


def is_nothing(request, operation):
    if request["op"] != operation:
        return False
    return request.get("hex", NOTHING) == NOTHING and not any(request.get("record", {}).get("star_exports", []))


once = behaviour(is_nothing)
always = behaviour(lambda request, operation: request["op"] not in ("hello", "bye"))
hello = behaviour(lambda request, operation: request["op"] == "hello")


def write(line):
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def changed(line, **changes):
    return json.dumps(json.loads(line) | changes).encode() + b"\n"


def ok_changed(line, **changes):
    answer = json.loads(line)
    return changed(line, ok=answer["ok"] | changes)


# Nothing, or not all of it ----------------------------------------------------------------------------------


@once
def hang(request, line):
    time.sleep(FOREVER)


@always
def hang_always(request, line):
    time.sleep(FOREVER)


@once
def hang_without_sigterm(request, line):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(FOREVER)


@once
def hang_in_a_child(request, line):
    """The child, too, has to go. Its id is written where the test finds it."""
    child = os.fork()
    if child:
        with open(os.environ["HOSTILE_CHILDREN"], "a", encoding="ascii") as file:
            file.write(f"{child}\n")
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(FOREVER)


@once
def hang_outside_the_group(request, line):
    """A child leaves the process group, as a daemon does."""
    if os.fork() == 0:
        os.setsid()
    with open(os.environ["HOSTILE_CHILDREN"], "a", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(FOREVER)


@once
def half_a_line(request, line):
    write(line[: len(line) // 2])
    time.sleep(FOREVER)


@once
def half_a_line_and_the_end(request, line):
    write(line[: len(line) // 2])
    os._exit(0)


@once
def closed_output(request, line):
    os.close(1)
    time.sleep(FOREVER)


# The end ----------------------------------------------------------------------------------------------------


@once
def exit_0(request, line):
    os._exit(0)


@once
def exit_3(request, line):
    os._exit(3)


@once
def exit_after_the_answer(request, line):
    write(line)
    os._exit(0)


@once
def signal_(request, line):
    os.kill(os.getpid(), signal.SIGSEGV)


@always
def exit_every_third(request, line):
    if questions == 3:
        os._exit(1)
    return line


@always
def exit_at_once(request, line):
    os._exit(1)


@always
def exit_after_1000(request, line):
    if questions > 1000:
        os._exit(1)
    return line


# Children that live on with the output open -----------------------------------------------------------------


def with_a_child(leaves_the_group):
    if os.fork() == 0:
        if leaves_the_group:
            os.setsid()
        os.close(2)
        time.sleep(30)  # no runner reaches it once it has a session of its own
        os._exit(0)


@once
def exit_but_a_child(request, line):
    with_a_child(leaves_the_group=False)
    os._exit(0)


@once
def exit_but_a_distant_child(request, line):
    with_a_child(leaves_the_group=True)
    os._exit(0)


@once
def goes_on_with_a_child(request, line):
    with_a_child(leaves_the_group=True)
    return line


# Too much ---------------------------------------------------------------------------------------------------


@once
def line_of_100_mb(request, line):
    for _ in range(100):
        write(b"x" * 1_000_000)
    return b"\n"


@once
def line_without_end(request, line):
    while True:
        write(b"x" * 1_000_000)


@once
def lines_for_ever(request, line):
    while True:
        write(b"tick\n")
        time.sleep(0.01)


@once
def answer_and_lines_for_ever(request, line):
    write(line)
    while True:
        time.sleep(0.01)
        write(b"tick\n")


@once
def flood(request, line):
    while True:
        write(b"x" * 100_000 + b"\n")


@once
def two_answers(request, line):
    return line + line


@once
def one_more_line_later(request, line):
    write(line)
    time.sleep(0.05)
    return b"debug\n"


@always
def stderr(request, line):
    for _ in range(4):
        os.write(2, b"noise\n" * (MIB // 6))
    return line


# Not what a line is -----------------------------------------------------------------------------------------


@once
def text(request, line):
    return b"hello\n"


@once
def empty_line(request, line):
    return b"\n" + line


@once
def list_(request, line):
    return b"[" + line.rstrip() + b"]\n"


@once
def bom(request, line):
    return b"\xef\xbb\xbf" + line


@always
def crlf(request, line):
    return line.rstrip() + b"\r\n"


@once
def invalid_utf8(request, line):
    return b'{"id":%d,"fault":"\xe9"}\n' % request["id"]


@once
def key_twice(request, line):
    return line.replace(b'"version":1', b'"version":1,"version":1')


@once
def deep_nesting(request, line):
    return b'{"id":%d,"ok":%s}\n' % (request["id"], b"[" * 100_000 + b"]" * 100_000)


@always
def no_json_at_all(request, line):
    return b"\xff\x00 raw bytes\n"


# Not what an answer is --------------------------------------------------------------------------------------


@once
def wrong_id(request, line):
    return changed(line, id=request["id"] + 1)


@once
def previous_id(request, line):
    return changed(line, id=request["id"] - 1)


@once
def id_as_string(request, line):
    return changed(line, id=str(request["id"]))


@once
def number_as_string(request, line):
    return ok_changed(line, version="1")


@once
def number_with_fraction(request, line):
    return ok_changed(line, version=1.0)


@once
def missing_key(request, line):
    return line.replace(b'"star_exports":[],', b"")


@once
def unknown_key(request, line):
    return ok_changed(line, note="hello")


@once
def misspelt_key(request, line):
    return line.replace(b'"star_exports"', b'"star_export"')


# Lies -------------------------------------------------------------------------------------------------------


@behaviour(lambda request, operation: request["op"] == "encode")
def offers_what_it_has_not(request, line):
    return b'{"id":%d,"unsupported":"encode is not written yet"}\n' % request["id"]


@hello
def offers_version_2(request, line):
    return ok_changed(line, formats=[1, 2])


@hello
def offers_a_version_that_is_never_assigned(request, line):
    return ok_changed(line, formats=[1, 0xFFFFFFFF])


@hello
def offers_nothing(request, line):
    return ok_changed(line, ops=[])


@hello
def speaks_protocol_2(request, line):
    return ok_changed(line, protocol=2)


@behaviour(lambda request, operation: request["op"] == "hello" or is_nothing(request, operation))
def another_each_time(request, line):
    if request["op"] != "hello":
        os._exit(1)
    return ok_changed(line, version=str(os.getpid()))


# Memory -----------------------------------------------------------------------------------------------------


def reserve(size):
    """Addresses, and no memory."""
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
    return mmap.mmap(-1, size, flags=flags)


@once
def reserves_4_gib(request, line):
    # The peak grows by less than this if the process has freed memory since its peak, so it reserves a little more.
    reserve(4 * GIB + 64 * MIB).close()
    return line


@once
def fills_600_mib(request, line):
    bytearray(b"x") * (600 * MIB)
    return line


@once
def reserves_4_gib_in_a_child(request, line):
    """As behind a launcher: who answers is not who was started. See `main`."""
    return reserves_4_gib(request, line)


@hello
def reserves_4_gib_before_hello(request, line):
    kept.append(reserve(4 * GIB))
    return line


@always
def reserves_once(request, line):
    """What is taken only once, such as threads, is not the fault of who asks first."""
    if questions == 1:
        kept.append(reserve(3 * GIB // 2))
    return line


@always
def keeps_60_mib(request, line):
    kept.append(bytearray(b"x") * (60 * MIB))
    return line


# ------------------------------------------------------------------------------------------------------------


def main():
    global questions
    name, operation = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "decode"
    when, misbehave = BEHAVIOURS[name]
    if name == "reserves-4-gib-in-a-child" and os.fork():
        os.wait()
        return
    for line in sys.stdin.buffer:
        request = json.loads(line)
        questions += request["op"] != "hello"
        # `bye` has no answer. To hang there is possible all the same.
        answer = None if request["op"] == "bye" else right_answer(request)
        if when(request, operation):
            answer = misbehave(request, answer)
        if answer is not None:
            write(answer)
        if request["op"] == "bye":
            break


def right_answer(request):
    answer = {"id": request["id"], **bmes_testee.answer(request)}
    return json.dumps(answer, separators=(",", ":")).encode() + b"\n"


if __name__ == "__main__":
    main()
