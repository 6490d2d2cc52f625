"""ALLRIS 3 organizations (au020, fr020, pa020), persons (kp020) and their lists."""

from __future__ import annotations

import re

from scraper import dom, german
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed
from scraper.records import Membership, Organization, OrganizationType, Person
from scraper.stamp import slug
from scraper.vendors.allris3 import address, skin
from scraper.vendors.allris3.address import Address
from scraper.vendors.allris3.skin import View

TYPES: dict[str, OrganizationType] = {"au": "committee", "fr": "faction", "pa": "council"}
# The column "Funktion" of a committee names the faction, a function, or both: "X-Fraktion (Sprecherin)".
_FACTION = re.compile(
    r"(?i)fraktion(?!s(?:vors|spre|gesch|führ))|gruppe\b|einzelmitglied|einzelabgeordnet|"
    r"^(?:CDU|SPD|FDP|AfD|GRÜNE|Die Linke|Volt|BSW)\b"
)
_FUNCTION = re.compile(r"^(?P<faction>.*?)\s*\((?P<function>[^()]*)\)$")
_LEADING = re.compile(r"(?i)^(?P<function>(?:stellv\w*\.? )?(?:\w*sprecher|\w*vorsitz)\w*) (?P<faction>.+)$")
_LISTED = frozenset({Kind.ORGANIZATION, Kind.ORGANIZATION_LIST})
_PERSONS = frozenset({Kind.PERSON})


def parse_organization(page: Page) -> Parsed:
    """One organization with its members; follows the persons."""
    view = skin.open_page(page)
    own = _own(view)
    name = skin.title(view)
    if own is None or not name:
        raise BrokenPageError(page.url, "neither name nor number of the organization")
    letters = own.native_id[:2]
    organization = Organization(
        **view.envelope("organization", own.native_id),
        url=own.url,
        name=name,
        type=TYPES.get(letters, "other"),
        extra=_address(view),
    )
    members = _members(view, organization)
    follow = skin.requests(view.below(view.main, "table.tl1 a[href], table.tl1 form"), _PERSONS)
    return Parsed((organization, *members), tuple(follow), organization.id, skin.printed(view, Fields()))


def _own(view: View) -> Address | None:
    """The page's own address, else that of the links with which its columns are sorted."""
    own = address.read(view.page.url)
    if own and own.native_id:
        return own
    found = [goal for node in view.main.css("a[href]") if (goal := view.link(node))]
    return next((goal for goal in found if goal.kind is Kind.ORGANIZATION), None)


def _address(view: View) -> dict[str, str]:
    """The block "Anschrift": printed lines and, under the icon's name, telephone, mail, homepage."""
    extra: dict[str, str] = {}
    for row in view.main.css("td.lb1"):
        label, value = skin.tooltip(row.css_first("img")), dom.line(dom.after(row))
        if label and value:
            extra.setdefault(label, value)
    heading = next((h for h in view.main.css("h3") if dom.line(h) == "Anschrift"), None)
    table = dom.after(heading) if heading is not None else None
    printed = table.css("td.text4[colspan='4']") if table is not None else []
    block = ", ".join(line for cell in printed if (line := dom.line(cell)))
    return {"Anschrift": block, **extra} if block else extra


def _members(view: View, organization: Organization) -> list[Membership]:
    found: dict[str, Membership] = {}
    for table in view.main.css("table.tl1"):
        columns = [dom.line(th) for th in table.css("tr.zk1 th")]
        for row in table.css('tr[class^="zl"]'):
            member = _member(view, organization, columns, row)
            if member:
                found.setdefault(member.id, member)
    return list(found.values())


def _member(view: View, organization: Organization, columns: list[str], row: Node) -> Membership | None:
    cells = list(dom.children(row))
    if len(cells) < 3 or len(columns) not in (0, len(cells)):
        return None
    printed = dict(zip(columns or ["", "", "Name", "Art der Mitarbeit", "Funktion"], cells, strict=False))
    goal = next((g for link in view.below(row) if (g := link.goal) and g.kind is Kind.PERSON), None)
    person = dom.line(printed.get("Name", cells[2])) or None
    if goal is None and person is None:
        return None
    faction, extra = _faction(dom.line(printed.get("Funktion")))
    link = printed.get("Name", cells[2]).css_first("a[href]")
    own = organization.id.rpartition(":")[2]
    role = dom.line(printed.get("Art der Mitarbeit")) or None
    native = goal.native_id if goal else slug(person or "")
    return Membership(
        **view.envelope("membership", f"{own}-{native}"),
        url=organization.url,
        extra=extra,
        person=person,
        person_url=goal.url if goal and (link is not None or person is None) else None,
        organization=organization.name,
        organization_url=organization.url,
        role=role,
        faction=faction,
    )


