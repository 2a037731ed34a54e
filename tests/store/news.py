"""Articles of our own making, and a small door to put them into a store."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.base import Placing, Store
from store.model import LinkRow, NewArticle, NewText

NOW = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
HOUR = timedelta(hours=1)

FLOOD = (
    "In Nieder-Erlau ist die Aue am Montag über die Ufer getreten. Die Feuerwehr pumpte dreißig Keller aus, "
    "sagte Bürgermeisterin Käthe Öhm. Für Dienstag rechnet der Pegel in Tannwerder mit weiterem Anstieg."
)
FERRY = (
    "The ferry between Port Halden and the isle of Skerrow will stop running in May, its owner said on Tuesday. "
    "Fishermen want to take over the line; the county has not decided yet whether to help."
)
OPERA = (
    "Das Opernhaus von Sankt Egid eröffnet die Saison mit einem Werk der Komponistin Ada Brandl. "
    "Karten kosten zwischen zwölf und achtzig Kronen, die Premiere ist seit Wochen ausverkauft."
)


@dataclass(frozen=True, slots=True)
class Put:
    """Where an article went."""

    story: int
    text: int
    article: int


def number(of: str) -> int:
    """A signed 64-bit hash of our own."""
    [value] = struct.unpack("<q", hashlib.sha256(of.encode()).digest()[:8])
    return int(value)


def hashes(values: Sequence[int]) -> NDArray[np.uint64]:
    """Shingles as the store takes them."""
    return np.array(values, dtype=np.uint64)


def text(body: str, *, bands: Sequence[int] | None = None) -> NewText:
    """A text whose bands are the hashes of its sentences."""
    own = [number(sentence) for sentence in body.split(". ")]
    return NewText(
        sha256=hashlib.sha256(body.encode("utf-8", "replace")).digest(), body=body, words=len(body.split()),
        shingles=b"".join(struct.pack("<q", value) for value in sorted(own)), features=b"\1\2",
        bands=own if bands is None else bands,
    )  # fmt: skip


def facts(url: str, **more: Any) -> NewArticle:
    """An article's facts, with what the test does not care about filled in."""
    given = NewArticle(url=url, title="Hochwasser an der Aue", outlet=url.split("/")[2], words=30)
    return replace(given, **more)


def key(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.")


def put(
    place: Placing, url: str, body: str = FLOOD, *, story: int | None = None, at: datetime = NOW, **more: Any
) -> Put:
    """Save a new article: in `story`, or as a story of its own."""
    known = place.text_id(text(body).sha256)
    if story is None and known is not None:
        story = place.texts([known])[known].story_id
    home = place.add_story(at=at) if story is None else story
    text_id = place.add_text(text(body), story_id=home, at=at)
    article = place.add_article(facts(url, **more), text_id=text_id, story_id=home, urls={key(url): url}, at=at)
    if story is None:
        place.set_canonical(home, article, reason="only")
    return Put(home, text_id, article)


def save(store: Store, url: str, body: str = FLOOD, *, story: int | None = None, **more: Any) -> Put:
    with store.placing() as place:
        return put(place, url, body, story=story, **more)


def link(a: int, b: int, *, linked: bool = True, score: float = 0.8) -> LinkRow:
    return LinkRow(
        a=min(a, b), b=max(a, b), linked=linked, rule="containment", score=score, containment_a=0.9, containment_b=0.7,
        jaccard=0.6, shared=40, version=1,
    )  # fmt: skip
