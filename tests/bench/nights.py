"""(f) a night of a large town: what is left to do beside the requests.

`python -m tests.bench.nights FOLDER DAY PAGES` is one measured night: so many pages tell something else, then
the records are written, compared and judged as at the end of `ris crawl`. DAY 0 makes everything anew.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scraper import vendors
from scraper.crawling.ending import Ending
from scraper.crawling.folder import held
from scraper.crawling.ledgers import Ledgers
from scraper.crawling.schedule import Choice
from scraper.merging.contribution import ORDER, Contribution
from scraper.page import Window
from scraper.stamp import iso
from scraper.state import Visit
from scraper.store import Store

from . import large
from .crawling import SINCE, UNTIL, town
from .table import Chapter, Figure
from .timing import ROOT, run

RECORDS = 1_000_000
CHANGED = 100  # records, of pages that lie all over the store
ROUNDS = 3
FIRST = dt.datetime(2026, 11, 20, 4, tzinfo=dt.UTC)
HOW = """The town is crawled, and its store multiplied to {records:,} records ({state:.1f} GB; the JSON
Lines are {files:.1f} GB). Of a night {pages} pages all over it tell something else, {changed} records; what
is measured is all that `ris crawl` does beside the requests: the store is opened, the pages are noted, the
records are written, compared and judged. Each night is a process of its own; minimum of {rounds}. The quiet
night is `ris crawl` as a whole against the town's server, start and requests included, nothing having
changed."""


def chapter(records: int = RECORDS) -> Chapter:
    """Measures nights of a town with so many records."""
    with tempfile.TemporaryDirectory(prefix="ris-bench-") as name, town() as address:
        folder = Path(name) / "town"
        words = [sys.executable, "-m", "scraper", "crawl", address, "--delay", "0", "--since", SINCE]
        words += ["--until", UNTIL, "--output", str(folder), "--quiet"]
        run(words)
        large.multiply(folder / "state.sqlite", records)
        first = _night(folder, 0, 0)
        nights = [_night(folder, day, CHANGED) for day in range(1, ROUNDS + 1)]
        quiet = min(run(words)[1] for _ in range(ROUNDS))
        best = min(nights, key=lambda night: night["seconds"])
        answers = _answers(folder)
        files = sum(path.stat().st_size for path in folder.glob("*s.jsonl")) / 1e9
        state = (folder / "state.sqlite").stat().st_size / 1e9
    how = HOW.format(
        records=int(best["records"]), state=state, files=files, pages=CHANGED, changed=int(best["changed"]),
        rounds=ROUNDS,
    )  # fmt: skip
    anew = f"{first['seconds']:.0f} s"
    figures = [
        Figure("local work of a night", best["seconds"], " s", most=5.0),
        Figure("its memory", max(night["megabytes"] for night in nights), " MB", most=300, digits=0),
        Figure("everything anew ÷ that", first["seconds"] / best["seconds"], " ×", digits=1, note=anew),
        Figure("a quiet night, whole", quiet, " s"),
        *(Figure(f"ris {word}", seconds, " s", most=1.0) for word, seconds in answers.items()),
    ]  # fmt: skip
    return Chapter(f"A night of a town of {best['records']:,.0f} records", how, figures)


def _answers(folder: Path) -> dict[str, float]:
    """Wall seconds of the commands that answer a question about a night, the start of Python included."""
    with (folder / "papers.jsonl").open("rb") as file:
        file.seek((folder / "papers.jsonl").stat().st_size * 2 // 3)
        file.readline()
        line = file.readline().decode()
    reference = re.findall(r'"reference":"([^"]+)"', line)[0]
    record_id = re.findall(r'"id":"([^"]+)"', line)[0]
    since = (FIRST + dt.timedelta(1)).date().isoformat()
    asked = {
        "changes --since": ["changes", str(folder), "--since", since],
        "why ID": ["why", record_id, "--output", str(folder)],
        "why NUMBER": ["why", reference, "--output", str(folder)],
        "coverage": ["coverage", str(folder)],
    }
    words = {name: [sys.executable, "-m", "scraper", *some] for name, some in asked.items()}
    return {name: min(run(some, good=(0, 3))[1] for _ in range(ROUNDS)) for name, some in words.items()}


def _night(folder: Path, day: int, pages: int) -> dict[str, float]:
    words = [sys.executable, "-m", "tests.bench.nights", str(folder), str(day), str(pages)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measured(path: Path, day: int, pages: int) -> dict[str, float]:
    now, vendor = FIRST + dt.timedelta(day), vendors.load("allris3")
    window = Window(dt.date.fromisoformat(SINCE), dt.date.fromisoformat(UNTIL))
    choice = Choice(window, None, vendor.expand, vendor.canonical)
    with held(path, iso(now)) as folder:
        changes = _changes(folder.state, pages, day, now)
        began = time.perf_counter()
        with Store(folder.state) as store:
            run = store.begin_run(iso(now), "{}")
            store.note_run(run.id, vendor=vendor.name)
            for visit in changes:
                store.settle(visit)
            ending = Ending(store, folder, run, now)
            source = store.meta("source") or ""
            ledgers = ending.export(
                None, lambda: Ledgers(store, run, choice, source, vendor), counting=True, anew=not day
            )
            ledgers.write(folder.path, iso(now))
            store.finish_run(run.id, iso(now), "ok", ending.measures())
        seconds = time.perf_counter() - began
    return {
        "seconds": seconds,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "records": sum(ending.counts.records.values()),
        "changed": ending.tally.altered.total(),
    }


def _changes(state: Path, pages: int, day: int, now: dt.datetime) -> list[Visit]:
    """What the pages of a night tell; not a part of what is measured."""
    told = dict(large.changed(state, pages, day)) if pages else {}
    visits = []
    with Store(state) as store:
        for key, rows in told.items():
            some = tuple(
                Contribution(one, ORDER[kind], bool(own), key, line) for kind, one, own, line in rows
            )
            visits.append(Visit(key, "ok", page=store.page(key), contributions=some, at=iso(now)))
    return visits


if __name__ == "__main__":
    told = _measured(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(json.dumps(told) + "\n")
