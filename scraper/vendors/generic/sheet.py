"""A page of unknown markup: its boxes, its links and mini forms, and which of it somebody has read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from scraper import dom, text
from scraper.address import Addresses
from scraper.dom import Node
from scraper.page import GENERIC, Page
from scraper.vendors.generic import identity, words
from scraper.vendors.generic.boxes import HEADS, Box, Boxes
from scraper.view import View

NAME = GENERIC
_ADDRESSES = Addresses()
_NO_PAGE = ("javascript:", "mailto:", "tel:")


class Link(NamedTuple):
    """A link or a mini form. `leaf`: the number of the leaf that holds it; `form`: the fields of a POST."""

    url: str
    text: str
    tip: str
    leaf: int
    node: Node
    form: tuple[tuple[str, str], ...] = ()
    action: str = ""


@dataclass
class Sheet:
    """`links`: in the order of the page; `used`: numbers of the leaves that somebody has read.

    `jumps`: name of an anchor → what links to it print: the page's own table of contents.
    `controls`: numbers of the leaves that print nothing but a link within the page. `missed`: what rows of
    stations print that was not understood.
    """

    view: View
    boxes: Boxes
    links: tuple[Link, ...] = ()
    used: set[int] = field(default_factory=set)
    jumps: dict[str, str] = field(default_factory=dict)
    controls: set[int] = field(default_factory=set)
    missed: list[str] = field(default_factory=list)

    leaves: list[Box] = field(init=False)

    def __post_init__(self) -> None:
        self.leaves = self.boxes.leaves

    @property
    def url(self) -> str:
        return self.view.page.url

    @cached_property
    def _names(self) -> identity.Names:
        return identity.Names(self.url, (link.url for link in self.links))

    def kept(self, url: str) -> str:
        """The address of another page as it is kept."""
        return self._names.kept(url)

    @cached_property
    def window(self) -> str:
        """The title of the window."""
        node = self.view.html.maybe("title")
        return text.clean(node.text()) if node is not None else ""

    def anchors(self) -> dict[int, str]:
        """Number of a leaf → what the page's own table of contents calls the part that begins there."""
        found: dict[int, str] = {}
        for node in self.view.main.css("[id], a[name]") if self.jumps else ():
            name = self.jumps.get(dom.attr(node, "id")) or self.jumps.get(dom.attr(node, "name"))
            if name and (leaf := self.boxes.begins(node)) is not None:
                found.setdefault(leaf, name)
        return found

    def is_here(self, link: Link) -> bool:
        """Whether a link leads to this page, maybe to a place or a view of it."""
        base, query = self._own
        other, _, asked = link.url.partition("#")[0].partition("?")
        return other == base and query <= {*asked.split("&"), ""}

    @cached_property
    def _own(self) -> tuple[str, set[str]]:
        """The page's address without its query, and the pairs of that."""
        base, _, query = self.kept(self.url).partition("?")
        return base, set(query.split("&"))

    def take(self, start: int, end: int) -> None:
        self.used.update(range(start, end))

    def give_back(self, start: int, end: int) -> None:
        """Leaves that another function shall read after all."""
        self.used.difference_update(range(start, end))
        self.used |= self.controls

    def free(self, start: int, end: int) -> Iterator[int]:
        """Numbers of the leaves in a range that nobody has read and that print something."""
        return (
            n for n in range(start, min(end, len(self.leaves))) if n not in self.used and self.leaves[n].text
        )

    def linked(self, start: int, end: int) -> tuple[Link, ...]:
        """The links of a range of leaves."""
        places = self._places
        return self.links[bisect_left(places, start) : bisect_left(places, end)]

    @cached_property
    def _places(self) -> list[int]:
        return [link.leaf for link in self.links]


def open_sheet(page: Page) -> Sheet:
    """Parse; BrokenPageError for what is no HTML."""
    html = dom.read(page)
    body = html.one("body")
    sheet = Sheet(View(page, html, body, NAME, _ADDRESSES), Boxes(html, page.content))
    sheet.links = tuple(_links(sheet, body))
    return sheet


