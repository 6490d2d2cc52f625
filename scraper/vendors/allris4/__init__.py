"""ALLRIS 4 (CC e-gov, Apache Wicket), also embedded in a town's own site.

Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/allris4`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from scraper.accounting import Furniture
from scraper.errors import BusyError, NotFoundError, NotPublicError, SessionLostError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.allris4 import calendar, item, lists, meeting, paper, people
from scraper.vendors.allris4.address import ADDRESSES
from scraper.vendors.allris4.skin import NAME

_VERSION = re.compile(rb'content="ALLRIS net Version (4[^" ]*)')
# mark in the page → (confidence, what it means)
MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (_VERSION, 1.0, "the meta description names ALLRIS net Version 4"),
    (b"de.allris.net.page", 0.9, "the product's scripts"),
    (b"UID:ALLRIS-Sitzung-", 1.0, "the product's calendar feed"),
    (re.compile(rb"^\s*<\?xml[^>]*\?><ajax-response>.*?(?:calenderView|silink_|\w\wLFDNR=)", re.S), 0.9,
     "a part of a page, as the product's script fetches it"),
    (re.compile(rb'<title>ALLRIS - |title="ALLRIS 4 - '), 0.7, "the title names ALLRIS"),
    (re.compile(rb'id="(?:dokumenteHeaderPanel|toTreeTable|bfTable|vobetreff|sibetreff)"'), 0.5,
     "elements named as the product does"),
    (b"data-wicket-placeholder", 0.3, "placeholders of Apache Wicket"),
)  # fmt: skip
_OTHER = re.compile(
    rb'content="ALLRIS net Version 3|(?:vo020|to010|to020|si010)(?:_\w)?\.asp|SessionNet|SD\.NET RIM'
)


def fingerprint(page: Page) -> Fingerprint | None:
    """Marks of version 4; a page of version 3 or of another product has none that counts."""
    sure = _VERSION.search(page.content) is not None
    return by_marks(NAME, page, MARKS, version=_VERSION, against=None if sure else _OTHER)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The folder of the programs: its first page begins the session and has the menu."""
    parts = urlsplit(source.base_url)
    folder, _, last = parts.path.rpartition("/")
    named = re.fullmatch(r"[a-z]{2}\d{3}", last) is not None
    path = f"{folder}/" if named or not last else f"{parts.path}/"
    yield Request(f"{parts.scheme}://{parts.netloc}{path}", Kind.START)


def expand(request: Request, window: Window) -> Iterable[Request]:
    """A calendar stands for its months within the window; an overview and a feed for themselves."""
    if request.kind is not Kind.CALENDAR or not request.url.endswith("/si010"):
        yield request
        return
    for month in window.months():
        yield replace(request, url=f"{request.url}?MM={month.month}&YY={month.year}")


# Where a list of meetings cannot be had: the program that tells the same.
_INSTEAD = {"si010": "si018", "si018": "ics/SiKalAbo.ics"}


def fallback(request: Request) -> Iterable[Request]:
    """The calendar's shell for a start page, the overview for a calendar, the feed for an overview."""
    folder, _, program = request.url.partition("?")[0].rpartition("/")
    if request.kind is Kind.START and not program:
        yield Request(f"{folder}/si010", Kind.START)
    elif request.kind is Kind.CALENDAR and program in _INSTEAD:
        yield Request(f"{folder}/{_INSTEAD[program]}", Kind.CALENDAR)


