"""What the head of a page says about where its text comes from."""

from __future__ import annotations

from typing import Final

from ingest.extract import jsonld
from ingest.extract.agencies import agency_named
from ingest.extract.head import Head, by_id
from ingest.extract.plain import key, untagged
from ingest.urls import BadUrl, canonical_url

# schema.org's words for who is behind a text; the publisher last, since it is nearly always the page's own house.
_KEYS: Final = ("sourceOrganization", "provider", "creditText", "copyrightHolder", "publisher")
_METAS: Final = ("agency", "article:source", "news_source", "source", "dc.source", "dcterms.source", "byl-source")
_BASED: Final = ("isBasedOn", "isBasedOnUrl")
# Google News asked syndicated copies to name their source in these.
_BASED_METAS: Final = ("original-source", "syndication-source")
# Characters of a name; what is longer is a notice.
_MAX_NAME: Final = 80


def sources_of(head: Head) -> tuple[str, ...]:
    """Names given as source, provider, credit, holder of the rights or publisher, in this order."""
    said: list[str] = []
    for name in _KEYS:
        value = head.node.get(name)
        said += jsonld.strings(value, "name")
        if isinstance(value, dict) and not value.get("name"):
            said.append(by_id(head.nodes, value.get("@id")) or "")
    said += [value for name in _METAS for value in head.metas.get(name, [])[:2]]
    names = (untagged(text) for text in said)
    return tuple(dict.fromkeys(text for text in names if text and len(text) <= _MAX_NAME and "://" not in text))


def based_on(head: Head) -> str | None:
    """The address of the work that the text is based on; else the name of another house that is given as its source."""
    links = [link for name in _BASED for link in jsonld.strings(head.node.get(name), "@id", "url")]
    links += [value for name in _BASED_METAS for value in head.metas.get(name, [])[:2]]
    for link in links:
        try:
            address = canonical_url(link, head.url)
        except BadUrl:
            continue
        if address.rstrip("/") != head.url.rstrip("/"):
            return address
    house = key(head.publisher)
    for name in jsonld.strings(head.node.get("sourceOrganization"), "name"):
        stated = untagged(name)[:_MAX_NAME]
        if key(stated) not in ("", house) and agency_named(stated) is None:
            return stated
    return None
