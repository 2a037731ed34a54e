"""An article from what its feed carries: for a page that may not be fetched, or shows its text to nobody."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import datetime
from typing import Final

from ingest import config
from ingest.errors import NoArticle
from ingest.extract.page import extract
from ingest.extract.plain import tokens
from ingest.model import Article, Item

# Times its own summary from which an entry's content is more than an excerpt: many feeds give the summary again there,
# in other mark-up or with a line for the copyright.
_MORE: Final = 1.5


def extract_fed(item: Item, *, url: str, now: datetime, paid: bool, settings: config.Extract) -> Article:
    """The article in an entry's `content`, for the page at `url`: by the rules and the gate of pages, marked `feed`.

    `paid`: the page said that it must be paid for. `partial` where the content is no more than the summary. Raises
    NoArticle, also where the entry has no content: a summary alone is no article.
    """
    if not item.content:
        raise NoArticle("stub", "the feed carries no text", where=url)
    title = html.escape(item.title)
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{item.content}</article></body></html>"
    )
    article = extract(page.encode("utf-8", "replace"), url=url, charset="utf-8", now=now, item=item, settings=settings)
    excerpt = article.words <= _MORE * len(tokens(item.summary))
    return replace(
        article, text_from="feed", canonical_claim=None, free=False if paid else article.free,
        partial=article.partial or excerpt,
    )  # fmt: skip
