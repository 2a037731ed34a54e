"""The frame of all commands: options anywhere, exit codes, three-line errors, streams of every kind."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from ingest.cli.app import COMMANDS
from ingest.cli.app import ingest as root
from tests.cli.conftest import COMMAND, Done, environment

REPOSITORY = Path(__file__).resolve().parents[2]
Call = Callable[..., Done]
Seen = Callable[..., str]


def test_help_is_quick_and_loads_nothing_heavy(tmp_path: Path) -> None:
    """`ingest --help` imports none of the heavy packages: the time they take is the time people wait."""
    done = subprocess.run(
        [COMMAND[0], "-X", "importtime", "-m", "ingest", "--help"], capture_output=True, text=True,
        env=environment(tmp_path), check=True,
    )  # fmt: skip
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    heavy = {
        "trafilatura",
        "datasketch",
        "sqlalchemy",
        "alembic",
        "httpx",
        "numpy",
        "lxml",
        "rich",
        "msgspec",
        "feedparser",
    }
    assert not imported & heavy


@pytest.mark.parametrize("args", [(), ("feeds",)])
def test_without_a_command_the_help_is_shown(ingest: Call, args: tuple[str, ...]) -> None:
    """Line by line, as --help prints it, and not as an error."""
    done = ingest(*args)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: ingest")
    assert "\nCommands:\n" in done.err


@pytest.mark.parametrize(
    ("args", "what", "why"),
    [
        (("show",), "Missing argument 'STORY' (command line)", "`ingest show` needs it"),
        (("show", "x"), "'x' is not a whole number (command line)", "`ingest show` does not take this"),
        (("db", "-q"), "Missing command (command line)", "`ingest db` needs it"),
        (("frobnicate",), "No such command 'frobnicate' (command line)", "`ingest` does not take this"),
        (("strories",), "No such command 'strories'. Did you mean 'stories'?", "`ingest` does not take this"),
        (
            ("stories", "--limit", "0"),
            "'--limit': 0 is too small, 1 is the least",
            "`ingest stories` does not take this",
        ),
        (("show", str(2**63)), f"{2**63} is too large, {2**63 - 1} is the most", "`ingest show` does not take this"),
        (("stories", "--min-variants", "1.5"), "'1.5' is not a whole number", "`ingest stories` does not take this"),
        (("stories", "--wait", "nan"), "'nan' is not a number", "`ingest stories` does not take this"),
        (
            ("feeds", "add", "https://x.example/", "--interval", "0"),
            "0 is too small, 1 is the least",
            "`ingest feeds add` does not take this",
        ),
        (("stories", "--store", "news.db"), "no such kind of store (--store)", "'news.db' is no SQLite URL"),
    ],
)
def test_what_does_not_fit_is_said_in_plain_words(ingest: Call, args: tuple[str, ...], what: str, why: str) -> None:
    """What is missing is needed; what is wrong is named as the user typed it."""
    said = ingest(*args).error()
    assert what in said[0]
    assert said[1] == f"why: {why}"


def commands() -> list[tuple[str, click.Command]]:
    """Every command and subcommand that is there, with its path."""
    context = click.Context(root)
    found: list[tuple[str, click.Command]] = []
    for name in COMMANDS:
        if not (REPOSITORY / f"ingest/cli/{name}.py").exists():
            continue
        command = root.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found += [(f"{name} {below}", one) for below, one in command.commands.items()]
        else:
            found.append((name, command))
    return found


@pytest.mark.parametrize(("path", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_has_an_example_and_stands_in_the_guide(path: str, command: click.Command) -> None:
    """Help begins with an example, and README or docs name the command."""
    assert (command.help or "").startswith(f"Example: ingest {path}"), command.help
    guide = "".join(p.read_text("utf-8") for p in (REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")))
    assert f"ingest {path}" in guide


def test_every_option_has_help() -> None:
    """No option goes without a word."""
    missing = [
        f"{path} {parameter.name}"
        for path, command in commands()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert not missing


@pytest.mark.parametrize("args", [["--version"], ["-h"], ["--help"], ["config", "check", "-h"], ["feeds", "--help"]])
def test_asking_is_no_error(ingest: Call, args: list[str]) -> None:
    """Version and help end with 0 and say it on stdout."""
    done = ingest(*args)
    assert done.code == 0
    assert done.out
    assert not done.err


@pytest.mark.parametrize(
    "args",
    [["nothing"], ["--nope"], ["stories", "--limit", "x"], ["stories", "--since", "soon"], ["show"], ["show", "-1"],
     ["export", "feeds"], ["export", "stories", "--rejected"], ["config", "chekc"], ["--wait", "-1", "doctor"], []],
)  # fmt: skip
def test_a_wrong_command_line_ends_with_2(ingest: Call, args: list[str]) -> None:
    """Whatever does not fit is said in three lines and ends with 2; the bare command shows its help."""
    done = ingest(*args)
    assert done.code == 2
    if args:
        done.error()


def test_global_options_go_before_and_after(ingest: Call, tmp_path: Path) -> None:
    """`-C FILE config check` and `config check -C FILE` are the same; the last one said wins."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(f'[topic]\nname = "{name}"')
    assert ingest("-C", "one.toml", "config", "check").rows[0]["topic"] == "one"
    assert ingest("config", "-C", "one.toml", "check").rows[0]["topic"] == "one"
    assert ingest("config", "check", "-C", "one.toml").rows[0]["topic"] == "one"
    assert ingest("-C", "two.toml", "config", "check", "-C", "one.toml").rows[0]["topic"] == "one"
    there = ingest("config", "check", "--store", "sqlite:///x.db")
    assert there.rows[0]["store"] == f"sqlite:///{tmp_path}/x.db"


