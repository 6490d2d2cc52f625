"""What the records of one block tell of themselves and of others, for the coverage ledger."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from typing import Any

from scraper.coverage import KINDS, Numbers
from scraper.merging.blocks import mark, pack_marks

# Kind of record → the keys that refer to another: of the record, or of the rows of a list of it.
REFERENCES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "agenda_item": (("", "paper_url", "paper"), ("", "meeting_url", "meeting")),
    "paper": (
        ("deliberations", "meeting_url", "meeting"),
        ("deliberations", "agenda_item_url", "agenda_item"),
    ),
}
_NUMBER = re.compile(r":([a-z]*)(\d+)$")


@dataclass
class Sightings:
    """Of some records. Kinds are those of `coverage`, years None where there is no date.

    `states`: (kind, year, state) → records that alone tell what became of them; `open`: kind, year, addresses
    and date of the others; `numbers`: (kind, year, table) → the vendor's numbers; `known`: marks of the
    records' addresses; `refers`: kind, address and date of what they refer to.
    """

    states: Counter[tuple[str, int | None, str]] = field(default_factory=Counter)
    open: list[tuple[str, int | None, list[str], str | None]] = field(default_factory=list)
    numbers: dict[tuple[str, int | None, str], Numbers] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)
    refers: dict[tuple[str, str, str | None], None] = field(default_factory=dict)

    def see(self, record: dict[str, Any], *, own: bool, vendor: str, known: set[int]) -> None:
        """One record. `own`: its own page was read. `vendor`: the product; what an earlier product's records
        refer to is no page of this one. `known`: marks of the addresses of all records so far."""
        kind = record["kind"]
        if kind not in KINDS:
            return
        year, addresses = _year_of(record), addresses_of(record)
        state = _state(record, addresses, own=own)
        if state is None:
            self.open.append((kind, year, addresses, record.get("date")))
        else:
            self.states[kind, year, state] += 1
        self._count(record, kind, year)
        marks = set(map(mark, addresses))
        self.known |= marks
        known |= marks
        if record["vendor"] == vendor:
            told = (one for one in _references(record) if mark(one[1]) not in known)
            self.refers.update(dict.fromkeys(told))

    def _count(self, record: dict[str, Any], kind: str, year: int | None) -> None:
        match = _NUMBER.search(record["id"])
        if match is None:
            return
        place, number = (kind, year, match[1]), int(match[2])
        if place in self.numbers:
            self.numbers[place].add(number)
        else:
            self.numbers[place] = Numbers(number, number)

    def add(self, other: Sightings) -> None:
        """What was seen of other records."""
        self.states.update(other.states)
        self.open += other.open
        for place, one in other.numbers.items():
            self.numbers[place] = self.numbers[place].joined(one) if place in self.numbers else one
        self.refers.update(other.refers)

    def dump(self, known: set[int]) -> dict[str, Any]:
        """As JSON; see `load`. `known`: marks of the addresses of all records: what has one is left out of
        what is referred to."""
        return {
            "states": [[*place, count] for place, count in self.states.items()],
            "open": self.open,
            "numbers": [[*place, *astuple(one)] for place, one in self.numbers.items()],
            "known": pack_marks(self.known),
            "refers": [one for one in self.refers if mark(one[1]) not in known],
        }

    @classmethod
    def load(cls, told: dict[str, Any]) -> Sightings:
        """Of `dump`, without `known`."""
        refers = ((kind, address, day) for kind, address, day in told["refers"])
        found = cls(open=told["open"], refers=dict.fromkeys(refers))
        found.states.update({(kind, year, state): count for kind, year, state, count in told["states"]})
        found.numbers = {(kind, year, table): Numbers(*rest) for kind, year, table, *rest in told["numbers"]}
        return found


def _state(record: dict[str, Any], addresses: list[str], *, own: bool) -> str | None:
    """What became of the record, as far as it tells that itself."""
    if record["gone"]:
        return "refused" if record["gone"] == "refused" else "gone"
    if own:
        return "read"
    if addresses:
        return None
    return "cancelled" if record.get("cancelled") else "without_page"


def _references(record: dict[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    for rows, key, kind in REFERENCES.get(record["kind"], ()):
        for row in record[rows] if rows else (record,):
            if row[key]:
                yield kind, row[key], row["date"]


def addresses_of(record: dict[str, Any]) -> list[str]:
    """Where the record's page may have been asked for: as people open it, and as an endpoint calls it."""
    return [one for one in (record["url"], record["extra"].get("id")) if one]


def _year_of(record: dict[str, Any]) -> int | None:
    """Of the record's date; of a paper without one, of its first deliberation."""
    day = next(_days(record), None)
    return int(day[:4]) if day else None


def _days(record: dict[str, Any]) -> Iterator[str]:
    if record.get("date"):
        yield record["date"]
    yield from record.get("deliberation_dates", ())
