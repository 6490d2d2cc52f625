"""SessionNet (Somacos): the looks of Layouts 4 to 6, asp and php, and the interface of SessionNet 6.

Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/sessionnet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper.accounting import Furniture
from scraper.errors import NotFoundError, NotPublicError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.sessionnet import (
    api,
    calendar,
    feed,
    item,
    lists,
    markup,
    meeting,
    members,
    paper,
    people,
    start,
)  # fmt: skip
from scraper.vendors.sessionnet.addresses import ADDRESSES, beside, expand, fallback, program
from scraper.vendors.sessionnet.markup import NAME

_VERSION = re.compile(
    rb'SessionNet Version ([\d.]+)|<meta name="sessionnet" content="V:(\d+)|app-version" content="(\d[\d.]*)'
)
MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (b'<meta name="sessionnet"', 1.0, "the meta element sessionnet"),
    (re.compile(rb"SessionNet Version \d"), 1.0, "the page names SessionNet and its version"),
    (re.compile(rb"\bsmc_page_[a-z]+\d*_(?:layout|contenttable)"), 0.9, "the classes of the product's pages"),
    (re.compile(rb"<title>\s*SessionNet\b"), 0.9, "the title begins with SessionNet"),
    (re.compile(rb'id="smcsomacosinfo"|Sitzungsdienst <span lang="en">Session'), 0.7, "the product's foot"),
    (re.compile(rb'class="smcdocmsword"|smc_field_smcdv\d'), 0.7, "the classes of released texts"),
    (re.compile(rb"^\s*<\?xml.{0,2000}?(?:si0050|si005[67]|to0040|vo0050)\.(?:asp|php)\?__k", re.S), 0.6,
     "a feed of links to the product's programs"),
    (re.compile(rb"(?i)http-equiv=.?refresh[^>]+url=[^>]*\b(?:info|infobi|si0040)\.(?:asp|php)"), 0.4,
     "the browser is sent on to the product's start page"),
    (re.compile(rb"\b(?:si0057|si0056|to0040|vo0050|kp0040|gr0040|si0040)\.(?:asp|php)\b"), 0.35,
     "links to the product's programs"),
    (re.compile(rb'^\s*\[\s*\{[^{}]*"(?:siNr|toNr|grNr)"\s*:'), 0.8,
     "an answer of the interface of SessionNet 6"),
)  # fmt: skip
_OTHER = re.compile(rb"ALLRIS net Version|allriscontainer|SD\.NET RIM|more! software|schema\.oparl\.org")


def fingerprint(page: Page) -> Fingerprint | None:
    """Marks of the product; a page of another one has none that counts."""
    return by_marks(NAME, page, MARKS, version=_VERSION, against=_OTHER)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The start page; it gives the cookie without which some systems refuse agendas."""
    url = source.base_url
    address = ADDRESSES.read(url)
    inside = program(url) and (address is None or address.kind is not Kind.START)
    yield Request(beside(url, "info") if inside else url, Kind.START)


def _programs(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|/)(?:{names})\.(?:asp|php)(?:$|\?)", re.I)


ROUTES = (
    Route(Kind.MEETING, _programs("si005[067]|to0040"), meeting.parse_meeting),
    Route(Kind.MEETING, _programs("to0045"), members.parse_attendance),
    Route(Kind.AGENDA_ITEM, _programs("to0050"), item.parse_item),
    Route(Kind.AGENDA_ITEM, _programs("to0058"), item.parse_texts),
    Route(Kind.PAPER, _programs("(?:vo|ag)005[013]"), paper.parse_paper),
    Route(Kind.CALENDAR, _programs("si004[016]"), calendar.parse_calendar),
    Route(Kind.CALENDAR, _programs("rssfeed"), feed.parse_feed),
    Route(Kind.PAPER_LIST, _programs("vo004[02]|ag004[01]|do0040"), lists.parse_list),
    Route(Kind.ORGANIZATION, _programs("kp004[02]|gr0054"), people.parse_organization),
    Route(Kind.ORGANIZATION_LIST, _programs("gr0040"), people.parse_organization_list),
    Route(Kind.PERSON, _programs("kp005[01]|pe0051"), people.parse_person),
    Route(Kind.PERSON_LIST, _programs("kp0041"), people.parse_person_list),
    Route(Kind.CALENDAR, re.compile(r"/api/v1/sitzungen(?:\?|$)"), api.parse_meetings),
    Route(Kind.MEETING, re.compile(r"/api/v1/sitzungen/\d+/tagesordnung$"), api.parse_agenda),
    Route(Kind.AGENDA_ITEM, re.compile(r"/sitzungen/\d+(?:/tagesordnung)?/dokumente$"), api.parse_documents),
    Route(Kind.ORGANIZATION_LIST, re.compile(r"/api/v1/gremien$"), api.parse_bodies),
    Route(Kind.START, re.compile(r"/(?:(?:info\w*|default|index)\.(?:asp|php))?$", re.I), start.parse_start),
)
_BY_PARSE = {route.parse: route for route in ROUTES}
# Marks of the interface's answers, for saved ones without an address: the first object's key.
_KEYS = (
    (b'"doNr"', api.parse_documents), (b'"toNr"', api.parse_agenda),
    (b'"siNr"', api.parse_meetings), (b'"grNr"', api.parse_bodies),
)  # fmt: skip
_FEED = re.compile(rb"^\s*<\?xml.{0,400}?<rss\b", re.S)
_SHELL = re.compile(rb"<app-root\b|(?i:http-equiv=.?refresh)")


