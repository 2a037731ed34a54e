"""Rows as values, by subject: what is written and what is read back. Times are aware UTC."""

from __future__ import annotations

from store.model.articles import ArticleRef, Member, NewArticle, Order, OutletKind, Relation, RelationRow
from store.model.blocks import Occurrence
from store.model.decisions import Decision, NewRuling, Ruled, Ruling, RulingKind
from store.model.feeds import FeedOutcome, FeedRow, FeedSpec, FeedYield, HostRow, Leftover, Turn
from store.model.pages import Check, DueCheck, ItemRow, PageRow, Rejected, RejectedClass
from store.model.passes import Extent, Touched
from store.model.stories import LARGE, StoryFilter
from store.model.texts import Candidate, Component, LinkRow, NewText, Print, Reuse, StoredText

__all__ = [
    "LARGE",
    "ArticleRef",
    "Candidate",
    "Check",
    "Component",
    "Decision",
    "DueCheck",
    "Extent",
    "FeedOutcome",
    "FeedRow",
    "FeedSpec",
    "FeedYield",
    "HostRow",
    "ItemRow",
    "Leftover",
    "LinkRow",
    "Member",
    "NewArticle",
    "NewRuling",
    "NewText",
    "Occurrence",
    "Order",
    "OutletKind",
    "PageRow",
    "Print",
    "Rejected",
    "RejectedClass",
    "Relation",
    "RelationRow",
    "Reuse",
    "Ruled",
    "Ruling",
    "RulingKind",
    "StoredText",
    "StoryFilter",
    "Touched",
    "Turn",
]