def _faction(printed: str) -> tuple[str | None, dict[str, str]]:
    """(faction, extra): what names no faction stays under its printed column."""
    if not printed:
        return None, {}
    match = _FUNCTION.match(printed) or _LEADING.match(printed)
    if match and _FACTION.search(match["faction"]):
        lead = _LEADING.match(match["faction"])
        told = [lead["function"], match["function"]] if lead else [match["function"]]
        return (lead or match)["faction"], {"Funktion": ", ".join(dict.fromkeys(told))}
    if match and _FACTION.search(match["function"]):  # "Fraktionsvorsitzender (CDU)"
        return match["function"], {"Funktion": match["faction"]}
    return (printed, {}) if _FACTION.search(printed) else (None, {"Funktion": printed})


def parse_organization_list(page: Page) -> Parsed:
    """Committees, factions or councils; follows each. Where there is but one (pa021), it is its page."""
    view = skin.open_page(page)
    found: dict[str, Organization] = {}
    for link in view.main.css("table.tl1 a[href], table.tk1 a[href], td a[href]"):
        goal, name = view.link(link), dom.line(link)
        if goal and goal.kind is Kind.ORGANIZATION and name:
            found.setdefault(goal.url, _listed(view, goal, name, dom.line(dom.ancestor(link, "tr"))))
    follow = skin.requests(view.links, frozenset({Kind.ORGANIZATION}))
    if not found:
        return parse_organization(page)
    return Parsed(tuple(found.values()), tuple(follow))


_ENDED = re.compile(r"\(bis\s+([\d.]+)\)")


def _listed(view: View, goal: Address, name: str, row: str) -> Organization:
    """A list prints "(bis 31.10.2021)" in place of the number of members of what was dissolved."""
    ended = _ENDED.search(row)
    return Organization(
        **view.envelope("organization", goal.native_id),
        url=goal.url,
        name=name,
        type=TYPES.get(goal.native_id[:2], "other"),
        end=german.date(ended[1]) if ended else None,
    )


def parse_person_list(page: Page) -> Parsed:
    """Persons by name; follows each."""
    view = skin.open_page(page)
    found: dict[str, Person] = {}
    for link in view.main.css("td a[href]"):
        goal, name = view.link(link), dom.line(link)
        if goal and goal.kind is Kind.PERSON and name:
            person = Person(**view.envelope("person", goal.native_id), url=goal.url, name=name)
            found.setdefault(goal.url, person)
    follow = skin.requests(view.links, _PERSONS)
    if not found:
        raise BrokenPageError(page.url, "the list of persons has no rows")
    return Parsed(tuple(found.values()), tuple(follow))


def parse_person(page: Page) -> Parsed:
    """One person with memberships; follows the organizations (no real page was at hand)."""
    view = skin.open_page(page)
    own = address.read(page.url)
    name = skin.title(view)
    if own is None or own.kind is not Kind.PERSON or not name:
        raise BrokenPageError(page.url, "neither name nor number of the person")
    header = skin.fields(view)
    party, faction = (dom.line(header.pop((label,))) or None for label in ("partei", "fraktion"))
    address_, name = _addressed(name)
    person = Person(
        **view.envelope("person", own.native_id),
        url=own.url,
        name=name,
        form_of_address=address_,
        faction=faction,
        party=party,
        extra=_address(view),
    )
    rows = [m for row in view.main.css('tr[class^="zl"]') if (m := _held(view, person, own, row))]
    follow = skin.requests(view.links, frozenset({Kind.ORGANIZATION}))
    records = (person, *{m.id: m for m in rows}.values())
    return Parsed(records, tuple(follow), person.id, skin.printed(view, header))


def _addressed(printed: str) -> tuple[str | None, str]:
    """("Frau", "Anna Beispiel") of "Frau Anna Beispiel"."""
    first, _, rest = printed.partition(" ")
    return (first, rest) if first in ("Herr", "Frau") and rest else (None, printed)


_PERIOD = re.compile(r"(?i)^(?:seit|ab|von|bis)\b|\d{1,2}\.\d{1,2}\.\d{4}")


def _held(view: View, person: Person, own: Address, row: Node) -> Membership | None:
    """form of the organization | name | function | "seit …", "01.01.2021 - 31.12.2023"."""
    goals = [g for link in view.below(row) if (g := link.goal) and g.kind is Kind.ORGANIZATION]
    texts = [line for cell in dom.children(row) if (line := dom.line(cell))]
    if not goals or not texts:
        return None
    periods = [line for line in texts[1:] if _PERIOD.search(line)]
    roles = [line for line in texts[1:] if line not in periods]
    start, end = german.period(periods[0] if periods else "")
    return Membership(
        **view.envelope("membership", f"{goals[0].native_id}-{own.native_id}"),
        url=person.url,
        person=person.name,
        person_url=person.url,
        organization=texts[0],
        organization_url=goals[0].url,
        role=roles[0] if roles else None,
        start=start,
        end=end,
    )
