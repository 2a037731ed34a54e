"""The door: one article in, one decision out, everything about it written in the caller's transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np

from ingest.dedupe.pair import PASSAGE
from ingest.dedupe.relation import words_shared
from ingest.dedupe.rules import RULES_VERSION
from ingest.dedupe.tokens import tokenize
from ingest.place import sketched
from ingest.place.bodies import Bodies
from ingest.place.desk import Desk, Incoming, Placed
from ingest.place.evidence import Evidence, gather, link_row
from ingest.place.identity import Known, identify
from ingest.place.learned import Met, recognised, remember
from ingest.place.roundups import may_hold
from ingest.place.stories import Settled, begin, refresh, settle, welcome
from store.base import Placing
from store.model import ArticleRef, Decision, LinkRow, NewArticle, NewText, Reuse, StoredText

# Score from which a pair that is no lineage is looked at for a passage: the opening of a report of 400 words is a tenth
# of it. What scores lower shares common phrases.
LENT = 0.10
# Links named in a decision; more than these nobody reads, and the link table has them all.
NAMED_LINKS = 5


def place(placing: Placing, incoming: Incoming, desk: Desk) -> Placed:
    """Give an article its story. Saving the same article twice changes nothing but when it was last seen."""
    now = desk.now()
    met = Met()
    if desk.furniture and not incoming.sketch and not incoming.seed:
        incoming, met = recognised(placing, incoming)
    text_id = placing.text_id(incoming.prints.sha256)
    known = identify(placing, incoming, text_id)
    if known.article is not None and known.state in ("same", "twin"):
        placing.saw_article(known.article.id, urls=known.addresses, at=now)
        return Placed(
            outcome="duplicate_url" if known.new_address or known.state == "twin" else "unchanged",
            article_id=known.article.id,
            story_id=known.article.story_id,
        )
    found = Evidence()
    if text_id is None:
        found = gather(placing, incoming, desk.rules)
    if known.article is None and desk.filter_topic and not _belongs(placing, incoming, text_id, found):
        return Placed(outcome="off_topic")
    case = _Case(placing, incoming, known, found, desk, now, met)
    if known.state == "revised" and known.article is not None:
        return _revise(case, text_id, known.article)
    return _add(case, text_id)


@dataclass(frozen=True, slots=True)
class _Case:
    """What the steps of one placing share."""

    placing: Placing
    incoming: Incoming
    known: Known
    found: Evidence
    desk: Desk
    now: datetime
    met: Met


def _belongs(placing: Placing, incoming: Incoming, text_id: int | None, found: Evidence) -> bool:
    """On the topic by its own words, or by the company it keeps: a cut copy of an on-topic text stays."""
    if incoming.on_topic or incoming.seed:
        return True
    texts = placing.texts([text_id] if text_id is not None else found.linked)
    stories = {stored.story_id for stored in texts.values()}
    return any(member.on_topic for member in placing.members(stories))


def _add(case: _Case, text_id: int | None) -> Placed:
    """A new article: with a stored text it joins that text's story, with a new one it is partitioned."""
    placing, known = case.placing, case.known
    source = _source(placing, text_id, case.found)
    text, story = _ensure_text(case, text_id, home=None)
    facts = _facts(case.incoming, known.url)
    article = placing.add_article(facts, text_id=text, story_id=story, urls=known.addresses, at=case.now)
    if known.state == "restarted":
        placing.restart_urls(list(known.addresses), article)
    remember(placing, case.incoming, case.met, article=article, story=story)
    _learn(case, None)
    settled, home = Settled(frozenset({story})), story
    change: Literal["new", "joined"] = "new"
    if text_id is None and not case.found.linked:  # a story of its own
        begin(placing, story, article, facts, case.desk.rules, at=case.now)
    else:
        if text_id is None and not welcome(placing, case.found, story):
            settled = settle(placing, text, case.desk.rules, now=case.now, learn=case.desk.learn)
        home = placing.stories_of([text])[text]
        # Not the component's other stories: with a chain of them that would be more for every article.
        refresh(placing, settled.changed | {home}, case.desk.rules, article=article, moved=settled.moved)
        change = "new" if placing.story_sizes([home])[home][0] == 1 else "joined"
    _record(case, text, article, home, "restarted" if known.state == "restarted" else change)
    return Placed(
        outcome="new", article_id=article, story_id=home, change=change, merged=settled.merged, split=settled.split,
        linked_to=source, beside=may_hold(case.found, _lenders(placing, case.found), case.incoming),
    )  # fmt: skip


