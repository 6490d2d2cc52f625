"""A town told twice, by its pages and by its OParl endpoint: the same records found, value by value.

Records are the same by id (most products number both alike), else by the address that a person opens (OParl's
`web`), else by what they are called where that is unique on both sides. The page's value stands above the
endpoint's; where both have one and they differ, that is told.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from scraper.merging.contribution import ORDER, Contribution
from scraper.merging.references import dump

Record = dict[str, Any]
Sign = tuple[str, ...]
HTML, OPARL = "html", "oparl"
# What each record has of its own, or what is a list of parts: not compared, not told as a disagreement.
_ENVELOPE = frozenset(
    {"kind", "id", "source", "vendor", "fetched_at", "snapshot", "parser", "warnings", "extra"}
)
_NOT_COMPARED = _ENVELOPE | {"url", "gone", "text", "sections", "order", "heading"}


def _words(record: Record, *keys: str) -> Sign | None:
    values = [record.get(key) for key in keys]
    return tuple(" ".join(str(v).casefold().split()) for v in values) if all(values) else None


# What records of a kind are called; None: they have no name of their own.
SIGNS: dict[str, Callable[[Record], Sign | None]] = {
    "organization": lambda record: _words(record, "name"),
    "person": lambda record: _words(record, "name"),
    "meeting": lambda record: (
        _words(record, "date", "start", "organization") or _words(record, "date", "name")
    ),
    "agenda_item": lambda record: _words(record, "meeting_id", "number"),
    "paper": lambda record: _words(record, "reference"),
    "membership": lambda record: _words(record, "organization", "person"),
}


@dataclass
class Joining:
    """What came of it. `origins` and `disagreements`: lines for the files of these names.

    `aliases`: id at the endpoint → id of the page's record; `matched`: kind → records told by both.
    """

    origins: list[Record] = field(default_factory=list)
    disagreements: list[Record] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    matched: Counter[str] = field(default_factory=Counter)

    def contributions(self, html: Path, oparl: Path, files: dict[str, str]) -> Iterator[Contribution]:
        """The records of both folders in the exporter's order; `files`: kind → file name."""
        for kind in ORDER:
            own = _read(html / files[kind])
            other = [self._renamed(record) for record in _read(oparl / files[kind])]
            self._join(kind, own, other)
            streams = (_told(kind, own, HTML), _told(kind, sorted(other, key=itemgetter("id")), OPARL))
            yield from heapq.merge(*streams, key=lambda one: (one.record_id, not one.own))

    def _renamed(self, record: Record) -> Record:
        """With the ids of the pages' records in its references."""
        meeting = record.get("meeting_id")
        return {**record, "meeting_id": self.aliases[meeting]} if meeting in self.aliases else record

    def _join(self, kind: str, own: list[Record], other: list[Record]) -> None:
        """Gives each record of the endpoint the id of the page's record that is the same."""
        find = _Finder(kind, own, other)
        for record in other:
            twin = find(record)
            if twin is None:
                self.origins.append(_origin(None, record))
                continue
            if record["id"] != twin["id"]:
                self.aliases[record["id"]] = twin["id"]
                record["id"] = twin["id"]
            self.matched[kind] += 1
            self.origins.append(_origin(twin, record))
            self.disagreements += _disagreements(twin, record)


class _Finder:
    """Finds the page's record that a record of the endpoint is; each is found once."""

    def __init__(self, kind: str, own: list[Record], other: list[Record]) -> None:
        self._sign = SIGNS.get(kind, _unnamed)
        self._ids = {record["id"]: record for record in own}
        self._urls = {record["url"]: record for record in own if record.get("url")}
        unique = _unique(map(self._sign, own)) & _unique(map(self._sign, other))
        self._signs = {sign: record for record in own if (sign := self._sign(record)) in unique}
        self._taken: set[str] = {record["id"] for record in other if record["id"] in self._ids}

    def __call__(self, record: Record) -> Record | None:
        if record["id"] in self._ids:
            return self._ids[record["id"]]
        sign = self._sign(record)
        found = self._urls.get(record.get("url") or "") or (self._signs.get(sign) if sign else None)
        if found is None or found["id"] in self._taken:
            return None
        self._taken.add(found["id"])
        return found


def _unnamed(record: Record) -> Sign | None:
    return None


def _unique(signs: Iterable[Sign | None]) -> set[Sign]:
    return {sign for sign, times in Counter(signs).items() if sign is not None and times == 1}


def _read(path: Path) -> list[Record]:
    if not path.exists():
        return []
    with path.open("rb") as file:
        return [json.loads(line) for line in file]


def _told(kind: str, records: Iterable[Record], way: str) -> Iterator[Contribution]:
    for record in records:
        yield Contribution(record["id"], kind, way == HTML, way, dump(record))


def _origin(own: Record | None, other: Record) -> Record:
    """Which way each value of a record came."""
    ways = {}
    for key in other:
        if key in _ENVELOPE:
            continue
        told = [way for way, record in ((HTML, own or {}), (OPARL, other)) if _is_value(record.get(key))]
        if told:
            ways[key] = told[0] if len(told) == 1 else "both"
    snapshots = {way: record["snapshot"] for way, record in ((HTML, own), (OPARL, other)) if record}
    return {"id": other["id"], "kind": other["kind"], "snapshots": snapshots, "fields": ways}


def _disagreements(own: Record, other: Record) -> Iterator[Record]:
    for key, value in other.items():
        if key in _NOT_COMPARED or key.endswith("_url") or not (_is_value(value) and _is_value(own.get(key))):
            continue
        if _is_plain(value) and _folded(own[key]) != _folded(value):
            pages = {"html_url": own.get("url"), "oparl_url": other.get("url")}
            yield {"id": own["id"], "kind": own["kind"], "field": key, HTML: own[key], OPARL: value, **pages}


def _is_value(value: object) -> bool:
    return value is not None and value not in ([], {}, "")


def _is_plain(value: object) -> bool:
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(one, dict) for one in value)
    )


def _folded(value: object) -> object:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value
