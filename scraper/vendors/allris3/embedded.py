"""The word processor's documents inside an ALLRIS 3 page, taken out before the page is parsed.

A text part is a whole document of Aspose.Words: hundreds of spans, five sixths of a long page, and no
structure but paragraphs, lists and tables. Read as a string it costs half of what it costs as a tree;
its stray end tags cannot close the page around it. What is not plainly such a document stays in the page.
"""

from __future__ import annotations

import re

from scraper import text

_ANCHOR = '<a name="allris'
_OPENING = re.compile(
    r'(?P<anchor><a name="allris[A-Z]{2}"></a>)\s*(?:<\?xml[^<>]*>\s*)?(?:<!DOCTYPE[^<>]*>\s*)?'
    r"<html[^<>]*>\s*<head>(?:\s|<meta[^<>]*>|<title>[^<>]*</title>)*</head>\s*<body[^<>]*>"
)
_END = "</body></html>"
_EMPTY = re.compile(r'<a name="allris[A-Z]{2}"></a>\s*(?=<!--|</td>|<a name)')
# What other readers look for in the whole page: documents, attachments, the jump list, the page's number.
_LOOKED_FOR = re.compile(r'do027|___tmp/|#allris|#beschluss|"kb1"|"tk1"|"bfTable"')
_LINKING = re.compile(r"<(?:a|t[dh]|table)\s[^<>]*>")


def take_out(source: str) -> tuple[str, list[str]]:
    """(the page with a hole behind each anchor, the marked texts for the holes).

    The first hole is one mark, the second two: a broken page that spills one into a field shows nothing.
    Behind a document that stays all others stay too: an element that it leaves open may reach into them.
    """
    kept: list[str] = []
    texts: list[str] = []
    done, at = 0, source.find(_ANCHOR)
    while at >= 0 and (found := _document(source, at)):
        begin, end, marked = found
        if marked is not None:
            kept += (source[done:begin], text.HOLE * (len(texts) + 1))
            texts.append(marked)
        else:
            kept.append(source[done:end])
        done, at = end, source.find(_ANCHOR, end)
    return "".join((*kept, source[done:])), texts


def _document(source: str, at: int) -> tuple[int, int, str | None] | None:
    """(begin, end, marked text) of the document behind the anchor at that place; its text is None for an
    empty part. None when the document has to stay."""
    empty = _EMPTY.match(source, at)
    if empty:
        return empty.start(), empty.end(), None
    opening = _OPENING.match(source, at)
    end = source.find(_END, opening.end()) if opening else -1
    if opening is None or end < 0:
        return None
    body = text.without_spans(source[opening.end() : end])
    if any(_LOOKED_FOR.search(tag) for tag in _LINKING.findall(body)):
        return None
    marked = text.marked(body)
    return None if marked is None else (opening.end("anchor"), end + len(_END), marked)


def fill(part: str, texts: list[str]) -> str:
    """The text of a part with its hole filled."""
    holes = part.count(text.HOLE)
    if not 0 < holes <= len(texts):
        return part
    before, _, after = part.partition(text.HOLE)
    return f"{before}{text.BLOCK}{texts[holes - 1]}{text.BLOCK}{after.lstrip(text.HOLE)}"
