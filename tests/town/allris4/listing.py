# ruff: noqa: E501 - lines of markup stand as they are sent
"""Calendar, overview, lists, bodies and persons: shells whose content is fetched, and that content."""

from __future__ import annotations

import calendar
import datetime as dt

from tests.town.model import Body, Council, Meeting, Member, Paper, Person

from .frame import ENGLISH, GERMAN, Pen, esc, heading
from .pages import head, pair, panel

PER_PAGE = 25


def shell(pen: Pen, title: str) -> str:
    """A page without content: its script fetches it."""
    return f"""{heading(pen, title)}
<div id="mainContent">
<div id="{pen.wicket_id()}"><div id="{pen.wicket_id()}"></div></div>
</div>"""


def answer(pen: Pen, component: str) -> str:
    """A part of a page as the script gets it: HTML in CDATA, then what is to be run."""
    own = pen.wicket_id()
    script = "\n".join(pen.scripts).replace("]]>", "]]]]><![CDATA[>")
    run = f"<head><script>\n/*<![CDATA[*/\n{script}\n/*]]]]><![CDATA[>*/\n</script>\n</head>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ajax-response><component id="{own}" ><![CDATA[<div id="{own}">{component}</div>]]></component>'
        f"<header-contribution><![CDATA[{run}]]></header-contribution></ajax-response>"
    )


def sent_back(address: str) -> str:
    """What Wicket answers when the page is not in the session any more."""
    return f'<?xml version="1.0" encoding="UTF-8"?><ajax-response><redirect><![CDATA[./{address}]]></redirect></ajax-response>'


def month(pen: Pen, council: Council, year: int, number: int) -> str:
    """The table of a month: a row a day, further rows for further meetings, free days with their names."""
    rows = ""
    days = calendar.monthrange(year, number)[1]
    for day in (dt.date(year, number, n) for n in range(1, days + 1)):
        met = [meeting for meeting in council.meetings if meeting.date == day]
        holiday = council.holidays.get(day)
        if holiday or not met:
            rows += free(pen, day, holiday or " ")
        for n, meeting in enumerate(met):
            rows += entry(pen, meeting, first=n == 0 and not holiday)
    heads = "\n\n".join(
        f'<th class="{name}" scope="col"><span>{word}</span></th>'
        for name, word in (
            ("dateCol", "Datum"),
            ("time", "Uhrzeit"),
            ("textCol", "Sitzung"),
            ("raum", "Raum"),
        )
    )
    return f"""<div id="{pen.wicket_id()}">
<table id="{pen.wicket_id()}" class="calenderView hoverRow stickyHeader">
<caption>Kalender</caption>
<thead>

<tr class="headers">

{heads}

</tr>

</thead>
<tbody>
{rows}
</tbody>
</table>
</div>"""


def _dow(pen: Pen, day: dt.date) -> str:
    word = (ENGLISH if pen.english else GERMAN)[day.weekday()]
    return f'<span class="dow">{word}</span><span class="dom">{day.day:02}</span>'


def free(pen: Pen, day: dt.date, text: str) -> str:
    return f"""<tr class="{ENGLISH[day.weekday()].lower()} odd emptyRow">
<td class="nowrapContent">{_dow(pen, day)}</td>
<td colspan="3">
<div>{text}</div>
</td>
</tr>"""


def entry(pen: Pen, meeting: Meeting, *, first: bool) -> str:
    day = meeting.date
    same = "" if first else "sameday "
    own = f"si_{meeting.number}"
    link = f'<a id="{own}">'
    if meeting.agenda:
        tip = f" am {GERMAN[day.weekday()]}, {day:%d.%m.%Y} um {meeting.start} Uhr."
        link = f'<a href="{pen.link(f"to010?SILFDNR={meeting.number}&refresh=false")}" id="{own}" data-simpletooltip-text="{tip}" class="js-simple-tooltip tooltipProvider">'
    return f"""<tr class="{same}{ENGLISH[day.weekday()].lower()} odd">
<td class="nowrapContent">{_dow(pen, day) if first else ""}</td>
<td class="time">
<div>{meeting.start or ""}</div>
</td><td class="textCol" data-bordercolor="transparent">
<div>
{link}{esc(meeting.name)}</a>
</div>
</td><td class="raum">
<div>{esc(meeting.room or "")}</div>
</td>
</tr>"""


def feed(council: Council, base: str) -> str:
    """All meetings as iCalendar; an end that is not known is the next midnight."""
    events = "".join(_event(meeting, base) for meeting in council.meetings)
    zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\n"
    return f"BEGIN:VCALENDAR\r\nPRODID:-//CC e-gov GmbH//ALLRIS net//DE\r\nVERSION:2.0\r\n{zone}{events}END:VCALENDAR\r\n"


