"""The wheel alone, without the source tree: built, installed by an old and the newest pip, and used.

Takes minutes and a package registry, so it runs only where it is asked for: `pytest -m wheel`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.test_extract import PAGE

pytestmark = pytest.mark.wheel
REPOSITORY = Path(__file__).resolve().parents[2]
# What the program cannot do without, beside its modules.
CARRIED = (
    "ingest/extract/furniture.toml",
    "ingest/extract/gate.toml",
    "ingest/extract/marks.toml",
    "ingest/extract/months.toml",
    "store/migrations/versions/0001_first_tables.py",
    "store/migrations/script.py.mako",
    "data/share/newsfold/config.toml",
    "licenses/LICENSE",
)
# The pip that comes with Python 3.11, and the newest.
PIPS = ("pip==23.2.1", "pip")


def done(*command: str | Path, at: Path, code: int = 0, **env: str) -> str:
    """Stdout of a command that must end with `code`, in an environment without traces of this checkout."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("INGEST_", "PYTHON", "VIRTUAL_ENV"))}
    ended = subprocess.run(
        [str(part) for part in command], cwd=at, env=kept | {"HOME": str(at)} | env, capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip
    assert ended.returncode == code, f"{command}\n{ended.stdout}\n{ended.stderr}"
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended.stdout + (ended.stderr if code else "")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git knows, so that nothing left lying about gets in."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in done("git", "ls-files", "-z", at=REPOSITORY).split("\0"):
        if name and (REPOSITORY / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(REPOSITORY / name, source / name)
    done(sys.executable, "-m", "pip", "wheel", ".", "--no-deps", "-q", "-w", out, at=source)
    [found] = out.glob("newsfold-*.whl")
    return found


def test_everything_needed_is_inside(wheel: Path) -> None:
    """Rules, migrations and the shipped settings are inside; tests and reference texts are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for carried in CARRIED:
        assert any(name.endswith(carried) for name in names), carried
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "seeds"))]


@dataclass(frozen=True, slots=True)
class Installed:
    """A fresh environment with the wheel in it."""

    folder: Path

    def ingest(self, *args: str | Path, code: int = 0, **env: str) -> str:
        return done(self.folder / "venv/bin/ingest", *args, at=self.folder, code=code, **env)


@pytest.fixture(scope="session", params=PIPS)
def installed(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    done(getattr(sys, "_base_executable", sys.executable), "-m", "venv", "venv", at=folder)
    python = folder / "venv/bin/python"
    done(python, "-m", "pip", "install", "-q", "--upgrade", request.param, at=folder)
    done(python, "-m", "pip", "install", "-q", wheel, at=folder)
    done(python, "-m", "pip", "check", at=folder)
    return Installed(folder)


def test_it_answers(installed: Installed) -> None:
    """Version, help and settings without a file."""
    assert installed.ingest("--version").startswith("newsfold ")
    assert "--keep" in installed.ingest("demo", "--help")
    assert json.loads(installed.ingest("config", "check"))["path"] is None


def test_the_shipped_settings_are_inside(installed: Installed) -> None:
    """`config init` writes the file of the repository, and it is valid where it lies."""
    folder = installed.folder / "mine"
    folder.mkdir()
    done(installed.folder / "venv/bin/ingest", "config", "init", at=folder)
    assert (folder / "config.toml").read_bytes() == (REPOSITORY / "config.toml").read_bytes()
    assert json.loads(done(installed.folder / "venv/bin/ingest", "config", "check", at=folder))["feeds"] > 10


def test_it_runs_offline(installed: Installed) -> None:
    """Migrations make a store, a cycle without feeds is done, one whose feeds all fail says so, pages are read."""
    (installed.folder / "dead.txt").write_text("http://127.0.0.1:9/feed.xml\n")
    (installed.folder / "page.html").write_text(PAGE)
    installed.ingest("run")
    allowed = {"INGEST_FETCH__ALLOW_PRIVATE": '["127.0.0.0/8"]'}
    installed.ingest("run", "--feeds-from", "dead.txt", "--only", code=3, **allowed)
    assert json.loads(installed.ingest("add", "page.html"))["outcome"] == "new"
    assert json.loads(installed.ingest("extract", "page.html"))["language"] == "de"
    assert "Oberwiesel" in installed.ingest("stories")
    installed.ingest("db", "check")
    assert 'pip install "newsfold[parquet]"' in installed.ingest(
        "export", "stories", "--format", "parquet", "-o", "x", code=2
    )
