"""What a page says about its article: title, times, people, language, address, whether it is free.

One reading of the parsed tree, before it is cut up. Sources in order of trust: JSON-LD of the article, meta tags,
JSON-LD of the page, visible marks near the headline. Measured beside trafilatura's own metadata on 296 labelled
pages: titles .87 against .68 exact, authors .85 against .73, times to the minute instead of to the day, at about a
third of the cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml.etree import _Element as Tree

from ingest.extract import jsonld
from ingest.extract.authors import authors_of
from ingest.extract.head import first, head_of
from ingest.extract.names import agencies_of, people
from ingest.extract.plain import untagged
from ingest.extract.published import DATE_METAS, modified_of, published_of
from ingest.extract.sources import based_on, sources_of
from ingest.extract.title import Titles, choose
from ingest.model import PublishedFrom
from ingest.urls import BadUrl, canonical_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """Everything a page says about its article, plain and checked; None or empty: it does not say."""

    title: str
    h1: tuple[str, ...]
    titles: tuple[str, ...]  # the headline and headings that may stand in the text again
    authors: tuple[str, ...]
    agencies: tuple[str, ...]  # agencies named as authors
    lines: tuple[str, ...]  # short lines near the headline, where credits stand
    sources: tuple[str, ...]  # names that the head gives as source, provider, publisher or holder of the rights
    based_on: str | None  # the address of the work that it is based on, else the name of another house as its source
    published: datetime | None
    published_from: PublishedFrom
    modified: datetime | None
    language: str | None  # `html lang` and its kin, lower case
    canonical: str | None
    publisher: str | None
    free: bool | None
    body: str  # JSON-LD articleBody, paragraphs by line
    words: int | None  # JSON-LD wordCount
    is_article: bool  # the page calls itself an article: JSON-LD type, og:type, or a publication time in its head
    kind: str  # og:type, lower case


def read(tree: Tree, url: str) -> Metadata:
    """Read the metadata of a page found at `url`."""
    head = head_of(tree, url)
    node, metas = head.node, head.metas
    headline = untagged(jsonld.first(node.get("headline")) or jsonld.first(node.get("name")) or "")
    published, published_from = published_of(head)
    stated = authors_of(head)
    kind = metas.get("og:type", [""])[0].lower()
    return Metadata(
        title=choose(Titles(headline, head.og_title, head.h1, head.title), head.publisher, url),
        h1=head.h1,
        titles=tuple(dict.fromkeys(t for t in (headline, *head.h1) if t)),
        authors=people(stated, head.publisher),
        agencies=agencies_of(stated),
        lines=tuple(line.text for line in head.lines),
        sources=sources_of(head),
        based_on=based_on(head),
        published=published,
        published_from=published_from,
        modified=modified_of(head),
        language=_language(tree, metas, node),
        canonical=_canonical(tree, metas, node, url),
        publisher=head.publisher or None,
        free=_free(node, head.nodes, metas),
        body=_article_body(node),
        words=_word_count(node),
        is_article=bool(jsonld.rank(node)) or kind == "article" or any(name in metas for name in DATE_METAS[:5]),
        kind=kind,
    )


def _language(tree: Tree, metas: dict[str, list[str]], node: jsonld.Node) -> str | None:
    said = [
        tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang"), tree.get("xml:lang"),
        jsonld.first(node.get("inLanguage"), "alternateName"), *metas.get("content-language", []),
        *metas.get("og:locale", []), *metas.get("dc.language", []),
    ]  # fmt: skip
    for value in said:
        tag = (value or "").strip().lower().replace("_", "-")
        if 2 <= len(tag.partition("-")[0]) <= 3 and tag.replace("-", "").isalnum() and tag.isascii():
            return tag
    return None


def _canonical(tree: Tree, metas: dict[str, list[str]], node: jsonld.Node, url: str) -> str | None:
    links = [e.get("href") for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split()]
    page = node.get("mainEntityOfPage")
    said = [*links[:3], *metas.get("og:url", []), jsonld.first(page, "@id", "url"), jsonld.first(node.get("url"))]
    for link in said:
        if link and link.strip():
            try:
                return canonical_url(link, url)
            except BadUrl:
                continue
    return None


def _free(node: jsonld.Node, nodes: list[jsonld.Node], metas: dict[str, list[str]]) -> bool | None:
    """False where the publisher marks the page as paid, True where as free, None where nothing is said."""
    pages = [n for n in nodes if "webpage" in jsonld.types(n)]
    for said in (node, *pages):
        value = said.get("isAccessibleForFree")
        text = str(value).strip().lower().rpartition("/")[2] if value is not None else ""
        if text in ("false", "no", "0"):
            return False
        if text in ("true", "yes", "1"):
            return True
    tier = first(metas, ("article:content_tier",)).lower()
    return {"locked": False, "free": True}.get(tier)


def _word_count(node: jsonld.Node) -> int | None:
    said = str(node.get("wordCount") or "").strip()
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 7 else None


def _article_body(node: jsonld.Node) -> str:
    raw = jsonld.first(node.get("articleBody"), "@value") or ""
    if "<" in raw or "&lt;" in raw:
        raw = raw.replace("&lt;", "<").replace("&gt;", ">")
        for tag in ("</p>", "<br>", "<br/>", "<br />", "</h2>", "</h3>", "</li>", "</div>"):
            raw = raw.replace(tag, tag + "\n")
    return "\n".join(line for line in (untagged(part) for part in raw.splitlines()) if line)
