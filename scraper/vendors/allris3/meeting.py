"""ALLRIS 3 meeting page with its agenda (to010) and excerpt of one item (to020), both skins."""

from __future__ import annotations

import re
from typing import Any

from scraper import agenda, dom, german, text, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Attachment, Meeting, OrganizationRef, Section, Votes
from scraper.vendors.allris3 import body, documents, skin
from scraper.vendors.allris3.address import Address
from scraper.vendors.allris3.links import Link
from scraper.vendors.allris3.skin import View

# Rows that repeat what stands elsewhere on the page, or name the documents panel.
PANELS = ("beschlüsse/niederschrift", "niederschrift", "beschlüsse", "dokumente", "anlagen")
# Of the paper shown on an excerpt only its address is taken; the rest belongs to the paper.
PAPER_BLOCK = vocabulary.labels("status", "paper_type", "author", "department", "clerk")
_PLACES = "td.ko1 a[href], #head a[href], table.tk1 a[href], table.tl1 a[href], table.tl1 form"
_LEADING_NUMBER = re.compile(r"(?:\D+\s)??\S*\d\S*")
_FOLLOWED = frozenset({Kind.MEETING, Kind.AGENDA_ITEM, Kind.PAPER, Kind.ORGANIZATION})
_OTHERS = frozenset({Kind.MEETING, Kind.PAPER})  # whose names an excerpt prints
_RESULT = 'input.il1_naz, input[value="NA"], input[value="PA"], td.tobanr'
_REMARK = 'span[title="Zusatzinfo"], span.zusatzinfo'
_SELECTED = re.compile(r"[?&]TOLFDNR=(\d+)")
_LEAD = re.compile(r"^(?:Tagesordnung|Auszug) - ")
_TITLE_DATE = re.compile(r"\s+-\s+\d{1,2}\.\d{1,2}\.\d{4}$")


def parse_meeting(page: Page) -> Parsed:
    """The meeting and its agenda items; follows excerpts, papers, organizations."""
    view = skin.open_page(page)
    header = skin.fields(view)
    if not header.items:
        raise BrokenPageError(page.url, "the meeting has no header fields")
    meeting = _meeting(view, header)
    rows = view.main.css("table.toTable tr") or view.main.css("table.tl1 tr")
    items = _items(view, meeting, rows)
    found = skin.goals(_followed_links(view, rows), _FOLLOWED)
    follow = _follow(found, meeting, Kind.AGENDA_ITEM)
    return Parsed((meeting, *items), follow, meeting.id, skin.printed(view, header))


def _followed_links(view: View, rows: list[Node]) -> list[Link]:
    """Links of header and agenda, forms of the agenda."""
    marks = view.landmarks
    column = view.main.css_first("td.ko1")
    loose = column is not None and not dom.is_below(column, {table.mem_id for table in marks.tables})
    if not loose and not marks.tables and not any(name == "head" for name, _ in marks.named):
        return view.links
    if loose or not marks.tables:
        return view.below(view.main, _PLACES) + view.below(view.main, "table.toTable a[href]")
    header = [link for table in marks.tables for link in view.below(table) if not link.is_form]
    return header + [link for row in rows for link in view.below(row)]


def _follow(goals: list[Address], record: Meeting | AgendaItem, dated: Kind) -> tuple[Request, ...]:
    """Requests for all but the page itself; those of one kind take place on the record's day."""
    return tuple(
        Request(goal.url, goal.kind, date=record.date if goal.kind is dated else None)
        for goal in goals
        if goal.url != record.url
    )


def _meeting(view: View, header: Fields[Node]) -> Meeting:
    native = skin.native_id(view, Kind.MEETING, parameter="SILFDNR")
    name = dom.line(header.pop(vocabulary.NAME, ("sibetreff",))) or _name(skin.title(view))
    values = _when_and_where(view, header)
    for label in PANELS:
        header.pop((label,))
    extra = header.rest(dom.line)
    return Meeting(
        **view.envelope("meeting", native),
        url=skin.page_url(view, Kind.MEETING),
        warnings=codes(extra, ()),
        extra=extra,
        name=name or None,
        cancelled=german.is_cancelled(name),
        attachments=tuple(_documents(view)),
        **values,
    )


