"""What stands in an entry's fields -> plain text: no tags, no entities, no characters that act on a terminal."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from ingest.typed import Final

# A named or numbered character reference with its semicolon. Without one, `&section` would become `§ion`.
_REFERENCE: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# The names of nearly all references in feeds; the table of all 2,231 is loaded where another one comes.
_NAMED: Final = {
    "quot": '"', "amp": "&", "lt": "<", "gt": ">", "apos": "'", "nbsp": "\xa0", "hellip": "…", "ndash": "–",
    "mdash": "—", "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„", "laquo": "«",
    "raquo": "»", "auml": "ä", "ouml": "ö", "uuml": "ü", "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü", "szlig": "ß",
    "agrave": "à", "aacute": "á", "ccedil": "ç", "egrave": "è", "eacute": "é", "ecirc": "ê", "iacute": "í",
    "ntilde": "ñ", "oacute": "ó", "uacute": "ú", "euro": "€", "copy": "©", "reg": "®", "trade": "™", "bull": "•",
    "middot": "·",
}  # fmt: skip
# Elements whose content is not for readers.
_SILENT_START: Final = re.compile(r"<(script|style|noscript|iframe)\b", re.IGNORECASE)
# By first letter, in classes, before case is ignored: faster, since most branches fail at their first character.
_BLOCK: Final = re.compile(
    r"</?(?:[pP]|[bB][rR]|[lL][iI]|[dD][dDtT]|[tT][rRdDhH]|[uUoO][lL]|[hH][1-6rR]"
    r"|(?=[pPbBdDtTsSiIaAfF])(?ai:pre|blockquote|div|table|section|img|article|figcaption|figure))\b[^<>]*>"
)
_TAG: Final = re.compile(r"<!--[^<>]*-->|<[/!?a-zA-Z][^<>]*>")
_RUN: Final = re.compile("   *")  # from two spaces on: 2 ms; as `  +` 2.6, as ` {2,}` 5
# ANSI escape sequences. Compiled where one comes, which in most feeds is nowhere.
_ESCAPE: Final = r"(?s)\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.?)"
# DEL and C1, bidi controls (Unicode TR 9), byte order mark. A table: a class of characters that reaches beyond Latin-1
# takes 0.3 ms to compile, as long as a small feed.
_UNSEEN: Final = dict.fromkeys(
    (*range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
)
_C0: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f]"  # but for tab and line breaks
_LANGUAGE: Final = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,4}")
_C1_FOUND: Final = "[\x80-\x9f]"  # none of them is printable


def plain(text: str | None) -> str:
    """Plain text of a title, summary or name: entities resolved (also twice escaped), tags and controls removed,
    white space collapsed. Plain text without any of these passes unchanged."""
    if not text:
        return ""
    if not text.isascii():
        text = unscrambled(text)
    if "<" in text:
        text = _untagged(text)
    if "&" in text:
        text = _unescaped(text)
    return text.strip() if "  " not in text and text.isprintable() else _flat(text)


def _unescaped(text: str) -> str:
    for _ in range(2):  # escaped once by the writer, once more by his feed library
        if "&" not in text:
            break
        text = _REFERENCE.sub(_resolve, text)
        if "<" in text:
            text = _untagged(text)
    return text


def _flat(text: str) -> str:
    """Without controls and runs of white space. What is printable has no white space but plain spaces, and replacing
    runs of these takes 6 ms for 1,800 entries; splitting and joining takes 10."""
    if not text.isprintable():
        spaced = text.replace("\n", " ").replace("\xa0", " ").replace("\t", " ").replace("\r", " ")
        if not spaced.isprintable():
            if re.search(_C1_FOUND, text):
                text = text.translate(_c1())
            flat = " ".join(text.split())
            return flat if flat.isprintable() else " ".join(_seen(text).split())
        text = spaced
    return (_RUN.sub(" ", text) if "  " in text else text).strip()


@cache
def _c1() -> dict[int, str]:
    """Windows-1252 at the C1 places of Latin-1: quotes and dashes that lost their charset on the way."""
    return {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}


def _seen(text: str) -> str:
    """Without what acts on a terminal and shows nothing, format characters (bidi) among it."""
    return sound(re.sub(_ESCAPE, "", text) if "\x1b" in text else text).translate(_UNSEEN)


def _resolve(match: re.Match[str]) -> str:
    return _resolved(match[0])


@lru_cache(maxsize=512)
def _resolved(found: str) -> str:
    if found[1] != "#":  # by hand: html.unescape would take `&section;` for `&sect` and some letters
        return named(found[1:-1]) or found
    if found.isascii():
        code = int(found[3:-1], 16) if found[2] in "xX" else int(found[2:-1])
        if 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800:
            return chr(code)
    import html  # 2 ms with its table of names

    return html.unescape(found)  # browsers have their own opinion of what is no character


def named(name: str) -> str | None:
    """The character or two that HTML calls so."""
    if name in _NAMED:
        return _NAMED[name]
    from html.entities import html5  # as above

    return html5.get(name + ";")


def escaped(text: str) -> str:
    """As text of markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _untagged(text: str) -> str:
    lines = _BLOCK.sub(" ", text)
    if "<" not in lines:
        return lines
    if _SILENT_START.search(lines) is not None:  # looked for here, where half of the tags are gone
        lines = _BLOCK.sub(" ", _without_silent(text))
    return _TAG.sub("", lines)


def _without_silent(text: str) -> str:
    """Without scripts and styles, their content included. Each place is looked at once: an attacker gains nothing."""
    kept, at = [], 0
    while start := _SILENT_START.search(text, at):
        closing = _silent_end(start[1].lower()).search(text, start.end())
        if closing is None:  # never closed: only the tag itself goes, later
            break
        kept.append(text[at : start.start()])
        at = closing.end()
    return "".join(kept) + text[at:]


@cache
def _silent_end(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}[^<>]*>?", re.IGNORECASE)


def unscrambled(text: str) -> str:
    """Undo a common accident: UTF-8 that was read as Latin-1. Another, Windows-1252 bytes taken for C1, is undone where
    controls are looked for (`_flat`)."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def token(text: str | None) -> str:
    """A GUID or an address as printed: outer space trimmed, control characters gone, `&amp;` written twice undone."""
    if not text:
        return ""
    text = text.strip()
    if "&amp;" in text:
        text = text.replace("&amp;", "&")
    return text if text.isprintable() else sound(text).translate(_UNSEEN)


def sound(text: str) -> str:
    """Markup without what no text may hold: NUL and its like, noncharacters, lone surrogates. All else stays."""
    text = re.sub(_C0, "", text)
    if text.isascii():
        return text
    return text.replace("\ufffe", "").replace("\uffff", "").encode("utf-8", "ignore").decode("utf-8")


@lru_cache(maxsize=128)
def language(text: str | None) -> str | None:
    """A language tag in lower case with hyphens (RFC 5646), or None where there is none or it is no tag."""
    if not text:
        return None
    tag = text.strip().lower().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None
