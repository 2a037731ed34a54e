"""`ingest demo` from the outside: outcome, time, manners, and what it leaves behind."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.demo.script import load
from store import open_store
from store.model import StoryFilter
from tests.demo.conftest import Played, Stage

# Seconds. It takes about six on two free cores; ten times that for a machine that also runs other tests.
PATIENCE = 60.0
# Lines of a usual terminal that a tired reader is willing to look at.
SCREEN = 60
KEPT = "my demo"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A folder whose settings file is broken: the demo must not read it."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "config.toml").write_text("[nonsense\n")
    return Stage(folder)


@pytest.fixture(scope="module")
def kept(stage: Stage) -> Played:
    """A demo that kept its store in a folder with a space in its name."""
    return stage.call("demo", "--keep", KEPT)


@pytest.fixture
def store(stage: Stage, kept: Played) -> Iterator[Any]:
    found = open_store(f"sqlite:///{stage.folder / KEPT / 'newsfold.db'}", read_only=True)
    yield found
    found.close()


def path_of(url: str) -> str:
    """The part of an address that stays when the port changes."""
    return re.sub(r"^http://127\.0\.0\.1:\d+", "", url)


def test_it_ends_well_and_soon(kept: Played) -> None:
    """The whole job, two rounds, is done within the reader's patience."""
    assert kept.code == 0
    assert kept.seconds < PATIENCE


def test_what_belongs_together_is_together(store: Any) -> None:
    """The stories are exactly those that the newsroom's script declares."""
    found, truth = defaultdict(set), defaultdict(set)
    for article in store.articles():
        found[article["story_id"]].add((article["outlet"], path_of(article["url"])))
    for one in load().publications:
        if one.sheet.story is not None:
            truth[one.sheet.story].add((one.sheet.outlet, one.sheet.path))
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, truth.values()))


def test_what_is_no_article_is_refused_for_the_right_reason(store: Any) -> None:
    """A consent wall, a paid page, a page that is gone and a report off the topic are told apart."""
    truth = {one.sheet.path: one.sheet.refused for one in load().publications if one.sheet.refused}
    assert {path_of(row["url"]): row["reason"] for row in store.rejected()} == truth


def test_a_change_is_a_revision_and_no_variant(store: Any) -> None:
    """The agency's correction is a second state of one article, and a number is among what changed."""
    [changed] = [article for article in store.articles() if article["revisions"] > 1]
    assert changed["outlet"] == "Küstendienst"
    *_, last = (row for row in store.revisions() if row["url"] == changed["url"])
    assert "number" in last["changes"]


def test_the_report_is_its_agencys(store: Any) -> None:
    """Where the story of eight comes from: the agency's own page, in its settings an agency."""
    largest = max(store.stories(StoryFilter()), key=lambda story: story["articles"])
    assert (largest["origin"]["kind"], largest["origin"]["name"]) == ("agency", "Küstendienst")
    assert (largest["origin"]["basis"], largest["agencies"]) == ("own page", ["Küstendienst"])


def test_a_cut_without_the_words_of_the_topic_belongs_by_its_story(store: Any) -> None:
    """The short copy that never names the country is kept, since its story is on the topic."""
    by_story = [article for article in store.articles() if article["on_topic_from"] == "story"]
    assert [article["outlet"] for article in by_story] == ["Hafenpost"]


def test_a_round_up_holds_passages_and_joins_nothing(store: Any) -> None:
    """The round-up of three reports is a story of its own with three reuses."""
    [roundup] = [article for article in store.articles() if path_of(article["url"]) == "/der-tag.html"]
    assert len({reuse["story_id"] for reuse in roundup["reuses"]}) == 3


def test_the_store_is_in_order(store: Any) -> None:
    """All laws of the store hold after the demo."""
    assert store.check() == []


def test_the_report_fits_and_shows_what_matters(kept: Played) -> None:
    """Stories, variants, the words that changed, why the weather is apart, what was refused, what to do next."""
    lines = kept.out.splitlines()
    assert len(lines) < SCREEN
    assert not [line for line in lines if len(line) > 80 and "ingest -C" not in line]
    for wanted in (
        "21 articles from 10 outlets became 9 stories", "21 of 21", "excerpt", "extended", "rewrite", "[-14-] {+17+}",
        "rule dense", "paywall: ", "consent: ", "ingest -C 'my demo/config.toml' stories",
    ):  # fmt: skip
        assert wanted in kept.out, kept.out
    assert "\x1b" not in kept.out


def test_it_talks_to_this_machine_alone(kept: Played) -> None:
    """No process of the demo connects anywhere but to 127.0.0.1, or looks up another name."""
    assert kept.connections == {"127.0.0.1"}


def test_what_was_kept_can_be_read_with_the_kept_settings(stage: Stage, kept: Played) -> None:
    """The commands that the report ends with work after the newsroom has closed."""
    done = stage.call("-C", f"{KEPT}/config.toml", "stories", "--min-variants", "7")
    assert done.code == 0
    assert done.out.count("\n") == 1


def test_a_folder_that_is_taken_is_refused(stage: Stage, kept: Played) -> None:
    """A second demo does not go on in the store of the first."""
    for args in (["--keep", KEPT], ["--store", f"sqlite:///{KEPT}/newsfold.db"]):
        done = stage.call("demo", *args)
        assert done.code == 2
        assert [line.split(":")[0] for line in done.err.splitlines()] == ["error", "why", "fix"]


def test_again_on_a_narrow_terminal_leaving_nothing(stage: Stage, kept: Played) -> None:
    """A second demo ends the same; without --keep nothing is left, and twenty columns are enough to say so."""
    before = sorted(stage.folder.iterdir())
    done = stage.call("demo", COLUMNS="20", NO_COLOR="1")
    assert (done.code, done.left) == (0, ())
    assert "21 of 21" in " ".join(done.out.split())
    assert sorted(stage.folder.iterdir()) == before


def test_a_reader_that_has_seen_enough_is_no_failure(stage: Stage) -> None:
    """`ingest demo | head` ends well: the report finds nobody who reads it."""
    begun = time.monotonic()
    process = stage.start("demo", "--quiet")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    done = stage.end(process, begun)
    assert (done.code, done.err, done.left) == (0, "", ())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_cleans_up(stage: Stage, number: signal.Signals) -> None:
    """Ctrl-C ends it with 130 and SIGTERM with 0, soon, and nothing is left in the temporary folder."""
    begun = time.monotonic()
    process = stage.start("demo")
    assert process.stderr is not None
    said = [process.stderr.readline()]
    assert "invented outlets" in said[0]
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    done = stage.end(process, begun, said)
    assert (done.code, done.left) == (130 if number == signal.SIGINT else 0, ())
    assert "became" not in done.out
