"""A newsroom over an empty store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.dedupe.fingerprint import scheme
from store import open_store
from tests.place.desk import Newsroom


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """Every law of the store is looked at when the test is over."""
    path = tmp_path / "news.db"
    store = open_store(f"sqlite:///{path}", synchronous="NORMAL")  # power loss is not tested here
    store.claim_scheme(scheme())
    try:
        yield Newsroom(store, path)
        assert store.check() == []
    finally:
        store.close()
