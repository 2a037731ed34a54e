"""Stories of many versions in two languages among what only looks like them: does each stay one?

    python -m benchmarks.crowds [SEED...] [--mild]

Places them in two passes and online, and prints the share of versions in the main group of their story, by the size of
the story and by what was done to them (see `newsrooms`), and which strangers joined; `--mild` leaves out the two
harshest edits (FEW).

Follow-ups recycle an agency's background, parts of a series share a skeleton, two comments share a quotation. Of a
version one edit is done, by itself or with a light copyedit and the furniture of its site. The same seed gives the same
articles.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from random import Random

from benchmarks.genres import TONGUES
from benchmarks.newsrooms import (
    EDITS,
    FEW,
    Desk,
    Report,
    Wording,
    cut_tail,
    filled,
    laid_out,
    own,
    paragraphs,
    report,
)  # fmt: skip
from ingest.config import Dedupe
from ingest.corpus import Line, cluster
from tests.quality import edits
from tests.quality.labelled import Labelled

OUTLETS = 200
# Words of a report, and of its background: of the report, and of a follow-up.
LENGTHS, BACKGROUND = (80, 600), (0.30, 0.50)
# Of a version: how often it is lightly edited besides, and how often its site's furniture was left in it.
LIGHT, LEFT = 0.5, 0.3
# Versions from which a story is told of.
TOLD = 10
# Words without which a version would be no version.
LEAST = 32


class Sites:
    """Two hundred outlets, each with its footer."""

    def __init__(self, chance: Random, wording: Wording) -> None:
        self.footers = {
            language: [
                [Desk(language, chance, wording).sentence([line], shaped=1) for line in tongue.furniture]
                for _ in range(OUTLETS)
            ]
            for language, tongue in TONGUES.items()
        }

    def printed(self, one: Report, kind: str, chance: Random) -> tuple[str, str]:
        """Outlet and text of a version."""
        site = chance.randrange(OUTLETS)
        text = laid_out(EDITS[kind](one, chance))
        if len(text.split()) < LEAST:
            text = laid_out(cut_tail(one, chance))
        if kind not in ("whole", "merged", "paraphrase") and chance.random() < LIGHT:
            text = edits.edited(text, chance)
        if chance.random() < LEFT:
            text = "\n".join([text, *self.footers[one.language][site]])
        return f"{one.language}{site:03}.example", text


def world(
    seed: int,
    *,
    sizes: Sequence[int] = (250, 80, 80, 20, 20, 20, 20, 20, 20, 10, 10, 10, 10, 10, 10, 10, 10),
    rest: int = 150,
    kinds: Sequence[str] = tuple(EDITS),
    lengths: tuple[int, int] = LENGTHS,
) -> list[Labelled]:
    """Stories of these sizes, `rest` others of one to three versions, and what tempts to false joins; shuffled.

    Of a version `relation` says how it was made, of others what they are.
    """  # fmt: skip
    chance = edits.seeded(seed)
    wording = Wording(seed)
    sites = Sites(chance, wording)
    found: list[tuple[str, str, str, str]] = []  # story, relation, outlet, text
    known: list[Report] = []
    for number, size in enumerate([*sizes, *(chance.randint(1, 3) for _ in range(rest))]):
        words = round(lengths[0] * (lengths[1] / lengths[0]) ** chance.random())
        language = "de" if chance.random() < 0.6 else "en"
        one = report(
            f"s{number}-{size}", language, chance, wording, words=words, shared=chance.choice((0.0, 0.2, 0.35))
        )
        known.append(one)
        made = ["whole"] + [chance.choice(kinds) for _ in range(size - 1)]
        found += [(one.name, kind, *sites.printed(one, kind, chance)) for kind in made]
    found += [
        one for kind in (_follow_ups, _second, _round_ups, _quoting, _series) for one in kind(known, sites, chance)
    ]
    chance.shuffle(found)
    return [
        Labelled(Line(id=f"n{number:05}", text=text, site=site), story, relation)
        for number, (story, relation, site, text) in enumerate(found)
    ]


Found = Iterator[tuple[str, str, str, str]]


def _follow_ups(known: list[Report], sites: Sites, chance: Random) -> Found:
    """New reports over the background of known ones, 30 to 50 % of their words."""
    for one in (one for one in known if one.background):
        for number in range(2 if int(one.name.split("-")[1]) >= 10 else chance.randint(0, 1)):
            words = sum(len(s.split()) for part in one.background for s in part)
            news = own(one, chance, words=round(words * (1 / chance.uniform(*BACKGROUND) - 1)))
            later = Report(f"follow-{one.name}-{number}", one.language, one.genre, paragraphs(news, chance),
                           one.background, one.desk)  # fmt: skip
            for kind in ("whole", chance.choice(("whole", "merged", "cut_tail", "furniture"))):
                yield later.name, "follow-up", *sites.printed(later, kind, chance)


def _second(known: list[Report], sites: Sites, chance: Random) -> Found:
    """Another house's own report on the same people and places, with two figures and a quotation of theirs."""
    for one in known[:: max(1, len(known) // 40)]:
        news = own(one, chance, words=chance.randint(80, 300))
        news.insert(2, chance.choice([s for part in one.news for s in part]))
        other = Report(f"second-{one.name}", one.language, one.genre, paragraphs(news, chance), [], one.desk)
        yield other.name, "second", *sites.printed(other, "whole", chance)


def _round_ups(known: list[Report], _: Sites, chance: Random) -> Found:
    """The openings of two to five reports in one text."""
    for number in range(24):
        language = chance.choice(("de", "en"))
        some = chance.sample([one for one in known if one.language == language], 2 + number % 4)
        parts = [[s for part in one.news for s in part][: chance.randint(2, 3)] for one in some]
        yield f"round-up-{number}", f"round-up-{len(some)}", f"{language}{number:03}.example", laid_out(parts)


def _quoting(known: list[Report], sites: Sites, chance: Random) -> Found:
    """Two texts around one long quotation."""
    for number in range(12):
        language = chance.choice(("de", "en"))
        wording = known[0].desk.wording
        quote = f"„{' '.join(Desk(language, chance, wording).sentences(TONGUES[language].shapes['talk'], 35))}“"
        for side in range(2):
            one = report(f"quote-{number}-{side}", language, chance, wording, words=chance.randint(90, 250), shared=0)
            one.news.insert(1, [quote])
            yield one.name, "quote", *sites.printed(one, "whole", chance)


def _series(known: list[Report], sites: Sites, chance: Random) -> Found:
    """One skeleton, other numbers and names: eight parts of each of eight series."""
    for number in range(8):
        language = chance.choice(("de", "en"))
        wording, tongue = known[0].desk.wording, TONGUES[language]
        first = report(f"series-{number}", language, chance, wording, words=chance.randint(80, 200), shared=0)
        counted = [s for parts in tongue.shapes.values() for s in parts if "{c}" in s]
        first.news.extend([first.desk.sentence(counted, shaped=1)] for _ in range(5))
        skeleton = first.text
        for name_ in first.desk.cast:
            skeleton = skeleton.replace(name_, "{m}")
        for part in range(8):
            desk = Desk(language, chance, wording)
            text = re.sub(r"\{(\w)\}", partial(filled, desk), skeleton)
            text = re.sub(r"\d+", lambda _: str(chance.randint(2, 990)), text)
            site = f"{language}{number:03}.example"
            yield f"series-{number}-{part}", "series", site, "\n".join([text, *sites.footers[language][number]])


def measure(rows: Sequence[Labelled], said: Sequence[int]) -> str:
    """The shares of versions in their main group, fragments beside it, and strangers, in lines."""
    by: defaultdict[str, Counter[int]] = defaultdict(Counter)
    groups: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for row, group in zip(rows, said, strict=True):
        by[row.story][group] += 1
        groups[group][row.story] += 1
    inside: Counter[str] = Counter()
    every: Counter[str] = Counter()
    pieces: Counter[str] = Counter()
    strangers: Counter[str] = Counter()
    for row, group in zip(rows, said, strict=True):
        size = by[row.story].total()
        if row.relation in EDITS and size >= TOLD:
            told = by[row.story].most_common(1)[0][0] == group
            for key in (f"of {size}", row.relation):
                inside[key] += told
                every[key] += 1
        strangers[row.relation] += groups[group].most_common(1)[0][0] != row.story
    for story in {row.story for row in rows if row.relation in EDITS}:
        pieces[f"of {by[story].total()}"] += len(by[story]) - 1
    sizes = [f"{key} {inside[key] / every[key]:.3f} ({pieces[key]} pieces)" for key in every if " " in key]
    kinds = [f"{key} {inside[key] / every[key]:.3f}" for key in sorted(every) if " " not in key]
    return "\n".join([", ".join(sizes), ", ".join(kinds), f"strangers {dict(+strangers)} of {len(rows)}"])


def _lines(rows: Sequence[Labelled]) -> list[Line]:
    return [row.line for row in rows]


def main(seeds: Sequence[int], *, mild: bool = False) -> None:
    """Each world in both modes."""
    kinds = [kind for kind in EDITS if not (mild and kind in FEW)]
    for seed in seeds:
        rows = world(seed, kinds=kinds)
        for online in (False, True):
            said = [row["story_id"] for row in cluster(partial(_lines, rows), Dedupe(), online=online)]
            print(f"seed {seed}, {'online' if online else 'two passes'}:", measure(rows, said), sep="\n", flush=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:] if word.isdigit()] or [1], mild="--mild" in sys.argv)
