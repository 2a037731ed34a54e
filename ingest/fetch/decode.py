"""Content codings undone with a bound on what comes out.

One 64 KiB read of gzip can become 64 MiB, and a client that decodes whole reads has no say in it. `zlib` can be asked
for no more than so many bytes at a time, so the cap is met to within one step. Brotli and zstd are not offered:
8 KB of zstd became 256 MiB in one chunk. Sources: RFC 9110 section 8.4, RFC 1952 (gzip), RFC 1950/1951 (deflate).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from ingest.errors import TooLarge, Unreachable

# What a request offers; anything else in an answer is refused.
ACCEPT_ENCODING: Final = "gzip, deflate"
# Bytes out of one decoder step: far below any cap, large enough that steps cost nothing.
_STEP: Final = 64 * 1024
# Gzip allows members in a row; real answers have one. Each costs a decoder, so a body of nothing but empty members
# would be a slow bomb.
_MAX_MEMBERS: Final = 64


def coding_of(values: Iterable[str]) -> str | None:
    """The one content coding of an answer, None for plain. Raises Unreachable for unknown or nested codings."""
    codings = [word for value in values for word in (part.strip().lower() for part in value.split(",")) if word]
    codings = [word.removeprefix("x-") for word in codings if word != "identity"]
    if len(codings) > 1:
        raise Unreachable("unusable answer", why=f"nested content codings: {', '.join(codings)[:80]}")
    if codings and codings[0] not in {"gzip", "deflate"}:
        raise Unreachable("unusable answer", why=f"content coding not offered: {codings[0][:40]}")
    return codings[0] if codings else None


def body_of(raw: Iterable[bytes], coding: str | None, *, cap: int, truncate: bool = False) -> bytes:
    """The decoded body, at most `cap` bytes, from at most `cap` raw bytes.

    Beyond the cap: TooLarge, or with `truncate` the first `cap` bytes (robots.txt: RFC 9309 lets the rest be ignored).
    Raises Unreachable when the data are broken or end too early.
    """
    # One piece of memory: a list of parts takes a hundred bytes for each, and a server may send them one by one.
    body = bytearray()
    chunks = _capped(raw, cap, truncate=truncate)
    for part in chunks if coding is None else _inflated(chunks, coding):
        body += part
        if len(body) > cap and not truncate:
            raise TooLarge("too large", why=f"more than {cap} bytes after decoding")
        if len(body) >= cap and truncate:
            break
    del body[cap:]
    return bytes(body)


def _capped(raw: Iterable[bytes], cap: int, *, truncate: bool) -> Iterator[bytes]:
    size = 0
    for chunk in raw:
        size += len(chunk)
        if size > cap and not truncate:
            raise TooLarge("too large", why=f"more than {cap} bytes")
        yield chunk
        if size > cap:
            return


def _inflated(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Steps of decoded bytes. Raises Unreachable when the data are broken or cut short."""
    decoder = None
    members = 0
    for chunk in chunks:
        rest = chunk
        pending = False  # the last step was full: zlib may hold more although it has eaten all input
        while rest or pending:
            if decoder is None:
                if members and not (coding == "gzip" and rest.startswith(b"\x1f\x8b")):
                    return  # padding after the end is common and says nothing
                members += 1
                if members > _MAX_MEMBERS:
                    raise Unreachable("unusable answer", why=f"more than {_MAX_MEMBERS} gzip members")
                decoder = zlib.decompressobj(_window_bits(coding, rest))
            try:
                part = decoder.decompress(rest, _STEP)
            except zlib.error as exc:
                raise Unreachable("unusable answer", why=f"broken {coding} data: {exc}") from exc
            yield part
            if decoder.eof:
                rest, pending, decoder = decoder.unused_data, False, None
            else:
                rest, pending = decoder.unconsumed_tail, len(part) == _STEP
    if decoder is not None:
        raise Unreachable("cut short", why=f"the {coding} data end too early")


def _window_bits(coding: str, start: bytes) -> int:
    """What zlib is told to expect. Servers send both zlib-wrapped and raw data as `deflate`; a zlib header's first
    byte has 8 in its low half (RFC 1950), with which raw data begin only by odd padding."""
    if coding == "gzip":
        return zlib.MAX_WBITS | 16
    return zlib.MAX_WBITS if start[0] & 0x0F == 8 else -zlib.MAX_WBITS
