"""Feeds into the store: each once, however its address is spelled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.cli.invocation import Invocation
from ingest.errors import UsageError

if TYPE_CHECKING:
    from store.model import FeedSpec


def add_feeds(invocation: Invocation, specs: Iterable[FeedSpec]) -> None:
    """Keep feeds and say how many were new. A known one keeps its spelling and takes what is said of it now."""
    from ingest.urls import canonical_url

    store = invocation.open_store()
    try:
        spelled = {canonical_url(turn.url): turn.url for turn in store.turns()}
        wanted: dict[str, FeedSpec] = {}
        for spec in specs:
            key = canonical_url(spec.url)
            wanted.setdefault(key, replace(spec, url=spelled.get(key, spec.url)))
        new = store.add_feeds(list(wanted.values()), now=invocation.now())
    finally:
        store.close()
    invocation.say(f"{new} added, {len(wanted) - new} known already; `ingest run` polls them")


def checked_url(url: str) -> str:
    """The address of a feed. Raises UsageError for anything that cannot be polled."""
    from ingest.urls import BadUrl, canonical_url, is_http

    try:
        if is_http(url) and canonical_url(url):
            return url
        why = "only http and https can be polled"
    except BadUrl as exc:
        why = str(exc)
    raise UsageError("not the address of a feed", where=url, why=why, fix="write it with https:// and a host")
