# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The small recurring pieces of ALLRIS 3 markup: buttons, links, dates, Word text."""

from __future__ import annotations

import datetime as dt
import html
import re

from tests.town.model import Attachment, Block, Document, Part

PIXEL = '<img src="images/einpix.gif" alt="" width="1" height="1" border="0"  />'
WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
TMP = "___tmp/tmp/45-181-136/@@TOKEN@@"  # the server puts the session's token in
_DATE = re.compile(r"\b(\d\d)\.(\d\d)\.(\d{4})\b")
_EMBEDDED = (
    '<?xml version="1.0" encoding="iso-8859-1" standalone="no"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 '
    'Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html '
    'xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; '
    'charset={charset}" /><meta http-equiv="Content-Style-Type" content="text/css" /><meta name="generator" '
    'content="Aspose.Words for .NET {version}" /><title>{title}</title></head><body>{rule}<div>{body}</div></body></html>'
)
_STYLE = "margin-top:0pt; margin-bottom:8pt; line-height:108%; font-size:11pt"
_CURLY = str.maketrans({c: f"&#x{ord(c):04X};" for c in "„“”‘’"})


def esc(text: str) -> str:
    """Text as the product prints it: only what HTML needs is escaped."""
    return html.escape(text, quote=False)


def attr(text: str) -> str:
    return html.escape(text)


def german(day: dt.date) -> str:
    return day.strftime("%d.%m.%Y")


def calendar_link(day: str) -> str:
    """A date as the product links it to its calendar, wherever a date is printed."""
    d, m, y = day.split(".")
    return f'<a href="si010_e.asp?YY={y}&amp;MM={m}&amp;DD={d}" title="Sitzungskalender {m}/{y} anzeigen">{day}</a>'


def autolink(markup: str) -> str:
    return _DATE.sub(lambda hit: calendar_link(hit.group()), markup)


def hidden(name: str, value: object) -> str:
    return f'<input type="hidden" name="{name}" value="{value}"  />'


def button(action: str, field: str, value: object, cls: str, label: str, title: str, more: str = "") -> str:
    """The mini form that doubles every link. The title is printed as given (entities included)."""
    return (
        f'<form action="{action}" method="post" style="margin:0">{hidden(field, value)}'
        f'<input type="submit" class="{cls}" value="{label}" title="{title}"  />{more}</form>'
    )


def document_button(document: Document, cls: str = "il2_p", label: str | None = None) -> str:
    fields = hidden("DOLFDNR", document.number) + hidden("options", 64)
    fields += hidden("typ", document.typ) if document.typ else ""
    title = attr(document.tip or document.name) + " (Öffnet PDF-Datei in neuem Fenster)"
    return (
        f'<form action="do027.asp" method="post" style="margin:0" target="_blank">{fields}'
        f'<input type="submit" class="{cls}" value="{attr(label or document.name)}" title="{title}"  /></form>'
    )


CLIP = '<img src="images/attmnt.gif" alt="Enthält Anlagen" title="Enthält Anlagen"  />'


def file_link(owner: int, place: int, file: Attachment, text: str, title: str) -> str:
    href = f"{TMP}/{owner % 100:02d}-Anlagen/{place:02d}/{file.file}"
    shown = attr(text)
    return (
        f'<a href="{href}" target="_blank"  title="{title}\n(Öffnet Dokument in neuem Fenster)\n" '
        f"onmouseover=\"status='{shown}'; return true;\" onmouseout=\"status=''; return true;\">{esc(text)}</a>"
    )


def _split(text: str, style: str) -> str:
    """Spans as the word processor leaves them: a new one after every umlaut, quote and now and then."""
    pieces = re.findall(r"[^äöüÄÖÜß]*[äöüÄÖÜß]|[^äöüÄÖÜß]+", text)
    spans = (
        esc(piece).translate(_CURLY).replace("%", "&#x25;" if "60" in piece else "%") for piece in pieces
    )
    return "".join(f'<span style="{style}">{autolink(span)}</span>' for span in spans)


def _table(rows: list[tuple[str, ...]]) -> str:
    cell = '<td style="border:0.75pt solid #000000; padding:3.62pt; vertical-align:top">{}</td>'
    lines = (
        '<tr style="height:27.2pt">' + "".join(cell.format(_paragraph(text)) for text in row) + "</tr>"
        for row in rows
    )
    return (
        '<table cellspacing="0" cellpadding="0" style="width:454.1pt; border-collapse:collapse">'
        + "".join(lines)
        + "</table>"
    )


def _paragraph(text: str, style: str = "font-family:Calibri") -> str:
    return f'<p style="{_STYLE}">{_split(text, style)}</p>'


def block(piece: Block) -> str:
    """One block of body text in the word processor's HTML."""
    kind, value = piece
    if kind == "blank":
        return f'<p style="{_STYLE}"><span style="font-family:Calibri; -aw-import:ignore">&#xa0;</span></p>'
    if kind == "ol":
        assert isinstance(value, list)
        lines = "".join(f'<li style="margin-left:40pt">{_split(line, "")}</li>' for line in value)
        return f'<ol type="1" style="margin:0pt; padding-left:0pt">{lines}</ol>'.replace(
            '<span style="">', "<span>"
        )
    if kind == "table":
        assert isinstance(value, list)
        return _table(value)
    assert isinstance(value, str)
    if kind == "h4":
        return f"<h4>{_split(value, 'font-family:Arial')}</h4>"
    bold = "font-family:Calibri; font-weight:bold"
    return _paragraph(value, bold if kind in ("h", "bold") else "font-family:Calibri")


def part(piece: Part, first: bool) -> str:
    """A text part: comment, anchor, complete foreign document. Number 0: comment and anchor only."""
    anchor = "" if piece.code == "AN" and not piece.number else f'<a name="allris{piece.code}"></a>\n'
    head = f"<!-- ### {piece.code}{piece.number}.rtf -->\n{anchor}"
    if not piece.number:
        return head
    modern = any(kind == "h4" for kind, _ in piece.blocks)
    body = "".join(block(b) for b in piece.blocks)
    document = _EMBEDDED.format(
        charset="utf-8" if piece.number % 4 == 1 else "iso-8859-1",
        version="23.4" if modern else "19.1",
        title="ALLRIS® Office Integration" if piece.number % 3 == 0 else "",
        rule="" if first else " <hr />",
        body=body,
    )
    return head + document


def parts(pieces: tuple[Part, ...]) -> str:
    return "".join(part(piece, k == 0) for k, piece in enumerate(pieces))


def jump_list(pieces: tuple[Part, ...]) -> str:
    return "".join(
        f'\t\t\t\t\t\t<br /><a href="#allris{p.code}">{esc(p.label)}</a>' for p in pieces if p.label
    )


def row(*cells: str, css: str = "") -> str:
    tag = f'<tr class="{css}">' if css else '<tr valign="top">'
    return f"\t{tag}\n" + "\n".join(cells) + "\n\t</tr>\n"


def label(text: str, span: str = "") -> str:
    return f'\t\t<td class="kb1"{span}>{text}</td>'


SCRIPT = """
<script language="Javascript" type="text/javascript"><!--
//<![CDATA[
	function checkClickResult(id, clicked, value) {
	}


//]]>
--></script>
"""
RULER = ('<tr><td>{0}</td><td width="45%">{0}</td><td>{0}</td><td width="45%">{0}</td></tr>\n').format(
    '<img src="images/einpix.gif" width="1" height="1" alt="" border="0"  />'
)
