"""One page -> one article, or the reason why there is none. Pure: bytes and a clock reading in, a value out.

One parse serves everything: the metadata are read first, then what holds no text is dropped, then trafilatura finds
the body in what is left, then our own filters take out what is no article text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element as Tree

from ingest import config
from ingest.errors import NoArticle
from ingest.extract import dates, gate, metadata
from ingest.extract.agency import agency_of
from ingest.extract.between import restored
from ingest.extract.blocks import Block, blocks_of, plain_blocks
from ingest.extract.body import body_of, filtered
from ingest.extract.decode import markup
from ingest.extract.language import language_of
from ingest.extract.names import people
from ingest.extract.partial import is_partial
from ingest.extract.plain import squeeze, tokens
from ingest.model import Article, Item, PublishedFrom
from ingest.urls import BadUrl, canonical_url

# Time grows faster than linearly above this many elements (32,000 linked paragraphs took 54 s); the largest real
# article page we hold has 4,300.
MAX_ELEMENTS: Final = 20_000
# 15 MiB: the largest real article page we hold has 1.1.
MAX_BYTES: Final = 15 * 2**20
# Attributes of one tag: real ones have up to about 50, this many take 30 ms. The characters that they need at least.
_MAX_ATTRIBUTES: Final = 10_000
_LONG_TAG: Final = 2 * _MAX_ATTRIBUTES
# Characters of visible text the gate looks at; notices are short.
_MAX_VISIBLE: Final = 6000
_SILENT: Final = ("script", "style", "svg", "noscript", "template", "iframe", "object", "embed", "canvas")
_MENUS: Final = frozenset(("header", "nav", "footer"))
_INLINE: Final = frozenset(
    ("a", "b", "i", "em", "strong", "span", "u", "small", "sub", "sup", "mark", "font", "abbr", "q")
)
# trafilatura asks for lxml.html's elements. lxml.html's own parser chooses among their classes by a call into Python
# for every element touched, which is a seventh of the extraction; this one makes all of them alike, in C.
_ELEMENTS: Final = etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement)
_ALL: Final = etree.XPath("count(//*)")
_DEFAULTS: Final = config.Extract()


def extract(
    body: bytes,
    *,
    url: str,
    charset: str | None = None,
    content_type: str | None = None,
    now: datetime,
    item: Item | None = None,
    settings: config.Extract = _DEFAULTS,
) -> Article:
    """The article on a page found at `url` (after redirects).

    `charset` and `content_type` are the Content-Type header's; `item` is what the feed said and fills gaps; dates
    later than `now` (aware) by more than ten minutes become `now`. Raises NoArticle for everything that is no
    article, whatever the bytes; its reason is one of `ingest.model.REJECTIONS`.
    """
    if len(body) > MAX_BYTES:
        raise NoArticle("too-large", f"{len(body)} bytes", where=url)
    try:
        tree = parse(markup(body, charset=charset, content_type=content_type))
    except NoArticle as refused:
        raise NoArticle(refused.reason, refused.detail, where=url) from None
    said = metadata.read(tree, url)
    scripts, noscript = _scripts_of(tree)
    # The gate asks for both only where the page does not call itself an article.
    teasers = 0 if said.is_article else _teasers(tree)
    password = not said.is_article and any(field.get("type") == "password" for field in tree.iter("input"))
    etree.strip_elements(tree, *_SILENT, with_tail=False)
    blocks = _text_blocks(tree, said)
    title = said.title or (item.title if item else "")
    kept, cut = filtered(blocks, said, title)
    facts = gate.Facts(
        url=url,
        titles=[t for t in dict.fromkeys((said.title, *said.h1)) if t],
        kept=kept,
        cut=cut,
        visible=_visible(tree) if gate.may_be_notice(kept) else "",
        marked=said.is_article,
        dated=said.published is not None and said.published_from in ("json-ld", "meta"),
        free=said.free,
        kind=said.kind,
        teasers=teasers,
        password=password,
        scripts=scripts,
        noscript=noscript,
        min_words=settings.min_words,
    )
    if refused_by := gate.refusal(facts):
        raise refused_by
    article = _article(said, url=url, now=now, item=item, title=title, parts=(blocks, kept, cut))
    prompted = bool(gate.prompts(facts.visible))
    partial = is_partial(
        [block.text for block in kept], words=article.words, stated=said.words, free=said.free, prompted=prompted
    )
    return replace(article, partial=partial)


def parse(text: str) -> Tree:
    """The page's tree. Raises NoArticle for no tree (not-html) and for one too costly to read (too-large).

    Raises MemoryError where libxml2 ran out of memory, which it reports as a mere syntax error.
    """
    _refuse_long_tags(text)
    # Nobody asks for elements by id: without the table of ids, parsing takes half of the time and copying even less.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        tree: Tree | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as exc:
        _refuse_no_memory(parser)
        raise NoArticle("not-html", f"no tree: {str(exc)[:80]}") from None
    _refuse_no_memory(parser)
    # The parser stops at 256 levels; the deepest real page we hold has 60. What is below was not read, so that the page
    # cannot be judged.
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise NoArticle("too-large", "nested deeper than 256 levels, or one text over 10 MB")
    if tree is None or len(tree) == 0:
        raise NoArticle("not-html", "the tree is empty")
    count = _count(tree)
    if count > MAX_ELEMENTS:
        raise NoArticle("too-large", f"{count} elements")
    return tree


def _refuse_long_tags(text: str) -> None:
    """libxml2 compares each attribute of a tag with all before it: 500,000 of them take minutes."""
    if len(text) < _LONG_TAG:
        return
    parts = text.split("<")
    if max(map(len, parts)) < _LONG_TAG:
        return
    for part in parts:
        if len(part) >= _LONG_TAG and len(part.partition(">")[0].split()) > _MAX_ATTRIBUTES:
            raise NoArticle("too-large", f"a tag of more than {_MAX_ATTRIBUTES} attributes")


def _count(tree: Tree) -> int:
    found = _ALL(tree)
    return int(found) if isinstance(found, float) else 0


def _teasers(tree: Tree) -> int:
    """Headings that are links, or hold one."""
    return sum(
        next(heading.iter("a"), None) is not None or getattr(heading.getparent(), "tag", None) == "a"
        for heading in tree.iter("h2", "h3", "h4")
    )


def _refuse_no_memory(parser: etree.HTMLParser) -> None:
    if any(entry.type_name == "ERR_NO_MEMORY" for entry in parser.error_log):
        raise MemoryError("libxml2 ran out of memory")


def _text_blocks(tree: Tree, said: metadata.Metadata) -> list[Block]:
    """The body's blocks; the metadata's own text where the page itself shows none (it is drawn by a script)."""
    body = body_of(tree)
    blocks = restored(blocks_of(body), tree) if body is not None else []
    shown = sum(block.words for block in blocks)
    told = len(tokens(said.body))
    # A page that shows less than a third of what it says its article is, and less than any article, shows no article.
    if told >= 20 and shown < 40 and told > 3 * shown and said.free is not False:
        return plain_blocks(said.body.splitlines())
    return blocks


def _article(
    said: metadata.Metadata,
    *,
    url: str,
    now: datetime,
    item: Item | None,
    title: str,
    parts: tuple[Sequence[Block], Sequence[Block], Sequence[Block]],
) -> Article:
    blocks, kept, cut = parts
    text = "\n".join(block.text for block in kept)
    published, published_from = _published(said, item, url)
    credit = agency_of(
        [block.text for block in blocks],
        authors=said.agencies,
        lines=said.lines,
        sources=said.sources,
        people=said.authors,
    )
    authors = said.authors or (people([item.author], said.publisher or "") if item and item.author else ())
    return Article(
        url=_address(url),
        canonical_claim=said.canonical,
        title=squeeze(title),
        text=text,
        furniture=tuple(block.text for block in cut),
        authors=authors,
        published=dates.clamped(published, now),
        published_from=published_from,
        modified=dates.clamped(said.modified, now),
        language=language_of(text, said.language or (item.language if item else None)),
        publisher=said.publisher,
        free=said.free,
        agency=credit.agency,
        agency_id=credit.number,
        agency_credit=credit.credit,
        agencies=credit.agencies,
        based_on=said.based_on,
        words=sum(block.words for block in kept),
    )


def _published(said: metadata.Metadata, item: Item | None, url: str) -> tuple[datetime | None, PublishedFrom]:
    """When it was published, by the best source: the page's head, the feed, a visible mark, the address."""
    if said.published is not None and said.published_from in ("json-ld", "meta"):
        return said.published, said.published_from
    if item is not None and item.published is not None:
        return item.published, "feed"
    if said.published is not None:
        return said.published, said.published_from
    of_url = dates.of_url(url)
    return of_url, ("url" if of_url is not None else "none")


def _address(url: str) -> str:
    try:
        return canonical_url(url)
    except BadUrl:
        return url


def _scripts_of(tree: Tree) -> tuple[int, str]:
    """(number of scripts, what the page says to visitors without them)."""
    said = squeeze(" ".join("".join(map(str, e.itertext()))[:500] for e in tree.iter("noscript")))
    return sum(1 for _ in tree.iter("script")), said[:_MAX_VISIBLE]


def _visible(tree: Tree) -> str:
    """The page's words outside menus, a line for each block, bounded."""
    body = tree.find("body")
    lines: list[str] = []
    run: list[str] = []
    size = hidden = 0
    for event, node in etree.iterwalk(tree if body is None else body, events=("start", "end")):
        if node.tag in _MENUS:
            hidden += 1 if event == "start" else -1
        if node.tag not in _INLINE and run:
            lines.append(squeeze("".join(run)))
            size += len(lines[-1])
            run.clear()
        text = node.text if event == "start" else node.tail
        if text and not hidden:
            run.append(text)
        if size > _MAX_VISIBLE:
            break
    lines.append(squeeze("".join(run)))
    return "\n".join(line for line in lines if line)[:_MAX_VISIBLE]
