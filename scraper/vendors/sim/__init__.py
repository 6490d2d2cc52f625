"""SIM, the Sitzungsmanagement of Hannover: XPages on Domino, addressed by readable keys.

`DS/0728-2026` is a paper with its whole text, `TM/20260622_AJHA` a meeting with its agenda, `Termine.xsp` the
meetings of one body. Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/sim`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from scraper import dom
from scraper.accounting import Furniture
from scraper.address import Address
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.records import Organization, OrganizationType
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.sim.meetings import parse_calendar, parse_meeting
from scraper.vendors.sim.pages import ADDRESSES, NAME, open_sim
from scraper.vendors.sim.papers import parse_paper
from scraper.view import View

_ROOT = re.compile(r"^.*?\.nsf(?=/|$)", re.IGNORECASE)
# Pages that name the lists of meetings; the council's own list needs no name.
_STARTS = ("Ausschuesse.xsp", "AuswahlStadtbezirke.xsp")
_LIST = "Termine.xsp"
_LISTED = frozenset({Kind.START, Kind.CALENDAR})
TYPES: tuple[tuple[re.Pattern[str], OrganizationType], ...] = (
    (re.compile(r"(?i)^ratsversammlung$|^stadtbezirksrat\b"), "council"),
    (re.compile(r"(?i)ausschuss|kommission|beirat"), "committee"),
)


def parse_start(page: Page) -> Parsed:
    """The committees, or the district councils; follows the list of meetings of each."""
    view = open_sim(page)
    found: dict[str, Organization] = {}
    for link in view.links():
        printed = dom.line(link.node)
        if link.goal and link.goal.kind is Kind.CALENDAR and link.goal.native_id and printed:
            found.setdefault(link.goal.url, _body_of(view, link.goal, printed))
    follow = [Request(g.url, g.kind) for link in view.links() if (g := link.goal) and g.kind in _LISTED]
    if not follow:
        raise BrokenPageError(page.url, "the page names no lists of meetings")
    return view.told(found.values(), (one for one in follow if one.url != page.url))


def _body_of(view: View, goal: Address, name: str) -> Organization:
    return Organization(
        **view.envelope("organization", goal.native_id.removeprefix("Termine")),
        url=goal.url,
        name=name,
        type=next((kind for pattern, kind in TYPES if pattern.search(name)), "other"),
    )


MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (re.compile(rb"<title>\s*SIM - "), 0.8, "the title begins with SIM"),
    (re.compile(rb"/\w*sim\w*\.nsf/", re.IGNORECASE), 0.6, "addresses of a Domino database of that name"),
    (re.compile(rb'<li class="?bfe\b'), 0.7, "stations of class bfe"),
    (re.compile(rb'(?:href="?|/)(?:TM/\d{8}_\w|DS/\d+-\d{4})'), 0.5, "links to TM/… and DS/…"),
)


def fingerprint(page: Page) -> Fingerprint | None:
    """The product has no version that it prints."""
    return by_marks(NAME, page, MARKS)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The pages that name the bodies, and the council's own list."""
    match = _ROOT.match(source.base_url)
    root = f"{match[0]}/" if match else source.base_url
    for page in _STARTS:
        yield Request(urljoin(root, page), Kind.START)
    yield Request(urljoin(root, _LIST), Kind.CALENDAR)


ROUTES = (
    Route(Kind.PAPER, ADDRESSES.pattern(Kind.PAPER), parse_paper),
    Route(Kind.MEETING, ADDRESSES.pattern(Kind.MEETING), parse_meeting),
    Route(Kind.CALENDAR, re.compile(r"\.nsf/Termine\.xsp", re.IGNORECASE), parse_calendar),
    Route(Kind.START, ADDRESSES.pattern(Kind.START), parse_start),
)
_KINDS = ((b"Inhalt der Drucksache", Kind.PAPER), (b"Sitzungsdatum", Kind.MEETING))


def route_of(page: Page) -> Route | None:
    """A saved page without its address, by what only that kind prints."""
    kind = next((kind for mark, kind in _KINDS if mark in page.content), None)
    return next((route for route in ROUTES if route.kind is kind), None)


_WORDS = (
    "informationen", "verwandte drucksachen", "verwandte dokumente", "anlagen", "beratungsverlauf", "nr",
    "statischer link", "dauerhafte internetadresse dieses dokuments", "anlagen anfordern", "originalvorlage",
    "inhalt der drucksache", "tagungsort", "einladung", "tagesordnung", "sitzungen", "ausschüsse",
    "stadtbezirksräte", "termine", "protokoll", "anzahl der anlagen", "zu top", "ende", "sitzungsnummer",
)  # fmt: skip
FURNITURE = Furniture(
    frozenset(word.casefold() for word in _WORDS),
    re.compile(
        r"bitte beachten sie, dass der folgende text .*|[^/\d]+ / \d{1,2}\.\d{1,2}\.\d{4}"
        r"|[\d/-]+ \(originalvorlage\)|\(?\d+ [km]b\)?"
    ),
)

VENDOR = Vendor(
    name=NAME,
    title="SIM (Hannover)",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"(?i)nicht zur Ver(?:\xc3\xb6|&ouml;|\xf6)ffentlichung im Internet freigegeben"),
            NotPublicError,
            "the system says: nicht zur Veröffentlichung im Internet freigegeben",
        ),
        Reject(
            re.compile(rb"Entry not found in index|Item Not Found|Das Dokument (?:wurde )?nicht gefunden"),
            NotFoundError,
            "the database says that there is no such document",
        ),
    ),
    canonical=ADDRESSES.canonical,
    route_of=route_of,
    furniture=FURNITURE,
)
