"""PARLIS of Frankfurt: every paper, agenda and minutes is an office's document below a header of three lines.

Documents have permanent names (`DDW?W=DOK_NAME='OM_4243_2023'`), lists go from new to old. Sources of the
knowledge: `docs/vendors.md` and the fixtures below `fixtures/parlis`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from scraper import dom, german
from scraper.accounting import Furniture
from scraper.address import Address
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.records import Meeting, Paper, Record
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.parlis.meetings import parse_meeting
from scraper.vendors.parlis.pages import ADDRESSES, NAME, read_title
from scraper.vendors.parlis.papers import parse_paper
from scraper.view import Link, View, open_page

# Lists of minutes, agendas and papers, newest first.
_TYPES = (("NIED", Kind.CALENDAR), ("TAGO", Kind.CALENDAR), ("VORL", Kind.PAPER_LIST))
_LIST = "/PARLISLINK/SDF?DOKUMENTTYP={}&FORMFL_OB=DATUM&FORM_SO=Absteigend&FORM_C=und"
_NEXT = re.compile(r"&\?\d+\s*$")
_OF_MEETING = re.compile(
    rb"<(?i:strong)>\s*Dokumentart:[\s\S]{0,200}?<td[^>]*>\s*(?:Tagesordnung|Niederschrift)\b"
)


def parse_document(page: Page) -> Parsed:
    """A document: what its header calls it decides how it is read."""
    return parse_meeting(page) if _OF_MEETING.search(page.content) else parse_paper(page)


class _Row(NamedTuple):
    """A row of a list: the document, its title and day. `link`: what prints the title."""

    goal: Address
    title: str
    date: dt.date
    link: Link


def parse_list(page: Page) -> Parsed:
    """Documents of one type; follows each and the next page, as far as the window reaches."""
    view = open_page(page, NAME, ADDRESSES, "#anzeige, body")
    rows = list(_rows(view))
    if not rows:
        raise BrokenPageError(page.url, "the list has no rows")
    meetings = view.own is None or view.own.kind is Kind.CALENDAR
    records = [_listed(view, row, meetings=meetings) for row in rows]
    kind = Kind.MEETING if meetings else Kind.PAPER
    follow = [Request(row.goal.url, kind, date=row.date) for row in rows]
    follow += [
        Request(link.goal.url, link.goal.kind, date=min(row.date for row in rows))
        for link in view.links()
        if link.goal and view.own and link.goal.kind is view.own.kind and _is_next(view, link.goal.url)
    ]
    for row, record in zip(rows, records, strict=True):
        if isinstance(record, Meeting):
            row.link.node.decompose()  # it prints the document, the meeting and the day in one
    return view.told((record for record in records if record), follow)


def _is_next(view: View, url: str) -> bool:
    """`&?26` at the end of the address is the first row of the page."""
    here, there = (_NEXT.search(one) for one in (view.page.url, url))
    first = int(here[0].strip()[2:]) if here else 1
    return there is not None and int(there[0].strip()[2:]) > first


def _rows(view: View) -> Iterator[_Row]:
    """Rows with a day and a document; the permanent name is that of the PDF beside the title."""
    for row in view.main.css("tr"):
        links = view.links(row)
        named = [link for link in links if link.goal and link.goal.kind in (Kind.PAPER, Kind.FILE)]
        titled = next((link for link in named if dom.line(link.node)), None)
        dates = [day for cell in dom.children(row) if (day := german.date(dom.line(cell)))]
        file = next((link.goal for link in named if link.goal and link.goal.kind is Kind.FILE), None)
        goal = _document(view, file) if file else named[0].goal if named else None
        if goal and dates and titled:
            yield _Row(goal, dom.line(titled.node), dates[0], titled)


def _document(view: View, file: Address) -> Address | None:
    return ADDRESSES.read(view.join(f"/PARLISLINK/DDW?W=DOK_NAME='{file.native_id}'"))


def _listed(view: View, row: _Row, *, meetings: bool) -> Record | None:
    if not meetings:
        return Paper(
            **view.envelope("paper", row.goal.native_id),
            url=row.goal.url,
            date=row.date,
            extra={"Titel": row.title},
        )
    title = read_title(row.title)
    if title is None:
        return None  # accounting tells what it says
    return Meeting(
        **view.envelope("meeting", title.native_id),
        url=row.goal.url,
        name=title.name,
        date=row.date,
        cancelled=german.is_cancelled(row.title),
    )


MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (re.compile(rb"<title>\s*PARLIS - "), 0.9, "the title begins with PARLIS"),
    (re.compile(rb"PARLamentsInformationsSystem"), 0.8, "the product's full name"),
    (re.compile(rb"/PARLISLINK/(?:DDW|SDF|SDW)\?"), 0.7, "links to /PARLISLINK/"),
    (b'class="maske21"', 0.6, "header rows of class maske21"),
)


def fingerprint(page: Page) -> Fingerprint | None:
    """The product has no version that it prints."""
    return by_marks(NAME, page, MARKS)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The first page of each list."""
    for name, kind in _TYPES:
        yield Request(urljoin(source.base_url, _LIST.format(name)), kind)


ROUTES = (
    Route(Kind.PAPER, re.compile(r"/PARLISLINK/DDW\?.*(?:DOK_NAME|[&?]K=)", re.IGNORECASE), parse_document),
    Route(
        Kind.CALENDAR,
        re.compile(r"/PARLISLINK/S?D[FW]\?.*DOKUMENTTYP=(?:NIED|TAGO)", re.IGNORECASE),
        parse_list,
    ),
    Route(Kind.PAPER_LIST, re.compile(r"/PARLISLINK/S?D[FW]\?.*DOKUMENTTYP=VORL", re.IGNORECASE), parse_list),
)


def route_of(page: Page) -> Route | None:
    """A saved document without its address."""
    return ROUTES[0] if b"maske21" in page.content else None


FURNITURE = Furniture(
    frozenset(
        {
            "dokumentart",
            "gremium",
            "datum",
            "titel",
            "nr",
            "nach unten",
            "nach oben",
            "pdf",
            "tagesordnung",
            "niederschrift",
        }
    ),
    re.compile(r"von \d+|treffer \d+.*|\d+ (?:treffer|dokumente)"),
)

VENDOR = Vendor(
    name=NAME,
    title="PARLIS (Frankfurt)",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"/PARLIS2S/"), NotPublicError, "the document is in the closed part of the system"
        ),
        Reject(
            re.compile(rb"PARLIS Meldung|Kein(?:e)? Dokument"),
            NotFoundError,
            "the system says: PARLIS Meldung",
        ),
    ),
    canonical=ADDRESSES.canonical,
    route_of=route_of,
    expects=("meeting", "agenda_item", "paper"),
    furniture=FURNITURE,
)
