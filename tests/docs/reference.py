"""The parts of docs/reference.md that follow from the code: commands, settings, errors.

`python -m tests.docs.reference` writes them anew between their marks; a test compares.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import click
import msgspec

from ingest import config
from ingest.cli.app import COMMANDS
from ingest.cli.app import ingest as root
from ingest.dedupe.canonical import REASONS
from ingest.dedupe.rules import LINKING, RULES
from ingest.errors import IngestError
from store.errors import StoreError

REPOSITORY = Path(__file__).resolve().parents[2]
REFERENCE = REPOSITORY / "docs" / "reference.md"
# Rules that join two texts: those of a comparison, of sketches, and states of one article.
FOR = LINKING | {"sketch", "revision"}
_MARKED = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand with its path, in the order of the help."""
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", one) for below, one in command.commands.items())
        else:
            yield name, command


def _commands() -> Iterator[str]:
    for path, command in commands():
        context = click.Context(command, info_name=f"ingest {path}")
        usage = " ".join(command.collect_usage_pieces(context))
        yield f"### `ingest {path}`\n\n```text\ningest {path} {usage}\n```\n"
        rows = [
            f"| `{_names(option)}` | {_cell(option.help or '')} |"
            for option in command.params
            if isinstance(option, click.Option) and not option.hidden
        ]
        if rows:
            yield "\n".join(["| option | meaning |", "|---|---|", *rows]) + "\n"


def _names(option: click.Option) -> str:
    name = ", ".join(option.opts)
    if option.is_flag or option.count:
        return name
    if isinstance(option.type, click.Choice):
        return f"{name} " + "\\|".join(option.type.choices)
    return f"{name} {option.metavar or option.type.name.upper()}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def sections() -> Iterator[tuple[str, type[config.Section], bool]]:
    """Name, type, and whether it is a list, of every section of the settings."""
    for name, hint in get_type_hints(config.Config, include_extras=True).items():
        kind = next(one for one in (hint, *get_args(hint)) if isinstance(one, type) and issubclass(one, config.Section))
        yield name, kind, get_origin(hint) is list


def _settings() -> Iterator[str]:
    for name, kind, listed in sections():
        yield f"### `{f'[[{name}]]' if listed else f'[{name}]'}`\n"
        hints = get_type_hints(kind, include_extras=True)
        meant = meanings(kind)
        rows = [
            f"| `{field.name}` | {_type(hints[field.name])} | {_default(field)} | {_cell(meant[field.name])} |"
            for field in msgspec.structs.fields(kind)
        ]
        yield "\n".join(["| key | value | default | meaning |", "|---|---|---|---|", *rows]) + "\n"


def meanings(kind: type[config.Section]) -> dict[str, str]:
    """Key -> the comment above it in ingest/config."""
    lines, found, above = inspect.getsource(kind).splitlines(), dict[str, str](), list[str]()
    for line in map(str.strip, lines):
        if line.startswith("# "):
            above.append(line.removeprefix("# "))
        elif match := re.match(r"(\w+): ", line):
            found[match[1]] = " ".join(above)
            above = []
        else:
            above = []
    return found


def _type(hint: Any) -> str:
    words = {bool: "true or false", str: "text", int: "whole number", float: "number", list: "list", type(None): ""}
    if get_origin(hint) is list:
        [inner] = get_args(hint)
        return "list of lists of texts" if get_origin(inner) is list else "list of texts"
    arguments = get_args(hint)
    if hasattr(hint, "__metadata__"):
        bounds = ", ".join(f"{_SIGNS[name]} {getattr(meta, name):g}" for meta in hint.__metadata__ for name in _SIGNS
                           if getattr(meta, name) is not None)  # fmt: skip
        return f"{_type(arguments[0])} {bounds}"
    if arguments and all(isinstance(one, str) for one in arguments):
        return " \\| ".join(f"`{one}`" for one in arguments)
    if arguments:
        return " ".join(filter(None, map(_type, arguments)))
    return words[hint]


_SIGNS = {"gt": ">", "ge": "≥", "le": "≤"}


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return "not set" if default is None else f"`{json.dumps(default, ensure_ascii=False)}`"


def errors() -> Iterator[type[IngestError | StoreError]]:
    """Every class of error there is, base before derived."""
    for module in ("ingest.workers", "ingest.run", "store.sqlite"):  # whatever defines one of its own
        import_module(module)
    waiting: list[type[IngestError | StoreError]] = [IngestError, StoreError]
    while waiting:
        kind = waiting.pop(0)
        yield kind
        waiting[:0] = kind.__subclasses__()


def kebab(kind: type) -> str:
    return re.sub(r"(?<=.)([A-Z])", r"-\1", kind.__name__).lower()


def _errors() -> Iterator[str]:
    rows = []
    for kind in errors():
        first = (inspect.getdoc(kind) or "").split("\n\n")[0]
        rows.append(f"| `{kebab(kind)}` | {kind.exit_code} | {_cell(first)} |")
    yield "\n".join(["| class | exit code | meaning |", "|---|---|---|", *rows]) + "\n"


def events() -> set[tuple[str, str]]:
    """(event, room) of every log line in the source: a room is `ingest.run`, `store`, ..."""
    found = set()
    for path in [*(REPOSITORY / "ingest").rglob("*.py"), *(REPOSITORY / "store").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if not isinstance(node.func.value, ast.Name) or node.func.value.id != "log":
                continue
            event = node.args[1] if node.func.attr == "log" else node.args[0]
            assert isinstance(event, ast.Constant), f"{path}: an event has a fixed name"
            found.add((str(event.value), ".".join(path.relative_to(REPOSITORY).with_suffix("").parts[:2])))
    return found


def _reasons() -> Iterator[str]:
    rows = [f"| {reason} | {_cell(meaning)} |" for reason, meaning in REASONS.items()]
    yield "\n".join(["| `canonical_reason` | meaning |", "|---|---|", *rows]) + "\n"


def _rules() -> Iterator[str]:
    rows = [
        f"| `{rule}` | {'for' if rule in FOR else 'against'} | {_cell(meaning)} |" for rule, meaning in RULES.items()
    ]
    yield "\n".join(["| rule | speaks | because |", "|---|---|---|", *rows]) + "\n"


PARTS = {"commands": _commands, "settings": _settings, "errors": _errors, "reasons": _reasons, "rules": _rules}


def documented_keys(name: str) -> set[str]:
    """The keys in the table of one kind of object, by the name of its section."""
    part = REFERENCE.read_text("utf-8").partition(f"\n### {name}\n")[2].partition("\n## ")[0].partition("\n### ")[0]
    cells = re.findall(r"^\| (`[^|]+`) \| ", part, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", " ".join(cells)))


def rendered(text: str) -> str:
    """The document with its generated parts as they are now."""
    return _MARKED.sub(lambda match: match[1] + "\n" + "\n".join(PARTS[match[2]]()) + "\n" + match[3], text)


if __name__ == "__main__":
    REFERENCE.write_text(rendered(REFERENCE.read_text("utf-8")), "utf-8")
