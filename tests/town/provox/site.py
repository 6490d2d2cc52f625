# ruff: noqa: E501 - lines of markup stand as they are sent
"""The product's pages: the meeting in the markup of a real one, the others after descriptions."""

from __future__ import annotations

import datetime as dt
import json
from functools import cached_property
from html import escape
from itertools import groupby

from tests.town import sites
from tests.town.model import Body, Item, Meeting, Paper
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.truth import Truth, fold

from . import facts
from .truth import Truth as Own

DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
LEGEND = """<div id="LegendeTab" class="collapse"><table class="Legende">
<tr><td><span class="fas fa-info-circle  legendicon" title="Vorlagendetails"></span><span>Vorlagendetails</span><br />
<tr><td height="1" nowrap><span class="fas fa-thumbs-up   legendicon" title="Abstimmungsdetails"></span><span>Zugestimmt</span><br />
<span class="fas fa-thumbs-down legendicon" title="Abstimmungsdetails"></span><span>Abgelehnt</span><br /></td></tr></td></tr>
<tr style="display:none" class=Umrandet><td colspan=2><span style=color:red>Rot umrandet:</span> <span>Nachträglich aufgenommene Tagesordnungspunkte</span></td</tr>
</table></div>"""


class Site(sites.Site):
    """The folder of one client."""

    prefix = "/ris/musterau/"

    @cached_property
    def meetings(self) -> dict[str, Meeting]:
        return {str(m.number): m for m in facts.meetings(self.council) if m.agenda}

    @cached_property
    def papers(self) -> dict[str, Paper]:
        return {str(paper.number): paper for paper in facts.papers(self.council)}

    @cached_property
    def bodies(self) -> dict[str, Body]:
        return {str(body.number): body for body in facts.bodies(self.council)}

    def truth(self, base: str) -> Truth:
        return Own(self.council, base)

    def answer(self, asked: Asked, session: Session) -> Answer:
        place = asked.path.removeprefix(self.prefix)
        if place == "meeting/ShowEvents":
            return self._events(asked)
        kind, _, number = place.rpartition("/")
        if kind == "meeting/details" and number in self.meetings:
            return page("Sitzungsdetails", _meeting(self.meetings[number]))
        if kind == "agendaitem/details" and number in self.papers:
            return page(f"Vorlagendetails {self.papers[number].reference}", self._paper(self.papers[number]))
        if kind == "organization/details" and number in self.bodies:
            return page("Gremiumdetails", self._body(self.bodies[number]))
        lists = {"": self._start, "organization/list": self._bodies, "person/list": self._persons}
        return lists[place]() if place in lists else NOT_FOUND

    def _events(self, asked: Asked) -> Answer:
        since, until = (dt.date.fromisoformat(asked.values[name]) for name in ("start", "end"))
        inside = [meeting for meeting in facts.meetings(self.council) if since <= meeting.date <= until]
        rows = [
            {
                "id": meeting.number,
                "title": facts.entry(meeting),
                "start": f"{meeting.date}T{meeting.start or '00:00'}:00",
                "end": _end(meeting),
                "url": f"{self.prefix}meeting/details/{meeting.number}" if meeting.agenda else None,
                "color": "#2062b3",
                "allDay": False,
            }
            for meeting in inside
        ]
        return Answer(json.dumps(json.dumps(rows)).encode(), media="application/json")

    def _start(self) -> Answer:
        return page("Bürger- und Ratsinformationssystem", "<p>Herzlich willkommen.</p>")

    def _bodies(self) -> Answer:
        rows = "".join(
            f'<li><a href="{self.prefix}organization/details/{number}">{escape(body.name)}</a></li>\n'
            for number, body in self.bodies.items()
        )
        return page("Gremien", f"<ul>\n{rows}</ul>")

    def _persons(self) -> Answer:
        rows = "".join(
            f"<tr><td>{_person(p.number, p.name)}</td></tr>\n" for p in facts.persons(self.council)
        )
        return page("Personen", f"<table>\n<tr><th>Name</th></tr>\n{rows}</table>")

    def _body(self, body: Body) -> str:
        rows = "".join(
            f"<tr><td>{_person(m.person.number, m.person.name)}</td><td>{m.role}</td><td>{escape(m.function)}</td></tr>\n"
            for m in self.council.members
            if m.body is body and m.person.number
        )
        return f"<h3>{escape(body.name)}</h3>\n<table>\n<tr><th>Name</th><th>Funktion</th><th>Fraktion</th></tr>\n{rows}</table>"

    def _paper(self, paper: Paper) -> str:
        rows = "".join(_station(*row) for row in facts.stations(paper, self.council))
        text = "".join(f"<p>{escape(line)}</p>" for line in facts.resolution(paper))
        resolution = f'<dt>Beschlusstext</dt>\n<dd class="airesolution">{text}</dd>\n' if text else ""
        return f"""<h3 style="margin-top:0">{escape(paper.subject)}</h3>
<dl class="dl-horizontal">
<dt>Abteilung</dt>
<dd class="aidepartment">{escape(paper.department)}</dd>
{resolution}<dt>Vorlagendokument</dt>
<dd>{_file(paper.number)}</dd>
</dl>
<table class="table">
<tr><th>Beratungsfolge</th><th>Datum</th><th>TOP</th><th>Ja</th><th>Nein</th><th>Enth.</th><th></th></tr>
{rows}</table>"""


