"""What a worker process does for `extract`: one page in, the contract's row out.

The fork server imports this module before it forks a worker, so that all workers share one copy of what reading pages
needs; with many pages it imports `ingest.cli.warmed`, which also loads what only some pages need.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest import config
from ingest.cli.inputs import Content, blank_page, read_file
from ingest.errors import NoArticle, UsageError
from ingest.extract.page import extract
from ingest.extract.warmup import warm
from ingest.outlets import Outlets


def read_page(
    name: str,
    source: Content | Path,
    url: str | None,
    *,
    settings: config.Extract,
    limit: int,
    outlets: tuple[config.Outlet, ...],
    now: datetime,
) -> dict[str, Any]:
    """The row of one page. A page without an article is a row with its reason in `rejected`."""
    started = time.perf_counter()
    row = blank_page(name, url)
    try:
        content = source if isinstance(source, Content) else Content(read_file(source, limit), url or "")
        row |= _article(content, settings=settings, outlets=outlets, now=now)
    except NoArticle as exc:
        row |= {"rejected": exc.reason, "detail": exc.detail}
    except UsageError as exc:
        row |= {"error": "unreadable", "detail": exc.why}
    row["ms"] = round((time.perf_counter() - started) * 1000, 1)
    return row


def _article(
    content: Content, *, settings: config.Extract, outlets: tuple[config.Outlet, ...], now: datetime
) -> dict[str, Any]:
    article = extract(
        content.body, url=content.url, charset=content.charset, content_type=content.content_type, now=now,
        settings=settings,
    )  # fmt: skip
    address = article.url or article.canonical_claim
    return {
        "url": address or None,
        "title": article.title or None,
        "authors": list(article.authors),
        "published": _when(article.published),
        "published_from": article.published_from,
        "modified": _when(article.modified),
        "language": article.language,
        "canonical_url": article.canonical_claim,
        "outlet": Outlets(outlets).of(address).name if address else None,
        "free": article.free,
        "text": article.text,
        "furniture": list(article.furniture),
    }


def _when(time_: datetime | None) -> str | None:
    return time_.astimezone(UTC).isoformat().replace("+00:00", "Z") if time_ else None


warm(models=False)
Outlets().of("https://www.example.org/")  # the tables of outlets and of domains: 40 ms
