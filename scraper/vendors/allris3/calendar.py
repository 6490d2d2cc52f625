"""ALLRIS 3 calendar of one month: si010_e, si010_a, si010_j, si010 (classic) and si010_r."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qsl, urlsplit

from scraper import dom, german
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting
from scraper.stamp import slug
from scraper.vendors.allris3 import skin
from scraper.vendors.allris3.skin import View

# "Oktober 2023" above the table; without it the address or the export form's "01.11.2015-30.11.2015" tells.
_MONTH_HEADING = re.compile(r"^([A-Za-zÄä]+)\s+(\d{4})$")
_CLOCK = re.compile(r"\d:\d\d")
_DAY = re.compile(r"^\d{1,2}$")


def parse_calendar(page: Page) -> Parsed:
    """The meetings of the month, linked or not; follows the published agendas."""
    view = skin.open_page(page)
    rows = view.main.css("table.calenderView tr") or view.main.css("table.tl1 tr:has(td)")
    if not rows:
        raise BrokenPageError(page.url, "the calendar has no rows")
    month = _month(view)
    if month is None:
        raise BrokenPageError(page.url, "neither the page nor its address tells the month; give --url")
    found: list[Meeting] = []
    told: list[Node] = []
    day: int | None = None
    for row in rows:
        cells = list(dom.children(row))
        day = _day(row, cells) or day
        meeting = _meeting(view, row, cells, dt.date(*month, day)) if day else None
        if meeting:
            found.append(meeting)
        if meeting or _CLOCK.search(dom.line(row)):  # the others are holidays
            told.append(row)
    if day is None:
        raise BrokenPageError(page.url, "the calendar prints no days")
    follow = [Request(m.url, Kind.MEETING, date=m.date) for m in found if m.url]
    return Parsed(tuple(found), tuple(dict.fromkeys(follow)), printed=skin.printed_in(told))


def _month(view: View) -> tuple[int, int] | None:
    """(year, month) as printed, else from the address, else from the export form."""
    for node in view.html.many("h2, caption"):
        match = _MONTH_HEADING.match(dom.line(node))
        first = german.date(f"1. {match[1]} {match[2]}") if match else None
        if first:
            return first.year, first.month
    values = {name.upper(): value for name, value in parse_qsl(urlsplit(view.page.url).query)}
    if values.get("MM", "").isdigit() and values.get("YY", "").isdigit():
        return int(values["YY"]), int(values["MM"])
    span = german.dates(dom.attr(view.html.maybe("input[name=kaldatvonbis]"), "value"))
    return (span[0].year, span[0].month) if span else None


def _day(row: Node, cells: list[Node]) -> int | None:
    """The day of the month; blank on further meetings of the same day."""
    printed = dom.line(row.css_first("span.dom")) or (dom.line(cells[1]) if len(cells) > 1 else "")
    return int(printed) if _DAY.match(printed) else None


def _meeting(view: View, row: Node, cells: list[Node], day: dt.date) -> Meeting | None:
    """A row with a time, a number or a link is a meeting; holidays have none of them."""
    title = row.css_first("td.textCol") or _title_cell(view, cells)
    name = dom.line(title)
    goal = next((g for link in view.below(row) if (g := link.goal) and g.kind is Kind.MEETING), None)
    linked = title is not None and title.css_first('a[href*="to010"]') is not None
    times = dom.line(row.css_first("td.time")) or _times(cells)
    if not name or not (goal or times):
        return None
    start, end = german.span(day, times)
    room = row.css_first("td.raum") or _room(cells, title)
    return Meeting(
        **view.envelope("meeting", goal.native_id if goal else f"{day.isoformat()}-{slug(name)}"),
        url=goal.url if goal and linked else None,
        name=name,
        date=day,
        start=start,
        end=end,
        location=dom.line(room) or None,
        cancelled=german.is_cancelled(name),
    )


def _times(cells: list[Node]) -> str:
    """The third `td.text2` of the row: weekday, day, time (the first two without class when blank)."""
    printed = [dom.line(cell) for cell in cells if dom.attr(cell, "class") == "text2"]
    return next((text for text in printed if any(german.times(text))), "")


def _title_cell(view: View, cells: list[Node]) -> Node | None:
    """The linked cell, else the first cell without class and colspan that prints something after the time."""
    for cell in cells:
        link = cell.css_first('a[href*="to010"]')
        if link is not None and dom.line(link):
            return cell
    plain = [c for c in cells[2:] if not dom.attr(c, "class") and not dom.attr(c, "colspan")]
    return next((cell for cell in plain if dom.line(cell)), None)


def _room(cells: list[Node], title: Node | None) -> Node | None:
    """`td.text4` after the title; not every installation prints it."""
    return next((cell for cell in cells if dom.attr(cell, "class") == "text4"), None) if title else None
