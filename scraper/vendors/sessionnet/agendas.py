"""Agendas of SessionNet as rows: tables (si0057), cards (si0056), tables of Layout ≤ 4 (to0040).

Cells are told by the product's own names, and where those fail by what they hold: a number, a link to a
paper, a label before its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scraper import agenda, dom, german, text
from scraper.accounting import codes
from scraper.dom import Node
from scraper.outcomes import LONGEST_RESULT
from scraper.page import Kind, Request
from scraper.records import AgendaItem, Attachment, Meeting
from scraper.vendors.sessionnet import documents, markup
from scraper.vendors.sessionnet.addresses import beside
from scraper.view import View

_NUMBER = frozenset({"tofnum", "smc_tophn"})
_TITLE = frozenset({"tobetr", "tolink", "smc_topht"})
# The product's names of a line below an item, and labels of it; the rest goes to `extra`.
_RESULTS = frozenset({"beschluss", "beschluß", "ergebnis", "beratungsergebnis", "beschlussart"})
_VOTINGS = frozenset({"abstimmung", "abstimmungsergebnis"})
LINES = _RESULTS | _VOTINGS | {"bemerkung", "bemerkungen"}
_LINE = re.compile(r"smc_field_smcdv\d*_box\d*_(\w+)")
# "3.1 Nachtrag: 01.09.2026 *": an item that was put on the agenda later.
_LATE = re.compile(r"\s*\b(Nachtrag)\b:?\s*([\d.]*)[\s*]*$")
_KEY = re.compile(r"(?:smc_contol_to_\d+_|smcdataview|smctonr=|smc_r_n)(\d+)")
_FRAGMENT = re.compile(r"['\"]([^'\"]*to0058\.[^'\"]+)['\"]")
_SCRIPT = (("X-Requested-With", "XMLHttpRequest"),)
# What stands in the place of an agenda.
_EMPTY = re.compile(
    r"(?i)\bkeine (?:\w+ )?(?:tagesordnung|tagesordnungspunkte|tops?|daten|einträge|dokumente)\b|"
    r"\bnicht (?:freigegeben|veröffentlicht)\b"
)
_CLOSED = re.compile(r"(?i)vertraulich|geheim|geschlossen")
_BEGINS = re.compile(r"(?i)\bbeginn:?\s*(\d{1,2}[:.]\d{2})")


@dataclass
class Row:
    """One item, or the heading of a part.

    `native`: the product's number, "" without; `decided`: the label of the result; `unknown`: labels that
    no table knows.
    """

    native: str = ""
    url: str | None = None
    number: str | None = None
    public: bool | None = None
    subject: str = ""
    paper_reference: str | None = None
    paper_url: str | None = None
    result: str | None = None
    decided: str = ""
    voting: str | None = None
    resolution: str | None = None
    attachments: tuple[Attachment, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def bare(self) -> bool:
        """Whether it has nothing but number and subject."""
        return not (self.url or self.paper_url or self.result or self.voting or self.attachments)

    def tell(self, name: str, label: str, value: str) -> None:
        """A line below the item: `Beschluss: …`, by the product's name of it or by its label."""
        if not value:
            return
        if label and label.casefold() not in LINES:
            self.unknown.append(label)
        if name in _RESULTS or label.casefold() in _RESULTS:
            self._decided(label or name.capitalize(), value)
        else:
            if name in _VOTINGS or label.casefold() in _VOTINGS:
                self.voting = value
            self.extra[label or name.capitalize() or "Abstimmung"] = value

    def _decided(self, label: str, value: str) -> None:
        """A long one is the resolution; of two short ones the result is the one with an outcome."""
        if len(value) > LONGEST_RESULT:
            self.resolution = value
        elif self.result is None:
            self.result, self.decided = value, label
        elif german.outcome(self.result)[0] is None and german.outcome(value)[0] is not None:
            self.extra[self.decided] = self.result
            self.result, self.decided = value, label
        else:
            self.extra[label] = value


@dataclass
class Agenda:
    """What a page's agenda tells.

    `begins`: the printed time at which its first part begins; `unclear`: a part has an empty heading, so that
    nothing says whether its items are public.
    """

    rows: list[Row] = field(default_factory=list)
    begins: str = ""
    unclear: bool = False
    fragments: list[Request] = field(default_factory=list)
    _public: bool | None = None

    def part(self, printed: str) -> bool:
        """Whether a heading opens a part; the items after it are public or not."""
        public = agenda.part(printed)
        if public is None and _CLOSED.search(printed):
            public = False
        if public is None:
            return False
        match = _BEGINS.search(printed)
        if match and not self.begins and not self.rows:
            self.begins = match[1]
        self._public = public
        return True

    def add(self, row: Row) -> None:
        """An item of the current part; its own mark says more than the heading."""
        if row.public is None:
            row.public = self._public
        self.rows.append(row)


