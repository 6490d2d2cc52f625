"""Tables by their column heads: which column tells what, rows as cells under these heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scraper import dom
from scraper.vendors.generic.boxes import Box
from scraper.vendors.generic.sheet import Link, Sheet

# A table with more columns is no table of a council.
_WIDEST = 40


class Cell(NamedTuple):
    """A cell. `text`: as one line; `links`: in it; `column`: its place, spans counted."""

    text: str
    links: tuple[Link, ...]
    column: int
    box: Box

    def spoken(self) -> str:
        """What tooltips of a cell without text say: the colour of a state has its word there."""
        for node in self.box.nodes:
            for found in (node, *node.css("[title], [aria-label]")):
                tip = dom.attr(found, "title") or dom.attr(found, "aria-label")
                if tip:
                    return " ".join(tip.split())
        return ""


class Row(NamedTuple):
    """A row with the leaves that it holds."""

    cells: tuple[Cell, ...]
    start: int
    end: int
    box: Box

    @property
    def texts(self) -> list[str]:
        return [cell.text for cell in self.cells if cell.text]


def innermost(sheet: Sheet) -> list[Box]:
    """Tables without tables in them; the others lay the page out."""
    tables = sheet.boxes.tables  # inner ones come before those around them
    outer = {id(parent) for table in tables if (parent := table.within("table"))}
    return [table for table in tables if id(table) not in outer]


def rows(sheet: Sheet, table: Box) -> Iterator[Row]:
    """The rows of a table that print something or hold a control."""
    for group in table.kids:
        for row in (group,) if group.tag == "tr" else group.kids:
            if row.tag == "tr" and row.kids:
                yield cells(sheet, row)


def cells(sheet: Sheet, row: Box) -> Row:
    """A row taken apart."""
    return Row(tuple(_cells(sheet, row)), row.start, row.end, row)


def _cells(sheet: Sheet, row: Box) -> Iterator[Cell]:
    column = 0
    for kid in row.kids:
        links = sheet.linked(kid.start, kid.end) if kid.end > kid.start else ()
        yield Cell(sheet.boxes.text(kid), links, column, kid)
        column += _span(kid)


def _span(cell: Box) -> int:
    printed = cell.attributes.get("colspan")
    return min(max(int(printed), 1), _WIDEST) if printed and printed.isdecimal() else 1


def columns(row: Row, heads: Mapping[str, str]) -> dict[int, str]:
    """Column → what its head says, by a table of folded heads; the first of equal ones counts."""
    found: dict[int, str] = {}
    for cell in row.cells:
        name = heads.get(cell.text.rstrip(" :.").casefold())
        if name and name not in found.values():
            found[cell.column] = name
    return found


def is_head(row: Row, found: Mapping[int, str]) -> bool:
    """Whether a row is nothing but heads: most of what it prints is a known one."""
    return len(found) >= 2 and len(found) * 2 > len(row.texts)
