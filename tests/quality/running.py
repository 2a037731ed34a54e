"""A running topic: weeks of reports on one affair, each with its own news, over background that all recycle.

Who repeats whom is drawn as newsrooms do it: every outlet has an archive of its own beside what all have, and an agency
whose reports the others print.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from ingest.corpus import Line
from tests.quality import edits
from tests.quality.labelled import Labelled
from tests.quality.sentences import ENGLISH, GERMAN, Words, paragraph

START = datetime(2031, 3, 3, 5, tzinfo=UTC)
# Of a follow-up's words, how many are recycled.
RECYCLED = (0.30, 0.60)
# Of the follow-ups, how many are an agency's that others print; and how many outlets do.
AGENCY, PRINTED_BY = 0.2, (1, 3)
# Of recycled paragraphs, how many are edited; and how much of them.
EDITED, EDITS = 0.5, (0.02, 0.08)
# Background that everybody has, and that only one outlet has; a new paragraph joins both every week.
COMMON, OWN = 8, 4


def running(
    days: int, *, outlets: int = 10, a_day: int = 4, seed: int = 60, recycled: tuple[float, float] = RECYCLED
) -> list[Labelled]:
    """`days` of a topic in each language, in order of arrival: `a_day` follow-ups a day, a fifth of them printed by
    others too. Every follow-up is a story of its own (`follow-up`, with its copies as `copy`)."""
    chance = edits.seeded(seed)
    found: list[tuple[datetime, str, Labelled]] = []
    for language, words in (("de", GERMAN), ("en", ENGLISH)):
        common = [paragraph(words, chance) for _ in range(COMMON)]
        own = [[paragraph(words, chance) for _ in range(OWN)] for _ in range(outlets)]
        for number in range(days * a_day):
            if number % (7 * a_day) == 0:
                for archive in (common, *own):
                    archive.append(paragraph(words, chance))
            home = chance.randrange(outlets)
            at = START + timedelta(days=number // a_day, minutes=chance.randrange(900))
            story = f"{language}-{number}"
            text = _follow_up(words, common + own[home], chance, chance.uniform(*recycled))
            versions = [(at, home, "follow-up", text)]
            if chance.random() < AGENCY:
                for outlet in chance.sample(range(outlets), chance.randint(*PRINTED_BY)):
                    later = at + timedelta(minutes=chance.randint(5, 400))
                    versions.append((later, outlet, "copy", _printed(text, chance)))
            for moment, outlet, relation, body in versions:
                site = f"{language}{outlet:02}.example"
                line = Line(id=f"{story}-{len(found)}", text=body, site=site, published=moment, language=language)
                found.append((moment, line.id, Labelled(line, story, relation)))
    return [one for _, _, one in sorted(found, key=lambda one: one[:2])]


def wrong(truth: list[str], said: list[int]) -> tuple[int, int]:
    """Articles that stand in a story that is mostly another's, and the most stories found in one."""
    groups: dict[int, list[str]] = {}
    for story, group in zip(truth, said, strict=True):
        groups.setdefault(group, []).append(story)
    strangers = sum(len(group) - max(map(group.count, set(group))) for group in groups.values())
    return strangers, max(len(set(group)) for group in groups.values())


def _follow_up(words: Words, archive: list[str], chance: Random, share: float) -> str:
    """News first, background from the archive below and between: `share` of the words."""
    background = [
        edits.edited(one, chance, shares=EDITS) if chance.random() < EDITED else one
        for one in chance.sample(archive, chance.randint(2, 5))
    ]
    wanted = sum(len(one.split()) for one in background) * (1 - share) / share
    news = [paragraph(words, chance, sentences=2)]
    while sum(len(one.split()) for one in news) < wanted:
        news.append(paragraph(words, chance, sentences=chance.randint(1, 3)))
    rest = news[1:] + background
    if chance.random() < 0.5:
        chance.shuffle(rest)
    return "\n".join([news[0], *rest])


def _printed(text: str, chance: Random) -> str:
    """What a subscriber makes of it."""
    kind = chance.randrange(4)
    if kind == 0:
        return edits.edited(text, chance)
    if kind == 1:
        return edits.cut(text, share=chance.uniform(0.4, 0.8))
    if kind == 2:
        return edits.lead(text, chance)
    return text
