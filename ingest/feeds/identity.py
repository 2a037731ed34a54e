"""Which entries of a feed are new: one identity for each, whatever the publisher does to its GUIDs and addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol

from ingest.feeds.wrapped import unwrapped
from ingest.items import Item
from ingest.urls import BadUrl, address_key, canonical_url

State = Literal["new", "changed", "unchanged", "repeat", "nolink"]

# Characters. Longer GUIDs (whole articles were seen) are kept as their hash.
MAX_KEY = 512


class KnownEntry(Protocol):
    """An entry as it was last seen; `store.model.ItemRow` is one."""

    @property
    def key(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def guid(self) -> str | None: ...
    @property
    def digest(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """One entry of an answer with its identity within the feed.

    A link wrapped in somebody else's address is unwrapped in `item` too, since that is what will be asked for.
    `state`: new; changed (other text, or a known GUID at a new address); unchanged; repeat (the same entry stood
    earlier in this answer; carries the digest of that one); nolink (names no usable address).
    """

    item: Item
    key: str
    url: str | None  # canonical
    digest: bytes
    state: State


def digest_of(item: Item) -> bytes:
    """sha256 over title, summary, content and updated time: another digest means the entry changed."""
    updated = item.updated.isoformat() if item.updated else ""
    parts = (item.title, item.summary, item.content or "", updated)
    # Each part with its length, so that text that moves from one field to the next is a change.
    return sha256("".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "replace")).digest()


def match(items: Sequence[Item], known: Sequence[KnownEntry], *, feed_url: str) -> list[Sighting]:
    """The sighting of each entry, in order. `known` holds the entries of this feed alone.

    The ladder: the same GUID and address; the same address alone (the GUID changed); the same GUID alone (the
    address changed: changed, since the page has to be fetched again). An address counts alone where just one entry
    has it, a GUID alone where just one entry has it, both in this answer and among the known.
    """
    ladder = _Ladder(known)
    seen = [_Seen.of(item, feed_url) for item in items]
    ladder.learn(seen)
    first: dict[str, Sighting] = {}
    sightings = []
    for entry in seen:
        record = ladder.find(entry)
        key = record.key if record else ladder.new_key(entry)
        digest = digest_of(entry.item)
        if earlier := first.get(key):
            sighting = Sighting(entry.item, key, earlier.url, earlier.digest, "repeat")
        else:
            sighting = Sighting(entry.item, key, entry.url, digest, _state(entry, record, digest))
            first[key] = sighting
        sightings.append(sighting)
    return sightings


@dataclass(frozen=True, slots=True)
class _Seen:
    item: Item
    guid: str
    url: str | None
    address: str  # the key under which spellings of the address meet; "" without one

    @classmethod
    def of(cls, item: Item, feed_url: str) -> _Seen:
        url = None
        if item.url:
            if (target := unwrapped(item.url)) is not item.url:
                item = item._replace(url=target)
            try:
                url = canonical_url(target, feed_url)
            except BadUrl:
                url = None
        return cls(item, item.guid or "", url, address_key(url) if url else "")


class _Ladder:
    """What is known of the feed, by each rung; GUIDs and addresses shared by several entries are set apart."""

    def __init__(self, known: Iterable[KnownEntry]) -> None:
        self._pairs: dict[tuple[str, str], KnownEntry] = {}
        self._guids: dict[str, list[KnownEntry]] = defaultdict(list)
        self._addresses: dict[str, list[KnownEntry]] = defaultdict(list)
        self._keys: dict[str, KnownEntry] = {}
        self._shared_guids: set[str] = set()
        self._shared_addresses: set[str] = set()
        self._present: set[str] = set()  # addresses in this answer
        for record in known:
            address = _address(record.url)
            self._keys[record.key] = record
            self._pairs[record.guid or "", address] = record
            if record.guid:
                self._guids[record.guid].append(record)
            if address:
                self._addresses[address].append(record)

    def learn(self, seen: Iterable[_Seen]) -> None:
        """Note which GUIDs stand at several addresses in this answer, and which addresses have several GUIDs."""
        addresses: dict[str, set[str]] = defaultdict(set)
        guids: dict[str, set[str]] = defaultdict(set)
        for entry in seen:
            if entry.guid:
                addresses[entry.guid].add(entry.address or _nameless(entry.item))
            if entry.address:
                guids[entry.address].add(entry.guid)
        self._shared_guids = {guid for guid, found in addresses.items() if len(found) > 1}
        self._present = set(guids)
        self._shared_addresses = {address for address, found in guids.items() if len(found) > 1}

    def find(self, entry: _Seen) -> KnownEntry | None:
        if not entry.guid and not entry.address:
            return self._keys.get(_key("t", _nameless(entry.item)))
        shared_guid = entry.guid in self._shared_guids or len(self._guids.get(entry.guid, ())) > 1
        if entry.address or not shared_guid:
            if pair := self._pairs.get((entry.guid, entry.address)):
                return pair
        elif record := self._keys.get(_key("gt", f"{entry.guid} {_nameless(entry.item)}")):
            return record
        at_address = self._addresses.get(entry.address, [])
        if len(at_address) == 1 and entry.address not in self._shared_addresses:
            return at_address[0]
        with_guid = self._guids.get(entry.guid, [])
        if len(with_guid) != 1 or shared_guid or _address(with_guid[0].url) in self._present:
            return None  # an entry whose old address is still listed has not moved: its GUID went to another entry
        return with_guid[0]

    def new_key(self, entry: _Seen) -> str:
        if not entry.guid:
            return _key("u", entry.address) if entry.address else _key("t", _nameless(entry.item))
        if entry.guid not in self._shared_guids and entry.guid not in self._guids:
            key = _key("g", entry.guid)
            # The key of an entry that has changed its GUID since, while the GUID came to name another entry.
            if key not in self._keys:
                return key
        if entry.address:
            return _key("gu", f"{entry.guid} {entry.address}")
        return _key("gt", f"{entry.guid} {_nameless(entry.item)}")


def _state(entry: _Seen, record: KnownEntry | None, digest: bytes) -> State:
    if entry.url is None:
        return "nolink"
    if record is None:
        return "new"
    return "unchanged" if record.digest == digest and _address(record.url) == entry.address else "changed"


def _address(url: str | None) -> str:
    try:
        return address_key(url) if url else ""
    except BadUrl:
        return ""


def _nameless(item: Item) -> str:
    """What tells entries without an address apart: title and time."""
    published = item.published.isoformat() if item.published else ""
    return sha256(f"{len(item.title)}:{item.title}{published}".encode("utf-8", "replace")).hexdigest()


def _key(kind: str, identity: str) -> str:
    if len(identity) > MAX_KEY:
        identity = "sha256:" + sha256(identity.encode("utf-8", "replace")).hexdigest()
    return f"{kind}:{identity}"
