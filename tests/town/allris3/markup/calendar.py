# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The calendar of a month (si010_e.asp)."""

from __future__ import annotations

import calendar
import datetime as dt

from tests.town.model import Council, Meeting

from .frame import page
from .pieces import WEEKDAYS, autolink, button, esc, hidden

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
_TIP = "Sitzungstermin im Outlook-kompatiblen Format exportieren"
_CELL = 'align="center" style="border: 1px solid #888a85;"'


def _export(meeting: Meeting) -> str:
    return (
        f'<form action="to010.asp" method="post" style="margin:0">{hidden("SILFDNR", meeting.number)}'
        f"{hidden('selfaction', 'Termin exportieren')}{hidden('template', 'ics')}"
        f'<input type="image" class="il1" src="images/calexp.gif" alt="{_TIP}" title="{_TIP}"  /></form>'
    )


def _css(day: dt.date) -> str:
    return ("zl11", "zl12", "zl11", "zl12", "zl11", "zl16", "zl17")[day.weekday()]


def _day_cells(day: dt.date, today: dt.date) -> str:
    shown = (WEEKDAYS[day.weekday()], f"{day.day:2d}".replace(" ", "&nbsp;&nbsp;"))
    if day == today:
        shown = tuple(f'<span style="background-color:#fce94f" title="heute">{text}</span>' for text in shown)  # type: ignore[assignment]
    return "".join(f'<td class="text2" width="20">{text}</td>' for text in shown)


def _meeting_cells(meeting: Meeting) -> str:
    time = (meeting.start or "") + (f" - {meeting.end}" if meeting.end else "")
    to_form, title, minutes = "&nbsp;", autolink(esc(meeting.name)), "&nbsp;"
    if meeting.agenda:
        to_form = button("to010.asp", "SILFDNR", meeting.number, "il1_to", "TO", "Tagesordnung")
        title = f'<a href="to010.asp?SILFDNR={meeting.number}">{esc(meeting.name)}</a>'
    if meeting.has_minutes:
        minutes = button("si016.asp?SELECT=1", "SILFDNR", meeting.number, "il1_ns", "NIE", "Niederschrift")
    return (
        f'\t\t<td class="text2">{time}&nbsp;</td>\n<td>{_export(meeting)}</td>\n<td>{to_form}</td>\n<td>{title}</td>\n'
        f'<td>{minutes}</td>\n<td>&nbsp;</td>\n\n\t\t<td class="text4">{esc(meeting.room or "&nbsp;") if meeting.room else "&nbsp;"}</td>\n'
    )


def _holiday_cells(name: str) -> str:
    blank = "<td>&nbsp;</td>\n"
    return (
        f'\t\t<td class="text2">&nbsp;</td>\n{blank}{blank}<td>{esc(name)}</td>\n{blank}{blank}\n'
        '\t\t<td class="text4">&nbsp;</td>\n'
    )


def _day_rows(day: dt.date, council: Council, meetings: list[Meeting]) -> str:
    cells = [_meeting_cells(meeting) for meeting in meetings]
    if day in council.holidays:
        cells.insert(0, _holiday_cells(council.holidays[day]))
    css = "zl17" if day in council.holidays else _css(day)
    head = _day_cells(day, council.date)
    if not cells:
        return f'\t<tr class="{css}">\n{head}\n\t\t<td colspan="8">&nbsp;</td>\n\t</tr>\n'
    rows = []
    for n, cell in enumerate(cells):
        lead = head if n == 0 else "\t\t<td>&nbsp;</td>\n\t\t<td>&nbsp;</td>"
        rows.append(f'\t<tr class="{css}" valign="top">\n{lead}\n{cell}\t</tr>\n')
    return "".join(rows)


def _navigation(year: int, month: int) -> str:
    def link(y: int, m: int, title: str, text: str) -> str:
        href = f"/bi/si010_e.asp?MM={m}&amp;YY={y}"
        return f'\t\t<td {_CELL}><a href="{href}" title="{title}" style="display: block;">{text}</a></td>'

    def months(k: int) -> tuple[int, int]:
        return divmod(year * 12 + month - 1 + k, 12)

    name = MONTHS[month - 1]
    years = [link(year - 5, month, "5 Jahre zurück", "&lt;&lt;")]
    for y in range(year - 2, year + 3):
        here = f'\t\t<td {_CELL} class="zl17" >{y}</td>'
        years.append(here if y == year else link(y, month, f"{name} {y}", str(y)))
    years.append(link(year + 5, month, "5 Jahre vor", "&gt;&gt;"))
    (y0, m0), (y1, m1) = months(-1), months(1)
    row = [link(y0, m0 + 1, "Vorheriger Monat", "&lt;")]
    for m, title in enumerate(MONTHS, 1):
        here = f'\t\t<td class="zl17" {_CELL} width="8%">{title[:3]}</td>'
        row.append(here if m == month else link(year, m, f"{title} {year}", title[:3]))
    row.append(link(y1, m1 + 1, "Nächster Monat", "&gt;"))
    span = f"01.{month:02d}.{year}", f"{calendar.monthrange(year, month)[1]}.{month:02d}.{year}"
    form = (
        '\t\t<td align="right" colspan="5"><form method="post" action="/bi/si010_e.asp" name="kaldatform">Zeitraum:&nbsp;'
        f'<input type="text" size="9" name="kaldatvon" value="{span[0]}"  /> - <input type="text" size="9" '
        f'name="kaldatbis" value="{span[1]}"  />\n<input type="hidden" name="SEL_PAGE_N" value="SI010"  /></form></td>'
    )
    return (
        '\t<table width="100%" cellspacing="0" cellpadding="0" border="0">\n\t<tr>\n\t\t<td width="50%">&nbsp;</td>'
        f'\t\t<td nowrap="nowrap"><h2 align="center">{name}&nbsp;{year}</h2>\t\t</td>\t\t<td width="50%">&nbsp;</td>'
        '\t</tr>\n\t</table>\n\t<table width="100%" cellspacing="2" cellpadding="1" border="0">\n'
        f"\t<tr>\n{''.join(years)}{form}\t</tr>\n\t<tr>\n{''.join(row)}\t</tr>\n\t</table>\n"
    )


def calendar_page(council: Council, year: int, month: int) -> str:
    days = [dt.date(year, month, d + 1) for d in range(calendar.monthrange(year, month)[1])]
    rows = "".join(_day_rows(day, council, [m for m in council.meetings if m.date == day]) for day in days)
    body = (
        f"{_navigation(year, month)}"
        '<table class="tl1" cellspacing="0" cellpadding="1" border="0">\n'
        '\t<tr class="zw1"><th colspan="2">Datum</th><th>Uhrzeit</th><th>&nbsp;</th>'
        f'<th colspan="4" width="65%">Sitzung</th><th>Raum</th>\t</tr>\n{rows}</table>\n'
    )
    return page(
        "si010", "Sitzungskalender", "Sitzungskalender", f"si010_e.asp?MM={month}&amp;YY={year}", body
    )
