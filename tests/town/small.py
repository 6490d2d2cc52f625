"""A part of the council, for products whose towns need not be large: what is dealt with in some months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from .model import Body, Council, Item, Meeting, Member, Paper, Person, Stop
from .truth import Record, Truth, fold

__all__ = ["fold"]
BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip


def esc(text: str) -> str:
    """Text as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attr(text: str) -> str:
    """Text as the value of an attribute in double quotes."""
    return esc(text).replace('"', "&quot;")


def day(date: dt.date) -> str:
    """15.02.2026"""
    return date.strftime("%d.%m.%Y")


def long_day(date: dt.date) -> str:
    """15. Februar 2026"""
    return f"{date.day}. {MONTHS[date.month - 1]} {date.year}"


def at(meeting: Meeting, clock: str | None) -> str | None:
    """RFC 3339 in Berlin; an end before the start is on the next day."""
    if clock is None:
        return None
    hour, minute = map(int, clock.split(":"))
    late = meeting.start is not None and clock is meeting.end and clock < meeting.start
    date = meeting.date + dt.timedelta(days=int(late))
    return dt.datetime(date.year, date.month, date.day, hour, minute, tzinfo=BERLIN).isoformat()


@dataclass(frozen=True)
class Months:
    """The meetings of some months with their public items and papers."""

    council: Council
    first: dt.date
    last: dt.date

    @cached_property
    def meetings(self) -> list[Meeting]:
        """Of councils and committees that meet in public, oldest first."""
        inside = (meeting for meeting in self.council.meetings if self.first <= meeting.date <= self.last)
        return [one for one in inside if one.bodies[0].table != "fr" and one.bodies[0].public]

    @cached_property
    def held(self) -> list[Meeting]:
        """Those with an agenda."""
        return [meeting for meeting in self.meetings if meeting.agenda]

    def items(self, meeting: Meeting) -> list[Item]:
        """What the public agenda shows."""
        return [item for item in meeting.items if item.public]

    @cached_property
    def papers(self) -> list[Paper]:
        """Public papers on these agendas, each once, in the order in which they come up."""
        found = {
            item.paper.number: item.paper
            for meeting in self.held
            for item in self.items(meeting)
            if item.paper is not None and item.paper.public
        }
        return list(found.values())

    def stops(self, paper: Paper) -> list[Stop]:
        """The meetings with an agenda that dealt with a paper in these months, newest first."""
        numbers = {meeting.number for meeting in self.held}
        found = [stop for station in paper.stations for stop in station.stops if stop.item is not None]
        mine = [stop for stop in found if stop.meeting.number in numbers]
        return sorted(mine, key=lambda stop: stop.meeting.date, reverse=True)

    @cached_property
    def bodies(self) -> list[Body]:
        """The bodies that meet."""
        found = {body.key: body for meeting in self.meetings for body in meeting.bodies}
        return list(found.values())

    @cached_property
    def members(self) -> list[Member]:
        """Their members that have pages."""
        keys = {body.key for body in self.bodies}
        return [one for one in self.council.members if one.body.key in keys and one.person.number]

    @cached_property
    def people(self) -> list[Person]:
        """The persons among them."""
        found = {member.person.number: member.person for member in self.members}
        return list(found.values())


class SmallTruth(Truth):
    """What a crawl of some months must give: `months` and `records`; all of it lies within every window."""

    excluded = ("Impressum", "Zum Tagesordnungspunkt", "Druckansicht", "jsessionid", "Mehr anzeigen")

    def __init__(self, months: Months, base: str) -> None:
        super().__init__(months.council, base)
        self.months = months

    def expected(self, since: dt.date | None = None, until: dt.date | None = None) -> list[Record]:
        """All records that the town tells: its months lie within the window of the tests."""
        return self.records()


def numbered(rows: Iterable[Record]) -> list[Record]:
    """Rows with `order` 1…"""
    return [{"order": order, **row} for order, row in enumerate(rows, 1)]
