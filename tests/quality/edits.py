"""What newsrooms do to a text on its way, each as a function of the text and of chance (seeded by the caller)."""

from __future__ import annotations

import re
import unicodedata
from random import Random

# Words that editors strew in; one list for both languages, since a copy desk changes words, not grammar.
FILLERS = (
    "zudem", "jedoch", "offenbar", "bereits", "unterdessen", "demnach", "weiterhin", "gestern", "rund", "knapp",
    "meanwhile", "reportedly", "also", "however", "yesterday", "nearly", "about", "still", "later", "again",
)  # fmt: skip
LEADS = (
    (
        "Eigener Bericht. Was die Leute hier seit Tagen bewegt, hat nun eine neue Wendung genommen, und nicht jeder am "
        "Stammtisch mag sie glauben, wie eine Umfrage unserer Redaktion auf dem Wochenmarkt ergab."
    ),
    (
        "It was the talk of the morning in every bakery along our street, and our readers have written in by the dozen "
        "to ask what is behind it. Here is what we know so far, and what nobody could tell us."
    ),
    (
        "Von unserer Korrespondentin. Man muss zweimal hinschauen, um es zu begreifen: Was gestern noch als ausgemacht "
        "galt, ist heute Makulatur, und die Verantwortlichen ringen sichtlich um Worte."
    ),
)
ADDITIONS = (
    (
        "Unsere Zeitung hatte schon im vergangenen Herbst ausführlich über das Thema berichtet und damals mehrere "
        "Beteiligte getroffen. Ihre Einschätzungen fielen verschieden aus; einige wollten ihre Namen nicht gedruckt "
        "sehen, andere luden uns zu Kaffee und Butterkuchen ein und holten alte Fotos aus der Schublade."
    ),
    (
        "Readers who remember similar events are invited to send us letters, photographs and clippings. Some will "
        "be shown in the lobby of our building next month, together with front pages of the time and a map on which "
        "visitors may mark the places that matter to them."
    ),
    (
        "Wer mehr wissen will, findet in der Wochenendbeilage ein Gespräch mit zwei Fachleuten, eine Zeittafel und ein "
        "Rätsel, bei dem es Karten für das Sommertheater zu gewinnen gibt. Einsendeschluss ist der letzte Freitag des "
        "Monats, Mitarbeiter des Verlags sind wie immer von der Teilnahme ausgeschlossen."
    ),
)


def seeded(seed: int) -> Random:
    """Chance that can be repeated."""
    return Random(seed)  # noqa: S311 -- edits, not secrets


def copyedit(text: str, chance: Random, *, rate: float) -> str:
    """About `rate` of the words are dropped, exchanged or joined by another."""
    lines = []
    for line in text.split("\n"):
        words: list[str] = []
        for word in line.split():
            lot = chance.random()
            if lot >= rate / 3:
                words.append(chance.choice(FILLERS) if lot < rate * 2 / 3 else word)
            if rate * 2 / 3 <= lot < rate:
                words.append(chance.choice(FILLERS))
        lines.append(" ".join(words))
    return "\n".join(lines)


def cut(text: str, *, share: float) -> str:
    """The beginning alone, up to the end of the sentence in which `share` of the words are reached."""
    sentences = re.split(r"(?<=[.!?])(\s)", text)
    wanted = share * len(text.split())
    kept = ""
    for piece in sentences:
        if len(kept.split()) >= wanted:
            break
        kept += piece
    return kept.strip()


def cut_inner(text: str, chance: Random) -> str:
    """One or two paragraphs behind the first are left out."""
    paragraphs = text.split("\n")
    dropped = chance.sample(range(1, len(paragraphs)), chance.randint(1, 2))
    return "\n".join(one for number, one in enumerate(paragraphs) if number not in dropped)


def lead(text: str, chance: Random) -> str:
    """An opening of the house's own before the text."""
    return f"{chance.choice(LEADS)}\n{text}"


def extended(text: str, chance: Random) -> str:
    """Paragraphs of the house's own behind the text."""
    return "\n".join([text, *chance.sample(ADDITIONS, 2)])


def typography(text: str) -> str:
    """Other quotes, dashes and spaces, decomposed accents, soft hyphens: the same words."""
    changed = text.replace("„", "»").replace("“", "«").replace("–", "-").replace("ß", "ss").replace(" ", "\u00a0", 3)
    changed = re.sub(r"(\w{5})(\w{5})", "\\1\u00ad\\2", changed)
    return unicodedata.normalize("NFD", changed)


def correction(text: str, chance: Random) -> str:
    """One number was wrong."""
    numbers = list(re.finditer(r"\d+", text))
    hit = chance.choice(numbers)
    return f"{text[: hit.start()]}{int(hit.group()) + chance.randint(1, 7)}{text[hit.end() :]}"


def edited(text: str, chance: Random, *, shares: tuple[float, float] = (0.02, 0.06)) -> str:
    """A light copyedit: between `shares` of the words."""
    return copyedit(text, chance, rate=chance.uniform(*shares))
