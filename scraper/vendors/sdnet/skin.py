"""Pages of SD.NET RIM: addresses, rows, documents, and the ids that no token goes into."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

from scraper import dom, german, text
from scraper.address import Addresses, Program
from scraper.documents import role_of, without_size
from scraper.dom import Node
from scraper.labels import Fields
from scraper.page import Kind, Page, Request
from scraper.records import Attachment, Role
from scraper.stamp import slug
from scraper.view import View
from scraper.view import open_page as _open

NAME = "sdnet"
CONTAINERS = "#div-content, #rimcontent"
_TOKEN = "__"
# Below any folder: /rim4220/, /sdnet4/ and /lampertheim/ were seen in addresses.
ADDRESSES = Addresses(
    Program(Kind.FILE, r"/sdnetrim/", keeps=None),
    Program(Kind.MEETING, r"/tops/?$", number=_TOKEN),
    Program(Kind.PAPER, r"/vorgang/?$", number=_TOKEN),
    Program(Kind.CALENDAR, r"/termine/ics/", keeps=(_TOKEN,)),
    Program(Kind.CALENDAR, r"/termine/?$", keeps=(_TOKEN,)),
    Program(Kind.PAPER_LIST, r"/(?:vorlagen|recherche)/?$", keeps=(_TOKEN,)),
    Program(Kind.ORGANIZATION, r"/(?:gremien|fraktionen)/?$", number=_TOKEN),
    Program(Kind.ORGANIZATION_LIST, r"/(?:gremien|fraktionen)/?$"),
    Program(Kind.PERSON, r"/personen/?$", number=_TOKEN),
    Program(Kind.PERSON_LIST, r"/personen/?$"),
)
# What the menu of every page leads to, and a crawl needs. The search answers nobody who has not asked it.
_MENU = frozenset({Kind.PAPER_LIST, Kind.ORGANIZATION_LIST, Kind.PERSON_LIST})
_SEARCH = re.compile(r"/recherche/?$")

_PROGRAM = re.compile(
    r"/(?:sdnetrim|tops|vorgang|termine|vorlagen|recherche|gremien|fraktionen|personen|rss|webservice"
    r"|index\.php)/.*$"
)
_FILE = "/sdnetrim/"
_COLUMN = re.compile(r"(?:^|\s)column-([\w.-]+)")
# Icon of a document → what it is. An attachment of a decision is an attachment too.
ICONS: dict[str, Role] = {
    "attachment-link": "attachment",
    "vorlage-attachment-link": "attachment",
    "beschluss-attachment-link": "attachment",
    "vorlage-link": "main",
    "beschluss-link": "resolution",
}
_EXPORTED = " (exportiert: "  # "… (exportiert: 28.04.2026, aktualisiert: 18.08.2026) (221 KB)"
_ATTACHED = re.compile(r"^Anlage\b")
_SESSION = re.compile(r"^(?P<name>.+?)\s*,\s*\d+\.\s.*\bSitzung\b")
# A meeting keeps its id when it is called off.
_CALLED_OFF = re.compile(
    r"(?i)^\W*(?:entfällt|abgesagt|ausfall)\W+|\W+(?:entfällt|abgesagt|fällt aus|ausgefallen)\W*$"
)


class Row(NamedTuple):
    """A row of a table of data. `marks`: its classes; `cells`: name of the column → cell."""

    node: Node
    marks: str
    cells: dict[str, Node]


def open_page(page: Page) -> View:
    """The page with its content; BrokenPageError without one."""
    return _open(page, NAME, ADDRESSES, CONTAINERS)


def read(view: View) -> tuple[Fields[Node], list[Row]]:
    """The label–value pairs of the head and the rows of data, told apart by their cells.

    The labels are taken out of the page: whoever reads a value knows its label, all others go to `extra`.
    """
    header: Fields[Node] = Fields()
    rows: list[Row] = []
    for node in view.main.css("tr"):
        label = value = None
        cells: dict[str, Node] = {}
        for cell in node.iter():
            if cell.tag == "th":
                label = label or cell
            elif column := _COLUMN.search(cell.attrs.get("class") or ""):
                cells[column[1]] = cell
            else:
                value = value or cell
        if cells:
            rows.append(Row(node, node.attrs.get("class") or "", cells))
        elif label is not None and value is not None:
            header.add(take(label), value)
    return header, rows


def take(node: Node | None) -> str:
    """The whole text of a node as one line; it is taken out of the page and must not be used again."""
    if node is None:
        return ""
    printed = dom.line(node)
    node.decompose()
    return printed


def take_lines(node: Node | None) -> list[str]:
    """The lines of a node, which is taken out of the page like with `take`."""
    printed = dom.lines(node)
    if node is not None:
        node.decompose()
    return printed


def root_of(url: str) -> str:
    """The folder of the installation that an address belongs to."""
    parts = urlsplit(url)
    path = _PROGRAM.sub("/", parts.path if parts.path.endswith("/") else parts.path + "/")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


# ---- documents


class Offer(NamedTuple):
    """The documents and the other links of a place; `unknown`: icons that the table does not know."""

    attachments: tuple[Attachment, ...] = ()
    links: tuple[Node, ...] = ()
    unknown: tuple[str, ...] = ()
    of: str | None = None  # the number of the paper that an attachment says it belongs to


_OF = re.compile(r"\bzum Vorgang (?P<number>.+?) exportiert am ")


def take_documents(view: View, place: Node | None, *, reference: str = "", label: str = "") -> Offer:
    """The documents offered in a place, taken out of the page; the links that are none stay there.

    `reference`: the number of the paper they belong to; `label`: what is printed in front of them.
    """
    files: dict[str, Attachment] = {}
    links: list[Node] = []
    unknown: list[str] = []
    of = None
    for node in place.css("a[href]") if place is not None else ():
        attributes = node.attrs
        href = attributes.get("href") or ""
        if _FILE not in href:
            links.append(node)
            continue
        spoken = attributes.get("aria-label") or ""
        name = document_name(text.clean(node.text())) or document_name(spoken)
        role, icon = _role(node, name, spoken, reference, label)
        unknown += [icon] if icon else []
        if of is None and (said := _OF.search(spoken)):
            of = said["number"]
        url = view.join(href).partition("#")[0]
        files.setdefault(url, Attachment(name=name or None, url=url, role=role))
        node.decompose()
    return Offer(tuple(files.values()), tuple(links), tuple(unknown), of)


def take_panels(
    view: View, header: Fields[Node], known: Collection[str], reference: str = ""
) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The documents of all rows of the head that offer some, and what to warn of: labels not known, icons."""
    found: dict[str | None, Attachment] = {}
    warned: list[str] = []
    for field in list(header.items):
        offer = take_documents(view, field.value, reference=reference, label=field.label)
        if offer.attachments:
            header.items.remove(field)
            warned += offer.unknown
            warned += [] if field.key in known else [f"unknown_label:{field.label}"]
            found |= {one.url: one for one in offer.attachments}
    return tuple(found.values()), tuple(warned)


