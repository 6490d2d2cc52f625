"""ALLRIS 4 bodies (gr020, gr010) and persons (kp020, kp040)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scraper import dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Membership, Organization, OrganizationType, Person
from scraper.stamp import slug
from scraper.vendors.allris4 import answer, lists, skin
from scraper.vendors.allris4.lists import Row
from scraper.view import View

# A body's kind is told by its name, else by the title of the list it stands in; the first that fits.
TYPES: tuple[tuple[re.Pattern[str], OrganizationType], ...] = (
    (re.compile(r"(?i)fraktion|^(?!arbeits|projekt)\S*gruppe\b|^einzelmitglied"), "faction"),
    (
        re.compile(r"(?i)ausschu(?:ss|ß)|ausschüsse|kommission|beirat|beiräte|arbeitsgruppe|kuratorium"),
        "committee",
    ),
    (
        re.compile(
            r"(?i)^(?:(?:stadt|(?:orts|samt|verbands)?gemeinde|markt|kreis|regions|bezirks|orts)?r(?:at|äte)"
            r"|kreistag|(?:stadt|gemeinde|kreis|bezirks)vertretung|bürgerschaft"
            r"|(?:stadtverordneten|rats|regions|landschafts|verbands|bezirks)versammlung)\b"
        ),
        "council",
    ),
    (re.compile(r"(?i)^(?:verwaltung|magistrat|dezernat|fachbereich|amt)\b"), "administration"),
)
# Heads of the tables and labels of the headers.
PERSON = frozenset({"name", "mitglied", "person"})
BODY = vocabulary.ORGANIZATION | {"name", "bezeichnung"}
ROLE = frozenset({"art der mitarbeit", "funktion", "rolle", "mitarbeit", "mitgliedschaft", "amt"})
FACTION = frozenset({"fraktion", "fraktion/gruppe", "gruppe"})
PARTY = frozenset({"partei", "liste", "wahlvorschlag", "herkunft"})
SINCE = frozenset({"von", "seit", "ab", "beginn", "anfangsdatum"})
UNTIL = frozenset({"bis", "ende", "endedatum"})
# Kept under their labels, for there is no key.
CONTACT = frozenset({
    "anschrift", "adresse", "ort", "telefon", "telefax", "fax", "mobil", "e-mail", "homepage", "internet",
    "beruf", "titel", "mitglieder", "wahlperiode",
})  # fmt: skip
SHORT = frozenset({"kurzbezeichnung", "kürzel", "abkürzung"})
_LEAD = re.compile(r"^(?:Gremium|Mitglieder|(?:Recherche )?Person)(?: - |: | )(?=\S)")
_ADDRESSED = ("Herr", "Frau")


def parse_organization(page: Page) -> Parsed:
    """One body with its members; follows the persons, or the members where the page's script fetches them."""
    view = skin.open_view(page)
    skin.check(view)
    native = skin.native_id(view, Kind.ORGANIZATION, "gr020", "GRLFDNR")
    organization = None if answer.is_answer(page) else _organization(view, native)
    rows = [row for row in lists.table(view) if _is_member(view, row)]
    members = _members(view, native, organization, rows)
    persons = [Request(one.person_url, Kind.PERSON) for one in members if one.person_url]
    more = None if rows or page.step > 1 else answer.own_content(view, "gr020")
    records = (organization, *members) if organization else members
    return view.told(records, ([more] if more else persons), organization.id if organization else None)


def _organization(view: View, native: str) -> Organization:
    header = skin.fields(view)
    name = dom.line(header.pop(BODY)) or _LEAD.sub("", skin.title(view))
    if not name:
        raise BrokenPageError(view.page.url, "the body has no name")
    short = dom.line(header.pop(SHORT)) or None
    start, end = (german.date(dom.line(header.pop(words))) for words in (SINCE, UNTIL))
    extra = header.rest(dom.line)
    return Organization(
        **view.envelope("organization", native),
        url=skin.page_url(view, Kind.ORGANIZATION),
        warnings=_told(extra),
        extra=extra,
        name=name,
        short_name=short,
        type=type_of(name),
        start=start,
        end=end,
    )


