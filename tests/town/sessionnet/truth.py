"""What a crawl of a SessionNet system must give; each look tells something else of the same council."""

from __future__ import annotations

import datetime as dt

from scraper.stamp import slug
from tests.town.model import Body, Document, Item, Meeting, Member, Paper, Part, Person, Stop
from tests.town.truth import AUTHORITATIVE, OUTCOMES, UNLINKED, Record, Truth, fold, moments

from . import council as town
from .markup import file_number

EXCLUDED = (
    "anzeigen", "Sitzungsdienst Session", "Letzte Änderung", "Dokument Download", "Details", "Schulferien",
    "Tag der Deutschen Einheit", "Reformationstag", "Weihnachtstag", "Alle Mandanten", "Dok.",
    "Öffentlicher Teil",
)  # fmt: skip
# By name: "Ortsrat" tells neither a council nor a committee of the town.
OTHER = frozenset({"Ortsrat Süßenbach"})
TYPES = {"pa": "council", "au": "committee", "fr": "faction"}


def sections(parts: tuple[Part, ...]) -> list[Record]:
    """Headings of the author; what stands before the first one has none."""
    headings: list[str | None] = []
    for part in town.told_parts(parts):
        for kind, value in part.blocks:
            if kind in ("h", "h4"):
                headings.append(str(value).rstrip(":"))
            elif kind != "blank" and not headings:
                headings.append(None)
    return [{"heading": heading} for heading in headings]


def texts(parts: tuple[Part, ...]) -> list[str]:
    """Every line, list entry and table cell that the released texts hold."""
    found: list[str] = []
    for part in town.told_parts(parts):
        for kind, value in part.blocks:
            if kind == "table" and isinstance(value, list):
                found += [cell for row in value for cell in row]
            elif kind == "ol" and isinstance(value, list):
                found += value
            elif kind != "blank":
                found.append(str(value))
    return [fold(line) for line in found]


