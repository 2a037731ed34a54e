"""Decisions and rulings as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ingest.dedupe.rules import RULES


def ruling_in_words(ruling: Mapping[str, Any]) -> str:
    """What an analyst ruled, as a sentence."""
    what = {
        "tied": "merged it with another story", "parted": "split it from others", "pinned": "pinned it",
        "undone": f"took back decision {ruling['undoes']}",
    }[ruling["kind"]]  # fmt: skip
    note = f" ({ruling['note']})" if ruling["note"] else ""
    undone = f"; undone by decision {ruling['undone_by']}" if ruling["undone_by"] else ""
    return f"decision {ruling['id']}: {ruling['by']} {what}{note}{undone}"


def decision_in_words(decision: Mapping[str, Any]) -> str:
    """One decision of a story as a sentence."""
    return _change_in_words(decision) + _set_aside((decision.get("facts") or {}).get("furniture", ()))


def _set_aside(furniture: Sequence[Mapping[str, Any]]) -> str:
    """What was cut of the text because its outlet prints it in many stories."""
    named = ", ".join(f"“{block['text']}” (in {block['stories']} stories)" for block in furniture)
    return f"; set aside, as its outlet prints it again and again: {named}" if named else ""


def _change_in_words(decision: Mapping[str, Any]) -> str:
    facts = decision.get("facts") or {}
    linked = [link for link in facts.get("links", ()) if link.get("linked")]
    url, other = decision.get("url"), decision.get("other_story_id")
    if decision["kind"] in _ANALYST:
        return ruling_in_words(decision)
    match decision["kind"]:
        case "joined" if linked:
            best = linked[0]
            why = RULES.get(best["rule"], best["rule"])
            return f"{url} joined: {why} ({_figure(best)}, {best['threshold']} needed)"
        case "new" if not facts.get("compared"):
            return f"{url} began it; nothing like it was known"
        case "new":
            return f"{url} began it; texts compared: {facts['compared']}, none was of its lineage"
        case kind:
            return _SENTENCES[kind].format(url=url, other=other, texts=facts.get("texts", 1))


def _figure(link: Mapping[str, Any]) -> str:
    """What the threshold of a link's rule is about: the score for most."""
    if link["rule"] in {"passages", "under-a-lead"}:
        return f"{link['passages']} of the shorter text stands in shared passages"
    # Of a short text that is known by a sketch, as of no other link, another figure decides.
    return f"Jaccard {link['jaccard']}" if link["rule"] == "sketch" and "jaccard" in link else f"score {link['score']}"


_ANALYST: Final = frozenset({"tied", "parted", "pinned", "undone"})
_SENTENCES: Final[Mapping[str, str]] = {
    "joined": "{url} joined: its text is known word for word",
    "revised": "{url} changed its text",
    "merged": "story {other} turned out to be the same",
    "split": "parted from story {other}",
    "moved": "texts came over from story {other}: {texts}",
    "restarted": "{url} started over with another text",
    "gone": "{url} is not there any more; its text is kept",
    "returned": "{url} is there again",
    "walled": "{url} must be paid for by now; the text that was free is kept",
    "opened": "{url} can be read freely again",
}
