"""SessionNet 6: the shell of a script, and the interface that its data come from."""

from __future__ import annotations

import datetime as dt
import json
import re
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tests.town import sites
from tests.town.data import REFERENCE
from tests.town.model import Body, Document, Item, Meeting, Paper, Person
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.truth import OUTCOMES, Record, Truth, fold, moments

from . import council as town
from .council import season
from .truth import EXCLUDED, SessionnetTruth

SHELL = """<!doctype html><html lang="de"><head><meta charset="utf-8">
<title>SessionNet | Bürgerinformationssystem</title>
<base href="/ris/"><meta name="app-version" content="6.0.3"></head>
<body><app-root></app-root><script src="main-ABCDEF12.js" type="module"></script></body></html>
"""
BERLIN = ZoneInfo("Europe/Berlin")
AGENDA = re.compile(r"sitzungen/(\d+)/tagesordnung(/dokumente)?$")


class Truth6(SessionnetTruth):
    """Meetings, agendas, documents and bodies; papers by number, nobody's seats."""

    excluded = EXCLUDED

    def body_url(self, body: Body) -> str:
        return f"{self.base}gremien/{body.number}"

    def meeting_url(self, meeting: Meeting) -> str:
        return f"{self.base}sitzungen/{meeting.number}"

    def file(self, number: int, name: str, role: str) -> Record:  # type: ignore[override]
        url = f"{self.base}api/v1/dokumente/{number}/datei"
        return {"name": name, "url": url, "method": "GET", "native_id": str(number), "role": role}

    def paper(self, paper: Paper) -> Record:
        return {"kind": "paper", "native": str(paper.number), "url": None, "subject": fold(paper.subject)}

    def meeting(self, meeting: Meeting) -> Record:
        start, end = moments(meeting)
        refs = [{"url": self.body_url(body)} for body in meeting.bodies[:1]]
        told = meeting.agenda
        return {
            "kind": "meeting",
            "native": str(meeting.number),
            "url": self.meeting_url(meeting),
            "name": meeting.name,
            "number": meeting.code,
            "organization": meeting.bodies[0].name if told else None,
            "organization_url": self.body_url(meeting.bodies[0]) if told else None,
            "organizations": refs if told else [],
            "date": meeting.date.isoformat(),
            "start": start,
            "end": end,
            "location": town.place(meeting) or "Musterau",
            "cancelled": meeting.cancelled,
            "attachments": [self.document(document) for document in meeting.documents] if told else [],
        }

    def item(self, item: Item, order: int) -> Record:
        paper, result = town.paper_of(item), town.result_of(item)
        return {
            "kind": "agenda_item",
            "native": str(item.number),
            "url": None,
            "meeting_id": str(item.meeting.number),
            "meeting_url": self.meeting_url(item.meeting),
            "organization": item.meeting.bodies[0].name,
            "date": item.meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "subject": fold(item.subject),
            "public": True,
            "heading": item.heading,
            "paper_reference": None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "votes": counted(item),
            "attachments": [self.document(item.minutes, "attachment")] if item.minutes else [],
            "extra": {"voNr": str(paper.number)} if paper else {},
        }

    def document(self, document: Document, name: str | None = None) -> Record:
        return self.file(document.number, document.name, document.role)

    def organization(self, body: Body) -> Record:
        return super().organization(body)

    def records(self) -> list[Record]:
        council = self.council
        agendas = [meeting for meeting in council.meetings if meeting.agenda]
        dealt = {paper.number: paper for m in agendas for item in m.items if (paper := town.paper_of(item))}
        return [
            *map(self.paper, dealt.values()),
            *map(self.meeting, council.meetings),
            *(self.item(i, n) for m in agendas for n, i in enumerate(public_items(m), 1)),
            *map(self.organization, council.bodies),
        ]

    def people(self) -> list[Person]:
        return []


def public_items(meeting: Meeting) -> list[Item]:
    """The interface gives the public part only."""
    return [item for item in town.printed_items(meeting) if item.public]


