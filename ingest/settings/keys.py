"""What may stand where: sections and keys, and what to type instead of an unknown one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_type_hints

import msgspec

from ingest import config
from ingest.config import Config
from ingest.errors import ConfigError


def _section_type(annotation: Any) -> type[config.Section] | None:
    """The section behind an annotation: `Fetch`, or `Feed` of `list[Feed]`."""
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, config.Section):
            return one
    return None


SECTIONS: Mapping[str, Any] = get_type_hints(Config, include_extras=True)


def keys_of(section: str) -> Mapping[str, Any]:
    """The keys of a section and their types."""
    kind = _section_type(SECTIONS[section])
    assert kind is not None  # noqa: S101  every field of Config is a section or a list of one
    return get_type_hints(kind, include_extras=True)


def nearest(word: str, known: Iterator[str] | Mapping[str, Any], *, kind: str) -> str:
    """What to type instead."""
    import difflib  # wanted for mistakes alone

    names = list(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known {kind}: {', '.join(sorted(names))}"


def unknown(section: str, key: str, *, where: str) -> ConfigError:
    """The refusal of an unknown key: the nearest one of its section, else the section that has a key of this name."""
    homes = [name for name in SECTIONS if key in keys_of(name)]
    fix = nearest(key, keys_of(section), kind=f"keys of [{section}]")
    if homes and not fix.startswith("did"):
        fix = f"{key!r} belongs to [{homes[0]}]"
    return ConfigError("unknown setting", where=where, why=f"[{section}] has no key {key!r}", fix=fix)


def refuse_unknown(raw: Mapping[str, Any], *, where: str) -> None:
    """Raise ConfigError for the first section or key that there is not."""
    for section, value in raw.items():
        if section not in SECTIONS:
            homes = [name for name in SECTIONS if section in keys_of(name)]
            fix = f"it belongs below [{homes[0]}]" if homes else nearest(section, SECTIONS, kind="sections")
            kind = "section" if isinstance(value, dict | list) else "key"
            raise ConfigError("unknown setting", where=f"{where}:{section}", why=f"no {kind} {section!r}", fix=fix)
        for number, table in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(table, dict):
                spot = f"{section}[{number}]" if isinstance(value, list) else section
                for key in table:
                    if key not in keys_of(section):
                        raise unknown(section, key, where=f"{where}:{spot}.{key}")


def converted(raw: Mapping[str, Any], *, where: str) -> Config:
    """The settings as types. Raises ConfigError for a value of another type, naming its key."""
    try:
        return msgspec.convert(_with_preset(raw), Config)
    except msgspec.ValidationError as exc:
        what, _, spot = str(exc).partition(" - at `$")
        key = spot.strip(".`") or "the whole file"
        raise ConfigError(
            "setting does not fit", where=f"{where}:{key}", why=what.replace("Object", "the section"), fix=_example(key)
        ) from exc


def _with_preset(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The preset's values below the keys that are set; what is no preset is refused with the rest."""
    table = raw.get("dedupe")
    named = table.get("preset") if isinstance(table, dict) else None
    preset = config.PRESETS.get(named) if isinstance(named, str) else None
    return raw if not preset else {**raw, "dedupe": {**preset, **raw["dedupe"]}}


def _example(key: str) -> str:
    """How the key is written when it is left at its default."""
    section, _, name = key.partition(".")
    section = section.split("[")[0]
    if section in SECTIONS and not name:
        bracket = f"[[{section}]]" if isinstance(getattr(Config(), section), list) else f"[{section}]"
        return f"write it as {bracket} on a line of its own, its keys below"
    default = getattr(getattr(Config(), section, None), name.split("[")[0], None)
    return "see the comment beside it in the shipped config.toml" if default is None else f"for example {default!r}"
