"""Runs under callgrind (`timing.instructions`): each call a fixed number of times between two marks."""

from __future__ import annotations

from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser

from . import rivals, samples
from .timing import mark

TIMES = {"floor": 20, "ours": 20, "lxml": 5, "trafilatura": 2}


def plan() -> list[tuple[str, int, Callable[[], object]]]:
    """(name, times, call), in the order of the counts."""
    page = samples.long_page(samples.long_paper())
    calls: dict[str, Callable[[], object]] = {
        "floor": lambda utf8=page.utf8: LexborHTMLParser(utf8),
        "ours": lambda: samples.ours(page),
        "lxml": lambda: rivals.with_lxml(page.content),
        "trafilatura": lambda: rivals.with_trafilatura(page.content),
    }
    rows = [(name, TIMES[name], call) for name, call in calls.items()]
    for sample in samples.golden():
        rows.append((f"floor {sample.name}", 10, lambda utf8=sample.utf8: LexborHTMLParser(utf8)))
        rows.append((f"ours {sample.name}", 10, lambda sample=sample: samples.ours(sample)))
    return rows


def main() -> None:
    for _, times, call in plan():
        call()
        call()
        mark()
        for _ in range(times):
            call()
        mark()


if __name__ == "__main__":
    main()
