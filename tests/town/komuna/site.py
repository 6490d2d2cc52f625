"""The app, its configuration and the answers of the interface, which asks whose data are wanted."""

from __future__ import annotations

import base64
import datetime as dt
import json
from functools import cached_property
from html import escape
from typing import Any

from tests.town import sites
from tests.town.model import Item, Meeting, Part
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.truth import Truth

from . import facts
from .truth import Truth as Own

KEY, NAME = "RIS51", "musterau"
APP = """<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8" />
<title>Ratsinformationssystem</title>
<script type="module" crossorigin src="/51b/static/js/index-BqX7c0aa.js"></script>
</head>
<body>
<div id="root"></div>
</body>
</html>
"""
REFUSED = Answer(b'{"title":"Unauthorized","status":401}', 401, "application/json")
TECHNICAL = {"op": 2, "opdatetime": "2026-09-23T08:28:00", "unreadop": None}
FREE = (
    "freetextsbeforemeeting", "freetextsbeforefirstpublicpart", "freetextsafterfirstpublicpart",
    "freetextsbeforefirstprotectedpart", "freetextsafterfirstprotectedpart", "freetextsaftermeeting",
    "freetextsbeforeparts",
)  # fmt: skip


class Site(sites.Site):
    """One system of several on a host, with the interface below `/api/`."""

    prefix = "/"
    start = "musterau/"

    @cached_property
    def meetings(self) -> dict[str, Meeting]:
        return {str(meeting.number): meeting for meeting in facts.meetings(self.council)}

    @cached_property
    def items(self) -> dict[str, Item]:
        items = (item for item in facts.items(self.council) if item.public)
        return {f"{item.meeting.number}-{item.number}": item for item in items}

    def truth(self, base: str) -> Truth:
        return Own(self.council, base)

    def answer(self, asked: Asked, session: Session) -> Answer:
        host = asked.headers.get("host", "")
        if asked.path == f"/{self.start}":
            return Answer(APP.encode())
        if asked.path == "/51b/webconfig.json":
            return _json({"serviceUrl": f"http://{host}/api/", "org_key": KEY, "version": "51b"})
        if not asked.path.startswith("/api/web/guest"):
            return NOT_FOUND
        wanted = {"x-orgkey": KEY, "x-uniqueid": f"{host.partition(':')[0]}/{NAME}", "x-customname": NAME}
        if any(asked.headers.get(name) != value for name, value in wanted.items()):
            return REFUSED
        return self._data(asked)

    def _data(self, asked: Asked) -> Answer:
        kind, _, number = asked.path.removeprefix("/api/web/guest").partition("/")
        if kind == "meetings" and not number:
            since, until = (dt.date.fromisoformat(asked.values[name]) for name in ("from", "until"))
            inside = [meeting for meeting in self.meetings.values() if since <= meeting.date <= until]
            return _json({"items": [_facts(meeting) | {"visibility": 3} for meeting in inside]})
        if kind == "meetings" and number in self.meetings:
            return _json(_meeting(self.meetings[number]))
        if kind == "agendaitems" and number in self.items:
            return _json(_item(self.items[number], list(self.items.values())))
        return Answer(b'{"title":"Not Found","status":404}', 404, "application/json")


def _json(value: Any) -> Answer:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Answer(text.encode(), media="application/json; charset=utf-8")


def _clock(time: str | None) -> str:
    return f"1900-01-01T{time or '00:00'}:00"


def _facts(meeting: Meeting) -> dict[str, Any]:
    names = [body.name for body in meeting.bodies]
    street, _, town = (meeting.place or "").partition(", ")
    code, _, city = town.partition(" ")
    clocks = {
        f"{part}{end}time{again}": _clock(None)
        for part in ("public", "nonepublic")
        for end in ("start", "end")
        for again in ("", "2")
    }
    part = "nonepublic" if meeting.status == "nichtöffentlich" else "public"
    return {
        "id": meeting.number, "clientid": 32, "name": meeting.name, "meetingdate": f"{meeting.date}T00:00:00",
        "publicpart": meeting.status != "nichtöffentlich", "nonepublicpart": meeting.status != "öffentlich",
        "clientname": facts.CLIENT, "state": 3 if meeting.cancelled else 1, "num": meeting.code,
        **{f"committeeid{n}": None for n in ("", "2", "3")},
        **{f"committeename{n}": name for n, name in zip(("", "2", "3"), [*names, None, None], strict=False)},
        "locationname": meeting.room, "locationprintname": meeting.room, "locationshortname": meeting.room,
        "locationdescription": "", "locationstreet": street, "locationzip": code, "locationcity": city,
        "locationdistrict": "", **clocks, f"{part}starttime": _clock(meeting.start),
        f"{part}endtime": _clock(meeting.end), "absolutestarttime": _clock(meeting.start),
        "absoluteendtime": _clock(meeting.end), "visibilityoe": 3, "visibilitynoe": 0,
        "expirationdate": "2036-09-19T00:00:00", "snapdatetime": "2026-09-28T15:05:00",
        "candownloadsummonspdf": False, **TECHNICAL,
    }  # fmt: skip


