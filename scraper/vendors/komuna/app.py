"""The app and its configuration: an empty page that names a file, which names the interface."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import parse_qs, urljoin, urlsplit

from scraper import dom, objects
from scraper.errors import BrokenPageError
from scraper.objects import Object
from scraper.page import Kind, Page, Parsed, Request, Window

SCRIPT = re.compile(r"""<script\b[^>]*\bsrc=["']/([\w.-]+)/static/js/index-[\w-]+\.js["']""")
# The first part of the path names the system, unless it is one of the app's own.
_OWN = frozenset({"app", "activateuser", "error", "feed", "login"})
_NAME = re.compile(r"[\w-]+")


def parse_app(page: Page) -> Parsed:
    """Follows the configuration; which system is meant goes along in a header."""
    version = SCRIPT.search(dom.markup(page))
    if version is None:
        raise BrokenPageError(page.url, "the page loads no app")
    parts = urlsplit(page.url)
    first = parts.path.split("/")[1].partition(";")[0] if parts.path else ""
    name = first if _NAME.fullmatch(first) and first.casefold() not in _OWN else ""
    client = next(iter(parse_qs(parts.query.casefold()).get("clientid", ())), "")
    query = f"?clientid={client}" if client.isdigit() else ""
    url = urljoin(page.url, f"/{version[1]}/webconfig.json{query}")
    headers = (("x-customname", name),) if name else ()
    return Parsed(follow=(Request(url, Kind.START, headers=headers),))


def parse_config(page: Page) -> Parsed:
    """Follows the list of meetings, with the headers that the app sends to the interface."""
    answer = objects.read(page)
    source = Object(answer if isinstance(answer, dict) else {})
    service, key = source.text("serviceUrl"), source.text("org_key")
    if not (service and key):
        raise BrokenPageError(page.url, "the configuration names no interface")
    parts = urlsplit(page.url)
    name = dict(page.asked).get("x-customname", "")
    system = f"{parts.hostname}/{name}" if name else parts.hostname or ""
    headers = (("x-orgkey", key), ("x-uniqueid", system), ("x-customname", name))
    client = next(iter(parse_qs(parts.query).get("clientid", ())), "")
    url = urljoin(page.url, service.rstrip("/") + "/web/guestmeetings")
    if client:
        url += f"?client={client}"
    return Parsed(follow=(Request(url, Kind.CALENDAR, headers=headers),))


def expand(request: Request, window: Window) -> Iterable[Request]:
    """A list of meetings stands for one request a year of the window."""
    if request.kind is not Kind.CALENDAR or "from=" in request.url:
        yield request
        return
    glue = "&" if "?" in request.url else "?"
    for year in window.years():
        since = max(window.since, window.since.replace(year=year, month=1, day=1))
        until = min(window.until, window.until.replace(year=year, month=12, day=31))
        yield replace(request, url=f"{request.url}{glue}from={since}&until={until}")
