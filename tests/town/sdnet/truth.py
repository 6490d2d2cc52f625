"""What a crawl of an SD.NET RIM system must give: ids of printed words, addresses of the session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from scraper.stamp import slug
from tests.town.model import Body, Council, Item, Meeting, Member, Paper, Person, Stop
from tests.town.truth import OUTCOMES, TYPES, Record, Truth, fold, moments

CALLED_OFF = "Die Sitzung entfällt!"


def committees(meeting: Meeting) -> str:
    return ", ".join(body.name for body in meeting.bodies)


def title(meeting: Meeting) -> str:
    """`Rat, 8. Sitzung`."""
    return f"{committees(meeting)}, {meeting.number % 100}. Sitzung"


def native(meeting: Meeting) -> str:
    """Committee, day and hour."""
    hour = f"-{meeting.start.replace(':', '')}" if meeting.start else ""
    return f"{slug(committees(meeting))}-{meeting.date.isoformat()}{hour}"


def place(meeting: Meeting) -> list[str]:
    """The lines of the address, the room last."""
    return [*(meeting.place or "").split(", "), meeting.room or ""]


def paper_of(item: Item) -> Paper | None:
    return item.paper if item.public and item.paper and item.paper.public else None


def key(item: Item) -> str:
    """`data-vorgang-id`: the paper's number among the matters, else the item's among the items."""
    paper = paper_of(item)
    return f"505_{paper.number}" if paper else f"200_{item.number}"


def decision(paper: Paper, stop: Stop) -> str | None:
    """The name of the document of a decision."""
    if not (stop.item and stop.item.page and stop.result not in (None, "(offen)")):
        return None
    day = stop.meeting.date.strftime("%d.%m.%Y")
    return f"Beschlusstext {paper.reference} (öffentlich) {committees(stop.meeting)} {day}"


def appointment(paper: Paper) -> Stop | None:
    """The last meeting on the way that has an agenda: what the list of papers prints."""
    stops = [stop for station in paper.stations for stop in station.stops if stop.item]
    return stops[-1] if stops else None


class SdnetTruth(Truth):
    """`token(kind, number)`: the opaque parameter that the session's pages have."""

    def __init__(self, council: Council, base: str, token: Callable[[str, str], str]) -> None:
        super().__init__(council, base)
        self.token = token

    def address(self, program: str, number: object) -> str:
        return f"{self.base}{program}/?__={self.token(program, str(number))}"

    def body_url(self, body: Body) -> str:
        return self.address("fraktionen" if body.table == "fr" else "gremien", body.key)

    def person_url(self, person: Person) -> str | None:
        return self.address("personen", person.number) if person.number else None

    def meeting_url(self, meeting: Meeting) -> str | None:
        return self.address("tops", meeting.number) if meeting.agenda else None

    def paper_url(self, paper: Paper) -> str:
        return self.address("vorgang", paper.number)

    def file_url(self, number: object) -> str:
        return f"{self.base}sdnetrim/{self.token('file', str(number))}/Dokument.pdf"

    def offered(self, name: str, number: object, role: str) -> Record:
        return {"name": name, "url": self.file_url(number), "method": "GET", "role": role}

    def papers_files(self, paper: Paper) -> list[Record]:
        rows = [self.offered(f"{paper.kind} {paper.reference}", f"vo{paper.number}", "main")]
        return rows + [self.offered(file.name, file.file, "attachment") for file in paper.attachments]

    def decisions(self, paper: Paper) -> list[Record]:
        stops = [stop for station in paper.stations for stop in station.stops]
        named = ((decision(paper, stop), stop) for stop in stops)
        return [self.offered(name, f"be{stop.item.number}", "resolution") for name, stop in named
                if name and stop.item]  # fmt: skip

    def paper(self, paper: Paper) -> Record:
        way = self.deliberations(paper)
        return {
            "kind": "paper",
            "native": slug(paper.reference),
            "url": self.paper_url(paper),
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "paper_type": paper.kind,
            "department": paper.department,
            "date": None,
            "deliberations": way,
            "deliberation_dates": sorted({row["date"] for row in way if row["date"]}),
            "attachments": [*self.papers_files(paper), *self.decisions(paper)],
            "extra": dict(paper.extra),
            "warnings": [f"unknown_label:{label}" for label in paper.extra],
        }

    def deliberations(self, paper: Paper) -> list[Record]:
        rows: list[Record] = []
        for station in paper.stations:
            stops: list[Stop | None] = [*station.stops] or [None]
            rows += [
                {
                    "order": len(rows) + n,
                    "committee": station.body.name,
                    "committee_url": self.body_url(station.body),
                    "role": None,
                    **self.stop(stop),
                }
                for n, stop in enumerate(stops, 1)
            ]
        return rows

    def stop(self, stop: Stop | None) -> Record:
        if stop is None:
            return dict.fromkeys(("date", "result", "outcome", "meeting_url"))
        result = stop.result if stop.result != "(offen)" else None
        return {
            "date": stop.meeting.date.isoformat(),
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "meeting_url": self.meeting_url(stop.meeting) if stop.item else None,
        }

    def meeting(self, meeting: Meeting) -> Record:
        """Its end and what calls it off stand in the export of the calendar only."""
        start, end = moments(meeting)
        refs = [{"name": body.name, "url": self.body_url(body)} for body in meeting.bodies]
        own: Record = {
            "name": title(meeting),
            "organization": "; ".join(body.name for body in meeting.bodies),
            "organization_url": refs[0]["url"],
            "organizations": refs,
            "attachments": [self.offered(d.name, d.number, d.role) for d in meeting.documents],
        }
        return {
            "kind": "meeting",
            "native": native(meeting),
            "url": self.meeting_url(meeting),
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": ", ".join(line for line in place(meeting) if line) or None,
            "cancelled": meeting.cancelled,
            "extra": {"Bemerkung": CALLED_OFF} if meeting.cancelled else {},
            "warnings": [],
            **(own if meeting.agenda else self.listed(meeting)),
        }

    def listed(self, meeting: Meeting) -> Record:
        """What the export of the calendar prints where the meeting's page prints more."""
        return {"name": committees(meeting), "organization": committees(meeting), "attachments": []}

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, paper_of(item)
        files = self.papers_files(paper) if paper else []
        minutes = item.minutes
        return {
            "kind": "agenda_item",
            "native": f"{native(meeting)}-{key(item)}",
            "url": None,
            "meeting_id": native(meeting),
            "meeting_url": self.meeting_url(meeting),
            "organization": "; ".join(body.name for body in meeting.bodies),
            "date": meeting.date.isoformat(),
            "number": f"{item.label}." if item.label else None,
            "order": order,
            "subject": "(nichtöffentlich)" if item.hidden else fold(item.subject),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": paper.reference if paper else None,
            "paper_url": self.paper_url(paper) if paper else None,
            "result": None,
            "outcome": None,
            "votes": None,
            "attachments": [
                *files,
                *([self.offered(minutes.name, minutes.number, minutes.role)] if minutes else []),
            ],
            "warnings": [],
        }

    def organization(self, body: Body) -> Record:
        return {
            "kind": "organization",
            "native": f"{'fr' if body.table == 'fr' else 'gr'}-{slug(body.name)}",
            "url": self.body_url(body),
            "name": body.name,
            "type": TYPES[body.table],
            "warnings": [],
        }

    def person(self, person: Person) -> Record:
        return {
            "kind": "person",
            "native": slug(person.name),
            "url": self.person_url(person),
            "name": person.name,
            "warnings": [],
        }

    def membership(self, member: Member) -> Record:
        return {
            "kind": "membership",
            "native": None,
            "person": member.person.name,
            "person_url": self.person_url(member.person),
            "organization": member.body.name,
            "organization_url": self.body_url(member.body),
            "role": member.role,
            "faction": member.function if "Fraktion" in member.function else None,
            "start": member.since.isoformat(),
            "warnings": [],
        }

    def _of(self, meetings: Iterable[Meeting], papers: Iterable[Paper]) -> list[Record]:
        council = self.council
        return [
            *map(self.paper, papers),
            *map(self.meeting, meetings),
            *(self.item(item, n) for m in meetings for n, item in enumerate(m.items, 1)),
            *map(self.organization, council.bodies),
            *(self.person(person) for person in council.people if person.number),
            *map(self.membership, council.members),
        ]

    def records(self) -> list[Record]:
        """The export names the meetings outside of the window too."""
        exported = [self.meeting(meeting) | self.listed(meeting) for meeting in self.council.meetings]
        return [*self._of(self.council.meetings, self.council.listed), *exported]

    def expected(self, since: dt.date | None = None, until: dt.date | None = None) -> list[Record]:
        """Papers: those on the agendas of the window, and those that the list dates into it or not at all."""
        first, last = since or dt.date.min, until or dt.date.max
        inside = [meeting for meeting in self.council.meetings if first <= meeting.date <= last]
        dealt = {paper.number for m in inside for item in m.items if (paper := paper_of(item))}
        papers = [
            paper
            for paper in self.council.listed
            if paper.number in dealt or (paper.date >= first and appointment(paper) is None)
        ]
        return self._of(inside, papers)
