"""Why an article is in its story, or why two are (not) together: links, passages, rules with figures, versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ingest import urls
from ingest.config import Dedupe
from ingest.dedupe.compare import Side
from ingest.dedupe.fingerprint import fingerprint, scheme
from ingest.dedupe.passages import shared_passages
from ingest.dedupe.relation import Shares, shares
from ingest.dedupe.rules import RULES, RULES_VERSION
from ingest.dedupe.sketch import sample, sample_shares
from ingest.dedupe.tokens import U64
from ingest.dedupe.told import told
from ingest.errors import NothingMatched
from ingest.explain.counted import TOLD, compared, discounted, left_out, weights_of
from ingest.explain.words import decision_in_words, ruling_in_words
from store.base import Placing, Store


def explain_one(store: Store, url: str, rules: Dedupe) -> dict[str, Any]:
    """Why an article stands where it stands. Raises NothingMatched for an unknown address."""
    article = _article(store, url)
    story = store.story(article["story_id"]) or {}
    canonical = next(member for member in story["members"] if member["canonical"])
    links = [_link(link, article) for link in store.links(article["url"])[:TOLD]]
    with store.looking() as placing:
        found = compared(placing, _text_id(placing, article), _text_id(placing, canonical), rules)
        common, sampled = discounted(found, article["text"]), _sampled(found.a, found.b)
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
        "sampled": None if article["canonical"] else sampled,
        "common": common,
        "rules": _rules(rules),
    }  # fmt: skip


def explain_two(store: Store, url: str, other: str, rules: Dedupe) -> dict[str, Any]:
    """Why two articles are together or not: compared afresh, under the present frequencies."""
    a, b = _article(store, url), _article(store, other)
    with store.looking() as placing:
        texts = _text_id(placing, a), _text_id(placing, b)
        found = compared(placing, *texts, rules)
        verdict, shared = found.verdict, _shares(found.a, found.b)
        compared_afresh = {
            "verdict": {
                "linked": verdict.linked, "rule": verdict.rule, "why": RULES[verdict.rule], **verdict.facts,
                "score": round(verdict.score, 4), "containment": round(verdict.containment_a, 4),
                "containment_other": round(verdict.containment_b, 4), "jaccard": round(verdict.jaccard, 4),
                "shared": verdict.shared,
            },
            "weights": weights_of(found),
            "left_out": left_out(placing, found, a["text"], b["text"]),
            "copied_share": round(shared.copied, 4),
            "canonical_share": round(shared.kept, 4),
            "checks": [
                {"rule": one.rule, "why": RULES[one.rule], "asked": one.asked, "when": one.when,
                 "figure": round(one.figure, 4), "threshold": one.threshold, "holds": one.holds}
                for one in told(found.a, found.b, found.judged.counts, rules, crowd=found.judged.crowd)
            ],
            "sampled": _sampled(found.a, found.b),
            "common": discounted(found, a["text"], b["text"]),
        }  # fmt: skip
    return {
        "a": _named(a),
        "b": _named(b),
        "together": a["story_id"] == b["story_id"],
        **compared_afresh,
        "rulings": [
            ruling for ruling in _rulings(store, a["url"])
            if b["url"] in (article["url"] for article in ruling["articles"])
        ],
        "stored_link": _stored_link(store, a, texts),
        "passages": _passages(a["text"], b["text"]),
        "rules": _rules(rules),
    }  # fmt: skip


def _article(store: Store, url: str) -> dict[str, Any]:
    """An article by any spelling of its address."""
    found = store.article(url) or store.article(_key(url))
    if found is None:
        raise NothingMatched(
            "no article is known at this address", where=url,
            why="it was never seen, or not kept", fix="`ingest export articles --rejected` lists what was refused",
        )  # fmt: skip
    return found


def _key(url: str) -> str:
    """What all spellings of an address have in common; what is no address is its own key."""
    try:
        return urls.address_key(url)
    except urls.BadUrl:
        return url


def _text_id(placing: Placing, article: Mapping[str, Any]) -> int:
    """The text that an article carries; of one that is known by a sketch alone, what stands for it."""
    if article["text"] is not None and (found := placing.text_id(fingerprint(article["text"]).sha256)):
        return found
    key = _key(article["url"])
    return placing.articles_at([key])[key].text_id


def _named(article: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("url", "title", "outlet", "published", "story_id", "canonical", "relation", "order", "copied_share",
            "canonical_share", "on_topic", "on_topic_from", "topic_hits", "reuses")  # fmt: skip
    return {key: article[key] for key in keys}


def _shares(a: Side, b: Side) -> Shares:
    """Both unweighted shares, estimated from samples where one side is a sketch."""
    return sample_shares(_runs(a), _runs(b)) if a.sketch or b.sketch else shares(a.body, b.body)


def _sampled(a: Side, b: Side) -> dict[str, int] | None:
    """Counts in place of passages, where one side is a sketch: sampled runs of both, and those they share."""
    if not (a.sketch or b.sketch):
        return None
    here, there = _runs(a), _runs(b)
    return {"runs": len(here), "other_runs": len(there), "shared": len(np.intersect1d(here, there))}


def _runs(side: Side) -> U64:
    return side.shingles if side.sketch else sample(side.body)


def _link(link: Mapping[str, Any], article: Mapping[str, Any]) -> dict[str, Any]:
    """A link of an article: which of its states is linked, and with which state of another one."""
    first = link["articles"][0] if link["articles"] else {}
    return {
        "own_state": link["state"], "own_states": article["revisions"],
        "url": first.get("url"), "title": first.get("title"), "story_id": link["other_story_id"],
        "state": first.get("state"), "states": first.get("states"), "seen_from": first.get("seen_from"),
        "linked": link["linked"], "rule": link["rule"], "why": RULES.get(link["rule"], link["rule"]),
        "score": round(link["score"], 4), "containment": round(link["containment"], 4),
        "containment_other": round(link["containment_other"], 4), "jaccard": round(link["jaccard"], 4),
        "shared": link["shared"], "version": link["version"],
    }  # fmt: skip


def _stored_link(store: Store, article: Mapping[str, Any], texts: tuple[int, int]) -> dict[str, Any] | None:
    """What was kept of the comparison of an article's text with another one, if it was."""
    links = (link for link in store.links(article["url"]) if (link["text_id"], link["other_text_id"]) == texts)
    return next((_link(link, article) for link in links), None)


def _passages(text: str | None, other: str | None) -> list[dict[str, Any]]:
    if text is None or other is None:
        return []
    return [{"words": passage.words, "text": passage.text} for passage in shared_passages(text, other)[:TOLD]]


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
