"""Names that one page gives only as a reference, filled in from the record that the reference names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fill:
    """Where `key` is null, it becomes the `value` of the `target` record whose URL or id stands in `via`."""

    key: str
    via: str
    target: str
    value: str


# In this order: the meeting's id is known before its organization and date are looked up.
FILLS = {
    "meeting": (Fill("organization", "organization_url", "organization", "name"),),
    "agenda_item": (
        Fill("meeting_id", "meeting_url", "meeting", "id"),
        Fill("organization", "meeting_id", "meeting", "organization"),
        Fill("date", "meeting_id", "meeting", "date"),
    ),
    "membership": (
        Fill("person", "person_url", "person", "name"),
        Fill("organization", "organization_url", "organization", "name"),
    ),
}
_NULLS = {kind: tuple(f'"{fill.key}":null'.encode() for fill in fills) for kind, fills in FILLS.items()}
_REMEMBERED = {
    target: tuple({fill.value for fills in FILLS.values() for fill in fills if fill.target == target})
    for target in ("organization", "person", "meeting")
}


@dataclass
class References:
    """Learns from organizations, persons and meetings as they pass; memory grows with those alone."""

    _known: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def learn(self, record: dict[str, Any]) -> None:
        """Remembers what other records may ask of this one."""
        kind = record["kind"]
        values = {name: record[name] for name in _REMEMBERED[kind]}
        for reference in (record["id"], record["url"]):
            if reference:
                self._known.setdefault((kind, reference), values)

    def fill(self, record: dict[str, Any]) -> bool:
        """Fills in what is known; True when something changed."""
        changed = False
        for fill in FILLS.get(record["kind"], ()):
            if record.get(fill.key) is None and (reference := record.get(fill.via)):
                value = self._known.get((fill.target, reference), {}).get(fill.value)
                record[fill.key] = value
                changed = changed or value is not None
        return changed

    def filled(self, kind: str, line: bytes) -> bytes | None:
        """The record of this line with what is known filled in; None when nothing changes.

        A line without an open reference is not even read: a quote inside a JSON string is escaped, so
        `"organization":null` never matches inside one.
        """
        if not any(mark in line for mark in _NULLS.get(kind, ())):
            return None
        record = json.loads(line)
        return dump(record) if self.fill(record) else None


def dump(record: dict[str, Any]) -> bytes:
    """JSON in the style of pydantic's `model_dump_json`, so that a changed line looks like the others."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
