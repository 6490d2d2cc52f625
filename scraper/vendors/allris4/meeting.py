"""ALLRIS 4 meeting page with its agenda (to010)."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from scraper import agenda, dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Meeting, OrganizationRef
from scraper.vendors.allris4 import skin
from scraper.view import Link, View

# Which columns an agenda has differs by installation. The class tells what a cell is, else its column's head.
HEADS = {
    "+/-": "expandCloseCol",
    "top": "tonr",
    "betreff": "tobetreff",
    "anlagen zu": "attach",
    "vorlage": "tovonr",
    "drucksache": "tovonr",
    "dokument": "toDoc",
    "zuständigkeit": "tozunr",
    "beschlussart": "tobanr",
    "beschluss": "tobanr",
}
_COLUMNS = frozenset(HEADS.values()) | {"tobahint"}
# What an item has of its own; other columns go to `extra`, and those without a class are told.
_READ = frozenset({"expandCloseCol", "tonr", "tobetreff", "tovonr", "toDoc", "tozunr", "tobanr"})
# Above the table: which parts of the minutes it is to show.
SWITCHES = ".tablesaw-bar, .checks"
# The ids of an item's links end with its number, whether they lead anywhere or not.
_NUMBERED = re.compile(r"(?:link|betreff|vo|to)_(\d+)$")
_WORD = re.compile(r"\w")
_TITLE_DATE = re.compile(r"\s+-\s+[^-]*\b\d{4}\b[^-]*$")


def parse_meeting(page: Page) -> Parsed:
    """The meeting and its agenda items; follows excerpts, papers, organizations."""
    view = skin.open_view(page)
    header = skin.fields(view)
    if not header.items:
        raise BrokenPageError(page.url, "the meeting has no header fields")
    skin.pass_over(view, SWITCHES)
    found = _rows(view)
    meeting = _meeting(view, header, {link.node.mem_id for row in found for link in row.links})
    items = _items(view, meeting, found)
    follow = [
        skin.wanted(goal, meeting.date if goal.kind is Kind.AGENDA_ITEM else None)
        for row in found
        for link in row.links
        if (goal := link.goal) and goal.kind in (Kind.AGENDA_ITEM, Kind.PAPER, Kind.MEETING)
    ]
    follow += [Request(ref.url, Kind.ORGANIZATION) for ref in meeting.organizations if ref.url]
    others = [request for request in follow if request.url != meeting.url]
    return view.told((meeting, *items), others, meeting.id)


def _meeting(view: View, header: Fields[Node], listed: Collection[int]) -> Meeting:
    """`listed`: the links of the agenda, whose documents are those of its items."""
    native = skin.native_id(view, Kind.MEETING, "to010", "SILFDNR")
    subject = dom.line(header.pop(vocabulary.SUBJECT | vocabulary.NAME, ("sibetreff",)))
    name = subject or _TITLE_DATE.sub("", skin.title(view))
    values = when_and_where(view, header)
    extra = header.rest(dom.line)
    told = codes(extra)
    anchors = (node for node in view.main.css("a[href]") if node.mem_id not in listed)
    return Meeting(
        **view.envelope("meeting", native),
        url=skin.page_url(view, Kind.MEETING),
        warnings=told,
        extra={**extra, **_remark(header)},
        name=name or None,
        cancelled=german.is_cancelled(name) or german.is_cancelled(values["status"] or ""),
        attachments=skin.distinct(skin.files(view, anchors, "other")),
        **values,
    )


def _remark(header: Fields[Node]) -> dict[str, str]:
    """The printed time where it says more than start and end: `18:00 (öffentlich ab 18:30)`."""
    printed = next((dom.line(field.value) for field in header.every if field.slot == "sizeit"), "")
    return {"Uhrzeit": printed} if _WORD.search(german.moments(printed)[0]) else {}


def when_and_where(view: View, header: Fields[Node]) -> dict[str, Any]:
    """The meeting's keys that its own page and the excerpts of its items print alike."""
    bodies = _organizations(view, header.pop(vocabulary.ORGANIZATION, ("sigremium",)))
    day = german.date(dom.line(header.pop(vocabulary.DATE, ("sidatum",))))
    status = dom.line(header.pop(vocabulary.STATUS, ("sistatus", "sistat"))) or None
    time = dom.line(header.pop(vocabulary.TIME, ("sizeit",)))
    start, end = german.span(day, time) if day else (None, None)
    places = header.pop(vocabulary.ROOM, ("siraum",)), header.pop(vocabulary.PLACE, ("siort",))
    return {
        "number": dom.line(header.pop(vocabulary.NUMBER)) or None,
        "organization": "; ".join(ref.name for ref in bodies if ref.name) or None,
        "organization_url": bodies[0].url if bodies else None,
        "organizations": bodies,
        "date": day,
        "start": start,
        "end": end,
        "location": ", ".join(filter(None, map(dom.line, places))) or None,
        "status": status,
        "public": german.is_public(status),
        "occasion": dom.line(header.pop(vocabulary.OCCASION, ("sianlass",))) or None,
    }


def _organizations(view: View, value: Node | None) -> tuple[OrganizationRef, ...]:
    """One reference a link (a joint meeting has several), else one a printed line."""
    if value is None:
        return ()
    linked = [
        OrganizationRef(name=dom.line(link.node), url=link.goal.url)
        for link in view.links(value)
        if link.goal and link.goal.kind is Kind.ORGANIZATION
    ]
    return tuple(linked or [OrganizationRef(name=name) for name in dom.lines(value)])


