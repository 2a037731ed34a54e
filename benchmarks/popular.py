"""One article that everybody prints: does its story stay one, and what does each further copy cost?

    python -m benchmarks.popular [COPIES] [OUTLETS] [MIXED] [--cut]

Lightly edited copies (2 to 6 % of the words) of one report are mixed among versions of other reports and parts of
series, and placed one by one, as the daemon does; with `--cut` half of them are cut as well, a third has a lead and a
quarter an end of its own. Prints the sizes of the groups the copies fell into, and the processor time of a placement
as the story grows. Texts are those of the tests; nothing is fetched or kept.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from ingest.config import Dedupe
from ingest.dedupe.fingerprint import fingerprint, scheme
from ingest.model import Article
from ingest.place import Desk, Incoming, place
from store import open_store
from tests.quality import edits, series
from tests.quality.reports import report, reports
from tests.quality.sentences import GERMAN, paragraph

POPULAR = ("museum", "hafen2", "archiv")
TENTHS = 10
# Of a newsroom's versions: how many are cut, to what share, and how many have a lead and an end of its own.
CUTS, KEPT, LEADS, ENDS = 0.5, (0.45, 0.95), 0.35, 0.25


def stream(copies: int, outlets: int, mixed: int, *, cut: bool = False) -> list[tuple[bool, str, str]]:
    """(popular?, outlet, text) in order of arrival."""
    chance = edits.seeded(1)
    popular = "\n".join(report(name).text for name in POPULAR)
    made = (_version(popular, chance) if cut else edits.edited(popular, chance) for _ in range(copies))
    found = [(True, f"outlet{chance.randrange(outlets):03}", text) for text in made]
    others = [one for one in reports() if one.name not in POPULAR]
    kinds = (series.weather, series.lottery, series.market)
    for number in range(mixed):
        text = edits.edited(chance.choice(others).text, chance) if number % 2 else chance.choice(kinds)(chance)
        found.append((False, f"outlet{chance.randrange(outlets):03}", text))
    chance.shuffle(found)
    return found


def _version(text: str, chance: Random) -> str:
    """What a newsroom makes of a text."""
    kept = edits.cut(text, share=chance.uniform(*KEPT)) if chance.random() < CUTS else text
    parts = [edits.edited(kept, chance)]
    if chance.random() < LEADS:
        parts.insert(0, paragraph(GERMAN, chance))
    if chance.random() < ENDS:
        parts.append(paragraph(GERMAN, chance))
    return "\n".join(parts)


def main(copies: int = 1000, outlets: int = 200, mixed: int = 1000, *, cut: bool = False) -> None:
    """Place the stream into a temporary store and print what became of it."""
    articles = stream(copies, outlets, mixed, cut=cut)
    desk = Desk(rules=Dedupe(), filter_topic=False, now=lambda: datetime.now(UTC))
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder, 'popular.db')}", synchronous="NORMAL")
        store.claim_scheme(scheme())
        for start in range(0, len(articles), 100):
            with store.placing() as placing:
                for number, (popular, outlet, text) in enumerate(articles[start : start + 100], start):
                    url = f"https://{outlet}.example/{'popular' if popular else 'other'}/{number}"
                    begun = time.process_time()
                    article = Article(url=url, canonical_claim=None, title="", text=text)
                    place(placing, Incoming(article=article, prints=fingerprint(text), outlet=outlet), desk)
                    if popular:
                        seconds.append(time.process_time() - begun)
        groups = Counter(row["story_id"] for row in store.articles() if "/popular/" in row["url"])
        main_story = groups.most_common(1)[0][0]
        strangers = sum(row["story_id"] == main_story and "/other/" in row["url"] for row in store.articles())
        broken = store.check()
        store.close()
    sizes = sorted(groups.values(), reverse=True)
    print(f"{copies} copies on {outlets} outlets among {mixed} others")
    print(f"main story {sizes[0]}, outside {copies - sizes[0]} {sizes[1:10]}, strangers in it {strangers}")
    step = max(1, len(seconds) // TENTHS)
    tenths = [1000 * sum(seconds[at : at + step]) / len(seconds[at : at + step]) for at in range(0, len(seconds), step)]
    print(f"ms a copy, by tenths: {' '.join(f'{ms:.1f}' for ms in tenths)}; all {sum(seconds):.1f} s")
    print("laws of the store:", "; ".join(broken) or "all hold")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:] if word.isdigit()), cut="--cut" in sys.argv)
