# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""Pages that list: papers (vo040), committees (au010), factions (fr010), persons (kp040), and plain ones."""

from __future__ import annotations

import datetime as dt

from tests.town.model import Body, Council, Item, Meeting, Paper

from .frame import page
from .meeting import PROGRAMS
from .pieces import CLIP, button, esc, german

PER_PAGE = 50
_FILTER = """	<tr>
		<td nowrap="nowrap"><form method="post" action="vo040.asp" style="margin:0"><input type="hidden" name="filtreset" value="(alle)"  /><input type="image" class="il1" src="images/lupe_aus.gif" alt="Alle Suchwort-Filter aus"  /></form></td>
		<td nowrap="nowrap"><form method="post" action="vo040.asp" style="margin:0"><span title="Nach Vorlage-Nummer filtern">Nr.: <input type="text" size="12" name="VO040FIL1" value="" placeholder="(alle)"  /></span></form></td>
		<td>&nbsp;</td>
		<td nowrap="nowrap"><form method="post" action="vo040.asp" style="margin:0"><span title="Nach Datum filtern. Beispiele: 15.08.2000-20.12.2000 oder 07/2001-"><input type="text" size="9" name="VO040FIL4" value="" placeholder="(alle)"  /></span></form></td>
		<td>&nbsp;</td>
	</tr>
	<tr>
		<td colspan="5"><hr  /></td>
	</tr>
"""
_PAPER_HEAD = """	<tr class="zk1">
		<th colspan="3" nowrap="nowrap">Vorlage&nbsp;<a href="/bi/vo040.asp?SORT=1voname"><img class="iso1" src="images/sort1.gif" alt="aufsteigend sortieren"  /></a>&nbsp;</th>
		<th nowrap="nowrap">Angel.&nbsp;<a href="/bi/vo040.asp?SORT=1vocdat"><img class="iso1" src="images/sort1.gif" alt="aufsteigend sortieren"  /></a>&nbsp;</th>
		<th nowrap="nowrap"><a href="va000.asp?sessionvar=VALFDNRM&amp;allowallva=true" title="Vorlage-Art auswählen"><img src="images/wechsel.gif" alt="Vorlage-Art auswählen"  /></a>V.-Art&nbsp;</th>
	</tr>
	<tr>
		<td colspan="3"><hr  /></td>
		<td nowrap="nowrap"><a href="/bi/vo040.asp?VO040COL4=vofdat" title="Anzeige dieser Spalte auf 'Datum der Freigabe' umschalten"><img src="images/wechsel.gif" alt="Anzeige dieser Spalte auf 'Datum der Freigabe' umschalten"  />(Freig.)</a></td>
		<td><hr  /></td>
	</tr>
"""
_HINT = '<br /><span class="kb1">Tipp: Schränken Sie zunächst den Suchraum durch Eingabe passender Suchbegriffe ein.</span>\n'


def _paper_row(paper: Paper, n: int) -> str:
    clip = CLIP if paper.attachments else ""
    form = button("vo020.asp", "VOLFDNR", paper.number, "il1_vo", "VO", "Vorlage", clip)
    decisions = "&nbsp;"
    if paper.decisions:
        decisions = button("vo021.asp", "VOLFDNR", paper.number, "il1_bes", "BES", "Beschl&uuml;sse")
    return (
        f'\t<tr class="{("zl12", "zl11")[n % 2]}"><td>{form}</td>'
        f'<td><a href="vo020.asp?VOLFDNR={paper.number}">{paper.reference}&nbsp;{esc(paper.subject)}</a></td>'
        f'<td>{decisions}</td>\t\t<td class="text2">{german(paper.date)}</td>\t\t<td class="text2">{paper.kind}</td>\t</tr>'
    )


