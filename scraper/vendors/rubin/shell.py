"""more! rubin: pages as scripts fill them, the start page, and the export of the calendar."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from scraper import dom, german, icalendar
from scraper.errors import BrokenPageError
from scraper.icalendar import Event
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting
from scraper.stamp import slug, stamp
from scraper.vendors.rubin import answers
from scraper.vendors.rubin.address import ADDRESSES, API, NAME, SERVICE, lists, native, repaired, root_of

# window.components["MeetingPage__8bcaf0f"] = { props: {"passed-meeting":{…}}, store: [] }
_COMPONENT = re.compile(r"""components\[\s*["'](?P<name>\w+?)(?:__\w+)?["']\s*\]\s*=""")
_PROPS = re.compile(r"""["']?props["']?\s*:\s*""")
# An older form: <div component="MeetingPage" vue-passed-meeting='{…}'>
_ATTRIBUTE = "vue-passed-meeting"
_SCRIPT = re.compile(r"""<script\b[^>]*\bsrc=["']([^"']*?)(?:components|includes/js/dist)/[^"']*\.js["']""")
# What the pages of today load, and those of the installations without that interface.
_TODAY = re.compile(r"/components/index-[\w-]+\.js")
_LINK = re.compile(r"https?://\S+?/meeting(?:\.php)?\?id=[\w%-]+")


def parse_meeting_page(page: Page) -> Parsed:
    """The meeting that a page embeds for its own script."""
    source = dom.source_of(page)
    props = [value for name, value in _components(page, source) if name == "MeetingPage"]
    if not props and _ATTRIBUTE in source:
        node = dom.read(page).one(f"[{_ATTRIBUTE}]")
        props = [_decoded(page, dom.attr(node, _ATTRIBUTE), 0)]
    if not props:
        raise BrokenPageError(page.url, "no meeting in the page: its script asks the interface for it")
    return answers.told(page, props[0])


def _components(page: Page, source: str) -> Iterator[tuple[str, Any]]:
    """Name and props of the components; the JSON ends where the decoder says, not at a mark behind it."""
    for match in _COMPONENT.finditer(source):
        props = _PROPS.search(source, match.end())
        if props is not None:
            yield match["name"], _decoded(page, source, props.end())


def _decoded(page: Page, source: str, at: int) -> Any:
    try:
        return json.JSONDecoder(strict=False).raw_decode(source, at)[0]
    except (ValueError, RecursionError):
        raise BrokenPageError(page.url, f"the data of the page are cut off behind character {at}") from None


def parse_start(page: Page) -> Parsed:
    """Which interface the installation has, told by its script; follows the bodies and the calendar."""
    source = dom.source_of(page)
    script = _SCRIPT.search(source)
    if script is None and "more! software" not in source:
        raise BrokenPageError(page.url, "the start page loads none of the product's scripts")
    root = urljoin(page.url, script[1] or ".") if script else root_of(page.url)
    return Parsed(follow=lists(root, API if _TODAY.search(source) else SERVICE))


def parse_export(page: Page) -> Parsed:
    """Meetings of the calendar's export; follows those whose page it names. No real export was at hand."""
    source = dom.source_of(page)
    if not icalendar.is_whole(source):
        raise BrokenPageError(page.url, "the calendar export is none, or cut off")
    meetings = [_of_event(page, event) for event in icalendar.events(source) if event.line("SUMMARY")]
    follow = [Request(one.url, Kind.MEETING, date=one.date) for one in meetings if one.url]
    return Parsed(tuple(meetings), tuple(follow))


def _of_event(page: Page, event: Event) -> Meeting:
    """Without the number of the meeting its day and title stand in for it, until it is told with one."""
    name = event.line("SUMMARY")
    link = _LINK.search(f"{event.values.get('URL', '')} {event.values.get('DESCRIPTION', '')}")
    address = ADDRESSES.read(repaired(link[0])) if link else None
    number = native(address.native_id) if address else f"{event.day.isoformat()}-{slug(name)}"
    return Meeting(
        **stamp(page, "meeting", number, NAME),
        url=address.url if address else None,
        name=name,
        date=event.day,
        start=event.start,
        end=event.end,
        location=event.line("LOCATION") or None,
        cancelled=german.is_cancelled(name),
    )
