# ruff: noqa: E501 - lines of markup stand as they are sent
"""The town's ALLRIS 4: pages that are counted in a session, and parts of them that scripts fetch."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cached_property
from urllib.parse import parse_qsl, quote, unquote

from tests.town import sites
from tests.town.data import REFERENCE
from tests.town.model import Body, Council, Item, Meeting, Paper, Person
from tests.town.sites import Answer, Asked, Session
from tests.town.truth import Truth

from . import listing, pages
from .council import lately
from .frame import Pen, embedded, whole
from .truth import TruthCms, TruthOwn

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LISTENER = re.compile(r"^(\d+)-(?:1\.(\d+))?-([^&=]*)$")
# What a listener of a list means: the content itself, or the next page of it.
NEXT = "table-navigator-next"
MENUS = {"Rat": "pa", "Ausschüsse": "au", "Fraktionen": "fr"}

Program = tuple[str, Callable[[Pen, dict[str, str]], str | None]]


class Site(sites.Site):
    """The pages below /public/: relative addresses, German dates, the calendar in the menu."""

    prefix = "/public/"
    cookie = "JSESSIONID"
    paging = NEXT
    english = False
    titled = True
    decided = False
    meetings_by = "si010"

    def __init__(self, date: dt.date = REFERENCE) -> None:
        super().__init__(date)
        self.council: Council = lately(date)

    @cached_property
    def meetings(self) -> dict[int, Meeting]:
        return {meeting.number: meeting for meeting in self.council.meetings if meeting.agenda}

    @cached_property
    def items(self) -> dict[int, Item]:
        return {item.number: item for item in self.council.items if item.page}

    @cached_property
    def papers(self) -> dict[int, Paper]:
        return {paper.number: paper for paper in self.council.papers if paper.public}

    @cached_property
    def bodies(self) -> dict[int, Body]:
        return {body.gra: body for body in self.council.bodies}

    @cached_property
    def people(self) -> dict[int, Person]:
        return {person.number: person for person in self.council.people if person.number}

    @cached_property
    def menu(self) -> tuple[tuple[str, str, str], ...]:
        calendar = (
            (("Sitzungen", "si010", "Kalender"), ("Sitzungen", "si018", "Übersicht"))
            if self.meetings_by == "si010"
            else (("Sitzungen", "si018", "Übersicht"),)
        )
        return (
            ("Ratsinfo", "app", "App"),
            *(("Organisation", f"gr010?menu={quote(quote(name))}", name) for name in MENUS),
            *calendar,
            ("Vorlagen", "vo040", "Übersicht"),
            ("TOP", "to035", "Beschluss"),
            ("Recherche", "kp040", "Person"),
            ("Recherche", "tr010", "Volltext"),
        )

    # ---- what is asked for

    def answer(self, asked: Asked, session: Session) -> Answer:
        program = asked.path.removeprefix(self.prefix).partition(";")[0]
        if program.startswith("wicket/resource/"):
            return Answer(PDF, media="application/pdf")
        if program == "ics/SiKalAbo.ics":
            return Answer(listing.feed(self.council, "").encode(), media="text/calendar;charset=UTF-8")
        first = LISTENER.match(asked.query.partition("&")[0])
        values = dict(parse_qsl(asked.query))
        if first and "attachment-link" in first[3]:
            return (
                Answer(PDF, media="application/pdf")
                if self._knows(session, first[1])
                else self._page("", session, {})
            )
        if first and asked.headers.get("wicket-ajax"):
            return self._part(program, session, values, first)
        return self._page(program, session, values)

    def _pen(self, session: Session) -> Pen:
        base = f"http://127.0.0.1{self.prefix}" if self.english else ""
        return Pen(session, base, self.english)

    def _knows(self, session: Session, version: str) -> bool:
        return int(version) in session.memory.setdefault("pages", {})

    def _page(self, program: str, session: Session, values: dict[str, str]) -> Answer:
        """A whole page: one more in the session."""
        known = session.memory.setdefault("pages", {})
        pen = self._pen(session)
        pen.version = len(known)
        word, make = self._programs.get(program, ("Fehler", lambda pen, values: None))
        own = program + (
            "?" + "&".join(f"{name}={quote(value)}" for name, value in values.items()) if values else ""
        )
        content = make(pen, values) if program in self._programs else None
        if content is None and program:
            return Answer(
                whole(pen, self.menu, own, "Fehler", NO_INFORMATION).encode(), media="text/html;charset=UTF-8"
            )
        known[pen.version] = (program, values, 0)
        text = whole(pen, self.menu, own, word, content or "")
        return Answer(self.dressed(text).encode(), media="text/html;charset=UTF-8")

    def dressed(self, text: str) -> str:
        """The page as it is sent."""
        return text

    def _part(self, program: str, session: Session, values: dict[str, str], asked: re.Match[str]) -> Answer:
        """What a script fetches: only for a page that this session has."""
        known = session.memory.setdefault("pages", {})
        version = int(asked[1])
        of_page, own, at = known.get(version, ("", {}, 0))
        if of_page != program or (program == "si010" and own != values):
            return _xml(listing.sent_back(program))
        pen = self._pen(session)
        pen.version = version
        if asked[3] == NEXT:
            at += listing.PER_PAGE
            known[version] = (program, own, at)
        return _xml(listing.answer(pen, self._content(pen, program, own, at)))

    def _content(self, pen: Pen, program: str, values: dict[str, str], at: int) -> str:
        council = self.council
        if program == "si010":
            return listing.month(pen, council, int(values["YY"]), int(values["MM"]))
        if program == "gr010":
            listed = [
                body
                for body in council.bodies
                if body.table == MENUS.get(unquote(values.get("menu", "")), "")
            ]
            return listing.bodies(pen, council, listed)
        make, rows = {
            "si018": (listing.overview, council.meetings[::-1]),
            "vo040": (listing.papers, council.listed),
            "kp040": (listing.persons, list(self.people.values())),
        }[program]
        if at + listing.PER_PAGE < len(rows):
            pen.ajax(f"{program}?{pen.version}-1.0-{NEXT}", "next")
        return make(pen, rows[at : at + listing.PER_PAGE])  # type: ignore[operator]

    # ---- the pages

    @cached_property
    def _programs(self) -> dict[str, Program]:
        return {
            "": ("Startseite", lambda pen, values: self._start(pen)),
            "si010": ("Kalender", self._shell("si010", "Kalender")),
            "si018": ("Sitzungen", self._shell("si018", "Sitzungen")),
            "vo040": ("Vorlagen", self._shell("vo040", "Vorlagen")),
            "gr010": ("Gremien", self._shell("gr010", "Gremien")),
            "kp040": ("Personen", self._shell("kp040", "Personen")),
            "to010": ("Sitzung", self._meeting),
            "to020": ("TOP", self._item),
            "vo020": ("Vorlage", self._paper),
            "gr020": ("Gremium", self._body),
            "kp020": ("Person", self._person),
        }

    def _start(self, pen: Pen) -> str:
        feed = pen.link("ics/SiKalAbo.ics")
        return f'<h1 class="title">Willkommen</h1><div id="mainContent"><a href="{feed}">Kalender abonnieren</a></div>'

    def _shell(self, program: str, title: str) -> Callable[[Pen, dict[str, str]], str]:
        def make(pen: Pen, values: dict[str, str]) -> str:
            query = "".join(f"&{name}={quote(value)}" for name, value in values.items())
            pen.ajax(f"{program}?{pen.version}-1.0-form-calNav-months-1-monthlink{query}", "id1")
            pen.ajax(f"{program}?{pen.version}-1.0-{query}")
            return listing.shell(pen, title)

        return make

    def _meeting(self, pen: Pen, values: dict[str, str]) -> str | None:
        meeting = self.meetings.get(_number(values, "SILFDNR"))
        if meeting is None or values.get("refresh") != "false":
            return None
        pen.session.memory.setdefault("visited", set()).add(meeting.number)
        return pages.meeting_page(pen, meeting, decided=self.decided)

    def _item(self, pen: Pen, values: dict[str, str]) -> str | None:
        """Only after the meeting's own page, in the same session."""
        item = self.items.get(_number(values, "TOLFDNR"))
        if item is None or item.meeting.number not in pen.session.memory.get("visited", ()):
            return None
        return pages.item_page(pen, item, titled=self.titled)

    def _paper(self, pen: Pen, values: dict[str, str]) -> str | None:
        paper = self.papers.get(_number(values, "VOLFDNR"))
        return pages.paper_page(pen, paper, titled=self.titled) if paper else None

    def _body(self, pen: Pen, values: dict[str, str]) -> str | None:
        body = self.bodies.get(_number(values, "GRLFDNR"))
        return listing.body_page(pen, self.council, body) if body else None

    def _person(self, pen: Pen, values: dict[str, str]) -> str | None:
        person = self.people.get(_number(values, "KPLFDNR"))
        return listing.person_page(pen, self.council, person) if person else None

    def truth(self, base: str) -> Truth:
        return TruthOwn(self.council, base)


