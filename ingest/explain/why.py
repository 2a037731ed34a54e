"""Why an article is in its story, or why two are (not) together: links, passages, rules with figures, versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from ingest import urls
from ingest.config import Dedupe
from ingest.dedupe.compare import Frequencies, Side, common_from
from ingest.dedupe.dispatch import dispatch_of
from ingest.dedupe.fingerprint import fingerprint, scheme
from ingest.dedupe.passages import common_phrases, shared_passages, shingle_counts_wanted
from ingest.dedupe.relation import Shares, shares
from ingest.dedupe.rules import RULES, RULES_VERSION
from ingest.dedupe.sketch import compare, sample, sample_shares
from ingest.dedupe.tokens import U64
from ingest.dedupe.told import told
from ingest.errors import NothingMatched
from ingest.explain.counted import counts_beside
from ingest.explain.words import decision_in_words, ruling_in_words
from store.base import Store

# Links, passages and phrases that are told: the strongest ten say it, the rest is in the store.
TOLD: Final = 10


def explain_one(store: Store, url: str, rules: Dedupe) -> dict[str, Any]:
    """Why an article stands where it stands. Raises NothingMatched for an unknown address."""
    article = _article(store, url)
    story = store.story(article["story_id"]) or {}
    canonical = next(member for member in story["members"] if member["canonical"])
    links = [_link(link) for link in store.links(article["url"])[:TOLD]]
    return {
        **_named(article),
        "canonical_url": canonical["url"],
        "canonical_reason": story["canonical_reason"],
        "links": links,
        "rulings": _rulings(store, article["url"]),
        "decisions": [
            {**decision, "why": decision_in_words(decision)}
            for decision in story["decisions"]
            if decision["url"] in (article["url"], None)
        ],
        "passages": [] if article["canonical"] else _passages(article["text"], canonical["text"]),
        "sampled": None if article["canonical"] else _sampled(_side(store, article), _side(store, canonical)),
        "common": _common(counts_beside(store, [story]), article["text"]),
        "rules": _rules(rules),
    }  # fmt: skip


def explain_two(store: Store, url: str, other: str, rules: Dedupe) -> dict[str, Any]:
    """Why two articles are together or not: compared afresh, under the present frequencies."""
    a, b = _article(store, url), _article(store, other)
    sides = [_side(store, article) for article in (a, b)]
    counts = counts_beside(store, [store.story(one["story_id"]) or {} for one in (a, b)])
    verdict = compare(sides[0], sides[1], counts, rules)
    found = _shares(*sides)
    stored = next((link for link in store.links(a["url"]) if _carries(link, b["url"])), None)
    return {
        "a": _named(a),
        "b": _named(b),
        "together": a["story_id"] == b["story_id"],
        "verdict": {
            "linked": verdict.linked, "rule": verdict.rule, "why": RULES[verdict.rule], **verdict.facts,
            "score": round(verdict.score, 4), "containment": round(verdict.containment_a, 4),
            "containment_other": round(verdict.containment_b, 4), "jaccard": round(verdict.jaccard, 4),
            "shared": verdict.shared,
        },
        "copied_share": round(found.copied, 4),
        "canonical_share": round(found.kept, 4),
        "checks": [
            {"rule": one.rule, "why": RULES[one.rule], "asked": one.asked, "when": one.when,
             "figure": round(one.figure, 4), "threshold": one.threshold, "holds": one.holds}
            for one in told(sides[0], sides[1], counts, rules)
        ],
        "rulings": [
            ruling for ruling in _rulings(store, a["url"])
            if b["url"] in (article["url"] for article in ruling["articles"])
        ],
        "stored_link": None if stored is None else _link(stored),
        "passages": _passages(a["text"], b["text"]),
        "sampled": _sampled(*sides),
        "common": _common(counts, a["text"], b["text"]),
        "rules": _rules(rules),
    }  # fmt: skip


def _article(store: Store, url: str) -> dict[str, Any]:
    """An article by any spelling of its address."""
    found = store.article(url)
    if found is None:
        try:
            found = store.article(urls.address_key(url))
        except urls.BadUrl:
            found = None
    if found is None:
        raise NothingMatched(
            "no article is known at this address", where=url,
            why="it was never seen, or not kept", fix="`ingest export articles --rejected` lists what was refused",
        )  # fmt: skip
    return found


def _named(article: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("url", "title", "outlet", "published", "story_id", "canonical", "relation", "order", "copied_share",
            "canonical_share", "on_topic", "on_topic_from", "topic_hits", "reuses")  # fmt: skip
    return {key: article[key] for key in keys}


def _side(store: Store, article: Mapping[str, Any]) -> Side:
    """An article as a side of a comparison; one without a text by its sketch."""
    if article["text"] is None:
        runs = np.frombuffer(store.sketched(article["url"]) or b"", dtype="<u8")
        return Side(shingles=runs, numbers=runs[:0], words=article["words"], sketch=True)
    prints = fingerprint(article["text"])
    number = dispatch_of(article["agency"], article["agency_id"])
    return Side(
        shingles=prints.shingles,
        numbers=prints.numbers,
        words=prints.words,
        outlets=frozenset({article["outlet"]}),
        dispatches=frozenset(() if number is None else (number,)),
        text=article["text"],
    )


def _shares(a: Side, b: Side) -> Shares:
    """Both unweighted shares, estimated from samples where one side is a sketch."""
    return sample_shares(_runs(a), _runs(b)) if a.sketch or b.sketch else shares(a.text, b.text)


def _sampled(a: Side, b: Side) -> dict[str, int] | None:
    """Counts in place of passages, where one side is a sketch: sampled runs of both, and those they share."""
    if not (a.sketch or b.sketch):
        return None
    here, there = _runs(a), _runs(b)
    return {"runs": len(here), "other_runs": len(there), "shared": len(np.intersect1d(here, there))}


def _runs(side: Side) -> U64:
    return side.shingles if side.sketch else sample(side.text)


def _link(link: Mapping[str, Any]) -> dict[str, Any]:
    first = link["articles"][0] if link["articles"] else {}
    return {
        "url": first.get("url"), "title": first.get("title"), "story_id": link["other_story_id"],
        "linked": link["linked"], "rule": link["rule"], "why": RULES.get(link["rule"], link["rule"]),
        "score": round(link["score"], 4), "containment": round(link["containment"], 4),
        "containment_other": round(link["containment_other"], 4), "jaccard": round(link["jaccard"], 4),
        "shared": link["shared"], "version": link["version"],
    }  # fmt: skip


def _carries(link: Mapping[str, Any], url: str) -> bool:
    return any(article["url"] == url for article in link["articles"])


def _passages(text: str | None, other: str | None) -> list[dict[str, Any]]:
    if text is None or other is None:
        return []
    return [{"words": passage.words, "text": passage.text} for passage in shared_passages(text, other)[:TOLD]]


def _common(counts: Frequencies, text: str | None, other: str | None = None) -> list[dict[str, Any]]:
    """Phrases that weigh little, with the number of articles that have them; with `other`, those that both share.

    Articles of a popular story of the text's own are left out, as in the comparison.
    """
    if text is None:
        return []
    wanted = shingle_counts_wanted(text)
    if other is not None:
        wanted = sorted({*wanted} & {*shingle_counts_wanted(other)})
    runs = np.array(wanted, dtype=np.int64)
    articles = counts(runs.view(np.uint64))
    common = articles > common_from(articles)
    found = dict(zip(runs[common].tolist(), articles[common].tolist(), strict=True))
    return [{"articles": phrase.articles, "text": phrase.text} for phrase in common_phrases(text, found)[:TOLD]]


def _rulings(store: Store, url: str) -> list[dict[str, Any]]:
    """What analysts ruled on an article, each with a sentence; undone ones too."""
    return [
        {**ruling, "in_force": ruling["undone_by"] is None, "why": ruling_in_words(ruling)}
        for ruling in store.rulings_on(url)
    ]


def _rules(rules: Dedupe) -> dict[str, Any]:
    """The thresholds in force, and the versions of what was compared."""
    thresholds = {name: getattr(rules, name) for name in rules.__struct_fields__}
    return {"version": RULES_VERSION, "scheme": scheme(), "thresholds": thresholds}
