"""What a crawl of the invented vendor's pages must give: meetings, items and papers, no people."""

from __future__ import annotations

from scraper.stamp import slug
from tests.town.model import Document, Item, Meeting, Paper, Station, Stop
from tests.town.small import SmallTruth, at
from tests.town.truth import AUTHORITATIVE, OUTCOMES, PUBLIC, Record, fold, sections, texts

# The vendor prints nothing where nothing was decided, and has names of its own for minutes.
OPEN = "(offen)"
NAMES = {"NIE öffentl.": "Niederschrift", "Niederschrift öffent. Teil": "Niederschrift, öffentlicher Teil"}
READER = "generic_reader"


def committees(meeting: Meeting) -> list[str]:
    return [body.name for body in meeting.bodies]


def decided(result: str | None) -> str | None:
    return None if result == OPEN else result


def numbered(meeting: Meeting) -> list[Item]:
    """The items; parts of an agenda are headings between them."""
    return [item for item in meeting.items if item.label is not None]


class GenericTruth(SmallTruth):
    """`excluded`: menus, banner, footer and buttons of the vendor and of the town around it."""

    excluded = (
        "mit Ihrer Zustimmung", "Einwilligung", "Sie sind hier", "Seite drucken", "Rathaus ist werktags",
        "Suchbegriff", "Zum Inhalt", "Seitenanfang", " KB)",
    )  # fmt: skip

    # ---- addresses

    def meeting_url(self, meeting: Meeting) -> str | None:
        return f"{self.base}sitzung/{meeting.number}" if meeting.agenda else None

    def item_url(self, item: Item) -> str | None:
        return f"{self.base}top/{item.number}" if item.page else None

    def paper_url(self, paper: Paper) -> str:
        return f"{self.base}vorlage/{paper.number}"

    def paper_of(self, item: Item) -> Paper | None:
        """The paper that an item's row leads to."""
        paper = item.paper if item.public else None
        return paper if paper is not None and paper.public else None

    # ---- records

    def document(self, document: Document, name: str | None = None) -> Record:
        return {
            "name": NAMES.get(document.name, document.name),
            "url": f"{self.base}datei/{document.number}.pdf",
            "method": "GET",
            "native_id": str(document.number),
            "role": document.role,
        }

    def files(self, paper: Paper) -> list[Record]:
        """The paper itself and what is attached to it."""
        own = [self.document(document) for document in paper.documents if document.role == "main"]
        url = f"{self.base}datei/{paper.number}"
        attached = {"method": "GET", "role": "attachment"}
        return own + [{"name": f.name, "url": f"{url}/{f.file}", **attached} for f in paper.attachments]

    def paper(self, paper: Paper) -> Record:
        related = paper.related if paper.related in self.months.papers else None
        return {
            **super().paper(paper),
            "url": self.paper_url(paper),
            "warnings": [READER, *(f"unknown_label:{label}" for label in paper.extra)],
            "attachments": self.files(paper),
            "related": [self.related(related)] if related else [],
        }

    def deliberations(self, paper: Paper) -> list[Record]:
        stations = {id(stop): station for station in paper.stations for stop in station.stops}
        stops = self.months.stops(paper)
        return [{"order": n, **self.passed(stations[id(stop)], stop)} for n, stop in enumerate(stops, 1)]

    def related(self, paper: Paper) -> Record:
        return {"reference": paper.reference, "url": self.paper_url(paper), "relation": "Bezugsvorlage"}

    def passed(self, station: Station, stop: Stop) -> Record:
        result, item = decided(stop.result), stop.item
        return {
            "committee": station.body.name,
            "role": station.role,
            "authoritative": AUTHORITATIVE.get(station.role or ""),
            "state": stop.state,
            "date": stop.meeting.date.isoformat(),
            "title": None,
            "agenda_item": f"{item.mark} {item.label}" if item else None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "meeting_url": self.meeting_url(stop.meeting),
            "agenda_item_url": self.item_url(item) if item else None,
        }

    def meeting(self, meeting: Meeting) -> Record:
        names = committees(meeting)
        page = meeting.agenda
        place = (meeting.room, meeting.place) if page else (meeting.room,)
        return {
            "kind": "meeting",
            "native": str(meeting.number) if page else f"{meeting.date}-{slug(fold(meeting.name))}",
            "url": self.meeting_url(meeting),
            "warnings": [READER],
            "name": fold(meeting.name),
            "organization": "; ".join(names),
            "organizations": [{"name": name, "url": None} for name in names] if page else [],
            "date": meeting.date.isoformat(),
            "start": at(meeting, meeting.start),
            "end": at(meeting, meeting.end),
            "location": ", ".join(part for part in place if part) or None,
            "status": meeting.status if page else None,
            "public": PUBLIC.get(meeting.status) if page else None,
            "occasion": meeting.occasion if page else None,
            "cancelled": meeting.cancelled,
            "attachments": [self.document(document) for document in meeting.documents] if page else [],
        }

    def item(self, item: Item, order: int) -> Record:
        paper = self.paper_of(item)
        meeting, result = item.meeting, decided(item.result)
        return {
            "kind": "agenda_item",
            "native": str(item.number) if item.page else f"{meeting.number}-{order}",
            "url": self.item_url(item),
            "warnings": [READER],
            "meeting_id": str(meeting.number),
            "meeting_url": self.meeting_url(meeting),
            "organization": "; ".join(committees(meeting)),
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "subject": "(nichtöffentlich)" if item.hidden else fold(item.subject),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": paper.reference if paper else None,
            "paper_url": self.paper_url(paper) if paper else None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "votes": item.votes if item.page else None,
            "sections": sections(item.parts) if item.page else [],
            "text_contains": texts(item.parts) if item.page else [],
            "attachments": [self.document(item.minutes)] if item.minutes and item.page else [],
            "extra": {},
        }

    def records(self) -> list[Record]:
        """The papers, the meetings and the items of their agendas."""
        held = self.months.held
        return [
            *map(self.paper, self.months.papers),
            *map(self.meeting, self.months.meetings),
            *(self.item(item, n) for one in held for n, item in enumerate(numbered(one), 1)),
        ]
