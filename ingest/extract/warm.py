"""A first page of our own, so that no real one waits for word lists and models."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.extract.page import extract

_SENTENCE = "Der Rat von Oberwiesel hat am Montag den Bau einer Brücke über den Mühlbach beschlossen. "


def warm_up() -> None:
    """Extract a small page once."""
    paragraphs = "".join(f"<p>{_SENTENCE * 4}{number}.</p>" for number in range(6))
    page = f"<html lang='de'><head><title>Brücke</title></head><body><article><h1>Brücke</h1>{paragraphs}</article></body></html>"
    extract(page.encode(), url="https://example.org/bruecke", now=datetime.now(UTC))
