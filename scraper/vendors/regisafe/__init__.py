"""RIS-Portal of regisafe (comundus): a Liferay portal with the portlet RisSitzung.

Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/regisafe`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from scraper.accounting import Furniture
from scraper.errors import NotFoundError, NotPublicError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.regisafe import calendar, meeting, portal
from scraper.vendors.regisafe.address import ADDRESSES, month_of

NAME = "regisafe"
MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (b"_RisSitzung_", 0.9, "addresses of the portlet RisSitzung"),
    (re.compile(rb'class="rp-lis-item"|rp-session-top-result'), 0.9, "items of class rp-lis-item"),
    (re.compile(rb'"sessionLink"\s*:\s*"[^"]*sitzungId='), 0.9, "entries of the portal's calendar"),
    (re.compile(rb"/o/obis-theme/|/o/ris-redesign-theme/|/o/ris-sitzung/"), 0.7, "the theme of the portal"),
    (re.compile(rb"com[._]comundus[._]ris"), 0.7, "portlets of com.comundus.ris"),
)
ROUTES = (
    Route(Kind.CALENDAR, re.compile(r"/sitzungen/?\?.*_RisSitzung_month="), calendar.parse_calendar),
    Route(Kind.AGENDA_ITEM, re.compile(r"/sitzungen/?\?.*_RisSitzung_topId="), meeting.parse_item),
    Route(Kind.MEETING, re.compile(r"/sitzungen/?\?(?:.*&)?sitzungId=\d"), meeting.parse_meeting),
    Route(Kind.ORGANIZATION_LIST, re.compile(r"/sitzungen/?(?:[?#]|$)"), portal.parse_list),
    Route(Kind.START, re.compile(r"^\w+://[^/]+/(?:web/[\w-]+/?)?(?:startseite/?)?$"), portal.parse_start),
)


def fingerprint(page: Page) -> Fingerprint | None:
    """Marks of the portlet, the theme and the calendar's answer."""
    return by_marks(NAME, page, MARKS)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The given page: a start page, or the calendar itself."""
    yield Request(source.base_url, Kind.START)


def expand(request: Request, window: Window) -> Iterable[Request]:
    """A calendar stands for its months within the window."""
    if request.kind is not Kind.CALENDAR or "_RisSitzung_month=" in request.url:
        yield request
        return
    for month in window.months():
        yield replace(request, url=month_of(request.url, month))


_AGENDA = re.compile(rb"rp-top-list-wrapper|rp-lis-item|rp-session-top-result|accordion-list-header")


def route_of(page: Page) -> Route | None:
    """The route of a page without an address: a list is a calendar, a page with an agenda a meeting."""
    if page.content.lstrip()[:1] == b"[":
        return ROUTES[0]
    return ROUTES[2] if _AGENDA.search(page.content) else None


VENDOR = Vendor(
    name=NAME,
    title="RIS-Portal (regisafe)",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(
                rb"com_liferay_login_web_portlet_LoginPortlet[^>]*>[^<]*<form|id=\"_com_liferay_login"
            ),
            NotPublicError,
            "the portal asks for a login; only what is public can be read",
        ),
        Reject(
            re.compile(rb"Die angeforderte Ressource wurde nicht gefunden|konnte nicht gefunden werden"),
            NotFoundError,
            "the portal says that there is no such page",
        ),
    ),
    canonical=ADDRESSES.canonical,
    expand=expand,
    route_of=route_of,
    expects=("meeting", "agenda_item"),
    furniture=Furniture(
        frozenset(
            {
                "dokumente",
                "dokumente vom typ",
                "pdf",
                "--:--",
                "abstimmung",
                "abstimmungstext",
                "enthalten",
                "ja",
                "nein",
                "befangen",
            }
        ),
        re.compile(r"detailseite des .* tagesordnungspunkts .* öffnen"),
    ),
)
