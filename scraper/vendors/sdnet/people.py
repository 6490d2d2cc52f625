"""SD.NET RIM: committees, factions and persons. No real page was at hand: see docs/vendors.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scraper import dom, german
from scraper.address import Address
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Membership, Organization, OrganizationType, Person
from scraper.stamp import slug
from scraper.vendors.sdnet import skin
from scraper.view import View

# Heads of columns → keys of a membership.
HEADS = {
    "role": ("funktion", "rolle", "mitgliedsart", "art der mitarbeit"),
    "faction": ("fraktion",),
    "party": ("partei",),
    "start": ("von", "seit", "beginn"),
    "end": ("bis", "ende"),
}
_KEYS = {head: key for key, heads in HEADS.items() for head in heads}
_COUNCILS = (
    "rat",
    "stadtrat",
    "gemeinderat",
    "kreistag",
    "stadtverordnetenversammlung",
    "gemeindevertretung",
)
_NAMES = ("name", "mitglied", "person")
_FORMS = ("Herr", "Frau")


def parse_organizations(page: Page) -> Parsed:
    """A list of committees or factions, or one of them: what it links tells which.

    A list leads to organizations; one of them has its name as title, and leads to persons and meetings.
    """
    view = skin.open_page(page)
    listed = _goals(view, Kind.ORGANIZATION)
    if _is_single(view, Kind.ORGANIZATION, listed):
        return _one(view)
    records = [_organization(view, goal.url, skin.take(node)) for node, goal in listed]
    return _listed(view, records, Kind.ORGANIZATION)


def parse_persons(page: Page) -> Parsed:
    """A list of persons, or one of them; follows the persons of a list and the organizations of one."""
    view = skin.open_page(page)
    listed = _goals(view, Kind.PERSON)
    if not _is_single(view, Kind.PERSON, listed):
        return _listed(view, [_person(view, goal.url, skin.take(node)) for node, goal in listed], Kind.PERSON)
    name = skin.take(view.main.css_first("h1"))
    if not name or view.own is None:
        raise BrokenPageError(page.url, "the person has no name")
    seats = _goals(view, Kind.ORGANIZATION)
    for node, _ in seats:  # the pages of these organizations tell more of the seats
        node.decompose()
    record = _person(view, view.own.url, name)
    return view.told((record,), [Request(goal.url, goal.kind) for _, goal in seats], record.id)


def _goals(view: View, kind: Kind, root: Node | None = None) -> list[tuple[Node, Address]]:
    """The links with a text that lead to pages of that kind."""
    found = ((link.node, link.goal) for link in view.links(root))
    return [(node, goal) for node, goal in found if goal and goal.kind is kind and dom.line(node)]


def _is_single(view: View, kind: Kind, listed: list[tuple[Node, Address]]) -> bool:
    """Whether the page is one of that kind and not a list of others."""
    own = view.own
    return own is not None and own.kind is kind and not any(goal.url != own.url for _, goal in listed)


def _listed(view: View, records: Sequence[Organization | Person], kind: Kind) -> Parsed:
    found = {record.id: record for record in reversed(records)}
    if not found:
        raise BrokenPageError(view.page.url, f"the list of {kind}s has no rows")
    follow = [Request(record.url, kind) for record in records if record.url]
    return view.told(reversed(found.values()), (*skin.menu(view), *follow))


def _organization(view: View, url: str, name: str) -> Organization:
    return Organization(
        **view.envelope("organization", skin.organization_id(url, name)),
        url=url,
        name=name,
        type=_type(url, name),
    )


def _type(url: str, name: str) -> OrganizationType:
    if "/fraktionen" in url:
        return "faction"
    return "council" if name.casefold().split(" ")[0] in _COUNCILS else "committee"


def _one(view: View) -> Parsed:
    """Its members and, where they are listed with their day, its meetings."""
    name = skin.take(view.main.css_first("h1"))
    if not name or view.own is None:
        raise BrokenPageError(view.page.url, "the organization has no name")
    record = _organization(view, view.own.url, name)
    follow = [Request(goal.url, goal.kind) for _, goal in _goals(view, Kind.PERSON)]
    for node, goal in _goals(view, Kind.MEETING):
        day = german.date(dom.line(node))
        follow += [Request(goal.url, goal.kind, date=day)] if day else []
    records: dict[str, Organization | Person | Membership] = {record.id: record}
    for row, heads in _rows(view):
        records |= {one.id: one for one in _member(view, record, row, heads)}
    return view.told(records.values(), follow, record.id)


def _rows(view: View) -> list[tuple[Node, list[str]]]:
    """Rows of tables with the heads of their columns."""
    found: list[tuple[Node, list[str]]] = []
    for table in view.main.css("table"):
        heads = [dom.line(cell).casefold().rstrip(":") for cell in table.css("thead th")]
        found += [(row, heads) for row in table.css("tbody tr")]
    return found


def _member(view: View, record: Organization, row: Node, heads: list[str]) -> list[Person | Membership]:
    """The person of a row and the seat; cells under heads that are not known stay to be told."""
    linked = _goals(view, Kind.PERSON, row)
    columns = dict(zip(heads, dom.children(row), strict=False))
    person = _person(view, linked[0][1].url, skin.take(linked[0][0])) if linked else None
    name = person.name if person else skin.take(next((columns[h] for h in _NAMES if h in columns), None))
    if not name:
        return []
    values: dict[str, Any] = {}
    for head, cell in columns.items():
        key = _KEYS.get(head)
        if key:
            printed = skin.take(cell)
            values[key] = german.date(printed) if key in ("start", "end") else printed or None
    who = _plain(name)[1]
    membership = Membership(
        **view.envelope("membership", f"{record.id.rpartition(':')[2]}-{who}"),
        url=record.url,
        person=name,
        person_url=person.url if person else None,
        organization=record.name,
        organization_url=record.url,
        **values,
    )
    return [person, membership] if person else [membership]


def _person(view: View, url: str, printed: str) -> Person:
    form, native, name = _plain(printed)
    return Person(**view.envelope("person", native), url=url, name=name, form_of_address=form or None)


def _plain(printed: str) -> tuple[str, str, str]:
    """Form of address, native id, name: `Herr Jörn Öhlmaring` and `Öhlmaring, Jörn` are the same person."""
    first, _, rest = printed.partition(" ")
    form, name = (first, rest) if first in _FORMS and rest else ("", printed)
    family, comma, given = name.partition(", ")
    return form, slug(f"{given} {family}" if comma else name), name
