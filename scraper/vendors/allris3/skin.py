"""The two skins of ALLRIS 3 seen through one pair of glasses: header fields, links, envelope.

Classic: `td.kb1` label, following `td.text1…4` value. Responsive (`_r`): `a[aria-describedby]` label,
value in the element with that id. The town-CMS embedding is the classic skin inside foreign pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scraper import dom, text
from scraper.dom import Html, Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Request
from scraper.stamp import record_id, stamp
from scraper.vendors.allris3 import address, embedded
from scraper.vendors.allris3.address import Address
from scraper.vendors.allris3.links import LINKS, Link

NAME = "allris3"
_ORIGINAL = "Ursprung"
# What holds the content, the narrowest first; everything outside is the town's or the menu's.
CONTAINERS = "#allris, #rismain, #rismain_raw, #allriscontainer, #allrisContent, #bomain, .allriscontent"
_FIELDS = "td.kb1, #vobetreff, #sigremium, #toBeschlussart"
_HEADINGS = (
    "#risname h1, #risname_raw h1, #allris h1.title, #allriscontainer h1, #bomain h1, .allriscontent h1"
)
_OPENED = re.compile(r"\s*\([^()]*(?:Fenster|öffnen)[^()]*\)\s*")


@dataclass(frozen=True)
class Landmarks:
    """What leads through a page, each in the order of the page.

    `labels`: label cells as printed; `tables`: header tables of the classic skin, the outermost of nested
    ones; `named`: id and element; `ways`: tables of deliberations in the responsive skin.
    """

    labels: list[tuple[Node, str]] = field(default_factory=list)
    tables: list[Node] = field(default_factory=list)
    named: list[tuple[str, Node]] = field(default_factory=list)
    ways: list[Node] = field(default_factory=list)


def landmarks(main: Node) -> Landmarks:
    """What leads through the page below a node.

    One query for all: each one alone costs a thirtieth of parsing the page.
    """
    found = Landmarks()
    seen: set[int] = set()
    for node in main.css("td.kb1, table.tk1, table.bfTable, [id]"):
        tag, name = node.tag, node.id
        if name:
            found.named.append((name, node))
        if tag not in ("td", "table"):
            continue
        classes = dom.attr(node, "class").split()
        if tag == "td" and "kb1" in classes:
            found.labels.append((node, dom.line(node)))
        elif tag == "table" and "bfTable" in classes:
            found.ways.append(node)
        if tag == "table" and "tk1" in classes:
            if not dom.is_below(node, seen):
                found.tables.append(node)
            seen.add(node.mem_id)
    return found


@dataclass(frozen=True)
class View:
    """A parsed page with its content container. What several readers ask for is looked up once.

    `texts`: what was taken out of the page, see `embedded`.
    """

    page: Page
    html: Html
    main: Node
    texts: list[str] = field(default_factory=list)
    _seen: dict[int, Link] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def landmarks(self) -> Landmarks:
        """See `landmarks`; looked up once."""
        return landmarks(self.main)

    @cached_property
    def links(self) -> list[Link]:
        """Every link and form of the container, in the order of the page."""
        return self.below(self.main)

    def below(self, root: Node, selector: str = LINKS) -> list[Link]:
        """The links and forms below a node, in the order of the page."""
        return [self._link(node) for node in root.css(selector)]

    def _link(self, node: Node) -> Link:
        """Rows, header and page ask for the same ones."""
        key = node.mem_id
        if key not in self._seen:
            self._seen[key] = Link(node, self.page.url)
        return self._seen[key]

    def link(self, node: Node | None) -> Address | None:
        """The ALLRIS page that a link or a mini form leads to."""
        return self._link(node).goal if node is not None else None

    @cached_property
    def _stamp(self) -> dict[str, Any]:
        return stamp(self.page, "", "", NAME)

    def envelope(self, kind: str, native_id: str) -> dict[str, Any]:
        """See `stamp`; all but the id is the same for all records of a page."""
        return {**self._stamp, "id": record_id(self.page, kind, native_id)}


def open_page(page: Page) -> View:
    """Parse; BrokenPageError when no content container of the product is there."""
    source, texts = embedded.take_out(dom.markup(page))
    html = dom.Html(source, page.url)
    main = html.maybe(CONTAINERS)
    if main is None:
        return _uncontained(page)
    return View(page, html, main, texts)


def _uncontained(page: Page) -> View:
    """A page whose container a town's template has dropped."""
    html = dom.read(page)
    main = dom.without_boilerplate(html) if html.maybe(_FIELDS) is not None else None
    if main is None:
        raise BrokenPageError(page.url, "no ALLRIS content container (#allriscontainer, #allris, #rismain …)")
    return View(page, html, main)


_CONTENT = "#rismain, #rismain_raw, #allrisContent, #bomain"


