"""Sketches as seeds: they find copies, stand back for texts, and say when they cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest import seeds
from ingest.config import Dedupe
from ingest.dedupe.fingerprint import fingerprint
from ingest.errors import ConfigError, UsageError
from ingest.explain import explain_one, explain_two
from store.model import StoryFilter
from tests.cli.newsroom import HARBOUR
from tests.seeds.conftest import NOW, REPOSITORY, Door, Packer
from tests.seeds.texts import LIGHTHOUSE, LIGHTHOUSE_AGAIN, RAILWAY

CUT = "\n".join(LIGHTHOUSE.splitlines()[:6])


def test_a_sketch_alone_is_a_story_under_its_own_title(door: Door, packed: Packer) -> None:
    """It is listed by what its file says; its text is null, its words are counted."""
    sketch = packed("turm", LIGHTHOUSE, outlet="kliff.example", published="2026-02-03")
    [placed] = door.plant(sketch)
    assert (placed.outcome, placed.change) == ("new", "new")
    row = door.row("seed:turm")
    assert (row["title"], row["outlet"], row["published"]) == (
        "Streit um ein Feuer",
        "kliff.example",
        "2026-02-03T00:00:00Z",
    )
    assert (row["text"], row["canonical"], row["seed"], row["on_topic"], row["language"]) == (
        None,
        True,
        True,
        True,
        "de",
    )
    assert 150 < row["words"] < 220
    assert door.story("seed:turm")["title"] == "Streit um ein Feuer"
    assert [revision["text"] for revision in door.store.revisions()] == [None]


def test_planting_again_changes_nothing(door: Door, packed: Packer) -> None:
    """The same file is the same seed, also when it was packed again."""
    door.plant(packed("turm", LIGHTHOUSE))
    assert [placed.outcome for placed in door.plant(packed("turm", LIGHTHOUSE))] == ["unchanged"]
    assert len(list(door.store.articles())) == 1


def test_copies_join_and_the_first_full_text_becomes_canonical(door: Door, packed: Packer) -> None:
    """A page, a cut copy and a copy under another headline are one story; a sketch stands back for a text."""
    [placed] = door.plant(packed("turm", LIGHTHOUSE))
    door.page("morgenblatt.example/turm", LIGHTHOUSE, title="Kreis löscht das Licht")
    door.page("kurier.example/7", CUT, title="Holmsgard bald dunkel?")
    door.article("anzeiger.example/a", f"Ein Bericht vom Wochenende\n{LIGHTHOUSE}", title="Zweihundert Laternen")
    story = door.story("seed:turm")
    assert (story["story_id"], story["articles"], story["seed"]) == (placed.story_id, 4, True)
    assert story["canonical_url"] == "https://morgenblatt.example/turm"
    relations = {member["url"]: member["relation"] for member in story["members"]}
    assert relations["seed:turm"] == "near"
    assert relations["https://kurier.example/7"] == "excerpt"
    assert door.row("seed:turm")["copied_share"] > 0.95


def test_a_sketch_joins_a_text_that_was_there_first(door: Door, packed: Packer) -> None:
    """Whichever comes first, the text is canonical."""
    door.article("morgenblatt.example/turm", LIGHTHOUSE)
    [placed] = door.plant(packed("turm", LIGHTHOUSE))
    assert placed.change == "joined"
    assert door.story("seed:turm")["canonical_url"] == "https://morgenblatt.example/turm"


def test_two_sketches_of_one_text_are_one_story(door: Door, packed: Packer) -> None:
    """Sketches are compared with each other too."""
    door.plant(packed("turm", LIGHTHOUSE), packed("leuchtfeuer", f"{LIGHTHOUSE}Mehr dazu am Montag in der Zeitung."))
    assert door.row("seed:turm")["story_id"] == door.row("seed:leuchtfeuer")["story_id"]


def test_others_stay_apart(door: Door, packed: Packer) -> None:
    """Another report on the same matter is another story."""
    door.plant(packed("turm", LIGHTHOUSE), packed("bahn", RAILWAY))
    door.page("nordpost.example/3", LIGHTHOUSE_AGAIN, title="Umzug mit Laternen")
    assert [story["articles"] for story in door.store.stories(StoryFilter())] == [1, 1, 1]


def test_a_round_up_keeps_what_it_shares_with_sketches(door: Door, packed: Packer) -> None:
    """A digest stands alone, with estimated reuses."""
    door.plant(packed("turm", LIGHTHOUSE), packed("bahn", RAILWAY), packed("hafen", HARBOUR))
    parts = ["\n".join(text.splitlines()[:7]) for text in (LIGHTHOUSE, RAILWAY, HARBOUR)]
    door.article("woche.example/blick", "\n".join(parts), title="Die Woche")
    row = door.row("https://woche.example/blick")
    assert {reuse["url"] for reuse in row["reuses"]} == {"seed:turm", "seed:bahn", "seed:hafen"}
    assert all(0.1 < reuse["share"] < 0.6 for reuse in row["reuses"])
    assert row["canonical"]


def test_a_sketch_counts_nothing(door: Door, packed: Packer) -> None:
    """Frequencies count articles whose words are known; a text that takes the sketch's place is counted whole."""
    sketch = packed("turm", LIGHTHOUSE)
    door.plant(sketch)
    text = seeds.read(sketch.parents[1] / "texts" / "turm.txt", now=NOW).article.text
    runs = fingerprint(text).shingles
    assert door.store.frequencies(runs).sum() == 0
    door.plant(sketch.parents[1] / "texts" / "turm.txt")
    assert set(door.store.frequencies(runs).tolist()) == {1}


