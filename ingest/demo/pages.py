"""How outlets print an article: templates as unlike each other as those of real outlets. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final

from ingest.demo.script import Look, Publication, State


def page(one: Publication, state: State, *, url: str, published: datetime) -> str:
    """The HTML of one page in its outlet's look."""
    return _LOOKS[one.look](one, state, url, published)


def _frame(one: Publication, title: str, head: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{one.language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{head}</head>\n<body>{body}</body></html>\n"
    )


def _paragraphs(texts: Sequence[str], tag: str = "p") -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>\n" for text in texts)


def _linked_data(one: Publication, state: State, url: str, published: datetime, **more: object) -> str:
    said = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": state.title, "url": url,
        "datePublished": published.isoformat(), "inLanguage": one.language,
        "publisher": {"@type": "Organization", "name": one.outlet.name},
    }  # fmt: skip
    # A slash after "<" would end the script element.
    text = json.dumps(said | more).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def _wire(one: Publication, state: State, url: str, published: datetime) -> str:
    """Bare: a heading, paragraphs, JSON-LD."""
    body = f"<main><article><h1>{escape(state.title)}</h1>\n{_paragraphs(state.paragraphs)}</article></main>"
    return _frame(one, f"{state.title} | {one.outlet.name}", _linked_data(one, state, url, published), body)


def _modern(one: Publication, state: State, url: str, published: datetime) -> str:
    """Menus, a newsletter box inside the text, teasers after it, OpenGraph in the head."""
    head = (
        f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(state.title)}">'
        f'<meta property="article:published_time" content="{published.isoformat()}">'
        f'<meta property="og:site_name" content="{escape(one.outlet.name)}"><link rel="canonical" href="{escape(url)}">'
    )
    texts = [f"<p>{escape(text)}</p>" for text in state.paragraphs]
    texts.insert(min(2, len(texts)), '<aside class="newsletter"><p>Der Morgen als E-Mail: jetzt bestellen!</p></aside>')
    text = "\n".join(texts)
    body = (
        '<header><nav><ul><li><a href="/">Start</a></li><li><a href="/politik">Politik</a></li>'
        '<li><a href="/sport">Sport</a></li></ul></nav></header>'
        f"<main><article><h1>{escape(state.title)}</h1>\n<div class='article-body'>{text}</div></article>"
        '<section class="related"><h2>Mehr zum Thema</h2><ul><li><a href="/a">Fähre fährt wieder</a></li>'
        '<li><a href="/b">Leuchtturm wird gestrichen</a></li></ul></section></main>'
        f"<footer><p>© {escape(one.outlet.name)} · Impressum · Datenschutz</p></footer>"
    )
    return _frame(one, f"{state.title} - {one.outlet.name}", head, body)


def _classic(one: Publication, state: State, url: str, published: datetime) -> str:
    """Divisions with class names, a byline with a time element, a credit at the end of the page."""
    stamp = published.isoformat()
    body = (
        f'<div id="page"><div id="menu"><a href="/">Start</a> <a href="/archiv">Archiv</a></div><div class="story">'
        f'<h1 class="headline">{escape(state.title)}</h1>'
        f'<div class="byline"><time datetime="{stamp}">{stamp[:10]}</time>'
        f"</div>\n<div class='text'>{_paragraphs(state.paragraphs)}</div></div>"
        '<div id="foot"><a href="/impressum">Impressum</a> <a href="/kontakt">Kontakt</a></div></div>'
    )
    return _frame(one, f"{one.outlet.name}: {state.title}", _linked_data(one, state, url, published), body)


def _bare(one: Publication, state: State, url: str, published: datetime) -> str:
    """As in the nineties: no containers, a line of links between rules, the date in a meta element alone."""
    head = f'<meta name="date" content="{published.isoformat()}"><link rel="canonical" href="{escape(url)}">'
    body = (
        f'<center><a href="/">{escape(one.outlet.name)}</a> | <a href="/alt">Ausgaben</a></center><hr>'
        f"<h1>{escape(state.title)}</h1>\n{_paragraphs(state.paragraphs)}<hr><address>Kontakt: Redaktion</address>"
    )
    return _frame(one, state.title, head, body)


def _notice(one: Publication, state: State, url: str, published: datetime) -> str:  # noqa: ARG001  as all looks
    """What stands where an article should be: a wall, an error with status 200."""
    heading, *rest = state.paragraphs
    if one.sheet.refused == "consent":
        heading, rest = state.title, list(state.paragraphs)
    return _frame(one, heading, "", f"<div><h1>{escape(heading)}</h1>{_paragraphs(rest)}<button>OK</button></div>")


def _paid(one: Publication, state: State, url: str, published: datetime) -> str:
    """A teaser and the offer."""
    head = _linked_data(one, state, url, published, isAccessibleForFree=False)
    *teaser, offer = state.paragraphs
    body = (
        f"<main><article><h1>{escape(state.title)}</h1>\n{_paragraphs(teaser)}"
        f'<div class="paywall"><p>{escape(offer)}</p></div></article></main>'
    )
    return _frame(one, state.title, head, body)


_LOOKS: Final[Mapping[Look, Callable[[Publication, State, str, datetime], str]]] = {
    "wire": _wire,
    "modern": _modern,
    "classic": _classic,
    "bare": _bare,
    "notice": _notice,
    "paid": _paid,
}
