"""The files in deploy/: what they start exists, and the tools that read them find nothing wrong."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.cli.app import COMMANDS, ingest
from ingest.cli.invocation import Invocation
from ingest.config import Config
from ingest.settings import load

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in {".service", ".timer"})
COMMAND = "/opt/newsfold/bin/ingest"


def unit(name: str) -> configparser.ConfigParser:
    """A unit's settings; of keys given twice the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # keys as they are written
    parser.read_string((DEPLOY / name).read_text("utf-8"))
    return parser


def test_the_units_are_what_the_guide_says() -> None:
    """A service, a one-shot service and a timer that starts it."""
    assert UNITS == ["newsfold-run.service", "newsfold.service", "newsfold.timer"]
    assert (DEPLOY / unit("newsfold.timer")["Timer"]["Unit"]).exists()
    guide = (DEPLOY / "README.md").read_text("utf-8")
    for name in [*UNITS, "Containerfile"]:
        assert f"deploy/{name}" in guide


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_what_a_unit_starts_exists(name: str, tmp_path: Path) -> None:
    """Our command with a subcommand and options it has, and settings by variables that the settings know."""
    service = unit(name)["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert program == COMMAND
    assert arguments[-1] in COMMANDS
    said = CliRunner().invoke(ingest, [*arguments, "--help"], obj=Invocation(environ={}))
    assert said.exit_code == 0, said.output
    lines = re.findall(r"^Environment=(\S+)$", (DEPLOY / name).read_text("utf-8"), re.MULTILINE)
    given = dict(line.replace("%S", "/var/lib").split("=", 1) for line in lines)
    assert given.pop("INGEST_CONFIG") == "/etc/newsfold/config.toml"
    settings = load(None, environ=given, cwd=tmp_path).config
    assert settings.store.url == "sqlite:////var/lib/newsfold/newsfold.db"
    assert float(service["TimeoutStopSec"]) > 10


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    """`systemd-analyze verify` has no word to say about the units."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    for name in UNITS:
        # The command need not be installed where it is tested.
        text = (DEPLOY / name).read_text("utf-8").replace(COMMAND, "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "newsfold" in line]
    assert ours == []
    if done.returncode and not ours:
        pytest.skip(f"systemd-analyze cannot work here: {done.stderr.strip()[-200:]}")


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_the_units_give_little_away(name: str) -> None:
    """systemd's own measure of what a service may do: 1.6 of 10, where below 2 it says that all is well."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    done = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", str(DEPLOY / name)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if "Overall exposure level" not in done.stdout:
        pytest.skip(f"systemd-analyze cannot work here: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stdout


def instructions() -> list[tuple[str, str]]:
    """The container file, instruction by instruction, with continued lines joined."""
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_is_no_root_and_has_what_it_copies() -> None:
    """Copied paths exist, the user is not root, what starts is our command, the settings fit."""
    said = instructions()
    for source in [
        part for word, rest in said if word == "COPY" and "--from" not in rest for part in rest.split()[:-1]
    ]:
        assert (DEPLOY.parent / source).exists(), source
    copied = {part for word, rest in said if word == "COPY" and "--from" not in rest for part in rest.split()[:-1]}
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text("utf-8"))
    shipped = [name for names in project["tool"]["setuptools"]["data-files"].values() for name in names]
    assert {*shipped, "pyproject.toml", project["project"]["readme"], "ingest", "store"} <= copied
    last = dict(said)
    assert last["USER"] == "10001:10001"
    assert json.loads(last["ENTRYPOINT"]) == ["ingest"]
    assert json.loads(last["CMD"])[0] in COMMANDS
    environ = dict(part.split("=", 1) for part in shlex.split(last["ENV"]))
    settings: Config = load(None, environ=environ | {"INGEST_CONFIG": ""}, cwd=DEPLOY).config
    assert settings.daemon.address == ("127.0.0.1", 9077)
    probe = json.loads(last["HEALTHCHECK"].partition("CMD ")[2])
    compile(probe[2], "probe", "exec")
    assert f"http://{settings.daemon.listen}/livez" in probe[2]
