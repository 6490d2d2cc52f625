"""What a person sees of a run while it lasts: a bar on a terminal, a line now and then elsewhere, or JSON."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from scraper.spans import duration
from scraper.terminal.console import inert

if TYPE_CHECKING:
    from scraper.crawling.given import Progress

EVERY_SECONDS = 10.0
EVERY_PAGES = 100


class Display:
    """Says nothing but warnings and errors (`--quiet`), and is what the other displays begin with."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr

    def __enter__(self) -> Display:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def progress(self, state: Progress) -> None:
        """Called at most ten times a second."""

    def share(self, done: int, total: int) -> None:
        """How many bytes of an archive are read."""

    def say(self, text: str, level: int = logging.INFO) -> None:
        """One line."""
        if level >= logging.WARNING:
            self._write(f"ris: {inert(text)}")

    def show(self, block: str) -> None:
        """Several lines that are made here and safe to print: the closing table."""

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a closed terminal must not end a run
            self._stream.write(text + "\n")
            self._stream.flush()


class Lines(Display):
    """A plain line every ten seconds or hundred pages: for logs and pipes."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._clock = clock
        self._said_at = clock()
        self._said_pages = 0

    def progress(self, state: Progress) -> None:
        if self._clock() - self._said_at < EVERY_SECONDS and state.done - self._said_pages < EVERY_PAGES:
            return
        self._said_at, self._said_pages = self._clock(), state.done
        self._report(state)

    def share(self, done: int, total: int) -> None:
        if self._clock() - self._said_at >= EVERY_SECONDS:
            self._said_at = self._clock()
            self._report_share(done, total)

    def _report(self, state: Progress) -> None:
        self.say(summary(state))

    def _report_share(self, done: int, total: int) -> None:
        self.say(read_so_far(done, total))

    def say(self, text: str, level: int = logging.INFO) -> None:
        self._write(f"ris: {inert(text)}")

    def show(self, block: str) -> None:
        self._write(block)


class JsonLines(Lines):
    """The same as one JSON object a line (`--json-log`): for machines."""

    def _report(self, state: Progress) -> None:
        numbers = {"done": state.done, "pending": state.pending, "records": state.records}
        self._object("progress", **numbers, failures=state.failures, url=state.url)

    def _report_share(self, done: int, total: int) -> None:
        self._object("progress", bytes=done, total=total)

    def say(self, text: str, level: int = logging.INFO) -> None:
        self._object("message", level=logging.getLevelName(level).lower(), text=text)

    def show(self, block: str) -> None:
        """The table is for people; `run.json` has its numbers."""

    def _object(self, event: str, **values: Any) -> None:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        self._write(json.dumps({"time": now, "event": event, **values}))


class Bar(Lines):
    """A bar at the foot of the terminal; lines scroll above it."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        # markup=False: a title like "[link=…]" must stay text.
        console = Console(file=self._stream, markup=False, highlight=False)
        columns = (BarColumn(bar_width=30), TextColumn("{task.description}", markup=False))
        self._bar = RichProgress(*columns, console=console, transient=True, redirect_stdout=False)
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Display:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def progress(self, state: Progress) -> None:
        total = state.done + state.pending
        self._bar.update(self._task, completed=state.done, total=total, description=summary(state))

    def share(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total, description=read_so_far(done, total))

    def _write(self, text: str) -> None:
        self._bar.console.print(text, soft_wrap=True)


def display(*, quiet: bool = False, as_json: bool = False, stream: TextIO | None = None) -> Display:
    """The display that fits the options and the terminal."""
    out = stream or sys.stderr
    if as_json:
        return JsonLines(out)
    if quiet:
        return Display(out)
    return Bar(out) if out.isatty() else Lines(out)


def summary(state: Progress) -> str:
    """`1,200 of 3,400 pages, 5,310 records, 2 failed, 38 min left`."""
    parts = [f"{state.done:,} of {state.done + state.pending:,} pages", f"{state.records:,} records"]
    if state.failures:
        parts.append(f"{state.failures:,} failed")
    if state.eta is not None and state.pending > 0:
        parts.append(f"{duration(state.eta)} left")
    return ", ".join(parts)


def read_so_far(done: int, total: int) -> str:
    """`12 of 40 MB`."""
    return f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB"


class Told(logging.Handler):
    """What the modules log goes through the display, so that it does not tear the bar."""

    def __init__(self, shown: Display, level: int) -> None:
        super().__init__(level)
        self._shown = shown

    def emit(self, record: logging.LogRecord) -> None:
        self._shown.say(record.getMessage(), record.levelno)


@contextlib.contextmanager
def logged(shown: Display, *, verbose: bool) -> Iterator[None]:
    """Send the package's log to `shown` while the block runs: warnings, with `verbose` everything."""
    logger = logging.getLogger("scraper")
    level, before = (logging.DEBUG if verbose else logging.WARNING), logger.level
    handler = Told(shown, level)
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
