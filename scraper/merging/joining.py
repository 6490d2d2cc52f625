"""A town told twice, by its pages and by its OParl endpoint: the same records found, value by value.

Records are the same by id (most products number both alike) if they do not contradict each other, else by the
address that a person opens (OParl's `web`), else by what they are called where that is unique on both sides.
The page's value stands above the endpoint's; where both have one and they differ, that is told.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator
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


# What records of a kind are called: the keys of each name, the surest first.
SIGNS: dict[str, tuple[Sign, ...]] = {
    "organization": (("name",),),
    "person": (("name",),),
    "meeting": (("date", "start", "organization"), ("date", "name"), ("date", "organization")),
    "agenda_item": (("meeting_id", "number", "subject"), ("meeting_id", "number"), ("meeting_id", "subject")),
    "paper": (("reference",),),
    "membership": (("organization", "person", "start"), ("organization", "person")),
}
# Two records with one id are not the same when these have not a word in common, each of them.
_TELLING: dict[str, Sign] = {
    "organization": ("name", "type"),
    "person": ("name",),
    "meeting": ("date", "organization"),
    "agenda_item": ("meeting_id",),
    "paper": ("reference",),
}


def sign_of(record: Record, keys: Sign) -> Sign | None:
    """The record's name made of these keys; None when it lacks one."""
    values = [record.get(key) for key in keys]
    return tuple(" ".join(str(v).casefold().split()) for v in values) if all(values) else None


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
            if twin is None and record["id"] in find.ids:
                self.disagreements.append(self._collision(find.ids[record["id"]], record))
            if twin is None:
                self.origins.append(_origin(None, record))
                continue
            if record["id"] != twin["id"]:
                self.aliases[record["id"]] = twin["id"]
                record["id"] = twin["id"]
            self.matched[kind] += 1
            self.origins.append(_origin(twin, record))
            self.disagreements += _disagreements(twin, record)

    def _collision(self, own: Record, record: Record) -> Record:
        """Two records with one number: the endpoint's goes on under `…:oparl-<number>`, and that is told."""
        taken = record["id"]
        head, _, native = taken.rpartition(":")
        record["id"] = self.aliases[taken] = f"{head}:oparl-{native}"
        told = {"id": taken, "kind": own["kind"], "field": "id", HTML: taken, OPARL: record["id"]}
        return told | _pages(own, record)


class _Finder:
    """Finds the page's record that a record of the endpoint is; each once. `ids`: the page's, by id."""

    def __init__(self, kind: str, own: list[Record], other: list[Record]) -> None:
        self._kind = kind
        self.ids = {record["id"]: record for record in own}
        self._urls = {record["url"]: record for record in own if record.get("url")}
        self._signs = [(keys, _both(keys, own, other)) for keys in SIGNS.get(kind, ())]
        self._taken = {record["id"] for record in other if self._by_id(record)}

    def __call__(self, record: Record) -> Record | None:
        same = self._by_id(record)
        if same is not None:
            return same
        found = self._urls.get(record.get("url") or "") or self._by_name(record)
        if found is None or found["id"] in self._taken:
            return None
        self._taken.add(found["id"])
        return found

    def _by_id(self, record: Record) -> Record | None:
        same = self.ids.get(record["id"])
        return same if same is not None and not _contradict(self._kind, same, record) else None

    def _by_name(self, record: Record) -> Record | None:
        names = ((sign_of(record, keys), records) for keys, records in self._signs)
        found = (records[sign] for sign, records in names if sign in records)
        return next((one for one in found if one["id"] not in self._taken), None)


def _both(keys: Sign, own: list[Record], other: list[Record]) -> dict[Sign | None, Record]:
    """The page's records by a name that is one record's alone, there and at the endpoint."""
    unique = _unique(sign_of(record, keys) for record in own)
    unique &= _unique(sign_of(record, keys) for record in other)
    return {sign: record for record in own if (sign := sign_of(record, keys)) in unique}


def _contradict(kind: str, own: Record, other: Record) -> bool:
    """Is nothing the same of what tells records of a kind apart?"""
    keys = _TELLING.get(kind, ())
    pairs = [(_parts(own.get(key)), _parts(other.get(key))) for key in keys]
    return bool(pairs) and all(left and right and not left & right for left, right in pairs)


def _parts(value: object) -> set[str]:
    return set(str(value).casefold().split()) if value else set()


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
            told = {"id": own["id"], "kind": own["kind"], "field": key, HTML: own[key], OPARL: value}
            yield told | _pages(own, other)


def _pages(own: Record, other: Record) -> Record:
    return {"html_url": own.get("url"), "oparl_url": other.get("url")}


def _is_value(value: object) -> bool:
    return value is not None and value not in ([], {}, "")


def _is_plain(value: object) -> bool:
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(one, dict) for one in value)
    )


def _folded(value: object) -> object:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value
