"""What a section is, and what its numbers may be."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

# What a number must be; the words of the refusal come from these. A day bounds every float: TOML knows `inf`. Ten years
# bound every length in whole seconds, which is added to a date; the largest C int bounds every other whole number.
TEN_YEARS: Final = 315_360_000
LARGEST: Final = 2**31 - 1
Positive = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
NotNegative = Annotated[float, msgspec.Meta(ge=0, le=86_400)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]
CountOrZero = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=TEN_YEARS)]
# Of the day; -1 for none.
Hour = Annotated[int, msgspec.Meta(ge=-1, le=23)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections: frozen, keyword-only, unknown keys refused."""
