"""Reading."""

from collections.abc import Callable, Iterator
from typing import Any
import sqlite3

Rows = Callable[[sqlite3.Connection], Iterator[dict[str, Any]]]
