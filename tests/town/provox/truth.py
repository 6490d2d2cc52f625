"""What a crawl of the product must give."""

from __future__ import annotations

from typing import Any

from tests.town import truth
from tests.town.model import Body, Document, Item, Meeting, Member, Paper, Person
from tests.town.truth import Record, fold, moments

from . import facts


class Truth(truth.Truth):
    """`base`: the folder of the client, `/ris/musterau/`."""

    excluded = (
        "Legende",
        "Rot umrandet",
        "Startseite",
        "Abstimmungsdetails",
        "Dateigröße",
        "Sitzungsdetails",
    )

    def meeting_url(self, meeting: Meeting) -> str | None:
        return f"{self.base}meeting/details/{meeting.number}" if meeting.agenda else None

    def body_url(self, body: Body) -> str:
        return f"{self.base}organization/details/{body.number}"

    def paper_url(self, paper: Paper) -> str:
        return f"{self.base}agendaitem/details/{paper.number}"

    def file_of(self, number: int, name: str, role: str) -> Record:
        url = f"{self.base}file/getfile/{number}"
        return {"name": name, "url": url, "method": "GET", "native_id": str(number), "role": role}

    def document(self, document: Document, name: str | None = None) -> Record:
        return self.file_of(document.number, document.name, document.role)

    def meeting(self, meeting: Meeting) -> Record:
        start, end = moments(meeting)
        body = meeting.bodies[0]
        url = self.body_url(body) if body.public and meeting.agenda else None
        shown = not meeting.cancelled or meeting.agenda
        return {
            "kind": "meeting",
            "native": str(meeting.number),
            "url": self.meeting_url(meeting),
            "name": facts.entry(meeting),
            "organization": body.name if shown else None,
            "organization_url": url,
            "organizations": [{"name": body.name, "url": url}] if shown else [],
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": meeting.room if meeting.agenda else None,
            "cancelled": meeting.cancelled,
            "attachments": [self.document(document) for document in meeting.documents],
        }

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, item.paper if item.public else None
        vote = facts.vote(item)
        return {
            "kind": "agenda_item",
            "native": f"{meeting.number}-{order}",
            "url": None,
            "meeting_id": str(meeting.number),
            "meeting_url": self.meeting_url(meeting),
            "organization": meeting.bodies[0].name,
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "role": None,
            "subject": "(nichtöffentlich)" if item.hidden else fold(item.subject),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": paper.reference if paper else None,
            "paper_url": self.paper_url(paper) if paper else None,
            "result": facts.THUMBS[vote[1]][1] if vote else None,
            "outcome": vote[1] if vote else None,
            "votes": self.votes(item) if vote else None,
            "attachments": [self.file_of(paper.number, "Vorlagendokument", "main")] if paper else [],
        }

    def votes(self, item: Item) -> Record | None:
        told: dict[str, Any] = facts.counts(item)
        if not any(told.values()):
            return None
        return told | {"recused": None, "unanimous": False if told["no"] else None}

    def paper(self, paper: Paper) -> Record:
        rows = [self.station(*row, at) for at, row in enumerate(facts.stations(paper, self.council), 1)]
        text = facts.resolution(paper)
        return {
            "kind": "paper",
            "native": str(paper.number),
            "url": self.paper_url(paper),
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "status": None,
            "public": None,
            "paper_type": None,
            "author": None,
            "department": paper.department,
            "date": None,
            "deliberations": rows,
            "deliberation_dates": sorted({row["date"] for row in rows}),
            "sections": [{"heading": "Beschlusstext"}] if text else [],
            "text_contains": text,
            "attachments": [self.file_of(paper.number, "Vorlagendokument", "main")],
        }

    def station(self, body: Body, meeting: Meeting, item: Item | None, order: int) -> Record:
        vote = facts.vote(item) if item else None
        return {
            "order": order,
            "committee": body.name,
            "date": meeting.date.isoformat(),
            "agenda_item": item.label if item else None,
            "result": facts.THUMBS[vote[1]][1] if vote else None,
            "outcome": vote[1] if vote else None,
            "votes": self.votes(item) if vote and item else None,
            "meeting_url": self.meeting_url(meeting),
        }

    def organization(self, body: Body) -> Record:
        return {
            "kind": "organization",
            "native": str(body.number),
            "url": self.body_url(body),
            "name": body.name,
        }

    def person(self, person: Person) -> Record:
        url = f"{self.base}person/details/{person.number}"
        return {"kind": "person", "native": str(person.number), "url": url, "name": person.name}

    def membership(self, member: Member) -> Record:
        return {
            "kind": "membership",
            "native": None,
            "person": member.person.name,
            "person_url": f"{self.base}person/details/{member.person.number}",
            "organization": member.body.name,
            "organization_url": self.body_url(member.body),
            "role": member.role,
            "faction": member.function or None,
        }

    def records(self) -> list[Record]:
        council = self.council
        meetings = facts.meetings(council)
        return [
            *map(self.paper, facts.papers(council)),
            *map(self.meeting, meetings),
            *(self.item(item, at) for meeting in meetings for at, item in enumerate(meeting.items, 1)),
            *map(self.organization, facts.bodies(council)),
            *map(self.person, facts.persons(council)),
            *(
                self.membership(member)
                for member in council.members
                if member.body.public and member.person.number
            ),
        ]
