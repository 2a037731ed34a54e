"""What is not the page's article and would be taken for its text: readers' comments, and articles that a page appends.

trafilatura's own rules for both (2.3), asked here before it sees the page, in one pass instead of three expressions.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml.etree import _Element as Tree

_COMMENTS: Final = re.compile(r"^[Cc]omment(?!ary)|(?:article|post)-comments")
_COMMENTS_ID: Final = re.compile(r"^(?:[Cc]omment(?!ary)|comol)")
_DISCUSSION_ID: Final = re.compile(r"^(?:disqus_thread|dsq-comments)")
_APPENDED: Final = re.compile(r"mvp-post-add-(?:box|wrap)|infinite-?scroll")
_SURELY_APPENDED: Final = re.compile(r"mvp-post-add-")
_LISTS: Final = ("ol", "ul")
# What each of the names above holds. Most names hold none of it, and pages repeat the same few.
_ANY: Final = re.compile(r"omment|comol|disqus_thread|dsq-comments|mvp-post-add-|infinite-?scroll|elementor-share")
# Characters of names that are not remembered: a hostile page has millions.
_LONG_NAMES: Final = 400


def drop_others(tree: Tree) -> None:
    """Take comments and appended articles out of a tree of lxml.html's elements; text behind them stays."""
    for element in list(tree.iter("div", "section", "aside", "details", *_LISTS)):
        names, identity = element.get("class") or "", element.get("id") or ""
        if not (_may_be_of_others(names) or _may_be_of_others(identity)):
            continue
        if _of_others(element, names, identity) and element.getparent() is not None:
            element.drop_tree()  # type: ignore[attr-defined]  # one of lxml.html's elements


def _of_others(element: Tree, names: str, identity: str) -> bool:
    if element.tag != "aside" and (_COMMENTS.search(names) or _COMMENTS_ID.search(identity)):
        return True
    if element.tag in _LISTS:
        return False
    if element.tag != "aside" and _DISCUSSION_ID.search(identity):
        return True
    both = f"{names}\n{identity}"
    shared = "elementor-share-buttons" in names
    if element.tag == "details" or not (shared or _APPENDED.search(both)):
        return False
    # A scrolling container with a headline is the page's own.
    return shared or bool(_SURELY_APPENDED.search(both)) or next(element.iter("h1"), None) is None


def _may_be_of_others(names: str) -> bool:
    return bool(names) and (len(names) > _LONG_NAMES or _told(names))


@lru_cache(maxsize=4096)
def _told(names: str) -> bool:
    return _ANY.search(names) is not None