def read(seen: View) -> Agenda:
    """The agenda of the page, whichever look it has; without rows where it has none."""
    found = Agenda()
    cards = seen.main.css('[class*="-text-title"]')
    if cards:
        _cards(seen, found)
    else:
        for table in seen.main.css("table"):
            _table(seen, found, table)
    return found


# ---- tables


def _table(seen: View, found: Agenda, table: Node) -> None:
    """The rows of a table; what has nothing but titles is no agenda."""
    before = len(found.rows)
    items = [_table_row(seen, found, row) for row in table.css("tr") if not markup.is_inner(seen, row)]
    if not any(items):
        del found.rows[before:]


def _table_row(seen: View, found: Agenda, row: Node) -> bool:
    """A row of whichever table, and whether it is an item; the header's rows are none of an agenda."""
    cells = dom.children(row)
    if not cells or cells[0].tag != "td":
        return False
    names = [markup.named(cell) for cell in cells]
    marked = not markup.GROUPS.isdisjoint(markup.named(row) | names[0])
    if marked or len(cells) == 1:
        _heading_row(found, dom.line(cells[0]), marked)
        return False
    number = next((cell for cell, own in zip(cells, names, strict=True) if own & _NUMBER), None)
    title = next((cell for cell, own in zip(cells, names, strict=True) if own & _TITLE), None)
    if number is None and title is None and not _line_row(found, cells):
        number, title = _unnamed(cells)
    if number is None and title is None:
        return False
    _item_row(seen, found, row, number or _beside(cells, title, -1), title or _beside(cells, number, 1))
    return True


def _heading_row(found: Agenda, printed: str, marked: bool) -> None:
    """A part, or a title within one; one that is marked as a part and says nothing known is told."""
    found.unclear = found.unclear or (marked and not printed)
    if not printed or _EMPTY.match(printed) or found.part(printed):
        return
    found.add(Row(subject=printed.rstrip(":"), unknown=[printed] if marked else []))


def _line_row(found: Agenda, cells: list[Node]) -> bool:
    """`Beschluss: | einstimmig zugestimmt` below an item."""
    printed = [line for cell in cells if (line := dom.line(cell))]
    if not found.rows or len(printed) != 2 or not printed[0].endswith(":"):
        return False
    found.rows[-1].tell("", printed[0].rstrip(": "), printed[1])
    return True


def _unnamed(cells: list[Node]) -> tuple[Node | None, Node | None]:
    """Number and title by what the cells hold: a marked number, and the first text after it."""
    for place, cell in enumerate(cells[:-1]):
        mark = agenda.number(_LATE.sub("", dom.line(cell)))
        if mark is not None and mark.public is not None:
            return cell, next((other for other in cells[place + 1 :] if dom.line(other)), None)
    return None, None


def _beside(cells: list[Node], known: Node | None, step: int) -> Node | None:
    """The cell with text before or after a known one."""
    place = next((n for n, cell in enumerate(cells) if known is not None and cell.mem_id == known.mem_id), 0)
    others = cells[place + 1 :] if step > 0 else cells[:place][::-1]
    return next((cell for cell in others if dom.line(cell)), None)


def _item_row(seen: View, found: Agenda, row: Node, number: Node | None, title: Node | None) -> None:
    one = Row(native=_key(dom.attr(row, "id")))
    numbered(one, dom.line(number))
    if title is not None:
        _titled(one, title)
    _linked(seen, one, row, row.css("a[href]"))
    if one.subject or one.number:
        found.add(one)


def _key(printed: str) -> str:
    match = _KEY.search(printed)
    return match[1] if match else ""


def numbered(one: Row, printed: str) -> None:
    """`Ö 2.1`, `3.1 Nachtrag: 01.09.2026 *`."""
    late = _LATE.search(printed)
    if late:
        one.extra[late[1]] = late[2]
        printed = printed[: late.start()]
    mark = agenda.number(printed)
    if mark is not None:
        one.number, one.public = mark.number, mark.public
    elif printed:
        one.number = printed


def _titled(one: Row, cell: Node) -> None:
    """The subject, and the lines below it, in the cell of the title."""
    lines = [paragraph for paragraph in cell.css("p") if line(one, paragraph)]
    box = cell.css_first('[class*="header-title"]') or cell
    if not lines:
        one.subject = dom.line(box)
        return
    whole, *below = (dom.line(node) for node in (box, *lines))
    for printed in below:
        whole = whole.removesuffix(printed) if whole.endswith(printed) else whole.replace(printed, "", 1)
    one.subject = whole.strip()


