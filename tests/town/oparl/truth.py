"""What a crawl of an OParl endpoint must give, made from the data."""

from __future__ import annotations

import datetime as dt

from tests.town.model import Body, Council, Document, Item, Meeting, Member, Paper, Person
from tests.town.truth import AUTHORITATIVE, TYPES, Record, Truth, fold, moments
from tests.town.words import DEPARTMENTS, OUTCOMES

from .addresses import Addresses, AddressesAllris
from .objects import only_named, papers_files, resolution, told_result, way_only_named


class TruthOParl(Truth):
    """As SessionNet tells it."""

    # labels of pages for people never occur here; what JSON has instead must not either
    excluded = ("N/A", "1970-01-01", "schema.oparl.org")
    main = False

    def __init__(self, council: Council, base: str, addresses: Addresses) -> None:
        super().__init__(council, base)
        self.at = addresses

    # ---- people

    def organization(self, body: Body) -> Record:
        return {
            "kind": "organization",
            "native": self.at.native(body),
            "url": self.page_of_body(body),
            "name": body.name,
            "short_name": None,
            "type": TYPES[body.table],
            "start": None,
            "end": body.end.isoformat() if body.end else None,
        }

    def page_of_body(self, body: Body) -> str:
        return self.at.body(body)

    def department(self, name: str) -> Record:
        native = f"at{61 + DEPARTMENTS.index(name)}"
        return {"kind": "organization", "native": native, "name": name, "type": "administration"}

    def person(self, person: Person) -> Record:
        return {
            "kind": "person",
            "native": str(self.at.number(person)),
            "url": self.page_of_person(person),
            "name": person.name,
            "form_of_address": None,
        }

    def page_of_person(self, person: Person) -> str:
        return self.at.person(person)

    def membership(self, member: Member) -> Record:
        factions = [body for body in self.council.bodies if body.name == member.function]
        return {
            "kind": "membership",
            "native": self.at.member(member).rpartition("/")[2].rpartition("=")[2],
            "person": member.person.name,
            "person_url": self.at.person(member.person),
            "organization": member.body.name,
            "organization_url": self.at.body(member.body),
            "role": member.role,
            "faction": factions[0].name if factions else None,
            "start": member.since.isoformat(),
            "end": None,
            "extra": {"votingRight": str(member.role != "beratendes Mitglied").lower()},
        }

    # ---- meetings

    def meeting(self, meeting: Meeting) -> Record:
        start, end = moments(meeting)
        refs = [{"name": body.name, "url": self.at.body(body)} for body in meeting.bodies]
        return {
            "kind": "meeting",
            "native": str(meeting.number),
            "url": self.page_of_meeting(meeting),
            "name": meeting.name,
            "organization": "; ".join(body.name for body in meeting.bodies),
            "organization_url": refs[0]["url"],
            "organizations": refs,
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": ", ".join(filter(None, (meeting.room, meeting.place))) or None,
            "status": None,
            "public": None,
            "cancelled": meeting.cancelled,
            "attachments": self.documents(meeting),
        }

    def page_of_meeting(self, meeting: Meeting) -> str:
        return self.at.meeting(meeting)

    def documents(self, meeting: Meeting) -> list[Record]:
        """The keys tell what documents are; where there is none, their names do."""
        keyed = any(document.role in ("invitation", "minutes") for document in meeting.documents)
        return [
            self.document(document) | ({"role": "attachment"} if self.loses_role(document, keyed) else {})
            for document in meeting.documents
        ]

    def loses_role(self, document: Document, keyed: bool) -> bool:
        return keyed and document.role not in ("invitation", "minutes")

    def document(self, document: Document, name: str | None = None) -> Record:
        return self.offered(document.number, document.name, document.role)

    def offered(self, number: int, name: str, role: str) -> Record:
        told = {"name": name, "url": self.at.download(number), "method": "GET"}
        return told | {"native_id": str(number), "role": role}

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, self.paper_of(item)
        result = told_result(item)
        return {
            "kind": "agenda_item",
            "native": str(item.number),
            "url": self.at.item(item),
            "meeting_id": str(meeting.number),
            "meeting_url": self.at.meeting(meeting),
            "organization": "; ".join(body.name for body in meeting.bodies),
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "role": self.role_of(item),
            "subject": "(nichtöffentlich)" if item.hidden else fold(item.subject),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": paper.reference if paper else None,
            "paper_url": self.at.paper(paper) if paper else None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "votes": None,
            "text_contains": [],
            "attachments": [],
        }

    def paper_of(self, item: Item) -> Paper | None:
        return item.paper if item.paper and item.paper.public else None

    def role_of(self, item: Item) -> str | None:
        """The role of the paper's consultation that the item is."""
        paper = self.paper_of(item)
        steps = self.at.steps(paper) if paper else []
        return next((station.role for station, stop in steps if stop and stop.item is item), None)

    # ---- papers

    def paper(self, paper: Paper) -> Record:
        rows = self.deliberations(paper)
        authors = [body.name for name in paper.author for body in self.council.bodies if body.name == name]
        return {
            "kind": "paper",
            "native": str(paper.number),
            "url": self.page_of_paper(paper),
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "status": None,
            "public": None,
            "paper_type": paper.kind,
            "author": "; ".join(authors) or None,
            "department": paper.department,
            "date": paper.date.isoformat(),
            "deliberations": rows,
            "deliberation_dates": sorted({row["date"] for row in rows if row["date"]}),
            "attachments": [
                self.offered(number, name, role if self.main and role == "main" else "attachment")
                for number, name, role in papers_files(paper)
            ],
            "related": [self.related(paper.related)] if paper.related else [],
        }

    def page_of_paper(self, paper: Paper) -> str:
        return self.at.paper(paper)

    def related(self, paper: Paper) -> Record:
        return {"reference": None, "url": self.at.paper(paper), "relation": "relatedPaper"}

    def deliberations(self, paper: Paper) -> list[Record]:
        return [
            {
                "order": order,
                "committee": station.body.name,
                "committee_url": self.at.body(station.body),
                "role": station.role,
                "authoritative": AUTHORITATIVE.get(station.role or ""),
                "date": stop.meeting.date.isoformat() if stop else None,
                "meeting_url": self.at.meeting(stop.meeting) if stop else None,
                "agenda_item_url": self.at.item(stop.item) if stop and stop.item else None,
            }
            for order, (station, stop) in enumerate(self.at.steps(paper), 1)
        ]

    def records(self) -> list[Record]:
        council = self.council
        return [
            *(self.paper(paper) for paper in council.papers if paper.public),
            *map(self.meeting, council.meetings),
            *(self.item(item, n) for m in council.meetings for n, item in enumerate(m.items, 1)),
            *map(self.organization, council.bodies),
            *map(self.department, DEPARTMENTS),
            *map(self.person, council.people),
            *map(self.membership, council.members),
        ]


