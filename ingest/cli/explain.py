"""`ingest explain`: why an article is in its story, or two are not together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.output import chosen, emit_one, format_options, plain, short_time, shown


@click.command(cls=Command)
@click.argument("url")
@click.argument("other", required=False)
@format_options("table", "json", "jsonl")
@pass_invocation
def explain(invocation: Invocation, url: str, other: str | None, form: str | None) -> None:
    """Example: ingest explain https://a.example/news/1 https://b.example/news/7

    Why an article is in its story: its links, the passages it shares with the canonical article, what was discounted
    as common, the rules with their figures. With two addresses: why they are, or are not, together. Exit code 6 for an
    address that is not known.
    """
    from ingest.explain import explain_one, explain_two

    with invocation.reading() as store:
        rules = invocation.config.dedupe
        found = explain_two(store, url, other, rules) if other else explain_one(store, url, rules)
    if chosen(form) != "table":
        emit_one(found)
        return
    for line in two_in_words(found) if other else one_in_words(found):
        click.echo(shown(line))


def one_in_words(found: Mapping[str, Any]) -> list[str]:
    """The lines that say why an article is in its story."""
    lines = [
        f"{found['url']}: {plain(found['title'])}",
        f"story {found['story_id']}, {found['relation']}; {_shares(found)}",
        f"canonical: {found['canonical_url']} ({found['canonical_reason']})",
        "",
    ]
    lines += [
        "what was decided",
        *(f"  {short_time(decision['at'])} {decision['why']}" for decision in found["decisions"]),
        "",
    ]
    lines += _rulings(found)
    lines += ["compared with", *_links(found["links"])] if found["links"] else ["nothing like it is known"]
    return lines + _evidence(found)


def two_in_words(found: Mapping[str, Any]) -> list[str]:
    """The lines that say why two articles are, or are not, together."""
    a, b, verdict = found["a"], found["b"], found["verdict"]
    where = f"both in story {a['story_id']}" if found["together"] else f"stories {a['story_id']} and {b['story_id']}"
    figures = ", ".join(f"{key} {value}" for key, value in verdict.items() if key not in ("linked", "rule", "why"))
    return [
        f"A {a['url']}: {plain(a['title'])}",
        f"B {b['url']}: {plain(b['title'])}",
        f"{where}; compared alone they are {'one lineage' if verdict['linked'] else 'two texts'}: {verdict['why']}",
        f"rule {verdict['rule']}: {figures}",
        f"{found['copied_share']:.0%} of A's words stand in B, {found['canonical_share']:.0%} of B's in A",
        *_weights(found),
        *_checks(found),
        *_evidence(found),
        "",
        *_rulings(found),
    ]


def _weights(found: Mapping[str, Any]) -> list[str]:
    """What the score is made of, and whose articles were left out of the counts for it."""
    weights, left = found["weights"], found["left_out"]
    lines = []
    if weights:
        here, there, common = weights["a"], weights["b"], weights["common_from"]
        sums = f"shared runs weigh {weights['shared']:.2f}, all of A's {here:.2f}, all of B's {there:.2f}"
        each = f"a run weighs 1 where up to {common:g} articles have it, else {common:g} / articles"
        lines.append(f"score: {sums}; {each}")
    if left:
        of_story = f"{left['articles']} of story {left['story_id']}, whose words they are" if left["story_id"] else ""
        of_lineage = f"{left['lineage']} more of their own lineage, told by its words" if left["lineage"] else ""
        lines.append(f"articles left out of the counts: {'; '.join(filter(None, (of_story, of_lineage)))}")
        lines += [
            f"  in {phrase['counted']}, {phrase['articles']} without them: {plain(phrase['text'])}"
            for phrase in left["phrases"]
        ]
    return lines


def _checks(found: Mapping[str, Any]) -> list[str]:
    """Each rule that was asked, with its figure and threshold; JSON has the others too."""
    asked = [check for check in found["checks"] if check["asked"]]
    lines = ["rules"] if asked else []
    for check in asked:
        sign = "holds" if check["holds"] else "speaks against"
        lines.append(
            f"  {check['rule']}: {check['figure']:.2f}, {check['threshold']:g} needed when {check['when']}: {sign}"
            if check["when"] != "always"
            else f"  {check['rule']}: {check['figure']:.2f}, {check['threshold']:g} needed: {sign}"
        )
    return lines


def _rulings(found: Mapping[str, Any]) -> list[str]:
    return ["what was ruled", *(f"  {ruling['why']}" for ruling in found["rulings"]), ""] if found["rulings"] else []


def _shares(found: Mapping[str, Any]) -> str:
    copied, kept = found["copied_share"], found["canonical_share"]
    return f"{copied:.0%} of its words stand in the canonical, {kept:.0%} of the canonical's words stand here"


def _links(links: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line a link; an address that has had several texts, or names several articles, is told with its state."""
    met = Counter(link["url"] for link in links)
    return [_link(link, dated=met[link["url"]] > 1) for link in links]


def _link(link: Mapping[str, Any], *, dated: bool) -> str:
    own = f"its state {link['own_state']} of {link['own_states']} " if link["own_state"] != link["own_states"] else ""
    verdict = "linked" if link["linked"] else "not linked"
    state = f", state {link['state']} of {link['states']}" if link["states"] and link["states"] > 1 else ""
    since = f", from {short_time(link['seen_from'])}" if dated or state else ""
    where = f"{link['url']} (story {link['story_id']}{state}{since})"
    return f"  {own}{verdict}, score {link['score']:.2f}, {link['why']}: {where}"


def _evidence(found: Mapping[str, Any]) -> list[str]:
    lines = []
    if found["passages"]:
        lines += ["", "shared passages", *(f"  {p['words']} words: {plain(p['text'])}" for p in found["passages"])]
    if found["sampled"]:
        counts = found["sampled"]
        runs = f"{counts['runs']} sampled runs of five words here, {counts['other_runs']} there"
        lines += ["", "known by a sketch: counts instead of passages", f"  {runs}, {counts['shared']} shared"]
    if found["common"]:
        lines += ["", "discounted as common", *(f"  in {c['articles']}: {plain(c['text'])}" for c in found["common"])]
    return lines