def _event(meeting: Meeting, base: str) -> str:
    day, next_day = f"{meeting.date:%Y%m%d}", f"{meeting.date + dt.timedelta(days=1):%Y%m%d}"
    start = (meeting.start or "00:00").replace(":", "")
    late = bool(meeting.end and meeting.start and meeting.end < meeting.start)
    end = (
        f"{next_day if late else day}T{meeting.end.replace(':', '')}00"
        if meeting.end
        else f"{next_day}T000000"
    )
    place = (meeting.room or "").replace(",", "\\,")
    where = f"{base}si010?DD={meeting.date.day}&MM={meeting.date.month}&YY={meeting.date.year}"
    return (
        f"BEGIN:VEVENT\r\nUID:ALLRIS-Sitzung-{meeting.number}\r\nCLASS:PUBLIC\r\n"
        f"DTSTAMP;TZID=Europe/Berlin:20261124T063553\r\nDTSTART;TZID=Europe/Berlin:{day}T{start}00\r\n"
        f"DTEND;TZID=Europe/Berlin:{end}\r\n{_folded('SUMMARY;LANGUAGE=de:' + meeting.name.replace(',', chr(92) + ','))}\r\n"
        f"{_folded('LOCATION;LANGUAGE=de:' + place)}\r\n"
        f"DESCRIPTION;LANGUAGE=de:Exportiert am 24.11.2026\\n\\nSitzungskalender in ALLRIS net:\\n\r\n {where}\r\nURL:{where}\r\n\r\nEND:VEVENT\r\n"
    )


def _folded(line: str) -> str:
    return "\r\n ".join(line[at : at + 60] for at in range(0, len(line), 60))


def table(pen: Pen, name: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    told = "\n".join(f'<th scope="col"><span>{word}</span></th>' for word in heads)
    lines = "".join(
        f'<tr class="odd" id="{pen.wicket_id()}">\n'
        + "".join(f"<td>\n<div>{cell}</div>\n</td>" for cell in row)
        + "\n</tr>"
        for row in rows
    )
    return f"""<table id="{pen.wicket_id()}" class="dataTable stickyHeader {name}">
<caption class="rs_skip">{name}</caption>
<thead>
<tr class="headers">
{told}
</tr>
</thead>
<tbody>
{lines}
</tbody>
</table>"""


def overview(pen: Pen, meetings: list[Meeting]) -> str:
    rows = []
    for meeting in meetings:
        href = (
            f'href="{pen.link(f"to010?SILFDNR={meeting.number}&refresh=false")}" ' if meeting.agenda else ""
        )
        title = f'<a {href}id="silink_{meeting.number}">{esc(meeting.name)}</a>'
        rows.append((pen.weekday(meeting.date), meeting.start or "", title, esc(meeting.room or ""), "1"))
    return table(pen, "siTable", ("Datum", "Uhrzeit", "Sitzung", "Raum", "Rang"), rows)


def papers(pen: Pen, listed: list[Paper]) -> str:
    rows = [
        (
            f'<a href="{pen.link(f"vo020?VOLFDNR={paper.number}&refresh=false")}">{esc(paper.reference)}</a>',
            esc(paper.subject).replace("\n", "<br/>"),
            pen.day(paper.date),
            esc(paper.kind),
        )
        for paper in listed
    ]
    return table(pen, "voTable", ("Vorlage", "Betreff", "Erstellt", "Vorlageart"), rows)


def persons(pen: Pen, people: list[Person]) -> str:
    rows = [(f'<a href="{pen.link(f"kp020?KPLFDNR={one.number}")}">{esc(one.name)}</a>',) for one in people]
    return table(pen, "kpTable", ("Name",), rows)


def bodies(pen: Pen, council: Council, listed: list[Body]) -> str:
    """Names, and meetings beside them that change by themselves."""
    rows = []
    for body in listed:
        met = [meeting for meeting in council.meetings if body in meeting.bodies and meeting.agenda]
        last = (
            f'<a href="{pen.link(f"to010?SILFDNR={met[0].number}")}">{pen.day(met[0].date)}</a>'
            if met
            else ""
        )
        seats = sum(member.body == body for member in council.members)
        name = f'<a href="{pen.link(f"gr020?GRLFDNR={body.gra}")}">{esc(body.name)}</a>'
        rows.append((name, str(seats), last, ""))
    return table(pen, "grTable", ("Name", "Mitglieder", "Letzte Sitzung", "Nächste Sitzung"), rows)


def _who(pen: Pen, member: Member) -> str:
    number = member.person.number
    return (
        f'<a href="{pen.link(f"kp020?KPLFDNR={number}")}">{esc(member.person.name)}</a>'
        if number
        else esc(member.person.name)
    )


def body_page(pen: Pen, council: Council, body: Body) -> str:
    rows = [pair("Anschrift", esc(", ".join(body.address)))] if body.address else []
    rows += [pair("Endedatum", pen.day(body.end))] if body.end else []
    seats = [(_who(pen, one), one.role, esc(one.function)) for one in council.members if one.body == body]
    members = table(pen, "mgTable", ("Name", "Art der Mitarbeit", "Fraktion"), seats)
    return f"""{heading(pen, body.name)}
{head(pen, rows, panel([]))}
<div id="mainContent">
{members}
</div>"""


def person_page(pen: Pen, council: Council, person: Person) -> str:
    seats = [
        (
            f'<a href="{pen.link(f"gr020?GRLFDNR={one.body.gra}")}">{esc(one.body.name)}</a>',
            one.role,
            esc(one.function),
        )
        for one in council.members
        if one.person == person
    ]
    rows = table(pen, "mgTable", ("Gremium", "Art der Mitarbeit", "Fraktion"), seats) if seats else ""
    return f"""{heading(pen, f"Frau {person.name}")}
<div id="mainContent">
{rows}
</div>"""
