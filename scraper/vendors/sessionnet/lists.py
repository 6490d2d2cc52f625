"""Lists of papers (vo0040, vo0042), of motions and enquiries (ag0040, ag0041), of new documents (do0040).

A paper is one row in the responsive look; in the classic one its subject and its other fields may stand in
two rows, of which only the first has the link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from scraper import dom, german
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Attachment, Meeting, OrganizationRef, Paper, Record
from scraper.vendors.sessionnet import documents, markup
from scraper.vendors.sessionnet.addresses import plain
from scraper.view import Link, View

# The product's name of a column → key of the paper.
_COLUMNS = {
    "vobetr": "subject", "agbetr": "subject", "voname": "reference", "agname": "reference",
    "vovaname": "paper_type", "agart": "paper_type", "vodat": "date", "agvdat": "date", "sidat": "date",
}  # fmt: skip
_NUMBER = re.compile(r"^(?=.*\d)[\w.-]{0,12}(?:[ /][\w./-]{1,16}){0,3}$")
_NOTHING = re.compile(
    r"(?i)\bkeine (?:daten|vorlagen|einträge|anträge|anfragen|dokumente|treffer|ergebnisse)\b"
)


@dataclass
class _Told:
    """What the rows of one paper say."""

    link: Link
    rows: list[Node] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, value: str) -> None:
        """The first telling counts: cells repeat for small screens."""
        if value:
            self.values.setdefault(key, value)

    @property
    def native(self) -> str:
        return self.link.goal.native_id if self.link.goal else ""


def parse_list(page: Page) -> Parsed:
    """The papers as the list shows them, and the meetings whose documents it names; follows both.

    A page with a form for searching and without results is an empty list.
    """
    seen = markup.open_page(page)
    told, meetings = _read(seen)
    printed = dom.line(seen.main)
    if not (told or meetings or _NOTHING.search(printed) or seen.main.css_first("form")):
        raise BrokenPageError(page.url, "the list shows no papers and does not say so")
    papers = [_paper(seen, one) for one in told]
    records: list[Record] = [*papers, *meetings]
    follow = [Request(one.url, Kind.PAPER, date=one.date) for one in papers if one.url]
    follow += [Request(one.url, Kind.MEETING, date=one.date) for one in meetings if one.url]
    if markup.shown(seen.page) == "do0040":
        for node in seen.main.css("td ul, td.doart"):
            node.decompose()  # when a document was released, and what it is
    return markup.told(seen, {record.id: record for record in records}.values(), follow)


def _read(seen: View) -> tuple[list[_Told], list[Meeting]]:
    told: list[_Told] = []
    meetings: list[Meeting] = []
    of_documents = markup.shown(seen.page) == "do0040"
    for table in seen.main.css("table"):
        names = markup.heads(table)
        for row in table.css("tr"):
            cells = [cell for cell in dom.children(row) if cell.tag == "td"]
            if cells and not markup.is_inner(seen, row):
                # of a new document the cells tell, of its paper the link alone
                _row(seen, row, [] if of_documents else markup.columns(cells, names), told, meetings)
    return told, meetings


def _row(
    seen: View, row: Node, cells: list[tuple[str, Node]], told: list[_Told], meetings: list[Meeting]
) -> None:
    links = [link for link in seen.links(row) if link.goal]
    paper = next((link for link in links if link.goal and link.goal.kind is Kind.PAPER), None)
    if paper is not None:
        if not told or told[-1].native != (paper.goal.native_id if paper.goal else ""):
            told.append(_Told(paper))
    elif meeting := next((one for link in links if (one := _meeting(seen, row, link))), None):
        meetings.append(meeting)
        return
    elif not told or told[-1].values.keys() - {"subject"}:
        return  # a row of its own, without a page
    told[-1].rows.append(row)
    _fill(told[-1], cells, paper)


def _fill(one: _Told, cells: list[tuple[str, Node]], link: Link | None) -> None:
    for name, cell in cells:
        if name in _COLUMNS:
            one.put(_COLUMNS[name], dom.line(cell))
    if link is not None:
        _linked(one, link)
    for name, cell in cells:
        if name not in _COLUMNS and cell.css_first("a[href]") is None:
            _unnamed(one, dom.line(cell))


def _linked(one: _Told, link: Link) -> None:
    """The link prints the number or the subject; its tooltip has the subject."""
    printed, about = dom.line(link.node), markup.tip(link.node)
    if printed in one.values.values():
        return
    is_number = _NUMBER.match(printed) and about != printed
    one.put("reference" if is_number else "subject", printed)
    one.put("subject", about)


def _unnamed(one: _Told, printed: str) -> None:
    """A cell without a name, by what it holds."""
    if not printed or printed in one.values.values():
        return
    if german.date(printed):
        one.put("date", printed)
    else:
        one.put("reference" if _NUMBER.match(printed) else "paper_type", printed)


def _paper(seen: View, one: _Told) -> Paper:
    return Paper(
        **seen.envelope("paper", one.native),
        url=plain(one.link.goal) if one.link.goal else None,
        reference=one.values.get("reference"),
        subject=one.values.get("subject"),
        paper_type=one.values.get("paper_type"),
        date=german.date(one.values.get("date", "")),
        attachments=_documents(seen, one.rows),
    )


def _documents(seen: View, rows: Iterable[Node]) -> tuple[Attachment, ...]:
    found = (one for row in rows for one in documents.attachments(seen, row, row.css("a[href]"), paper=True))
    return tuple({one.url: one for one in found}.values())


def _meeting(seen: View, row: Node, link: Link) -> Meeting | None:
    """A meeting whose documents are new: `Details anzeigen: Hauptausschuss 25.08.2026`."""
    about = markup.dated(markup.tip(link.node))
    if link.goal is None or link.goal.kind is not Kind.MEETING or about.date is None:
        return None
    return Meeting(
        **seen.envelope("meeting", link.goal.native_id),
        url=plain(link.goal),
        organization=about.name or None,
        organizations=(OrganizationRef(name=about.name),) if about.name else (),
        date=about.date,
        attachments=documents.attachments(seen, row, row.css("a[href]"), paper=False),
    )
