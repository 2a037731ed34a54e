"""Which way finds the earlier versions of an article, and what does it cost?

    python -m benchmarks.candidates

Three ways, on the project's labelled set and, where it lies beside the project, on a larger one:

* whole text: one MinHash of the whole text, in bands (`MinHashLSH` does the same), over runs of five and of three words
* passages: MinHash per content-defined passage, what the project does
* sampled runs: one in eight runs of three words, chosen by hash; two must be shared

Articles come in order. Lists longer than the way's cap say nothing; the 30 candidates with the rarest keys are kept.
Found: the share of articles with an earlier version in the stream of which at least one is among the candidates.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from datasketch import MinHash

from ingest.config import Dedupe
from ingest.dedupe.fingerprint import SCHEME, SEED, fingerprint, widths
from ingest.dedupe.tokens import shingle, tokenize
from tests.quality.labelled import labelled

LARGER = Path(__file__).parents[2] / "shared" / "nearbench" / "dev.jsonl.gz"
LIMIT = 30
SAMPLED_CAP = 200
Keys = Callable[[str], list[int]]


def whole(width: int, bands: int, rows: int) -> Keys:
    """Keys of one MinHash over the runs of `width` words."""
    permutations = MinHash(num_perm=bands * rows, seed=SEED, scheme=SCHEME).permutations

    def keys(text: str) -> list[int]:
        tokens = tokenize(text)
        runs = shingle(tokens.hashes, width * widths(tokens)[0] // 2)
        found = MinHash(num_perm=bands * rows, seed=SEED, scheme=SCHEME, hashfunc=int, permutations=permutations)
        found.update_batch([int(run) >> 32 for run in runs])
        return [hash((band, *row)) for band, row in enumerate(found.hashvalues.reshape(bands, rows).tolist())]

    return keys


def passages(text: str) -> list[int]:
    """The bands of our fingerprint."""
    return list(map(int, fingerprint(text).bands))


def sampled(text: str) -> list[int]:
    """One run of three words in eight."""
    tokens = tokenize(text)
    runs = shingle(tokens.hashes, widths(tokens)[1])
    return list(map(int, np.unique(runs[runs % np.uint64(8) == 0])))


def measure(texts: Sequence[str], stories: Sequence[str], keys: Keys, *, cap: int, least: int = 1) -> tuple[float, ...]:
    """Share found, postings an article, candidates an article."""
    posted: defaultdict[int, list[int]] = defaultdict(list)
    seen: Counter[str] = Counter()
    wanted = found = postings = candidates = 0
    for number, (text, story) in enumerate(zip(texts, stories, strict=True)):
        own = set(keys(text))
        shared: Counter[int] = Counter()
        rarity: defaultdict[int, float] = defaultdict(float)
        for key in own:
            others = posted[key]
            if len(others) <= cap:
                shared.update(others)
                for other in others:
                    rarity[other] += 1 / len(others)
        best = sorted((other for other in rarity if shared[other] >= least), key=lambda o: (-rarity[o], o))[:LIMIT]
        if seen[story]:
            wanted += 1
            found += any(stories[other] == story for other in best)
        seen[story] += 1
        postings += len(own)
        candidates += len(best)
        for key in own:
            posted[key].append(number)
    return found / wanted, postings / len(texts), candidates / len(texts)


def main() -> None:
    """A table for each set of articles."""
    rows = labelled()
    sets = {"labelled set": ([row.line.text for row in rows], [row.story for row in rows])}
    if LARGER.exists():
        with gzip.open(LARGER, "rt", encoding="utf-8") as lines:
            more = [json.loads(line) for line in lines]
        sets["labelled edits"] = ([row["text"] for row in more], [row["story"] for row in more])
    cap = Dedupe().band_cap
    ways: dict[str, tuple[Keys, int, int]] = {
        "whole text, five words, 32 x 4": (whole(5, 32, 4), cap, 1),
        "whole text, three words, 42 x 3": (whole(3, 42, 3), cap, 1),
        "whole text, three words, 64 x 2": (whole(3, 64, 2), cap, 1),
        "sampled runs, one in eight, two shared": (sampled, SAMPLED_CAP, 2),
        "passages, nine bands of two posted (ours)": (passages, cap, 1),
    }
    for name, (texts, stories) in sets.items():
        print(f"{name}: {len(texts)} articles\n| way | found | postings | candidates |\n|---|---|---|---|")
        for way, (keys, most, least) in ways.items():
            share, postings, candidates = measure(texts, stories, keys, cap=most, least=least)
            print(f"| {way} | {share:.3f} | {postings:.0f} | {candidates:.1f} |", flush=True)


if __name__ == "__main__":
    main()
