"""RISI and PIWi: bodies and persons with their memberships, and the lists of bodies, persons and papers."""

from __future__ import annotations

import re

from scraper import dom, german, vocabulary
from scraper.address import Address
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Membership, Organization, OrganizationType, Paper, Person, Record
from scraper.stamp import slug
from scraper.vendors.risi import cards
from scraper.vendors.risi.meetings import headline
from scraper.view import Link, View

TYPES: tuple[tuple[re.Pattern[str], OrganizationType], ...] = (
    (re.compile(r"(?i)fraktion|ausschussgemeinschaft|gruppe\b"), "faction"),
    (re.compile(r"(?i)^(?:vollversammlung|stadtrat|stadtverordnetenversammlung)$"), "council"),
    (re.compile(r"(?i)ausschuss|kommission|senat\b|beirat|vollgremium"), "committee"),
)
_ADDRESSED = re.compile(r"^(?P<form>Herrn?|Frau) (?P<name>.+)$")
_PERIOD = frozenset({"zugehörigkeit", "mitgliedschaft", "mitglied seit"})
_FUNCTION = frozenset({"funktion", "rolle"})
_FACTION = frozenset({"fraktion", "fraktion/gruppe"})
_PARTY = frozenset({"partei"})
_LISTED = frozenset({Kind.ORGANIZATION, Kind.PERSON, Kind.PAPER})


def type_of(name: str) -> OrganizationType:
    """The type that a body's name tells."""
    return next((kind for pattern, kind in TYPES if pattern.search(name)), "other")


def parse_organization(page: Page) -> Parsed:
    """A body with the members that the page lists; follows the persons and dated meetings."""
    view = cards.open_cards(page)
    own = cards.own(view, Kind.ORGANIZATION)
    name = cards.title(view).line
    listed = _entries(view, Kind.PERSON)
    rows = {entry.mem_id for entry, _ in listed}
    header = cards.fields(card.node for card in cards.cards(view) if not _holds(card.node, rows))
    extra = cards.rest(header)
    body = Organization(
        **view.envelope("organization", own.native_id),
        url=own.url,
        warnings=cards.warned(extra),
        extra=extra,
        name=name,
        type=type_of(name),
    )
    members = [
        _membership(view, entry, own, goal, person=dom.line(link.node), organization=name)
        for entry, link in listed
        if (goal := link.goal)
    ]
    follow = [*cards.asked(view.links(), Kind.PERSON), *_meetings(view)]
    cards.take_out(link for _, link in listed)
    return view.told((body, *_once(members)), follow, body.id)


def parse_person(page: Page) -> Parsed:
    """A person with the memberships that the page lists; follows the bodies."""
    view = cards.open_cards(page)
    own = cards.own(view, Kind.PERSON)
    title = cards.title(view)
    match = _ADDRESSED.match(title.line)
    name = match["name"] if match else title.line
    listed = _entries(view, Kind.ORGANIZATION)
    rows = {entry.mem_id for entry, _ in listed}
    header = cards.fields(card.node for card in cards.cards(view) if not _holds(card.node, rows))
    party, faction = dom.line(header.pop(_PARTY)), dom.line(header.pop(_FACTION))
    extra = cards.rest(header) | ({"Zusatz": "; ".join(title.added)} if title.added else {})
    person = Person(
        **view.envelope("person", own.native_id),
        url=own.url,
        warnings=cards.warned(extra),
        extra=extra,
        name=name,
        form_of_address=match["form"] if match else None,
        party=party or None,
        faction=faction or None,
    )
    held = [
        _membership(view, entry, goal, own, person=name, organization=dom.line(link.node))
        for entry, link in listed
        if (goal := link.goal)
    ]
    cards.take_out_title(view)
    return view.told((person, *_once(held)), cards.asked(view.links(), Kind.ORGANIZATION), person.id)


def _entries(view: View, kind: Kind) -> list[tuple[Node, Link]]:
    """Entries of a list and the link in each that names a page of this kind."""
    found: dict[int, tuple[Node, Link]] = {}
    for link in view.links():
        if link.goal and link.goal.kind is kind and dom.line(link.node):
            entry = dom.ancestor(link.node, "li")
            if entry is not None:
                found.setdefault(entry.mem_id, (entry, link))
    return list(found.values())


def _holds(card: Node, entries: set[int]) -> bool:
    return any(entry.mem_id in entries for entry in card.css("li"))


def _membership(
    view: View, entry: Node, body: Address, person_goal: Address, *, person: str, organization: str
) -> Membership:
    header = cards.fields((entry,))
    role, period = dom.line(header.pop(_FUNCTION)) or None, dom.line(header.pop(_PERIOD))
    faction, party = dom.line(header.pop(_FACTION)), dom.line(header.pop(_PARTY))
    start, end = german.period(period)
    extra = cards.rest(header)
    match = _ADDRESSED.match(person)
    return Membership(
        **view.envelope("membership", f"{body.native_id}-{person_goal.native_id}"),
        url=view.own.url if view.own else None,
        warnings=cards.warned(extra),
        extra=extra,
        person=match["name"] if match else person,
        person_url=person_goal.url,
        organization=organization,
        organization_url=body.url,
        role=role,
        faction=faction or None,
        party=party or None,
        start=start,
        end=end,
    )


def _once(members: list[Membership]) -> list[Membership]:
    """A second function in the same body is another membership."""
    found: dict[str, Membership] = {}
    for member in members:
        known = found.get(member.id)
        other = known is not None and known.role != member.role
        number = f"{member.id}-{slug(member.role or '')}" if other else member.id
        found.setdefault(number, member.model_copy(update={"id": number}))
    return list(found.values())


def _meetings(view: View) -> list[Request]:
    """Meetings that the page lists with their days."""
    found: list[Request] = []
    for link in view.links():
        head = headline(" ".join(dom.texts(link.node))) if link.goal else None
        if head and link.goal and link.goal.kind is Kind.MEETING:
            found.append(Request(link.goal.url, Kind.MEETING, date=head.date))
    return found


# ---- lists


def parse_list(page: Page) -> Parsed:
    """Bodies, persons or papers; follows each. Further entries are behind clicks of the session."""
    view = cards.open_cards(page)
    named = [link for link in view.links() if link.goal and link.goal.kind in _LISTED and dom.line(link.node)]
    if not named:
        raise BrokenPageError(page.url, "the list has no entries")
    follow = cards.asked(view.links(), *_LISTED)
    found: dict[str, Record] = {}
    for link in named:
        if link.goal and link.goal.url not in found:
            found[link.goal.url] = _listed(view, link.goal, dom.line(link.node), link.node)
    cards.take_out(named)
    cards.take_out_title(view)
    return view.told(found.values(), follow)


def _listed(view: View, goal: Address, printed: str, node: Node) -> Record:
    envelope = {**view.envelope(str(goal.kind), goal.native_id), "url": goal.url}
    if goal.kind is Kind.ORGANIZATION:
        return Organization(**envelope, name=printed, type=type_of(printed))
    if goal.kind is Kind.PERSON:
        match = _ADDRESSED.match(printed)
        return Person(
            **envelope,
            name=match["name"] if match else printed,
            form_of_address=match["form"] if match else None,
        )
    entry = dom.ancestor(node, "li")
    header = cards.fields((entry,) if entry is not None else ())
    subject = dom.line(header.pop(vocabulary.SUBJECT)) or None
    days = (
        german.date(dom.line(header.pop((label,)))) for label in ("gestellt am", "freigabe", "vom", "datum")
    )
    return Paper(
        **envelope, reference=cards.number(printed), subject=subject, date=next(filter(None, days), None)
    )
