"""Names that one page gives only as a reference, filled in from the record that the reference names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scraper.merging.line import Line


@dataclass(frozen=True)
class Fill:
    """Where `key` is null, it becomes the `value` of the record whose URL or id stands in `via`.

    `targets`: kinds of that record. `rows`: the list of the record whose rows are filled, "" for itself.
    `via` beginning with "extra:" is a label there, which may hold several references joined by "; ": the
    values are joined likewise. `marks`: parts of a line without which there is nothing to fill.
    """

    key: str
    via: str
    targets: tuple[str, ...]
    value: str
    rows: str = ""
    marks: tuple[bytes, ...] = ()

    def references(self, row: dict[str, Any]) -> list[str]:
        """What `via` holds."""
        place, _, label = self.via.rpartition(":")
        printed = row.get(place, {}).get(label) if place else row.get(label)
        return printed.split("; ") if place and printed else [printed] if printed else []


def _plain(key: str, via: str, target: str, value: str) -> Fill:
    return Fill(key, via, (target,), value, marks=(f'"{key}":null'.encode(),))


def _extra(key: str, label: str, *targets: str) -> Fill:
    """Null keys are common; the label is not."""
    return Fill(key, f"extra:{label}", targets, "name", marks=(f'"{label}":"'.encode(),))


# In this order: the meeting's id is known before its organization and date are looked up. The marks of rows
# rely on the order of the keys: `"date":null,"title":` is a deliberation's, never the paper's.
FILLS = {
    "meeting": (
        Fill("name", "url", ("organization",), "name", "organizations", (b'{"name":null,"url":"',)),
        _plain("organization", "organization_url", "organization", "name"),
    ),
    "agenda_item": (
        _plain("meeting_id", "meeting_url", "meeting", "id"),
        _plain("organization", "meeting_id", "meeting", "organization"),
        _plain("date", "meeting_id", "meeting", "date"),
    ),
    "paper": (
        Fill("committee", "committee_url", ("organization",), "name", "deliberations",
             (b'"committee":null,"committee_url":"',)),
        Fill("date", "meeting_url", ("meeting",), "date", "deliberations",
             (b'"date":null,"title":', b'"meeting_url":"')),
        _extra("department", "underDirectionOf", "organization"),
        _extra("author", "originatorOrganization", "organization"),
        _extra("author", "originatorPerson", "person"),
    ),
    "membership": (
        _plain("person", "person_url", "person", "name"),
        _plain("organization", "organization_url", "organization", "name"),
        _extra("faction", "onBehalfOf", "organization"),
    ),
}  # fmt: skip
_MARKS = {kind: tuple(fill.marks for fill in fills) for kind, fills in FILLS.items()}
REMEMBERED = {
    target: tuple({fill.value for fills in FILLS.values() for fill in fills if target in fill.targets})
    for target in ("organization", "person", "meeting")
}


class References:
    """Fills in what organizations, persons and meetings tell others; memory grows with those alone.

    `lines`: the records of a kind that others refer to, as they are written; called when first needed.
    """

    def __init__(self, lines: Callable[[str], Iterable[bytes]]) -> None:
        self._lines = lines
        self._known: dict[str, dict[str, dict[str, Any]]] = {}

    def fill(self, line: Line) -> None:
        """Fills in what is known, and notes in the line what it asked for.

        A line without an open reference is not even read: a quote inside a JSON string is escaped, so
        `"organization":null` never matches inside one.
        """
        if not any(all(mark in line.json for mark in marks) for marks in _MARKS.get(line.kind, ())):
            return
        record = json.loads(line.json)
        asks: dict[str, None] = {}
        changed = False
        for fill in FILLS[line.kind]:
            for row in record[fill.rows] if fill.rows else (record,):
                changed = self._fill(row, fill, asks) or changed
        line.asks = tuple(asks)
        if changed:
            _derive(record)
            line.json = dump(record)

    def _fill(self, row: dict[str, Any], fill: Fill, asks: dict[str, None]) -> bool:
        if row.get(fill.key) is not None:
            return False
        references = fill.references(row)
        asks.update(dict.fromkeys(references))
        found = [
            value
            for reference in references
            for target in fill.targets
            if (value := self._told(target).get(reference, {}).get(fill.value)) is not None
        ]
        if found:
            row[fill.key] = "; ".join(found)
        return bool(found)

    def _told(self, kind: str) -> dict[str, dict[str, Any]]:
        """What the records of a kind tell, by what they are referred to as; of two the first counts."""
        known = self._known.get(kind)
        if known is None:
            known = self._known[kind] = {}
            for line in self._lines(kind):
                record = json.loads(line)
                values = {name: record[name] for name in REMEMBERED[kind]}
                for reference in _names(record):
                    known.setdefault(reference, values)
        return known


def _names(record: dict[str, Any]) -> Iterator[str]:
    """What others refer to a record as: its id, its URL and its endpoint's address."""
    return filter(None, (record["id"], record["url"], record["extra"].get("id")))


def taught(kind: str, line: bytes) -> Iterator[tuple[str, str]]:
    """What a record is referred to as, each with what it then tells."""
    record = json.loads(line)
    told = json.dumps([record[name] for name in REMEMBERED[kind]])
    return ((name, told) for name in _names(record))


def _derive(record: dict[str, Any]) -> None:
    """The keys that say the same of all rows."""
    if record["kind"] == "paper":
        dates = {row["date"] for row in record["deliberations"] if row["date"]}
        record["deliberation_dates"] = sorted(dates)
    if record["kind"] == "meeting" and len(record["organizations"]) > 1:
        names = [row["name"] for row in record["organizations"] if row["name"]]
        record["organization"] = "; ".join(names) or record["organization"]


def dump(record: dict[str, Any]) -> bytes:
    """JSON in the style of pydantic's `model_dump_json`, so that a changed line looks like the others."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
