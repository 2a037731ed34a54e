"""Rows as values and values as rows, for the write transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from store.encode import as_json, instant, instant_or_none, micros, micros_or_none, pack, plain, plain_or_none
from store.model import Decision, LinkRow, Member, NewArticle, StoredText


def as_text(
    row: tuple[int, bytes, int, bytes, bytes, int, int, int],
    carriers: Sequence[tuple[str, str, int | None, str | None, int]],
) -> StoredText:
    """A text as the comparison needs it; its carriers are outlet, URL, date, language and seed mark of articles."""
    dates = [published for _, _, published, _, _ in carriers if published is not None]
    return StoredText(
        id=row[0], sha256=row[1], words=row[2], shingles=row[3], features=row[4], story_id=row[5],
        outlets=tuple(dict.fromkeys(outlet for outlet, *_ in carriers)),
        urls=tuple(dict.fromkeys(url for _, url, *_ in carriers)),
        published=instant_or_none(min(dates, default=None)), first_seen=instant(row[6]),
        language=next((language for *_, language, _ in carriers if language is not None), None),
        seed=any(seed for *_, seed in carriers), sketch=bool(row[7]),
    )  # fmt: skip


def as_link(row: tuple[Any, ...]) -> LinkRow:
    """A compared pair."""
    return LinkRow(row[0], row[1], row[2] == 1, *row[3:])


def as_member(row: tuple[Any, ...]) -> Member:
    """An article of a story. Who is canonical is the story's word, whatever the relation still says."""
    (id_, url, text_id, sha256, story_id, outlet, language, published, published_from, first_seen, words, free, seed,
     agency, agency_id, on_topic, on_topic_from, canonical, relation, sketch, partial) = row  # fmt: skip
    return Member(
        id=id_, url=url, text_id=text_id, text_sha256=sha256, story_id=story_id, outlet=outlet, language=language,
        published=instant_or_none(published), published_from=published_from, first_seen=instant(first_seen),
        words=words, free=None if free is None else bool(free), seed=bool(seed), agency=agency, agency_id=agency_id,
        on_topic=bool(on_topic), on_topic_from=on_topic_from, canonical=bool(canonical),
        relation="canonical" if canonical else "rewrite" if relation == "canonical" else relation, sketch=bool(sketch),
        partial=bool(partial),
    )  # fmt: skip


def as_decision(row: tuple[Any, ...]) -> Decision:
    """One decision."""
    at, kind, story_id, article_id, other_story_id, facts = row
    return Decision(
        at=instant(at), kind=kind, story_id=story_id, article_id=article_id, other_story_id=other_story_id,
        facts=json.loads(facts),
    )  # fmt: skip


def article_row(article: NewArticle) -> dict[str, object]:
    """An article's facts as named parameters."""
    return {
        "url": article.url, "title": plain(article.title), "authors": as_json(article.authors),
        "published": micros_or_none(article.published), "published_from": article.published_from,
        "modified": micros_or_none(article.modified), "language": article.language, "outlet": article.outlet,
        "owner": plain_or_none(article.owner), "source": article.source,
        "free": None if article.free is None else int(article.free), "seed": int(article.seed),
        "agency": plain_or_none(article.agency), "agency_id": plain_or_none(article.agency_id), "words": article.words,
        "on_topic": int(article.on_topic), "on_topic_from": article.on_topic_from,
        "topic_hits": as_json(article.topic_hits), "canonical_claim": plain_or_none(article.canonical_claim),
    }  # fmt: skip


def provenance_row(article: NewArticle) -> dict[str, object] | None:
    """What is said of an article's source as named parameters; None where nothing is."""
    if article.kind == "publisher" and not (
        article.agency_credit or article.agencies or article.based_on or article.partial
    ):
        return None
    return {
        "kind": article.kind, "credit": article.agency_credit, "agencies": as_json(article.agencies),
        "based_on": plain_or_none(article.based_on), "partial": int(article.partial),
    }  # fmt: skip


def revision_row(
    article: NewArticle, article_id: int, n: int, text_id: int, changes: Sequence[str], at: datetime
) -> dict[str, object]:
    """A state of an article as named parameters."""
    furniture = pack("\n".join(article.furniture)) if article.furniture else None
    return {
        "article_id": article_id, "n": n, "text_id": text_id, "title": plain(article.title), "at": micros(at),
        "changes": as_json(changes), "furniture": furniture,
    }  # fmt: skip
