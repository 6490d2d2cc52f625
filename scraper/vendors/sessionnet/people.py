"""SessionNet committees and people: gr0040, kp0040 and kp0042, kp0041, kp0050, kp0051 and pe0051."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper import dom
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Organization, OrganizationType, Person, Record
from scraper.stamp import slug
from scraper.vendors.sessionnet import markup, members
from scraper.vendors.sessionnet.addresses import beside, mandates, plain, program
from scraper.view import Link, View

# What a body is, by the first wording in its name that fits.
_TYPES: tuple[tuple[re.Pattern[str], OrganizationType], ...] = (
    (re.compile(r"(?i)fraktion|\bgruppe\b|ratsgruppe"), "faction"),
    (re.compile(r"(?i)ausschu(?:ss|ß)|beirat|kommission|kuratorium|deputation"), "committee"),
    (
        re.compile(
            r"(?i)^(?:\w+er )?(?:rat|\w*stadtrat|\w*gemeinderat|kreistag|stadtverordnetenversammlung|"
            r"gemeindevertretung|stadtvertretung|bürgerschaft|samtgemeinderat|verbandsgemeinderat)\b"
        ),
        "council",
    ),
)
_ALL = "&__cwpall=1"  # of all election periods, else only those of the current one
_LIST = re.compile(r"[?&]__k(?:sigrnr|gsgrnr)=(\d+)", re.I)
_NOTHING = re.compile(r"(?i)\bkeine (?:daten|mitglieder|personen|gremien|einträge)\b")
# Titles of pages that name no record.
_GENERIC = re.compile(
    r"(?i)^(?:gremi(?:um|en)|mitglieder|person(?:en)?|mandatsträger(?:innen|/-?innen)?|informationen)?$"
)
# What a person lets be known, without a key of its own.
_CONTACT = frozenset(map(str.casefold, (
    "straße", "ort", "plz", "plz ort", "plz/ort", "anschrift", "adresse", "wohnort", "telefon",
    "tel.", "telefon privat", "telefon dienstlich", "telefon geschäftlich", "telefax", "fax", "mobil",
    "mobiltelefon", "handy", "ortsteil", "e-mail", "email", "internet", "homepage", "webseite", "beruf",
    "titel", "geburtsdatum", "geburtsjahr", "wahlkreis", "funktion", "erreichbarkeit", "bemerkung",
)))  # fmt: skip
_PREFIX = re.compile(r"^(?:Gremium|Mitglieder(?: des Gremiums)?|Person|Mandatsträger|Details):?\s+[-–]?\s*")


def type_of(name: str) -> OrganizationType:
    """Council, committee or faction by the printed name, `other` for what tells nothing."""
    return next((kind for pattern, kind in _TYPES if pattern.search(name)), "other")


# ---- committees


def parse_organization_list(page: Page) -> Parsed:
    """The bodies of the list, with or without a page; follows their members and meetings, other Mandanten."""
    seen = markup.open_page(page)
    found: list[Organization] = []
    follow: list[Request] = []
    for row in seen.main.css("tr"):
        links = seen.links(row)
        one = None if markup.is_inner(seen, row) else _listed(seen, row, links)
        if one is not None:
            found.append(one)
            follow += _of_body(one, links)
    if not found and not _NOTHING.search(dom.line(seen.main)):
        raise BrokenPageError(page.url, "the list shows no committees and does not say so")
    follow += mandates(page.url, seen.html.many('a[href*="__cpanr="]'))
    for cell in seen.main.css('td[class*="silast"], td[class*="sinext"]'):
        cell.decompose()  # days of meetings: read as links, and told by the calendar
    return markup.told(seen, _once(found), follow)


def _listed(seen: View, row: Node, links: list[Link]) -> Organization | None:
    goal = next((link.goal for link in links if link.goal and link.goal.kind is Kind.ORGANIZATION), None)
    meetings = next((match[1] for link in links if (match := _LIST.search(link.url))), "")
    name = _name(seen, row, named=bool(goal or meetings))
    if not name:
        return None
    return Organization(
        **seen.envelope("organization", goal.native_id if goal else meetings or slug(name)),
        url=plain(goal) if goal else None,
        name=name,
        type=type_of(name),
    )


def _name(seen: View, row: Node, *, named: bool) -> str:
    """The cell of the name, else the link to the members, else the first text of a row with a number."""
    cells = [cell for cell in dom.children(row) if cell.tag == "td"]
    cell = next((one for one in cells if "grname" in markup.named(one)), None)
    if cell is None:
        links = [link for link in seen.links(row) if link.goal and link.goal.kind is Kind.ORGANIZATION]
        cell = next((link.node for link in links if dom.line(link.node)), None)
    if cell is None and named:
        cell = next((one for one in cells if dom.line(one)), None)
    return dom.line(cell)


def _of_body(one: Organization, links: list[Link]) -> list[Request]:
    """Its members, its last and next meeting, and its list of meetings, on the days when it meets."""
    follow = [Request(one.url + _ALL, Kind.ORGANIZATION)] if one.url else []
    lists = [link.goal for link in links if link.goal and link.goal.kind is Kind.CALENDAR]
    for link in links:
        day = markup.dated(markup.tip(link.node)).date or markup.dated(dom.line(link.node)).date
        if link.goal and link.goal.kind is Kind.MEETING and day:
            follow.append(Request(link.goal.url, Kind.MEETING, date=day))
            follow += [Request(goal.url, Kind.CALENDAR, date=day) for goal in lists]
    return follow


def _once(found: Iterable[Organization]) -> list[Organization]:
    return list({one.id: one for one in found}.values())


def parse_organization(page: Page) -> Parsed:
    """A body and its members; follows the persons."""
    seen = markup.open_page(page)
    name = _titled(seen)
    native = markup.own_number(seen, Kind.ORGANIZATION) or slug(name or "")
    if not native:
        raise BrokenPageError(page.url, "nothing on the page tells which body it is; give --url")
    is_first = markup.shown(page) in ("kp0040", "")
    url = markup.own_url(seen) if is_first else beside(page.url, "kp0040", f"__kgrnr={native}")
    rows = members.of_body(seen, members.Body(native, name, url))
    if not rows and not _NOTHING.search(dom.line(seen.main)):
        raise BrokenPageError(page.url, "the body has no members and does not say so")
    header = markup.header(seen)
    extra = header.rest(dom.line)
    body = Organization(
        **seen.envelope("organization", native),
        url=url,
        warnings=codes(extra),
        extra=extra,
        name=name,
        type=type_of(name) if name else None,
    )
    follow = [Request(one.person_url, Kind.PERSON) for one, _ in rows if one.person_url]
    tabs = (link.goal for link in markup.tabs(seen) if link.goal and link.goal.kind is Kind.ORGANIZATION)
    follow += [
        Request(plain(goal) + _ALL, Kind.ORGANIZATION) for goal in tabs if program(goal.url) == "kp0042"
    ]
    records: list[Record] = [body, *(person for _, person in rows if person), *(one for one, _ in rows)]
    return markup.told(seen, {one.id: one for one in records}.values(), follow, body.id if is_first else None)


def _titled(seen: View) -> str | None:
    """The name that the page's title has; "Gremium" and "Mitglieder" are none."""
    printed = _PREFIX.sub("", markup.heading(seen))
    return None if _GENERIC.match(printed) else printed


