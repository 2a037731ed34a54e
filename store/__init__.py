"""What is kept, and how it is asked for. Knows nothing of feeds, pages or how stories are decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from store.base import Store


def open_store(
    url: str,
    *,
    synchronous: Literal["FULL", "NORMAL"] = "FULL",
    wait: float = 10.0,
    read_only: bool = False,
    create: bool = True,
    searched: bool = True,
) -> Store:
    """Open the store at a SQLAlchemy-style URL: `sqlite:///relative.db` or `sqlite:////absolute.db`.

    `wait` is how many seconds to wait for another writer. Without `create` (or with `read_only`) a missing store is an
    error. A store that is thrown away need not be `searched`: its stories get no entries for that. Raises
    StoreUnusable, StoreTooNew or StoreBusy; StoreError for a URL of another kind.
    """
    from pathlib import Path

    from store.errors import StoreError
    from store.sqlite import SqliteStore

    scheme, _, path = url.partition(":///")
    if scheme != "sqlite" or path in {"", ":memory:"}:
        raise StoreError(
            "the store's URL is not understood", where=url, why="only a SQLite file is known here",
            fix="write store.url = \"sqlite:///newsfold.db\"",
        )  # fmt: skip
    return SqliteStore.open(
        Path(path), synchronous=synchronous, wait=wait, read_only=read_only, create=create, searched=searched
    )
