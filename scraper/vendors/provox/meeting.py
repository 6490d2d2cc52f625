"""A meeting with its agenda; the tabs for agenda, minutes and participants are all in the page."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from scraper import agenda, dom, german, text, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed
from scraper.records import AgendaItem, Attachment, Meeting, OrganizationRef
from scraper.stamp import slug
from scraper.vendors.provox import votes
from scraper.vendors.provox.frame import Columns, files, open_page
from scraper.view import Link, View, requests

NEEDED = "h4, .meetingitem"
PART, ITEM = ".topic > .header", ".meetingitem"
NUMBER, SUBJECT, REFERENCE = ".agendanumber", ".TOText", '[id="agendaitemnumber"], .VLNR'
# Tabs whose content is kept as it is printed; their ids are a guess after the names of their buttons.
TABS = {"minutes": "Protokoll", "participants": "Teilnehmer"}
# The columns of an agenda that is a table; the first two make it one.
HEADS = {
    "number": vocabulary.ITEM,
    "subject": vocabulary.SUBJECT,
    "reference": vocabulary.REFERENCE | {"vorlage"},
}
AGENDA = {"number", "subject"}
LEGEND = "#LegendeTab, table.Legende"
_LABELLED = re.compile(r"^([A-ZÄÖÜ0-9][\w /()*.-]{1,38}):\s+(\S.*)$")
_FOLLOWED = frozenset({Kind.PAPER, Kind.ORGANIZATION})


@dataclass(frozen=True)
class _Row:
    """An item as printed."""

    number: str | None
    subject: str
    public: bool | None
    reference: str | None
    paper: str | None
    files: tuple[Attachment, ...]
    vote: votes.Vote

    def with_vote_of(self, other: _Row) -> _Row:
        """The agenda names an item first; the list of results repeats it with its vote."""
        return replace(
            self,
            reference=self.reference or other.reference,
            paper=self.paper or other.paper,
            files=self.files or other.files,
            vote=other.vote if self.vote == votes.Vote() else self.vote,
        )


class _When(NamedTuple):
    """What stands below the name of the organization. `cancelled`: the line that says so."""

    date: dt.date | None
    start: str | None
    end: str | None
    location: str | None
    cancelled: str | None
    extra: dict[str, str]


def parse_meeting(page: Page) -> Parsed:
    """The meeting and its agenda; follows papers and the organization."""
    view = open_page(page, NEEDED)
    rows = _rows(view)
    meeting = _meeting(view, rows)
    items = [_item(view, meeting, order, rows) for order in range(1, len(rows) + 1)]
    follow = requests(view.links(), _FOLLOWED)
    legend = view.main.css_first(LEGEND)
    if legend is not None:
        legend.decompose()
    return view.told((meeting, *items), follow, meeting.id)


def _meeting(view: View, rows: list[_Row]) -> Meeting:
    head = view.main.css_first("h4")
    name, own = dom.line(head), view.own
    if head is None or not name:
        raise BrokenPageError(view.page.url, "the meeting has no organization")
    goal, when = view.goal(head, Kind.ORGANIZATION), _when(head)
    if when.date is None:
        raise BrokenPageError(view.page.url, "the meeting has no day")
    # The page does not print its number: without its address day and organization stand in for it.
    native = own.native_id if own else f"{when.date}-{slug(name)}"
    of_items = {file.native_id for row in rows for file in row.files}
    links = [link for link in view.links() if link.goal and link.goal.native_id not in of_items]
    return Meeting(
        **view.envelope("meeting", native),
        url=own.url if own else None,
        warnings=codes(when.extra),
        extra=when.extra | _tabs(view),
        organization=name,
        organization_url=goal.url if goal else None,
        organizations=(OrganizationRef(name=name, url=goal.url if goal else None),),
        date=when.date,
        start=when.start,
        end=when.end,
        location=when.location,
        status=when.cancelled,
        cancelled=when.cancelled is not None or german.is_cancelled(name),
        attachments=files(links),
    )


def _when(head: Node) -> _When:
    """The lines below the organization: day, time, place, each maybe with a label."""
    fields: Fields[str] = Fields()
    for line in _lines(head):
        match = _LABELLED.match(line)
        fields.add(match[1] if match else "", match[2] if match else line)
    place = [fields.pop(vocabulary.ROOM), fields.pop(vocabulary.PLACE)]
    clock = fields.pop(vocabulary.TIME)
    printed = [item.value for item in fields.items if not item.label or german.date(item.value)]
    day = next((found for line in printed if (found := german.date(line))), None)
    clocks = clock or next((line for line in printed if german.times(line)[0]), "")
    start, end = german.span(day, clocks) if day else (None, None)
    others = [line for line in printed if not (german.date(line) or german.times(line)[0])]
    place += [line for line in others if not german.is_cancelled(line)]
    extra = {item.label: item.value for item in fields.items if item.label and not german.date(item.value)}
    cancelled = next(filter(german.is_cancelled, others), None)
    return _When(day, start, end, ", ".join(filter(None, place)) or None, cancelled, extra)


def _lines(head: Node) -> list[str]:
    """What follows a heading up to the next block, as the page breaks it."""
    lines, current, node = list[str](), "", head.next
    while node is not None and node.tag not in ("hr", "div", "table", "form", "ul"):
        if node.tag in ("br", "h5", "p"):
            lines, current = [*lines, current, dom.line(node)], ""
        elif not node.is_comment_node:
            current += (node.text_content or "") if node.is_text_node else node.text()
        node = node.next
    return [line for raw in (*lines, current) if (line := text.clean(raw))]


def _tabs(view: View) -> dict[str, str]:
    """Minutes and participants as they are printed, where they are no list of items."""
    told: dict[str, str] = {}
    for name, label in TABS.items():
        node = view.main.css_first(f'[id="{name}"]')
        if node is not None and node.css_first(ITEM) is None and (lines := dom.lines(node)):
            told[label] = "; ".join(lines)
    return told


def _rows(view: View) -> list[_Row]:
    """The items, each once; parts that were read are taken out of the page."""
    rows: dict[tuple[str | None, str], _Row] = {}
    public: bool | None = None
    read: list[Node] = []
    for node in view.main.css(f"{PART}, {ITEM}"):
        if "meetingitem" in dom.attr(node, "class").split():
            row = _row(view, node, public)
            known = rows.get((row.number, row.subject))
            rows[row.number, row.subject] = known.with_vote_of(row) if known else row
        else:
            opened = agenda.part(dom.line(node))
            public = public if opened is None else opened
            read += [node] if opened is not None else []
    for node in read:
        node.decompose()
    return list(rows.values()) or _tabled(view)


def _tabled(view: View) -> list[_Row]:
    """An older form of the agenda, a table: described by others, not seen on a page."""
    tables = (Columns(table) for table in view.main.css("table"))
    agendas = [table for table in tables if table.kinds(HEADS).keys() >= AGENDA]
    rows = (_table_row(view, table, row) for table in agendas for row in table.rows)
    return [row for row in rows if row.subject]


def _table_row(view: View, table: Columns, row: list[Node]) -> _Row:
    kinds = table.kinds(HEADS)
    number, subject, reference = (
        dom.line(row[kinds[kind]]) if kind in kinds and kinds[kind] < len(row) else ""
        for kind in ("number", "subject", "reference")
    )
    links = [link for cell in row for link in view.links(cell)]
    seen = [vote for cell in row if (vote := votes.read(cell)) != votes.Vote()]
    return _Row(
        number or None,
        subject,
        None,
        reference or None,
        _paper(links),
        files(links),
        seen[0] if seen else votes.Vote(),
    )


def _row(view: View, node: Node, public: bool | None) -> _Row:
    number, subject = node.css_first(NUMBER), dom.line(node.css_first(SUBJECT))
    if number is None or not subject:
        raise BrokenPageError(
            view.page.url, "an item of the agenda has no place for its number or no subject"
        )
    links = view.links(node)
    return _Row(
        dom.line(number) or None,
        subject,
        public,
        dom.line(node.css_first(REFERENCE)) or None,
        _paper(links),
        files(links),
        votes.read(node),
    )


def _paper(links: list[Link]) -> str | None:
    """The page of the paper that is linked, if any."""
    return next((link.goal.url for link in links if link.goal and link.goal.kind is Kind.PAPER), None)


def _item(view: View, meeting: Meeting, order: int, rows: list[_Row]) -> AgendaItem:
    row = rows[order - 1]
    following = rows[order].number if order < len(rows) else None
    native = meeting.id.rpartition(":")[2]
    bare = not (row.paper or row.files or row.vote.result)
    return AgendaItem(
        **view.envelope("agenda_item", f"{native}-{order}"),
        warnings=() if row.vote.known else ("unmapped_result",),
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        number=row.number,
        order=order,
        subject=row.subject,
        public=row.public,
        heading=agenda.is_group(row.number, following, bare=bare),
        paper_reference=row.reference,
        paper_url=row.paper,
        result=row.vote.result,
        outcome=row.vote.outcome,
        votes=row.vote.votes,
        attachments=row.files,
    )
