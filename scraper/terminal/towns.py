"""`ris crawl --all`: each town in a process of its own, a line when it ends, a table of what to look at."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scraper import catalog, many, vendors
from scraper.catalog import Installation
from scraper.errors import UsageError
from scraper.many import Ending
from scraper.report import FILE, write_document
from scraper.spans import duration
from scraper.stamp import iso
from scraper.terminal import console
from scraper.terminal.metrics import Outcome
from scraper.terminal.ping import VARIABLE
from scraper.terminal.progress import Display
from scraper.terminal.runs import folder_name
from scraper.terminal.signals import Stop
from scraper.terminal.watching import Ended

LOG = "crawl.log"
SUMMARY = "towns.json"
OK, FAILED, PARTIAL = 0, 1, 3
VERDICTS = {OK: "ok", FAILED: "failed", PARTIAL: "suspect"}
LOCKED = 5
NAMED = 5  # towns in one line


@dataclass(frozen=True)
class Towns:
    """Which towns, and how each is crawled: `words` are the options of `ris crawl` that all are given."""

    rows: Sequence[Installation]
    left_out: Mapping[str, Sequence[Installation]]  # by reason
    output: Path
    words: tuple[str, ...]
    workers: int


def fitting(source: str, state: str, vendor: str) -> tuple[list[Installation], dict[str, list[Installation]]]:
    """The towns that `--state` and `--vendor` leave, and those that are left out; see `many.chosen`.

    UsageError: a source beside --all, an unknown word.
    """
    if source:
        raise UsageError(f"{source}: give a source or --all, not both")
    rows = catalog.installations()
    return many.chosen(rows, of_state=state, vendor=vendor, readable=vendors.names())


def crawl(towns: Towns, stop: Stop, shown: Display) -> Ended:
    """Crawl all and show it; exit code 3 when not every town ended well, 1 when none did."""
    if not towns.rows:
        raise UsageError("no town of the catalog fits (ris catalog WORD shows what is there)")
    began = dt.datetime.now(dt.UTC)
    hosts = len(many.queues(towns.rows))
    shown.say(f"{len(towns.rows):,} towns on {hosts:,} hosts → {towns.output}, {towns.workers} at a time")
    for reason, rows in towns.left_out.items():
        shown.say(f"left out, as {reason}: {_names(rows)}")
    endings = many.run(
        towns.rows,
        _Children(towns, stop.event).crawl,
        workers=towns.workers,
        stop=stop.event,
        on_end=lambda one: shown.say(one.told, logging.INFO if one.exit_code == OK else logging.WARNING),
    )
    _write(towns, endings)
    shown.show(console.table(_rows(endings, towns.output), right=frozenset({1, 2})))
    ended = _ended(towns, endings, stop.signal, began)
    shown.say(ended.told)
    return ended


def _ended(towns: Towns, endings: Sequence[Ending], signal: int | None, began: dt.datetime) -> Ended:
    """All towns as one: `suspect: 12 of 14 towns ok, 10,400 records, 1 h 02 min`."""
    good = sum(one.exit_code == OK for one in endings)
    records = sum(one.records for one in endings)
    code = 128 + signal if signal else OK if good == len(towns.rows) else PARTIAL if records else FAILED
    spent = duration((dt.datetime.now(dt.UTC) - began).total_seconds())
    verdict = VERDICTS.get(code, "interrupted")
    told = f"{verdict}: {good:,} of {len(towns.rows):,} towns ok, {records:,} records, {spent}"
    wrong = [one.told for one in endings if one.exit_code != OK]
    return Ended(code, told, wrong, [_outcome(one, towns.output, began) for one in endings])


def _outcome(one: Ending, output: Path, began: dt.datetime) -> Outcome:
    """With its `run.json`, if it is of this run: a town that was locked has one of another."""
    run = _run_of(output / folder_name(one.name))
    fresh = str(run.get("finished", "")) >= iso(began)
    return Outcome(one.name, one.exit_code, one.verdict, run if fresh else {})


@dataclass
class _Children:
    """Runs `ris crawl NAME` for one town after the other, in several threads."""

    towns: Towns
    stop: threading.Event
    running: set[subprocess.Popen[bytes]] = field(default_factory=set)

    def crawl(self, row: Installation) -> Ending:
        folder = self.towns.output / folder_name(row.name)
        folder.mkdir(parents=True, exist_ok=True)
        words = [
            sys.executable,
            "-m",
            "scraper",
            "crawl",
            row.name,
            "--output",
            str(folder),
            *self.towns.words,
        ]
        with (folder / LOG).open("ab") as log, self._ended(words, log) as child:
            code = child.wait()
        return _ending(row, folder, code)

    @contextlib.contextmanager
    def _ended(self, words: list[str], log: Any) -> Iterator[subprocess.Popen[bytes]]:
        """A child that is asked to end, in order, when the whole is."""
        alone = {name: value for name, value in os.environ.items() if name != VARIABLE}  # one ping for all
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=alone)
        watcher = threading.Thread(target=self._watch, args=(child,), daemon=True)
        watcher.start()
        try:
            yield child
        finally:
            child.wait()
            watcher.join()

    def _watch(self, child: subprocess.Popen[bytes]) -> None:
        while child.poll() is None:
            if self.stop.wait(0.2):
                with contextlib.suppress(OSError):
                    child.terminate()
                return


def _names(rows: Sequence[Installation]) -> str:
    """`4 (a, b, c, d)`, `12 (a, b, c, d, e …)`."""
    more = " …" if len(rows) > NAMED else ""
    return f"{len(rows):,} ({', '.join(row.name for row in rows[:NAMED])}{more})"


def _ending(row: Installation, folder: Path, code: int) -> Ending:
    run = _run_of(folder)
    records = sum(run.get("records", {}).values())
    verdict = "locked" if code == LOCKED else str(run.get("verdict", "failed"))
    reasons = run.get("reasons") or ([] if code == OK else [f"see {folder / LOG}"])
    why = f": {reasons[0]}" if reasons and code != OK else ""
    return Ending(row.name, code, verdict, records, f"{row.name}: {verdict}, {records:,} records{why}")


def _run_of(folder: Path) -> dict[str, Any]:
    """What `run.json` holds; nothing where there is none."""
    run: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        run = json.loads((folder / FILE).read_text("utf-8"))
    return run


def _rows(endings: Sequence[Ending], output: Path) -> list[tuple[str, ...]]:
    """A line a verdict: towns and records; then where the whole is written."""
    rows: list[tuple[str, ...]] = [("verdict", "towns", "records")]
    for verdict, count in Counter(one.verdict for one in endings).most_common():
        records = sum(one.records for one in endings if one.verdict == verdict)
        rows.append((verdict, f"{count:,}", f"{records:,}"))
    return [*rows, (str(output / SUMMARY), "", "")]


def _write(towns: Towns, endings: Sequence[Ending]) -> None:
    """One object a town, for whoever watches many."""
    rows = [vars(one) for one in sorted(endings, key=lambda one: one.name)]
    left_out = {reason: [row.name for row in rows] for reason, rows in towns.left_out.items()}
    write_document(towns.output / SUMMARY, {"towns": rows, "left_out": left_out})
