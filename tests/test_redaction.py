"""What is shown of an address tells no password and no key."""

from __future__ import annotations

import io
import json
import logging
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import logs
from ingest.errors import Refused
from ingest.redaction import redacted
from ingest.run.summary import Summary

SECRET = "s3cr3t-Value_9"  # noqa: S105  # invented


@pytest.mark.parametrize(
    "name",
    ["key", "KEY", "api_key", "apikey", "api-key", "token", "access_token", "auth_token", "sig", "signature",
     "password", "pwd", "client_secret", "X-Amz-Signature", "X-Goog-Credential", "subscription-key", "jwt", "hmac",
     "auth"],
)  # fmt: skip
@pytest.mark.parametrize(
    "form",
    [
        "https://kranbote.example/feed?{}={}",
        "https://kranbote.example/feed?a=1&{}={}&b=2",
        "&amp;{}={}",
        "failed: https://a.example/?x=1;{}={} (why)",
        '{{"url": "https://a.example/?{}={}"}}',
        "https://a.example/?url=https%3A%2F%2Fb.example%2F%3F{}%3D{}%26c=1",
        "https://a.example/#{}={}",
    ],
)
def test_parameters_that_open_doors_are_hidden(form: str, name: str) -> None:
    """Wherever such a parameter stands, its value goes and all around it stays."""
    assert redacted(form.format(name, SECRET)) == form.format(name, "***")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://mara:" + SECRET + "@a.example/x@y", "https://***@a.example/x@y"),
        ("(https://mara:p@ss@a.example:81/)", "(https://***@a.example:81/)"),
        ("postgresql://mara:x@db/news", "postgresql://***@db/news"),
        ("//mara@a.example", "//***@a.example"),
    ],
)
def test_user_names_and_passwords_are_hidden(text: str, shown: str) -> None:
    """What stands before the host is gone, up to the last @ before the path."""
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/?id=abc&keyword=kai&keys=1&monkey=x&design=2&passage=3&author=m",
        "https://a.example/artikel.php?key=12345",
        "https://a.example/@mara/toot",
        "mara@a.example writes: key=value",
        "https://a.example/signature=x",
    ],
)
def test_the_rest_stays(text: str) -> None:
    """Names that merely sound alike, article numbers and plain text are left alone."""
    assert redacted(text) == text


@given(st.lists(st.sampled_from(["https://", "a:b@", "?key=", "x", "&", "***", "%3F", "%3d", "token", "1", "/", " "])))
def test_hiding_twice_changes_nothing(pieces: list[str]) -> None:
    """Redaction is idempotent."""
    once = redacted("".join(pieces))
    assert redacted(once) == once


def test_hiding_takes_no_time() -> None:
    """No text makes it slow: it runs over every line of the log."""
    started = time.process_time()
    for piece in ("//", "//a@", "?key=", "&a_", "?a_a_a_a_", "%3F", "?api-"):
        redacted("=@//" + piece * (200_000 // len(piece)))
    assert time.process_time() - started < 20


@pytest.mark.parametrize("form", ["human", "json"])
def test_no_event_tells_a_secret(form: str) -> None:
    """Keys, messages and tracebacks of log events go through it."""
    stream = io.StringIO()
    logger = logging.getLogger("ingest")
    before = logger.handlers[:], logger.level, logger.propagate
    try:
        logs.set_up(form=form, level="INFO", stream=stream)
        try:
            urlsplit(f"https://[mara:{SECRET}@a.example/")
        except ValueError:
            logger.exception("broken", extra={"url": f"https://a.example/?api_key={SECRET}"})
        logger.info("feed", extra={"error": f'see "https://a.example/?a=1&token={SECRET}"'})
    finally:
        logger.handlers[:], logger.level, logger.propagate = before
    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count("***") >= 2
    if form == "json":
        assert [json.loads(line)["level"] for line in stream.getvalue().splitlines()] == ["error", "info"]


def test_errors_and_summaries_tell_no_secret() -> None:
    """What an error says of itself is what is stored; a summary's errors name the feed without its key."""
    error = Refused("refused address", reason="userinfo", why=f"https://a.example/?sig={SECRET}")
    summary = Summary(started=datetime(2026, 3, 2, tzinfo=UTC))
    summary.error(f"https://mara:{SECRET}@a.example/feed", error.error_class, f"{error}")
    assert SECRET not in f"{error}{json.dumps(summary.as_dict())}"
    assert summary.errors[0]["url"] == "https://***@a.example/feed"
