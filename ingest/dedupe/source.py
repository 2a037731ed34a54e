"""Which version of a story each article was most likely made from, so that the chain of copying can be drawn.

A version was made from the one that holds most of its words in runs of four or more: an edit that a version shares with
another one came with the text. Where several hold as much, an agency's own page goes before outlets, then the canonical
article, from which the others come by their words, then the earliest. What an article itself names as its source goes
before all counting. Compared over labelled newsroom edits in docs/design.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from ingest.dedupe.relation import Runs, in_runs
from ingest.dedupe.tokens import tokenize_each

# Shares this close are one: a word in two hundred, less than what a page's own line adds.
AS_MUCH: Final = 0.005
# A source may be dated this much later: pages show when they were last touched, and one in eight labelled versions is
# dated before what it was made from, by an hour and a half at most.
LATE: Final = timedelta(hours=2)
# Versions that one is compared with: all of a usual story. Of a larger one the canonical, the first, and those right
# before it, since copies are made from what is at the top of the news.
COMPARED: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An article of a story, as the search for its source needs it. `text` is None where only a sketch is known."""

    id: int
    text: str | None
    began: str | None = None  # its first text, where that is another: copies were made from what stood there then
    moment: datetime  # published, but never after it was first seen
    agency: bool = False  # an agency's or a press-release service's own page
    names: int | None = None  # the version that it gives as its source


@dataclass(frozen=True, slots=True)
class Source:
    """Where a version comes from: the other's id, the share of its words that stand there, and why that one."""

    id: int
    share: float
    basis: Literal["named", "copied"]


def nearest(versions: Sequence[Version], *, canonical: int | None = None) -> dict[int, Source]:
    """Each version's most likely source among the others; two may name each other. Independent of their order."""
    ranked = _ranked(versions, canonical)
    return {version: options[0] for version, options in ranked.items() if options}


def tree(versions: Sequence[Version], *, canonical: int) -> dict[int, Source]:
    """The same without circles: from every version with a text the links lead to the canonical one, which has none.

    The surest links come first; one that would close a circle gives way to that version's next best, at last to the
    canonical one.
    """
    ranked = _ranked(versions, canonical)
    ranked.pop(canonical, None)
    chosen: dict[int, Source] = {}
    for version in sorted((v for v in ranked if ranked[v]), key=lambda v: (-ranked[v][0].share, v)):
        free = (option for option in ranked[version] if not _leads_to(option.id, version, chosen))
        found = next(free, None)
        if found is not None:
            chosen[version] = found
    return chosen


def _leads_to(start: int, end: int, links: Mapping[int, Source]) -> bool:
    here: int | None = start
    while here is not None and here != end:
        here = links[here].id if here in links else None
    return here == end


def _ranked(versions: Sequence[Version], canonical: int | None) -> dict[int, list[Source]]:
    """Every version's possible sources, best first."""
    readable = sorted((v for v in versions if v.text is not None), key=lambda v: (v.moment, v.id))
    texts = dict.fromkeys(text for v in readable for text in (v.text, v.began) if text is not None)
    runs: dict[str, Runs] = dict(zip(texts, map(Runs, tokenize_each(texts)), strict=True))
    shares: dict[tuple[str, str], float] = {}

    def share(here: Version, there: Version) -> float:
        copied = copied_from(here.text or "", there.text or "")
        return max(copied, copied_from(here.text or "", there.began)) if there.began else copied

    def copied_from(a: str, b: str) -> float:
        if (a, b) not in shares:
            shares[a, b] = 1.0 if a == b else _copied(runs[a], runs[b])
        return shares[a, b]

    found: dict[int, list[Source]] = {}
    for at, version in enumerate(readable):
        options = {other.id: (other, share(version, other)) for other in _others(readable, at, canonical)}
        found[version.id] = _order(version, list(options.values()), canonical)
    return found


def _order(version: Version, options: Sequence[tuple[Version, float]], canonical: int | None) -> list[Source]:
    """The options, best first: what it names, what may have been there in time, as much as the best, the rest."""
    best = max((share for other, share in options if other.moment <= version.moment + LATE), default=0.0)

    def rank(option: tuple[Version, float]) -> tuple[bool, bool, bool, float, bool, bool, datetime, int]:
        other, share = option
        as_much = share >= best - AS_MUCH
        return (
            other.id != version.names,
            other.moment > version.moment + LATE,
            not as_much,
            0.0 if as_much else -share,
            not other.agency,
            other.id != canonical,
            other.moment,
            other.id,
        )

    return [
        Source(other.id, share, "named" if other.id == version.names else "copied")
        for other, share in sorted(options, key=rank)
        if share or other.id == version.names
    ]


def _others(readable: Sequence[Version], at: int, canonical: int | None) -> list[Version]:
    """Whom a version is compared with."""
    if len(readable) <= COMPARED + 1:
        return [*readable[:at], *readable[at + 1 :]]
    half = COMPARED // 2
    start = max(half, min(at - half + 1, len(readable) - half))
    near = [*readable[:half], *readable[start : start + half], *(v for v in readable if v.id == canonical)]
    named = [v for v in readable if v.id == readable[at].names]
    return [v for v in dict.fromkeys([*near, *named]) if v is not readable[at]]


def _copied(here: Runs, there: Runs) -> float:
    return float(in_runs(here, there).mean()) if len(here.tokens) and len(there.tokens) else 0.0
