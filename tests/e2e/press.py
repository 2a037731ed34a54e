"""What the small web prints: feeds of every format and pages around articles, all of our own writing."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Words of which invented articles are made. Two articles share hardly two words in a row by chance.
WORDS = (  # noqa: SIM905 -- a list of a hundred quoted words is harder to read
    "Hafen Brücke Rathaus Mühle Markt Lehrerin Bäcker Feuerwehr Kapelle Straße Bahnhof Winzer Turm Orchester Schleuse "
    "Damm Förster Schule Garten Zeuge Richter Kutter Werft Lager Kran Keller Chor Verein Antrag Haushalt Wiese Quelle "
    "Abend Morgen Sommer Winter Ernte Regen Nebel Streit Urteil Umbau Fest Lesung Wahl Probe Reise Strecke Brand Fund "
    "meldete erklärte verlangte besuchte eröffnete verlor fand baute sperrte räumte lobte prüfte bestellte versprach "
    "zögerte sammelte wartete reparierte plante kaufte verschob entdeckte begrüßte kündigte dankte schwieg beriet "
    "gestern heute bald endlich kaum wieder dennoch zunächst angeblich offenbar vermutlich beinahe freiwillig lange "
    "alte neue stille breite schmale teure kranke junge fremde seltene graue helle nasse schwere leere warme volle"
).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article as an outlet prints it, and its entry in a feed."""

    title: str
    paragraphs: tuple[str, ...]
    summary: str = ""
    published: datetime | None = NOW - timedelta(hours=3)
    updated: datetime | None = None

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)

    def but(self, **other: Any) -> Story:
        """The same with other fields."""
        return replace(self, **other)


def story(number: int, *, paragraphs: int = 4, word: str = "") -> Story:
    """An invented article, always the same for a number and unlike any other; `word` stands in its text."""
    chance = random.Random(number)  # noqa: S311 -- words, not secrets
    texts = []
    for _ in range(paragraphs):
        sentences = (" ".join(chance.sample(WORDS, 11)) for _ in range(3))
        texts.append(" ".join(f"{sentence[0].upper()}{sentence[1:]} {word}".strip() + "." for sentence in sentences))
    title = " ".join(chance.sample(WORDS, 5))
    return Story(title=title, paragraphs=tuple(texts), summary=texts[0][:80])


def page(told: Story, *, head: str = "", after: str = "") -> str:
    """An article's page; `head` goes into the head, `after` behind the text."""
    said = {"@type": "NewsArticle", "headline": told.title, "author": [{"@type": "Person", "name": "Jette Brandis"}]}
    if told.published:
        said["datePublished"] = told.published.isoformat()
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in told.paragraphs)
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{escape(told.title)}</title>{head}'
        f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **said})}</script></head>'
        f'<body><nav><a href="/">Start</a></nav><main><article><h1>{escape(told.title)}</h1>{text}</article>{after}'
        "</main><footer>Impressum</footer></body></html>"
    )


def notice(title: str, *texts: str, scripts: int = 0) -> str:
    """A page that is no article."""
    body = "".join(f"<p>{text}</p>" for text in texts) + "<script>start()</script>" * scripts
    return (
        f'<!doctype html><html lang="de"><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>'
    )


Entries = Sequence[tuple[str | None, Story]]  # link, article


def rss(entries: Entries, *, title: str = "Nordkurier") -> str:
    items = "".join(
        "<item>"
        + (f"<link>{escape(link)}</link><guid isPermaLink='false'>{escape(link)}#1</guid>" if link else "")
        + f"<title>{escape(told.title)}</title><description>{escape(told.summary)}</description>"
        + (f"<pubDate>{format_datetime(told.published)}</pubDate>" if told.published else "")
        + "</item>"
        for link, told in entries
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(title)}</title>'
        f"<link>http://example.org/</link><language>de</language>{items}</channel></rss>"
    )


def atom(entries: Entries, *, title: str = "Abendpost") -> str:
    items = "".join(
        f"<entry><id>tag:{escape(link or '')}</id><link href='{escape(link or '')}'/>"
        f"<title>{escape(told.title)}</title><summary>{escape(told.summary)}</summary>"
        f"<updated>{(told.updated or NOW).isoformat()}</updated></entry>"
        for link, told in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">'
        f"<id>urn:a</id><title>{escape(title)}</title><updated>{NOW.isoformat()}</updated>{items}</feed>"
    )


def json_feed(entries: Entries, *, title: str = "Anzeiger") -> str:
    items = [
        {"id": link, "url": link, "title": told.title, "content_html": f"<p>{told.summary}</p>"}
        for link, told in entries
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": title, "language": "de", "items": items})


def sitemap(entries: Entries) -> str:
    publication = "<news:publication><news:name>Bote</news:name><news:language>de</news:language></news:publication>"
    urls = "".join(
        f"<url><loc>{escape(link or '')}</loc><news:news>{publication}"
        f"<news:publication_date>{(told.published or NOW).isoformat()}</news:publication_date>"
        f"<news:title>{escape(told.title)}</news:title></news:news></url>"
        for link, told in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )
