"""Character sets: the marks that begin a body, and what a declared name means."""

from __future__ import annotations

import codecs

from ingest.typed import Final

# Byte order mark -> Python's codec. UTF-32 stands before UTF-16, whose little-endian mark begins its own.
BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Codecs of several bytes a letter. Who could read their name as ASCII has none of them before him.
WIDE: Final = frozenset(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"))
# What browsers take these names for (WHATWG Encoding): the larger set that writers really use.
_SUPERSETS: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
# Codecs for text that are no character sets of the web; browsers refuse UTF-7, too.
_NO_CHARSETS: Final = frozenset(
    ("punycode", "idna", "raw-unicode-escape", "unicode-escape", "utf-7", "undefined", "mbcs")
)


def strays_prevail(body: bytes) -> bool:
    """Of bytes that are no valid UTF-8: are more of them wrong than letters of several bytes are right? Then they are
    something else, whatever they are said to be; a UTF-8 text with a few foreign bytes in it remains one."""
    sound = body.decode("utf-8", "ignore")
    strays = len(body.decode("utf-8", "surrogateescape")) - len(sound)
    return strays > len(sound) - len(sound.encode("ascii", "ignore"))


def codec_of(name: str | None) -> str | None:
    """Python's codec for a declared character set as browsers read the name; None for what is none."""
    if not name:
        return None
    try:
        found = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    # Some codecs are not for text (zip, rot13), and there is no public way to tell.
    if not found._is_text_encoding or found.name in _NO_CHARSETS:  # noqa: SLF001
        return None
    return _SUPERSETS.get(found.name, found.name)
