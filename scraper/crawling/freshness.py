"""Which pages are asked for again: those that can still change, and nothing else. Tables, pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from scraper.page import Kind

# Days: around its date a page may change any day; for a while after it now and then; then it is settled.
LIVELY, MOVING = 14, 60
WEEK = dt.timedelta(days=6.5)  # a nightly run is not always at the same minute
MONTH = dt.timedelta(days=30)
# Asked for in every run: what tells of new things.
ALWAYS = frozenset({Kind.START, Kind.PAPER_LIST, Kind.FILE})
# Changed a few times a year.
SLOW = frozenset({Kind.ORGANIZATION_LIST, Kind.PERSON_LIST, Kind.ORGANIZATION, Kind.PERSON})
# So many pages of the records that came last are asked for in every run, settled or not: should the site
# break in a quiet time, they tell.
SENTINELS = {"paper": 10, "meeting": 5}
# When one of these tells something else, what it leads to is asked for too.
LEADING = frozenset({Kind.CALENDAR, Kind.MEETING, Kind.AGENDA_ITEM})


@dataclass(frozen=True)
class Parent:
    """The page that led here in this run, and how it ended: `ok` means that it tells something else."""

    kind: Kind
    outcome: str | None

    @property
    def has_changed(self) -> bool:
        return self.kind in LEADING and self.outcome == "ok"


@dataclass(frozen=True)
class Freshness:
    """`today`: of the run. `lists_due`: lists are walked to their ends, as once a week; `sentinels`: keys of
    pages that are asked for anyway."""

    today: dt.date
    lists_due: bool = True
    sentinels: frozenset[str] = frozenset()

    def holds(self, kind: Kind, days: Collection[dt.date], age: dt.timedelta, parent: Parent | None) -> bool:
        """Whether what is known of a page is fresh enough. `days`: the dates of what it tells: a meeting's, a
        paper's deliberations'; `age`: since the server told it last."""
        if kind in ALWAYS or (parent is not None and parent.has_changed):
            return False
        if kind in SLOW or not days:
            return age < WEEK and kind is not Kind.CALENDAR
        newest = (self.today - max(days)).days
        if kind is Kind.CALENDAR:
            return newest > MOVING and age < MONTH
        return newest > MOVING or (newest > LIVELY and age < WEEK)
