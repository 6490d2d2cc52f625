"""`python -m tests.bench [--full] [--only PART …]`: measure, print, and write docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from . import crawling, nights, pages, products, reparsing, startup, table
from .table import Chapter
from .timing import ROOT

INTRO = """# Performance

Written by `make bench` (about eight minutes and 10 GB of disk; `python -m tests.bench --full` re-parses
100,000 pages instead of 2,000). All figures are of one run on one machine. Ratios hold better than times."""
PARTS: dict[str, Callable[[], Chapter]] = {
    "page": pages.chapter,
    "products": products.chapter,
    "reparse": reparsing.chapter,
    "crawl": crawling.chapter,
    "delay": crawling.polite,
    "nights": nights.chapter,
    "start": startup.chapter,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help=f"re-parse {reparsing.FULL:,} pages")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="measure only these; nothing is written")
    given = parser.parse_args()
    blocks = [INTRO, table.table(table.machine())]
    for name, measure in PARTS.items():
        if given.only and name not in given.only:
            continue
        began = time.perf_counter()
        full = name == "reparse" and given.full
        chapter = reparsing.chapter(reparsing.FULL) if full else measure()
        blocks.append(chapter.markdown().rstrip())
        sys.stdout.write(f"{blocks[-1]}\n\n")
        sys.stdout.flush()
        sys.stderr.write(f"bench: {name}: {time.perf_counter() - began:.0f} s\n")
    if not given.only:
        (ROOT / "docs" / "performance.md").write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
