"""`ingest config` and `ingest completion`: what is in force, who said it, and files for others."""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cli.app import COMMANDS
from ingest.cli.effective import _value
from ingest.config import Config
from tests.cli.conftest import REPOSITORY, Done

Call = Callable[..., Done]


def test_show_gives_settings_that_can_be_used(ingest: Call, settings: Path, tmp_path: Path) -> None:
    """The TOML that is shown is a settings file that means the same; as JSON each key says where it comes from."""
    asked = {"INGEST_FETCH__TIMEOUT": "7.5", "INGEST_TOPIC__NAME": "Häfen \\ \"und\" '''mehr'''"}
    shown = ingest("config", "show", "--store", "sqlite:///x.db", **asked)
    told = json.loads(ingest("config", "show", "--json", "--store", "sqlite:///x.db", **asked).out)
    assert told["from"]["fetch.timeout"] == "INGEST_FETCH__TIMEOUT"
    assert told["from"]["topic.terms"] == told["from"]["feeds"] == str(settings)
    assert told["from"]["store.url"] == "--store"
    assert told["from"]["fetch.spacing"] == "default"
    keys = {f"{section}.{key}" for section, keys in told["settings"].items() if isinstance(keys, dict) for key in keys}
    lists = {section for section, tables in told["settings"].items() if isinstance(tables, list)}
    assert set(told["from"]) == keys | lists
    again = tmp_path / "again.toml"
    again.write_text(shown.out)
    assert msgspec.convert(tomllib.loads(shown.out), Config) == msgspec.convert(told["settings"], Config)
    assert json.loads(ingest("config", "show", "--json", "-C", again).out)["settings"] == told["settings"]


def test_the_shipped_settings_survive_being_shown(ingest: Call) -> None:
    """Every kind of value that the shipped file has comes out as it went in."""
    shown = ingest("-C", REPOSITORY / "config.toml", "config", "show").out
    shipped = tomllib.loads((REPOSITORY / "config.toml").read_text("utf-8"))
    found = tomllib.loads(shown)
    assert found["topic"]["terms"] == shipped["topic"]["terms"]
    assert [feed["url"] for feed in found["feeds"]] == [feed["url"] for feed in shipped["feeds"]]


@given(st.recursive(st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False,
       allow_infinity=False), st.lists))  # fmt: skip
def test_every_value_survives_toml(value: Any) -> None:
    """What is written as TOML is read as the same value."""
    if "\\ud" in ascii(value):  # lone surrogates cannot be in a file
        return
    assert tomllib.loads(f"v = {_value(value)}")["v"] == value


def test_the_schema_describes_every_key(ingest: Call) -> None:
    """A JSON Schema with each section and key, its default, and no others."""
    schema = json.loads(ingest("config", "schema").out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    kinds = schema["$defs"]
    assert set(kinds["Config"]["properties"]) == set(msgspec.to_builtins(Config()))
    assert kinds["Fetch"]["properties"]["timeout"]["default"] == 20.0
    assert kinds["Fetch"]["additionalProperties"] is False
    assert kinds["Fetch"]["properties"]["timeout"]["exclusiveMinimum"] == 0


def test_init_writes_the_shipped_file(ingest: Call, tmp_path: Path) -> None:
    """Byte for byte, valid where it lies, and never over another."""
    assert ingest("config", "init").code == 0
    assert (tmp_path / "config.toml").read_bytes() == (REPOSITORY / "config.toml").read_bytes()
    assert ingest("config", "check").code == 0
    assert not [row for row in ingest("doctor").rows if "seeds.paths" in row["detail"]]
    assert ingest("config", "init").code == 2
    assert ingest("config", "init", "no/such/folder.toml").code == 2
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "seeds").touch()
    assert ingest("config", "init", "elsewhere/config.toml").code == 0


def test_what_a_run_refuses_is_not_called_valid(ingest: Call, settings: Path) -> None:
    """Reference articles that are not there: `config check`, `doctor` and `run` say the same, with the same code."""
    settings.write_text(settings.read_text() + '[seeds]\npaths = ["nowhere"]\n')
    assert [ingest(*command).code for command in (("config", "check"), ("doctor",), ("run",))] == [4, 4, 4]
    assert "nowhere" in ingest("config", "check").error()[0]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(ingest: Call, shell: str) -> None:
    """A script that calls `ingest` back."""
    assert "_INGEST_COMPLETE" in ingest("completion", shell).out


def test_bash_completes(ingest: Call, tmp_path: Path) -> None:
    """The script is sound, and what it calls knows commands, subcommands, options and choices."""
    script = tmp_path / "complete.bash"
    script.write_text(ingest("completion", "bash").out)
    subprocess.run(["bash", "-n", script], check=True)
    for words, wanted in {
        "ingest st": "stories", "ingest feeds ex": "export", "ingest export articles --for": "--format",
        "ingest export articles --format p": "parquet", "ingest feeds list -q --js": "--json",
    }.items():  # fmt: skip
        asked = {"_INGEST_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
        done = ingest(**asked)
        assert f"plain,{wanted}" in done.out.splitlines(), words


def test_completion_tells_what_a_command_does(ingest: Call) -> None:
    """In shells that show it (zsh, fish): as the list of commands does, not the example that its help begins with."""
    done = ingest(_INGEST_COMPLETE="zsh_complete", COMP_WORDS="ingest fe", COMP_CWORD="1")
    assert done.out.splitlines() == ["plain", "feeds", COMMANDS["feeds"]]
