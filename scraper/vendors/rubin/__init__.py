"""more! rubin (more! software): installations with `api.php`, and older ones whose pages embed their data.

Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/rubin`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper import objects
from scraper.errors import NotPublicError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.rubin import answers, shell
from scraper.vendors.rubin.address import ADDRESSES, NAME, expand, fallback, root_of

MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (b'content="more! software"', 1.0, "the author is more! software"),
    (re.compile(rb"components\[[\"']\w+Page__\w+[\"']\]\s*="), 0.9, "the data of a component in a script"),
    (b"vue-passed-meeting=", 0.9, "the data of a component in an attribute"),
    (
        re.compile(rb"<title>\s*Ratsinfosystem\s*</title>(?s:.*)/components/index-[\w-]+\.js"),
        0.8,
        "the empty page of the Ratsinfosystem with its script",
    ),
    (b'"fraktionssitzung"', 0.9, "a meeting as the interface tells it"),
    (b'"Koerperschaftsnummer"', 0.8, "a committee as the interface tells it"),
    (b"OParl is not active.", 0.6, "the product's answer where OParl is switched off"),
)
# Answers without marks of their own are known by the question.
_BODIES = re.compile(r"\.php\?.*\bid=organizations\b.*\baction=bodies\b")
_EXPORT = re.compile(r"/api\.php\?.*\baction=webcalendar\b")


def fingerprint(page: Page) -> Fingerprint | None:
    """Marks of the pages and of the interface's answers."""
    found = by_marks(NAME, page, MARKS)
    if found is None and _BODIES.search(page.url) and objects.is_json(page):
        return Fingerprint(NAME, None, 0.5, ("an answer to the question for the bodies",))
    if found is None and _EXPORT.search(page.url) and b"BEGIN:VCALENDAR" in page.content:
        return Fingerprint(NAME, None, 0.5, ("an answer to the question for the calendar's export",))
    return found


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The start page: its script tells which interface the installation has."""
    yield Request(root_of(source.base_url), Kind.START)


ROUTES = (
    Route(Kind.CALENDAR, _EXPORT, shell.parse_export),
    Route(Kind.CALENDAR, re.compile(r"\.php\?.*\bid=calendar\b"), answers.parse_answer),
    Route(Kind.MEETING, re.compile(r"/api\.php\?.*\bid=meetings\b"), answers.parse_answer),
    Route(Kind.ORGANIZATION_LIST, _BODIES, answers.parse_answer),
    Route(Kind.MEETING, re.compile(r"/meeting(?:\.php)?(?:;[^?]*)?\?.*\bid="), shell.parse_meeting_page),
    Route(Kind.START, re.compile(r"/(?:index\.php)?$"), shell.parse_start),
)


def route_of(page: Page) -> Route | None:
    """The route of a saved answer or page."""
    if objects.is_json(page):
        return ROUTES[2]
    embedded = re.search(rb"MeetingPage__|vue-passed-meeting=", page.content)
    return ROUTES[4] if embedded else ROUTES[0] if b"BEGIN:VCALENDAR" in page.content else None


VENDOR = Vendor(
    name=NAME,
    title="more! rubin",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"OParl is not active"),
            NotPublicError,
            "the system says: OParl is not active.",
        ),
        Reject(
            re.compile(rb"(?i)<input[^>]+type=[\"']?password"),
            NotPublicError,
            "the system asks for a login; only what is public can be read",
        ),
    ),
    canonical=ADDRESSES.canonical,
    expand=expand,
    fallback=fallback,
    route_of=route_of,
)
