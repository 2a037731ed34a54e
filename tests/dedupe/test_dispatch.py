"""Numbers of agencies' dispatches: one spelling, and what two texts' numbers say of each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dedupe.dispatch import NOTHING, Printed, dispatch_of, printed

FIRST, CORRECTED = "dpa:260302-99-123456/1", "dpa:260302-99-123456/4"


@pytest.mark.parametrize(
    ("agency", "said", "number"),
    [
        ("dpa", FIRST, "dpa:260302:99-123456"),
        ("dpa", CORRECTED, "dpa:260302:99-123456"),
        ("dpa", "DPA-infocom:260302-99-123456/2", "dpa:260302:99-123456"),
        (None, FIRST, "dpa:260302:99-123456"),
        ("Yonhap", "AEN20260302000100315", "yonhap:20260302:aen000100315"),
        ("PA Media", "Merle 17/b", "pa media::merle 17"),
        (None, "Merle 17", None),
        ("dpa", None, None),
        ("dpa", " / ", None),
    ],
)
def test_one_dispatch_has_one_spelling(agency: str | None, said: str | None, number: str | None) -> None:
    """Services and corrections of one dispatch do not count; a number that is nobody's is none."""
    assert dispatch_of(agency, said) == number


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [
        ({"dpa:260302:99-1"}, {"dpa:260302:99-1"}, Printed(both="dpa:260302:99-1")),
        ({"dpa:260302:99-1"}, {"dpa:260302:99-2"}, Printed(others=("dpa:260302:99-1", "dpa:260302:99-2"))),
        ({"dpa:260302:99-1", "dpa:260302:99-2"}, {"dpa:260302:99-2"}, Printed(both="dpa:260302:99-2")),
        ({"dpa:260302:99-1"}, {"dpa:260303:99-2"}, NOTHING),
        ({"dpa:260302:99-1"}, {"afp:260302:99-1"}, NOTHING),
        ({"pa media::17"}, {"pa media::18"}, NOTHING),
        ({"dpa:260302:99-1"}, set(), NOTHING),
    ],
)
def test_numbers_of_one_agency_and_day_are_held_against_each_other(
    here: set[str], there: set[str], found: Printed
) -> None:
    """One number is one dispatch, two of a day are two; agencies, days and numbers without a day tell nothing."""
    assert printed(here, there) == found


def test_a_number_that_is_not_believed_tells_nothing() -> None:
    """Neither for two texts that print it nor against one that prints another."""
    wrong = "dpa:260302:99-1"
    assert printed({wrong}, {wrong}, lambda number: number != wrong) == NOTHING
    assert printed({wrong}, {"dpa:260302:99-2"}, lambda number: number != wrong) == NOTHING


NUMBERS = st.frozensets(
    st.builds(
        "{}:{}:{}".format, st.sampled_from(["dpa", "afp"]), st.sampled_from(["", "260302", "260303"]), st.integers(0, 5)
    ),
    max_size=3,
)


@given(NUMBERS, NUMBERS)
def test_it_does_not_matter_which_text_comes_first(here: frozenset[str], there: frozenset[str]) -> None:
    """What two texts print is the same from either side."""
    one, other = printed(here, there), printed(there, here)
    assert one.both == other.both
    assert (one.others is None) == (other.others is None)
