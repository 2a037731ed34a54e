"""An analyst's word: stories are one, articles leave theirs, an article stands for its story; and all that taken back.

Each is a decision with who, when and why. It takes effect at once, by partitioning what it touches, and holds against
whatever evidence comes later. Everything happens in the caller's transaction: an error leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest import urls
from ingest.config import Dedupe
from ingest.errors import NothingMatched, UsageError
from ingest.place.rulings import contradiction, narrowed
from ingest.place.stories import Settled, refresh, settle_all
from store.base import Placing
from store.model import ArticleRef, Member, NewRuling, Ruling, RulingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who speaks, when, and why."""

    who: str
    note: str = ""
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What became of it. `moved` has each article that changed its story: URL, story before, story now."""

    decision: int
    kind: RulingKind
    undoes: int | None = None
    stories: tuple[int, ...]  # those of the articles it names, as they are now
    moved: tuple[tuple[str, int, int], ...] = ()
    merged: int = 0
    split: int = 0


def merge(placing: Placing, one: int, other: int, rules: Dedupe, said: Said) -> Effect:
    """Two stories are one from now on. Raises NothingMatched and UsageError (see `_refuse`)."""
    stories = [_live(placing, story) for story in (one, other)]
    if stories[0] == stories[1]:
        raise UsageError(
            f"stories {one} and {other} are one already", where=f"story {stories[0]}",
            why="a merge needs two stories", fix=f"`ingest show {stories[0]}` lists its articles",
        )  # fmt: skip
    stories.sort()
    members = placing.members(stories)
    sides = {member.id: stories.index(member.story_id) for member in members}
    new = NewRuling(
        kind="tied", at=said.now, who=said.who, note=said.note, story_id=stories[0], other_story_id=stories[1],
        articles=sides,
    )  # fmt: skip
    return _apply(placing, new, members, rules)


def split(placing: Placing, addresses: Sequence[str], rules: Dedupe, said: Said) -> Effect:
    """These articles leave their story and stay out. Who carries one of their texts goes along: a text is one."""
    articles = [_article(placing, address) for address in addresses]
    stories = {article.story_id for article in articles}
    if len(stories) > 1:
        found = ", ".join(f"{article.url} in story {article.story_id}" for article in articles)
        raise UsageError("these articles stand in several stories", where=f"{len(stories)} stories", why=found,
                         fix="split one story at a time")  # fmt: skip
    members = placing.members(stories)
    leaving = {article.text_id for article in articles}
    sides = {member.id: int(member.text_id not in leaving) for member in members}
    [story] = stories
    if not any(sides.values()):
        why = "it is the only one" if len(members) == 1 else "all others are among them, or carry the same text"
        raise UsageError("nothing would be left of the story", where=f"story {story}", why=why,
                         fix=f"`ingest show {story}` lists its articles")  # fmt: skip
    new = NewRuling(kind="parted", at=said.now, who=said.who, note=said.note, story_id=story, articles=sides)
    return _apply(placing, new, members, rules)


def pin(placing: Placing, address: str, rules: Dedupe, said: Said) -> Effect:
    """This article stands for its story from now on. Where pinned articles meet in one story, the newest pin counts."""
    article = _article(placing, address)
    members = placing.members([article.story_id])
    if next(member for member in members if member.id == article.id).sketch:
        raise UsageError("a sketch cannot stand for a story", where=article.url, why="there is no text to read",
                         fix="pin an article whose text is known")  # fmt: skip
    new = NewRuling(
        kind="pinned", at=said.now, who=said.who, note=said.note, story_id=article.story_id, articles={article.id: 0}
    )
    return _apply(placing, new, members, rules)


def undo(placing: Placing, decision_id: int, rules: Dedupe, said: Said) -> Effect:
    """Take an analyst's decision back; undoing an undo puts the decision in force again."""
    target = _undoable(placing, decision_id)
    base = _base(placing, target)
    articles = {one.article_id: one.side for one in base.articles}
    members = placing.members({one.story_id for one in base.articles})
    new = NewRuling(
        kind="undone", at=said.now, who=said.who, note=said.note, undoes=target.id, articles=articles,
        story_id=min(one.story_id for one in base.articles),
    )  # fmt: skip
    return _apply(placing, new, members, rules)


def _apply(placing: Placing, new: NewRuling, members: Sequence[Member], rules: Dedupe) -> Effect:
    """Write the ruling, refuse it where it contradicts another, partition what it touches."""
    decision = placing.rule(new)
    if new.undoes is not None:
        _take_back(placing, new.undoes, by=decision)
    _refuse(placing, decision)
    if _base(placing, _written(placing, decision)).kind == "pinned":
        settled = Settled(frozenset())  # who stands for a story changes nothing about who belongs to it
    else:
        settled = settle_all(placing, {member.text_id for member in members}, rules, now=new.at)
    before = {member.id: member.story_id for member in members}
    stories = settled.stories | set(before.values())
    live = {story for story in stories if placing.live_story(story) == story}
    refresh(placing, live, rules, moved=settled.moved)
    now = placing.members(live)
    named = {member.story_id for member in now if member.id in new.articles}
    return Effect(
        decision=decision, kind=new.kind, undoes=new.undoes, stories=tuple(sorted(named)),
        moved=_moves(now, before, settled.was), merged=settled.merged, split=settled.split,
    )  # fmt: skip


