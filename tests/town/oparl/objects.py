"""The council as OParl objects: dicts that a site writes as JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.town.data import REFERENCE
from tests.town.model import Body, Council, Document, Item, Meeting, Member, Paper, Person, Stop
from tests.town.truth import AUTHORITATIVE, BERLIN
from tests.town.words import DEPARTMENTS, TOWN

from .addresses import Addresses, AddressesAllris

Thing = dict[str, Any]
STAMP = "2026-11-24T09:15:00+01:00"


class Objects:
    """As SessionNet makes them for OParl 1.1."""

    version = "1.1"
    minutes = "resultsProtocol"

    def __init__(self, council: Council, addresses: Addresses) -> None:
        self.council = council
        self.at = addresses

    def thing(self, kind: str, address: str, **values: Any) -> Thing:
        """An object; what is None has no key."""
        told = {key: value for key, value in values.items() if value is not None}
        head = {"id": address, "type": f"https://schema.oparl.org/{self.version}/{kind}"}
        return {**head, **told, "created": STAMP, "modified": STAMP}

    def system(self) -> Thing:
        return self.thing(
            "System", f"{self.at.base}/system", oparlVersion=f"https://schema.oparl.org/{self.version}/",
            body=f"{self.at.base}/bodies", name="Schnittstelle OParl", vendor="http://www.somacos.de",
        )  # fmt: skip

    def town(self) -> Thing:
        return self.thing(
            "Body", self.at.town, system=f"{self.at.base}/system", name=f"Stadt {TOWN}", shortName="I0001",
            organization=self.at.list("organizations"), person=self.at.list("people"),
            meeting=self.at.list("meetings"), paper=self.at.list("papers"),
            consultation=self.at.list("consultations"),
        )  # fmt: skip

    # ---- people

    def body(self, body: Body) -> Thing:
        kinds = {"au": "Beschließender Ausschuss", "fr": "Fraktion"}
        return self.thing(
            "Organization", self.at.body(body), body=self.at.town, name=body.name, shortName="",
            classification=kinds.get(body.table), meeting=f"{self.at.body(body)}/meetings",
            endDate=body.end and body.end.isoformat(),
            membership=[self.at.member(m) for m in self.council.members if m.body is body],
        )  # fmt: skip

    def department(self, name: str) -> Thing:
        return self.thing("Organization", self.at.department(name), body=self.at.town, name=name)

    def organizations(self) -> list[Thing]:
        return [*map(self.body, self.council.bodies), *map(self.department, DEPARTMENTS)]

    def person(self, person: Person) -> Thing:
        first, _, last = person.name.rpartition(" ")
        return self.thing(
            "Person", self.at.person(person), body=self.at.town, name=person.name, familyName=last,
            givenName=first, membership=self.memberships(person),
        )  # fmt: skip

    def memberships(self, person: Person) -> list[Any]:
        return [self.member(member) for member in self.council.members if member.person is person]

    def member(self, member: Member) -> Thing:
        factions = [body for body in self.council.bodies if body.name == member.function]
        return self.thing(
            "Membership", self.at.member(member), organization=self.at.body(member.body), role=member.role,
            startDate=member.since.isoformat(), votingRight=member.role != "beratendes Mitglied",
            onBehalfOf=self.at.body(factions[0]) if factions else None,
        )  # fmt: skip

    # ---- meetings

    def meeting(self, meeting: Meeting) -> Thing:
        start, end = self.when(meeting)
        return self.thing(
            "Meeting", self.at.meeting(meeting), name=meeting.name, start=start, end=end,
            organization=[self.at.body(body) for body in meeting.bodies], location=self.place(meeting),
            agendaItem=self.agenda(meeting) if meeting.agenda else None, **self.papers_of(meeting),
        )  # fmt: skip

    def when(self, meeting: Meeting) -> tuple[str, str]:
        """Midnight of the same day where nobody knows; an end past midnight stays on the day."""
        return tuple(_moment(meeting.date, clock or "00:00") for clock in (meeting.start, meeting.end))  # type: ignore[return-value]

    def place(self, meeting: Meeting) -> Thing | None:
        told = ", ".join(filter(None, (meeting.room, meeting.place)))
        address = self.at.one("locations/mt", meeting.number)
        return self.thing("Location", address, description=told) if told else None

    def papers_of(self, meeting: Meeting) -> dict[str, Any]:
        """A meeting's documents, sorted by key."""
        keys = {"invitation": "invitation", "minutes": self.minutes}
        told: dict[str, Any] = {}
        for document in meeting.documents:
            file = self.file(document.number, document.name)
            if document.role in keys:
                told[keys[document.role]] = file
            else:
                told.setdefault("auxiliaryFile", []).append(file)
        return told

    def agenda(self, meeting: Meeting) -> list[Any]:
        return [self.item(item, order) for order, item in enumerate(meeting.items, 1)]

    def item(self, item: Item, order: int) -> Thing:
        return self.thing(
            "AgendaItem", self.at.item(item), meeting=self.at.meeting(item.meeting), number=item.label,
            name="(nichtöffentlich)" if item.hidden else item.subject, order=order, public=item.public,
            consultation=self.at.on_agenda.get(item.number), result=told_result(item),
        )  # fmt: skip

    def file(self, number: int, name: str) -> Thing:
        return self.thing(
            "File", self.at.file(number), name=name, fileName=f"{number:08d}.pdf", mimeType="application/pdf",
            accessUrl=self.at.download(number).replace("downloadfiles/", "downloadfiles/a/"),
            downloadUrl=self.at.download(number),
        )  # fmt: skip

    # ---- papers

    def paper(self, paper: Paper) -> Thing:
        return self.thing(
            "Paper", self.at.paper(paper), body=self.at.town, name=paper.subject, reference=paper.reference,
            date=paper.date.isoformat(), paperType=paper.kind, consultation=self.way(paper),
            underDirectionOf=[self.at.department(paper.department)], **self.files_of(paper),
            originatorOrganization=[self.at.body(body) for body in self.authors(paper)] or None,
            relatedPaper=[self.at.paper(paper.related)] if paper.related else None,
        )  # fmt: skip

    def authors(self, paper: Paper) -> list[Body]:
        return [body for name in paper.author for body in self.council.bodies if body.name == name]

    def files_of(self, paper: Paper) -> dict[str, Any]:
        return {"auxiliaryFile": [self.file(number, name) for number, name, _ in papers_files(paper)]}

    def way(self, paper: Paper) -> list[Any]:
        return [self.consultation(paper, step) for step in range(len(self.at.steps(paper)))]

    def consultation(self, paper: Paper, step: int) -> Thing:
        station, stop = self.at.steps(paper)[step]
        return self.thing(
            "Consultation", self.at.consultation(paper, step), paper=self.at.paper(paper),
            organization=[self.at.body(station.body)], role=station.role,
            authoritative=AUTHORITATIVE.get(station.role or ""),
            meeting=self.at.meeting(stop.meeting) if stop else None, agendaItem=self.item_of(stop),
        )  # fmt: skip

    def item_of(self, stop: Stop | None) -> str | None:
        return self.at.item(stop.item) if stop and stop.item else None


