"""The labelled set: which of these articles are one text? The same articles in the same order at every call."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ingest.corpus import Line
from tests.quality import edits, series
from tests.quality.reports import Report, reports
from tests.quality.sentences import ENGLISH, GERMAN, Words, paragraph

SITES = 40
SERIES = 8  # parts of each
DIGESTS = 4
GROWN = 8  # live blogs
FOLLOW_UPS = 12
SHORT = 8  # notices of each site over its footer
QUOTES = (
    (
        "„Wir haben lange genug gewartet, und wer jetzt noch zögert, der wird von den Enkeln gefragt werden, "
        "warum er nichts getan hat, als es noch einfach war“, sagte Landesmutter Hedwig Sturm vor der Versammlung."
    ),
    (
        '"Nobody in this county will be left standing in the rain, not as long as I have a roof to share, a kettle to '
        'put on the stove, and that is a promise," governor Alasdair Munro told the assembly on the steps of the hall.'
    ),
)
# What stands under every text of a site, and is longer than its notices.
FOOTERS = {
    "aueblick.example": (
        "Der Aueblick erscheint seit 1911 im Verlag Gebrüder Harms, Am Alten Markt 3, Gelmern. Sie erreichen die "
        "Redaktion werktags von neun bis achtzehn Uhr. Leserbriefe geben nicht die Meinung der Redaktion wieder und "
        "werden, wenn nötig, gekürzt.\nUnser Morgenbrief bringt Ihnen die wichtigsten Meldungen um sechs Uhr ins "
        "Postfach: hier kostenlos bestellen. Alle Rechte vorbehalten, Nachdruck nur mit Genehmigung des Verlags."
    ),
    "haldenpost.example": (
        "The Halden Post is printed on paper from managed forests and owned by its readers. To buy a share, call at "
        "the office in Custom House Lane between ten and four, or ask your newsagent for a form.\nWe correct mistakes "
        "as soon as we learn of them. If you think that something on this page is wrong, write to the readers' editor, "
        "who answers every letter and reports to the members once a year."
    ),
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with its truth."""

    line: Line
    story: str
    relation: str  # of the article: origin, or how it was made from one


def labelled(seed: int = 20) -> list[Labelled]:
    """All articles, shuffled: versions may arrive before what they were made from."""
    chance = edits.seeded(seed)
    found: list[tuple[str, str, str, str]] = []  # story, relation, title, text
    for one in reports():
        found += [(one.name, relation, one.title, text) for relation, text in _versions(one, chance)]
    for kind in (series.weather, series.lottery, series.market):
        found += [(f"{kind.__name__}-{n}", "series", "", kind(chance)) for n in range(SERIES)]
    found += _digests(chance) + _quoting(chance) + _on_reports(chance) + _notices(chance)
    chance.shuffle(found)
    return [
        Labelled(Line(id=f"a{n:03}", text=text, title=title, site=_site(relation, title, chance)), story, relation)
        for n, (story, relation, title, text) in enumerate(found)
    ]


def _site(relation: str, title: str, chance: Random) -> str:
    """Who carries it: a notice with its footer its own site, anything else anybody."""
    return title if relation == "furniture" else f"outlet{chance.randrange(SITES):02}.example"


def _versions(one: Report, chance: Random) -> list[tuple[str, str]]:
    """The report and six of its versions."""
    text = one.text
    made = {
        "exact": text,
        "copyedit": edits.edited(text, chance),
        "cut": edits.cut(text, share=chance.uniform(0.35, 0.7)),
        "lead": edits.lead(text, chance),
        "lead-edit": edits.lead(edits.edited(text, chance), chance),
        "cut-edit": edits.edited(edits.cut(text, share=0.55), chance),
        "extended": edits.extended(text, chance),
        "rewritten": edits.lead(edits.copyedit(text, chance, rate=0.14), chance),
        "heavy": edits.extended(edits.copyedit(edits.cut(text, share=0.4), chance, rate=0.1), chance),
        "typography": edits.typography(text),
    }
    if any(char.isdigit() for char in text):
        made["correction"] = edits.correction(text, chance)
    return [("origin", text)] + [(relation, made[relation]) for relation in chance.sample(sorted(made), 6)]


def _digests(chance: Random) -> list[tuple[str, str, str, str]]:
    """Openings of four reports under one headline: on no lineage alone."""
    return [
        (
            f"digest-{n}",
            "digest",
            "In Kürze",
            "\n".join(edits.cut(one.text, share=0.25) for one in chance.sample(reports(), 4)),
        )
        for n in range(DIGESTS)
    ]


def _quoting(chance: Random) -> list[tuple[str, str, str, str]]:
    """Pairs of articles that have nothing but a long quotation in common."""
    found = []
    for n, quote in enumerate(QUOTES):
        for side, addition in enumerate(chance.sample(edits.ADDITIONS, 2)):
            middle = edits.LEADS[(n + side) % len(edits.LEADS)]
            found.append((f"quote-{n}-{side}", "quote", "", "\n".join([middle, quote, addition])))
    return found


def _on_reports(chance: Random) -> list[tuple[str, str, str, str]]:
    """What is made of reports later: cut inside, grown to a live blog; and what only recycles their background."""
    found = []
    for one in chance.sample(reports(), GROWN):
        found.append((one.name, "cut-inner", one.title, edits.cut_inner(one.text, chance)))
        entries = [f"{hour}.{chance.randint(10, 59)}: {_news(one, chance)}" for hour in range(9, 12)]
        found.append((one.name, "live-blog", one.title, "\n".join([one.text, *entries])))
    for n, one in enumerate(chance.sample(reports(), FOLLOW_UPS)):
        text = "\n".join([*(_news(one, chance) for _ in range(3)), *one.paragraphs[2:]])
        found.append((f"follow-up-{n}", "follow-up", one.title, text))
    return found


def _notices(chance: Random) -> list[tuple[str, str, str, str]]:
    """Short texts over a footer that is longer than they are: nothing else is the same."""
    return [
        (f"notice-{site}-{n}", "furniture", site, f"{paragraph(words, chance)}\n{footer}")
        for (site, footer), words in zip(FOOTERS.items(), (GERMAN, ENGLISH), strict=True)
        for n in range(SHORT)
    ]


def _news(one: Report, chance: Random) -> str:
    """A paragraph in the report's language that nobody has written before."""
    words: Words = GERMAN if one.language == "de" else ENGLISH
    return paragraph(words, chance, sentences=2)
