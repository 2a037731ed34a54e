"""How good a clustering is, against labels: pairs, B-cubed, adjusted Rand index, the worst errors. Pure.

Pairs: of the pairs of articles that stand in one story, how many have one label, and the other way round. B-cubed: the
same asked of each article and averaged over articles, so that one huge story does not drown the rest (Bagga and
Baldwin, "Entity-Based Cross-Document Coreferencing Using the Vector Space Model", COLING-ACL 1998). Adjusted Rand
index: agreement over pairs, 0 for chance and 1 for the same clustering (Hubert and Arabie, "Comparing Partitions",
Journal of Classification 2, 1985). All come from the contingency table, in time linear in the articles.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

# Articles named of each part of an error.
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision, recall and their harmonic mean, 0..1; None where there is nothing to measure them on."""

    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some articles of an error: their label (of a false merge) or their story (of a false split).

    A labelled pair has no label of its own: None.
    """

    name: Hashable
    articles: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """A story that holds several labels, or a label that stands in several stories; `pairs` of articles are wrong."""

    name: Hashable
    articles: int
    pairs: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a comparison found, with the worst errors of both kinds, most wrong pairs first."""

    pairs: Rates
    b_cubed: Rates
    ari: float | None
    false_merges: tuple[Error, ...]
    false_splits: tuple[Error, ...]


def score(labels: Mapping[str, Hashable], stories: Mapping[str, Hashable], *, worst: int = 10) -> Scores:
    """Compare two clusterings of the articles that both know (id -> label, id -> story)."""
    both = [(article, labels[article], stories[article]) for article in sorted(labels.keys() & stories.keys())]
    cells = Counter((label, story) for _, label, story in both)
    rows, columns = Counter(label for _, label, _ in both), Counter(story for _, _, story in both)
    hit, wanted, said = (sum(map(_pairs, counts.values())) for counts in (cells, rows, columns))
    squares = [(n * n / columns[story], n * n / rows[label]) for (label, story), n in cells.items()]
    b_cubed = [sum(column) / len(both) for column in zip(*squares, strict=True)] if both else [None, None]
    return Scores(
        pairs=Rates(_over(hit, said), _over(hit, wanted), _over(2 * hit, said + wanted)),
        b_cubed=Rates(b_cubed[0], b_cubed[1], _mean(b_cubed[0], b_cubed[1])),
        ari=_ari(len(both), hit, wanted, said),
        false_merges=_errors(((story, label, article) for article, label, story in both), worst),
        false_splits=_errors(((label, story, article) for article, label, story in both), worst),
    )


def score_pairs(labels: Mapping[tuple[str, str], bool], stories: Mapping[str, Hashable], *, worst: int = 10) -> Scores:
    """Compare labelled pairs (are the two one story?) with a clustering; pairs of articles that it does not know are
    left out. Errors are single pairs, those of the stories with most of them first."""
    known = {pair: same for pair, same in labels.items() if all(article in stories for article in pair)}
    said = {pair for pair in known if stories[pair[0]] == stories[pair[1]]}
    wanted = {pair for pair, same in known.items() if same}
    hit = len(said & wanted)
    return Scores(
        pairs=Rates(_over(hit, len(said)), _over(hit, len(wanted)), _over(2 * hit, len(said) + len(wanted))),
        b_cubed=Rates(None, None, None),
        ari=None,
        false_merges=_pair_errors(said - wanted, stories, worst, merged=True),
        false_splits=_pair_errors(wanted - said, stories, worst, merged=False),
    )


def _errors(members: Iterable[tuple[Hashable, Hashable, str]], worst: int) -> tuple[Error, ...]:
    """Groups with several parts, from (group, part, article)."""
    groups: dict[Hashable, dict[Hashable, list[str]]] = defaultdict(lambda: defaultdict(list))
    for group, part, article in members:
        groups[group][part].append(article)
    found = []
    for group, parts in groups.items():
        sizes = [len(articles) for articles in parts.values()]
        wrong = _pairs(sum(sizes)) - sum(map(_pairs, sizes))
        if wrong:
            ranked = sorted(parts.items(), key=lambda part: (-len(part[1]), part[1]))
            shown = (Part(name=name, articles=len(ids), examples=tuple(ids[:EXAMPLES])) for name, ids in ranked)
            found.append(Error(name=group, articles=sum(sizes), pairs=wrong, parts=tuple(shown)))
    return tuple(sorted(found, key=lambda error: (-error.pairs, error.parts[0].examples))[:worst])


def _pair_errors(
    wrong: Iterable[tuple[str, str]], stories: Mapping[str, Hashable], worst: int, *, merged: bool
) -> tuple[Error, ...]:
    """Pairs that stand together and should not (`merged`), or the other way round."""
    where = {pair: frozenset(stories[article] for article in pair) for pair in wrong}
    often = Counter(where.values())
    return tuple(
        Error(
            name=stories[pair[0]] if merged else None,
            articles=2,
            pairs=1,
            parts=tuple(Part(name=None if merged else stories[one], articles=1, examples=(one,)) for one in pair),
        )
        for pair in sorted(where, key=lambda pair: (-often[where[pair]], min(map(str, where[pair])), pair))[:worst]
    )


def _pairs(articles: int) -> int:
    return articles * (articles - 1) // 2


def _over(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _mean(a: float | None, b: float | None) -> float | None:
    return 2 * a * b / (a + b) if a and b else None


def _ari(articles: int, hit: int, wanted: int, said: int) -> float | None:
    """1.0 also where both clusterings are trivial in the same way: then chance explains all there is."""
    if not articles:
        return None
    chance = wanted * said / max(1, _pairs(articles))
    most = (wanted + said) / 2
    return 1.0 if most == chance else (hit - chance) / (most - chance)