PARSERS = {
    "vo020": (Kind.PAPER, paper.parse_paper),
    "to010": (Kind.MEETING, meeting.parse_meeting),
    "to020": (Kind.AGENDA_ITEM, item.parse_agenda_item),
    "gr020": (Kind.ORGANIZATION, people.parse_organization),
    "kp020": (Kind.PERSON, people.parse_person),
    "si010": (Kind.CALENDAR, calendar.parse_calendar),
    "si018": (Kind.CALENDAR, calendar.parse_overview),
    "vo040": (Kind.PAPER_LIST, lists.parse_paper_list),
    "gr010": (Kind.ORGANIZATION_LIST, people.parse_organization_list),
    "kp040": (Kind.PERSON_LIST, people.parse_person_list),
}
PROGRAMS = {
    program: Route(kind, re.compile(rf"(?:^|/){program}(?![\w.])"), parse)
    for program, (kind, parse) in PARSERS.items()
}
ROUTES = (
    *PROGRAMS.values(),
    Route(Kind.CALENDAR, re.compile(r"/ics/\w+\.ics(?![\w.])"), calendar.parse_feed),
    Route(Kind.START, re.compile(r"/(?:[?#]|$)"), lists.parse_start),
)
# What tells the program of a saved page without an address: its print link, its script, its search form.
_NAMED = re.compile(
    rb"([a-z]{2}\d{3})\?[^\"'<> ]*selfaction=print"
    rb"|(?:baseUrl=\"|'class', ?'|action=\"(?:\./|https?://[^\"?]*/))([a-z]{2}\d{3})\b"
)
_FOUND = (
    (b"BEGIN:VCALENDAR", ROUTES[-2]),
    (b"calenderView", PROGRAMS["si010"]),
    (b"silink_", PROGRAMS["si018"]),
    (b'id="toname"', PROGRAMS["to020"]),
    (b'id="sibetreff"', PROGRAMS["to010"]),
    (b'id="vobetreff"', PROGRAMS["vo020"]),
)


# Who may not see a page is sent to another one, which has a menu like all.
_MESSAGE = re.compile(rb"class=\"message_text\"|\bnoauth\b")


def route_of(page: Page) -> Route | None:
    """The route of the program that the page itself names, else of what it holds, else of its menu."""
    named = _NAMED.search(page.content)
    program = (named[1] or named[2]).decode() if named else ""
    if program in PROGRAMS:
        return PROGRAMS[program]
    found = next((route for mark, route in _FOUND if mark in page.content), None)
    if found or b'id="navMenu"' not in page.content or _MESSAGE.search(page.content):
        return found
    return ROUTES[-1]


# Heads of tables and panels, toggles, switches of the display, states of attachments, icons.
WORDS = """
    +/-; alle; alle tagesordnungspunkte aufklappen; anlagen; anzeige konfigurieren; beratung; beratungsfolge;
    beschluss; dokument; dokumente; größe; grunddaten; kalender; letzte sitzung; mitglieder; na; nr;
    nächste sitzung; original; pa; rang; realisierungen; sammeldokument individuell; tagesordnung;
    wie dokument; zeitraum; zuständigkeit
"""
FURNITURE = Furniture(
    frozenset(" ".join(word.split()).casefold() for word in WORDS.split(";"))
    | (
        people.ROLE
        | people.FACTION
        | people.PARTY
        | people.SINCE
        | people.UNTIL
        | people.PERSON
        | people.SHORT
    )
    | (lists.NUMBERS | lists.DAYS),
    # sizes of attachments; "2. Verfasser:"
    re.compile(r"[\d.,]+ ?[kmgt]?i?b(?:ytes?)?|\d+\. [\w/-]+:"),
)

_NOT_AVAILABLE = rb"Keine Information verf(?:&uuml;|\xc3\xbc)gbar"
REJECTS = (
    Reject(re.compile(rb"Zu viele Zugriffe"), BusyError, "the system says: Zu viele Zugriffe"),
    Reject(
        re.compile(rb"(?i)altcha-widget|/_gate/|<title>[^<]*Zugriff pr(?:&uuml;|\xc3\xbc)fen"),
        BusyError,
        "a bot check stands before the page; it is not circumvented",
    ),
    Reject(
        re.compile(_NOT_AVAILABLE + rb"[^<]*(?:<[^>]*>[^<]*){0,4}?nicht berechtigt"),
        NotPublicError,
        "the system says: Keine Information verfügbar oder nicht berechtigt",
    ),
    Reject(re.compile(_NOT_AVAILABLE), NotFoundError, "the system says: Keine Information verfügbar"),
    Reject(re.compile(rb"\bnoauth\b|nicht berechtigt"), NotPublicError, "the system says: not authorised"),
    Reject(
        re.compile(rb"(?i)<title>[^<]*(?:page expired|sitzung abgelaufen|seite abgelaufen)"),
        SessionLostError,
        "the system says that the session is over",
    ),
    Reject(
        re.compile(rb"(?i)<input[^>]+type=[\"']?password"),
        NotPublicError,
        "the system asks for a login; only what is public can be read",
    ),
)

VENDOR = Vendor(
    name=NAME,
    title="ALLRIS 4",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=REJECTS,
    canonical=ADDRESSES.canonical,
    expand=expand,
    fallback=fallback,
    route_of=route_of,
    furniture=FURNITURE,
)
