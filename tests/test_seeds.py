"""Seeds: which files they are, what is read from them, and how they stand in a store."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import seeds
from ingest.config import Config, Dedupe, Topic
from ingest.dedupe.fingerprint import fingerprint, scheme
from ingest.errors import ConfigError
from ingest.extract import extract
from ingest.place import Desk, Incoming, place
from store import open_store
from store.base import Store
from tests.quality.reports import report

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
TEXT = report("hafen").text
TITLE = "Kran stürzt im Hafen von Brunsmole um"
FURNITURE = ("Teilen Sie diesen Artikel", "Lesen Sie auch: Was der Hafen im Winter macht", "Zur Startseite")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'news.db'}", synchronous="NORMAL")
    opened.claim_scheme(scheme())
    yield opened
    assert opened.check() == []
    opened.close()


def desk() -> Desk:
    return Desk(rules=Dedupe(), now=lambda: NOW)


def page(title: str, paragraphs: list[str]) -> bytes:
    """A page around an article, as newspapers print it."""
    body = "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs)
    return (
        f"<!doctype html><html lang=de><head><meta charset=utf-8><title>{html.escape(title)} | Kurier</title></head>"
        f"<body><nav><a href=/>Start</a> <a href=/sport>Sport</a></nav><main><article><h1>{html.escape(title)}</h1>"
        f"{body}</article></main><footer><p>Impressum und Datenschutz</p></footer></body></html>"
    ).encode()


def planted(store: Store, *paths: Path, config: Config | None = None) -> seeds.Planted:
    found = [seeds.read(path, now=NOW) for path in seeds.find(paths)]
    return seeds.plant(store, found, config or Config(), desk())


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_folders_are_read_by_name(tmp_path: Path) -> None:
    """Files of the known kinds, in the order of their names; READMEs, hidden and other files are none."""
    names = ("b.txt", "a.md", "c.HTML", "d.htm", "e.json", "README.md", "readme.txt", ".hidden.txt", "f.pdf", "g")
    for name in names:
        written(tmp_path / name, "x")
    (tmp_path / "folder.txt").mkdir()
    assert [path.name for path in seeds.find([tmp_path])] == ["a.md", "b.txt", "c.HTML", "d.htm", "e.json"]
    assert seeds.find([]) == []
    single = tmp_path / "g"
    assert seeds.find([single, single]) == [single]


def test_two_seeds_of_one_name_are_refused(tmp_path: Path) -> None:
    """A seed's address is its name; two files cannot share one."""
    (tmp_path / "other").mkdir()
    for folder in (tmp_path, tmp_path / "other"):
        written(folder / "kran.txt", TEXT)
    written(tmp_path / "kran.md", TEXT)
    for paths in ([tmp_path], [tmp_path / "kran.txt", tmp_path / "other"]):
        with pytest.raises(ConfigError) as raised:
            seeds.find(paths)
        assert "seed:kran" in raised.value.why
        assert raised.value.fix


def test_what_is_not_there_is_said() -> None:
    """A path that leads nowhere is a setting to mend."""
    with pytest.raises(ConfigError) as raised:
        seeds.find(["nowhere/at/all"])
    assert (raised.value.where, raised.value.exit_code) == ("nowhere/at/all", 4)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kran.txt", f"{TITLE}\n\n{TEXT}\n"),
        ("kran.txt", f"\ufeff{TITLE}\r\n{TEXT}".replace("\n", "\r\n")),
        ("kran.md", f"# {TITLE}\n\n{TEXT}"),
        ("kran.json", json.dumps({"title": TITLE, "text": TEXT})),
        ("kran.json", json.dumps({"text": f"{TITLE}\n{TEXT}"})),
        ("kran.html", page(TITLE, TEXT.split("\n"))),
        ("kran.htm", page(TITLE, TEXT.split("\n"))),
    ],
)
def test_kinds_of_files(tmp_path: Path, name: str, content: str | bytes) -> None:
    """Text, Markdown, JSON and page say the same: address, headline, text, language."""
    seed = seeds.read(written(tmp_path / name, content), now=NOW)
    assert (seed.article.url, seed.article.title, seed.article.language) == ("seed:kran", TITLE, "de")
    assert seed.article.text == TEXT
    assert (seed.article.canonical_claim, seed.article.published, seed.outlet) == (None, None, "seed")


def test_json_says_more(tmp_path: Path) -> None:
    """Date, authors, language and outlet come from the file; a date without a zone is UTC."""
    fields = {
        "title": TITLE, "text": TEXT, "url": "https://www.kurier.example/kran", "published": "2026-03-01T08:00:00",
        "authors": ["Jette Brandis"], "language": "de-AT",
    }  # fmt: skip
    seed = seeds.read(written(tmp_path / "kran.json", json.dumps(fields)), now=NOW)
    assert seed.article.published == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert (seed.article.published_from, seed.article.authors) == ("meta", ("Jette Brandis",))
    assert (seed.article.language, seed.outlet, seed.article.url) == ("de-AT", "kurier.example", "seed:kran")
    zoned = fields | {"published": "2026-03-01T08:00:00+02:00", "outlet": "Der Kurier", "authors": "Wir"}
    again = seeds.read(written(tmp_path / "zwei.json", json.dumps(zoned)), now=NOW)
    assert again.article.published == datetime(2026, 3, 1, 6, tzinfo=UTC)
    assert (again.outlet, again.article.authors) == ("Der Kurier", ("Wir",))