def _source(placing: Placing, text_id: int | None, found: Evidence) -> str | None:
    """Where the most similar text stands: the first article that carries it."""
    if text_id is not None:
        return placing.texts([text_id])[text_id].urls[0]
    linked = found.linked
    return found.texts[linked[0]].urls[0] if linked else None


def _revise(case: _Case, text_id: int | None, article: ArticleRef) -> Placed:
    """A new state of a known article: its texts are one lineage whatever their score."""
    placing, incoming = case.placing, case.incoming
    before = placing.texts([article.text_id])[article.text_id]
    text, _ = _ensure_text(case, text_id, home=article.story_id)
    facts = _facts(incoming, article.url)
    placing.add_revision(article.id, facts, text_id=text, changes=case.known.changes, at=case.now)
    placing.saw_article(article.id, urls=case.known.addresses, at=case.now)
    if text != article.text_id:
        placing.add_links([_revision_link(text, article.text_id)])
    remember(placing, incoming, case.met, article=article.id, story=article.story_id)
    _learn(case, before)
    settled = settle(placing, text, case.desk.rules, now=case.now, learn=case.desk.learn)
    refresh(placing, settled.stories | settled.changed, case.desk.rules, article=article.id, moved=settled.moved)
    home = placing.stories_of([text])[text]
    _record(case, text, article.id, home, "revised")
    return Placed(
        outcome="revised", article_id=article.id, story_id=home, merged=settled.merged, split=settled.split
    )  # fmt: skip


def _ensure_text(case: _Case, text_id: int | None, *, home: int | None) -> tuple[int, int]:
    """The text's id and its story for now; a new text is stored with its passages and links."""
    placing, found = case.placing, case.found
    if text_id is not None:
        return text_id, placing.stories_of([text_id])[text_id]
    linked = found.linked
    story = home
    if story is None:
        story = found.story_of[linked[0]] if linked else placing.add_story(at=case.now)
    prints = case.incoming.prints
    text = placing.add_text(
        NewText(
            sha256=prints.sha256,
            body=case.incoming.article.text,
            words=prints.words,
            shingles=prints.shingles.astype("<u8").tobytes(),
            features=prints.numbers.astype("<u8").tobytes(),
            bands=prints.bands.tolist(),
            sketch=case.incoming.sketch,
        ),
        story_id=story,
        at=case.now,
    )
    placing.add_links([link_row(text, other, verdict) for other, verdict in found.worth_keeping.items()])
    return text, story


def _revision_link(new: int, old: int) -> LinkRow:
    """Two states of one article: a lineage by definition."""
    return LinkRow(
        a=min(new, old), b=max(new, old), linked=True, rule="revision", score=1.0, containment_a=1.0, containment_b=1.0,
        jaccard=1.0, shared=0, version=RULES_VERSION,
    )  # fmt: skip


def _learn(case: _Case, old: StoredText | None) -> None:
    """One more article contains these runs; a revision adds only what its article did not contain before.

    A sketch counts nothing: its sample are no runs that are counted.
    """
    if not case.desk.learn or case.incoming.sketch:
        return
    shingles = case.incoming.prints.shingles
    if old is not None and not old.sketch:
        before = np.frombuffer(old.shingles, dtype="<u8")
        shingles = np.setdiff1d(shingles, before, assume_unique=True)
    case.placing.count_shingles(shingles)


def _facts(incoming: Incoming, url: str) -> NewArticle:
    """The article's facts as they are kept."""
    article = incoming.article
    return NewArticle(
        url=url,
        title=article.title,
        authors=article.authors,
        published=article.published,
        published_from=article.published_from,
        modified=article.modified,
        language=article.language,
        outlet=incoming.outlet,
        owner=incoming.owner,
        source=incoming.source,
        free=article.free,
        seed=incoming.seed,
        agency=article.agency or incoming.agency,
        agency_id=article.agency_id,
        dispatch=incoming.dispatch,
        # On an agency's own pages every text is the agency's, whoever signed it.
        agency_credit="full" if incoming.agency is not None else article.agency_credit,
        agencies=article.agencies or ((incoming.agency,) if incoming.agency is not None else ()),
        based_on=article.based_on,
        kind=incoming.kind,
        partial=incoming.partial or article.partial,
        text_from=article.text_from,
        words=incoming.prints.words,
        on_topic=incoming.on_topic,
        on_topic_from="text" if incoming.on_topic else None,
        topic_hits=incoming.topic_hits,
        furniture=article.furniture,
        canonical_claim=article.canonical_claim,
    )


