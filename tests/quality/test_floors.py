"""Floors under the quality of the same-story decision: a change that loses copies or merges strangers fails here."""

from __future__ import annotations

from functools import lru_cache

import pytest

from ingest.config import Dedupe
from ingest.corpus import cluster
from tests.quality.figures import figures
from tests.quality.labelled import labelled
from tests.quality.running import running, wrong

HARD = {"heavy", "rewritten", "quote"}


@lru_cache(maxsize=2)
def clustered(*, online: bool) -> list[int]:
    """The story of each article of the labelled set."""
    rows = labelled()
    return [row["story_id"] for row in cluster(lambda: [row.line for row in rows], Dedupe(), online=online)]


# Measured: two passes .999 .848 .916, online 1.000 .898 .945. What is missed are cuts to 40 % with a tenth of the words
# changed under as many words of another's own; what is merged are two short comments around one long quotation.
@pytest.mark.parametrize(
    ("online", "precision", "recall", "ari"), [(False, 0.995, 0.84, 0.905), (True, 0.995, 0.89, 0.935)]
)
def test_stories_do_not_get_worse(online: bool, precision: float, recall: float, ari: float) -> None:
    """Precision, recall and adjusted Rand index over 307 labelled articles stay where they are."""
    rows = labelled()
    found = figures([row.story for row in rows], clustered(online=online))
    assert found.precision >= precision
    assert found.recall >= recall
    assert found.ari >= ari


# Everything but `heavy`, `rewritten` and `quote` is an ordinary case. One copy of 209 is lost: the paragraphs added to
# it stand in copies of other reports too, so that it is taken for a digest.
def test_ordinary_versions_are_found_and_strangers_kept_out() -> None:
    """Exact, light and cut copies, with or without a lead, and live blogs join their story; series, digests, second
    reports, follow-ups and notices over one footer none."""
    rows = labelled()
    said = clustered(online=True)
    plain = [n for n, row in enumerate(rows) if row.relation not in HARD]
    found = figures([rows[n].story for n in plain], [said[n] for n in plain])
    assert found.precision == 1.0
    assert found.recall >= 0.99


# Half and more of each follow-up is background here: none goes astray. With `beginnings` at .20 two of 245 articles did
# in twenty days of it.
def test_a_running_topic_does_not_snowball() -> None:
    """Follow-ups over recycled background stay apart, in two languages, and an agency's copies together."""
    rows = running(12, seed=61, recycled=(0.5, 0.6))
    said = [row["story_id"] for row in cluster(lambda: [row.line for row in rows], Dedupe(), online=True)]
    truth = [row.story for row in rows]
    strangers, chain = wrong(truth, said)
    assert strangers <= 0.005 * len(rows)
    assert chain <= 2
    # Measured: .980. A follow-up that recycles three stories is a round-up to the pass over a young store, and of that
    # a copy cut to half is no version.
    assert figures(truth, said).recall >= 0.97


def test_wrong_joins_are_counted() -> None:
    """Strangers are those in a story that is mostly another's; the chain is the most stories in one."""
    assert wrong(["a", "a", "b", "c"], [1, 1, 2, 3]) == (0, 1)
    assert wrong(["a", "a", "b", "c"], [1, 1, 1, 1]) == (2, 3)
    assert wrong(["a", "a", "b", "c"], [1, 2, 2, 3]) == (1, 2)


def test_figures_know_the_extremes() -> None:
    """The same partition is perfect under other names; all in one has full recall; all apart has no false pair."""
    truth = ["a", "a", "b", "b", "c"]
    assert figures(truth, [1, 1, 2, 2, 3]) == figures(truth, truth)
    assert figures(truth, truth).ari == 1.0
    assert figures(truth, [1] * 5).recall == 1.0
    assert figures(truth, range(5)).precision == 0.0
    assert figures(truth, range(5)).ari == 0.0
