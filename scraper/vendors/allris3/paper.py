"""ALLRIS 3 paper page: vo020.asp, vo020_r.asp."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scraper import dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Attachment, Deliberation, Paper, Related
from scraper.vendors.allris3 import body, documents, skin
from scraper.vendors.allris3.skin import View

# Heads of the responsive table, and where these columns are without heads.
_COLUMNS = (("Gremium", 2), ("Beschluss", 3))
_FOLLOWED = frozenset({Kind.MEETING, Kind.AGENDA_ITEM, Kind.PAPER, Kind.ORGANIZATION})


def parse_paper(page: Page) -> Parsed:
    """One paper; follows its meetings, excerpts and the papers it refers to."""
    view = skin.open_page(page)
    header = skin.fields(view)
    if not header.items:
        raise BrokenPageError(page.url, "the paper has no header fields")
    native = skin.native_id(view, Kind.PAPER, parameter="VOLFDNR")
    links = skin.header_links(view, "#head a[href], table.bfTable a[href]")
    found = skin.goals(links, _FOLLOWED)  # before the body uses the page up
    printed = skin.printed(view, header)
    record = _record(view, header, native)
    if not (record.subject or record.reference):
        raise BrokenPageError(page.url, "the paper has neither a subject nor a number")
    days = {url: row.date for row in record.deliberations for url in (row.meeting_url, row.agenda_item_url)}
    follow = tuple(Request(g.url, g.kind, date=days.get(g.url)) for g in found if g.url != record.url)
    return Parsed((record,), follow, record.id, printed)


def _record(view: View, header: Fields[Node], native: str) -> Paper:
    deliberations = _deliberations(view, header.pop(vocabulary.WAY))
    attachments = _attachments(view)
    paper_type = dom.line(header.pop(vocabulary.PAPER_TYPE, ("voart",))) or None
    values = _header(view, header)
    parts, printed = body.read(view)
    extra = header.rest(dom.line)
    return Paper(
        **view.envelope("paper", native),
        url=skin.page_url(view, Kind.PAPER),
        warnings=codes(extra, (row.result for row in deliberations)),
        extra=extra,
        reference=_reference(skin.title(view)),
        paper_type=paper_type,
        deliberations=deliberations,
        deliberation_dates=tuple(sorted({row.date for row in deliberations if row.date})),
        sections=parts,
        text=printed,
        attachments=attachments,
        **values,
    )


def _reference(title: str) -> str | None:
    """`Drucksache - 23-1862` and `VO/2026/181 - Beschlussvorlage`: the side that holds a number."""
    before, dash, after = title.partition(" - ")
    if not dash:
        return title if any(map(str.isdigit, title)) else None
    return before if any(map(str.isdigit, before)) else after


def _header(view: View, header: Fields[Node]) -> dict[str, Any]:
    status = dom.line(header.pop(vocabulary.STATUS, ("vostatus",)))
    return {
        "subject": dom.line(header.pop(vocabulary.SUBJECT, ("vobetreff",))) or None,
        "status": status or None,
        "public": german.is_public(status),
        "author": _joined(header.pop(vocabulary.AUTHOR, ("voverfasser",))),
        "department": _joined(header.pop(vocabulary.DEPARTMENT, ("voamt", "vofamt"))),
        "departments_involved": _split(header.pop(vocabulary.INVOLVED, ("vobamt",))),
        "clerk": _joined(header.pop(vocabulary.CLERK, ("vobearbeiter", "vosb"))),
        "file_number": dom.line(header.pop(vocabulary.FILE_NUMBER)) or None,
        "related": _related(view, header),
    }


def _joined(value: Node | None) -> str | None:
    """Several lines of one field: "Fraktion A; Fraktion B"."""
    return "; ".join(dom.lines(value)) or None


def _split(value: Node | None) -> tuple[str, ...]:
    """Departments stand one a line or separated by semicolons."""
    return tuple(name.strip() for row in dom.lines(value) for name in row.split(";") if name.strip())


def _related(view: View, header: Fields[Node]) -> tuple[Related, ...]:
    found: list[Related] = []
    for item in [item for item in header.items if item.label.casefold() in vocabulary.RELATED]:
        header.items.remove(item)
        linked: list[tuple[str, str | None]] = [
            (dom.line(link.node), goal.url)
            for link in view.below(item.value, "a[href]")
            if (goal := link.goal) and goal.kind is Kind.PAPER
        ]
        for printed, url in linked or [(printed, None) for printed in dom.lines(item.value)]:
            found.append(Related(reference=printed or None, url=url, relation=item.label))
    return tuple(found)


def _attachments(view: View) -> tuple[Attachment, ...]:
    return (*documents.forms(view.links, default="main"), *documents.session_files(view.links))


def _deliberations(view: View, printed: Node | None) -> tuple[Deliberation, ...]:
    """Stations with their dates: a head row (committee, role), then one row a meeting, maybe none."""
    stations: list[list[dict[str, Any]]] = []
    for row in _rows(view, printed):
        if "committee" in row:
            stations.append([row])
        elif stations:
            stations[-1].append(row)
    flat = [{**head, **row} for head, *meetings in stations for row in meetings or [{}]]
    return tuple(Deliberation(order=order, **row) for order, row in enumerate(flat, 1))


def _rows(view: View, printed: Node | None) -> Iterator[dict[str, Any]]:
    """Rows of the table below the label "Beratungsfolge:", or of the responsive skin's own table."""
    if view.landmarks.ways and (responsive := view.main.css("table.bfTable tbody tr")):
        return _responsive_rows(view, responsive)
    rows = printed.css("tr") if printed is not None else []
    return (found for row in rows if (found := _classic_row(view, row)))


