"""Where a story's text came from: each rule, and what must not decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import Store
from store.model import RelationRow
from store.origin import CLOSE, Fact, origin
from store.query import summary
from tests.store.news import FLOOD, put

MINUTE = 60_000_000


def fact(outlet: str, minutes: float | None, **more: Any) -> Fact:
    """An article of an outlet, published so many minutes after the beginning."""
    published = None if minutes is None else int(minutes * MINUTE)
    given = {"url": f"https://{outlet}.example/flut", "outlet": f"{outlet}.example", "owner": None, "language": "de",
             "agency": None, "agency_id": None, "published": published, "published_from": "meta", "first_seen": 10**15,
             "relation": "near", "on_topic": True, "seed": False}  # fmt: skip
    return Fact(**(given | more))


def dpa(outlet: str, minutes: float | None, credit: str | None = "full", **more: Any) -> Fact:
    return fact(outlet, minutes, **({"agency": "dpa", "agency_credit": credit, "agencies": ("dpa",)} | more))


NUMBER = {"agency_id": "dpa:260301-930-123456/1"}
CASES: dict[str, tuple[list[Fact], str, str | None, str]] = {
    "nothing": ([], "unknown", None, "undetermined"),
    # 1. agency number
    "one number": ([fact("a", 0), dpa("b", 90, **NUMBER)], "agency", "dpa", "certain"),
    "one item, corrected": (
        [dpa("a", 0, **NUMBER), dpa("b", 9, agency_id="dpa:260301-930-123456/2")], "agency", "dpa", "certain",
    ),
    "two items": (
        [dpa("a", 0, **NUMBER), dpa("b", 9, agency_id="dpa:260301-930-99/1")], "agency", "dpa", "likely",
    ),
    "two agencies' numbers": (
        [dpa("a", 0, **NUMBER), fact("b", 9, agency="epd", agency_id="epd:260301-1-123/1")], "agency", "dpa",
        "undetermined",
    ),
    # 2. own page
    "agency's own page": ([fact("yna", 0, kind="agency"), fact("a", 5)], "agency", "yna.example", "certain"),
    "own page, later": ([fact("yna", 50, kind="agency"), fact("a", 5)], "agency", "yna.example", "likely"),
    "service's own page": (
        [fact("ots", 0, kind="press-release"), fact("a", 5)], "press-release", "ots.example", "certain",
    ),
    # An aggregator that is named is no source either.
    "names an aggregator": (
        [fact("b", 20, based_on="https://a.example/flut"), fact("a", 0, kind="aggregator")], "outlet", "b.example",
        "likely",
    ),
    # 3. credits
    "credit": ([fact("a", 0), dpa("b", 9)], "agency", "dpa", "likely"),
    "credit of a store of before": ([fact("a", 0), dpa("b", 9, None)], "agency", "dpa", "likely"),
    "two full credits": (
        [dpa("a", 0), fact("b", 9, agency="AFP", agency_credit="full")], "agency", "dpa", "undetermined",
    ),
    "one agency in all credits": (
        [dpa("a", 0, agencies=("dpa", "AFP")), fact("b", 9, agency="AFP", agency_credit="full")], "agency", "AFP",
        "likely",
    ),
    "material in one house": ([dpa("a", 0, "partial"), fact("b", 90)], "outlet", "a.example", "likely"),
    "material in two houses": ([dpa("a", 0, "partial"), dpa("b", 90, "partial")], "agency", "dpa", "likely"),
    "material in one owner's houses": (
        [dpa("a", 0, "partial", owner="X"), dpa("b", 90, "partial", owner="X")], "outlet", "a.example", "likely",
    ),
    "press release": (
        [fact("a", 0), fact("b", 9, agency="ots", agency_credit="release")], "press-release", "ots", "likely",
    ),
    # 4. named by others
    "based on a member": (
        [fact("a", 30), fact("b", 20, based_on="https://www.a.example/flut?x=1")], "outlet", "a.example", "likely",
    ),
    "based on a member's outlet": (
        [fact("a", 30), fact("b", 20, based_on="https://a.example/andere")], "outlet", "a.example", "likely",
    ),
    "source named": ([fact("a", 30), fact("b", 20, based_on="A")], "outlet", "a.example", "likely"),
    "canonical link to another house": (
        [fact("a", 30), fact("b", 20, canonical_claim="https://a.example/flut")], "outlet", "a.example", "likely",
    ),
    "canonical link to itself": (
        [fact("a", 0), fact("b", 60, canonical_claim="https://b.example/flut")], "outlet", "a.example", "likely",
    ),
    "based on somebody else's page": (
        [fact("b", 20, based_on="https://kurier.example/flut")], "outlet", "kurier.example", "likely",
    ),
    "named by an aggregator": (
        [fact("a", None), fact("c", 0), fact("msn", 5, kind="aggregator", based_on="https://c.example/flut")], "outlet",
        "c.example", "likely",
    ),
    # 5. only outlet
    "alone": ([fact("a", 0)], "outlet", "a.example", "likely"),
    "one owner": ([fact("a", 3, owner="X"), fact("b", 0, owner="X")], "outlet", "b.example", "likely"),
    "only aggregators": ([fact("a", 0, kind="aggregator")], "unknown", None, "undetermined"),
    "reference text alone": ([replace(fact("a", 0), outlet="seed", seed=True)], "unknown", None, "undetermined"),
    # 6. published first
    "first": ([fact("a", 20), fact("b", 0)], "outlet", "b.example", "likely"),
    "too close": ([fact("a", 10), fact("b", 0)], "unknown", None, "undetermined"),
    "too close to one owner only": (
        [fact("a", 5, owner="X"), fact("b", 0, owner="X"), fact("c", 60)], "outlet", "b.example", "likely",
    ),
    "no date": ([fact("a", None), fact("b", 0)], "unknown", None, "undetermined"),
    "date of the address": ([fact("a", 20, published_from="url"), fact("b", 0)], "unknown", None, "undetermined"),
    "aggregator first": (
        [fact("a", 0, kind="aggregator"), fact("b", 60), fact("c", 120)], "outlet", "b.example", "likely",
    ),
    "excerpt first": ([fact("a", 0, relation="excerpt"), fact("b", 60)], "unknown", None, "undetermined"),
    "stub a little earlier": ([fact("a", 50, partial=True), fact("b", 60)], "unknown", None, "undetermined"),
    "excerpt later": ([fact("a", 90, relation="excerpt"), fact("b", 60)], "outlet", "b.example", "likely"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_origin_claims_no_more_than_is_known(case: str) -> None:
    """Each rule, with the certainty it allows."""
    members, kind, name, certainty = CASES[case]
    found = origin(members)
    assert (found["kind"], found["name"], found["certainty"]) == (kind, name, certainty), found["basis"]
    assert list(found) == ["kind", "name", "url", "agency_id", "basis", "certainty"]


@given(st.data())
def test_origin_does_not_depend_on_order(data: st.DataObject) -> None:
    """The same articles in any order make the same claim, and an aggregator is never it."""
    pool = [member for members, *_ in CASES.values() for member in members]
    chosen = data.draw(st.lists(st.sampled_from(pool), max_size=6, unique_by=lambda member: member.url))
    found = origin(chosen)
    assert origin(data.draw(st.permutations(chosen))) == found
    assert found["name"] not in {member.outlet for member in chosen if member.kind == "aggregator"} - {
        member.outlet for member in chosen if member.kind != "aggregator"
    }


def test_close_is_a_quarter_of_an_hour() -> None:
    """The bound is exclusive: sixteen minutes say who was first, fifteen do not."""
    assert CLOSE == 15 * MINUTE
    assert origin([fact("a", 0), fact("b", 15)])["kind"] == "unknown"
    assert origin([fact("a", 0), fact("b", 16)])["kind"] == "outlet"


def _copies(*shares: tuple[str, float]) -> Sequence[Fact]:
    return [fact(f"o{n}", n, relation=relation, canonical_share=kept) for n, (relation, kept) in enumerate(shares)]


def test_copies_are_counted_by_what_they_hold() -> None:
    """The canonical article is no copy; full ones hold seven tenths of it, partial ones a fifth."""
    shares = [("canonical", 1.0), ("exact", 1.0), ("near", 0.8), ("near", 0.6), ("extended", 0.9), ("excerpt", 0.1)]
    found = summary(_copies(*shares, ("rewrite", 0.3), ("rewrite", 0.1)))
    assert (found["articles"], found["full_copies"], found["partial_copies"]) == (8, 3, 3)
    stub = fact("p", 9, relation="near", canonical_share=0.9, partial=True)
    assert summary([*_copies(("canonical", 1)), stub])["full_copies"] == 0


def test_a_storys_summary_end_to_end(store: Store) -> None:
    """What the articles say of their source is kept, replaced by a new state, and told with the story."""
    with store.placing() as place:
        first = put(place, "https://a.example/1", FLOOD, owner="Group X", kind="aggregator")
        own = put(place, "https://b.example/1", FLOOD + " Mehr.", story=first.story, owner="Group Y", agency="dpa",
                  agency_id="dpa:1", agency_credit="full", agencies=("dpa", "AFP"), partial=True)  # fmt: skip
        put(place, "https://c.example/1", FLOOD + " Noch.", story=first.story, owner="Group X", based_on="B")
        row = RelationRow(article_id=own.article, relation="near", order="later", copied_share=0.9, canonical_share=0.9)
        place.set_relations([row])
    story = store.story(first.story)
    assert story is not None
    assert story["owners"] == ["Group X", "Group Y"]
    assert story["agencies"] == ["AFP", "dpa"]
    assert (story["origin"]["kind"], story["origin"]["agency_id"]) == ("agency", "dpa:1")
    assert (story["full_copies"], story["partial_copies"]) == (0, 1)
    rows = {row["outlet"]: row for row in story["members"]}
    assert (rows["a.example"]["kind"], rows["b.example"]["partial"], rows["c.example"]["based_on"]) == (
        "aggregator", True, "B",
    )  # fmt: skip
    assert rows["b.example"]["agencies"] == ["dpa", "AFP"]
    assert store.check() == []
