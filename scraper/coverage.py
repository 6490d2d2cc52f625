"""How much of what a town's system tells of was read: numbers and one sentence for each kind and year.

Pure functions of facts; who gathers them is `crawling.expecting`. The result is `coverage.json`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FILE = "coverage.json"
KINDS = ("meeting", "agenda_item", "paper", "organization", "person")
# What became of a thing that something told of: it is in exactly one of these states.
STATES = (
    "read", "listed", "without_page", "cancelled", "refused", "blocked", "gone", "failed", "deferred",
    "outside", "missing",
)  # fmt: skip
# What was asked for and neither came nor was refused by the site.
LACKING = ("failed", "deferred", "missing")
# Of the numbers between the smallest and the largest so many are known, or they are not consecutive.
CONSECUTIVE = 0.5

Place = tuple[str, int | None]  # kind and year


@dataclass
class Numbers:
    """The vendor's numbers of the records in one of its tables: smallest, largest, how many."""

    smallest: int
    largest: int
    known: int = 1

    def add(self, number: int) -> None:
        """One more record."""
        self.smallest = min(self.smallest, number)
        self.largest = max(self.largest, number)
        self.known += 1

    def joined(self, other: Numbers) -> Numbers:
        """Of these records and of others."""
        smallest, largest = min(self.smallest, other.smallest), max(self.largest, other.largest)
        return Numbers(smallest, largest, self.known + other.known)

    @property
    def span(self) -> int:
        """How many numbers there are from the smallest to the largest."""
        return self.largest - self.smallest + 1


@dataclass(frozen=True)
class Facts:
    """What is known when the records of a crawl have been written.

    `states`: of a kind and a year (None: without a date), how many things are in which of `STATES`.
    `numbers`: the vendor's numbers there, one entry a table of the product. `totals`: kind → how many lists
    say they have in all; `records`: kind → how many are known. `head`: what else the document tells.
    """

    states: Mapping[Place, Mapping[str, int]]
    numbers: Mapping[Place, Iterable[Numbers]] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict)


def coverage(facts: Facts) -> dict[str, Any]:
    """The document for `coverage.json`: the head, `coverage`, a row a kind and year, and `lists`, a row a
    kind with `kind`, `total`, `known` and `sentence`.

    A row has `kind`, `year` (null without a date), `expected`, the states (which add up to it), `id_gaps`
    (numbers that no record has, null where they are not consecutive) and `sentence`.
    """
    places = sorted(facts.states, key=lambda place: (KINDS.index(place[0]), place[1] or 9999))
    rows = [_row(place, facts) for place in places if sum(facts.states[place].values())]
    lists = [_listed(kind, facts) for kind in KINDS if facts.totals.get(kind)]
    return {**facts.head, "coverage": rows, "lists": lists}


def _listed(kind: str, facts: Facts) -> dict[str, Any]:
    total, known = facts.totals[kind], facts.records.get(kind, 0)
    things = kind.replace("_", " ")
    sentence = f"Lists of {things}s tell of {total:,} in all, in all years; {known:,} are known here."
    return {"kind": kind, "total": total, "known": known, "sentence": sentence}


def _row(place: Place, facts: Facts) -> dict[str, Any]:
    states = {state: facts.states[place].get(state, 0) for state in STATES}
    return {
        "kind": place[0],
        "year": place[1],
        "expected": sum(states.values()),
        **states,
        "id_gaps": _gaps(facts.numbers.get(place, ())),
        "sentence": sentence(*place, states),
    }


def _gaps(tables: Iterable[Numbers]) -> int | None:
    dense = [one for one in tables if one.known > 1 and one.known >= CONSECUTIVE * one.span]
    return sum(one.span - one.known for one in dense) if dense else None


# ---- sentences

# Kind → what is told of it, for one and for many.
HEADS = {
    "meeting": ("meeting is announced", "meetings are announced"),
    "agenda_item": ("agenda item is listed", "agenda items are listed"),
    "paper": ("paper is named", "papers are named"),
    "organization": ("organization is named", "organizations are named"),
    "person": ("person is named", "persons are named"),
}
# State → what is told of those in it; a word in braces is its form for one or for many.
CLAUSES = {
    "read": "of {n} the page was read",
    "listed": "{n} {is} told by lists alone",
    "without_page": "{n} {has} no page of {its} own",
    "cancelled": "{n} {is} cancelled without one",
    "refused": "{n} {is} not public",
    "blocked": "{n} {is} closed to crawlers by robots.txt",
    "gone": "{n} {is} not there",
    "failed": "{n} could not be had",
    "deferred": "{n} {is} still to be asked for",
    "outside": "{n} {was} not asked for",
    "missing": "{n} {is} missing",
}
OTHER_CLAUSES = {
    "meeting": {"read": "of {n} the agenda was read", "without_page": "{n} {has} no agenda on the site"},
}
_FORMS = {"is": ("is", "are"), "has": ("has", "have"), "was": ("was", "were"), "its": ("its", "their")}
_UNDATED = frozenset({"organization", "person"})


def sentence(kind: str, year: int | None, states: Mapping[str, int]) -> str:
    """One sentence for people.

    `2026: 72 meetings are announced; of 65 the agenda was read, 4 are cancelled without one, 3 are not
    public.`
    """
    when = f"{year}: " if year else "" if kind in _UNDATED else "without a date: "
    expected = sum(states.values())
    clauses = CLAUSES | OTHER_CLAUSES.get(kind, {})
    told = [_formed(clauses[state], states[state]) for state in STATES if states.get(state)]
    return f"{when}{expected:,} {HEADS[kind][expected != 1]}; {', '.join(told)}."


def _formed(clause: str, count: int) -> str:
    forms = {word: pair[count != 1] for word, pair in _FORMS.items()}
    return clause.format(n=f"{count:,}", **forms)
