"""The wording of visible bylines and dates, read from marks.toml and compiled."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Final

_MONTH_WORD: Final = r"[^\W\d]{3,12}"
_DAY: Final = (
    r"\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2}(?![\d:]|\.\d))|\d{4}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:\.|er|º)?\s+(?:de\s+)?{_MONTH_WORD}\.?,?\s+(?:del?\s+)?\d{{4}}"
    rf"|{_MONTH_WORD}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What marks.toml says, as expressions."""

    by: re.Pattern[str]  # what stands before a name, with the space behind it
    written_by: re.Pattern[str]  # a line that names its author; group 1: the names
    date_line: re.Pattern[str]  # a line that is a date; group 1: from the day on
    published: re.Pattern[str]
    changed: re.Pattern[str]
    no_person: frozenset[str]
    author_class: re.Pattern[str]
    name_class: re.Pattern[str]
    no_name_class: re.Pattern[str]
    others_class: re.Pattern[str]
    date_class: re.Pattern[str]


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The wording of marks.toml."""
    rows: dict[str, Any] = tomllib.loads(resources.files(__package__).joinpath("marks.toml").read_text("utf-8"))
    lists: dict[str, list[str]] = {row["name"]: row["match"] for row in rows["words"]}
    words = {name: _longest_first(match) for name, match in lists.items()}
    classes = {row["name"]: _compiled("|".join(row["match"])) for row in rows["classes"]}
    by, on, times = words["by"], words["on"], words["times"]
    # A weekday: any one word before a comma, or the short forms that stand without one.
    weekday = r"(?:[^\W\d]{2,12}(?:[.,]+\s*|\s+))?"
    return Wording(
        by=_compiled(rf"(?:{by})\s*:?\s+"),
        written_by=_compiled(
            rf"(?:(?:(?:ein|eine|blog|gast)[ -]?)?(?:{words['pieces']}) )?"
            rf"(?:{by}|[\W_]*redaktion(?=:))\s*[:：]?[\s　]+(\S.{{1,90}}?)"
            r"(?:\s*[,|·•–—-]\s*(?:(?:in|am|on|at|aus|datum|date|stand|updated)\b.*|\d.*)?)?$"
        ),
        date_line=_compiled(
            rf"(?:(?:{words['published']})\b[^\w]*)?(?:(?:{on})\s+)?{weekday}((?:{_DAY})"
            rf"(?:[\s,|–.-]+(?:(?:{times})\.?\s+)?(?:[^\W\d]{{2}}\s)?\d{{1,2}}\s?[:.h時时시点]\s?\d{{2}}.{{0,20}}?)?)"
            r"(?:\s*[,|·•–-].{0,60})?$"
        ),
        published=_compiled(rf"\s*(?:{words['published-on']})(?:\s+(?:{on}))?\s*[:\s]"),
        changed=_compiled(rf"\s*(?:(?:zuletzt|letzte|last) )?(?:{words['changed']})\s*(?::|(?:{on})\b)"),
        no_person=frozenset(lists["no-person"]),
        author_class=classes["author"],
        name_class=classes["name"],
        no_name_class=classes["no-name"],
        others_class=classes["others"],
        date_class=classes["date"],
    )


def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def _longest_first(match: list[str]) -> str:
    return "|".join(sorted(match, key=len, reverse=True))
