"""The town as SD.NET RIM tells it: opaque parameters that are made anew for every session."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from tests.town import sites
from tests.town.model import Body, Item, Meeting, Member, Paper, Person
from tests.town.sites import HTML, NOT_FOUND, Answer, Asked, Session
from tests.town.truth import Truth

from . import markup
from .truth import CALLED_OFF, SdnetTruth, appointment, committees, decision, key, paper_of, place, title

PER_PAGE = 25
DAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:PUBLISH
PRODID:-//SD.NET RIM v1.0//DE
X-WR-CALNAME:SD.NET RIM
{events}END:VCALENDAR
"""
HEADS = {
    "topnrtext": "Nummer",
    "bezeichnung": "Übersicht",
    "nummer": "Vorlagennummer",
    "dokumente": "Dokumente",
}
WAY = {"beginn": "Termin", "gremium": "Gremium", "beschluss": "Beschluss", "ergebnis": "Abstimmung"}
LIST = {"dokument": "&nbsp;", "betreff": "Betreff", "termin": "Termin"}
MEMBERS = {"name": "Name", "funktion": "Funktion", "fraktion": "Fraktion", "seit": "Seit"}


def token(session: str, program: str, number: str) -> str:
    """The parameter of one page in one session; all begin alike."""
    seed = hashlib.sha256(f"{session} {program} {number}".encode()).hexdigest()
    return "UGhVM0hpd2NXNFdFcExjZ" + seed[:22]


def moment(meeting: Meeting) -> str:
    """`Di, 29.09.2026 16:30 Uhr`."""
    day = f"{DAYS[meeting.date.weekday()]}, {meeting.date:%d.%m.%Y}"
    return f"{day} {meeting.start} Uhr" if meeting.start else day


