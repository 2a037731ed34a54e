"""What comes together and what does not, in a live store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from ingest.config import Dedupe
from ingest.dedupe.fingerprint import fingerprint
from ingest.dedupe.relation import shares
from ingest.place import look_back
from ingest.place.counts import OWN_STORY_FROM
from store.model import LARGE
from tests.place.desk import START, Newsroom
from tests.quality import edits, series
from tests.quality.reports import report, reports

TEXT = report("hafen").text
OTHER = report("oper").text
A, B, C, D = (f"https://{name}.example/artikel" for name in ("kurier", "blatt", "bote", "anzeiger"))


def test_a_first_article_is_a_story(newsroom: Newsroom) -> None:
    """It stands alone, is canonical, and the decision is kept."""
    found = newsroom.take(A, TEXT)
    assert (found.outcome, found.change, found.merged, found.split, found.linked_to) == ("new", "new", 0, 0, None)
    row = newsroom.row(A)
    assert (row["canonical"], row["relation"], row["copied_share"]) == (True, "canonical", 1.0)
    story = newsroom.store.story(row["story_id"])
    assert story is not None
    assert [decision["kind"] for decision in story["decisions"]] == ["new"]


def test_stories_that_are_asked_for_by_size_are_large() -> None:
    """The store tells without reading them of all stories that are popular here."""
    assert OWN_STORY_FROM >= LARGE


CHANCE = edits.seeded(11)
VERSIONS = {
    "exact": (TEXT, "exact"),
    "typography": (edits.typography(TEXT), "exact"),
    "cut to 40 %": (edits.cut(TEXT, share=0.4), "excerpt"),
    "copyedit": (edits.copyedit(TEXT, CHANCE, rate=0.03), "near"),
    "lead and copyedit": (edits.lead(edits.copyedit(TEXT, CHANCE, rate=0.03), CHANCE), "extended"),
    "number corrected": (edits.correction(TEXT, CHANCE), "near"),
    "extended": (f"{TEXT}\n{edits.ADDITIONS[0]}", "extended"),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_versions_join(newsroom: Newsroom, version: str) -> None:
    """A version joins its original's story, says how it stands to it, and where it is from."""
    text, relation = VERSIONS[version]
    first = newsroom.take(A, TEXT)
    newsroom.take(C, OTHER)
    newsroom.minutes += 60
    found = newsroom.take(B, text)
    assert (found.change, found.story_id, found.linked_to) == ("joined", first.story_id, A)
    row = newsroom.row(B)
    assert (row["relation"], row["order"], row["canonical"]) == (relation, "later", False)
    assert row["copied_share"] > 0.5
    assert newsroom.sizes() == [2, 1]


@pytest.mark.parametrize("version", VERSIONS)
def test_versions_may_come_first(newsroom: Newsroom, version: str) -> None:
    """The original joins the version; the earliest full version stands for the story, whatever came first."""
    newsroom.take(B, VERSIONS[version][0], published=START + timedelta(hours=3))
    found = newsroom.take(A, TEXT, published=START)
    assert found.change == "joined"
    assert newsroom.row(A)["canonical"]
    assert newsroom.row(B)["relation"] == VERSIONS[version][1]


@pytest.mark.parametrize("name", ["hafen", "schule", "bahn", "ferry", "mine"])
def test_two_reports_on_one_event_stay_apart(newsroom: Newsroom, name: str) -> None:
    """A story is a text's lineage, not an event."""
    newsroom.take(A, report(name).text)
    assert newsroom.take(B, report(name + "2").text).change == "new"
    assert newsroom.sizes() == [1, 1]


@pytest.mark.parametrize("kind", [series.weather, series.lottery, series.market])
@pytest.mark.parametrize("outlets", [1, 14])
def test_parts_of_a_series_stay_apart(newsroom: Newsroom, kind: Callable[[Random], str], outlets: int) -> None:
    """Fourteen parts from one template are fourteen stories, at one outlet or at fourteen; a copy of one joins it."""
    chance = edits.seeded(4)
    parts = [kind(chance) for _ in range(14)]
    for number, part in enumerate(parts):
        newsroom.take(f"https://outlet{number % outlets}.example/{number}", part)
    assert newsroom.sizes() == [1] * 14
    newsroom.take("https://abschreiber.example/1", parts[7])
    assert newsroom.sizes() == [2] + [1] * 13


