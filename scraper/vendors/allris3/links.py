"""Links and mini forms of an ALLRIS 3 page: both lead to pages, and the product prints most of them twice."""

from __future__ import annotations

from scraper import dom
from scraper.dom import Node
from scraper.vendors.allris3 import address
from scraper.vendors.allris3.address import Address

LINKS = "a[href], form"


class Link:
    """An `<a href>` or a `<form action>`; `printed`: its address as printed. Looked into when asked, once."""

    __slots__ = ("_base", "_goal", "_inputs", "_known", "is_form", "node", "printed")

    def __init__(self, node: Node, base: str) -> None:
        self.node = node
        self.is_form = node.tag == "form"
        self.printed = dom.attr(node, "action" if self.is_form else "href")
        self._base = base
        self._inputs: tuple[dict[str, str], dict[str, str]] | None = None
        self._known = False
        self._goal: Address | None = None

    @property
    def url(self) -> str:
        """The absolute address, as it stands."""
        return address.join(self._base, self.printed)

    @property
    def goal(self) -> Address | None:
        """The ALLRIS page behind it, None for anything else."""
        if not self._known:
            self._known, self._goal = True, self._target()
        return self._goal

    def _target(self) -> Address | None:
        if not self.is_form and ".asp" not in self.printed:
            return None
        return address.follow(self._base, self.printed, self.hidden)

    def hidden(self) -> dict[str, str]:
        """The hidden fields of a form, in order."""
        return self._fields()[0]

    @property
    def button(self) -> dict[str, str]:
        """The attributes of a form's first button."""
        return self._fields()[1]

    def _fields(self) -> tuple[dict[str, str], dict[str, str]]:
        if self._inputs is None:
            self._inputs = _inputs(self.node) if self.is_form else ({}, {})
        return self._inputs


def _inputs(form: Node) -> tuple[dict[str, str], dict[str, str]]:
    """(hidden fields, attributes of the first button)."""
    hidden: dict[str, str] = {}
    button: dict[str, str] = {}
    inner = dom.children(form)
    for field in inner if all(node.tag == "input" for node in inner) else form.css("input"):
        values = field.attributes
        kind = (values.get("type") or "").lower()
        if kind == "hidden":
            hidden[values.get("name") or ""] = values.get("value") or ""
        elif kind == "submit" and not button:
            button = {name: value or "" for name, value in values.items()}
    return hidden, button
