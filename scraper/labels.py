"""Label–value pairs of a page: every one is taken by somebody or ends up in `extra`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

_TAIL = re.compile(r"[\s:]+$")


def label_of(printed: str) -> str:
    """A label without its colon, as printed otherwise."""
    return printed.removesuffix(":") if printed[-2:-1].isalnum() else _TAIL.sub("", printed)


@dataclass
class Field(Generic[T]):
    """One printed pair. `slot`: the product's own name of the place (an element id), "" if none."""

    label: str
    value: T
    slot: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = self.label.casefold()


@dataclass
class Fields(Generic[T]):
    """The pairs of a page in printed order; `pop` takes the first that is left under any of the names.

    `items`: what is left; `every`: all there were.
    """

    items: list[Field[T]] = field(default_factory=list)
    every: list[Field[T]] = field(default_factory=list)

    def add(self, printed: str, value: T, slot: str = "") -> None:
        self.items.append(Field(label_of(printed), value, slot))
        self.every.append(self.items[-1])

    def pop(self, names: Iterable[str], slots: Collection[str] = ()) -> T | None:
        """The first value whose label (any case) or slot is among the names; it is gone afterwards."""
        wanted = frozenset(names)  # the tables of labels are sets already: no copy
        for index, item in enumerate(self.items):
            if item.key in wanted or (item.slot and item.slot in slots):
                return self.items.pop(index).value
        return None

    def rest(self, show: Callable[[T], str]) -> dict[str, str]:
        """What nobody took: label → printed value; a label printed twice keeps both, joined by "; "."""
        left: dict[str, str] = {}
        for item in self.items:
            value = show(item.value)
            if value:
                left[item.label] = f"{left[item.label]}; {value}" if item.label in left else value
        return left
