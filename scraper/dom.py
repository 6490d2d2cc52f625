"""Strict access to a parsed page; the only module that knows the HTML parser.

selectolax takes bytes as UTF-8 and glues blocks together in `.text()`: both are wrapped here once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

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
_C1 = re.compile(rb"[\x80-\x9f]")
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


def decode(content: bytes, content_type: str = "") -> str:
    """Bytes to text: BOM, then strict UTF-8, then the label in WHATWG's reading, then windows-1252.

    Strict UTF-8 goes before the label: pages labelled iso-8859-1 with UTF-8 bytes are common behind
    proxies, and German windows-1252 text is practically never valid UTF-8.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(name, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_label(content, declared_charset(content, content_type) or "windows-1252")


def _decode_label(content: bytes, label: str) -> str:
    if label not in _LATIN and not label.startswith(("utf", "unicode")):
        try:
            return content.decode(label, "replace")
        except LookupError:
            pass
    if not _C1.search(content):
        return content.decode("latin-1")
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:  # one of the five codes that windows-1252 leaves empty
        return content.decode("latin-1").translate(_CP1252)


_MARK_BYTES = re.compile("[" + text.ALL_MARKS + "]")


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
    return Html(source_of(page), page.url)


def source_of(page: Page) -> str:
    """The page's text; BrokenPageError when it is empty or binary."""
    if not page.content.strip():
        raise BrokenPageError(page.url, "the page is empty")
    wide = page.content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _BINARY.match(page.content) or (not wide and page.content[:1024].count(0) > 8):
        raise BrokenPageError(page.url, "the bytes are no text (a document or an image?)")
    source = decode(page.content, page.content_type)
    return _MARK_BYTES.sub("", source) if _MARK_BYTES.search(source) else source


def line(node: Node | None) -> str:
    """The node's text as one line, "" for None."""
    if node is None:
        return ""
    source = node.html or ""
    start, end = source.find(">") + 1, source.rfind("<")
    return text.line(source[start:end]) if end > start else ""


def lines(node: Node | None) -> list[str]:
    """The node's text as lines, broken where the page breaks them."""
    return text.lines(node.html or "") if node is not None else []


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


# What an element means for the text: a mark before it and one after it (see text.py).
_BLOCK = (text.BLOCK, text.BLOCK)
_HEAD = (text.BLOCK + text.HEAD, text.BLOCK)
_LINE = (text.LINE, "")
_CELL = (text.CELL, text.CELL_END)
_HIDDEN = ("", "")
MARKS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("p", "div", "ul", "ol", "dl", "table", "hr", "blockquote", "form", "pre"), _BLOCK),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEAD),
    **dict.fromkeys(("br", "li", "tr", "dt", "dd"), _LINE),
    **dict.fromkeys(("td", "th"), _CELL),
    **dict.fromkeys(("script", "style", "title", "noscript", "template", "textarea"), _HIDDEN),
}
_MARKED = ",".join(MARKS)


def marked_text(node: Node) -> str:
    """The node's text with the marks of text.py at blocks, lines and cells; the node is changed by it."""
    for element in node.css(_MARKED):
        before, after_ = MARKS[element.tag or ""]
        if not before:
            element.decompose()
            continue
        element.insert_before(before)
        if after_:
            element.insert_after(after_)
    return node.text()


def attr(node: Node | None, name: str) -> str:
    """The attribute's value, "" when there is none."""
    return (node.attributes.get(name) or "") if node is not None else ""


def children(node: Node) -> Iterator[Node]:
    """The child elements, without text and comments."""
    child = node.first_child
    while child is not None:
        if child.is_element_node:
            yield child
        child = child.next


def after(node: Node) -> Node | None:
    """The next sibling element."""
    sibling = node.next
    while sibling is not None and not sibling.is_element_node:
        sibling = sibling.next
    return sibling


def comments(node: Node) -> Iterator[str]:
    """The texts of the comments directly below the node."""
    child = node.first_child
    while child is not None:
        if child.is_comment_node:
            yield child.comment_content or ""
        child = child.next


def ancestor(node: Node, tag: str) -> Node | None:
    """The nearest enclosing element of that tag."""
    parent = node.parent
    while parent is not None and parent.tag != tag:
        parent = parent.parent
    return parent
