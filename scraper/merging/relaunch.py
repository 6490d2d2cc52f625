"""A town that moved to another product: what the old one told goes on under the ids of the new one.

So does what the generic reader told of pages that the product's own reader could not read.

A record of the old product is the new one's when both are called the same and nothing else is (the paper's
number, the meeting's organization and time …). The new product's values stand, the old one's fill what it
leaves out. What has no counterpart stays as it was: a relaunch deletes nothing.
"""

from __future__ import annotations

import heapq
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from scraper.merging.contribution import ORDER, Contribution, sort_key
from scraper.merging.joining import SIGNS, Sign, sign_of
from scraper.merging.references import dump

Stream = Callable[[], Iterable[Contribution]]
_VENDOR = re.compile(rb'"vendor":"([^"]*)"')


def settled(stream: Stream, vendors: Iterable[str], aliases: dict[str, str]) -> Iterable[Contribution]:
    """The contributions in the exporter's order with old records under their new ids.

    `stream`: gives the contributions, sorted, as often as it is called. `vendors`: the products in the order
    in which they were crawled (see `Store.vendors`); with one alone nothing is done. `aliases` is filled:
    old id → new id.
    """
    names = list(vendors)
    left = frozenset(names) - frozenset(names[-1:])
    return _renamed(stream, left, aliases) if left else stream()


def _renamed(stream: Stream, left: frozenset[str], aliases: dict[str, str]) -> Iterator[Contribution]:
    for kind in ORDER:
        aliases.update(_twins(kind, stream, left, aliases))
    old = sorted((_moved(one, aliases) for one in stream() if _is_old(one, left)), key=sort_key)
    new = (one for one in stream() if not _is_old(one, left))
    yield from heapq.merge(new, old, key=sort_key)


def _is_old(one: Contribution, left: frozenset[str]) -> bool:
    """Whether a product of the town's past told it, or the generic reader in the product's place."""
    match = _VENDOR.search(one.json)
    return match is not None and match[1].decode() in left


def _moved(one: Contribution, aliases: dict[str, str]) -> Contribution:
    """Under its new id, with its references; no longer the record's own page if it has a new one."""
    record = json.loads(one.json)
    meeting = record.get("meeting_id")
    if meeting in aliases:
        record["meeting_id"] = aliases[meeting]
    if one.record_id not in aliases:
        return replace(one, json=dump(record))
    record["id"] = aliases[one.record_id]
    return replace(one, record_id=record["id"], own=False, json=dump(record))


def _twins(
    kind: str, stream: Stream, left: frozenset[str], aliases: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Old and new id of the records of a kind that are the same."""
    for keys in SIGNS.get(kind, ()):
        yield from _named(kind, keys, stream, left, aliases)


def _named(
    kind: str, keys: Sign, stream: Stream, left: frozenset[str], aliases: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Those that one name tells, among what no surer name told before."""
    signs: dict[bool, dict[str, Sign]] = {True: {}, False: {}}
    taken = {*aliases, *aliases.values()}
    for one in stream():
        if one.kind != kind or one.record_id in taken:
            continue
        sign = sign_of(json.loads(_moved(one, aliases).json), keys)
        if sign is not None:  # the record's own page comes first
            signs[_is_old(one, left)].setdefault(one.record_id, sign)
    new = _unique(signs[False])
    for sign, record_id in _unique(signs[True]).items():
        if sign in new and new[sign] != record_id:
            yield record_id, new[sign]


def _unique(signs: dict[str, Sign]) -> dict[Sign, str]:
    times = Counter(signs.values())
    return {sign: record_id for record_id, sign in signs.items() if times[sign] == 1}
