"""`ingest add` and `ingest topic test`: single pages and files, through the same door."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import open_store
from tests.cli.conftest import Done
from tests.cli.newsroom import BAKERY, HARBOUR
from tests.cli.test_extract import LOCAL, PAGE, web

Call = Callable[..., Done]
__all__ = ("web",)  # the server of the pages, as a fixture
KEYS = {"id", "url", "outcome", "change", "story_id", "title", "reason", "detail"}


def page(title: str, text: str, canonical: str = "") -> str:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text.splitlines())
    head = f"<head><title>{title}</title>{link}</head>"
    return f'<html lang="de">{head}<body><article><h1>{title}</h1>{body}</article></body></html>'


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The harbour as a page, a gzipped copy and a text; the bakery as JSON; a login page; a topic of harbours."""
    (tmp_path / "config.toml").write_text('[topic]\nterms = [["Hafen*"], ["Granat*", "Kisten"]]\nwithin = 60\n')
    where = "https://nordkurier.example/2026/hafen"
    (tmp_path / "hafen.html").write_text(page("Granaten im Hafen", HARBOUR, where))
    (tmp_path / "kopie.html.gz").write_bytes(gzip.compress(page("Frachter entladen", HARBOUR).encode()))
    (tmp_path / "notiz.md").write_text("# Granaten im Hafen\n\n" + HARBOUR.rsplit("\n", 2)[0])
    known = {"url": "https://kurier.example/brot", "title": "Brot", "published": "2026-03-01T10:00:00Z", "text": BAKERY}
    (tmp_path / "brot.json").write_text(json.dumps(known))
    (tmp_path / "login.html").write_text("<html><body><form><input type=password></form>Bitte anmelden</body></html>")
    (tmp_path / "kaputt.json").write_text("[1")
    return tmp_path


def test_files_find_their_stories(ingest: Call, files: Path) -> None:
    """One row a file in the order given, with the documented keys; addresses are what a page says of itself, else the
    name; copies join one story; adding again changes nothing."""
    names = ["hafen.html", "kopie.html.gz", "notiz.md", "brot.json", "login.html", "kaputt.json", "fehlt.html"]
    done = ingest("add", *names)
    assert done.code == 0, done.err
    rows = done.rows
    assert [row["id"] for row in rows] == names
    assert all(set(row) == KEYS for row in rows)
    urls = ["https://nordkurier.example/2026/hafen", "file:kopie", "file:notiz", "https://kurier.example/brot"]
    assert [row["url"] for row in rows[:4]] == urls
    outcomes = ["new", "new", "new", "off_topic", "rejected", "rejected", "failed"]
    assert [row["outcome"] for row in rows] == outcomes
    assert {row["story_id"] for row in rows[:3]} == {1}
    assert [row["reason"] for row in rows[4:]] == ["login", "unreadable", "unreadable"]
    articles = {row["url"]: row for row in ingest("export", "articles").rows}
    assert set(articles) == set(urls[:3])
    assert articles[urls[0]]["outlet"] == "nordkurier.example"
    assert articles["file:kopie"]["relation"] in {"exact", "canonical"}
    again = ingest("add", *names[:3])
    assert [row["outcome"] for row in again.rows] == ["unchanged"] * 3
    assert ingest("db", "check").code == 0


def test_what_is_not_stored_ends_with_6(ingest: Call, files: Path) -> None:
    """Off the topic and nothing else: 6 in three lines, unless any topic will do. A text's own facts are kept."""
    refused = ingest("add", "brot.json")
    assert refused.code == 6
    refused.error()
    kept = ingest("add", "brot.json", "--any-topic")
    assert kept.rows[0]["outcome"] == "new"
    [article] = ingest("export", "articles").rows
    assert (article["title"], article["published"], article["on_topic"]) == ("Brot", "2026-03-01T10:00:00Z", False)
    assert article["outlet"] == "kurier.example"


def test_a_changed_file_is_a_revision(ingest: Call, files: Path) -> None:
    """The address stays, so that another text of the file is another state of the article."""
    assert ingest("add", "notiz.md").rows[0]["outcome"] == "new"
    (files / "notiz.md").write_text((files / "notiz.md").read_text().replace("14", "17"))
    assert ingest("add", "notiz.md").rows[0]["outcome"] == "revised"
    twin = files / "sub"
    twin.mkdir()
    (twin / "notiz.txt").write_text(HARBOUR)
    assert ingest("add", "notiz.md", "sub/notiz.txt").code == 2
    elsewhere = ingest("add", "sub/notiz.txt", "--url", "https://abendpost.example/hafen")
    assert elsewhere.rows[0]["url"] == "https://abendpost.example/hafen"
    assert ingest("add", "notiz.md", "kopie.html.gz", "--url", "https://x.example/").code == 2
    assert ingest("add", "notiz.md", "--url", "ftp://x.example/").code == 2


