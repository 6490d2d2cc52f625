# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The `_r` skin: si010_r, to010_r and vo020_r after saved pages; to020_r, bodies and start are guesses."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from tests.town.model import Council, Document, Item, Meeting, Paper, Station, Stop

from .calendar import MONTHS
from .pieces import WEEKDAYS, autolink, esc, german, parts

_PAGE = """<?xml version="1.0" encoding="iso-8859-1"?>
<html xmlns="http://www.w3.org/1999/xhtml" lang="de"><head>
<meta http-equiv="content-type" content="text/html; charset=iso-8859-1" />
<title>ALLRIS - {title}</title>
<link rel="shortcut icon" type="image/x-icon" href="./images/ALLRIS.ico" />
<script type="text/javascript" src="./opt/scripting/allrisnet.js"></script>
</head>
<body><div id="allris" class="{css} normal">
{body}</div></body></html>
"""
_MENU = """<ul id="menu">
<li><a href="allris.net.asp" title="Startseite">Home</a></li>
<li><a href="si010_r.asp" title="Sitzungstermine aller Gremien">Kalender</a></li>
</ul>
"""
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BODIES = {"pa": "PALFDNR", "au": "AULFDNR", "fr": "FRLFDNR"}
_CLASSIC = re.compile(
    r'((?:href|action)="(?:/bi/)?(?:si010|to010|to020|vo020|pa020|au020|fr020|kp020))(?:_e)?\.asp'
)


def page(css: str, title: str, body: str) -> str:
    return _PAGE.format(css=css, title=title, body=body)


def in_r(classic: str) -> str:
    """A classic page whose links lead to the `_r` programs: how the skin shows bodies is not known."""
    return _CLASSIC.sub(r"\1_r.asp", classic).replace('id="allriscontainer"', 'id="allris"')


def _autolink(text: str) -> str:
    return autolink(text).replace("si010_e.asp", "si010_r.asp")


