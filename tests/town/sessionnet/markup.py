# ruff: noqa: E501 - lines of markup stand as they are sent
"""Layout 6: frame, fields, documents, texts, cards and rows."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tests.town.model import Attachment, Block, Document, Part

from .council import told_parts

CODES = {"announcement": "BM", "invitation": "E", "minutes": "NS", "main": "VO", "other": ""}
META = (
    '<meta name="author" content="Somacos GmbH & Co. KG,https://www.somacos.de, SessionNet Version 5.5.4 KP4 bi (Layout 6)">'
    '<meta name="sessionnet" content="V:050504"/>'
)
MENU = (
    ("info", "Startseite"), ("si0040", "Kalender"), ("gr0040", "Gremien"), ("kp0041", "Mandatstr&auml;ger"),
    ("vo0042", "Vorlagen"), ("recherche", "Recherche"),
)  # fmt: skip


def page(program: str, title: str, body: str, tabs: str = "", menu: str = "") -> str:
    """A whole page. `title`: escaped already."""
    links = "".join(
        f'<li class="nav-item smc-nav-online"><a  href="{name}.php" title="{label} anzeigen" class="smce-a-u nav-link smcmenu1" >{label}</a></li> '
        for name, label in MENU
    )
    return f"""<!DOCTYPE html><html lang="de"  x-ms-format-detection="none"><head><meta charset="utf-8">{META}<title>SessionNet | {title}</title></head><body id="smc_body" class="smc-body">
<!-- #wrapper --><div id="wrapper" class="smclayout smc_page_{program}_layout"><div id="sidebar-wrapper" role="navigation" aria-label="Hauptmenü" class="smc-nav-config smc-pr-n"><ul id="sidebar-nav" class="nav nav-pills nav-stacked">{links}</ul></div><div id="page-content-wrapper">
<div class="page-title" role="navigation" aria-label="Seitentitel und Oberes Menü"><ul class="nav nav-pills smc-nav-actions"><li><a href="rssfeed.php" title="RSS-Newsfeed abrufen" class="nav-link"><span class="sr-only">RSS-Feed</span></a></li></ul><h1 class="smc_h1">{title}</h1></div>

<div id="page-content" role="main" aria-label="Informationen">
{tabs}{menu}{body}
</div><!-- /page-content-1 -->
</div><!-- /page-content-wrapper -->
<footer aria-label="Fusszeile mit Seiteninformationen"><div id="smcmenubottom"><ul class="list-inline"><li>&nbsp;Letzte &Auml;nderung:&nbsp;24.11.2026 10:36:44</li></ul></div><div id="smcsomacosinfo" class="text-right"><span lang="en">Software: </span><a href="https://somacos.de/" class="smc-link-normal" target="_blank">Sitzungsdienst <span lang="en">Session</span></a></div></footer>
</div><!-- /wrapper -->
</body></html>
"""


def tabs(*entries: tuple[str, str]) -> str:
    """(address, label) of every tab; the first is the open one."""
    rows = "".join(
        f'<li class="nav-item"><a  href="{href}" title="{label}" aria-label="{label}" class="smce-a-u nav-link" >{label}</a></li>'
        for href, label in entries
    )
    return f'<ul class="nav nav-tabs smcnoprint" id="smcregister" aria-label="Tab Navigation">{rows}</ul>\n'


def fields(program: str, rows: Iterable[tuple[str, str, str | None]]) -> str:
    """(name, label, value) of every field; those without a value are left out."""
    cells = "".join(
        f'<div class="smc-table-row"><div class="smc-table-cell smc-cell-head {name}_title">{label}</div><div class="smc-table-cell {name}">{value}</div>\n</div>\n'
        for name, label, value in rows
        if value
    )
    return f'<div class="card card-light smcbox"><div class="panel-body"><div class="smcboxcontent card-body">\n<div id="smc_page_{program}_contenttable1" class="smc-table smc-table-striped smccontenttable smc_page_{program}_contenttable">\n{cells}</div>\n</div></div></div>\n'


def document(number: object, name: str, code: str, appended: bool = False) -> str:
    """One offered document: an icon, a button and a name."""
    icon = (
        f'<i class="smc smc-doc-dakurz smc-doc-symbol  smc_field_danr_2" aria-hidden="true">{code}</i>'
        if code
        else '<i class="smc smc-document" aria-hidden="true"></i>'
    )
    link = f'<a  href="getfile.php?id={number}&type=do" title="Dokument Download Dateityp: pdf" aria-label="Dokument Download Dateityp: pdf"'
    return f'<div class="smc-dg-ds-1 col-lg-6 smc-d-el{" smc-d-ex" if appended else ""}"><div class="smc-xxdat smc-box-type-1 smc-dg-b1"><div class="smc smc-doc-icon">{icon}</div><div class="smc-doc-content"><div class="smc-action-group ml-auto" role="group">{link} role="button" class="btn btn-blue" ><i class="smc smc-download" aria-hidden="true"></i></a></div><div class="smc-el-h smc-link-normal">{link} class="smce-a-u smc-link-normal" >{escape(name)}</a></div></div></div>\n</div>\n'


def documents(rows: Iterable[Document]) -> str:
    """The documents of a meeting or paper."""
    made = "".join(document(row.number, row.name, CODES[row.role]) for row in rows)
    return f'<div class="smc-documents smc-pr-n row">\n{made}<!--SMCPHDOCFCT--></div>' if made else ""


def file_number(paper: int, place: int) -> int:
    """The number of an appendix: in the town they have names only."""
    return paper * 10 + place


def appendices(paper: int, rows: Iterable[Attachment]) -> str:
    """The appendices of a paper."""
    made = "".join(document(file_number(paper, n), row.name, "", True) for n, row in enumerate(rows, 1))
    return f'<div class="smc-documents smc-pr-n row">\n{made}<!--SMCPHDOCFCT--></div>' if made else ""


# ---- released texts


def texts(parts: tuple[Part, ...]) -> str:
    """The parts as blocks of a word processor, separated by lines."""
    blocks = [
        f'<!--smcdocmsword--><div class="smcdocmsword" id="smcdocid{part.number:08d}">\n<div class=WordSection1>\n{"".join(map(_block, part.blocks))}</div>\n</div>\n'
        for part in told_parts(parts)
    ]
    return "<hr />".join(blocks)


def _block(block: Block) -> str:
    kind, value = block
    if kind == "ol" and isinstance(value, list):
        return "<ol>" + "".join(f"<li class=MsoNormal>{escape(line)}</li>" for line in value) + "</ol>\n"
    if kind == "table" and isinstance(value, list):
        cells = ("".join(f"<td><p class=MsoNormal>{escape(cell)}</p></td>" for cell in row) for row in value)
        return "<table class=MsoTableGrid>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>\n"
    if kind == "blank":
        return "<p class=MsoNormal></p>\n"
    words = escape(str(value))
    shown = f"<b>{words}</b>" if kind in ("h", "h4", "bold") else words.replace("ä", "<span>ä</span>", 1)
    return f"<p class=MsoNormal style='text-align:justify'>{shown}<o:p></o:p></p>\n"