class ObjectsAllris(Objects):
    """As ALLRIS 3 makes them for OParl 1.0: with pages for people, "N/A", and parts only named."""

    version = "1.0"
    minutes = "verbatimProtocol"
    at: AddressesAllris

    def system(self) -> Thing:
        return {**super().system(), "id": f"{self.at.base}/system.asp", "body": f"{self.at.base}/bodies.asp"}

    def town(self) -> Thing:
        lists = {key: self.at.list(f"{key}s") for key in ("organization", "person", "meeting", "paper")}
        town = {**super().town(), "id": f"{self.at.base}/bodies.asp?id=1", **lists, "created": ""}
        del town["consultation"]
        return town

    def body(self, body: Body) -> Thing:
        kinds = {"pa": "Hauptorgan", "au": "Gremium", "fr": "Fraktion"}
        web = self.at.web(f"{body.table}020", f"{body.table.upper()}LFDNR", body.number)
        told = super().body(body) | {"organizationType": kinds[body.table], "shortName": "N/A", "web": web}
        told.pop("classification", None)
        return told

    def person(self, person: Person) -> Thing:
        web = self.at.web("kp020", "KPLFDNR", self.at.number(person))
        return super().person(person) | {"web": web, "email": "N/A", "formOfAddress": ""}

    def memberships(self, person: Person) -> list[Any]:
        told = super().memberships(person)
        return [one["id"] for one in told] if self.council.people.index(person) % 14 == 3 else told

    def member(self, member: Member) -> Thing:
        return super().member(member) | {"person": self.at.person(member.person), "endDate": "N/A"}

    def meeting(self, meeting: Meeting) -> Thing:
        return super().meeting(meeting) | {"web": self.at.web("to010", "SILFDNR", meeting.number)}

    def when(self, meeting: Meeting) -> tuple[str, str]:
        """Berlin's clock without its offset; midnight of the next day where nobody knows the end."""
        late = meeting.end is None or (meeting.start is not None and meeting.end < meeting.start)
        day = meeting.date + dt.timedelta(days=int(late))
        return f"{meeting.date}T{meeting.start or '00:00'}:00", f"{day}T{meeting.end or '00:00'}:00"

    def place(self, meeting: Meeting) -> Thing | None:
        street, _, town = (meeting.place or "").partition(", ")
        code, _, name = town.partition(" ")
        return self.thing(
            "Location", self.at.one("locations", meeting.number), room=meeting.room or "N/A",
            streetAddress=street, postalCode=code, locality=name,
        )  # fmt: skip

    def agenda(self, meeting: Meeting) -> list[Any]:
        return (
            [self.at.item(item) for item in meeting.items] if only_named(meeting) else super().agenda(meeting)
        )

    def item(self, item: Item, order: int) -> Thing:
        told = super().item(item, order)
        del told["public"]
        text = "\n\n".join(resolution(item))
        number = {"number": f"{item.mark} {item.label}"} if item.label else {}
        return told | number | ({"resolutionText": text} if text else {})

    def file(self, number: int, name: str) -> Thing:
        told = super().file(number, name)
        return told | {"mimeType": "pdf", "size": 0, "accessUrl": told["downloadUrl"], "downloadUrl": ""}

    def paper(self, paper: Paper) -> Thing:
        web = self.at.web("vo020", "VOLFDNR", paper.number)
        return super().paper(paper) | {"originatorPerson": [None], "web": web, "created": ""}

    def thin(self, paper: Paper) -> Thing:
        """What the list says of some papers."""
        keys = ("id", "type", "name", "reference", "date", "web", "created")
        return {key: value for key, value in self.paper(paper).items() if key in keys}

    def files_of(self, paper: Paper) -> dict[str, Any]:
        files = [(self.file(number, name), role) for number, name, role in papers_files(paper)]
        others: list[Thing] = [file for file, role in files if role != "main"]
        main = next(file for file, role in files if role == "main")
        return {"mainFile": main} | (
            {"auxiliaryFile": others if len(others) > 1 else others[0]} if others else {}
        )

    def way(self, paper: Paper) -> list[Any]:
        told = super().way(paper)
        return [one["id"] for one in told] if way_only_named(paper) else told