class Site(sites.Site):
    """The pages below a folder. `session`: whose parameters the addresses in the truth have."""

    prefix = "/sdnet4/"
    cookie = "PHPSESSID"

    def __init__(self, date: dt.date) -> None:
        super().__init__(date)
        self.session = ""
        council = self.council
        self._known: dict[str, Callable[[SdnetTruth, str], str | None]] = {
            "tops": self._meeting,
            "vorgang": self._paper,
            "gremien": self._body,
            "fraktionen": self._body,
            "personen": self._person,
            "vorlagen": self._papers,
        }
        self._numbers: dict[str, list[str]] = {
            "tops": [str(meeting.number) for meeting in council.meetings if meeting.agenda],
            "vorgang": [str(paper.number) for paper in council.listed],
            "gremien": [body.key for body in council.bodies if body.table != "fr"],
            "fraktionen": [body.key for body in council.bodies if body.table == "fr"],
            "personen": [str(person.number) for person in council.people if person.number],
            "vorlagen": [str(n) for n in range(0, len(council.listed), PER_PAGE)],
        }

    def truth(self, base: str) -> Truth:
        session = self.session
        return SdnetTruth(self.council, base, lambda program, number: token(session, program, number))

    def answer(self, asked: Asked, session: Session) -> Answer:
        self.session = session.token
        base = f"http://{asked.headers['host']}{self.prefix}"
        told = SdnetTruth(self.council, base, lambda program, n: token(session.token, program, n))
        program = asked.path.removeprefix(self.prefix).strip("/")
        if program == "termine/ics/SD.NET_RIM.ics":
            return Answer(self.calendar(told).encode(), media="text/calendar; charset=utf-8")
        made = self.page(program, asked.values.get("__"), told)
        return Answer(made.encode(), media=f"{HTML}; charset=utf-8") if made else NOT_FOUND

    def page(self, program: str, given: str | None, told: SdnetTruth) -> str | None:
        """The page of a program; with a parameter of another session there is none."""
        if not program:
            return markup.frame(told.base, "start", "Willkommen", "<p>Sitzungen und Vorlagen.</p>")
        if program not in self._known:
            return None
        if given is None:
            return self._list(program, told)
        numbers = {told.token(program, number): number for number in self._numbers[program]}
        return self._known[program](told, numbers[given]) if given in numbers else None

    # ---- the calendar

    def calendar(self, told: SdnetTruth) -> str:
        return CALENDAR.format(events="".join(self.event(told, m) for m in self.council.meetings))

    def event(self, told: SdnetTruth, meeting: Meeting) -> str:
        start, end = (self._moment(meeting, name) for name in ("start", "end"))
        link = told.meeting_url(meeting)
        described = [f"Link zur Tagesordnung: {link}"] if link else []
        described += [f"\\n\\nBemerkung:\\n{CALLED_OFF}"] if meeting.cancelled else []
        lines = [
            "BEGIN:VEVENT",
            start or f"DTSTART;VALUE=DATE:{meeting.date:%Y%m%d}",
            *([end.replace("START", "END")] if end else []),
            "SUMMARY:" + committees(meeting).replace(",", "\\,"),
            *(["DESCRIPTION:" + "".join(described)] if described else []),
            f"UID:{meeting.number}",
            "LOCATION:" + ", ".join((*place(meeting), "")),
            "END:VEVENT",
        ]
        return "\n".join(lines) + "\n"

    def _moment(self, meeting: Meeting, which: str) -> str | None:
        clock = getattr(meeting, which)
        if clock is None:
            return None
        late = which == "end" and clock < (meeting.start or "")
        day = meeting.date + dt.timedelta(days=int(late))
        return f"DTSTART;TZID=Europe/Berlin:{day:%Y%m%d}T{clock.replace(':', '')}00"

    # ---- pages of one thing

    def _meeting(self, told: SdnetTruth, number: str) -> str:
        meeting = next(m for m in self.council.meetings if str(m.number) == number)
        named = ", ".join(markup.link(told.body_url(body), markup.text(body.name)) for body in meeting.bodies)
        files = [
            (d.role, markup.document(told.file_url(d.number), d.name, d.role)) for d in meeting.documents
        ]
        lines = [line for line in place(meeting) if line]
        rows = [
            ("Sitzung", f"{named}, {title(meeting).rpartition(', ')[2]}"),
            ("Termin", markup.link(told.meeting_url(meeting), moment(meeting), title="Zur Sitzung")),
            *([("Ort", "<br />\n".join(map(markup.text, lines)))] if lines else []),
            *((("Niederschrift" if role == "minutes" else "Einladung"), file) for role, file in files),
        ]
        agenda = markup.table(
            "top", "Tagesordnungspunkte", HEADS, (self._row(told, item) for item in meeting.items)
        )
        return markup.frame(told.base, "tops", "Tagesordnung", markup.details(rows) + agenda)

    def _row(self, told: SdnetTruth, item: Item) -> tuple[str, list[str]]:
        paper = paper_of(item)
        mark = f"top-{'' if item.public else 'n'}oeff-{'head' if item.heading and not item.label else 'data'}"
        documents = ""
        if paper:
            documents = self._files(told, paper)
            documents += markup.matter(told.paper_url(paper), f"{paper.kind} {paper.reference}")
        if item.minutes:
            url = told.file_url(item.minutes.number)
            documents += markup.document(url, item.minutes.name, item.minutes.role)
        return f'class="row-0 original ebene1-1 {mark}"  data-vorgang-id="{key(item)}"', [
            f"{item.label}." if item.label else "&nbsp;",
            "(nichtöffentlich)" if item.hidden else markup.text(item.subject),
            markup.text(paper.reference) if paper else "&nbsp;",
            '<span class="document-spacer"></span>' + documents,
        ]

    def _files(self, told: SdnetTruth, paper: Paper) -> str:
        rows = told.papers_files(paper)
        return "".join(markup.document(r["url"], r["name"], r["role"], paper.reference) for r in rows)

    def _paper(self, told: SdnetTruth, number: str) -> str:
        paper = next(p for p in self.council.listed if str(p.number) == number)
        rows = [
            (paper.kind, f"\n                    {markup.text(paper.reference)}                "),
            ("Betreff", markup.text(paper.subject)),
            ("Federführung", markup.text(paper.department)),
            *((label, markup.text(value)) for label, value in paper.extra.items()),
            ("Dokument", self._files(told, paper)),
        ]
        said = f"{paper.kind} {paper.reference}"
        lead = f'    <p class="description">Diese Ansicht enthält Informationen zum Vorgang: {said}</p>\n'
        way = markup.table("vorgang", "Beratungsfolge", WAY, self._way(told, paper))
        body = lead + markup.details(rows) + way
        return markup.frame(told.base, "vorgang", f"Vorgang {paper.reference}", body)

    def _way(self, told: SdnetTruth, paper: Paper) -> list[tuple[str, list[str]]]:
        rows = []
        for station in paper.stations:
            committee = markup.link(
                told.body_url(station.body), f"<span>{markup.text(station.body.name)}</span>"
            )
            for stop in station.stops or [None]:
                if stop is None:
                    rows.append(('class="row-1"', ["", committee, "", ""]))
                    continue
                name = decision(paper, stop)
                file = told.file_url(f"be{stop.item.number}") if name and stop.item else ""
                url = told.meeting_url(stop.meeting) if stop.item else None
                result = stop.result if stop.result not in (None, "(offen)") else ""
                cells = [
                    markup.link(url, moment(stop.meeting), title="Zur Sitzung"),
                    committee,
                    markup.document(file, name, "resolution") if name else "",
                    result or "",
                ]
                rows.append((f'class="row-1"  data-vorgang-id="200_{stop.meeting.number}"', cells))
        return rows

    def _body(self, told: SdnetTruth, number: str) -> str:
        body = next(b for b in self.council.bodies if b.key == number)
        seats = [member for member in self.council.members if member.body is body]
        rows = (('class="row-1"', self._seat(told, member)) for member in seats)
        program = "fraktionen" if body.table == "fr" else "gremien"
        return markup.frame(
            told.base, program, body.name, markup.table("mitglieder", "Mitglieder", MEMBERS, rows)
        )

    def _seat(self, told: SdnetTruth, member: Member) -> list[str]:
        name = markup.link(told.person_url(member.person), markup.text(member.person.name))
        faction = member.function if "Fraktion" in member.function else ""
        return [name, markup.text(member.role), markup.text(faction), f"{member.since:%d.%m.%Y}"]

    def _person(self, told: SdnetTruth, number: str) -> str:
        person = next(p for p in self.council.people if str(p.number) == number)
        bodies = [member.body for member in self.council.members if member.person is person]
        return markup.frame(told.base, "personen", person.name, self._names(told, bodies))

    # ---- lists

    def _list(self, program: str, told: SdnetTruth) -> str | None:
        council = self.council
        if program == "vorlagen":
            return self._papers(told, "0")
        if program == "personen":
            people = [person for person in council.people if person.number]
            return markup.frame(told.base, program, "Personen", self._people(told, people))
        if program not in ("gremien", "fraktionen"):
            return None
        bodies = [b for b in council.bodies if (b.table == "fr") == (program == "fraktionen")]
        return markup.frame(told.base, program, program.title(), self._names(told, bodies))

    def _names(self, told: SdnetTruth, bodies: list[Body]) -> str:
        rows = (
            ('class="row-1"', [markup.link(told.body_url(body), markup.text(body.name))]) for body in bodies
        )
        return markup.table("gremien", "Gremien", {"bezeichnung": "Gremium"}, rows)

    def _people(self, told: SdnetTruth, people: list[Person]) -> str:
        rows = (
            ('class="row-1"', [markup.link(told.person_url(person), markup.text(person.name))])
            for person in people
        )
        return markup.table("personen", "Personen", {"name": "Name"}, rows)

    def _papers(self, told: SdnetTruth, number: str) -> str:
        at = int(number)
        papers = self.council.listed[at : at + PER_PAGE]
        more = at + PER_PAGE < len(self.council.listed)
        following = f"{told.base}vorlagen/?__={told.token('vorlagen', str(at + PER_PAGE))}" if more else None
        rows = (('class="row-1"', self._overview(told, paper)) for paper in papers)
        total = len(self.council.listed)
        paging = markup.paging(following, at + 1, at + len(papers), total)
        body = paging + markup.table("vorlagen", "Vorlagen", LIST, rows)
        return markup.frame(told.base, "vorlagen", "Vorlagen", body)

    def _overview(self, told: SdnetTruth, paper: Paper) -> list[str]:
        stop = appointment(paper)
        name = markup.link(told.paper_url(paper), markup.text(paper.reference))
        when = ""
        if stop:
            spoken = f"Zur Sitzung vom {moment(stop.meeting)}"
            link = markup.link(told.meeting_url(stop.meeting), moment(stop.meeting), title=spoken)
            when = f"{link}<br><span>{markup.text(committees(stop.meeting))}</span>"
        subject = f"{name} - {markup.text(paper.kind)}<br/><span>{markup.text(paper.subject)}</span>"
        return [self._files(told, paper), subject, when]
