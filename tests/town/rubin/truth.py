"""What a crawl of a more! rubin system must give: papers without pages, votes counted, no persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from tests.town.model import Attachment, Body, Council, Document, Item, Meeting, Paper
from tests.town.truth import OUTCOMES, Record, Truth, fold, moments

BODY = ("STMU", "Stadt Musterau")
COUNTS = ("yes", "no", "abstain")


def code(body: Body) -> str:
    return body.key.upper()


def number(meeting: Meeting) -> str:
    """The number of a meeting, without the mark of its minutes."""
    return f"{meeting.date.year}-{code(meeting.bodies[0])}-{meeting.number}"


def key(item: Item, order: int) -> str:
    """The number of an item, without the mark of the minutes."""
    what = str(item.paper.number) if item.paper else f"zt_{order}"
    return f"{number(item.meeting)}|{what}|{1 if item.public else 2}"


def is_told(meeting: Meeting) -> bool:
    """Factions meet behind closed doors: only the calendar names their meetings."""
    return meeting.bodies[0].table != "fr"


def role(item: Item) -> str | None:
    """What the committee does with the paper."""
    stations = item.paper.stations if item.paper else []
    return next((s.role for s in stations for stop in s.stops if stop.item is item), None)


def paper_of(item: Item) -> Paper | None:
    return item.paper if item.public and item.paper and item.paper.public else None


def counted(item: Item) -> dict[str, int]:
    """The votes of an item as far as they were counted."""
    votes = item.votes or {}
    return {name: int(votes[name] or 0) for name in COUNTS if votes.get(name) is not None}


class RubinTruth(Truth):
    """`page`: the name of the page of a meeting; `script`: what documents are fetched from."""

    def __init__(self, council: Council, base: str, page: str, script: str) -> None:
        super().__init__(council, base)
        self.page = page
        self.script = script

    def meeting_url(self, meeting: Meeting) -> str:
        mark = "ni_" if self.page.endswith(".php") and meeting.has_minutes else ""
        return f"{self.base}{self.page}?id={mark}{number(meeting)}"

    def link_of(self, kind: int, what: str) -> str:
        return f"{self.base}{self.script}?document_type_id={kind}&relation_id={what}&id=69&platform=ris"

    def offered(self, name: str, kind: int, what: str, role: str) -> Record:
        return {"name": fold(name), "url": self.link_of(kind, what), "method": "GET", "role": role}

    def document(self, document: Document, name: str | None = None) -> Record:
        return self.offered(document.name, 99, str(document.number), document.role)

    def files(self, paper: Paper) -> list[Record]:
        name = f"{paper.kind} {paper.reference} ({fold(paper.subject)}).pdf"
        rows = [self.offered(name, 4, str(paper.number), "main")]
        return rows + [self.file_of(paper, file) for file in paper.attachments]

    def file_of(self, paper: Paper, file: Attachment) -> Record:
        return self.offered(file.name, 13, f"{paper.number}%7C{file.file}", "attachment")

    def paper(self, paper: Paper) -> Record:
        """It has no page, and no meeting knows its whole way."""
        return {
            "kind": "paper",
            "native": str(paper.number),
            "url": None,
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "paper_type": paper.kind,
            "date": paper.date.isoformat(),
            "deliberations": [],
            "attachments": self.files(paper),
        }

    def meeting(self, meeting: Meeting) -> Record:
        start, end = moments(meeting)
        names = [body.name for body in meeting.bodies] if is_told(meeting) else []
        place = (meeting.room, meeting.place)
        return {
            "kind": "meeting",
            "native": number(meeting),
            "url": self.meeting_url(meeting),
            "name": meeting.name,
            "organization": "; ".join(names) or None,
            "organizations": [{"name": name, "url": None} for name in names],
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": ", ".join(part for part in place if part) or None,
            "cancelled": meeting.cancelled,
            "attachments": [self.document(document) for document in meeting.documents],
            "warnings": [],
        }

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, paper_of(item)
        told = item.result not in (None, "(offen)")
        votes: dict[str, Any] | None = counted(item) if told else None
        files = self.files(paper) if paper else []
        return {
            "kind": "agenda_item",
            "native": key(item, order),
            "url": None,
            "meeting_id": number(meeting),
            "meeting_url": self.meeting_url(meeting),
            "organization": "; ".join(body.name for body in meeting.bodies),
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "role": role(item) if paper else None,
            "subject": None if item.hidden else fold(item.subject),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": paper.reference if paper else None,
            "paper_url": None,
            "result": item.result if told else None,
            "outcome": OUTCOMES[item.result] if told and item.result else None,
            "votes": votes or None,
            "attachments": [*files, *([self.document(item.minutes)] if item.minutes else [])],
            "warnings": [],
        }

    def organization(self, body: Body) -> Record:
        return {
            "kind": "organization",
            "native": code(body),
            "url": None,
            "name": body.name,
            "short_name": code(body),
            "extra": {"Koerperschaftsnummer": BODY[0]},
        }

    def _of(self, meetings: Iterable[Meeting]) -> list[Record]:
        """What the answers of these meetings tell."""
        told = [meeting for meeting in meetings if is_told(meeting)]
        papers = {p.number: p for m in told for item in m.items if (p := paper_of(item))}
        bodies = {body.key: body for meeting in told for body in meeting.bodies}
        return [
            *map(self.meeting, meetings),
            *(self.item(item, n) for m in told for n, item in enumerate(m.items, 1)),
            *map(self.paper, papers.values()),
            *map(self.organization, bodies.values()),
            {"kind": "organization", "native": f"body-{BODY[0]}", "name": BODY[1], "type": "administration"},
        ]

    def records(self) -> list[Record]:
        return self._of(self.council.meetings)

    def expected(self, since: dt.date | None = None, until: dt.date | None = None) -> list[Record]:
        first, last = since or dt.date.min, until or dt.date.max
        return self._of([meeting for meeting in self.council.meetings if first <= meeting.date <= last])
