"""komuna RIS / kiC: an app whose data come as JSON from an interface, maybe on another host.

Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/komuna`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper import objects
from scraper.errors import BrokenPageError, NotFoundError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.komuna import app, item, meeting
from scraper.vendors.komuna.address import ADDRESSES, within

NAME = meeting.NAME
_APP = re.compile(rb"<title>\s*Ratsinformationssystem\s*</title>")
_SCRIPT = re.compile(app.SCRIPT.pattern.encode())
MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (b'"nonepublicpart"', 0.9, "the parts of a meeting as the interface names them"),
    (b'"conorderitems"', 0.9, "the sequence of an item as the interface names it"),
    (re.compile(rb'"committeename"\s*:'), 0.5, "the committee of a meeting as the interface names it"),
    (re.compile(rb'"org_key"\s*:\s*"[^"]*"'), 0.6, "the configuration of the app"),
)
ROUTES = (
    Route(Kind.AGENDA_ITEM, ADDRESSES.pattern(Kind.AGENDA_ITEM), item.parse_item),
    Route(Kind.MEETING, re.compile(r"/(?:guest)?meetings/\d+(?:$|\?)"), meeting.parse_meeting),
    Route(Kind.CALENDAR, re.compile(r"/(?:guest)?meetings(?:$|\?)"), meeting.parse_list),
    Route(Kind.START, re.compile(r"/webconfig\.json"), app.parse_config),
    Route(Kind.START, re.compile(r"^\w+://[^/]+(?:/[\w-]+)?/?(?:\?[^/]*)?$"), app.parse_app),
)
# Keys that tell what an answer is whose address does not.
_KEYS = ((b'"conorderitems"', 0), (b'"parts"', 1), (b'"items"', 2), (b'"org_key"', 3))


def fingerprint(page: Page) -> Fingerprint | None:
    """Keys of the interface in JSON; the empty page of the app by title and script together."""
    if objects.is_json(page):
        return by_marks(NAME, page, MARKS)
    if _APP.search(page.content) and _SCRIPT.search(page.content):
        return Fingerprint(NAME, None, 0.9, ("the empty page of the app",))
    return None


def route_of(page: Page) -> Route | None:
    """The route of a page without an address, by the keys of the answer."""
    if not objects.is_json(page):
        return ROUTES[4] if _SCRIPT.search(page.content) else None
    return next((ROUTES[at] for key, at in _KEYS if key in page.content), None)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The page of the app."""
    yield Request(source.base_url, Kind.START)


VENDOR = Vendor(
    name=NAME,
    title="komuna RIS (kiC)",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"(?i)Wartungsarbeiten|Wartungsmodus"),
            BrokenPageError,
            "the system says that it is being maintained",
        ),
        Reject(
            re.compile(rb'"status"\s*:\s*404'),
            NotFoundError,
            "the interface says that there is no such thing",
        ),
    ),
    canonical=ADDRESSES.canonical,
    expand=app.expand,
    route_of=route_of,
    expects=("meeting", "agenda_item"),
    within=within,
)
