"""HTML source to readable text, as pure string functions.

The input is HTML as a parser serialises it (tags well formed, `&lt;` escaped), so that expressions
over the string are safe; they cost a fraction of a walk over the nodes.
"""

from __future__ import annotations

import html
import re
import unicodedata

# Elements whose content is never text.
_HIDDEN = re.compile(r"<(script|style|title|noscript|template|select|textarea)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL)
# Inline elements join without a space: Aspose.Words splits words at every umlaut ("Hinterhö|fen").
_INLINE = re.compile(r"</?(?:span|a|b|i|u|s|em|strong|sup|sub|font|abbr|small|nobr|wbr|meta|img|input)\b[^>]*>")
_BLOCK = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|dl|table|hr|section|article|blockquote|form|body|html|pre|caption)\b[^>]*>"
)
_LINE = re.compile(r"<(?:br|/?li|/?tr|/?d[dt])\b[^>]*>")
_CELL = re.compile(r"</t[dh]\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u200b\ufeff\u00ad]")
_GAPS = re.compile(r"\n{3,}")
_IN_CELL = re.compile(r"(<t[dh]\b[^>]*>)(.*?)(?=</?t[dhr]\b|</?table\b)", re.DOTALL)


def clean(text: str) -> str:
    """One line: whitespace (NBSP too) folded, soft hyphens and control characters removed, NFC."""
    folded = " ".join(text.split())
    if folded.isascii() and not _CONTROL.search(folded):
        return folded
    if _CONTROL.search(folded):
        folded = " ".join(_CONTROL.sub("", folded).split())
    return unicodedata.normalize("NFC", folded)


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
    marked = _TAG.sub(" ", _LINE.sub("\n", _BLOCK.sub("\n", marked)))
    return [text for raw in unescape(marked).split("\n") if (text := clean(raw))]


def _flat_cell(match: re.Match[str]) -> str:
    return match[1] + _TAG.sub(" ", _INLINE.sub("", match[2]))


def paragraphs(source: str) -> str:
    """HTML to text: blocks separated by one empty line, `<br>`/rows/items by a line end, cells by a tab."""
    marked = source.replace("\r", " ").replace("\n", " ")
    marked = _INLINE.sub("", _HIDDEN.sub("", marked))
    if "<td" in marked or "<th" in marked:
        marked = _CELL.sub("\t", _IN_CELL.sub(_flat_cell, marked))
    marked = _TAG.sub("", _LINE.sub("\n", _BLOCK.sub("\n\n", marked)))
    folded = "\n".join([_fold(raw) for raw in unescape(marked).split("\n")])
    return tidy(_GAPS.sub("\n\n", folded).strip("\n"))


def _fold(raw: str) -> str:
    if "\t" in raw:
        return "\t".join(" ".join(cell.split()) for cell in raw.split("\t")).strip("\t")
    return " ".join(raw.split())


def tidy(text: str) -> str:
    """Soft hyphens and control characters removed, NFC; line ends and tabs stay."""
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)
