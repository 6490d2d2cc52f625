"""A paper: its fields, the text of the resolution, its way through the committees."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from scraper import dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed
from scraper.records import Deliberation, Paper, Section
from scraper.vendors.provox import votes
from scraper.vendors.provox.frame import Columns, files, open_page
from scraper.view import View, requests

NEEDED = "dl"
WAY = "beratungsfolge"
TEXTS = vocabulary.HEADINGS - vocabulary.FILE_HEADINGS
# Heads of the way, and what a station prints below them.
FIELDS = {
    "committee": vocabulary.ORGANIZATION | {WAY, "sitzung"},
    "date": vocabulary.DATE,
    "item": vocabulary.ITEM,
    "role": frozenset({"zuständigkeit", "beratungsart", "rolle"}),
    "result": vocabulary.RESULT | {"beschluss"},
}
# Key of the record → labels of its field.
LABELS = {
    "reference": vocabulary.REFERENCE,
    "status": vocabulary.STATUS,
    "paper_type": vocabulary.PAPER_TYPE,
    "author": vocabulary.AUTHOR,
    "department": vocabulary.DEPARTMENT,
    "clerk": vocabulary.CLERK,
    "file_number": vocabulary.FILE_NUMBER,
}
STATION = {"committee", "date"}  # a table with these is the way
COUNTS = {"ja": "Ja", "nein": "Nein", "enth": "Enthaltungen", "enth.": "Enthaltungen",
          "enthaltung": "Enthaltungen", "enthaltungen": "Enthaltungen"}  # fmt: skip
_NUMBER = re.compile(r"(?:^|\s)((?:[A-Z]{1,4}[ /-]?)?\d{1,4}/\d{4}(?:-\d+)?)$")
_FOLLOWED = frozenset({Kind.MEETING, Kind.ORGANIZATION, Kind.PAPER})


class _Station(NamedTuple):
    """A row of the way. `left`: columns that nobody knows; `known`: see `votes.Vote`."""

    row: Deliberation
    left: dict[str, str]
    known: bool


def parse_paper(page: Page) -> Parsed:
    """The paper; follows the meetings on its way."""
    view = open_page(page, NEEDED)
    fields = _fields(view)
    paper = _paper(view, fields, _way(view))
    follow = [one for one in requests(view.links(), _FOLLOWED) if one.url != paper.url]
    for item in fields.every:
        if item.key in TEXTS:
            item.value.decompose()  # the text of the paper, read as a whole
    return view.told((paper,), follow, paper.id)


def _paper(view: View, fields: Fields[Node], stations: list[_Station]) -> Paper:
    own, subject = view.own, dom.line(view.main.css_first("h3"))
    if not subject or not fields.items:
        raise BrokenPageError(view.page.url, "the paper has no title or no fields")
    if own is None:
        reason = "the page of a paper does not print its number: give its address"
        raise BrokenPageError(view.page.url, reason)
    sections, way = _sections(fields), tuple(station.row for station in stations)
    values = _values(view, fields)
    extra = fields.rest(dom.line) | _left(stations)
    unmapped = () if all(station.known for station in stations) else ("unmapped_result",)
    return Paper(
        **view.envelope("paper", own.native_id),
        url=own.url,
        warnings=(*codes(extra, [row.result for row in way]), *unmapped),
        extra=extra,
        subject=subject,
        deliberations=way,
        deliberation_dates=tuple(sorted({row.date for row in way if row.date})),
        sections=sections,
        text="\n\n".join(part for one in sections for part in (one.heading, one.text) if part) or None,
        attachments=files(view.links()),
        **values,
    )


def _values(view: View, fields: Fields[Node]) -> dict[str, Any]:
    """The fields that keys hold; lists of annexes are read as documents."""
    fields.pop(vocabulary.FILE_HEADINGS)
    values: dict[str, Any] = {key: dom.line(fields.pop(labels)) or None for key, labels in LABELS.items()}
    return values | {
        "reference": values["reference"] or _reference(view),
        "public": german.is_public(values["status"]),
        "date": german.date(dom.line(fields.pop(vocabulary.DATE))),
    }


def _left(stations: list[_Station]) -> dict[str, str]:
    """Columns of the way that nobody knows."""
    told: dict[str, str] = {}
    for station in stations:
        for label, value in station.left.items():
            told[label] = f"{told[label]}; {value}" if label in told else value
    return told


def _fields(view: View) -> Fields[Node]:
    """`<dt>Label</dt><dd>value</dd>`; what stands below an empty label is left to be told."""
    fields: Fields[Node] = Fields()
    for node in view.main.css("dl"):
        label = ""
        for cell in dom.children(node):
            if cell.tag == "dt":
                label = dom.line(cell)
            elif cell.tag == "dd" and label and dom.line(cell):
                fields.add(label, cell)
    return fields


def _reference(view: View) -> str | None:
    """The number behind a heading: `Vorlagendetails 207/2026`."""
    heads = (dom.line(node) for node in view.main.css('[role="heading"], h1, h2, h4'))
    return next((found[1] for head in heads if (found := _NUMBER.search(head))), None)


def _sections(fields: Fields[Node]) -> tuple[Section, ...]:
    """The fields that are texts: their labels are headings of papers."""
    told: list[Section] = []
    for item in [item for item in fields.items if item.key in TEXTS]:
        fields.items.remove(item)
        lines = dom.lines(item.value)
        told.append(Section(heading=item.label, text="\n\n".join(lines)))
    return tuple(told)


def _way(view: View) -> list[_Station]:
    """The stations in printed order."""
    told: list[_Station] = []
    for table in view.main.css("table"):
        columns = Columns(table)
        if columns.kinds(FIELDS).keys() >= STATION or view.goal(table, Kind.MEETING):
            told += [
                _station(view, dict(columns.read(row)), at)
                for at, row in enumerate(columns.rows, len(told) + 1)
            ]
    return told


def _station(view: View, cells: dict[str, Node], order: int) -> _Station:
    printed, counts, left = _cells(view, cells)
    seen = [vote for cell in cells.values() if (vote := votes.read(cell)) != votes.Vote()]
    vote = seen[0] if seen else votes.Vote()
    meetings, bodies = (
        [goal.url for cell in cells.values() if (goal := view.goal(cell, kind))]
        for kind in (Kind.MEETING, Kind.ORGANIZATION)
    )
    result = printed.get("result") or vote.result
    row = Deliberation(
        order=order,
        committee=printed.get("committee"),
        committee_url=bodies[0] if bodies else None,
        role=printed.get("role"),
        authoritative=german.authoritative(printed.get("role")),
        date=german.date(printed.get("date", "")),
        agenda_item=printed.get("item"),
        result=result,
        outcome=german.outcome(result)[0],
        votes=german.votes(", ".join(counts)) or vote.votes,
        meeting_url=meetings[0] if meetings else None,
    )
    return _Station(row, left, vote.known)


def _cells(view: View, cells: dict[str, Node]) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """Values by field, counts with their labels, and by head what nobody knows."""
    printed: dict[str, str] = {}
    counts: list[str] = []
    left: dict[str, str] = {}
    for label, cell in cells.items():
        key, line = label.casefold(), dom.line(cell)
        if key in COUNTS:
            counts.append(f"{COUNTS[key]}: {line}")
        elif line and (field := _field(key)) and field not in printed:
            printed[field] = line
        elif line:
            left[label] = line
    _by_content(view, cells, printed, left)
    return printed, counts, left


def _field(head: str) -> str | None:
    """What a column with this head holds."""
    return next((name for name, heads in FIELDS.items() if head in heads), None)


def _by_content(view: View, cells: dict[str, Node], printed: dict[str, str], left: dict[str, str]) -> None:
    """Committee and day where no head tells them: the meeting that is linked, the cell that is a day."""
    for label, cell in cells.items():
        rest, days, _ = german.moments(dom.line(cell))
        key = "date" if days and not rest else "committee" if view.goal(cell, Kind.MEETING) else ""
        if label in left and key and key not in printed:
            printed[key] = left.pop(label)
