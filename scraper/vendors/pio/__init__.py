"""PIO, the Politisches Informationssystem of Offenbach: documents of an office in a frame.

`index.php?aktiv=doc` shows a motion, an extract of minutes or an invitation: the text is in
`.pio-doc-container`, beside it stands the tree `.Baum` of the matter. Sources of the knowledge:
`docs/vendors.md` and the fixtures below `fixtures/pio`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from scraper import dom, german
from scraper.accounting import Furniture
from scraper.address import Address
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.records import Meeting, Organization, OrganizationType
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.pio import tree
from scraper.vendors.pio.invitations import PART, is_agenda, read_invitation
from scraper.vendors.pio.papers import read_document
from scraper.vendors.pio.tree import ADDRESSES, NAME, open_pio
from scraper.view import Link, View

_INVITATION = re.compile(r"(?i)einladung|tagesordnung|nachtrag|sitzung")
TYPES: tuple[tuple[re.Pattern[str], OrganizationType], ...] = (
    (re.compile(r"(?i)^stadtverordnetenversammlung$"), "council"),
    (re.compile(r"(?i)ausschuss|kommission|beirat"), "committee"),
    (re.compile(r"(?i)fraktion"), "faction"),
    (re.compile(r"(?i)^magistrat$"), "administration"),
)


def parse_document(page: Page) -> Parsed:
    """A motion, an extract of minutes, or an invitation, which is a meeting with its agenda."""
    view = open_pio(page)
    document = view.main.css_first(".pio-doc-container")
    if document is None:
        raise BrokenPageError(page.url, "the page has no document (.pio-doc-container)")
    listed = tree.entries(view)
    number = view.own.native_id if view.own and view.own.kind is Kind.PAPER else ""
    own = next((one for one in listed if one.goal and one.goal.native_id == number), None)
    own = own or next((one for one in listed if one.active and not number), None)
    number = number or (own.goal.native_id if own and own.goal else "")
    if not number:
        raise BrokenPageError(page.url, "neither the address nor the tree tells the number of the document")
    if is_agenda(document):
        return read_invitation(view, document, number, own)
    return read_document(view, document, number, own, listed)


def parse_overview(page: Page) -> Parsed:
    """The bodies, each with the list of its invitations, and the newest invitations."""
    view = open_pio(page)
    bodies: dict[str, Organization] = {}
    meetings: dict[str, Meeting] = {}
    name = ""
    for row in view.main.css("tr"):
        links = view.links(row)
        plain = [cell for cell in dom.children(row) if view.goal(cell, Kind.CALENDAR, Kind.PAPER) is None]
        name = next((printed for cell in plain if (printed := dom.line(cell))), "") or name
        goal = next((link.goal for link in links if link.goal and link.goal.kind is Kind.CALENDAR), None)
        if goal and name:
            bodies.setdefault(goal.url, _body(view, goal, name))
        meetings |= _invitations(view, links, goal.url if goal else None)
    if not bodies:
        raise BrokenPageError(page.url, "the overview names no bodies")
    follow = [Request(url, Kind.CALENDAR) for url in bodies]
    return view.told((*bodies.values(), *meetings.values()), [*follow, *_requests(meetings)])


def _body(view: View, goal: Address, name: str) -> Organization:
    return Organization(
        **view.envelope("organization", goal.native_id),
        url=goal.url,
        name=name,
        type=next((kind for pattern, kind in TYPES if pattern.search(name)), "other"),
    )


def parse_list(page: Page) -> Parsed:
    """The invitations of one body; the label of each names the day of its meeting."""
    view = open_pio(page)
    own = view.own.url if view.own and view.own.kind is Kind.CALENDAR else None
    found = _invitations(view, view.links(), own)
    if not found:
        raise BrokenPageError(page.url, "the list has no invitations")
    return view.told(found.values(), _requests(found))


def _invitations(view: View, links: Iterable[Link], body: str | None) -> dict[str, Meeting]:
    found: dict[str, Meeting] = {}
    for link in links:
        label = dom.line(link.node)
        date = german.date(label)
        if link.goal and link.goal.kind is Kind.PAPER and date and _INVITATION.search(label):
            found[link.goal.url] = Meeting(
                **view.envelope("meeting", link.goal.native_id),
                url=link.goal.url,
                name=label,
                organization_url=body,
                date=date,
                cancelled=german.is_cancelled(label),
            )
    return found


def _requests(meetings: dict[str, Meeting]) -> list[Request]:
    return [Request(url, Kind.MEETING, date=meeting.date) for url, meeting in meetings.items()]


MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (re.compile(rb"<title>\s*PIO: "), 0.9, "the title begins with PIO"),
    (re.compile(rb'class="pio-(?:content|doc|table|ausschuss)'), 0.8, "classes that begin with pio-"),
    (re.compile(rb"index\.php\?aktiv=(?:doc|tagesordnungen)"), 0.6, "links to index.php?aktiv=…"),
)


def fingerprint(page: Page) -> Fingerprint | None:
    """The product has no version that it prints."""
    return by_marks(NAME, page, MARKS)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The overview of all bodies."""
    yield Request(urljoin(source.base_url, "index.php?aktiv=tagesordnungen"), Kind.START)


ROUTES = (
    Route(Kind.CALENDAR, re.compile(r"/index\.php\?(?:.*&)?aktiv=tagesordnungenliste\b"), parse_list),
    Route(Kind.START, re.compile(r"/index\.php\?(?:.*&)?aktiv=tagesordnungen\b"), parse_overview),
    Route(Kind.PAPER, re.compile(r"/index\.php\?(?:.*&)?aktiv=doc\b"), parse_document),
)


def route_of(page: Page) -> Route | None:
    """A saved document without its address: the tree names it."""
    return ROUTES[-1] if b"pio-doc-container" in page.content else None


_WORDS = (
    "ausschüsse",
    "gremium",
    "einladung",
    "archiv",
    "tagesordnungen",
    "beschlusslage",
    "anlagen",
    "anlage",
)
_PATTERNS = (
    r"anlagen \(\d+\)|dieser text wurde mit dem .*|.*nicht rechtsverbindlich.*|top \d\S*|\d{4}",
    PART.pattern.removeprefix("(?i)"),
)
FURNITURE = Furniture(
    frozenset(word.casefold() for word in _WORDS), re.compile("|".join(_PATTERNS), re.IGNORECASE)
)

VENDOR = Vendor(
    name=NAME,
    title="PIO (Offenbach)",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"(?i)<input[^>]+type=[\"']?password"),
            NotPublicError,
            "the system asks for a login; only what is public can be read",
        ),
        Reject(
            re.compile(rb"Dokument[^<]{0,40}nicht (?:gefunden|vorhanden)"),
            NotFoundError,
            "the system says: nicht gefunden",
        ),
    ),
    canonical=ADDRESSES.canonical,
    route_of=route_of,
    furniture=FURNITURE,
)
