"""Out again, in a form that nobody executes."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.export import FORMULA, cell, write_csv, write_parquet
from store.query import ARTICLE_KEYS

ROWS = [
    {"title": "=1+1", "words": -3, "urls": ["a", "b"], "free": None, "seed": True},
    {"title": 'Öhm, "Käthe"\nund wer', "words": 0.5, "urls": [], "free": False, "seed": False},
]


def test_csv_reads_back() -> None:
    """Numbers stay numbers, lists are JSON, unknown is empty, quotes and line breaks survive."""
    out = io.StringIO(newline="")
    assert write_csv(iter(ROWS), out) == 2
    first, second = csv.DictReader(io.StringIO(out.getvalue(), newline=""))
    assert first == {"title": "'=1+1", "words": "-3", "urls": '["a", "b"]', "free": "", "seed": "true"}
    assert second["title"] == 'Öhm, "Käthe"\nund wer'


def test_csv_header_without_rows() -> None:
    """With keys given, an empty export still has its header, and short rows are padded."""
    out = io.StringIO(newline="")
    assert write_csv([], out, keys=["url", "state"]) == 0
    assert out.getvalue() == "url,state\r\n"
    out = io.StringIO(newline="")
    write_csv([{"url": "x"}], out, keys=["url", "state"])
    assert out.getvalue() == "url,state\r\nx,\r\n"


def test_csv_drops_nothing_silently() -> None:
    """A row with a key that has no column is an error."""
    with pytest.raises(ValueError, match="more"):
        write_csv([{"url": "x"}, {"url": "y", "more": 1}], io.StringIO())


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    """No text begins a cell with a character that starts a formula, and nothing else is changed."""
    found = cell(text)
    assert not found.startswith(FORMULA)
    assert found.removeprefix("'") == text.replace("\0", "").removeprefix("'")


def test_times_are_times_in_parquet() -> None:
    """Whatever JSON says as a time has the type of one; also since when a page is gone, or must be paid for."""
    parquet = pytest.importorskip("pyarrow.parquet")
    row = dict.fromkeys(ARTICLE_KEYS) | dict.fromkeys(
        ("published", "modified", "first_seen", "last_seen", "gone", "walled"), "2026-03-01T10:00:00Z"
    )
    out = io.BytesIO()
    assert write_parquet([row], "articles", out) == 1
    [read] = parquet.read_table(out).to_pylist()
    moment = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert read == {key: moment if value else None for key, value in row.items()}
