"""Extracted text as lines: table debris and furniture gone, columns still recognisable."""

from __future__ import annotations

import re

from scraper import boilerplate, text

# Converters leave images and table rules behind: "![]() |", "|---|---|".
_IMAGE = re.compile(r"!\[[^\]\[\n]{0,200}\]\([^()\n]{0,2000}\)")
_RULE = frozenset("|:+- \t\xa0")
_BULLET = re.compile(r"^[-*•·]\s+")
_COLUMNS = re.compile(r"\t+|[ \xa0]{2,}")


def split(source: str) -> list[str]:
    """Lines without line ends; blank ones are "", cells of a table row are separated by a tab.

    Furniture (print links, toggle words) is dropped; runs of blanks stay, they separate columns.
    """
    found = [_line(raw) for raw in source.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return ["" if line and boilerplate.is_furniture_line(line) else line for line in found]


def _line(raw: str) -> str:
    line = _IMAGE.sub(" ", raw).strip()
    if "|" in line and _RULE.issuperset(line):
        return ""
    if line.startswith("|") or line.endswith("|"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        line = "\t".join(cell for cell in cells if cell)
    return line


def columns(line: str) -> list[str]:
    """The parts of a line that tabs or runs of blanks separate, each folded."""
    return [part for raw in _COLUMNS.split(line.strip()) if (part := text.clean(raw))]


def folded(line: str) -> str:
    """A line of the body: blanks folded, tabs between cells kept."""
    return "\t".join(text.clean(cell) for cell in line.split("\t"))


def without_bullet(line: str) -> str:
    """ALLRIS 4 prints its header as a definition list: "- Betreff:" / "- value"."""
    return _BULLET.sub("", line)
