"""The parts of a line: its texts and the elements in it."""

from __future__ import annotations

from dataclasses import dataclass

from scraper import dom, text
from scraper.dom import Node
from scraper.vendors.generic.boxes import Box

# How deep the wrappers around a line may be nested.
_WRAPPERS = 4


@dataclass(frozen=True)
class Part:
    """A child of a line: text, or an element with its tag and class."""

    raw: str
    tag: str
    hint: str

    @property
    def text(self) -> str:
        return text.clean(self.raw)


def is_one_text(leaf: Box) -> bool:
    """Whether a line has no elements, so that nothing in it is set apart."""
    if len(leaf.nodes) > 1:
        return False
    node = leaf.nodes[0]
    only = node if leaf.tag == "#" else node.first_child
    if only is None:
        return True
    return (only.is_text_node or only.tag == "a") and (leaf.tag == "#" or only.next is None)


def parts(leaf: Box) -> list[Part]:
    """The parts of a line, blanks between them too; wrappers around the whole of it are looked into."""
    nodes = _children(leaf)
    for _ in range(_WRAPPERS):
        printing = [node for node in nodes if not _is_blank(node)]
        if len(printing) != 1 or printing[0].is_text_node:
            break
        nodes = list(printing[0].iter(include_text=True))
    return [_part(node) for node in nodes if node.is_text_node or node.is_element_node]


def only(leaf: Box) -> Node | None:
    """The node that prints all of a line; None where several do."""
    printing = [node for node in _children(leaf) if not _is_blank(node)]
    return printing[0] if len(printing) == 1 else None


def _children(leaf: Box) -> list[Node]:
    return list(leaf.nodes) if leaf.tag == "#" else list(leaf.nodes[0].iter(include_text=True))


def _part(node: Node) -> Part:
    if node.is_text_node:
        return Part(node.text_content or "", "", "")
    return Part(node.text(), node.tag or "", dom.attr(node, "class"))


def _is_blank(node: Node) -> bool:
    printed = (node.text_content or "") if node.is_text_node else node.text()
    return not printed.strip()
