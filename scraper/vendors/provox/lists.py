"""Calendar, lists of meetings, organizations and persons. Of these only the calendar's feed is described;
the lists are read by what any of them must have: links to what they list, and heads of columns."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

from scraper import dom, german, objects, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.objects import Object
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting, Membership, Organization, OrganizationRef, Person
from scraper.stamp import slug, stamp
from scraper.vendors.provox.frame import ADDRESSES, NAME, Columns, open_page
from scraper.view import View, requests

# How the calendar shows an entry.
WORTHLESS = frozenset({
    "allDay", "color", "backgroundColor", "borderColor", "textColor", "className", "classNames", "editable",
    "tooltip",
})  # fmt: skip
_SIGN = re.compile(r"^\W+")  # a bell before entries with a note
_FEED = re.compile(r"^(.*?/)(?:meeting|organization|person|agendaitem|file)/", re.IGNORECASE)
ROLE, FACTION, PARTY = (
    frozenset({"funktion", "rolle", "art der mitarbeit", "mitgliedsart"}),
    frozenset({"fraktion", "fraktion/gruppe", "gruppe"}),
    frozenset({"partei"}),
)
PERSON = frozenset({"name", "person", "mitglied", "vorname", "nachname"})
NUMBER = vocabulary.NUMBER | {"nr", "nr."}
FROM, UNTIL = frozenset({"von", "seit", "ab"}), frozenset({"bis"})
# Headings of the page of an organization that do not name it.
PANELS = frozenset({"gremiumdetails", "gremiendetails", "mitglieder", "sitzungen", "gremium"})
# Field → heads of its column.
MEETING = {
    "date": vocabulary.DATE,
    "time": vocabulary.TIME,
    "organization": vocabulary.ORGANIZATION,
    "location": vocabulary.PLACE | vocabulary.ROOM,
    "number": NUMBER,
}
MEMBER = {"name": PERSON, "role": ROLE, "faction": FACTION, "party": PARTY, "start": FROM, "end": UNTIL}


def parse_feed(page: Page) -> Parsed:
    """The entries of the calendar; follows those that have a page."""
    answer = objects.read(page)
    if isinstance(answer, str):  # asked for JSON, the server wraps the list in a string
        try:
            answer = json.loads(answer, strict=False)
        except ValueError:
            answer = None
    if not isinstance(answer, list):
        raise BrokenPageError(page.url, "the answer is no list of meetings")
    told = [_entry(page, Object(entry)) for entry in answer if isinstance(entry, dict)]
    follow = (Request(one.url, Kind.MEETING, date=one.date) for one in told if one.url)
    return Parsed(tuple(told), tuple(follow))


def _entry(page: Page, source: Object) -> Meeting:
    native, title, day = source.text("id"), source.text("title"), source.date("start")
    start, end, link = source.moment("start"), source.moment("end"), source.text("url")
    if not (title and day):
        raise BrokenPageError(page.url, "an entry of the calendar has no title or no day")
    name, extra = _SIGN.sub("", title), source.rest(WORTHLESS)
    cancelled = german.is_cancelled(title)
    return Meeting(
        **stamp(page, "meeting", native or f"{day}-{slug(name)}", NAME),
        url=ADDRESSES.canonical(urljoin(page.url, link)) if link else None,
        warnings=codes(extra),
        extra=extra,
        name=name,
        organization=None if cancelled else name,
        organizations=() if cancelled else (OrganizationRef(name=name),),
        date=day,
        start=start if start and start[11:16] != "00:00" else None,
        end=end if end and end[11:16] != "00:00" else None,
        cancelled=cancelled,
    )


def parse_start(page: Page) -> Parsed:
    """Follows the calendar and the lists that the menu offers."""
    view = open_page(page, "a[href]")
    goals = [link.goal for link in view.links(view.html.one("body")) if link.goal]
    folders = [match[1] for goal in goals if (match := _FEED.match(goal.url))]
    if not folders:
        raise BrokenPageError(page.url, "the page links nothing of the product")
    lists = [goal for goal in goals if goal.kind in (Kind.ORGANIZATION_LIST, Kind.PERSON_LIST)]
    found = [Request(urljoin(folders[0], "meeting/ShowEvents"), Kind.CALENDAR)]
    return Parsed(follow=tuple(dict.fromkeys([*found, *(Request(goal.url, goal.kind) for goal in lists)])))


def parse_meetings(page: Page) -> Parsed:
    """A list of meetings as tables; follows those that have a page."""
    view = open_page(page, "table")
    told = []
    for table in view.main.css("table"):
        columns = Columns(table)
        told += [meeting for row in columns.rows if (meeting := _listed(view, dict(columns.read(row))))]
    follow = (Request(one.url, Kind.MEETING, date=one.date) for one in told if one.url)
    return view.told(told, follow)


def _listed(view: View, cells: dict[str, Node]) -> Meeting | None:
    goal = next((found for cell in cells.values() if (found := view.goal(cell, Kind.MEETING))), None)
    printed, left = _sorted(cells, MEETING)
    dates = [day for line in (printed.get("date", ""), *left.values()) for day in german.dates(line)]
    day = dates[0] if dates else None
    if goal is None or day is None:
        return None
    start, end = german.span(day, printed.get("time", "") or printed.get("date", ""))
    name = printed.get("organization")
    return Meeting(
        **view.envelope("meeting", goal.native_id),
        url=goal.url,
        warnings=codes(left),
        extra=left,
        number=printed.get("number"),
        organization=name,
        organizations=(OrganizationRef(name=name),) if name else (),
        date=day,
        start=start,
        end=end,
        location=printed.get("location"),
        cancelled=any(german.is_cancelled(line) for line in (*printed.values(), *left.values())),
    )


def _sorted(
    cells: dict[str, Node], fields: dict[str, frozenset[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Printed values by field, and by label what no field takes."""
    printed: dict[str, str] = {}
    left: dict[str, str] = {}
    for label, cell in cells.items():
        field = next((name for name, labels in fields.items() if label.casefold() in labels), None)
        line = dom.line(cell)
        if not field and label.startswith("column ") and cell.css_first("a[href]") is not None:
            continue  # a column of links: "Details"
        if line and field:
            printed[field] = f"{printed[field]} {line}" if field in printed else line
        elif line:
            left[label] = line
    return printed, left


