"""All addresses of the classic town and their bytes: no sockets here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cached_property
from urllib.parse import parse_qs

from tests.town import sites
from tests.town.data import REFERENCE
from tests.town.model import Body, Item, Meeting, Paper, Person
from tests.town.sites import Answer, Asked, Session
from tests.town.truth import Truth

from .markup import lists, start
from .markup.calendar import calendar_page
from .markup.cms import embed
from .markup.frame import encode
from .markup.item import item_page
from .markup.meeting import meeting_page
from .markup.organization import organization_page, person_page
from .markup.paper import paper_page
from .markup.skin_r import SkinR, in_r
from .truth_r import TruthR

TOKEN = b"@@TOKEN@@"
GONE = b"<html><body>404 - File or directory not found.</body></html>"
PDF = (
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
)
LOCKED = (
    "si010.asp",
    "si010_a.asp",
    "si010_j.asp",
    "si010_r.asp",
    "to010_r.asp",
    "vo020_r.asp",
    "filelist.asp",
)
EMPTY = ("do011_x", "do012_x", "yw040", "rss", "legende", "noauth")


def _number(query: dict[str, list[str]], name: str) -> int:
    value = query.get(name, ["0"])[0]
    return int(value) if value.isdigit() else 0


class Site(sites.Site):
    """The pages below /bi/. `page(program, query)` gives the text of one; `body` caches its bytes.

    `program`: "vo020.asp"; `query`: as in the address, other parameters than the record's own are ignored.
    A page that does not exist is the soft 404, as the product answers: there are no other errors.
    """

    prefix = "/bi/"
    cookie = "ASPSESSIONIDQQTATSDB"
    paging = "shownext"
    calendar = "si010_e.asp"

    def __init__(self, date: dt.date = REFERENCE) -> None:
        super().__init__(date)
        self._cache: dict[tuple[object, ...], bytes] = {}

    @cached_property
    def meetings(self) -> dict[int, Meeting]:
        return {meeting.number: meeting for meeting in self.council.meetings}

    @cached_property
    def items(self) -> dict[int, Item]:
        return {item.number: item for item in self.council.items if item.page}

    @cached_property
    def papers(self) -> dict[int, Paper]:
        return {paper.number: paper for paper in self.council.papers if paper.public}

    @cached_property
    def people(self) -> dict[int, Person]:
        return {person.number: person for person in self.council.people if person.number}

    @cached_property
    def _programs(self) -> dict[str, Callable[[dict[str, list[str]]], str | None]]:
        return {
            "": lambda q: start.start_page(),
            "allris.net.asp": lambda q: start.start_page(),
            "impressum.asp": lambda q: start.imprint_page(),
            "logon.asp": lambda q: start.LOGIN,
            "si010_e.asp": self._calendar,
            "si018_a.asp": self._overview,
            "to010.asp": self._meeting,
            "to020.asp": self._item,
            "vo020.asp": self._paper,
            "vo021.asp": self._decisions,
            "si016.asp": lambda q: self._about(q, "si016"),
            "si017.asp": lambda q: self._about(q, "si017"),
            "si019.asp": lambda q: self._about(q, "si019"),
            "au010.asp": lambda q: lists.body_list(self.council, "au"),
            "fr010.asp": lambda q: lists.body_list(self.council, "fr"),
            "kp040.asp": lambda q: lists.person_list(self.council),
            "au020.asp": lambda q: self._body("au", _number(q, "AULFDNR")),
            "fr020.asp": lambda q: self._body("fr", _number(q, "FRLFDNR")),
            "pa020.asp": lambda q: self._body("pa", _number(q, "PALFDNR")),
            "pa021.asp": lambda q: self._body("pa", 1),
            "kp020.asp": self._person,
        }

    def robots(self) -> str:
        return f"User-agent: *\nDisallow: {self.prefix}___tmp/\n"

    def answer(self, asked: Asked, session: Session) -> Answer:
        program = asked.path.removeprefix(self.prefix)
        query = "&".join(part for part in (asked.query, asked.form) if part)
        if program.startswith("___tmp/"):
            known = f"/{session.token}/" in program
            return Answer(PDF, media="application/pdf") if known else Answer(GONE, 404)
        if program == "vo040.asp":
            return _with(session, self._list(query, session))
        if program == "do027.asp":
            return self._download(query, session)
        return _with(session, self.body(program, query))

    def _download(self, query: str, session: Session) -> Answer:
        if session.fresh:  # without the cookie of an earlier page: a page instead of the file
            return Answer(encode(start.NO_FILE))
        number = parse_qs(query).get("DOLFDNR", ["0"])[0]
        target = f"{self.prefix}___tmp/tmp/45-181-136/{session.token}/{number}.pdf"
        return Answer(b"<head><title>Object moved</title></head>", 302, headers=(("Location", target),))

    def _list(self, query: str, session: Session) -> bytes:
        """The next page of this session's list: the position is in the session, not in the address."""
        step, at = 0, 0 if session.fresh else session.memory.get("at", 0)
        if session.fresh:
            step = 0  # without the cookie it is page 1 for ever
        elif "shownext=true" in query:
            step = lists.PER_PAGE
        elif "showprev=true" in query:
            step = -lists.PER_PAGE
        else:
            at = 0
        if 0 <= at + step < self.list_length:
            at += step
        session.memory["at"] = at
        return self.list_page(at)

    def _calendar(self, query: dict[str, list[str]]) -> str:
        today = self.council.date
        month, year = _number(query, "MM") or today.month, _number(query, "YY") or today.year
        return calendar_page(self.council, year, month if 1 <= month <= 12 else today.month)

    def _overview(self, query: dict[str, list[str]]) -> str:
        gra = _number(query, "GRA")
        body: Body | None = next((b for b in self.council.bodies if b.gra == gra), None)
        return lists.overview(self.council, body)

    def _meeting(self, query: dict[str, list[str]]) -> str | None:
        meeting = self.meetings.get(_number(query, "SILFDNR"))
        return meeting_page(meeting) if meeting and meeting.agenda else None

    def _about(self, query: dict[str, list[str]], program: str) -> str | None:
        meeting = self.meetings.get(_number(query, "SILFDNR"))
        return lists.attendance(meeting, program) if meeting and meeting.agenda else None

    def _item(self, query: dict[str, list[str]]) -> str | None:
        item = self.items.get(_number(query, "TOLFDNR"))
        return item_page(item) if item else None

    def _paper(self, query: dict[str, list[str]]) -> str | None:
        paper = self.papers.get(_number(query, "VOLFDNR"))
        return paper_page(paper) if paper else None

    def _decisions(self, query: dict[str, list[str]]) -> str | None:
        paper = self.papers.get(_number(query, "VOLFDNR"))
        if paper is None:
            return None
        return lists.decisions(paper, [i for i in self.council.items if i.paper is paper and i.page])

    def _body(self, table: str, number: int) -> str | None:
        for body in self.council.bodies:
            if body.key == f"{table}{number}":
                return organization_page(self.council, body)
        return None

    def _person(self, query: dict[str, list[str]]) -> str | None:
        person = self.people.get(_number(query, "KPLFDNR"))
        return person_page(self.council, person) if person else None

    def page(self, program: str, query: str = "") -> str:
        """The text of a page, `@@TOKEN@@` where the session's download folder stands."""
        if program in LOCKED:
            return start.refused(program)
        if program.removesuffix(".asp") in EMPTY:
            return start.empty_page(program.removesuffix(".asp"))
        make = self._programs.get(program)
        made = make(parse_qs(query)) if make else None
        return made if made is not None else start.NOT_FOUND

    def body(self, program: str, query: str = "") -> bytes:
        """The bytes of a page, kept after the first time."""
        key = (program, query)
        if key not in self._cache:
            if len(self._cache) > 20000:
                self._cache.clear()
            self._cache[key] = self.encode(self.page(program, query))
        return self._cache[key]

    def list_page(self, at: int) -> bytes:
        """The paper list from row `at`, 0-based."""
        key = ("vo040.asp", at)
        if key not in self._cache:
            self._cache[key] = self.encode(lists.paper_list(self.council, at))
        return self._cache[key]

    def encode(self, text: str) -> bytes:
        return encode(text)

    def truth(self, base: str) -> Truth:
        """What a crawl must give; `base`: the address of the folder of the pages."""
        return Truth(self.council, base)

    @property
    def list_length(self) -> int:
        return len(self.council.listed)


