"""What `ingest feeds test` says of one feed: as a row, and as a line of JSON."""

from __future__ import annotations

import time
from collections.abc import Callable

from ingest.cli.limits import Limits
from ingest.cli.streams import escaped
from ingest.errors import BrokenFeed, IngestError, UsageError
from ingest.feeds.gate import parse_feed
from ingest.typed import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import signal
    from datetime import datetime

    from ingest.model import Item, ParsedFeed
else:
    try:  # without the names it gives to numbers, 0.4 ms to import
        import _signal as signal
    except ImportError:
        import signal

ENTRY = ("title", "link", "guid", "published", "updated", "author", "summary", "language")
_CONTROLS = bytes((*range(32), 127))  # of ASCII: all in it that is not printable
_TWO = tuple(f"{number:02}" for number in range(100))


class Answer(NamedTuple):
    """The bytes of a feed, and what HTTP said of them."""

    body: bytes
    url: str = ""
    content_type: str | None = None
    charset: str | None = None


class Reading(NamedTuple):
    """One feed that was read, or why it was not."""

    file: str  # as the user called it
    feed: ParsedFeed | None
    error: str | None
    detail: str | None
    ms: float


class Alarm:
    """Within it BrokenFeed is raised where the alarm of `reading` rings. In the main thread alone."""

    __slots__ = ("_before", "_seconds")

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.timeout

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGALRM, self._ring)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGALRM, self._before)

    def _ring(self, _number: int, _frame: object) -> None:
        raise BrokenFeed("unreadable feed", why=f"it takes more than {self._seconds:g} s")


def reading(name: str, answer: Callable[[], Answer], limits: Limits) -> Reading:
    """Read one feed; whatever is wrong with it is part of the answer. The readers are bounded by themselves (138 real
    feeds: 0.1 s); the alarm stands behind them."""
    started = time.perf_counter()
    feed = error = detail = None
    try:
        got = answer()
        signal.setitimer(signal.ITIMER_REAL, limits.timeout)
        feed = parse_feed(got.body, url=got.url, content_type=got.content_type, charset=got.charset,
                          max_items=limits.max_items)  # fmt: skip
    except IngestError as exc:
        error = "unreadable" if isinstance(exc, UsageError) else exc.error_class  # a file, as `extract` says it
        detail = "; ".join(filter(None, (str(exc), exc.fix)))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return Reading(name, feed, error, detail, round((time.perf_counter() - started) * 1000, 1))


def as_row(one: Reading) -> dict[str, Any]:
    """For tables, CSV and arrays of JSON."""
    feed = one.feed
    return {
        "file": one.file, "format": feed.format if feed else None, "title": (feed.title or None) if feed else None,
        "language": feed.language if feed else None,
        "entries": [dict(zip(ENTRY, _values(item), strict=True)) for item in feed.items] if feed else [],
        "error": one.error, "detail": one.detail, "ms": one.ms,
    }  # fmt: skip


def _values(item: Item) -> tuple[Any, ...]:
    return (item.title, item.url, item.guid, item.published, item.updated, item.author, item.summary, item.language)


def as_line(one: Reading) -> bytes:
    """The same as one line of JSON in UTF-8, without spaces. By hand: 1,854 entries in 5 ms; `json` takes 45, and
    importing msgspec for it 20. Nothing in it that a terminal would act on."""
    feed = one.feed
    # Encoded one by one: a letter beyond Latin-1 makes a text twice as wide, a single one would widen all entries.
    entries = b",".join([_json(item).encode() for item in feed.items]) if feed else b""
    kind, title, language = (feed.format, feed.title, feed.language) if feed else (None, "", None)
    before = f'"format":{_text(kind)},"title":{_text(_within(title) or None)},"language":{_text(language)}'
    after = f'"error":{_text(one.error)},"detail":{_text(one.detail and _within(one.detail))},"ms":{one.ms}'
    head, tail = f'{{"file":"{_within(one.file)}",{before},"entries":[', f"],{after}}}\n"
    return head.encode() + entries + tail.encode()


def _json(item: Item) -> str:
    url, guid, title, summary, _, author, published, updated, language, _ = item
    said = f"{title}{url}{guid}{author}{summary}"  # to look through it costs less than five questions
    if '"' in said or "\\" in said or not _prints(said):  # one entry of twelve
        title, summary = _within(title), _within(summary)
        url, guid, author = (text and _within(text) for text in (url, guid, author))
    return (
        f'{{"title":"{title}","link":{_text(url)},"guid":{_text(guid)},"published":{_time(published)},'
        f'"updated":{_time(updated)},"author":{_text(author)},"summary":"{summary}","language":{_text(language)}}}'
    )


def _prints(text: str) -> bool:
    """Whether all of it is printable. `isprintable` looks each letter up: in ASCII that takes three times as long."""
    return len(text.encode().translate(None, _CONTROLS)) == len(text) if text.isascii() else text.isprintable()


def _within(text: str) -> str:
    """A text as it stands within a string of JSON. All that acts on a terminal is unprintable, C0 and lone surrogates
    too, which are no JSON and no UTF-8. `json` looks at each character by itself, which takes four times as long."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text if text.isprintable() else escaped(text)


def _text(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'


def _time(moment: datetime | None) -> str:
    """RFC 3339; the readers give UTC. By hand: `isoformat` takes three times as long."""
    if moment is None:
        return "null"
    century, year = divmod(moment.year, 100)
    date = f"{_TWO[century]}{_TWO[year]}-{_TWO[moment.month]}-{_TWO[moment.day]}"
    return f'"{date}T{_TWO[moment.hour]}:{_TWO[moment.minute]}:{_TWO[moment.second]}Z"'
