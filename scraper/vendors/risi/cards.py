"""What all pages of RISI and PIWi have in common: addresses, cards with headings, rows of label and value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scraper import documents, dom, text, vocabulary
from scraper.accounting import codes
from scraper.address import Address, Addresses, Program
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Request
from scraper.records import Attachment, Role
from scraper.view import Link, View, open_page

NAME = "risi"

# Wicket writes the session into the path of a session's first addresses; `?3-1.0-kalender-prev` is a click
# within it.
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_CLICK = re.compile(r"\?\d*-\d*\.")
_PAPERS = r"(?:sitzungsvorlage|antrag|anfrage|empfehlung|initiative)"


class _Addresses(Addresses):
    """Without the session in them; a click is no address."""

    def canonical(self, url: str) -> str:
        """See `Addresses`."""
        return super().canonical(_SESSION.sub("", url))

    def _read(self, url: str) -> Address | None:
        return None if _CLICK.search(url) else super()._read(_SESSION.sub("", url))


# An address may go on with the session, the number of the page in it, or a view of the same.
_END = r"/?(?=[?;#]|$)"
ADDRESSES = _Addresses(
    Program(Kind.PAPER, rf"/{_PAPERS}/detail/(?P<id>\d+){_END}"),
    Program(Kind.MEETING, rf"/sitzung/detail/(?P<id>\d+)(?:/tagesordnung/oeffentlich)?{_END}"),
    Program(Kind.AGENDA_ITEM, rf"/sitzung/top/(?P<id>\d+)/(?:entscheidung|abstimmungsergebnis){_END}"),
    Program(Kind.CALENDAR, rf"/sitzung/(?:kalender(?:/\w+)?|uebersicht){_END}"),
    Program(Kind.CALENDAR, rf"/gremium/ical/\w+/\d+{_END}"),
    Program(Kind.ORGANIZATION, rf"/gremium/detail/(?P<id>\d+){_END}"),
    Program(Kind.ORGANIZATION, rf"/fraktion/detail/(?P<id>\d+){_END}", letters="fr"),
    Program(Kind.ORGANIZATION_LIST, rf"/(?:gremium|fraktion)/(?:\w+/)?uebersicht{_END}"),
    Program(Kind.PERSON, rf"/person/detail/(?P<id>\d+){_END}"),
    Program(Kind.PERSON_LIST, rf"/person/(?!detail)\w+(?:/uebersicht)?{_END}"),
    Program(Kind.PAPER_LIST, rf"/{_PAPERS}/(?:\w+/)?uebersicht{_END}"),
    Program(Kind.FILE, rf"/dokument/\w+/(?P<id>\d+){_END}"),
    Program(Kind.START, rf"/(?:aktuelles)?{_END}"),
)

# "Sitzungsvorlage 26-32 / V 01121", "StR-Antrag 20-26 / A 06395", "Antrag 26-F-01-0032"
REFERENCE = re.compile(r"^(?P<kind>\D*?)\s*(?P<number>\d.*)$")
_QUOTED = re.compile(r"„([^“”]+)[“”]")
_AT_ITEM = re.compile(r"\btopid=\d+")

AUTHOR = vocabulary.AUTHOR | {"referent*in", "referent", "referentin", "gestellt von"}
DEPARTMENT = vocabulary.DEPARTMENT | {"zuständiges dezernat", "dezernat"}
# A value whose label is missing.
UNLABELLED = "?"
# Labels that no key of the records holds.
KNOWN = frozenset({
    "wahlperiode", "ba-unterrichtung", "stadtbezirk/e", "stadtbezirk", "ortsbezirk", "abgeschlossen am",
    "registriert am", "bearbeitungs-frist", "bearbeitungs-art", "erledigt am", "gestellt am", "freigabe",
    "initiative", "vorsitz", "bezirksausschuss", "zuständiges referat", "referent*in", "zusatz", "ergebnis",
    "typ", "vorgänge", "hauptsitzung", "entscheidung", "gewählt am", "mandat seit", "lebenslauf",
    "nächste sitzung", "letzte sitzung",
})  # fmt: skip


class Card(NamedTuple):
    """A `section` of the page. `printed`: its h2; `heading`: the same, folded."""

    printed: str
    heading: str
    node: Node
    links: list[Link]


class Title(NamedTuple):
    """The h1, and what stands in brackets behind it in elements of its own."""

    line: str
    added: tuple[str, ...]


def open_cards(page: Page) -> View:
    """The page with its `main`."""
    return open_page(page, NAME, ADDRESSES, "main")


def cards(view: View) -> list[Card]:
    """The cards of the page in printed order."""
    found: dict[int, Card] = {}
    for node in view.main.css("section"):
        if not dom.is_below(node, found):
            printed = dom.line(node.css_first("h2"))
            found[node.mem_id] = Card(printed, printed.casefold(), node, view.links(node))
    return list(found.values())


def title(view: View) -> Title:
    """The printed title; BrokenPageError without one."""
    head = view.main.css_first("h1")
    if head is None or not (line := dom.line(head)):
        raise BrokenPageError(view.page.url, "the page has no title (h1)")
    added: list[str] = []
    for span in head.css("span"):
        printed = dom.line(span)
        if printed.startswith("(") and printed.endswith(")") and printed in line:
            line = line.replace(printed, " ")
            added += re.split(r"\)\s*\(", printed[1:-1])
    return Title(text.clean(line), tuple(added))


def own(view: View, kind: Kind) -> Address:
    """What the page's own address says; the number stands nowhere else for certain."""
    if view.own is None or view.own.kind is not kind:
        raise BrokenPageError(view.page.url, "the address does not tell the number of the record; give --url")
    return view.own


