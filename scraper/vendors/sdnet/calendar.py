"""SD.NET RIM: the calendar export (/termine/ics/…) and pages that list meetings (/termine)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scraper import dom, german, icalendar
from scraper.errors import BrokenPageError
from scraper.icalendar import Event
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting
from scraper.stamp import stamp
from scraper.vendors.sdnet import skin
from scraper.vendors.sdnet.skin import ADDRESSES, NAME, Row
from scraper.view import View

EXPORT = "termine/ics/SD.NET_RIM.ics"  # with a name behind the slash it holds the past meetings too
_LINK = re.compile(r"https?://\S+?/tops/\?__=[\w-]+")
_NOTE = re.compile(r"\bBemerkung:\s*(.*)", re.DOTALL)


def parse_export(page: Page) -> Parsed:
    """Meetings of the export with day, hours, place and note; follows those that have an agenda."""
    source = dom.source_of(page)
    if not icalendar.is_whole(source):
        raise BrokenPageError(page.url, "the calendar export is none, or cut off")
    meetings = [meeting for event in icalendar.events(source) if (meeting := _of_event(page, event))]
    return Parsed(tuple(meetings), tuple(_follow(meetings)))


def _of_event(page: Page, event: Event) -> Meeting | None:
    name = event.line("SUMMARY")
    organization = skin.organization_of(name)
    if not organization:
        return None
    described = event.values.get("DESCRIPTION", "")
    link, note = _LINK.search(described), _NOTE.search(described)
    clock = german.times(event.start[11:16])[0] if event.start else None
    native = skin.meeting_id(organization, event.day, clock)
    remark = " ".join(note[1].split()) if note else ""
    return Meeting(
        **stamp(page, "meeting", native, NAME),
        url=ADDRESSES.canonical(link[0]) if link else None,
        extra={"Bemerkung": remark} if remark else {},
        name=name,
        organization=organization,
        date=event.day,
        start=event.start,
        end=event.end,
        location=event.line("LOCATION") or None,
        cancelled=german.is_cancelled(f"{name} {remark}"),
    )


def _follow(meetings: Iterable[Meeting]) -> Iterator[Request]:
    for one in meetings:
        if one.url:
            yield Request(one.url, Kind.MEETING, date=one.date)


def parse_list(page: Page) -> Parsed:
    """Meetings of a list; the calendar itself is filled by a script, and leads to its export only."""
    view = skin.open_page(page)
    export = view.html.maybe("[data-export-url]")
    following = skin.further(view, Kind.CALENDAR)
    _, rows = skin.read(view)
    meetings = [meeting for row in rows if (meeting := _of_row(view, row))]
    follow = [*skin.menu(view), *_follow(meetings)]
    if export is not None:
        follow.append(Request(view.join(dom.attr(export, "data-export-url")), Kind.CALENDAR))
    elif not meetings:
        raise BrokenPageError(page.url, "no meetings and no export: the calendar is filled by a script")
    if following:
        follow.append(Request(following, Kind.CALENDAR))
    return view.told(meetings, follow) if meetings else Parsed(follow=tuple(dict.fromkeys(follow)))


def _of_row(view: View, row: Row) -> Meeting | None:
    """Committee and moment of a row; its other cells are left to be told."""
    goal = view.goal(row.node, Kind.MEETING)
    name, printed = (dom.line(row.cells.get(column)) for column in ("uebersicht", "termin"))
    day, clock = skin.when(printed)
    if day is None or not name:
        return None
    organization = skin.organization_of(name)
    start, end = german.span(day, printed)
    return Meeting(
        **view.envelope("meeting", skin.meeting_id(organization, day, clock)),
        url=goal.url if goal else None,
        name=name,
        organization=organization,
        date=day,
        start=start,
        end=end,
        cancelled=german.is_cancelled(name),
    )
