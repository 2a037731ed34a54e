"""Questions as SQL, and what the answers add up to: which stories are meant, and where a story's text came from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.encode import micros
from store.model import StoryFilter
from store.origin import Fact, origin

# What "growing" looks at: the last day before the newest sight of anything, in microseconds.
DAY = 24 * 3600 * 1_000_000
FULL = frozenset({"exact", "near", "extended"})
# Share of the canonical text's words from which a variant of these relations is a full copy: 99 of 100 edited copies
# and hardly a cut one have it. And from which any other variant is a partial one: a fifth, as for an address that
# starts over.
WHOLE_COPY, PART_COPY = 0.70, 0.20

ARTICLE_KEYS = (
    "schema", "url", "urls", "story_id", "canonical", "relation", "order", "copied_share", "canonical_share",
    "reuses", "outlet", "owner", "source", "title", "authors", "published", "published_from", "modified",
    "first_seen", "last_seen", "language", "on_topic", "on_topic_from", "topic_hits", "topic_places", "revisions",
    "free", "seed", "agency", "agency_id", "agency_credit", "agencies", "based_on", "kind", "partial",
    "text_from", "gone", "walled", "words", "text",
)  # fmt: skip
REVISION_KEYS = ("url", "n", "seen_from", "seen_to", "title", "text", "changes")
STORY_KEYS = (
    "story_id", "title", "canonical_url", "canonical_reason", "origin", "first_published", "last_published",
    "last_seen", "articles", "outlets", "owners", "full_copies", "partial_copies", "languages", "on_topic", "seed",
    "agencies",
)  # fmt: skip
REJECTED_KEYS = ("url", "state", "class", "reason", "detail", "first_seen")

_ORDERS = {
    "latest": "s.newest DESC, s.id DESC",
    "largest": "s.articles DESC, s.newest DESC, s.id DESC",
    "growing": "coalesce(g.joined, 0) DESC, s.newest DESC, s.id DESC",
}
_GROWTH = """
    LEFT JOIN (SELECT story_id, count(*) AS joined FROM article
               WHERE first_seen > (SELECT max(last_seen) FROM story) - :day GROUP BY story_id) AS g
    ON g.story_id = s.id"""

# How a letter is written out where the keyboard lacks it; both spellings occur in print and in searches.
_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ß": "ss", "ẞ": "SS"}
_WRITTEN_OUT = str.maketrans(_OUT | {letter.upper(): out.capitalize() for letter, out in _OUT.items() if letter != "ß"})
_UMLAUT = re.compile(f"[{''.join(map(chr, _WRITTEN_OUT))}]")


def written_out(text: str) -> str:
    """`Bäckerei` as `Baeckerei`."""
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(_WRITTEN_OUT)


def searchable(text: str) -> str:
    """What the search index takes for a text: umlauts written out, then the words with umlauts once more as they are,
    which the index folds. So `Bäckerei` in a text is found by `Baeckerei` (and the other way round), and by `backerei`.

    Whoever changes this must rebuild the index in a migration: an entry is deleted by saying what was put in.
    """
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    words = dict.fromkeys(word for word in composed.split() if not word.isascii() and _UMLAUT.search(word))
    return f"{composed.translate(_WRITTEN_OUT)}\n{' '.join(words)}" if words else composed


def match(search: str) -> str | None:
    """A user's words as an FTS5 query: every word must begin a word of the story; "words in quotes" stand together.

    Each part is a quoted string, in which nothing has a meaning; None when nothing is left to search for.
    """
    readable = written_out(search.encode("utf-8", "replace").decode().replace("\0", " "))
    parts = [
        f'"{part}"' if number % 2 else f'"{part}"*'
        for number, stretch in enumerate(readable.split('"'))
        for part in ([stretch] if number % 2 else stretch.split())
        if re.search(r"\w", part)
    ]
    return " ".join(parts) or None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A SELECT of story ids, in order, and its parameters."""

    sql: str
    names: dict[str, Any]


def choose(wanted: StoryFilter) -> Chosen:
    """The stories a filter means. `since` asks for stories seen since then, `until` for those begun by then."""
    where, names = ["s.merged_into IS NULL"], dict[str, Any]()
    if wanted.search is not None:
        names["match"] = match(wanted.search)
        found = "s.id IN (SELECT rowid FROM story_fts WHERE story_fts MATCH :match)"
        where.append("0" if names["match"] is None else found)
    if wanted.since is not None:
        names["since"] = micros(wanted.since)
        where.append("s.last_seen >= :since")
    if wanted.until is not None:
        names["until"] = micros(wanted.until)
        where.append("coalesce(s.first_published, s.created) <= :until")
    if wanted.outlet is not None:
        names["outlet"] = wanted.outlet
        where.append("EXISTS (SELECT 1 FROM article WHERE story_id = s.id AND outlet = :outlet)")
    if wanted.language is not None:
        names |= {"language": wanted.language.lower(), "dialects": wanted.language.lower() + "-*"}
        spoken = "(language = :language OR language GLOB :dialects)"
        where.append(f"EXISTS (SELECT 1 FROM article WHERE story_id = s.id AND {spoken})")  # noqa: S608 -- our own text
    if wanted.min_variants > 0:
        names["variants"] = wanted.min_variants
        where.append("s.articles > :variants")
    growth = ""
    if wanted.sort == "growing":
        names["day"] = DAY
        growth = _GROWTH
    limit = ""
    if wanted.limit is not None:
        names["limit"] = wanted.limit
        limit = "LIMIT :limit"
    chosen = f"SELECT s.id FROM story AS s {growth} WHERE {' AND '.join(where)} ORDER BY {_ORDERS[wanted.sort]} {limit}"  # noqa: S608 -- our own text
    return Chosen(chosen, names)


def summary(members: Sequence[Fact]) -> dict[str, Any]:
    """The part of a `story` object that its members make up. Lists: the most frequent first."""
    return {
        "origin": origin(members),
        "articles": len(members),
        "outlets": _ranked(member.outlet for member in members),
        "owners": _ranked(member.owner for member in members),
        "full_copies": sum(_holds(member) == "whole" for member in members),
        "partial_copies": sum(_holds(member) == "part" for member in members),
        "languages": _ranked(member.language for member in members),
        "on_topic": any(member.on_topic for member in members),
        "seed": any(member.seed for member in members),
        "agencies": _ranked(agency for member in members for agency in member.credited),
    }


def _holds(member: Fact) -> str:
    """How much of the canonical text a variant holds: `whole`, `part`, or too little to be a copy."""
    if member.relation == "canonical":
        return "itself"
    if member.relation in FULL and not member.partial and member.canonical_share >= WHOLE_COPY:
        return "whole"
    return "part" if member.relation == "excerpt" or member.canonical_share >= PART_COPY else "little"


def _ranked(names: Any) -> list[str]:
    counts = Counter(name for name in names if name is not None)
    return sorted(counts, key=lambda name: (-counts[name], name))
