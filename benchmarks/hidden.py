"""Does a story stay what it is when it is hidden among very many other texts?

    python -m benchmarks.hidden [OTHERS] [--online]

The labelled articles (the project's own, or the larger set that lies beside the project) are decided alone, and mixed
with OTHERS (100,000) texts in the wording of their own languages, in which news borrows and is copied (see `newslike`).
Prints false joins and copies found among the labelled articles, joins of these with others, and what it took. From the
project's own 300 articles there is little wording to be learned: some hundreds of others make all of it common.
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from functools import partial
from math import comb
from pathlib import Path

import numpy as np

from benchmarks.newslike import news
from ingest.config import Dedupe
from ingest.corpus import Line, cluster
from tests.quality.figures import figures
from tests.quality.labelled import labelled

LARGER = Path(__file__).parents[2] / "shared" / "nearbench" / "dev.jsonl.gz"
# Languages of which there are texts enough to learn their wording from, and the share of the others in each.
SHARES = {"de": 0.7, "en": 0.3}
Truth = tuple[list[Line], list[str], list[str]]


def articles() -> Truth:
    """Labelled articles, their stories and languages."""
    if not LARGER.exists():
        own = labelled()  # both languages as if they were one: they share no words
        return [one.line for one in own], [one.story for one in own], ["de"] * len(own)
    with gzip.open(LARGER, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    made = [Line(id=row["id"], text=row["text"], site=row["site"], title=row["title"]) for row in rows]
    return made, [row["story"] for row in rows], [row["lang"] for row in rows]


def others(known: Truth, count: int) -> Iterator[Line]:
    """The texts among which they are hidden, languages in turn as they have shares."""
    lines, stories, languages = known
    first = {story: number for number, story in reversed(list(enumerate(stories)))}  # copies say nothing new
    streams: dict[str, Iterator[tuple[str, str, int]]] = {}
    for language in SHARES:
        wording = [lines[number].text for number in first.values() if languages[number] == language]
        if wording:
            streams[language] = news(wording, count, seed=len(streams) + 5)
    chance = np.random.default_rng(8)
    for number in range(count):
        language = "en" if "en" in streams and chance.random() < SHARES["en"] else "de"
        outlet, text, lineage = next(streams[language])
        yield Line(id=f"other-{language}-{lineage}-{number}", text=text, site=outlet)


def mixed(known: Truth, count: int) -> Iterator[Line]:
    """The labelled articles in their order, the others evenly between them."""
    lines = known[0]
    every = count // len(lines)
    stream = others(known, count)
    for line in lines:
        for _ in range(every):
            if (other := next(stream, None)) is not None:
                yield other
        yield line
    yield from stream


def report(name: str, known: Truth, rows: Sequence[dict[str, object]], seconds: float) -> None:
    """Figures of the labelled articles among these rows."""
    lines, truth, _ = known
    said = {str(row["id"]): str(row["story_id"]) for row in rows}
    own = [said[line.id] for line in lines]
    found = figures(truth, own)
    false = _pairs(own) - _pairs(list(zip(own, truth, strict=True)))
    shared = {*own} & {story for key, story in said.items() if key.startswith("other-")}
    print(
        f"{name}: {len(rows)} articles, ARI {found.ari:.4f}, P {found.precision:.4f}, R {found.recall:.4f}; "
        f"false pairs {false}, {10_000 * false / len(lines):.1f} per 10,000 articles; stories shared with others "
        f"{len(shared)}; {seconds:.0f} s of CPU, at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB",
        flush=True,
    )


def _pairs(labels: Sequence[Hashable]) -> int:
    return sum(comb(count, 2) for count in Counter(labels).values())


def main(count: int = 100_000, *, online: bool = False) -> None:
    """Alone, then hidden."""
    known = articles()
    for name, corpus in (("alone", lambda: known[0]), ("hidden", partial(mixed, known, count))):
        begun = time.process_time()
        rows = [{"id": row["id"], "story_id": row["story_id"]} for row in cluster(corpus, Dedupe(), online=online)]
        report(name, known, rows, time.process_time() - begun)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:] if word.isdigit()), online="--online" in sys.argv)