def _classic_row(view: View, row: Node) -> dict[str, Any] | None:
    cells = [(cell, cell.attributes) for cell in dom.children(row)]
    heads = [cell for cell, values in cells if values.get("class") == "text1" and values.get("colspan")]
    state = cells[0][1].get("title") or None if cells else None
    if heads:
        return _station(view, heads[0], dom.line(heads[1]) if len(heads) > 1 else "", state)
    at = next((i for i, (_, values) in enumerate(cells) if values.get("class") == "text2"), None)
    if at is None:
        return None
    title, result = _titled([cell for cell, _ in cells[at + 1 :]])
    found = _meeting(view, row, cells[at][0], title, result)
    return {**found, "state": state} if state else found


def _titled(cells: list[Node]) -> tuple[str, str]:
    """Title of the meeting and result: the cells that print something, in this order; buttons are no text."""
    printed = [line for cell in cells if (line := dom.line(cell))]
    return (printed[0] if printed else "", printed[1] if len(printed) > 1 else "")


def _responsive_rows(view: View, rows: list[Node]) -> Iterator[dict[str, Any]]:
    heads = [dom.line(head) for head in view.main.css("table.bfTable th")]
    committee, decision = (heads.index(word) if word in heads else at for word, at in _COLUMNS)
    for row in rows:
        cells = dom.children(row)
        if len(cells) <= max(committee, decision):
            raise BrokenPageError(view.page.url, "a row of the deliberations is cut off")
        first, second = cells[committee], cells[decision]
        if dates := row.css("td.date"):
            yield _meeting(view, row, dates[0], dom.line(first), dom.line(second))
        else:
            state = dom.attr(row.css_first("[aria-label]"), "aria-label") or None
            yield _station(view, first, dom.line(second), state)


def _station(view: View, committee: Node, role: str, state: str | None) -> dict[str, Any]:
    goal = view.link(committee.css_first("a[href]"))
    return {
        "committee": dom.line(committee) or None,
        "committee_url": goal.url if goal else None,
        "role": role or None,
        "authoritative": german.authoritative(role or None),
        "state": state,
    }


def _meeting(view: View, row: Node, date: Node, title: str, result: str) -> dict[str, Any]:
    goals = {goal.kind: goal.url for link in view.below(row) if (goal := link.goal)}
    printed = result or None
    return {
        "date": german.date(dom.line(date)),
        "title": title or None,
        "result": printed,
        "outcome": german.outcome(printed)[0],
        "votes": german.votes(printed),
        "meeting_url": goals.get(Kind.MEETING),
        "agenda_item_url": goals.get(Kind.AGENDA_ITEM),
    }