def line(one: Row, paragraph: Node) -> bool:
    """A line below an item: `<p class="smc_field_smcdv0_box2_beschluss"><b>Beschluss:</b> …</p>`.

    False for a paragraph that is none: it has neither such a class nor a label.
    """
    name = _LINE.search(dom.attr(paragraph, "class"))
    printed, label = dom.line(paragraph), dom.line(paragraph.css_first("strong, b"))
    if name is None and not label.endswith(":"):
        return False
    value = printed.removeprefix(label).strip()
    link = paragraph.css_first("a[href]")
    if link is None or dom.line(link) != value:  # a link alone, to the paper, is read as such
        one.tell(name[1] if name else "", label.rstrip(": "), value)
    return True


def _linked(seen: View, one: Row, root: Node, links: list[Node]) -> None:
    """The item's own page, its papers and documents."""
    goals = [(link, goal) for link in links if (goal := seen.link(link).goal)]
    page = next((goal for _, goal in goals if goal.kind is Kind.AGENDA_ITEM), None)
    if page is not None:
        one.native, one.url = page.native_id, page.url
    papers: dict[str, str] = {}
    for link, goal in goals:
        if goal.kind is Kind.PAPER:
            papers[goal.url] = papers.get(goal.url) or dom.line(link)
    if papers:
        (one.paper_url, reference), *more = papers.items()
        one.paper_reference = reference or None
        if more:
            one.extra["Weitere Vorlagen"] = "; ".join(filter(None, (printed for _, printed in more)))
    one.attachments = documents.attachments(seen, root, links, paper=True)


# ---- cards


def _cards(seen: View, found: Agenda) -> None:
    for card in seen.main.css("div.card, div.panel"):
        title = card.css_first('[class*="-text-title"]')
        if title is None:
            found.part(dom.line(card.css_first("button, h2, h3")))
        else:
            _card(seen, found, card, title)


def _card(seen: View, found: Agenda, card: Node, title: Node) -> None:
    head = card.css_first("[onclick]")
    script = dom.attr(head, "onclick")
    body = card.css_first('[id*="smcdataview"]')
    one = Row(native=_key(script) or _key(dom.attr(body, "id")), subject=dom.line(title))
    numbered(one, _badge(card))
    for paragraph in card.css("p"):
        line(one, paragraph)
    _linked(seen, one, card, card.css("a[href]"))
    found.add(one)
    fragment = _FRAGMENT.search(script)
    if fragment and one.native:
        found.fragments.append(_texts(seen, one.native, fragment[1]))


def _texts(seen: View, native: str, href: str) -> Request:
    """The texts of an item, as the product's script asks for them: a part of the item's page."""
    address = seen.join(href)
    page = beside(address, "to0050", f"__ktonr={native}")
    return Request(page, Kind.AGENDA_ITEM, address=address, headers=_SCRIPT)


def _badge(card: Node) -> str:
    """The number on a card: its first badge, else the first marked number before the title."""
    badge = card.css_first(".badge")
    if badge is not None:
        return dom.line(badge)
    printed = (text.clean(piece) for piece in dom.texts(card))
    return next((one for one in printed if (mark := agenda.number(one)) and mark.public is not None), "")


# ---- records


def items(seen: View, meeting: Meeting, native: str, found: Agenda) -> Iterator[AgendaItem]:
    """The items as records of a meeting with this number."""
    seen_ids: set[str] = set()
    for order, row in enumerate(found.rows, 1):
        following = found.rows[order].number if order < len(found.rows) else None
        own = row.native or _place(native, row, order)
        if own in seen_ids:
            own = f"{own}-{order}"
        seen_ids.add(own)
        yield _item(seen, meeting, own, order, row, following)


def _place(native: str, row: Row, order: int) -> str:
    """Where the product prints no number of its own: the meeting's, and the item's printed one.

    The parts of an agenda may count apart ("Ö 1", "N 1").
    """
    if row.number is None:
        return f"{native}-r{order}"
    return f"{native}-{'n' if row.public is False else ''}{row.number.rstrip('.')}"


def _item(
    seen: View, meeting: Meeting, native: str, order: int, row: Row, following: str | None
) -> AgendaItem:
    return AgendaItem(
        **seen.envelope("agenda_item", native),
        url=row.url,
        extra=row.extra,
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        number=row.number,
        order=order,
        subject=row.subject or None,
        public=row.public,
        heading=agenda.is_group(row.number, following, bare=row.bare),
        paper_reference=row.paper_reference,
        paper_url=row.paper_url,
        text=row.resolution,
        attachments=row.attachments,
        **result_of(row),
    )


def result_of(row: Row) -> dict[str, Any]:
    """Result, outcome and votes; the votes may stand in a line of their own."""
    result = row.result
    if result is None and german.outcome(row.voting)[0] is not None:
        result = row.voting  # "Abstimmung: mehrheitlich zugestimmt" alone
    outcome, known = german.outcome(result)
    return {
        "warnings": (*codes(row.unknown), *(() if known else ("unmapped_result",))),
        "result": result,
        "outcome": outcome,
        "votes": german.votes("; ".join(filter(None, (row.result, row.voting)))),
    }
