"""The town as more! rubin tells it: JSON of two interfaces, and pages that are empty without a script."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from tests.town import sites
from tests.town.model import Body, Document, Item, Meeting, Paper
from tests.town.sites import HTML, NOT_FOUND, Answer, Asked, Session
from tests.town.truth import Truth

from .truth import BODY, RubinTruth, code, counted, is_told, key, number, paper_of, role

SHELL = """<!DOCTYPE html>
<html lang="de">
  <head>
    <meta charset="UTF-8">
    <title>Ratsinfosystem</title>
    <script type="module" crossorigin src="/components/index-B2c9d1f0.js"></script>
  </head>
  <body>
    <div id="app"></div>
  </body>
</html>
"""
OLDER = """<!DOCTYPE html>
    <html xmlns="http://www.w3.org/1999/xhtml" xml:lang="de" lang="de">
     <head>
      <title>Rats- und Bürgerinfosystem Musterau</title>
      <meta name="author" content="more! software">
      <script src="includes/js/dist/main.1.js"></script>
      </head><body>{body}<div id="app"></div></body></html>
"""
COMPONENT = """<div component="MeetingPage__8bcaf0f"></div><script>
 if (window.components == undefined) {{
  window.components = {{}};
 }}
 window.components["MeetingPage__8bcaf0f"] = {{
  props: {props},
  store: [],
 }};