def test_quiet_says_nothing_but_errors(ingest: Call, settings: Path) -> None:
    """-q silences what is not an error, before and after the command."""
    assert "settings are valid" in ingest("config", "check").err
    assert not ingest("-q", "config", "check").err
    assert not ingest("config", "check", "-q").err
    assert ingest("-q", "-C", "none.toml", "config", "check").error()


def test_a_bad_setting_ends_with_4_and_names_the_key(ingest: Call, settings: Path) -> None:
    """File, key and the nearest known key, in three lines."""
    settings.write_text("[fetch]\ntimeot = 1\n")
    done = ingest("config", "check")
    assert done.code == 4
    error, _, fix = done.error()
    assert error == f"error: unknown setting ({settings}:fetch.timeot)"
    assert fix == "fix: did you mean 'timeout'?"


def test_a_missing_store_ends_with_5(ingest: Call, settings: Path) -> None:
    """Reading where nothing was stored yet says what makes a store."""
    done = ingest("stories")
    assert done.code == 5
    assert "ingest run" in done.error()[2]


def test_a_traceback_only_with_vv(ingest: Call) -> None:
    """-vv shows where an error came from; nothing less does."""
    assert "Traceback" in ingest("-C", "none.toml", "config", "check", "-vv").err
    assert "Traceback" not in ingest("-C", "none.toml", "config", "check", "-v").err


