"""Figures beside their targets, as Markdown."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("selectolax", "pydantic", "httpx", "typer", "lxml", "trafilatura", "scrapy")


@dataclass(frozen=True)
class Figure:
    """One measured value. `least`/`most`: the target, both ends allowed; neither: shown without a verdict."""

    what: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None
    digits: int = 2
    note: str = ""

    @property
    def target(self) -> str:
        ends = [f"{end:g}" for end in (self.least, self.most) if end is not None]
        if len(ends) == 2:
            return f"{self.least:.2f}–{self.most:.2f}{self.unit}"
        return ("≥ " if self.least is not None else "≤ ") + ends[0] + self.unit if ends else "—"

    @property
    def verdict(self) -> str:
        """Of the value as it is printed: a target of 2.6 is met by what rounds to 2.60."""
        if self.least is None and self.most is None:
            return "—"
        shown = round(self.value, self.digits)
        low = self.least is None or shown >= self.least
        return "met" if low and (self.most is None or shown <= self.most) else "**missed**"

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.what, f"{self.value:,.{self.digits}f}{self.unit}", self.target, self.verdict, self.note)


@dataclass
class Chapter:
    """One part of the page: how it was measured, the figures, and further tables (head line first)."""

    title: str
    how: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[tuple[str, list[Sequence[str]]]] = field(default_factory=list)

    def markdown(self) -> str:
        blocks = [f"## {self.title}", self.how]
        head = ("what", "measured", "target", "verdict", "note")
        blocks.append(table([head, *(figure.cells for figure in self.figures)], right=(1,)))
        for caption, rows in self.tables:
            blocks += [caption, table(rows, right=range(1, len(rows[0])))]
        return "\n\n".join(blocks) + "\n"


def table(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> str:
    """A Markdown table; the first row is its head."""
    flush = set(right)
    line = ["---:" if at in flush else "---" for at in range(len(rows[0]))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], line, *rows[1:]))


def machine() -> list[Sequence[str]]:
    """What the figures hold for."""
    now = dt.datetime.now().astimezone()
    load = f"{os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else "unknown"
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        ("machine", ""),
        ("date", now.strftime("%Y-%m-%d %H:%M %Z")),
        ("processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("load", f"{load} (what else ran on the machine makes times worse, not instruction counts)"),
        ("system", platform.platform()),
        ("Python", f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}"),
        ("libraries", libraries),
        ("measured", _revision()),
    ]


def _revision() -> str:
    """The commit that was measured, and whether the reader's files were as committed."""
    head = ["git", "rev-parse", "--short", "HEAD"]
    status = ["git", "status", "--porcelain", "--", ":/scraper"]
    try:
        commit, changed = (
            subprocess.run(
                words, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
            ).stdout
            for words in (head, status)
        )
    except (OSError, subprocess.CalledProcessError):
        return "not a git clone"
    files = len(changed.splitlines())
    return f"commit {commit.strip()}" + (f" with uncommitted changes in {files} files" if files else "")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        fields = [line.partition(":") for line in info.read_text().splitlines()]
        found = {name.strip(): value.strip() for name, _, value in reversed(fields)}
        if "model name" in found:
            extra = f" (family {found['cpu family']}, model {found['model']})" if "model" in found else ""
            return found["model name"] + extra
    return platform.processor() or platform.machine()