def _name(title: str) -> str:
    """`Tagesordnung - Sitzung des …`; the responsive skin prints `Gremium - 28.09.2026`."""
    return _TITLE_DATE.sub("", _LEAD.sub("", title))


def _when_and_where(view: View, header: Fields[Node]) -> dict[str, Any]:
    bodies = _organizations(view, header.pop(vocabulary.ORGANIZATION, ("sigremium",)))
    day = german.date(dom.line(header.pop(vocabulary.DATE, ("sidatum",))))
    status = dom.line(header.pop(vocabulary.STATUS, ("sistat", "sistatus")))
    start, end = german.span(day, dom.line(header.pop(vocabulary.TIME, ("sizeit",)))) if day else (None, None)
    room, place = header.pop(vocabulary.ROOM, ("siraum",)), header.pop(vocabulary.PLACE, ("siort",))
    return {
        "number": dom.line(header.pop(vocabulary.NUMBER)) or None,
        "organization": "; ".join(ref.name for ref in bodies if ref.name) or None,
        "organization_url": bodies[0].url if bodies else None,
        "organizations": bodies,
        "date": day,
        "start": start,
        "end": end,
        "location": ", ".join(filter(None, (dom.line(room), dom.line(place)))) or None,
        "status": status or None,
        "public": german.is_public(status),
        "occasion": dom.line(header.pop(vocabulary.OCCASION, ("sianlass",))) or None,
    }


def _organizations(view: View, value: Node | None) -> tuple[OrganizationRef, ...]:
    """One reference a link ("Gremien:" of a joint meeting), else one a printed line."""
    linked = [
        OrganizationRef(name=name, url=link.goal.url)
        for link in (view.links if value is None else view.below(value, "a[href]"))
        if link.goal and link.goal.kind is Kind.ORGANIZATION and (name := dom.line(link.node))
    ]
    if value is None:  # without its label it is still the one that the page links
        return tuple(linked[:1])
    return tuple(linked or [OrganizationRef(name=name) for name in dom.lines(value)])


def _documents(view: View) -> list[Attachment]:
    """The meeting's documents stand beside the header, never in the agenda."""
    places = view.main.css("td.me1, #dokumenteHeaderPanel") or view.main.css("table.tk1")
    found = {d.native_id: d for place in places for d in documents.forms(view.below(place))}
    return list(found.values())


def _items(view: View, meeting: Meeting, table: list[Node]) -> list[AgendaItem]:
    rows: list[dict[str, Any]] = []
    responsive = bool(table) and view.main.css_first("td.tobetreff") is not None
    remarked = bool(table) and view.main.css_first(_REMARK) is not None
    for row in table:
        own = responsive and row.css_first("td.tobetreff") is not None
        values = (_responsive_row if own else _classic_row)(view, row, remarked)
        if values and "number" in values:
            rows.append(values)
        elif values and rows:
            rows[-1]["attachments"] += values["attachments"]
            rows[-1]["text"] = values.get("text") or rows[-1].get("text")
    native = meeting.id.rpartition(":")[2]
    return [_item(view, meeting, native, order, rows) for order in range(1, len(rows) + 1)]


def _item(view: View, meeting: Meeting, native: str, order: int, rows: list[dict[str, Any]]) -> AgendaItem:
    values = rows[order - 1]
    following = rows[order]["number"] if order < len(rows) else None
    number, result = values["number"], values["result"]
    outcome, known = german.outcome(result)
    bare = not (values["url"] or values["paper_url"] or result)
    return AgendaItem(
        **view.envelope("agenda_item", values.pop("native") or f"{native}-{order}"),
        warnings=() if known else ("unmapped_result",),
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        order=order,
        heading=agenda.is_group(number, following, bare=bare),
        outcome=outcome,
        votes=german.votes(result),
        **values,
    )