def paper_list(council: Council, at: int) -> str:
    """The page that begins with row `at` (0-based) of the list."""
    papers = council.listed
    shown = papers[at : at + PER_PAGE]
    count = f"Ergebnisse {at + 1}-{at + len(shown)} von ungefähr {len(papers)}"
    back = '<a href="vo040.asp?showprev=true" title="">&lt; vorherige</a>' if at else "&lt; vorherige"
    more = at + PER_PAGE < len(papers)
    ahead = '<a href="vo040.asp?shownext=true" title="">nächste &gt;</a>' if more else "nächste &gt;"
    rows = "".join(_paper_row(paper, n) for n, paper in enumerate(shown))
    body = (
        f'<table class="tl1" cellspacing="0" cellpadding="2" border="0">\n\t<thead>\n{_FILTER}{_PAPER_HEAD}</thead>\n'
        f'<tbody>\n\t<tr class="zl11">\n\t\t<td class="kb1" colspan="5">\n{count}\n{_HINT}\t\t</td>\n\t</tr>\n{rows}\n'
        f'\t<tr>\n\t\t<td class="text4" colspan="5">\n{count}&nbsp;&nbsp;&nbsp;{back} | {ahead}\n{_HINT}'
        "\t\t</td>\n\t</tr>\n</tbody>\n</table>\n"
    )
    return page("vo040", "", "Vorlagen - Übersicht", "vo040.asp", body, deco=False)


def _near(council: Council, body: Body, past: bool) -> str:
    days = [m.date for m in council.meetings if body in m.bodies and (m.date < council.date) is past]
    return german(max(days) if past else min(days)) if days else ""


def _body_row(council: Council, body: Body, n: int, option: str) -> str:
    program, field = PROGRAMS[body.table]
    count = sum(member.body is body for member in council.members)
    shown = f"(bis&nbsp;{german(body.end)})" if body.end else f"{count}\n"
    form = (
        f'<form action="{program}" method="post" style="margin:0"><input type="hidden" name="{field}" '
        f'value="{body.number}"  /><input type="hidden" name="altoption" value="{option}"  />'
        f'<input type="submit" class="il1_{body.table}" value="{body.table.upper()}" title="{option}"  /></form>'
    )
    return (
        f'\t<tr class="{("zl12", "zl11")[n % 2]}">\n<td>{form}</td>\n\t\t<td class="text1">'
        f'<a href="{program}?{field}={body.number}&amp;altoption={option}">{esc(body.name)}</a></td>\n'
        f'\t\t<td class="text5" align="right" nowrap="nowrap">{shown}</td>\n<td>&nbsp;</td>\n'
        f'\t\t<td class="text2" width="1%">{_near(council, body, True)}</td>\n\t\t<td>&nbsp;</td>\n'
        f'\t\t<td class="text2" width="1%">{_near(council, body, False)}</td>\n\t\t<td>&nbsp;</td>\n\t</tr>\n'
    )


def body_list(council: Council, table: str) -> str:
    """The committees (`au`) or factions (`fr`); dissolved ones stand below an empty row."""
    heading, option, css = {
        "au": ("Ausschüsse", "Ausschuss", "au010"),
        "fr": ("Fraktionen", "Fraktion/Gruppe", "fr010"),
    }[table]
    bodies = [body for body in council.bodies if body.table == table]
    rows = "".join(_body_row(council, b, n, option) for n, b in enumerate(bodies) if not b.end)
    ended = "".join(_body_row(council, b, n, option) for n, b in enumerate(bodies) if b.end)
    if ended:
        rows += '\t<tr class="zl11"><td colspan="8">&nbsp;</td></tr>\n' + ended
    body = (
        '<table class="tl1" cellspacing="0" cellpadding="1" border="0">\n\t<tr class="zk1">\n'
        f'\t\t<th colspan="2">&nbsp;</th>\n\t\t<th>&nbsp;Mitglieder<br  />({german(council.date)})</th>\n'
        '\t\t<th>&nbsp;</th>\n\t\t<th colspan="2">Letzte Sitzung</th>\n\t\t<th colspan="2">Nächste Sitzung</th>\n'
        f'\t</tr>\n\t<tr>\n\t\t<td colspan="8"><hr  /></td>\n\t</tr>\n{rows}\t<tr class="zk1">\n'
        '\t\t<th width="1%">&nbsp;</th>\n\t\t<th width="55%">&nbsp;</th>\n\t\t<th width="1%">&nbsp;</th>\n'
        '\t\t<th width="8%">&nbsp;</th>\n\t\t<th colspan="2" width="15%">&nbsp;</th>\n'
        '\t\t<th colspan="2" width="20%">&nbsp;</th>\n\t</tr>\n</table>\n'
    )
    return page(css, "", heading, f"{css}.asp", body, deco=False)


