"""Addresses of more! rubin: pages, the interfaces behind them, documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from scraper.address import Addresses, Program
from scraper.page import Kind, Request, Window

NAME = "rubin"
_API, _SERVICE = r"/api\.php$", r"/webservice-mobile/webservice\.php$"
_COMMON = ("json", "system", "platform", "id", "action")
ADDRESSES = Addresses(
    Program(Kind.FILE, r"/(?:api|documents)\.php$", number="document_type_id", keeps=None),
    Program(Kind.MEETING, r"/meeting(?:\.php)?$", number="id"),
    Program(Kind.MEETING, _API, number="meeting_id", keeps=("id", "action", "with_agenda_item_documents")),
    Program(Kind.CALENDAR, f"{_API}|{_SERVICE}", number="from", keeps=("to", *_COMMON, "view")),
    Program(Kind.ORGANIZATION_LIST, f"{_API}|{_SERVICE}", keeps=_COMMON),
)
# The interface of today, and the one of installations that answer it with 404. Both speak the same JSON.
API = "api.php?"
SERVICE = "webservice-mobile/webservice.php?json=true&system=ris&platform=ris&"
_BODIES = "id=organizations&action=bodies"
_CALENDAR = "id=calendar&action=get&view=list"
_EXPORT = "id=calendar&action=webcalendar"

_PROGRAM = re.compile(
    r"/(?:api\.php|webservice-mobile/.*|meeting(?:\.php)?(?:;.*)?|documents\.php|index\.php|oparl(?:/.*)?)$"
)
_BROKEN = re.compile(r"^//+/|^//[^/?]*//|[^/?]//|;jsessionid=")
_PREFIX = "ni_"  # in front of the number of a meeting, and of what belongs to it, once its minutes are out


def root_of(url: str) -> str:
    """The folder of the installation that an address belongs to."""
    parts = urlsplit(url)
    path = _PROGRAM.sub("/", parts.path)
    return urlunsplit((parts.scheme, parts.netloc, path if path.endswith("/") else path + "/", "", ""))


def native(number: str) -> str:
    """A number without the mark of its minutes, so that it stays the same when they appear."""
    return number.removeprefix(_PREFIX)


def repaired(url: str) -> str:
    """A printed address; seen: `http:///host/meeting`, `https://host//meeting.php`, `…;jsessionid=8F3A`."""
    scheme, colon, rest = url.partition(":")
    if not colon or not _BROKEN.search(rest):
        return url
    path, mark, query = rest.lstrip("/").partition("?")
    path = re.sub(r";jsessionid=[^/?]*", "", re.sub(r"/{2,}", "/", path))
    return f"{scheme}://{path}{mark}{query}"


# ---- requests


def lists(root: str, interface: str) -> tuple[Request, ...]:
    """The bodies and the calendar, as an interface of the installation tells them."""
    return (
        Request(f"{root}{interface}{_BODIES}", Kind.ORGANIZATION_LIST),
        Request(f"{root}{interface}{_CALENDAR}", Kind.CALENDAR),
    )


def meeting_request(asked: str, number: str, page: str) -> Request:
    """What tells the agenda, on the host that was asked: the interface, else the page (`meeting.php`)."""
    root, number = root_of(asked), quote(number)
    if "/api.php" in asked:
        query = f"meeting_id={number}&id=meetings&action=get&with_agenda_item_documents=1"
        return Request(f"{root}{API}{query}", Kind.MEETING)
    return Request(f"{root}{page}?id={number}", Kind.MEETING)


def expand(request: Request, window: Window) -> Iterable[Request]:
    """A calendar stands for its months within the window; an export has no months."""
    if request.kind is not Kind.CALENDAR or "from=" in request.url or _EXPORT in request.url:
        yield request
        return
    for month in window.months():
        yield replace(request, url=f"{request.url}&from={month:%Y-%m}&to={month:%Y-%m}")


def fallback(request: Request) -> Iterable[Request]:
    """The older interface instead of the newer, then the export of the calendar; a meeting has its page."""
    root = root_of(request.url)
    if request.kind is Kind.START:
        yield from lists(root, API)
    elif request.kind is Kind.MEETING and "/api.php" in request.url:
        address = ADDRESSES.read(request.url)
        if address and address.native_id:
            yield replace(request, url=f"{root}meeting?id={quote(address.native_id)}")
    elif "/api.php" in request.url and _EXPORT not in request.url:
        yield replace(request, url=root + SERVICE + request.url.partition("?")[2])
    elif request.kind is Kind.CALENDAR and "/webservice-mobile/" in request.url:
        yield replace(request, url=root + API + _EXPORT)
