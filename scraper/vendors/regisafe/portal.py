"""The page of the calendar and the start pages: they tell where the calendar is and which committees meet."""

from __future__ import annotations

from scraper import dom
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Organization
from scraper.vendors.regisafe.address import ADDRESSES, ORGANIZATION_NUMBER
from scraper.view import View, open_page

NAME = "regisafe"
PORTLET = b"RisSitzung"
FILTER = '[for*="_RisSitzung_Gremium_"]'  # the committees by which the calendar can be filtered


def parse_start(page: Page) -> Parsed:
    """Follows the calendar, else the site of the council on a host with several."""
    view = open_page(page, NAME, ADDRESSES, "body")
    goals = [link.goal for link in view.links() if link.goal]
    lists = [Request(goal.url, goal.kind) for goal in goals if goal.kind is Kind.ORGANIZATION_LIST]
    sites = [Request(goal.url, goal.kind) for goal in goals if goal.kind is Kind.START]
    if not (lists or sites):
        raise BrokenPageError(page.url, "the page links neither calendar nor council")
    return Parsed(follow=tuple(dict.fromkeys(lists[:1] or sites)))


def parse_list(page: Page) -> Parsed:
    """The committees of the filter; follows the calendar, whose months are resources of this page."""
    view = open_page(page, NAME, ADDRESSES, "#content, body")
    own = view.own or view.goal(None)
    url = own.url if own else ADDRESSES.canonical(page.url)
    told = tuple(_organization(view, label) for label in view.main.css(FILTER))
    if not told and PORTLET not in page.content:
        raise BrokenPageError(page.url, "neither committees nor the portlet of the calendar")
    return Parsed(told, (Request(url, Kind.CALENDAR),))


def _organization(view: View, label: dom.Node) -> Organization:
    number = ORGANIZATION_NUMBER.search(dom.attr(label, "for"))
    name = dom.line(label)
    if number is None or not name:
        raise BrokenPageError(view.page.url, "a committee of the filter has no number or no name")
    return Organization(**view.envelope("organization", number[1]), name=name)
