"""Rows of people: the members of a body, the bodies of a person, lists, and who attended a meeting."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from scraper import dom, german
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting, Membership, Person
from scraper.stamp import slug
from scraper.vendors.sessionnet import markup
from scraper.vendors.sessionnet.addresses import plain
from scraper.view import View

_FACTION = re.compile(r"(?i)fraktion|gruppe")
_COURTESY = re.compile(r"^(?:Herrn?|Frau)\b")
# Headings above members and participants; another one is told, since it may be no heading at all.
_GROUP = re.compile(
    r"(?i)vorsitz|mitglied|stellvert|vertret|verwaltung|schriftführ|protokoll|gäste?\b|berat|bürger|sachkundig|"
    r"fraktion|leitung|teilnehm|entschuldigt|fehlen|anwesend|abwesend|presse|sonstige|ordentlich|beigeordnet|"
    r"dezern|rat\b|räte|referent|sachverständig|zuhörer"
)
_SPAN = re.compile(r"(?i)^(?:von|ab|seit|bis)?\s*\d{1,2}\.\d{1,2}\.\d{4}")


@dataclass(frozen=True)
class Body:
    """The body whose page it is."""

    native: str
    name: str | None
    url: str | None


@dataclass(frozen=True)
class Who:
    """The person whose page it is."""

    native: str
    name: str
    url: str | None


@dataclass
class _Row:
    """One printed row; `group`: the heading above it, "" an empty one, None without."""

    node: Node
    name: str = ""
    body: str = ""
    party: str = ""
    role: str = ""
    function: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    period: str = ""
    group: str | None = None
    rest: tuple[str, ...] = ()


def courtesy(name: str) -> str | None:
    """The form of address that leads a printed name."""
    match = _COURTESY.match(name)
    return match[0] if match else None


def side(printed: str, faction: str = "") -> dict[str, Any]:
    """Party and faction: what is printed as "Mitgliedschaft" may be either."""
    if printed and not faction and _FACTION.search(printed):
        printed, faction = "", printed
    return {"party": printed or None, "faction": faction or None}


def _rows(seen: View) -> Iterator[_Row]:
    """The rows of all tables of the content, with the headings above them."""
    for table in seen.main.css("table"):
        names = markup.heads(table)
        group: str | None = None
        for node in table.css("tr"):
            cells = [cell for cell in dom.children(node) if cell.tag == "td"]
            if not cells or markup.is_inner(seen, node) or markup.is_head(cells[0]):
                continue
            if len(cells) == 1 or not markup.named(node).isdisjoint(markup.GROUPS):
                group = dom.line(cells[0]).rstrip(": ")
                continue
            named = markup.columns(cells, names)
            narrow = markup.repeated(named)
            kept = [one for one in named if all(one[1].mem_id != other.mem_id for other in narrow)]
            yield replace(_row(node, kept), group=group)
            for cell in narrow:
                cell.decompose()


_FIELDS = {"pename": "name", "grname": "body", "pepartei": "party", "amname": "role", "mgfunk": "function"}


def _row(node: Node, cells: list[tuple[str, Node]]) -> _Row:
    found, rest, known = _Row(node), list[str](), set[str]()
    for name, cell in cells:
        printed = dom.line(cell)
        if name in _FIELDS:
            if name not in known:  # cells repeat for small screens
                setattr(found, _FIELDS[name], printed)
            known.add(name)
        elif name in ("von", "bis") or _SPAN.match(printed):
            _period(found, name, printed)
        elif printed:
            rest.append(printed)
    found.rest = tuple(rest)
    return found


def _period(row: _Row, name: str, printed: str) -> None:
    """`01.11.2021`, `von 01.11.2021 bis 31.10.2026`, `bis 31.10.2026`."""
    row.period = printed or row.period
    start, end = german.period(f"bis {printed}" if name == "bis" else printed)
    row.start, row.end = start or row.start, end or row.end


# ---- a body, a person


def of_body(seen: View, body: Body) -> list[tuple[Membership, Person | None]]:
    """The members that a body's page lists, and their persons where those have a number."""
    found: list[tuple[_Row, str, str, str | None]] = []
    for row in _rows(seen):
        goal = seen.goal(row.node, Kind.PERSON)
        name = row.name or _linked(seen, row, Kind.PERSON) or (row.rest[0] if row.rest else "")
        if name:
            found.append((row, name, goal.native_id if goal else "", plain(goal) if goal else None))
    natives = _natives([(f"{body.native}-{number or slug(name)}", row) for row, name, number, _ in found])
    return [
        (
            Membership(
                **seen.envelope("membership", native),
                **_seat(row),
                person=name,
                person_url=url,
                organization=body.name,
                organization_url=body.url,
            ),
            _person(seen, row, name, number, url) if number else None,
        )
        for (row, name, number, url), native in zip(found, natives, strict=True)
    ]


def of_person(seen: View, who: Who) -> list[Membership]:
    """The bodies that a person's page lists."""
    found: list[tuple[_Row, str, str, str | None]] = []
    for row in _rows(seen):
        goal = seen.goal(row.node, Kind.ORGANIZATION)
        name = row.body or _linked(seen, row, Kind.ORGANIZATION)
        if name:
            found.append((row, name, goal.native_id if goal else "", plain(goal) if goal else None))
    natives = _natives([(f"{number or slug(name)}-{who.native}", row) for row, name, number, _ in found])
    return [
        Membership(
            **seen.envelope("membership", native),
            **_seat(row),
            person=who.name,
            person_url=who.url,
            organization=name,
            organization_url=url,
        )
        for (row, name, _, url), native in zip(found, natives, strict=True)
    ]


def _linked(seen: View, row: _Row, kind: Kind) -> str:
    links = (link for link in seen.links(row.node) if link.goal and link.goal.kind is kind)
    return next((printed for link in links if (printed := dom.line(link.node))), "")


def _natives(rows: list[tuple[str, _Row]]) -> list[str]:
    """Body and person, for the latest of several periods alone; the others have their start behind it."""
    latest: dict[str, int] = {}
    for at, (pair, row) in enumerate(rows):
        if pair not in latest or _lateness(row) > _lateness(rows[latest[pair]][1]):
            latest[pair] = at
    found: list[str] = []
    for at, (pair, row) in enumerate(rows):
        native = pair if latest[pair] == at else f"{pair}-{row.start or slug(row.role) or at}"
        found.append(native if native not in found else f"{native}-{at}")
    return found


def _lateness(row: _Row) -> tuple[bool, dt.date, dt.date]:
    return row.end is None, row.start or dt.date.min, row.end or dt.date.min


def _seat(row: _Row) -> dict[str, Any]:
    """Role and times; the heading above the row is the role where the row has none."""
    known = row.group is None or _GROUP.search(row.group)
    extra = {"Personenüberschrift": row.group} if row.group and row.role else {}
    if row.function:
        extra["Funktion"] = row.function
    return {
        "role": row.role or row.group or None,
        "start": row.start,
        "end": row.end,
        "extra": extra,
        "warnings": () if known else codes((row.group or "",)),
        **side(row.party),
    }


def _person(seen: View, row: _Row, name: str, number: str, url: str | None) -> Person:
    return Person(
        **seen.envelope("person", number),
        url=url,
        name=name,
        form_of_address=courtesy(name),
        **side(row.party),
    )


# ---- lists


def of_list(seen: View) -> list[Person]:
    """The persons of a list; one without a page is known by the name."""
    found = []
    for row in _rows(seen):
        goal = seen.goal(row.node, Kind.PERSON)
        name = row.name or _linked(seen, row, Kind.PERSON)
        if not name:
            continue
        until = {"bis": row.period} if row.end else {}
        number = goal.native_id if goal else slug(name)
        person = _person(seen, row, name, number, plain(goal) if goal else None)
        found.append(person.model_copy(update={"extra": until}))
    return found


def parse_attendance(page: Page) -> Parsed:
    """Who attended a meeting (to0045): names by group in the meeting's `extra`; follows the persons."""
    seen = markup.open_page(page)
    native = markup.own_number(seen, Kind.MEETING)
    rows = list(_rows(seen))
    if native is None or not rows:
        raise BrokenPageError(page.url, "the attendance has no rows")
    groups: dict[str, list[str]] = {}
    people: dict[str, Person] = {}
    for row in rows:
        name = row.name or _linked(seen, row, Kind.PERSON) or (row.rest[0] if row.rest else "")
        more = [row.party, row.role, row.function, *row.rest]
        printed = dict.fromkeys(one for one in (name, *more) if one)
        groups.setdefault(row.group or "Teilnehmer", []).append(", ".join(printed))
        goal = seen.goal(row.node, Kind.PERSON)
        if goal is not None:
            one = _person(seen, row, name, goal.native_id, plain(goal))
            people.setdefault(one.id, one)
    title = markup.title(seen)
    unknown = [group for group in groups if not _GROUP.search(group)]
    meeting = Meeting(
        **seen.envelope("meeting", native),
        warnings=codes(unknown),
        extra={group: "; ".join(names) for group, names in groups.items()},
        date=title.date,
    )
    follow = [Request(one.url, Kind.PERSON) for one in people.values() if one.url]
    return markup.told(seen, (meeting, *people.values()), follow)
