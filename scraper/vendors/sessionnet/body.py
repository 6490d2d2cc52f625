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
    for block in seen.main.css(BLOCKS):
        title = _panel(block)
        if title:
            paragraphs.append(text.HEAD + title)
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


def _panel(block: Node) -> str:
    """The title of the panel around a text, "" where it has none of its own."""
    node = block.parent
    while node is not None and node.is_element_node and _PANELS.isdisjoint(dom.attr(node, "class").split()):
        node = node.parent
    head = node.css_first("button, h2, h3") if node is not None and node.is_element_node else None
    title = dom.line(head)
    return "" if title.casefold() in _PLAIN or head is None or head.parent is None else title


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
