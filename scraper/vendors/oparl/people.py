"""Organizations, persons and memberships: what OParl says of them, and what the records hold."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from scraper.page import Kind
from scraper.records import Membership, Organization, OrganizationType, Person, Record
from scraper.vendors.oparl.answer import Answer, Thing
from scraper.vendors.oparl.endpoint import native_id
from scraper.vendors.oparl.meetings import places

# What `organizationType` or `classification` say (OParl's own words, "Hauptorgan" of ALLRIS, "Dienststellen"
# of SD.NET); the first that is found.
TYPES: tuple[tuple[re.Pattern[str], OrganizationType], ...] = (
    (re.compile(r"(?i)fraktion"), "faction"),
    (re.compile(r"(?i)\bpartei"), "party"),
    (re.compile(r"(?i)\bverwaltung(?:sbereich)?\b|dienststelle|\bamt\b|\bämter\b"), "administration"),
    (re.compile(r"(?i)externes gremium|institution|\bsonstige"), "other"),
    (re.compile(r"(?i)hauptorgan|parlament"), "council"),
)
# SessionNet's table of offices; those of ALLRIS 3.
TABLES: dict[str, OrganizationType] = {
    "at": "administration", "pa": "council", "au": "committee", "fr": "faction",
}  # fmt: skip
_COUNCIL = re.compile(
    r"(?i)\b(?:(?:samt|markt|verbands|orts)?gemeinderat|stadtrat|kreistag|gemeindevertretung|bürgerschaft"
    r"|(?:stadt|bezirks)verordnetenversammlung)\b|^rat(?: der (?:stadt|gemeinde)\b.*)?$"
)
_COMMITTEE = re.compile(r"(?i)ausschu(?:ss|ß)|gremi(?:um|en)\b")
_FACTION = re.compile(r"(?i)fraktion\b")
_NAME = ("formOfAddress", "title", "givenName", "familyName", "affix")


class Named(NamedTuple):
    """One end of a membership."""

    url: str | None
    name: str | None


def organization(answer: Answer, thing: Thing) -> list[Record]:
    """The organization, with its members where these are embedded."""
    if thing.deleted:
        return [answer.record(Organization, thing, {})]
    name, seats = thing.text("name"), thing.refs("location", "location")
    for ref in thing.refs("subOrganizationOf"):
        answer.want(ref, Kind.ORGANIZATION)
    values = {
        "name": name,
        "short_name": thing.text("shortName"),
        "type": _type(thing, name or ""),
        "start": thing.date("startDate"),
        "end": thing.date("endDate"),
        "extra": {"location": line} if (line := places(seats)) else {},
    }
    members = [ref.thing for ref in thing.refs("membership", "membership") if ref.thing]
    record = answer.record(Organization, thing, values, seats)
    whole = Named(thing.id, name)
    return [record, *(_member(answer, one, None, whole, n) for n, one in enumerate(members, 1))]


def _type(thing: Thing, name: str) -> OrganizationType | None:
    """The kind of body: what it is called a type of, else its table, else its name; None where none tells."""
    told = " ".join(str(thing.values.get(key) or "") for key in ("organizationType", "classification"))
    found = next((kind for pattern, kind in TYPES if pattern.search(told)), None)
    found = found or TABLES.get(native_id(thing.id, thing.address("web"))[:2])
    if found or _COUNCIL.search(told) or _COUNCIL.search(name):
        return found or "council"
    if _COMMITTEE.search(told) or _COMMITTEE.search(name):
        return "committee"
    return "faction" if _FACTION.search(name) else None


def person(answer: Answer, thing: Thing) -> list[Record]:
    """The person with its memberships; those that are only named are followed."""
    if thing.deleted:
        return [answer.record(Person, thing, {})]
    name, homes = _name(thing), thing.refs("location", "location")
    refs = thing.refs("membership", "membership")
    values = {
        "name": name,
        "form_of_address": thing.text("formOfAddress"),
        "extra": {"location": line} if (line := places(homes)) else {},
    }
    for ref in refs:
        if ref.thing is None:
            answer.want(ref, Kind.PERSON)
    record = answer.record(Person, thing, values, homes)
    whole, members = Named(thing.id, name), [ref.thing for ref in refs if ref.thing]
    return [record, *(_member(answer, one, whole, None, n) for n, one in enumerate(members, 1))]


def _name(thing: Thing) -> str | None:
    """The printed name, else its parts."""
    if name := thing.text("name"):
        return name
    parts = (" ".join(map(str, _listed(thing.values.get(key)))) for key in _NAME)
    return " ".join(filter(None, parts)) or None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def membership(answer: Answer, thing: Thing) -> list[Record]:
    """A membership that is a page of its own."""
    if thing.deleted:
        return [answer.record(Membership, thing, {})]
    return [_member(answer, thing, None, None, 1)]


def _member(answer: Answer, thing: Thing, who: Named | None, what: Named | None, number: int) -> Membership:
    """`who`, `what`: the person or organization that it is embedded in; `number`: its place there."""
    who = _end(answer, thing, "person", Kind.PERSON, who)
    what = _end(answer, thing, "organization", Kind.ORGANIZATION, what)
    for behalf in thing.refs("onBehalfOf"):
        answer.want(behalf, Kind.ORGANIZATION)
    values = {
        "person": who.name,
        "person_url": who.url,
        "organization": what.name,
        "organization_url": what.url,
        "role": thing.text("role"),
        "start": thing.date("startDate"),
        "end": thing.date("endDate"),
    }
    native = "" if thing.id else f"{native_id(who.url or what.url or '')}-{number}"
    return answer.record(Membership, thing, values, native=native)


def _end(answer: Answer, thing: Thing, key: str, kind: Kind, whole: Named | None) -> Named:
    """What a membership names, else what it is embedded in."""
    ref = next(iter(thing.refs(key)), None)
    if ref is None or (whole is not None and ref.url == whole.url):
        return whole or Named(None, None)
    answer.want(ref, kind)
    return Named(ref.url or None, _name(ref.thing) if ref.thing else None)
