"""`ingest extract` and `ingest feeds`: pages and feeds from files and from a server on loopback."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import Done

Call = Callable[..., Done]
PAGE = """<html lang="de"><head><title>Brücke in Oberwiesel gesperrt</title>
<meta property="article:published_time" content="2026-03-01T10:00:00+01:00"></head>
<body><article><h1>Brücke in Oberwiesel gesperrt</h1>
<p>Der Rat von Oberwiesel hat am Montag den Bau einer Brücke über den Mühlbach beschlossen. Die Arbeiten sollen im
Frühjahr beginnen und zwei Jahre dauern, teilte die Verwaltung mit.</p>
<p>Bis dahin bleibt die alte Brücke gesperrt, sagte Bürgermeisterin Lena Harting am Abend. Die Umleitung führt über
Hinterfelden, der Bus hält am Markt und an der Schule.</p></article></body></html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Oberwieseler Bote</title><language>de</language>
<link>http://bote.example/</link>
<item><title>Brücke gesperrt</title><link>http://bote.example/bruecke</link><guid>b-1</guid>
<pubDate>Sun, 01 Mar 2026 10:00:00 +0100</pubDate><description>Bis zum Frühjahr.</description></item></channel></rss>"""
KEYS = {
    "id", "url", "title", "authors", "published", "published_from", "modified", "language", "canonical_url", "outlet",
    "free", "text", "furniture", "rejected", "error", "detail", "ms",
}  # fmt: skip
ENTRY = {"title", "link", "guid", "published", "updated", "author", "summary", "language"}


@pytest.fixture
def web() -> Iterator[str]:
    """A server with the page at /page, the feed at /feed, and 404 elsewhere; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, kind = {"/page": (PAGE, "text/html"), "/feed": (FEED, "application/rss+xml")}.get(self.path, ("", ""))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Tests say what they saw themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


LOCAL = {"INGEST_FETCH__ALLOW_PRIVATE": '["127.0.0.0/8"]', "INGEST_FETCH__SPACING": "0"}


def test_a_title_that_nobody_knows_is_null(ingest: Call, tmp_path: Path) -> None:
    """As everything else that a page does not say."""
    text = "".join(
        f"<p>Am {day}. März stand die Brücke über die Wiese den ganzen Tag lang offen.</p>" for day in range(9)
    )
    (tmp_path / "bare.html").write_text(f"<html lang=de><body><article>{text}</article></body></html>")
    [row] = ingest("extract", "bare.html", "--json").rows
    assert row["text"]
    assert row["title"] is None


def test_pages_come_out_in_the_order_given(ingest: Call, tmp_path: Path, web: str) -> None:
    """Files, gzipped files, addresses, missing and refused ones: one row each, in order, with the documented keys."""
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (tmp_path / "login.html").write_text("<html><body><form><input type=password></form>Bitte anmelden</body></html>")
    names = [f"{web}/page", "a.html", "missing.html", "b.html.gz", "login.html", f"{web}/gone", "http://10.0.0.1/x"]
    done = ingest("extract", *names, "--json", **LOCAL)
    assert done.code == 0
    rows = done.rows
    assert [row["id"] for row in rows] == names
    assert all(set(row) == KEYS for row in rows)
    full = [row for row in rows if row["text"]]
    assert [row["id"] for row in full] == [f"{web}/page", "a.html", "b.html.gz"]
    assert {row["published"] for row in full} == {"2026-03-01T09:00:00Z"}
    assert {row["language"] for row in full} == {"de"}
    assert rows[2]["error"] == "unreadable"
    assert rows[4]["rejected"]
    assert rows[5]["error"] == "bad-status"
    assert rows[6]["error"] == "refused"
    assert rows[0]["url"] == f"{web}/page"


def test_nothing_that_could_be_read_is_no_match(ingest: Call, tmp_path: Path, web: str) -> None:
    """6 where every file is missing and no address answers, after a row for each; a page without an article is one."""
    done = ingest("extract", "missing.html", f"{web}/gone", "--json", **LOCAL)
    assert done.code == 6
    assert [row["error"] for row in done.rows] == ["unreadable", "bad-status"]
    assert "nothing could be read" in done.error()[0]
    (tmp_path / "half.html.gz").write_bytes(gzip.compress(PAGE.encode())[:-40])
    assert ingest("extract", "half.html.gz").rows[0]["detail"] == "it ends in the middle"
    (tmp_path / "empty.html").write_text("<html><body>Bitte anmelden</body></html>")
    assert ingest("extract", "missing.html", "empty.html").code == 0


