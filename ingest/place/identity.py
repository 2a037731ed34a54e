"""Which article is this? The same address, under any spelling or dress, is the same article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ingest import urls
from ingest.dedupe.relation import Shares, shares
from ingest.dedupe.revision import State, changes
from ingest.place import sketched
from ingest.place.desk import Incoming
from store.base import Placing
from store.model import ArticleRef

# Share of the old text's words that must stand in the new one; with less, the address starts over (daily briefing,
# ticker, weather at one URL) and holds another article.
STARTS_OVER = 0.20
# Share of the shorter text that two dresses of one article (AMP, mobile, print) have in common. Their furniture
# differs, their text hardly.
TWIN = 0.60


# What two spellings of one address may differ in.
_DRESS = re.compile(r"^https?://(?:www\.)?|/$")
# How the later pages of an article are counted in its address.
_PAGED = re.compile(r"(?:/(?:(?:seite|page|teil|part)[/-])?\d{1,2}|[?&](?:page|seite|p|pg|teil|part)=\w{1,8})$")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an incoming article's address."""

    state: Literal["unknown", "same", "twin", "revised", "restarted"]
    article: ArticleRef | None
    url: str  # under which it is kept
    addresses: Mapping[str, str]  # address key -> URL, all it was seen under
    new_address: bool = False  # it was met under an address that was not known yet
    changes: tuple[str, ...] = ()  # what a new state changed


def identify(placing: Placing, incoming: Incoming, text_id: int | None) -> Known:
    """Find the article an incoming text belongs to, by its addresses; the text decides only where they are claims.

    `text_id` is that text where it is stored already.
    """
    article = incoming.article
    own = _addresses((article.url, *incoming.asked))
    claim = _claim(article.url, article.canonical_claim)
    claimed = _addresses([claim] if claim else [])
    found = placing.articles_at([*own, *claimed])
    ours = next((found[key] for key in own if key in found), None)
    if ours is not None:
        if ours.text_id != text_id and _against(placing, incoming, ours).kept < STARTS_OVER:
            return Known("restarted", ours, ours.url, own)
        kinds = _changes(placing, incoming, ours, same_text=ours.text_id == text_id)
        if kinds:
            return Known("revised", ours, ours.url, own, changes=kinds)
        return Known("same", ours, ours.url, own, new_address=any(key not in found for key in own))
    theirs = next((found[key] for key in claimed if key in found), None)
    if theirs is not None:
        further = claim is not None and _is_further_page(article.url, claim)
        if further or theirs.text_id == text_id or max(_both(_against(placing, incoming, theirs))) >= TWIN:
            return Known("twin", theirs, theirs.url, own)
        # Unrelated texts claim one address: the claim is worth nothing.
        return Known("unknown", None, article.url, own)
    return Known("unknown", None, claim or article.url, {**own, **claimed})


def _claim(url: str, claimed: str | None) -> str | None:
    """rel=canonical as an address, where it can be meant: same host, not the home page."""
    if claimed is None:
        return None
    try:
        target = urls.canonical_url(claimed, url)
    except urls.BadUrl:
        return None
    same = urls.address_key(target).split("/")[0] == urls.address_key(url).split("/")[0]
    return target if same and not urls.is_home(target) else None


def _addresses(found: Iterable[str]) -> dict[str, str]:
    """Address keys with the URL each came from; what is no address is left out (seeds keep their own form)."""
    keys: dict[str, str] = {}
    for url in found:
        try:
            keys.setdefault(urls.address_key(url), url)
        except urls.BadUrl:
            keys.setdefault(url, url)
    return keys


def _is_further_page(url: str, first: str) -> bool:
    """Whether an address is that of a later page of the article at `first`: /2, ?page=2, ?seite=alles."""
    try:
        return url != first and _PAGED.sub("", urls.address_key(url)) == urls.address_key(first)
    except urls.BadUrl:
        return False


def _changes(placing: Placing, incoming: Incoming, known: ArticleRef, *, same_text: bool) -> tuple[str, ...]:
    """What an incoming state changes of a known article; nothing where only the page around the text moved.

    Headline and credit count at the article's own address alone: another dress has its own title and leaves lines out.
    """
    article = incoming.article
    before = placing.texts([known.text_id])[known.text_id]
    if before.sketch or incoming.sketch:
        return () if same_text else ("minor",)
    old = "" if same_text else placing.bodies([known.text_id])[known.text_id]
    state = State(title=known.title, text=old, agency=known.agency, credit=known.agency_credit, number=known.agency_id)
    new = replace(state, text="" if same_text else article.text, furniture=article.furniture)
    if not same_text:
        state = replace(state, furniture=placing.furniture_of(known.id))
    if _at_home(article.url, known.url):
        # On an agency's own pages every text is the agency's, as it is kept.
        agency = article.agency or incoming.agency
        credit = "full" if incoming.agency is not None else article.agency_credit
        new = replace(new, title=article.title, agency=agency, credit=credit, number=article.agency_id)
    return tuple(changes(state, new))


def _at_home(url: str, home: str) -> bool:
    """Whether an article was met at its own address, and not in another dress (AMP, mobile, print)."""
    return _DRESS.sub("", url) == _DRESS.sub("", home)


def _against(placing: Placing, incoming: Incoming, known: ArticleRef) -> Shares:
    """How much of the known article's current text stands in the incoming one, and the other way round."""
    stored = placing.texts([known.text_id])[known.text_id]
    if incoming.sketch or stored.sketch:
        return sketched.shares_of_new(placing, incoming, stored)
    return shares(incoming.article.text, placing.bodies([known.text_id])[known.text_id])


def _both(found: Shares) -> tuple[float, float]:
    return found.copied, found.kept
