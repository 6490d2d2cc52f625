"""What a crawl was told of, and what became of it: the facts of the coverage ledger, gathered in one pass.

A record tells of itself; the links of the pages of this run, and what records refer to, tell of what has no
record. Only addresses are kept in memory.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scraper.coverage import KINDS, STATES, Facts, Numbers, Place
from scraper.crawling.schedule import Choice
from scraper.crawling.sightings import Sightings
from scraper.merging.blocks import StaleError, mark, unpack_marks
from scraper.page import Kind, Request
from scraper.state import TOLD, TOTALS
from scraper.store import Store
from scraper.vendor import Vendor

META = "ended"  # in the store: address → [kind, state] of what earlier runs asked for in vain
ALIKE = 0.9  # of the pages of a kind that were read are the address of a record


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
        self._seen = Sightings()
        self._now = Sightings()
        self._links: dict[str, _Named] = {}
        self._known: set[int] = set()
        self._given_up: set[int] = set()
        for leads in store.leads():
            self._lead(leads)

    def see(self, record: dict[str, Any], *, own: bool) -> None:
        """One record. `own`: its own page was read."""
        self._now.see(record, own=own, vendor=self._vendor.name, known=self._known)

    def cut(self) -> Sightings:
        """What was seen since the last call."""
        now, self._now = self._now, Sightings()
        self._seen.add(now)
        return now

    def take(self, told: dict[str, Any]) -> None:
        """What was seen of the next records in an earlier run, see `pack`."""
        self._seen.add(Sightings.load(told))
        self._known.update(unpack_marks(told["known"]))

    def replaced(self, told: dict[str, Any]) -> None:
        """What was seen of records that are seen anew."""
        self._given_up.update(unpack_marks(told["known"]))

    def finish(self) -> None:
        """StaleError: an address is no record's any more, so that what refers to it has to be seen anew."""
        if not self._given_up <= self._known:
            raise StaleError

    def pack(self, seen: Sightings) -> dict[str, Any]:
        """For `take`."""
        return seen.dump(self._known)

    def facts(self, **head: Any) -> Facts:
        """All of it; `head`: see `coverage.Facts`. Remembers in the store what was asked for in vain."""
        states: defaultdict[Place, Counter[str]] = defaultdict(Counter)
        self._add_records(states)
        records = Counter(dict.fromkeys(KINDS, 0))
        for (kind, _), times in states.items():
            records[kind] += times.total()
        vain = {address: _Named(kind, None, wanted=False) for address, (kind, _) in self._vain.items()}
        alike = self._alike()
        for address, named in (vain | self._links | self._references()).items():
            if mark(address) in self._known or (named.kind not in alike and address not in vain):
                continue
            state = self._unseen(address, named)
            if state:
                states[named.kind, named.year][state] += 1
        final = {address: told for address, told in self._vain.items() if told[1] != "deferred"}
        self._store.set_meta([(META, json.dumps(final))])
        return Facts(states, self._numbers(), self._totals(), records, head)

    def _totals(self) -> Counter[str]:
        """How many lists of this product say they have in all, by kind."""
        found: Counter[str] = Counter()
        for vendor, kind, total in json.loads(self._store.meta(TOTALS) or "{}").values():
            if vendor == self._vendor.name:
                found[kind] += total
        return found

    # ---- records

    def _add_records(self, states: defaultdict[Place, Counter[str]]) -> None:
        for (kind, year, state), count in self._seen.states.items():
            states[kind, year][state] += count
        for kind, year, addresses, day in self._seen.open:
            states[kind, year][self._state(kind, addresses, day)] += 1

    def _state(self, kind: str, addresses: list[str], day: str | None) -> str:
        """Of a record whose own page was not read."""
        ending = next(filter(None, map(self._ending, addresses)), None)
        if ending:
            return ending
        link = next((self._links[one] for one in addresses if one in self._links), None)
        if link is not None and (link.wanted or link.year):
            return "missing" if link.wanted else "outside"
        return "listed" if self._follows(kind, addresses[0], day) else "outside"

    def _numbers(self) -> dict[Place, list[Numbers]]:
        found: defaultdict[Place, list[Numbers]] = defaultdict(list)
        for (kind, year, _), one in self._seen.numbers.items():
            found[kind, year].append(one)
        return dict(found)

    # ---- what has no record (yet)

    def _lead(self, leads: bytes) -> None:
        """The links of one page, see `telling.pack`."""
        for url, kind, _method, _form, _step, day, *_ in json.loads(leads):
            if kind in KINDS:
                self._name(self._links, kind, self._choice.canonical(url), day)

    def _references(self) -> dict[str, _Named]:
        """What the records refer to and no record is."""
        named: dict[str, _Named] = {}
        for kind, address, day in self._seen.refers:
            if mark(address) not in self._known:
                self._name(named, kind, address, day)
        return named

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
                met[kind][mark(address) in self._known] += 1
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