def test_a_manifest_names_files_and_their_addresses(ingest: Call, tmp_path: Path) -> None:
    """The address in the manifest is the page's; a bad line is named."""
    (tmp_path / "a.html").write_text(PAGE)
    row = {"file": "a.html", "url": "https://bote.example/2026/bruecke?utm_source=x"}
    done = ingest("extract", "--manifest", "-", "--json", stdin=json.dumps(row) + "\n\n")
    assert done.rows[0]["id"] == "a.html"
    assert done.rows[0]["url"] == "https://bote.example/2026/bruecke"
    assert done.rows[0]["outlet"] == "bote.example"
    for bad in ("{", "[1]", '{"file": 3}', '{"file": "a.html", "url": 5}'):
        (tmp_path / "m.jsonl").write_text(json.dumps(row) + "\n" + bad)
        refused = ingest("extract", "--manifest", "m.jsonl")
        assert refused.code == 2
        assert "m.jsonl:2" in refused.error()[0]


def test_a_configured_outlet_names_the_page(ingest: Call, tmp_path: Path) -> None:
    """The outlet is the configured one where the settings know the host."""
    (tmp_path / "config.toml").write_text('[[outlets]]\nname = "Der Bote"\nhosts = ["bote.example"]\n')
    (tmp_path / "a.html").write_text(PAGE)
    (tmp_path / "m.jsonl").write_text(json.dumps({"file": "a.html", "url": "https://www.bote.example/bruecke"}))
    done = ingest("extract", "--manifest", "m.jsonl", "--json")
    assert (done.rows[0]["outlet"], done.rows[0]["error"]) == ("Der Bote", None)


def test_a_page_that_takes_too_long_is_a_row(ingest: Call, tmp_path: Path) -> None:
    """A worker is killed at its limit, the page is quarantined, and the pages after it are read."""
    (tmp_path / "slow.html").write_text("<html><body><article>" + "<p>Wort <a href=x>und</a> Satz.</p>" * 4500)
    (tmp_path / "a.html").write_text(PAGE)
    done = ingest("extract", "slow.html", "a.html", INGEST_EXTRACT__TIMEOUT="0.15", INGEST_EXTRACT__WORKERS="1")
    assert done.rows[0]["error"] == "quarantined"
    assert done.rows[1]["text"]


def test_feeds_are_tested_from_files_and_the_network(ingest: Call, tmp_path: Path, web: str) -> None:
    """One row a feed with the documented keys; 3 when one failed."""
    (tmp_path / "a.xml").write_text(FEED)
    (tmp_path / "page.xml").write_text(PAGE)
    good = ingest("feeds", "test", "a.xml", f"{web}/feed", "--json", **LOCAL)
    assert good.code == 0
    assert all(
        set(row) == {"file", "format", "title", "language", "entries", "error", "detail", "ms"} for row in good.rows
    )
    entry = good.rows[0]["entries"][0]
    assert set(entry) == ENTRY
    assert (entry["link"], entry["guid"], entry["published"]) == (
        "http://bote.example/bruecke",
        "b-1",
        "2026-03-01T09:00:00Z",
    )
    assert good.rows[1]["entries"] == good.rows[0]["entries"]
    bad = ingest("feeds", "test", "page.xml", "a.xml", f"{web}/gone", "no.xml", **LOCAL)
    assert bad.code == 3
    assert [row["error"] for row in bad.rows] == ["not-a-feed", None, "bad-status", "unreadable"]


def test_all_configured_feeds_are_tested(ingest: Call, tmp_path: Path, web: str) -> None:
    """--all takes the enabled feeds of the settings."""
    (tmp_path / "config.toml").write_text(
        f'[[feeds]]\nurl = "{web}/feed"\n[[feeds]]\nurl = "{web}/off"\nenabled = false\n'
        f'[[searches]]\nurl = "{web}/feed?q={{query}}"\nqueries = ["Brücke"]\n'
    )
    done = ingest("feeds", "test", "--all", **LOCAL)
    assert [row["file"] for row in done.rows] == [f"{web}/feed", f"{web}/feed?q=Br%C3%BCcke"]


def test_feeds_are_added_imported_and_listed(ingest: Call, tmp_path: Path, settings: Path) -> None:
    """Settings and store together make the list; each refusal of a list is said; adding twice adds once."""
    assert [row["origin"] for row in ingest("feeds", "list").rows] == ["config"]
    assert not list(tmp_path.glob("*.db")), "listing makes no store"
    assert "1 added" in ingest("feeds", "add", "https://one.example/rss", "--language", "de", "--interval", "600").err
    assert "0 added, 1 known" in ingest("feeds", "add", "https://one.example/rss").err
    (tmp_path / "list.txt").write_text(
        "# mine\nhttps://two.example/rss Zwei\njavascript:alert(1)\nfile:///etc/passwd\n"
    )
    imported = ingest("feeds", "import", "list.txt")
    assert "1 added" in imported.err
    assert imported.err.count("refused:") == 2
    assert "1 added" in ingest("feeds", "import", "-", stdin="https://three.example/rss").err
    rows = {row["url"]: row for row in ingest("feeds", "list").rows}
    assert len(rows) == 4
    assert rows["https://one.example/rss"]["language"] == "de"
    assert rows["https://two.example/rss"]["title"] == "Zwei"
    for bad in ("ftp://x.example/", "nonsense"):
        assert ingest("feeds", "add", bad).code == 2
    assert ingest("feeds", "import", "nowhere.opml").code == 2
