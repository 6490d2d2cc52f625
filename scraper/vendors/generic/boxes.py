"""A page of unknown markup as boxes: the blocks that print something, in the order of the page.

A box is a block element without blocks in it, or a line of text between blocks and `<br>`; groups hold boxes.
Menus, banners and footers have no boxes: they are taken out of the page when the boxes are made.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from scraper import dom, text
from scraper.dom import Html, Node
from scraper.vendors.generic import furniture

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
HEADS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
CELLS = frozenset(("td", "th", "dt", "dd"))
_ROWS = frozenset(("tr", "tbody", "thead", "tfoot"))
_LISTS = frozenset(("table", "ul", "ol"))
_BREAKS = BLOCKS | {"br"}
_TEXT = "-text"  # what the parser calls a text node
_NONE = frozenset((_TEXT, "-comment", "_document", "!doctype", "-undef"))
_HIDDEN = frozenset(
    ("script", "style", "noscript", "template", "select", "textarea", "iframe", "object", "svg")
)
_CONTROL = "a, input, img, button, form"
_CONTROLS = frozenset(_CONTROL.split(", "))
# How deep a page may be nested; deeper is an attack on the stack, not a council page.
DEEPEST = 200


class Box:
    """One box. `kids`: the boxes in it, none in a leaf; `start`, `end`: its leaves in `Boxes.leaves`.

    `text`: of a leaf, as one line; `gap`: an empty line stands before it.
    """

    __slots__ = ("end", "gap", "kids", "nodes", "parent", "start", "tag", "text")

    def __init__(
        self, tag: str, parent: Box | None, nodes: tuple[Node, ...], start: int, text: str = ""
    ) -> None:
        self.tag = tag
        self.parent = parent
        self.nodes = nodes
        self.kids: list[Box] = []
        self.text = text
        self.gap = False
        self.start = start
        self.end = start + 1

    @property
    def attributes(self) -> dict[str, str | None]:
        """Of the element; a line of text between others has none."""
        return {} if self.tag == "#" else self.nodes[0].attributes

    @property
    def hint(self) -> str:
        """Class, id and role: they may hold a word such as "label"."""
        return furniture.hint(self.attributes)

    def within(self, tag: str) -> Box | None:
        """The nearest enclosing box of that tag."""
        box = self.parent
        while box is not None and box.tag != tag:
            box = box.parent
        return box


class Boxes:
    """The boxes of a page. `root`: the body; `leaves`: those that hold text or a control, in order.

    `heads`: numbers of the leaves that are headings. `tables`, `lists`: these groups, inner ones before those
    around them.
    """

    def __init__(self, html: Html, content: bytes) -> None:
        self.leaves: list[Box] = []
        self.tables: list[Box] = []
        self.lists: list[Box] = []
        self.heads: list[int] = []
        self._dropped: list[Node] = []
        self._of: dict[int, int] = {}  # of nodes that are a leaf, or inline around some: its number
        self._start: dict[int, int] = {}  # of the other groups: where their leaves begin
        self._html = html
        body = html.one("body")
        self.root = Box("body", None, (body,), 0)
        for node in body.css(furniture.dropped(content)):
            node.decompose()
        self._fill(self.root, body, 0)
        for node in self._dropped:
            node.decompose()

    @cached_property
    def _titled(self) -> bool:
        return self._html.maybe("main h1, main h2, [role=main] h1, [role=main] h2") is not None

    @cached_property
    def _limit(self) -> int:
        return int(len(self._html.one("body").text()) * furniture.MAX_SHARE)

    def leaf_of(self, node: Node) -> int | None:
        """The number of the leaf that holds a node."""
        found: Node | None = node
        while found is not None:
            number = self._of.get(found.mem_id)
            if number is not None:
                return number
            found = found.parent
        return None

    def begins(self, node: Node) -> int | None:
        """The number of the first leaf of an element, or of the leaf that holds it."""
        return self._start.get(node.mem_id, self.leaf_of(node))

    def text(self, box: Box) -> str:
        """Everything that a box prints, as one line."""
        if not box.kids:
            return box.text
        return " ".join([leaf.text for leaf in self.leaves[box.start : box.end] if leaf.text])

    def _fill(self, box: Box, node: Node, depth: int) -> None:
        """The children of an element as boxes of `box`."""
        box.start = len(self.leaves)
        run: list[Node] = []
        breaks = 0
        child = node.first_child
        while child is not None:
            tag = child.tag or ""
            if tag == _TEXT:
                if run or not (child.text_content or "").isspace():
                    run.append(child)
            elif tag == "br":
                breaks = 1 if run and self._run(box, run, breaks) else breaks + 1
                run = []
            elif tag in _HIDDEN or (tag == "button" and _is_idle(child)):
                hidden, child = child, child.next
                hidden.decompose()
                continue
            elif tag in _ROWS:
                self._group(Box(tag, box, (child,), len(self.leaves)), depth)
            elif tag not in _NONE:
                block = tag in BLOCKS or _holds_blocks(child)
                if block and run:
                    self._run(box, run, breaks)
                    run, breaks = [], 0
                marks = child.attributes
                if (marks or tag in furniture.TAGS) and self._is_furniture(child, tag, marks):
                    pass
                elif block:
                    heading = "role" in marks and marks["role"] == "heading"
                    self._block(box, child, _rank(marks) if heading else tag, depth)
                else:
                    run.append(child)
            child = child.next
        if run:
            self._run(box, run, breaks)
        box.end = len(self.leaves)

    def _block(self, parent: Box, node: Node, tag: str, depth: int) -> None:
        """An element as a leaf, or as a group of what it holds."""
        only = node.first_child
        if only is None or (only.next is None and only.tag == _TEXT):
            raw = only.text_content if only is not None else None
            printed = text.clean(raw) if raw and not raw.isspace() else ""
        elif depth < DEEPEST and (
            tag in _LISTS or _holds_blocks(node, paragraph=tag == "p", heading=tag in HEADS)
        ):
            self._group(Box(tag, parent, (node,), len(self.leaves)), depth)
            return
        else:
            broken = tag == "p" or tag in HEADS  # lines of a paragraph may be broken within other elements
            printed = dom.line(node) if broken else text.clean(node.text())
            if not printed and _has_control((node,)):
                self._keep(Box(tag, parent, (node,), len(self.leaves)))
                return
        if printed or tag in CELLS:
            self._keep(Box(tag, parent, (node,), len(self.leaves), printed))

    def _group(self, box: Box, depth: int) -> None:
        tag, node = box.tag, box.nodes[0]
        self._fill(box, node, depth + 1)
        if box.end > box.start:
            (self._start if tag in BLOCKS else self._of)[node.mem_id] = box.start
        if box.kids or tag in CELLS:
            box.parent.kids.append(box)  # type: ignore[union-attr]  # only the root has none
        if box.kids and tag in _LISTS:
            (self.tables if tag == "table" else self.lists).append(box)

    def _is_furniture(self, node: Node, tag: str, marks: dict[str, str | None]) -> bool:
        """Whether an element is a menu, a banner or a footer, and so was taken out of the page."""
        get = marks.get
        return furniture.is_furniture(tag, get("class"), get("id"), get("role")) and self._drop(node, tag)

    def _drop(self, node: Node, tag: str) -> bool:
        """Takes a menu, banner or footer out of the page, unless it holds what the page is about."""
        if tag in furniture.NEVER or len(node.text()) > self._limit:
            return False
        if node.css_first("h1") is not None and not (self._titled and dom.attr(node, "role") == "banner"):
            return False
        self._dropped.append(node)
        return True

    def _run(self, parent: Box, nodes: list[Node], breaks: int) -> bool:
        """A line between blocks or `<br>`; whether it prints something or holds a control."""
        raw = nodes[0].text() if len(nodes) == 1 else "".join([node.text() for node in nodes])
        printed = text.clean(raw) if not raw.isspace() else ""
        if not printed and not _has_control(nodes):
            return False
        box = Box("#", parent, tuple(nodes), len(self.leaves), printed)
        box.gap = breaks > 1
        self._keep(box)
        return True

    def _keep(self, leaf: Box) -> None:
        number = leaf.start
        for node in leaf.nodes:
            self._of[node.mem_id] = number
        if leaf.tag in HEADS:
            self.heads.append(number)
        self.leaves.append(leaf)
        leaf.parent.kids.append(leaf)  # type: ignore[union-attr]  # only the root has none


def _rank(marks: dict[str, str | None]) -> str:
    """The element that an element in the role of a heading stands for."""
    return "h1" if marks.get("aria-level") == "1" else "h2"


def _has_control(nodes: Iterable[Node]) -> bool:
    """Whether something without text in it may tell a link, a document or a state."""
    for node in nodes:
        if node.tag in _CONTROLS:
            return True
        only = node.first_child
        if only is not None and (only.next is not None or only.tag != _TEXT) and node.css_first(_CONTROL):
            return True
    return False


def _is_idle(button: Node) -> bool:
    """Whether a button leads nowhere, and is not the text of a heading either: the handle of a panel."""
    if button.parent is not None and button.parent.tag in HEADS:
        return False
    return button.attributes.keys().isdisjoint(("data-href", "formaction")) and not _sends(button)


def _sends(button: Node) -> bool:
    """Whether a button sends hidden values: what it says is a link's text."""
    form = button.parent
    while form is not None and form.tag != "form":
        form = form.parent
    kinds = [entry.attributes.get("type") for entry in form.css("input")] if form is not None else []
    return bool(kinds) and set(kinds) == {"hidden"} and button.attributes.get("type") != "button"


def _holds_blocks(node: Node, *, paragraph: bool = False, heading: bool = False) -> bool:
    """Whether blocks or `<br>` lie below; what is never shown is taken out on the way.

    Of a paragraph only its own count; a heading is one line in spite of `<br>`.
    """
    child = node.first_child
    while child is not None:
        tag = child.tag or ""
        following = child.next
        if tag in _BREAKS:
            if not (heading and tag == "br"):
                return True
        elif tag in _HIDDEN or (tag == "button" and _is_idle(child)):
            child.decompose()
        elif tag not in _NONE and _holds_blocks(child, heading=heading) and not paragraph:
            return True
        child = following
    return False