def _classic_row(view: View, row: Node, remarked: bool) -> dict[str, Any] | None:
    """One row of `table.tl1`; cells are told by the programs they lead to, never by position."""
    if not dom.attr(row, "class").startswith("zl"):
        return None
    cells = dom.children(row)
    printed = dom.line(cells[0]) if cells else ""
    mark = agenda.number(printed)
    title, subject = _title_cell(cells[1:] if mark else cells)
    links = view.below(row)
    if title is None:  # only a button: the minutes of the item above
        files = documents.forms(links, codes=True)
        return {"attachments": tuple(files)} if files else None
    if mark is None and title.css_first("p, div"):  # `&BES=1` shows the resolutions below their items
        return {"attachments": (), "text": text.paragraphs(dom.marked_text(title)).replace(text.HEAD, "")}
    found = _remarks(title) if remarked else ""
    return _row(row, links, mark, dom.line(title) if found else subject, found)


def _responsive_row(view: View, row: Node, remarked: bool) -> dict[str, Any] | None:
    title = row.css_first("td.tobetreff")
    mark = agenda.number(dom.line(row.css_first("td.tonr")))
    if title is None or not dom.line(title):
        return None
    found = _remarks(title) if remarked else ""
    return _row(row, view.below(row), mark, dom.line(title), found)


def _title_cell(cells: list[Node]) -> tuple[Node | None, str]:
    """The first cell that prints something, and what; buttons are no text."""
    return next(((cell, line) for cell in cells if (line := dom.line(cell))), (None, ""))


def _comment_number(row: Node) -> str:
    """TOLFDNR in the comment `<!--1038809 -->` of the row."""
    return next((found.strip() for found in dom.comments(row) if found.strip().isdigit()), "")


def _row(
    row: Node, links: list[Link], mark: agenda.Number | None, subject: str, remark: str
) -> dict[str, Any]:
    excerpt = next((goal for link in links if (goal := link.goal) and goal.kind is Kind.AGENDA_ITEM), None)
    papers = [(link.node, goal) for link in links if (goal := link.goal) and goal.kind is Kind.PAPER]
    return {
        "native": excerpt.native_id if excerpt else _comment_number(row) or _selected(links),
        "url": excerpt.url if excerpt else None,
        "number": mark.number if mark else None,
        "public": mark.public if mark else None,
        "subject": subject or None,
        "extra": _extra(remark, links),
        "result": _result(row, links),
        "paper_reference": next((line for node, _ in papers if (line := dom.line(node))), None),
        "paper_url": papers[0][1].url if papers else None,
        "attachments": tuple(documents.forms(links, codes=True)),
    }


def _extra(remark: str, links: list[Link]) -> dict[str, str]:
    """A remark beside the subject, and the meeting that the item is about ("SI/2025/065", its minutes)."""
    others = (link for link in links if link.goal and link.goal.kind is Kind.MEETING and not link.is_form)
    refers = (dom.line(link.node) for link in others if not _SELECTED.search(link.printed))
    told = {"Zusatzinfo": remark, "Sitzung": "; ".join(filter(None, refers))}
    return {label: value for label, value in told.items() if value}


def _remarks(title: Node) -> str:
    """The remarks printed in the cell of the title, which are taken out of it."""
    remarks = title.css(_REMARK)
    printed = " ".join(filter(None, map(dom.line, remarks)))
    for span in remarks:
        span.decompose()
    return printed


def _selected(links: list[Link]) -> str:
    """TOLFDNR of an item without a page: its number links the agenda at that item."""
    return next((found[1] for link in links if (found := _SELECTED.search(link.printed))), "")


