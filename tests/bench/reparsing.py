"""(b) `ris reparse` of an archive, beside inflating and bare parsing of the same payloads.

`python -m tests.bench.reparsing WORKERS ARCHIVE OUTPUT` is one measured run; WORKERS 0 is the floor.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from scraper import vendors
from scraper.archive import archive_files
from scraper.reparse import reparse

from . import archives
from .table import Chapter, Figure
from .timing import ROOT

PAGES = 2_000
FULL = 100_000
HOW = """{pages:,} archived pages of the town ({mb:.0f} MB of HTML, {packed:.0f} MB of WARC) are read
again. The floor inflates every response record of the same files, whose places it is told, and parses
the payloads, in one process. Each run is a process of its own; its start is not counted, its children
and the export are. {rounds} rounds in turn, minimum of each. Ratios are of CPU time; the second core's
factor is of wall time, so whatever else runs on the machine lowers it. The floor alone
took 0.12 to 0.23 ms a page on one machine at different times, one worker 1.15 to 1.28 ms: the
milliseconds below compare better."""


def chapter(pages: int = PAGES) -> Chapter:
    """Measures this part with an archive of so many pages."""
    with tempfile.TemporaryDirectory(prefix="ris-bench-") as name:
        folder = Path(name)
        size = archives.build(folder / "archive", pages)
        packed = sum(path.stat().st_size for path in archive_files(folder / "archive"))
        rounds = 5 if pages <= 10_000 else 1
        runs: dict[int, list[dict[str, float]]] = {0: [], 1: [], 2: []}
        for at in range(rounds):
            for workers, found in runs.items():
                found.append(_run(workers, folder / "archive", folder / f"out-{workers}-{at}"))
    how = HOW.format(pages=pages, mb=size / 1e6, packed=packed / 1e6, rounds=rounds)
    best = {w: {key: min(run[key] for run in found) for key in found[0]} for w, found in runs.items()}
    memory = max(run["megabytes"] for w, found in runs.items() if w for run in found)
    return Chapter("An archive again: ris reparse", how, _figures(best, memory, pages), [_table(best, pages)])


def _figures(best: dict[int, dict[str, float]], memory: float, pages: int) -> list[Figure]:
    floor, one, two = best[0], best[1], best[2]
    by_wall = f"wall {one['wall'] / floor['wall']:.2f} ×"
    minutes = two["wall"] / pages * 1e6 / 60
    return [
        Figure("one worker ÷ (inflate + parse)", one["cpu"] / floor["cpu"], " ×", most=2.5, note=by_wall),
        Figure("gain from the second core", one["wall"] / two["wall"], " ×", least=1.7),
        Figure("largest worker", memory, " MiB", most=150, digits=0, note=f"over {pages:,} pages"),
        Figure("a million pages, two workers", minutes, " min", digits=1, note="extrapolated"),
    ]  # fmt: skip


def _table(best: dict[int, dict[str, float]], pages: int) -> tuple[str, Any]:
    names = {0: "inflate + parse", 1: "one worker", 2: "two workers"}
    rows = [("", "wall s", "CPU s", "CPU ms a page", "pages/s")]
    for workers, row in best.items():
        a_page = f"{row['cpu'] / pages * 1000:.3f}"
        rows.append(
            (names[workers], f"{row['wall']:.2f}", f"{row['cpu']:.2f}", a_page, f"{pages / row['wall']:,.0f}")
        )
    return "The runs:", rows


def _run(workers: int, archive: Path, output: Path) -> dict[str, float]:
    words = [sys.executable, "-m", "tests.bench.reparsing", str(workers), str(archive), str(output)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def floor(archive: Path) -> None:
    """Every response record inflated and its payload parsed; their places are known."""
    data = {path.name: memoryview(path.read_bytes()) for path in archive_files(archive)}
    for file, offset, length in json.loads(archives.index_of(archive).read_text()):
        block = zlib.decompress(data[file][offset : offset + length], 31)
        head = block.find(b"\r\n\r\n")
        payload = block.find(b"\r\n\r\n", head + 4) + 4
        LexborHTMLParser(block[payload:-4])


def _cpu() -> float:
    rows = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(row.ru_utime + row.ru_stime for row in rows)


def main(workers: int, archive: Path, output: Path) -> None:
    """One run; prints its figures as JSON."""
    vendors.every()
    cpu, wall = _cpu(), time.perf_counter()
    if workers:
        reparse([archive], output, workers=workers)
    else:
        floor(archive)
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    memory = resource.getrusage(resource.RUSAGE_CHILDREN if workers else resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"wall": wall, "cpu": cpu, "megabytes": memory / 1024}))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