def page(heading: str, content: str) -> Answer:
    """The frame with the menu."""
    text = f"""<!DOCTYPE html>
<html lang="de">
<head><meta charset="utf-8" /><title>Provox IIP - Musterau</title></head>
<body>
<nav><ul><li><a href="/ris/musterau/">Startseite</a></li>
<li><a href="/ris/musterau/organization/list">Gremien</a></li>
<li><a href="/ris/musterau/person/list">Personen</a></li></ul></nav>
<div class="container body-content">
<div class="heading" role="heading" aria-level="1">{heading}</div>
{content}
</div>
<footer><p><a href="https://www.provox.de">PROVOX Systems</a></p></footer>
</body>
</html>
"""
    return Answer(text.encode())


def _end(meeting: Meeting) -> str | None:
    if meeting.end is None or meeting.start is None:
        return None
    late = meeting.date + dt.timedelta(days=int(meeting.end < meeting.start))
    return f"{late}T{meeting.end}:00"


def _person(number: int | None, name: str) -> str:
    return f'<a href="/ris/musterau/person/details/{number}">{escape(name)}</a>'


def _file(number: int) -> str:
    return f"""<a title="Vorlagendokument Dateigr&#xF6;&#xDF;e 132 kB" aria-label="Vorlagendokument" target="_blank" href="/ris/musterau/file/getfile/{number}">
<span aria-hidden="true" class="fas fa-download docicon style="color:dodgerblue"></span>
</a>"""


def _station(body: Body, meeting: Meeting, item: Item | None) -> str:
    vote = facts.vote(item) if item else None
    counts = facts.counts(item) if item and vote else {"yes": "", "no": "", "abstain": ""}
    thumb = f'<span class="fas fa-thumbs-{vote[0]}" title="Abstimmungsdetails"></span>' if vote else ""
    return (
        f'<tr><td><a href="/ris/musterau/meeting/details/{meeting.number}">{escape(body.name)}</a></td>'
        f"<td>{meeting.date:%d.%m.%Y}</td><td>{item.label if item and item.label else ''}</td>"
        f"<td>{counts['yes']}</td><td>{counts['no']}</td><td>{counts['abstain']}</td><td>{thumb}</td></tr>\n"
    )


