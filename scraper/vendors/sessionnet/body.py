"""The texts that a town releases: `div.smcdocmsword`, one a document, as the word processor wrote them."""

from __future__ import annotations

from collections.abc import Iterable

from scraper import dom, text
from scraper.dom import Node
from scraper.labels import label_of
from scraper.records import Section
from scraper.view import View
from scraper.vocabulary import HEADINGS

BLOCKS = '.smcdocmsword, [id^="smcdocid"]'
_PANELS = frozenset({"card", "panel"})
# Titles of panels that say nothing about the text in them.
_PLAIN = frozenset({"texte", "text", "vorlage", "vorlagentexte", "dokument", "dokumente"})


def take(seen: View) -> tuple[tuple[Section, ...], str | None]:
    """(sections, text) of all blocks of the page, in printed order; they are taken out of it.

    Between the blocks no headings are printed: what stands before the first heading of the author is one
    section without, unless the panel around it has a title.
    """
    paragraphs: list[str] = []
    panels: set[int] = set()
    for block in seen.main.css(BLOCKS):
        panel = _panel(block)
        if panel is not None and panel.mem_id not in panels:
            panels.add(panel.mem_id)
            paragraphs += filter(None, [_title(panel)])
        paragraphs += text.blocks(dom.marked_text(block))
        block.decompose()
    body = "\n\n".join(paragraphs).replace(text.HEAD, "")
    return tuple(sections(paragraphs)), body or None


def is_within(node: Node) -> bool:
    """Whether a node is a part of such a text."""
    parent = node.parent
    while parent is not None and parent.is_element_node:
        if "smcdocmsword" in dom.attr(parent, "class") or dom.attr(parent, "id").startswith("smcdocid"):
            return True
        parent = parent.parent
    return False


def _panel(block: Node) -> Node | None:
    node = block.parent
    while node is not None and node.is_element_node and _PANELS.isdisjoint(dom.attr(node, "class").split()):
        node = node.parent
    return node if node is not None and node.is_element_node else None


def _title(panel: Node) -> str:
    """The marked title of a panel, "" where it has none of its own."""
    head = panel.css_first("button, h2, h3")
    if head is None or is_within(head):
        return ""
    title = dom.line(head)
    return "" if not title or title.casefold() in _PLAIN else text.HEAD + title


def sections(paragraphs: Iterable[str]) -> Iterable[Section]:
    """The sections of a text: by headings as such (`<h4>`), and by known ones that stand alone."""
    heading: str | None = None
    kept: list[str] = []
    for paragraph in paragraphs:
        words = paragraph.replace(text.HEAD, "").strip()
        if text.HEAD in paragraph or words.rstrip(": ").casefold() in HEADINGS:
            if kept or heading:
                yield Section(heading=heading, text="\n\n".join(kept))
            heading, kept = label_of(words), []
        else:
            kept.append(words)
    if kept or heading:
        yield Section(heading=heading, text="\n\n".join(kept))
