"""The way of a paper through the committees: the tab "Beratungen" (vo0053) and the table of Layout ≤ 5.

The tab has one card a consultation; its heading says it all in one line:
`25.08.2026 Hauptausschuss TOP 8.1 öffentlich - Vorberatung`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scraper import agenda, dom, german
from scraper.dom import Node
from scraper.page import Kind, Request
from scraper.records import Deliberation
from scraper.vendors.sessionnet import markup
from scraper.vendors.sessionnet.addresses import plain
from scraper.vendors.sessionnet.agendas import Row, line
from scraper.view import View

_ROLES = re.compile(
    r"(?i)(?:zur )?(?:vorberatung|beratung|entscheidung|beschlussfassung|kenntnis(?:nahme|gabe)?|bekanntgabe|"
    r"anhörung|information|mitteilung|empfehlung|stellungnahme|einbringung|beschlussempfehlung)(?: \(.*\))?"
)
_DATE = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{4}\s*")
_HEAD = re.compile(
    r"^(?P<committee>.*?)"
    r"(?:[\s,]+(?:TOP:?\s*(?P<top>(?:(?:NÖ|Ö|N)\s*)?\d[\w.]*)|(?P<mark>(?:NÖ|Ö|N)\s*\d[\w.]*)))?"
    r"(?:[\s,]+\(?(?P<public>(?:nicht[\s-]?)?öffentlich)\)?)?"
    r"(?:\s+[-–]\s+(?P<tail>.+))?$"
)
_SECTIONS = re.compile(r"(?i)^(?:vorlage|beratungen|\d+ dok(?:\.|umente?)|dokumente|texte|informationen)$")
_TABS = ("vo0053", "vo0051", "ag0053", "ag0051")


@dataclass
class _Told:
    """One consultation as printed, "" where it is not."""

    date: str = ""
    committee: str = ""
    top: str = ""
    public: str = ""
    role: str = ""
    result: str = ""
    voting: str = ""

    def tail(self, printed: str) -> None:
        """What stands behind the dash: what it was for, else what came of it."""
        if not printed:
            return
        if not self.role and (_ROLES.fullmatch(printed) or german.authoritative(printed) is not None):
            self.role = printed
        elif not self.result and (german.outcome(printed)[0] or german.votes(printed)):
            self.result = printed
        elif not self.role:
            self.role = printed
        else:
            self.result = self.result or printed


def read(seen: View, program: str) -> tuple[tuple[Deliberation, ...], list[Request]]:
    """The consultations in printed order, and their meetings and items; the page stays as it is."""
    found: list[Deliberation] = []
    follow: list[Request] = []
    for root, told in (*_cards(seen, program), *_rows(seen)):
        one = _deliberation(seen, root, told, len(found) + 1)
        if any(one.model_copy(update={"order": before.order}) == before for before in found):
            continue  # tables repeat rows for small screens
        found.append(one)
        for url, kind in ((one.meeting_url, Kind.MEETING), (one.agenda_item_url, Kind.AGENDA_ITEM)):
            if url:
                follow.append(Request(url, kind, date=one.date))
    return tuple(found), follow


def _deliberation(seen: View, root: Node, told: _Told, order: int) -> Deliberation:
    meeting = seen.goal(root, Kind.MEETING)
    item = seen.goal(root, Kind.AGENDA_ITEM)
    committee = seen.goal(root, Kind.ORGANIZATION)
    result, role = told.result or None, told.role or None
    return Deliberation(
        order=order,
        committee=told.committee or None,
        committee_url=plain(committee) if committee else None,
        role=role,
        authoritative=german.authoritative(role),
        date=german.date(told.date),
        agenda_item=told.top or None,
        public=german.is_public(told.public),
        result=result,
        outcome=german.outcome(result)[0],
        votes=german.votes("; ".join(filter(None, (told.result, told.voting)))),
        meeting_url=plain(meeting) if meeting else None,
        agenda_item_url=plain(item) if item else None,
    )


# ---- cards


def _cards(seen: View, program: str) -> Iterator[tuple[Node, _Told]]:
    cards = [(button, _card(seen, button)) for button in seen.main.css("button")]
    for button, card in cards:
        printed = _printed(button)
        linked = seen.goal(card, Kind.MEETING) is not None
        if not printed or _SECTIONS.match(printed) or not (linked or program in _TABS):
            continue
        told = _head(printed, _about(seen, card))
        button.decompose()  # taken apart to the last word
        for paragraph in card.css("p"):
            below = Row()
            line(below, paragraph)
            told.result, told.voting = (
                told.result or (below.result or ""),
                told.voting or (below.voting or ""),
            )
        yield card, told


def _printed(button: Node) -> str:
    """The heading without its badge ("2 Dok.")."""
    for badge in button.css('[class*="badge"]'):
        badge.decompose()
    return re.sub(r"\s*\b\d+ Dok\.$", "", dom.line(button))


def _card(seen: View, button: Node) -> Node:
    """The largest element around a button that holds no other."""
    card = button
    while card.parent is not None and card.mem_id != seen.main.mem_id:
        if len(card.parent.css("button")) > 1:
            break
        card = card.parent
    return card


def _about(seen: View, card: Node) -> markup.Title:
    """What the link to the meeting says of it: `Details anzeigen: Hauptausschuss 25.08.2026`."""
    for found in seen.links(card):
        if found.goal and found.goal.kind is Kind.MEETING and (tip := markup.tip(found.node)):
            return markup.dated(tip)
    return markup.Title("")


def _head(printed: str, about: markup.Title) -> _Told:
    date = _DATE.match(printed)
    rest = printed[date.end() :] if date else printed
    if about.name and rest.startswith(about.name):  # a name may hold dashes and numbers
        match = _HEAD.match(rest[len(about.name) :])
        committee = about.name
    else:
        match = _HEAD.match(rest)
        committee = match["committee"] if match else rest
    told = _Told(date[0] if date else "", committee.strip(" ,-–"))
    if match is not None:
        told.top = match["top"] or match["mark"] or ""
        told.public = match["public"] or ""
        told.tail(match["tail"] or "")
    if not told.date and about.date:
        told.date = about.date.isoformat()
    return told


# ---- tables


_COLUMNS = {
    "grname": "committee", "sigrname": "committee", "sidat": "date", "sidat_tag": "date", "silink": "date",
    "txname": "role", "bfost": "public", "tofnum": "top", "result": "result",
}  # fmt: skip
_BODIES = {name for name, slot in _COLUMNS.items() if slot == "committee"}


def _rows(seen: View) -> Iterator[tuple[Node, _Told]]:
    for table in seen.main.css("table"):
        names = markup.heads(table)
        for row in table.css("tr"):
            cells = [cell for cell in dom.children(row) if cell.tag == "td"]
            if not cells or markup.is_inner(seen, row) or markup.is_head(cells[0]):
                continue
            named = markup.columns(cells, names)
            told = _row(named)
            if told.committee and (seen.goal(row, Kind.MEETING) or _BODIES & {name for name, _ in named}):
                yield row, told


def _row(cells: list[tuple[str, Node]]) -> _Told:
    told = _Told()
    for name, cell in cells:
        printed = dom.line(cell)
        slot = _COLUMNS.get(name) or _held(printed)
        if slot == "date" and german.date(printed) is None:
            slot = "committee"  # a link with the body's name stands in the meeting's cell
        if slot == "role":
            told.tail(printed)
        elif slot and not getattr(told, slot):
            setattr(told, slot, printed)
    return replace(told, top=told.top.removeprefix("TOP").strip(" :"))


def _held(printed: str) -> str:
    """What a cell without a name is for."""
    if not printed:
        return ""
    if german.date(printed):
        return "date"
    number = agenda.number(printed)
    if number is not None and (number.number or "")[:1].isdigit():
        return "top"
    if german.is_public(printed) is not None:
        return "public"
    if _ROLES.fullmatch(printed) or german.outcome(printed)[0] or german.votes(printed):
        return "role"
    return "committee"
