"""Bytes -> text, whatever charset was declared. UTF-8 that decodes is UTF-8: nothing else looks like it by chance."""

from __future__ import annotations

import re

from ingest.charsets import BOMS, WIDE, codec_of, strays_prevail
from ingest.errors import BrokenFeed
from ingest.typed import Final

# Bytes after decompression. The largest real feed seen has 4 MiB; one tree costs about five times its text.
MAX_BYTES: Final = 20 * 2**20
_GZIP: Final = b"\x1f\x8b\x08"
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9._:-]{1,40})""")
# Charsets whose bytes are all ASCII: valid UTF-8, and yet something else.
_SEVEN_BIT: Final = frozenset({"iso2022_jp", "hz", "iso2022_kr"})

# Bytes into and out of one step of unpacking.
_SLICE: Final = 1 << 16
_STEP: Final = 1 << 18


def gunzipped(body: bytes, where: str) -> bytes:
    """The body itself, or what is in it where it is a gzip file (a part, where it is cut off).

    Raises BrokenFeed where that is more than MAX_BYTES or no gzip file after all.
    """
    if not body.startswith(_GZIP):
        return body
    import zlib  # 0.3 ms, for hardly any file

    parts: list[bytes] = []
    size, rest, at = 0, b"", 0
    full = False  # the last step was: zlib may hold more although it has eaten all input
    unpacker = zlib.decompressobj(wbits=31)
    try:
        # In slices, so that one corrupt byte costs the rest and not what came before it; and by small steps, so that a
        # bomb costs no more than what is allowed (one step of 20 MiB beside a growing array took 36).
        while (rest or full or at < len(body)) and not unpacker.eof:
            if not rest and not full:
                rest, at = body[at : at + _SLICE], at + _SLICE
            parts.append(unpacker.decompress(rest, _STEP))
            rest, full = unpacker.unconsumed_tail, len(parts[-1]) == _STEP
            size += len(parts[-1])
            if size > MAX_BYTES:
                raise BrokenFeed("too large", where=where, why=f"unpacks to more than {MAX_BYTES} bytes")
    except zlib.error as exc:
        if not size:
            raise BrokenFeed("broken gzip file", where=where, why=str(exc)) from exc
    return b"".join(parts)


def decoded(body: bytes, charset: str | None) -> tuple[str, bool]:
    """Text of the bytes, and whether they are just that in UTF-8: byte order mark, else UTF-8 where it decodes, else
    as declared (XML, then HTTP), else Windows-1252. Never fails: single bytes that fit nowhere become Windows-1252 or
    U+FFFD."""
    head = body[:64].lstrip()
    for mark, name in BOMS:
        if head.startswith(mark):
            start = body.index(mark) + len(mark)
            return body[start:].decode(name, "replace"), False
    if wide := _wide(body):
        return body.decode(wide, "replace"), False
    named = _codecs_named(body, charset)
    if _SEVEN_BIT.isdisjoint(named):
        try:
            return body.decode("utf-8"), True
        except UnicodeDecodeError:
            pass
    for codec in named:
        if codec != "utf-8":
            try:
                return body.decode(codec), False
            except UnicodeDecodeError:
                continue
    return _mostly_utf8(body) or body.decode("cp1252", "replace"), False


def is_utf8_if_valid(body: bytes, charset: str | None) -> bool:
    """Whether `decoded` takes bytes that begin with `<` for UTF-8, provided that they are valid as such."""
    return not _wide(body) and _SEVEN_BIT.isdisjoint(_codecs_named(body, charset))


def _codecs_named(body: bytes, charset: str | None) -> list[str]:
    """Codecs by name, as the document declares and as HTTP said."""
    declared = _DECLARED.search(body, 0, 1024)
    stated, served = codec_of(declared[1].decode("ascii") if declared else None), codec_of(charset)
    return [
        codec for codec, wrong in (
            (stated, WIDE),  # it was read as ASCII
            (served, {"utf-16", "utf-32"}),  # they need a mark, and there is none here
        ) if codec and codec not in wrong
    ]  # fmt: skip


def _wide(body: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark, told by the zero bytes around the first `<` or `{`."""
    if b"\0" not in body[:4]:
        return None
    for sign in (b"<", b"{"):
        for name, first in (
            ("utf-32-le", sign + b"\0\0\0"), ("utf-32-be", b"\0\0\0" + sign),
            ("utf-16-le", sign + b"\0"), ("utf-16-be", b"\0" + sign),
        ):  # fmt: skip
            if body.startswith(first):
                return name
    return None


def _mostly_utf8(body: bytes) -> str | None:
    """A UTF-8 text with a few foreign bytes in it; None where the foreign ones prevail."""
    if strays_prevail(body):
        return None
    return re.sub("[\udc80-\udcff]", _stray, body.decode("utf-8", "surrogateescape"))


def _stray(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")
