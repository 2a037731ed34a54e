"""A small coverage-guided fuzzer: change known inputs, keep those that reach new lines, report what raises.

The idea is AFL's (Zalewski, 2013): a corpus that grows by whatever goes where nothing went before. Coverage is that of
lines of our own code, by `sys.settrace`; without it the same changes are made blindly, and ten times faster.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

from tests.fuzz.targets import Target

_OURS: Final = str(Path(__file__).resolve().parents[2] / "ingest")
# Bytes. Longer inputs find quadratic behaviour, which has tests of its own, and little else for their price.
_LONGEST: Final = 4096
# Seconds of processor time for one input of that length beyond which it counts as a finding; usual are milliseconds.
SLOW: Final = 5.0
_NUMBERS: Final = (b"0", b"-1", b"65536", b"2147483648", b"99999999999999999999", b"1e999")


@dataclass(slots=True)
class Fuzzing:
    """What a session has done: inputs tried, lines reached, inputs that broke a law with what was raised."""

    tried: int = 0
    seconds: float = 0.0
    lines: set[tuple[CodeType, int]] = field(default_factory=set)
    corpus: list[bytes] = field(default_factory=list)
    findings: list[tuple[bytes, BaseException]] = field(default_factory=list)


def inputs(target: Target, chance: random.Random, corpus: list[bytes]) -> Iterator[bytes]:
    """Changed inputs without end; `corpus` may grow meanwhile."""
    while True:
        body = bytearray(chance.choice(corpus))
        for _ in range(1 << chance.randrange(5)):
            _change(body, target, chance, corpus)
        yield bytes(body[:_LONGEST])


def _change(body: bytearray, target: Target, chance: random.Random, corpus: list[bytes]) -> None:
    at = chance.randrange(len(body) + 1)
    end = min(len(body), at + 1 + chance.randrange(32))
    match chance.randrange(8):
        case 0:  # a byte becomes another
            body[at : at + 1] = bytes([chance.randrange(256)])
        case 1:  # a bit turns over
            if at < len(body):
                body[at] ^= 1 << chance.randrange(8)
        case 2:  # a piece goes
            del body[at:end]
        case 3:  # a piece is there twice, or often
            body[at:at] = body[at:end] * chance.choice((1, 1, 2, 30))
        case 4 | 5:  # a word of the language
            body[at:at] = chance.choice(target.words)
        case 6:  # a piece of another input
            other = chance.choice(corpus)
            start = chance.randrange(len(other) + 1)
            body[at:end] = other[start : start + 1 + chance.randrange(200)]
        case _:
            body[at:end] = chance.choice(_NUMBERS)


def fuzz(target: Target, *, seed: int, runs: int | None = None, seconds: float | None = None, guided: bool) -> Fuzzing:
    """Try changed inputs until so many were tried or so much time has passed. Deterministic for `runs`."""
    chance = random.Random(seed)  # noqa: S311  # not a secret
    found = Fuzzing(corpus=list(target.seeds))
    started = time.monotonic()
    for body in target.seeds:
        _try(target, body, found, guided=guided)
    for body in inputs(target, chance, found.corpus):
        found.seconds = time.monotonic() - started
        if found.tried == runs or (seconds is not None and found.seconds > seconds):
            break
        reached = len(found.lines)
        _try(target, body, found, guided=guided)
        if len(found.lines) > reached:
            found.corpus.append(body)
    return found


def _try(target: Target, body: bytes, found: Fuzzing, *, guided: bool) -> None:
    found.tried += 1
    started = time.process_time()
    before = sys.gettrace()
    if guided:
        sys.settrace(_tracer(found.lines))
    try:
        target.check(body)
        spent = time.process_time() - started
        if spent > SLOW:
            raise TimeoutError(f"took {spent:.1f} s of processor time")
    except Exception as error:  # noqa: BLE001  # whatever is raised is the finding
        found.findings.append((body, error))
    finally:
        sys.settrace(before)


def _tracer(lines: set[tuple[CodeType, int]]) -> Any:
    def line(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            lines.add((frame.f_code, frame.f_lineno))
        return line

    def call(frame: FrameType, event: str, _: object) -> Any:
        return line if frame.f_code.co_filename.startswith(_OURS) else None

    return call
