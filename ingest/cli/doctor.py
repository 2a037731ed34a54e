"""`ingest doctor`: health of machine, settings and store, each finding with what it means and how to mend it."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from ingest.cli import coverage
from ingest.cli.config import refuse_missing_seeds, remarks
from ingest.cli.coverage import refusals
from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import Column, emit, format_options
from ingest.errors import ConfigError
from ingest.redaction import redacted
from store.errors import StoreBusy, StoreError

if TYPE_CHECKING:
    from store.model import FeedRow

# SQLite versions that can lose committed pages when one connection writes while another checkpoints, and the first
# repaired ones of two older lines.
_WAL_BUG = ((3, 7, 0), (3, 51, 2))
_WAL_REPAIRED = ((3, 50, 7), (3, 44, 6))
# Failures in a row from which a feed is worth a look: its polls are hours apart by then.
SICK = 5
# Feeds named one by one.
SHOWN_FEEDS = 10
# Share of its pages on which an article is found, below which a feed is worth a look, and refusals that this takes.
READ_SHARE = 0.5
UNREAD_PAGES = 10
# STRICT tables came with it.
_OLDEST_SQLITE = (3, 37, 0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `state`: ok, warn (works, but read this), bad (mend it)."""

    check: str
    state: Literal["ok", "warn", "bad"]
    detail: str
    fix: str = ""
    exit_code: int = 0


@click.command(cls=Command)
@format_options("table", "json", "jsonl", "csv")
@pass_invocation
def doctor(invocation: Invocation, form: str | None) -> int:
    """Example: ingest doctor

    Looks at Python, the SQLite engine, the settings, the store with its locks, under which rules its stories were
    decided, and the free disk. Ends with 0 when nothing is bad, 4 when the settings are, 5 when the store is.
    """
    findings = list(look(invocation))
    emit(
        (
            {key: redacted(value) if isinstance(value, str) else value for key, value in asdict(finding).items()}
            for finding in findings
        ),
        form=form,
        columns=[Column("", "state"), Column("check", "check"), Column("finding", "detail"), Column("fix", "fix")],
        color=invocation.color,
    )
    return max(finding.exit_code for finding in findings)


def look(invocation: Invocation) -> Iterator[Finding]:
    """All findings; a look that fails is a finding too."""
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield engine(sqlite3.sqlite_version_info)
    try:
        loaded = invocation.loaded
    except ConfigError as exc:
        yield Finding("settings", "bad", f"{exc} ({exc.where})", exc.fix, exc.exit_code)
        return
    yield Finding("settings", "ok", str(loaded.path or "built-in defaults, no file found"))
    try:
        refuse_missing_seeds(loaded.config)
    except ConfigError as exc:
        yield Finding("settings", "bad", f"{exc} ({exc.where})", exc.fix, exc.exit_code)
    for remark, fix in remarks(loaded.config):
        yield Finding("settings", "warn", remark, fix)
    yield from _store(invocation)


def engine(version: tuple[int, ...]) -> Finding:
    """What the SQLite engine's version means."""
    name = ".".join(map(str, version))
    if version < _OLDEST_SQLITE:
        return Finding("sqlite", "bad", f"{name} is too old", "use a Python with SQLite 3.37 or newer", 5)
    repaired = any(version[:2] == line[:2] and version >= line for line in _WAL_REPAIRED)
    if _WAL_BUG[0] <= version <= _WAL_BUG[1] and not repaired:
        return Finding(
            "sqlite",
            "warn",
            f"{name} can lose committed pages when one connection writes while another checkpoints; newsfold does both "
            "only under its write lock, so its store is safe. Other programs should open the file read-only",
            "SQLite 3.51.3, 3.50.7 or 3.44.6 have it repaired",
        )
    return Finding("sqlite", "ok", name)


def _store(invocation: Invocation) -> Iterator[Finding]:
    settings = invocation.config.store
    path = invocation.store_file
    folder = next((parent for parent in path.parents if parent.is_dir()), Path("/"))
    free = shutil.disk_usage(folder).free // 2**20
    if free < settings.min_free_mb:
        detail = f"{free} MiB free at {folder}, less than store.min_free_mb = {settings.min_free_mb}"
        yield Finding("disk", "bad", detail, "free some space; until then nothing is fetched", 5)
    else:
        yield Finding("disk", "ok", f"{free} MiB free at {folder}")
    if not path.exists():
        yield _unmade(path)
        return
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        fix = f"let this user write it and its folder: chmod u+w {shlex.quote(str(path))}, or only read"
        yield Finding("store", "warn", f"{path} can be read, but not written by this user", fix)
    try:
        with invocation.reading() as store:
            broken = store.check()
    except StoreBusy as exc:
        yield Finding("store", "warn", str(exc), exc.fix)
    except StoreError as exc:
        yield Finding("store", "bad", f"{exc} ({exc.where})", exc.fix, exc.exit_code)
        return  # whoever opened it to write now would upgrade it
    else:
        for law in broken:
            yield Finding("store", "bad", law, "put back a backup, then `ingest db check`", 5)
        if not broken:
            yield Finding("store", "ok", f"{path}, {path.stat().st_size // 2**20} MiB, all laws hold")
    yield from _rules(invocation)
    yield from _locks(invocation)
    yield from _feeds(invocation)


