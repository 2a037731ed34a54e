"""What is followed: the topic, the feeds and searches, and who publishes."""

from __future__ import annotations

from typing import Literal

import msgspec

from ingest.config.kinds import CountOrZero, Seconds, Section


class Topic(Section, frozen=True):
    """`[topic]`: what a text must say to be kept."""

    # What the topic is called.
    name: str = ""
    # Groups of words, phrases or `*` wildcards; a text is on the topic when every group is hit.
    terms: list[list[str]] = msgspec.field(default_factory=list)
    # Words within which the groups must meet (a hit in the title counts everywhere); 0 = anywhere in the text.
    # A round-up that names one thing at its top and another at its end is on neither topic.
    within: CountOrZero = 0
    # False keeps everything and only records the verdict.
    filter: bool = True


class Feed(Section, frozen=True):
    """`[[feeds]]`: one feed to poll."""

    # Address of the feed, http or https.
    url: str
    # Instead of what the feed calls itself.
    title: str | None = None
    # Who publishes, where the host does not say.
    outlet: str | None = None
    # Language of its entries where the feed says none or a wrong one: "de".
    language: str | None = None
    # False: known, but not polled.
    enabled: bool = True
    # Seconds between two polls; not set, the schedule decides.
    interval: Seconds | None = None


class Search(Section, frozen=True):
    """`[[searches]]`: a keyword search that answers as a feed, polled like one."""

    # Who is asked. template: the address in `url`; wordpress: the search of the site in `url`; the others need no
    # `url`. `ingest config check` tells what would be asked.
    kind: Literal["template", "gdelt", "google-news", "bing-news", "wordpress"] = "template"
    # For template: the address with `{query}` where the percent-encoded query belongs; for wordpress: the site.
    url: str | None = None
    # One feed for each of them. Without any, one query is made of topic.terms (not for template).
    queries: list[str] = msgspec.field(default_factory=list)
    # What these feeds are called; else the query.
    title: str | None = None
    # Language of the reports that Google News is asked for: "de".
    language: str | None = None
    # False: known, but not polled.
    enabled: bool = True
    # Seconds between two polls; not set, the schedule decides.
    interval: Seconds | None = None


class Outlet(Section, frozen=True):
    """`[[outlets]]`: who publishes."""

    # What it is called in stories and exports.
    name: str
    # Its hosts; their subdomains belong to it too.
    hosts: list[str]
    # Outlets of one owner are no independent sources.
    owner: str | None = None
    # Whether it prints reports, sells them, only lists those of others, or sends releases. Not set: as is generally
    # known of the host, else publisher.
    kind: Literal["publisher", "agency", "aggregator", "press-release"] | None = None
