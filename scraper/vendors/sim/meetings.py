"""SIM: the page of a meeting (`TM/…`) and the lists of meetings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scraper import agenda, documents, dom, german, vocabulary
from scraper.address import Address
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Attachment, Meeting, OrganizationRef
from scraper.vendors.sim.pages import PLACE, UNLABELLED, key_day, open_sim, own, warned
from scraper.view import View

_IN_TITLE = re.compile(r"\((?:\w*[Dd]rucks\.|Drucksache) ?Nr\. ?(?P<number>[\d/-]+(?: ?[A-Z]\d+)*)[^()]*\)")
# "22.1.", "I." and, for what is not public, "24. ff."
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)*\.?|[IVX]+\.)(?: ?ff\.?)?")
TIME = vocabulary.TIME


def parse_meeting(page: Page) -> Parsed:
    """A meeting with its agenda; follows the papers."""
    view = open_sim(page)
    address = own(view, Kind.MEETING)
    header: Fields[Node] = Fields()
    rows: list[_Row] = []
    for row in view.main.css("tr"):
        cells = dom.children(row)
        if [cell.tag for cell in cells] == ["th", "td"]:
            header.add(dom.line(cells[0]) or UNLABELLED, cells[1])
        elif found := _row(cells):
            rows.append(found)
    if not header.items:
        raise BrokenPageError(page.url, "the page of the meeting has no labels")
    follow = [
        Request(g.url, Kind.PAPER) for link in view.links() if (g := link.goal) and g.kind is Kind.PAPER
    ]
    meeting = _meeting(view, address, header)
    items = list(_items(view, meeting, address.native_id, rows))
    return view.told((meeting, *items), follow, meeting.id)


def _meeting(view: View, address: Address, header: Fields[Node]) -> Meeting:
    name = dom.line(view.main.css_first("h2")) or None
    body = dom.line(header.pop(vocabulary.ORGANIZATION)) or None
    date = german.date(dom.line(header.pop(vocabulary.DATE))) or key_day(address.native_id)
    begin, end = dom.line(header.pop(TIME)), dom.line(header.pop(("ende",)))
    start, until = german.span(date, f"{begin} - {end}" if end else begin) if date else (None, None)
    number = dom.line(header.pop(vocabulary.NUMBER)) or None
    places = [dom.line(item.value) for item in header.items if item.key in PLACE]
    header.items = [item for item in header.items if item.key not in PLACE]
    extra = header.rest(dom.line)
    return Meeting(
        **view.envelope("meeting", address.native_id),
        url=address.url,
        warnings=warned(extra),
        extra=extra,
        name=name,
        number=number,
        organization=body,
        organizations=(OrganizationRef(name=body),) if body else (),
        date=date,
        start=start,
        end=until,
        location=", ".join(filter(None, places)) or None,
        cancelled=german.is_cancelled(name or ""),
        attachments=_documents(view),
    )


def _documents(view: View) -> tuple[Attachment, ...]:
    """Files and the page of the minutes; a picture names itself in its tooltip."""
    found: dict[str, Attachment] = {}
    for link in view.links():
        if link.goal and link.goal.kind is Kind.FILE:
            name = documents.without_size(dom.line(link.node)) or dom.attr(link.node, "title")
            minutes = "/TO/" in link.url and link.url.endswith("_P")
            role = documents.role_of(name, "minutes" if minutes else "other")
            found.setdefault(
                link.url,
                Attachment(name=name or None, url=link.url, native_id=link.goal.native_id, role=role),
            )
    return tuple(found.values())


class _Row(NamedTuple):
    """A row of the agenda: the cell of its number and the one that says most."""

    number: str
    cell: Node
    subject: str


def _row(cells: list[Node]) -> _Row | None:
    """Cells before the number hold icons; a row without a number is none."""
    printed = [(dom.line(cell), cell) for cell in cells if cell.tag == "td"]
    number = next((line for line, _ in printed if _NUMBER.fullmatch(line)), None)
    others = [(line, cell) for line, cell in printed if line and line != number]
    if number is None or not others:
        return None
    subject, cell = max(others, key=lambda pair: len(pair[0]))
    return _Row(number, cell, subject)


def _items(view: View, meeting: Meeting, native: str, rows: list[_Row]) -> Iterator[AgendaItem]:
    public: bool | None = True
    for order, row in enumerate(rows, 1):
        part = agenda.part(row.subject)
        public = public if part is None else part
        links = view.links(row.cell)
        paper = next((g for link in links if (g := link.goal) and g.kind is Kind.PAPER), None)
        page = next((link.url for link in links if "/TOPS/" in link.url), None)
        named = _IN_TITLE.search(row.subject)
        following = rows[order].number if order < len(rows) else None
        yield AgendaItem(
            **view.envelope("agenda_item", f"{native}-{order}"),
            url=page,
            meeting_id=meeting.id,
            meeting_url=meeting.url,
            organization=meeting.organization,
            date=meeting.date,
            number=row.number,
            order=order,
            subject=row.subject,
            public=public,
            heading=part is not None or agenda.is_group(row.number, following, bare=not links),
            paper_reference=named["number"] if named else _reference(paper),
            paper_url=paper.url if paper else None,
        )


def _reference(paper: Address | None) -> str | None:
    """`0728-2026N1` → `0728/2026 N1`: how titles print the number that the address has."""
    match = re.fullmatch(r"([\d-]+?)-(\d{4})([A-Z]\d+)?", paper.native_id) if paper else None
    return f"{match[1]}/{match[2]}{' ' + match[3] if match[3] else ''}" if match else None


# ---- lists


def parse_calendar(page: Page) -> Parsed:
    """The meetings of one body; the key of each holds its day."""
    view = open_sim(page)
    found: dict[str, Meeting] = {}
    for table in view.main.css("table"):
        heads = [dom.line(head) for head in table.css("th")]
        for row in table.css("tr"):
            goal = view.goal(row, Kind.MEETING)
            if goal:
                found.setdefault(goal.url, _listed(view, goal, heads, dom.children(row)))
    for link in view.links():
        if link.goal and link.goal.kind is Kind.MEETING and link.goal.url not in found:
            found[link.goal.url] = _listed(view, link.goal, [], [link.node])
    if not found:
        raise BrokenPageError(page.url, "the list has no meetings")
    follow = (Request(url, Kind.MEETING, date=meeting.date) for url, meeting in found.items())
    return view.told(found.values(), follow)


def _listed(view: View, goal: Address, heads: list[str], cells: list[Node]) -> Meeting:
    """Columns by their heads; without heads the words of the link are the name."""
    fields: Fields[str] = Fields()
    for head, cell in zip(heads, cells, strict=False):
        if len(heads) == len(cells):
            fields.add(head or UNLABELLED, dom.line(cell))
    date = key_day(goal.native_id)
    body = fields.pop(vocabulary.ORGANIZATION)
    day, at = fields.pop(vocabulary.DATE) or "", fields.pop(TIME) or ""
    place = fields.pop(PLACE)
    link = next((link for cell in cells for link in view.links(cell) if link.goal == goal), None)
    extra = fields.rest(str)
    name = dom.line(link.node) if link else " ".join(map(dom.line, cells))
    start, end = german.span(date, at or day) if date else (None, None)
    return Meeting(
        **view.envelope("meeting", goal.native_id),
        url=goal.url,
        warnings=warned(extra),
        extra=extra,
        name=name or None,
        organization=body or None,
        organizations=(OrganizationRef(name=body),) if body else (),
        date=date,
        start=start,
        end=end,
        location=place or None,
        cancelled=german.is_cancelled(" ".join(map(dom.line, cells))),
    )