def _unmade(path: Path) -> Finding:
    """Whether the first run can make a store there."""
    folder = shlex.quote(str(path.parent))
    if not path.parent.is_dir():
        return Finding("store", "bad", f"{path} cannot be made: its folder does not exist", f"mkdir -p {folder}", 5)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        why = f"{path} cannot be made: this user may not write to its folder"
        return Finding("store", "bad", why, f"chmod u+w {folder}, or name another file with --store", 5)
    return Finding("store", "ok", f"{path} does not exist yet", "ingest run")


def _rules(invocation: Invocation) -> Iterator[Finding]:
    """Whether the stories were decided under the rules of this version."""
    from ingest.dedupe.rules import RULES_VERSION  # numpy comes with it

    try:
        with invocation.reading() as store:
            pairs = store.rules()
    except StoreError:
        return  # said above
    other = sum(count for version, count in pairs.items() if version != RULES_VERSION)
    if other:
        versions = ", ".join(str(version) for version in sorted(pairs) if version != RULES_VERSION)
        detail = (
            f"{other} of {sum(pairs.values())} pairs were weighed under rules {versions}; these are {RULES_VERSION}"
        )
        yield Finding("stories", "warn", detail, "ingest recluster; ingest recluster --dry-run says what would move")
    else:
        yield Finding("stories", "ok", f"decided under rules {RULES_VERSION}")


def _feeds(invocation: Invocation) -> Iterator[Finding]:
    """Feeds that are off by themselves, have failed for a while, are silent beyond their habit, or cannot be read."""
    from ingest.run.sources import configured  # the run's own list; it loads what a run needs

    now = invocation.now()
    try:
        with invocation.reading() as store:
            known = coverage.known_feeds(store, [spec.url for spec in configured(invocation.config)])
            brought = {one.url: one for one in store.feed_yields(since=now - coverage.WINDOW)}
    except StoreError:
        return  # said above
    told = (_feed(feed, coverage.covered(feed, brought.get(feed.url), now=now)) for feed in known)
    findings = [finding for finding in told if finding is not None]
    yield from findings[:SHOWN_FEEDS]
    if len(findings) > SHOWN_FEEDS:
        hidden = len(findings) - SHOWN_FEEDS
        yield Finding("feeds", "warn", f"{hidden} more feeds are off, fail, are silent or unread", "ingest feeds list")
    if not findings:
        polled, failed = sum(feed.enabled for feed in known), sum(feed.enabled and feed.failures > 0 for feed in known)
        trouble = f"{failed} failed at the last poll: ingest feeds list" if failed else "none has trouble"
        yield Finding("feeds", "ok", f"{polled} of {len(known)} known feeds are polled, {trouble}")


def _feed(feed: FeedRow, said: dict[str, Any]) -> Finding | None:
    """The gravest thing about one feed; None where all is well, or where somebody meant it so."""
    if not feed.enabled:
        if feed.last_error_class is None:
            return None
        again = "add" if feed.disabled_reason == coverage.DROPPED else "enable"
        fix = f"ingest feeds remove {feed.url}, or ingest feeds {again} {feed.url}"
        return Finding("feeds", "warn", f"{feed.url} is off: {feed.disabled_reason}", fix)
    if feed.failures >= SICK or said["silent_since"] is not None:
        return Finding("feeds", "warn", f"{feed.url}: {said['trouble']}", f"ingest feeds test {feed.url}")
    unread = said["read_share"] is not None and said["read_share"] < READ_SHARE
    if unread and sum(said["refused"].values()) >= UNREAD_PAGES:
        detail = f"{feed.url}: an article on {said['read_share']:.0%} of its pages; {refusals(said['refused'])}"
        return Finding("feeds", "warn", detail, "see why: ingest export articles --rejected")
    return None


def _locks(invocation: Invocation) -> Iterator[Finding]:
    """Who works on the store right now."""
    try:
        store = invocation.open_store(create=False)
    except StoreError:
        return  # said above
    try:
        with store.cycle(wait=0, holder="ingest doctor"):
            pass
    except StoreBusy as exc:
        yield Finding("locks", "ok", f"a cycle is running: {exc.why or exc.what}")
    except StoreError as exc:
        yield Finding("locks", "warn", str(exc), exc.fix)
    else:
        yield Finding("locks", "ok", "no cycle is running")
    finally:
        store.close()
