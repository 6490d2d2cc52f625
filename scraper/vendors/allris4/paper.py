"""ALLRIS 4 paper page (vo020)."""

from __future__ import annotations

from typing import Any, NamedTuple

from scraper import dom, german, vocabulary
from scraper.accounting import codes
from scraper.address import Address
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Deliberation, Paper, Related
from scraper.vendors.allris4 import body, skin
from scraper.view import View

# Element ids of values, beside the labels of the vocabulary.
AUTHOR = ("voverfasser", *(f"voverfasser{number}" for number in range(1, 10)))
DEPARTMENT, INVOLVED, CLERK = ("vofamt", "voamt"), ("vobamt",), ("vosb", "vobearbeiter")
# Heads of the deliberations, in the order in which they are where a head is unknown.
COLUMNS = (
    vocabulary.STATUS,
    vocabulary.DATE,
    vocabulary.ORGANIZATION,
    vocabulary.RESULT | {"beschluss", "beschluß"},
)
_FOLLOWED = (Kind.MEETING, Kind.AGENDA_ITEM, Kind.ORGANIZATION)


class Way(NamedTuple):
    """The deliberations of a paper and the pages behind them, each with its day."""

    rows: tuple[Deliberation, ...] = ()
    follow: tuple[Request, ...] = ()


def parse_paper(page: Page) -> Parsed:
    """One paper; follows its meetings, excerpts and the papers it refers to."""
    view = skin.open_view(page)
    header = skin.fields(view)
    if not header.items:
        raise BrokenPageError(page.url, "the paper has no header fields")
    way = _way(view)
    record = _record(view, header, way.rows)
    if not (record.subject or record.reference):
        raise BrokenPageError(page.url, "the paper has neither a subject nor a number")
    others = (link.goal for link in view.links(None, 'a[href*="vo020"]'))
    skin.pass_over(view, "a.anchor")  # jumps to the parts of the text
    papers = [skin.wanted(goal) for goal in others if goal and goal.kind is Kind.PAPER]
    follow = [request for request in (*way.follow, *papers) if request.url != record.url]
    return view.told((record,), follow, record.id)


def _record(view: View, header: Fields[Node], way: tuple[Deliberation, ...]) -> Paper:
    native = skin.native_id(view, Kind.PAPER, "vo020", "VOLFDNR")
    paper_type = dom.line(header.pop(vocabulary.PAPER_TYPE, ("voart",))) or None
    values = _header(view, header)
    parts, printed, missing = body.read(view)
    extra = header.rest(dom.line)
    return Paper(
        **view.envelope("paper", native),
        url=skin.page_url(view, Kind.PAPER),
        warnings=(*codes(extra, (row.result for row in way)), *missing),
        extra=extra,
        reference=_reference(skin.title(view), paper_type),
        paper_type=paper_type,
        deliberations=way,
        deliberation_dates=tuple(sorted({row.date for row in way if row.date})),
        sections=parts,
        text=printed,
        attachments=skin.distinct(skin.files(view, view.main.css("a[href]"), "main")),
        **values,
    )


def _reference(title: str, paper_type: str | None) -> str | None:
    """`Antrag - 469/2026` and `VO/2026/181 - Antrag`: what is not the type, else the side with a number."""
    if paper_type and title.startswith(f"{paper_type} - "):
        return title.removeprefix(f"{paper_type} - ")
    if paper_type and title.endswith(f" - {paper_type}"):
        return title.removesuffix(f" - {paper_type}")
    before, dash, after = title.partition(" - ")
    if not dash:
        return title if any(map(str.isdigit, title)) else None
    return before if any(map(str.isdigit, before)) else after


def _header(view: View, header: Fields[Node]) -> dict[str, Any]:
    status = dom.line(header.pop(vocabulary.STATUS, ("vostatus", "vostat"))) or None
    return {
        "subject": dom.line(header.pop(vocabulary.SUBJECT, ("vobetreff",))) or None,
        "status": status,
        "public": german.is_public(status),
        "author": _authors(header),
        "department": _joined(header.pop(vocabulary.DEPARTMENT, DEPARTMENT)),
        "departments_involved": _split(header.pop(vocabulary.INVOLVED, INVOLVED)),
        "clerk": _joined(header.pop(vocabulary.CLERK, CLERK)),
        "file_number": dom.line(header.pop(vocabulary.FILE_NUMBER)) or None,
        "related": _related(view, header),
    }


