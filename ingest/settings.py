"""From a file and the environment to a checked `Config`, or to one clear refusal.

Order: built-in defaults, the file, `INGEST_SECTION__KEY`, `--store`. Paths in the file are relative to the file; paths
from the environment or the command line are relative to the folder the command was called in.
"""

from __future__ import annotations

import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit

import msgspec

from ingest import config
from ingest.config import Config
from ingest.errors import ConfigError

FILE_NAME = "config.toml"
# 1 MiB: a list of 10,000 feeds with titles takes 0.9 MB; anything larger is another file by mistake.
MAX_CONFIG_BYTES = 2**20
_SQLITE = "sqlite:///"
_OVERRIDE = re.compile(r"INGEST_([A-Z]+)__([A-Z0-9_]+)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings and where they came from."""

    config: Config
    path: Path | None  # the file read; None: built-in defaults
    base: Path  # the folder its relative paths start from


def load(path: Path | None, *, environ: Mapping[str, str], cwd: Path, store: str | None = None) -> Loaded:
    """Find, read and check the settings; `store` is the URL from the command line. Raises ConfigError."""
    found = find(path, environ=environ, cwd=cwd)
    base = found.parent if found else cwd
    raw: dict[str, Any] = _resolve(_read(found), base) if found else _resolve({}, base)
    _refuse_unknown(raw, where=str(found))
    _convert(raw, where=str(found))  # refuse the file in its own name before anything is laid over it
    for name, section, key, value in _overrides(environ):
        raw = _override(raw, section, key, value, name=name, cwd=cwd)
    if store is not None:
        _set(raw, "store", "url", _store_url(_known_kind(store), cwd))
    checked = _convert(raw, where=str(found) if found else "built-in settings")
    _check_values(checked, where=str(found) if found else "environment")
    return Loaded(config=checked, path=found, base=base)


def find(path: Path | None, *, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """The settings file: `path`, INGEST_CONFIG, ./config.toml, the platform's folder; None when there is none."""
    for named, by in ((path, "--config"), (environ.get("INGEST_CONFIG") or None, "INGEST_CONFIG")):
        if named is not None:
            file = cwd / named
            if not file.is_file():
                raise ConfigError(
                    "no settings file",
                    where=str(file),
                    why=f"{by} names it, but there is no such file",
                    fix=f"correct the path, or leave {by} out to use ./{FILE_NAME}",
                )
            return file
    if (cwd / FILE_NAME).is_file():
        return cwd / FILE_NAME
    import platformdirs  # 10 ms, and only where no file was named or found here

    file = platformdirs.user_config_path("newsfold") / FILE_NAME
    # Not Path.is_file, which raises where the folder may not be entered: a service may have root's home.
    return file if os.path.isfile(file) else None  # noqa: PTH113


def _read(path: Path) -> dict[str, Any]:
    """The file as TOML says it. Raises ConfigError for whatever is wrong with its bytes."""
    try:
        with path.open("rb") as file:
            body = file.read(MAX_CONFIG_BYTES + 1)
        if len(body) > MAX_CONFIG_BYTES:
            raise ConfigError("settings file too large", where=str(path), why=f"more than {MAX_CONFIG_BYTES} bytes")
        return tomllib.loads(body.decode("utf-8-sig"))
    except OSError as exc:
        raise ConfigError(
            "settings file cannot be read", where=str(path), why=exc.strerror or str(exc), fix="mend its permissions"
        ) from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(
            "settings file is not UTF-8", where=f"{path}, byte {exc.start}", why=exc.reason, fix="save it as UTF-8"
        ) from exc
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as exc:
        why = "nested too deeply" if isinstance(exc, RecursionError) else str(exc)
        raise ConfigError(
            "settings file is not TOML",
            where=str(path),
            why=why,
            fix="mend the line; text values need quotes, lists need brackets",
        ) from exc


# --- what may stand where -------------------------------------------------------------------------------------------


def _section_type(annotation: Any) -> type[config.Section] | None:
    """The section behind an annotation: `Fetch`, or `Feed` of `list[Feed]`."""
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, config.Section):
            return one
    return None


SECTIONS: Mapping[str, Any] = get_type_hints(Config, include_extras=True)


def _keys(section: str) -> Mapping[str, Any]:
    kind = _section_type(SECTIONS[section])
    assert kind is not None  # noqa: S101  every field of Config is a section or a list of one
    return get_type_hints(kind, include_extras=True)


def _nearest(word: str, known: Iterator[str] | Mapping[str, Any], *, kind: str) -> str:
    """What to type instead."""
    import difflib  # wanted for mistakes alone

    names = list(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known {kind}: {', '.join(sorted(names))}"


def _unknown(section: str, key: str, *, where: str) -> ConfigError:
    """The refusal of an unknown key: the nearest one of its section, else the section that has a key of this name."""
    homes = [name for name in SECTIONS if key in _keys(name)]
    fix = _nearest(key, _keys(section), kind=f"keys of [{section}]")
    if homes and not fix.startswith("did"):
        fix = f"{key!r} belongs to [{homes[0]}]"
    return ConfigError("unknown setting", where=where, why=f"[{section}] has no key {key!r}", fix=fix)


def _refuse_unknown(raw: Mapping[str, Any], *, where: str) -> None:
    for section, value in raw.items():
        if section not in SECTIONS:
            homes = [name for name in SECTIONS if section in _keys(name)]
            fix = f"it belongs below [{homes[0]}]" if homes else _nearest(section, SECTIONS, kind="sections")
            kind = "section" if isinstance(value, dict | list) else "key"
            raise ConfigError("unknown setting", where=f"{where}:{section}", why=f"no {kind} {section!r}", fix=fix)
        for number, table in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(table, dict):
                spot = f"{section}[{number}]" if isinstance(value, list) else section
                for key in table:
                    if key not in _keys(section):
                        raise _unknown(section, key, where=f"{where}:{spot}.{key}")


def _convert(raw: Mapping[str, Any], *, where: str) -> Config:
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


# --- laid over the file ---------------------------------------------------------------------------------------------


def _overrides(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """`INGEST_SECTION__KEY` variables as (variable, section, key, value), in order of name."""
    for name, value in sorted(environ.items()):
        if match := _OVERRIDE.fullmatch(name):
            yield name, match[1].lower(), match[2].lower(), value


def _override(raw: dict[str, Any], section: str, key: str, value: str, *, name: str, cwd: Path) -> dict[str, Any]:
    """`raw` with one variable laid over it: read as TOML where that fits the key, else taken as a string."""
    if section not in SECTIONS or isinstance(getattr(Config(), section), list):
        plain = [known for known in SECTIONS if not isinstance(getattr(Config(), known), list)]
        raise ConfigError(
            "unknown setting",
            where=name,
            why=f"no section [{section}] of single keys",
            fix=_nearest(section, iter(plain), kind="sections"),
        )
    if key not in _keys(section):
        raise _unknown(section, key, where=name)
    refusal: ConfigError | None = None
    for candidate in _readings(value):
        changed = {**raw, section: {**raw.get(section, {}), key: candidate}}
        try:
            _convert(changed, where=name)
        except ConfigError as exc:
            refusal = refusal or exc
        else:
            return _resolve(changed, cwd)
    assert refusal is not None  # noqa: S101  there is at least one reading, and none fitted
    raise ConfigError(refusal.what, where=name, why=refusal.why, fix=refusal.fix) from refusal


def _readings(value: str) -> Iterator[Any]:
    try:
        table = tomllib.loads(f"value = {value}")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        pass
    else:
        if table.keys() == {"value"}:
            yield table["value"]
    yield value


def _set(raw: dict[str, Any], section: str, key: str, value: Any) -> None:
    raw[section] = {**raw.get(section, {}), key: value}


def _resolve(raw: Mapping[str, Any], base: Path) -> dict[str, Any]:
    """`raw` with its paths absolute; what is absolute already stays, so the first base wins."""
    resolved = dict(raw)
    store, seeds = resolved.get("store", {}), resolved.get("seeds", {})
    if isinstance(store, dict):
        url = store.get("url", config.Store().url)
        if isinstance(url, str):
            _set(resolved, "store", "url", _store_url(url, base))
    if isinstance(seeds, dict) and isinstance(paths := seeds.get("paths"), list):
        _set(resolved, "seeds", "paths", [str(base / path) if isinstance(path, str) else path for path in paths])
    return resolved


def _known_kind(url: str) -> str:
    """A store's URL from the command line; the file's own is checked with the rest. Raises ConfigError."""
    if not url.startswith("sqlite://"):
        meant = f"sqlite:///{url}" if "://" not in url else config.Store().url
        raise ConfigError(
            "no such kind of store", where="--store", why=f"{url!r} is no SQLite URL", fix=f"write it as {meant}"
        )
    return url


def _store_url(url: str, base: Path) -> str:
    """A SQLite URL with an absolute path; `sqlite:///name.db` is relative, `sqlite:////name.db` is not."""
    path = url.removeprefix(_SQLITE)
    if path == url or path.startswith(":memory:") or not path:
        return url
    return f"{_SQLITE}{base / path}"


# --- values that a type cannot check --------------------------------------------------------------------------------


def _check_values(checked: Config, *, where: str) -> None:
    for key, value, why, fix in _bad_values(checked):
        raise ConfigError("setting does not fit", where=f"{where}:{key}", why=f"{why}: {value!r}", fix=fix)


def _bad_values(checked: Config) -> Iterator[tuple[str, str, str, str]]:
    """(key, value, why, fix) of every value that has the right type and still cannot be used."""
    addresses = [(f"feeds[{n}].url", feed.url) for n, feed in enumerate(checked.feeds)]
    for key, url in addresses:
        if not _is_http(url):
            yield key, url, "not an http(s) address", "write it with http:// or https:// and a host"
    yield from _bad_searches(checked)
    for network in checked.fetch.allow_private:
        try:
            ipaddress.ip_network(network)
        except ValueError as exc:
            yield "fetch.allow_private", network, f"not a network ({exc})", 'write it as "10.1.0.0/16"'
    for n, group in enumerate(checked.topic.terms):
        for term in group:
            if not any(character.isalnum() for character in term):
                yield f"topic.terms[{n}]", term, "a term without a letter or digit", "remove it"
        if not group:
            yield f"topic.terms[{n}]", "[]", "an empty group can never be hit", "remove it or fill it"
    steps = checked.fetch.recheck
    if any(later <= earlier for earlier, later in pairwise(steps)):
        yield "fetch.recheck", str(steps), "the steps do not rise", f"write them as {config.Fetch().recheck}"
    try:
        _ = checked.daemon.address
    except ValueError as exc:
        yield "daemon.listen", str(checked.daemon.listen), str(exc), 'write it as "127.0.0.1:9077"'
    if not checked.store.url.startswith("sqlite://"):
        yield "store.url", checked.store.url, "no such kind of store", f"write it as {config.Store().url}"


def _bad_searches(checked: Config) -> Iterator[tuple[str, str, str, str]]:
    for n, search in enumerate(checked.searches):
        key, url = f"searches[{n}]", search.url or ""
        if search.kind in {"template", "wordpress"} and not _is_http(url):
            yield f"{key}.url", url, "not an http(s) address", "write it with http:// or https:// and a host"
        if search.kind == "template" and "{query}" not in url:
            yield f"{key}.url", url, "the query has no place in it", "write {query} where it belongs"
        if search.kind not in {"template", "wordpress"} and search.url is not None:
            yield f"{key}.url", url, f"{search.kind} has an address of its own", 'remove it, or say kind = "template"'
        if search.kind != "template" and not search.queries and not checked.topic.terms:
            yield f"{key}.queries", "[]", "nothing to ask for", "list them, or give topic.terms"


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(c.isspace() for c in url.strip())
    except ValueError:
        return False
