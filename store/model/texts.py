"""Texts, and what comparing them found. Hashes are signed 64-bit integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """One distinct normalised text with its fingerprint. Blobs are little-endian arrays; the caller knows of what."""

    sha256: bytes
    body: str
    words: int
    shingles: bytes  # sorted distinct 64-bit hashes
    features: bytes  # what else the comparison reads (numbers in context, ...)
    bands: Sequence[int]  # signed 64-bit; rows of `posting`
    sketch: bool = False  # known by its hashes alone: the body is empty, `shingles` are what the caller made of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A stored text as its hashes show it, which is enough to tell most candidates apart."""

    id: int
    sha256: bytes
    words: int
    shingles: bytes
    features: bytes
    story_id: int
    first_seen: datetime
    sketch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredText(Print):
    """A text as the comparison needs it: with what is known of the articles that carry it."""

    outlets: tuple[str, ...]
    urls: tuple[str, ...]
    published: datetime | None  # earliest
    language: str | None
    seed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored text that shares bands with the one in hand."""

    text_id: int
    story_id: int
    shared: int  # bands


class LinkRow(NamedTuple):
    """One compared pair of texts, a < b; `linked` says whether they share a lineage. Both verdicts are evidence.

    A named tuple, because a large component brings 12,000: a frozen dataclass takes eight times as long to make.
    """

    a: int
    b: int
    linked: bool
    rule: str  # which rule decided: containment, same-outlet, numbers, serial, short, revision, ...
    score: float  # weighted containment
    containment_a: float  # unweighted share of a's shingles found in b
    containment_b: float
    jaccard: float
    shared: int  # shingles
    version: int  # of the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Texts connected by links, every compared pair among them, and the story each stands in now."""

    story_of: Mapping[int, int]  # text id -> story id
    sha256: Mapping[int, bytes]  # text id -> content hash
    links: Sequence[LinkRow]  # linked and not linked


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """A passage that an article's text shares with a text of another story."""

    text_id: int
    other_text_id: int
    words: int
    share: float  # of this text's words
