"""A sitemap index is followed: the sitemaps it lists become feeds below it, asked like every other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from ingest.model import ParsedFeed
from ingest.run.tasks import Failure
from ingest.urls import BadUrl, outlet_of

# Sitemaps of one index that are polled, the newest first: news sites list one to five current ones, and an archive of
# hundreds by month behind them.
MOST: Final = 10
# Indexes above one another: a site's own may list one for each section or language. More is a maze.
DEEP: Final = 2
# How far back a sitemap below an index is read. Google News asks for two days in a news sitemap; others list all that
# the site ever had, which nobody wants fetched for naming the index.
RECENT: Final = timedelta(days=7)


def sitemaps_of(index: ParsedFeed, *, url: str, depth: int) -> tuple[str, ...] | Failure:
    """The sitemaps to poll of those that the index at `url` lists, `depth` indexes standing above it: on its own site
    alone, never the index itself. Pure."""
    if depth >= DEEP:
        return Failure(kind="not-a-feed", detail=f"a sitemap index below {DEEP} others is not followed")
    site = _site(url)
    own = [one for one in index.sitemaps if one != url and _site(one) == site]
    if not own:
        said = f"a sitemap index that lists {len(index.sitemaps)} sitemaps, none of them on its own site"
        return Failure(kind="not-a-feed", detail=said)
    return tuple(own[:MOST])


def _site(url: str) -> str | None:
    try:
        return outlet_of(url)
    except BadUrl:
        return None


def recent(sitemap: ParsedFeed, *, now: datetime) -> ParsedFeed:
    """A sitemap below an index without what is older than RECENT, or has neither date nor headline. Pure."""
    kept = []
    for item in sitemap.items:
        said = max((date for date in (item.published, item.updated) if date is not None), default=None)
        if now - said <= RECENT if said is not None else bool(item.title):
            kept.append(item)
    return sitemap._replace(items=tuple(kept))
