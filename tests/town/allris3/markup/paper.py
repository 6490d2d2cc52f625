# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The page of a paper (vo020.asp)."""

from __future__ import annotations

from tests.town.model import Attachment, Paper, Station, Stop

from .frame import page
from .pieces import (
    PIXEL,
    RULER,
    SCRIPT,
    autolink,
    button,
    calendar_link,
    document_button,
    esc,
    file_link,
    german,
    jump_list,
    parts,
)

COLOURS = {"Geplant": "#73d216", "Bereit": "#edd400", "Erledigt": "#ffffff", "Zurückgestellt": "#ef2929"}


def lines(values: tuple[str, ...]) -> str:
    return "<br  />".join(esc(value) for value in values)


def pair(label: str, value: str, css: str = "text4") -> str:
    return f'<td class="kb1">{label}</td><td class="{css}">{value}</td>'


def header(paper: Paper) -> str:
    """Status to Bearbeiter: on the paper's own page, and again on the excerpts that deal with it."""
    rows = [f"\t<tr>{pair('Status:', paper.status, 'text3')}{pair('Vorlage-Art:', esc(paper.kind))}</tr>\n"]
    if paper.author:
        word = "Verfasserin:" if len(paper.author) > 1 else "Verfasser:"
        rows.append(f"\n<tr>{pair(word, lines(paper.author))}</tr>\n")
    clerk = pair("Bearbeiter/-in:", " " + esc(paper.clerk)) if paper.clerk else pair("&nbsp;", "&nbsp;")
    rows.append(f"<tr>\n{pair('Federführend:', esc(paper.department))}\n{clerk}\n</tr>\n")
    return "".join(rows)


def _optional(paper: Paper) -> str:
    rows = []
    if paper.involved:
        rows.append(f"<tr>{pair('Beteiligt:', lines(paper.involved))}</tr>\n")
    if paper.file_number:
        rows.append(f"<tr>{pair('Aktenzeichen:', esc(paper.file_number))}</tr>\n")
    if paper.related:
        link = f'<a href="vo020.asp?VOLFDNR={paper.related.number}">{paper.related.reference}</a>'
        rows.append(f"<tr>{pair('Bezüglich:', link)}</tr>\n")
    for name, value in paper.extra.items():
        rows.append(f"<tr>{pair(esc(name) + ':', esc(value))}</tr>\n")
    return "".join(rows)


def _stop(stop: Stop, linked_date: bool) -> str:
    meeting, item = stop.meeting, stop.item
    day = german(meeting.date)
    date = calendar_link(day) if linked_date else day
    to_form, title, excerpt = "&nbsp;", esc(meeting.name), "&nbsp;"
    if item is not None:
        action = f"to010.asp?topSelected={item.number}"
        to_form = button(action, "SILFDNR", meeting.number, "il1_to", "TO", "Tagesordnung")
        title = f'<a href="to010.asp?SILFDNR={meeting.number}">{title}</a>'
        if item.page and stop.result:
            excerpt = button("to020.asp", "TOLFDNR", item.number, "il1_naz", "PA", "Auszug")
    result = f"{esc(stop.result)}&nbsp;" if stop.result else "&nbsp;"
    return (
        '\t\t\t\t<tr valign="top" class="zl12">\n'
        f'\t\t\t\t\t<td bgcolor="{COLOURS[stop.state]}" title="{stop.state}"></td>\n'
        f'\t\t\t\t\t<td class="text2">{date}&nbsp;</td>\n<td>{to_form}</td>\n<td>{title}</td>\n'
        f'\t\t\t\t\t<td class="text3">{result}</td>\n\t\t\t\t\t<td>&nbsp;</td>\n<td>{excerpt}</td>\n\t\t\t\t</tr>\n'
    )


def _station(station: Station, linked_date: bool) -> str:
    order = f' title="{station.order}"' if station.order else ""
    head = (
        f'\t\t\t\t<tr valign="top" class="zl12"{order}>\n'
        f'\t\t\t\t\t<td bgcolor="{COLOURS[station.state]}" title="{station.state}"></td>\n'
        f'\t\t\t\t\t<td class="text1" colspan="3">{esc(station.body.name)}</td>\n'
        f'\t\t\t\t\t<td class="text1" colspan="3" nowrap="nowrap">{station.role or ""}</td>\n\t\t\t\t</tr>\n'
    )
    return head + "".join(_stop(stop, linked_date) for stop in station.stops)


def _way(paper: Paper) -> str:
    body = "".join(_station(station, paper.number % 3 == 0) for station in paper.stations)
    return (
        '\t<tr>\n\t\t<td class="kb1" colspan="4">Beratungsfolge:</td>\n\t</tr>\n'
        '\t<tr>\n\t\t<td valign="top" colspan="4">\n\t\t\t<table cellspacing="0" cellpadding="3" border="0">\n'
        f'\t\t\t\t<tr>\n\t\t\t\t\t<td>{PIXEL}</td>\n\t\t\t\t\t<td colspan="6">{PIXEL}</td>\n\t\t\t\t</tr>\n'
        f"{body}\t\t\t</table>\n\t\t</td>\n\t</tr>\n"
    )