def fields(nodes: Iterable[Node]) -> Fields[Node]:
    """The rows of label and value below the nodes, in printed order."""
    found: Fields[Node] = Fields()
    for node in nodes:
        for row in node.css(".keyvalue-row"):
            label, value = dom.line(row.css_first(".keyvalue-key")), row.css_first(".keyvalue-value")
            if value is not None:
                found.add(label or UNLABELLED, value)
    return found


def rest(header: Fields[Node]) -> dict[str, str]:
    """What no key holds, for `extra`."""
    return header.rest(lambda value: joined(value) or "")


def joined(value: Node | None) -> str | None:
    """The names of one field: "A; B"."""
    return "; ".join(dom.lines(value)) or None


def warned(extra: dict[str, str], *results: str | None) -> tuple[str, ...]:
    """Codes for labels that the product is not known to print, and for unknown results."""
    return codes((label for label in extra if label.casefold() not in KNOWN), results)


def number(printed: str) -> str:
    """`Sitzungsvorlage 26-32 / V 01121` → `26-32 / V 01121`."""
    match = REFERENCE.match(printed)
    return match["number"] if match else printed


def files(links: Iterable[Link], role: Role) -> tuple[Attachment, ...]:
    """The documents behind links, each once; a picture names its file in its tooltip."""
    found: dict[str, Attachment] = {}
    for link in links:
        if link.goal and link.goal.kind is Kind.FILE:
            tip = _QUOTED.search(dom.attr(link.node, "title"))
            name = documents.without_size(dom.line(link.node)) or (tip[1] if tip else "")
            file = Attachment(
                name=name or None,
                url=link.goal.url,
                native_id=link.goal.native_id,
                role=documents.role_of(name, role),
            )
            found.setdefault(link.goal.native_id, file)
    return tuple(found.values())


def take_out(links: Iterable[Link]) -> None:
    """Remove links that were read: they print the kind and the number of a paper in one."""
    for link in links:
        link.node.decompose()


def take_out_title(view: View) -> None:
    """Remove the title, likewise."""
    head = view.main.css_first("h1")
    if head is not None:
        head.decompose()


def asked(links: Iterable[Link], *kinds: Kind) -> list[Request]:
    """Requests for the pages of these kinds that links lead to."""
    goals = (link.goal for link in links)
    return [Request(goal.url, goal.kind) for goal in goals if goal and goal.kind in kinds]


def dated(links: Iterable[Link], date: dt.date | None) -> Iterator[Request]:
    """Requests for what an entry about one meeting leads to.

    "Zum Tagesordnungspunkt" opens the agenda at one of its items.
    """
    for link in links:
        goal = link.goal
        if goal is None or goal.kind is Kind.FILE:
            continue
        within = goal.kind in (Kind.MEETING, Kind.AGENDA_ITEM)
        yield Request(goal.url, goal.kind, date=date if within else None)
        item = _AT_ITEM.search(link.url) if goal.kind is Kind.MEETING else None
        if item:
            yield Request(f"{goal.url}?{item[0]}", Kind.AGENDA_ITEM, date=date)