def _links(sheet: Sheet, body: Node) -> Iterator[Link]:
    forms = _forms(body)
    for node in body.css("a[href], form, [data-href]"):
        leaf = sheet.boxes.leaf_of(node)
        if leaf is None:
            continue
        if node.tag == "form":
            found = _form(sheet.view, node, leaf, forms.get(node.mem_id, ()))
            if found is not None:
                yield found
            continue
        values = node.attributes
        href = (values.get("href") or values.get("data-href") or "").strip()
        if href.startswith("#"):
            _jump(sheet, href[1:], dom.line(node), leaf)
        elif href and not href.lower().startswith(_NO_PAGE):
            printed = dom.line(node)
            yield Link(_join(sheet.view, href), printed, _tip(node, values, inner=not printed), leaf, node)


def _jump(sheet: Sheet, anchor: str, printed: str, leaf: int) -> None:
    """A link within the page; a line that prints nothing else is a line of its table of contents."""
    if anchor and printed:
        sheet.jumps.setdefault(anchor, printed)
    box = sheet.leaves[leaf]
    if (
        printed
        and box.text == printed
        and box.tag not in HEADS
        and (anchor or not words.known(words.plain(printed)))
    ):
        sheet.controls.add(leaf)
        sheet.used.add(leaf)


def _forms(body: Node) -> dict[int, list[Node]]:
    """The entries of each form of a page."""
    found: dict[int, list[Node]] = {}
    for entry in body.css("form input, form button"):
        form = entry.parent
        while form is not None and form.tag != "form":
            form = form.parent
        if form is not None:
            found.setdefault(form.mem_id, []).append(entry)
    return found


def _form(view: View, node: Node, leaf: int, entries: Iterable[Node]) -> Link | None:
    """A form of hidden fields and one button: a link that posts."""
    fields: list[tuple[str, str]] = []
    button: Node | None = None
    for entry in entries:
        kind = (entry.attributes.get("type") or "text").lower()
        if kind == "hidden":
            fields.append((dom.attr(entry, "name"), dom.attr(entry, "value")))
        elif kind in ("submit", "image") or entry.tag == "button":
            button = button or entry
        else:
            return None
    if button is None or not fields:
        return None
    action = _join(view, dom.attr(node, "action"))
    printed = text.clean(dom.attr(button, "value")) or dom.line(button)
    tip = text.clean(dom.attr(button, "title") or dom.attr(button, "alt") or dom.attr(node, "title"))
    url = f"{action.partition('?')[0]}?{urlencode(fields)}"
    return Link(url, printed, tip, leaf, node, tuple(fields), action)


def _join(view: View, href: str) -> str:
    """`View.join`; most addresses need no more than being glued to the page's host or folder."""
    if href.startswith(("http://", "https://")):
        return href
    base = view.base.partition("?")[0]
    if base.count("/") < 3 or href.startswith(("//", "?", "#")):
        return view.join(href)
    if href.startswith("/"):
        return "/".join(base.split("/", 3)[:3]) + href
    href = href.removeprefix("./")
    first = href.partition("?")[0]
    plain = first and "./" not in first and ":" not in first
    return f"{base.rpartition('/')[0]}/{href}" if plain else view.join(href)


def _tip(node: Node, values: dict[str, str | None], *, inner: bool) -> str:
    """Tooltip or spoken name of a link; of the picture in it where it prints nothing (`inner`)."""
    found = values.get("aria-label") or values.get("title")
    if not found and len(values) > 1:
        found = next((value for name, value in values.items() if value and "tooltip" in name), None)
    if not found and inner:
        picture = node.css_first("[title], [aria-label], img[alt]")
        if picture is not None:
            found = dom.attr(picture, "aria-label") or dom.attr(picture, "title") or dom.attr(picture, "alt")
    return text.clean(found or "")