@pytest.mark.parametrize("kept", [True, False])
def test_a_digest_stands_alone(newsroom: Newsroom, kept: bool) -> None:
    """A text with passages of three stories joins none of them and merges none; what it took is kept as reuses, and is
    no part of the decision where it is not."""
    newsroom.reuses = kept
    names = ("hafen", "oper", "wolf")
    for number, name in enumerate(names):
        newsroom.take(f"https://kurier.example/{number}", report(name).text)
    digest = "\n".join(edits.cut(report(name).text, share=0.5) for name in names)
    found = newsroom.take(B, digest)
    assert (found.change, found.merged) == ("new", 0)
    assert newsroom.sizes() == [1, 1, 1, 1]
    reuses = newsroom.row(B)["reuses"]
    assert {reuse["url"] for reuse in reuses} == {f"https://kurier.example/{number}" for number in range(3) if kept}
    assert all(reuse["words"] > 20 and 0.1 < reuse["share"] < 0.6 for reuse in reuses)
    assert newsroom.take(C, digest).change == "joined"
    assert newsroom.take(D, report("wolf").text).story_id == newsroom.row("https://kurier.example/2")["story_id"]


def test_a_bridge_joins_no_strangers(newsroom: Newsroom) -> None:
    """A text with halves of two stories, each known from several outlets, leaves these stories two."""
    for number, name in enumerate(("hafen", "oper")):
        for outlet in range(4):
            copy = edits.edited(report(name).text, edits.seeded(outlet))
            newsroom.take(f"https://o{outlet}.example/{number}", copy)
    bridge = "\n".join(edits.cut(report(name).text, share=0.6) for name in ("hafen", "oper"))
    newsroom.take(B, bridge)
    assert len({newsroom.row(f"https://o0.example/{number}")["story_id"] for number in (0, 1)}) == 2
    assert max(newsroom.sizes()) <= 5


def test_two_stories_become_one(newsroom: Newsroom) -> None:
    """Two parts of a text that nobody knew together; the whole brings them under the older id, the other redirects."""
    paragraphs = report("archiv").paragraphs
    first = newsroom.take(A, "\n".join(paragraphs[:2]))
    second = newsroom.take(B, "\n".join(paragraphs[2:]))
    assert first.story_id != second.story_id
    whole = newsroom.take(C, report("archiv").text)
    copies = newsroom.take(D, edits.edited(report("archiv").text, edits.seeded(1)))
    assert whole.merged + copies.merged == 1
    assert newsroom.sizes() == [4]
    assert newsroom.row(B)["story_id"] == first.story_id
    redirected = newsroom.store.story(second.story_id or 0)
    assert redirected is not None
    assert redirected["story_id"] == first.story_id
    merges = [decision for decision in redirected["decisions"] if decision["kind"] == "merged"]
    assert len(merges) == 1


def test_relations_are_those_to_the_present_canonical(newsroom: Newsroom) -> None:
    """After a merge and after a change of the canonical article, every member is told against the present one."""
    paragraphs = report("archiv").paragraphs
    third = "https://drittes.example/a"
    newsroom.take(A, "\n".join(paragraphs[:2]), published=START)
    newsroom.take(B, "\n".join(paragraphs[2:]), published=START)
    newsroom.take(third, "\n".join(paragraphs[2:]), published=START - timedelta(days=2))
    newsroom.take(C, report("archiv").text, published=START - timedelta(days=1))
    canonical = next(row for row in newsroom.store.articles() if row["canonical"])
    for row in newsroom.store.articles():
        if not row["canonical"]:
            found = shares(row["text"], canonical["text"])
            assert (row["copied_share"], row["canonical_share"]) == (round(found.copied, 4), round(found.kept, 4))
            assert row["order"] == ("earlier" if row["published"] < canonical["published"] else "later")
    assert newsroom.sizes() == [4]


