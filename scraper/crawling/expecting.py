"""What a crawl was told of, and what became of it: the facts of the coverage ledger, gathered in one pass.

A record tells of itself; the links of the pages of this run, and what records refer to, tell of what has no
record. Only addresses are kept in memory.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scraper.coverage import KINDS, STATES, Facts, Numbers, Place
from scraper.crawling.schedule import Choice
from scraper.page import Kind, Request
from scraper.state import TOLD
from scraper.store import Store
from scraper.vendor import Vendor

META = "ended"  # in the store: address → [kind, state] of what earlier runs asked for in vain
# Kind of record → the keys that refer to another: of the record, or of the rows of a list of it.
REFERENCES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "agenda_item": (("", "paper_url", "paper"), ("", "meeting_url", "meeting")),
    "paper": (
        ("deliberations", "meeting_url", "meeting"),
        ("deliberations", "agenda_item_url", "agenda_item"),
    ),
}
ALIKE = 0.9  # of the pages of a kind that were read are the address of a record
_NUMBER = re.compile(r":([a-z]*)(\d+)$")


@dataclass(frozen=True, slots=True)
class _Named:
    """A page that something told of. `wanted`: this run was to ask for it."""

    kind: str
    year: int | None
    wanted: bool


class Expecting:
    """Sees the records of a crawl pass by; `facts` are complete after the last one.

    `choice`: what this run asked for. `vendor`: the product; what an earlier product's records refer to is
    no page of this one.
    """

    def __init__(self, store: Store, choice: Choice, vendor: Vendor) -> None:
        self._store = store
        self._choice = choice
        self._vendor = vendor
        self._vain = self._in_vain()
        self._states: defaultdict[Place, Counter[str]] = defaultdict(Counter)
        self._numbers: defaultdict[Place, dict[str, Numbers]] = defaultdict(dict)
        self._links: dict[str, _Named] = {}
        self._references: dict[str, _Named] = {}
        self._known: set[int] = set()
        for leads in store.leads():
            self._lead(leads)

    def see(self, record: dict[str, Any], *, own: bool) -> None:
        """One record. `own`: its own page was read."""
        kind = record["kind"]
        if kind not in KINDS:
            return
        year = _year_of(record)
        self._states[kind, year][self._state(record, own=own)] += 1
        self._count(record, (kind, year))
        for address in _addresses(record):
            self._known.add(hash(address))
            self._links.pop(address, None)
            self._references.pop(address, None)
        if record["vendor"] == self._vendor.name:
            self._refer(record)

    def facts(self, **head: Any) -> Facts:
        """All of it; `head`: see `coverage.Facts`. Remembers in the store what was asked for in vain."""
        vain = {address: _Named(kind, None, wanted=False) for address, (kind, _) in self._vain.items()}
        alike = self._alike()
        for address, named in (vain | self._links | self._references).items():
            if hash(address) in self._known or (named.kind not in alike and address not in vain):
                continue
            state = self._unseen(address, named)
            if state:
                self._states[named.kind, named.year][state] += 1
        final = {address: told for address, told in self._vain.items() if told[1] != "deferred"}
        self._store.set_meta([(META, json.dumps(final))])
        return Facts(self._states, {place: tables.values() for place, tables in self._numbers.items()}, head)

    # ---- a record

    def _state(self, record: dict[str, Any], *, own: bool) -> str:
        if record["gone"]:
            return "refused" if record["gone"] == "refused" else "gone"
        if own:
            return "read"
        addresses = _addresses(record)
        ending = next(filter(None, map(self._ending, addresses)), None)
        if ending:
            return ending
        if not addresses:
            return "cancelled" if record.get("cancelled") else "without_page"
        link = next((self._links[one] for one in addresses if one in self._links), None)
        if link is not None and (link.wanted or link.year):
            return "missing" if link.wanted else "outside"
        return "listed" if self._follows(record["kind"], addresses[0], record.get("date")) else "outside"

    def _count(self, record: dict[str, Any], place: Place) -> None:
        match = _NUMBER.search(record["id"])
        if match is None:
            return
        tables, number = self._numbers[place], int(match[2])
        if match[1] in tables:
            tables[match[1]].add(number)
        else:
            tables[match[1]] = Numbers(number, number)

    # ---- what has no record (yet)

    def _lead(self, leads: bytes) -> None:
        """The links of one page, see `telling.pack`."""
        for url, kind, _method, _form, _step, day, *_ in json.loads(leads):
            if kind in KINDS:
                self._name(self._links, kind, self._choice.canonical(url), day)

    def _refer(self, record: dict[str, Any]) -> None:
        for rows, key, kind in REFERENCES.get(record["kind"], ()):
            for row in record[rows] if rows else (record,):
                if row[key] and hash(row[key]) not in self._known:
                    self._name(self._references, kind, row[key], row["date"])

    def _name(self, named: dict[str, _Named], kind: str, address: str, day: str | None) -> None:
        """Told of once more: what is known of it grows."""
        before = named.get(address)
        if before is not None and (day is None or (before.year and before.wanted)):
            return
        wanted = (before is not None and before.wanted) or self._follows(kind, address, day)
        named[address] = _Named(kind, int(day[:4]) if day else None, wanted)

    def _alike(self) -> set[str]:
        """Kinds whose pages are asked for where people open them: only there links tell of records."""
        met: dict[str, Counter[bool]] = defaultdict(Counter)
        for address, kind, outcome in self._store.endings():
            if outcome in TOLD:
                met[kind][hash(address) in self._known] += 1
        return {kind for kind, times in met.items() if times[True] >= ALIKE * times.total()}

    def _unseen(self, address: str, named: _Named) -> str | None:
        """The state of a page without a record; None when it was read, under another address."""
        ending = self._ending(address)
        if ending == "read" or (ending is None and self._store.page(address)):
            return None
        return ending or ("missing" if named.wanted else "outside")

    # ---- what the site said

    def _in_vain(self) -> dict[str, tuple[str, str]]:
        """Address → kind and state of what was asked for in vain: before and not again, or in this run.

        A page and those that tell the same (`Vendor.fallback`) are one; if one of them was read, none.
        """
        before = json.loads(self._store.meta(META) or "{}")
        vain = {one: (kind, state) for one, (kind, state) in before.items() if not self._store.outcome(one)}
        twins: set[str] = set()
        for address, kind, outcome in self._store.endings():
            if kind not in KINDS or outcome in TOLD or address in twins:
                continue
            others = {self._choice.canonical(one.url) for one in self._fallback(address, kind)}
            twins |= others
            if not any(self._store.outcome(one) in TOLD for one in others):
                vain[address] = (kind, outcome if outcome in STATES else "failed")
        return vain

    def _fallback(self, address: str, kind: str) -> Iterable[Request]:
        return self._vendor.fallback(Request(address, Kind(kind)))

    def _ending(self, address: str) -> str | None:
        """The state that the request for an address ended in, now or before; None: never asked for."""
        if address in self._vain:
            return self._vain[address][1]
        return "read" if self._store.outcome(address) else None

    def _follows(self, kind: str, address: str, day: str | None) -> bool:
        date = dt.date.fromisoformat(day) if day else None
        return bool(self._choice.wanted((Request(address, Kind(kind), date=date),), None))


def _addresses(record: dict[str, Any]) -> list[str]:
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
