"""Texts as articles: plain ones, and those that come with what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from ingest.extract.furniture import part
from ingest.extract.language import language_of
from ingest.model import Article

# Characters. A headline is a line without a full stop, rarely longer than this.
MAX_HEADLINE: Final = 160
# The headline stands among the first lines, or nowhere.
HEADLINE_LINES: Final = 2
# A line that begins with one of these is an entry of a list.
BULLETS: Final = "-–—•·*▪►"


def from_text(url: str, text: str, *, title: str = "", markdown: bool = False) -> Article:
    """A plain text: its furniture is set aside, its headline found. Raises ValueError where nothing is left."""
    lines = [line.lstrip("# ").strip() if markdown else line.strip() for line in text.splitlines()]
    kept, cut = part([line for line in lines if line], title=title)
    if not kept:
        raise ValueError("it holds no text")
    headline = title or _headline(kept)
    body = [line for line in kept if line != headline] or kept
    headline = headline or _beginning(kept[0])
    return Article(
        url=url,
        canonical_claim=None,
        title=headline,
        text="\n".join(body),
        furniture=tuple(cut),
        language=language_of("\n".join(body)),
    )


def _headline(lines: Sequence[str]) -> str:
    """The first line that looks like a headline; "" where none does."""
    for line in lines[:HEADLINE_LINES]:
        if len(line) <= MAX_HEADLINE and not line.endswith((".", ":", ";", ",")) and line[0] not in BULLETS:
            return line
    return ""


def _beginning(line: str) -> str:
    """A line of the text as its title: whole, or its first sentence, or its first words."""
    first = line.lstrip(BULLETS + " ")
    if len(first) <= MAX_HEADLINE:
        return first
    end = first.find(". ")
    return first[: end + 1] if 0 < end < MAX_HEADLINE else first[:MAX_HEADLINE].rsplit(" ", 1)[0] + " …"


def from_json(url: str, fields: Any) -> Article:
    """Keys: text (required), title, published (ISO 8601), authors, language. Raises ValueError."""
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str):
        raise ValueError('it has no "text"')
    return described(from_text(url, fields["text"], title=str(fields.get("title") or "")), fields)


def described(article: Article, fields: dict[str, Any]) -> Article:
    """The article with what its file says of it: published, authors, language."""
    said = fields.get("published")
    published = datetime.fromisoformat(said) if isinstance(said, str) else None
    if published is not None:
        published = published.replace(tzinfo=UTC) if published.tzinfo is None else published.astimezone(UTC)
    authors = fields.get("authors") or []
    return replace(
        article,
        published=published,
        published_from="meta" if published else "none",
        authors=tuple(str(author) for author in authors) if isinstance(authors, list) else (str(authors),),
        language=str(fields["language"]) if fields.get("language") else article.language,
    )