def _told(extra: dict[str, str]) -> tuple[str, ...]:
    """Codes for labels that nobody knows."""
    return codes(label for label in extra if label.casefold() not in CONTACT)


def type_of(*names: str) -> OrganizationType | None:
    """What kind of body the first of the names that says so means."""
    return next((kind for name in names for words, kind in TYPES if words.search(name)), None)


def _is_member(view: View, row: Row) -> bool:
    return view.goal(row.node, Kind.PERSON) is not None or bool(row.cells.keys() & PERSON)


def _members(
    view: View, native: str, organization: Organization | None, rows: list[Row]
) -> tuple[Membership, ...]:
    """A person may sit twice in a body: the role tells the second seat apart."""
    found: dict[str, Membership] = {}
    url = organization.url if organization else skin.page_url(view, Kind.ORGANIZATION)
    for row in rows:
        goal = view.goal(row.node, Kind.PERSON)
        cell = row.holding("a[href*=kp020]") or row.pop(PERSON)
        address, name = addressed(dom.line(cell))
        if cell is None or not name:
            continue
        cell.decompose()
        seat = f"{native}-{goal.native_id if goal else slug(name)}"
        values = _seat(row)
        seat = f"{seat}-{slug(values['role'] or '')}" if seat in found else seat
        extra = {**({"Anrede": address} if address else {}), **values.pop("extra")}
        found[seat] = Membership(
            **view.envelope("membership", seat),
            extra=extra,
            url=url,
            person=name,
            person_url=goal.url if goal else None,
            organization=organization.name if organization else None,
            organization_url=url,
            **values,
        )
    return tuple(found.values())


def _seat(row: Row) -> dict[str, Any]:
    """What both pages tell of a seat. A title above the rows may be the faction."""
    role, faction, party = (dom.line(row.pop(words)) or None for words in (ROLE, FACTION, PARTY))
    start, end = (german.date(dom.line(row.pop(words))) for words in (SINCE, UNTIL))
    grouped = row.group if type_of(row.group) == "faction" else ""
    group = {"Gruppe": row.group} if row.group and not grouped else {}
    return {
        "role": role,
        "faction": faction or grouped or None,
        "party": party,
        "start": start,
        "end": end,
        "warnings": row.warnings(),
        "extra": {**group, **row.rest()},
    }


def parse_organization_list(page: Page) -> Parsed:
    """Bodies by name; follows each, and the meetings that stand beside them with their days."""
    view = skin.open_view(page)
    rows = [row for row in lists.table(view) if view.goal(row.node, Kind.ORGANIZATION)]
    if not rows:
        return lists.shell(view, "gr010", "the list of bodies")
    title = skin.title(view)
    skin.pass_over(view, "h1")
    meetings = [request for row in rows for request in _meetings(view, row)]
    found = {one.id: one for row in rows if (one := _listed(view, row, title))}
    follow = [Request(one.url, Kind.ORGANIZATION) for one in found.values() if one.url]
    further = answer.next_content(view, "gr010")
    return view.told(found.values(), [*([further] if further else []), *follow, *meetings])


def _meetings(view: View, row: Row) -> Iterator[Request]:
    """Columns "Letzte Sitzung" and "Nächste Sitzung"; they and the count of members change by themselves."""
    for name in [name for name in row.cells if name in lists.KNOWN]:
        cell = row.cells.pop(name)
        goal, day = view.goal(cell, Kind.MEETING), german.date(dom.line(cell))
        if goal and day:
            yield skin.wanted(goal, day)
        cell.decompose()


