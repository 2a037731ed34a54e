"""How often a feed wants to be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds import parse_feed
from ingest.model import Wishes

SY = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"


def wished(head: str) -> Wishes:
    body = f"<rss version='2.0' {SY}><channel><title>Bote</title>{head}<item><title>Eins</title></item></channel></rss>"
    return parse_feed(body.encode(), url="https://bote.example/rss").wishes


@pytest.mark.parametrize(
    ("head", "every"),
    [
        ("", None), ("<ttl>60</ttl>", 3600), ("<ttl> 5 </ttl>", 300), ("<ttl>-5</ttl>", None),
        ("<ttl>bald</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None), ("<ttl>0</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>\n\tdaily\t</sy:updatePeriod>", 86_400),
        ("<sy:updateFrequency>2</sy:updateFrequency>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
    ],
)  # fmt: skip
def test_least_waits(head: str, every: int | None) -> None:
    """Minutes of `ttl`, parts of a period; the longer of both; nonsense is nothing."""
    assert wished(head).every == every


def test_hours_and_days() -> None:
    """24 is midnight, days are words; what is neither is left out."""
    found = wished(
        "<skipHours><hour>0</hour><hour>23</hour><hour>24</hour><hour>99</hour></skipHours>"
        "<skipDays><day>Saturday</day><day> sunday </day><day>Feiertag</day></skipDays>"
    )
    assert (found.skip_hours, found.skip_days) == (frozenset({0, 23}), frozenset({5, 6}))


@given(st.text(st.characters(exclude_categories=["C"], exclude_characters="<>&"), max_size=30))
def test_nothing_is_too_strange(text: str) -> None:
    """Whatever stands there, the entries are read."""
    found = wished(f"<ttl>{text}</ttl><skipHours><hour>{text}</hour></skipHours>")
    assert found.every is None or found.every > 0
