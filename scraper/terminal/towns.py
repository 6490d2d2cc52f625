"""`ris crawl --all`: each town in a process of its own, a line when it ends, a table of what to look at."""

from __future__ import annotations

import contextlib
import json
import logging
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
from scraper.report import FILE
from scraper.terminal import console, signals
from scraper.terminal.runs import Voice

LOG = "crawl.log"
SUMMARY = "towns.json"
OK, FAILED, PARTIAL = 0, 1, 3
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


def crawl(towns: Towns, voice: Voice) -> int:
    """Crawl all, show it, and return the exit code: 3 when not every town ended well, 1 when none did."""
    if not towns.rows:
        raise UsageError("no town of the catalog fits (ris catalog WORD shows what is there)")
    with signals.watched() as stop, voice.speaking() as shown:
        hosts = len(many.queues(towns.rows))
        shown.say(f"{len(towns.rows):,} towns on {hosts:,} hosts → {towns.output}, {towns.workers} at a time")
        for reason, rows in towns.left_out.items():
            shown.say(f"left out, as {reason}: {_names(rows)}")
        children = _Children(towns, stop.event)
        endings = many.run(
            towns.rows,
            children.crawl,
            workers=towns.workers,
            stop=stop.event,
            on_end=lambda one: shown.say(one.told, logging.INFO if one.exit_code == OK else logging.WARNING),
        )
        _write(towns, endings)
        shown.show(console.table(_rows(endings, towns.output), right=frozenset({1, 2})))
    if stop.signal:
        return 128 + stop.signal
    good = sum(one.exit_code == OK for one in endings)
    return OK if good == len(towns.rows) else PARTIAL if any(one.records for one in endings) else FAILED


@dataclass
class _Children:
    """Runs `ris crawl NAME` for one town after the other, in several threads."""

    towns: Towns
    stop: threading.Event
    running: set[subprocess.Popen[bytes]] = field(default_factory=set)

    def crawl(self, row: Installation) -> Ending:
        folder = self.towns.output / row.name
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
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
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
    run: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        run = json.loads((folder / FILE).read_text("utf-8"))
    records = sum(run.get("records", {}).values())
    verdict = "locked" if code == LOCKED else str(run.get("verdict", "failed"))
    reasons = run.get("reasons") or ([] if code == OK else [f"see {folder / LOG}"])
    why = f": {reasons[0]}" if reasons and code != OK else ""
    return Ending(row.name, code, verdict, records, f"{row.name}: {verdict}, {records:,} records{why}")


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
    document = {"towns": rows, "left_out": left_out}
    temporary = towns.output / f".{SUMMARY}.tmp"
    temporary.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
    temporary.replace(towns.output / SUMMARY)
