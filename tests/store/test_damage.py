"""Files that are missing, foreign, newer, read-only, damaged; disks that are full."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from store import open_store
from store.base import Placing, Store
from store.errors import StoreError, StoreTooNew, StoreUnusable
from store.model import Decision, StoryFilter
from tests.store.conftest import Opener
from tests.store.news import FERRY, FLOOD, NOW, OPERA, hashes, link, put, save, text
from tests.store.processes import REPOSITORY, run

A = "https://auebote.example/flut"


def read_all(store: Store) -> None:
    """Ask everything there is to ask."""
    for rows in (store.articles, store.revisions, store.rejected, store.feeds, store.hosts, store.check, store.stats):
        list(rows())
    for search in (None, "aue"):
        list(store.stories(StoryFilter(search=search, sort="growing")))
    store.story(1)
    store.links(A)
    store.known_urls(["auebote.example/flut"])
    store.items(1)
    with suppress(KeyError):
        store.body(1)


@pytest.fixture
def file(opener: Opener, path: Path) -> Path:
    """A small store, closed."""
    store = opener()
    with store.placing() as place:
        one, two = put(place, A, title="Flut"), put(place, A + "/2", FERRY)
        put(place, A + "/3", OPERA, story=one.story)
        place.add_links([link(one.text, two.text)])
    store.close()
    return path


@pytest.mark.parametrize(("create", "read_only"), [(False, False), (True, True)])
def test_no_store_yet(path: Path, *, create: bool, read_only: bool) -> None:
    """Who only reads is told how to get a store, and none is made."""
    with pytest.raises(StoreUnusable) as refused:
        open_store(f"sqlite:///{path}", create=create, read_only=read_only)
    assert "ingest run" in refused.value.fix
    assert not path.exists()


def test_folder_must_exist(tmp_path: Path) -> None:
    """A mistyped folder is not made."""
    with pytest.raises(StoreUnusable, match="folder"):
        open_store(f"sqlite:///{tmp_path}/nowhere/news.db")


@pytest.mark.parametrize("name", ["wer? #1 %20.db", "Übersicht.db", os.fsdecode(b"alt\xff.db")])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    """A file is called as its user likes: what an address would take for its own, umlauts, bytes that are no UTF-8."""
    path = tmp_path / name
    try:
        path.touch()
    except OSError as exc:
        pytest.skip(f"this file system takes no such name: {exc}")
    opened = open_store(f"sqlite:///{path}")
    try:
        save(opened, A)
        assert opened.backup(tmp_path / f"copy of {name}") == []
        assert len(list(opened.articles())) == 1
    finally:
        opened.close()


@pytest.mark.parametrize("url", ["postgresql://localhost/x", "sqlite://", "sqlite:///:memory:", "news.db", ""])
def test_other_urls_are_refused(url: str) -> None:
    """A URL that is no SQLite file is refused with an example."""
    with pytest.raises(StoreError) as refused:
        open_store(url)
    assert "sqlite:///" in refused.value.fix


@pytest.mark.parametrize("content", [b"just text, long enough to be looked at", b"SQLite format 3\0" + b"\xff" * 200])
def test_other_files_are_refused(path: Path, content: bytes) -> None:
    """A file of something else is not touched."""
    path.write_bytes(content)
    with pytest.raises(StoreUnusable):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_other_databases_are_refused(path: Path) -> None:
    """Another program's database is not taken over."""
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipe (id INTEGER PRIMARY KEY)")
    db.close()
    with pytest.raises(StoreUnusable, match="something else"):
        open_store(f"sqlite:///{path}")


def test_newer_store_is_refused(file: Path) -> None:
    """A store with a newer schema is neither read nor written."""
    with sqlite3.connect(file) as db:
        db.execute("UPDATE alembic_version SET version_num = '0999'")
    db.close()
    with pytest.raises(StoreTooNew, match="0999"):
        open_store(f"sqlite:///{file}")


def test_open_for_reading_does_not_write(file: Path, opener: Opener) -> None:
    """A store opened for reading refuses to write."""
    store = opener(read_only=True)
    read_all(store)
    with pytest.raises(StoreUnusable, match="reading only"):
        save(store, A + "/4", "mehr")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


