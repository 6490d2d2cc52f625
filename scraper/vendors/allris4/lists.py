"""ALLRIS 4 lists: tables with printed heads, fetched by a script; the list of papers and the menu."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from scraper import dom, german, text, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError, SessionLostError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Paper
from scraper.vendors.allris4 import answer, skin
from scraper.vendors.allris4.address import ADDRESSES
from scraper.view import View

# Heads of the list of papers, beside those of the vocabulary.
NUMBERS = frozenset({"vorlage", "drucksache", "nummer", "nr", "name", "vorlagen-nr."})
DAYS = frozenset({"erstellt", "erstellt am", "freigabe", "freigegeben am", "eingang"})
_NOTHING = re.compile(r"(?i)\bkeine?\b.*\b(?:vorhanden|gefunden|daten|einträge|treffer)\b")
_MENU = (Kind.CALENDAR, Kind.PAPER_LIST, Kind.ORGANIZATION_LIST, Kind.PERSON_LIST)
# Columns whose values no key holds, and that need no warning: ranks, counts, dates of other meetings.
KNOWN = frozenset({"rang", "nr.", "mitglieder", "letzte sitzung", "nächste sitzung"})


@dataclass
class Row:
    """A row of a list. `cells`: folded head → cell; `heads`: as printed; `group`: the title above it."""

    node: Node
    cells: dict[str, Node]
    heads: dict[str, str]
    group: str = ""

    def pop(self, names: Collection[str]) -> Node | None:
        """The cell below the first of these heads; it is gone afterwards."""
        name = next((name for name in self.cells if name in names), None)
        return self.cells.pop(name) if name is not None else None

    def holding(self, selector: str) -> Node | None:
        """The first cell with such an element that prints something; it is gone afterwards."""
        for name, cell in self.cells.items():
            if any(dom.line(node) for node in cell.css(selector)):
                return self.cells.pop(name)
        return None

    def rest(self) -> dict[str, str]:
        """What nobody took: head → printed value."""
        left = {self.heads[name]: dom.line(cell) for name, cell in self.cells.items() if self.heads[name]}
        return {head: value for head, value in left.items() if value}

    def warnings(self) -> tuple[str, ...]:
        """Codes for columns that nobody knows."""
        return codes(head for head in self.rest() if head.casefold() not in KNOWN)


def table(view: View) -> list[Row]:
    """The rows of all tables of the content. A row with one filled cell, without a link, titles a group."""
    found: list[Row] = []
    for caption in view.main.css("caption"):
        caption.decompose()
    for node in view.main.css("table"):
        heads: list[str] = []
        group = ""
        for row in node.css("tr"):
            cells = dom.children(row)
            if not cells or cells[0].tag == "th":
                heads = [
                    dom.line(cell) or dom.attr(cell.css_first("[aria-label]"), "aria-label") for cell in cells
                ]
                continue
            if title := _group(cells):
                group = title
                continue
            names = [heads[at] if at < len(heads) else "" for at in range(len(cells))]
            keys = [name.casefold() or f"#{at}" for at, name in enumerate(names)]
            found.append(
                Row(row, dict(zip(keys, cells, strict=True)), dict(zip(keys, names, strict=True)), group)
            )
    return found


def _group(cells: list[Node]) -> str:
    filled = [(cell, line) for cell in cells if (line := dom.line(cell))]
    if len(filled) != 1 or (len(cells) == 1 and not dom.attr(cells[0], "colspan")):
        return ""
    cell, title = filled[0]
    return title if cell.css_first("[href]") is None else ""


def shell(view: View, program: str, what: str) -> Parsed:
    """A page without rows: it follows what its script would fetch, unless it is that and there are none."""
    if answer.is_answer(view.page):
        if not _is_empty(view):
            raise BrokenPageError(view.page.url, f"{what} prints something, but no rows that can be read")
        return Parsed()
    if view.page.step > 1:
        raise SessionLostError(view.page.url, f"an empty page came in the place of {what}")
    content = answer.own_content(view, program)
    if content is None:
        raise BrokenPageError(view.page.url, f"{what} has neither rows nor the address of its rows")
    return Parsed(follow=(content,))


def _is_empty(view: View) -> bool:
    """Whether nothing is printed but heads, or that there is nothing."""
    for node in view.main.css("th, caption"):
        node.decompose()
    return all(_NOTHING.search(piece) for piece in dom.pieces(view.main))


def menu(view: View) -> Parsed:
    """The programs that the menu offers; of the ways to the meetings the calendar, else the overview."""
    goals = [link.goal for node in view.html.many("a[href]") if (link := view.link(node)).goal]
    found = list(dict.fromkeys(Request(goal.url, goal.kind) for goal in goals if goal and goal.kind in _MENU))
    meetings = [request for request in found if request.kind is Kind.CALENDAR and "=" not in request.url]
    feeds = [request for request in meetings if request.url.endswith(".ics")]
    lists = [request for request in meetings if request not in feeds]
    by_month = [request for request in lists if request.url.endswith("/si010")]
    others = [request for request in found if request.kind is not Kind.CALENDAR]
    if not found:
        raise BrokenPageError(view.page.url, "the start page links none of the product's programs")
    return Parsed(follow=(*(by_month or lists)[:1], *feeds, *others))


def parse_start(page: Page) -> Parsed:
    """Any page of the system: its menu names the programs that this installation has released."""
    html = dom.read(page)
    return menu(View(page, html, html.one("body"), skin.NAME, ADDRESSES))


def parse_paper_list(page: Page) -> Parsed:
    """Papers with number, subject, day and type; follows them and the next page of the session."""
    view = skin.open_view(page)
    rows = [row for row in table(view) if view.goal(row.node, Kind.PAPER)]
    if not rows:
        return shell(view, "vo040", "the list of papers")
    skin.pass_over(view, "h1")
    found = [_paper(view, row) for row in rows]
    days = [paper.date for paper in found if paper.date]
    further = answer.next_content(view, "vo040", min(days, default=None))
    follow = [skin.wanted(goal, one.date) for one in found if (goal := ADDRESSES.read(one.url or ""))]
    return view.told(found, [*([further] if further else []), *follow])


def _paper(view: View, row: Row) -> Paper:
    """Number and subject have columns of their own, or share one, separated by a no-break space."""
    goal = view.goal(row.node, Kind.PAPER)
    assert goal is not None  # the row was chosen by it
    number = row.pop(vocabulary.REFERENCE | NUMBERS)
    subject = row.pop(vocabulary.SUBJECT)
    printed = dom.line(number), dom.line(subject)
    if number is None or subject is None:
        only = row.holding("a[href]") if number is subject else number if subject is None else subject
        first, gap, rest = only.text().strip().partition("\xa0") if only is not None else ("", "", "")
        printed = (text.clean(first), text.clean(rest)) if gap else ("", text.clean(first))
    return Paper(
        **view.envelope("paper", goal.native_id),
        url=goal.url,
        reference=printed[0] or None,
        subject=printed[1] or None,
        status=dom.line(status := row.pop(vocabulary.STATUS)) or None,
        public=german.is_public(dom.line(status)),
        paper_type=dom.line(row.pop(vocabulary.PAPER_TYPE)) or None,
        author=dom.line(row.pop(vocabulary.AUTHOR)) or None,
        department=dom.line(row.pop(vocabulary.DEPARTMENT)) or None,
        date=german.date(dom.line(row.pop(vocabulary.DATE | DAYS))),
        warnings=row.warnings(),
        extra=row.rest(),
    )
