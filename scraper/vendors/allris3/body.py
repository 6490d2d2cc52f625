"""The text parts of an ALLRIS 3 page: `<a name="allrisSV">` and a whole embedded document each.

Parts are separated only by their anchors, and the embedded documents leave elements open, so the parts
are cut out of the serialised container in the order of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper import dom, sections, text
from scraper.dom import Node
from scraper.records import Section
from scraper.vendors.allris3 import documents, embedded, skin
from scraper.vendors.allris3.skin import View

_JUMP = re.compile(r"#allris([A-Z]{2})$")
# Foot and panel tables of attachments: read as documents, no part of the text.
_FILE_LISTS = frozenset({"Anlagen:", "Anlage:", "Anlage/n:"})
# Inside the container, and no text: header of the responsive skin, menu, head and foot of the page.
_NO_TEXT = frozenset({"head", "bfTable", "rismenu", "rishead", "risnavi", "risfoot"})


def jump_names(view: View) -> dict[str, str]:
    """Part code → name in the page's own jump list ("SV": "Sachverhalt")."""
    names: dict[str, str] = {}
    for link in view.links:
        code = _JUMP.search(link.printed) if link.printed.startswith("#allris") else None
        if code:
            names.setdefault(code[1], dom.line(link.node))
    return names


def read(view: View) -> tuple[tuple[Section, ...], str | None]:
    """(sections, text): the body by its printed main headings, and as printed, None without a body.

    A part without a heading of its own takes the name that the jump list gives it. The page is used up:
    header and tables of attachments are taken out of it.
    """
    names = jump_names(view)
    found: list[Section] = []
    printed: list[str] = []
    for code, marked in _parts(view):
        paragraphs = text.blocks(marked)
        body = "\n\n".join(paragraphs).replace(text.HEAD, "")
        if body:
            printed.append(body)
            found.extend(sections.divided(paragraphs, names.get(code)))
    return tuple(found), "\n\n".join(printed) or None


def _parts(view: View) -> Iterator[tuple[str, str]]:
    """(code, marked text) of every part, in the order of the page."""
    anchors = view.html.many('a[name^="allris"]')
    if not anchors:
        return
    main = _root(view, anchors)
    marks = view.landmarks if main is view.main else skin.landmarks(main)
    for name, node in marks.named:
        if name in _NO_TEXT:
            node.decompose()
    for table in _file_lists(view, marks):
        table.decompose()
    for anchor in anchors:
        anchor.insert_before(f"{text.PART}{dom.attr(anchor, 'name')[6:8]}")
    for part in dom.marked_text(main, anchors[0]).split(text.PART)[1:]:
        yield part[:2], embedded.fill(part[2:], view.texts)


def _file_lists(view: View, marks: skin.Landmarks) -> list[Node]:
    """Tables of attachments: by their label, and those of whose rows nearly every one is a file."""
    cells = [label for label, printed in marks.labels if printed in _FILE_LISTS]
    files = [link.node for link in view.links if documents.SESSION_PATH in link.printed]
    named = [table for cell in cells if (table := dom.ancestor(cell, "table"))]
    listing = [table for file in files if (table := dom.ancestor(file, "table")) and _lists_files(table)]
    found = {table.mem_id: table for table in (*named, *listing)}
    return [table for table in found.values() if not dom.is_below(table, found)]


def _lists_files(table: Node) -> bool:
    rows = [row for row in table.css("tr") if not row.text().isspace()]
    return len(table.css(f'a[href*="{documents.SESSION_PATH}"]')) >= len(rows) - 2


def _root(view: View, anchors: list[Node]) -> Node:
    """The container, or the whole page where a stray end tag in a text has closed it before its end."""
    if all(dom.is_below(anchor, (view.main.mem_id,)) for anchor in anchors):
        return view.main
    return dom.without_boilerplate(view.html) or view.main