def _moment(day: dt.date, clock: str) -> str:
    hour, minute = map(int, clock.split(":"))
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN).isoformat()


def told_result(item: Item) -> str | None:
    return item.result if item.result != "(offen)" else None


def only_named(meeting: Meeting) -> bool:
    """Whether ALLRIS prints the addresses of the items instead of the items."""
    return meeting.number % 9 == 4


def way_only_named(paper: Paper) -> bool:
    """Whether ALLRIS prints the addresses of a paper's consultations instead of these."""
    return paper.number % 10 == 4 and is_recent(paper)


def is_thin(paper: Paper) -> bool:
    """Whether the list of ALLRIS prints no more than a paper's title."""
    return paper.number % 24 == 7 and is_recent(paper)


def is_recent(paper: Paper) -> bool:
    """What has a page of its own is asked for within the window alone."""
    return paper.date > REFERENCE - dt.timedelta(days=330)


def resolution(item: Item) -> list[str]:
    """The paragraphs of an item's decision."""
    blocks = [block for part in item.parts if part.code == "BS" for block in part.blocks]
    return [str(text) for kind, text in blocks if kind == "p"]


def papers_files(paper: Paper) -> list[tuple[int, str, str]]:
    """Number, name and role of a paper's documents."""
    documents: list[Document] = paper.documents
    told = [(document.number, document.name, document.role) for document in documents]
    return told + [(paper.number * 10 + k, one.name, "attachment") for k, one in enumerate(paper.attachments)]