def _moves(
    now: Sequence[Member], before: Mapping[int, int], was: Mapping[int, int]
) -> tuple[tuple[str, int, int], ...]:
    stood = {member.id: before.get(member.id, was.get(member.text_id, member.story_id)) for member in now}
    return tuple((one.url, stood[one.id], one.story_id) for one in now if stood[one.id] != one.story_id)


def _take_back(placing: Placing, target: int, *, by: int) -> None:
    """Put a ruling out of force; of an undo, put back what it had undone."""
    placing.set_in_force(target, undone_by=by)
    ruling = placing.ruling(target)
    if ruling is not None and ruling.undoes is not None:
        _restore(placing, ruling.undoes)


def _restore(placing: Placing, target: int) -> None:
    """Put a ruling in force again; of an undo, take back what it undoes. Raises UsageError where another did so."""
    ruling = _written(placing, target)
    if ruling.undoes is not None:
        below = _written(placing, ruling.undoes)
        if below.undone_by is not None:
            raise _undone_already(below)
        _take_back(placing, below.id, by=target)
    placing.set_in_force(target, undone_by=None)


def _undone_already(ruling: Ruling) -> UsageError:
    return UsageError(
        f"decision {ruling.id} is undone already", where=f"by decision {ruling.undone_by}",
        why="a decision is taken back once", fix=f"`ingest undo {ruling.undone_by}` puts it in force again",
    )  # fmt: skip


def _refuse(placing: Placing, decision: int) -> None:
    """Raise UsageError where what is now in force contradicts itself, naming the decision that is in the way."""
    rulings = placing.rulings()
    ruling = _written(placing, decision)
    touched: Collection[Ruling] = [ruling]
    if ruling.undoes is not None:
        base = _base(placing, ruling)
        touched = [base] if base.undone_by is None else narrowed(base, rulings)
    for one in touched:
        other = contradiction(one, rulings)
        if other is not None:
            raise UsageError(
                f"decision {other.id} says otherwise", where=_shown(other), why=_WHY[other.kind],
                fix=f"`ingest undo {other.id}` first, or leave it",
            )  # fmt: skip


_WHY: Mapping[RulingKind, str] = {
    "tied": "an analyst merged these stories; nothing of one would be left in the other",
    "parted": "an analyst split these articles from each other",
}


def _shown(ruling: Ruling) -> str:
    note = f": {ruling.note}" if ruling.note else ""
    return f"{ruling.who}, {ruling.at:%Y-%m-%d %H:%M}{note}"


def _undoable(placing: Placing, decision_id: int) -> Ruling:
    decision = placing.decision(decision_id)
    if decision is None:
        raise NothingMatched(f"no decision {decision_id}", why="no decision has this number",
                             fix="`ingest show STORY` lists a story's decisions")  # fmt: skip
    ruling = placing.ruling(decision_id)
    if ruling is None:
        raise UsageError(
            f"decision {decision_id} is the machine's", where=f"{decision.kind}, story {decision.story_id}",
            why="it follows from texts and links, and would be made again",
            fix="say otherwise: `ingest merge STORY STORY`, `ingest split ARTICLE...` or `ingest pin ARTICLE`",
        )  # fmt: skip
    if ruling.undone_by is not None:
        raise _undone_already(ruling)
    return ruling


def _base(placing: Placing, ruling: Ruling) -> Ruling:
    """The merge, split or pin that a chain of undoing is about."""
    while ruling.undoes is not None:
        ruling = _written(placing, ruling.undoes)
    return ruling


def _written(placing: Placing, decision: int) -> Ruling:
    ruling = placing.ruling(decision)
    assert ruling is not None  # noqa: S101 -- just written, or named by a key of the database; for the type checker
    return ruling


def _live(placing: Placing, story: int) -> int:
    found = placing.live_story(story)
    if found is None:
        raise NothingMatched(f"no story {story}", why="no story has this number", fix="`ingest stories` lists them")
    return found


def _article(placing: Placing, address: str) -> ArticleRef:
    """An article by any spelling of its address."""
    try:
        key = urls.address_key(address)
    except urls.BadUrl:
        key = address  # reference articles have addresses of their own
    found = placing.articles_at([key])
    if not found:
        raise NothingMatched(
            "no article is known at this address", where=address, why="it was never seen, or not kept",
            fix="`ingest export articles` lists what is",
        )  # fmt: skip
    return found[key]
