"""Commands and files out of Markdown, and the small web that documents name."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The address that documents use; tests put that of the small web in its place.
WEB = "https://news.example"
_FENCED = re.compile(
    r"(?:<!-- (?P<note>.*?) -->\n)?^```(?P<kind>sh|console|toml|text)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: what it is, its lines, and the comment above it."""

    kind: str
    body: str
    note: str

    @property
    def commands(self) -> list[str]:
        """The commands, one a line, without what a comment says."""
        lines = self.body.replace("\\\n", " ").splitlines()
        return [command for line in lines if (command := re.sub(r"(?:^|\s)# .*$", "", line).strip())]

    @property
    def runs(self) -> bool:
        return not self.note.startswith("not run: ")

    @property
    def exit_code(self) -> int:
        """How the last command of the block ends."""
        said = re.fullmatch(r"exit (\d+)", self.note)
        return int(said[1]) if said else 0


def blocks(markdown: str) -> Iterator[Block]:
    """The fenced blocks of a document, in order."""
    for match in _FENCED.finditer(markdown):
        yield Block(match["kind"], match["body"], match["note"] or "")


REPORT = """\
Police in Northpier have found 14 crates of grenades on a freighter that was unloaded in the harbour on Monday.
The ship had left Eastlock three days earlier, harbour master Jette Brandis said, and its papers named machine parts.
Shortly before the coast the crew switched off the transponder, as records of the pilots show.
A spokesman of the shipping company said that it would help; the port authority now checks 230 cargo lists."""
BAKERY = """\
The bakery at the market of Hinterfield has opened again after seven months, and people queued up to the fountain.
Its owner Mareike Osterloh has bought a new oven, taken on two bakers, and not raised her prices.
The citizens had collected 6,200 crowns so that the shop did not have to close after the fire in August."""


def _page(title: str, text: str) -> str:
    body = "".join(f"<p>{line}</p>" for line in text.splitlines())
    head = f'<title>{title}</title><meta property="article:published_time" content="2026-03-01T10:00:00Z">'
    return f'<html lang="en"><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>'


def _feed(*entries: str) -> str:
    items = "".join(f"<item><title>{name}</title><link>{WEB}/{name}.html</link></item>" for name in entries)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


PAGES = {
    "/feed.xml": _feed("report", "copy", "bakery"),
    "/more.xml": _feed("extra"),
    "/report.html": _page("Grenades found in the harbour", REPORT),
    "/copy.html": _page("Northpier: crates of grenades", REPORT.rsplit("\n", 1)[0]),
    "/extra.html": _page("Questions in the harbour", REPORT.replace("14 crates", "17 crates")),
    "/bakery.html": _page("Bakery open again", BAKERY),
}


@contextmanager
def small_web() -> Iterator[str]:
    """A server for the pages above; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = PAGES.get(self.path)
            body = (page or "").replace(WEB, f"http://127.0.0.1:{server.server_port}").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "application/rss+xml" if self.path.endswith("xml") else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Tests say what they saw themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
