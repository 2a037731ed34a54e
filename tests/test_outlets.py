"""Who publishes: settings before what is generally known, the nearest parent of a host, sound data."""

from __future__ import annotations

import pytest

from ingest.config import Outlet
from ingest.outlets import OutletOf, Outlets, generally_known

MINE = (
    Outlet("Talbote", ["talbote.example", "tb.example"], owner="Verlag Tal"),
    Outlet("Welt", ["welt.de"]),
    Outlet("Bild in other hands", ["bild.de"], owner="Others", kind="aggregator"),
    Outlet("Talfunk", ["funk.example"], kind="agency"),
    Outlet("Yonhap in English", ["en.yna.co.kr"]),
    Outlet("Intranet", ["10.0.0.7"]),
    Outlet("Test desk", ["10.0.0.7:8080"]),
    Outlet("Own machine", ["[::1]"]),
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.talbote.example/a", OutletOf("Talbote", "Verlag Tal")),
        ("https://lokales.tb.example/a", OutletOf("Talbote", "Verlag Tal")),
        ("https://www.welt.de/a", OutletOf("Welt", "Axel Springer")),
        ("https://sport.bild.de/a", OutletOf("Bild in other hands", "Others", "aggregator")),
        ("https://www.abendblatt.de/a", OutletOf("abendblatt.de", "Funke Mediengruppe")),
        ("https://cn.yna.co.kr/view/1", OutletOf("yna.co.kr", "Yonhap", "agency", "Yonhap")),
        ("https://en.yna.co.kr/view/1", OutletOf("Yonhap in English", "Yonhap", "agency", "Yonhap")),
        ("https://funk.example/1", OutletOf("Talfunk", None, "agency", "Talfunk")),
        ("https://www.presseportal.de/pm/1", OutletOf("presseportal.de", None, "press-release")),
        ("https://de.nachrichten.yahoo.com/x", OutletOf("yahoo.com", None, "aggregator")),
        ("https://unbekannt.example/a", OutletOf("unbekannt.example", None)),
        ("http://10.0.0.7/a", OutletOf("Intranet", None)),
        ("http://10.0.0.7:8077/a", OutletOf("Intranet", None)),
        ("http://10.0.0.7:8080/a", OutletOf("Test desk", None)),
        ("http://[::1]:8080/a", OutletOf("Own machine", None)),
        ("http://127.0.0.1:8080/a", OutletOf("127.0.0.1:8080", None)),
    ],
)
def test_outlet_of(url: str, expected: OutletOf) -> None:
    """What the settings say goes before the table; an owner or kind that they leave out is filled in."""
    assert Outlets(MINE).of(url) == expected


def test_a_feeds_own_name_keeps_owner_and_kind() -> None:
    """A feed may name its outlet; who owns it and what it is stays known by its host."""
    assert Outlets().of("https://www.ksta.de/x", named="KStA") == OutletOf("KStA", "DuMont")


def test_the_table_is_sound() -> None:
    """Hosts are registrable names in lower case, each with an owner or a kind."""
    known = generally_known()
    assert len(known) > 350
    for host, said in known.items():
        assert host == host.lower().removeprefix("www.")
        assert "." in host
        assert "/" not in host
        assert said.owner or said.kind != "publisher"
        assert (said.agency is not None) == (said.kind == "agency")
    assert {said.owner for said in known.values()} >= {
        "Axel Springer", "Funke Mediengruppe", "Madsack", "Ippen", "DuMont", "SWMH", "Burda", "TX Group", "CH Media",
        "NZZ", "Ringier", "Styria", "ARD", "ZDF", "ORF", "SRG SSR",
    }  # fmt: skip
