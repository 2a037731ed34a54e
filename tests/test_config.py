"""Settings: where they come from, what is laid over them, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import config
from ingest.errors import ConfigError
from ingest.settings import SECTIONS, load

SHIPPED = Path(__file__).resolve().parent.parent / "config.toml"


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return path


def loaded(folder: Path, text: str, **environ: str) -> config.Config:
    return load(write(folder, text), environ=environ, cwd=folder).config


def refused(folder: Path, text: str, **environ: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, **environ)
    return caught.value


# --- where they come from -------------------------------------------------------------------------------------------


def test_a_named_file_wins_over_the_environment_and_the_folder(tmp_path: Path) -> None:
    """--config comes before INGEST_CONFIG, which comes before ./config.toml."""
    here = tmp_path / "here"
    here.mkdir()
    write(here, '[topic]\nname = "folder"')
    (tmp_path / "env.toml").write_text('[topic]\nname = "environment"')
    (tmp_path / "named.toml").write_text('[topic]\nname = "named"')
    env = {"INGEST_CONFIG": "../env.toml"}
    assert load(Path("../named.toml"), environ=env, cwd=here).config.topic.name == "named"
    assert load(None, environ=env, cwd=here).config.topic.name == "environment"
    assert load(None, environ={}, cwd=here).config.topic.name == "folder"


def test_the_platform_folder_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file named or found here, the user's settings folder is looked at, then the defaults are taken."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert load(None, environ={}, cwd=tmp_path).path is None
    (tmp_path / "xdg/newsfold").mkdir(parents=True)
    write(tmp_path / "xdg/newsfold", '[topic]\nname = "mine"')
    found = load(None, environ={}, cwd=tmp_path)
    assert found.config.topic.name == "mine"
    assert found.config.store.url == f"sqlite:///{tmp_path}/xdg/newsfold/newsfold.db"


@pytest.mark.parametrize("by", ["--config", "INGEST_CONFIG"])
def test_a_file_that_is_named_must_exist(tmp_path: Path, by: str) -> None:
    """A named file that is missing is an error, never a silent fall back to defaults."""
    path, environ = (Path("no.toml"), {}) if by == "--config" else (None, {"INGEST_CONFIG": "no.toml"})
    with pytest.raises(ConfigError) as caught:
        load(path, environ=environ, cwd=tmp_path)
    assert by in caught.value.why


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """The store and the seeds of a file lie beside the file, wherever the command is called."""
    home = tmp_path / "home of it"
    home.mkdir()
    path = write(home, '[seeds]\npaths = ["seeds", "/abs"]\n[store]\nurl = "sqlite:///db/x.db"')
    found = load(path, environ={}, cwd=tmp_path).config
    assert found.store.url == f"sqlite:///{home}/db/x.db"
    assert found.seeds.paths == [str(home / "seeds"), "/abs"]


def test_paths_from_outside_the_file_are_relative_to_the_caller(tmp_path: Path) -> None:
    """--store and INGEST_STORE__URL mean the folder the command was called in."""
    home = tmp_path / "home"
    home.mkdir()
    path = write(home, "")
    env = {"INGEST_STORE__URL": "sqlite:///env.db", "INGEST_SEEDS__PATHS": '["more"]'}
    found = load(path, environ=env, cwd=tmp_path).config
    assert found.store.url == f"sqlite:///{tmp_path}/env.db"
    assert found.seeds.paths == [str(tmp_path / "more")]
    assert load(path, environ=env, cwd=tmp_path, store="sqlite:///cli.db").config.store.url.endswith(
        f"{tmp_path}/cli.db"
    )
    assert load(path, environ=env, cwd=tmp_path, store="sqlite:////a/b.db").config.store.url == "sqlite:////a/b.db"


# --- laid over ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("INGEST_FETCH__ALLOW_PRIVATE", '["127.0.1.0/24"]', ["127.0.1.0/24"]),
        ("INGEST_TOPIC__FILTER", "false", False),
        ("INGEST_FETCH__TIMEOUT", "3", 3.0),
        ("INGEST_FETCH__MAX_PAGE_BYTES", "1_000", 1000),
        ("INGEST_LOG__LEVEL", "debug", "debug"),
        ("INGEST_LOG__LEVEL", '"debug"', "debug"),
        ("INGEST_FETCH__CONTACT", "12345", "12345"),
        ("INGEST_TOPIC__NAME", "2026-01-01", "2026-01-01"),
        ("INGEST_TOPIC__NAME", "x\n[fetch]\ntimeout = 1", "x\n[fetch]\ntimeout = 1"),
        ("INGEST_TOPIC__TERMS", '[["a*"], ["b"]]', [["a*"], ["b"]]),
    ],
)
def test_a_variable_is_read_as_toml_where_that_fits_and_else_as_text(
    tmp_path: Path, name: str, value: str, wanted: Any
) -> None:
    """Lists, booleans and numbers work, and a text needs no quotes."""
    section, key = name.removeprefix("INGEST_").lower().split("__")
    assert getattr(getattr(loaded(tmp_path, "", **{name: value}), section), key) == wanted


def test_every_single_key_can_be_overridden(tmp_path: Path) -> None:
    """Each key of each section outside the lists takes its own value from the environment."""
    plain = config.Config()
    for section in SECTIONS:
        values = getattr(plain, section)
        if isinstance(values, list):
            continue
        for key, value in msgspec.to_builtins(values).items():
            if value is not None and (section, key) != ("store", "url"):
                variable = f"INGEST_{section}__{key}".upper()
                assert loaded(tmp_path, "", **{variable: json.dumps(value)}) is not None, variable


def test_foreign_variables_are_left_alone(tmp_path: Path) -> None:
    """Only INGEST_SECTION__KEY is ours; INGEST_CONFIG and others are no settings."""
    assert loaded(tmp_path, "", INGEST_HOME="x", INGESTION__X="y", INGEST_CONFIG="") is not None


# --- refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "where", "fix"),
    [
        ("[fetch]\ntimeot = 1", ":fetch.timeot", "did you mean 'timeout'?"),
        ("[fecth]\n", ":fecth", "did you mean 'fetch'?"),
        ("[topic]\nspacing = 1", ":topic.spacing", "'spacing' belongs to [fetch]"),
        ("spacing = 1", ":spacing", "it belongs below [fetch]"),
        ('[[feeds]]\nurl = "http://a.example"\ntitel = "x"', ":feeds[0].titel", "did you mean 'title'?"),
        ("[zzz]\n", ":zzz", "known sections:"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(tmp_path: Path, text: str, where: str, fix: str) -> None:
    """The refusal names the file, the key and what was probably meant."""
    error = refused(tmp_path, text)
    assert error.where == f"{tmp_path}/config.toml{where}"
    assert fix in error.fix
    assert error.exit_code == 4


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ('[fetch]\ntimeout = "x"', "fetch.timeout", "Expected `float`, got `str`"),
        ("[fetch]\ntimeout = nan", "fetch.timeout", "> 0"),
        ("[fetch]\ntimeout = inf", "fetch.timeout", "<= 86400"),
        ("[fetch]\nmin_interval = 1_000_000_000_000_000_000", "fetch.min_interval", "<= 315360000"),
        ("[fetch]\nrecheck = [900, 10_000_000_000]", "fetch.recheck[1]", "<= 315360000"),
        ("[dedupe]\nband_cap = 100_000_000_000_000_000_000", "dedupe.band_cap", "int"),
        ("[extract]\nmemory_mb = 10_000_000_000", "extract.memory_mb", "<= 2147483647"),
        ("[fetch]\nmax_redirects = true", "fetch.max_redirects", "got `bool`"),
        ("[dedupe]\ncontainment = 2", "dedupe.containment", "<= 1"),
        ('[log]\nlevel = "loud"', "log.level", "'loud'"),
        ('[topic]\nterms = ["a"]', "topic.terms[0]", "Expected `array`"),
        ('[topic]\nterms = [["*"]]', "topic.terms[0]", "without a letter"),
        ("[topic]\nterms = [[]]", "topic.terms[0]", "empty group"),
        ("topic = 1", "topic", "Expected `object`"),
        ("feeds = 3", "feeds", "Expected `array`"),
        ('[feeds]\nurl = "http://a.example"', "feeds", "Expected `array`"),
        ("[[feeds]]", "feeds[0]", "`url`"),
        ('[[feeds]]\nurl = "ftp://a.example"', "feeds[0].url", "not an http(s) address"),
        ('[[feeds]]\nurl = "http://[::1"', "feeds[0].url", "not an http(s) address"),
        ('[[searches]]\nurl = "http://a.example/q"\nqueries = ["x"]', "searches[0].url", "no place"),
        ('[[searches]]\nkind = "wordpress"\nqueries = ["x"]', "searches[0].url", "not an http(s) address"),
        ('[[searches]]\nkind = "gdelt"\nurl = "http://a.example"\nqueries = ["x"]', "searches[0].url", "of its own"),
        ('[[searches]]\nkind = "bing-news"', "searches[0].queries", "nothing to ask for"),
        ('[[searches]]\nkind = "yahoo"\nqueries = ["x"]', "searches[0].kind", "'yahoo'"),
        ('[fetch]\nallow_private = ["127.0.0.1/24"]', "fetch.allow_private", "host bits"),
        ('[fetch]\ncontact = "mailto:jürgen@a.example"', "fetch.contact", "no header"),
        ('[fetch]\nuser_agent = "a\\nX-More: b"', "fetch.user_agent", "no header"),
        ('[store]\nurl = "postgresql://x"', "store.url", "no such kind of store"),
    ],
)
def test_a_value_that_does_not_fit_names_file_key_and_reason(tmp_path: Path, text: str, key: str, why: str) -> None:
    """Wrong types and unusable values are refused with what was expected."""
    error = refused(tmp_path, text)
    assert error.where == f"{tmp_path}/config.toml:{key}"
    assert why in error.why
    assert error.fix


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("INGEST_FETCH__TIMEOT", "3", "'timeout'"),
        ("INGEST_FECTH__TIMEOUT", "3", "'fetch'"),
        ("INGEST_FETCH__TIMEOUT", "soon", "20.0"),
        ("INGEST_FEEDS__URL", "x", "did you mean"),
    ],
)
def test_a_bad_variable_is_refused_in_its_own_name(tmp_path: Path, name: str, value: str, fix: str) -> None:
    """The variable, not the file, is what the user must mend."""
    error = refused(tmp_path, "", **{name: value})
    assert error.where == name
    assert fix in error.fix


@pytest.mark.thorough
def test_every_prefix_of_the_shipped_file_loads_or_is_refused(tmp_path: Path) -> None:
    """A file cut at any byte, as an editor or a full disk leaves it, never ends in anything but a ConfigError."""
    body = SHIPPED.read_bytes()
    path = tmp_path / "config.toml"
    # Every byte of the first part (umlauts, nested lists, tables), then every 37th: a prime, so cuts fall anywhere.
    refusals: list[ConfigError] = []
    for end in (*range(3500), *range(3500, len(body), 37)):
        path.write_bytes(body[:end])
        try:
            load(path, environ={}, cwd=tmp_path)
        except ConfigError as exc:
            refusals.append(exc)
    assert len(refusals) > 1000
    assert all(one.what and one.why and one.where.startswith(str(path)) for one in refusals)


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"a = [" * 3000, b"a" * (2**20 + 1), b"x = 99e99999\x00"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, body: bytes) -> None:
    """Bytes that are no TOML, nested beyond reason or far too many are a ConfigError."""
    path = tmp_path / "config.toml"
    path.write_bytes(body)
    with pytest.raises(ConfigError):
        load(path, environ={}, cwd=tmp_path)


# --- laws -----------------------------------------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_URL = st.sampled_from(["https://a.example/rss", "http://b.example:8080/f?x=1", "https://münchen.example/ü"])
_CONFIGS = st.builds(
    config.Config,
    topic=st.builds(
        config.Topic,
        name=_TEXT,
        terms=st.lists(
            st.lists(st.from_regex(r"\A\*?\w+\*?\Z").filter(lambda t: any(map(str.isalnum, t))), min_size=1), max_size=3
        ),
        within=st.integers(0, 500),
        filter=st.booleans(),
    ),
    feeds=st.lists(
        st.builds(
            config.Feed,
            url=_URL,
            title=st.none() | _TEXT,
            enabled=st.booleans(),
            interval=st.none() | st.integers(1, 9999),
        ),
        max_size=3,
    ),
    searches=st.lists(
        st.builds(config.Search, url=st.just("https://s.example/?q={query}"), queries=st.lists(_TEXT, max_size=2)),
        max_size=2,
    ),
    fetch=st.builds(
        config.Fetch,
        contact=st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
        timeout=st.floats(0.001, 86_400),
        threads=st.integers(1, 99),
        allow_private=st.lists(st.ip_addresses(network="10.0.0.0/8").map(str), max_size=2),
    ),
    seeds=st.builds(config.Seeds, paths=st.just(["/seeds/one"])),
    store=st.builds(config.Store, url=st.just("sqlite:////srv/x.db"), synchronous=st.sampled_from(["FULL", "NORMAL"])),
)


def to_toml(built: Mapping[str, Any]) -> str:
    """Settings as TOML, written by the rules of its specification."""

    def value(thing: Any) -> str:
        if isinstance(thing, str):
            return json.dumps(thing, ensure_ascii=True).replace("\x7f", "\\u007f") if _simple(thing) else _long(thing)
        if isinstance(thing, list):
            return "[" + ", ".join(map(value, thing)) + "]"
        return json.dumps(thing)

    def _simple(text: str) -> bool:
        return all(ord(c) < 0x10000 for c in text)

    def _long(text: str) -> str:
        return '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"'

    parts: list[str] = []
    for section, content in built.items():
        tables = content if isinstance(content, list) else [content]
        heading = f"[[{section}]]" if isinstance(content, list) else f"[{section}]"
        for table in tables:
            parts += [heading, *(f"{key} = {value(thing)}" for key, thing in table.items() if thing is not None)]
    return "\n".join(parts)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(wanted=_CONFIGS)
def test_what_is_written_is_what_is_read(tmp_path: Path, wanted: config.Config) -> None:
    """Any settings written as TOML load as the same settings."""
    assert loaded(tmp_path, to_toml(msgspec.to_builtins(wanted))) == wanted


def test_the_shipped_file_is_valid_and_names_every_key(tmp_path: Path) -> None:
    """The shipped settings load, equal the defaults where they do not choose, and show every key of every section."""
    text = SHIPPED.read_text("utf-8")
    shipped = load(SHIPPED, environ={}, cwd=tmp_path).config
    assert len(shipped.feeds) >= 20
    assert {feed.language for feed in shipped.feeds} == {"de", "en"}
    plain = config.Config()
    for section in ("fetch", "extract", "daemon", "log"):
        assert getattr(shipped, section) == getattr(plain, section)
        for key in msgspec.to_builtins(getattr(plain, section)):
            assert key in text or key == "user_agent", f"[{section}] {key}"
