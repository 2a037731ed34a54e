"""Extraction beside its peers: `python benchmarks/extraction.py [FOLDER] [--rounds N]`; `pip install .[bench]` first.

FOLDER (default: the reference pages beside the project, where they are) holds pages (`*.html`, `*.htm`, also gzipped),
or an `index.jsonl` with an object a page: `file`, and if known `url`, `text` (the article's true text) and `language`.
Prints pages a second of CPU for each extractor and, where the truth is known, how much of it was found. Peers that are
not installed, or do not start, are named.

Each extractor runs in its own process, so that no cache helps another; rounds take turns, and the fastest round
counts, so that a busy machine disturbs all alike. Compare ratios within one run only.

Measure: bags of four-word shingles a page, precision and recall averaged over pages, F1 of the averages; the measure
of the article-extraction-benchmark (Scrapinghub, 2020).
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

Read = Callable[[bytes, str], str]

WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]+")
SHINGLE = 4  # words
PAGES = Path(__file__).resolve().parents[2] / "shared" / "pagebench"
DISTRIBUTIONS = {"readability": "readability-lxml"}  # where the name is not that of the package
PEERS = {
    "newsfold": "ingest",
    "trafilatura": "trafilatura",
    "newspaper4k": "newspaper",
    "readability": "readability",
    "resiliparse": "resiliparse",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One page with its address and, where known, its true text."""

    body: bytes
    url: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one extractor did in one round; F1 is None where no truth is known."""

    seconds: float
    found: int
    f1: float | None
    precision: float
    recall: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=PAGES)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each extractor (default 3)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th page")
    parser.add_argument("--one", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        parser.error(f"no folder of pages: {arguments.folder}")
    if arguments.one:
        outcome = run(arguments.one, list(samples(arguments.folder))[:: arguments.every])
        print(json.dumps([outcome.seconds, outcome.found, outcome.f1, outcome.precision, outcome.recall]))
        return
    here = [name for name, module in PEERS.items() if find_spec(module)]
    print("not installed:", ", ".join(name for name in PEERS if name not in here) or "none")
    print("versions:", ", ".join(f"{name} {released(name)}" for name in here))
    rounds: dict[str, list[Outcome]] = {name: [] for name in here}
    for _ in range(arguments.rounds):
        for name in here:
            command = [sys.executable, __file__, str(arguments.folder), "--every", str(arguments.every), "--one", name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"does not start: {name}: {(done.stderr.splitlines() or ['no word'])[-1]}")
                continue
            rounds[name].append(Outcome(*json.loads(done.stdout.splitlines()[-1])))
    rounds = {name: outcomes for name, outcomes in rounds.items() if outcomes}
    report(rounds, len(list(samples(arguments.folder))[:: arguments.every]))


def released(name: str) -> str:
    try:
        return version(DISTRIBUTIONS.get(name, name))
    except PackageNotFoundError:
        return "as it stands here"


def report(rounds: dict[str, list[Outcome]], pages: int) -> None:
    """Print a line for each extractor; speed beside trafilatura's in the same run."""
    fastest = {name: min(outcome.seconds for outcome in outcomes) for name, outcomes in rounds.items()}
    print(f"{pages} pages\n{'':12} {'pages/s':>8} {'speed':>6} {'found':>6} {'F1':>6} {'P':>6} {'R':>6}")
    for name, outcomes in rounds.items():
        last, seconds = outcomes[-1], fastest[name]
        ratio = f"{fastest['trafilatura'] / seconds:.2f}" if "trafilatura" in fastest else "-"
        line = f"{name:12} {pages / seconds:8.1f} {ratio:>6} {last.found:6}"
        print(line if last.f1 is None else f"{line} {last.f1:6.4f} {last.precision:6.4f} {last.recall:6.4f}")


def run(name: str, pages: list[Sample]) -> Outcome:
    """One extractor over all pages, in this process, warmed up by the first page."""
    logging.disable(logging.CRITICAL)
    read = reader(name)
    attempt(read, pages[0])
    started = time.process_time()
    texts = [attempt(read, page) for page in pages]
    seconds = time.process_time() - started
    scores = [score(page.text, text) for page, text in zip(pages, texts, strict=True) if page.text is not None]
    precision = mean(p for p, _ in scores if p is not None)
    recall = mean(r for _, r in scores)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Outcome(seconds, sum(bool(text) for text in texts), f1 if scores else None, precision, recall)


def attempt(read: Read, page: Sample) -> str:
    """The text found on a page; nothing where the extractor fails, which counts against it."""
    try:
        return read(page.body, page.url)
    except Exception:  # noqa: BLE001  # any failure of any extractor is an answer without text
        return ""


def reader(name: str) -> Read:
    """An extractor with all that it says about a page: title, authors, dates, text."""
    return {
        "newsfold": newsfold, "trafilatura": trafilatura, "newspaper4k": newspaper4k, "readability": readability,
        "resiliparse": resiliparse,
    }[name]()  # fmt: skip


def newsfold() -> Read:
    from ingest.extract import extract, warm

    warm()
    now = datetime.now(UTC)
    return lambda body, url: extract(body, url=url, now=now).text


def trafilatura() -> Read:
    from trafilatura import bare_extraction

    def read(body: bytes, url: str) -> str:
        document = bare_extraction(body, url=url or None, with_metadata=True, include_comments=False)
        return str(getattr(document, "text", None) or "")

    return read


def newspaper4k() -> Read:
    newspaper = import_module("newspaper")

    def read(body: bytes, url: str) -> str:
        # Without pictures: it would fetch each of a page to choose the largest, and wait where there is no network.
        return str(newspaper.article(url, input_html=body.decode("utf-8", "replace"), fetch_images=False).text)

    return read


def readability() -> Read:
    document, html = import_module("readability").Document, import_module("lxml.html")
    return lambda body, url: str(html.fromstring(document(body, url=url).summary()).text_content())


def resiliparse() -> Read:
    plain = import_module("resiliparse.extract.html2text").extract_plain_text
    return lambda body, _: str(plain(body.decode("utf-8", "replace"), main_content=True))


def samples(folder: Path) -> Iterator[Sample]:
    """The folder's pages, from its index or by their names."""
    index = folder / "index.jsonl"
    if index.is_file():
        for line in index.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield Sample(unpacked(folder / row["file"]), row.get("url") or "", row.get("text"))
        return
    for path in sorted(folder.rglob("*")):
        if re.search(r"\.html?(?:\.gz)?$", path.name):
            yield Sample(unpacked(path), "", None)


def unpacked(path: Path) -> bytes:
    body = path.read_bytes()
    return gzip.decompress(body) if path.suffix == ".gz" else body


def score(truth: str, found: str) -> tuple[float | None, float]:
    """(precision, recall) of a page; precision is None where nothing was found."""
    want, got = shingles(truth), shingles(found)
    common = (want & got).total()
    return (common / got.total() if got else None), (common / want.total() if want else 1.0)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text)
    if len(words) < SHINGLE:
        return Counter([tuple(words)] if words else [])
    return Counter(tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1))


def mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0


if __name__ == "__main__":
    main()