# ---- people


def parse_person_list(page: Page) -> Parsed:
    """Everybody whom the list names, with or without a page; follows the pages."""
    seen = markup.open_page(page)
    found = members.of_list(seen)
    if not found and not _NOTHING.search(dom.line(seen.main)):
        raise BrokenPageError(page.url, "the list shows no persons and does not say so")
    follow = [Request(one.url, Kind.PERSON) for one in found if one.url]
    return markup.told(seen, {one.id: one for one in found}.values(), follow)


def parse_person(page: Page) -> Parsed:
    """A person and the bodies that the page lists; follows those, and the other tabs."""
    seen = markup.open_page(page)
    name = _titled(seen)
    header = markup.header(seen)
    party = dom.line(header.pop({"partei", "mitgliedschaft"}, ("pepartei",)))
    faction = dom.line(header.pop({"fraktion"}))
    courtesy = dom.line(header.pop({"anrede"}))
    name = dom.line(header.pop({"name"}, ("pename",))) or name
    if name is None:
        raise BrokenPageError(page.url, "the person has no name")
    native = markup.own_number(seen, Kind.PERSON) or slug(name)
    first = _first_tab(seen)
    url = first or markup.own_url(seen)
    rows = members.of_person(seen, members.Who(native, name, url))
    extra = header.rest(dom.line)
    person = Person(
        **seen.envelope("person", native),
        url=url,
        warnings=codes(label for label in extra if label.casefold() not in _CONTACT),
        extra=extra,
        name=name,
        form_of_address=courtesy or members.courtesy(name),
        **members.side(party, faction),
    )
    goals = [link.goal for link in markup.tabs(seen) if link.goal and link.goal.kind is Kind.PERSON]
    follow = [Request(plain(goal) + _ALL, Kind.PERSON) for goal in goals if _seats(goal.url)]
    follow += [
        Request(one.organization_url + _ALL, Kind.ORGANIZATION) for one in rows if one.organization_url
    ]
    return markup.told(seen, (person, *rows), follow, None if first else person.id)


def _seats(url: str) -> bool:
    return program(url) == "kp0050"


def _first_tab(seen: View) -> str | None:
    """The page of the person, where this is the tab with the seats."""
    if markup.shown(seen.page) != "kp0050":
        return None
    goals = [link.goal for link in markup.tabs(seen) if link.goal and link.goal.kind is Kind.PERSON]
    return next((plain(goal) for goal in goals if not _seats(goal.url)), None)