def counted(item: Item) -> dict[str, int | bool | None] | None:
    """Only votes that were counted; the wording is not told."""
    votes = item.votes or {}
    return {key: votes.get(key) for key in ("yes", "no", "abstain")} if votes.get("yes") else None


class Site6(sites.Site):
    """Every address is the shell, except for those of the interface."""

    prefix = "/ris/"

    def __init__(self, date: dt.date = REFERENCE) -> None:
        super().__init__(date)
        self.council = season(date)

    def truth(self, base: str) -> Truth:
        return Truth6(self.council, base)

    @cached_property
    def meetings(self) -> dict[int, Meeting]:
        return {meeting.number: meeting for meeting in self.council.meetings}

    def answer(self, asked: Asked, session: Session) -> Answer:
        path = asked.path.removeprefix(self.prefix)
        if not path.startswith("api/v1/"):
            return Answer(SHELL.encode()) if "." not in path else NOT_FOUND
        found = self._data(path.removeprefix("api/v1/"), asked.values)
        if found is None:
            return Answer(SHELL.encode())
        return Answer(json.dumps(found, ensure_ascii=False).encode(), media="application/json")

    def _data(self, path: str, asked: dict[str, str]) -> list[dict[str, Any]] | None:
        if path == "sitzungen":
            first, last = asked.get("von", ""), asked.get("bis", "9999")
            return [_meeting(one) for one in self.council.meetings if first <= one.date.isoformat() <= last]
        if path == "gremien":
            return [
                {"grNr": body.number, "name": body.name, "sort": body.gra} for body in self.council.bodies
            ]
        match = AGENDA.match(path)
        meeting = self.meetings.get(int(match[1])) if match else None
        if match is None or meeting is None:
            return None
        if not meeting.agenda:
            return []
        return (
            _documents(meeting)
            if match[2]
            else [_item(one, n) for n, one in enumerate(public_items(meeting))]
        )


def _meeting(meeting: Meeting) -> dict[str, Any]:
    told = {
        "nummer": meeting.code,
        "ort": "Musterau",
        "oSt": 4,
        "siNr": meeting.number,
        "name": meeting.name,
        "raum": (town.place(meeting) or "").replace(", ", ",\r\n", 1),
        "dat": meeting.date.isoformat(),
        "typ": 0,
    }
    for key, clock, moment in zip(("beginn", "ende"), ("sb", "se"), moments(meeting), strict=True):
        if moment:
            at = dt.datetime.fromisoformat(moment)
            told[key] = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            told[clock] = at.astimezone(BERLIN).strftime("%H:%M")
    if meeting.agenda:
        told["freigabeDatum"] = (meeting.date - dt.timedelta(days=7)).isoformat()
    return told


def _item(item: Item, place: int) -> dict[str, Any]:
    paper, votes = town.paper_of(item), counted(item)
    result = town.result_of(item)
    told: dict[str, Any] = {
        "toNr": item.number,
        "oSt": 1,
        "nummer": item.label,
        "ebene": (item.label or "").count(".") + 1,
        "text": item.subject,
        "textLang": item.subject,
        "voNr": paper.number if paper else 0,
        "grNr": item.meeting.bodies[0].number,
        "abstimmungTyp": 1 if votes else 0,
        "sort": 10 * place,
    }
    told |= {"beschluss": result} if result else {}
    if votes:
        keys = {"ja": "yes", "nein": "no", "enthaltung": "abstain"}
        told["abstimmungErgebnis"] = {key: votes[name] or 0 for key, name in keys.items()}
    return told


def _documents(meeting: Meeting) -> list[dict[str, Any]]:
    offered = [(0, one) for one in meeting.documents]
    offered += [(item.number, item.minutes) for item in public_items(meeting) if item.minutes]
    return [
        {"toNr": item, "doNr": one.number, "name": one.name, "ref": _file(one), "sort": 0, "artNr": 0}
        for item, one in offered
    ]


def _file(document: Document) -> str:
    return f"/ris/api/v1/dokumente/{document.number}/datei"
