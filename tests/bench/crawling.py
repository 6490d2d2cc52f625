"""(c) CPU a crawled page, beside Scrapy on the same server; (d) what politeness leaves of the time."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.town.server import Town

from .table import Chapter, Figure
from .timing import ROOT, run

SINCE, UNTIL = "2025-11-24", "2027-05-31"
ROUNDS = 3
DELAY, REQUESTS = 0.2, 40
HOW = """The whole town is crawled with `--delay 0` from a server in a process of its own: archive,
store, parse and export included. CPU is user and system time of the command and its children, start-up
included, over the requests made; {rounds} rounds in turn, minimum of each. Scrapy runs a spider with
the same main fields against the same server with one request at a time and robots.txt obeyed; each
record's page is asked for once. It keeps neither an archive nor anything to resume from, walks no
session-bound paper list, and knows no window of dates, so its number of pages is another."""
POLITE = """The first {requests} requests of a crawl with `--delay {delay}`. By the server's own clock:
from the first request's arrival to the last answer, over (n − 1) · delay + the last answer's service
time."""


def chapter() -> Chapter:
    """Measures the crawl without a delay."""
    own: list[tuple[float, float, int]] = []
    scrapy: list[tuple[float, float, int]] = []
    with town() as address, tempfile.TemporaryDirectory(prefix="ris-bench-") as folder:
        _ours(address, Path(folder) / "warm")  # the server renders its pages once
        for at in range(ROUNDS):
            own.append(_ours(address, Path(folder) / f"ris{at}"))
            scrapy.append(_scrapy(address, Path(folder) / f"scrapy{at}.jsonl"))
    ours, theirs = (min(cpu / pages * 1000 for cpu, _, pages in runs) for runs in (own, scrapy))
    figures = [
        Figure("ris crawl, CPU a page", ours, " ms", most=3.5),
        Figure("Scrapy, CPU a page", theirs, " ms"),
        Figure("Scrapy ÷ ris crawl", theirs / ours, " ×"),
    ]
    rows = [("", "pages", "CPU s", "wall s")]
    for name, runs in (("ris crawl", own), ("Scrapy", scrapy)):
        cpu, wall, pages = min(runs)
        rows.append((name, f"{pages:,}", f"{cpu:.2f}", f"{wall:.2f}"))
    how = HOW.format(rounds=ROUNDS)
    return Chapter("A crawl without a delay", how, figures, [("The best run of each:", rows)])


def polite() -> Chapter:
    """Measures the crawl with a delay, by the server's log."""
    with Town() as town, tempfile.TemporaryDirectory(prefix="ris-bench-") as folder:
        words = _words(town.url, Path(folder) / "out", DELAY)
        run([*words, "--max-requests", str(REQUESTS)], good=(0, 3))
        log = sorted(town.log, key=lambda entry: entry.start)
    wall = log[-1].end - log[0].start
    service = log[-1].end - log[-1].start
    least = (len(log) - 1) * DELAY + service
    figure = Figure("wall ÷ politeness floor", wall / least, " ×", least=1.0, most=1.02, digits=3)
    note = [
        Figure("requests", len(log), digits=0),
        Figure("wall", wall, " s"),
        Figure("politeness floor", least, " s"),
    ]
    how = POLITE.format(requests=REQUESTS, delay=DELAY)
    return Chapter("A crawl with a delay", how, [figure, *note])


@contextlib.contextmanager
def town() -> Iterator[str]:
    """The town's server in a process of its own; gives its address."""
    words = [sys.executable, "-m", "tests.town", "--port", "0"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _words(address: str, output: Path, delay: float) -> list[str]:
    window = ["--since", SINCE, "--until", UNTIL, "--quiet"]
    return [
        sys.executable,
        "-m",
        "scraper",
        "crawl",
        address,
        "--delay",
        str(delay),
        "--output",
        str(output),
        *window,
    ]


def _ours(address: str, output: Path) -> tuple[float, float, int]:
    """CPU seconds, wall seconds, requests."""
    cpu, wall, _ = run(_words(address, output, 0))
    document = json.loads((output / "run.json").read_text("utf-8"))
    return cpu, wall, int(document["traffic"]["requests"])


def _scrapy(address: str, output: Path) -> tuple[float, float, int]:
    words = [sys.executable, "-m", "tests.bench.spider", address, str(output), SINCE, UNTIL]
    cpu, wall, told = run(words)
    pages = int(told)
    if pages < 300:
        raise SystemExit(f"bench: the spider saw only {pages} pages: {' '.join(words)}")
    return cpu, wall, pages