def parse_organizations(page: Page) -> Parsed:
    """The organizations that a list links; follows them."""
    view = open_page(page, 'a[href*="/organization/details/"]')
    told = {
        link.goal.native_id: Organization(
            **view.envelope("organization", link.goal.native_id), url=link.goal.url, name=name
        )
        for link in view.links()
        if link.goal and link.goal.kind is Kind.ORGANIZATION and (name := dom.line(link.node))
    }
    if not told:
        raise BrokenPageError(page.url, "the list of organizations links none")
    return view.told(told.values(), requests(view.links(), {Kind.ORGANIZATION}))


def parse_organization(page: Page) -> Parsed:
    """One organization with its members; its meetings come from the calendar."""
    view = open_page(page, "h2, h3, h4")
    heads = (dom.line(node) for node in view.main.css("h2, h3, h4"))
    own, name = view.own, next((head for head in heads if head and head.casefold() not in PANELS), None)
    if own is None or not name:
        raise BrokenPageError(page.url, "the organization has no number or no name")
    organization = Organization(**view.envelope("organization", own.native_id), url=own.url, name=name)
    members = [member for cells in _people(view) if (member := _member(view, organization, cells))]
    return view.told((organization, *members), (), organization.id)


def _people(view: View) -> list[dict[str, Node]]:
    """The rows of tables that link persons."""
    tables = [Columns(table) for table in view.main.css("table") if view.goal(table, Kind.PERSON)]
    return [dict(columns.read(row)) for columns in tables for row in columns.rows]


def _link(view: View, cells: dict[str, Node]) -> tuple[str, str, str] | None:
    """Number, address and printed name of the person that a row links."""
    for cell in cells.values():
        for link in view.links(cell):
            if link.goal and link.goal.kind is Kind.PERSON and (name := dom.line(link.node)):
                return link.goal.native_id, link.goal.url, name
    return None


def _member(view: View, organization: Organization, cells: dict[str, Node]) -> Membership | None:
    linked = _link(view, cells)
    if linked is None:
        return None
    printed, left = _sorted(cells, MEMBER)
    native = f"{organization.id.rpartition(':')[2]}-{linked[0]}"
    return Membership(
        **view.envelope("membership", native),
        url=organization.url,
        warnings=codes(left),
        extra=left,
        person=linked[2],
        person_url=linked[1],
        organization=organization.name,
        organization_url=organization.url,
        role=printed.get("role"),
        faction=printed.get("faction"),
        party=printed.get("party"),
        start=german.date(printed.get("start", "")),
        end=german.date(printed.get("end", "")),
    )


def parse_persons(page: Page) -> Parsed:
    """The persons that a list links, with what its columns say of them."""
    view = open_page(page, 'a[href*="/person/details/"]')
    told: dict[str, Person] = {}
    for cells in _people(view):
        linked = _link(view, cells)
        if linked is None:
            continue
        printed, left = _sorted(cells, MEMBER)
        told[linked[0]] = Person(
            **view.envelope("person", linked[0]),
            url=linked[1],
            warnings=codes(left),
            extra=left,
            name=linked[2],
            party=printed.get("party"),
            faction=printed.get("faction"),
        )
    if not told:
        raise BrokenPageError(page.url, "the list of persons links none")
    return view.told(told.values())
