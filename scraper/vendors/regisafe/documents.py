"""Documents: buttons whose `data-href` is a resource of the portlet."""

from __future__ import annotations

import re

from scraper import dom
from scraper.documents import role_of
from scraper.dom import Node
from scraper.records import Attachment, Role
from scraper.vendors.regisafe.address import ADDRESSES
from scraper.view import View

# The second is of the redesigned theme.
BUTTONS = ".document-button[data-href], .document-link[data-href]"
BADGES = ".artid-badge, .doc-type"  # letters for the type: SV, N, B
_ANNEXES = "facilities"  # the list of annexes below their paper
_FORMAT = re.compile(r"\s*\([A-Z]{3,4}\)$")  # "Beschluss (PDF)"


def of(view: View, button: Node) -> Attachment:
    """One document. The bundle of all of an item's has no number."""
    name, kind, native = _name(button), dom.attr(button, "data-type"), dom.attr(button, "data-docid")
    return Attachment(
        name=name or kind or None,
        url=ADDRESSES.canonical(view.join(dom.attr(button, "data-href"))),
        native_id=native or None,
        role=_role(button, kind, name),
    )


def once(files: list[Attachment]) -> tuple[Attachment, ...]:
    """Each document once, in printed order."""
    return tuple({file.native_id or file.name: file for file in reversed(files)}.values())[::-1]


def _name(button: Node) -> str:
    """The hidden title, else what the button shows behind its badge, without the format."""
    title = dom.line(button.css_first(".doc-title")) or dom.attr(button, "data-title").strip()
    shown = [line for line in map(dom.line, dom.children(button)) if line] or [dom.line(button)]
    return title or _FORMAT.sub("", shown[-1])


def _is_annex(button: Node) -> bool:
    """Annexes stand in a list of their own below their paper."""
    item = dom.ancestor(button, "li")
    outer = dom.ancestor(item, "li") if item is not None else None
    return outer is not None and _ANNEXES in dom.attr(outer, "class").split()


def _has_badge(button: Node) -> bool:
    """A badge, or what stands in its place between title and name."""
    shown = [child for child in dom.children(button) if dom.line(child)]
    return button.css_first(BADGES) is not None or len(shown) > 2


def _role(button: Node, kind: str, name: str) -> Role:
    """By the list and the type; annexes have the type of their paper, but no badge."""
    told = kind.casefold()
    if _is_annex(button) or "unterlage" in told:
        return "attachment"
    if "vorlage" in told:
        return "main" if button.tag == "a" or _has_badge(button) else "attachment"
    return role_of(kind, role_of(name))
