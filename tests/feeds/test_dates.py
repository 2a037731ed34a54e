"""Dates as feeds print them, and junk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.feeds.dates import parse_date

MOMENT = datetime(2024, 3, 11, 16, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 11 Mar 2024 17:40:00 +0100",
        "Mon, 11 Mar 2024 16:40:00 GMT",
        "11 Mar 2024 16:40 UT",
        "11 Mar 24 16:40:00 Z",
        "Mon, 11 Mar 2024 17:40:00 CET",
        "Mon, 11 Mar 2024 17:40:00 MEZ",
        "Mon, 11 Mar 2024 12:40:00 EDT",
        "Mon, 11 Mar 2024 08:40:00 -0800",
        "Mon, 11 March 2024 17:40:00 GMT+01:00",
        "Mon, 11 Mar 2024 17:40:00 GMT+1",
        "Mon, 11 Mar 2024 17:40:00 +0100 (CET)",
        "monday, 11-mar-2024 16:40:00 gmt",
        "Mon 11 Mar 2024 16:40:00",
        "Mon,11 Mar 2024 16:40:00",
        "  Mon, 11 Mar\n 2024  16:40:00  GMT ",
        "Mo, 11 Mär 2024 17:40:00 +0100",
        "Montag, 11. März 2024, 17:40:00 MEZ",
        "lun., 11 mars 2024 17:40:00 +0100",
        "Mar 11, 2024 4:40 PM",
        "March 11, 2024 at 4:40 pm",
        "Mon Mar 11 16:40:00 2024",
        "Mon Mar 11 16:40:00 UTC 2024",
        "Mon, 11 Mar 2024 16:40:00 Etc/GMT",
        "2024-03-11T17:40:00+01:00",
        "2024-03-11T16:40:00Z",
        "2024-03-11T16:40:00.123456789Z",
        "2024-03-11T16:40Z",
        "2024-03-11 16:40:00",
        "2024-03-11 17:40:00 +0100",
        "2024-03-11t17:40:00+0100",
        "2024-03-11T17:40:00 +01:00",
        "2024/03/11 16:40:00",
        "20240311T164000Z",
        "20240311164000",
        "11.03.2024 16:40",
        "11.03.2024, 16:40 Uhr",
        "1710175200",
        "1710175200123",
        "Mon, 11 Mar 2024 16:39:60 GMT",
    ],
)
def test_many_spellings_of_one_moment(text: str) -> None:
    """RFC 822 in its broken forms, ISO 8601, asctime, German and French, seconds since 1970."""
    assert parse_date(text) == MOMENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-11", datetime(2024, 3, 11, tzinfo=UTC)),
        ("2024-03", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("11 Mar 2024", datetime(2024, 3, 11, tzinfo=UTC)),
        ("Mon, 11 Mar 2024 24:00:00 GMT", datetime(2024, 3, 12, tzinfo=UTC)),
        ("13/03/2024 16:40", datetime(2024, 3, 13, 16, 40, tzinfo=UTC)),
        ("03/31/2024", datetime(2024, 3, 31, tzinfo=UTC)),
        ("1 Jan 97", datetime(1997, 1, 1, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2099-12-31T23:59:59Z", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2024-03-31T02:30:00+02:00", datetime(2024, 3, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_dates_without_a_time_and_odd_ones(text: str, expected: datetime) -> None:
    """A date alone is midnight UTC; early and late years are kept for others to judge."""
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "gestern",
        "Mon,",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01T00:00:00Z",
        "1900-01-01",
        "2024-13-01",
        "2024-02-30",
        "31 Foo 2024",
        "Mon, 32 Mar 2024 10:00:00 GMT",
        "2024-03-11T25:00:00Z",
        "2024-03-11T10:61:00Z",
        "12345",
        "1 " * 20_000,
        "9999-12-31T23:59:59-14:00",
        "²⁰²⁴-03-11",
        "²" * 10,
        "1 ² 2026",
        "-",
        "+",
        "Z",
    ],
)
def test_junk_is_nothing(text: str | None) -> None:
    """What names no moment is None, zero dates of databases among it."""
    assert parse_date(text) is None


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text("0123456789-/.:+TZ, MarGMTpm", max_size=40)))
def test_any_text_gives_utc_or_nothing(text: str) -> None:
    """For any text: None, or an aware UTC time to the second."""
    found = parse_date(text)
    assert found is None or (found.tzinfo is UTC and found.microsecond == 0)


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), st.integers(-840, 840))  # noqa: DTZ001  # the zone is the second argument
def test_what_is_printed_is_read_back(local: datetime, east: int) -> None:
    """RFC 822 and ISO 8601 with any offset lead back to the same moment."""
    offset = f"{'-' if east < 0 else '+'}{abs(east) // 60:02d}:{abs(east) % 60:02d}"
    iso = local.replace(microsecond=0).isoformat() + offset
    expected = datetime.fromisoformat(iso).astimezone(UTC)
    assert parse_date(iso) == parse_date(iso[:-3] + iso[-2:]) == expected
    assert parse_date(iso[:10]) == datetime.fromisoformat(iso[:10]).replace(tzinfo=UTC)
    assert parse_date(local.strftime("%a, %d %b %Y %H:%M:%S ") + offset.replace(":", "")) == expected