def printed(view: View, header: Fields[Node], *links: Link) -> tuple[str, ...]:
    """The texts of the content above the body that no label of the header tells, for `accounting`.

    A value that holds a table is told by the rows of it. `links`: what leads to other records, and was read.
    """
    jumps = [link for link in view.links if link.printed.startswith("#")]
    values = [item.value for item in header.every] + [link.node for link in (*links, *jumps)]
    told = {piece for value in values if value.css_first("table") is None for piece in dom.texts(value)}
    anchor = view.html.maybe('a[name^="allris"]')
    if anchor is not None:
        anchor.insert_before(text.PART)
    content = view.main.css_first(_CONTENT) or view.main
    pieces = dom.pieces(content)
    end = next((at for at, piece in enumerate(pieces) if text.PART in piece), len(pieces))
    return tuple(piece for piece in pieces[:end] if piece not in told)


def printed_in(rows: Iterable[Node]) -> tuple[str, ...]:
    """The texts of rows, for `accounting`."""
    return tuple(piece for row in rows for piece in dom.pieces(row))


def header_links(view: View, responsive: str) -> list[Link]:
    """Links and forms in the header tables of the classic skin, links below `responsive` in the other one."""
    marks = view.landmarks
    if marks.ways or any(name == "head" for name, _ in marks.named):
        return view.below(view.main, f"table.tk1 a[href], table.tk1 form, {responsive}")
    return [link for table in marks.tables for link in view.below(table)] or view.links


def goals(links: Iterable[Link], kinds: frozenset[Kind]) -> list[Address]:
    """The pages of these kinds that links and forms lead to, each once."""
    found: dict[str, Address] = {}
    for link in links:
        goal = link.goal
        if goal and goal.kind in kinds and goal.url not in found:
            found[goal.url] = goal
    return list(found.values())


def requests(links: Iterable[Link], kinds: frozenset[Kind]) -> list[Request]:
    """Requests for the pages of these kinds, each once."""
    return [Request(goal.url, goal.kind) for goal in goals(links, kinds)]


def title(view: View) -> str:
    """The printed h1 of the page, "" if there is none."""
    return dom.line(view.html.maybe(_HEADINGS) or view.main.css_first("h1"))


def fields(view: View) -> Fields[Node]:
    """All label–value pairs of the header, in printed order, of either skin."""
    found: Fields[Node] = Fields()
    for label, printed in view.landmarks.labels:
        values = _values(label) if printed.endswith(":") else []
        if values:
            found.add(printed, values[-1])
        if len(values) == 2:
            found.add(f"{printed.rstrip(':')} ({_ORIGINAL})", values[0])
    if not found.items:
        _responsive_fields(view, found)
    return found


def _values(label: Node) -> list[Node]:
    """The cell after the label, else the first cell of the row below ("Bezüglich:" over its number).

    Papers that changed on their way print two: "Ursprung" and "aktuell"; the last one holds.
    """
    value = dom.after(label)
    if value is None and (row := label.parent) is not None and (below := dom.after(row)) is not None:
        value = next(iter(dom.children(below)), None)
    if value is None or dom.attr(value, "class") == "kb1":
        return []
    second = dom.after(value)
    if second is None or dom.attr(second, "class") in ("", "kb1") or not _two_columns(label):
        return [value]
    return [value, second]


def _two_columns(label: Node) -> bool:
    """Does the header table print the columns "Ursprung" and "aktuell"?"""
    table = dom.ancestor(label, "table")
    if table is None or _ORIGINAL not in table.text():
        return False
    return any(dom.line(head).rstrip(":") == _ORIGINAL for head in table.css("td, th"))


def _responsive_fields(view: View, found: Fields[Node]) -> None:
    for label in view.main.css("a[aria-describedby]"):
        slot = dom.attr(label, "aria-describedby")
        printed = dom.line(label)
        if printed.endswith(":") and re.fullmatch(r"\w+", slot):
            value = view.html.maybe(f"#{slot}")
            if value is not None:
                found.add(printed, value, slot)


def native_id(view: View, kind: Kind, *, parameter: str) -> str:
    """The record's number: from the address, else `meta[name=objectID]`, else the page's own hidden field."""
    own = address.read(view.page.url)
    if own and own.kind is kind:
        return own.native_id
    meta = dom.attr(view.html.maybe('meta[name="objectID"]'), "content")
    if meta.isdigit():
        return meta
    inside = dom.attr(view.html.maybe(f'#risnavi input[name="{parameter}"]'), "value")
    if inside.isdigit():
        return inside
    # The numbers of an agenda's items link the agenda itself: to010.asp?SILFDNR=2667&TOLFDNR=65837
    itself = view.link(view.main.css_first(f'a[href*="{parameter}="][href*="#beschluss"]'))
    if itself and itself.kind is kind:
        return itself.native_id
    raise BrokenPageError(view.page.url, f"neither the address nor the page tells the {parameter}")


def page_url(view: View, kind: Kind) -> str | None:
    """The kept form of the page's own address, None when it was not given."""
    own = address.read(view.page.url)
    return own.url if own and own.kind is kind else view.page.url or None


def tooltip(node: Node | None) -> str:
    """A title attribute without its "(Öffnet PDF-Datei in neuem Fenster)"."""
    return tip(dom.attr(node, "title"))


def tip(title: str) -> str:
    """See `tooltip`."""
    folded = " ".join(title.split())
    return _OPENED.sub(" ", folded).strip() if "(" in folded else folded
