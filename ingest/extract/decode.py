"""Bytes -> markup: is this HTML at all, and in which character set?

What a page declares about its characters is often wrong, what its bytes allow is not: a text with multibyte
sequences that is valid UTF-8 practically cannot be anything else. So the bytes decide where they can, and
declarations only where the bytes are silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ingest.charsets import BOMS, WIDE, codec_of, strays_prevail
from ingest.errors import NoArticle
from ingest.extract.plain import printable

# Bytes looked at for declarations. The HTML standard says 1024; real heads put scripts before their meta.
_HEAD: Final = 4096

# First bytes of what servers send in place of a page. gzip and zip also stand for data compressed twice.
_MAGIC: Final = (
    (b"%PDF-", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"), (b"RIFF", "RIFF media"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"), (b"OggS", "Ogg"), (b"ID3", "MP3"), (b"wOFF", "font"), (b"wOF2", "font"), (b"\x7fELF", "ELF"),
    (b"MZ\x90", "program"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "RAR"), (b"\xd0\xcf\x11\xe0", "office file"),
)  # fmt: skip

_META_CHARSET: Final = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML_CHARSET: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.IGNORECASE)
_XML_ROOT: Final = re.compile(
    r"(?:<\?xml[^>]{0,300}\?>|<!--.{0,2000}?-->|<\?[^>]{0,300}\?>|<!DOCTYPE[^>\[]{0,300}>|\s)*"
    r"<(rss|feed|rdf:RDF|urlset|sitemapindex|opml|svg|Error|wsdl|manifest)\b",
    re.DOTALL,
)
_TAG: Final = re.compile(r"<(?:[a-zA-Z!/])")
# Control characters as bytes of UTF-8: looking for them there takes a fifth of the time that taking them out of text
# does, and most pages have none.
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r") + b"\x7f"
_ODD: Final = re.compile("[\ufffd\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")
# In Windows-1252 letters with marks and quotes stand among ASCII, two or three beside each other at the most; Greek,
# Cyrillic and Chinese in their old character sets are rows of such bytes.
_ROW: Final = re.compile(rb"[\x80-\xff]{4}")
_C1: Final = re.compile(rb"\xc2[\x80-\x9f]")


def markup(body: bytes, *, charset: str | None = None, content_type: str | None = None) -> str:
    """The page's markup as text, without NULs. Raises NoArticle("not-html") for anything but a page of markup.

    `charset` and `content_type` are what the Content-Type header said.
    """
    stripped = body[:64].lstrip()
    if not body.strip(b" \t\r\n\f\0"):
        raise NoArticle("not-html", "the body is empty")
    for magic, name in _MAGIC:
        if stripped.startswith(magic):
            raise NoArticle("not-html", f"the body is {name}")
    if content_type and re.match(r"(?:image|audio|video|font)/|application/(?:pdf|zip|json|rss|atom)", content_type):
        raise NoArticle("not-html", f"served as {content_type[:60]}")
    raw, clean = _decoded(body, charset)
    if _looks_binary(raw):
        raise NoArticle("not-html", "the body is binary")
    # NULs end a string inside libxml2, and with it the page; other control characters make lxml refuse the text later.
    text = raw.lstrip("\ufeff") if clean else printable(raw.lstrip("\ufeff"))
    _refuse_other_formats(text)
    return text


def encoding_of(body: bytes, charset: str | None = None) -> str:
    """The Python codec to read the body with: BOM, then multibyte UTF-8 with few errors, then header, then meta, then
    cp1252.

    Browsers show U+FFFD for what is said to be UTF-8 and is not; here its bytes may say what else it is.
    """
    for bom, name in BOMS:
        if body.startswith(bom):
            return name
    served = codec_of(charset)
    # What the page itself states was read as ASCII: where that is UTF-16, it is wrong.
    stated = [codec_of(_found(pattern, body)) for pattern in (_META_CHARSET, _XML_CHARSET)]
    names = [name for name in (served, *(name for name in stated if name not in WIDE)) if name]
    if served not in WIDE:
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            if not strays_prevail(body):  # a stray byte in a UTF-8 page leaves it UTF-8
                return "utf-8"
            if "utf-8" in names:
                return _instead(body, names)
        else:
            return "utf-8" if not body.isascii() or not names else names[0]
    return next((name for name in names if name != "utf-8"), "cp1252")


def _instead(body: bytes, names: Iterable[str]) -> str:
    """The codec of what is said to be UTF-8 and is not: what else it is said to be, if it can be that; Windows-1252 if
    its letters stand as they do there. Else UTF-8 as said: what is left of it is refused as binary."""
    for name in names:
        if name not in ("utf-8", "cp1252"):
            try:
                body.decode(name)
            except UnicodeError:
                continue
            return name
    return "utf-8" if _ROW.search(body) else "cp1252"


def _decoded(body: bytes, charset: str | None) -> tuple[str, bool]:
    """(text, whether it is certain to hold no control characters)."""
    name = encoding_of(body, charset)
    if name == "utf-8" and len(body.translate(None, _CONTROLS)) == len(body) and not _C1.search(body):
        return body.decode("utf-8", "replace"), True
    try:
        text = body.decode(name, "replace")
    except (LookupError, UnicodeError):
        text = body.decode("cp1252", "replace")
    # A lone surrogate cannot be encoded again.
    return (text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")), False


def _found(pattern: re.Pattern[bytes], body: bytes) -> str | None:
    match = pattern.search(body[:_HEAD])
    return match[1].decode("ascii", "replace") if match else None


def _looks_binary(text: str) -> bool:
    """Whether control characters or undecodable bytes are more than a slip: over 2 % of the first 4,000 characters.

    NULs do not count: they stand between readable letters where UTF-16 is not declared, and in sloppy templates.
    """
    start = text[:4000]
    return len(_ODD.findall(start)) * 50 > len(start)


def _refuse_other_formats(text: str) -> None:
    start = text[:5000].lstrip()
    if start[:1] in "{[" and not re.match(r"\[?\s*<", start):
        raise NoArticle("not-html", "the body is JSON")
    if match := _XML_ROOT.match(start):
        raise NoArticle("not-html", f"the body is XML with the root <{match[1]}>")
    if not _TAG.search(text):
        raise NoArticle("not-html", "the body has no markup")