class SiteCms(Site):
    """The classic pages inside the page of a town's CMS, with its menu and a consent banner."""

    prefix = "/allris/"

    def encode(self, text: str) -> bytes:
        """ISO-8859-15, as the page says: what that does not hold is an entity."""
        return embed(text).replace("\n", "\r\n").encode("iso8859-15", "xmlcharrefreplace")


class SiteR(Site):
    """The `_r` skin. Of its pages only si010_r, to010_r and vo020_r are known from saved ones."""

    calendar = "si010_r.asp"

    @cached_property
    def _programs(self) -> dict[str, Callable[[dict[str, list[str]]], str | None]]:
        skin = SkinR(self.council)
        return {
            "": lambda q: skin.start(),
            "allris.net.asp": lambda q: skin.start(),
            "si010_r.asp": lambda q: skin.calendar(_number(q, "YY"), _number(q, "MM")),
            "to010_r.asp": lambda q: skin.meeting(self.meetings.get(_number(q, "SILFDNR"))),
            "to020_r.asp": lambda q: skin.item(self.items.get(_number(q, "TOLFDNR"))),
            "vo020_r.asp": lambda q: skin.paper(self.papers.get(_number(q, "VOLFDNR"))),
            "pa020_r.asp": lambda q: self._body("pa", _number(q, "PALFDNR")),
            "au020_r.asp": lambda q: self._body("au", _number(q, "AULFDNR")),
            "fr020_r.asp": lambda q: self._body("fr", _number(q, "FRLFDNR")),
            "kp020_r.asp": self._person,
        }

    def _body(self, table: str, number: int) -> str | None:
        page = super()._body(table, number)
        return in_r(page) if page else None

    def _person(self, query: dict[str, list[str]]) -> str | None:
        page = super()._person(query)
        return in_r(page) if page else None

    def page(self, program: str, query: str = "") -> str:
        if not program.endswith("_r.asp") and program not in ("", "allris.net.asp"):
            return start.refused(program)
        make = self._programs.get(program)
        made = make(parse_qs(query)) if make else None
        return made if made is not None else start.NOT_FOUND

    def list_page(self, at: int) -> bytes:
        return encode(start.refused("vo040.asp"))

    def truth(self, base: str) -> Truth:
        return TruthR(self.council, base)


def _with(session: Session, page: bytes) -> Answer:
    """A page with the download folder of the session."""
    return Answer(page.replace(TOKEN, session.token.encode()))
