"""A bounded session for every target, and each finding of a long one for good."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.mutate import fuzz, inputs
from tests.fuzz.targets import TARGETS, Target

REPOSITORY = Path(__file__).resolve().parents[2]
# What long sessions found, by target: the input made small, beside what it did.
FINDINGS = [
    # UnicodeDecodeError: libxml2's recovery lays a surrogate down as bytes, and the piece is cut within a CDATA section
    ("feed", b"<rss><channel><item><![CDATA[<item><title>a &#xD800; &#55296 b</title><guid>1</guid></item>]]></item>"),
    # ValueError: browsers read the backslash as a slash, urlsplit reads a host with a stray bracket
    ("robots", b"Sitemap: https://kranbote.example\\[x"),
    # another address: a no-break space became a plain one, and two of these became one, in the list as written
    ("opml", b"<opml><outline type='rss' xmlUrl='https://kranbote.example/a\xc2\xa0b  c'/></opml>"),
    ("page", b"<a href='https://kranbote.example\\[x'>RSS</a>"),
]
# Inputs per target in a build; about half a second each, with coverage.
RUNS = 150


@pytest.mark.parametrize("name", TARGETS)
def test_changed_inputs_break_no_law(name: str) -> None:
    """A session guided by coverage finds nothing; it grows its inputs, so it sees where it gets."""
    done = fuzz(TARGETS[name], seed=1, runs=RUNS // 3 if name == "page" else RUNS, guided=True)
    assert [(body, repr(error)) for body, error in done.findings] == []
    assert len(done.corpus) > len(TARGETS[name].seeds)


@pytest.mark.parametrize(("name", "body"), FINDINGS)
def test_what_was_found_stays_mended(name: str, body: bytes) -> None:
    """An input that broke a law once breaks none."""
    TARGETS[name].check(body)


def test_the_fuzzer_finds() -> None:
    """It reports what a target raises, and reaches what lies behind two words of its language."""

    def check(body: bytes) -> None:
        if b"<kai>" in body and b"<kran>" in body:
            raise KeyError("both")

    done = fuzz(Target(check, (b"x",), (b"<kai>", b"<kran>")), seed=3, runs=2000, guided=False)
    assert done.findings
    assert all(isinstance(error, KeyError) for _, error in done.findings)


def test_sessions_can_be_repeated() -> None:
    """One seed, one sequence of inputs."""
    target = TARGETS["feed"]
    first, second = (inputs(target, random.Random(5), list(target.seeds)) for _ in range(2))  # noqa: S311  # no secret
    assert [next(first) for _ in range(50)] == [next(second) for _ in range(50)]


@pytest.mark.thorough
def test_by_hand() -> None:
    """`python -m tests.fuzz` prints the figures of a session, and refuses what it does not know."""
    command = [sys.executable, "-m", "tests.fuzz"]
    done = subprocess.run([*command, "url", "1"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["target"], said["findings"]) == ("url", 0)
    assert said["runs"] > 0
    wrong = subprocess.run([*command, "kai", "1"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "TARGET is one of feed," in wrong.stderr
