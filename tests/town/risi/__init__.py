"""Musterau in the clothes of RISI: Wicket's session in the first address, one month's calendar, an export."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cached_property

from tests.town import sites
from tests.town.model import Item, Meeting, Paper
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.small import Months, SmallTruth, at, fold, numbered
from tests.town.truth import Record
from tests.town.words import OUTCOMES

from . import markup

FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 12, 31)
TYPES = {"pa": "other", "au": "committee"}


class Site(sites.Site):
    """The pages below /risi/."""

    prefix = "/risi/"
    cookie = "JSESSIONID"

    def __init__(self, date: dt.date = sites.REFERENCE) -> None:
        super().__init__(date)
        self.months = Months(self.council, FIRST, LAST)

    @cached_property
    def _pages(self) -> tuple[tuple[re.Pattern[str], Callable[[int], str | None]], ...]:
        months = self.months
        meetings = {one.number: one for one in months.meetings}
        held = {one.number: one for one in months.held}
        papers = {one.number: one for one in months.papers}
        items = {i.number: i for one in months.held for i in months.items(one) if markup.decided(i)}
        bodies = {one.number: one for one in months.bodies}
        people = {one.number: one for one in months.people}
        today = self.council.date

        def of(table: dict[int, object], make: Callable[..., str]) -> Callable[[int], str | None]:
            return lambda number: make(table[number]) if number in table else None

        rows: tuple[tuple[str, Callable[[int], str | None]], ...] = (
            (r"(?:aktuelles)?", lambda _: markup.page("Aktuelles", "<h1><span>Aktuelles</span></h1>", "./")),
            (r"sitzung/kalender/str", lambda _: markup.calendar(months, today.year, today.month)),
            (r"sitzung/detail/(\d+)", of(meetings, markup.information)),
            (
                r"sitzung/detail/(\d+)/tagesordnung/oeffentlich",
                of(held, lambda one: markup.agenda(months, one)),
            ),
            (r"sitzung/top/(\d+)/entscheidung", of(items, markup.decision)),
            (r"(?:sitzungsvorlage|antrag)/detail/(\d+)", of(papers, lambda one: markup.paper(months, one))),
            (r"gremium/strausschuss/uebersicht", lambda _: self._bodies()),
            (r"person/strmitglieder", lambda _: self._people()),
            (r"gremium/detail/(\d+)", of(bodies, lambda one: markup.body(months, one))),
            (r"person/detail/(\d+)", of(people, lambda one: markup.person(months, one))),
        )
        return tuple((re.compile(path), make) for path, make in rows)

    def _bodies(self) -> str:
        links = ((f"../detail/{one.number}", one.name) for one in self.months.bodies)
        return markup.entries("Ausschüsse", links)

    def _people(self) -> str:
        links = ((f"./detail/{one.number}", one.name) for one in self.months.people)
        return markup.entries("Stadtrat", links, "../")

    def answer(self, asked: Asked, session: Session) -> Answer:
        path, _, token = asked.path.removeprefix(self.prefix).partition(";jsessionid=")
        if session.fresh and not token:
            target = f"{asked.path};jsessionid={session.cookie}?0"
            return Answer(b"", 302, headers=(("Location", target),))
        if path == "gremium/ical/gremium/0":
            root = f"http://{asked.headers['host']}{self.prefix}"
            return Answer(markup.export(self.months, root).encode(), media="text/calendar;charset=UTF-8")
        for pattern, make in self._pages:
            match = pattern.fullmatch(path)
            made = make(int(match[1]) if match and match.groups() else 0) if match else None
            if made is not None:
                return Answer(made.encode(), media="text/html;charset=UTF-8")
        return NOT_FOUND

    def truth(self, base: str) -> SmallTruth:
        return RisiTruth(self.months, base)


class RisiTruth(SmallTruth):
    """Items without a number of their own are counted in the public agenda."""

    def agenda_url(self, meeting: Meeting) -> str:
        return f"{self.base}sitzung/detail/{meeting.number}/tagesordnung/oeffentlich"

    def records(self) -> list[Record]:
        months = self.months
        return [
            *(self.paper(one) for one in months.papers),
            *map(self.meeting, months.meetings),
            *(self.item(i, n) for one in months.held for n, i in enumerate(months.items(one), 1)),
            *(self.organization_of(one.number, one.name, one.table) for one in months.bodies),
            *({"kind": "person", "native": str(one.number), "name": one.name} for one in months.people),
            *(
                {
                    "kind": "membership",
                    "native": None,
                    "person": one.person.name,
                    "person_url": f"{self.base}person/detail/{one.person.number}",
                    "organization": one.body.name,
                    "organization_url": f"{self.base}gremium/detail/{one.body.number}",
                    "role": one.role,
                    "start": one.since.isoformat(),
                }
                for one in months.members
            ),
        ]

    def organization_of(self, number: int, name: str, table: str) -> Record:
        url = f"{self.base}gremium/detail/{number}"
        return {"kind": "organization", "native": str(number), "url": url, "name": name}

    def meeting(self, meeting: Meeting) -> Record:
        record: Record = {
            "kind": "meeting",
            "native": str(meeting.number),
            "date": meeting.date.isoformat(),
            "start": at(meeting, meeting.start),
            "cancelled": meeting.cancelled,
        }
        if meeting.agenda:
            names = " / ".join(body.name for body in meeting.bodies)
            record |= {"url": self.agenda_url(meeting), "organization": names, "status": "TO freigegeben"}
            record["name"] = markup.headline(meeting)
        return record

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, item.paper
        decided = markup.decided(item)
        result = item.result if decided else None
        return {
            "kind": "agenda_item",
            "native": str(item.number) if decided else f"{meeting.number}-{order}",
            "url": f"{self.base}sitzung/top/{item.number}/entscheidung" if decided else None,
            "meeting_id": str(meeting.number),
            "meeting_url": self.agenda_url(meeting),
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "subject": fold(item.subject),
            "public": True,
            "heading": item.heading,
            "paper_reference": paper.reference if paper else None,
            "paper_url": f"{self.base}{markup.paper_path(paper)}" if paper else None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
        }

    def paper(self, paper: Paper) -> Record:
        stops = self.months.stops(paper)
        related = paper.related if paper.related in self.months.papers else None
        return {
            "kind": "paper",
            "native": str(paper.number),
            "url": f"{self.base}{markup.paper_path(paper)}",
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "status": "Öffentlicher Vorgang",
            "public": True,
            "paper_type": paper.kind,
            "author": "; ".join(paper.author) or None,
            "department": paper.department,
            "date": paper.date.isoformat(),
            "deliberations": numbered(
                {
                    "committee": stop.meeting.bodies[0].name,
                    "date": stop.meeting.date.isoformat(),
                    "meeting_url": f"{self.base}sitzung/detail/{stop.meeting.number}",
                    "agenda_item_url": f"{self.base}sitzung/top/{stop.item.number}/entscheidung"
                    if stop.item and markup.decided(stop.item)
                    else None,
                }
                for stop in stops
            ),
            "attachments": [
                {
                    "name": f"{d.name}.pdf",
                    "url": f"{self.base}dokument/v/{d.number}",
                    "native_id": str(d.number),
                }
                for d in paper.documents
            ],
            "related": [
                {
                    "reference": related.reference,
                    "url": f"{self.base}{markup.paper_path(related)}",
                    "relation": "Verwandte Vorgänge",
                }
            ]
            if related
            else [],
        }


SKINS = {"risi": Site}