def test_a_changed_sketch_is_a_revision(door: Door, packed: Packer) -> None:
    """Another title, another text, the text itself: each is a state of one seed."""
    door.plant(packed("turm", LIGHTHOUSE))
    assert [p.outcome for p in door.plant(packed("turm", LIGHTHOUSE, title="Leuchtfeuer vor dem Aus"))] == ["revised"]
    longer = f"{LIGHTHOUSE}Der Kreis hat am Montag eine Frist bis zum Herbst gesetzt."
    assert [p.outcome for p in door.plant(packed("turm", longer, title="Leuchtfeuer vor dem Aus"))] == ["revised"]
    row = door.row("seed:turm")
    assert (row["title"], row["revisions"], row["text"]) == ("Leuchtfeuer vor dem Aus", 3, None)
    assert [p.outcome for p in door.plant(packed("turm", LIGHTHOUSE).parents[1] / "texts")] == ["revised"]
    row = door.row("seed:turm")
    assert row["text"].startswith("Das Wasserbauamt") or row["text"].startswith("Der Leuchtturm")
    assert (row["revisions"], row["canonical"]) == (4, True)
    assert len(list(door.store.stories(StoryFilter()))) == 1


def test_a_sketch_of_something_else_starts_over(door: Door, packed: Packer) -> None:
    """Under a name that stood for another text, the seed is a new article at the same address."""
    door.plant(packed("turm", LIGHTHOUSE))
    door.plant(packed("turm", RAILWAY))
    assert len(list(door.store.stories(StoryFilter()))) == 2


def test_explain_counts_instead_of_showing_passages(door: Door, packed: Packer) -> None:
    """For one address and for two; nothing of the text is there to be shown."""
    door.plant(packed("turm", LIGHTHOUSE))
    alone = explain_one(door.store, "seed:turm", Dedupe())
    assert (alone["passages"], alone["sampled"], alone["common"]) == ([], None, [])
    door.article("kurier.example/7", CUT)
    found = explain_one(door.store, "seed:turm", Dedupe())
    assert found["passages"] == []
    assert found["sampled"]["shared"] == found["sampled"]["other_runs"] < found["sampled"]["runs"]
    assert found["links"][0]["rule"] == "sketch"
    both = explain_two(door.store, "https://kurier.example/7", "seed:turm", Dedupe())
    assert (both["together"], both["verdict"]["linked"], both["verdict"]["rule"]) == (True, True, "sketch")
    assert both["copied_share"] == 1.0


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_text_is_taken_before_its_sketch(packed: Packer) -> None:
    """A folder may hold both; two texts, or two sketches, of one name are refused."""
    sketch = packed("turm", LIGHTHOUSE)
    folder = sketch.parent
    assert seeds.find([folder]) == [sketch]
    (folder / "turm.txt").write_text(LIGHTHOUSE, "utf-8")
    assert seeds.find([folder]) == [folder / "turm.txt"]
    (folder / "turm.md").write_text(LIGHTHOUSE, "utf-8")
    with pytest.raises(ConfigError, match="one name"):
        seeds.find([folder])


