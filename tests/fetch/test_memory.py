"""What bombs cost in memory: a process of its own asks for them, and its peak is what the kernel counted."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
import zstandard

from tests.fetch.server import Server, answer, redirect

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="the kernel's peak of a process is counted on Linux"
)
REPOSITORY = Path(__file__).resolve().parents[2]
# MiB by which the peak may grow over what a process has that fetches plain pages. The cap on a body is 15 MiB.
MOST = 32
ASKING = """
import json, re, sys
from datetime import UTC, datetime
from pathlib import Path
from ingest.config import Fetch
from ingest.errors import FeedError, FetchError
from ingest.feeds import parse_feed
from ingest.fetch import Fetcher, Request

def peak(name):
    return int(re.search(rf"{name}:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

grown = {}
settings = Fetch(allow_private=["127.0.0.0/8"], spacing=0.0, robots=True, timeout=200.0)
with Fetcher(settings, clock=lambda: datetime.now(UTC)) as fetcher:
    for url in sys.argv[1:]:
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from what is held now
        before, ended = peak("VmRSS"), ""
        try:
            page = fetcher.get(Request(url=url, kind="page" if url.endswith("page") else "feed"))
            parse_feed(page.body, url=url)
        except (FetchError, FeedError) as error:
            ended = type(error).__name__
        grown[url.rpartition("/")[2]] = [ended, peak("VmHWM") - before]
print(json.dumps(grown))
"""


def squeezed(window: int, mebibytes: int) -> bytes:
    squeeze = zlib.compressobj(1, zlib.DEFLATED, window)
    return b"".join(squeeze.compress(bytes(2**20)) for _ in range(mebibytes)) + squeeze.flush()


def test_bombs_cost_little() -> None:
    """A quarter of a gigabyte in gzip, deflate or zstd, a bomb within a bomb, one that calls itself brotli, on a
    redirect, as robots.txt, as a gzip file and as a document of entities, half a million chunks of one byte: the peak
    grows by less than 32 MiB."""
    large = squeezed(zlib.MAX_WBITS | 16, 256)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    with Server("127.0.9.1") as server, Server("127.0.9.2") as other:
        server.routes |= {
            "/plain": answer(body=b"<rss><channel><item><title>Kai</title></item></channel></rss>"),
            "/gzip": answer(body=large, content_encoding="gzip"),
            "/deflate": answer(body=squeezed(zlib.MAX_WBITS, 256), content_encoding="deflate"),
            "/zstd": answer(body=zstandard.compress(bytes(2**28)), content_encoding="zstd"),
            "/br": answer(body=large, content_encoding="br"),
            "/nested": answer(body=gzip.compress(large), content_encoding="gzip, gzip"),
            "/hidden": answer(body=gzip.compress(large), content_encoding="gzip"),
            "/file": answer(body=large, content_type="application/gzip"),
            "/redirect": redirect("/target") + large,
            "/target": answer(status=404, body=large, content_encoding="gzip"),
            "/crumbs": b"HTTP/1.1 200 Yes\r\ntransfer-encoding: chunked\r\n\r\n"
                       + b"1\r\na\r\n" * 500_000 + b"0\r\n\r\n",
            "/laughs": answer(body=f'<!DOCTYPE rss [<!ENTITY l0 "lol">{laughs}]><rss><channel><item><title>&l11;'
                              "</title></item></channel></rss>".encode()),
        }  # fmt: skip
        other.routes |= {"/robots.txt": answer(body=large, content_encoding="gzip"), "/page": answer(body=b"x")}
        # A good answer between any two, since a host that fails three times in a row is given a rest.
        paths = [path for bad in server.routes if bad not in {"/plain", "/target"} for path in ("/plain", bad)]
        asked = [*map(server.url, paths), other.url("/page")]
        done = subprocess.run(
            [sys.executable, "-c", ASKING, *asked], cwd=REPOSITORY, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    grown = json.loads(done.stdout)
    assert {name: ended for name, (ended, _) in grown.items()} == {
        "plain": "", "gzip": "TooLarge", "deflate": "TooLarge", "zstd": "Unreachable", "br": "Unreachable",
        "nested": "Unreachable", "hidden": "BrokenFeed", "file": "BrokenFeed", "redirect": "BadStatus", "laughs": "",
        "crumbs": "NotAFeed", "page": "NotAFeed",
    }  # fmt: skip
    assert {name: round(mebibytes, 1) for name, (_, mebibytes) in grown.items() if mebibytes > MOST} == {}
