"""url -> page: politely, safely, never unbounded. The only room that speaks httpx, httpcore and protego.

    with Fetcher(settings, clock=clock, hosts=store.hosts(), stop=stop) as fetcher:
        crawl = fetcher.crawl()
        crawl.add(Request(url=..., kind="feed", validators=..., tag=...))
        for outcome in crawl:           # Page | NotModified | FetchError, as they come
            crawl.add(...)              # more, while iterating
        save(fetcher.changed_hosts())

`schedule` (when to poll a feed again) is pure and does not load httpx.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ingest.fetch.crawl import Crawl
    from ingest.fetch.fetcher import Fetcher
    from ingest.fetch.requests import Kind, Outcome, Request
    from ingest.fetch.schedule import is_gone, next_check, next_poll

__all__ = ["Crawl", "Fetcher", "Kind", "Outcome", "Request", "is_gone", "next_check", "next_poll"]

# httpx takes 60 ms to load: names are fetched when first asked for.
_WHERE: Final = {
    "Crawl": "crawl", "Fetcher": "fetcher", "Kind": "requests", "Outcome": "requests", "Request": "requests",
    "is_gone": "schedule", "next_check": "schedule", "next_poll": "schedule",
}  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
