# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The page of a meeting with its agenda (to010.asp)."""

from __future__ import annotations

from tests.town.model import Body, Item, Meeting

from .frame import page
from .pieces import CLIP, WEEKDAYS, autolink, button, calendar_link, document_button, esc, german

PROGRAMS = {"pa": ("pa020.asp", "PALFDNR"), "au": ("au020.asp", "AULFDNR"), "fr": ("fr020.asp", "FRLFDNR")}


def body_link(body: Body, meeting: Meeting) -> str:
    """A link to the committee as it was composed on that day."""
    program, field = PROGRAMS[body.table]
    day = meeting.date
    kind = "T1=Ausschuss&amp;" if body.table == "au" else ""
    tail = "&amp;altoption=Gremium" if body.table == "au" else ""
    return (
        f'<a href="{program}?{kind}history=switch&amp;tsDD={day.day}&amp;tsMM={day.month}&amp;tsYYYY={day.year}'
        f'&amp;{field}={body.number}{tail}">{esc(body.name)}</a>'
    )


def bodies_link(meeting: Meeting) -> str:
    return "<br  />".join(body_link(body, meeting) for body in meeting.bodies)


def times(meeting: Meeting) -> str:
    if meeting.start is None:
        return "&nbsp;"
    return meeting.start + (f" - {meeting.end}" if meeting.end else "") + meeting.zeit_note


def head_rows(meeting: Meeting) -> str:
    """Datum to Ort (and further labels): shared with the excerpt pages."""
    day = german(meeting.date)
    shown = f"{WEEKDAYS[meeting.date.weekday()]}, {calendar_link(day) if meeting.linked_date else day}"
    rows = [
        '\t<tr valign="top">\n\t\t<td class="kb1">Datum:</td>\n'
        f'\t\t<td class="text2" nowrap="nowrap">{shown}</td>\n'
        f'\t\t<td class="kb1">Status:</td>\n\t\t<td class="text3">{meeting.status}</td>\t</tr>\n',
        '\t<tr valign="top">\n\t\t<td class="kb1">Zeit:</td>\n'
        f'\t\t<td class="text2" nowrap="nowrap">{times(meeting)}</td>\n'
        f'\t\t<td class="kb1">Anlass:</td>\n\t\t<td class="text4">{meeting.occasion}</td>\n\t</tr>\n',
    ]
    wide = {"Raum": meeting.room, "Ort": meeting.place or "", **meeting.extra}
    for name, value in wide.items():
        if value is not None:
            rows.append(
                f'\t<tr valign="top">\n\t\t<td class="kb1">{name}:</td>\n'
                f'\t\t<td colspan="3" class="text2">{esc(value)}</td>\n\t</tr>\n'
            )
    return "".join(rows)


def _head(meeting: Meeting) -> str:
    rows = []
    if meeting.print_name:
        rows.append(
            '\t<tr valign="top">\n\t\t<td class="kb1">Bezeichnung:</td>\n'
            f'<td class="text1" colspan="3">{esc(meeting.name)}</td>\n\t</tr>\n'
        )
    word = "Gremien:" if len(meeting.bodies) > 1 else "Gremium:"
    rows.append(
        f'\t<tr valign="top">\n\t\t<td class="kb1">{word}</td>\n'
        f'\t\t<td class="text1" colspan="3">{bodies_link(meeting)}</td>\n\t</tr>\n'
    )
    return "".join(rows) + head_rows(meeting)


def _panel(meeting: Meeting) -> str:
    buttons = [document_button(document) for document in meeting.documents]
    if meeting.has_minutes:
        buttons.append(
            button("si016.asp?SELECT=1", "SILFDNR", meeting.number, "il2_s", "Protokoll", "Protokoll")
        )
        buttons.append(
            button("si017.asp", "SILFDNR", meeting.number, "il2_s", "Beschl&uuml;sse", "Beschl&uuml;sse")
        )
    shown = "\n".join(buttons)
    return (
        '\t\t<td class="me1">\t\t\t<table class="tk1" cellspacing="0" cellpadding="0" border="0">\n'
        '\t\t\t\t<tr><td><img src="images/einpix.gif" alt="" width="165" height="1" border="0"  /></td></tr>\n'
        f'\t\t\t\t<tr>\n\t\t\t\t\t<td class="me1" align="left">{shown}\n\t\t\t\t\t</td>\t\t\t\t</tr>\n'
        '\t\t\t\t<tr>\n\t\t\t\t\t<td class="me1" align="center">\t\t\t\t\t</td>\t\t\t\t</tr>\n'
        "\t\t\t</table>\n</td>\n"
    )


