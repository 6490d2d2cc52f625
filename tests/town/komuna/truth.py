"""What a crawl of the interface must give: meetings and items, no papers, bodies or persons of their own."""

from __future__ import annotations

from tests.town import truth
from tests.town.model import Item, Meeting
from tests.town.truth import PUBLIC, Record, moments, texts
from tests.town.words import OUTCOMES

from . import facts


class Truth(truth.Truth):
    """`base`: the host, with a slash."""

    excluded = ("1900-01-01", "<div>", "Nur für Mitglieder")

    @property
    def interface(self) -> str:
        return f"{self.base}api/web/guest"

    def meeting_url(self, meeting: Meeting) -> str | None:
        return f"{self.interface}meetings/{meeting.number}"

    def item_url(self, item: Item) -> str | None:
        return f"{self.interface}agendaitems/{item.meeting.number}-{item.number}" if item.public else None

    def meeting(self, meeting: Meeting) -> Record:
        start, end = moments(meeting)
        names = [body.name for body in meeting.bodies]
        return {
            "kind": "meeting",
            "native": str(meeting.number),
            "url": self.meeting_url(meeting),
            "name": meeting.name,
            "number": meeting.code,
            "organization": "; ".join(names),
            "organization_url": None,
            "organizations": [{"name": name, "url": None} for name in names],
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": ", ".join(part for part in (meeting.room, meeting.place) if part) or None,
            "public": PUBLIC.get(meeting.status),
            "cancelled": meeting.cancelled,
            "attachments": [
                {
                    "name": document.name,
                    "url": f"{self.interface}meetings/documents/{document.number}",
                    "method": "GET",
                    "native_id": str(document.number),
                    "role": document.role,
                }
                for document in meeting.documents
            ],
            "extra": {"clientname": facts.CLIENT},
        }

    def item(self, item: Item, order: int) -> Record:
        meeting, result, counts = item.meeting, facts.result(item), facts.counts(item)
        names = [body.name for body in meeting.bodies]
        voted = result is not None and counts is not None
        return {
            "kind": "agenda_item",
            "native": f"{meeting.number}-{item.number}",
            "url": self.item_url(item),
            "meeting_id": str(meeting.number),
            "meeting_url": self.meeting_url(meeting),
            "organization": names[0] if item.public else "; ".join(names),
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "role": facts.role(item),
            "subject": facts.name(item),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": None,
            "paper_url": None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "votes": counts if voted else None,
            "sections": [{"heading": caption} for caption, _ in facts.blocks(item)],
            "text_contains": texts(item.parts),
            "attachments": [
                {
                    "name": name,
                    "url": f"{self.interface}agendaitems/documents/{number}",
                    "native_id": number,
                    "role": "attachment",
                }
                for number, name in facts.files(item)
            ],
        }

    def records(self) -> list[Record]:
        meetings = facts.meetings(self.council)
        return [
            *map(self.meeting, meetings),
            *(self.item(item, at) for meeting in meetings for at, item in enumerate(meeting.items, 1)),
        ]
