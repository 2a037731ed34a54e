"""When the page of a stored article is looked at again, and what was found there, written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ingest.place import Placed
from ingest.run.fate import Event, looked
from store.base import Placing
from store.model import Check, Decision, PageRow


def fetched(
    placing: Placing, page: PageRow, placed: Placed, *, now: datetime, steps: Sequence[int], led: str
) -> None:  # fmt: skip
    """An article's page was fetched, for a reason other than to look at it again: `led` says which."""
    if placed.article_id is None:
        return
    changed = placed.outcome in ("new", "revised")
    check = placing.check_of(placed.article_id)
    if check is None:
        check = Check(article_id=placed.article_id, url=page.url, due_at=None, checked=now, changed=now)
    elif check.url != page.url and not changed:
        return  # another address of the article: one of its pages is looked at, not each
    write(
        placing, *looked(check, "there", changed=changed, now=now, steps=steps), detail=led, story=placed.story_id or 0
    )


def write(placing: Placing, check: Check, events: Sequence[Event], *, detail: str, story: int) -> None:
    """Keep a check, and on record what became of the page if anything did."""
    placing.save_checks([check])
    for kind in events if story else ():
        facts = {"detail": detail}
        placing.add_decision(
            Decision(at=check.checked, kind=kind, story_id=story, article_id=check.article_id, facts=facts)
        )