def _listed(view: View, row: Row, title: str) -> Organization | None:
    goal = view.goal(row.node, Kind.ORGANIZATION)
    name = dom.line(row.holding("a[href*=gr020]") or row.pop(BODY))
    if goal is None or not name:
        return None
    start, end = (german.date(dom.line(row.pop(words))) for words in (SINCE, UNTIL))
    return Organization(
        **view.envelope("organization", goal.native_id),
        url=goal.url,
        name=name,
        short_name=dom.line(row.pop(SHORT)) or None,
        type=type_of(name, row.group, title),
        start=start,
        end=end,
        warnings=row.warnings(),
        extra={**({"Gruppe": row.group} if row.group else {}), **row.rest()},
    )


def parse_person(page: Page) -> Parsed:
    """One person with memberships; follows the bodies."""
    view = skin.open_view(page)
    skin.check(view)
    header = skin.fields(view)
    native = skin.native_id(view, Kind.PERSON, "kp020", "KPLFDNR")
    person = _person(view, header, native)
    rows = [row for row in lists.table(view) if view.goal(row.node, Kind.ORGANIZATION)]
    held = {one.id: one for row in rows if (one := _held(view, person, native, row))}
    follow = [
        Request(one.organization_url, Kind.ORGANIZATION) for one in held.values() if one.organization_url
    ]
    return view.told((person, *held.values()), follow, person.id)


def _person(view: View, header: Fields[Node], native: str) -> Person:
    address = dom.line(header.pop({"anrede"})) or None
    heading = view.main.css_first("h1")
    before, name = addressed(_LEAD.sub("", dom.line(heading)) or dom.line(header.pop(PERSON)))
    if not name:
        raise BrokenPageError(view.page.url, "the person has no name")
    faction, party = (dom.line(header.pop(words)) or None for words in (FACTION, PARTY))
    if heading is not None and before:
        heading.decompose()
    extra = header.rest(dom.line)
    return Person(
        **view.envelope("person", native),
        url=skin.page_url(view, Kind.PERSON),
        warnings=_told(extra),
        extra=extra,
        name=name,
        form_of_address=address or before,
        faction=faction,
        party=party,
    )


def addressed(printed: str) -> tuple[str | None, str]:
    """("Frau", "Anna Beispiel") of "Frau Anna Beispiel"."""
    first, _, rest = printed.partition(" ")
    return (first, rest) if first in _ADDRESSED and rest else (None, printed)


def _held(view: View, person: Person, native: str, row: Row) -> Membership | None:
    goal = view.goal(row.node, Kind.ORGANIZATION)
    name = dom.line(row.holding("a[href*=gr020]") or row.pop(BODY))
    if goal is None or not name:
        return None
    return Membership(
        **view.envelope("membership", f"{goal.native_id}-{native}"),
        url=person.url,
        person=person.name,
        person_url=person.url,
        organization=name,
        organization_url=goal.url,
        **_seat(row),
    )


def parse_person_list(page: Page) -> Parsed:
    """Persons by name; follows each, and the next page of the session."""
    view = skin.open_view(page)
    rows = [row for row in lists.table(view) if view.goal(row.node, Kind.PERSON)]
    if not rows:
        return lists.shell(view, "kp040", "the list of persons")
    skin.pass_over(view, "h1")
    found = {one.id: one for row in rows if (one := _named(view, row))}
    follow = [Request(one.url, Kind.PERSON) for one in found.values() if one.url]
    further = answer.next_content(view, "kp040")
    return view.told(found.values(), [*([further] if further else []), *follow])


def _named(view: View, row: Row) -> Person | None:
    goal = view.goal(row.node, Kind.PERSON)
    before, name = addressed(dom.line(row.holding("a[href*=kp020]") or row.pop(PERSON)))
    if goal is None or not name:
        return None
    faction, party = (dom.line(row.pop(words)) or None for words in (FACTION, PARTY))
    return Person(
        **view.envelope("person", goal.native_id),
        url=goal.url,
        name=name,
        form_of_address=dom.line(row.pop({"anrede"})) or before,
        faction=faction,
        party=party,
        warnings=row.warnings(),
        extra=row.rest(),
    )
