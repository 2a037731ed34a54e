"""What runs in a worker process: bytes in, values out. Refusals come back as values, since they are results."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import msgspec

from ingest import topic
from ingest.config import Extract, Topic
from ingest.dedupe.fingerprint import Fingerprint, fingerprint
from ingest.errors import FeedError, NoArticle
from ingest.extract import extract, extract_fed
from ingest.feeds import parse_feed
from ingest.model import Article, Item, Page, ParsedFeed, TopicHit
from ingest.redaction import redacted
from ingest.workers import Workers, loading


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a feed could not be read (`kind` is the error's class) or a page holds no article (the reason)."""

    kind: str
    detail: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A page's article with its fingerprint and the topic's verdict on its own words."""

    article: Article
    prints: Fingerprint
    on_topic: bool
    topic_hits: tuple[TopicHit, ...]
    seconds: float = 0.0  # what reading the page took, without waiting for a free process


# What these tasks need, loaded once for all workers.
load = loading("ingest.run.warmed")


def crew(settings: Extract) -> Workers:
    """The processes for these tasks; they start with the first task."""
    return Workers(settings.workers, timeout=settings.timeout, memory_mb=settings.memory_mb, warm=load)


def read_feed(page: Page, max_items: int) -> ParsedFeed | Failure:
    """The feed in an answer."""
    try:
        return parse_feed(
            page.body, url=page.final_url, content_type=page.content_type, charset=page.charset, max_items=max_items
        )
    except FeedError as error:
        return Failure(kind=error.error_class, detail=redacted("; ".join(filter(None, (str(error), error.fix)))))


def read_page(page: Page, item: Item | None, now: datetime, settings: Extract, terms: bytes) -> Extracted | Failure:
    """The article on a page. `terms` are the topic's settings as JSON: the matcher is built once a process."""
    begun = time.perf_counter()
    found = _read_page(page, item, now, settings, terms)
    return replace(found, seconds=time.perf_counter() - begun)


def _read_page(page: Page, item: Item | None, now: datetime, settings: Extract, terms: bytes) -> Extracted | Failure:
    try:
        article = extract(
            page.body,
            url=page.final_url,
            charset=page.charset,
            content_type=page.content_type,
            now=now,
            item=item,
            settings=settings,
        )
    except NoArticle as error:
        return Failure(kind=error.reason, detail=error.detail)
    return digest(article, terms)


def read_fed(item: Item, url: str, why: str, now: datetime, settings: Extract, terms: bytes) -> Extracted | Failure:
    """The article that a feed carries of the page at `url`, which was refused; `why` is the reason."""
    begun = time.perf_counter()
    try:
        article = extract_fed(item, url=url, now=now, paid=why == "paywall", settings=settings)
    except NoArticle as error:
        return Failure(kind=error.reason, detail=error.detail)
    return replace(digest(article, terms), seconds=time.perf_counter() - begun)


def digest(article: Article, terms: bytes) -> Extracted:
    """Fingerprint and topic verdict of an article."""
    verdict = _matcher(terms).judge(article.title, article.text)
    return Extracted(
        article=article, prints=fingerprint(article.text), on_topic=verdict.on_topic, topic_hits=verdict.hits
    )


def encode_topic(settings: Topic) -> bytes:
    """The topic's settings in the form `read_page` takes."""
    return msgspec.json.encode(settings)


@lru_cache(maxsize=4)
def _matcher(terms: bytes) -> topic.TopicMatcher:
    return topic.compile_topic(msgspec.json.decode(terms, type=Topic))
