"""PROVOX IIP: meetings, papers and organizations below the folder of a client, `/ris/musterau/`.

Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/provox`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin

from scraper import objects, vocabulary
from scraper.accounting import Furniture
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.provox import lists, meeting, paper
from scraper.vendors.provox.frame import ADDRESSES, NAME

MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (re.compile(rb"(?i)provox iip"), 1.0, "the page names Provox IIP"),
    (re.compile(rb'(?i)href="https?://www\.provox\.de'), 0.9, "the footer links provox.de"),
    (b'class="agendanumber"', 0.8, "numbers of class agendanumber"),
    (b'class="meetingitem"', 0.7, "items of class meetingitem"),
    (
        re.compile(rb'"/(?:ris|iip)/[\w-]+/(?:meeting|agendaitem|organization|person)/(?:details|list)[/"]'),
        0.6,
        "addresses of the product's pages",
    ),
    (re.compile(rb'"/(?:ris|iip)/[\w-]+/file/getfile/\d'), 0.5, "addresses of the product's documents"),
)


def fingerprint(page: Page) -> Fingerprint | None:
    """Names, classes and addresses of the product."""
    return by_marks(NAME, page, MARKS)


ROUTES = (
    Route(Kind.MEETING, ADDRESSES.pattern(Kind.MEETING), meeting.parse_meeting),
    Route(Kind.PAPER, ADDRESSES.pattern(Kind.PAPER), paper.parse_paper),
    Route(Kind.ORGANIZATION, ADDRESSES.pattern(Kind.ORGANIZATION), lists.parse_organization),
    Route(Kind.CALENDAR, re.compile(r"/meeting/showevents", re.I), lists.parse_feed),
    Route(Kind.CALENDAR, re.compile(r"/meeting/(?:year/\d{4}|list)/?$", re.I), lists.parse_meetings),
    Route(Kind.ORGANIZATION_LIST, ADDRESSES.pattern(Kind.ORGANIZATION_LIST), lists.parse_organizations),
    Route(Kind.PERSON_LIST, ADDRESSES.pattern(Kind.PERSON_LIST), lists.parse_persons),
    Route(Kind.START, re.compile(r"/(?:ris|iip)/[\w-]+/?(?:home(?:/index)?/?)?$", re.I), lists.parse_start),
)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The given page, whose menu leads to the calendar and the lists."""
    yield Request(source.base_url, Kind.START)


def expand(request: Request, window: Window) -> Iterable[Request]:
    """The calendar's feed stands for one request a year of the window."""
    if request.kind is not Kind.CALENDAR or not request.url.lower().endswith("/showevents"):
        yield request
        return
    for year in window.years():
        since = max(window.since, window.since.replace(year=year, month=1, day=1))
        until = min(window.until, window.until.replace(year=year, month=12, day=31))
        yield replace(request, url=f"{request.url}?start={since}&end={until}")


_YEAR = re.compile(r"/showevents\?start=(\d{4})", re.IGNORECASE)


def fallback(request: Request) -> Iterable[Request]:
    """Where the feed cannot be had, the list of the year tells the same."""
    year = _YEAR.search(request.url)
    if year:
        yield Request(urljoin(request.url, f"year/{year[1]}"), Kind.CALENDAR)


def route_of(page: Page) -> Route | None:
    """The route of a page without an address, by what only one kind of page has."""
    if objects.is_json(page):
        return ROUTES[3]
    if b"agendanumber" in page.content:
        return ROUTES[0]
    return ROUTES[1] if b"Vorlagendetails" in page.content and b"<dl" in page.content else None


VENDOR = Vendor(
    name=NAME,
    title="PROVOX IIP",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"Erst Anmelden|<input[^>]+type=[\"']?password"),
            NotPublicError,
            "the system asks for a login; only what is public can be read",
        ),
        Reject(
            re.compile(rb"(?i)wurde nicht gefunden|existiert nicht"),
            NotFoundError,
            "the system says that there is no such page",
        ),
        Reject(
            re.compile(rb"(?i)Serverfehler in der Anwendung|<title>Runtime Error|unhandled exception"),
            BrokenPageError,
            "the system failed",
        ),
    ),
    canonical=ADDRESSES.canonical,
    expand=expand,
    fallback=fallback,
    route_of=route_of,
    furniture=Furniture(
        vocabulary.HEADINGS | {
            "sitzungsdetails", "vorlagendetails", "vorlagendokument", "legende einblenden oder ausblenden",
            "details", "tagesordnung", "protokoll", "teilnehmer", "abstimmungsergebnisse", "sitzungsdateien",
            "von", "bis", "uhr", "ja", "nein", "enth", "nr", "funktion", "fraktion", "partei", "name",
            "gremien", "personen", "gremiumdetails", "gremiendetails",
        },
        re.compile(r"vorlagendetails \S+|sitzungen \d{4}"),
    ),
)  # fmt: skip