def document_name(printed: str) -> str:
    """A printed name without day of export and size."""
    name, exported, _ = printed.partition(_EXPORTED)
    return name if exported else without_size(printed)


def _role(node: Node, name: str, spoken: str, reference: str, label: str) -> tuple[Role, str]:
    """What the icon says, else what the words say; and the icon that neither explains."""
    icon = node.first_child
    classes = ((icon.attrs.get("class") or "") if icon is not None and icon.is_element_node else "").split()
    for mark in classes:
        if mark in ICONS:
            return ICONS[mark], ""
    if _ATTACHED.match(spoken):
        return "attachment", ""
    if reference and name.endswith(reference):
        return "main", ""
    role = role_of(name, role_of(label, "other"))
    unknown = [mark for mark in classes if mark.endswith("-link") and mark != "document-link"]
    return role, f"unknown_icon:{unknown[0]}" if unknown and role == "other" and not _is_package(name) else ""


def _is_package(name: str) -> bool:
    return role_of(name, "main") == "other"


# ---- what records are called: tokens are the server's, and may be others tomorrow


def meeting_id(organization: str, day: dt.date | None, clock: dt.time | None) -> str:
    """`rat-2026-09-29-1630`: organization, day and hour, which every page prints that names a meeting."""
    parts = (slug(organization), day.isoformat() if day else "", f"{clock:%H%M}" if clock else "")
    return "-".join(part for part in parts if part)


def paper_id(reference: str) -> str:
    """`t-04-118-26`: the printed number; it was unique among 190 papers of all types of one town."""
    return slug(reference)


def organization_id(url: str, name: str) -> str:
    """Factions are listed apart, so letters lead: `fr-buergerliste`, `gr-hauptausschuss`."""
    return f"{'fr' if '/fraktionen' in url else 'gr'}-{slug(name)}"


def when(printed: str) -> tuple[dt.date | None, dt.time | None]:
    """Day and hour of `Di, 29.09.2026 16:30 Uhr`."""
    return german.date(printed), german.times(printed)[0]


def organization_of(printed: str) -> str:
    """The committee of `Rat, 8. Sitzung`, `Rat , 28. XI. Ratsperiode Sitzung` and `Rat (entfällt)`."""
    match = _SESSION.match(printed)
    return _CALLED_OFF.sub("", match["name"] if match else printed)


# ---- lists


def menu(view: View) -> Iterator[Request]:
    """The lists that the menu leads to."""
    for node in view.html.many("a[href]"):
        goal = view.link(node).goal
        if goal and goal.kind in _MENU and not _SEARCH.search(goal.url) and _TOKEN + "=" not in goal.url:
            yield Request(goal.url, goal.kind)


def further(view: View, kind: Kind) -> str | None:
    """The address of the next page of a list; its link prints ">" or is called "Nächste Seite"."""
    for link in view.links():
        if link.goal and link.goal.kind is kind and _TOKEN + "=" in link.url:
            spoken = dom.attr(link.node, "aria-label")
            if spoken == "Nächste Seite" or text.clean(link.node.text()) == ">":
                return link.goal.url
    return None


def drop(view: View, selectors: Iterable[str]) -> None:
    """Takes furniture out of the content: forms, paging, tabs."""
    for selector in selectors:
        for node in view.main.css(selector):
            node.decompose()