def route_of(page: Page) -> Route | None:
    """The route of a page without an address: by the wrapper's class, the tab that is open, or a key."""
    content = page.content
    name = markup.shown(page)
    if name:
        return next((route for route in ROUTES if route.pattern.search(f"/{name}.php")), None)
    if content.lstrip()[:1] == b"[":
        return next((_BY_PARSE[parse] for key, parse in _KEYS if key in content[:2000]), None)
    if _FEED.search(content):
        return _BY_PARSE[feed.parse_feed]
    return _BY_PARSE[start.parse_start] if _SHELL.search(content) else None


# What the system says with HTTP 200.
REJECTS = (
    Reject(re.compile(rb"(?i)Berechtigungsfehler|Fehlercode:?\s*(?:</?\w+>\s*)?1104"), NotPublicError,
           "the system says: Berechtigungsfehler"),
    Reject(re.compile(rb"smc-pagetype-logon|smc_page_ylogon|(?i:<input[^>]+type=[\"']?password)"),
           NotPublicError, "the system asks for a login; only what is public can be read"),
    Reject(re.compile(rb"noch keine Detailinformationen freigegeben"), NotFoundError,
           "the system says: noch keine Detailinformationen freigegeben"),
    Reject(re.compile(rb"Keine Daten gefunden"), NotFoundError, "the system says: Keine Daten gefunden"),
    Reject(re.compile(rb"smc_page_error\d?_|SessionNet Fehlermeldung|<h1[^>]*>\s*Fehlermeldung"),
           NotFoundError, "the system says: Fehlermeldung"),
    Reject(re.compile(rb"altcha-widget"), NotPublicError, "a bot check stands before the page"),
    Reject(re.compile(rb"<app-root\b"), NotFoundError, "the interface does not know the address"),
    Reject(re.compile(rb"^\s*<\?php\b"), NotPublicError, "the server sends its program instead of a page"),
)  # fmt: skip

# Labels, heads, buttons and menus beside the records.
FURNITURE = Furniture(
    frozenset({
        "vorlage", "vorlagen", "dokumente", "dokument", "texte", "informationen", "tagesordnung", "top-liste",
        "beratungen", "beratung", "anwesenheit", "mitglieder", "mitarbeit", "sitzung", "sitzungen", "termin",
        "termine", "mandant", "gremium", "gremien", "kalender", "name", "letzte sitzung", "nächste sitzung",
        "mitgliedschaft", "art der mitarbeit", "funktion", "von", "bis", "von bis", "beginn", "ende",
        "partei", "beschluss", "ergebnis", "abstimmung", "entscheidung", "bemerkung", "betreff", "art",
        "datum", "nummer", "top", "keine tagesordnungspunkte", "öffentlich", "nichtöffentlich", "rolle",
        "zuständigkeit", "aktenzeichen", "download", "inhalt", "aktionen", "dokumenttyp", "vorsitz", "raum",
        "ort", "zeit", "uhrzeit", "bezeichnung", "status",
    }),
    re.compile(
        r"\d+ dok(?:\.|umente?)|(?:nicht\s?-?\s?)?öffentlicher teil:?(?: beginn .*)?|"
        r"\d+(?:[.,]\d+)? [kmg]?b|nachtrag(?:: \d{2}\.\d{2}\.\d{4})?|"
        r"(?:es |zu dieser sitzung |derzeit )?(?:sind |wurden |liegen )?(?:derzeit |noch )?keine \w+ "
        r"(?:vorhanden|gefunden|verfügbar|vor|freigegeben)\.?|sitzungen? im zeitraum.*|tagesordnungspunkte?"
    ),
)  # fmt: skip

VENDOR = Vendor(
    name=NAME,
    title="SessionNet",
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
