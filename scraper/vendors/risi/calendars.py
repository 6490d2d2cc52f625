"""RISI and PIWi: lists of meetings, as pages (one month, or the first entries) and as iCalendar export."""

from __future__ import annotations

import re
from typing import Any

from scraper import dom, german, icalendar, text, vocabulary
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.icalendar import Event
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting, OrganizationRef
from scraper.stamp import record_id, stamp
from scraper.vendors.risi import cards
from scraper.vendors.risi.cards import ADDRESSES, NAME
from scraper.vendors.risi.meetings import Headline, headline
from scraper.view import View

_STATUS = vocabulary.STATUS | {"stand", "sitzungsstand", "status der to"}
_STATE = re.compile(r"(?:TO|Tagesordnung) \w+", re.IGNORECASE)
_MONTH = re.compile(r"(?i)^[a-zä]+ \d{4}$")
_NOTHING = re.compile(r"(?i)keine (?:einträge|sitzungen|termine)\b")


def parse_calendar(page: Page) -> Parsed:
    """The meetings of a list; follows each with its day."""
    if b"BEGIN:VCALENDAR" in page.content:
        return _parse_export(page)
    view = cards.open_cards(page)
    found: dict[str, Meeting] = {}
    follow: list[Request] = []
    for entry in view.main.css("li"):
        meeting = _entry(view, entry)
        if meeting is not None and meeting.id not in found:
            found[meeting.id] = meeting
            follow += cards.dated(view.links(entry), meeting.date)
    cards.take_out_title(view)
    for button in view.main.css("button"):
        button.decompose()  # other months are clicks of the session
    if not found and not _NOTHING.search(dom.line(view.main)) and not _is_month(view):
        raise BrokenPageError(page.url, "the list has no meetings")
    return view.told(found.values(), follow)


def _is_month(view: View) -> bool:
    """A month without meetings still names itself."""
    return any(_MONTH.match(dom.line(head)) for head in view.main.css("h2"))


def _entry(view: View, entry: Node) -> Meeting | None:
    """An entry whose link prints the day; a nested list has no such link."""
    for link in view.links(entry):
        if link.goal and link.goal.kind is Kind.MEETING:
            pieces = [text.clean(piece) for piece in dom.texts(link.node)]
            head = headline(" ".join(pieces))
            if head is not None:
                return _meeting(view, entry, link.goal.native_id, pieces, head)
    return None


def _meeting(view: View, entry: Node, native: str, pieces: list[str], head: Headline) -> Meeting:
    header = cards.fields((entry,))
    linked = next((link for link in view.links(entry) if _is_body(link.goal)), None)
    body = (dom.line(linked.node) if linked else "") or head.body or None
    header.pop(vocabulary.ORGANIZATION)
    state = next((piece for raw in dom.texts(entry) if _STATE.fullmatch(piece := text.clean(raw))), None)
    places = [dom.line(header.pop(labels)) for labels in (vocabulary.ROOM, vocabulary.PLACE)]
    status = dom.line(header.pop(_STATUS)) or state
    urls = [link.goal.url for link in view.links(entry) if link.goal and link.goal.native_id == native]
    start, end = german.span(head.date, head.time)
    extra = cards.rest(header)
    # The day stands in an element of its own, for screen readers.
    name = " ".join(pieces[1:]) if len(pieces) > 1 and german.moments(pieces[0])[0] == "" else head.name
    url = linked.goal.url if linked and linked.goal else None
    return Meeting(
        **view.envelope("meeting", native),
        url=next((url for url in urls if url.endswith("oeffentlich")), urls[0]),
        warnings=cards.warned(extra),
        extra=extra,
        name=name,
        organization=body,
        organization_url=url,
        organizations=(OrganizationRef(name=body, url=url),) if body else (),
        date=head.date,
        start=start,
        end=end,
        location=", ".join(filter(None, places)) or None,
        status=status,
        cancelled=head.cancelled or german.is_cancelled(dom.line(entry)),
    )


def _is_body(goal: Any) -> bool:
    return goal is not None and goal.kind is Kind.ORGANIZATION


# ---- the export "gremium/ical/gremium/0"

_OFF = re.compile(r"\s*\((?:entfällt|abgesagt)\)\s*$", re.IGNORECASE)
# Properties that say nothing of the meeting, or say it again.
_IDLE = frozenset({"UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "CLASS", "SEQUENCE", "TRANSP"})
_READ = frozenset({"DTSTART", "DTEND", "SUMMARY", "LOCATION", "URL", "STATUS"})


def _parse_export(page: Page) -> Parsed:
    source = dom.source_of(page)
    if not icalendar.is_whole(source):
        raise BrokenPageError(page.url, "the calendar is cut off")
    found: dict[str, Meeting] = {}
    left: list[str] = []
    for event in icalendar.events(source):
        meeting = _exported(page, event)
        if meeting is not None:
            found[meeting.id] = meeting
        told = _IDLE if meeting is None else _READ | _IDLE
        left += (event.line(name) for name in event.values if name not in told)
    if not found:
        raise BrokenPageError(page.url, "the calendar has no meetings")
    follow = (Request(m.url, Kind.MEETING, date=m.date) for m in found.values() if m.url)
    return Parsed(tuple(found.values()), tuple(follow), None, tuple(left))


def _exported(page: Page, event: Event) -> Meeting | None:
    """The address of an event is that of its meeting, whose agenda is a page below it."""
    goal = ADDRESSES.read(event.line("URL"))
    if goal is None or goal.kind is not Kind.MEETING:
        return None
    printed = event.line("SUMMARY")
    body = _OFF.sub("", printed).removeprefix("Sitzung ").strip() or None
    cancelled = _OFF.search(printed) is not None or event.line("STATUS").upper() == "CANCELLED"
    return Meeting(
        **{**stamp(page, "", "", NAME), "id": record_id(page, "meeting", goal.native_id)},
        url=f"{goal.url.partition('/tagesordnung')[0]}/tagesordnung/oeffentlich",
        name=printed or None,
        organization=body,
        organizations=(OrganizationRef(name=body),) if body else (),
        date=event.day,
        start=event.start,
        end=event.end,
        location=event.line("LOCATION") or None,
        cancelled=cancelled,
    )
