"""HTML source to readable text, as pure string functions.

The input is HTML as a parser serialises it (tags well formed, `&lt;` escaped), so that expressions
over the string are safe; they cost a fraction of a walk over the nodes.
"""

from __future__ import annotations

import html
import re
import unicodedata

# Elements whose content is never text.
_HIDDEN = re.compile(
    r"<(script|style|title|noscript|template|select|textarea)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL
)
# Inline elements join without a space: Aspose.Words splits words at every umlaut ("Hinterhö|fen").
_INLINE = re.compile(
    r"</?(?:span|a|b|i|u|s|em|strong|sup|sub|font|abbr|small|nobr|wbr|meta|img|input)\b[^>]*>"
)
_BREAK = re.compile(r"</?(?:br|li|tr|p|div|h[1-6]|ul|ol|dl|dt|dd|table|hr|blockquote|form|pre)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
# Marks that dom.py sets into the text of a page; control characters, which no page may bring along.
LINE, BLOCK, CELL, CELL_END, HEAD, PART = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06"
ALL_MARKS = "\x01-\x06"
_BLOCKS = re.compile(r"[ \x01]*\x02[ \x01\x02]*")
_LINES = re.compile(r" ?\x01[ \x01]*")
_IN_CELL = re.compile(r"\x03([^\x03\x04]*)\x04")
_IN_TEXT = re.compile(r"[\x01\x02\x05]+")
_CONTROL = re.compile("[\x00-\x04\x06-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u200b\ufeff\u00ad]")


def clean(text: str) -> str:
    """One line: whitespace (NBSP too) folded, soft hyphens and control characters removed, NFC."""
    folded = " ".join(text.split())
    if not folded.isprintable():
        folded = " ".join(_CONTROL.sub("", folded).split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def unescape(text: str) -> str:
    """Character references to characters."""
    return html.unescape(text) if "&" in text else text


def line(source: str) -> str:
    """HTML to one line; blocks and line breaks become a space, inline elements nothing."""
    if "<" in source:
        if "<s" in source or "<!--" in source or "<t" in source or "<n" in source:
            source = _HIDDEN.sub("", source)
        source = _TAG.sub(" ", _INLINE.sub("", source))
    return clean(unescape(source))


def lines(source: str) -> list[str]:
    """HTML to its non-empty lines: a `<br>`, row, list item or block ends a line."""
    marked = _INLINE.sub("", _HIDDEN.sub("", source).replace("\r", " ").replace("\n", " "))
    marked = _TAG.sub(" ", _BREAK.sub("\n", marked))
    return [text for raw in unescape(marked).split("\n") if (text := clean(raw))]


def paragraphs(marked: str) -> str:
    """Marked text to paragraphs separated by one empty line, rows and `<br>` by a line end, cells by a tab.

    HEAD marks stay in front of paragraphs that were printed as headings.
    """
    folded = " ".join(marked.split())
    if CELL in folded:
        folded = _cells(folded)
    folded = _BLOCKS.sub("\n\n", folded)
    folded = _LINES.sub("\n", folded)
    if "\t" in folded or CELL in folded or CELL_END in folded:
        folded = "\n".join([_row(row) for row in folded.split("\n")])
    return tidy(folded)


def _cells(folded: str) -> str:
    """Cells from the innermost outwards: one line each, ended by a tab."""
    before = ""
    while before != folded:
        before, folded = folded, _IN_CELL.sub(lambda m: _IN_TEXT.sub(" ", m[1]).strip() + "\t", folded)
    return folded


def _row(printed: str) -> str:
    """Cells trimmed, empty ones at the end dropped, marks of layout cells that end elsewhere removed."""
    printed = printed.replace(CELL, "").replace(CELL_END, "")
    return "\t".join([cell.strip() for cell in printed.split("\t")]).rstrip("\t")


def tidy(text: str) -> str:
    """Soft hyphens and control characters removed, NFC, no empty ends; line ends and tabs stay."""
    text = text.strip()
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)
