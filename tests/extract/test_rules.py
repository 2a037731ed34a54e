"""Step by step, trafilatura's rules and rescues find what its one call finds, and leave the tree as it was."""

from __future__ import annotations

import re

import pytest
from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Document

from ingest.extract.decode import markup
from ingest.extract.others import drop_others
from ingest.extract.page import parse
from ingest.extract.plain import inner_text
from ingest.extract.rules import Opinions
from tests.extract.pages import PARAGRAPHS, page, paragraphs

MENU = "".join(f"<section>{text}</section>" for text in PARAGRAPHS * 8)
BODIES = {
    "plain": paragraphs(),
    "comments": paragraphs() + '<div id="comments"><p>Das wurde auch Zeit, finde ich.</p></div>',
    "lists": "<h2>Was nun kommt</h2><ul><li>Erst die Planung.</li><li>Dann der Bau.</li></ul>" + paragraphs(),
    "links": paragraphs((*PARAGRAPHS, 'Mehr dazu <a href="/rat">beim Rat</a> der Gemeinde, der am Montag tagt.')),
    "table": "<table><tr><td>Kosten</td><td>2,3 Millionen</td></tr></table>" + paragraphs(),
    "long": paragraphs(PARAGRAPHS * 6),
    "a small part of the page": f'<div class="article-body">{paragraphs(PARAGRAPHS[:1])}</div>{MENU}',
    "a part without paragraphs": f'<div class="article-body">{PARAGRAPHS[0]}<br>{PARAGRAPHS[1]}</div>{MENU}',
    "scattered": "".join(f"<div><span>{text}</span></div>" for text in PARAGRAPHS * 2),
}
# What the main rules alone do not judge: the quick opinion is never believed of them.
SHORT = {"short": "<p>Der Rat tagt am Montag.</p>", "nothing": "<img src='bild.png'>"}
EVERY = BODIES | SHORT


def tree_of(body: str) -> etree._Element:
    return parse(markup(page(body)))


@pytest.mark.parametrize(("kind", "fast"), [*((kind, True) for kind in BODIES), *((kind, False) for kind in EVERY)])
def test_the_body_is_that_of_the_one_call(kind: str, fast: bool) -> None:
    """The same elements with the same text, or none by both ways."""
    tree, same = tree_of(EVERY[kind]), tree_of(EVERY[kind])
    drop_others(tree)
    opinions = Opinions(tree)
    body = opinions.quick() if fast else opinions.thorough()
    whole = bare_extraction(
        same, output_format="xml", fast=fast, include_comments=False, include_formatting=False, include_links=True
    )
    assert whole is None or isinstance(whole, Document)
    if whole is None:
        assert body is None or not inner_text(body).strip()
    else:
        assert body is not None
        assert etree.tostring(body) == etree.tostring(whole.body)


def test_the_tree_stays_as_it_was() -> None:
    """What comes after reads the same page, and so does the second opinion."""
    tree = tree_of(BODIES["a small part of the page"])
    before = etree.tostring(tree)
    opinions = Opinions(tree)
    opinions.quick()
    opinions.thorough()
    assert etree.tostring(tree) == before


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
