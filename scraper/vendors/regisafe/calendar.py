"""The meetings of a month: a JSON list whose entries hold most of what they tell as HTML."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import urljoin

from scraper import dom, german, objects
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.objects import Object
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting, OrganizationRef
from scraper.stamp import record_id, slug, stamp
from scraper.vendors.regisafe.address import ADDRESSES

# The colour of the entry, whether it fills the day, and its short name with its day.
WORTHLESS = frozenset({"color", "allDay", "end", "label"})
FULL, SHORT = ".rp-gremium-badge.mbsc-hide-in-calendar", ".rp-gremium-badge.mbsc-hide-in-eventlist"
TITLE, END = "strong", ".end-time"
# The portal makes the titles: "Sitzung Gemeinderat Musterau am 29.09.2026".
_TITLE = re.compile(r"^Sitzung (?!de[rs] |vo[nm] )(?P<body>.+?) am \d{1,2}\.\d{1,2}\.\d{4}")


def organization_in(title: str) -> str | None:
    """The organization in a title that the portal made; None for what somebody wrote by hand."""
    match = _TITLE.match(title)
    return match["body"] if match else None


def parse_calendar(page: Page) -> Parsed:
    """The meetings of a month; follows their pages. An empty list is a month without meetings."""
    entries = objects.read(page)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BrokenPageError(page.url, "the answer is no list of meetings")
    sources = "".join(f"<article>{entry.get('text') or ''}</article>" for entry in entries)
    shown = dom.Html(sources, page.url).many("article")
    if len(shown) != len(entries):
        raise BrokenPageError(page.url, "the entries of the calendar cannot be told apart")
    envelope = stamp(page, "", "", "regisafe")
    told = [_meeting(page, Object(entry), node, envelope) for entry, node in zip(entries, shown, strict=True)]
    printed = tuple(piece for node in shown for piece in dom.texts(node))
    follow = (Request(one.url, Kind.MEETING, date=one.date) for one in told if one.url)
    return Parsed(tuple(told), tuple(dict.fromkeys(follow)), printed=printed)


def _meeting(page: Page, entry: Object, shown: Node, envelope: dict[str, Any]) -> Meeting:
    number, link, day = entry.text("sitzungId"), entry.text("sessionLink"), entry.date("start")
    name = dom.line(shown.css_first(TITLE)) or dom.line(shown.css_first("a"))
    if not (day and name):
        raise BrokenPageError(page.url, "an entry of the calendar has no day or no title")
    body = dom.line(shown.css_first(FULL)) or organization_in(name)
    start, end = entry.moment("start"), dom.line(shown.css_first(END))
    location, extra = entry.text("location"), _extra(entry, shown, day)
    return Meeting(
        **{**envelope, "id": record_id(page, "meeting", number or f"{day}-{slug(name)}")},
        url=ADDRESSES.canonical(urljoin(page.url, link)) if link else None,
        warnings=codes(key for key in extra if key not in (_BADGE, "label")),
        extra=extra,
        name=name,
        organization=body,
        organizations=(OrganizationRef(name=body),) if body else (),
        date=day,
        start=None if entry.flag("allDay") else start,
        end=german.span(day, f"{start[11:16]} - {end}")[1] if start and german.times(end)[0] else None,
        location=location,
        cancelled=german.is_cancelled(f"{name} {entry.text('label') or ''}"),
    )


_BADGE = "gremium-badge"


def _extra(entry: Object, shown: Node, day: dt.date) -> dict[str, str]:
    """The short name of the organization, and what nobody took."""
    entry.take("text")
    short, label = dom.line(shown.css_first(SHORT)), entry.text("label") or ""
    told = {_BADGE: short} if short else {}
    if label not in ("", short, f"{short} {day:%d.%m.%Y}"):
        told["label"] = label
    return told | entry.rest(WORTHLESS)
