"""Rows of whatever markup: what leaves of one shape share, and the box of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise, takewhile
from typing import NamedTuple

from scraper.vendors.generic.boxes import Box
from scraper.vendors.generic.sheet import Sheet


class Place(NamedTuple):
    """The row that a leaf begins, and the group that holds it and its neighbours."""

    leaf: int
    row: Box
    group: Box


def starting(sheet: Sheet, wanted: Callable[[str], bool]) -> list[Place]:
    """The rows of the leaves that are wanted and have the shape that most of them share."""
    found = [(shape(leaf), n) for n, leaf in enumerate(sheet.leaves) if leaf.text and wanted(leaf.text)]
    if len(found) < 2:
        return []
    most = Counter(one for one, _ in found).most_common(1)[0][0]
    return once(places(sheet, [number for one, number in found if one == most]))


def shape(leaf: Box) -> tuple[str, str]:
    """What tells leaves of one column or list from others: their element and the one around it."""
    return leaf.tag, leaf.parent.tag if leaf.parent is not None else ""


def once(found: Iterable[Place]) -> list[Place]:
    """Each row once."""
    return list({id(place.row): place for place in found}.values())


def places(sheet: Sheet, numbers: list[int]) -> list[Place]:
    """The row of each leaf: the child of the smallest box that it shares with a neighbour.

    Where a group has one row only, that is the box as many steps around its leaf as with most others.
    """
    paths = [_path(sheet.leaves[number]) for number in numbers]
    shared = [_common(one, other) for one, other in pairwise(paths)]
    depths = [max(pair) for pair in zip([0, *shared], [*shared, 0], strict=True)]
    usual = Counter(len(path) - depth for path, depth in zip(paths, depths, strict=True)).most_common(1)
    found: list[Place] = []
    for number, path, depth in zip(numbers, paths, depths, strict=True):
        at = max(depth, len(path) - usual[0][0])
        found.append(Place(number, path[at], path[at - 1]))
    return found


def _path(leaf: Box) -> list[Box]:
    """The boxes around a leaf, from the outermost down to itself."""
    path = [leaf]
    while path[-1].parent is not None:
        path.append(path[-1].parent)
    return path[::-1]


def _common(one: list[Box], other: list[Box]) -> int:
    """How many boxes are around both."""
    pairs = zip(one[:-1], other[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))