class TruthAllris(TruthOParl):
    """As ALLRIS 3 tells it: records lead to the pages for people, bodies are numbered as there."""

    main = True
    at: AddressesAllris

    def __init__(self, council: Council, base: str, addresses: AddressesAllris, tombstone: int) -> None:
        super().__init__(council, base, addresses)
        self.tombstone = tombstone

    def page_of_body(self, body: Body) -> str:
        return self.at.web(f"{body.table}020", f"{body.table.upper()}LFDNR", body.number)

    def page_of_person(self, person: Person) -> str:
        return self.at.web("kp020", "KPLFDNR", self.at.number(person))

    def page_of_meeting(self, meeting: Meeting) -> str:
        return self.at.web("to010", "SILFDNR", meeting.number)

    def page_of_paper(self, paper: Paper) -> str:
        return self.at.web("vo020", "VOLFDNR", paper.number)

    def item(self, item: Item, order: int) -> Record:
        record = super().item(item, order) | {"text_contains": [fold(line) for line in resolution(item)]}
        if only_named(item.meeting) and item.heading:
            del record["heading"]  # an item alone does not know what follows it
        paper = self.paper_of(item)
        if paper and way_only_named(paper):
            record["paper_reference"] = None  # a consultation names its paper's address
        return record

    def expected(self, since: dt.date | None = None, until: dt.date | None = None) -> list[Record]:
        return [*super().expected(since, until), self.deleted()]

    def records(self) -> list[Record]:
        return [*super().records(), self.deleted()]

    def deleted(self) -> Record:
        return {
            "kind": "paper",
            "native": str(self.tombstone),
            "url": self.at.one("papers", self.tombstone),
            "gone": "deleted",
            "subject": None,
            "date": None,
        }
