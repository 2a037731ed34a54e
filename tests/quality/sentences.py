"""Sentences put together from words of our own: each is new, and few runs of words are shared by chance."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SYLLABLES = "bra do fen gul hol ir ka lum mo nes or pil ras sten tur ul vik wes yar zan dal mer kos lin"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one language, and the shapes of its sentences. `{a}`djective, `{n}`oun, `{v}`erb, na`{m}`e, `{p}`lace,
    number `{c}`."""

    kinds: dict[str, str]
    shapes: list[str]


GERMAN = Words(
    {
        "n": (
            "Kläranlage Deponie Gutachterin Werkstatt Leitung Behörde Gewerkschaft Kammer Sitzung Vorlage Quelle "
            "Messstelle Klägerin Mehrheit Fraktion Anwältin Stiftung Bohrung Mauer Schleuse Pumpe Zeugin Rechnung "
            "Karte Probe Firma Genehmigung Prüferin Kantine Schicht Baustelle Gemeinde Nachbarin Akte Grube Halde "
            "Fabrik Versicherung Mannschaft Ministerin Botschaft Umfrage Sprecherin Kanzlei Zeitung Siedlung Straße "
            "Kapelle Richterin Ladung Spur Wache Lieferung Summe Frist Klausel Warnung Übung Erbin Brücke Fähre"
        ),
        "a": (
            "alte neue städtische vergessene undichte zuständige kleine geprüfte strittige entlassene nördliche leere "
            "private günstige teure stillgelegte frühere empörte ratlose gelbe rostige geheime lückenhafte zweite "
            "dritte vorläufige bekannte östliche beurlaubte wütende schmale eilige müde beschädigte gewählte amtliche"
        ),
        "v": (
            "verteidigt bezweifelt prüft verschiebt meldet ersetzt begrüßt widerlegt bestätigt sperrt verlangt umgeht "
            "öffnet verkauft übernimmt kritisiert verlässt besichtigt verschweigt entdeckt bezahlt verspricht zählt "
            "repariert blockiert zitiert erwähnt räumt sichert gefährdet beantragt vertagt"
        ),
    },
    [
        "Die {a} {n} von {p} {v} die {a} {n}, wie {m} am Abend vor der {a} {n} erklärte.",
        "{m} {v} in {p} eine {a} {n}, während die {n} der Familie {m} noch die {a} {n} {v}.",
        "Nach {c} Tagen {v} die {a} {n} eine {n} in {p}; auch {m} {v} sie.",
        "Ob die {a} {n} eine {a} {n} {v}, wollte {m} nicht sagen, die {n} in {p} aber {v} jede {n}.",
        "Für {c} Kronen {v} {m} aus {p} die {a} {n}, obwohl die {n} eine {a} {n} {v}.",
        "Weil keine {n} mehr die {a} {n} {v}, ließ {m} am Rand von {p} eine {a} {n} aufstellen.",
    ],
)
ENGLISH = Words(
    {
        "n": (
            "sewer quarry surveyor workshop pipeline office union chamber session draft spring gauge claimant majority "
            "party lawyer trust drill wall lock pump witness bill map sample company permit auditor canteen shift site "
            "parish neighbour file pit heap mill insurer crew minister embassy poll speaker firm paper estate road "
            "chapel judge cargo trail guard delivery sum deadline clause warning exercise heir bridge ferry"
        ),
        "a": (
            "old new municipal forgotten leaking local small certified disputed dismissed northern empty private cheap "
            "costly disused former angry puzzled yellow rusty secret patchy second third provisional familiar eastern "
            "suspended furious narrow hasty weary damaged elected official"
        ),
        "v": (
            "defends doubts examines delays reports replaces welcomes rejects confirms closes demands avoids opens "
            "sells inherits criticises leaves visits conceals discovers funds promises counts repairs blocks "
            "quotes mentions clears secures endangers requests postpones"
        ),
    },
    [
        "The {a} {n} of {p} {v} the {a} {n}, as {m} told the {a} {n} at night.",
        "In {p} a {a} {n} {v} {m}, while another {n} near {p} {v} the {a} {n}.",
        "After {c} days the {a} {n} {v} a {n} in {p}, and {m} {v} it too.",
        "Whether the {a} {n} {v} any {a} {n} {m} would not say, but the {n} in {p} {v} each {n}.",
        "For {c} crowns {m} of {p} {v} the {a} {n}, although one {n} {v} a {a} {n}.",
        "Since no {n} {v} the {a} {n} any more, {m} had a {a} {n} put up outside {p}.",
    ],
)


def paragraph(words: Words, chance: Random, *, sentences: int = 3) -> str:
    """News that nobody has written before."""
    return " ".join(_sentence(words, chance) for _ in range(sentences))


def _sentence(words: Words, chance: Random) -> str:
    made = chance.choice(words.shapes)
    for kind, known in words.kinds.items():
        while f"{{{kind}}}" in made:
            made = made.replace(f"{{{kind}}}", chance.choice(known.split()), 1)
    while "{m}" in made or "{p}" in made:
        made = made.replace("{m}" if "{m}" in made else "{p}", _name(chance), 1)
    return made.replace("{c}", str(chance.randint(3, 4000)))


def _name(chance: Random) -> str:
    return "".join(chance.choice(SYLLABLES.split()) for _ in range(chance.randint(2, 3))).capitalize()
