"""`typing` for the modules that a short command loads: nothing of it does anything at run time but named tuples, and to
import it takes 2 ms, as long as reading five feeds. Whoever checks types sees `typing` itself.
"""

from __future__ import annotations

TYPE_CHECKING = False  # which type checkers take for true, whatever stands here

if TYPE_CHECKING:
    from typing import Any, Final, Literal, NamedTuple, Protocol, cast
else:
    from collections import namedtuple

    Any = Final = Protocol = object  # in annotations, which nobody evaluates, or as a base

    class Literal:
        """In an alias, which nobody looks into."""

        def __class_getitem__(cls, _):
            return cls

    class _Named(type):
        """Makes a named tuple of a class statement: fields by its annotations, defaults, its docstring, no methods."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body["__annotations__"]
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            made.__annotations__, made.__doc__ = fields, body.get("__doc__")
            return made

    class NamedTuple(metaclass=_Named):
        """As `typing.NamedTuple`, in half the time for each class."""

    def cast(_, value):
        """The value itself."""
        return value


__all__ = ("TYPE_CHECKING", "Any", "Final", "Literal", "NamedTuple", "Protocol", "cast")
