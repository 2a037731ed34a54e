"""The process that workers are forked from, and what it loads for all of them.

Not the parent: that has threads, and a fork copies locks they hold. With the extractor and its language model loaded
there, a worker is ready in 10 ms, and a new one after 500 tasks costs nothing; loaded by each worker, they take 0.7 s
of its processor time and 60 MB of its own memory.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from functools import partial
from importlib import import_module
from multiprocessing.context import BaseContext


def loading(module: str) -> Callable[[], object]:
    """A warm-up that loads `module`; the fork server, told so by `__module__`, does it once for all workers."""
    load = partial(import_module, module)
    load.__module__ = module
    return load


def fork_server(pool: str, warm: Callable[[], object] | None) -> BaseContext:
    """The fork server, asked to import what workers need: the pool's module and that of `warm`.

    The first call decides what is imported: there is one fork server per process.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([pool, *([warm.__module__] if warm is not None else [])])
    return context
