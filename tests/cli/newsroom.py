"""A small store with everything a reader can meet: copies, a cut, a changed text, a refusal, hostile titles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from ingest.config import Dedupe
from ingest.dedupe.fingerprint import fingerprint, scheme
from ingest.model import Article
from ingest.place import Desk, Incoming, place
from store import open_store
from store.model import Rejected

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
HARBOUR = """\
Im Hafen von Nordmole ist am Montag ein Frachter mit 14 Containern Granaten entladen worden, teilte die Polizei mit.
Das Schiff war nach Angaben der Hafenmeisterin Jette Brandis drei Tage zuvor in Ostersiel ausgelaufen.
Kurz vor der Küste hatte die Besatzung den Transponder abgeschaltet, wie Aufzeichnungen der Lotsen zeigen.
Ein Sprecher der Reederei Lüttmann sagte, die Papiere seien in Ordnung gewesen; die Behörde prüft nun 230 Ladelisten.
Anwohner hatten den Lastzug mit gelöschten Lichtern bemerkt, der die Kisten in das alte Depot am Krähenberg brachte."""
BAKERY = """\
Die Bäckerei am Markt von Hinterfelden hat nach sieben Monaten wieder geöffnet, die Leute standen bis zum Brunnen an.
Inhaberin Mareike Osterloh hat den Ofen erneuert, zwei Gesellen eingestellt und die Preise nicht erhöht.
Der Bürgerverein hatte zuvor 6.200 Euro gesammelt, damit der Laden nach dem Brand vom August nicht schließen musste."""
NASTY = "=HYPERLINK(1) \x1b[31mGranaten\u202e im Hafen\x07"
# Minutes after the start, address, title, text: the original, a copy, a cut, another story, a later state of the first.
STATES = (
    (0, "nordkurier.example/hafen", "Granaten im Hafen von Nordmole", HARBOUR),
    (60, "abendpost.example/granaten", NASTY, HARBOUR.replace("Montag", "Montagabend")),
    (90, "anzeiger.example/kurz", "Frachter entladen", HARBOUR.rsplit("\n", 2)[0]),
    (120, "nordkurier.example/brot", "Bäckerei wieder offen", BAKERY),
    (240, "nordkurier.example/hafen", "Granaten im Hafen von Nordmole", HARBOUR.replace("14 Cont", "17 Cont")),
)


def furnish(path: Path) -> None:
    """Put the newsroom into a store at `path`."""
    store = open_store(f"sqlite:///{path}")
    try:
        store.claim_scheme(scheme())
        for minutes, address, title, text in STATES:
            now = START + timedelta(minutes=minutes)
            article = Article(
                url=f"https://{address}",
                canonical_claim=None,
                title=title,
                text=text,
                published=now,
                published_from="json-ld",
                language="de",
                words=len(text.split()),
            )
            desk = Desk(rules=Dedupe(), now=partial(START.__add__, timedelta(minutes=minutes)))
            with store.placing() as placing:
                incoming = Incoming(
                    article=article, prints=fingerprint(text), outlet=address.split("/")[0], source="http://f.example/rss",
                    topic_hits=(("Hafen", "Hafen", "text", 3),),
                )  # fmt: skip
                place(placing, incoming, desk)
        refused = Rejected(
            url="https://abendpost.example/login",
            state="rejected",
            reason="login",
            detail="a form",
            first_seen=START,
            last_seen=START,
        )
        with store.placing() as placing:
            placing.reject(refused)
    finally:
        store.close()