def test_the_earliest_full_version_takes_the_place(newsroom: Newsroom) -> None:
    """An older copy that is found late becomes canonical, and the former one its variant; the story keeps its id."""
    late = newsroom.take(A, f"{TEXT}\n{edits.ADDITIONS[0]}", published=START + timedelta(days=2))
    early = newsroom.take(B, TEXT, published=START)
    assert newsroom.row(B)["canonical"]
    assert early.story_id == late.story_id
    row = newsroom.row(A)
    assert (row["relation"], row["order"]) == ("extended", "later")
    assert row["copied_share"] < 1 == row["canonical_share"]


def test_a_revised_canonical_article_is_told_anew(newsroom: Newsroom) -> None:
    """When the canonical text changes, the shares of all its variants do too."""
    newsroom.take(A, edits.cut(TEXT, share=0.5), published=START)
    newsroom.take(B, edits.cut(TEXT, share=0.5), published=START + timedelta(hours=1))
    assert newsroom.row(B)["relation"] == "exact"
    newsroom.take(A, TEXT, published=START)
    assert newsroom.row(A)["canonical"]
    assert newsroom.row(B)["relation"] == "excerpt"
    assert newsroom.row(B)["canonical_share"] < 0.7


def test_policies_reach_the_store(newsroom: Newsroom) -> None:
    """`longest` and `preferred` choose otherwise than `earliest`, and say so."""
    newsroom.rules = Dedupe(canonical="preferred", preferred=["bote.example"])
    for hours, url in enumerate((A, B, C)):
        newsroom.take(url, TEXT, published=START + timedelta(hours=hours))
    row = newsroom.row(C)
    assert row["canonical"]
    story = newsroom.store.story(row["story_id"])
    assert story is not None
    assert story["canonical_reason"] == "preferred outlet bote.example"


def test_off_topic_texts_are_dropped(newsroom: Newsroom) -> None:
    """What is off the topic and in nobody's company is not kept, and leaves no trace."""
    before = newsroom.dump()
    found = newsroom.take(A, OTHER, on_topic=False)
    assert (found.outcome, found.article_id, found.story_id) == ("off_topic", None, None)
    assert newsroom.dump() == before


def test_company_keeps_a_text_on_the_topic(newsroom: Newsroom) -> None:
    """A copy cut before the decisive word stays with its story, and says where its topic is from."""
    newsroom.take(A, TEXT)
    found = newsroom.take(B, edits.cut(TEXT, share=0.4), on_topic=False)
    assert (found.outcome, found.change) == ("new", "joined")
    row = newsroom.row(B)
    assert (row["on_topic"], row["on_topic_from"]) == (True, "story")
    assert newsroom.row(A)["on_topic_from"] == "text"
    assert newsroom.take(C, edits.cut(TEXT, share=0.4), on_topic=False).outcome == "new"


def test_without_the_filter_all_is_kept(newsroom: Newsroom) -> None:
    """Off-topic texts are marked, and become part of the topic when an on-topic text joins them."""
    newsroom.filter_topic = False
    newsroom.take(A, edits.cut(TEXT, share=0.4), on_topic=False)
    assert (newsroom.row(A)["on_topic"], newsroom.row(A)["on_topic_from"]) == (False, None)
    newsroom.take(B, TEXT)
    assert (newsroom.row(A)["on_topic"], newsroom.row(A)["on_topic_from"]) == (True, "story")


def test_a_seed_is_canonical(newsroom: Newsroom) -> None:
    """A reference article stands for its story, however early the copies were published."""
    newsroom.take(A, TEXT, published=START)
    newsroom.take("seed:kran", TEXT, seed=True, published=None)
    assert newsroom.row("seed:kran")["canonical"]
    assert newsroom.row(A)["relation"] == "exact"


def test_a_paid_stub_does_not_stand_for_a_story(newsroom: Newsroom) -> None:
    """An earlier article marked as paid gives way to a free full one."""
    newsroom.take(A, edits.cut(TEXT, share=0.5), free=False, published=START)
    newsroom.take(B, TEXT, published=START + timedelta(hours=2))
    assert newsroom.row(B)["canonical"]


