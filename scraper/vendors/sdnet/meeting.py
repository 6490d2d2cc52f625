"""SD.NET RIM: one meeting with its agenda (/tops)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scraper import agenda, dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Meeting, OrganizationRef
from scraper.vendors.sdnet import skin
from scraper.vendors.sdnet.skin import Row
from scraper.view import View

# Rows of the head that hold documents.
PANELS = frozenset({
    "einladung", "bekanntmachung", "tagesordnung", "niederschrift", "protokoll", "sitzungspaket",
    "sitzungsunterlagen", "dokument", "dokumente", "anlagen",
})  # fmt: skip
# Mark of a row of the agenda → (public, heading).
MARKS = {
    "top-oeff-head": (True, True),
    "top-oeff-data": (True, False),
    "top-noeff-head": (False, True),
    "top-noeff-data": (False, False),
}
REMARKS = ("bemerkung",)  # the export of the calendar has them too
_PLACES = (vocabulary.ROOM, vocabulary.PLACE)
COLUMNS = ("topnrtext", "bezeichnung", "nummer", "dokumente")


def parse_meeting(page: Page) -> Parsed:
    """The meeting and its agenda items; follows papers and organizations.

    The rows of late papers ("Tischvorlagen") say nothing that the pages of these papers do not.
    """
    view = skin.open_page(page)
    header, rows = skin.read(view)
    meeting = _meeting(view, header)
    follow = [Request(ref.url, Kind.ORGANIZATION) for ref in meeting.organizations if ref.url]
    follow += [Request(url, Kind.PAPER) for url in _late(view, rows)]
    values = [_row(view, row) for row in rows if _is_item(row)]
    items = [_item(view, meeting, n, values) for n in range(len(values))]
    follow += [Request(item.paper_url, Kind.PAPER) for item in items if item.paper_url]
    return view.told((meeting, *_unique(items)), follow, meeting.id)


def _is_item(row: Row) -> bool:
    return (
        "bezeichnung" in row.cells or "topnrtext" in row.cells or any(m in MARKS for m in row.marks.split())
    )


def _late(view: View, rows: list[Row]) -> list[str]:
    """The pages of the late papers, whose rows are taken out; rows of other tables are left to be told."""
    late = [(row.node, _paper_url(view, row.node.css("a[href]"))) for row in rows if "betreff" in row.cells]
    for node, url in late:
        if url:
            node.decompose()
    return [url for _, url in late if url]


# ---- the meeting


def _meeting(view: View, header: Fields[Node]) -> Meeting:
    title, termin = header.pop(vocabulary.NAME), header.pop(vocabulary.DATE)
    own = view.own or view.goal(termin, Kind.MEETING)  # a saved page without an address links itself
    moment = skin.take(termin)
    day, clock = skin.when(moment)
    if title is None or day is None:
        raise BrokenPageError(view.page.url, "the meeting has no name or no day")
    organizations = _organizations(view, title)
    name = skin.take(title)
    organization = "; ".join(ref.name or "" for ref in organizations) or skin.organization_of(name)
    files, warned = skin.take_panels(view, header, PANELS)
    lines = [line for label in _PLACES for line in skin.take_lines(header.pop(label))]
    status = skin.take(header.pop(vocabulary.STATUS)) or None
    remark = skin.take(header.pop(REMARKS))
    start, end = german.span(day, moment)
    rest = header.rest(dom.line)
    return Meeting(
        **view.envelope("meeting", skin.meeting_id(organization, day, clock)),
        url=own.url if own else None,
        warnings=(*warned, *codes(rest)),
        extra=({"Bemerkung": remark} if remark else {}) | rest,
        name=name or None,
        organization=organization or None,
        organization_url=organizations[0].url if organizations else None,
        organizations=organizations or (OrganizationRef(name=organization),),
        date=day,
        start=start,
        end=end,
        location=", ".join(lines) or None,
        status=status,
        public=german.is_public(status),
        cancelled=german.is_cancelled(f"{name} {status or ''} {remark}"),
        attachments=files,
    )


def _organizations(view: View, title: Node) -> tuple[OrganizationRef, ...]:
    links = view.links(title)
    return tuple(
        OrganizationRef(name=dom.line(link.node), url=link.goal.url)
        for link in links
        if link.goal and link.goal.kind is Kind.ORGANIZATION
    )


# ---- the agenda


def _row(view: View, row: Row) -> dict[str, Any]:
    cells = row.cells
    marks = [MARKS[mark] for mark in row.marks.split() if mark in MARKS]
    reference = dom.line(cells.get("nummer"))
    offer = skin.take_documents(view, cells.get("dokumente"), reference=reference)
    url = _paper_url(view, offer.links) or _paper_url(view, row.node.css("a[href]"))
    for link in offer.links:
        link.decompose()
    printed = skin.take(cells.get("topnrtext"))
    number = agenda.number(printed)
    missing = [f"missing_column:{name}" for name in COLUMNS if name not in cells]
    skin.take(cells.get("nummer"))
    return {
        "key": row.node.attrs.get("data-vorgang-id") or "",
        "number": number.number if number else printed or None,
        "public": marks[0][0] if marks else number.public if number else None,
        "head": marks[0][1] if marks else False,
        "subject": skin.take(cells.get("bezeichnung")) or None,
        "paper_reference": reference or None,
        "paper_url": url,
        "attachments": offer.attachments,
        "warnings": (*offer.unknown, *missing, *([] if marks else [f"unknown_mark:{row.marks}"])),
    }


def _paper_url(view: View, links: Iterable[Node]) -> str | None:
    goals = (view.link(link).goal for link in links)
    return next((goal.url for goal in goals if goal and goal.kind is Kind.PAPER), None)


def _item(view: View, meeting: Meeting, n: int, rows: list[dict[str, Any]]) -> AgendaItem:
    """`n`: its place, from 0. The agenda's key of a paper stands on every agenda: the meeting's id leads."""
    values = dict(rows[n])
    key, head = values.pop("key"), values.pop("head")
    following = rows[n + 1]["number"] if n + 1 < len(rows) else None
    bare = not (values["paper_url"] or values["paper_reference"] or values["attachments"])
    native = meeting.id.rpartition(":")[2]
    return AgendaItem(
        **view.envelope("agenda_item", f"{native}-{key or values['number'] or n + 1}"),
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        order=n + 1,
        heading=head or agenda.is_group(values["number"], following, bare=bare),
        **values,
    )


def _unique(items: list[AgendaItem]) -> list[AgendaItem]:
    """Two items about the same paper bear the same key: the later ones get their place added."""
    seen: set[str] = set()
    unique = []
    for item in items:
        again = item.id in seen
        seen.add(item.id)
        unique.append(item.model_copy(update={"id": f"{item.id}-{item.order}"}) if again else item)
    return unique
