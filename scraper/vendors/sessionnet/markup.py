"""The looks of SessionNet seen through one pair of glasses: fields by the product's own names and by labels.

Every look names a cell's field in its class: `sidat` (Layout 6), `sidat_r` (Layout 5), `smc_field_sidat`
(Layout ≤ 4), and prints a label beside it. Either of the two is enough.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scraper import dom, german, view
from scraper.dom import Node
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Record
from scraper.vendors.sessionnet.addresses import ADDRESSES, plain, program
from scraper.view import View

NAME = "sessionnet"
# What holds the content, the narrowest first; a fragment (to0058) has nothing around it.
CONTAINERS = "#page-content, #smccontent, #smclayout, #wrapper"
# Inside of it, and no content: filters, tabs, menus, foot. Their links are read before.
FRAME = ", ".join(
    ("#smcfiltermenu", ".smc-filter-bar", "#smcregister", "#sidebar-wrapper", "#smcfooter", ".page-title",
     "h1", "nav", "footer", "form", "i.smc-doc-symbol", ".dropdown-menu", ".modal", ".sr-only")
)  # fmt: skip
# Rows that are headings of the rows below them.
GROUPS = frozenset({"totrenn", "smcrowh", "smc-table-group"})
_PREFIX = re.compile(r"^smc_?f(?:ield)?_")
_SUFFIX = re.compile(r"(?:_title|_991|_r)+$")
_HEAD = re.compile(r"(?:^| )(?:\S+_title|smc-cell-head|smc-table-cell-th|smctablehead)(?: |$)")
_BRAND = re.compile(r"^SessionNet\s*\|\s*")


@lru_cache(maxsize=2048)
def fields(classes: str) -> frozenset[str]:
    """The names in a class attribute, the same for all looks: `smc_td smc_field_silink` → smc_td, silink."""
    return frozenset(_SUFFIX.sub("", _PREFIX.sub("", token)) for token in classes.split())


def named(node: Node) -> frozenset[str]:
    """See `fields`."""
    return fields(dom.attr(node, "class"))


def open_page(page: Page) -> View:
    """Parse; BrokenPageError when no content container is there."""
    return view.open_page(page, NAME, ADDRESSES, CONTAINERS)


def told(
    seen: View, records: Iterable[Record], follow: Iterable[Request] = (), own: str | None = None
) -> Parsed:
    """What the page told; the frame is no content. The page is used up."""
    for node in seen.main.css(FRAME):
        node.decompose()
    return seen.told(records, follow, own)


def header(seen: View) -> Fields[Node]:
    """All label–value pairs above the tables, in printed order."""
    found: Fields[Node] = Fields()
    for row in seen.main.css("div.smc-table-row, #smctablevorgang tr") or _heads(seen):
        cells = dom.children(row)
        heads = [cell for cell in cells if is_head(cell)]
        values = [cell for cell in cells if not is_head(cell)]
        if len(heads) != len(values):  # no marks: a label stands before its value
            heads, values = cells[::2], cells[1::2]
        for head, value in zip(heads, values, strict=False):
            slots = named(value) | named(head)
            label = dom.line(head) or dom.attr(value, "class").rpartition(" ")[2]
            found.add(label, value, next((slot for slot in SLOTS if slot in slots), ""))
    return found


def is_head(cell: Node) -> bool:
    """Whether a cell is marked as the label of the one beside it."""
    return _HEAD.search(dom.attr(cell, "class")) is not None


def _heads(seen: View) -> list[Node]:
    """Rows with label cells, where the table around them has lost its id."""
    rows = {row.mem_id: row for cell in seen.main.css("td.smctablehead") if (row := cell.parent)}
    return list(rows.values())


# The product's names of the header's fields.
SLOTS = (
    "siname", "sigrname", "siort", "siraum", "sidat", "yytime", "sibez", "vobetr", "voname", "voakz",
    "vovaname", "vodat", "agbetr", "agname", "agvdat", "agakz", "agart", "tobetr", "tofnum",
)  # fmt: skip
# Labels of the header that stand for other fields than elsewhere: "Sitzung" is a number, "Name" too.
NUMBER = frozenset({"sitzung", "sitzungsnummer", "nummer", "sitzungs-nr."})
REFERENCE = frozenset({"vorlage", "name", "nummer", "antrag", "anfrage", "drucksache", "vorlagen-nr."})


@dataclass(frozen=True)
class Title:
    """`Gremium - 03.09.2026 - 15:00-22:00 Uhr - Ort`, taken apart. `name`: what stands before the date."""

    name: str
    date: dt.date | None = None
    times: str = ""
    place: str = ""


_DATED = re.compile(
    r"^(?P<name>.*?)(?:\s(?:am|vom))?[\s–-]*(?<!\d)(?P<date>\d{1,2}\.\d{1,2}\.\d{4})"
    r"(?:[\s–-]+(?P<times>\d{1,2}[:.]\d{2}(?:\s*[–-]\s*\d{1,2}[:.]\d{2})?)(?:\s*Uhr)?)?"
    r"(?:\s+[–-]\s+(?P<place>.+))?$"
)


def heading(seen: View) -> str:
    """The printed h1, else the title without the product's name."""
    node = seen.html.maybe("h1.smc_h1") or seen.html.maybe("h1")
    if node is not None:
        return dom.line(node)
    title = seen.html.maybe("title")
    return _BRAND.sub("", " ".join(title.text().split())) if title is not None else ""


_TAB = re.compile(r"^(?:Tagesordnung|TOP-Liste|Anwesenheit|Informationen|Sitzung):\s+")


