"""Answers as the contract's objects: plain dicts, every key there, unknown = None, times in RFC 3339 UTC."""

from __future__ import annotations

from store.reading.articles import article, articles, first_texts, rejected, revisions
from store.reading.evidence import body, links, rules, rulings_on, sketched
from store.reading.stats import stats
from store.reading.stories import stories, story

__all__ = [
    "article", "articles", "body", "first_texts", "links", "rejected", "revisions", "rules", "rulings_on", "sketched",
    "stats", "stories", "story",
]  # fmt: skip