def _result(row: Node, links: list[Link]) -> str | None:
    """The result is the tooltip of the NA/PA button, or a cell of its own; "(offen)" stays as printed."""
    for link in links:
        if link.is_form and link.goal and link.goal.kind is Kind.AGENDA_ITEM:
            return skin.tip(link.button.get("title", "")) or None
    # The responsive skin's cell, and a button that lost its form to the table around it.
    others = sorted(row.css(_RESULT), key=lambda node: node.tag != "input")
    if not others:
        return None
    return (skin.tooltip(others[0]) if others[0].tag == "input" else dom.line(others[0])) or None


def parse_agenda_item(page: Page) -> Parsed:
    """The excerpt of one item; follows its meeting, paper and organization."""
    view = skin.open_page(page)
    header = skin.fields(view)
    if not header.items:
        raise BrokenPageError(page.url, "the excerpt has no header fields")
    native = skin.native_id(view, Kind.AGENDA_ITEM, parameter="TOLFDNR")
    links = skin.header_links(view, "#head a[href]")
    goals = [(link.node, goal) for link in links if (goal := link.goal)]
    found = skin.goals(links, _FOLLOWED)
    read = [link for link in links if link.goal and link.goal.kind in _OTHERS]
    printed = skin.printed(view, header, *read)
    record = _excerpt(view, header, native, goals)
    return Parsed((record,), _follow(found, record, Kind.MEETING), record.id, printed)


def _excerpt(view: View, header: Fields[Node], native: str, goals: list[tuple[Node, Address]]) -> AgendaItem:
    mark = agenda.number(dom.line(header.pop(vocabulary.ITEM, ("toname",))))
    header.pop(vocabulary.NAME, ("sibetreff",))
    result = dom.line(header.pop(vocabulary.RESULT, ("toBeschlussart", "tobeschlussart"))) or None
    when = _when_and_where(view, header)
    meeting = next((goal for _, goal in goals if goal.kind is Kind.MEETING), None)
    subject = _LEAD.sub("", skin.title(view))
    reference, paper_url = _paper(goals, subject)
    extra = _own_extra(header)
    parts, printed = body.read(view)
    source = view.page.source_name
    return AgendaItem(
        **view.envelope("agenda_item", native),
        url=skin.page_url(view, Kind.AGENDA_ITEM),
        warnings=codes(extra, (result,)),
        extra=extra,
        meeting_id=f"{source}:meeting:{meeting.native_id}" if meeting else None,
        meeting_url=meeting.url if meeting else None,
        organization=when["organization"],
        date=when["date"],
        number=mark.number if mark else None,
        subject=subject or None,
        public=mark.public if mark else None,
        heading=False,
        paper_reference=reference,
        paper_url=paper_url,
        result=result,
        outcome=german.outcome(result)[0],
        votes=german.votes(result) or _votes(parts),
        sections=parts,
        text=printed,
        attachments=tuple(documents.forms(view.links)),
    )


def _paper(goals: list[tuple[Node, Address]], subject: str) -> tuple[str | None, str | None]:
    """Number and address of the paper; its link prints number and title in one: "22-0621 Title"."""
    papers = [(dom.line(node), goal.url) for node, goal in goals if goal.kind is Kind.PAPER]
    if not papers:
        return None, None
    printed = next((line for line, _ in papers if line), "")
    if subject and printed.endswith(subject):
        reference = printed.removesuffix(subject).strip()
    else:
        match = _LEADING_NUMBER.match(printed)
        reference = match[0].strip() if match else ""
    return reference or None, papers[0][1]


def _own_extra(header: Fields[Node]) -> dict[str, str]:
    """Labels of the item and its meeting: the block from the paper's own Status on belongs to the paper."""
    own: Fields[Node] = Fields()
    for item in header.items:
        if item.label.casefold() in PAPER_BLOCK:
            break
        own.items.append(item)
    return own.rest(dom.line)


def _votes(parts: tuple[Section, ...]) -> Votes | None:
    """Counts are free text in the part of the result or at the end of the resolution."""
    for headings in vocabulary.VOTING:
        for part in parts:
            if (part.heading or "").casefold() in headings and (found := german.votes(part.text)):
                return found
    return None