def person_list(council: Council) -> str:
    """kp040.asp. No saved page is known; built like the member tables of au020."""
    rows = []
    for n, person in enumerate(p for p in council.people if p.number):
        form = button("kp020.asp", "KPLFDNR", person.number, "il1_kp", "", "Person")
        rows.append(
            f'\t<tr class="{("zl12", "zl11")[n % 2]}">\n<td>{form}</td>\n\t\t<td>&nbsp;</td>\n'
            f'<td nowrap="nowrap"><a href="kp020.asp?KPLFDNR={person.number}">{esc(person.name)}</a></td>\n\t</tr>\n'
        )
    body = (
        '<table class="tl1" cellspacing="0" cellpadding="2" border="0">\n\t<tr class="zk1">\n\t\t<th>&nbsp;</th>\n'
        '\t\t<th>&nbsp;</th>\n\t\t<th nowrap="nowrap">Name</th>\n\t</tr>\n\t<tr>\n\t\t<td colspan="3"><hr  /></td>\n'
        f"\t</tr>\n{''.join(rows)}</table>\n"
    )
    return page("kp040", "", "Sitzungsteilnehmende", "kp040.asp", body, deco=False)


def attendance(meeting: Meeting, program: str) -> str:
    """si016, si017, si019: plausible plain pages; a crawl has no need of them."""
    heading = {"si016": "Niederschrift", "si017": "Beschlüsse", "si019": "Anwesenheit"}[program]
    rows = "".join(
        f'\t<tr class="zl12"><td class="text4">{item.mark}&nbsp;{item.label}</td><td>{esc(item.subject)}</td></tr>\n'
        for item in meeting.items
        if item.public and item.label
    )
    body = f'<table class="tl1" cellspacing="0" cellpadding="1" border="0">\n{rows}</table>\n'
    address = f"{program}.asp?SILFDNR={meeting.number}"
    return page(program, heading, f"{heading} - {meeting.name}", address, body)


def decisions(paper: Paper, items: list[Item]) -> str:
    """vo021: the decisions to a paper."""
    rows = "".join(
        f'\t<tr class="zl12"><td class="text2">{german(item.meeting.date)}</td><td class="text3">{item.result}</td></tr>\n'
        for item in items
    )
    body = f'<table class="tl1" cellspacing="0" cellpadding="1" border="0">\n{rows}</table>\n'
    address = f"vo021.asp?VOLFDNR={paper.number}"
    return page("vo021", "Beschlüsse", f"Beschlüsse - {paper.reference}", address, body)


def overview(council: Council, body: Body | None) -> str:
    """si018_a: the meetings of the last year, all or of one body; newest first."""
    since = council.date - dt.timedelta(days=365)
    rows = "".join(
        f'\t<tr class="zl12"><td class="text2">{german(m.date)}</td><td class="text4">{m.start or ""}</td>'
        f'<td><a href="to010.asp?SILFDNR={m.number}">{esc(m.name)}</a></td></tr>\n'
        for m in reversed(council.meetings)
        if m.agenda and m.date >= since and (body is None or body in m.bodies)
    )
    table = f'<table class="tl1" cellspacing="0" cellpadding="1" border="0">\n{rows}</table>\n'
    address = "si018_a.asp" + (f"?GRA={body.gra}" if body else "")
    return page("si018", "Sitzungsübersicht", "Sitzungen - Übersicht", address, table, deco=False)