class Row(NamedTuple):
    """A row of the agenda. `numbered`: its links have the number of an item, so it is no bare title."""

    values: dict[str, Any]
    links: list[Link]
    numbered: bool
    public: bool | None


def _rows(view: View) -> list[Row]:
    """The rows of the agenda; [] for a meeting without one."""
    table = view.main.css_first("#toTreeTable, table.toTable")
    if table is None:
        return []
    columns: list[str] = []
    found: list[Row] = []
    part: bool | None = None
    for row in table.css("tr"):
        cells = dom.children(row)
        if cells and cells[0].tag == "th":
            columns = [_column(cell) for cell in cells]
            continue
        read = _row(view, row, cells, columns)
        if read is None:
            continue
        if not read.numbered:
            part = _part(read.values["subject"], part)
        found.append(read._replace(public=part if read.public is None else read.public))
    return found


def _part(subject: str | None, before: bool | None) -> bool | None:
    """Whether the items below a title are public; a title that says nothing of it changes nothing."""
    said = agenda.part(subject or "")
    return before if said is None else said


def _column(head: Node) -> str:
    """The name of a column: its class, else what its head prints or, for an icon, says."""
    named = next((word for word in dom.attr(head, "class").split() if word in _COLUMNS), "")
    printed = dom.line(head) or dom.attr(head.css_first("[aria-label]"), "aria-label")
    return named or HEADS.get(printed.casefold(), printed)


def _row(view: View, row: Node, cells: list[Node], columns: list[str]) -> Row | None:
    named = _named(cells, columns)
    native = ""
    links: list[Link] = []
    for anchor in row.css("a"):
        found = None if native else _NUMBERED.search(dom.attr(anchor, "id"))
        native = found[1] if found else native
        if dom.attr(anchor, "href")[:1] not in ("", "#"):
            links.append(view.link(anchor))
    excerpt = next((goal for link in links if (goal := link.goal) and goal.kind is Kind.AGENDA_ITEM), None)
    subject, remark = _subject(named.get("tobetreff"))
    printed = dom.line(named.get("tonr"))
    mark = agenda.number(printed) if printed else None
    if not (subject or printed or native):
        return None
    values = {
        "native": excerpt.native_id if excerpt else native,
        "url": excerpt.url if excerpt else None,
        "number": mark.number if mark else printed or None,
        "subject": subject,
        "role": dom.line(named.get("tozunr")) or None,
        "result": dom.line(named.get("tobanr")) or None,
        "attachments": skin.distinct(skin.files(view, (link.node for link in links), "other")),
        **_paper(links),
        **_extra(named, remark, links),
    }
    return Row(values, links, bool(excerpt or native), mark.public if mark else None)


def _named(cells: list[Node], columns: list[str]) -> dict[str, Node]:
    """Name of the column → cell. Where a row has not as many cells as the head, their classes tell."""
    if len(cells) == len(columns):
        return dict(zip(columns, cells, strict=True))
    return {_column(cell): cell for cell in cells}


def _subject(cell: Node | None) -> tuple[str | None, str]:
    """(subject, remark): the remark is an element of its own behind the words of the link."""
    link = cell.css_first("a") if cell is not None else None
    if link is None:
        return dom.line(cell) or None, ""
    whole = dom.line(link)
    remarks = [(node, line) for node in dom.children(link) if node.tag == "span" and (line := dom.line(node))]
    if not remarks or whole == remarks[0][1]:
        return whole or None, ""
    for node, _ in remarks:
        node.decompose()
    return dom.line(link), " ".join(line for _, line in remarks)


def _paper(links: list[Link]) -> dict[str, Any]:
    """The paper's number and address; an anchor without an address is a paper that is not public."""
    papers = [
        (dom.line(link.node), goal.url) for link in links if (goal := link.goal) and goal.kind is Kind.PAPER
    ]
    reference = next((printed for printed, _ in papers if printed), None)
    return {"paper_reference": reference, "paper_url": papers[0][1] if papers else None}


def _extra(named: dict[str, Node], remark: str, links: list[Link]) -> dict[str, Any]:
    """A remark, the meeting whose minutes an item is about, and columns that no key holds."""
    refers = [dom.line(link.node) for link in links if link.goal and link.goal.kind is Kind.MEETING]
    others = {name: dom.line(cell) for name, cell in named.items() if name and name not in _READ}
    unknown = {name: line for name, line in others.items() if line and name not in _COLUMNS}
    extra = {"Zusatzinfo": remark, "Sitzung": "; ".join(refers), "Hinweis": others.get("tobahint", "")}
    told = {label: value for label, value in extra.items() if value}
    return {"extra": {**told, **unknown}, "warnings": codes(unknown)}


def _items(view: View, meeting: Meeting, rows: list[Row]) -> list[AgendaItem]:
    return [_item(view, meeting, order, rows) for order in range(1, len(rows) + 1)]


def _item(view: View, meeting: Meeting, order: int, rows: list[Row]) -> AgendaItem:
    row = rows[order - 1]
    values = dict(row.values)
    number, result = values["number"], values["result"]
    following = rows[order].values["number"] if order < len(rows) else None
    outcome, known = german.outcome(result)
    bare = not any(values[key] for key in ("url", "paper_url", "result", "role"))
    group = agenda.is_group(number, following, bare=bare) and not (row.numbered and number is None)
    own = meeting.id.rpartition(":")[2]
    return AgendaItem(
        **view.envelope("agenda_item", values.pop("native") or f"{own}-{order}"),
        warnings=(*values.pop("warnings"), *(() if known else ("unmapped_result",))),
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        order=order,
        public=row.public,
        heading=group,
        outcome=outcome,
        votes=german.votes(result),
        **values,
    )