class SkinR:
    """The pages of a council in this skin; None for a record that is not public."""

    def __init__(self, council: Council) -> None:
        self.council = council

    def start(self) -> str:
        return page("allris", "Startseite", _MENU + '<h1 class="title">Bürgerinformationssystem</h1>\n')

    def calendar(self, year: int, month: int) -> str:
        year, month = year or self.council.date.year, month or self.council.date.month
        days = [dt.date(year, month, d + 1) for d in range(calendar.monthrange(year, month)[1])]
        rows = "".join(self._day(day) for day in days)
        around = [divmod(year * 12 + month - 1 + k, 12) for k in (-1, 1)]
        links = "".join(
            f'<li><a href="si010_r.asp?MM={m + 1}&amp;YY={y}">{MONTHS[m]}</a></li>' for y, m in around
        )
        return page(
            "si010",
            "Kalender",
            f'{_MENU}<ul>{links}</ul>\n<table class="calenderView hoverRow stickyHeader">\n'
            f"<caption>Kalender</caption>\n<tbody>\n{rows}</tbody>\n</table>\n",
        )

    def _day(self, day: dt.date) -> str:
        meetings = [meeting for meeting in self.council.meetings if meeting.date == day]
        css = f"{_DAYS[day.weekday()]} {('even', 'odd')[day.day % 2]}"
        if day == self.council.date:
            css += " today-start"
        head = (
            f'<td class="nowrapContent"><span class="dow">{WEEKDAYS[day.weekday()]}</span>'
            f'<span class="dom">{day.day}</span></td>'
        )
        if not meetings:
            return (
                f'<tr class="{css} emptyRow">{head}<td colspan="3" class="emptyCol"><div> </div></td></tr>\n'
            )
        rows = []
        for n, meeting in enumerate(meetings):
            lead = '<td class="nowrapContent emptyCol"></td>' if n else head
            title = esc(meeting.name)
            if meeting.agenda:
                title = f'<a href="to010_r.asp?SILFDNR={meeting.number}">{title}</a>'
            rows.append(
                f'<tr class="{"sameday " if n else ""}{css}">{lead}<td class="time"><div>{meeting.start or ""}</div></td>'
                f'<td class="textCol">{title}</td><td class="raum"><div>{esc(meeting.room or "")}</div></td></tr>\n'
            )
        return "".join(rows)

    def meeting(self, meeting: Meeting | None) -> str | None:
        if meeting is None or not meeting.agenda:
            return None
        day, body = meeting.date, meeting.bodies[0]
        links = "<br />".join(
            f'<a href="{b.table}020_r.asp?history=switch&amp;tsDD={day.day}&amp;tsMM={day.month}&amp;tsYYYY={day.year}'
            f'&amp;{_BODIES[b.table]}={b.number}">{esc(b.name)}</a>'
            for b in meeting.bodies
        )
        head = (
            f'<div id="head"><div class="row"><a aria-describedby="sigremium">Gremium:</a> <span class="text4" id="sigremium">{links}'
            '</span></div>\n<div class="row"><a aria-describedby="sidatum">Datum:</a> <span class="text4" id="sidatum">'
            f'<a href="si010_r.asp?DD={day.day}&amp;MM={day.month}&amp;YY={day.year}">{WEEKDAYS[day.weekday()]}, {german(day)}</a></span> '
            f'<a aria-describedby="sistat">Status:</a> <span class="text4" id="sistat">{meeting.status}</span></div></div>\n'
        )
        table = (
            '<table class="dataTable captionVisible stickyHeader toTable">\n<caption>Tagesordnung</caption>\n'
        )
        body_text = (
            f'<h1 class="title">{esc(body.name)} - {german(day)}</h1>\n{head}<div id="toTable" class="tree-theme-human">\n'
            f'{table * 2}<thead>\n<tr class="headers">\n<th class="tonr" scope="col"><span>TOP</span></th>\n'
            '<th class="tobetreff" scope="col"><span>Betreff</span></th>\n<th scope="col"><span role="img" '
            'aria-label="Anlagen zu" class="anlagenImg"></span></th>\n<th class="tovonr" scope="col"><span>Vorlage</span>'
            f"</th>\n</tr>\n</thead>\n<tbody>\n{''.join(self._row(item) for item in meeting.items if item.label)}</tbody>\n</table>\n</div>\n"
        )
        return page("to010", "Tagesordnung", body_text)

    def _row(self, item: Item) -> str:
        number = (
            f'<span class="simpletooltip_container"><a id="si{item.meeting.number}top{item.number}" '
            f'href="to010_r.asp?SILFDNR={item.meeting.number}&TOLFDNR={item.number}#beschluss" '
            'data-simpletooltip-text="Auswählen" class="js-simple-tooltip" tabindex="0">'
            f"{item.mark} {item.label}</a></span>"
        )
        title = "(nichtöffentlich)" if item.hidden else _autolink(esc(item.subject))
        paper = '<td class="tovonr emptyCol"></td>'
        if item.paper and item.public:
            paper = f'<td class="tovonr"><a href="vo020_r.asp?VOLFDNR={item.paper.number}">{item.paper.reference}</a></td>'
        css = ("odd numodd", "even numeven")[item.number % 2]
        return (
            f'<tr class="{css}">\n<td class="tonr">{number}</td>\n<td class="tobetreff"><div>{title}</td>\n'
            f'<td class="toanlagen emptyCol"></td>\n{paper}\n</tr>\n'
        )

    def item(self, item: Item | None) -> str | None:
        """Not after a saved page: ids as in the skin's other pages."""
        if item is None:
            return None
        meeting = item.meeting
        rows = _row("toname", "TOP", f"{item.mark} {item.label}")
        link = f'<a href="to010_r.asp?SILFDNR={meeting.number}">{esc(meeting.name)}</a>'
        rows += f'<div class="row"><span class="text1" id="sibetreff">{link}</span></div>\n'
        rows += _row("sidatum", "Datum", german(meeting.date))
        rows += _row("toBeschlussart", "Beschlussart", esc(item.result or "(offen)"))
        return page(
            "to020",
            "Auszug",
            f'<h1 class="title">Auszug - {esc(item.subject)}</h1>\n'
            f'<div id="head">\n{rows}</div>\n<div id="mainContent">\n{parts(item.parts)}</div>\n',
        )

    def paper(self, paper: Paper | None) -> str | None:
        if paper is None:
            return None
        rows = _row("vobetreff", "Betreff", _autolink(esc(paper.subject).replace("\n", "<br  />")))
        rows += _row("vostatus", "Status", paper.status) + _row("voart", "Vorlage-Art", esc(paper.kind))
        if paper.author:
            rows += _row("voverfasser", "Verfasser", "<br  />".join(map(esc, paper.author)))
        rows += _row("voamt", "Federführend", esc(paper.department))
        if paper.clerk:
            rows += _row("vobearbeiter", "Bearbeiter/-in", " " + esc(paper.clerk))
        documents = "".join(map(_document, paper.documents))
        way = "".join(map(_station, paper.stations))
        text = "".join(
            f'<div id="allris{part.code}">\n{parts((part,))}</div>\n' for part in paper.parts if part.number
        ).replace("si010_e.asp", "si010_r.asp")
        return page(
            "vo020",
            "Vorlage",
            f'<h1 class="title">{paper.reference} - {esc(paper.kind)}</h1>\n<div id="head">\n<div id="headLeft">\n{rows}</div>\n'
            '<div id="headRight">\n<aside tabindex="-1" id="dokumenteHeaderPanel" class="documents" data-jumplink="Zu Dokumente">\n'
            '<div class="frameHeader">\n<span>Dokumente</span>\n</div>\n<div class="headRightInner roundedBorder">\n'
            f'{documents}</div>\n</aside>\n</div>\n</div>\n<div id="mainContent">\n<div id="bfTable" class="tree-theme-human">\n'
            '<table id="id5b" class="dataTable captionVisible stickyHeader bfTable nonStickyHeader">\n<caption>Beratungsfolge</caption>\n'
            '<thead>\n<tr class="headers">\n<th class="colorCol" scope="col"><span>Status</span></th>\n<th scope="col"><span>Datum</span></th>\n'
            '<th scope="col"><span>Gremium</span></th>\n<th scope="col"><span>Beschluss</span></th>\n<th class="toLink" scope="col">'
            f"<span>NA</span></th>\n</tr>\n</thead>\n<tbody>\n{way}</tbody>\n</table>\n</div>\n{text}</div>\n",
        )