def _meeting(meeting: Meeting) -> str:
    body = meeting.bodies[0]
    name = escape(body.name)
    head = f'<a href="/ris/musterau/organization/details/{body.number}">{name}</a>' if body.public else name
    day = f"{DAYS[meeting.date.weekday()]} {meeting.date.day:02d}. {MONTHS[meeting.date.month - 1]} {meeting.date.year}"
    files = "".join(
        f'<a aria-label="{escape(one.name)}" target="_blank" href="/ris/musterau/file/getfile/{one.number}">\n'
        f'<span class="fas fa-file-pdf" aria-hidden="true" title="{escape(one.name)} (98 kB)"></span>\n</a>\n'
        for one in meeting.documents
    )
    voted = [item for item in meeting.items if facts.vote(item)]
    return f"""<div class="row"><div class="info col-lg-12" style=margin-top:-10px>
<h4>{head}</h4>
<span class="fas fa-calendar-day" style="color:grey">&nbsp;</span>{day}<br />
{_clock(meeting)}{_where(meeting)}{"Die Sitzung wurde abgesagt.<br>" if meeting.cancelled else ""}</div></div>
<hr class=Daten>
<div class="row Daten"><div class="filebox col-md-6 col-xs-12">
<!--Sitzungsdateien:<br /-->
{files}</div>
<table class=NoMobil height=40><tr><td width=* class=Nomobil>Legende einblenden oder ausblenden</td></tr></table>
{LEGEND}</div>
<button class="btn-sm" onclick="showAgenda();blur()">Tagesordnung</button>
<button class="btn-sm" onclick="showMinutes();blur()">Protokoll</button>
<div id="agenda" class="agenda col-lg-12" style="display:none;">
<h3 class="agendahead">Tagesordnung</h3>
{_topics(meeting.items, results=False)}</div>
<div id="minutes" class="agenda col-lg-12" style="display:none;">
<h3 class="agendahead">Abstimmungsergebnisse</h3>
{_topics(voted, results=True)}</div>"""


def _clock(meeting: Meeting) -> str:
    if meeting.start is None:
        return ""
    end = f" bis {meeting.end} Uhr" if meeting.end else ""
    return f'<span class="fas fa-clock" style="color:grey">&nbsp;</span>Von {meeting.start} Uhr{end}<br>\n'


def _where(meeting: Meeting) -> str:
    if meeting.room is None:
        return ""
    return f'<span style=display:none>Sitzungsort: </span><span class="fas fa-building" style="color:grey">&nbsp;</span>{escape(meeting.room)}<br>\n'


def _topics(items: list[Item], *, results: bool) -> str:
    topics = []
    for public, rows in groupby(items, key=lambda item: item.public):
        head = "&#xD6;ffentlich" if public else "Nicht&#xF6;ffentlich"
        shown = "".join(_item(item, results=results) for item in rows)
        topics.append(
            f'<div class="topic">\n<div class="header">\n<strong class=Gruen> {head}</strong>\n'
            f"<div style=float:right><b>Details&nbsp;</b></div>\n</div>\n{shown}</div>\n"
        )
    return "".join(topics)


def _item(item: Item, *, results: bool) -> str:
    arrow = "<span aria-hidden=true class='fas fa-arrow-right' docicon style=color:lightgrey></span>"
    paper = item.paper if item.public else None
    links = ""
    if results and (vote := facts.vote(item)):
        told = facts.counts(item)
        tip = f"Abstimmungsdetails: Dafür: {told['yes']}, Dagegen: {told['no']}, Enthalten: {told['abstain']}"
        links += f'<a title="{tip}" aria-label="Abstimmung" href="/ris/musterau/voting/details/{item.number}"><span class="fas fa-thumbs-{vote[0]} docicon"></span></a>\n'
    if paper:
        links += f'{_file(paper.number)}\n<a aria-label="Vorlage" href="/ris/musterau/agendaitem/details/{paper.number}">\n<span aria-hidden="true" class="fas fa-info-circle docicon"></span>\n</a>\n'
    subject = "(nichtöffentlich)" if item.hidden else escape(fold(item.subject))
    return f"""<div class="meetingitem" style="vertical-align:bottom !important; ">
<div style="width:55px; float:left; overflow-wrap: break-word;" class="agendanumber">
{item.label or arrow}
</div>
<div style="width:65%; float:left;" class="TOText">
{subject}
</div>
<div style="width:17%; float:right;" class="TOZusatz">
{links}<div class=VLNR style="float:right;min-width:75px">
<span id="agendaitemnumber" style="font-size:smaller">{paper.reference if paper else ""}</span>
</div>
</div>
</div>
"""
