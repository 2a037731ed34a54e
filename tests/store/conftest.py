"""Stores to test. Another engine joins the contract suite by adding its maker here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import open_store
from store.base import Store

Opener = Callable[..., Store]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the SQLite store of this test lies."""
    return tmp_path / "news.db"


@pytest.fixture(params=["sqlite"])
def opener(request: pytest.FixtureRequest, path: Path) -> Iterator[Opener]:
    """Opens the test's one store, as often as wanted; closes what was opened."""
    opened: list[Store] = []

    def open_again(**options: Any) -> Store:
        # Power loss is not tested here, so the disk need not be waited for.
        store = open_store(f"{request.param}:///{path}", **({"synchronous": "NORMAL"} | options))
        opened.append(store)
        return store

    yield open_again
    for store in opened:
        store.close()


@pytest.fixture
def store(opener: Opener) -> Store:
    """An empty store."""
    return opener()
