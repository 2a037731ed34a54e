"""Values spread over all their bits. It is calls that cost for a text of some hundred words, not its words."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Unsigned = TypeVar("_Unsigned", np.uint32, np.uint64)


def constant(value: int) -> NDArray[np.uint64]:
    """A number as an array: numpy takes it as it is, where a number costs 0.2 us of the 0.5 of a call."""
    found = np.array(value, dtype=np.uint64)
    found.flags.writeable = False
    return found


def _steps(*values: int, dtype: type[_Unsigned]) -> tuple[NDArray[_Unsigned], ...]:
    return tuple(constant(value).astype(dtype) for value in values)


# Shift, multiply, shift, multiply, shift.
_SPLITMIX64 = _steps(30, 0xBF58476D1CE4E5B9, 27, 0x94D049BB133111EB, 31, dtype=np.uint64)
_MURMUR32 = _steps(16, 0x85EBCA6B, 13, 0xC2B2AE35, 16, dtype=np.uint32)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread 64-bit values over all bits (the finaliser of SplitMix64, Steele et al., OOPSLA 2014)."""
    return _spread(values, *_SPLITMIX64)


def mix32(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The same for 32 bits (the finaliser of MurmurHash3, which datasketch applies before its permutations)."""
    return _spread(values, *_MURMUR32)


def _spread(
    values: NDArray[_Unsigned], right: NDArray[_Unsigned], first: NDArray[_Unsigned], middle: NDArray[_Unsigned],
    second: NDArray[_Unsigned], last: NDArray[_Unsigned],
) -> NDArray[_Unsigned]:  # fmt: skip
    mixed = np.right_shift(values, right)
    np.bitwise_xor(mixed, values, mixed)
    np.multiply(mixed, first, mixed)
    spare = np.right_shift(mixed, middle)
    np.bitwise_xor(mixed, spare, mixed)
    np.multiply(mixed, second, mixed)
    np.right_shift(mixed, last, spare)
    np.bitwise_xor(mixed, spare, mixed)
    return mixed
