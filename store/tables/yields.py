"""What each feed brought of late: articles, copies among them, refusals by reason. One statement for all feeds."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Final

from store.encode import micros
from store.model import FeedYield

# Articles of the time asked for are found by their first sight (an index); refusals are read through, being few and
# without texts. Measured with 10,000 feeds, 100,000 articles and 100,000 refusals: 0.4 s.
YIELDS: Final = """
    WITH kept AS MATERIALIZED (
        SELECT source, count(*) AS articles, sum(relation <> 'canonical') AS copies
        FROM article WHERE first_seen >= :since AND source IS NOT NULL GROUP BY source),
    counted AS (
        SELECT source, reason, count(*) AS pages
        FROM rejected WHERE last_seen >= :since AND source IS NOT NULL GROUP BY source, reason),
    refused AS MATERIALIZED (
        SELECT source, json_group_object(reason, pages) AS reasons FROM counted GROUP BY source)
    SELECT feed.url, coalesce(kept.articles, 0), coalesce(kept.copies, 0), refused.reasons
    FROM feed LEFT JOIN kept ON kept.source = feed.url LEFT JOIN refused ON refused.source = feed.url
    ORDER BY feed.id"""


def yields(db: sqlite3.Connection, since: datetime) -> list[FeedYield]:
    return [
        FeedYield(url=url, articles=articles, copies=copies, refused=json.loads(reasons) if reasons else {})
        for url, articles, copies, reasons in db.execute(YIELDS, {"since": micros(since)})
    ]
