"""PARLIS: addresses by the name of a document, the header above it, and its paragraphs."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from scraper import dom, german, text
from scraper.address import Address, Addresses, Program
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page
from scraper.stamp import slug
from scraper.view import Link, View, open_page

NAME = "parlis"

_DOCUMENT = Program(Kind.PAPER, r"/PARLISLINK/DDW$", number="W")
_FILE = Program(Kind.FILE, r"/download/(?P<id>[^/]+)\.pdf$")
_LISTS = {"NIED": Kind.CALENDAR, "TAGO": Kind.CALENDAR, "VORL": Kind.PAPER_LIST}
# `W=DOK_NAME='OM_4243_2023'`, `DOK_NAME=%27OM_4243_2023'`, and from lists `…&K=OM_4243_2023&…`
_NAMED = re.compile(r"DOK_NAME\s*=\s*['\"]?(?P<name>[^'\"&]+)|[&?]K=(?P<key>[^'\"&]+)")
_TYPED = re.compile(r"DOKUMENTTYP\s*=\s*'?([A-Z]+)")


class _Addresses(Addresses):
    """A document is told by its permanent name, however the query is written; lists keep their query."""

    def _read(self, url: str) -> Address | None:
        parts = urlsplit(url)
        program = parts.path.rpartition("/PARLISLINK/")[2].upper()
        query = unquote(parts.query)
        named, typed = _NAMED.search(query), _TYPED.search(query)
        if program == "DDW" and named:
            name = (named["name"] or named["key"]).strip()
            kept = f"{parts.scheme}://{parts.netloc}{parts.path}?W=DOK_NAME=%27{quote(name)}%27"
            return Address(kept, Kind.PAPER, name, _DOCUMENT)
        if program in ("SDF", "SDW", "DDW") and typed and typed[1] in _LISTS:
            kind = _LISTS[typed[1]]
            return Address(url.partition("#")[0].strip(), kind, "", Program(kind, r"/PARLISLINK/SDF$"))
        return super()._read(url)


ADDRESSES = _Addresses(_FILE)
# Decisions of the council ("§ 352") are documents too, but no papers.
RULING = "PAR_"

# "PARLIS - Tagesordnung der 5. Sitzung des OBR 10 am 20.10.2026"
_TITLE = re.compile(
    r"(?:PARLIS\s*-\s*)?(?P<kind>[^\W\d]+)\s+(?:der|zur|über die)\s+(?P<name>.+?)\s+am\s+"
    r"(?P<day>\d{1,2}\.\s?(?:\d{1,2}\.|[^\W\d]+ )\s?\d{4})(?P<rest>.*)"
)


class Title(NamedTuple):
    """A document of a meeting: "Tagesordnung", "5. Sitzung des OBR 10", its day."""

    kind: str
    name: str
    date: dt.date

    @property
    def native_id(self) -> str:
        """No number is printed: day and name tell the meeting, in its agenda and its minutes alike."""
        return f"{self.date.isoformat()}-{slug(self.name)}"


def read_title(printed: str) -> Title | None:
    """The parts of a printed title; None for that of a paper."""
    match = _TITLE.match(" ".join(printed.split()))
    date = german.date(match["day"]) if match else None
    return Title(match["kind"], match["name"], date) if match and date else None


class Paragraph(NamedTuple):
    """A paragraph of the document. `hanging`: its number hangs out, as that of an item does."""

    text: str
    links: tuple[Link, ...]
    hanging: bool
    inner: bool
    node: Node


def open_document(page: Page) -> tuple[View, Fields[str]]:
    """The page and its header (Dokumentart, Gremium, Datum …); BrokenPageError without one."""
    view = open_page(page, NAME, ADDRESSES, "#anzeige, body")
    for title in view.main.css("title"):  # the document is a page within the page
        title.decompose()
    header: Fields[str] = Fields()
    table = view.main.css_first("table")
    for row in table.css("tr") if table is not None else ():
        cells = [dom.line(cell) for cell in dom.children(row)]
        if len(cells) > 1 and (cells[0].endswith(":") or not cells[0]) and any(cells):
            header.add(cells[0] or "?", cells[1])
    if not header.items:
        raise BrokenPageError(page.url, "the page has no header of labels")
    return view, header


def page_title(view: View) -> str:
    """The title of the page, which no element of the content repeats."""
    node = view.html.maybe("title")
    return text.clean(node.text()) if node is not None else ""


def paragraphs(view: View) -> list[Paragraph]:
    """The paragraphs that print something, in order."""
    found: list[Paragraph] = []
    for node in view.main.css("p"):
        printed = dom.line(node)
        if printed:
            style, name = dom.attr(node, "style").replace(" ", ""), dom.attr(node, "class")
            links = tuple(view.links(node))
            found.append(Paragraph(printed, links, "text-indent:-" in style, "Sammeltext" in name, node))
    return found
