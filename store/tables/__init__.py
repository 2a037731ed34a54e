"""What is asked of the tables and written to them, subject by subject: each room has its statements and the functions
that use them, over a connection whose transaction is the caller's.

Named parameters (`:name`) where there are many. Lists of keys travel as one JSON parameter (`json_each`): one prepared
statement whatever their number.
"""

from __future__ import annotations

from store.tables import (
    articles,
    blocks,
    candidates,
    checks,
    decisions,
    dispatches,
    feeds,
    hosts,
    links,
    members,
    naming,
    pages,
    passes,
    rulings,
    runs,
    search,
    stories,
    texts,
    yields,
)

__all__ = [
    "articles",
    "blocks",
    "candidates",
    "checks",
    "decisions",
    "dispatches",
    "feeds",
    "hosts",
    "links",
    "members",
    "naming",
    "pages",
    "passes",
    "rulings",
    "runs",
    "search",
    "stories",
    "texts",
    "yields",
]