def test_dots_in_a_name_belong_to_it(ingest: Call, files: Path) -> None:
    """Files that are called by their day are as many articles: only the ending is none of the name."""
    for day, text in (("2026.03.01", HARBOUR), ("2026.03.02", BAKERY)):
        (files / f"{day}-bericht.txt").write_text(text)
    done = ingest("add", "2026.03.01-bericht.txt", "2026.03.02-bericht.txt", "--any-topic")
    assert [row["url"] for row in done.rows] == ["file:2026.03.01-bericht", "file:2026.03.02-bericht"]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("[" * 100_000, "rejected"),
        (json.dumps({"text": HARBOUR, "published": "0001-01-01T00:00:00+23:00"}), "rejected"),
        (json.dumps({"text": HARBOUR, "outlet": ["Hafenblatt"]}), "new"),
    ],
    ids=["nested", "early", "outlet"],
)
def test_one_odd_file_is_its_own_row(ingest: Call, files: Path, body: str, outcome: str) -> None:
    """Metadata that makes no sense is refused, or left aside, and never ends the command."""
    (files / "seltsam.json").write_text(body)
    done = ingest("add", "seltsam.json", "hafen.html")
    assert [row["outcome"] for row in done.rows] == [outcome, "new"]
    assert done.code == 0


def test_pages_are_fetched_politely(ingest: Call, web: str, tmp_path: Path) -> None:
    """An address is fetched under the rules of a run; what is refused is a row with its reason."""
    done = ingest("add", f"{web}/page", f"{web}/gone", "http://10.0.0.1/x", **LOCAL)
    assert done.code == 0
    assert [row["outcome"] for row in done.rows] == ["new", "failed", "failed"]
    assert [row["reason"] for row in done.rows] == [None, "gone", "fetch-error"]
    [article] = ingest("export", "articles").rows
    assert article["url"] == f"{web}/page"
    assert article["published"] == "2026-03-01T09:00:00Z"
    assert PAGE  # what the server sends


def test_the_topic_says_why(ingest: Call, files: Path) -> None:
    """Hits of every group as printed, missing groups by name; nothing is kept; 6 where nothing could be judged."""
    far = "Der Hafen ist groß. " + "Wort und Satz. " * 40 + "Am Ende lagen Kisten."
    (files / "fern.txt").write_text("Ein Titel\n" + far)
    done = ingest("topic", "test", "hafen.html", "brot.json", "fern.txt", "login.html")
    assert done.code == 0
    near, bread, distant, login = done.rows
    assert near["on_topic"] is True
    assert near["missing"] == []
    assert near["groups"][0]["group"] == "Hafen"
    assert "Hafenmeisterin" in near["groups"][0]["hits"]
    assert (bread["on_topic"], bread["missing"]) == (False, ["Hafen", "Granat"])
    assert (distant["on_topic"], distant["missing"]) == (False, [])
    assert "within 60 words" in distant["why"]
    assert (login["on_topic"], login["reason"]) == (None, "login")
    assert not list(files.glob("*.db"))
    assert ingest("topic", "test", "kaputt.json").code == 6
    told = ingest("topic", "test", "notiz.md", "--format", "table").out
    assert told.startswith("on the topic: Hafen: ")


def test_an_added_page_is_looked_at_again(ingest: Call, web: str, files: Path) -> None:
    """What was fetched by its address is on the ladder of later looks, as what feeds bring; a file is nobody's page."""
    assert ingest("add", f"{web}/page", "hafen.html", "--any-topic", **LOCAL).code == 0
    with closing(open_store(f"sqlite:///{files}/newsfold.db", synchronous="NORMAL", read_only=True)) as store:
        due = store.due_checks(now=datetime.now(UTC) + timedelta(days=1), limit=10, per_host=10)
    assert [one.page.final_url for one in due] == [f"{web}/page"]
    assert due[0].check.due_at is not None
    assert due[0].page.status == 200
