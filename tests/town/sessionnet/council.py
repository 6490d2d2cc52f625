"""A season of the council: what a few hundred requests can read."""

from __future__ import annotations

import copy
import datetime as dt
from functools import lru_cache

from tests.town.data import council
from tests.town.model import Council, Item, Meeting, Member, Paper, Part, Station

SEASON = 85  # days before the reference date


@lru_cache(maxsize=4)
def season(reference: dt.date) -> Council:
    """The meetings from `SEASON` days before `reference` on, and the papers that they deal with."""
    town = copy.deepcopy(council(reference))
    first = reference - dt.timedelta(days=SEASON)
    town.meetings = [meeting for meeting in town.meetings if meeting.date >= first]
    kept = {meeting.number for meeting in town.meetings}
    dealt = {item.paper.number for meeting in town.meetings for item in meeting.items if item.paper}
    town.papers = [paper for paper in town.papers if paper.number in dealt]
    for paper in town.papers:
        paper.stations = [_station(station, kept) for station in paper.stations]
        if paper.related and paper.related.number not in dealt:
            paper.related = None
    return town


def _station(station: Station, kept: set[int]) -> Station:
    station.stops = [stop for stop in station.stops if stop.meeting.number in kept]
    return station


def printed_items(meeting: Meeting) -> list[Item]:
    """The rows of an agenda; a text row is the heading of a part here."""
    return [item for item in meeting.items if item.label]


def paper_of(item: Item) -> Paper | None:
    return item.paper if item.public and item.paper and item.paper.public else None


def result_of(item: Item) -> str | None:
    return item.result if item.result != "(offen)" else None


def voting_of(item: Item) -> str | None:
    """The printed votes: the last line of the part that has them."""
    if item.votes is None:
        return None
    for part in item.parts:
        if part.code == "AE" and part.blocks:
            return str(part.blocks[-1][1])
    return None


def told_parts(parts: tuple[Part, ...]) -> list[Part]:
    """The parts that hold anything."""
    return [part for part in parts if part.number and any(kind != "blank" for kind, _ in part.blocks)]


def bodies(meeting: Meeting) -> str:
    return "; ".join(body.name for body in meeting.bodies)


def place(meeting: Meeting) -> str | None:
    return ", ".join(filter(None, (meeting.room, meeting.place))) or None


def times(meeting: Meeting) -> str:
    """`18:00-20:15 Uhr`, with the blank that the product prints."""
    if meeting.start is None:
        return ""
    return meeting.start + (f"-{meeting.end}" if meeting.end else "") + "\xa0Uhr" + meeting.zeit_note


def attendance(town: Council, meeting: Meeting) -> dict[str, list[Member]]:
    """Who is told to have been there, by group; {} where nothing is told."""
    if not meeting.has_minutes or meeting.number % 4 != 1:
        return {}
    first, *others = [m for m in town.members if m.body.key == meeting.bodies[0].key]
    return {"Vorsitz": [first], "Mitglieder": others[:3]}
