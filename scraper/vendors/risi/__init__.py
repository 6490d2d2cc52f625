"""RISI (München) and PIWi (Wiesbaden): one Wicket application in two towns' colours.

A page is a row of cards (`section` with an `h2`), label and value stand in `.keyvalue-row`, an agenda in
`.d-table-row`. Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/risi`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from scraper import dom
from scraper.accounting import Furniture
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.risi import calendars, cards, meetings, papers, people
from scraper.vendors.risi.cards import ADDRESSES, NAME
from scraper.view import View

# mark in the page → (confidence, what it means)
MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (re.compile(rb"<title>\s*PIWi - "), 0.9, "the title begins with PIWi"),
    (re.compile(rb"<title>\s*RatsInformationsSystem "), 0.5, "the title begins with RatsInformationsSystem"),
    (b'class="keyvalue-key"', 0.8, "rows of .keyvalue-key and .keyvalue-value"),
    (re.compile(rb"\b(?:RISI|PIWI)\.[A-Z]"), 0.7, "the product's scripts"),
    (re.compile(rb'/sitzung/detail/\d+[^"<>\s]*/tagesordnung/oeffentlich'), 0.7, "links to public agendas"),
    (
        re.compile(rb"BEGIN:VEVENT[\s\S]{0,2000}?URL[^\r\n]*/sitzung/detail/\d"),
        0.8,
        "a calendar of the product's meetings",
    ),
)
_ROOT = re.compile(
    r"/(?:aktuelles|sitzung|sitzungsvorlage|antrag|gremium|fraktion|person|suche|erweitertesuche|dokument)"
    r"(?:[/;?]|$)"
)
_FOLLOWED = frozenset({Kind.CALENDAR, Kind.ORGANIZATION_LIST, Kind.PERSON_LIST, Kind.PAPER_LIST})


def fingerprint(page: Page) -> Fingerprint | None:
    """The product has no version that it prints."""
    return by_marks(NAME, page, MARKS)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The given page with its menu, and the export of all meetings since January (known from Wiesbaden)."""
    yield Request(root(source.base_url), Kind.START)
    yield Request(urljoin(root(source.base_url), "gremium/ical/gremium/0"), Kind.CALENDAR)


def root(url: str) -> str:
    """The folder of the application: `/risi/` in München, the host's own in Wiesbaden."""
    parts = urlsplit(url)
    found = _ROOT.search(parts.path)
    path = parts.path[: found.start()] if found else parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}/"


def parse_start(page: Page) -> Parsed:
    """Follows the lists that the menu names."""
    html = dom.read(page)
    body = html.one("body")
    view = View(page, html, body, NAME, ADDRESSES)
    follow = [request for request in cards.asked(view.links(), *_FOLLOWED) if request.url != page.url]
    if not follow:
        raise BrokenPageError(page.url, "the page has no menu")
    return Parsed((), tuple(dict.fromkeys(follow)))


ROUTES = (
    Route(Kind.PAPER, ADDRESSES.pattern(Kind.PAPER), papers.parse_paper),
    Route(Kind.MEETING, ADDRESSES.pattern(Kind.MEETING), meetings.parse_meeting),
    Route(Kind.AGENDA_ITEM, ADDRESSES.pattern(Kind.AGENDA_ITEM), meetings.parse_item),
    Route(Kind.CALENDAR, ADDRESSES.pattern(Kind.CALENDAR), calendars.parse_calendar),
    Route(Kind.ORGANIZATION, ADDRESSES.pattern(Kind.ORGANIZATION), people.parse_organization),
    Route(Kind.ORGANIZATION_LIST, ADDRESSES.pattern(Kind.ORGANIZATION_LIST), people.parse_list),
    Route(Kind.PERSON, ADDRESSES.pattern(Kind.PERSON), people.parse_person),
    Route(Kind.PERSON_LIST, ADDRESSES.pattern(Kind.PERSON_LIST), people.parse_list),
    Route(Kind.PAPER_LIST, ADDRESSES.pattern(Kind.PAPER_LIST), people.parse_list),
    Route(Kind.START, ADDRESSES.pattern(Kind.START), parse_start),
)
# Headings of cards, links and buttons; labels that are read are none of the shared table's.
_WORDS = (
    "betreff", "informationen", "dokumente", "ergebnisse", "öffentliche tagesordnung", "tagesordnung",
    "mehr anzeigen", "weniger anzeigen", "abonnement abschließen", "entscheidung", "abstimmungsergebnis",
    "abstimmungs-ergebnis", "zum tagesordnungspunkt", "nachtrag", "öffentliche to", "nichtöffentliche to",
    "beschluss liegt noch nicht vor", "mitglieder", "aktuelle mitglieder", "historische mitglieder",
    "sitzungen", "gremien", "ausschüsse", "fraktionen", "personen", "weitere informationen", "stand",
    "zugehörigkeit", "funktion", "fraktion", "partei", "sitzungsort", "drucken", "zurück",
    "sitzungskalender", "vom", "top", "seit", "von bis", "bis",
)  # fmt: skip
FURNITURE = Furniture(
    frozenset(word.casefold() for word in (*_WORDS, *papers.DATES))
    | cards.KNOWN
    | cards.AUTHOR
    | cards.DEPARTMENT,
    re.compile(r"\(\d+(?:[.,]\d+)? [kmg]b\)|[^\W\d]+ \d{4}|top \S+ \((?:nicht)?öffentlich\)"),
)

_REJECTS = (
    Reject(
        re.compile(rb"/TSPD/|bobcmn"),
        NotPublicError,
        "a bot check stands before the page; it is not circumvented",
    ),
    Reject(
        re.compile(rb"(?i)<title>\s*Request Rejected"), NotPublicError, "the firewall says: Request Rejected"
    ),
    Reject(
        re.compile(rb"(?i)<input[^>]+type=[\"']?password|/extranet/login"),
        NotPublicError,
        "the system asks for a login; only what is public can be read",
    ),
    Reject(re.compile(rb"Seite abgelaufen|Page Expired"), NotFoundError, "the session's page has expired"),
    Reject(
        re.compile(rb"(?:Vorgang|Sitzung|Dokument|Seite)[^<]{0,40}nicht (?:gefunden|vorhanden)"),
        NotFoundError,
        "the system says: nicht gefunden",
    ),
)

VENDOR = Vendor(
    name=NAME,
    title="RISI/PIWi (Wicket)",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=_REJECTS,
    canonical=ADDRESSES.canonical,
    furniture=FURNITURE,
)