def test_packed_again_it_keeps_what_it_said(packed: Packer) -> None:
    """What was said of a text survives a new packing, byte for byte; the title never comes from the text."""
    sketch = packed("turm", LIGHTHOUSE, outlet="kliff.example", published="2026-02-03")
    before = sketch.read_bytes()
    assert seeds.pack(sketch.parents[1] / "texts" / "turm.txt", sketch.parent, said={}, now=NOW).read_bytes() == before
    untitled = seeds.pack(sketch.parents[1] / "texts" / "turm.txt", sketch.parents[1], said={}, now=NOW)
    assert json.loads(untitled.read_bytes())["title"] == "turm"


def test_another_scheme_is_refused_with_the_way_out(packed: Packer) -> None:
    """A sketch that was made another way cannot be compared, and says so."""
    sketch = packed("turm", LIGHTHOUSE)
    fields = json.loads(sketch.read_bytes())
    fields["scheme"]["tokenizer"] = "0"
    sketch.write_text(json.dumps(fields), "utf-8")
    with pytest.raises(ConfigError) as caught:
        seeds.read(sketch, now=NOW)
    assert caught.value.why == "tokenizer 0 in the file, 1 here"
    assert caught.value.fix.startswith("pack it again from the text")
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    "damage",
    [
        {"sample": "????"}, {"sample": None}, {"sample": "AAAA"}, {"sample": "AgAAAAEAAAA="}, {"sample": "/////w=="},
        {"bands": ""}, {"bands": 7}, {"title": " "}, {"title": None}, {"words": 0}, {"words": "many"}, {"runs": None},
        {"published": "yesterday"},
    ],
)  # fmt: skip
def test_damaged_sketches_are_refused(packed: Packer, damage: dict[str, object]) -> None:
    """Whatever is wrong with a file, it is named."""
    sketch = packed("turm", LIGHTHOUSE)
    sketch.write_text(json.dumps(json.loads(sketch.read_bytes()) | damage), "utf-8")
    with pytest.raises(ConfigError) as caught:
        seeds.read(sketch, now=NOW)
    assert caught.value.where == str(sketch)


def test_what_cannot_be_packed_is_refused(packed: Packer, tmp_path: Path) -> None:
    """A sketch, a text of a few words, a date that is none, a folder that is a file."""
    sketch = packed("turm", LIGHTHOUSE)
    text = tmp_path / "texts" / "turm.txt"
    (tmp_path / "kurz.txt").write_text("Heute bleibt alles dunkel.", "utf-8")
    for source in (sketch, tmp_path / "kurz.txt"):
        with pytest.raises(ConfigError):
            seeds.pack(source, tmp_path, said={}, now=NOW)
    with pytest.raises(UsageError, match="no time"):
        seeds.pack(text, tmp_path, said={"published": "yesterday"}, now=NOW)
    with pytest.raises(UsageError, match="cannot write"):
        seeds.pack(text, tmp_path / "kurz.txt", said={}, now=NOW)


def test_shipped_sketches_can_be_read(door: Door) -> None:
    """The five that come with the project fit its present scheme and are five stories."""
    folder = REPOSITORY / "seeds"
    assert [placed.outcome for placed in door.plant(folder)] == ["new"] * 5
    listed = list(door.store.stories(StoryFilter()))
    assert len(listed) == 5
    assert all(story["title"] and story["seed"] for story in listed)
