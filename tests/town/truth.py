"""What a complete crawl of the town must give, read from the data and never from a page.

`records` gives plain dicts with the keys of the output that the town's pages tell; keys that it leaves out
are not compared. Two keys are of this module: `native` (the vendor's number, the end of the id) and
`text_contains`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from .model import Attachment, Body, Council, Document, Item, Meeting, Member, Paper, Part, Person, Stop
from .words import OUTCOMES

Record = dict[str, Any]
BERLIN = ZoneInfo("Europe/Berlin")
AUTHORITATIVE = {"Entscheidung": True, "Vorberatung": False, "Kenntnisnahme": False, "Anhörung": False}
TYPES = {"pa": "council", "au": "committee", "fr": "faction"}
PUBLIC = {"öffentlich": True, "nichtöffentlich": False}
# Words of menus, labels, tooltips and calendars: none may stand in any value of any record.
EXCLUDED = (
    "Textrecherche", "Sitzungsteilnehmende", "Vorlage-Art:", "Beratungsfolge:", "Öffnet PDF-Datei",
    "Öffnet Dokument", "Ziel speichern unter", "Enthält Anlagen", "anzeigen", "Druckansicht",
    "Schulferien", "Tag der Deutschen Einheit", "Reformationstag", "Weihnachtstag", "Schränken Sie", " KB)",
    "Nachtrags-TOP", "Office Integration", "Folgenummer", "Reduzieren", "@@", "Lesezeichen", "Livestream",
)  # fmt: skip


def fold(text: str) -> str:
    """Text as a record holds it: one blank for every run of white space."""
    return " ".join(text.split())


class Truth:
    """The records of one council as ALLRIS 3 tells them; other products override what they tell otherwise.

    `base`: what addresses begin with (ends with a slash). `excluded`: phrases that no record may hold.
    """

    excluded: tuple[str, ...] = EXCLUDED

    def __init__(self, council: Council, base: str) -> None:
        self.council = council
        self.base = base

    def link(self, program: str, field: str, number: int) -> str:
        return f"{self.base}{program}.asp?{field}={number}"

    def body_url(self, body: Body) -> str:
        return self.link(f"{body.table}020", f"{body.table.upper()}LFDNR", body.number)

    def meeting_url(self, meeting: Meeting) -> str | None:
        return self.link("to010", "SILFDNR", meeting.number) if meeting.agenda else None

    def item_url(self, item: Item) -> str | None:
        return self.link("to020", "TOLFDNR", item.number) if item.page else None

    def document(self, document: Document, name: str | None = None) -> Record:
        form = {"DOLFDNR": str(document.number), "options": "64"}
        if document.typ:
            form["typ"] = document.typ
        return {
            "name": name or document.name,
            "url": self.base + "do027.asp",
            "method": "POST",
            "form": form,
            "native_id": str(document.number),
            "role": document.role,
        }

    def file(self, file: Attachment) -> Record:
        """No address: it belongs to the session."""
        return {"name": file.name, "method": "GET", "native_id": None, "role": "attachment"}

    def paper(self, paper: Paper) -> Record:
        deliberations = self.deliberations(paper)
        dates = {row["date"] for row in deliberations if row["date"]}
        related = paper.related
        return {
            "kind": "paper",
            "native": str(paper.number),
            "url": self.link("vo020", "VOLFDNR", paper.number),
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "status": paper.status,
            "public": PUBLIC[paper.status],
            "paper_type": paper.kind,
            "author": "; ".join(paper.author) or None,
            "department": paper.department,
            "departments_involved": list(paper.involved),
            "clerk": paper.clerk,
            "file_number": paper.file_number,
            "date": paper.date.isoformat(),
            "deliberations": deliberations,
            "deliberation_dates": sorted(dates),
            "sections": sections(paper.parts),
            "text_contains": texts(paper.parts),
            "attachments": [*map(self.document, paper.documents), *map(self.file, paper.attachments)],
            "related": [self.related(related)] if related else [],
            "extra": dict(paper.extra),
        }

    def related(self, paper: Paper) -> Record:
        return {
            "reference": paper.reference,
            "url": self.link("vo020", "VOLFDNR", paper.number),
            "relation": "Bezüglich",
        }

    def deliberations(self, paper: Paper) -> list[Record]:
        rows: list[Record] = []
        for station in paper.stations:
            stops: list[Stop | None] = [*station.stops] or [None]
            for stop in stops:
                row: Record = {
                    "order": len(rows) + 1,
                    "committee": station.body.name,
                    "role": station.role,
                    "authoritative": AUTHORITATIVE.get(station.role or ""),
                    "state": stop.state if stop else station.state,
                }
                rows.append(row | self.stop(stop))
        return rows

    def stop(self, stop: Stop | None) -> Record:
        keys = ("date", "title", "result", "outcome", "meeting_url", "agenda_item_url")
        if stop is None:
            return dict.fromkeys(keys)
        item, meeting = stop.item, stop.meeting
        values = (
            meeting.date.isoformat(),
            meeting.name,
            stop.result,
            OUTCOMES[stop.result] if stop.result else None,
            self.meeting_url(meeting) if item else None,
            self.item_url(item) if item and stop.result else None,
        )
        return dict(zip(keys, values, strict=True))

    def meeting(self, meeting: Meeting) -> Record:
        start, end = moments(meeting)
        record: Record = {
            "kind": "meeting",
            "native": str(meeting.number),
            "url": self.meeting_url(meeting),
            "name": meeting.name,
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": meeting.room,
            "cancelled": meeting.cancelled,
        }
        return record | (self.meeting_page(meeting) if meeting.agenda else UNLINKED)

    def meeting_page(self, meeting: Meeting) -> Record:
        refs = [{"name": body.name, "url": self.body_url(body)} for body in meeting.bodies]
        return {
            "organization": "; ".join(body.name for body in meeting.bodies),
            "organization_url": refs[0]["url"],
            "organizations": refs,
            "location": ", ".join(part for part in (meeting.room, meeting.place) if part) or None,
            "status": meeting.status,
            "public": PUBLIC.get(meeting.status),
            "occasion": meeting.occasion,
            "attachments": [self.document(document) for document in meeting.documents],
            "extra": dict(meeting.extra),
        }

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, item.paper if item.public else None
        record: Record = {
            "kind": "agenda_item",
            "native": str(item.number),
            "url": self.item_url(item),
            "meeting_id": str(meeting.number),
            "meeting_url": self.meeting_url(meeting),
            "organization": "; ".join(body.name for body in meeting.bodies),
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "role": None,
            "subject": "(nichtöffentlich)" if item.hidden else fold(item.subject),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": paper.reference if paper else None,
            "paper_url": self.link("vo020", "VOLFDNR", paper.number) if paper else None,
            "result": item.result,
            "outcome": OUTCOMES[item.result] if item.result else None,
            "votes": item.votes,
            "sections": sections(item.parts),
            "text_contains": texts(item.parts),
            "attachments": [self.document(item.minutes)] if item.minutes else [],
            "extra": self.item_extra(item),
        }
        if item.label is None:
            del record["public"]  # a text row prints no mark
        if item.refers is not None and not item.page:
            del record["heading"]  # business of another meeting, without a page: the rules leave it open
        return record

    def item_extra(self, item: Item) -> dict[str, str]:
        extra = {"Zusatzinfo": item.info} if item.info and not item.hidden else {}
        return extra | (item.meeting.extra if item.page else {})

    def organization(self, body: Body) -> Record:
        return {
            "kind": "organization",
            "native": body.key,
            "url": self.body_url(body),
            "name": body.name,
            "short_name": None,
            "type": TYPES[body.table],
            "start": None,
            "end": body.end.isoformat() if body.end else None,
        }

    def person(self, person: Person) -> Record:
        assert person.number is not None
        number = person.number
        return {
            "kind": "person",
            "native": str(number),
            "url": self.link("kp020", "KPLFDNR", number),
            "name": person.name,
        }

    def membership(self, member: Member) -> Record:
        number = member.person.number
        faction = member.function if "Fraktion" in member.function else None
        return {
            "kind": "membership",
            "native": None,
            "person": member.person.name,
            "person_url": self.link("kp020", "KPLFDNR", number) if number else None,
            "organization": member.body.name,
            "organization_url": self.body_url(member.body),
            "role": member.role,
            "faction": faction,
            "extra": {} if faction or not member.function else {"Funktion": member.function},
        }

    def records(self) -> list[Record]:
        """Everything that the town tells the public."""
        council = self.council
        return [
            *(self.paper(paper) for paper in council.papers if paper.public),
            *map(self.meeting, council.meetings),
            *(self.item(i, n) for m in council.meetings for n, i in enumerate(m.items, 1)),
            *map(self.organization, council.bodies),
            *(self.person(person) for person in council.people if person.number),
            *map(self.membership, council.members),
        ]

    def expected(self, since: dt.date | None = None, until: dt.date | None = None) -> list[Record]:
        """The records that a crawl of a window must find: its meetings, items and papers, all bodies."""
        first, last = since or dt.date.min, until or dt.date.max
        inside = [meeting for meeting in self.council.meetings if first <= meeting.date <= last]
        numbers = {str(meeting.number) for meeting in inside}
        papers = {str(i.paper.number) for m in inside for i in m.items if i.paper}
        papers |= {str(p.number) for p in self.council.papers if first <= p.date <= last}
        keep = {"meeting": numbers, "paper": papers}
        return [
            record
            for record in self.records()
            if (record["meeting_id"] if record["kind"] == "agenda_item" else record["native"])
            in keep.get("meeting" if record["kind"] == "agenda_item" else record["kind"], {record["native"]})
        ]


UNLINKED: Record = {
    "organization": None,
    "organization_url": None,
    "organizations": [],
    "status": None,
    "public": None,
    "occasion": None,
    "attachments": [],
}


def moments(meeting: Meeting) -> tuple[str | None, str | None]:
    """Start and end as RFC 3339 in Berlin; an end before the start is the next day."""

    def moment(day: dt.date, clock: str) -> str:
        hour, minute = map(int, clock.split(":"))
        return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN).isoformat()

    if meeting.start is None:
        return None, None
    if meeting.end is None:
        return moment(meeting.date, meeting.start), None
    late = meeting.date + dt.timedelta(days=int(meeting.end < meeting.start))
    return moment(meeting.date, meeting.start), moment(late, meeting.end)


def sections(parts: Iterable[Part]) -> list[Record]:
    """The headings of the parts that hold anything: the printed one, else the jump list's."""
    rows = []
    for part in parts:
        told = [block for block in part.blocks if block[0] != "blank"]
        if part.number and told:
            kind, text = told[0]
            rows.append({"heading": str(text).rstrip(":") if kind in ("h", "h4") else part.label})
    return rows


def texts(parts: Iterable[Part]) -> list[str]:
    """Every line, list entry and table cell of the parts."""
    found: list[str] = []
    for part in parts:
        for kind, value in part.blocks:
            if kind == "table" and isinstance(value, list):
                found += [cell for row in value for cell in row]
            elif kind == "ol" and isinstance(value, list):
                found += value
            elif kind != "blank":
                found.append(str(value))
    return [fold(line) for line in found]
