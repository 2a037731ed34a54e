"""Out again, in a form that nobody executes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.export import FORMULA, cell, write_csv

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
