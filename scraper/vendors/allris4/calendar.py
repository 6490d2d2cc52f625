"""ALLRIS 4 calendar of a month (si010), overview of meetings (si018) and feed of all meetings (iCalendar)."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qsl, urlsplit

from scraper import accounting, dom, german, icalendar, text, vocabulary
from scraper.dom import Node
from scraper.errors import BrokenPageError, SessionLostError
from scraper.icalendar import Event
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting
from scraper.stamp import slug, stamp
from scraper.vendors.allris4 import answer, lists, skin
from scraper.vendors.allris4.address import ADDRESSES
from scraper.view import View

# An entry's element is named after the meeting's number, whether it leads anywhere or not.
_NUMBERED = re.compile(r"\bsi(?:link)?_(\d+)$")
_DAY = re.compile(r"^\D{0,12}(\d{1,2})\.?$")
_CLOCK = re.compile(r"\d[:.]\d\d")
_UID = re.compile(r"ALLRIS-Sitzung-(\d+)")


def parse_calendar(page: Page) -> Parsed:
    """The meetings of a month, linked or not; follows the published agendas.

    The page itself is a shell: it follows its own rows, as its script would fetch them. Without a month it is
    as good as a start page.
    """
    view = skin.open_view(page)
    rows = view.main.css(".calenderView tr") or [
        row for row in view.main.css("tr") if row.css_first(".dom, .textCol") is not None
    ]
    if not rows:
        return _shell(view)
    skin.pass_over(view, "h1")
    month = _month(view)
    found: list[Meeting] = []
    day: int | None = None
    for row in rows:
        cells = dom.children(row)
        if not cells or cells[0].tag == "th":
            continue
        day = _day(row, cells) or day
        meeting = _meeting(view, row, cells, month, day)
        if meeting is not None:
            found.append(meeting)
        elif _CLOCK.search(dom.line(row)) is None:  # a free day, a holiday
            row.decompose()
    if day is None:
        raise BrokenPageError(page.url, "the calendar prints no days")
    return view.told(found, _follow(view, found))


def _follow(view: View, found: list[Meeting]) -> list[Request]:
    goals = ((ADDRESSES.read(one.url), one.date) for one in found if one.url)
    return [skin.wanted(goal, day) for goal, day in goals if goal]


def _shell(view: View) -> Parsed:
    if view.page.step > 1:
        raise SessionLostError(view.page.url, "an empty page came in the place of the calendar's rows")
    if _month(view) is None:
        return lists.menu(view)
    rows = answer.own_content(view, "si010")
    if rows is None:
        raise BrokenPageError(view.page.url, "the calendar has neither rows nor the address of its rows")
    return Parsed(follow=(rows,))


def _month(view: View) -> tuple[int, int] | None:
    """(year, month) from the address, else from the first entry that prints its date."""
    values = {name.upper(): value for name, value in parse_qsl(urlsplit(view.page.url).query)}
    if values.get("MM", "").isdigit() and values.get("YY", "").isdigit():
        return int(values["YY"]), int(values["MM"])
    first = next(
        (day for node in view.main.css("[data-simpletooltip-text]") if (day := _told_day(node))), None
    )
    return (first.year, first.month) if first else None


def _told_day(node: Node) -> dt.date | None:
    """`am Do., 01.10.2026 um 17:00 Uhr.` in the tooltip of an entry."""
    return german.date(dom.attr(node, "data-simpletooltip-text"))


def _day(row: Node, cells: list[Node]) -> int | None:
    """The day of the month, `Do.01`; blank on further meetings of the same day."""
    found = _DAY.match(dom.line(cells[0])) or _DAY.match(dom.line(row.css_first(".dom")))
    return int(found[1]) if found else None


def _meeting(
    view: View, row: Node, cells: list[Node], month: tuple[int, int] | None, day: int | None
) -> Meeting | None:
    """A row with an entry is a meeting; free days and holidays have none."""
    if "emptyRow" in dom.attr(row, "class").split():
        return None
    named = {name: cell for cell in cells for name in dom.attr(cell, "class").split()}
    title = named.get("textCol") or next((cell for cell in cells if _number(cell)), None)
    name = dom.line(title)
    if title is None or not name:
        return None
    goal = view.goal(title, Kind.MEETING)
    number = goal.native_id if goal else _number(title)
    date = _date(view, title, month, day)
    time = named.get("time") or next((cell for cell in cells if _CLOCK.match(dom.line(cell))), None)
    start, end = german.span(date, dom.line(time))
    return Meeting(
        **view.envelope("meeting", number or f"{date.isoformat()}-{slug(name)}"),
        url=goal.url if goal else None,
        warnings=() if goal else _elsewhere(title),
        name=name,
        date=date,
        start=start,
        end=end,
        location=dom.line(named.get("raum")) or None,
        cancelled=german.is_cancelled(name),
    )


def _elsewhere(cell: Node | None) -> tuple[str, ...]:
    """A warning where an entry has an address that is no meeting's."""
    address = dom.attr(cell.css_first("[href]") if cell is not None else None, "href")
    return (f"{accounting.CODE}:{address[: accounting.LONGEST]}",) if address else ()