def _authors(header: Fields[Node]) -> str | None:
    """ "1. Berichterstattung", "2. Berichterstattung": each has a field of its own."""
    found: list[str] = []
    while (value := header.pop(vocabulary.AUTHOR, AUTHOR)) is not None:
        found += dom.lines(value)
    return "; ".join(found) or None


def _joined(value: Node | None) -> str | None:
    return "; ".join(dom.lines(value)) or None


def _split(value: Node | None) -> tuple[str, ...]:
    """Departments stand one a line or separated by semicolons."""
    return tuple(name.strip() for row in dom.lines(value) for name in row.split(";") if name.strip())


def _related(view: View, header: Fields[Node]) -> tuple[Related, ...]:
    found: list[Related] = []
    for item in [item for item in header.items if item.key in vocabulary.RELATED]:
        header.items.remove(item)
        linked: list[tuple[str, str | None]] = [
            (dom.line(link.node), link.goal.url)
            for link in view.links(item.value)
            if link.goal and link.goal.kind is Kind.PAPER
        ]
        for printed, url in linked or [(printed, None) for printed in dom.lines(item.value)]:
            found.append(Related(reference=printed or None, url=url, relation=item.label))
    return tuple(found)


def _way(view: View) -> Way:
    """Stations (committee, role) with their meetings below them, maybe none."""
    table = view.main.css_first("table.bfTable, #bfTable table")
    rows = [(row, dom.children(row)) for row in table.css("tr")] if table is not None else []
    columns = _columns([cell for _, cells in rows for cell in cells if cell.tag == "th"])
    follow: list[Request] = []
    stations: list[list[dict[str, Any]]] = []
    for row, cells in rows:
        if len(cells) <= max(columns) or cells[0].tag == "th":
            continue  # what such a row prints is told as unread
        state, *printed = (dom.line(cells[at]) for at in columns)
        goals = {goal.kind: goal for link in view.links(row) if (goal := link.goal)}
        meeting = _meeting(printed, goals)
        if meeting is None:
            stations.append([_station(state, printed, goals)])
        elif stations:
            stations[-1].append(meeting)
        day = meeting["date"] if meeting else None
        follow += [skin.wanted(goals[kind], day) for kind in _FOLLOWED if kind in goals]
    flat = [{**head, **row} for head, *meetings in stations for row in meetings or [{}]]
    return Way(tuple(Deliberation(order=order, **row) for order, row in enumerate(flat, 1)), tuple(follow))


def _columns(heads: list[Node]) -> list[int]:
    """Where the columns of COLUMNS are; those with unknown heads take the places that are left, in order."""
    printed = [dom.line(head).casefold() for head in heads]
    known = [next((at for at, word in enumerate(printed) if word in words), None) for words in COLUMNS]
    left = [at for at in range(max(len(heads), len(COLUMNS))) if at not in known]
    return [left.pop(0) if at is None else at for at in known]


def _station(state: str, printed: list[str], goals: dict[Kind, Address]) -> dict[str, Any]:
    _, name, role = printed
    goal = goals.get(Kind.ORGANIZATION)
    return {
        "committee": name or None,
        "committee_url": goal.url if goal else None,
        "role": role or None,
        "authoritative": german.authoritative(role),
        "public": _public(name),
        "state": state.lstrip("●• ") or None,
    }


def _public(committee: str) -> bool | None:
    """`Verwaltungsausschuss (nicht-öffentlich)`; the name alone says nothing."""
    return german.is_public(committee.rpartition("(")[2].rstrip(") ")) if committee.endswith(")") else None


def _meeting(printed: list[str], goals: dict[Kind, Address]) -> dict[str, Any] | None:
    """A row below a station; None for the row of a station itself, which has neither day nor meeting."""
    date, title, result = printed
    day = german.date(date)
    if day is None and Kind.MEETING not in goals:
        return None
    urls = {kind: goal.url for kind, goal in goals.items()}
    return {
        "date": day,
        "title": title or None,
        "result": result or None,
        "outcome": german.outcome(result)[0],
        "votes": german.votes(result),
        "meeting_url": urls.get(Kind.MEETING),
        "agenda_item_url": urls.get(Kind.AGENDA_ITEM),
    }
