"""A story's chain of copying: which member each article was most likely made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ingest import urls
from ingest.dedupe.source import Source, Version, tree

# Kinds of outlets whose own pages are sources by trade.
SOURCES = frozenset(("agency", "press-release"))


def with_sources(members: Sequence[Mapping[str, Any]], began: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """A story's members, each with `source_link`: `{url, share, basis}`, or None.

    `began` are the first texts of those that have changed since, by URL.

    The canonical article has none, and none has an article that is known by its sketch alone or shares no run of words
    with another. `share` is the share of the article's words that stand in its source; `basis` is `named` where the
    article gives it as its source, else `copied`. The links make a tree whose root is the canonical article.
    """
    pages = {_key(url): number for number, member in enumerate(members) for url in (member["url"], *member["urls"])}
    versions = [_version(number, member, pages, began or {}) for number, member in enumerate(members)]
    canonical = next(number for number, member in enumerate(members) if member["canonical"])
    links = tree(versions, canonical=canonical)
    return [
        {**member, "source_link": _told(links[number], members) if number in links else None}
        for number, member in enumerate(members)
    ]


def _told(link: Source, members: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"url": members[link.id]["url"], "share": round(link.share, 4), "basis": link.basis}


def branches(members: Sequence[Mapping[str, Any]]) -> list[tuple[int, Mapping[str, Any]]]:
    """The members as a tree read from the top: (depth, member), those without a source at depth 0, by time."""
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    for member in members:
        link = member["source_link"]
        below.setdefault(link["url"] if link else None, []).append(member)
    rows: list[tuple[int, Mapping[str, Any]]] = []
    waiting = [(0, member) for member in reversed(below.get(None, []))]
    while waiting:
        depth, member = waiting.pop()
        rows.append((depth, member))
        waiting += [(depth + 1, child) for child in reversed(below.get(member["url"], []))]
    return rows


def _version(number: int, member: Mapping[str, Any], pages: Mapping[str, int], began: Mapping[str, str]) -> Version:
    seen = datetime.fromisoformat(member["first_seen"])
    published = datetime.fromisoformat(member["published"]) if member["published"] else seen
    named = pages.get(_key(member["based_on"])) if member["based_on"] else None
    return Version(
        id=number,
        text=member["text"],
        began=began.get(member["url"]),
        moment=min(published, seen),
        agency=member["kind"] in SOURCES,
        names=None if named == number else named,
    )


def _key(url: str) -> str:
    try:
        return urls.address_key(url)
    except urls.BadUrl:
        return url