def _number(cell: Node) -> str:
    """The meeting's number in the id of an entry that may lead nowhere."""
    ids = (_NUMBERED.search(dom.attr(node, "id")) for node in cell.css("[id]"))
    return next((found[1] for found in ids if found), "")


def _date(view: View, title: Node, month: tuple[int, int] | None, day: int | None) -> dt.date:
    """The day that the entry itself tells, else the last one that was printed, in the month asked for."""
    told = next(
        (found for node in title.css("[data-simpletooltip-text]") if (found := _told_day(node))), None
    )
    if told and month and (told.year, told.month) != month:
        wanted = f"{month[1]:02}/{month[0]}"
        raise SessionLostError(view.page.url, f"asked for {wanted}, got {told.month:02}/{told.year}")
    if told:
        return told
    if month is None or day is None:
        raise BrokenPageError(view.page.url, "neither the page nor its address tells the day; give --url")
    return dt.date(*month, day)


def parse_overview(page: Page) -> Parsed:
    """A list of meetings, new and old; follows the published agendas and the next page of the session."""
    view = skin.open_view(page)
    rows = lists.table(view)
    found = [_listed(view, row) for row in rows if row.cells.keys() & vocabulary.DATE]
    if not found:
        return lists.shell(view, "si018", "the overview of meetings")
    skin.pass_over(view, "h1")
    further = answer.next_content(view, "si018")
    return view.told(found, [*([further] if further else []), *_follow(view, found)])


def _listed(view: View, row: lists.Row) -> Meeting:
    """A planned meeting may have no number yet."""
    goal = view.goal(row.node, Kind.MEETING)
    number = goal.native_id if goal else _number(row.node)
    title = row.holding("[id*=silink_], a[href*=to010]")
    body = row.pop(vocabulary.ORGANIZATION)
    name = dom.line(title) or dom.line(row.pop(vocabulary.NAME | vocabulary.SUBJECT)) or dom.line(body)
    date = german.date(dom.line(row.pop(vocabulary.DATE)))
    if date is None or not name:
        raise BrokenPageError(view.page.url, "a row of the overview has no day or no name")
    start, end = german.span(date, dom.line(row.pop(vocabulary.TIME)))
    places = row.pop(vocabulary.ROOM), row.pop(vocabulary.PLACE)
    organization = view.goal(body, Kind.ORGANIZATION)
    return Meeting(
        **view.envelope("meeting", number or f"{date.isoformat()}-{slug(name)}"),
        url=goal.url if goal else None,
        warnings=(*row.warnings(), *(() if goal else _elsewhere(title))),
        extra=row.rest(),
        name=name or None,
        organization=dom.line(body) or None,
        organization_url=organization.url if organization else None,
        date=date,
        start=start,
        end=end,
        location=", ".join(filter(None, map(dom.line, places))) or None,
        cancelled=german.is_cancelled(name),
    )


def parse_feed(page: Page) -> Parsed:
    """The meetings of the feed, with their numbers; it tells no addresses of agendas."""
    source = dom.source_of(page)
    if not icalendar.is_whole(source):
        raise BrokenPageError(page.url, "the feed is no whole calendar")
    found = tuple(_of_event(page, event) for event in icalendar.events(source))
    if len(found) != source.count("BEGIN:VEVENT"):
        raise BrokenPageError(page.url, "an event of the feed has no day")
    return Parsed(found)


def _of_event(page: Page, event: Event) -> Meeting:
    number = _UID.match(event.values.get("UID", ""))
    name = text.clean(event.values.get("SUMMARY", ""))
    if number is None or not name:
        raise BrokenPageError(page.url, "an event of the feed has no number or no name")
    return Meeting(
        **stamp(page, "meeting", number[1], skin.NAME),
        url=None,
        name=name,
        date=event.day,
        start=_hour(event.start),
        end=_hour(event.end),
        location=text.clean(event.values.get("LOCATION", "")) or None,
        cancelled=german.is_cancelled(name) or event.values.get("STATUS") == "CANCELLED",
    )


def _hour(moment: str | None) -> str | None:
    """Midnight stands for an hour that is not known."""
    return None if moment is None or "T00:00" in moment else moment
