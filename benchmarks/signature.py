"""Text -> signature: the whole fingerprint of ours against the usual way, in one run.

    python -m benchmarks.signature [TEXTS] [ROUNDS]

The usual way: fold and split a text, join the runs of five words in Python, encode them, `MinHash.update_batch` with
128 permutations (datasketch's defaults). Also the same with rensa's RMinHash where it is installed (`.[bench]`), and
datasketch over runs of three words with as many permutations as a passage of ours has. Ours does more than any of
these: tokens, two widths of runs, numbers in context, passages with their bands, a hash of the text.

Texts are versions of those of the tests, two or three together: 330 words. Ways take turns, so that whatever else the
machine does meets all alike; the figure is texts a second of one core (processor time), the median over the rounds.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from ingest.dedupe.fingerprint import BANDS, ROWS, fingerprint, fingerprints
from tests.quality import edits
from tests.quality.reports import reports

Way = Callable[[Sequence[str]], object]
WORD = re.compile(r"\w+")
# Texts handed over at a time.
TOGETHER = 32
PERMUTATIONS, USUAL_WIDTH, SEARCH_WIDTH = 128, 5, 3


def texts(count: int) -> list[str]:
    """Versions of the reports, each with an opening of another and its own edits: no two are the same."""
    chance = edits.seeded(3)
    all_reports = reports()
    return [
        edits.edited("\n".join(one.text for one in chance.sample(all_reports, chance.choice((2, 3)))), chance)
        for _ in range(count)
    ]


def runs(text: str, width: int) -> list[str]:
    """The runs of words of a text, as strings."""
    words = WORD.findall(text.casefold())
    return [" ".join(words[at : at + width]) for at in range(max(1, len(words) - width + 1))]


def ways() -> dict[str, Way]:
    """Each way as a function of some texts; absent packages are left out."""
    from datasketch import MinHash

    def usual(text: str) -> object:
        found = MinHash(num_perm=PERMUTATIONS)
        found.update_batch([run.encode() for run in runs(text, USUAL_WIDTH)])
        return found

    def small(text: str) -> object:
        found = MinHash(num_perm=BANDS * ROWS)
        found.update_batch([run.encode() for run in runs(text, SEARCH_WIDTH)])
        return found

    found: dict[str, Callable[[str], object]] = {
        f"datasketch, {USUAL_WIDTH} words, {PERMUTATIONS} permutations": usual,
        f"datasketch, {SEARCH_WIDTH} words, {BANDS * ROWS} permutations": small,
    }
    if find_spec("rensa"):
        from rensa import RMinHash

        def rensa(text: str) -> object:
            sketch = RMinHash(num_perm=PERMUTATIONS, seed=1)
            sketch.update(runs(text, USUAL_WIDTH))
            return sketch.digest()

        found[f"rensa, {USUAL_WIDTH} words, {PERMUTATIONS} permutations"] = rensa
    else:
        print("rensa is not installed: pip install '.[bench]'")
    each = {name: _one_by_one(way) for name, way in found.items()}
    return each | {"ours, the whole fingerprint": _one_by_one(fingerprint), f"ours, {TOGETHER} at a time": fingerprints}


def _one_by_one(way: Callable[[str], object]) -> Way:
    return lambda sample: [way(text) for text in sample]


def rate(way: Way, sample: Sequence[str]) -> float:
    """Texts a second of one core."""
    begun = time.process_time()
    for start in range(0, len(sample), TOGETHER):
        way(sample[start : start + TOGETHER])
    return len(sample) / (time.process_time() - begun)


def main(count: int = 600, rounds: int = 7) -> None:
    """Print texts/s/core of each way, and how many times the usual way that is (median of the rounds' ratios)."""
    sample = texts(count)
    contestants = ways()
    for way in contestants.values():
        rate(way, sample[:50])  # tables and permutations are made once
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, way in contestants.items():
            measured[name].append(rate(way, sample))
    usual = next(iter(measured.values()))
    print(f"{count} texts of {statistics.mean(len(text.split()) for text in sample):.0f} words, {rounds} rounds")
    for name, rates in measured.items():
        ratio = statistics.median(mine / theirs for mine, theirs in zip(rates, usual, strict=True))
        print(f"{name:45} {statistics.median(rates):8.0f} texts/s/core {ratio:6.2f} x")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
