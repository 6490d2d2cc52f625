"""What a crawl of the portal must give: no papers and no persons, committees by name alone."""

from __future__ import annotations

from typing import Any

from tests.town import truth
from tests.town.model import Body, Document, Item, Meeting
from tests.town.truth import Record, fold, moments
from tests.town.words import OUTCOMES

from . import facts

BUNDLE: Record = {"name": "Gesamtdokument", "native_id": None, "role": "other"}


class Truth(truth.Truth):
    """`base`: the council's site, `…/web/ratsinformation/`."""

    excluded = ("Dokumente vom Typ", "Detailseite", "(PDF)", "Startseite", "--:--", "mbsc", "Abstimmungstext")

    @property
    def page(self) -> str:
        return f"{self.base}sitzungen"

    def meeting_url(self, meeting: Meeting) -> str | None:
        return f"{self.page}?sitzungId={meeting.number}"

    def item_url(self, item: Item) -> str | None:
        if not facts.has_detail(item):
            return None
        query = (
            "p_p_id=RisSitzung&p_p_lifecycle=0&_RisSitzung_mvcRenderCommandName=/top-detail"
            f"&_RisSitzung_sitzungId={item.meeting.number}&_RisSitzung_topId={item.number}"
        )
        return f"{self.page}?{query}"

    def offered(self, meeting: Meeting, document: Document) -> Record:
        query = (
            "p_p_id=RisSitzung&p_p_lifecycle=2&p_p_state=normal&p_p_mode=view&p_p_cacheability=cacheLevelPage"
            f"&_RisSitzung_sitzungId={meeting.number}&_RisSitzung_resource=singleDocument"
            f"&_RisSitzung_schriftgutId={document.number}"
        )
        return {
            "name": document.name,
            "url": f"{self.page}?{query}",
            "method": "GET",
            "native_id": str(document.number),
            "role": document.role,
        }

    def meeting(self, meeting: Meeting) -> Record:
        start, end = moments(meeting)
        body = meeting.bodies[0]
        documents = meeting.documents if meeting.agenda else []
        return {
            "kind": "meeting",
            "native": str(meeting.number),
            "url": self.meeting_url(meeting),
            "name": facts.title(meeting),
            "organization": body.name,
            "organization_url": None,
            "organizations": [{"name": body.name, "url": None}],
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": facts.place(meeting) or None,
            "cancelled": meeting.cancelled,
            "attachments": [self.offered(meeting, document) for document in documents],
        }

    def item(self, item: Item, order: int) -> Record:
        meeting = item.meeting
        shown = facts.documents(item)
        bundle = [BUNDLE] if len(shown) > 1 else []
        result = facts.vote(item)
        return {
            "kind": "agenda_item",
            "native": str(item.number),
            "url": self.item_url(item),
            "meeting_id": str(meeting.number),
            "meeting_url": self.meeting_url(meeting),
            "organization": meeting.bodies[0].name,
            "date": meeting.date.isoformat(),
            "number": f"{item.label}." if item.label else None,
            "order": order,
            "subject": "(nichtöffentlich)" if item.hidden else fold(item.subject),
            "public": item.public,
            "heading": item.heading,
            "paper_reference": item.paper.reference if item.paper and item.public else None,
            "paper_url": None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "votes": self.votes(item) if result else None,
            "attachments": bundle + [self.offered(meeting, document) for document, _ in shown],
        }

    def votes(self, item: Item) -> Record | None:
        told: dict[str, Any] = facts.counts(item)
        if not any(told.values()):
            return None
        return told | {"recused": 0, "unanimous": False if told["no"] else None}

    def organization(self, body: Body) -> Record:
        return {"kind": "organization", "native": str(body.number), "url": None, "name": body.name}

    def records(self) -> list[Record]:
        council = self.council
        return [
            *map(self.meeting, council.meetings),
            *(self.item(i, n) for m in council.meetings for n, i in enumerate(m.items, 1)),
            *map(self.organization, facts.bodies(council)),
        ]
