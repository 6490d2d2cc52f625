"""ALLRIS 3 start page with its menu, choice of council (pa000), and the paper list (vo040)."""

from __future__ import annotations

import re

from scraper import dom, german, text
from scraper.dom import Node
from scraper.errors import BrokenPageError, SessionLostError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Paper
from scraper.vendors.allris3 import address, skin
from scraper.vendors.allris3.links import Link
from scraper.vendors.allris3.skin import View

_MENU = frozenset(
    {Kind.CALENDAR, Kind.PAPER_LIST, Kind.ORGANIZATION_LIST, Kind.PERSON_LIST, Kind.ORGANIZATION, Kind.START}
)
# "Ergebnisse 1-50 von ungefähr 19200": the position, for the address of every further page is the same.
_POSITION = re.compile(r"Ergebnisse\s+(\d+)\s*-\s*(\d+)\s+von\s+(?:ungefähr\s+)?(\d+)")


def parse_start(page: Page) -> Parsed:
    """The menu names the programs that this installation has released; of the calendars the first counts."""
    html = dom.read(page)
    found = skin.requests([Link(node, page.url) for node in html.many("a[href]")], _MENU)
    calendars = [r for r in found if r.kind is Kind.CALENDAR and "MM=" not in r.url]
    wanted = [r for r in found if r.kind is not Kind.CALENDAR and r.url != address.canonical(page.url)]
    if not found:
        raise BrokenPageError(page.url, "the start page links none of the product's programs")
    return Parsed(follow=(*calendars[:1], *wanted))


def parse_paper_list(page: Page) -> Parsed:
    """Papers with number, subject, date and type; follows them and the next page of the session.

    SessionLostError when the printed position is not the one that was asked for.
    """
    view = skin.open_page(page)
    first, last, total = _position(view)
    if page.step and first != page.step:
        raise SessionLostError(page.url, f"asked for row {page.step}, got the page from row {first}")
    rows = view.main.css("table.tl1 tr")
    read = [(row, paper) for row in rows if (paper := _paper(view, row))]
    found = [paper for _, paper in read]
    if not found:
        raise BrokenPageError(page.url, "the list of papers has no rows")
    follow = [Request(paper.url, Kind.PAPER, date=paper.date) for paper in found if paper.url]
    further = _next(view, last, found)
    return Parsed(
        tuple(found),
        (*further, *dict.fromkeys(follow)),
        printed=skin.printed_in(row for row, _ in read),
        total=("paper", total) if first == 1 else None,
    )


def _position(view: View) -> tuple[int, int, int]:
    """First and last row, and how many there are, as printed; zeros where the list prints no position."""
    for cell in view.main.css("td.kb1, td.text4"):
        match = _POSITION.search(dom.line(cell))
        if match:
            return int(match[1]), int(match[2]), int(match[3])
    return 0, 0, 0


def _next(view: View, last: int, found: list[Paper]) -> list[Request]:
    """The following page; its date is the oldest of this page, since the list goes from new to old."""
    link = view.main.css_first('a[href*="shownext="]')
    goal = view.link(link)
    if goal is None or not last:
        return []
    days = [paper.date for paper in found if paper.date]
    return [Request(goal.url, Kind.PAPER_LIST, step=last + 1, date=min(days, default=None))]


def _paper(view: View, row: Node) -> Paper | None:
    """One row: number and subject share a cell, separated by a no-break space ("22-2355&nbsp;Title")."""
    link = row.css_first('a[href*="vo020"]')
    goal = view.link(link)
    if link is None or goal is None:
        return None
    printed = link.text()
    number, gap, subject = printed.partition("\xa0")
    columns = [dom.line(cell) for cell in row.css("td.text2")]
    date = next((day for column in columns if (day := german.date(column))), None)
    kinds = [column for column in columns if column and not german.date(column)]
    return Paper(
        **view.envelope("paper", goal.native_id),
        url=goal.url,
        reference=text.clean(number) if gap else None,
        subject=text.clean(subject if gap else printed) or None,
        date=date,
        paper_type=kinds[0] if kinds else None,
    )
