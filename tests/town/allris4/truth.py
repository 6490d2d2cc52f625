"""What a crawl of the town's ALLRIS 4 must give."""

from __future__ import annotations

from tests.town.model import Body, Document, Item, Meeting, Member, Paper, Person, Stop
from tests.town.truth import Record, Truth

from .pages import STATES, files_of, role_of

TYPES = {"pa": "council", "au": "committee", "fr": "faction"}
EXCLUDED = (
    "Sie sind hier", "Wiedervorlage", "Seite versenden", "Alle Tagesordnungspunkte", "wie Dokument",
    "Sammeldokument individuell", "Realisierungen", "in neuem Fenster", "Grunddaten", "Notruf- und",
    "Öffnungszeiten des Rathauses", "Tag der Deutschen Einheit", "Reformationstag", "Nächste Sitzung",
    "Reduzieren", "Legende",
)  # fmt: skip


class TruthOwn(Truth):
    """The product on its own: roles in the agenda, results on the excerpts, ends of meetings in the feed."""

    excluded = EXCLUDED
    results_in_agenda = False

    def link(self, program: str, field: str, number: int) -> str:
        return f"{self.base}{program}?{field}={number}"

    def body_url(self, body: Body) -> str:
        return self.link("gr020", "GRLFDNR", body.gra)

    def document(self, document: Document, name: str | None = None) -> Record:
        return {
            "name": name or document.name,
            "url": f"{self.base}wicket/resource/org.apache.wicket.Application/doc{document.number}.pdf",
            "method": "GET",
            "form": {},
            "native_id": str(document.number),
            "role": document.role,
        }

    def paper(self, paper: Paper) -> Record:
        return super().paper(paper) | {"status": f"{paper.status} (Vorlage freigegeben)"}

    def related(self, paper: Paper) -> Record:
        return super().related(paper) | {"relation": "Bezugsvorlage"}

    def deliberations(self, paper: Paper) -> list[Record]:
        """The state stands only in the row of the station."""
        states = [station.state for station in paper.stations for _ in station.stops or [None]]
        rows = super().deliberations(paper)
        return [row | {"state": state} for row, state in zip(rows, states, strict=True)]

    def stop(self, stop: Stop | None) -> Record:
        found = super().stop(stop)
        return found | {"result": None, "outcome": None} if stop and not stop.result else found

    def meeting_page(self, meeting: Meeting) -> Record:
        status = STATES.get(meeting.status, meeting.status)
        return super().meeting_page(meeting) | {
            "status": f"{status} (Sitzung eingeladen)",
            "public": None if status == "gemischt" else True,
        }

    def item(self, item: Item, order: int) -> Record:
        record = super().item(item, order)
        result = item.result if item.page or self.results_in_agenda else None
        record |= {
            "native": str(item.number) if item.label else f"{item.meeting.number}-{order}",
            "role": None if self.results_in_agenda else role_of(item) or None,
            "result": result,
            "outcome": record["outcome"] if result else None,
            "attachments": [self.document(one) for one in files_of(item)],
        }
        if item.label is None:
            record["public"] = True  # "Öffentlicher Teil"
        return record

    def item_extra(self, item: Item) -> dict[str, str]:
        extra = super().item_extra(item)
        return extra | ({"Sitzung": item.refers.code} if item.refers else {})

    def organization(self, body: Body) -> Record:
        own = {"extra": {"Anschrift": ", ".join(body.address)}} if body.address else {}
        kind = "council" if body.name.startswith("Ortsrat") else TYPES[body.table]
        return super().organization(body) | {"native": str(body.gra), "type": kind} | own

    def person(self, person: Person) -> Record:
        return super().person(person) | {"form_of_address": "Frau"}

    def membership(self, member: Member) -> Record:
        record = super().membership(member)
        return record | {"faction": member.function or None, "extra": {}}


class TruthCms(TruthOwn):
    """Inside the town's site: results in the agenda, no roles, and no ends of meetings without a page."""

    results_in_agenda = True

    def meeting(self, meeting: Meeting) -> Record:
        record = super().meeting(meeting)
        return record if meeting.agenda else record | {"end": None}
