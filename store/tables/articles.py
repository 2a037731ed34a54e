"""Articles, their states and their addresses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from store.encode import as_json, micros, micros_or_none, pack, plain, plain_or_none
from store.model import ArticleRef, NewArticle

ARTICLES_AT = """
    SELECT d.key, a.id, a.url, a.text_id, a.story_id, a.revisions, a.title, a.outlet, a.on_topic, a.seed, a.agency,
        a.agency_id, (SELECT credit FROM provenance WHERE article_id = a.id)
    FROM address AS d JOIN article AS a ON a.id = d.article_id
    WHERE d.key IN (SELECT value FROM json_each(?))"""
STORY_OF_ARTICLE = "SELECT story_id FROM article WHERE id = ?"
ADD_ARTICLE = """
    INSERT INTO article (url, text_id, story_id, title, authors, published, published_from, modified, first_seen,
        last_seen, language, outlet, owner, source, free, seed, agency, agency_id, words, on_topic, on_topic_from,
        topic_hits, canonical_claim, revisions, relation, ordering, copied_share, canonical_share)
    VALUES (:url, :text_id, :story_id, :title, :authors, :published, :published_from, :modified, :at,
        :at, :language, :outlet, :owner, :source, :free, :seed, :agency, :agency_id, :words, :on_topic, :on_topic_from,
        :topic_hits, :canonical_claim, 1, 'rewrite', 'unknown', 0, 0)"""
# Where and when the article was first met stays; a date once known is not lost because a later page does not say it. An
# article is not published again: pages of live reports move the date that they show, which then says when it was
# touched. A date for machines goes before one that was guessed, whichever is earlier.
BETTER_DATE = """
    :published IS NOT NULL AND (published IS NULL OR
        (:published_from IN ('json-ld', 'meta', 'feed'), -:published)
        >= (published_from IN ('json-ld', 'meta', 'feed'), -published))"""
REVISE_ARTICLE = f"""
    UPDATE article SET text_id = :text_id, story_id = (SELECT story_id FROM text WHERE id = :text_id),
        title = :title, authors = :authors,
        published = CASE WHEN {BETTER_DATE} THEN :published ELSE published END,
        published_from = CASE WHEN {BETTER_DATE} THEN :published_from ELSE published_from END,
        modified = coalesce(:modified, modified), last_seen = max(last_seen, :at),
        language = coalesce(:language, language),
        outlet = :outlet, owner = :owner, source = coalesce(source, :source), free = :free, seed = max(seed, :seed),
        agency = :agency, agency_id = :agency_id, words = :words, on_topic = :on_topic,
        on_topic_from = :on_topic_from, topic_hits = :topic_hits, canonical_claim = :canonical_claim,
        revisions = revisions + 1
    WHERE id = :article_id RETURNING revisions"""  # noqa: S608 -- our own condition
FORGET_PROVENANCE = "DELETE FROM provenance WHERE article_id = ?"
FORGET_FED = "DELETE FROM fed WHERE article_id = ?"
SET_FED = "INSERT INTO fed (article_id) VALUES (?)"
SET_PROVENANCE = """
    INSERT INTO provenance (article_id, kind, credit, agencies, based_on, partial)
    VALUES (:article_id, :kind, :credit, :agencies, :based_on, :partial)"""
CLOSE_REVISION = """
    UPDATE revision SET seen_to = (SELECT last_seen FROM article WHERE id = :article_id)
    WHERE article_id = :article_id AND seen_to IS NULL"""
ADD_REVISION = """
    INSERT INTO revision (article_id, n, text_id, title, seen_from, changes, furniture)
    VALUES (:article_id, :n, :text_id, :title, :at, :changes, :furniture)"""
ADD_ADDRESS = "INSERT INTO address (key, article_id) VALUES (?, ?) ON CONFLICT (key) DO NOTHING"
TAKE_ADDRESS = """
    INSERT INTO address (key, article_id) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET article_id = excluded.article_id"""
ADD_URL = "INSERT INTO article_url (url, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
# Only where the address leads to this article: a URL is never claimed for two.
ADD_URL_OF_ADDRESS = """
    INSERT INTO article_url (url, article_id) SELECT :url, article_id FROM address
    WHERE key = :key AND article_id = :article_id ON CONFLICT DO NOTHING"""
SEE_ARTICLE = "UPDATE article SET last_seen = max(last_seen, :at) WHERE id = :article_id RETURNING story_id"
SEE_STORY = "UPDATE story SET last_seen = max(last_seen, :at) WHERE id = :story"


def at(db: sqlite3.Connection, keys: Sequence[str]) -> dict[str, ArticleRef]:
    return {
        at: ArticleRef(
            id=id_, url=url, text_id=text_id, story_id=story_id, revisions=revisions, title=title, outlet=outlet,
            on_topic=bool(on_topic), seed=bool(seed), agency=agency, agency_id=agency_id, agency_credit=credit,
        )
        for at, id_, url, text_id, story_id, revisions, title, outlet, on_topic, seed, agency, agency_id, credit
        in db.execute(ARTICLES_AT, (as_json(keys),))
    }  # fmt: skip


def story_of(db: sqlite3.Connection, article_id: int) -> list[int]:
    """The story that an article stands in; none where there is no such article."""
    return [story for (story,) in db.execute(STORY_OF_ARTICLE, (article_id,))]


def add(
    db: sqlite3.Connection, article: NewArticle, *, text_id: int, story_id: int, urls: Mapping[str, str], at: datetime
) -> int:
    facts = _facts(article) | {"text_id": text_id, "story_id": story_id, "at": micros(at)}
    added = db.execute(ADD_ARTICLE, facts).lastrowid
    assert added is not None  # noqa: S101 -- an INSERT of one row always has a row number; for the type checker
    db.execute(ADD_REVISION, _state(article, added, 1, text_id, (), at))
    _say_source(db, added, article)
    db.executemany(ADD_ADDRESS, [(key, added) for key in urls])
    db.executemany(ADD_URL, [(url, added) for url in (article.url, *urls.values())])
    return added


def revise(
    db: sqlite3.Connection, article_id: int, article: NewArticle, *, text_id: int, changes: Sequence[str], at: datetime
) -> int:
    """A new state of a known article; its number."""
    db.execute(CLOSE_REVISION, {"article_id": article_id})
    facts = _facts(article) | {"text_id": text_id, "article_id": article_id, "at": micros(at)}
    [(n,)] = db.execute(REVISE_ARTICLE, facts).fetchall()
    db.execute(ADD_REVISION, _state(article, article_id, n, text_id, changes, at))
    db.execute(FORGET_PROVENANCE, (article_id,))
    db.execute(FORGET_FED, (article_id,))
    _say_source(db, article_id, article)
    return int(n)


def saw(db: sqlite3.Connection, article_id: int, *, urls: Mapping[str, str], at: datetime) -> None:
    for (story,) in db.execute(SEE_ARTICLE, {"article_id": article_id, "at": micros(at)}).fetchall():
        db.execute(SEE_STORY, {"story": story, "at": micros(at)})
    db.executemany(ADD_ADDRESS, [(key, article_id) for key in urls])
    rows = [{"key": key, "url": url, "article_id": article_id} for key, url in urls.items()]
    db.executemany(ADD_URL_OF_ADDRESS, rows)


def restart_urls(db: sqlite3.Connection, keys: Iterable[str], article_id: int) -> None:
    db.executemany(TAKE_ADDRESS, [(key, article_id) for key in keys])


def _say_source(db: sqlite3.Connection, article_id: int, article: NewArticle) -> None:
    if row := _provenance(article):
        db.execute(SET_PROVENANCE, row | {"article_id": article_id})
    if article.text_from == "feed":
        db.execute(SET_FED, (article_id,))


# --- rows -----------------------------------------------------------------------------------------------------------


def _facts(article: NewArticle) -> dict[str, object]:
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


def _provenance(article: NewArticle) -> dict[str, object] | None:
    """What is said of an article's source as named parameters; None where nothing is."""
    if article.kind == "publisher" and not (
        article.agency_credit or article.agencies or article.based_on or article.partial
    ):
        return None
    return {
        "kind": article.kind, "credit": article.agency_credit, "agencies": as_json(article.agencies),
        "based_on": plain_or_none(article.based_on), "partial": int(article.partial),
    }  # fmt: skip


def _state(
    article: NewArticle, article_id: int, n: int, text_id: int, changes: Sequence[str], at: datetime
) -> dict[str, object]:
    """A state of an article as named parameters."""
    furniture = pack("\n".join(article.furniture)) if article.furniture else None
    return {
        "article_id": article_id, "n": n, "text_id": text_id, "title": plain(article.title), "at": micros(at),
        "changes": as_json(changes), "furniture": furniture,
    }  # fmt: skip
