"""The documents: their commands run, and they say all that the code has and nothing else."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from store.query import ARTICLE_KEYS, REJECTED_KEYS, REVISION_KEYS, STORY_KEYS
from tests.cli.conftest import Done, environment, fresh, zygote
from tests.docs.blocks import WEB, Block, blocks, small_web
from tests.docs.reference import (
    REFERENCE,
    REPOSITORY,
    commands,
    documented_keys,
    errors,
    events,
    meanings,
    rendered,
    sections,
)

__all__ = ("zygote",)  # the warm process, as a fixture
README, GUIDE = REPOSITORY / "README.md", REPOSITORY / "docs" / "guide.md"
# What a shell has to understand; all else is called as it stands.
_SHELL = re.compile(r"[|<>;&$*`]|^\w+=")


def run(block: Block, folder: Path, web: str, call: Callable[..., Done]) -> None:
    """The commands of a block, each of which must end as the document says."""
    found = block.commands
    for command in found:
        wanted = block.exit_code if command is found[-1] else 0
        env = environment(folder, INGEST_FETCH__ALLOW_PRIVATE='["127.0.0.0/8"]', INGEST_FETCH__SPACING="0",
                          INGEST_EXTRACT__WORKERS="1",
                          PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin")  # fmt: skip
        said = command.replace(WEB, web)
        if said.startswith("ingest ") and not _SHELL.search(said):
            done = call(tuple(shlex.split(said)[1:]), folder, b"", env)
        else:
            done = fresh((), folder, b"", env, command=("bash", "-c", said))
        assert done.code == wanted, f"{command}\nended with {done.code}\n{done.err}"
        assert "Traceback" not in done.err, f"{command}\n{done.err}"
        if wanted and command.startswith("ingest ") and wanted != 3:
            done.error()


@pytest.mark.parametrize("document", [GUIDE, README], ids=lambda path: path.name)
def test_every_command_of_a_document_runs(document: Path, tmp_path: Path, zygote: Callable[..., Done]) -> None:
    """In order, in one folder, against a small web; files that a document shows are written first. The README begins
    where the guide's settings are."""
    with small_web() as web:
        if document is README:
            write(blocks(GUIDE.read_text("utf-8")), tmp_path, web)
        ran = 0
        for block in blocks(document.read_text("utf-8")):
            write([block], tmp_path, web)
            if block.kind == "sh" and block.runs:
                run(block, tmp_path, web, zygote)
                ran += len(block.commands)
    assert ran >= 5


def write(found: Iterable[Block], folder: Path, web: str) -> None:
    """The files that a document shows."""
    for block in found:
        if block.note.startswith("file: "):
            path = folder / block.note.removeprefix("file: ")
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.body.replace(WEB, web))


@pytest.mark.parametrize("document", [GUIDE, README], ids=lambda path: path.name)
def test_what_is_not_run_says_why(document: Path) -> None:
    """A block that no test runs has its reason beside it; `console` blocks would escape the tests."""
    for block in blocks(document.read_text("utf-8")):
        assert block.kind != "console"
        assert not block.note or re.match(r"not run: .{10}|exit \d+$|file: \S+$", block.note), block.note


def test_every_command_stands_in_the_guide_or_the_readme() -> None:
    """Somebody who reads only these has met every command."""
    told = GUIDE.read_text("utf-8") + README.read_text("utf-8")
    assert [path for path, _ in commands() if f"ingest {path}" not in told] == []


def test_the_reference_is_what_the_code_says() -> None:
    """Commands, options, settings with defaults and errors; `python -m tests.docs.reference` writes them anew."""
    text = REFERENCE.read_text("utf-8")
    assert text == rendered(text), "docs/reference.md has drifted: python -m tests.docs.reference"


def test_every_setting_says_what_it_means() -> None:
    """Each key has its comment in ingest/config, which the reference shows."""
    silent = [f"{name}.{key}" for name, kind, _ in sections() for key, said in meanings(kind).items() if not said]
    assert silent == []


def test_every_exit_code_is_documented() -> None:
    """Codes of errors, and those that only a command gives, stand in reference and README."""
    codes = {kind.exit_code for kind in errors()} | {0, 3, 130}
    table = set(map(int, re.findall(r"^\| (\d+) \| ", REFERENCE.read_text("utf-8"), re.MULTILINE)))
    assert table == codes
    readme = README.read_text("utf-8")
    assert [code for code in codes if not re.search(rf"\b{code}\b", readme)] == []


def test_every_log_event_is_documented() -> None:
    """Each event with the module it comes from, and no others."""
    rows = re.findall(
        r"^\| `([^`]+)` \| `(ingest\.[\w.]+|store[\w.]*)` \| ", REFERENCE.read_text("utf-8"), re.MULTILINE
    )
    assert set(rows) == events()


def test_every_key_of_the_objects_is_documented() -> None:
    """Articles, revisions, stories and refusals: every key that is written, and no others."""
    for name, keys in (("article", ARTICLE_KEYS), ("revision", REVISION_KEYS), ("story", STORY_KEYS)):
        assert documented_keys(name) == set(keys)
    article = REFERENCE.read_text("utf-8").partition("\n### article\n")[2].partition("\n### ")[0]
    assert all(f"`{key}`" in article for key in REJECTED_KEYS)


def test_every_key_of_the_lists_is_documented(tmp_path: Path, zygote: Callable[..., Done]) -> None:
    """Feeds, findings and proposed terms, as the commands print them: every key, and no others."""
    (tmp_path / "config.toml").write_text('[[feeds]]\nurl = "http://127.0.0.1:1/rss"\n', encoding="utf-8")
    on = [f"Der Hafen von Kranfurt meldet die Ankunft von {n} Fischkuttern mit Hering." for n in range(9)]
    off = "".join(f'{{"text": "Die Bank am Markt hebt den Zins auf {n} Prozent."}}\n' for n in range(9))
    (tmp_path / "off.jsonl").write_text(off, encoding="utf-8")
    (tmp_path / "seeds").mkdir()
    for n, text in enumerate(on):
        (tmp_path / "seeds" / f"s{n}.txt").write_text(f"Hafen {n}\n\n{text}\n", encoding="utf-8")
    for args, name in (
        (("feeds", "list"), "feed"), (("run", "--fail-on", "never"), None), (("feeds", "list"), "feed"),
        (("doctor",), "finding"),
        (("topic", "suggest", "--against", "off.jsonl", "--format", "jsonl"), "proposed term"),
    ):  # fmt: skip
        done = zygote(args, tmp_path, b"", environment(tmp_path, INGEST_SEEDS__PATHS='["seeds"]'))
        if name is not None:
            assert {frozenset(row) for row in done.rows} == {frozenset(documented_keys(name))}, (args, done.err)
