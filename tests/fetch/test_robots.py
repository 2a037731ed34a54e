"""What a robots.txt says, read purely."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.robots import MAX_BYTES, Robots, answered

NOW = datetime(2026, 11, 16, 6, tzinfo=UTC)
URL = "https://paper.example/local/story-1.html?page=2"


def said(text: str | bytes, status: int | None = 200) -> Robots:
    body = text.encode() if isinstance(text, str) else text
    return Robots(status=status, body=body, fetched=NOW, expires=NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /local/\nAllow: /local/story", True),
        ("User-agent: *\nDisallow: /*?page=", False),
        ("User-agent: *\nDisallow: /local/story-1.html$", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Newsfold\nDisallow: /x", True),
        ("User-agent: newsfold/2.0  # us\nDisallow: /\n", False),
        ("User-agent: other\nUser-agent: newsfold\nDisallow: /", False),
        ("User-agent: news\nDisallow: /", True),
        ("User-agent: newsfoldbot\nDisallow: /", True),
        ("user agent newsfold\r\ndisallow /", False),
        ("\ufeffUser-agent: *\rDisallow: /", False),
        ("<!DOCTYPE html><title>User-agent: *</title>\n<p>Disallow: /", True),
        ("Disallow: /", True),
    ],
)
def test_verdicts(text: str, allowed: bool) -> None:
    """Groups are chosen by our whole name, else by the star; the longest rule wins; rubbish says nothing."""
    assert said(text).verdict(URL) == ("allowed" if allowed else "disallowed")


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, "later"),
        (500, "later"),
        (503, "later"),
        (429, "later"),
        (404, "allowed"),
        (403, "allowed"),
        (302, "allowed"),
    ],
)
def test_statuses(status: int | None, verdict: str) -> None:
    """No file means no rules; a server in trouble, or asking for time, means not now."""
    assert answered(status, None, now=NOW, before=None).verdict(URL) == verdict


def test_lifetimes() -> None:
    """An answer holds for a day, trouble for minutes; the last word stands through trouble for a week at most."""
    good = answered(200, b"User-agent: *\nDisallow: /", now=NOW, before=None)
    assert good.expires == NOW + timedelta(days=1)
    later = NOW + timedelta(days=6)
    kept = answered(500, None, now=later, before=good)
    assert (kept.verdict(URL), kept.fetched, kept.expires) == ("disallowed", NOW, later + timedelta(minutes=10))
    assert answered(None, None, now=NOW + timedelta(days=8), before=kept).verdict(URL) == "later"
    assert answered(404, None, now=later, before=good).verdict(URL) == "allowed"


@pytest.mark.parametrize(
    ("value", "seconds"), [("2.5", 2.5), ("-1", 0), ("nan", 0), ("inf", 0), ("soon", 0), ("", 0), ("1e3", 1000)]
)
def test_crawl_delay(value: str, seconds: float) -> None:
    """A delay is a finite number of seconds, or none."""
    assert said(f"User-agent: *\nCrawl-delay: {value}").crawl_delay == seconds
    assert said(f"User-agent: *\nCrawl-delay: {value}", status=404).crawl_delay == 0


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: b{n}\n" for n in range(10_000)) + "".join(f"Disallow: /{n}\n" for n in range(10_000)),
        "User-agent: *\n" + "".join(f"Disallow: /*a*{n}b\n" for n in range(20_000)),
        "User-agent: *\nDisallow: /" + "$" * 500_000,
        "User-agent: *\nDisallow: /" + "*a" * 250_000,
    ],
    ids=["many names", "many wildcards", "dollars", "one long rule"],
)
def test_hostile_files_cost_little(text: str) -> None:
    """No robots.txt of the size we read keeps a thread busy."""
    started = time.process_time()
    said(text[:MAX_BYTES]).verdict("https://paper.example/" + "a" * 2000)
    assert time.process_time() - started < 20  # about 0.3 s on a machine at rest; minutes for the first, unguarded


@given(st.binary(max_size=400))
def test_any_bytes_are_read(body: bytes) -> None:
    """Whatever a server sends, there is a verdict."""
    robots = said(b"User-agent: *\n" + body)
    assert robots.verdict(URL) in {"allowed", "disallowed"}
    assert robots.crawl_delay >= 0