def _number(item: Item) -> str:
    if item.label is None:
        return '\t\t<td class="text4">&nbsp;</td>'
    shown = f"{item.mark}&nbsp;{item.label}"
    tip = "Beschlüsse anzeigen"
    if item.late:
        shown = f'<span style="background-color:#8ae234" title="Nachtrags-TOP">{shown}</span>'
        tip += " (Nachtrags-TOP)"
    # the & of this link is not escaped by the product
    href = f"to010.asp?SILFDNR={item.meeting.number}&TOLFDNR={item.number}&BES=1#beschluss"
    return f'\t\t<td class="text4" nowrap="nowrap"><a href="{href}" title="{tip}">{shown}</a></td>'


def _title(item: Item) -> str:
    if item.hidden:
        return '<td class="text1">(nichtöffentlich)</td>'
    info = f' <span style="color: #888a85" title="Zusatzinfo">{esc(item.info)}</span>' if item.info else ""
    text = esc(item.subject)
    if item.page:
        return f'<td><a href="to020.asp?TOLFDNR={item.number}">{text}{info}</a></td>\n<!--{item.number} -->'
    if not item.public:
        return f'<td class="text1">{autolink(text)}{info}</td>'
    return f"<td>{autolink(text)}{info}</td>\n<!--{item.number} -->"


def _excerpt(item: Item) -> str:
    if not item.page:
        return "<td>&nbsp;</td>"
    label = "PA" if item.meeting.has_minutes else "NA"
    clip = CLIP if item.clip else ""
    wrap = ' nowrap="nowrap"' if clip else ""
    form = button("to020.asp", "TOLFDNR", item.number, "il1_naz", label, esc(item.result or "(offen)"), clip)
    return f"<td{wrap}>{form}</td>"


def _business(item: Item) -> str:
    if item.refers is not None:
        form = button("to010.asp", "SILFDNR", item.refers.number, "il1_to", "TO", "Tagesordnung")
        link = f'<a href="to010.asp?SILFDNR={item.refers.number}">{item.refers.code}</a>'
        return f'<td>{form}</td>\n<td nowrap="nowrap">{link}</td>'
    if item.paper is None or not item.public:
        return "<td>&nbsp;</td>\n<td></td>"
    clip = CLIP if item.paper.attachments else ""
    form = button("vo020.asp", "VOLFDNR", item.paper.number, "il1_vo", "VO", "Vorlage", clip)
    link = f'<a href="vo020.asp?VOLFDNR={item.paper.number}">{item.paper.reference}</a>'
    return f'<td{" nowrap=" + chr(34) + "nowrap" + chr(34) if clip else ""}>{form}</td>\n<td nowrap="nowrap">{link}</td>'


def _rows(items: list[Item]) -> str:
    rows = []
    for n, item in enumerate(items):
        css = ("zl12", "zl11")[n % 2]
        rows.append(
            f'\t<tr class="{css}">\n{_number(item)}\n\t\t<td>&nbsp;</td>\n{_excerpt(item)}\n{_title(item)}\n'
            f"<td>&nbsp;</td>\n{_business(item)}\n"
            + ("" if item.hidden else "<td>&nbsp;</td>\n")
            + "\t</tr>\n"
        )
        if item.minutes:
            rows.append(
                f'\t<tr class="{css}">\n\t\t<td class="text4">&nbsp;</td>\n\t\t<td colspan="3">&nbsp;</td>\n'
                f"\t\t<td>&nbsp;</td>\n\t\t<td>{document_button(item.minutes, 'il1_ns2', 'Pro')}</td>\n"
                "\t\t<td>&nbsp;</td>\n\t\t<td>&nbsp;</td>\n\n\t</tr>\n"
            )
    return "".join(rows)


def agenda_table(items: list[Item]) -> str:
    blank = "\t\t<td>&nbsp;</td>\n" * 8
    return (
        '<table class="tl1" cellspacing="0" cellpadding="1" border="0">\n\t<tr class="zk1">\n'
        '\t\t<th width="1%">TOP</th>\n\t\t<th colspan="2" width="1%">&nbsp;</th>\n\t\t<th colspan="2">Betreff</th>\n'
        '\t\t<th colspan="3">Vorlage</th>\n\t</tr>\n\t<tr>\n\t\t<td colspan="8"><hr  /></td>\n\t</tr>\n'
        f"{_rows(items)}\t<tr>\n{blank}\t</tr>\n</table>\n"
    )


def meeting_page(meeting: Meeting) -> str:
    body = (
        '<table class="tk1" cellspacing="0" cellpadding="0">\n\t<tr>\n'
        '\t\t<td class="ko1" valign="top"><table class="tk1" cellspacing="0" cellpadding="3" border="0">\n'
        f'{_head(meeting)}\n</table>\n</td>\n\t\t<td class="ko2"></td>\n{_panel(meeting)}\t</tr>\n</table>\n'
        f"<hr  />\n{agenda_table(meeting.items)}<hr />\n<!-- ### AN0.rtf -->\n"
    )
    address = f"to010.asp?SILFDNR={meeting.number}"
    return page(
        "to010", "Tagesordnung", f"Tagesordnung - {meeting.name}", address, body, "SILFDNR", meeting.number
    )
