"""Strict access to a parsed page; the only module that knows the HTML parser.

selectolax takes bytes as UTF-8 and glues blocks together in `.text()`: both are wrapped here once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Container, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper import text
from scraper.boilerplate import KEEP, MAX_SHARE, NEVER, REMOVALS
from scraper.errors import BrokenPageError
from scraper.page import Page

Node = LexborNode
_log = logging.getLogger(__name__)

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# The first declaration counts: whole foreign documents with their own <meta charset> lie in the body.
_DECLARED = re.compile(
    rb"""<\?xml[^>]*encoding=["']([\w.:-]+)|<meta[^>]*charset\s*=\s*["']?([\w.:-]+)""", re.I
)
_C1 = range(0x80, 0xA0)
# WHATWG: what is labelled so is windows-1252 (seen: curly quotes in pages labelled iso-8859-1).
_LATIN = frozenset(
    {"iso-8859-1", "latin-1", "latin1", "iso8859-1", "us-ascii", "ascii", "windows-1252", "cp1252"}
)
_CP1252_HOLES = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_CP1252 = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in _CP1252_HOLES}
_BINARY = re.compile(
    rb"^(?:%PDF-|PK\x03\x04|\x1f\x8b|\x89PNG|GIF8|\xff\xd8\xff|\xd0\xcf\x11\xe0|Rar!|7z\xbc\xaf)"
)


def declared_charset(content: bytes, content_type: str) -> str | None:
    """The charset that the header or, failing that, the first declaration in the page names."""
    header = _HEADER_CHARSET.search(content_type)
    if header:
        return header[1].lower()
    inside = _DECLARED.search(content[:4096])
    return (inside[1] or inside[2]).decode("ascii").lower() if inside else None


def decode(content: bytes, content_type: str = "", *, references: bool = False) -> str:
    """Bytes to text: BOM, then strict UTF-8, then the label in WHATWG's reading, then windows-1252.

    Strict UTF-8 goes before the label: pages labelled iso-8859-1 with UTF-8 bytes are common behind
    proxies, and German windows-1252 text is practically never valid UTF-8. With `references` what only
    windows-1252 has (quotes, dashes) becomes `&#147;`: HTML means the same by it, and the text stays one
    byte a character, which halves what it costs to search and to encode.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(name, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        label = declared_charset(content, content_type) or "windows-1252"
    if label not in _LATIN and not label.startswith(("utf", "unicode")):
        try:
            return content.decode(label, "replace")
        except LookupError:
            pass
    return _windows(content, references)


def _windows(content: bytes, references: bool) -> str:
    codes = [code for code in _C1 if code in content]  # 32 passes of memchr: a tenth of one expression
    if not codes:
        return content.decode("latin-1")
    if references:
        for code in codes:
            content = content.replace(bytes((code,)), b"&#%d;" % code)
        return content.decode("latin-1")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:  # one of the five codes that windows-1252 leaves empty
        return content.decode("latin-1").translate(_CP1252)


_MARKS = re.compile(f"[{text.MARKS}]")


class Html:
    """A parsed page. Selectors are CSS; what is missing is said with the page's address."""

    __slots__ = ("_tree", "url")

    def __init__(self, source: str, url: str) -> None:
        self._tree = LexborHTMLParser(source)
        self.url = url

    def maybe(self, selector: str) -> Node | None:
        """The first match or None."""
        return self._tree.css_first(selector)

    def one(self, selector: str) -> Node:
        """The first match; BrokenPageError when there is none."""
        node = self._tree.css_first(selector)
        if node is None:
            raise BrokenPageError(self.url, f"the page has no {selector}")
        return node

    def many(self, selector: str) -> list[Node]:
        """All matches in the order of the page."""
        return self._tree.css(selector)


def read(page: Page) -> Html:
    """Parse the page; BrokenPageError for what is no HTML."""
    return Html(markup(page), page.url)


def markup(page: Page) -> str:
    """The page's HTML, to be parsed; BrokenPageError when it is empty or binary."""
    return source_of(page, references=True)


def source_of(page: Page, *, references: bool = False) -> str:
    """The page's text; BrokenPageError when it is empty or binary. `references`: see `decode`."""
    if not page.content.strip():
        raise BrokenPageError(page.url, "the page is empty")
    wide = page.content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _BINARY.match(page.content) or (not wide and page.content[:1024].count(0) > 8):
        raise BrokenPageError(page.url, "the bytes are no text (a document or an image?)")
    source = decode(page.content, page.content_type, references=references)
    return _MARKS.sub("", source) if any(mark in source for mark in text.MARKS) else source


# Elements that join their text to the one before without a space (text.py says why).
INLINE = frozenset(
    ("span", "a", "b", "i", "u", "s", "em", "strong", "sup", "sub", "font", "abbr", "small", "nobr", "wbr",
     "meta", "img", "input")
)  # fmt: skip
HIDDEN = frozenset(("script", "style", "title", "noscript", "template", "select", "textarea"))


def line(node: Node | None) -> str:
    """The node's text as one line, "" for None.

    Blocks and line breaks become a space, inline elements nothing.
    """
    if node is None:
        return ""
    whole = node.text()
    if not whole or whole.isspace() or node.tag in HIDDEN:
        return ""
    child = node.first_child
    while child is not None and child.next is None:  # most cells: one text, maybe inside a link
        if child.is_text_node:
            return text.clean(whole)
        if child.tag not in INLINE:
            break
        child = child.first_child
    return text.clean("".join(_texts(child))) if child is not None else ""