class SessionnetTruth(Truth):
    """Layout 6, as PHP. `refused`: meetings whose agenda only the tab with cards shows."""

    excluded = EXCLUDED
    ending = "php"
    person_page = "pe0051"

    def link(self, program: str, field: str, number: int) -> str:
        return f"{self.base}{program}.{self.ending}?{field}={number}"

    # ---- addresses

    def body_url(self, body: Body) -> str:
        return self.link("kp0040", "__kgrnr", body.number)

    def person_url(self, person: Person) -> str | None:
        return self.link(self.person_page, "__kpenr", person.number) if person.number else None

    def paper_url(self, paper: Paper) -> str:
        return self.link("vo0050", "__kvonr", paper.number)

    def agenda_url(self, meeting: Meeting) -> str:
        """What the calendar and a paper's way link."""
        return self.link("si0057", "__ksinr", meeting.number)

    def meeting_url(self, meeting: Meeting) -> str | None:
        if not meeting.agenda:
            return None
        return self.link("si0056" if refused(meeting) else "si0057", "__ksinr", meeting.number)

    def item_url(self, item: Item) -> str | None:
        return self.link("to0050", "__ktonr", item.number) if has_page(item) else None

    def file(self, number: int, name: str, role: str) -> Record:  # type: ignore[override]
        return {
            "name": name,
            "url": f"{self.base}getfile.{self.ending}?id={number}&type=do",
            "method": "GET",
            "native_id": str(number),
            "role": role,
        }

    def document(self, document: Document, name: str | None = None) -> Record:
        return self.file(document.number, document.name, document.role)

    # ---- papers

    def paper(self, paper: Paper) -> Record:
        way = self.deliberations(paper)
        files = [
            self.file(file_number(paper.number, n), one.name, "attachment")
            for n, one in enumerate(paper.attachments, 1)
        ]
        return {
            "kind": "paper",
            "native": str(paper.number),
            "url": self.paper_url(paper),
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "paper_type": paper.kind,
            "file_number": paper.file_number,
            "date": paper.date.isoformat(),
            "status": None,
            "author": None,
            "deliberations": way,
            "deliberation_dates": sorted({row["date"] for row in way if row["date"]}),
            "attachments": [*map(self.document, paper.documents), *files],
            "extra": dict(paper.extra),
            **self.body(paper),
        }

    def body(self, paper: Paper) -> Record:
        """Every second paper has its texts released."""
        if not has_texts(paper):
            return {"sections": [], "text": None}
        return {"sections": sections(paper.parts), "text_contains": texts(paper.parts)}

    def deliberations(self, paper: Paper) -> list[Record]:
        rows: list[Record] = []
        for station in paper.stations:
            stops: list[Stop | None] = [*station.stops] or [None]
            for stop in stops:
                row = self.station(station.body, station.role, stop)
                rows.append({"order": len(rows) + 1, **row})
        return rows

    def station(self, body: Body, role: str | None, stop: Stop | None) -> Record:
        """One card: what came of it stands in the place of what it was for."""
        result = stop.result if stop and stop.result != "(offen)" else None
        shown = None if result else role
        item = stop.item if stop else None
        return {
            "committee": body.name,
            "role": shown,
            "authoritative": AUTHORITATIVE.get(shown or ""),
            "date": stop.meeting.date.isoformat() if stop else None,
            "agenda_item": item.label if item else None,
            "public": item.public if item else None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "meeting_url": self.agenda_url(stop.meeting) if stop and item else None,
        }

    # ---- meetings

    def meeting(self, meeting: Meeting) -> Record:
        if not meeting.agenda:
            return self.unlinked(meeting)
        start, end = moments(meeting)
        refs = [{"name": body.name, "url": None} for body in meeting.bodies]
        return {
            "kind": "meeting",
            "native": str(meeting.number),
            "url": self.meeting_url(meeting),
            "name": self.title(meeting),
            "number": self.number(meeting),
            "organization": self.bodies_of(meeting),
            "organization_url": None,
            "organizations": refs,
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": town.place(meeting),
            "status": None,
            "cancelled": meeting.cancelled,
            "attachments": [self.document(document) for document in meeting.documents],
            "extra": dict(meeting.extra) | self.attendance(meeting),
        }

    def attendance(self, meeting: Meeting) -> dict[str, str]:
        if refused(meeting):
            return {}
        groups = town.attendance(self.council, meeting)
        return {group: "; ".join(map(_attended, members)) for group, members in groups.items()}

    def title(self, meeting: Meeting) -> str:
        return meeting.name if meeting.cancelled else ", ".join(body.name for body in meeting.bodies)

    def number(self, meeting: Meeting) -> str | None:
        """The cards have no header, and so no number."""
        return None if refused(meeting) else meeting.code

    def bodies_of(self, meeting: Meeting) -> str | None:
        return town.bodies(meeting)

    def unlinked(self, meeting: Meeting) -> Record:
        """A row of the calendar without a link; one that is called off is a sentence."""
        start, end = moments(meeting)
        name, place = town.bodies(meeting), town.place(meeting)
        record = {
            "kind": "meeting",
            "native": f"{meeting.date}-{slug(name)}",
            "date": meeting.date.isoformat(),
            **UNLINKED,
            "url": None,
        }
        if meeting.cancelled:
            told = {
                "name": sentence(meeting),
                "start": None,
                "end": None,
                "location": None,
                "cancelled": True,
            }
            return record | told
        told = {"name": name, "start": start, "end": end, "location": place, "cancelled": False}
        return record | told | {"organization": name, "organizations": [{"name": name, "url": None}]}

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, town.paper_of(item)
        result, voting = town.result_of(item), town.voting_of(item)
        return {
            "kind": "agenda_item",
            "native": self.native(item),
            "url": self.item_url(item),
            "meeting_id": str(meeting.number),
            "meeting_url": self.meeting_url(meeting),
            "organization": self.bodies_of(meeting),
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "role": None,
            "subject": "(nichtöffentlich)" if item.hidden else fold(item.subject),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": paper.reference if paper else None,
            "paper_url": self.paper_url(paper) if paper else None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "votes": item.votes if voting else None,
            "attachments": [self.document(item.minutes)] if item.minutes else [],
            "extra": {"Abstimmung": voting} if voting else {},
            **self.minutes(item),
        }

    def native(self, item: Item) -> str:
        """The product's number where a link or a card has it, else meeting and printed number."""
        if has_page(item) or refused(item.meeting):
            return str(item.number)
        return f"{item.meeting.number}-{'' if item.public else 'n'}{item.label}"

    def minutes(self, item: Item) -> Record:
        if not (item.public and (has_page(item) or refused(item.meeting))):
            return {"sections": [], "text": None}
        return {"sections": sections(item.parts), "text_contains": texts(item.parts)}

    # ---- bodies and people

    def organization(self, body: Body) -> Record:
        return {
            "kind": "organization",
            "native": str(body.number),
            "url": self.body_url(body),
            "name": body.name,
            "type": "other" if body.name in OTHER else TYPES[body.table],
            "start": None,
            "end": None,
        }

    def person(self, person: Person) -> Record:
        return {
            "kind": "person",
            "native": str(person.number) if person.number else slug(person.name),
            "url": self.person_url(person),
            "name": person.name,
        }

    def people(self) -> list[Person]:
        return self.council.people

    def membership(self, member: Member) -> Record:
        faction = member.function if "Fraktion" in member.function else None
        return {
            "kind": "membership",
            "native": None,
            "person": member.person.name,
            "person_url": self.person_url(member.person),
            "organization": member.body.name,
            "organization_url": self.body_url(member.body),
            "role": member.role,
            "faction": faction,
            "start": member.since.isoformat(),
            "extra": {} if faction or not member.function else {"Funktion": member.function},
        }

    def records(self) -> list[Record]:
        council = self.council
        agendas = [meeting for meeting in council.meetings if meeting.agenda]
        return [
            *(self.paper(paper) for paper in council.papers if paper.public),
            *map(self.meeting, council.meetings),
            *(self.item(i, n) for m in agendas for n, i in enumerate(town.printed_items(m), 1)),
            *map(self.organization, council.bodies),
            *map(self.person, self.people()),
            *map(self.membership, council.members),
        ]

    def expected(self, since: dt.date | None = None, until: dt.date | None = None) -> list[Record]:
        """Everything but the meetings and items outside of the window; all papers are of the season."""
        first, last = (since or dt.date.min).isoformat(), (until or dt.date.max).isoformat()
        windowed = ("meeting", "agenda_item")
        return [
            record
            for record in self.records()
            if record["kind"] not in windowed or first <= record["date"] <= last
        ]


def _attended(member: Member) -> str:
    return f"{member.person.name}, {member.function}" if member.function else member.person.name


def refused(meeting: Meeting) -> bool:
    """Meetings whose table of items is not released: the cards have to do."""
    return meeting.number % 5 == 0


def has_page(item: Item) -> bool:
    """Items with a page of their own."""
    return item.page and item.public and item.number % 3 == 0 and not refused(item.meeting)


def has_texts(paper: Paper) -> bool:
    return paper.number % 2 == 1


def sentence(meeting: Meeting) -> str:
    """`Die Sitzung des Hauptausschusses fällt aus.`"""
    name = meeting.name.removeprefix("ENTFÄLLT! ").removeprefix("AUSFALL - ")
    return f"Die {name} fällt aus."
