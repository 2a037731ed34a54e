"""The write transaction in which articles find their stories (see `store.base.Placing`)."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from store import checkbook, feedbook, passes, rulings, sql
from store.encode import (
    as_json,
    micros,
    pack,
    plain,
    unpack,
)
from store.model import (
    ArticleRef,
    Candidate,
    Check,
    Component,
    Decision,
    Extent,
    FeedOutcome,
    HostRow,
    ItemRow,
    LinkRow,
    Member,
    NewArticle,
    NewRuling,
    NewText,
    PageRow,
    Rejected,
    RelationRow,
    Reuse,
    Ruling,
    StoredText,
    Touched,
)
from store.query import searchable
from store.rows import article_row, as_decision, as_link, as_member, as_text, provenance_row, revision_row

if TYPE_CHECKING:  # numpy takes 100 ms to import, which a list of stories need not wait for
    import numpy as np
    from numpy.typing import NDArray

    from store.frequencies import Frequencies

# Articles that speak for a text (outlets, URLs, dates) when many carry the same one.
CARRIERS = 24

# Articles, one counted after the other, that are said to have been counted with the first of them: half of what passes
# until all pages of the counts are written once, and a story of any size is a short list.
SPAN = 1024

# Share of a crowded band's postings that one story must hold for the band to say something: furniture stands in many
# stories, a few times each; the passage of a popular story in that story and in a few strays. Counting stories instead
# let three strays silence a band, and the strays became hundreds.
POPULAR_SHARE = 0.5


class SqlitePlacing:
    """One open transaction. `settle()` brings what is derived from the members up to date, before the commit."""

    def __init__(self, db: sqlite3.Connection, counted: Frequencies | None = None) -> None:
        self._db = db
        self.counted = counted  # loaded when it is first asked for
        self._touched: set[int] = set()  # stories whose members or canonical article changed
        self._uncounted: set[int] = set()  # those of them whose row does not say so yet

    # --- what is known ----------------------------------------------------------------------------------------------

    def articles_at(self, keys: Sequence[str]) -> Mapping[str, ArticleRef]:
        return feedbook.articles_at(self._db, keys)

    def text_id(self, sha256: bytes) -> int | None:
        row = self._db.execute(sql.TEXT_ID, (sha256,)).fetchone()
        return None if row is None else int(row[0])

    def candidates(self, bands: Sequence[int], *, cap: int, limit: int) -> list[Candidate]:
        shared: Counter[int] = Counter()
        rarity: defaultdict[int, float] = defaultdict(float)
        for posted in self._posted(bands, cap):
            shared.update(posted)
            for text_id in posted:
                rarity[text_id] += 1 / len(posted)
        best = sorted(rarity, key=lambda text_id: (-rarity[text_id], text_id))[:limit]
        story_of = dict(self._db.execute(sql.STORIES_OF_TEXTS, (as_json(best),)))
        return [Candidate(text_id=text_id, story_id=story_of[text_id], shared=shared[text_id]) for text_id in best]

    def _posted(self, bands: Sequence[int], cap: int) -> Iterator[list[int]]:
        """The texts of each band that says something: rare ones, and popular ones most of which are one story's."""
        found: defaultdict[int, list[int]] = defaultdict(list)
        for band, text_id in self._db.execute(sql.POSTED, {"bands": as_json(sorted(set(bands))), "cap": cap}):
            found[band].append(text_id)
        for posted in found.values():
            if len(posted) > cap:
                stories = Counter(story for _, story in self._db.execute(sql.STORIES_OF_TEXTS, (as_json(posted),)))
                if max(stories.values()) < POPULAR_SHARE * len(posted):
                    continue
            yield posted

    def sample(self, story_id: int, size: int) -> list[int]:
        ends = [text_id for (text_id,) in self._db.execute(sql.SAMPLE_ENDS, {"story": story_id}) if text_id is not None]
        spread = [text_id for (text_id,) in self._db.execute(sql.SAMPLE_SPREAD, (story_id, size))]
        return list(dict.fromkeys(ends + spread))[:size]

    def texts(self, ids: Iterable[int]) -> Mapping[int, StoredText]:
        wanted = as_json(set(ids))
        carriers: dict[int, list[tuple[str, str, int | None, str | None, int]]] = {}
        for text_id, *carrier in self._db.execute(sql.CARRIERS, {"ids": wanted, "most": CARRIERS}):
            carriers.setdefault(text_id, []).append((carrier[0], carrier[1], carrier[2], carrier[3], carrier[4]))
        return {row[0]: as_text(row, carriers.get(row[0], [])) for row in self._db.execute(sql.TEXTS, (wanted,))}

    def bodies(self, ids: Iterable[int]) -> Mapping[int, str]:
        return {text_id: unpack(frame) for text_id, _, frame in self._db.execute(sql.BODIES, (as_json(set(ids)),))}

    def frequencies(self, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        return self._known().counts(shingles)

    def worth(self, story_id: int, shingles: NDArray[np.uint64]) -> NDArray[np.int64]:
        counted = self._known()
        if not counted.aged:
            [(articles, _)] = self.story_sizes([story_id]).values()
            return counted.worth(shingles, {counted.articles: articles})
        # Revisions that were not counted (those of sketches) are taken to be the oldest: an article may seem older than
        # it is, and be worth less, never younger.
        [(newest,)] = self._db.execute(sql.NEWEST_REVISION)
        uncounted = max(0, newest - counted.articles)
        rows = self._db.execute(sql.FIRST_COUNTED, {"story": story_id, "span": SPAN})
        return counted.worth(shingles, {span * SPAN - uncounted: articles for span, articles in rows})

    def _known(self) -> Frequencies:
        from store.frequencies import Frequencies

        if self.counted is None:
            self.counted = Frequencies.load(self._db)
        return self.counted

    def component(self, text_ids: Iterable[int]) -> Component:
        reached = self._db.execute(sql.REACHED, {"ids": as_json(set(text_ids))}).fetchall()
        links = [as_link(row) for row in self._db.execute(sql.LINKS_AMONG, {"ids": as_json(row[0] for row in reached)})]
        return Component(
            story_of={text: story for text, story, _ in reached},
            sha256={text: sha256 for text, _, sha256 in reached},
            links=links,
        )

    def links_of(self, text_ids: Iterable[int]) -> list[LinkRow]:
        return [as_link(row) for row in self._db.execute(sql.LINKS_OF, {"ids": as_json(set(text_ids))})]

    def story_sizes(self, story_ids: Iterable[int]) -> Mapping[int, tuple[int, int]]:
        wanted = set(story_ids)
        self._count(wanted & self._uncounted)
        rows = self._db.execute(sql.STORY_SIZES, (as_json(wanted),))
        return {story_id: (articles, outlets) for story_id, articles, outlets in rows}

    def members(self, story_ids: Iterable[int]) -> list[Member]:
        return [as_member(row) for row in self._db.execute(sql.MEMBERS, (as_json(set(story_ids)),))]

    def beside_canonical(self, story_id: int, article_id: int) -> list[Member]:
        return [as_member(row) for row in self._db.execute(sql.BESIDE_CANONICAL, (article_id, story_id))]

    # --- texts, links, stories --------------------------------------------------------------------------------------

    def add_text(self, text: NewText, *, story_id: int, at: datetime) -> int:
        known = self.text_id(text.sha256)
        if known is not None:
            return known
        added = self._db.execute(
            sql.ADD_TEXT, (text.sha256, text.words, micros(at), story_id, int(text.sketch))
        ).lastrowid
        assert added is not None  # noqa: S101 -- an INSERT of one row always has a row number; for the type checker
        self._db.execute(sql.ADD_FINGERPRINT, (added, text.shingles, text.features))
        self._db.execute(sql.ADD_BODY, (added, pack(text.body)))
        self._db.executemany(sql.ADD_POSTING, [(band, added) for band in sorted(set(text.bands))])
        self._touch(story_id)
        return added

    def count_shingles(self, shingles: NDArray[np.uint64]) -> None:
        self._known().count(shingles)

    def add_links(self, links: Sequence[LinkRow]) -> None:
        rows = [link._replace(linked=bool(link.linked)) for link in sorted(links)]
        self._db.executemany(sql.ADD_LINK, rows)

    def add_story(self, *, at: datetime) -> int:
        added = self._db.execute(sql.ADD_STORY, {"at": micros(at)}).lastrowid
        assert added is not None  # noqa: S101 -- as above
        self._touch(added)
        return added

    def assign(self, story_of: Mapping[int, int]) -> None:
        left = self._db.execute(sql.STORIES_OF_TEXTS, (as_json(story_of.keys()),)).fetchall()
        for text_id, before in left:
            after = story_of[text_id]
            if before != after:
                self._db.execute(sql.MOVE_TEXT, {"text": text_id, "story": after})
                self._db.execute(sql.MOVE_ARTICLES, {"text": text_id, "story": after})
                self._touch(before, after)

    def merge(self, story_id: int, into: int, *, at: datetime) -> None:
        if story_id == into:
            raise ValueError(f"story {story_id} cannot be merged into itself")
        names = {"story": story_id, "into": into, "at": micros(at)}
        for statement in (sql.MERGE_ARTICLES, sql.MERGE_TEXTS, sql.MERGE_STORY, sql.MERGE_REDIRECTS):
            self._db.execute(statement, names)
        self._touch(story_id, into)

    def live_story(self, story_id: int) -> int | None:
        row = self._db.execute(sql.LIVE_STORY, (story_id,)).fetchone()
        return None if row is None else int(row[0])

    def redirects(self, story_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        return self._db.execute(sql.REDIRECTS, (as_json(set(story_ids)),)).fetchall()

    def redirect(self, story_id: int, into: int | None) -> None:
        self._db.execute(sql.REDIRECT, {"story": story_id, "into": into})
        self._touch(story_id)

    # --- articles ---------------------------------------------------------------------------------------------------

    def add_article(
        self, article: NewArticle, *, text_id: int, story_id: int, urls: Mapping[str, str], at: datetime
    ) -> int:
        facts = article_row(article) | {"text_id": text_id, "story_id": story_id, "at": micros(at)}
        added = self._db.execute(sql.ADD_ARTICLE, facts).lastrowid
        assert added is not None  # noqa: S101 -- as above
        self._db.execute(sql.ADD_REVISION, revision_row(article, added, 1, text_id, (), at))
        self._say_source(added, article)
        self._db.executemany(sql.ADD_ADDRESS, [(key, added) for key in urls])
        self._db.executemany(sql.ADD_URL, [(url, added) for url in (article.url, *urls.values())])
        self._touch(story_id)
        return added

    def add_revision(
        self, article_id: int, article: NewArticle, *, text_id: int, changes: Sequence[str], at: datetime
    ) -> int:
        self._touch_article(article_id)
        self._db.execute(sql.CLOSE_REVISION, {"article_id": article_id})
        facts = article_row(article) | {"text_id": text_id, "article_id": article_id, "at": micros(at)}
        [(n,)] = self._db.execute(sql.REVISE_ARTICLE, facts).fetchall()
        self._db.execute(sql.ADD_REVISION, revision_row(article, article_id, n, text_id, changes, at))
        self._db.execute(sql.FORGET_PROVENANCE, (article_id,))
        self._db.execute(sql.FORGET_FED, (article_id,))
        self._say_source(article_id, article)
        self._touch_article(article_id)
        return int(n)

    def saw_article(self, article_id: int, *, urls: Mapping[str, str], at: datetime) -> None:
        for (story,) in self._db.execute(sql.SEE_ARTICLE, {"article_id": article_id, "at": micros(at)}).fetchall():
            self._db.execute(sql.SEE_STORY, {"story": story, "at": micros(at)})
        self._db.executemany(sql.ADD_ADDRESS, [(key, article_id) for key in urls])
        rows = [{"key": key, "url": url, "article_id": article_id} for key, url in urls.items()]
        self._db.executemany(sql.ADD_URL_OF_ADDRESS, rows)

    def restart_urls(self, keys: Sequence[str], article_id: int) -> None:
        self._db.executemany(sql.TAKE_ADDRESS, [(key, article_id) for key in keys])

    def set_canonical(self, story_id: int, article_id: int, *, reason: str) -> None:
        names = {"story": story_id, "article_id": article_id, "reason": plain(reason)}
        for statement in (sql.SET_CANONICAL, sql.BE_CANONICAL):
            self._db.execute(statement, names)
        self._touch(story_id)

    def set_relations(self, rows: Sequence[RelationRow]) -> None:
        self._db.executemany(
            sql.SET_RELATION,
            [(row.relation, row.order, row.copied_share, row.canonical_share, row.article_id) for row in rows],
        )

    def set_on_topic(self, article_ids: Sequence[int], *, source: str | None) -> None:
        rows = [(int(source is not None), source, article_id) for article_id in article_ids]
        self._db.executemany(sql.SET_ON_TOPIC, rows)

    def set_reuses(self, text_id: int, reuses: Sequence[Reuse]) -> None:
        self._db.execute(sql.FORGET_REUSES, (text_id,))
        rows = [(text_id, reuse.other_text_id, reuse.words, reuse.share) for reuse in reuses]
        self._db.executemany(sql.ADD_REUSE, rows)

    def add_decision(self, decision: Decision) -> int:
        added = self._db.execute(
            sql.ADD_DECISION,
            (micros(decision.at), decision.kind, decision.story_id, decision.article_id, decision.other_story_id,
             as_json(decision.facts)),
        ).lastrowid  # fmt: skip
        assert added is not None  # noqa: S101 -- as above
        return added

    # --- an analyst's word ------------------------------------------------------------------------------------------

    def decision(self, decision_id: int) -> Decision | None:
        row = self._db.execute(sql.DECISION, (decision_id,)).fetchone()
        return None if row is None else as_decision(row)

    def rule(self, ruling: NewRuling) -> int:
        added = self.add_decision(
            Decision(at=ruling.at, kind=ruling.kind, story_id=ruling.story_id, other_story_id=ruling.other_story_id)
        )
        rulings.add(self._db, added, ruling)
        return added

    def set_in_force(self, decision_id: int, *, undone_by: int | None) -> None:
        rulings.set_undone(self._db, decision_id, by=undone_by)

    def ruling(self, decision_id: int) -> Ruling | None:
        return rulings.one(self._db, decision_id)

    def rulings(self, text_ids: Iterable[int] | None = None) -> list[Ruling]:
        return rulings.in_force(self._db) if text_ids is None else rulings.touching(self._db, text_ids)

    def pins(self, story_ids: Iterable[int]) -> Mapping[int, int]:
        return rulings.pins(self._db, story_ids)

    # --- a pass over the stored texts -------------------------------------------------------------------------------

    def extent(self) -> Extent:
        return passes.extent(self._db)

    def next_texts(self, *, after: int, until: int, limit: int) -> list[int]:
        return passes.next_texts(self._db, after=after, until=until, limit=limit)

    def touched(self, what: Touched) -> list[int]:
        return passes.touched(self._db, what)

    def digests(self, *, until: int) -> list[int]:
        return passes.digests(self._db, until=until)

    def standing(self, text_ids: Iterable[int]) -> list[tuple[int, int, int]]:
        return passes.standing(self._db, text_ids)

    def noted(self, name: str) -> dict[str, Any] | None:
        return passes.noted(self._db, name)

    def note(self, name: str, value: Mapping[str, Any] | None) -> None:
        passes.note(self._db, name, value)

    # --- refusals, feeds and hosts ----------------------------------------------------------------------------------

    def reject(self, rejected: Rejected) -> None:
        feedbook.reject(self._db, rejected)

    def accept(self, urls: Sequence[str]) -> None:
        self._db.execute(sql.ACCEPT, (as_json(urls),))

    def save_items(self, items: Sequence[ItemRow]) -> None:
        feedbook.save_items(self._db, items)

    def save_pages(self, pages: Sequence[PageRow]) -> None:
        feedbook.save_pages(self._db, pages)

    def check_of(self, article_id: int) -> Check | None:
        return checkbook.check_of(self._db, article_id)

    def check_at(self, url: str) -> Check | None:
        return checkbook.check_at(self._db, url)

    def save_checks(self, checks: Sequence[Check]) -> None:
        checkbook.save_checks(self._db, checks)

    def finish_feed(self, outcome: FeedOutcome) -> None:
        feedbook.finish_feed(self._db, outcome)

    def save_hosts(self, hosts: Sequence[HostRow]) -> None:
        feedbook.save_hosts(self._db, hosts)

    # --- the end of the transaction ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """Bring counts, dates, title and search entry of every touched story up to date."""
        self._count(set(self._uncounted))
        for story_id in sorted(self._touched):
            self._db.execute(sql.UNSET_CANONICAL, {"story": story_id})
            self._index(story_id)
        if self.counted is not None:
            self.counted.save(self._db)

    def _say_source(self, article_id: int, article: NewArticle) -> None:
        if row := provenance_row(article):
            self._db.execute(sql.SET_PROVENANCE, row | {"article_id": article_id})
        if article.text_from == "feed":
            self._db.execute(sql.SET_FED, (article_id,))

    def _touch(self, *story_ids: int) -> None:
        self._touched.update(story_ids)
        self._uncounted.update(story_ids)

    def _touch_article(self, article_id: int) -> None:
        self._touch(*(story for (story,) in self._db.execute(sql.STORY_OF_ARTICLE, (article_id,))))

    def _count(self, story_ids: set[int]) -> None:
        self._db.executemany(sql.SETTLE_STORY, [(story_id,) for story_id in sorted(story_ids)])
        self._uncounted -= story_ids

    def _index(self, story_id: int) -> None:
        """Keep the search entry in step with the canonical article."""
        for old_title, old_text, title, text in self._db.execute(sql.SEARCHED, (story_id,)).fetchall():
            if (old_title, old_text) == (title, text):
                return
            if old_text is not None:
                self._db.execute(sql.UNSEARCH, self._entry(story_id, old_title, old_text))
            if text is not None:
                self._db.execute(sql.SEARCH_ENTRY, self._entry(story_id, title, text))
            self._db.execute(sql.SET_SEARCHED, (old_title if title is None else title, text, story_id))

    def _entry(self, story_id: int, title: str, text_id: int) -> tuple[int, str, str]:
        return story_id, searchable(title), searchable(self.bodies([text_id])[text_id])
