"""What a run did, counted so that it adds up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ingest.redaction import redacted
from ingest.words import counted

# What can become of an entry; their sum is what was seen.
OUTCOMES: Final = (
    "new", "revised", "unchanged", "duplicate_url", "off_topic", "rejected", "failed", "deferred",
)  # fmt: skip
# What can become of a stored article's page that is looked at again; their sum is what was asked. These are no entries
# of feeds, and not counted among them.
LOOKS: Final = ("unchanged", "revised", "restarted", "missing", "walled", "unclear", "deferred")
# Errors kept in a summary: the log has them all, and a summary of 10,000 failed feeds helps nobody.
MAX_ERRORS: Final = 200


@dataclass(slots=True)
class Summary:
    """Counts of one run. `items` holds "seen" and every outcome; they must add up."""

    started: datetime
    ended: datetime | None = None
    feeds: Counter[str] = field(default_factory=Counter)  # ok, unchanged, failed, skipped
    items: Counter[str] = field(default_factory=Counter)
    rechecks: Counter[str] = field(default_factory=Counter)  # "asked" and every one of LOOKS; they must add up, too
    stories: Counter[str] = field(default_factory=Counter)  # new, joined, merged, split
    seconds: dict[str, float] = field(default_factory=dict)  # by stage
    errors: list[dict[str, str]] = field(default_factory=list)

    def spent(self, stage: str, seconds: float) -> None:
        """Add seconds to a stage."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    def error(self, url: str, kind: str, message: str) -> None:
        """Note an error, as long as there is room."""
        if len(self.errors) < MAX_ERRORS:
            self.errors.append({"url": redacted(url), "class": kind, "message": redacted(message)})

    def balance(self) -> int:
        """Entries seen and pages looked at again that no outcome accounts for; anything but 0 is a bug."""
        entries = self.items["seen"] - sum(self.items[outcome] for outcome in OUTCOMES)
        return abs(entries) + abs(self.rechecks["asked"] - sum(self.rechecks[look] for look in LOOKS))

    @property
    def all_failed(self) -> bool:
        """Every feed that was asked failed, and at least one was."""
        return self.feeds["failed"] > 0 and not self.feeds["ok"] and not self.feeds["unchanged"]

    def as_dict(self) -> dict[str, Any]:
        """The contract's run summary."""
        return {
            "started": _time(self.started),
            "ended": _time(self.ended),
            "feeds": {key: self.feeds[key] for key in ("ok", "unchanged", "failed", "skipped")},
            "items": {key: self.items[key] for key in ("seen", *OUTCOMES)},
            "rechecks": {key: self.rechecks[key] for key in ("asked", *LOOKS)},
            "stories": {key: self.stories[key] for key in ("new", "joined", "merged", "split")},
            "seconds": {stage: round(spent, 3) for stage, spent in sorted(self.seconds.items())},
            "errors": self.errors,
        }

    def in_words(self) -> str:
        """One line a person reads at the end of a run."""
        feeds, items, stories = self.feeds, self.items, self.stories
        asked = feeds["ok"] + feeds["unchanged"] + feeds["failed"]
        begun = counted(stories["new"], "new story", "new stories")
        parts = [
            counted(asked, "feed") + (f" ({feeds['failed']} failed)" if feeds["failed"] else ""),
            counted(items["new"], "new article"),
            f"{begun}, {counted(stories['joined'], 'article')} joined known ones",
        ]
        revised = items["revised"] + self.rechecks["revised"]
        parts += [f"{revised} revised"] if revised else []
        parts += [f"{self.rechecks['asked']} looked at again"] if self.rechecks["asked"] else []
        left = {name: items[name] for name in ("off_topic", "rejected", "failed", "deferred") if items[name]}
        parts += [f"{count} {name.replace('_', ' ')}" for name, count in left.items()]
        return "; ".join(parts)


def _time(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds").replace("+00:00", "Z")