def _record(
    case: _Case, text: int, article: int, story: int, kind: Literal["new", "joined", "revised", "restarted"]
) -> None:
    """The decision as a row, and passages shared with other stories as reuses."""
    placing, found = case.placing, case.found
    strongest = _strongest(placing, found, {of: verdict.score for of, verdict in found.verdicts.items()}, NAMED_LINKS)
    links: list[dict[str, Any]] = [
        {"text": other, "rule": found.verdicts[other].rule, "linked": found.verdicts[other].linked}
        | found.verdicts[other].facts
        for other in strongest
    ]
    placing.add_decision(
        Decision(
            at=case.now,
            kind=kind,
            story_id=story,
            article_id=article,
            facts={"links": links, "compared": len(found.verdicts), "rules": RULES_VERSION} | case.met.facts,
        )
    )
    if case.desk.reuses:
        _reuses(case, text, story)


def _reuses(case: _Case, text: int, story: int) -> None:
    """Passages that a text shares with texts of other stories: of each story the one it shares most with."""
    placing = case.placing
    others = _lenders(placing, case.found)
    story_of = placing.stories_of(others) if others else {}
    by_story: dict[int, Reuse] = {}
    foreign = [other for other in others if story_of[other] != story]
    words = _words_in(case, text, foreign) if foreign else {}
    for other in foreign:
        if words[other] >= PASSAGE and story_of[other] not in by_story:
            share = round(words[other] / case.incoming.prints.words, 4)
            by_story[story_of[other]] = Reuse(text_id=text, other_text_id=other, words=words[other], share=share)
    if by_story:
        placing.set_reuses(text, list(by_story.values()))


def _words_in(case: _Case, text: int, others: Sequence[int]) -> dict[int, int]:
    """How many words of the text stand in each of these, in runs of four or more, as they are counted everywhere."""
    known = case.found.texts
    sketches = [other for other in others if case.incoming.sketch or (other in known and known[other].sketch)]
    found = {other: _words_sampled(case.placing, text, other) for other in sketches}
    read = [other for other in others if other not in found]
    if read:
        bodies = case.found.bodies or Bodies(case.placing)
        bodies.fetch(read)
        there = [tokenize(bodies(other)) for other in read]
        found |= zip(read, words_shared(tokenize(case.incoming.article.text), there), strict=True)
    return found


def _lenders(placing: Placing, found: Evidence) -> list[int]:
    """Texts that may have lent a passage, those with the longest first."""
    lent = {
        other: verdict.shared
        for other, verdict in found.verdicts.items()
        if verdict.linked or verdict.rule == "digest" or (verdict.score >= LENT and verdict.shared >= PASSAGE)
    }
    return _strongest(placing, found, lent, len(lent))


def _strongest(placing: Placing, found: Evidence, by: Mapping[int, float], most: int) -> list[int]:
    """The texts with the largest figures, ties by content: which is read of those alone of which it is not known."""
    times = Counter(by.values())
    least = sorted(by.values(), reverse=True)[:most][-1] if by else 0.0
    tied = {text for text, figure in by.items() if figure >= least and times[figure] > 1}
    known = {text: found.texts[text] for text in tied & found.texts.keys()}
    content = {**known, **(placing.prints(tied - known.keys()) if tied - known.keys() else {})}
    return sorted(by, key=lambda text: (-by[text], content[text].sha256 if text in content else b""))[:most]


def _words_sampled(placing: Placing, here: int, there: int) -> int:
    """Words of a text that stand in the other: an estimate, since a sketch does not say which words these are."""
    prints = placing.prints([here, there])
    return round(sketched.shares_of_stored(placing, prints[here], prints[there]).copied * prints[here].words)