def test_furniture_is_no_part_of_the_text(tmp_path: Path) -> None:
    """Lines that houses put around a text are set aside, before and after it, and kept as what they are."""
    lines = [TITLE, FURNITURE[0], *TEXT.split("\n"), *FURNITURE[1:]]
    seed = seeds.read(written(tmp_path / "kran.txt", "\n".join(lines)), now=NOW)
    assert seed.article.text == TEXT
    assert seed.article.title == TITLE
    assert set(seed.article.furniture) == set(FURNITURE)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"{TITLE}\n{TEXT}", TITLE),
        (f"Brunsmole – ein Morgen im Hafen.\n{TITLE}\n{TEXT}", TITLE),
        (f"• Kran umgestürzt\n• Zwei Verletzte\n{TEXT}", "Kran umgestürzt"),
        ("Ein Satz ohne Ende " * 20, "Ein Satz ohne Ende"),
        ("Kurz. Und dann noch mehr, viel mehr.", "Kurz. Und dann noch mehr, viel mehr."),
        ("Kurz. Und dann noch mehr, " + "viel mehr, " * 20, "Kurz."),
    ],
)
def test_headlines_are_found(tmp_path: Path, text: str, title: str) -> None:
    """A line that looks like one among the first two, else the first sentence, else the beginning."""
    seed = seeds.read(written(tmp_path / "kran.txt", text), now=NOW)
    assert seed.article.title.startswith(title)
    assert len(seed.article.title) <= 162


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b""), ("a.txt", b"  \n\t\n"), ("a.txt", "Größe".encode("latin-1")), ("a.json", b"{"),
        ("a.json", b"[]"), ("a.json", b'{"title": "x"}'), ("a.json", b'{"text": ""}'), ("a.json", b'{"text": 5}'),
        ("a.json", b'{"text": "Ein Text.", "published": "gestern"}'), ("a.json", b"[" * 100_000),
        ("a.html", b"<p>Bitte melden Sie sich an.</p>"), ("a.html", b""), ("a.html", b"\x00\x01\x02"),
        ("a.json", b'{"text": "Ein Text.", "published": "0001-01-01T00:00+14:00"}'),
        ("a.json", b'{"text": "Ein Text.", "url": "kein Ort"}'),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """Empty, of another encoding, no JSON, no text: a configuration error that names the file."""
    path = written(tmp_path / name, content)
    with pytest.raises(ConfigError) as raised:
        seeds.read(path, now=NOW)
    assert raised.value.where == str(path)
    assert raised.value.why


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A file that vanished, one that is closed to us, and one that is a film."""
    closed = written(tmp_path / "closed.txt", TEXT)
    closed.chmod(0)
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(6 * 2**20)
    paths = [tmp_path / "gone.txt", large]
    if os.geteuid() != 0:  # root reads everything
        paths.append(closed)
    for path in paths:
        with pytest.raises(ConfigError):
            seeds.read(path, now=NOW)


def test_seeds_are_stories_of_their_own(store: Store, tmp_path: Path) -> None:
    """Pinned, canonical, on the topic whatever it is; planted again they change nothing."""
    names = ("hafen", "oper", "ferry")
    for name in names:
        written(tmp_path / f"{name}.txt", f"{report(name).title}\n{report(name).text}")
    config = Config(topic=Topic(terms=[["Quastenflosser"]]))
    found = planted(store, tmp_path, config=config)
    assert (found.new, len(found.placed)) == (3, 3)
    rows = list(store.articles())
    assert {row["url"] for row in rows} == {f"seed:{name}" for name in names}
    assert all(row["seed"] and row["canonical"] and row["on_topic"] for row in rows)
    assert len({row["story_id"] for row in rows}) == 3
    assert planted(store, tmp_path, config=config).new == 0
    assert [row["revisions"] for row in store.articles()] == [1, 1, 1]


def test_a_changed_file_is_a_revision(store: Store, tmp_path: Path) -> None:
    """The address stays, both states are kept."""
    path = written(tmp_path / "kran.txt", f"{TITLE}\n{TEXT}")
    planted(store, path)
    written(path, f"{TITLE}\n{TEXT.replace('94 Kilometern', '98 Kilometern')}")
    assert planted(store, path).new == 1
    assert [row["revisions"] for row in store.articles()] == [2]
    assert len(list(store.revisions())) == 2


@pytest.mark.shared
def test_the_reference_articles_are_five_stories(store: Store, shared: Path) -> None:
    """Each is a story of its own, and a page that prints it joins its story, headline and furniture around it."""
    files = sorted((shared / "seeds").glob("*.txt"))
    found = planted(store, shared / "seeds")
    assert found.new == len(files) == 5
    story_of = {row["url"]: row["story_id"] for row in store.articles()}
    assert len(set(story_of.values())) == 5
    for number, file in enumerate(files):
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        url = f"https://kurier{number}.example/artikel"
        article = extract(page("Eine ganz andere Überschrift", lines), url=url, now=NOW)
        with store.placing() as placing:
            came = Incoming(article=article, prints=fingerprint(article.text), outlet=f"kurier{number}.example")
            joined = place(placing, came, desk())
        assert (joined.change, joined.story_id) == ("joined", story_of[f"seed:{file.stem}"])