def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    """An interrupt in the middle of reading stdin ends with 130 and without a word of Python."""
    process = subprocess.Popen(
        [*COMMAND, "feeds", "import", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=tmp_path, env=environment(tmp_path),
        # What a shell starts in the background ignores interrupts, and so does all that it starts: these tests, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 -- one call of the kernel
    )  # fmt: skip
    assert process.stdin is not None
    # More than a pipe holds, so it is gone when somebody reads: an interrupt during Python's own start is Python's.
    process.stdin.write(b"#" * (1 << 20) + b"\n")
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in err


@pytest.mark.parametrize("shell", ["| head -n 1", "| true", ">&-", "2>&-", "<&-", ">&- 2>&- <&-", "> /dev/full"])
def test_closed_streams_are_no_trouble(tmp_path: Path, settings: Path, shell: str) -> None:
    """A reader that has seen enough, and streams closed from the start, leave no traceback."""
    line = f"{shlex.join(COMMAND)} doctor --format json {shell}"
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, cwd=tmp_path, env=environment(tmp_path), timeout=60, check=False
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    if shell == "> /dev/full":
        assert done.returncode == 1
        assert done.stderr.count(b"\n") == 3


@pytest.mark.parametrize("locale", [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}])
def test_any_locale_will_do(ingest: Call, settings: Path, locale: dict[str, str]) -> None:
    """Data is UTF-8 whatever the locale says."""
    assert ingest("config", "check", **locale).rows[0]["topic"] == "Häfen"


def test_a_pipe_gets_json_lines_and_a_terminal_a_table(ingest: Call, terminal: Seen, settings: Path) -> None:
    """The same command prints objects into a pipe and columns for a person."""
    assert ingest("doctor").rows[0]["check"] == "python"
    shown = terminal("doctor")
    assert "check" in shown.splitlines()[0]
    assert "{" not in shown
    assert ingest("doctor", "--format", "table").out.splitlines()[0].split()[0] == "check"


def test_formats(ingest: Call, settings: Path) -> None:
    """--json of a list is one array and of a single answer one object, --format csv has a heading."""
    assert ingest("doctor", "--json").out.startswith("[{")
    assert ingest("config", "check", "--json").out.startswith("{")
    assert ingest("config", "check", "--format", "json").out == ingest("config", "check", "--json").out
    assert ingest("config", "check", "--format", "csv").out.splitlines()[0].startswith("path,feeds,searches")
    assert ingest("doctor", "--format", "csv").out.splitlines()[0].startswith("check,state,detail")


def test_colours_are_respected(terminal: Seen, settings: Path) -> None:
    """Colours only on a terminal that can and wants them."""
    assert "\x1b[" in terminal("doctor")
    assert "\x1b[" not in terminal("doctor", NO_COLOR="1")
    assert "\x1b[" not in terminal("doctor", TERM="dumb")
    assert "\x1b[" not in terminal("doctor", "--color", "never")
    assert "\x1b[" in terminal("doctor", "--color", "always", NO_COLOR="1")


@pytest.mark.parametrize("columns", [1, 20, 59, 60, 300])
def test_any_width_will_do(terminal: Seen, settings: Path, columns: int) -> None:
    """A narrow terminal gets one line a value, a wide one a table; neither gets a traceback."""
    assert "python" in terminal("doctor", columns=columns)


def test_what_a_terminal_would_act_on_is_not_printed(ingest: Call, terminal: Seen, settings: Path) -> None:
    """Escape sequences and direction marks from outside are stripped from tables and errors, escaped in JSON."""
    nasty = "red\u001b[31m\u202eevil\u0007\u009b1m"
    settings.write_text(
        f'[topic]\nname = "{nasty.encode("unicode_escape").decode().replace(chr(92) + "x", chr(92) + "u00")}"\n'
    )
    for shown in (terminal("config", "check", NO_COLOR="1"), terminal("config", "check", "--json")):
        assert "evil" in shown
        assert not any(bad in shown for bad in "\x1b\u202e\x07\x9b")
    assert ingest("config", "check").rows[0]["topic"] == nasty
    assert "\x1b" not in ingest("config", "\x1b[31mcheck").err


def test_a_command_can_be_called_by_its_name(tmp_path: Path) -> None:
    """The installed script and `python -m ingest` are the same command."""
    script = Path(COMMAND[0]).with_name("ingest")
    if not script.exists():
        pytest.skip("the project is not installed in this environment")
    ours = subprocess.run([script, "--version"], capture_output=True, env=os.environ, check=True)
    assert ours.stdout == subprocess.run([*COMMAND, "--version"], capture_output=True, check=True).stdout