# Everything is imported before the process becomes nobody, who may not read the interpreter's files.
READ_ONLY = """
import os, sys
import encodings.idna, store.sqlite
from store import open_store
from store.errors import StoreError
from tests.store.news import save
os.setgid(65534); os.setuid(65534)
store = open_store("sqlite:///" + sys.argv[1])
print(len(list(store.articles())), store.check())
try:
    save(store, "https://x.example/", "neu")
except StoreError as exc:
    print(type(exc).__name__, exc.exit_code)
store.close()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="changing to another user needs root")
def test_read_only_file_is_read(file: Path, open_folder: Path) -> None:
    """Where file and folder are read-only, everything can be read and nothing is written."""
    shutil.copy(file, open_folder / "news.db")
    (open_folder / "news.db").chmod(0o444)
    open_folder.chmod(0o555)
    assert run(READ_ONLY, open_folder / "news.db", preamble="") == "3 []\nStoreUnusable 5\n"
    assert [entry.name for entry in open_folder.iterdir()] == ["news.db"]


def test_damaged_bytes_never_crash(file: Path, tmp_path: Path) -> None:
    """200 damaged copies: a store error or an answer, no other exception, not a byte written."""
    rng = random.Random(20260314)  # noqa: S311 -- damage that can be repeated
    whole = file.read_bytes()
    copy = tmp_path / "damaged.db"
    refused: list[tuple[str, ...]] = []
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(rng.choice((1, 4, 64))):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        copy.write_bytes(damaged)
        try:
            store = open_store(f"sqlite:///{copy}", create=False)
            try:
                read_all(store)
            finally:
                store.close()
        except StoreError as exc:
            refused.append((exc.what, exc.where, exc.why, exc.fix))
        assert copy.read_bytes() == damaged
    assert refused
    assert all(all(lines) for lines in refused)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.95])
def test_truncated_file_is_refused_or_reported(file: Path, share: float) -> None:
    """A file that was cut off is an error, or a law that does not hold."""
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(StoreUnusable):  # noqa: PT012 -- either of the two may tell
        store = open_store(f"sqlite:///{file}", create=False)
        found = store.check()
        store.close()
        assert found
        raise StoreUnusable("; ".join(found))


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
def test_a_number_beyond_all_measure_is_no_damage(opener: Opener, number: int) -> None:
    """Who asks with a number that no column holds has made a mistake; the store is not called damaged for it."""
    store = opener()
    with pytest.raises(OverflowError):
        store.story(number)
    with pytest.raises(OverflowError):
        store.leftover(number)
    assert store.check() == []


def test_damaged_row_is_reported_by_check(file: Path, opener: Opener) -> None:
    """Rows that break a law are found and named."""
    db = sqlite3.connect(file)
    db.executescript(
        "UPDATE story SET articles = 9 WHERE id = 1; UPDATE body SET frame = x'00' WHERE text_id = 2;"
        "DELETE FROM fresh_posting WHERE text_id = 3; UPDATE article SET revisions = 2 WHERE id = 2;"
    )
    db.close()
    found = opener().check()
    for law in ("counts its members", "unpacked", "has postings", "latest revision"):
        assert any(law in broken for broken in found), (law, found)


HARM = {
    "a text's body is gone": "DELETE FROM body WHERE text_id = 1",
    "a text's fingerprint is gone": "DELETE FROM fingerprint WHERE text_id = 1",
    "a body is no frame": "UPDATE body SET frame = x'00' WHERE text_id = 1",
    "a body claims to be endless": "UPDATE body SET frame = x'28b52ffde000000000000000ff' WHERE text_id = 1",
    "shingles are cut off": "UPDATE fingerprint SET shingles = x'0102' WHERE text_id = 1",
    "a row of postings is cut off": "UPDATE fresh_posting SET bands = x'0102' WHERE text_id = 1",
    "a posting names no text": "INSERT INTO posting SELECT :band, 77",
    "counts are cut off": "UPDATE frequency_log SET shingles = x'0102'",
    "a filter has an odd size": (
        "WITH RECURSIVE n(part) AS (SELECT 0 UNION SELECT part + 1 FROM n WHERE part < 1023) "
        "INSERT INTO posting_filter SELECT part, x'0102' FROM n; INSERT INTO posting SELECT :band, 1"
    ),
    "a note is no JSON": "INSERT INTO meta VALUES ('recluster', '{')",
    "a decision is no JSON": "UPDATE decision SET facts = '{'",
}


@pytest.mark.parametrize("harm", HARM)
def test_who_writes_over_damage_is_told_of_it(file: Path, opener: Opener, harm: str) -> None:
    """Whatever a transaction stumbles over, rows that are gone or make no sense are named as the store's damage."""
    with opener().placing() as place:
        place.count_shingles(hashes([1, 2]))
        decision = place.add_decision(Decision(at=NOW, kind="new", story_id=1))
    db = sqlite3.connect(file)
    db.executescript(HARM[harm].replace(":band", str(text(FLOOD).bands[0])))
    db.close()
    store = opener()
    with pytest.raises(StoreUnusable, match="the store is damaged"), store.placing() as place:
        write_all(place, decision)
    assert store.check() != []


def write_all(place: Placing, decision: int) -> None:
    """What a placing asks, as one asks who takes for granted that what has a number is there."""
    for _ in range(5):  # filters are read when they were asked for a few times
        place.candidates(text(FLOOD).bands, cap=9, limit=9)
    assert len(place.texts([1])[1].shingles) % 8 == 0
    place.bodies([1])[1]
    place.frequencies(hashes([1]))
    place.noted("recluster")
    place.decision(decision)
    place.merge(2, 1, at=NOW)


def test_a_bug_is_no_damage(file: Path, opener: Opener) -> None:
    """What goes wrong over a sound store stays what it was, and the store as well."""
    store = opener()
    for error in (KeyError(7), ValueError("no"), StopIteration(), AssertionError()):
        with pytest.raises(type(error)), store.placing() as place:  # noqa: PT012 -- a transaction under way
            place.add_story(at=NOW)
            raise error
    assert store.check() == []


FULL = """
from pathlib import Path
ballast = Path(sys.argv[1]).with_name("ballast")
ballast.write_bytes(b"x" * 500_000)
stored = 0
try:
    for number in range(10_000):
        words = "".join(chr(97 + number * i % 26) for i in range(3000))
        save(store, f"https://a.example/{number}", f"Pegel {number} {words}")
        stored += 1
except StoreError as exc:
    print(type(exc).__name__, exc.exit_code)
print(len(list(store.articles())) == stored, store.check())
ballast.unlink()
save(store, "https://b.example/", "weiter")
print(len(list(store.articles())) == stored + 1, store.check())
store.close()
"""


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="a small disk needs root and unshare")
def test_full_disk_loses_nothing(tmp_path: Path) -> None:
    """A full disk is an error; what was stored is whole and readable, and writing resumes when there is room."""
    from tests.store.processes import PREAMBLE

    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=3m none {disk} && exec "$@"'
    command = ["unshare", "-m", "sh", "-c", mount, "sh", sys.executable, "-c", PREAMBLE + FULL, str(disk / "news.db")]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
    if "unshare failed" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this machine lets nobody mount a small disk")
    assert done.stdout == "DiskFull 5\nTrue []\nTrue []\n", done.stderr
