"""HTML source to readable text, as pure string functions.

The input is HTML as a parser serialises it (tags well formed, `&lt;` escaped), so that expressions
over the string are safe; they cost a fraction of a walk over the nodes.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

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
LINE, BLOCK, CELL, CELL_END, HEAD, PART, HOLE = "\x01", "\x02", "\x03", "\x04", "\x05", "\x06", "\x07"
MARKS = "".join((LINE, BLOCK, CELL, CELL_END, HEAD, PART, HOLE))
# What an element means for the text: a mark before it and one after it; hidden ones have neither.
ELEMENTS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("p", "div", "ul", "ol", "dl", "table", "hr", "blockquote", "form", "pre"), (BLOCK, BLOCK)
    ),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), (BLOCK + HEAD, BLOCK)),
    **dict.fromkeys(("br", "li", "tr", "dt", "dd"), (LINE, "")),
    **dict.fromkeys(("td", "th"), (CELL, CELL_END)),
    **dict.fromkeys(("script", "style", "title", "noscript", "template", "textarea"), ("", "")),
}
# The tags that word processors write, with their marks; whatever else occurs is left to the parser of HTML.
_INLINE_TAGS = ("a", "b", "i", "u", "s", "em", "strong", "sup", "sub", "font", "tbody", "thead", "tfoot")
_WORD_TAGS = {
    **{tag: before for tag, (before, _) in ELEMENTS.items() if before},
    **{f"/{tag}": after for tag, (before, after) in ELEMENTS.items() if before},
    **{f"{slash}{tag}": "" for tag in _INLINE_TAGS for slash in ("", "/")},
    "img": "",
}
for _tag in ("form", "/form", "pre", "/pre", "h1", "/h1", "/br", "/hr"):
    del _WORD_TAGS[_tag]
# Left open or closed too often, these reach beyond the document; each with its counterpart.
_REACHING = {tag: f"/{tag}" for tag in ("div", "table", "tr", "td", "th", "ul", "ol")}
_REACHING |= {end: tag for tag, end in _REACHING.items()}
# Both begin with a character of their own, so that the search for them is a memchr.
_SPAN = re.compile(r'<(?:/span><span|/span|span)(?: style="[^"]*")?>')
_WORD_TAG = re.compile(r'<(/?[a-z][a-z\d]*)(?: [a-z-]+="[^"]*")* ?/?>')
_IN_CELL = re.compile(r"\x03([^\x03\x04]*)\x04")
_IN_TEXT = re.compile(r"[\x01\x02\x05]+")
_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")
_CONTROL = re.compile("[\x00-\x04\x06-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\u200b\ufeff\u00ad]")


def clean(text: str) -> str:
    """One line: whitespace (NBSP too) folded, soft hyphens and control characters removed, NFC."""
    folded = " ".join(text.split())
    if not folded.isprintable():
        folded = " ".join(_CONTROL.sub("", folded).split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)


def unescape(text: str) -> str:
    """Character references to characters."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    return _unescape(match[0])


_unescape = lru_cache(maxsize=1024)(html.unescape)  # the same few, again and again


def lines(source: str) -> list[str]:
    """HTML to its non-empty lines: a `<br>`, row, list item or block ends a line."""
    marked = _INLINE.sub("", _HIDDEN.sub("", source).replace("\r", " ").replace("\n", " "))
    marked = _TAG.sub(" ", _BREAK.sub("\n", marked))
    return [text for raw in unescape(marked).split("\n") if (text := clean(raw))]


def without_spans(source: str) -> str:
    """HTML without its plain spans: a new one begins at every umlaut, and nothing ends where they do."""
    seam = source.find("</span><span")
    if seam >= 0:  # one style is most of a document
        source = source.replace(source[seam : source.find(">", seam + 8) + 1], "")
    return _SPAN.sub("", source)


def marked(source: str) -> str | None:
    """HTML as word processors write it, without spans, to marked text; None when it is not plainly that."""
    pieces = _WORD_TAG.split(source)
    tags = pieces[1::2]
    if not _WORD_TAGS.keys() >= set(tags):
        return None
    reaching = [tag for tag in tags if tag in _REACHING]
    if any(reaching.count(tag) != reaching.count(_REACHING[tag]) for tag in set(reaching)):
        return None
    pieces[1::2] = [_WORD_TAGS[tag] for tag in tags]
    printed = "".join(pieces)
    return None if "<" in printed else unescape(printed.replace("&#xa0;", " "))


def paragraphs(marked: str) -> str:
    """Marked text to paragraphs separated by one empty line; see `blocks`."""
    return "\n\n".join(blocks(marked))


def blocks(marked: str) -> list[str]:
    """Marked text to its paragraphs: rows and `<br>` end a line within one, a tab stands between cells.

    HEAD marks stay in front of paragraphs that were printed as headings.
    """
    marked = _tabbed(marked.replace("\t", " "))
    single = "  " not in marked
    found: list[str] = []
    for block in marked.split(BLOCK):
        if LINE in block or "\t" in block:
            rows = [row for printed in block.split(LINE) if (row := _row(printed)) or "\t" in printed]
            found += [part.strip("\n") for part in "\n".join(rows).split("\n\n")]
        elif block and not block.isspace():
            found.append(_folded(block, single))
    return [paragraph for paragraph in found if paragraph.strip(HEAD)]


def _tabbed(marked: str) -> str:
    """Cells to one line each, ended by a tab; marks of layout cells that end elsewhere are removed."""
    if CELL_END not in marked:
        return marked.replace(CELL, "")
    first, *cells = marked.split(CELL)
    if not all(CELL_END in cell for cell in cells):  # cells in cells
        return _cells(" ".join(marked.split())).replace(CELL, "").replace(CELL_END, "")
    kept = [first]
    for cell in cells:
        inside, _, after = cell.partition(CELL_END)
        kept += (_IN_TEXT.sub(" ", inside).strip(), "\t", after)
    return "".join(kept).replace(CELL_END, "")


def _cells(folded: str) -> str:
    """Cells from the innermost outwards."""
    before = ""
    while before != folded:
        before, folded = folded, _IN_CELL.sub(lambda m: _IN_TEXT.sub(" ", m[1]).strip() + "\t", folded)
    return folded


def _row(printed: str) -> str:
    """Cells trimmed, empty ones at the end dropped."""
    if "\t" not in printed:
        return _folded(printed, single=False)
    return "\t".join([_folded(cell, single=False) for cell in printed.split("\t")]).rstrip("\t")


def _folded(printed: str, single: bool) -> str:
    """One line with the HEAD marks left in; most are clean as they are. `single`: no two blanks in a row."""
    if not single:
        printed = " ".join(printed.split())
    if not printed.isprintable():  # every white space but the blank is unprintable
        printed = _CONTROL.sub("", " ".join(printed.split()))
    printed = printed.strip()
    return printed if printed.isascii() else unicodedata.normalize("NFC", printed)
