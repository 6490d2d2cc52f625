"""SD.NET RIM (Sternberg), versions 4, 5 and 26: the public pages with their opaque addresses.

Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/sdnet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from scraper import dom
from scraper.accounting import Furniture
from scraper.errors import BrokenPageError, NotPublicError
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.sdnet import calendar, meeting, paper, people, skin
from scraper.vendors.sdnet.skin import ADDRESSES, NAME
from scraper.view import View

_VERSION = re.compile(rb"SD\.NET RIM (\d+)|/library/media/[\w./-]+\?(\d[\d.]*)")
MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (b'content="SD.NET RIM', 1.0, "the generator is SD.NET RIM"),
    (re.compile(rb"<title>[^<]*- SD\.NET RIM\b"), 1.0, "the title ends with SD.NET RIM"),
    (b"PRODID:-//SD.NET RIM", 1.0, "the calendar export names SD.NET RIM"),
    (b"sdnetrim-menu-", 0.8, "the product's menu"),
    (b'id="rimcontent"', 0.7, "the container #rimcontent"),
    (re.compile(rb'href="[^"]*/(?:tops|vorgang)/\?__='), 0.3, "links with the product's opaque parameter"),
    (b'Webservice \\"OParl\\" ist nicht aktiviert', 0.9, "the product's answer where OParl is switched off"),
)


_OTHER = re.compile(rb"schema\.oparl\.org")  # its OParl answers carry the same links


def fingerprint(page: Page) -> Fingerprint | None:
    """Marks of the product and of its calendar export."""
    return by_marks(NAME, page, MARKS, version=_VERSION, against=_OTHER)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The start page, whose menu names the lists, and the calendar export, which no menu names."""
    root = skin.root_of(source.base_url)
    yield Request(root, Kind.START)
    yield Request(root + calendar.EXPORT, Kind.CALENDAR)


# What the menu of every page names.
LISTS = (
    ("vorlagen", Kind.PAPER_LIST),
    ("gremien", Kind.ORGANIZATION_LIST),
    ("fraktionen", Kind.ORGANIZATION_LIST),
    ("personen", Kind.PERSON_LIST),
)


def fallback(request: Request) -> Iterable[Request]:
    """The page of the calendar may name another export; without a start page its lists are where they are."""
    root = skin.root_of(request.url)
    if request.kind is Kind.START:
        yield from (Request(root + program, kind) for program, kind in LISTS)
    elif request.kind is Kind.CALENDAR and request.url.endswith(calendar.EXPORT):
        yield replace(request, url=root + "termine/")


def parse_start(page: Page) -> Parsed:
    """The menu, which every page has."""
    html = dom.read(page)
    follow = tuple(dict.fromkeys(skin.menu(View(page, html, html.one("body"), NAME, ADDRESSES))))
    if not follow:
        raise BrokenPageError(page.url, "the start page has no menu of lists")
    return Parsed(follow=follow)


ROUTES = (
    Route(Kind.CALENDAR, re.compile(r"/termine/ics/"), calendar.parse_export),
    Route(Kind.MEETING, re.compile(r"/tops/?\?.*__="), meeting.parse_meeting),
    Route(Kind.PAPER, re.compile(r"/vorgang/?\?.*__="), paper.parse_paper),
    Route(Kind.PAPER_LIST, re.compile(r"/(?:vorlagen|recherche)/?(?:[?#]|$)"), paper.parse_paper_list),
    Route(Kind.CALENDAR, re.compile(r"/termine/?(?:[?#]|$)"), calendar.parse_list),
    Route(Kind.ORGANIZATION, re.compile(r"/(?:gremien|fraktionen)/?\?.*__="), people.parse_organizations),
    Route(Kind.ORGANIZATION_LIST, re.compile(r"/(?:gremien|fraktionen)/?$"), people.parse_organizations),
    Route(Kind.PERSON, re.compile(r"/personen/?\?.*__="), people.parse_persons),
    Route(Kind.PERSON_LIST, re.compile(r"/personen/?$"), people.parse_persons),
    Route(Kind.START, re.compile(r"/(?:index\.php)?$"), parse_start),
)
# The class of the content names the program; of a list and one of its entries it is the same.
_CONTENT = re.compile(rb'id="div-content" class="([a-z]+)')
_PROGRAMS = {
    "tops": Kind.MEETING,
    "vorgang": Kind.PAPER,
    "vorlagen": Kind.PAPER_LIST,
    "recherche": Kind.PAPER_LIST,
    "gremien": Kind.ORGANIZATION_LIST,
    "fraktionen": Kind.ORGANIZATION_LIST,
    "personen": Kind.PERSON_LIST,
}


def route_of(page: Page) -> Route | None:
    """The route of a saved page: a calendar export, else by the class of its content."""
    if page.content.lstrip().startswith(b"BEGIN:VCALENDAR"):
        return ROUTES[0]
    named = _CONTENT.search(page.content)
    kind = _PROGRAMS.get(named[1].decode()) if named else None
    return next((route for route in ROUTES if route.kind is kind), None)


# Titles, sentences and heads of tables.
FURNITURE = Furniture(
    frozenset({
        "tagesordnung", "tagesordnungspunkte", "beratungsfolge", "dokumente", "vorgang", "termin", "gremium",
        "beschluss", "abstimmung", "nummer", "übersicht", "vorlagennummer", "betreff", "vorlagen",
        "recherche", "dokumenteninhalt", "termine", "sitzungen", "gremien", "fraktionen", "personen", "name",
        "funktion", "fraktion", "partei", "mitglieder", "von", "bis", "seit", "tischvorlagen",
        "den aktuellen termin in einen lokalen kalender exportieren",
    }),
    re.compile(r"(?:sie sehen hier|diese ansicht) .*"),
    colons=True,
)  # fmt: skip

VENDOR = Vendor(
    name=NAME,
    title="SD.NET RIM",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"(?i)\brescaled\b"),
            NotPublicError,
            "a browser check (rescaled) stands before the pages; it is not circumvented",
        ),
        Reject(
            re.compile(rb'Webservice \\"OParl\\" ist nicht aktiviert'),
            NotPublicError,
            'the system says: Webservice "OParl" ist nicht aktiviert',
        ),
        Reject(
            re.compile(rb"(?i)<input[^>]+type=[\"']?password"),
            NotPublicError,
            "the system asks for a login; only what is public can be read",
        ),
    ),
    canonical=ADDRESSES.canonical,
    fallback=fallback,
    route_of=route_of,
    furniture=FURNITURE,
)
