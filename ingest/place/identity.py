"""Which article is this? The same address, under any spelling or dress, is the same article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ingest import urls
from ingest.dedupe.relation import Shares, shares
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


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an incoming article's address."""

    state: Literal["unknown", "same", "twin", "revised", "restarted"]
    article: ArticleRef | None
    url: str  # under which it is kept
    addresses: Mapping[str, str]  # address key -> URL, all it was seen under
    new_address: bool = False  # it was met under an address that was not known yet


def identify(placing: Placing, incoming: Incoming) -> Known:
    """Find the article an incoming text belongs to, by its addresses; the text decides only where they are claims."""
    article = incoming.article
    own = _addresses((article.url, *incoming.asked))
    claim = _claim(article.url, article.canonical_claim)
    claimed = _addresses([claim] if claim else [])
    found = placing.articles_at([*own, *claimed])
    text_id = placing.text_id(incoming.prints.sha256)
    ours = next((found[key] for key in own if key in found), None)
    if ours is not None:
        if ours.text_id == text_id:
            return Known("same", ours, ours.url, own, new_address=any(key not in found for key in own))
        kept = _against(placing, incoming, ours).kept
        return Known("restarted" if kept < STARTS_OVER else "revised", ours, ours.url, own)
    theirs = next((found[key] for key in claimed if key in found), None)
    if theirs is not None:
        if theirs.text_id == text_id or max(_both(_against(placing, incoming, theirs))) >= TWIN:
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


def _against(placing: Placing, incoming: Incoming, known: ArticleRef) -> Shares:
    """How much of the known article's current text stands in the incoming one, and the other way round."""
    stored = placing.texts([known.text_id])[known.text_id]
    if incoming.sketch or stored.sketch:
        return sketched.shares_of_new(placing, incoming, stored)
    return shares(incoming.article.text, placing.bodies([known.text_id])[known.text_id])


def _both(found: Shares) -> tuple[float, float]:
    return found.copied, found.kept
