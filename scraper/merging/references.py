"""Names that one page gives only as a reference, filled in from the record that the reference names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


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
_REMEMBERED = {
    target: tuple({fill.value for fills in FILLS.values() for fill in fills if target in fill.targets})
    for target in ("organization", "person", "meeting")
}


@dataclass
class References:
    """Learns from organizations, persons and meetings as they pass; memory grows with those alone."""

    _known: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def learn(self, record: dict[str, Any]) -> None:
        """Remembers what other records may ask of this one, by its id, its URL and its endpoint's address."""
        kind = record["kind"]
        values = {name: record[name] for name in _REMEMBERED[kind]}
        for reference in (record["id"], record["url"], record["extra"].get("id")):
            if reference:
                self._known.setdefault((kind, reference), values)

    def fill(self, record: dict[str, Any]) -> bool:
        """Fills in what is known; True when something changed."""
        changed = False
        for fill in FILLS.get(record["kind"], ()):
            for row in record[fill.rows] if fill.rows else (record,):
                changed = self._fill(row, fill) or changed
        if changed:
            _derive(record)
        return changed

    def _fill(self, row: dict[str, Any], fill: Fill) -> bool:
        if row.get(fill.key) is not None:
            return False
        found = [
            value
            for reference in fill.references(row)
            for target in fill.targets
            if (value := self._known.get((target, reference), {}).get(fill.value)) is not None
        ]
        if found:
            row[fill.key] = "; ".join(found)
        return bool(found)

    def filled(self, kind: str, line: bytes) -> bytes | None:
        """The record of this line with what is known filled in; None when nothing changes.

        A line without an open reference is not even read: a quote inside a JSON string is escaped, so
        `"organization":null` never matches inside one.
        """
        if not any(all(mark in line for mark in marks) for marks in _MARKS.get(kind, ())):
            return None
        record = json.loads(line)
        return dump(record) if self.fill(record) else None


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
