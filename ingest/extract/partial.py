"""Is the text on a page less than the whole? A paid stub and an excerpt may be kept, but never stand for a story."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# A text that breaks off says so: "[...]", or "… weiterlesen". A mere "…" ends many a whole text, too; it counts where
# the page asks for money.
_CUT: Final = re.compile(
    r"(?:\[\s*(?:…|\.\.\.|\+\d+\s*chars)\s*\]\s*(?:weiterlesen|mehr lesen|read more|continue reading)?"
    r"|(?:…|\.\.\.)\s*(?:weiterlesen|mehr lesen|read more|continue reading|lire la suite|leer más))\s*[»›>→]*$",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(r"(?:…|\.\.\.)$")
# A page that says how many words its article has has shown less than the whole when it showed less than two thirds;
# sites count captions and boxes too.
_SHOWN: Final = 2 / 3
# Words up to which a paid text with a prompt to subscribe is taken for its beginning: teasers have up to 120 (and are
# refused), a beginning of several paragraphs up to about 200; full texts that a page carries with a prompt beside them
# are longer.
_BEGINNING: Final = 200


def is_partial(paragraphs: Sequence[str], *, words: int, stated: int | None, free: bool | None, prompted: bool) -> bool:
    """Whether the text is known to be less than the whole.

    `stated`: the number of words that the page's head gives its article; `free`: as the publisher marks it;
    `prompted`: the page asks to subscribe in order to read on.
    """
    last = paragraphs[-1] if paragraphs else ""
    if _CUT.search(last):
        return True
    if free is True:
        return False
    if _TRAILING.search(last) and (free is False or prompted):
        return True
    if prompted and words <= _BEGINNING:
        return True
    return free is False and stated is not None and words < _SHOWN * stated
