"""Documents: buttons whose `data-href` is a resource of the portlet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

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
_BADGE = 3  # letters at most
_FORMAT = re.compile(r"\s*\([A-Z]{3,4}\)$")  # "Beschluss (PDF)"


class Offer(NamedTuple):
    """A document and its button. `plain`: the button shows nothing that the document does not hold."""

    button: Node
    file: Attachment
    plain: bool


def of(view: View, button: Node) -> Offer:
    """One document. The bundle of all of an item's has no number."""
    kind, native = dom.attr(button, "data-type"), dom.attr(button, "data-docid")
    name, plain = _name(button)
    file = Attachment(
        name=name or kind or None,
        url=ADDRESSES.canonical(view.join(dom.attr(button, "data-href"))),
        native_id=native or None,
        role=_role(button, kind, name),
    )
    return Offer(button, file, plain)


def once(offers: Iterable[Offer]) -> tuple[Attachment, ...]:
    """Each document once, in printed order."""
    files = [offer.file for offer in offers][::-1]
    return tuple({file.native_id or file.name: file for file in files}.values())[::-1]


def _name(button: Node) -> tuple[str, bool]:
    """The hidden title, else what the button shows behind its badge, without the format.

    Also whether the two and a badge are all that it shows.
    """
    shown = [line for line in map(dom.line, dom.children(button)) if line] or [dom.line(button)]
    title, last = dom.attr(button, "data-title").strip(), _FORMAT.sub("", shown[-1])
    if not title:
        title = dom.line(button.css_first(".doc-title")) or last
    return title, all(line in (title, last) or len(line) <= _BADGE for line in shown[:-1]) and last == title


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