def panel_files(owner: int, files: list[Attachment]) -> str:
    """The attachments in the right column: names only."""
    rows = "".join(
        '\t<tr valign="top">\n\t\t<td class="text3">'
        + file_link(owner, k, file, file.name, f"Anlage {k} (öffentlich; 23.05.2026 11:11:2{k}) &ouml;ffnen")
        + '</td>\n\t\t<td class="text3">&nbsp;</td>\n\t</tr>\n'
        for k, file in enumerate(files, 1)
    )
    return (
        '<table class="tk1" cellspacing="0" cellpadding="3" border="0">\n'
        f'\t<tr><td colspan="2">{PIXEL}</td></tr>\n\t<tr valign="top">\n'
        f'\t\t<td class="kb1" colspan="1">Anlagen:</td>\n\t</tr>\n{rows}</table>\n'
    )


def _megabytes(size: int) -> str:
    value, unit = (size / 1024**2, "MB") if size >= 1024**2 else (size / 1024, "KB")
    return f"{value:.1f} {unit}".replace(".", ",")


def foot_files(owner: int, files: list[Attachment]) -> str:
    """The same attachments below the text: numbers, status, names with sizes."""
    rows = "".join(
        '\t<tr valign="top">\n\t\t<td><img width="11" height="16" src="images/clip.gif" alt="Anlage '
        f'{k + 10}" title="Herunterladen durch Rechtsklick auf den Link und \'Ziel speichern unter...\'"></td>\n'
        f'\t\t<td class="text3">{k}</td>\n\t\t<td class="text3">öffentlich</td>\n\t\t<td class="text3">'
        + file_link(
            owner, k, file, f"{file.name} ({file.size // 1024} KB)", f"Größe: {_megabytes(file.size)}"
        )
        + "</td>\n"
        + '\t\t<td class="text3">&nbsp;</td>\n' * 3
        + "\t</tr>\n"
        for k, file in enumerate(files, 1)
    )
    return (
        '<table class="tk1" cellspacing="0" cellpadding="3" border="0">\n'
        f'\t<tr><td colspan="7">{PIXEL}</td></tr>\n\t<tr valign="top">\n\t\t<td class="kb1" colspan="6">Anlagen:</td>\n'
        '\t\t<td>&nbsp;</td>\n\t</tr>\n\t<tr valign="top">\n\t\t<td>&nbsp;</td>\n\t\t<td class="text1">Nr.</td>\n'
        '\t\t<td class="text1">Status</td>\n\t\t<td class="text1">Name</td>\n'
        '\t\t<td class="text1"><img src="images/einpix.gif" alt="" width="100" height="1" /></td>\n'
        '\t\t<td class="text1">&nbsp;</td>\n\t\t<td class="text1">&nbsp;</td>\n\t</tr>\n'
        + rows
        + "</table>\n"
    )


def _panel(paper: Paper) -> str:
    buttons = "\n".join(document_button(d) for d in paper.documents)
    if paper.decisions:
        buttons += "\n" + button(
            "vo021.asp", "VOLFDNR", paper.number, "il2_s", "Beschl&uuml;sse", "Beschl&uuml;sse"
        )
    jumps = f'\t\t\t\t<tr>\n\t\t\t\t\t<td class="me1">{jump_list(paper.parts)}\t\t\t\t\t</td>\t\t\t\t</tr>\n'
    files = panel_files(paper.number, paper.attachments) if paper.attachments else ""
    return (
        '\t\t<td class="me1">\n\t\t\t<table class="tk1" cellspacing="0" cellpadding="0" border="0">\n'
        '\t\t\t\t<tr><td><img src="images/einpix.gif" alt="" width="165" height="1" border="0"  /></td></tr>\n'
        f'\t\t\t\t<tr>\n\t\t\t\t\t<td class="me1"> {buttons}\n  \n\t\t\t\t\t</td>\t\t\t\t</tr>\n{jumps}'
        f'\t\t\t\t<tr>\n\t\t\t\t\t<td class="me1" align="center">{files}\t\t\t\t\t</td>\t\t\t\t</tr>\n'
        "\t\t\t</table>\n\t\t</td>\n"
    )


def paper_page(paper: Paper) -> str:
    subject = autolink(esc(paper.subject).replace("\n", "<br  />"))
    body = (
        '<table class="tk1" cellspacing="0" cellpadding="0" border="0">\n\t<tr>\n'
        '\t\t<td class="ko1" valign="top"><table class="tk1" cellspacing="0" cellpadding="3" border="0">\n\t<tr>\n'
        f'\t\t<td class="kb1">Betreff:</td>\n\t\t<td class="text1" colspan="3">{SCRIPT}{subject}</td>\n\t</tr>\n'
        f"{header(paper)}{_optional(paper)}\n\n{_way(paper)}{RULER}</table>\n</td>\n"
        f'\t\t<td class="ko2"></td>\n{_panel(paper)}\t</tr>\n</table>\n<hr  />\n{parts(paper.parts)}'
    )
    if paper.attachments:
        body += f"<!-- ### AN{paper.number}.rtf -->\n" + foot_files(paper.number, paper.attachments)
    address = f"vo020.asp?VOLFDNR={paper.number}"
    return page("vo020", "Vorlage", f"Vorlage - {paper.reference}", address, body, "VOLFDNR", paper.number)