def title(seen: View) -> Title:
    """The printed title of a meeting's page, taken apart; in front of it may stand which tab it is."""
    return dated(_TAB.sub("", heading(seen)))


def dated(printed: str) -> Title:
    """See `Title`."""
    match = _DATED.match(printed)
    day = german.date(match["date"]) if match else None
    if match is None or day is None:
        return Title(printed)
    return Title(match["name"].strip(), day, match["times"] or "", match["place"] or "")


_TIP = re.compile(
    r"^(?:(?:Details|Vorlage|Anfrage|Antrag|Sitzung|Vorgang|Person|Dokument)\w*(?: anzeigen)?):\s*"
)


def tip(node: Node | None) -> str:
    """What a link's tooltip says of its goal: `Details anzeigen: Finanzausschuss 02.07.2026`."""
    printed = " ".join(dom.attr(node, "title").split())
    return _TIP.sub("", printed) if _TIP.match(printed) else ""


_GENITIVE = re.compile(r"(?i)sitzung|tagung|klausur|versammlung des|\b(?:ent)?fällt\b|abgesagt|\.$")


def is_body(name: str) -> bool:
    """Whether a printed title names a body: "Sitzung des Rates" and a sentence do not."""
    return bool(name) and not _GENITIVE.search(name)


def own_number(seen: View, *kinds: Kind) -> str | None:
    """The record's number: from the address, else from the page's own tabs."""
    if seen.own is not None and seen.own.kind in kinds and seen.own.native_id:
        return seen.own.native_id
    goals = (link.goal for link in tabs(seen))
    return next((goal.native_id for goal in goals if goal and goal.kind in kinds and goal.native_id), None)


def own_url(seen: View) -> str | None:
    """The page's own address as a person opens it, None when it was not given."""
    if not seen.page.url:
        return None
    return plain(seen.own) if seen.own is not None else seen.page.url


_SHOWN = re.compile(rb"smc_page_([a-z]{2}\d{4})_")


def shown(page: Page) -> str:
    """The program whose page this is: by the address, else by its class (`smc_page_vo0050_layout`)."""
    match = _SHOWN.search(page.content)
    return program(page.url) or (match[1].decode() if match else "")


def tabs(seen: View) -> list[view.Link]:
    """The links of the tabs above the content: other programs that show the same record."""
    register = seen.html.maybe("#smcregister, ul.nav-tabs")
    return seen.links(register) if register is not None else []


# The product's names of columns, as classes have them.
COLUMNS = (
    "pename", "pepartei", "amname", "mgfunk", "puname", "grname", "vobetr", "voname", "vovaname", "vodat",
    "agbetr", "agname", "agvdat", "agart", "sidat", "sidat_tag", "silink", "siort", "yytime", "tofnum",
    "txname", "bfost", "von", "bis", "result",
)  # fmt: skip
# Printed heads and `data-label`s → the product's names.
PRINTED = {
    "name": "pename", "mitgliedschaft": "pepartei", "partei": "pepartei", "fraktion": "pepartei",
    "art der mitarbeit": "amname", "mitarbeit": "amname", "funktion": "mgfunk", "gremium": "grname",
    "personenüberschrift": "puname", "betreff": "vobetr", "vorlage": "voname", "nummer": "voname",
    "vorlagenart": "vovaname", "art": "vovaname", "datum": "sidat", "sitzung": "silink", "top": "tofnum",
    "raum": "siort", "ort": "siort", "zeit": "yytime", "uhrzeit": "yytime",
    "von": "von", "beginn": "von", "bis": "bis", "ende": "bis",
    "entscheidung": "result", "beschluss": "result", "ergebnis": "result", "beratungsergebnis": "result",
    "abstimmungsergebnis": "result", "sitzungsdatum": "sidat", "beratung": "txname",
    "rolle": "txname", "zuständigkeit": "txname", "beratungsart": "txname",
    "status": "bfost", "öffentlichkeit": "bfost",
}  # fmt: skip


@lru_cache(maxsize=1024)
def _column(classes: str, printed: str) -> str:
    known = fields(classes)
    return next((name for name in COLUMNS if name in known), "") or PRINTED.get(
        printed.strip(": \xa0").casefold(), ""
    )


def heads(table: Node) -> list[str]:
    """What the heads of a table call its columns: the product's name, else by the printed one; "" unknown."""
    return [_column(dom.attr(head, "class"), dom.line(head)) for head in table.css("th")]


_NARROW = "-block-991"


def repeated(cells: list[tuple[str, Node]]) -> list[Node]:
    """The cells of a row that say once more, for small screens, what another of the same name says."""
    names = [name for name, cell in cells if _NARROW not in dom.attr(cell, "class")]
    return [cell for name, cell in cells if _NARROW in dom.attr(cell, "class") and name and name in names]


def columns(cells: list[Node], names: list[str]) -> list[tuple[str, Node]]:
    """The cells of a row with the product's name of each: by class, by label, by the head of the column."""
    found = [(_column(dom.attr(cell, "class"), dom.attr(cell, "data-label")), cell) for cell in cells]
    if len(names) != len(cells):
        return found
    return [(name or head, cell) for (name, cell), head in zip(found, names, strict=True)]


def is_inner(seen: View, row: Node) -> bool:
    """Whether a table's row is within a cell of the content: boxes of documents are tables too."""
    node = row.parent
    while node is not None and node.mem_id != seen.main.mem_id:
        if node.tag == "td":
            return True
        node = node.parent
    return False