def _texts(child: Node | None) -> Iterator[str]:
    """The texts of a node and its later siblings, for cells: so small that serialising them costs more."""
    open_: list[tuple[Node | None, str]] = []  # what comes after each open element
    while child is not None or open_:
        if child is None:
            child, gap = open_.pop()
            yield gap
        elif child.is_text_node:
            yield child.text_content or ""
            child = child.next
        elif child.is_element_node and (tag := child.tag) not in HIDDEN:
            gap = "" if tag in INLINE else " "
            yield gap
            open_.append((child.next, gap))
            child = child.first_child
        else:
            child = child.next


def pieces(node: Node) -> list[str]:
    """The texts below the node, without what is hidden, which is taken out of the page."""
    for hidden in node.css("script, style, noscript, template, select, textarea"):
        hidden.decompose()
    return texts(node)


def texts(node: Node) -> list[str]:
    """Every text node below the node that prints something, as it stands."""
    return [piece for piece in node.text(separator="\0").split("\0") if piece and not piece.isspace()]


def lines(node: Node | None) -> list[str]:
    """The node's text as lines, broken where the page breaks them."""
    if node is None:
        return []
    child = node.first_child
    if child is not None and child.next is None and child.is_text_node:
        return list(filter(None, (text.clean(child.text_content or ""),)))
    return text.lines(node.html or "")


def visible(html: Html) -> Node | None:
    """The page's body without what is never shown (scripts, styles, the texts of forms)."""
    body = html.maybe("body")
    for hidden in body.css("script, style, noscript, template, textarea") if body is not None else ():
        hidden.decompose()
    return body


def without_boilerplate(html: Html) -> Node | None:
    """The page's body without consent banners and furniture, for pages without a known container.

    Nothing is removed that is the page itself, holds a known container or more than MAX_SHARE of the
    text. Every removal is told in the debug log with its rule.
    """
    body = html.maybe("body")
    if body is None:
        return None
    most = MAX_SHARE * len(body.text())
    for removal in REMOVALS:
        for node in body.css(removal.selector):
            size = len(node.text())
            if node.tag not in NEVER and size <= most and not node.css_first(KEEP):
                _log.debug("%s: removed %d characters by the rule %s", html.url, size, removal.rule)
                node.decompose()
    return body


# Naming the 27 marked elements costs ten times as much as leaving out the one that is most of a page.
_MARKED = ":not(span)"
_NO_MARKS = ("", "")


def marked_text(node: Node, start: Node | None = None) -> str:
    """The node's text with the marks of text.py at blocks, lines and cells; the node is changed by it.

    With `start`, a descendant, the text before that element is there, but has no marks.
    """
    elements = [element for element in node.css(_MARKED) if element.mem_id != node.mem_id]
    if start is not None:
        elements = _from(elements, start)
        _close(node, start)
    for element in elements:
        marks = text.ELEMENTS.get(element.tag or "")
        if marks is not None:
            _mark(element, *marks)
    return node.text()


def _from(elements: list[Node], start: Node) -> list[Node]:
    """The elements from `start` on, all when it is not among them; it is mostly near the end."""
    for number in range(len(elements) - 1, -1, -1):
        if elements[number].mem_id == start.mem_id:
            return elements[number:]
    return elements


def _mark(element: Node, before: str, after_: str) -> None:
    if not before:
        element.decompose()
        return
    element.insert_before(before)
    if after_ and not (after_ == text.BLOCK and _begins_block(element.next)):
        element.insert_after(after_)


def _begins_block(node: Node | None) -> bool:
    """Is it an element that brings the same mark before it? Nearly every paragraph has one behind it."""
    return node is not None and text.ELEMENTS.get(node.tag or "", _NO_MARKS)[0].startswith(text.BLOCK)


def _close(node: Node, start: Node) -> None:
    """The marks after the elements that are open at `start`."""
    parent = start.parent
    while parent is not None and parent.mem_id != node.mem_id:
        if after_ := text.ELEMENTS.get(parent.tag or "", _NO_MARKS)[1]:
            parent.insert_after(after_)
        parent = parent.parent


def is_below(node: Node, others: Container[int]) -> bool:
    """Is the node below one of those, given by their `mem_id`?"""
    parent = node.parent
    while parent is not None and parent.mem_id not in others:
        parent = parent.parent
    return parent is not None


def attr(node: Node | None, name: str) -> str:
    """The attribute's value, "" when there is none."""
    return (node.attrs.get(name) or "") if node is not None else ""


def children(node: Node) -> list[Node]:
    """The child elements, without text and comments."""
    return [child for child in node.iter() if child.is_element_node]


def after(node: Node) -> Node | None:
    """The next sibling element."""
    sibling = node.next
    while sibling is not None and not sibling.is_element_node:
        sibling = sibling.next
    return sibling


def comments(node: Node) -> list[str]:
    """The texts of the comments directly below the node."""
    return [child.comment_content or "" for child in node.iter() if child.is_comment_node]


def ancestor(node: Node, tag: str) -> Node | None:
    """The nearest enclosing element of that tag."""
    parent = node.parent
    while parent is not None and parent.tag != tag:
        parent = parent.parent
    return parent
