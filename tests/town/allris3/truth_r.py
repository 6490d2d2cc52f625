"""The truth of the `_r` skin: what its known pages tell, and no more."""

from __future__ import annotations

from tests.town.model import Document, Item, Meeting, Paper, Part, Station
from tests.town.truth import Record, Truth

# what an agenda of this skin does not print, and pages whose markup is not known
ITEM_KEYS = ("result", "outcome", "votes", "sections", "text_contains", "attachments", "extra", "heading")
MEETING_KEYS = ("attachments", "occasion", "extra")
PAPER_KEYS = ("date", "file_number", "departments_involved", "related", "extra", "attachments")


class TruthR(Truth):
    """Addresses end with `_r.asp`; papers come from agendas only, there is no paper list."""

    def link(self, program: str, field: str, number: int) -> str:
        return super().link(program + "_r", field, number)

    def item_url(self, item: Item) -> str | None:
        """An excerpt is only reached from the paper."""
        linked = item.paper is not None and item.result is not None
        told = item.meeting.date < self.council.date
        return super().item_url(item) if linked and told else None

    def document(self, document: Document, name: str | None = None) -> Record:
        more = f"&typ={document.typ}" if document.typ else ""
        return super().document(document, name) | {
            "url": f"{self.base}do027.asp?DOLFDNR={document.number}&options=64{more}",
            "method": "GET",
            "form": {},
        }

    def paper(self, paper: Paper) -> Record:
        record = super().paper(paper)
        documents = [self.document(document) for document in paper.documents]
        headings = [{"heading": printed(part)} for part in paper.parts if part.number]
        kept = {key: value for key, value in record.items() if key not in PAPER_KEYS}
        return kept | {"attachments": documents, "sections": headings}

    def deliberations(self, paper: Paper) -> list[Record]:
        """The state stands only in the head row of a station."""
        states = [station.state for station in paper.stations for _ in self._rows(station)]
        return [
            row | {"state": state} for row, state in zip(super().deliberations(paper), states, strict=True)
        ]

    def _rows(self, station: Station) -> range:
        return range(len(station.stops) or 1)

    def meeting(self, meeting: Meeting) -> Record:
        """No end, no place: the calendar prints the start and the room, the agenda neither."""
        record = super().meeting(meeting) | {"end": None, "location": meeting.room}
        record = {key: value for key, value in record.items() if key not in MEETING_KEYS}
        if meeting.agenda:
            del record["name"]  # the heading is the body's name with the date
            del record["cancelled"]  # the mark is in the name, which only the calendar prints
            return record
        return record | {"native": ""}

    def item(self, item: Item, order: int) -> Record:
        record = super().item(item, order)
        return {key: value for key, value in record.items() if key not in ITEM_KEYS}

    def records(self) -> list[Record]:
        """Only what agendas and persons lead to: no lists of papers, bodies or persons."""
        council = self.council
        told = [i.paper for m in council.meetings for i in m.items if i.paper and i.public]
        met = {body.key for m in council.meetings if m.agenda for body in m.bodies}
        known = {member.person.name for member in council.members if member.body.key in met}
        seats = [member for member in council.members if member.person.name in known]
        bodies = {member.body.key: member.body for member in seats}
        people = {member.person.number: member.person for member in seats if member.person.number}
        return [
            *(self.paper(paper) for paper in {paper.number: paper for paper in told}.values()),
            *map(self.meeting, council.meetings),
            *(self.item(i, n) for m in council.meetings for n, i in enumerate(numbered(m), 1)),
            *map(self.organization, bodies.values()),
            *map(self.person, people.values()),
            *map(self.membership, seats),
        ]


def numbered(meeting: Meeting) -> list[Item]:
    """The items that this flavour shows: how the skin prints a text row without a number is not known."""
    return [item for item in meeting.items if item.label]


def printed(part: Part) -> str | None:
    """The heading that stands in the part itself: the skin has no jump list."""
    told = [block for block in part.blocks if block[0] != "blank"]
    return str(told[0][1]).rstrip(":") if told[0][0] in ("h", "h4") else None
