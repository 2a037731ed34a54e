"""What a declared character set means."""

from __future__ import annotations

import pytest

from ingest.charsets import codec_of


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UTF-8", "utf-8"), (" 'latin-1' ", "cp1252"), ("us-ascii", "cp1252"), ("gb2312", "gb18030"),
        ("Shift_JIS", "cp932"), ("ks_c_5601-1987", "cp949"), ("koi8-r", "koi8-r"), ("utf-16", "utf-16"),
        (None, None), ("", None), ("x-unheard-of", None), ("rot13", None), ("zlib", None), ("utf-7", None),
        ("unicode_escape", None), ("utf-8\0", None), ("ü", None),
    ],
)  # fmt: skip
def test_codec_of(name: str | None, codec: str | None) -> None:
    """A name is read as browsers read it, and what is no character set is none."""
    assert codec_of(name) == codec
