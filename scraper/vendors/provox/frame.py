"""What all pages of the product have in common: addresses, the content, documents, tables with heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scraper import documents, dom, text
from scraper.address import Addresses, Program
from scraper.dom import Node
from scraper.page import Kind, Page
from scraper.records import Attachment, Role
from scraper.view import Link, View

NAME = "provox"
# Below the folder of the client: /ris/musterau/
ADDRESSES = Addresses(
    Program(Kind.MEETING, r"/meeting/details/(?P<id>\d+)/?$"),
    Program(Kind.PAPER, r"/agendaitem/details/(?P<id>\d+)/?$"),
    Program(Kind.ORGANIZATION, r"/organization/details/(?P<id>\d+)/?$"),
    Program(Kind.PERSON, r"/person/details/(?P<id>\d+)/?$"),
    Program(Kind.FILE, r"/file/getfile/(?P<id>\d+)/?$"),
    Program(Kind.CALENDAR, r"/meeting/showevents/?$", keeps=("start", "end")),
    Program(Kind.CALENDAR, r"/meeting/(?:year/(?P<id>\d{4})|list)/?$"),
    Program(Kind.ORGANIZATION_LIST, r"/organization/list/?$"),
    Program(Kind.PERSON_LIST, r"/person/list/?$"),
)
_HEADING = '[role="heading"], .heading'
_SIZE = re.compile(r",?\s*(?:Dateigröße\s+)?\(?\d+(?:[.,]\d+)?\s*[KMG]i?B\)?$", re.IGNORECASE)


def open_page(page: Page, holds: str) -> View:
    """Parse; the content is the nearest element around the heading that holds `holds`, else the body."""
    html = dom.read(page)
    node = html.maybe(_HEADING)
    while node is not None and node.css_first(holds) is None:
        node = node.parent if node.tag != "body" else None
    return View(page, html, node or html.one("body"), NAME, ADDRESSES)


def files(links: list[Link]) -> tuple[Attachment, ...]:
    """The documents behind links, each once. Most links are icons: their names are attributes."""
    found = [(link, link.goal) for link in links if link.goal and link.goal.kind is Kind.FILE]
    told = {
        goal.native_id: Attachment(
            name=(name := _name(link.node)) or None, url=goal.url, native_id=goal.native_id, role=_role(name)
        )
        for link, goal in reversed(found)
    }
    return tuple(told.values())[::-1]


def _name(node: Node) -> str:
    """`aria-label`, else the text, else a tooltip without the size in it."""
    label = dom.attr(node, "aria-label") or dom.line(node) or dom.attr(node, "title")
    printed = label or dom.attr(node.css_first("[title]"), "title")
    return _SIZE.sub("", text.clean(printed))


def _role(name: str) -> Role:
    return "main" if "vorlage" in name.casefold() else documents.role_of(name, "attachment")


class Columns:
    """A table by its heads: the last row of heads names the columns."""

    def __init__(self, table: Node) -> None:
        rows = [[cell for cell in dom.children(row) if cell.tag in ("td", "th")] for row in table.css("tr")]
        heads = [row for row in rows if len(row) > 1 and all(cell.tag == "th" for cell in row)]
        self.labels = [dom.line(cell).rstrip(":") for cell in heads[-1]] if heads else []
        self.rows = [row for row in rows if any(cell.tag == "td" for cell in row)]

    def read(self, row: list[Node]) -> Iterator[tuple[str, Node]]:
        """Label and cell; a column without a head is named by its place."""
        for number, cell in enumerate(row):
            label = self.labels[number] if number < len(self.labels) else ""
            yield label or f"column {number + 1}", cell

    def kinds(self, heads: Mapping[str, frozenset[str]]) -> dict[str, int]:
        """Which column holds what, by the heads that are known for it."""
        folded = [label.casefold() for label in self.labels]
        found = {
            kind: [at for at, label in enumerate(folded) if label in names] for kind, names in heads.items()
        }
        return {kind: places[0] for kind, places in found.items() if places}
