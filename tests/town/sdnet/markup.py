# ruff: noqa: E501 - lines of markup stand as they are sent
"""Pages of SD.NET RIM 26: frame, tables, documents."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

ICON = '<i class="letter_inside"></i><i class="fa-top"></i><i class="fa-bottom"></i>'
ICONS = {
    "main": "document-link fa-sst-file vorlage-link fa-icon",
    "attachment": "attachment-link vorlage-attachment-link fa-icon",
    "resolution": "document-link fa-sst-file beschluss-link fa-icon",
    "minutes": "document-link fa-sst-file niederschrift-link fa-icon",
}
OTHER_ICON = "document-link fa-sst-file einladung-link fa-icon"
MENU = ("gremien", "fraktionen", "personen", "termine", "vorlagen", "recherche")
FRAME = """<!DOCTYPE html>
<html lang="de" dir="ltr" xml:lang="de" lang="de" class="no-js">

<head>
	<meta charset="utf-8" />
	<meta name="generator" content="SD.NET RIM - Ratsinfomanagement" />
	<title>{title} - SD.NET RIM | Stadt Musterau</title>
<link rel="stylesheet" href="{base}library/media/css/tables.css?26.2.1" type="text/css" media="screen, print" />
	</head>
<body class="cid01">
<ul class="sdnetrim-menu-ul sdnetrim-menu-ul-level0">
{menu}
</ul>
<div id="rimcontent">

<div id="div-content" class="{kind}">
    <h1 class="heading">{title}</h1>
{body}
</div>

</div>
</body>
</html>
"""


def frame(base: str, kind: str, title: str, body: str) -> str:
    """A whole page."""
    entry = '<li class="sdnetrim-menu-li {0} "><a class="a-level-0 " href="{1}{0}">{0}</a></li>'
    menu = "\n".join(entry.format(name, base) for name in MENU)
    return FRAME.format(base=base, kind=kind, title=escape(title), menu=menu, body=body)


def text(value: str) -> str:
    return escape(value, quote=False).replace("\n", "<br />\n")


def link(url: str | None, label: str, **attributes: str) -> str:
    """A link, or its label alone."""
    if url is None:
        return label
    more = "".join(f' {name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
    return f'<a{more} href="{url}">{label}</a>'


def document(url: str, name: str, role: str, of: str = "") -> str:
    """A document with its icon; `of`: the number of the paper that an attachment belongs to."""
    spoken = f"{name} im PDF-Format öffnen"
    if role == "attachment":
        spoken = f"Anlage {name} zum Vorgang {of} exportiert am 29.08.2026 im PDF-Format öffnen"
    shown = f"{escape(name, quote=False)} (exportiert: 29.08.2026, aktualisiert: 30.08.2026) (1.204 KB)"
    icon = f'<span aria-hidden="true" class="{ICONS.get(role, OTHER_ICON)}">{ICON}</span>'
    return (
        f'<a role="button" class="link-element" href="{url}" target="_blank" aria-label="{escape(spoken)}" title="{escape(spoken)}">'
        f'{icon}<span aria-hidden="true" class="hide-text">{shown}</span></a>'
    )


def matter(url: str, name: str) -> str:
    """The link to the page of a paper."""
    spoken = escape(f"{name} - Vorgang. Vorgang öffnen")
    icon = '<span aria-hidden="true" class="vorgang-link fa-sst-folder-open fa-icon"><i class="fa-top"></i><i class="fa-bottom"></i></span>'
    return f'<a aria-label="{spoken}" role="button" class="link-element" href="{url}" title="{spoken}">{icon}<span aria-hidden="true"  class="hide-text">{escape(name)} - Vorgang</span></a>'


def details(rows: Iterable[tuple[str, str]]) -> str:
    """The table of the head."""
    cells = "".join(
        f'            <tr>\n                <th scope="row">{escape(label)}:</th>\n                <td>{value}</td>\n            </tr>\n'
        for label, value in rows
    )
    return f'    <div class="sst-table-container">\n        <table class="table-details">\n{cells}        </table>\n    </div>\n'


def table(kind: str, caption: str, heads: dict[str, str], rows: Iterable[tuple[str, list[str]]]) -> str:
    """A table of data. `heads`: column → printed head; `rows`: attributes of the row and its cells."""
    head = "".join(
        f'<th class="column-{name}-header" scope="col" role="columnheader">{printed}</th>'
        for name, printed in heads.items()
    )
    body = ""
    for attributes, cells in rows:
        filled = "\n".join(
            f'<td class="column-{n}">{cell}</td>' for n, cell in zip(heads, cells, strict=True)
        )
        body += f"<tr {attributes}>\n{filled}\n</tr>\n\n"
    return (
        f'<div class="sst-table-container papers-hidden"><table id="table0" class="table-data table-{kind} table-cols-{len(heads)}">'
        f'<caption class="caption">{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>\n'
    )


def paging(following: str | None, first: int, last: int, total: int) -> str:
    """Which rows of how many, as printed ("eins", not 1), and the link to the next page."""
    begins = "eins" if first == 1 else f"{first}"
    told = f"{total} Datensätze gefunden, Datensatz {begins} bis {last} werden angezeigt."
    banner = f'<div class="paging-banner">{told}</div>'
    further = (
        f'<li><a role="button" aria-label="Nächste Seite" href="{following}"><i class="fa-icon paging-next" aria-hidden="true"><span class="enabled">&gt;</span></i></a></li>'
        if following
        else ""
    )
    return f'<div role="navigation" aria-label="Seitennummerierung oben" class="papers-hidden paging paging-top">{banner}<div class="paging-links"> <ul class="paging-list-unsorted">{further}</ul> </div></div>'
