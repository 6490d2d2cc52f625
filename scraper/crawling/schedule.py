"""What is fetched, in which order and when again: tables and pure functions."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from scraper.page import Kind, Request, Window
from scraper.state import Wanted

# From what lists others to what is listed; what is behind a smaller number is asked for first.
PRIORITY = {
    Kind.START: 0,
    Kind.CALENDAR: 1,
    Kind.ORGANIZATION_LIST: 2,
    Kind.PERSON_LIST: 2,
    Kind.PAPER_LIST: 2,
    Kind.MEETING: 3,
    Kind.AGENDA_ITEM: 4,
    Kind.PAPER: 5,
    Kind.ORGANIZATION: 6,
    Kind.PERSON: 7,
}
# The position of a list is in the session, so nothing else comes between two of its pages.
SESSION_BOUND = -1

# Kind of record → kinds of pages on the way to it. Agendas name the papers.
_BODIES = frozenset({Kind.START, Kind.ORGANIZATION_LIST, Kind.ORGANIZATION})
_PEOPLE = _BODIES | {Kind.PERSON_LIST, Kind.PERSON}
_MEETINGS = frozenset({Kind.START, Kind.CALENDAR, Kind.MEETING})
WAYS = {
    "meeting": _MEETINGS,
    "agenda_item": _MEETINGS | {Kind.AGENDA_ITEM},
    "paper": _MEETINGS | {Kind.PAPER_LIST, Kind.PAPER},
    "organization": _BODIES,
    "person": _PEOPLE,
    "membership": _PEOPLE,
}

# Meetings have a day of their own. A paper is dated before the meetings that deal with it, so for papers only
# the beginning of the window counts, and for lists, which go from new to old where they print days.
_WITHIN = frozenset({Kind.MEETING, Kind.AGENDA_ITEM})
_SINCE = frozenset({Kind.PAPER, Kind.PAPER_LIST, Kind.CALENDAR})

MAX_TRIES = 4
FIRST_TRIES = 2  # while nothing has been read yet: a wrong address should say so soon
BROKEN_TRIES = 2  # under load ALLRIS 3 sends broken pages (tags without "<"), fine the next time
MAX_RESTARTS = 3  # of a session-bound list
RETRY_SECONDS = 5.0  # then 4 times longer each time
JITTER = 0.1
PAUSE_SECONDS = 60.0  # for the whole host, then twice as long each time (StormCrawler, Nutch)
MAX_PAUSES = 4  # in a row, without a page in between
MISSES = 5  # failures in a row after which it is not the page but the host
DENIALS = 5  # pages in a row that are denied, after which it may be the host that denies everything
# No town's window has so many; beyond lies a list or a calendar without an end. With --max-requests it is the
# caller who sets the limit.
MOST_PAGES = 250_000
LONGEST_WAIT = 86_400.0


@dataclass(frozen=True)
class Choice:
    """Which pages a run follows. `expand`, `canonical`: see Vendor."""

    window: Window
    kinds: Collection[str] | None
    expand: Callable[[Request, Window], Iterable[Request]]
    canonical: Callable[[str], str]

    def wanted(self, requests: Iterable[Request], parent: str | None) -> tuple[Wanted, ...]:
        """The pages to put into the frontier."""
        return tuple(
            Wanted(one, _priority(one), parent) for request in requests for one in self._expanded(request)
        )

    def instead(self, requests: Iterable[Request], parent: str) -> tuple[Wanted, ...]:
        """Pages in the place of one that was wanted already, and so is within the window."""
        kept = (replace(one, url=self.canonical(one.url)) for one in requests)
        return tuple(Wanted(one, _priority(one), parent) for one in kept)

    def _expanded(self, request: Request) -> Iterator[Request]:
        if not self._follows(request):
            return
        for one in self.expand(request, self.window):
            yield replace(one, url=self.canonical(one.url))

    def _follows(self, request: Request) -> bool:
        kinds = tuple(WAYS) if self.kinds is None else self.kinds
        on_the_way = any(request.kind in WAYS.get(kind, ()) for kind in kinds)
        return on_the_way and is_in(request, self.window)


def is_in(request: Request, window: Window) -> bool:
    """False when the date that is printed for the page lies outside of the window.

    A meeting without a day is not followed: calendars and deliberations print one, and what has none is a
    reference such as "minutes of the last meeting", from which a crawl would walk back through all years.
    """
    if request.date is None:
        return request.kind is not Kind.MEETING
    if request.kind in _WITHIN:
        return window.covers(request.date)
    return request.kind not in _SINCE or request.date >= window.since


def _priority(request: Request) -> int:
    return SESSION_BOUND if request.step > 1 else PRIORITY[request.kind]


def retry_delay(tries: int, rng: random.Random) -> float:
    """Seconds until a page is asked for again after its `tries`-th failure (1…)."""
    return float(RETRY_SECONDS * 4 ** (tries - 1) * rng.uniform(1 - JITTER, 1 + JITTER))


def pause_delay(pauses: int, after: float | None) -> float:
    """Seconds for which the whole host is left alone, the `pauses`-th time in a row (1…)."""
    return min(after if after is not None else PAUSE_SECONDS * 2 ** (pauses - 1), LONGEST_WAIT)
