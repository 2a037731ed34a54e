"""Pages of our own writing, built from parts."""

# ruff: noqa: E501, ISC004  # the texts of articles and pages read better unbroken

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ingest.extract import extract
from ingest.model import Article

NOW = datetime(2024, 6, 1, 12, 0, tzinfo=UTC)
URL = "https://www.talbote.example/lokales/bruecke-4711.html"
TITLE = "Rat von Oberwiesel beschließt neue Brücke"
PARAGRAPHS = (
    "Der Rat von Oberwiesel hat am Montagabend den Bau einer neuen Brücke über den Mühlbach beschlossen. Zwölf von "
    "neunzehn Mitgliedern stimmten nach dreistündiger Aussprache dafür.",
    "Die alte Holzbrücke ist seit dem Hochwasser im vergangenen Herbst gesperrt. Wer vom Unterdorf zur Schule will, "
    "muss seither einen Umweg von vier Kilometern nehmen.",
    "„Wir haben lange genug gewartet“, sagte Ortsvorsteherin Hedwig Anklam nach der Abstimmung. Ihr Vorgänger hatte "
    "den Bau noch an den Kosten scheitern lassen.",
    "Nach Angaben der Verwaltung kostet die Brücke 2,3 Millionen Euro. Zwei Drittel davon trägt der Landkreis, den Rest "
    "bringt die Gemeinde in drei Jahresraten auf.",
    "Mit den Arbeiten soll begonnen werden, sobald der Wasserstand es zulässt. Die Planer rechnen mit einer Bauzeit "
    "von elf Monaten.",
)
LINKED_DATA: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2024-05-13T21:40:00+02:00",
    "author": [{"@type": "Person", "name": "Jorinde Falk"}],
    "publisher": {"@type": "Organization", "name": "Talbote"},
}


def paragraphs(texts: Sequence[str] = PARAGRAPHS) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


def page(
    body: str | None = None,
    *,
    head: str = "",
    linked: dict[str, Any] | list[Any] | str | None = LINKED_DATA,
    title: str = TITLE,
    lang: str = "de",
) -> bytes:
    """A page around a body; `linked` is its JSON-LD (a string is printed as it is, None leaves it out)."""
    printed = linked if isinstance(linked, str) else json.dumps(linked)
    script = "" if linked is None else f'<script type="application/ld+json">{printed}</script>'
    inner = paragraphs() if body is None else body
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | Talbote</title>{head}{script}'
        f'</head><body><nav><a href="/">Start</a> <a href="/lokales">Lokales</a></nav><main><article><h1>{title}</h1>'
        f"{inner}</article></main><footer>Impressum</footer></body></html>"
    ).encode()


def read(body: bytes, **keywords: Any) -> Article:
    """Extract a page at the usual address and hour."""
    return extract(body, **{"url": URL, "now": NOW, **keywords})
