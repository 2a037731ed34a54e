"""The canonical article is the first of a total order: the same whoever asks, and never a lesser version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest.config import Dedupe
from ingest.dedupe.canonical import READ, Contender, choose, stays
from ingest.dedupe.original import Standing
from ingest.dedupe.relation import Versus

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
EARLIEST = Dedupe()


def contender(number: int, hours: float | None = 0, **more: Any) -> Contender:
    """An article of 300 words, published some hours after noon (None: nobody said) and seen the day after."""
    published = None if hours is None else NOON + hours * HOUR
    made = Contender(
        id=number, sha256=sha256(str(number).encode()).digest(), outlet=f"o{number}.example", published=published,
        published_from="json-ld" if published else "none", first_seen=NOON + 24 * HOUR, words=300, free=None,
        seed=False,
    )  # fmt: skip
    return replace(made, **more)


@st.composite
def members(draw: st.DrawFn) -> list[Contender]:
    """Members with many ties: few hours, few lengths, equal texts."""
    return [
        contender(
            number,
            draw(st.sampled_from([None, 0, 0, 1, 2])),
            words=draw(st.sampled_from([80, 300, 300, 310, 500])),
            free=draw(st.sampled_from([None, True, False])),
            seed=draw(st.sampled_from([False, False, False, True])),
            partial=draw(st.sampled_from([False, False, True])),
            published_from=draw(st.sampled_from(["json-ld", "time", "url", "none"])),
            sha256=sha256(bytes([draw(st.integers(0, 3))])).digest(),
        )
        for number in range(1, draw(st.integers(2, 8)))
    ]


@given(members(), st.sampled_from(["earliest", "longest", "preferred"]), st.randoms(use_true_random=False))
def test_order_of_members_does_not_matter(found: list[Contender], policy: Any, chance: Random) -> None:
    """Every policy is a total order: shuffled members have the same canonical article, for the same reason."""
    rules = Dedupe(canonical=policy, preferred=["o2.example", "o1.example"])
    assert choose(chance.sample(found, len(found)), rules) == choose(found, rules)


@given(members(), st.sampled_from(["earliest", "longest", "preferred"]))
def test_the_choice_holds(found: list[Contender], policy: Any) -> None:
    """Once chosen, an article stays while its story stays; excerpts win only among themselves."""
    rules = Dedupe(canonical=policy, preferred=["o2.example", "o1.example"])
    first = choose(found, rules)
    assert choose(found, rules, current=first.id) == first
    best = next(member for member in found if member.id == first.id)
    whole = [member for member in found if not member.partial]
    assert not whole or best in whole


def test_the_earliest_full_version_stands_for_the_story() -> None:
    """Neither an earlier excerpt, nor an earlier paid stub, nor an earlier digest."""
    full, later = contender(1, 5), contender(2, 6)
    assert choose([full, later], EARLIEST).id == 1
    assert choose([full, later], EARLIEST).reason == "earliest full version"
    for lesser in (contender(3, 1, words=150), contender(3, 1, free=False), contender(3, 1, partial=True)):
        assert choose([later, lesser, full], EARLIEST).id == 1
    assert choose([full], EARLIEST).reason == "only version"


def test_one_long_addition_makes_no_excerpts_of_the_others() -> None:
    """The usual length counts, not the longest: an analysis of 2,000 words behind the text does not win."""
    found = [contender(1, 0), contender(2, 1), contender(3, 2), contender(4, 3, words=2000)]
    assert choose(found, EARLIEST).id == 1


def test_dates_are_believed_as_far_as_they_go() -> None:
    """No article is published after it was first seen; without a date that moment counts; better sources win ties."""
    seen = NOON + HOUR
    future = contender(1, 400, first_seen=seen)
    assert choose([future, contender(2, 2, first_seen=NOON + 9 * HOUR)], EARLIEST).id == 1
    undated = contender(3, None, first_seen=NOON)
    assert choose([undated, contender(4, 1)], EARLIEST).id == 3
    guessed, said = contender(5, 1, published_from="url"), contender(6, 1)
    assert choose([guessed, said], EARLIEST).id == 6


def test_a_seed_stands_for_its_story() -> None:
    """A reference article is what everything else is held against, dated or not, and whatever came before."""
    seed = contender(9, None, seed=True)
    chosen = choose([contender(1, 0), seed, contender(2, 1)], EARLIEST)
    assert (chosen.id, chosen.reason) == (9, "seed")
    early = contender(8, 3, seed=True)
    assert choose([seed, early], EARLIEST).id == 8


def test_the_holder_keeps_the_place_on_a_tie() -> None:
    """Two articles of one minute: whoever stands for the story already goes on doing so."""
    tied = [contender(1, 1), contender(2, 1)]
    assert [choose(tied, EARLIEST, current=held).id for held in (1, 2)] == [1, 2]
    assert choose([*tied, contender(3, 0)], EARLIEST, current=1).id == 3
    assert choose([contender(1, 0, words=100), contender(2, 4)], EARLIEST, current=1).id == 2


def test_policies() -> None:
    """Longest, or the outlets one likes best, among full versions; without one of them, the earliest."""
    found = [contender(1, 0), contender(2, 1, words=420), contender(3, 2), contender(4, 0, words=90)]
    assert choose(found, Dedupe(canonical="longest")).id == 2
    liked = Dedupe(canonical="preferred", preferred=["o4.example", "o3.example", "o2.example"])
    assert choose(found, liked).id == 3
    assert choose(found[:2], liked).reason == "preferred outlet o2.example"
    assert choose(found, Dedupe(canonical="preferred", preferred=["elsewhere.example"])).id == 1


def test_sketches_are_not_for_reading() -> None:
    """What is known by its hashes alone stands for a story only where nothing else is there."""
    sketch = contender(1, 0, seed=True, sketch=True)
    assert choose([sketch, contender(2, 3)], EARLIEST).id == 2
    assert choose([sketch], EARLIEST).id == 1


@given(members(), st.sampled_from(["earliest", "longest", "preferred"]), st.data())
def test_the_short_answer_is_the_long_one(found: list[Contender], policy: Any, data: st.DataObject) -> None:
    """Where `stays` says that the canonical article keeps its place, `choose` over all members says so too."""
    rules = Dedupe(canonical=policy, preferred=["o2.example", "o1.example"])
    same_length = [replace(member, words=300) for member in found] if policy != "longest" else found
    held = next(member for member in same_length if member.id == choose(same_length, rules).id)
    newcomer = replace(data.draw(members())[0], id=100, outlet="o100.example", partial=held.partial, free=held.free)
    newcomer = replace(newcomer, words=300) if policy != "longest" else newcomer
    if stays(held, newcomer, rules):
        assert choose([*same_length, newcomer], rules, current=held.id).id == held.id


def test_a_paid_text_served_in_full_is_a_full_version() -> None:
    """It stands back for a free one of its length, and not for a free excerpt or a beginning."""
    paid, free = contender(1, free=False), contender(2, hours=5)
    assert choose([paid, free], EARLIEST).id == free.id
    assert choose([paid, contender(3, hours=5, words=80)], EARLIEST).id == paid.id
    assert choose([paid, contender(4, hours=-5, partial=True)], EARLIEST).id == paid.id
    assert choose([contender(5, free=False, partial=True), contender(6, hours=9)], EARLIEST).id == 6


def longer(own: set[int]) -> Standing:
    """Members of 300 words with 20 of their own (`own`), all else the same."""

    def standing(one: int, other: int) -> Versus:
        return Versus(words=300, other_words=300, added=20 * (one in own), missing=20 * (other in own))

    return standing


def test_texts_tell_where_dates_are_close() -> None:
    """Of those dated within two hours the one the others were made from; the reason says so."""
    found = [contender(1, 0), contender(2, 1), contender(3, 5), contender(4, 6)]
    chosen = choose(found, EARLIEST, standing=longer({1, 3, 4}))
    assert (chosen.id, chosen.reason) == (2, "full version that the others come from, dated close to the earliest")
    assert choose([found[0], contender(2, 3), *found[2:]], EARLIEST, standing=longer({1, 3, 4})).id == 1


def test_a_report_that_has_changed_keeps_its_place() -> None:
    """Copies show an older state of it: that it has words of its own by now says nothing."""
    found = [contender(1, 0, revised=True), contender(2, 1), contender(3, 5), contender(4, 6)]
    assert choose(found, EARLIEST, standing=longer({1, 3, 4})).id == 1


def test_a_large_story_keeps_what_was_found() -> None:
    """Beyond the members that are read all with all, the holder stays while none is earlier by hours."""
    found = [contender(number, 1 + number / 100) for number in range(1, READ + 2)]
    assert choose(found, EARLIEST, current=5, standing=longer(set())).id == 5
    assert choose([*found, contender(99, -3)], EARLIEST, current=5, standing=longer(set())).id == 99
    assert choose(found, EARLIEST, current=5).id == 1