def test_arrival_order_makes_no_difference(newsroom: Newsroom) -> None:
    """Sixty articles of fifteen lineages, shuffled: the same stories."""
    chance = edits.seeded(9)
    originals = [one for one in reports() if not one.name.endswith("2")][:15]
    articles = [
        (f"https://o{copy}.example/{one.name}", edits.edited(one.text, chance) if copy else one.text)
        for one in originals
        for copy in range(4)
    ]
    expected = sorted(sorted(url for url, _ in articles if url.endswith(f"/{one.name}")) for one in originals)
    chance.shuffle(articles)
    newsroom.take_all(articles)
    assert sorted(sorted(story) for story in newsroom.stories()) == expected


def test_what_is_learned_later_is_said_of_what_came_before(newsroom: Newsroom) -> None:
    """A site's footer looks like an addition until the site has shown it under other reports; a look back tells."""
    footer = edits.ADDITIONS[0]
    newsroom.take(A, TEXT, published=START)
    newsroom.take(B, f"{TEXT}\n{footer}")
    assert newsroom.row(B)["relation"] == "extended"
    for number, one in enumerate(reports()[3:12]):
        newsroom.take(f"https://blatt.example/{number}", f"{one.text}\n{footer}")
    home = newsroom.row(B)["story_id"]
    before = newsroom.stories()
    with newsroom.store.placing() as placing:
        look_back(placing, [home], newsroom.rules)
    assert (newsroom.row(B)["relation"], newsroom.row(A)["canonical"]) == ("exact", True)
    assert newsroom.stories() == before


def test_ordinary_wording_is_no_furniture_in_a_large_store(newsroom: Newsroom) -> None:
    """Where the most usual run stands in 13,500 articles, every other may stand in ten by chance: what a cut copy lacks
    is still missing."""
    runs = fingerprint(TEXT).shingles
    with newsroom.store.placing() as placing:
        for _ in range(10):
            placing.count_shingles(runs)
        for _ in range(13_500):
            placing.count_shingles(runs[:1])
    newsroom.take(A, TEXT, published=START)
    newsroom.take(B, edits.cut(TEXT, share=0.5))
    assert newsroom.row(B)["story_id"] == newsroom.row(A)["story_id"]
    assert newsroom.row(B)["relation"] == "excerpt"


def test_a_footer_is_known_by_few_articles_even_in_a_story_of_six(newsroom: Newsroom) -> None:
    """What makes a run another's are the articles beside the story's that have it, not how large the story is; what
    two of the story's own have stays theirs."""
    footer, added = edits.ADDITIONS[0], edits.ADDITIONS[1]
    for number, one in enumerate(reports()[3:10]):
        newsroom.take(f"https://blatt.example/{number}", f"{one.text}\n{footer}")
    newsroom.take(A, TEXT, published=START)
    for number in range(3):
        newsroom.take(f"https://o{number}.example/artikel", edits.copyedit(TEXT, edits.seeded(number), rate=0.02))
    newsroom.take(B, f"{TEXT}\n{footer}")
    newsroom.take(C, f"{TEXT}\n{added}")
    newsroom.take(D, f"{TEXT}\n{added}\n{footer}")
    assert len({newsroom.row(url)["story_id"] for url in (A, B, C, D)}) == 1
    assert [newsroom.row(url)["relation"] for url in (A, B, C, D)] == ["canonical", "exact", "extended", "extended"]


def test_an_early_copy_does_not_stand_for_the_story(newsroom: Newsroom) -> None:
    """Dated an hour early, under a lead of its own: what it was made from is canonical once it comes."""
    newsroom.take(B, f"Was wir bisher wissen und was noch offen ist, lesen Sie hier.\n{TEXT}", published=START)
    newsroom.minutes += 60
    newsroom.take(A, TEXT)
    assert newsroom.row(A)["canonical"]
    assert newsroom.row(B)["relation"] == "extended"
