"""The start page with its menu: which programs this installation has released."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from scraper import dom
from scraper.address import Address
from scraper.dom import Html
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.vendors.sessionnet import api, markup
from scraper.vendors.sessionnet.addresses import ADDRESSES, API, beside, mandates, program
from scraper.view import View

# Programs that every installation has, linked or not.
_ALWAYS = (("si0040", "", Kind.CALENDAR), ("gr0040", "__cwpall=1", Kind.ORGANIZATION_LIST))
# Linked program → with which query everything is asked for; lists of papers as they are linked, since they
# have no days and all periods would be all papers ever.
_MENU = {"kp0041": "__cwpall=1", "rssfeed": "filter=s"}
_LISTS = frozenset({"vo0040", "vo0042", "ag0040", "ag0041", "do0040"})
_TARGET = re.compile(r"(?i)url\s*=\s*['\"]?([^'\";\s]+)")


def parse_start(page: Page) -> Parsed:
    """Follows the calendar, the lists that the menu names, and what the page shows of meetings with a day."""
    html = dom.read(page)
    if html.maybe("app-root") is not None:
        return _shell(page, html)
    seen = View(page, html, html.one("body"), markup.NAME, ADDRESSES)
    goals = [link.goal for link in seen.links() if link.goal]
    programs = [goal for goal in goals if program(goal.url)]
    if not programs:
        return Parsed(follow=(_refreshed(page, html),))
    base = programs[0].url.partition("?")[0]
    follow = [Request(beside(base, name, query), kind) for name, query, kind in _ALWAYS]
    follow += _menu(programs)
    follow += mandates(beside(base, "info"), html.many('a[href*="__cpanr="]'))
    follow += _meetings(seen)
    return Parsed(follow=tuple(dict.fromkeys(one for one in follow if one.url != page.url)))


def _menu(goals: list[Address]) -> Iterator[Request]:
    for goal in goals:
        name = program(goal.url)
        if name in _MENU:
            yield Request(beside(goal.url, name, _MENU[name]), goal.kind)
        elif name in _LISTS:
            yield Request(goal.url, Kind.PAPER_LIST)


def _meetings(seen: View) -> Iterator[Request]:
    """Next and last meetings, where the page shows them: `Details anzeigen: Hauptausschuss 25.08.2026`."""
    for link in seen.links():
        day = markup.dated(markup.tip(link.node)).date
        if link.goal and link.goal.kind is Kind.MEETING and day:
            yield Request(link.goal.url, Kind.MEETING, date=day)


def _refreshed(page: Page, html: Html) -> Request:
    """The page that the browser is sent on to; BrokenPageError when there is none."""
    for node in html.many("meta[content]"):
        match = _TARGET.search(dom.attr(node, "content"))
        if match:
            return Request(urljoin(page.url, match[1]), Kind.START)
    frames = [dom.attr(node, "src") for node in html.many("frame[src], iframe[src]")]
    goals = [urljoin(page.url, src) for src in frames if program(urljoin(page.url, src))]
    if not goals:
        raise BrokenPageError(page.url, "the start page links none of the product's programs")
    return Request(goals[0], Kind.START)


def _shell(page: Page, html: Html) -> Parsed:
    """SessionNet 6: what the script asks for first."""
    base = api.shell_base(page, dom.attr(html.maybe("base[href]"), "href"))
    root = base.rstrip("/") + API
    return Parsed(
        follow=(
            Request(root + "sitzungen", Kind.CALENDAR),
            Request(root + "gremien", Kind.ORGANIZATION_LIST),
        )
    )