def _meeting(meeting: Meeting) -> dict[str, Any]:
    parts = [
        {"protectedpart": not public, "agendaitems": [_entry(item) for item in rows]}
        for public, rows in _parts(meeting.items)
    ]
    documents = [_document(str(one.number), one.name) for one in meeting.documents]
    return _facts(meeting) | {"parts": parts, "documents": documents} | {key: [] for key in FREE}


def _parts(items: list[Item]) -> list[tuple[bool, list[Item]]]:
    """Runs of public and of closed items."""
    rows: list[tuple[bool, list[Item]]] = []
    for item in items:
        if not rows or rows[-1][0] != item.public:
            rows.append((item.public, []))
        rows[-1][1].append(item)
    return rows


def _entry(item: Item) -> dict[str, Any]:
    return {
        "id": f"{item.meeting.number}-{item.number}", "numbering": item.label or "", "name": facts.name(item),
        "restricted": not item.public, "documentcount": len(facts.files(item)), "downloadallowed": True,
        "globalid": facts.decision(item), "unreadop": None,
    }  # fmt: skip


def _document(number: str, name: str, *, hidden: bool = False) -> dict[str, Any]:
    return {"id": number, "name": name, "fileext": ".pdf", "isprotected": hidden, "guestvisible": not hidden}


def _item(item: Item, others: list[Item]) -> dict[str, Any]:
    meeting = item.meeting
    blocks = [_block(caption, part) for caption, part in facts.blocks(item)]
    result, counts = facts.result(item), facts.counts(item) or {"yes": 0, "no": 0, "abstain": 0}
    voting = {
        "description": result, "resultno": counts["no"], "resultyes": counts["yes"],
        "resultnone": counts["abstain"], "attendeecount": 15, "entitledtovotecount": 0, "consultantscount": 0,
        "votingkind": 0, "textblocks": [],
    }  # fmt: skip
    same = [other for other in others if item.paper is not None and other.paper is item.paper]
    documents = [_document(number, name) for number, name in facts.files(item)]
    return {
        "textsanddocsvisible": True, "meetingstate": 2, "meetingname": meeting.name,
        "meetingnum": meeting.code,
        "id": f"{meeting.number}-{item.number}", "clientname": facts.CLIENT, "name": facts.name(item),
        "meetingid": meeting.number, "committeeid": 7, "committeename": meeting.bodies[0].name,
        "numbering": item.label or "", "conordertype": facts.role(item), "restricted": False, "conorderid": 5,
        "conorder_order": 1, "editor": None, "orderinmeeting": meeting.items.index(item) + 1,
        "agendaitemtype": "", "meetingdate": f"{meeting.date}T00:00:00",
        "numberingsnapshot": item.label,
        "numberingsnapshotorder": 1, "pageno": "", "globalid": facts.decision(item), "inpart": 0,
        "attendee": 0,
        "entitledToVote": 0, "consultants": 0, "publizierungsumfang": 0, "nameadditional": "",
        "bereitstellungsumfang": True, "downloadallowed": True, "textblocks": blocks,
        "documents": [*documents, _document("9", "Nur für Mitglieder", hidden=True)],
        "conorderitems": [_stop(other) for other in same], "votings": [voting] if result else [], **TECHNICAL,
    }  # fmt: skip


def _stop(item: Item) -> dict[str, Any]:
    return {
        "agendaitemid": f"{item.meeting.number}-{item.number}", "meetingid": item.meeting.number,
        "meetingname": item.meeting.name, "committeeid": 7, "committeename": item.meeting.bodies[0].name,
        "meetingdate": f"{item.meeting.date}T00:00:00", "numbering": item.label or "", "restricted": "ö",
        "clientname": facts.CLIENT, "conordertypename": facts.role(item),
    }  # fmt: skip


def _block(caption: str, part: Part) -> dict[str, Any]:
    rows = [
        f"<div><font size=3>{escape(str(value))}</font></div>"
        for kind, value in part.blocks
        if kind != "blank"
    ]
    markup = "<font size=2>\r\n" + "\r\n".join(rows) + "\r\n</font>"
    return {
        "caption": caption,
        "content": base64.b64encode(markup.encode()).decode(),
        "mmsdataid2": f"{part.number}",
    }