class SiteCms(Site):
    """The same inside the town's own site: absolute addresses, English dates, no headings, no calendar."""

    prefix = "/allris/"
    english = True
    titled = False
    decided = True
    meetings_by = "si018"

    def _start(self, pen: Pen) -> str:
        return '<h1 class="title">Willkommen</h1><div id="mainContent"></div>'

    def dressed(self, text: str) -> str:
        return embedded(text, "@@BASE@@")

    def answer(self, asked: Asked, session: Session) -> Answer:
        """Absolute addresses have the host that was asked."""
        found = super().answer(asked, session)
        base = f"http://{asked.headers.get('host', 'localhost')}{self.prefix}"
        body = found.body.replace(b"@@BASE@@", base.encode())
        return Answer(
            body.replace(f"http://127.0.0.1{self.prefix}".encode(), base.encode()),
            found.status, found.media, found.headers,
        )  # fmt: skip

    def truth(self, base: str) -> Truth:
        return TruthCms(self.council, base)


NO_INFORMATION = """<div id="mainContent"><div class="compFull roundedBorder">
<div class="message_header">Hinweis</div>
<div class="message_text">Keine Information verfügbar oder Sie sind nicht berechtigt, diese Information zu sehen.</div>
</div></div>"""


def _number(values: dict[str, str], name: str) -> int:
    value = values.get(name, "0")
    return int(value) if value.isdigit() else 0


def _xml(text: str) -> Answer:
    return Answer(text.encode(), media="text/xml;charset=UTF-8")
