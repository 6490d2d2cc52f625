"""Labels and values of a page, in printed order, for those who know what to take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from scraper.vendors.generic import words
from scraper.vendors.generic.words import plain


@dataclass(frozen=True)
class Value:
    """What stands behind a label. `at`: the label's leaf; `start`, `end`: its own; `lines`: as printed."""

    lines: tuple[str, ...]
    start: int
    end: int
    at: int = -1

    @property
    def text(self) -> str:
        return " ".join(self.lines)


class Pair(NamedTuple):
    """A label as printed, the fields that it may stand for, and its value."""

    label: str
    fields: frozenset[str]
    value: Value


class Pairs:
    """The pairs of a page in printed order; whoever takes one has it alone."""

    def __init__(self, items: list[Pair]) -> None:
        self.items = items
        self.fields = frozenset(field for item in items for field in item.fields)
        self.labels = frozenset(plain(item.label) for item in items)

    def take(self, field: str) -> Value | None:
        """The first value of a field; None without one."""
        for index, item in enumerate(self.items):
            if field in item.fields:
                return self.items.pop(index).value
        return None

    def all(self, field: str) -> list[Pair]:
        """Every pair of a field."""
        found = [item for item in self.items if field in item.fields]
        self.items = [item for item in self.items if field not in item.fields]
        return found

    def line(self, field: str) -> str | None:
        """The first value of a field as one line."""
        value = self.take(field)
        return (value.text or None) if value else None

    def joined(self, field: str) -> str | None:
        """The lines of the first value of a field, joined by "; "."""
        value = self.take(field)
        return ("; ".join(value.lines) or None) if value else None

    def keep(self, wanted: Callable[[Pair], bool]) -> None:
        """Forgets all others."""
        self.items = [item for item in self.items if wanted(item)]

    def rest(self) -> dict[str, str]:
        """What nobody took: label → printed value; a label printed twice keeps both."""
        left: dict[str, str] = {}
        for label, _, value in self.items:
            if value.text:
                left[label] = f"{left[label]}; {value.text}" if label in left else value.text
        return left


def pair(label: str, value: Value) -> Pair:
    """A printed label and its value, with the fields that the label may stand for."""
    printed = words.without_count(label).rstrip(" :\xa0")
    return Pair(printed, words.fields(plain(printed)), value)