def _row(ident: str, label: str, value: str) -> str:
    return (
        f'<div class="row"><div class="label"><a aria-describedby="{ident}">{label}:</a></div><div class="colEntry">'
        f'<span class="text4" id="{ident}">{value}</span></div></div>\n'
    )


def _document(document: Document) -> str:
    more = f"&amp;typ={document.typ}" if document.typ else ""
    return (
        f' <span><a href="do027.asp?DOLFDNR={document.number}&amp;options=64{more}" class="js-simple-tooltip doclink pdf" '
        f'target="_blank" data-simpletooltip-text="Öffnet PDF-Datei \'{document.name}\' in neuem Fenster">{document.name}</a></span>\n'
    )


def _station(station: Station) -> str:
    head = (
        '<tr class="even">\n<td class="colorCol">\n'
        f'<div style="background-color:#ffffff" aria-label="{station.state}"> </div>\n</td>\n<td>\n<div> </div>\n</td>\n'
        f"<td>\n<div>{esc(station.body.name)}</div>\n</td>\n<td>\n<div>{station.role or ''}</div>\n</td>\n"
        '<td class="toLink">\n<div> </div>\n</td>\n</tr>\n'
    )
    return head + "".join(map(_stop, station.stops))


def _stop(stop: Stop) -> str:
    title, link = esc(stop.meeting.name), ""
    if stop.item:
        title = f'<a href="to010_r.asp?SILFDNR={stop.meeting.number}">{title}</a>'
        if stop.item.page and stop.result:
            link = f'<a href="to020_r.asp?TOLFDNR={stop.item.number}" class="objAnchor">PA</a>'
    return (
        f'<tr class="odd">\n<td>\n<div> </div>\n</td>\n<td class="date">\n<div>{german(stop.meeting.date)}</div>\n</td>\n'
        f'<td>\n<div>{title}</div>\n</td>\n<td>\n<div>{esc(stop.result or "")}</div>\n</td>\n<td class="toLink">\n'
        f"<div>{link}</div>\n</td>\n</tr>\n"
    )
