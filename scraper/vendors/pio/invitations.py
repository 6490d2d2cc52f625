"""PIO: an invitation, which is a meeting with its agenda: numbers "TOP 3" alone, title and paper below."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from scraper import dom, german
from scraper.dom import Node
from scraper.page import Kind, Parsed, Request
from scraper.records import AgendaItem, Meeting
from scraper.vendors.pio.papers import REFERENCE
from scraper.vendors.pio.tree import Entry, own_url
from scraper.view import Link, View

TOP = re.compile(r"^TOP\s*(?P<number>\d+(?:\.\d+)*[a-z]?)\b[.:]*\s*(?P<rest>.*)$")
# "Öffentlicher Teil", "II. Nichtöffentlicher Teil", "B) Nicht öffentliche Sitzung", "Teil B – öffentlich"
PART = re.compile(
    r"(?i)(?:[ivx\da-z]{1,4}[.):]+\s*|teil\s+\w+\W+)?(?:(?P<closed>nicht[\s-]*|vertraulich\w*)|öffentlich)"
    r"(?:öffentlich)?(?:er|e|en)?(?:\s+(?:teil|sitzung|tagesordnung|beratung))?\s*:?"
)
_DAY = re.compile(r"(?i)\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|am|uhr)\b")
BLOCKS = "p, h1, h2, h3, h4, li"


def is_agenda(document: Node) -> bool:
    """Whether a document lists items."""
    return any(TOP.match(dom.line(block)) for block in document.css(BLOCKS))


class _Line(NamedTuple):
    """A line of an invitation; `block`: its paragraph. A link is a line of its own, with its whole label."""

    text: str
    link: Link | None
    block: int


def read_invitation(view: View, document: Node, number: str, own: Entry | None) -> Parsed:
    """The meeting and its items; follows the papers."""
    before, rows, tail = _split(_lines(view, document))
    date, time = _when(before)
    head, end = ("\n".join(line.text for line in lines) for lines in (before, tail))
    meeting = Meeting(
        **view.envelope("meeting", number),
        url=own_url(view, own),
        warnings=() if date else ("no_date",),
        extra={label: printed for label, printed in (("Kopf", head), ("Schluss", end)) if printed},
        name=own.subject or None if own else None,
        date=date,
        start=german.span(date, time)[0] if date else None,
        cancelled=german.is_cancelled(own.subject) if own else None,
    )
    items = [_item(view, meeting, f"{number}-{order}", order, row) for order, row in enumerate(rows, 1)]
    goals = (line.link.goal for row in rows for line in row.lines if line.link)
    follow = [Request(goal.url, Kind.PAPER) for goal in goals if goal and goal.kind is Kind.PAPER]
    return view.told((meeting, *items), follow, meeting.id)


def _lines(view: View, document: Node) -> Iterator[_Line]:
    """Paragraphs in order, broken at `<br>`."""
    for at, block in enumerate(document.css(BLOCKS)):
        labels = [(dom.lines(link.node), link) for link in view.links(block)]
        printed = dom.lines(block)
        while printed:
            label, link = next(((ls, k) for ls, k in labels if ls and printed[: len(ls)] == ls), ([], None))
            yield _Line(" ".join(label) or printed[0], link, at)
            printed = printed[len(label) or 1 :]


class _Row(NamedTuple):
    """An item of an invitation with the lines below its number."""

    number: str
    public: bool | None
    lines: list[_Line]


def _split(lines: Iterable[_Line]) -> tuple[list[_Line], list[_Row], list[_Line]]:
    """Lines before the first item, the items, and what stands below the last one."""
    before: list[_Line] = []
    rows: list[_Row] = []
    public: bool | None = None
    for line in lines:
        top = TOP.match(line.text)
        part = PART.fullmatch(line.text) if not rows or rows[-1].lines else None
        if top:
            rows.append(_Row(top["number"], public, []))
            if top["rest"]:
                rows[-1].lines.append(line._replace(text=top["rest"]))
        elif part:
            public = part["closed"] is None
        else:
            (rows[-1].lines if rows else before).append(line)
    tail: list[_Line] = []
    last = rows[-1].lines
    while len(last) > 1 and last[-1].block > last[0].block and not last[-1].link:
        tail.insert(0, last.pop())
    return before, rows, tail


def _when(lines: list[_Line]) -> tuple[dt.date | None, str]:
    """Day and time of the meeting: the day beside a weekday or "am"; the letter has a day of its own."""
    dated = [(line.text, day) for line in lines if (day := german.date(line.text))]
    likely = [day for printed, day in dated if _DAY.search(printed)] or [day for _, day in dated]
    clock = next((line.text for line in lines if german.times(line.text)[0]), "")
    return (likely[0] if likely else None), clock


def _item(view: View, meeting: Meeting, native: str, order: int, row: _Row) -> AgendaItem:
    papers = [line for line in row.lines if line.link and line.link.goal]
    title = papers[0] if papers else next(iter(row.lines), None)
    goal = papers[0].link.goal if papers and papers[0].link else None
    query = dict(parse_qsl(urlsplit(papers[0].link.url).query)) if papers and papers[0].link else {}
    rest = [line.text for line in row.lines if line is not title]
    reference = query.get("dsnummer") or next(filter(REFERENCE.match, rest), None)
    remark = " ".join(line for line in rest if line != reference)
    return AgendaItem(
        **view.envelope("agenda_item", native),
        extra={"Zusatz": remark} if remark else {},
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        date=meeting.date,
        number=row.number,
        order=order,
        subject=title.text if title else None,
        public=row.public,
        heading=False,
        paper_reference=reference,
        paper_url=goal.url if goal else None,
    )
