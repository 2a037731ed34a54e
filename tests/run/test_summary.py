"""Counts that add up, and the line a person reads."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ingest.run.summary import LOOKS, MAX_ERRORS, OUTCOMES, Summary

START = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@given(st.lists(st.sampled_from(OUTCOMES), max_size=50), st.integers(min_value=0, max_value=5))
def test_what_was_seen_and_not_settled_is_the_balance(outcomes: list[str], lost: int) -> None:
    """The balance is 0 exactly when every entry has one outcome."""
    summary = Summary(START)
    summary.items["seen"] = len(outcomes) + lost
    for outcome in outcomes:
        summary.items[outcome] += 1
    assert summary.balance() == lost


def test_every_key_of_the_contract_is_there() -> None:
    """A run that did nothing has all its zeros; times are RFC 3339 UTC."""
    said = Summary(START).as_dict()
    assert said == {
        "started": "2026-03-02T09:00:00Z",
        "ended": None,
        "feeds": dict.fromkeys(("ok", "unchanged", "failed", "skipped"), 0),
        "items": dict.fromkeys(("seen", *OUTCOMES), 0),
        "rechecks": dict.fromkeys(("asked", *LOOKS), 0),
        "stories": dict.fromkeys(("new", "joined", "merged", "split"), 0),
        "seconds": {},
        "errors": [],
    }


def test_the_line_names_what_happened_and_leaves_out_what_did_not() -> None:
    """Zero failures are not mentioned; whatever was left over is."""
    summary = Summary(START)
    summary.feeds.update(ok=2, unchanged=1, failed=1, skipped=4)
    summary.items.update(new=3, revised=1, off_topic=2, deferred=5)
    summary.stories.update(new=2, joined=1)
    assert summary.in_words() == (
        "4 feeds (1 failed); 3 new articles; 2 new stories, 1 article joined known ones; 1 revised; 2 off topic; "
        "5 deferred"
    )
    assert Summary(START).in_words() == "0 feeds; 0 new articles; 0 new stories, 0 articles joined known ones"


def test_errors_are_bounded_and_failure_means_all() -> None:
    """Ten thousand dead feeds fill no memory; one answer that could be read makes it no failure of all."""
    assert not Summary(START).all_failed
    summary = Summary(START)
    for number in range(MAX_ERRORS + 10):
        summary.feeds["failed"] += 1
        summary.error(f"http://{number}.example/", "unreachable", "no route")
    assert len(summary.errors) == MAX_ERRORS
    found = [summary.all_failed]
    summary.feeds["unchanged"] += 1
    assert [*found, summary.all_failed] == [True, False]


def test_errors_are_kept_without_secrets() -> None:
    """Whoever notes an error may have put an address into its words."""
    summary = Summary(START)
    summary.error(
        "https://mara:geheim-1@kurier.example/rss?key=geheim-2", "unreachable", "https://a.example/?sig=geheim-3"
    )
    assert summary.errors == [
        {
            "url": "https://***@kurier.example/rss?key=***",
            "class": "unreachable",
            "message": "https://a.example/?sig=***",
        }
    ]
