"""The quick extraction finds what trafilatura's own quick mode finds, and leaves the tree as it was."""

from __future__ import annotations

import re

import pytest
from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from ingest.extract.decode import markup
from ingest.extract.page import parse
from ingest.extract.plain import inner_text
from ingest.extract.quick import drop_others, quick_body
from tests.extract.pages import PARAGRAPHS, page, paragraphs

OPTIONS = Extractor(output_format="xml", fast=True, comments=False, formatting=False, links=True)
BODIES = {
    "plain": paragraphs(),
    "comments": paragraphs() + '<div id="comments"><p>Das wurde auch Zeit, finde ich.</p></div>',
    "lists": "<h2>Was nun kommt</h2><ul><li>Erst die Planung.</li><li>Dann der Bau.</li></ul>" + paragraphs(),
    "links": paragraphs((*PARAGRAPHS, 'Mehr dazu <a href="/rat">beim Rat</a> der Gemeinde, der am Montag tagt.')),
    "table": "<table><tr><td>Kosten</td><td>2,3 Millionen</td></tr></table>" + paragraphs(),
    "long": paragraphs(PARAGRAPHS * 6),
}


def tree_of(body: str) -> etree._Element:
    return parse(markup(page(body)))


@pytest.mark.parametrize("kind", BODIES)
def test_the_body_is_that_of_the_quick_mode(kind: str) -> None:
    """Step by step or in one call: the same elements with the same text."""
    tree, same = tree_of(BODIES[kind]), tree_of(BODIES[kind])
    drop_others(tree)
    quick, thin = quick_body(tree, OPTIONS)
    whole = bare_extraction(same, options=OPTIONS)
    assert isinstance(whole, Document)
    assert not thin
    assert etree.tostring(quick) == etree.tostring(whole.body)


def test_the_tree_stays_as_it_was() -> None:
    """What comes after the quick extraction reads the same page."""
    tree = tree_of(BODIES["lists"])
    before = etree.tostring(tree)
    quick_body(tree, OPTIONS)
    assert etree.tostring(tree) == before


def test_a_small_part_of_a_large_page_is_thin() -> None:
    """Where the body is less than a fifth of what the page shows, trafilatura's rescue has its turn."""
    shown = "".join(f"<section>{text}</section>" for text in PARAGRAPHS * 8)
    _, thin = quick_body(tree_of(f'<div class="article-body">{paragraphs(PARAGRAPHS[:1])}</div>{shown}'), OPTIONS)
    assert thin


@pytest.mark.parametrize(
    ("others", "stays"),
    [
        ('<div id="comments">Fremdes</div>', False),
        ('<section class="Comment-area">Fremdes</section>', False),
        ('<ol class="post-comments"><li>Fremdes</li></ol>', False),
        ('<div id="disqus_thread">Fremdes</div>', False),
        ('<ul id="disqus_thread"><li>Fremdes</li></ul>', True),
        ('<aside class="infinite-scroll">Fremdes</aside>', False),
        ('<div class="infinite-scroll"><h1>Titel</h1>Fremdes</div>', True),
        ('<div class="mvp-post-add-box"><h1>Titel</h1>Fremdes</div>', False),
        ('<div class="elementor-share-buttons">Fremdes</div>', False),
        ('<div class="commentary">Fremdes</div>', True),
        ("<div>Fremdes</div>", True),
    ],
)
def test_comments_and_appended_articles_go(others: str, stays: bool) -> None:
    """Readers' comments and articles set below this one leave the tree; what stands behind them stays."""
    tree = tree_of(f"{paragraphs()}{others} dahinter")
    drop_others(tree)
    text = re.sub(r"\s+", " ", inner_text(tree))
    assert ("Fremdes" in text) is stays
    assert "dahinter" in text
