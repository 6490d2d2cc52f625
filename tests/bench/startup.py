"""(e) What a command costs before it does anything."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import samples
from .table import Chapter, Figure
from .timing import ROOT, Times, cpu

ROUNDS = 21
HEAVY = ("httpx", "selectolax", "pydantic")
HOW = """CPU time (user and system) of whole processes over `python -c pass` of the same environment:
{rounds} rounds in turn, medians. The file of `ris parse` is a usual paper page of {kb:.0f} KB."""


def chapter() -> Chapter:
    """Measures every command."""
    site_paper = next(iter(samples.Site().papers))
    page = samples.Site().body("vo020.asp", f"VOLFDNR={site_paper}")
    with tempfile.TemporaryDirectory(prefix="ris-bench-") as folder:
        file = Path(folder) / "page.html"
        file.write_bytes(page)
        commands: dict[str, Sequence[str]] = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "ris --help": [*_ris(), "--help"],
            "ris catalog herne": [*_ris(), "catalog", "herne"],
            "ris schema paper": [*_ris(), "schema", "paper"],
            "ris parse FILE": [*_ris(), "parse", str(file), "--url", samples.URL.format(site_paper)],
        }
        found: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, words in commands.items():
                found[name].append(cpu(words))
    times = {name: Times(tuple(seconds)) for name, seconds in found.items()}
    how = HOW.format(rounds=ROUNDS, kb=len(page) / 1024)
    return Chapter("Start-up", how, _figures(times), [("Milliseconds of CPU:", _rows(times))])


def _ris() -> list[str]:
    script = Path(sys.executable).with_name("ris")
    return [str(script)] if script.exists() else [sys.executable, "-m", "scraper"]


def _figures(times: dict[str, Times]) -> list[Figure]:
    bare = times.pop("python -c pass")
    limits = {"ris --help": 4.0}
    figures = [
        Figure(f"{name} ÷ bare Python", time.median / bare.median, " ×", most=limits.get(name, 9.0))
        for name, time in times.items()
    ]
    times["python -c pass"] = bare
    figures.append(Figure("heavy packages that `ris --help` imports", len(_imported()), most=0, digits=0))
    return figures


def _imported() -> list[str]:
    """Which of the heavy packages the help loads."""
    words = [sys.executable, "-X", "importtime", "-m", "scraper", "--help"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stderr
    modules = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    return [name for name in HEAVY if name in modules]


def _rows(times: dict[str, Times]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("", "minimum", "median")]
    rows += [(name, f"{t.least * 1000:.1f}", f"{t.median * 1000:.1f}") for name, t in times.items()]
    return rows