</script>"""
VOTES = {"yes": "ja", "no": "nein", "abstain": "enthaltungen"}


class Site(sites.Site):
    """The installation of today: every page is the same empty one, and `api.php` tells the rest."""

    page = "meeting"
    script = "api.php"
    interface = "/api.php"

    def robots(self) -> str:
        return "User-agent: *\nDisallow: /config/\nDisallow: /documents.php\n"

    def truth(self, base: str) -> Truth:
        return RubinTruth(self.council, base, self.page, self.script)

    @cached_property
    def meetings(self) -> dict[str, Meeting]:
        return {number(meeting): meeting for meeting in self.council.meetings}

    def answer(self, asked: Asked, session: Session) -> Answer:
        told = RubinTruth(self.council, f"http://{asked.headers['host']}/", self.page, self.script)
        if asked.path == "/":
            return Answer(self.entry_page().encode(), media=f"{HTML}; charset=utf-8")
        if asked.path != self.interface:
            return NOT_FOUND
        return _json(self.interfaced(asked.values, told))

    def entry_page(self) -> str:
        return SHELL

    def interfaced(self, asked: dict[str, str], told: RubinTruth) -> Any:
        if asked.get("action") == "bodies":
            return [dict(zip(("id", "name"), BODY, strict=True))]
        if asked.get("id") == "calendar":
            found = [m for m in self.council.meetings if f"{m.date:%Y-%m}" == asked["from"] == asked["to"]]
            return {"first_day": asked["from"] + "-01", "meetings": [self.entry(m, told) for m in found]}
        meeting = self.meetings.get(asked.get("meeting_id", ""))
        return self.whole(meeting, told) if meeting and is_told(meeting) else [{"ErrorCode": 101}]

    # ---- objects as they are sent

    def entry(self, meeting: Meeting, told: RubinTruth) -> dict[str, Any]:
        return {
            "id": meeting.number,
            "nummer": told.meeting_url(meeting).rpartition("=")[2],
            "nummer_si": None,
            "fraktionssitzung": "0" if is_told(meeting) else "1",
            "datum": meeting.date.isoformat(),
            "titel": meeting.name + " ",
            "beginn": f"{meeting.start}:00" if meeting.start else "00:00:00",
            "ende": f"{meeting.end}:00" if meeting.end else None,
            "status": 4,
            "gremium_1": code(meeting.bodies[0]),
            "gremium_2": "",
            "is_draft": False,
            "event_type_id": 1,
            "room": self.room(meeting),
            "full_url": told.meeting_url(meeting),
        }

    def room(self, meeting: Meeting) -> dict[str, str] | None:
        if not (meeting.room or meeting.place):
            return None
        street, _, town = (meeting.place or "").partition(", ")
        code, _, name = town.partition(" ")
        return {"Bezeichnung": meeting.room or "", "Strasse": street, "PLZ": code, "Ort": name}

    def whole(self, meeting: Meeting, told: RubinTruth) -> dict[str, Any]:
        entry = self.entry(meeting, told)
        return {
            **{name: value for name, value in entry.items() if not name.startswith("gremium_")},
            "committees": [self.committee(body) for body in meeting.bodies],
            "documents": [self.document(document, told) for document in meeting.documents],
            "agenda_items": [
                self.item(item, n, entry["nummer"], told) for n, item in enumerate(meeting.items, 1)
            ],
        }

    def committee(self, body: Body) -> dict[str, str]:
        name = {"id": code(body), "Kuerzel": code(body), "name": body.name}
        return {**name, "Koerperschaftsnummer": BODY[0]}

    def item(self, item: Item, order: int, own: str, told: RubinTruth) -> dict[str, Any]:
        paper = paper_of(item)
        decided = item.result not in (None, "(offen)")
        documents = self.files(paper, told) if paper else []
        documents += [self.document(item.minutes, told)] if item.minutes else []
        votes = {VOTES[name]: count for name, count in counted(item).items()} if decided else {}
        return {
            "ai_id": item.number,
            "id": own.partition("_")[0] + "_" + key(item, order) if "_" in own else key(item, order),
            "nummer": own,
            "vorlagennummer": key(item, order).split("|")[1],
            "topart": "vl" if item.paper else "zt" if item.heading else "at",
            "status": 1 if item.public else 2,
            "title": "" if item.hidden else item.subject,
            "abstimmungstext": item.result if decided else "",
            "topnummer": item.label or "",
            "counselling_status": {"name": role(item)} if paper and role(item) else None,
            "documents": documents,
            "submission": self.submission(paper) if paper else None,
            **({"votings": [votes]} if votes else {}),
        }

    def submission(self, paper: Paper) -> dict[str, Any]:
        return {
            "id": str(paper.number),
            "alias": paper.reference,
            "name": paper.subject,
            "erstellungsdatum": f"{paper.date.isoformat()} 08:15:00",
            "type": {"name": paper.kind},
        }

    def files(self, paper: Paper, told: RubinTruth) -> list[dict[str, Any]]:
        return [self.offered(row["name"], row["url"]) for row in told.files(paper)]

    def document(self, document: Document, told: RubinTruth) -> dict[str, Any]:
        row = told.document(document)
        return self.offered(row["name"], row["url"])

    def offered(self, name: str, url: str) -> dict[str, Any]:
        return {
            "documentUrl": url.replace("&platform", "&json=1&platform"),
            "documentName": name,
            "documentPublicStatusId": 1,
            "documentExtension": "pdf",
        }


class OlderSite(Site):
    """An older installation: `api.php` is not there, agendas are embedded in pages, values are strings."""

    page = "meeting.php"
    script = "documents.php"
    interface = "/webservice-mobile/webservice.php"

    def answer(self, asked: Asked, session: Session) -> Answer:
        if asked.path != "/meeting.php":
            return super().answer(asked, session)
        told = RubinTruth(self.council, f"http://{asked.headers['host']}/", self.page, self.script)
        meeting = self.meetings.get(asked.values.get("id", "").removeprefix("ni_"))
        props = {"passed-meeting": self.whole(meeting, told) if meeting and is_told(meeting) else None}
        body = COMPONENT.format(props=_dumped(props))
        return Answer(OLDER.format(body=body).encode(), media=f"{HTML}; charset=utf-8")

    def entry_page(self) -> str:
        return OLDER.format(body="")

    def entry(self, meeting: Meeting, told: RubinTruth) -> dict[str, Any]:
        """Numbers and switches are strings; the row names the meeting without the mark of its minutes."""
        switches = {"is_draft": "0", "status": "1", "nummer_si": number(meeting), "id": str(meeting.number)}
        return super().entry(meeting, told) | switches


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("/", "\\/")


def _json(value: Any) -> Answer:
    return Answer(_dumped(value).encode(), media="application/json")
