"""Blocks of pages that are laid out in ways of their own."""

from __future__ import annotations

import pytest

from tests.extract.pages import PARAGRAPHS, TITLE, page, paragraphs, read


def test_an_article_in_a_cell_keeps_its_paragraphs() -> None:
    """A table that lays out the page is no table: the paragraphs in its cell stay apart."""
    inside = f'<table><tr><td><a href="/">Start</a></td><td>{paragraphs()}</td></tr></table>'
    lines = read(page(inside)).text.splitlines()
    assert lines[-len(PARAGRAPHS) :] == list(PARAGRAPHS)


def test_a_whole_page_in_a_cell() -> None:
    """The same where headline and text stand in one cell."""
    body = page().decode().replace("<article>", "<table><tr><td>").replace("</article>", "</td></tr></table>")
    article = read(body.encode())
    assert article.title == TITLE
    assert article.text.splitlines() == list(PARAGRAPHS)


@pytest.mark.parametrize("cell", ["{}", "<p>{}</p>"])
def test_a_row_of_figures_is_a_line(cell: str) -> None:
    """A row of a real table is one line, whatever its cells are made of."""
    row = "".join(f"<td>{cell.format(text)}</td>" for text in ("Baukosten", "2,3 Millionen Euro", "2024"))
    assert "Baukosten 2,3 Millionen Euro 2024" in read(page(f"{paragraphs()}<table><tr>{row}</tr></table>")).text
