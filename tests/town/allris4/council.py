"""The part of the invented council that ALLRIS 4 shows: the last months and what is to come."""

from __future__ import annotations

import copy
import datetime as dt
from functools import lru_cache

from tests.town.data import council
from tests.town.model import Council, Paper

DAYS = 75


@lru_cache(maxsize=2)
def lately(date: dt.date) -> Council:
    """The council without the meetings that lie further back, their items, and the papers of those alone."""
    town = copy.deepcopy(council(date))
    town.meetings = [meeting for meeting in town.meetings if meeting.date >= date - dt.timedelta(days=DAYS)]
    numbers = {meeting.number for meeting in town.meetings}
    for paper in town.papers:
        for station in paper.stations:
            station.stops = [stop for stop in station.stops if stop.meeting.number in numbers]
    for item in town.items:
        item.refers = item.refers if item.refers and item.refers.number in numbers else None
        if not item.page:
            item.result = None
        if item.result == "(offen)":  # this product leaves the place empty
            item.result = None
    told = {item.paper.number for item in town.items if item.paper}
    town.papers = [paper for paper in town.papers if paper.number in told or _is_new(paper, date)]
    for paper in town.papers:
        paper.related = paper.related if paper.related in town.papers else None
    _specials(town)
    return town


def _is_new(paper: Paper, date: dt.date) -> bool:
    return paper.date >= date - dt.timedelta(days=DAYS // 3)


def _specials(town: Council) -> None:
    """One of what the last months happen not to have: a joint meeting, one that does not take place."""
    told = [meeting for meeting in town.meetings if meeting.agenda]
    told[2].bodies = (*told[2].bodies, told[0].bodies[0])
    told[3].end = "00:20"
    told[4].extra = {"Zusatz": "Zugang über den Hof"}
    silent = [meeting for meeting in town.meetings if not meeting.agenda]
    silent[3].cancelled, silent[3].name = True, f"ENTFÄLLT - {silent[3].name}"
    silent[4].start = None
