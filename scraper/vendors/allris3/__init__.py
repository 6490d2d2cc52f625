"""ALLRIS 3 (CC e-gov), classic and responsive skin, also embedded in a town's own site.

Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/allris3`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urljoin

from scraper.accounting import Furniture
from scraper.errors import NotFoundError, NotPublicError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.allris3 import address, calendar, lists, meeting, paper, people, webservice
from scraper.vendors.allris3.skin import NAME

_VERSION = re.compile(rb'content="ALLRIS net Version (3[^"]*)"')
# mark in the page → (confidence, what it means)
MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (_VERSION, 1.0, "the meta description names ALLRIS net Version 3"),
    (b'id="allriscontainer"', 0.9, "the container #allriscontainer"),
    (re.compile(rb'id="allrisContent"|class="allriscontent"'), 0.8, "the container of the CMS embedding"),
    (re.compile(rb'id="allris" class="\w+ normal"'), 0.9, "the container of the responsive skin"),
    (b"opt/scripting/allrisnet", 0.7, "the product's scripts"),
    (b'class="kb1"', 0.3, "label cells of class kb1"),
    (re.compile(rb"(?:vo020|to010|to020|si010)(?:_\w)?\.asp"), 0.4, "links to the product's .asp programs"),
)
_OTHER = re.compile(rb'content="ALLRIS net Version 4|data-wicket-placeholder|SessionNet|SD\.NET RIM')


def fingerprint(page: Page) -> Fingerprint | None:
    """Marks of version 3; a page of version 4 or of another product has none that counts."""
    if webservice.is_answer(page):
        return Fingerprint(NAME, None, 0.9, ("an answer of the product's web service",))
    return by_marks(NAME, page, MARKS, version=_VERSION, against=_OTHER)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The page with the menu: the address if it names a program, else `allris.net.asp` in its folder."""
    url = source.base_url
    yield Request(url if url.lower().endswith(".asp") else urljoin(url, "allris.net.asp"), Kind.START)


def expand(request: Request, window: Window) -> Iterable[Request]:
    """A calendar stands for its months within the window."""
    if request.kind is not Kind.CALENDAR or "MM=" in request.url:
        yield request
        return
    glue = "&" if "?" in request.url else "?"
    for month in window.months():
        url = address.canonical(f"{request.url}{glue}MM={month.month}&YY={month.year}")
        yield replace(request, url=url)


ROUTES = (
    Route(Kind.MEETING, re.compile(r"/(?:si010|to010)\w*\.asp\?.*selfaction=ws", re.I), webservice.parse),
    Route(Kind.PAPER, re.compile(r"/vo020(?:_r)?\.asp\?.*VOLFDNR=\d", re.I), paper.parse_paper),
    Route(Kind.MEETING, re.compile(r"/to010(?:_r)?\.asp\?.*SILFDNR=\d", re.I), meeting.parse_meeting),
    Route(Kind.AGENDA_ITEM, re.compile(r"/to020(?:_r)?\.asp\?.*TOLFDNR=\d", re.I), meeting.parse_agenda_item),
    Route(Kind.CALENDAR, re.compile(r"/si010(?:_[a-z])?\.asp", re.I), calendar.parse_calendar),
    Route(Kind.PAPER_LIST, re.compile(r"/vo040(?:_r)?\.asp", re.I), lists.parse_paper_list),
    Route(
        Kind.ORGANIZATION,
        re.compile(r"/(?:au|fr|pa)020(?:_r)?\.asp\?.*(?:AU|FR|PA)LFDNR=\d", re.I),
        people.parse_organization,
    ),
    Route(
        Kind.ORGANIZATION_LIST,
        re.compile(r"/(?:(?:au|fr|pa)010|pa021)(?:_\w)?\.asp", re.I),
        people.parse_organization_list,
    ),
    Route(Kind.PERSON, re.compile(r"/kp020(?:_r)?\.asp\?.*KPLFDNR=\d", re.I), people.parse_person),
    Route(Kind.PERSON_LIST, re.compile(r"/kp04[01](?:_r)?\.asp", re.I), people.parse_person_list),
    Route(Kind.START, re.compile(r"/(?:allris\.net|pa000)\.asp", re.I), lists.parse_start),
)
# Marks that tell the kind of a saved page without an address: the container's class, else the h1.
_CLASSES = re.compile(rb'id="allris(?:container)?" class="([a-z]{2}\d{3}|allris)')
_H1 = (
    (re.compile(rb"<h1[^>]*>\s*Tagesordnung - "), Kind.MEETING),
    (re.compile(rb"<h1[^>]*>\s*Auszug - "), Kind.AGENDA_ITEM),
    (re.compile(rb"<h1[^>]*>\s*Sitzungskalender"), Kind.CALENDAR),
    (re.compile(rb"<h1[^>]*>\s*(?:Vorlage|Drucksache|Antrag|Anfrage)[\w/ ]* - "), Kind.PAPER),
)


def route_of(page: Page) -> Route | None:
    """The route by the program that the container's class names, else by the printed title."""
    named = _CLASSES.search(page.content)
    known = address.PROGRAMS.get(named[1].decode().replace("allris", "allris.net")) if named else None
    kind = known[0] if known else next((kind for h1, kind in _H1 if h1.search(page.content)), None)
    return next((route for route in ROUTES[1:] if route.kind is kind), None)


# Heads of tables, panels, buttons and the town's own line above them.
FURNITURE = Furniture(
    frozenset({
        "vorlage", "drucksache", "dokumente", "na", "pa", "to", "vo", "tagesordnung", "sitzungsübersicht",
        "mitglieder", "name", "art der mitarbeit", "funktion", "anschrift", "beschlüsse/niederschrift",
        "niederschrift", "beschlüsse", "betreff", "top", "datum", "gremium", "beschluss", "status", "anlagen",
        "beratungsfolge", "mitarbeit", "ausschüsse", "fraktion", "fraktionen", "rat", "keine information",
        "enthält anlagen", "grunddaten", "heute", "ursprung", "aktuell",
    }),
    re.compile(r"anzahl: \d+|tagesordnung - .*|auszug - .*|(?:vorlage|drucksache|antrag|anfrage) - .*"),
    colons=True,
)  # fmt: skip

VENDOR = Vendor(
    name=NAME,
    title="ALLRIS 3",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"Keine Information verf(?:&uuml;|\xfc|\xc3\xbc)gbar"),
            NotFoundError,
            "the system says: Keine Information verfügbar",
        ),
        Reject(re.compile(rb"Zugriff verweigert"), NotPublicError, "the system says: Zugriff verweigert"),
        Reject(re.compile(rb"noauth\.asp|Object moved"), NotPublicError, "the system sends on to noauth.asp"),
        Reject(
            re.compile(rb"(?i)<input[^>]+type=[\"']?password"),
            NotPublicError,
            "the system asks for a login; only what is public can be read",
        ),
    ),
    canonical=address.canonical,
    expand=expand,
    route_of=route_of,
    furniture=FURNITURE,
)
